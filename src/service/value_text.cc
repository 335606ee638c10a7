#include "service/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ri::service {
namespace {

constexpr std::string_view kLogScale = " on a log scale";

/// Digits grouped by thousands.
std::string Grouped(double value) {
  std::string digits = fmt::format("{:.0f}", std::fabs(value));
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return (value < 0 ? "-" : "") + digits;
}

/// Two or three digits that matter, without an exponent.
std::string Plain(double value) {
  const double size = std::fabs(value);
  if (size >= 1000) {
    return Grouped(value);
  }
  if (size >= 100 || value == std::round(value)) {
    return fmt::format("{:.0f}", value);
  }
  return size >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

bool IsLog(const features::FeatureDefinition& definition) {
  return definition.unit.starts_with("log of ");
}

}  // namespace

std::string ValueText(const features::FeatureDefinition& definition,
                      const std::vector<std::string>& labels, float value) {
  if (std::isnan(value)) {
    return "missing";
  }
  if (!labels.empty()) {
    return labels[static_cast<std::size_t>(value)];
  }
  if (definition.unit == "flag") {
    return value == 0 ? "no" : "yes";
  }
  if (definition.unit.starts_with("share")) {
    return fmt::format("{:.0f} %", 100 * value);
  }
  if (IsLog(definition)) {
    return Grouped(std::round(std::expm1(static_cast<double>(value))));
  }
  return Plain(value);
}

std::string ObservationText(const features::FeatureDefinition& definition,
                            const std::string& value) {
  if (value == "missing") {
    return FieldLabel(definition.name) + " is not known";
  }
  std::string sentence =
      definition.sentence.empty() ? FieldLabel(definition.name) + ": {value}" : definition.sentence;
  if (const std::size_t at = sentence.find(kLogScale);
      IsLog(definition) && at != std::string::npos) {
    sentence.erase(at, kLogScale.size());
  }
  if (const std::size_t at = sentence.find("{value}"); at != std::string::npos) {
    sentence.replace(at, std::string_view("{value}").size(), value);
  }
  return sentence;
}

std::string FieldLabel(const std::string& feature) {
  std::string label = feature;
  std::ranges::replace(label, '_', ' ');
  constexpr std::string_view kCustom = "custom.";
  return label.starts_with(kCustom) ? label.substr(kCustom.size()) : label;
}

}  // namespace ri::service
