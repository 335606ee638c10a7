#include "data/backup_encoding.h"

#include <bit>

namespace ri::data {
namespace {

// Small differences of either sign become small numbers.
std::uint64_t Folded(std::uint64_t difference) {
  return (difference << 1U) ^ (0 - (difference >> 63U));
}
std::uint64_t Unfolded(std::uint64_t folded) { return (folded >> 1U) ^ (0 - (folded & 1U)); }

}  // namespace

void AppendNumber(std::string& bytes, std::uint64_t number) {
  while (number >= 0x80U) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(number | 0x80U)));
    number >>= 7U;
  }
  bytes.push_back(static_cast<char>(number));
}

void AppendText(std::string& bytes, std::string_view text) {
  AppendNumber(bytes, text.size());
  bytes.append(text);
}

void AppendRow(std::string& bytes, const TableShape& table, std::span<const Cell> row,
               std::vector<std::int64_t>& previous) {
  for (std::size_t i = 0; i < row.size(); i += 8) {
    unsigned missing = 0;
    for (std::size_t bit = 0; bit < 8 && i + bit < row.size(); ++bit) {
      missing |= (row[i + bit].is_null ? 1U : 0U) << bit;
    }
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(missing)));
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].is_null) {
      continue;
    }
    switch (table.columns[i].type) {
      case CellType::kInteger: {
        // Unsigned, because the difference of two numbers may not fit.
        const auto value = static_cast<std::uint64_t>(row[i].integer);
        AppendNumber(bytes, Folded(value - static_cast<std::uint64_t>(previous[i])));
        previous[i] = row[i].integer;
        break;
      }
      case CellType::kReal: {
        auto bits = std::bit_cast<std::uint64_t>(row[i].real);
        for (int byte = 0; byte < 8; ++byte, bits >>= 8U) {
          bytes.push_back(static_cast<char>(static_cast<unsigned char>(bits & 0xffU)));
        }
        break;
      }
      case CellType::kText:
      case CellType::kBytes:
        AppendText(bytes, row[i].bytes);
        break;
    }
  }
}

bool TakeNumber(std::string_view& bytes, std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80U) {
      return true;
    }
  }
  return false;
}

bool TakeText(std::string_view& bytes, std::string_view& text) {
  std::uint64_t size = 0;
  if (!TakeNumber(bytes, size) || size > bytes.size()) {
    return false;
  }
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

bool TakeRow(std::string_view& bytes, const TableShape& table, std::vector<Cell>& row,
             std::vector<std::int64_t>& previous) {
  const std::size_t num_flags = (row.size() + 7) / 8;
  if (bytes.size() < num_flags) {
    return false;
  }
  const std::string_view flags = bytes.substr(0, num_flags);
  bytes.remove_prefix(num_flags);
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i].is_null = ((static_cast<unsigned char>(flags[i / 8]) >> (i % 8)) & 1U) != 0;
    if (row[i].is_null) {
      continue;
    }
    switch (table.columns[i].type) {
      case CellType::kInteger: {
        std::uint64_t folded = 0;
        if (!TakeNumber(bytes, folded)) {
          return false;
        }
        previous[i] =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(previous[i]) + Unfolded(folded));
        row[i].integer = previous[i];
        break;
      }
      case CellType::kReal: {
        if (bytes.size() < 8) {
          return false;
        }
        std::uint64_t bits = 0;
        for (std::size_t byte = 8; byte-- > 0;) {
          bits = (bits << 8U) | static_cast<unsigned char>(bytes[byte]);
        }
        row[i].real = std::bit_cast<double>(bits);
        bytes.remove_prefix(8);
        break;
      }
      case CellType::kText:
      case CellType::kBytes:
        if (!TakeText(bytes, row[i].bytes)) {
          return false;
        }
        break;
    }
  }
  return true;
}

void AppendShape(std::string& bytes, const TableShape& table) {
  AppendText(bytes, table.name);
  AppendNumber(bytes, table.columns.size());
  for (const TableColumn& column : table.columns) {
    AppendText(bytes, column.name);
    AppendNumber(bytes, static_cast<std::uint64_t>(column.type));
  }
}

bool TakeShape(std::string_view bytes, TableShape& table) {
  std::string_view text;
  std::uint64_t num_columns = 0;
  if (!TakeText(bytes, text) || !TakeNumber(bytes, num_columns) || num_columns > bytes.size()) {
    return false;
  }
  table = {.name = std::string(text), .columns = {}};
  for (std::uint64_t i = 0; i < num_columns; ++i) {
    std::uint64_t type = 0;
    if (!TakeText(bytes, text) || !TakeNumber(bytes, type) || type < 1 || type > 4) {
      return false;
    }
    table.columns.push_back({.name = std::string(text), .type = static_cast<CellType>(type)});
  }
  return bytes.empty() && num_columns > 0;
}

}  // namespace ri::data
