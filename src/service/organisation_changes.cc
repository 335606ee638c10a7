#include "service/organisation_changes.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <tuple>

#include "book/organisation.h"

namespace ri::service {
namespace {

using data::EntityKind;
using data::LoggedEvent;

constexpr std::int64_t kAuditPage = 1000;
constexpr std::int64_t kDay = 86'400'000;

/// An attribute whose changes are told, and what the change is called.
struct Watched {
  EntityKind entity;
  std::string_view attribute;
  std::string_view kind;
};

constexpr Watched kWatched[] = {
    {EntityKind::kRep, data::attribute::kTeam, "team"},
    {EntityKind::kRep, data::attribute::kManager, "manager"},
    {EntityKind::kRep, data::attribute::kRegion, "region"},
    {EntityKind::kRep, data::attribute::kActive, "active"},
    {EntityKind::kRep, data::attribute::kName, "name"},
    {EntityKind::kTeam, data::attribute::kParent, "parent"},
    {EntityKind::kTeam, data::attribute::kManager, "forecaster"},
    {EntityKind::kTeam, data::attribute::kName, "name"},
    {EntityKind::kFiscalPeriod, data::attribute::kPeriodBegin, "period"},
    {EntityKind::kFiscalPeriod, data::attribute::kPeriodEnd, "period"},
};

/// Two values that followed each other, in event time.
struct Step {
  const LoggedEvent* before = nullptr;  ///< none: the first value
  const LoggedEvent* after = nullptr;
};

class Reader {
 public:
  Reader(const data::EventLog& log, domain::Timestamp since, domain::Timestamp as_of)
      : log_(log), since_(domain::Milliseconds(since)), as_of_(as_of) {}

  [[nodiscard]] std::vector<OrganisationChange> Read() {
    for (const Watched& watched : kWatched) {
      if (const auto attribute = log_.FindAttribute(watched.entity, watched.attribute)) {
        for (std::size_t i = 0; i < log_.count(watched.entity); ++i) {
          ReadAttribute(watched, *attribute, i);
        }
      }
    }
    ReadJoined();
    ReadQuotas();
    std::ranges::sort(changes_, [](const OrganisationChange& a, const OrganisationChange& b) {
      return std::tie(b.known, b.effective, a.kind, a.subject, a.before, a.after) <
             std::tie(a.known, a.effective, b.kind, b.subject, b.before, b.after);
    });
    return std::move(changes_);
  }

 private:
  /// Values of one attribute known at the moment, each with the one it followed.
  [[nodiscard]] std::vector<Step> StepsOf(EntityKind kind, std::size_t entity,
                                          std::uint32_t attribute) const {
    std::vector<const LoggedEvent*> events;
    for (const LoggedEvent& event : log_.events(kind, entity)) {
      if (event.visible_time > domain::Milliseconds(as_of_)) {
        break;
      }
      if (event.attribute == attribute) {
        events.push_back(&event);
      }
    }
    std::ranges::stable_sort(events, {}, &LoggedEvent::event_time);
    std::vector<Step> steps;
    const LoggedEvent* before = nullptr;
    for (const LoggedEvent* event : events) {
      if (before == nullptr || before->value != event->value) {
        steps.push_back({before, event});
      }
      before = event;
    }
    return steps;
  }

  [[nodiscard]] bool IsNews(const LoggedEvent& event) const { return event.visible_time > since_; }

  [[nodiscard]] OrganisationChange ChangeAt(const LoggedEvent& event, std::string_view kind,
                                            std::string subject) const {
    return {.effective = domain::TimestampFromMilliseconds(
                event.event_time > 0 ? event.event_time : event.visible_time),
            .known = domain::TimestampFromMilliseconds(event.visible_time),
            .kind = std::string(kind),
            .subject = std::move(subject)};
  }

  [[nodiscard]] std::string TextOf(const LoggedEvent& event) const {
    if (event.value == data::kNoValue) {
      return {};
    }
    const data::AttributeDefinition& attribute = log_.attributes()[event.attribute];
    switch (attribute.type) {
      case data::ValueType::kText:
        return log_.symbols()[static_cast<std::size_t>(event.value)];
      case data::ValueType::kReference:
        return book::NameAt(log_, attribute.reference_kind, static_cast<std::size_t>(event.value),
                            as_of_);
      case data::ValueType::kDate:
        return domain::FormatDate(domain::DateFromDayNumber(event.value));
      case data::ValueType::kFlag:
        return event.value != 0 ? "yes" : "no";
      default:
        return std::to_string(event.value);
    }
  }

  void ReadAttribute(const Watched& watched, std::uint32_t attribute, std::size_t entity) {
    for (const Step& step : StepsOf(watched.entity, entity, attribute)) {
      if (step.before == nullptr || !IsNews(*step.after)) {
        continue;
      }
      OrganisationChange change =
          ChangeAt(*step.after, watched.kind, book::NameAt(log_, watched.entity, entity, as_of_));
      if (step.after->event_time <= step.before->event_time) {
        change.effective = change.known;
      }
      change.before = TextOf(*step.before);
      change.after = TextOf(*step.after);
      if (change.before != change.after) {
        changes_.push_back(std::move(change));
      }
    }
  }

  /// Reps that were first heard of later than the first one.
  void ReadJoined() {
    std::optional<std::int64_t> first;
    for (std::size_t rep = 0; rep < log_.count(EntityKind::kRep); ++rep) {
      const auto events = log_.events(EntityKind::kRep, rep);
      if (!events.empty() && (!first || events.front().visible_time < *first)) {
        first = events.front().visible_time;
      }
    }
    const auto team = log_.FindAttribute(EntityKind::kRep, data::attribute::kTeam);
    for (std::size_t rep = 0; rep < log_.count(EntityKind::kRep); ++rep) {
      const auto events = log_.events(EntityKind::kRep, rep);
      if (events.empty() || events.front().visible_time < *first + kDay ||
          events.front().visible_time > domain::Milliseconds(as_of_) || !IsNews(events.front())) {
        continue;
      }
      OrganisationChange change =
          ChangeAt(events.front(), "joined", book::NameAt(log_, EntityKind::kRep, rep, as_of_));
      const auto steps = team ? StepsOf(EntityKind::kRep, rep, *team) : std::vector<Step>();
      change.after = steps.empty() ? std::string() : TextOf(*steps.front().after);
      changes_.push_back(std::move(change));
    }
  }

  [[nodiscard]] std::string TextAt(std::size_t quota, std::string_view attribute) const {
    const auto value = book::LatestValue(log_, EntityKind::kQuota, quota, attribute, as_of_);
    return value ? log_.symbols()[static_cast<std::size_t>(*value)] : std::string();
  }

  void ReadQuotas() {
    const auto amount = log_.FindAttribute(EntityKind::kQuota, data::attribute::kQuotaAmount);
    if (!amount) {
      return;
    }
    std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::string>, OrganisationChange>
        set;
    for (std::size_t quota = 0; quota < log_.count(EntityKind::kQuota); ++quota) {
      const std::string currency = TextAt(quota, data::attribute::kCurrency);
      const auto begin =
          book::LatestValue(log_, EntityKind::kQuota, quota, data::attribute::kPeriodBegin, as_of_);
      const std::string period =
          begin ? domain::FormatDate(domain::DateFromDayNumber(*begin)) : std::string();
      for (const Step& step : StepsOf(EntityKind::kQuota, quota, *amount)) {
        if (!IsNews(*step.after) || step.after->value == data::kNoValue) {
          continue;
        }
        if (step.before == nullptr) {
          OrganisationChange& change =
              set[{step.after->visible_time, step.after->event_time, period, currency}];
          if (change.kind.empty()) {
            change = ChangeAt(*step.after, "quotas", period);
            change.currency = currency;
            change.after_minor = 0;
            change.count = 0;
          }
          *change.after_minor += step.after->value;
          ++change.count;
          continue;
        }
        OrganisationChange change = ChangeAt(*step.after, "quota", OwnerName(quota));
        if (step.after->event_time <= step.before->event_time) {
          change.effective = change.known;
        }
        change.before = change.after = period;
        change.currency = currency;
        if (step.before->value != data::kNoValue) {
          change.before_minor = step.before->value;
        }
        change.after_minor = step.after->value;
        changes_.push_back(std::move(change));
      }
    }
    for (auto& [key, change] : set) {
      changes_.push_back(std::move(change));
    }
  }

  [[nodiscard]] std::string OwnerName(std::size_t quota) const {
    const std::string key = TextAt(quota, data::attribute::kQuotaOwner);
    for (const EntityKind kind : {EntityKind::kRep, EntityKind::kTeam}) {
      if (const auto found = log_.Find(kind, key)) {
        return book::NameAt(log_, kind, *found, as_of_);
      }
    }
    return key;
  }

  const data::EventLog& log_;
  std::int64_t since_;
  domain::Timestamp as_of_;
  std::vector<OrganisationChange> changes_;
};

std::string TextIn(const nlohmann::json& detail, const char* name) {
  const auto found = detail.find(name);
  return found != detail.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::vector<OrganisationChange> OrganisationChanges(const data::EventLog& log,
                                                    domain::Timestamp since,
                                                    domain::Timestamp as_of) {
  return Reader(log, since, as_of).Read();
}

Result<std::vector<OrganisationChange>> CalendarChanges(data::OperationsStore& operations,
                                                        domain::Timestamp since,
                                                        domain::Timestamp as_of) {
  RI_ASSIGN_OR_RETURN(const auto entries, operations.AuditPage(0, kAuditPage, "settings", ""));
  std::vector<OrganisationChange> changes;
  for (const data::AuditRecord& entry : entries) {
    const nlohmann::json detail = nlohmann::json::parse(entry.detail, nullptr, false);
    if (entry.at <= domain::Milliseconds(since) || entry.at > domain::Milliseconds(as_of) ||
        !detail.is_object() || !detail.contains("fiscal_calendar")) {
      continue;
    }
    const domain::Timestamp at = domain::TimestampFromMilliseconds(entry.at);
    changes.push_back({.effective = at,
                       .known = at,
                       .kind = "calendar",
                       .before = TextIn(detail, "fiscal_calendar_before"),
                       .after = TextIn(detail, "fiscal_calendar"),
                       .actor = entry.actor});
  }
  return changes;
}

}  // namespace ri::service
