/// The parts of the store's benchmark that need the libraries; `run` drives them and the others.
///
///   ri_bench_store parse FILE               every cell of a file
///   ri_bench_store csv BACKUP FOLDER        rows of a backup as CSV for bulk loaders
///   ri_bench_store load BACKUP URL          rows of a backup through the import interface
///   ri_bench_store open URL DATE THREADS    state and sums of all open deals
///
/// Each prints one JSON object.

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "open_pipeline.h"
#include "parse_file.h"
#include "stored_rows.h"

namespace {

ri::Status Run(const std::vector<std::string>& words) {
  using namespace ri::bench;  // NOLINT(google-build-using-namespace): the program's own names
  const std::string verb = words.empty() ? "" : words[0];
  if (verb == "parse" && words.size() == 2) {
    return ParseFile(words[1]);
  }
  if (verb == "csv" && words.size() == 3) {
    RI_ASSIGN_OR_RETURN(const StoredRows rows, ReadStoredRows(words[1]));
    return WriteCsv(rows, words[2]);
  }
  if (verb == "load" && words.size() == 3) {
    RI_ASSIGN_OR_RETURN(const StoredRows rows, ReadStoredRows(words[1]));
    return LoadRows(rows, words[2]);
  }
  if (verb == "open" && words.size() == 4) {
    return MeasureOpenPipeline(words[1], words[2], std::stoi(words[3]));
  }
  return ri::Fail(ri::ErrorCode::kUsage, "See the top of bench/store/main.cc.");
}

}  // namespace

int main(int argc, char** argv) {
  const ri::Status status = Run(std::vector<std::string>(argv + 1, argv + argc));
  if (!status) {
    fmt::print(stderr, "ri_bench_store: {}\n", status.error().ToString());
    return ri::base::ExitCode(status.error().code());
  }
  return 0;
}
