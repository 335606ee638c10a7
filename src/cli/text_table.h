#pragma once

/// A table for people on a terminal: columns aligned by width, numbers to the right.

#include <string>
#include <vector>

namespace ri::cli {

enum class Align { kLeft, kRight };

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };
  explicit TextTable(std::vector<Column> columns);

  /// \pre cells.size() == number of columns
  void AddRow(std::vector<std::string> cells);
  /// Lines with two blanks between columns and a rule under the header; ends with a line break.
  /// Widths count code points, so that accented names stay aligned.
  [[nodiscard]] std::string Render() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Number of Unicode code points of a UTF-8 text.
[[nodiscard]] std::size_t CodePoints(const std::string& text);
/// The text cut to `width` code points, with an ellipsis when something was cut.
[[nodiscard]] std::string Shorten(const std::string& text, std::size_t width);

}  // namespace ri::cli
