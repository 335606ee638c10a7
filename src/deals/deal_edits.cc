#include "deals/deal_edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

using data::EntityKind;
using data::ValueType;

constexpr int kMostActivities = 50;

struct EditableField {
  std::string_view name;
  std::string_view attribute;
  bool actionable = false;
};

constexpr std::array kEditableFields = {
    EditableField{"stage", data::attribute::kStage, true},
    EditableField{"amount", data::attribute::kAmount, false},
    EditableField{"commit_date", data::attribute::kCommitDate, true},
    EditableField{"close_date", data::attribute::kCommitDate, true},
    EditableField{"forecast_category", data::attribute::kForecastCategory, true},
    EditableField{"owner", data::attribute::kOwner, false},
    EditableField{"next_step", data::attribute::kNextStep, true},
    EditableField{"product", data::attribute::kProduct, false},
    EditableField{"type", data::attribute::kType, false},
    EditableField{"lead_source", data::attribute::kLeadSource, false},
    EditableField{"discount", "discount", true},
    EditableField{"term_months", "term_months", true},
    EditableField{"product_count", "product_count", false},
    EditableField{"competitor", "competitor", false},
    EditableField{"next_meeting", data::attribute::kMeetingPlanned, true},
};
constexpr std::array kActivities = {
    EditableField{"meeting", data::attribute::kMeeting, true},
    EditableField{"call", data::attribute::kCall, true},
    EditableField{"email_in", data::attribute::kEmailIn, true},
    EditableField{"email_out", data::attribute::kEmailOut, true},
    EditableField{"task", data::attribute::kTask, true},
};

std::optional<double> ParseNumber(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<bool> ParseFlag(const std::string& text) {
  if (text == "1" || text == "true" || text == "yes") {
    return true;
  }
  if (text == "0" || text == "false" || text == "no") {
    return false;
  }
  return std::nullopt;
}

/// "forecast category"
std::string InWords(std::string field) {
  std::ranges::replace(field, '_', ' ');
  return field;
}

std::unexpected<Error> Unreadable(const FieldEdit& edit, const std::string& wanted) {
  return Fail(ErrorCode::kUsage,
              "'" + edit.value + "' cannot be read as " + edit.field + "; write " + wanted + ".");
}

/// The attribute behind a field name: a known field, or a customer's own column.
std::optional<std::uint32_t> AttributeOf(const data::EventLog& log, const std::string& field) {
  for (const EditableField& known : kEditableFields) {
    if (known.name == field) {
      return log.FindAttribute(EntityKind::kDeal, known.attribute);
    }
  }
  const auto own = log.FindAttribute(EntityKind::kDeal, field);
  return own && log.attributes()[*own].custom ? own : std::nullopt;
}

constexpr base::Phrase kBrings("Stage {stage} brings the forecast category {category}.",
                               "Die Stufe {stage} bringt die Forecast-Kategorie {category} mit.");

class Editor {
 public:
  Editor(const book::DealBook& book, std::size_t position, base::Language language)
      : book_(book),
        language_(language),
        log_(*book.knowledge()->log),
        deal_(book.deals()[position]),
        now_(domain::Milliseconds(deal_.as_of)) {
    for (const data::LoggedEvent& event : log_.events(EntityKind::kDeal, deal_.deal)) {
      if (event.visible_time <= now_) {
        edited_.events.push_back(event);
      }
    }
  }

  Status Apply(const FieldEdit& edit) {
    for (const EditableField& activity : kActivities) {
      if (activity.name == edit.field) {
        return AddActivities(activity, edit);
      }
    }
    const auto attribute = AttributeOf(log_, edit.field);
    if (!attribute) {
      return Fail(ErrorCode::kUsage, "There is no field '" + edit.field +
                                         "' to change in this data. Fields: " + FieldNames() + ".");
    }
    if (edit.value.empty()) {
      Add(*attribute, data::kNoValue);
      return {};
    }
    RI_ASSIGN_OR_RETURN(const std::int64_t value, Read(*attribute, edit));
    Add(*attribute, value);
    return {};
  }

  Status ApplyStage(const FieldEdit& edit, bool category_edited) {
    const std::vector<std::string> stages = book_.OpenStages();
    const auto found = std::ranges::find_if(stages, [&](const std::string& stage) {
      return std::ranges::equal(stage, edit.value, {}, Lower, Lower);
    });
    if (found == stages.end()) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("No deal is open in a stage '{}'. Open stages: {}.", edit.value,
                              fmt::join(stages, ", ")));
    }
    RI_RETURN_IF_ERROR(Apply({.field = edit.field, .value = *found}));
    const std::string category = book_.CategoryOfStage(*found);
    if (category_edited || category.empty() || category == deal_.forecast_category) {
      return {};
    }
    edited_.notes.push_back(
        base::Say(kBrings, language_, {{"stage", *found}, {"category", category}}));
    return Apply({.field = "forecast_category", .value = category});
  }

  EditedDeal Take() {
    std::ranges::sort(edited_.events, [](const data::LoggedEvent& a, const data::LoggedEvent& b) {
      return std::tie(a.visible_time, a.event_time, a.attribute, a.sequence, a.value) <
             std::tie(b.visible_time, b.event_time, b.attribute, b.sequence, b.value);
    });
    return std::move(edited_);
  }

 private:
  static char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

  void Add(std::uint32_t attribute, std::int64_t value) {
    edited_.events.push_back({.visible_time = now_,
                              .event_time = now_,
                              .sequence = std::numeric_limits<std::int64_t>::max() - added_++,
                              .value = value,
                              .attribute = attribute});
  }

  Status AddActivities(const EditableField& activity, const FieldEdit& edit) {
    const auto attribute = log_.FindAttribute(EntityKind::kDeal, activity.attribute);
    const auto count = ParseNumber(edit.value);
    if (!attribute) {
      return Fail(ErrorCode::kUsage, "The data holds no activities of the kind '" + edit.field +
                                         "', so that the model cannot know what they mean.");
    }
    if (!count || *count < 1 || *count > kMostActivities || *count != std::floor(*count)) {
      return Unreadable(edit, "how many happen now, 1 to 50");
    }
    for (int k = 0; k < static_cast<int>(*count); ++k) {
      Add(*attribute, data::kNoValue);
    }
    return {};
  }

  Result<std::int64_t> Read(std::uint32_t attribute, const FieldEdit& edit) const {
    const data::AttributeDefinition& definition = log_.attributes()[attribute];
    switch (definition.type) {
      case ValueType::kMoney: {
        const auto currency =
            domain::Currency::FromCode(deal_.currency).value_or(domain::Currency::Usd());
        const auto minor = domain::ParseMinorUnits(edit.value, currency.minor_digits());
        if (!minor) {
          return Unreadable(edit, "an amount such as 12500.00");
        }
        return *minor;
      }
      case ValueType::kDate: {
        const auto date = domain::ParseIsoDate(edit.value);
        if (!date || !domain::IsPlausible(*date)) {
          return Unreadable(edit, "a date such as 2026-11-30");
        }
        return domain::DayNumber(*date);
      }
      case ValueType::kTimestamp: {
        const auto moment = domain::ParseIsoTimestamp(edit.value);
        if (!moment || domain::Milliseconds(*moment) < now_) {
          return Unreadable(edit, "a date to come such as 2026-11-30");
        }
        return domain::Milliseconds(*moment);
      }
      case ValueType::kFlag: {
        const auto flag = ParseFlag(edit.value);
        if (!flag) {
          return Unreadable(edit, "yes or no");
        }
        return *flag ? 1 : 0;
      }
      case ValueType::kInteger:
      case ValueType::kReal: {
        const auto number = ParseNumber(edit.value);
        if (!number) {
          return Unreadable(edit, "a number");
        }
        return definition.type == ValueType::kReal
                   ? std::bit_cast<std::int64_t>(*number)
                   : static_cast<std::int64_t>(std::llround(*number));
      }
      case ValueType::kText:
        return ReadText(definition, edit);
      case ValueType::kReference:
        break;
    }
    return ReadReference(definition.reference_kind, edit);
  }

  Result<std::int64_t> ReadText(const data::AttributeDefinition& definition,
                                const FieldEdit& edit) const {
    const auto symbols = log_.symbols();
    const auto exact = std::ranges::lower_bound(symbols, edit.value);
    if (exact != symbols.end() && *exact == edit.value) {
      return exact - symbols.begin();
    }
    // Free texts count only as present.
    if (definition.name == data::attribute::kNextStep && !symbols.empty()) {
      const auto any =
          std::ranges::find_if(symbols, [](const auto& text) { return !text.empty(); });
      return any - symbols.begin();
    }
    const auto alike = std::ranges::find_if(symbols, [&](const std::string& text) {
      return std::ranges::equal(text, edit.value, {}, Lower, Lower);
    });
    if (alike == symbols.end()) {
      return Fail(ErrorCode::kUsage, "The value '" + edit.value + "' never occurs in " +
                                         edit.field + "; the model has nothing to say about it.");
    }
    return alike - symbols.begin();
  }

  Result<std::int64_t> ReadReference(EntityKind kind, const FieldEdit& edit) const {
    if (const auto entity = log_.Find(kind, edit.value)) {
      return static_cast<std::int64_t>(*entity);
    }
    if (kind == EntityKind::kRep) {
      const auto& names = book_.organisation().rep;
      const auto found = std::ranges::find(names, edit.value);
      if (found != names.end()) {
        return found - names.begin();
      }
    }
    return Fail(ErrorCode::kUsage, "There is no '" + edit.value + "' to be " + edit.field + ".");
  }

  std::string FieldNames() const {
    std::vector<std::string> names;
    for (const Lever& lever : LeversOf(book_, *book_.Find(deal_.deal_id))) {
      names.push_back(lever.field);
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  const book::DealBook& book_;
  base::Language language_;
  const data::EventLog& log_;
  const book::ScoredDeal& deal_;
  std::int64_t now_;
  std::int64_t added_ = 0;
  EditedDeal edited_;
};

std::string TypedValue(const data::EventLog& log, const data::AttributeDefinition& definition,
                       std::int64_t value, const book::ScoredDeal& deal) {
  switch (definition.type) {
    case ValueType::kMoney:
      return fmt::format(
          "{}",
          domain::Money(value,
                        domain::Currency::FromCode(deal.currency).value_or(domain::Currency::Usd()))
              .ToMajorUnits());
    case ValueType::kDate:
      return domain::FormatDate(domain::DateFromDayNumber(value));
    case ValueType::kTimestamp:
      return domain::FormatTimestamp(domain::TimestampFromMilliseconds(value));
    case ValueType::kReal:
      return fmt::format("{}", std::bit_cast<double>(value));
    case ValueType::kText:
      return log.symbols()[static_cast<std::size_t>(value)];
    case ValueType::kReference:
      return log.keys(definition.reference_kind)[static_cast<std::size_t>(value)];
    case ValueType::kFlag:
      return value != 0 ? "yes" : "no";
    case ValueType::kInteger:
      break;
  }
  return std::to_string(value);
}

std::string_view KindOf(const data::AttributeDefinition& definition) {
  switch (definition.type) {
    case ValueType::kMoney:
    case ValueType::kInteger:
    case ValueType::kReal:
      return "number";
    case ValueType::kDate:
    case ValueType::kTimestamp:
      return "date";
    case ValueType::kFlag:
      return "flag";
    case ValueType::kText:
    case ValueType::kReference:
      break;
  }
  return "choice";
}

}  // namespace

Result<EditedDeal> ApplyEdits(const book::DealBook& book, std::size_t position,
                              const std::vector<FieldEdit>& edits, base::Language language) {
  Editor editor(book, position, language);
  std::set<std::string> edited;
  for (const FieldEdit& edit : edits) {
    if (!edited.insert(edit.field).second) {
      return Fail(ErrorCode::kUsage, "The field '" + edit.field + "' is edited twice.");
    }
  }
  for (const FieldEdit& edit : edits) {
    if (edit.field == "stage" && !edit.value.empty()) {
      RI_RETURN_IF_ERROR(editor.ApplyStage(edit, edited.contains("forecast_category")));
    } else {
      RI_RETURN_IF_ERROR(editor.Apply(edit));
    }
  }
  return editor.Take();
}

std::vector<Lever> LeversOf(const book::DealBook& book, std::size_t position) {
  constexpr std::size_t kMostChoices = 50;
  const data::EventLog& log = *book.knowledge()->log;
  const book::ScoredDeal& deal = book.deals()[position];
  const features::FeatureTable& table = book.table();
  std::vector<Lever> levers;
  const auto add = [&](std::string field, std::uint32_t attribute, bool actionable) {
    const data::AttributeDefinition& definition = log.attributes()[attribute];
    Lever lever{.field = field,
                .label = InWords(field),
                .kind = std::string(KindOf(definition)),
                .actionable = actionable};
    if (const auto value =
            book::LatestValue(log, EntityKind::kDeal, deal.deal, definition.name, deal.as_of)) {
      lever.value = TypedValue(log, definition, *value, deal);
    }
    if (field == "stage") {
      lever.choices = book.OpenStages();
    } else if (lever.kind == "choice") {
      const auto column = table.Find(definition.custom ? "custom." + field : field);
      if (column && table.labels[*column].size() <= kMostChoices) {
        lever.choices = table.labels[*column];
      }
    }
    levers.push_back(std::move(lever));
  };
  for (const EditableField& field : kEditableFields) {
    const auto attribute = log.FindAttribute(EntityKind::kDeal, field.attribute);
    if (attribute && field.name != "close_date") {
      add(std::string(field.name), *attribute, field.actionable);
    }
  }
  for (const EditableField& activity : kActivities) {
    if (log.FindAttribute(EntityKind::kDeal, activity.attribute)) {
      levers.push_back({.field = std::string(activity.name),
                        .label = InWords(std::string(activity.name)) + " now",
                        .kind = "number",
                        .value = "",
                        .choices = {},
                        .actionable = true});
    }
  }
  for (std::uint32_t attribute = 0; attribute < log.attributes().size(); ++attribute) {
    const data::AttributeDefinition& definition = log.attributes()[attribute];
    if (definition.kind == EntityKind::kDeal && definition.custom) {
      add(definition.name, attribute, false);
    }
  }
  return levers;
}

}  // namespace ri::deals
