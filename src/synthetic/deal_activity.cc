#include "synthetic/deal_activity.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "synthetic/crm_entry.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// How one kind of activity follows engagement, and what is left of it once the buyer is gone.
struct ActivityLaw {
  ActivityKind kind;
  double engagement;
  double when_dead;
};
constexpr std::array<ActivityLaw, 4> kLaws = {{{ActivityKind::kMeeting, 0.45, 0.06},
                                               {ActivityKind::kEmailIn, 0.60, 0.05},
                                               {ActivityKind::kEmailOut, 0.15, 0.40},
                                               {ActivityKind::kCall, 0.25, 0.30}}};
constexpr double kPlannedAhead = 0.35;

std::size_t At(int i) { return static_cast<std::size_t>(i); }

double BaseRate(const Segment& segment, ActivityKind kind) {
  switch (kind) {
    case ActivityKind::kMeeting:
      return segment.meetings;
    case ActivityKind::kEmailIn:
      return segment.emails_in;
    case ActivityKind::kEmailOut:
      return segment.emails_out;
    default:
      return segment.calls;
  }
}

class ActivityWriter {
 public:
  ActivityWriter(const Company& company, DealRecord& record)
      : company_(company),
        record_(record),
        as_of_(domain::StartOf(company.as_of())),
        stream_(company.seed(), "deal-activity", record.latents.index) {}

  void WriteContactRoles();
  void WriteCreationWeek();
  void WriteEpisode(const DealEpisode& episode);
  void WriteReview();
  void Finish();

 private:
  void Add(ActivityKind kind, domain::Timestamp when, domain::Timestamp written, int owner);
  [[nodiscard]] int DrawContact(domain::Timestamp when);
  [[nodiscard]] domain::Timestamp WrittenAfter(domain::Timestamp when, const Rep& rep);
  void WriteWeek(int week, const WeekState& state, domain::Timestamp end);

  const Company& company_;
  DealRecord& record_;
  domain::Timestamp as_of_;
  RandomStream stream_;
};

/// The true end of the last episode before or at as-of, or as-of itself.
domain::Timestamp TrueEnd(const DealRecord& record, domain::Timestamp as_of) {
  if (record.episodes.empty()) {
    return std::min(record.same_week_closed, as_of);
  }
  const DealEpisode& last = record.episodes.back();
  return last.path.end == EpisodeEnd::kNeverClosed ? as_of : std::min(last.closed, as_of);
}

void ActivityWriter::WriteContactRoles() {
  static constexpr std::array<std::string_view, 5> kRoles = {
      "Business User", "Decision Maker", "Evaluator", "Influencer", "Technical Buyer"};
  const DealLatents& deal = record_.latents;
  const Account& account = company_.accounts()[At(deal.account)];
  const domain::Timestamp end = TrueEnd(record_, as_of_);
  const auto offset = static_cast<int>(stream_.Below(At(account.contacts)));
  for (int i = 0; i < deal.contacts; ++i) {
    DealContactRole role;
    role.contact = (offset + i) % account.contacts;
    role.primary = i == 0;
    role.role = kRoles[stream_.Below(kRoles.size())];
    const bool is_sponsor = deal.sponsor && i + 1 == deal.contacts;
    if (is_sponsor) {
      role.role = "Economic Buyer";
    }
    const double weeks = i == 0 && !is_sponsor ? 0.05 : 3 * stream_.Exponential();
    role.time = deal.created + seconds(60 + static_cast<std::int64_t>(weeks * 7 * 86'400));
    if (role.time < end) {
      record_.contact_roles.push_back(role);
    }
  }
  std::sort(record_.contact_roles.begin(), record_.contact_roles.end(),
            [](const DealContactRole& a, const DealContactRole& b) {
              return a.time != b.time ? a.time < b.time : a.contact < b.contact;
            });
}

int ActivityWriter::DrawContact(domain::Timestamp when) {
  std::size_t known = 0;
  while (known < record_.contact_roles.size() && record_.contact_roles[known].time <= when) {
    ++known;
  }
  const std::uint64_t bits = stream_();
  return known == 0 ? -1 : record_.contact_roles[bits % known].contact;
}

domain::Timestamp ActivityWriter::WrittenAfter(domain::Timestamp when, const Rep& rep) {
  const double late = company_.scenario().dirt.late_logging * (1.6 - rep.hygiene);
  const auto soon = when + seconds(20 + static_cast<std::int64_t>(stream_.Below(1'800)));
  if (!stream_.Bernoulli(std::min(late, 1.0))) {
    return soon;
  }
  return soon + days(1 + static_cast<std::int64_t>(stream_.Below(12)));
}

void ActivityWriter::Add(ActivityKind kind, domain::Timestamp when, domain::Timestamp written,
                         int owner) {
  const int contact = DrawContact(when);
  const auto length = static_cast<int>(stream_.Below(4));
  if (written < as_of_) {
    record_.activities.push_back(
        {.kind = kind,
         .when = when,
         .written = written,
         .contact = contact,
         .owner = owner,
         .minutes = kind == ActivityKind::kMeeting ? 30 + 15 * length : 3 + 6 * length});
  }
}

void ActivityWriter::WriteWeek(int week, const WeekState& state, domain::Timestamp end) {
  const MarketCalendar& calendar = company_.calendar();
  const int owner = OwnerInWeek(company_, record_.latents, week);
  const Rep& rep = company_.reps()[At(owner)];
  const Segment& segment = company_.scenario().segments[At(record_.latents.segment)];
  const double e = EngagementChain::Value(state.level_during);
  const double kept = company_.scenario().activity_scale * (0.75 + 0.25 * rep.hygiene);
  for (const ActivityLaw& law : kLaws) {
    const double mood = state.dead_during ? law.when_dead : std::exp(law.engagement * e);
    const double rate = kept * BaseRate(segment, law.kind) * mood;
    const auto count = static_cast<int>(stream_.Poisson(rate));
    for (int i = 0; i < count; ++i) {
      const domain::Timestamp when = WorkingMoment(calendar, week, stream_);
      if (law.kind == ActivityKind::kMeeting && stream_.Bernoulli(kPlannedAhead)) {
        // Agreed this week for one of the next two; the entry stays whatever comes of it.
        const auto ahead = days(4 + static_cast<std::int64_t>(stream_.Below(10)));
        const domain::Timestamp start = WorkingMomentOn(domain::DateOf(when) + ahead, stream_);
        if (when < end && rep.synced) {
          Add(law.kind, start, when, owner);
        }
        continue;
      }
      const domain::Timestamp written = WrittenAfter(when, rep);
      if (when < end && rep.synced) {
        Add(law.kind, when, written, owner);
      }
    }
  }
}

void ActivityWriter::WriteCreationWeek() {
  const DealLatents& deal = record_.latents;
  const int owner = OwnerInWeek(company_, deal, deal.created_week);
  const Rep& rep = company_.reps()[At(owner)];
  const auto when = deal.created + minutes(5 + static_cast<std::int64_t>(stream_.Below(240)));
  const domain::Timestamp written = WrittenAfter(when, rep);
  if (rep.synced && when < TrueEnd(record_, as_of_)) {
    Add(ActivityKind::kEmailOut, when, written, owner);
  }
}

void ActivityWriter::WriteEpisode(const DealEpisode& episode) {
  const DealPath& path = episode.path;
  const domain::Timestamp end =
      path.end == EpisodeEnd::kNeverClosed ? as_of_ : std::min(as_of_, episode.closed);
  for (std::size_t i = 0; i < path.weeks.size(); ++i) {
    const int week = path.first_week + static_cast<int>(i);
    if (domain::StartOf(company_.calendar().Monday(week)) >= as_of_) {
      break;
    }
    WriteWeek(week, path.weeks[i], end);
  }
  if (path.end == EpisodeEnd::kWon && company_.scenario().dirt.closing_columns) {
    const int owner = OwnerInWeek(company_, record_.latents, path.end_day.week);
    for (int task = 0; task < 2; ++task) {
      const auto later = hours(2 + static_cast<std::int64_t>(stream_.Below(24 * 12)));
      const domain::Timestamp when = episode.closed + later;
      if (company_.reps()[At(owner)].synced) {
        Add(ActivityKind::kOnboarding, when, when, owner);
      }
    }
  }
}

void ActivityWriter::WriteReview() {
  const DealLatents& deal = record_.latents;
  for (const DealEpisode& episode : record_.episodes) {
    if (deal.treated && episode.path.OpenOn(deal.review_week)) {
      const domain::Timestamp when =
          domain::StartOf(company_.calendar().Monday(deal.review_week)) + hours(9);
      const int owner = OwnerInWeek(company_, deal, deal.review_week);
      Add(ActivityKind::kSponsorCall, when, when + minutes(20), owner);
    }
  }
}

void ActivityWriter::Finish() {
  std::stable_sort(
      record_.activities.begin(), record_.activities.end(),
      [](const DealActivity& a, const DealActivity& b) { return a.written < b.written; });
}

}  // namespace

void AddActivities(const Company& company, DealRecord& record) {
  ActivityWriter writer(company, record);
  writer.WriteContactRoles();
  writer.WriteCreationWeek();
  for (const DealEpisode& episode : record.episodes) {
    writer.WriteEpisode(episode);
  }
  writer.WriteReview();
  writer.Finish();
}

}  // namespace ri::synthetic
