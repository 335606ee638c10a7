#pragma once

/// Reads an exported file back, for the tests: a strict reader of the one dialect that is written.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ri::synthetic {

/// A whole file in memory. Aborts the test run with a message when the file is not well-formed:
/// every value in quotes, as many values as the header has, one line feed after each row.
class ExportTable {
 public:
  [[nodiscard]] static ExportTable Read(const std::string& path);
  [[nodiscard]] static ExportTable Parse(std::string_view text);

  [[nodiscard]] std::size_t num_rows() const { return rows_.size(); }
  [[nodiscard]] bool Has(std::string_view column) const {
    return columns_.contains(std::string(column));
  }
  [[nodiscard]] const std::string& At(std::size_t row, std::string_view column) const;
  [[nodiscard]] double Number(std::size_t row, std::string_view column) const;
  [[nodiscard]] bool Flag(std::size_t row, std::string_view column) const {
    return At(row, column) == "true";
  }

 private:
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// The bytes of a file.
[[nodiscard]] std::string ReadFile(const std::string& path);

/// A folder of the test run that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string Path(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace ri::synthetic
