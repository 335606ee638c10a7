#pragma once

/// Rows of a table file as text, one after the other, whatever the file's format.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::ingest {

/// One data row. Views are valid until the next call of Next().
struct Row {
  std::span<const std::string_view>
      cells;                   ///< as many as the header has, else `malformed` says why
  std::int64_t line = 0;       ///< 1-based line where the row begins
  std::string_view malformed;  ///< empty for a good row
};

/// How the file was understood, shown by `inspect`.
struct FileFacts {
  std::string format;  ///< "csv", "csv.gz", "xlsx"
  char delimiter = ',';
  std::string encoding;  ///< "UTF-8", "UTF-8 with BOM", "UTF-16LE", "Windows-1252", "ISO-8859-1"
  /// Trimmed; an empty name becomes "column N", a repeated one gets " (2)".
  std::vector<std::string> header;
  std::int64_t num_titles = 0;  ///< rows above the header that were left out, as reports have them
  /// Bytes that were not legal in the encoding and were replaced by "?", up to now.
  std::int64_t num_replaced = 0;
};

/// Streams one file in bounded memory. Thread safety: one thread.
class RowSource {
 public:
  virtual ~RowSource() = default;
  [[nodiscard]] virtual const FileFacts& facts() const = 0;
  /// False at the end of the file. kBadInput when the file itself is broken (unclosed quote, a row
  /// beyond the limit, damaged compression). Blank lines are skipped.
  virtual Result<bool> Next(Row& row) = 0;
  /// Bytes of the file read so far and in total, for progress.
  [[nodiscard]] virtual std::int64_t bytes_read() const = 0;
  [[nodiscard]] virtual std::int64_t bytes_total() const = 0;
};

struct OpenOptions {
  char delimiter = '\0';  ///< \0 detects it among , ; tab | ^ `
  std::string member;     ///< file of a zip archive or sheet of a workbook; empty = the first
  std::size_t max_row_bytes = 16U << 20U;
};

/// Opens a file and recognises format, encoding and delimiter. kNotFound, or kBadInput for an
/// empty file, a binary file, or one without a header.
[[nodiscard]] Result<std::unique_ptr<RowSource>> OpenRows(const std::string& path,
                                                          const OpenOptions& options = {});

/// Names to open one by one with OpenOptions::member: the CSV files of a zip archive, the sheets
/// of a workbook. A plain or gzip file has one member with an empty name.
[[nodiscard]] Result<std::vector<std::string>> ListMembers(const std::string& path);

/// A whole file in memory, by column.
struct Table {
  FileFacts facts;
  std::vector<std::vector<std::string>> columns;  ///< columns[j][i]
  std::vector<std::int64_t> lines;                ///< line of row i
  std::int64_t num_malformed = 0;                 ///< rows left out
};

/// Rows before the totals that a report ends with.
[[nodiscard]] std::size_t RowsOfTable(const Table& table);

/// Reads up to `max_rows` rows.
[[nodiscard]] Result<Table> ReadTable(const std::string& path, std::size_t max_rows,
                                      const OpenOptions& options = {});

/// Rows of the file, or those before the place where it cannot be read. Reads all of it.
[[nodiscard]] std::size_t CountRows(const std::string& path);

}  // namespace ri::ingest
