#pragma once

/// Numbers, texts and rows as backups hold them.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/table_transfer.h"

namespace ri::data {

/// Seven bits per byte, lowest first; the top bit says that more follow.
void AppendNumber(std::string& bytes, std::uint64_t number);
/// A number of bytes, then the bytes.
void AppendText(std::string& bytes, std::string_view text);
/// Missing cells as bits, then the others. `previous` holds the last integer of every column.
void AppendRow(std::string& bytes, const TableShape& table, std::span<const Cell> row,
               std::vector<std::int64_t>& previous);

/// The readers take from the front of `bytes` and return false when it holds no such thing.
[[nodiscard]] bool TakeNumber(std::string_view& bytes, std::uint64_t& number);
[[nodiscard]] bool TakeText(std::string_view& bytes, std::string_view& text);
[[nodiscard]] bool TakeRow(std::string_view& bytes, const TableShape& table, std::vector<Cell>& row,
                           std::vector<std::int64_t>& previous);

void AppendShape(std::string& bytes, const TableShape& table);
[[nodiscard]] bool TakeShape(std::string_view bytes, TableShape& table);

}  // namespace ri::data
