#include "data/backup.h"

#include <algorithm>
#include <filesystem>

namespace ri::data {
namespace {

constexpr std::uint64_t kRowsPerProgress = std::uint64_t{1} << 16U;

Status CopyTables(DatabaseReader& reader, BackupFileWriter& file, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const std::vector<TableShape> tables, reader.Tables());
  std::uint64_t done = 0;
  for (const TableShape& table : tables) {
    RI_RETURN_IF_ERROR(file.BeginTable(table));
    Status written;
    const Status read = reader.ReadRows(table, [&](std::span<const Cell> row) {
      written = file.AddRow(row);
      if (++done % kRowsPerProgress == 0) {
        progress.Update(done);
      }
      return written.has_value() && !progress.cancelled();
    });
    RI_RETURN_IF_ERROR(written);
    RI_RETURN_IF_ERROR(read);
    RI_RETURN_IF_ERROR(file.EndTable());
  }
  return file.Finish();
}

Status FillTable(BackupFileReader& file, DatabaseWriter& writer, const TableShape& table,
                 base::Progress& progress) {
  RI_RETURN_IF_ERROR(writer.BeginTable(table));
  std::uint64_t done = 0;
  while (true) {
    RI_ASSIGN_OR_RETURN(const std::span<const Cell> row, file.NextRow());
    if (row.empty()) {
      return writer.EndTable();
    }
    RI_RETURN_IF_ERROR(writer.AddRow(row));
    if (++done % kRowsPerProgress == 0) {
      progress.Update(file.num_bytes());
      if (progress.cancelled()) {
        return Fail(ErrorCode::kCancelled, "Restoring was stopped; the database is as it was.");
      }
    }
  }
}

Status Fill(BackupFileReader& file, DatabaseWriter& writer, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const std::vector<TableShape> wanted, writer.Tables());
  while (true) {
    RI_ASSIGN_OR_RETURN(const auto table, file.NextTable());
    if (!table) {
      return writer.Commit();
    }
    if (std::ranges::find(wanted, *table) == wanted.end()) {
      return Fail(ErrorCode::kBadInput,
                  "Table " + table->name +
                      " of the backup has another form in this version of the program. Restore it "
                      "with the version that wrote it; nothing was changed.");
    }
    RI_RETURN_IF_ERROR(FillTable(file, writer, *table, progress));
  }
}

BackupReport ReportOf(const BackupFileReader& file, const std::string& path) {
  return {.path = path,
          .num_bytes = file.num_bytes(),
          .header = file.header(),
          .tables = file.tables()};
}

}  // namespace

Result<BackupReport> WriteBackup(DatabaseReader& reader, const std::string& path,
                                 std::int64_t created_at, base::Progress& progress) {
  BackupHeader header{.created_at = created_at, .engine = std::string(reader.engine())};
  RI_ASSIGN_OR_RETURN(header.schema_version, reader.SchemaVersion());
  RI_ASSIGN_OR_RETURN(const auto file, BackupFileWriter::Create(path, header));
  progress.Begin("Writing the backup, in rows", 0);
  const Status copied = CopyTables(reader, *file, progress);
  progress.End();
  RI_RETURN_IF_ERROR(copied);
  return VerifyBackup(path, progress);
}

Result<BackupReport> VerifyBackup(const std::string& path, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto file, BackupFileReader::Open(path));
  std::error_code ignored;
  progress.Begin("Checking the backup, in bytes", std::filesystem::file_size(path, ignored));
  while (true) {
    RI_ASSIGN_OR_RETURN(const auto table, file->NextTable());
    if (!table) {
      break;
    }
    std::uint64_t done = 0;
    while (true) {
      RI_ASSIGN_OR_RETURN(const std::span<const Cell> row, file->NextRow());
      if (row.empty()) {
        break;
      }
      if (++done % kRowsPerProgress == 0) {
        progress.Update(file->num_bytes());
        if (progress.cancelled()) {
          return Fail(ErrorCode::kCancelled, "Checking the backup was stopped.");
        }
      }
    }
  }
  progress.End();
  return ReportOf(*file, path);
}

Result<BackupReport> RestoreBackup(BackupFileReader& file, const std::string& path,
                                   DatabaseWriter& writer, base::Progress& progress) {
  std::error_code ignored;
  progress.Begin("Restoring, in bytes of the backup", std::filesystem::file_size(path, ignored));
  const Status filled = Fill(file, writer, progress);
  progress.End();
  RI_RETURN_IF_ERROR(filled);
  return ReportOf(file, path);
}

}  // namespace ri::data
