#include "features/deal_history.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "base/parallel.h"
#include "features/deal_lives.h"
#include "features/event_order.h"

namespace ri::features {
namespace {

using data::EntityKind;
using data::LoggedEvent;
using data::ValueType;

constexpr std::size_t kDealsPerBlock = 4096;

/// What an attribute of a deal means here.
enum class Field : std::uint8_t {
  kNone,
  kCreated,
  kOutcome,
  kUndatedOutcome,
  kQualified,
  kExcluded,
  kClosedAmount,
  kAmount,
  kStage,
  kCurrency,
  kCommitDate,
  kForecastCategory,
  kOwner,
  kAccount,
  kName,
  kCrmProbability,
  kCount,
};

struct NamedField {
  std::string_view name;
  ValueType type;
  Field field;
};

constexpr NamedField kFields[] = {
    {data::attribute::kCreated, ValueType::kFlag, Field::kCreated},
    {data::attribute::kOutcome, ValueType::kText, Field::kOutcome},
    {data::attribute::kUndatedOutcome, ValueType::kText, Field::kUndatedOutcome},
    {data::attribute::kQualified, ValueType::kFlag, Field::kQualified},
    {data::attribute::kExcluded, ValueType::kText, Field::kExcluded},
    {data::attribute::kClosedAmount, ValueType::kMoney, Field::kClosedAmount},
    {data::attribute::kAmount, ValueType::kMoney, Field::kAmount},
    {data::attribute::kStage, ValueType::kText, Field::kStage},
    {data::attribute::kCurrency, ValueType::kText, Field::kCurrency},
    {data::attribute::kCommitDate, ValueType::kDate, Field::kCommitDate},
    {data::attribute::kForecastCategory, ValueType::kText, Field::kForecastCategory},
    {data::attribute::kOwner, ValueType::kReference, Field::kOwner},
    {data::attribute::kAccount, ValueType::kReference, Field::kAccount},
    {data::attribute::kName, ValueType::kText, Field::kName},
    {data::attribute::kCrmProbability, ValueType::kReal, Field::kCrmProbability},
};

std::vector<Field> FieldsOf(const data::EventLog& log) {
  const auto attributes = log.attributes();
  std::vector<Field> fields(attributes.size(), Field::kNone);
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    for (const NamedField& named : kFields) {
      if (attributes[i].kind == EntityKind::kDeal && !attributes[i].custom &&
          attributes[i].name == named.name && attributes[i].type == named.type) {
        fields[i] = named.field;
      }
    }
  }
  return fields;
}

/// Plays one deal for what the two public functions need.
class HistoryReader {
 public:
  HistoryReader(const data::EventLog& log, const std::vector<Field>& fields)
      : fields_(fields), symbols_(log) {}

  void Read(std::span<const LoggedEvent> events, std::int64_t as_of) {
    created_ = earliest_ = qualified_ = kNever;
    undated_ = {};
    undated_visible_ = kNever;
    excluded_ = false;
    outcomes_.clear();
    amounts_.Clear();
    closed_amounts_.Clear();
    std::fill(std::begin(latest_), std::end(latest_), HistoryEntry{});
    for (const LoggedEvent& event : events) {
      if (event.visible_time > as_of) {
        break;
      }
      Apply(event);
    }
    TraceLives(symbols_, opened(), outcomes_, lives_);
  }

  [[nodiscard]] bool exists() const { return earliest_ != kNever; }
  [[nodiscard]] std::int64_t opened() const { return created_ != kNever ? created_ : earliest_; }
  [[nodiscard]] std::span<const Life> lives() const { return lives_; }
  [[nodiscard]] std::int64_t latest(Field field) const {
    return latest_[static_cast<std::size_t>(field)].value;
  }

  [[nodiscard]] std::vector<Episode> Episodes(bool needs_qualification) const {
    std::vector<Episode> episodes;
    const bool undated = !lives_.front().is_closed() &&
                         (symbols_.IsWon(undated_.value) || symbols_.IsLost(undated_.value));
    for (std::size_t i = 0; i < lives_.size(); ++i) {
      const Life& life = lives_[i];
      Episode& episode = episodes.emplace_back();
      episode.opened = domain::TimestampFromMilliseconds(life.opened);
      episode.excluded = excluded_;
      if (!needs_qualification) {
        episode.qualified = episode.opened;
      } else if (qualified_ < life.closed) {
        episode.qualified = domain::TimestampFromMilliseconds(std::max(qualified_, life.opened));
      }
      if (life.is_closed()) {
        episode.closed = domain::TimestampFromMilliseconds(life.closed);
        episode.outcome_visible = domain::TimestampFromMilliseconds(life.outcome_visible);
        episode.outcome = life.won ? Outcome::kWon : Outcome::kLost;
        const std::int64_t next = i + 1 < lives_.size() ? lives_[i + 1].opened : kNever;
        episode.final_amount = FinalAmount(life, next);
      } else if (undated) {
        episode.undated = true;
        episode.outcome_visible = domain::TimestampFromMilliseconds(undated_visible_);
        episode.outcome = symbols_.IsWon(undated_.value) ? Outcome::kWon : Outcome::kLost;
        episode.final_amount =
            closed_amounts_.empty() ? amounts_.latest() : closed_amounts_.latest();
      }
    }
    return episodes;
  }

 private:
  void Apply(const LoggedEvent& event) {
    const HistoryEntry entry{event.event_time, event.sequence, event.value};
    earliest_ = std::min(earliest_, event.event_time);
    const Field field = fields_[event.attribute];
    HistoryEntry& latest = latest_[static_cast<std::size_t>(field)];
    latest = std::max(latest, entry);
    switch (field) {
      case Field::kCreated:
        created_ = event.value > 0 ? std::min(created_, event.event_time) : created_;
        break;
      case Field::kOutcome:
        InsertOutcome(outcomes_,
                      {event.event_time, event.sequence, event.value, event.visible_time});
        break;
      case Field::kUndatedOutcome:
        if (entry > undated_) {
          undated_ = entry;
          undated_visible_ = event.visible_time;
        }
        break;
      case Field::kQualified:
        qualified_ = event.value > 0 ? std::min(qualified_, event.event_time) : qualified_;
        break;
      case Field::kExcluded:
        excluded_ = latest.value != data::kNoValue;
        break;
      case Field::kAmount:
        amounts_.Insert(entry);
        break;
      case Field::kClosedAmount:
        closed_amounts_.Insert(entry);
        break;
      default:
        break;
    }
  }

  /// What the source says was closed within the life, else the amount in force when it closed.
  [[nodiscard]] std::int64_t FinalAmount(const Life& life, std::int64_t next_opened) const {
    std::int64_t amount = data::kNoValue;
    for (const HistoryEntry& entry : closed_amounts_.entries()) {
      if (entry.event_time >= life.opened && entry.event_time < next_opened) {
        amount = entry.value;
      }
    }
    if (amount != data::kNoValue) {
      return amount;
    }
    for (const HistoryEntry& entry : amounts_.entries()) {
      if (entry.event_time <= life.closed) {
        amount = entry.value;
      }
    }
    return amount;
  }

  const std::vector<Field>& fields_;
  OutcomeSymbols symbols_;
  std::int64_t created_ = kNever;
  std::int64_t earliest_ = kNever;
  std::int64_t qualified_ = kNever;
  HistoryEntry undated_;
  std::int64_t undated_visible_ = kNever;
  bool excluded_ = false;
  std::vector<OutcomeEvent> outcomes_;
  ValueHistory amounts_;
  ValueHistory closed_amounts_;
  HistoryEntry latest_[static_cast<std::size_t>(Field::kCount)];
  std::vector<Life> lives_;
};

std::optional<std::size_t> ToIndex(std::int64_t value) {
  return value == data::kNoValue ? std::nullopt : std::optional(static_cast<std::size_t>(value));
}

}  // namespace

std::vector<std::vector<Episode>> BuildEpisodes(const data::EventLog& log, int num_threads) {
  const std::vector<Field> fields = FieldsOf(log);
  const bool needs_qualification =
      log.FindAttribute(EntityKind::kDeal, data::attribute::kQualified).has_value();
  std::vector<std::vector<Episode>> episodes(log.count(EntityKind::kDeal));
  base::ParallelFor(episodes.size(), kDealsPerBlock, num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      HistoryReader reader(log, fields);
                      for (std::size_t deal = begin; deal < end; ++deal) {
                        reader.Read(log.events(EntityKind::kDeal, deal), kNever);
                        if (reader.exists()) {
                          episodes[deal] = reader.Episodes(needs_qualification);
                        }
                      }
                    });
  return episodes;
}

std::vector<DealState> StatesAsOf(const data::EventLog& log,
                                  const std::vector<std::uint32_t>& deals, domain::Timestamp as_of,
                                  int num_threads) {
  const std::vector<Field> fields = FieldsOf(log);
  std::vector<DealState> states(deals.size());
  base::ParallelFor(
      deals.size(), kDealsPerBlock, num_threads, [&](std::size_t begin, std::size_t end) {
        HistoryReader reader(log, fields);
        for (std::size_t i = begin; i < end; ++i) {
          reader.Read(log.events(EntityKind::kDeal, deals[i]), domain::Milliseconds(as_of));
          if (!reader.exists()) {
            continue;
          }
          DealState& state = states[i];
          state.stage = ToIndex(reader.latest(Field::kStage));
          state.amount = reader.latest(Field::kAmount);
          state.currency = ToIndex(reader.latest(Field::kCurrency));
          const std::int64_t commit_date = reader.latest(Field::kCommitDate);
          if (commit_date != data::kNoValue) {
            state.commit_date = domain::DateFromDayNumber(commit_date);
          }
          state.forecast_category = ToIndex(reader.latest(Field::kForecastCategory));
          state.owner = ToIndex(reader.latest(Field::kOwner));
          state.account = ToIndex(reader.latest(Field::kAccount));
          state.name = ToIndex(reader.latest(Field::kName));
          const std::int64_t probability = reader.latest(Field::kCrmProbability);
          if (probability != data::kNoValue) {
            state.crm_probability = std::bit_cast<double>(probability);
          }
          state.opened = domain::TimestampFromMilliseconds(reader.lives().back().opened);
        }
      });
  return states;
}

}  // namespace ri::features
