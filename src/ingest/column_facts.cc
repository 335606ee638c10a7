#include "ingest/column_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "domain/money.h"
#include "ingest/header.h"
#include "ingest/role_names.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kFewValues = 12;
constexpr double kLongText = 60;

std::string Words(std::string_view name) {
  std::string split;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const bool hump = i > 0 && name[i] >= 'A' && name[i] <= 'Z' && lower(name[i - 1]);
    split += hump ? std::string(" ") + name[i] : std::string(1, name[i]);
  }
  std::string words = LowerCase(split);
  std::ranges::replace_if(
      words,
      [](char c) { return std::string_view("_-./#()[]:?").find(c) != std::string_view::npos; },
      ' ');
  const auto doubled =
      std::ranges::unique(words, [](char left, char right) { return left == ' ' && right == ' '; });
  words.erase(doubled.begin(), doubled.end());
  return std::string(Trim(words));
}

/// Words by which a column of plain numbers says that they are day numbers of a spreadsheet.
bool NameSpeaksOfDays(std::string_view words) {
  constexpr std::array<std::string_view, 5> kHints = {"date", "datum", "fecha", "data", " am"};
  const auto within = [words](std::string_view hint) {
    return words.find(hint) != std::string_view::npos;
  };
  const auto begins_word = [words](std::string_view name) { return IsCalled(words, name); };
  return std::ranges::any_of(kHints, within) ||
         std::ranges::any_of(NamesOfCreated(), begins_word) ||
         std::ranges::any_of(NamesOfClosed(), begins_word) ||
         std::ranges::any_of(NamesOfCommitDate(), begins_word);
}

/// "EUR" for a euro sign or the code as a word of its own.
std::string CurrencyIn(std::string_view text) {
  // Longer signs first: "R$" holds "$".
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kSigns = {
      {{"\xE2\x82\xAC", "EUR"},
       {"\xC2\xA3", "GBP"},
       {"\xC2\xA5", "JPY"},
       {"\xE2\x82\xB9", "INR"},
       {"z\xC5\x82", "PLN"},
       {"K\xC4\x8D", "CZK"},
       {"R$", "BRL"},
       {"C$", "CAD"},
       {"A$", "AUD"},
       {"Fr.", "CHF"},
       {"$", "USD"}}};
  for (const auto& [sign, code] : kSigns) {
    if (text.find(sign) != std::string_view::npos) {
      return std::string(code);
    }
  }
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool letter = i < text.size() && text[i] >= 'A' && text[i] <= 'Z';
    if (letter) {
      word += text[i];
      continue;
    }
    constexpr std::array<std::string_view, 14> kCodes = {"USD", "EUR", "GBP", "CHF", "JPY",
                                                         "SEK", "NOK", "DKK", "CAD", "AUD",
                                                         "PLN", "CZK", "BRL", "INR"};
    if (std::ranges::find(kCodes, word) != kCodes.end()) {
      return word;
    }
    word.clear();
  }
  return {};
}

/// Marks of money that name no currency for sure: the general sign, into which older encodings turn
/// the euro; "kr" of four countries; and factors as in "12.5k".
bool HasMoneyMark(std::string_view text) {
  return text.find("\xC2\xA4") != std::string_view::npos || LowerCase(text).ends_with("kr") ||
         LowerCase(text).ends_with("kr.") || LowerCase(text).starts_with("kr") ||
         (text.size() > 1 && (text.ends_with('k') || text.ends_with('K') || text.ends_with('M')) &&
          text[text.size() - 2] >= '0' && text[text.size() - 2] <= '9');
}

/// What one number says about the mark of its decimals.
void CountDecimalMark(std::string_view text, ColumnFacts& facts) {
  const auto points = std::ranges::count(text, '.');
  const auto commas = std::ranges::count(text, ',');
  const auto digits_after = [text](char mark) {
    std::size_t count = 0;
    for (std::size_t i = text.rfind(mark) + 1; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') {
        break;
      }
      ++count;
    }
    return count;
  };
  if (points > 0 && commas > 0) {
    ++(text.rfind(',') > text.rfind('.') ? facts.decimal_commas : facts.decimal_points);
  } else if (points > 1) {
    ++facts.decimal_commas;  // 1.234.567
  } else if (commas > 1) {
    ++facts.decimal_points;
  } else if (commas == 1 && digits_after(',') != 3) {
    ++facts.decimal_commas;
  } else if (points == 1) {
    ++(digits_after('.') == 3 ? facts.grouping_points : facts.decimal_points);
  }
}

bool AllDayNumbers(const std::vector<double>& numbers) {
  constexpr double kFirst = 25569;  // 1970
  constexpr double kLast = 73050;   // 2100
  return !numbers.empty() && std::ranges::all_of(numbers, [](double number) {
    return number >= kFirst && number <= kLast;
  });
}

}  // namespace

ColumnFacts FactsOf(const std::string& name, std::span<const std::string> cells,
                    const MissingWords& missing) {
  ColumnFacts facts{.name = name, .words = Words(name), .rows = cells.size(), .unique = true};
  facts.number = facts.date = facts.flag = facts.currency = true;
  facts.symbol = CurrencyIn(name);
  bool amount = true;
  std::vector<double> numbers;
  double length = 0;
  for (const std::string& cell : cells) {
    const std::string_view text = Trim(cell);
    if (text.empty() || missing.Contains(text)) {
      continue;
    }
    if (facts.filled++ == 0) {
      facts.example = std::string(text);
    }
    length += static_cast<double>(text.size());
    facts.unique = facts.distinct.insert(LowerCase(text)).second && facts.unique;
    if (facts.number || amount) {
      const auto number = ParseNumber(text);
      facts.number = facts.number && number.has_value();
      const std::string symbol = number ? std::string() : CurrencyIn(text);
      amount =
          amount &&
          (number || ((!symbol.empty() || HasMoneyMark(text)) && ParseAmount(text, 2).has_value()));
      if (number || amount) {
        CountDecimalMark(text, facts);
      }
      if (number) {
        numbers.push_back(*number);
        facts.largest = std::max(facts.largest, std::fabs(*number));
        facts.fractions = facts.fractions || *number != std::floor(*number);
      } else if (amount && facts.symbol.empty()) {
        facts.symbol = symbol;
      }
    }
    facts.flag = facts.flag && ParseFlag(text).has_value();
    facts.currency = facts.currency && text.size() == 3 && domain::Currency::FromCode(text);
    if (facts.date) {
      const auto day_first = ParseInstant(text, DateOrder::kDayFirst);
      const auto month_first = ParseInstant(text, DateOrder::kMonthFirst);
      facts.date = day_first || month_first;
      facts.has_time = facts.has_time || (day_first && day_first->has_time) ||
                       (month_first && month_first->has_time);
      CountDateOrder(text, facts.order);
    }
  }
  if (facts.filled == 0) {
    facts.number = facts.date = facts.flag = facts.currency = facts.unique = false;
    return facts;
  }
  facts.mean_length = length / static_cast<double>(facts.filled);
  if (facts.number) {
    facts.date = facts.date && NameSpeaksOfDays(facts.words) && AllDayNumbers(numbers);
    facts.number = !facts.date;
  }
  facts.money = amount && !facts.date;
  return facts;
}

bool ColumnFacts::is_text() const {
  return mean_length > kLongText || (unique && filled > kFewValues && !number && !date);
}

std::string ColumnFacts::type() const {
  return date ? "date" : number ? "number" : flag ? "flag" : is_text() ? "text" : "category";
}

std::string ColumnFacts::date_format() const {
  if (!date) {
    return {};
  }
  const std::string_view text = example;
  const std::string time = has_time ? " hh:mm" : "";
  if (text.find_first_not_of("0123456789.") == std::string_view::npos &&
      text.find('.') == text.rfind('.')) {
    return text.size() == 8 ? "yyyymmdd" : "spreadsheet day number";
  }
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const char separator = digits < text.size() ? text[digits] : '-';
  const std::string mark(1, separator);
  if (digits == 4) {
    return "yyyy" + mark + "mm" + mark + "dd" + time;
  }
  if (digits == 0 || separator == ' ' ||
      text.find_first_of("abcdefghijklmnoprstuvyABCDEFGHIJKLMNOPRSUVY") < 6) {
    return "day with the month's name" + time;
  }
  if (order.order == DateOrder::kDayFirst) {
    return "dd" + mark + "mm" + mark + "yyyy" + time;
  }
  if (order.order == DateOrder::kMonthFirst) {
    return "mm" + mark + "dd" + mark + "yyyy" + time;
  }
  return "dd" + mark + "mm or mm" + mark + "dd, then yyyy" + time;
}

}  // namespace ri::ingest
