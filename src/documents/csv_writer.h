#pragma once

#include <cstdio>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace ri::documents {

/// Writes an RFC 4180 file next to its final place and renames it at the end, so that a reader
/// never sees half a file. Cells are quoted only when they must be. A text that a spreadsheet
/// would take for a formula keeps its bytes: the file is data, not a display.
class CsvWriter {
 public:
  [[nodiscard]] static Result<CsvWriter> Open(const std::string& path);
  void Write(std::span<const std::string> cells);
  /// kStorage when the disk is full or the place is not writable; nothing is left behind then.
  Status Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  CsvWriter(std::string path, std::string partial, std::FILE* file)
      : path_(std::move(path)), partial_(std::move(partial)), file_(file) {}

  std::string path_;
  std::string partial_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool failed_ = false;
};

}  // namespace ri::documents
