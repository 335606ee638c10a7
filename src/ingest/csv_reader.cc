#include "ingest/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "ingest/csv_delimiter.h"
#include "ingest/header.h"
#include "ingest/table_frame.h"
#include "ingest/text_stream.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kInitialBuffer = 1U << 20U;
constexpr std::size_t kSlack =
    16;  // a sentinel behind the text, and room for a converted character

using CharacterSet = std::array<bool, 256>;

CharacterSet SetOf(std::string_view characters) {
  CharacterSet set{};
  for (const char c : characters) {
    set[static_cast<unsigned char>(c)] = true;
  }
  return set;
}

class CsvReader final : public RowSource {
 public:
  CsvReader(std::unique_ptr<TextStream> text, std::string format, std::size_t max_row_bytes)
      : text_(std::move(text)), max_row_bytes_(max_row_bytes), buffer_(kInitialBuffer + kSlack) {
    facts_.format = std::move(format);
  }

  Status Begin(char forced_delimiter) {
    RI_RETURN_IF_ERROR(Fill());
    const std::string_view sample(buffer_.data() + begin_, end_ - begin_);
    facts_.delimiter = forced_delimiter != '\0' ? forced_delimiter : ',';
    if (sample.size() > 5 && sample.starts_with("sep=") &&
        (sample[5] == '\r' || sample[5] == '\n')) {
      facts_.delimiter = sample[4];
      begin_ += sample.substr(5).starts_with("\r\n") ? 7 : 6;
      ++line_;
    } else if (forced_delimiter == '\0') {
      facts_.delimiter = DetectDelimiter(sample, at_end_);
    }
    unquoted_stop_ = SetOf("\r\n");
    unquoted_stop_[static_cast<unsigned char>(facts_.delimiter)] = true;
    quoted_stop_ = SetOf("\"\r\n");
    SkipTitles();
    Row row;
    RI_ASSIGN_OR_RETURN(const bool any, NextRow(row));
    if (!any) {
      return Fail(ErrorCode::kBadInput, "The file holds no text; it needs a header line.");
    }
    RI_ASSIGN_OR_RETURN(facts_.header, CleanHeader(row.cells));
    return {};
  }

  const FileFacts& facts() const override { return facts_; }
  std::int64_t bytes_read() const override { return text_->bytes().position(); }
  std::int64_t bytes_total() const override { return text_->bytes().total(); }

  Result<bool> Next(Row& row) override {
    RI_ASSIGN_OR_RETURN(const bool any, NextRow(row));
    if (any && row.cells.size() != facts_.header.size() && row.malformed.empty()) {
      malformed_ = "The row has " + std::to_string(row.cells.size()) + " cells, the header has " +
                   std::to_string(facts_.header.size()) +
                   "; look for a missing quote or an extra delimiter.";
      row.malformed = malformed_;
    }
    return any;
  }

 private:
  enum class Scan { kRow, kNeedMore, kUnclosed };

  [[nodiscard]] bool IsBlank() const {
    return std::ranges::all_of(cells_, &std::string_view::empty);
  }

  /// Moves to the header, if titles of a report stand above it. Looks only at what is in the
  /// buffer.
  void SkipTitles() {
    const std::size_t begin = begin_;
    const std::int64_t line = line_;
    std::vector<RowShape> shapes;
    std::vector<std::pair<std::size_t, std::int64_t>> places;
    while (begin_ < end_ && shapes.size() < kRowsAboveHeader && ScanRow() == Scan::kRow) {
      if (!IsBlank()) {
        const auto filled = static_cast<std::size_t>(std::ranges::count_if(
            cells_, [](std::string_view cell) { return !Trim(cell).empty(); }));
        shapes.push_back({.cells = cells_.size(), .filled = filled});
        places.emplace_back(begin_, line_);
      }
      begin_ = next_;
      line_ += row_lines_;
    }
    const std::size_t header = HeaderPosition(shapes);
    begin_ = header == 0 ? begin : places[header].first;
    line_ = header == 0 ? line : places[header].second;
    facts_.num_titles = static_cast<std::int64_t>(header);
  }

  Result<bool> NextRow(Row& row) {
    for (;;) {
      if (begin_ == end_) {
        if (at_end_) {
          return false;
        }
        RI_RETURN_IF_ERROR(Fill());
        continue;
      }
      const Scan scan = ScanRow();
      if (scan == Scan::kNeedMore) {
        if (end_ - begin_ > max_row_bytes_) {
          return Fail(ErrorCode::kBadInput, "Line " + std::to_string(line_) +
                                                ": the row is longer than " +
                                                std::to_string(max_row_bytes_ >> 20U) +
                                                " MiB. A quote that is never closed does this.");
        }
        RI_RETURN_IF_ERROR(Fill());
        continue;
      }
      if (scan == Scan::kUnclosed) {
        return Fail(ErrorCode::kBadInput,
                    "Line " + std::to_string(quote_line_) +
                        ": a quote is opened and never closed. Close or double it.");
      }
      const std::int64_t line = line_;
      line_ += row_lines_;
      begin_ = next_;
      if (cells_[0].empty() && IsBlank()) {
        continue;  // a blank line, or one of delimiters alone as spreadsheets leave them
      }
      for (const std::size_t index : doubled_) {
        cells_[index] = Unescape(cells_[index]);
      }
      row.cells = cells_;
      row.line = line;
      row.malformed = {};
      if (text_after_quote_) {
        row.malformed = "There is text after a closing quote; double the quotes inside a cell.";
      }
      return true;
    }
  }

  /// Splits the row that begins at `begin_`; nothing is changed unless it is complete.
  Scan ScanRow() {
    cells_.clear();
    doubled_.clear();
    row_lines_ = 0;
    text_after_quote_ = false;
    const char* const end = buffer_.data() + end_;
    const char* p = buffer_.data() + begin_;
    for (;;) {
      const char* first = p;
      const char* last = nullptr;
      if (*p == '"' && p < end) {
        quote_line_ = line_ + row_lines_;
        first = ++p;
        bool doubled = false;
        for (;;) {
          while (!quoted_stop_[static_cast<unsigned char>(*p)]) {
            ++p;
          }
          if (p >= end) {
            return at_end_ ? Scan::kUnclosed : Scan::kNeedMore;
          }
          if (p + 1 == end && !at_end_) {
            return Scan::kNeedMore;  // the next byte decides what this one means
          }
          if (*p == '"') {
            if (p + 1 < end && p[1] == '"') {
              doubled = true;
              p += 2;
              continue;
            }
            break;
          }
          p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
          ++row_lines_;
        }
        last = p++;
        if (!unquoted_stop_[static_cast<unsigned char>(*p)]) {
          text_after_quote_ = true;
          while (!unquoted_stop_[static_cast<unsigned char>(*p)]) {
            ++p;
          }
        }
        if (doubled) {
          doubled_.push_back(cells_.size());
        }
      } else {
        while (!unquoted_stop_[static_cast<unsigned char>(*p)]) {
          ++p;
        }
        last = p;
      }
      cells_.emplace_back(first, static_cast<std::size_t>(last - first));
      if (p >= end) {
        if (!at_end_) {
          return Scan::kNeedMore;
        }
        next_ = end_;
        return Scan::kRow;
      }
      if (*p == facts_.delimiter) {
        ++p;
        continue;
      }
      if (*p == '\r') {
        if (p + 1 == end && !at_end_) {
          return Scan::kNeedMore;
        }
        p += p + 1 < end && p[1] == '\n' ? 2 : 1;
      } else {
        ++p;
      }
      ++row_lines_;
      next_ = static_cast<std::size_t>(p - buffer_.data());
      return Scan::kRow;
    }
  }

  /// Turns doubled quotes into single ones, in place.
  std::string_view Unescape(std::string_view cell) {
    char* const begin = buffer_.data() + (cell.data() - buffer_.data());
    char* out = begin;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      *out++ = cell[i];
      if (cell[i] == '"') {
        ++i;
      }
    }
    return {begin, static_cast<std::size_t>(out - begin)};
  }

  /// Moves the unfinished row to the front and reads behind it.
  Status Fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ + kSlack >= buffer_.size() - kSlack) {
      buffer_.resize(buffer_.size() * 2);
    }
    // A source may return little at a time; a full buffer keeps rescans of cut rows rare.
    while (!at_end_ && end_ < (buffer_.size() - kSlack) / 2) {
      RI_ASSIGN_OR_RETURN(const std::size_t count, text_->Read(std::span(buffer_).subspan(
                                                       end_, buffer_.size() - kSlack - end_)));
      at_end_ = count == 0;
      end_ += count;
    }
    if (!at_end_ && end_ - begin_ < buffer_.size() - 2 * kSlack) {
      RI_ASSIGN_OR_RETURN(const std::size_t count, text_->Read(std::span(buffer_).subspan(
                                                       end_, buffer_.size() - kSlack - end_)));
      at_end_ = count == 0;
      end_ += count;
    }
    buffer_[end_] = '\n';  // stops every scan at the end of the text
    facts_.encoding = text_->encoding();
    facts_.num_replaced = text_->num_replaced();
    return {};
  }

  std::unique_ptr<TextStream> text_;
  FileFacts facts_;
  std::size_t max_row_bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< first byte of the next row
  std::size_t end_ = 0;
  std::size_t next_ = 0;
  bool at_end_ = false;
  std::int64_t line_ = 1;
  std::int64_t row_lines_ = 0;
  std::int64_t quote_line_ = 0;
  bool text_after_quote_ = false;
  CharacterSet unquoted_stop_{};
  CharacterSet quoted_stop_{};
  std::vector<std::string_view> cells_;
  std::vector<std::size_t> doubled_;  ///< cells with doubled quotes
  std::string malformed_;
};

}  // namespace

Result<std::unique_ptr<RowSource>> OpenCsv(std::unique_ptr<ByteSource> bytes, std::string format,
                                           const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(auto text, TextStream::Open(std::move(bytes)));
  auto reader =
      std::make_unique<CsvReader>(std::move(text), std::move(format), options.max_row_bytes);
  RI_RETURN_IF_ERROR(reader->Begin(options.delimiter));
  return reader;
}

}  // namespace ri::ingest
