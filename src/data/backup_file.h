#pragma once

/// The one file that a backup is. Any engine can write it and any engine can read it.
///
/// Layout: a line "revint-backup 1", the header, then for each table its shape, blocks of rows and
/// a closing record with the number of rows and the SHA-256 of everything since the shape began;
/// last a record with the SHA-256 of the header and of the tables' hashes. So every byte is covered
/// and a file that was cut off is noticed. Numbers are variable-length, integers as differences to
/// the row before, blocks stand alone. docs/adr/0019-portable-backups.md has the details.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "data/table_transfer.h"

namespace ri::data {

struct BackupHeader {
  std::int64_t schema_version = 0;
  std::int64_t created_at = 0;  ///< ms since 1970 UTC
  std::string engine;           ///< that wrote it, for people

  friend bool operator==(const BackupHeader&, const BackupHeader&) = default;
};

/// A table as the file holds it.
struct BackupTable {
  std::string name;
  std::int64_t num_rows = 0;
  std::string sha256;  ///< hexadecimal

  friend bool operator==(const BackupTable&, const BackupTable&) = default;
};

/// Writes "PATH.partial" and renames it once it is complete and on the disk; destroyed before, the
/// partial file is removed. The file can be read by its owner only. Thread safety: one thread.
class BackupFileWriter {
 public:
  [[nodiscard]] static Result<std::unique_ptr<BackupFileWriter>> Create(const std::string& path,
                                                                        const BackupHeader& header);
  BackupFileWriter(const BackupFileWriter&) = delete;
  BackupFileWriter& operator=(const BackupFileWriter&) = delete;
  ~BackupFileWriter();

  Status BeginTable(const TableShape& table);
  Status AddRow(std::span<const Cell> row);
  Status EndTable();
  Status Finish();
  [[nodiscard]] const std::vector<BackupTable>& tables() const { return tables_; }
  [[nodiscard]] std::uint64_t num_bytes() const { return num_bytes_; }

 private:
  BackupFileWriter(std::string path, std::FILE* file);
  Status WriteBlock();
  Status Write(std::string_view bytes);
  Status Full() const;

  std::string path_;
  std::string partial_;
  std::FILE* file_;
  TableShape table_;
  std::string rows_;  ///< of the current block
  std::int64_t num_block_rows_ = 0;
  std::int64_t num_table_rows_ = 0;
  std::vector<std::int64_t> previous_;
  std::optional<base::Sha256> hash_;
  std::string proof_;  ///< header and the tables' hashes
  std::vector<BackupTable> tables_;
  std::uint64_t num_bytes_ = 0;
};

/// Reads a backup from beginning to end; every error is kBadInput with the place in the file.
/// Thread safety: one thread.
class BackupFileReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<BackupFileReader>> Open(const std::string& path);

  [[nodiscard]] const BackupHeader& header() const { return header_; }
  /// The next table, or empty at the end, where the file's last record has been checked.
  Result<std::optional<TableShape>> NextTable();
  /// The next row of the table, or an empty span at its end, where its hash has been checked. Valid
  /// until the next call.
  Result<std::span<const Cell>> NextRow();
  /// Tables that were read to their end.
  [[nodiscard]] const std::vector<BackupTable>& tables() const { return tables_; }
  [[nodiscard]] std::uint64_t num_bytes() const { return position_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  BackupFileReader(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  Status ReadHeader();
  /// Reads one record: its kind and its content.
  Result<char> ReadRecord(std::string& content);
  Status ReadBytes(std::string& bytes, std::size_t count);
  [[nodiscard]] std::unexpected<Error> Damaged(std::string_view what) const;

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::uint64_t position_ = 0;
  BackupHeader header_;
  TableShape table_;
  std::string block_;
  std::string_view rest_;  ///< of `block_`
  std::int64_t num_block_rows_ = 0;
  std::int64_t num_table_rows_ = 0;
  std::vector<std::int64_t> previous_;
  std::vector<Cell> row_;
  std::optional<base::Sha256> hash_;
  std::string proof_;
  std::vector<BackupTable> tables_;
};

}  // namespace ri::data
