#include "features/sources.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ri::features {
namespace {

using data::AttributeDefinition;
using data::EntityKind;
using data::EventLog;
using data::LoggedEvent;
using data::ValueType;

struct KnownAttribute {
  std::string_view name;
  ValueType type;
  Role role;
  std::uint16_t slot = 0;
  bool is_edit = true;
};

constexpr std::uint16_t Index(Slot slot) { return static_cast<std::uint16_t>(slot); }
constexpr std::uint16_t Index(ActivityType type) { return static_cast<std::uint16_t>(type); }

constexpr std::array kKnownAttributes = {
    KnownAttribute{data::attribute::kCreated, ValueType::kFlag, Role::kCreated},
    KnownAttribute{data::attribute::kStage, ValueType::kText, Role::kStage},
    KnownAttribute{data::attribute::kAmount, ValueType::kMoney, Role::kAmount},
    KnownAttribute{data::attribute::kCommitDate, ValueType::kDate, Role::kCommitDate},
    KnownAttribute{data::attribute::kOwner, ValueType::kReference, Role::kOwner},
    KnownAttribute{data::attribute::kOutcome, ValueType::kText, Role::kOutcome, 0, false},
    KnownAttribute{data::attribute::kUndatedOutcome, ValueType::kText, Role::kUndatedOutcome, 0,
                   false},
    KnownAttribute{data::attribute::kQualified, ValueType::kFlag, Role::kQualified, 0, false},
    KnownAttribute{data::attribute::kMeeting, ValueType::kReference, Role::kActivity,
                   Index(ActivityType::kMeeting), false},
    KnownAttribute{data::attribute::kCall, ValueType::kReference, Role::kActivity,
                   Index(ActivityType::kCall), false},
    KnownAttribute{data::attribute::kEmailOut, ValueType::kReference, Role::kActivity,
                   Index(ActivityType::kEmailOut), false},
    KnownAttribute{data::attribute::kEmailIn, ValueType::kReference, Role::kActivity,
                   Index(ActivityType::kEmailIn), false},
    KnownAttribute{data::attribute::kTask, ValueType::kReference, Role::kActivity,
                   Index(ActivityType::kTask), false},
    KnownAttribute{data::attribute::kMeetingPlanned, ValueType::kTimestamp, Role::kMeetingPlanned,
                   0, false},
    KnownAttribute{data::attribute::kContactRole, ValueType::kReference, Role::kContactRole},
    KnownAttribute{data::attribute::kContactRoleName, ValueType::kText, Role::kContactRoleName},
    KnownAttribute{data::attribute::kAccount, ValueType::kReference, Role::kLatest,
                   Index(Slot::kAccount)},
    KnownAttribute{data::attribute::kCurrency, ValueType::kText, Role::kLatest,
                   Index(Slot::kCurrency)},
    KnownAttribute{data::attribute::kForecastCategory, ValueType::kText, Role::kLatest,
                   Index(Slot::kForecastCategory)},
    KnownAttribute{data::attribute::kProduct, ValueType::kText, Role::kLatest,
                   Index(Slot::kProduct)},
    KnownAttribute{data::attribute::kType, ValueType::kText, Role::kLatest, Index(Slot::kType)},
    KnownAttribute{data::attribute::kLeadSource, ValueType::kText, Role::kLatest,
                   Index(Slot::kLeadSource)},
    KnownAttribute{data::attribute::kNextStep, ValueType::kText, Role::kLatest,
                   Index(Slot::kNextStep)},
    KnownAttribute{data::attribute::kName, ValueType::kText, Role::kLatest, Index(Slot::kName)},
    KnownAttribute{data::attribute::kCrmProbability, ValueType::kReal, Role::kLatest,
                   Index(Slot::kCrmProbability)},
    KnownAttribute{attribute::kDiscount, ValueType::kReal, Role::kLatest, Index(Slot::kDiscount)},
    KnownAttribute{attribute::kTermMonths, ValueType::kReal, Role::kLatest,
                   Index(Slot::kTermMonths)},
    KnownAttribute{attribute::kProductCount, ValueType::kReal, Role::kLatest,
                   Index(Slot::kProductCount)},
    KnownAttribute{attribute::kCompetitor, ValueType::kText, Role::kLatest,
                   Index(Slot::kCompetitor)},
    KnownAttribute{data::attribute::kDeleted, ValueType::kFlag, Role::kLatest,
                   Index(Slot::kDeleted), false},
    KnownAttribute{data::attribute::kExcluded, ValueType::kText, Role::kLatest,
                   Index(Slot::kExcluded), false},
    KnownAttribute{data::attribute::kClosedAmount, ValueType::kMoney, Role::kLatest,
                   Index(Slot::kClosedAmount), false},
};

struct KnownTextColumn {
  EntityKind kind;
  std::string_view name;
  TextColumn column;
};

constexpr std::array kKnownTextColumns = {
    KnownTextColumn{EntityKind::kDeal, data::attribute::kStage, TextColumn::kStage},
    KnownTextColumn{EntityKind::kDeal, data::attribute::kProduct, TextColumn::kProduct},
    KnownTextColumn{EntityKind::kDeal, data::attribute::kType, TextColumn::kType},
    KnownTextColumn{EntityKind::kDeal, data::attribute::kLeadSource, TextColumn::kLeadSource},
    KnownTextColumn{EntityKind::kDeal, data::attribute::kCurrency, TextColumn::kCurrency},
    KnownTextColumn{EntityKind::kDeal, data::attribute::kForecastCategory,
                    TextColumn::kForecastCategory},
    KnownTextColumn{EntityKind::kAccount, data::attribute::kIndustry, TextColumn::kIndustry},
    KnownTextColumn{EntityKind::kAccount, data::attribute::kRegion, TextColumn::kRegion},
    KnownTextColumn{EntityKind::kRep, data::attribute::kRegion, TextColumn::kRegion},
};

/// Free text: more labels than this share of the deals that have the column, ...
constexpr double kNearlyUniqueShare = 0.5;
/// ... but only when there are at least so many labels; fewer can be learned anyway.
constexpr std::size_t kFewLabels = 50;

bool ContainsAny(std::string_view text, std::initializer_list<std::string_view> words) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// As ContainsAny, but whole words only: "cto" is in "Interim CTO" and not in "Director".
bool ContainsAnyWord(std::string_view text, std::initializer_list<std::string_view> words) {
  std::string padded = " ";
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    padded += is_letter ? c : ' ';
  }
  padded += ' ';
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return ContainsAny(padded, {" " + std::string(word) + " "});
  });
}

bool Contains(const std::vector<std::int64_t>& sorted, std::int64_t symbol) {
  return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

}  // namespace

/// One pass over all events that matter: first sight of each attribute, and for texts the symbols
/// that occur.
struct Sources::Survey {
  std::vector<std::vector<bool>> seen;  ///< [attribute][symbol]; empty when not a text of interest
  std::vector<std::uint32_t> num_entities;  ///< [attribute] entities that ever had a value

  Survey(const EventLog& log, std::vector<std::int64_t>& first_visible)
      : seen(log.attributes().size()), num_entities(log.attributes().size(), 0) {
    first_visible.assign(log.attributes().size(), kNever);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const AttributeDefinition& definition = log.attributes()[i];
      const bool known = std::any_of(
          kKnownTextColumns.begin(), kKnownTextColumns.end(), [&](const KnownTextColumn& column) {
            return column.kind == definition.kind && column.name == definition.name;
          });
      if (definition.type == ValueType::kText &&
          (known || definition.custom || definition.name == data::attribute::kContactRoleName ||
           definition.name == attribute::kTitle)) {
        seen[i].assign(log.symbols().size(), false);
      }
    }
    for (const EntityKind kind :
         {EntityKind::kDeal, EntityKind::kAccount, EntityKind::kRep, EntityKind::kContact}) {
      Look(log, kind, first_visible);
    }
  }

  void Look(const EventLog& log, EntityKind kind, std::vector<std::int64_t>& first_visible) {
    std::vector<std::uint32_t> last_entity(seen.size(), kNoLabel);
    std::vector<std::uint8_t> is_text(seen.size());
    std::transform(seen.begin(), seen.end(), is_text.begin(),
                   [](const std::vector<bool>& symbols) { return symbols.empty() ? 0 : 1; });
    for (std::size_t entity = 0; entity < log.count(kind); ++entity) {
      for (const LoggedEvent& event : log.events(kind, entity)) {
        const std::uint32_t attribute = event.attribute;
        if (event.visible_time < first_visible[attribute]) {
          first_visible[attribute] = event.visible_time;
        }
        if (is_text[attribute] == 0 || event.value == data::kNoValue) {
          continue;
        }
        seen[attribute][static_cast<std::size_t>(event.value)] = true;
        if (last_entity[attribute] != entity) {
          last_entity[attribute] = static_cast<std::uint32_t>(entity);
          ++num_entities[attribute];
        }
      }
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> Symbols(std::size_t attribute) const {
    std::vector<std::uint32_t> symbols;
    for (std::size_t i = 0; i < seen[attribute].size(); ++i) {
      if (seen[attribute][i]) {
        symbols.push_back(static_cast<std::uint32_t>(i));
      }
    }
    return symbols;
  }
};

Sources::Sources(const EventLog& log) : log_(&log), outcomes_(log) {
  const Survey survey(log, attribute_first_visible_);
  AssignDealAttributes();
  AssignCustomColumns();
  ClassifyCustomTexts(survey);
  CollectLabels(survey);
  ClassifyTexts(survey);
}

void Sources::AssignDealAttributes() {
  const auto attributes = log_->attributes();
  deal_attributes_.resize(attributes.size());
  role_first_visible_.assign(static_cast<std::size_t>(Role::kContactRoleName) + 1, kNever);
  slot_first_visible_.assign(kNumSlots, kNever);
  activity_first_visible_.assign(kNumActivityTypes, kNever);
  const auto lower = [](std::int64_t& time, std::int64_t other) { time = std::min(time, other); };
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const AttributeDefinition& definition = attributes[i];
    if (definition.kind != EntityKind::kDeal || definition.custom) {
      continue;
    }
    for (const KnownAttribute& known : kKnownAttributes) {
      if (known.name != definition.name || known.type != definition.type) {
        continue;
      }
      deal_attributes_[i] = {known.role, known.is_edit, known.slot};
      const std::int64_t first = attribute_first_visible_[i];
      lower(role_first_visible_[static_cast<std::size_t>(known.role)], first);
      if (known.role == Role::kLatest) {
        lower(slot_first_visible_[known.slot], first);
      } else if (known.role == Role::kActivity) {
        lower(activity_first_visible_[known.slot], first);
      }
    }
  }
}

void Sources::AssignCustomColumns() {
  const auto attributes = log_->attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const AttributeDefinition& definition = attributes[i];
    if (!definition.custom || attribute_first_visible_[i] == kNever ||
        (definition.kind != EntityKind::kDeal && definition.kind != EntityKind::kAccount)) {
      continue;
    }
    CustomColumn column{.name = definition.name,
                        .type = definition.type,
                        .kind = definition.kind,
                        .reference_kind = definition.reference_kind,
                        .attribute = static_cast<std::uint32_t>(i)};
    if (definition.kind == EntityKind::kDeal) {
      column.slot = static_cast<std::uint16_t>(num_slots_++);
      deal_attributes_[i] = {Role::kLatest, true, column.slot};
    }
    custom_columns_.push_back(std::move(column));
  }
}

void Sources::ClassifyCustomTexts(const Survey& survey) {
  for (CustomColumn& column : custom_columns_) {
    switch (column.type) {
      case ValueType::kFlag:
        column.treatment = Treatment::kFlag;
        break;
      case ValueType::kInteger:
      case ValueType::kReal:
        column.treatment = Treatment::kNumber;
        break;
      case ValueType::kMoney:
        column.treatment = Treatment::kMoney;
        break;
      case ValueType::kDate:
      case ValueType::kTimestamp:
        column.treatment = Treatment::kDate;
        break;
      case ValueType::kReference: {
        const std::size_t keys = log_->count(column.reference_kind);
        column.treatment =
            keys >= 2 && keys <= kMostLabels ? Treatment::kReference : Treatment::kPresence;
        break;
      }
      case ValueType::kText: {
        const std::size_t labels = survey.Symbols(column.attribute).size();
        const double share =
            static_cast<double>(labels) /
            std::max(1.0, static_cast<double>(survey.num_entities[column.attribute]));
        if (labels > kMostLabels || (labels >= kFewLabels && share > kNearlyUniqueShare)) {
          column.treatment = Treatment::kFreeText;
        } else {
          column.treatment = labels >= 2 ? Treatment::kCategory : Treatment::kPresence;
        }
        break;
      }
    }
  }
}

void Sources::CollectLabels(const Survey& survey) {
  labels_.resize(kNumTextColumns);
  const auto attributes = log_->attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    for (const KnownTextColumn& known : kKnownTextColumns) {
      if (attributes[i].kind != known.kind || attributes[i].name != known.name ||
          attributes[i].custom || survey.seen[i].empty()) {
        continue;
      }
      std::vector<std::uint32_t>& symbols = labels_[static_cast<std::size_t>(known.column)].symbols;
      const std::vector<std::uint32_t> more = survey.Symbols(i);
      symbols.insert(symbols.end(), more.begin(), more.end());
      std::sort(symbols.begin(), symbols.end());
      symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
    }
  }
  for (Labels& labels : labels_) {
    if (labels.symbols.size() > kMostLabels) {
      labels.symbols.clear();
    }
  }
  for (CustomColumn& column : custom_columns_) {
    if (column.treatment == Treatment::kCategory) {
      column.label_column = labels_.size();
      labels_.push_back({survey.Symbols(column.attribute), {}});
    }
  }
  // Only symbols that are a label somewhere get a row in the label tables.
  compact_of_symbol_.assign(log_->symbols().size(), kNoLabel);
  std::uint32_t num_compact = 0;
  for (const Labels& labels : labels_) {
    for (const std::uint32_t symbol : labels.symbols) {
      if (compact_of_symbol_[symbol] == kNoLabel) {
        compact_of_symbol_[symbol] = num_compact++;
      }
    }
  }
  for (Labels& labels : labels_) {
    labels.label_of_compact.assign(num_compact, kNoLabel);
    for (std::size_t label = 0; label < labels.symbols.size(); ++label) {
      labels.label_of_compact[compact_of_symbol_[labels.symbols[label]]] =
          static_cast<std::uint32_t>(label);
    }
  }
}

void Sources::ClassifyTexts(const Survey& survey) {
  const auto symbols = log_->symbols();
  test_record_ = FindSymbol(*log_, "test-record");
  merged_ = FindSymbol(*log_, "merged");
  const auto attributes = log_->attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (survey.seen[i].empty() || attributes[i].custom) {
      continue;
    }
    const std::string_view name = attributes[i].name;
    const bool of_deal = attributes[i].kind == EntityKind::kDeal;
    for (const std::uint32_t symbol : survey.Symbols(i)) {
      const std::string_view text = symbols[symbol];
      if (of_deal && name == data::attribute::kForecastCategory && ContainsAny(text, {"commit"})) {
        commit_categories_.push_back(symbol);
      } else if (of_deal && name == data::attribute::kContactRoleName) {
        if (ContainsAny(text, {"exec", "chief", "c-level", "sponsor"})) {
          executive_roles_.push_back(symbol);
        }
        if (ContainsAny(text, {"economic", "decision maker", "budget"})) {
          economic_buyer_roles_.push_back(symbol);
        }
      } else if (attributes[i].kind == EntityKind::kContact && name == attribute::kTitle &&
                 ContainsAnyWord(text, {"chief", "ceo", "cfo", "cto", "cio", "coo", "president",
                                        "managing director", "owner", "founder", "vp"})) {
        executive_titles_.push_back(symbol);
      }
    }
  }
  for (std::vector<std::int64_t>* list :
       {&commit_categories_, &executive_roles_, &economic_buyer_roles_, &executive_titles_}) {
    std::sort(list->begin(), list->end());
  }
}

bool Sources::Has(EntityKind kind, std::string_view name) const {
  const auto attributes = log_->attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].kind == kind && attributes[i].name == name && !attributes[i].custom &&
        attribute_first_visible_[i] != kNever) {
      return true;
    }
  }
  return false;
}

bool Sources::IsCommitCategory(std::int64_t symbol) const {
  return Contains(commit_categories_, symbol);
}
bool Sources::IsExecutiveRole(std::int64_t symbol) const {
  return Contains(executive_roles_, symbol);
}
bool Sources::IsEconomicBuyerRole(std::int64_t symbol) const {
  return Contains(economic_buyer_roles_, symbol);
}
bool Sources::IsExecutiveTitle(std::int64_t symbol) const {
  return Contains(executive_titles_, symbol);
}

}  // namespace ri::features
