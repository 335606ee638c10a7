#pragma once

/// Sheets of an Excel workbook (.xlsx, Office Open XML) as rows of text.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/row_source.h"
#include "ingest/zip_archive.h"

namespace ri::ingest {

/// True when the archive is a workbook.
[[nodiscard]] bool IsWorkbook(const ZipArchive& archive);
/// Names of the visible and hidden sheets, in order.
[[nodiscard]] Result<std::vector<std::string>> ListSheets(const ZipArchive& archive);

/// Reads one sheet; empty `sheet` = the first. The first row with any cell is the header. Cells
/// with a date format become ISO dates ("2024-02-29" or with time), flags "true" and "false",
/// errors such as #N/A empty. A row longer than the header is malformed; a shorter one is filled up
/// with empty cells, because workbooks do not store them. Memory: the workbook's distinct texts and
/// one row.
[[nodiscard]] Result<std::unique_ptr<RowSource>> OpenSheet(const ZipArchive& archive,
                                                           const std::string& sheet);

}  // namespace ri::ingest
