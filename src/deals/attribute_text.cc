#include "deals/attribute_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "book/organisation.h"

namespace ri::deals {
namespace {

using data::ValueType;

constexpr base::Phrase kYes("yes", "ja");
constexpr base::Phrase kNo("no", "nein");

std::string Words(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  std::ranges::replace(text, '.', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

/// German names of the standard fields and activities, which English makes of their own names.
constexpr std::pair<std::string_view, std::string_view> kGermanNames[] = {
    {"stage", "Stufe"},
    {"amount", "Betrag"},
    {"commit_date", "Zugesagtes Datum"},
    {"forecast_category", "Forecast-Kategorie"},
    {"owner", "Inhaber"},
    {"account", "Kunde"},
    {"name", "Name"},
    {"currency", "Währung"},
    {"product", "Produkt"},
    {"region", "Region"},
    {"industry", "Branche"},
    {"type", "Art des Deals"},
    {"lead_source", "Herkunft"},
    {"next_step", "Nächster Schritt"},
    {"discount", "Rabatt"},
    {"competitor", "Wettbewerber"},
    {"outcome", "Ausgang"},
    {"activity.meeting", "Termin"},
    {"activity.call", "Anruf"},
    {"activity.email_in", "E-Mail vom Käufer"},
    {"activity.email_out", "E-Mail an den Käufer"},
    {"activity.task", "Aufgabe"},
    {"activity.meeting_planned", "Termin geplant"},
    {"crm_probability", "Wahrscheinlichkeit im CRM"},
    {"closed_amount", "Betrag beim Abschluss"},
    {"qualified", "Qualifiziert"},
    {"excluded", "Ausgenommen"},
};

}  // namespace

std::string AttributeText(const AttributeReading& reading,
                          const data::AttributeDefinition& attribute, std::int64_t value) {
  if (value == data::kNoValue) {
    return {};
  }
  switch (attribute.type) {
    case ValueType::kFlag:
      return std::string((value != 0 ? kYes : kNo).In(reading.language));
    case ValueType::kInteger:
      return std::to_string(value);
    case ValueType::kReal:
      return fmt::format("{:.6g}", std::bit_cast<double>(value));
    case ValueType::kMoney:
      return domain::FormatMoney(domain::Money(value, reading.currency));
    case ValueType::kDate:
      return domain::FormatDate(domain::DateFromDayNumber(value));
    case ValueType::kTimestamp:
      return domain::FormatTimestamp(domain::TimestampFromMilliseconds(value));
    case ValueType::kText:
      return reading.log.symbols()[static_cast<std::size_t>(value)];
    case ValueType::kReference:
      return book::NameAt(reading.log, attribute.reference_kind, static_cast<std::size_t>(value),
                          reading.as_of);
  }
  return {};
}

std::string AttributeName(std::string_view attribute, base::Language language) {
  constexpr std::string_view kActivity = "activity.";
  if (language == base::Language::kGerman) {
    const auto* found =
        std::ranges::find(kGermanNames, attribute, [](const auto& pair) { return pair.first; });
    if (found != std::end(kGermanNames)) {
      return std::string(found->second);
    }
  }
  return Words(attribute.substr(attribute.starts_with(kActivity) ? kActivity.size() : 0));
}

std::string_view AttributeKind(std::string_view attribute) {
  struct Entry {
    std::string_view name, kind;
  };
  static constexpr Entry kKinds[] = {{"created", "created"},
                                     {"stage", "stage"},
                                     {"amount", "amount"},
                                     {"commit_date", "commit_date"},
                                     {"forecast_category", "forecast_category"},
                                     {"owner", "owner"},
                                     {"next_step", "next_step"}};
  if (attribute.starts_with("activity.")) {
    return "activity";
  }
  if (attribute.starts_with("contact")) {
    return "contact";
  }
  for (const Entry& entry : kKinds) {
    if (entry.name == attribute) {
      return entry.kind;
    }
  }
  return "field";
}

}  // namespace ri::deals
