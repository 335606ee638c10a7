#include "features/custom_features.h"

#include <algorithm>

namespace ri::features {
namespace {

/// Pairs grow with the square of the date columns; beyond this many they are noise.
constexpr std::size_t kMostPairedDates = 4;

constexpr const char* kAsEntered =
    "Some columns are filled after the outcome; the mapping must not import those.";

class Describer {
 public:
  Describer(std::string name, std::string column)
      : name_(std::move(name)), column_(std::move(column)) {}

  [[nodiscard]] FeatureDefinition Make(const std::string& suffix, std::string unit,
                                       std::string meaning, std::string missing_rule,
                                       std::string sentence) const {
    return {.name = name_ + suffix,
            .unit = std::move(unit),
            .window = "now",
            .meaning = std::move(meaning),
            .missing_rule = std::move(missing_rule),
            .leak_note = kAsEntered,
            .sentence = std::move(sentence),
            .group = "own fields"};
  }
  [[nodiscard]] const std::string& column() const { return column_; }

 private:
  std::string name_;
  std::string column_;
};

/// A column's name as people write it; Salesforce marks own fields with "__c".
std::string Words(std::string column) {
  if (column.ends_with("__c")) {
    column.erase(column.size() - 3);
  }
  std::ranges::replace(column, '_', ' ');
  return column;
}

std::vector<FeatureDefinition> Describe(const std::string& name, const std::string& field,
                                        Treatment treatment, bool has_rate) {
  const std::string column = Words(field);
  const Describer describer(name, column);
  const std::string empty = "The column is empty.";
  std::vector<FeatureDefinition> result;
  switch (treatment) {
    case Treatment::kNumber:
      result.push_back(describer.Make("", "as in the source",
                                      "Value of the column \"" + column + "\".", empty,
                                      column + " is {value}"));
      break;
    case Treatment::kFlag:
      result.push_back(describer.Make("", "flag", "1 when the column \"" + column + "\" is true.",
                                      empty, column + " holds||" + column + " does not hold"));
      break;
    case Treatment::kMoney:
      result.push_back(describer.Make(
          "", "currency units", "Value of the column \"" + column + "\", in its own currency.",
          empty, column + " is {value}"));
      result.push_back(
          describer.Make(".log", "log of currency units",
                         "Natural logarithm of 1 plus the value of the column \"" + column + "\".",
                         "The column is empty or negative.", column + " is {value}"));
      break;
    case Treatment::kDate:
      result.push_back(describer.Make(".days_ahead", "days",
                                      "Days from the snapshot to the date in the column \"" +
                                          column + "\"; negative when it has passed.",
                                      empty,
                                      column + " is {value} day{s} ahead||" + column +
                                          " is today||" + column + " was {value} day{s} ago"));
      result.push_back(
          describer.Make(".days_from_creation", "days",
                         "Days from the creation of the deal to the date in the column "
                         "\"" +
                             column + "\".",
                         empty,
                         column + " lies {value} day{s} after the creation||" + column +
                             " is the day of the creation||" + column +
                             " lies {value} day{s} before the creation"));
      break;
    case Treatment::kCategory:
    case Treatment::kReference:
      result.push_back(describer.Make("", "label", "Value of the column \"" + column + "\".", empty,
                                      column + " is {value}"));
      result.back().kind = FeatureKind::kCategory;
      if (has_rate) {
        result.push_back(describer.Make(
            ".win_rate", "share",
            "Share of earlier deals with the same value of the column \"" + column +
                "\" that were won, drawn towards the rate of all deals while there are few.",
            empty, "{value} of earlier deals with this " + column + " were won"));
        result.push_back(describer.Make(
            ".win_rate_n", "count",
            "Number of finished deals behind the win rate of the column \"" + column + "\".", empty,
            "{value} earlier {deal with this " + column + " has|deals with this " + column +
                " have} ended||No earlier deal with this " + column + " has ended"));
        for (std::size_t i = 1; i < 3; ++i) {
          result[i].window = "ever";
          result[i].leak_note =
              "Outcomes count from the moment they were visible; the deal's own never count.";
        }
      }
      break;
    case Treatment::kPresence:
    case Treatment::kFreeText:
      result.push_back(describer.Make(".present", "flag",
                                      "1 when the column \"" + column + "\" holds a value.",
                                      "never", column + " is filled||" + column + " is empty"));
      if (treatment == Treatment::kFreeText) {
        result.push_back(describer.Make(".length", "bytes",
                                        "Length of the text in the column \"" + column + "\".",
                                        empty, column + " has {value} character{s}"));
      }
      break;
  }
  return result;
}

FeatureDefinition DescribePair(const std::string& first, const std::string& second) {
  const std::string from = Words(first);
  const std::string to = Words(second);
  return Describer("custom." + first + "_to_" + second, "")
      .Make(".days", "days",
            "Days from the date in the column \"" + from + "\" to the date in the column \"" + to +
                "\".",
            "One of the two is empty.",
            "{value} day{s} from " + from + " to " + to + "||" + from + " and " + to +
                " are the same day||" + to + " lies {value} day{s} before " + from);
}

}  // namespace

CustomFeatures::CustomFeatures(const Sources& sources, bool has_outcomes) {
  const auto& columns = sources.custom_columns();
  std::vector<std::size_t> dates;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const CustomColumn& column = columns[i];
    std::string name =
        (column.kind == data::EntityKind::kAccount ? "custom.account." : "custom.") + column.name;
    // Two columns may have the same name and different types.
    const auto is_same = [&](const CustomColumn& other) {
      return other.name == column.name && other.kind == column.kind;
    };
    if (std::count_if(columns.begin(), columns.end(), is_same) > 1) {
      name += ".type" + std::to_string(static_cast<int>(column.type));
    }
    const bool is_category =
        column.treatment == Treatment::kCategory || column.treatment == Treatment::kReference;
    outputs.push_back({i, definitions.size(), is_category && has_outcomes});
    for (FeatureDefinition& definition :
         Describe(name, column.name, column.treatment, has_outcomes)) {
      definitions.push_back(std::move(definition));
    }
    if (column.treatment == Treatment::kDate && column.kind == data::EntityKind::kDeal) {
      dates.push_back(i);
    }
  }
  if (dates.size() > kMostPairedDates) {
    return;
  }
  for (std::size_t i = 0; i < dates.size(); ++i) {
    for (std::size_t j = i + 1; j < dates.size(); ++j) {
      date_pairs.push_back({dates[i], dates[j], definitions.size()});
      definitions.push_back(DescribePair(columns[dates[i]].name, columns[dates[j]].name));
    }
  }
}

std::vector<FeatureDefinition> CustomFeatureTemplates() {
  std::vector<FeatureDefinition> all;
  const auto add = [&](const std::string& column, Treatment treatment) {
    for (FeatureDefinition& definition : Describe("custom." + column, column, treatment, true)) {
      all.push_back(std::move(definition));
    }
  };
  add("<number>", Treatment::kNumber);
  add("<flag>", Treatment::kFlag);
  add("<money>", Treatment::kMoney);
  add("<date>", Treatment::kDate);
  all.push_back(DescribePair("<date>", "<other date>"));
  add("<text>", Treatment::kCategory);
  add("<free text>", Treatment::kFreeText);
  return all;
}

}  // namespace ri::features
