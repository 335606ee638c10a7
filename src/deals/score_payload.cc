#include "deals/score_payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How a field's value is packed; with kHasContribution when eight bytes of contribution follow.
enum Code : std::uint8_t { kMissing = 0, kWhole = 1, kReal = 2, kLabel = 3, kHasContribution = 8 };

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < count; ++k) {
      group |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i + k])) << (16 - 8 * k);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= count ? kAlphabet[(group >> (18 - 6 * k)) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=') {
      break;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    group = (group << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((group >> bits) & 255);
    }
  }
  return bytes;
}

class Writer {
 public:
  template <typename T>
  void Raw(T value) {
    std::array<char, sizeof(T)> raw{};
    std::memcpy(raw.data(), &value, sizeof(T));
    bytes_.append(raw.data(), raw.size());
  }
  void Varint(std::uint64_t value) {
    while (value >= 128) {
      bytes_ += static_cast<char>((value & 127) | 128);
      value >>= 7;
    }
    bytes_ += static_cast<char>(value);
  }
  void Text(std::string_view text) {
    Varint(text.size());
    bytes_ += text;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what Writer wrote; `ok` turns false at the first thing that is not there.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  T Raw() {
    T value{};
    if (bytes_.size() < sizeof(T)) {
      ok_ = false;
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = Raw<std::uint8_t>();
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
    ok_ = false;
    return value;
  }
  std::string Text() {
    const std::uint64_t length = Varint();
    if (!ok_ || length > bytes_.size()) {
      ok_ = false;
      return "";
    }
    std::string text(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return text;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

std::string PackReasons(const std::vector<std::size_t>& columns,
                        const FieldContributions& contributions,
                        const features::FeatureTable& table, std::size_t row) {
  Writer writer;
  writer.Raw(contributions.base_margin);
  writer.Varint(columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const double contribution = contributions.log_odds[j];
    const std::size_t column = columns[j];
    const float value = column == kNoColumn ? std::nanf("") : table.values(row, column);
    std::uint8_t code = kReal;
    if (std::isnan(value)) {
      code = kMissing;
    } else if (!table.labels[column].empty()) {
      code = kLabel;
    } else if (value == std::trunc(value) && std::fabs(value) < 1e6F) {
      code = kWhole;
    }
    const bool has_contribution = std::bit_cast<std::uint64_t>(contribution) != 0;
    if (!has_contribution) {
      code = kMissing;  // a field without a part is not shown
    }
    writer.Raw(static_cast<std::uint8_t>(code | (has_contribution ? kHasContribution : 0)));
    if (has_contribution) {
      writer.Raw(contribution);
    }
    if (code == kWhole) {
      const auto whole = static_cast<std::int64_t>(value);
      writer.Varint((static_cast<std::uint64_t>(whole) << 1) ^
                    static_cast<std::uint64_t>(whole >> 63));
    } else if (code == kReal) {
      writer.Raw(value);
    } else if (code == kLabel) {
      writer.Text(table.labels[column][static_cast<std::size_t>(value)]);
    }
  }
  return ToBase64(writer.bytes());
}

void AddNumber(std::string& json, std::string_view name, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(json), ",\"{}\":{}", name, value);
  }
}

void AddText(std::string& json, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    json += ",\"";
    json += name;
    json += "\":";
    json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void AddDate(std::string& json, std::string_view name, const std::optional<domain::Date>& date) {
  if (date) {
    fmt::format_to(std::back_inserter(json), ",\"{}\":{}", name, domain::DayNumber(*date));
  }
}

std::optional<domain::Date> DateOfField(const nlohmann::json& document, const char* name) {
  const auto found = document.find(name);
  return found == document.end()
             ? std::nullopt
             : std::optional(domain::DateFromDayNumber(found->get<std::int64_t>()));
}

void ReadDeal(const nlohmann::json& document, book::ScoredDeal& deal) {
  const double none = std::nan("");
  const auto number = [&](const char* name) { return document.value(name, none); };
  const auto text = [&](const char* name) { return document.value(name, std::string()); };
  deal.name = text("name");
  deal.owner = text("owner");
  deal.account = text("account");
  deal.stage = text("stage");
  deal.forecast_category = text("category");
  deal.currency = text("currency");
  deal.as_of = domain::TimestampFromMilliseconds(document.value("as_of", std::int64_t{0}));
  if (document.contains("amount")) {
    deal.amount_minor = document["amount"].get<std::int64_t>();
  }
  deal.commit_date = DateOfField(document, "commit_date");
  deal.band_deals = document.value("band_deals", std::size_t{0});
  deal.win_by_next_quarter_end = number("win_by_next_quarter_end");
  deal.win_by_commit_date = number("win_by_commit_date");
  deal.slip = number("slip");
  deal.loss = number("loss");
  deal.stall = number("stall");
  deal.shrink = number("shrink");
  deal.expected_close_p10 = DateOfField(document, "p10");
  deal.expected_close_p50 = DateOfField(document, "p50");
  deal.expected_close_p90 = DateOfField(document, "p90");
  deal.risk = number("risk");
  deal.excess_risk = number("excess_risk");
  deal.priority = document.value("priority", 0.0);
}

}  // namespace

std::vector<std::size_t> ColumnsOf(const std::vector<features::FeatureDefinition>& definitions,
                                   const features::FeatureTable& table) {
  std::vector<std::size_t> columns;
  for (const features::FeatureDefinition& definition : definitions) {
    columns.push_back(table.Find(definition.name).value_or(kNoColumn));
  }
  return columns;
}

std::string PackPayload(const book::ScoredDeal& deal, const std::vector<std::size_t>& columns,
                        const FieldContributions& contributions,
                        const features::FeatureTable& table, std::size_t row) {
  std::string json = fmt::format("{{\"format\":1,\"as_of\":{}", domain::Milliseconds(deal.as_of));
  AddText(json, "name", deal.name);
  AddText(json, "owner", deal.owner);
  AddText(json, "account", deal.account);
  AddText(json, "stage", deal.stage);
  AddText(json, "category", deal.forecast_category);
  AddText(json, "currency", deal.currency);
  if (deal.amount_minor) {
    fmt::format_to(std::back_inserter(json), ",\"amount\":{}", *deal.amount_minor);
  }
  AddDate(json, "commit_date", deal.commit_date);
  fmt::format_to(std::back_inserter(json), ",\"band_deals\":{}", deal.band_deals);
  AddNumber(json, "win_by_next_quarter_end", deal.win_by_next_quarter_end);
  AddNumber(json, "win_by_commit_date", deal.win_by_commit_date);
  AddNumber(json, "slip", deal.slip);
  AddNumber(json, "loss", deal.loss);
  AddNumber(json, "stall", deal.stall);
  AddNumber(json, "shrink", deal.shrink);
  AddDate(json, "p10", deal.expected_close_p10);
  AddDate(json, "p50", deal.expected_close_p50);
  AddDate(json, "p90", deal.expected_close_p90);
  AddNumber(json, "risk", deal.risk);
  AddNumber(json, "excess_risk", deal.excess_risk);
  AddNumber(json, "priority", deal.priority);
  if (!contributions.log_odds.empty()) {
    json += ",\"reasons\":\"" + PackReasons(columns, contributions, table, row) + "\"";
  }
  return json + "}";
}

Result<KeptReasons> UnpackPayload(std::string_view payload,
                                  const std::vector<features::FeatureDefinition>& definitions,
                                  book::ScoredDeal& deal) {
  const auto unreadable = [] {
    return Fail(ErrorCode::kStorage,
                "The stored explanation cannot be read. Check the database: revint doctor");
  };
  const auto document = nlohmann::json::parse(payload, nullptr, false);
  if (!document.is_object() || document.value("format", 0) != 1) {
    return unreadable();
  }
  if (!document.contains("reasons")) {
    return Fail(ErrorCode::kNotFound,
                "The run keeps scores without reasons: its model could not give any.");
  }
  ReadDeal(document, deal);
  const auto bytes = FromBase64(document.value("reasons", std::string()));
  if (!bytes) {
    return unreadable();
  }
  Reader reader(*bytes);
  KeptReasons kept;
  kept.contributions.base_margin = reader.Raw<double>();
  if (reader.Varint() != definitions.size()) {
    return unreadable();
  }
  for (const features::FeatureDefinition& definition : definitions) {
    const auto code = reader.Raw<std::uint8_t>();
    kept.contributions.log_odds.push_back((code & kHasContribution) != 0 ? reader.Raw<double>()
                                                                         : 0.0);
    std::vector<std::string> labels;
    float value = std::nanf("");
    if (const int kind = code & ~kHasContribution; kind == kWhole) {
      const std::uint64_t folded = reader.Varint();
      value = static_cast<float>(static_cast<std::int64_t>((folded >> 1) ^ -(folded & 1)));
    } else if (kind == kReal) {
      value = reader.Raw<float>();
    } else if (kind == kLabel) {
      labels = {reader.Text()};
      value = 0;
    }
    kept.values.push_back(features::ValueText(definition, labels, value));
    kept.observations.push_back(features::ReasonSentence(definition, labels, value));
  }
  if (!reader.ok()) {
    return unreadable();
  }
  return kept;
}

}  // namespace ri::deals
