#include "cli/text_table.h"

#include <algorithm>

#include "base/assertion.h"

namespace ri::cli {
namespace {

bool StartsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

void AppendCell(std::string& line, const std::string& cell, std::size_t width, Align align,
                bool last) {
  const std::size_t padding = width - std::min(width, CodePoints(cell));
  if (align == Align::kRight) {
    line.append(padding, ' ');
  }
  line += cell;
  if (align == Align::kLeft && !last) {
    line.append(padding, ' ');
  }
}

}  // namespace

std::size_t CodePoints(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, StartsCodePoint));
}

std::string Shorten(const std::string& text, std::size_t width) {
  if (CodePoints(text) <= width) {
    return text;
  }
  std::size_t points = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (StartsCodePoint(text[end]) && ++points == width) {
      break;
    }
  }
  return text.substr(0, end) + "\u2026";
}

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::AddRow(std::vector<std::string> cells) {
  RI_ASSERT(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::Render() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(CodePoints(column.title));
  }
  for (const auto& row : rows_) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      widths[j] = std::max(widths[j], CodePoints(row[j]));
    }
  }
  std::string text;
  const auto append_line = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      line += j > 0 ? "  " : "";
      AppendCell(line, cell_of(j), widths[j], columns_[j].align, j + 1 == columns_.size());
    }
    text += line + '\n';
  };
  append_line([&](std::size_t j) { return columns_[j].title; });
  append_line([&](std::size_t j) { return std::string(widths[j], '-'); });
  for (const auto& row : rows_) {
    append_line([&](std::size_t j) { return row[j]; });
  }
  return text;
}

}  // namespace ri::cli
