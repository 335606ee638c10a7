#include "synthetic/export_table.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

namespace fs = std::filesystem;

/// One quoted value from `at` on; advances behind its closing quote.
std::string ParseValue(std::string_view text, std::size_t& at) {
  RI_ASSERT(at < text.size() && text[at] == '"');
  std::string value;
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      value += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      value += '"';
      ++at;
    } else {
      ++at;
      return value;
    }
  }
  base::AssertionFailed("a quoted value is closed", __FILE__, __LINE__);
}

std::vector<std::string> ParseRow(std::string_view text, std::size_t& at) {
  std::vector<std::string> values;
  while (true) {
    values.push_back(ParseValue(text, at));
    RI_ASSERT(at < text.size() && (text[at] == ',' || text[at] == '\n'));
    if (text[at++] == '\n') {
      return values;
    }
  }
}

}  // namespace

ExportTable ExportTable::Read(const std::string& path) { return Parse(ReadFile(path)); }

ExportTable ExportTable::Parse(std::string_view text) {
  ExportTable table;
  std::size_t at = 0;
  const std::vector<std::string> header = ParseRow(text, at);
  for (std::size_t i = 0; i < header.size(); ++i) {
    RI_ASSERT(table.columns_.emplace(header[i], i).second);
  }
  while (at < text.size()) {
    table.rows_.push_back(ParseRow(text, at));
    RI_ASSERT(table.rows_.back().size() == header.size());
  }
  return table;
}

const std::string& ExportTable::At(std::size_t row, std::string_view column) const {
  return rows_.at(row).at(columns_.at(std::string(column)));
}

double ExportTable::Number(std::size_t row, std::string_view column) const {
  return std::strtod(At(row, column).c_str(), nullptr);
}

std::string ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  RI_ASSERT(stream.good());
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TemporaryFolder::TemporaryFolder() {
  static std::atomic<int> count{0};
  path_ = (fs::temp_directory_path() / ("ri-synthetic-" + std::to_string(::getpid()) + "-" +
                                        std::to_string(count.fetch_add(1))))
              .string();
  fs::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a leftover folder in the temporary directory does no harm
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::Path(std::string_view name) const {
  return (fs::path(path_) / name).string();
}

}  // namespace ri::synthetic
