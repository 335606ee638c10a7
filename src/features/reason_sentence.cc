#include "features/reason_sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "features/reason_phrases.h"

namespace ri::features {
namespace {

using base::Language;
using base::Phrase;

constexpr std::string_view kDivider = "||";
constexpr Phrase kYes("yes", "ja");
constexpr Phrase kNo("no", "nein");
constexpr Phrase kMissing("missing", "fehlt");
constexpr Phrase kNotKnown("{name} is not known", "{name}: nicht bekannt");

std::string Grouped(double value) {
  std::string digits = fmt::format("{:.0f}", std::fabs(value));
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return (value < 0 ? "-" : "") + digits;
}

// Three digits that matter, without an exponent and without zeros at the end.
std::string Plain(double value) {
  const double size = std::fabs(value);
  if (size >= 1000) {
    return Grouped(value);
  }
  if (size >= 100 || value == std::round(value)) {
    return fmt::format("{:.0f}", value);
  }
  std::string text = fmt::format("{:.{}f}", value, size >= 10 ? 1 : 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

bool IsCount(const FeatureDefinition& definition) {
  return definition.unit == "count" || definition.unit.starts_with("days") ||
         definition.unit == "months" || definition.unit == "bytes";
}

// A number on the scale that people read.
std::string NumberText(const FeatureDefinition& definition, double value, Language language) {
  const std::string& unit = definition.unit;
  if (unit == "flag") {
    return std::string((value == 0 ? kNo : kYes).In(language));
  }
  const auto plain = [language](double number) { return base::NumberIn(language, Plain(number)); };
  if (unit.starts_with("share")) {
    return fmt::format("{:.0f} %", 100 * value);
  }
  if (unit.starts_with("log of ")) {
    const double size = std::expm1(value);
    // More digits than three would pretend to know a float32 logarithm better than it is.
    const double step = size >= 1000 ? std::pow(10.0, std::floor(std::log10(size)) - 2) : 1;
    return base::NumberIn(language, Grouped(std::round(size / step) * step));
  }
  if (unit.starts_with("days")) {
    return plain(std::fabs(value) >= 10 ? std::floor(value) : std::round(10 * value) / 10);
  }
  if (unit == "log ratio") {
    return plain(std::exp(value));
  }
  return plain(value);
}

std::string_view Part(std::string_view sentence, double value) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = sentence.find(kDivider, begin);
    parts.push_back(sentence.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) {
      break;
    }
    begin = end + kDivider.size();
  }
  const std::size_t wanted = value > 0 ? 0 : value == 0 ? 1 : 2;
  return wanted < parts.size() ? parts[wanted] : parts[0];
}

std::string Capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::string FillPart(std::string_view part, std::string_view value, bool one) {
  std::string text;
  for (std::size_t at = 0; at < part.size(); ++at) {
    const std::size_t end = part[at] == '{' ? part.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      text.push_back(part[at]);
      continue;
    }
    const std::string_view word = part.substr(at + 1, end - at - 1);
    const std::size_t bar = word.find('|');
    if (word == "value") {
      text += value;
    } else if (word == "s") {
      text += one ? "" : "s";
    } else if (bar != std::string_view::npos) {
      text += one ? word.substr(0, bar) : word.substr(bar + 1);
    } else {
      text += part.substr(at, end - at + 1);
    }
    at = end;
  }
  return text;
}

std::string ValueText(const FeatureDefinition& definition, std::span<const std::string> labels,
                      float value, Language language) {
  if (std::isnan(value)) {
    return std::string(kMissing.In(language));
  }
  if (definition.kind == FeatureKind::kCategory && !labels.empty()) {
    return labels[static_cast<std::size_t>(value)];
  }
  return NumberText(definition, value, language);
}

std::string ReasonSentence(const FeatureDefinition& definition, std::span<const std::string> labels,
                           float value, Language language) {
  if (std::isnan(value)) {
    return base::Say(kNotKnown, language,
                     {{"name", Capitalised(FeatureLabel(definition, language))}});
  }
  const std::string sentence = definition.sentence.empty()
                                   ? FeatureLabel(definition, language) + ": {value}"
                                   : SentenceTemplate(definition, language);
  if (definition.kind == FeatureKind::kCategory) {
    return FillPart(Part(sentence, 1), ValueText(definition, labels, value, language), false);
  }
  const std::string_view part = Part(sentence, value);
  const bool has_negative = part.data() != Part(sentence, 1).data() && value < 0;
  const double shown = has_negative && definition.unit != "log ratio"
                           ? std::fabs(static_cast<double>(value))
                           : static_cast<double>(value);
  const std::string text = NumberText(definition, shown, language);
  return FillPart(part, text, IsCount(definition) && text == "1");
}

namespace {

constexpr std::string_view kOwn = "custom.";
constexpr std::string_view kAccountField = "account.";

/// What the program made of a column, said in words.
struct Suffix {
  std::string_view end;
  std::string_view english;
  std::string_view german;
};
constexpr Suffix kSuffixes[] = {
    {".win_rate_n", ": earlier deals with the same value", ": frühere Deals mit gleichem Wert"},
    {".win_rate", ": win rate", ": Gewinnquote"},
    {".days_ahead", ": days ahead", ": Tage bis dahin"},
    {".days_from_creation", ": days from creation", ": Tage seit der Anlage"},
    {".present", ": filled", ": gefüllt"},
    {".length", ": length", ": Länge"},
    {".days", ": days between", ": Tage dazwischen"},
    {".log", "", ""},
};

/// Takes the suffix off a name.
const Suffix* TakeSuffix(std::string& name) {
  for (const Suffix& suffix : kSuffixes) {
    if (name.ends_with(suffix.end)) {
      name.erase(name.size() - suffix.end.size());
      return &suffix;
    }
  }
  return nullptr;
}

std::string ColumnWords(std::string name) {
  if (name.ends_with("__c")) {
    name.erase(name.size() - 3);
  }
  std::ranges::replace(name, '_', ' ');
  return name;
}

}  // namespace

std::string OwnColumnName(std::string_view feature) {
  std::string name(feature.substr(feature.starts_with(kOwn) ? kOwn.size() : 0));
  if (name.starts_with(kAccountField)) {
    name.erase(0, kAccountField.size());
  }
  TakeSuffix(name);
  // Columns of one name and several types are told apart in the feature's name only.
  const std::size_t type = name.rfind(".type");
  if (type != std::string::npos &&
      name.find_first_not_of("0123456789", type + 5) == std::string::npos) {
    name.erase(type);
  }
  return ColumnWords(std::move(name));
}

std::string FeatureLabel(const FeatureDefinition& definition, Language language) {
  const bool german = language == Language::kGerman;
  std::string label = definition.name;
  if (!label.starts_with(kOwn)) {
    if (german) {
      if (std::string name = GermanFeatureName(label); !name.empty()) {
        return name;
      }
    }
    // Values appear on their own scale, so that the name says nothing of the logarithm either.
    constexpr std::string_view kLogarithm = "log_";
    if (label.starts_with(kLogarithm)) {
      label.erase(0, kLogarithm.size());
    }
    std::ranges::replace(label, '_', ' ');
    return label;
  }
  label.erase(0, kOwn.size());
  const bool account = label.starts_with(kAccountField);
  if (account) {
    label.erase(0, kAccountField.size());
  }
  const Suffix* suffix = TakeSuffix(label);
  std::string text = ColumnWords(std::move(label));
  if (account) {
    text += german ? " des Kunden" : " of the account";
  }
  if (suffix != nullptr) {
    text += german ? suffix->german : suffix->english;
  }
  return text;
}

}  // namespace ri::features
