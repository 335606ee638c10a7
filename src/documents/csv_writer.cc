#include "documents/csv_writer.h"

#include <cstdio>

namespace ri::documents {

Result<CsvWriter> CsvWriter::Open(const std::string& path) {
  std::string partial = path + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  if (file == nullptr) {
    return Fail(ErrorCode::kStorage,
                "Cannot write " + path + ". Check the folder and its permissions.");
  }
  return CsvWriter(path, std::move(partial), file);
}

void CsvWriter::Write(std::span<const std::string> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += i > 0 ? "," : "";
    const std::string& cell = cells[i];
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char character : cell) {
      line += character;
      if (character == '"') {
        line += '"';
      }
    }
    line += '"';
  }
  line += '\n';
  failed_ = failed_ || std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size();
}

Status CsvWriter::Close() {
  failed_ = failed_ || std::fflush(file_.get()) != 0;
  file_.reset();
  if (failed_ || std::rename(partial_.c_str(), path_.c_str()) != 0) {
    std::remove(partial_.c_str());
    return Fail(ErrorCode::kStorage, "Could not write all of " + path_ + ". Is the disk full?");
  }
  return {};
}

}  // namespace ri::documents
