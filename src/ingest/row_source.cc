#include "ingest/row_source.h"

#include <utility>

#include "ingest/byte_source.h"
#include "ingest/csv_reader.h"
#include "ingest/header.h"
#include "ingest/table_frame.h"
#include "ingest/xlsx_reader.h"
#include "ingest/zip_archive.h"

namespace ri::ingest {

namespace {

bool IsTableName(const std::string& name) {
  const std::string lower = LowerCase(name);
  return !lower.starts_with("__macosx/") &&
         (lower.ends_with(".csv") || lower.ends_with(".tsv") || lower.ends_with(".txt"));
}

Result<std::vector<std::string>> MembersOf(const ZipArchive& archive) {
  if (IsWorkbook(archive)) {
    return ListSheets(archive);
  }
  std::vector<std::string> names;
  for (const ZipMember& member : archive.members()) {
    if (IsTableName(member.name)) {
      names.push_back(member.name);
    }
  }
  if (names.empty()) {
    return Fail(ErrorCode::kBadInput, "The archive holds no .csv, .tsv or .txt file.");
  }
  return names;
}

Result<std::unique_ptr<RowSource>> OpenArchive(const std::string& path,
                                               const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(const ZipArchive archive, ZipArchive::Open(path));
  if (IsWorkbook(archive)) {
    return OpenSheet(archive, options.member);
  }
  RI_ASSIGN_OR_RETURN(const std::vector<std::string> names, MembersOf(archive));
  const std::string& name = options.member.empty() ? names.front() : options.member;
  const ZipMember* member = archive.Find(name);
  if (member == nullptr) {
    return Fail(ErrorCode::kNotFound, "The archive holds no \"" + name + "\".");
  }
  RI_ASSIGN_OR_RETURN(auto bytes, archive.Read(*member));
  return OpenCsv(std::move(bytes), "csv in zip", options);
}

}  // namespace

Result<std::unique_ptr<RowSource>> OpenRows(const std::string& path, const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(const Container container, DetectContainer(path));
  Result<std::unique_ptr<RowSource>> rows = Fail(ErrorCode::kInternal, "not opened");
  if (container == Container::kZip) {
    rows = OpenArchive(path, options);
  } else {
    RI_ASSIGN_OR_RETURN(auto bytes, OpenBytes(path));
    rows = OpenCsv(std::move(bytes), container == Container::kGzip ? "csv.gz" : "csv", options);
  }
  if (!rows) {
    return std::unexpected(rows.error().In(path));
  }
  return rows;
}

Result<std::vector<std::string>> ListMembers(const std::string& path) {
  RI_ASSIGN_OR_RETURN(const Container container, DetectContainer(path));
  if (container != Container::kZip) {
    return std::vector<std::string>{std::string()};
  }
  RI_ASSIGN_OR_RETURN(const ZipArchive archive, ZipArchive::Open(path));
  auto names = MembersOf(archive);
  if (!names) {
    return std::unexpected(names.error().In(path));
  }
  return names;
}

Result<Table> ReadTable(const std::string& path, std::size_t max_rows, const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(auto rows, OpenRows(path, options));
  Table table;
  table.columns.resize(rows->facts().header.size());
  Row row;
  while (table.lines.size() < max_rows) {
    auto more = rows->Next(row);
    if (!more) {
      return std::unexpected(more.error().In(path));
    }
    if (!*more) {
      break;
    }
    if (!row.malformed.empty()) {
      ++table.num_malformed;
      continue;
    }
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      table.columns[j].emplace_back(row.cells[j]);
    }
    table.lines.push_back(row.line);
  }
  table.facts = rows->facts();
  return table;
}

std::size_t RowsOfTable(const Table& table) {
  std::size_t rows = table.lines.size();
  std::vector<std::string_view> cells(table.columns.size());
  for (; rows > 0; --rows) {
    for (std::size_t j = 0; j < cells.size(); ++j) {
      cells[j] = table.columns[j][rows - 1];
    }
    if (!IsTotalsRow(cells)) {
      break;
    }
  }
  return rows;
}

std::size_t CountRows(const std::string& path) {
  const auto source = OpenRows(path);
  std::size_t rows = 0;
  for (Row row; source; ++rows) {
    const auto more = (*source)->Next(row);
    if (!more || !*more) {
      break;
    }
  }
  return rows;
}

}  // namespace ri::ingest
