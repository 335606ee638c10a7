#include "ingest/mapping_proposal.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "domain/money.h"
#include "ingest/date_parser.h"
#include "ingest/header.h"
#include "ingest/mapping.h"
#include "ingest/row_source.h"
#include "ingest/value_parser.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kSampleRows = 20'000;
constexpr std::size_t kFewValues = 12;

struct Column {
  std::string name;
  std::string words;  ///< lower case, "_" and "-" as blanks
  std::size_t filled = 0;
  std::set<std::string> distinct;  ///< lower case, complete only while small
  bool unique = true;
  bool number = true;
  bool date = true;
  bool flag = true;
  bool currency = true;
  std::size_t total_length = 0;
  DateOrderEvidence order;
  bool used = false;
};

constexpr std::array<std::string_view, 9> kWonWords = {"won",       "closed won", "win",
                                                       "closedwon", "approved",   "success",
                                                       "converted", "accepted",   "sold"};
constexpr std::array<std::string_view, 12> kLostWords = {
    "lost",     "closed lost", "loss",     "closedlost", "declined", "failed",
    "rejected", "cancelled",   "canceled", "abandoned",  "no sale",  "not converted"};

template <std::size_t count>
bool IsOneOf(const std::array<std::string_view, count>& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

std::string Words(std::string_view name) {
  std::string words = LowerCase(name);
  std::ranges::replace_if(words, [](char c) { return c == '_' || c == '-' || c == '.'; }, ' ');
  return words;
}

Column Profile(const std::string& name, const std::vector<std::string>& cells,
               const MissingWords& missing) {
  Column column{.name = name, .words = Words(name)};
  for (const std::string& cell : cells) {
    const std::string_view text = Trim(cell);
    if (missing.Contains(text)) {
      continue;
    }
    ++column.filled;
    column.total_length += text.size();
    column.unique = column.distinct.insert(LowerCase(text)).second && column.unique;
    column.number = column.number && ParseNumber(text).has_value();
    column.flag = column.flag && ParseFlag(text).has_value();
    column.currency = column.currency && text.size() == 3 && domain::Currency::FromCode(text);
    if (column.date) {
      column.date = ParseInstant(text, DateOrder::kDayFirst).has_value() ||
                    ParseInstant(text, DateOrder::kMonthFirst).has_value();
      CountDateOrder(text, column.order);
    }
  }
  if (column.filled == 0) {
    column.number = column.date = column.flag = column.currency = column.unique = false;
  }
  column.date = column.date && !column.number;  // bare numbers are dates by name only
  return column;
}

/// TOML text in quotes.
std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + "\"";
}

class Proposal {
 public:
  Proposal(const std::string& path, const Table& table) : path_(path), rows_(table.lines.size()) {
    const MissingWords missing(Mapping{}.missing);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      columns_.push_back(Profile(table.facts.header[j], table.columns[j], missing));
    }
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      spellings_.push_back(&table.columns[j]);
    }
  }

  std::string Write() {
    PickOutcome();
    PickId();
    PickDates();
    Pick("amount", {"amount", "deal value", "value", "revenue", "price", "acv", "arr"},
         [](const Column& c) { return c.number && !c.flag; });
    Pick("currency", {"currency"}, [](const Column& c) { return c.currency; });
    Pick("owner",
         {"opportunity owner", "deal owner", "owner", "sales agent", "sales rep", "seller",
          "salesperson", "rep"},
         [](const Column& c) { return c.filled > 0 && !c.date; });
    Pick("account", {"account name", "account", "company", "customer", "client", "organi"},
         [](const Column& c) { return c.filled > 0 && !c.date && !c.number; });
    Pick("stage", {"stage", "phase"}, [](const Column& c) { return c.filled > 0 && !c.number; });
    Pick("product", {"product name", "product"}, [](const Column& c) { return !c.number; });
    Pick("lead_source", {"lead source", "source", "channel"},
         [](const Column& c) { return !c.number; });
    Pick("name", {"deal name", "opportunity name", "topic", "title"},
         [](const Column& c) { return !c.number; });
    return Text();
  }

 private:
  template <typename Fits>
  std::optional<std::size_t> Find(const std::vector<std::string_view>& names, const Fits& fits) {
    for (const std::string_view name : names) {
      for (const bool exact : {true, false}) {
        for (std::size_t j = 0; j < columns_.size(); ++j) {
          const Column& column = columns_[j];
          const bool match =
              exact ? column.words == name
                    : (" " + column.words).find(" " + std::string(name)) != std::string::npos;
          if (match && !column.used && fits(column)) {
            return j;
          }
        }
      }
    }
    return std::nullopt;
  }
  template <typename Fits>
  bool Pick(std::string_view role, const std::vector<std::string_view>& names, const Fits& fits) {
    const auto found = Find(names, fits);
    if (found) {
      Use(role, *found);
    }
    return found.has_value();
  }
  void Use(std::string_view role, std::size_t column) {
    columns_[column].used = true;
    roles_ += std::string(role) + " = " + Quote(columns_[column].name) + "\n";
  }

  void PickOutcome() {
    std::optional<std::size_t> best;
    for (std::size_t j = 0; j < columns_.size() && !best; ++j) {
      const auto& values = columns_[j].distinct;
      const bool won = std::ranges::any_of(values, [](auto& v) { return IsOneOf(kWonWords, v); });
      const bool lost = std::ranges::any_of(values, [](auto& v) { return IsOneOf(kLostWords, v); });
      if (values.size() <= kFewValues && won && lost) {
        best = j;
      }
    }
    if (!best) {
      best = Find({"outcome", "result", "converted", "won", "is won", "success", "y"},
                  [](const Column& c) { return c.flag && c.distinct.size() == 2; });
    }
    if (!best) {
      return;
    }
    std::set<std::string> spellings;
    for (const std::string& cell : *spellings_[*best]) {
      spellings.insert(std::string(Trim(cell)));
    }
    std::string won;
    std::string lost;
    std::string open;
    for (const std::string& value : spellings) {
      const std::string lower = LowerCase(value);
      const bool flag_won = columns_[*best].flag && ParseFlag(value).value_or(false);
      std::string& list = IsOneOf(kWonWords, lower) || flag_won                ? won
                          : IsOneOf(kLostWords, lower) || columns_[*best].flag ? lost
                                                                               : open;
      if (!value.empty()) {
        list += (list.empty() ? "" : ", ") + Quote(value);
      }
    }
    outcome_ =
        "\n# Check which values mean what; every other value is refused.\n[file.outcome]\nwon = [" +
        won + "]\nlost = [" + lost + "]\nopen = [" + open + "]\n";
    Use("outcome", *best);
  }

  void PickId() {
    const auto fits = [this](const Column& c) { return c.unique && c.filled == rows_; };
    if (Pick("id",
             {"opportunity id", "deal id", "record id", "lead id", "case id", "id",
              "opportunity number", "lead number", "number", "key"},
             fits)) {
      return;
    }
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      const Column& column = columns_[j];
      const std::string_view words = column.words;
      if (!column.used && fits(column) && !column.date &&
          (words.ends_with("id") || words.ends_with("number") || words.ends_with("no"))) {
        Use("id", j);
        return;
      }
    }
    roles_ +=
        "# No column tells rows apart: the row's number serves.\nid = { row_number = true }\n";
  }

  void PickDates() {
    const auto is_date = [](const Column& c) { return c.date; };
    const bool expected = Pick("commit_date",
                               {"expected close", "est close", "est. close", "estimated close",
                                "commit date", "forecast close"},
                               is_date);
    if (!Pick("created",
              {"opportunity created", "created", "create", "engage", "registered", "opened",
               "open date", "start", "first contact", "entry date"},
              is_date) &&
        !Pick("created", {"date"}, is_date)) {
      clock_ =
          "\n# No date says when a deal began. Rows are dated by their order, oldest first; set\n"
          "# column = instead of order = when a number grows with time.\n[file.clock]\n"
          "order = \"rows\"\nper_day = 25\nstart = \"2020-01-01\"\n";
    }
    if (!outcome_.empty()) {
      Pick("closed", {"close date", "closed", "close", "won date", "end date", "decided"}, is_date);
    } else if (!expected) {
      Pick("commit_date", {"close date", "close"}, is_date);
    }
    DecideDateOrder();
  }

  /// One order for the whole file, by the dates of all columns that leave no choice.
  void DecideDateOrder() {
    std::int64_t day_first = 0;
    std::int64_t month_first = 0;
    const Column* ambiguous = nullptr;
    for (const Column& column : columns_) {
      if (column.date) {
        day_first += column.order.day_first;
        month_first += column.order.month_first;
        ambiguous = column.order.ambiguous > 0 ? &column : ambiguous;
      }
    }
    if (day_first != month_first) {
      order_ = std::string("date_order = ") +
               (day_first > month_first ? "\"day_first\"" : "\"month_first\"") + "  # decided by " +
               std::to_string(std::max(day_first, month_first)) +
               " dates that can only be read so\n";
    } else if (ambiguous != nullptr) {
      order_ = "# Dates such as " + ambiguous->order.example +
               " can be read both ways; the other choice is \"day_first\".\n"
               "date_order = \"month_first\"\n";
    }
  }

  [[nodiscard]] std::string Text() const {
    std::string stem = std::filesystem::path(path_).filename().string();
    stem = stem.substr(0, stem.find('.'));
    std::string text =
        "# Proposed from the first " + std::to_string(rows_) +
        " rows; read it before you import.\nname = " + Quote(LowerCase(stem)) +
        "\n# The currency of amounts without a currency column.\ncurrency = \"USD\"\n" + order_ +
        "\n[[file]]\nnoun = \"deal\"\nmatch = [" + Quote(stem + "*") + "]\n" +
        "# Move here every column that is filled or changed when a deal closes: a model "
        "must not\n# read it.\nnever_use = []\n";
    std::string ignored;
    std::string custom;
    for (const Column& column : columns_) {
      if (column.used) {
        continue;
      }
      if (column.filled == 0) {
        ignored += (ignored.empty() ? "" : ", ") + Quote(column.name);
        continue;
      }
      const bool long_text = column.total_length > 60 * column.filled ||
                             (column.unique && column.filled > kFewValues && !column.number);
      const std::string type = column.date     ? "date"
                               : column.number ? "number"
                               : column.flag   ? "flag"
                               : long_text     ? "text"
                                               : "category";
      custom += Quote(column.name) + " = \"" + type + "\"\n";
    }
    if (!ignored.empty()) {
      text += "ignore = [" + ignored + "]  # always empty\n";
    }
    text += "\n[file.columns]\n" + roles_;
    if (outcome_.empty()) {
      text += "# No column says how deals ended: all count as open.\n";
    }
    text += outcome_ + clock_;
    if (!custom.empty()) {
      text +=
          "\n# Your own columns; each becomes a feature (text does not).\n[file.custom]\n" + custom;
    }
    return text;
  }

  const std::string& path_;
  std::size_t rows_;
  std::vector<Column> columns_;
  std::vector<const std::vector<std::string>*> spellings_;
  std::string roles_;
  std::string outcome_;
  std::string clock_;
  std::string order_;
};

}  // namespace

Result<std::string> ProposeMapping(const std::string& path) {
  RI_ASSIGN_OR_RETURN(const Table table, ReadTable(path, kSampleRows));
  const std::string text = Proposal(path, table).Write();
  // What is proposed must be accepted; anything else would be our mistake.
  if (auto parsed = ParseMapping(text, "proposed mapping"); !parsed) {
    return Fail(ErrorCode::kInternal, parsed.error().message());
  }
  return text;
}

}  // namespace ri::ingest
