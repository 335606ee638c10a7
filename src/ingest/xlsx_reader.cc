#include "ingest/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "domain/date.h"
#include "ingest/header.h"
#include "ingest/table_frame.h"
#include "ingest/value_parser.h"
#include "ingest/xml_reader.h"

namespace ri::ingest {
namespace {

using Token = XmlReader::Token;

constexpr std::size_t kMostColumns = 16384;  // what the format allows
constexpr std::size_t kMostTextBytes = std::size_t{1} << 30U;

struct Sheet {
  std::string name;
  std::string member;
};

struct Workbook {
  std::vector<Sheet> sheets;
  bool since_1904 = false;
};

Result<XmlReader> OpenXml(const ZipArchive& archive, const std::string& member) {
  const ZipMember* found = archive.Find(member);
  if (found == nullptr) {
    return Fail(ErrorCode::kBadInput,
                "The workbook lacks " + member + "; save it again as .xlsx or CSV.");
  }
  RI_ASSIGN_OR_RETURN(auto bytes, archive.Read(*found));
  return XmlReader(std::move(bytes));
}

Result<Workbook> ReadWorkbook(const ZipArchive& archive) {
  std::map<std::string, std::string, std::less<>> targets;
  RI_ASSIGN_OR_RETURN(XmlReader relations, OpenXml(archive, "xl/_rels/workbook.xml.rels"));
  for (;;) {
    RI_ASSIGN_OR_RETURN(const Token token, relations.Next());
    if (token == Token::kDone) {
      break;
    }
    if (token == Token::kStart && relations.name() == "Relationship") {
      std::string target(relations.Attribute("Target"));
      target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
      targets[std::string(relations.Attribute("Id"))] = target;
    }
  }
  Workbook workbook;
  RI_ASSIGN_OR_RETURN(XmlReader xml, OpenXml(archive, "xl/workbook.xml"));
  for (;;) {
    RI_ASSIGN_OR_RETURN(const Token token, xml.Next());
    if (token == Token::kDone) {
      break;
    }
    if (token != Token::kStart) {
      continue;
    }
    if (xml.name() == "workbookPr") {
      workbook.since_1904 = ParseFlag(xml.Attribute("date1904")).value_or(false);
    } else if (xml.name() == "sheet") {
      const auto target = targets.find(xml.Attribute("r:id"));
      if (target != targets.end()) {
        workbook.sheets.push_back({std::string(xml.Attribute("name")), target->second});
      }
    }
  }
  if (workbook.sheets.empty()) {
    return Fail(ErrorCode::kBadInput, "The workbook has no sheet.");
  }
  return workbook;
}

Result<std::vector<std::string>> ReadSharedTexts(const ZipArchive& archive) {
  std::vector<std::string> texts;
  if (archive.Find("xl/sharedStrings.xml") == nullptr) {
    return texts;
  }
  RI_ASSIGN_OR_RETURN(XmlReader xml, OpenXml(archive, "xl/sharedStrings.xml"));
  bool in_text = false;
  bool phonetic = false;  // reading aids of East Asian texts are no content
  std::size_t bytes = 0;
  for (;;) {
    RI_ASSIGN_OR_RETURN(const Token token, xml.Next());
    if (token == Token::kDone) {
      return texts;
    }
    if (token == Token::kStart && xml.name() == "si") {
      texts.emplace_back();
    }
    if (token != Token::kText) {
      in_text = xml.name() == "t" ? token == Token::kStart : in_text;
      phonetic = xml.name() == "rPh" ? token == Token::kStart : phonetic;
    } else if (in_text && !phonetic && !texts.empty()) {
      texts.back() += xml.text();
      bytes += xml.text().size();
      if (bytes > kMostTextBytes) {
        return Fail(ErrorCode::kBadInput, "The workbook's texts exceed 1 GiB; export it as CSV.");
      }
    }
  }
}

/// Letters of a number format that make it a date, outside quotes and brackets.
bool IsDateFormat(std::string_view code) {
  bool quoted = false;
  bool bracket = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '[' || c == ']') {
      bracket = c == '[';
    } else if (!quoted && !bracket && (c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'h')) {
      return true;
    }
  }
  return false;
}

/// By cell style: whether it shows a date.
Result<std::vector<bool>> ReadDateStyles(const ZipArchive& archive) {
  std::vector<bool> styles;
  if (archive.Find("xl/styles.xml") == nullptr) {
    return styles;
  }
  RI_ASSIGN_OR_RETURN(XmlReader xml, OpenXml(archive, "xl/styles.xml"));
  std::map<int, bool> formats;
  bool in_cell_styles = false;
  const auto number = [](std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  for (;;) {
    RI_ASSIGN_OR_RETURN(const Token token, xml.Next());
    if (token == Token::kDone) {
      return styles;
    }
    if (token == Token::kText) {
      continue;
    }
    if (xml.name() == "cellXfs") {
      in_cell_styles = token == Token::kStart;
    } else if (token == Token::kStart && xml.name() == "numFmt") {
      formats[number(xml.Attribute("numFmtId"))] = IsDateFormat(xml.Attribute("formatCode"));
    } else if (token == Token::kStart && in_cell_styles && xml.name() == "xf") {
      const int id = number(xml.Attribute("numFmtId"));
      const bool built_in = (id >= 14 && id <= 22) || (id >= 45 && id <= 47);
      const auto own = formats.find(id);
      styles.push_back(built_in || (own != formats.end() && own->second));
    }
  }
}

/// "BC12" is column 54; empty when the reference has no letters.
std::optional<std::size_t> ColumnOf(std::string_view reference) {
  std::size_t column = 0;
  std::size_t i = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z'; ++i) {
    column = column * 26 + static_cast<std::size_t>(reference[i] - 'A') + 1;
    if (column > kMostColumns) {
      return std::nullopt;
    }
  }
  return i == 0 ? std::nullopt : std::optional<std::size_t>(column - 1);
}

class SheetReader final : public RowSource {
 public:
  SheetReader(XmlReader xml, std::vector<std::string> texts, std::vector<bool> date_styles,
              bool since_1904)
      : xml_(std::move(xml)),
        texts_(std::move(texts)),
        date_styles_(std::move(date_styles)),
        since_1904_(since_1904) {
    facts_.format = "xlsx";
    facts_.encoding = "UTF-8";
  }

  Status Begin() {
    RI_RETURN_IF_ERROR(SkipTitles());
    RI_ASSIGN_OR_RETURN(const bool any, NextRow());
    if (!any) {
      return Fail(ErrorCode::kBadInput, "The sheet is empty; it needs a header row.");
    }
    ShowCells(used_);
    RI_ASSIGN_OR_RETURN(facts_.header, CleanHeader(views_));
    return {};
  }

  const FileFacts& facts() const override { return facts_; }
  std::int64_t bytes_read() const override { return xml_.bytes().position(); }
  std::int64_t bytes_total() const override { return xml_.bytes().total(); }

  Result<bool> Next(Row& row) override {
    RI_ASSIGN_OR_RETURN(const bool any, NextRow());
    if (!any) {
      return false;
    }
    row.malformed = {};
    if (used_ > facts_.header.size()) {
      row.malformed = "The row has cells beyond the last column of the header.";
    }
    ShowCells(facts_.header.size());
    row.cells = views_;
    row.line = line_;
    return true;
  }

 private:
  void ShowCells(std::size_t count) {
    if (cells_.size() < count) {
      cells_.resize(count);
    }
    views_.assign(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  /// Rows read ahead while the header was looked for.
  struct AheadRow {
    std::vector<std::string> cells;
    std::size_t used = 0;
    std::int64_t line = 0;
  };

  /// Forgets the titles that a report has above its header.
  Status SkipTitles() {
    std::vector<RowShape> shapes;
    std::size_t width = 0;
    while (ahead_.size() < kRowsAboveHeader) {
      RI_ASSIGN_OR_RETURN(const bool any, ReadRow());
      if (!any) {
        break;
      }
      const auto filled = static_cast<std::size_t>(std::ranges::count_if(
          std::span(cells_).first(used_), [](const std::string& cell) { return !cell.empty(); }));
      shapes.push_back({.filled = filled});
      width = std::max(width, used_);
      ahead_.push_back({.cells = cells_, .used = used_, .line = line_});
    }
    for (RowShape& shape : shapes) {
      shape.cells = width;  // a sheet has no rows of their own width
    }
    const std::size_t header = HeaderPosition(shapes);
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(header));
    facts_.num_titles = static_cast<std::int64_t>(header);
    return {};
  }

  Result<bool> NextRow() {
    if (ahead_.empty()) {
      return ReadRow();
    }
    cells_ = std::move(ahead_.front().cells);
    used_ = ahead_.front().used;
    line_ = ahead_.front().line;
    ahead_.pop_front();
    return true;
  }

  /// Reads up to the next row with a value into cells_[0, used_).
  Result<bool> ReadRow() {
    for (;;) {
      RI_ASSIGN_OR_RETURN(const Token token, xml_.Next());
      if (token == Token::kDone) {
        return false;
      }
      if (token != Token::kStart || xml_.name() != "row") {
        continue;
      }
      const std::string_view number = xml_.Attribute("r");
      ++line_;
      std::from_chars(number.data(), number.data() + number.size(), line_);
      for (std::string& cell : cells_) {
        cell.clear();
      }
      used_ = 0;
      RI_RETURN_IF_ERROR(ReadCells());
      if (used_ > 0) {
        return true;
      }
    }
  }

  Status ReadCells() {
    std::size_t column = 0;
    std::string type;
    std::size_t style = 0;
    bool in_value = false;
    std::string value;
    for (;;) {
      RI_ASSIGN_OR_RETURN(const Token token, xml_.Next());
      if (token == Token::kDone || (token == Token::kEnd && xml_.name() == "row")) {
        return {};
      }
      if (token == Token::kText) {
        if (in_value) {
          value += xml_.text();
        }
        continue;
      }
      const bool start = token == Token::kStart;
      if (xml_.name() == "v" || xml_.name() == "t") {
        in_value = start;
      } else if (xml_.name() == "c" && start) {
        column = ColumnOf(xml_.Attribute("r")).value_or(column);
        type = std::string(xml_.Attribute("t"));
        const std::string_view text = xml_.Attribute("s");
        style = 0;
        std::from_chars(text.data(), text.data() + text.size(), style);
        value.clear();
      } else if (xml_.name() == "c") {
        if (column >= kMostColumns) {
          return Fail(ErrorCode::kBadInput, "The sheet has more than 16384 columns.");
        }
        if (cells_.size() <= column) {
          cells_.resize(column + 1);
        }
        RI_RETURN_IF_ERROR(Interpret(type, style, value, cells_[column]));
        if (!cells_[column].empty()) {
          used_ = std::max(used_, column + 1);
        }
        ++column;
      }
    }
  }

  Status Interpret(std::string_view type, std::size_t style, const std::string& value,
                   std::string& out) const {
    out.clear();
    if (type == "s") {
      std::size_t index = texts_.size();
      std::from_chars(value.data(), value.data() + value.size(), index);
      if (index >= texts_.size()) {
        return Fail(ErrorCode::kBadInput, "Row " + std::to_string(line_) +
                                              " points to a text that is not there; save " +
                                              "the workbook again.");
      }
      out = texts_[index];
    } else if (type == "b") {
      out = value == "1" ? "true" : "false";
    } else if (type == "e") {
      return {};
    } else if (type.empty() || type == "n") {
      const auto number = ParseNumber(value, DecimalMark::kPoint);
      out =
          number && style < date_styles_.size() && date_styles_[style] ? DateText(*number) : value;
    } else {
      out = value;  // "str", "inlineStr", "d"
    }
    return {};
  }

  [[nodiscard]] std::string DateText(double serial) const {
    constexpr double kSerialOf1970 = 25569;
    constexpr double kDaysTo1904 = 1462;
    const double days = serial - kSerialOf1970 + (since_1904_ ? kDaysTo1904 : 0);
    if (!(std::fabs(days) < 1e6)) {
      return std::to_string(serial);
    }
    const auto seconds = static_cast<std::int64_t>(std::llround(days * 86400));
    const auto time = domain::TimestampFromMilliseconds(seconds * 1000);
    return seconds % 86400 == 0 ? domain::FormatDate(domain::DateOf(time))
                                : domain::FormatTimestamp(time);
  }

  XmlReader xml_;
  std::vector<std::string> texts_;
  std::vector<bool> date_styles_;
  bool since_1904_;
  FileFacts facts_;
  std::int64_t line_ = 0;
  std::size_t used_ = 0;
  std::vector<std::string> cells_;
  std::vector<std::string_view> views_;
  std::deque<AheadRow> ahead_;
};

}  // namespace

bool IsWorkbook(const ZipArchive& archive) { return archive.Find("xl/workbook.xml") != nullptr; }

Result<std::vector<std::string>> ListSheets(const ZipArchive& archive) {
  RI_ASSIGN_OR_RETURN(const Workbook workbook, ReadWorkbook(archive));
  std::vector<std::string> names;
  for (const Sheet& sheet : workbook.sheets) {
    names.push_back(sheet.name);
  }
  return names;
}

Result<std::unique_ptr<RowSource>> OpenSheet(const ZipArchive& archive, const std::string& sheet) {
  RI_ASSIGN_OR_RETURN(const Workbook workbook, ReadWorkbook(archive));
  const auto found = sheet.empty() ? workbook.sheets.begin()
                                   : std::ranges::find(workbook.sheets, sheet, &Sheet::name);
  if (found == workbook.sheets.end()) {
    return Fail(ErrorCode::kNotFound, "The workbook has no sheet \"" + sheet + "\".");
  }
  RI_ASSIGN_OR_RETURN(std::vector<std::string> texts, ReadSharedTexts(archive));
  RI_ASSIGN_OR_RETURN(std::vector<bool> styles, ReadDateStyles(archive));
  RI_ASSIGN_OR_RETURN(XmlReader xml, OpenXml(archive, found->member));
  auto reader = std::make_unique<SheetReader>(std::move(xml), std::move(texts), std::move(styles),
                                              workbook.since_1904);
  RI_RETURN_IF_ERROR(reader->Begin());
  return reader;
}

}  // namespace ri::ingest
