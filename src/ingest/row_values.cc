#include "ingest/row_values.h"

#include <algorithm>
#include <charconv>

#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kLongestKey = 255;
constexpr std::string_view kNegative = "is negative; an amount is at least 0";

bool IsAlphanumeric(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

void RowValues::SetRow(const Row& row, std::int64_t number) {
  row_ = row;
  number_ = number;
  failed_ = false;
}

std::string_view RowValues::Cell(std::size_t column) const {
  std::string_view text = row_.cells[column];
  if (!text.empty() && (static_cast<unsigned char>(text.front()) <= ' ' ||
                        static_cast<unsigned char>(text.back()) <= ' ' || text.front() == '\xC2' ||
                        text.back() == '\xA0')) {
    text = Trim(text);
  }
  if (const auto* map = table_.values[column]) {
    if (const auto found = map->find(std::string(text)); found != map->end()) {
      text = found->second;
    }
  }
  return table_.missing.Contains(text) ? std::string_view() : text;
}

RowValues::Found RowValues::Find(const BoundRole& role) const {
  for (const std::size_t column : role.columns) {
    std::string_view text = Cell(column);
    if (!text.empty() && role.lookup) {
      const auto found = role.lookup->find(text);
      text = found == role.lookup->end() ? std::string_view() : std::string_view(found->second);
    }
    if (!text.empty()) {
      return {text, column};
    }
  }
  return {role.rule == nullptr ? std::string_view() : std::string_view(role.rule->fixed),
          role.columns.empty() ? table_.header.size() : role.columns.front()};
}

std::string_view RowValues::Text(Role role) const { return Find(table_.role(role)).text; }

std::string_view RowValues::Key(Role role) {
  const BoundRole& bound = table_.role(role);
  failed_ = false;
  if (bound.rule != nullptr && bound.rule->row_number) {
    // Fixed width, so that the order of keys is the order of rows.
    std::string digits = std::to_string(number_);
    key_ = "row-" + std::string(digits.size() < 7 ? 7 - digits.size() : 0, '0') + digits;
    return key_;
  }
  const Found found = Find(bound);
  if (found.text.size() > kLongestKey) {
    RejectCell(found.column, found.text, "is too long for an id (255 bytes)");
    return {};
  }
  if (table_.mapping->ids == IdStyle::kSalesforce && found.text.size() == 15) {
    key_ = CanonicalSalesforceId(found.text);
    return key_;
  }
  return found.text;
}

std::vector<std::string> RowValues::Keys(Role role) {
  const BoundRole& bound = table_.role(role);
  std::vector<std::string> keys;
  if (bound.rule == nullptr || bound.rule->split.empty()) {
    if (const std::string_view key = Key(role); !key.empty()) {
      keys.emplace_back(key);
    }
    return keys;
  }
  failed_ = false;
  const Found found = Find(bound);
  std::string_view rest = found.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(bound.rule->split), rest.size());
    const std::string_view key = Trim(rest.substr(0, end));
    if (key.size() > kLongestKey) {
      RejectCell(found.column, key, "is too long for an id (255 bytes)");
    } else if (!key.empty()) {
      const bool short_id = table_.mapping->ids == IdStyle::kSalesforce && key.size() == 15;
      keys.push_back(short_id ? CanonicalSalesforceId(key) : std::string(key));
    }
    rest.remove_prefix(std::min(end + bound.rule->split.size(), rest.size()));
  }
  return keys;
}

std::optional<Instant> RowValues::TimeOf(const BoundRole& role) {
  failed_ = false;
  const Found found = Find(role);
  if (found.text.empty()) {
    return std::nullopt;
  }
  const auto time = ParseInstant(found.text, role.date_order);
  if (!time) {
    RejectCell(found.column, found.text, time.error());
    return std::nullopt;
  }
  return *time;
}

std::optional<double> RowValues::Number(Role role) {
  failed_ = false;
  const BoundRole& bound = table_.role(role);
  const Found found = Find(bound);
  if (found.text.empty()) {
    return std::nullopt;
  }
  const auto number = ParseNumber(found.text, table_.mapping->decimal);
  if (!number) {
    RejectCell(found.column, found.text, number.error());
    return std::nullopt;
  }
  // "50%" is a half already; only a bare 50 needs the scale of percent.
  const bool percent = bound.rule->scale == 0.01 && found.text.ends_with('%');
  return percent ? *number : *number * bound.rule->scale;
}

std::optional<std::int64_t> RowValues::Amount(Role role, int minor_digits, bool negative_allowed) {
  failed_ = false;
  const Found found = Find(table_.role(role));
  if (found.text.empty()) {
    return std::nullopt;
  }
  const auto amount = ParseAmount(found.text, minor_digits, table_.mapping->decimal);
  if (!amount || (*amount < 0 && !negative_allowed)) {
    RejectCell(found.column, found.text, amount ? kNegative : amount.error());
    return std::nullopt;
  }
  return *amount;
}

std::optional<bool> RowValues::Flag(Role role) {
  failed_ = false;
  const Found found = Find(table_.role(role));
  if (found.text.empty()) {
    return std::nullopt;
  }
  const auto flag = ParseFlag(found.text);
  if (!flag) {
    RejectCell(found.column, found.text, flag.error());
    return std::nullopt;
  }
  return *flag;
}

std::optional<Instant> RowValues::CustomDate(const BoundCustom& custom) {
  const std::string_view text = Cell(custom.column);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto time = ParseInstant(text, custom.date_order);
  if (!time) {
    RejectCell(custom.column, text, time.error());
    return std::nullopt;
  }
  return *time;
}

std::optional<double> RowValues::CustomNumber(const BoundCustom& custom) {
  const std::string_view text = Cell(custom.column);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto number = ParseNumber(text, table_.mapping->decimal);
  if (!number) {
    RejectCell(custom.column, text, number.error());
    return std::nullopt;
  }
  return *number;
}

std::optional<bool> RowValues::CustomFlag(const BoundCustom& custom) {
  const std::string_view text = Cell(custom.column);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto flag = ParseFlag(text);
  if (!flag) {
    RejectCell(custom.column, text, flag.error());
    return std::nullopt;
  }
  return *flag;
}

bool RowValues::Meets(const BoundCondition& condition) const {
  if (condition.impossible) {
    return false;
  }
  return std::ranges::all_of(condition.terms, [this](const auto& term) {
    return MatchesAny(term.second, Trim(row_.cells[term.first]));
  });
}

void RowValues::Reject(Role role, std::string_view reason) {
  const Found found = Find(table_.role(role));
  RejectCell(found.column, found.text, reason);
}

void RowValues::RejectCell(std::size_t column, std::string_view text, std::string_view reason) {
  failed_ = true;
  rejects_.Add(row_.line, column < table_.header.size() ? table_.header[column] : "", text, reason);
}

std::int64_t RowValues::ContentHash() const {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string_view cell : row_.cells) {
    for (const char c : cell) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    hash = (hash ^ 0x1FU) * 1099511628211ULL;  // cells "ab","c" and "a","bc" differ
  }
  return static_cast<std::int64_t>(hash >> 1U);
}

std::int64_t StableHash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return static_cast<std::int64_t>(hash >> 1U);
}

std::string CanonicalSalesforceId(std::string_view id) {
  std::string canonical(id);
  if (id.size() != 15 || !IsAlphanumeric(id)) {
    return canonical;
  }
  // One character per five says which of them are upper case.
  constexpr std::string_view kSuffix = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  for (std::size_t group = 0; group < 3; ++group) {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      const char c = id[group * 5 + i];
      bits |= c >= 'A' && c <= 'Z' ? std::size_t{1} << i : 0U;
    }
    canonical += kSuffix[bits];
  }
  return canonical;
}

std::int64_t SequenceOf(std::string_view id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error == std::errc{} && end == id.data() + id.size() && number >= 0) {
    return number;
  }
  if ((id.size() != 15 && id.size() != 18) || !IsAlphanumeric(id)) {
    return StableHash(id);
  }
  std::int64_t value = 0;
  for (const char c : id.substr(5, 10)) {
    const int digit = c <= '9' ? c - '0' : c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;
    value = value * 62 + digit;
  }
  return value;
}

}  // namespace ri::ingest
