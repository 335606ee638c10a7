#pragma once

/// Event logs for tests: written by hand, or random with every kind of dirt.

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::features {

inline std::int64_t DayTime(int year, unsigned month, unsigned day) {
  return domain::Milliseconds(domain::StartOf(domain::MakeDate(year, month, day)));
}

/// Collects rows of an EventLog by name.
class LogBuilder {
 public:
  struct When {
    std::int64_t event_time = 0;
    std::int64_t visible_time = 0;
    std::int64_t sequence = 0;
    // NOLINTNEXTLINE(google-explicit-constructor): tests write a plain time
    When(std::int64_t time) : event_time(time), visible_time(time) {}
    When(std::int64_t time, std::int64_t visible, std::int64_t order = 0)
        : event_time(time), visible_time(visible), sequence(order) {}
  };

  std::uint32_t Entity(data::EntityKind kind, std::string_view key);
  void Text(data::EntityKind kind, std::string_view key, std::string_view attribute, When when,
            std::string_view value, bool custom = false);
  void Number(data::EntityKind kind, std::string_view key, std::string_view attribute,
              data::ValueType type, When when, std::int64_t value, bool custom = false);
  void Real(data::EntityKind kind, std::string_view key, std::string_view attribute, When when,
            double value, bool custom = false) {
    Number(kind, key, attribute, data::ValueType::kReal, when, std::bit_cast<std::int64_t>(value),
           custom);
  }
  void Reference(data::EntityKind kind, std::string_view key, std::string_view attribute, When when,
                 data::EntityKind target_kind, std::string_view target, bool custom = false);
  /// An activity; the contact may be empty.
  void Activity(std::string_view deal, std::string_view attribute, When when,
                std::string_view contact);
  void Cleared(data::EntityKind kind, std::string_view key, std::string_view attribute,
               data::ValueType type, When when);

  // The most common events of deals.
  void Created(std::string_view deal, When when) {
    Number(data::EntityKind::kDeal, deal, data::attribute::kCreated, data::ValueType::kFlag, when,
           1);
  }
  void Outcome(std::string_view deal, When when, std::string_view outcome) {
    Text(data::EntityKind::kDeal, deal, data::attribute::kOutcome, when, outcome);
  }
  void Stage(std::string_view deal, When when, std::string_view stage) {
    Text(data::EntityKind::kDeal, deal, data::attribute::kStage, when, stage);
  }
  void Amount(std::string_view deal, When when, std::int64_t minor_units) {
    Number(data::EntityKind::kDeal, deal, data::attribute::kAmount, data::ValueType::kMoney, when,
           minor_units);
  }
  void Owner(std::string_view deal, When when, std::string_view rep) {
    Reference(data::EntityKind::kDeal, deal, data::attribute::kOwner, when, data::EntityKind::kRep,
              rep);
  }
  void Account(std::string_view deal, When when, std::string_view account) {
    Reference(data::EntityKind::kDeal, deal, data::attribute::kAccount, when,
              data::EntityKind::kAccount, account);
  }
  void CommitDate(std::string_view deal, When when, std::int64_t day) {
    Number(data::EntityKind::kDeal, deal, data::attribute::kCommitDate, data::ValueType::kDate,
           when, day);
  }

  [[nodiscard]] const data::EventLog::Content& content() const { return content_; }
  [[nodiscard]] data::EventLog::Content& content() { return content_; }
  [[nodiscard]] data::EventLog Build() const { return data::EventLog::Build(content_); }

 private:
  std::uint32_t Attribute(const data::AttributeDefinition& definition);
  std::int64_t Symbol(std::string_view text);
  void Add(data::EntityKind kind, std::string_view key, const data::AttributeDefinition& definition,
           When when, std::int64_t value);

  data::EventLog::Content content_;
  std::map<std::pair<data::EntityKind, std::string>, std::uint32_t> entities_;
  std::map<std::string, std::int64_t, std::less<>> symbols_;
};

struct RandomLogOptions {
  std::size_t num_deals = 300;
  bool with_qualification = false;
};

/// Two years of a small company: late and back-dated events, corrections, reopenings, deletions,
/// cleared values, deals without owner, amount or stage, undated outcomes, own columns of every
/// type. The same seed gives the same content.
[[nodiscard]] LogBuilder RandomLog(std::uint64_t seed, const RandomLogOptions& options = {});

}  // namespace ri::features
