#include "synthetic/deal_record.h"

#include <algorithm>

#include "base/assertion.h"
#include "base/random.h"
#include "synthetic/crm_entry.h"
#include "synthetic/deal_activity.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;

constexpr double kReestimatePerWeek = 0.05;
constexpr double kCategoryPerWeek = 0.12;
constexpr double kCreationNoise = 0.30;
constexpr double kReestimateNoise = 0.20;
constexpr double kPullInShare = 0.35;
constexpr double kDeadPushFactor = 0.75;
constexpr int kShortestReopenGapWeeks = 4;
constexpr int kReopenGapSpread = 16;

std::size_t At(int i) { return static_cast<std::size_t>(i); }

enum class Field { kStage, kReopenedStage, kAmount, kCommit, kCategory, kOwner, kAccountRecord };

struct Change {
  domain::Timestamp time;
  Field field = Field::kStage;
  std::int64_t value = 0;
};

/// Plays the part of the rep: sees the path, writes changes.
class RecordWriter {
 public:
  RecordWriter(const Company& company, DealRecord& record)
      : company_(company),
        record_(record),
        deal_(record.latents),
        stream_(company.seed(), "deal-record", record.latents.index) {}

  void Create();
  void WriteSameWeekClose();
  void WriteEpisode(DealEpisode& episode, bool may_be_deleted);
  void WriteReopening(const DealEpisode& episode);
  [[nodiscard]] std::vector<DealVersion> Fold() const;

 private:
  [[nodiscard]] const Rep& Owner() const { return company_.reps()[At(owner_)]; }
  void Add(domain::Timestamp time, Field field, std::int64_t value) {
    changes_.push_back({time, field, value});
  }
  void AddCommit(domain::Timestamp time, domain::Date date) {
    commit_ = date;
    Add(time, Field::kCommit, domain::DayNumber(date));
  }
  void AddCategory(domain::Timestamp time, int stage, int level) {
    const auto category =
        BelievedCategory(company_, Owner(), stage, EngagementChain::Value(level), stream_);
    Add(time, Field::kCategory, static_cast<std::int64_t>(category));
  }
  [[nodiscard]] domain::Timestamp Written(domain::Timestamp time);
  void WriteWeek(int week, const WeekState& state, bool ends);
  void WriteClose(DealEpisode& episode, bool may_be_deleted);
  void WriteClosedFields(domain::Timestamp written, domain::Date close_date, bool won,
                         std::int64_t amount);

  const Company& company_;
  DealRecord& record_;
  const DealLatents& deal_;
  RandomStream stream_;
  std::vector<Change> changes_;
  int owner_ = 0;
  domain::Date commit_;
  std::int64_t amount_ = kNoAmount;  ///< as the rep knows it
  bool amount_shown_ = false;
  domain::Timestamp last_stage_written_{};
};

/// Late entry by those who keep their CRM badly.
domain::Timestamp RecordWriter::Written(domain::Timestamp time) {
  const double late = company_.scenario().dirt.late_logging * (1.6 - Owner().hygiene);
  if (!stream_.Bernoulli(std::min(late, 1.0))) {
    return time;
  }
  const auto delay = days(1 + static_cast<std::int64_t>(stream_.Below(10)));
  return WorkingMomentOn(domain::DateOf(time) + delay, stream_);
}

void RecordWriter::Create() {
  owner_ = OwnerInWeek(company_, deal_, deal_.created_week);
  const domain::Date today = domain::DateOf(deal_.created);
  amount_ = deal_.first_amount;
  amount_shown_ = !stream_.Bernoulli(company_.scenario().dirt.missing_amount);
  Add(deal_.created, Field::kOwner, owner_);
  Add(deal_.created, Field::kStage, 0);
  if (amount_shown_) {
    Add(deal_.created, Field::kAmount, amount_);
  }
  AddCommit(deal_.created, BelievedCloseDate(company_, deal_, Owner(), today, today + days(7),
                                             kCreationNoise, stream_));
  AddCategory(deal_.created, 0, EngagementChain::CentralLevel());
  const Account& account = company_.accounts()[At(deal_.account)];
  const bool on_duplicate = account.has_duplicate && stream_.Bernoulli(0.5);
  if (on_duplicate && deal_.created_week < account.merged_week) {
    Add(deal_.created, Field::kAccountRecord, 1);
    const domain::Date merged = company_.calendar().Monday(account.merged_week) + days(2);
    Add(domain::StartOf(merged) + std::chrono::hours(11), Field::kAccountRecord, 0);
  }
  last_stage_written_ = deal_.created;
}

void RecordWriter::WriteWeek(int week, const WeekState& state, bool ends) {
  const MarketCalendar& calendar = company_.calendar();
  const domain::Date today = calendar.Monday(week);
  const int owner = OwnerInWeek(company_, deal_, week);
  if (owner != owner_) {
    owner_ = owner;
    Add(WorkingMomentOn(today, stream_), Field::kOwner, owner);
  }
  if (!ends && commit_ < today + days(kDaysPerWeek)) {
    const double diligence = 0.15 + 0.60 * Owner().hygiene;
    if (stream_.Bernoulli(state.dead_during ? kDeadPushFactor * diligence : diligence)) {
      AddCommit(WorkingMoment(calendar, week, stream_),
                PushedCloseDate(company_, std::max(commit_, today), stream_));
    }
  } else if (!state.dead_during && stream_.Bernoulli(kReestimatePerWeek)) {
    AddCommit(WorkingMoment(calendar, week, stream_),
              BelievedCloseDate(company_, deal_, Owner(), today, today + days(kDaysPerWeek),
                                kReestimateNoise, stream_));
  }
  if (!amount_shown_) {
    if (state.stage >= 2 || stream_.Bernoulli(0.1)) {
      amount_shown_ = true;
      Add(WorkingMoment(calendar, week, stream_), Field::kAmount, amount_);
    }
  } else if (!state.dead_during && stream_.Bernoulli(kRescopePerWeek)) {
    amount_ = RescopedAmount(company_, deal_, amount_, stream_);
    Add(WorkingMoment(calendar, week, stream_), Field::kAmount, amount_);
  }
  if (ends) {
    return;
  }
  if (state.stage_after != state.stage) {
    const domain::Timestamp time = std::max(Written(WorkingMoment(calendar, week, stream_)),
                                            last_stage_written_ + std::chrono::minutes(1));
    last_stage_written_ = time;
    Add(time, Field::kStage, state.stage_after);
    AddCategory(time, state.stage_after, state.level_during);
    const bool at_last_stage = state.stage_after + 1 == kOpenStages;
    if (at_last_stage && commit_ > today + days(35) && stream_.Bernoulli(kPullInShare)) {
      AddCommit(time, today + days(14 + static_cast<std::int64_t>(stream_.Below(21))));
    }
  } else if (stream_.Bernoulli(kCategoryPerWeek)) {
    AddCategory(WorkingMoment(calendar, week, stream_), state.stage, state.level_during);
  }
}

void RecordWriter::WriteClosedFields(domain::Timestamp written, domain::Date close_date, bool won,
                                     std::int64_t amount) {
  Add(written, Field::kStage, won ? kStageWon : kStageLost);
  Add(written, Field::kCommit, domain::DayNumber(close_date));
  Add(written, Field::kCategory,
      static_cast<std::int64_t>(won ? ForecastCategory::kClosed : ForecastCategory::kOmitted));
  if (won) {
    Add(written, Field::kAmount, amount);
  }
}

void RecordWriter::WriteClose(DealEpisode& episode, bool may_be_deleted) {
  const WeekDay end = episode.path.end_day;
  const domain::Date date = company_.calendar().Monday(end.week) + days(end.day);
  const bool won = episode.path.end == EpisodeEnd::kWon;
  episode.closed = WorkingMomentOn(date, stream_);
  episode.final_amount =
      won ? FinalAmount(company_, deal_, amount_, IsQuarterEndRush(company_, date), stream_)
          : amount_;
  domain::Timestamp written = episode.closed;
  if (stream_.Bernoulli(company_.scenario().dirt.back_dating)) {
    const auto delay = days(1 + static_cast<std::int64_t>(stream_.Below(7)));
    written = WorkingMomentOn(date + delay, stream_);
  }
  const bool died = episode.path.weeks.back().dead_during;
  if (may_be_deleted && died && stream_.Bernoulli(company_.scenario().dirt.deleted)) {
    if (written < domain::StartOf(company_.as_of())) {
      record_.deleted = true;
      record_.deleted_at = written;
    }
    return;
  }
  WriteClosedFields(written, date, won, episode.final_amount);
}

void RecordWriter::WriteEpisode(DealEpisode& episode, bool may_be_deleted) {
  const DealPath& path = episode.path;
  const bool closes = path.end != EpisodeEnd::kNeverClosed;
  for (std::size_t i = 0; i < path.weeks.size(); ++i) {
    const bool ends = closes && i + 1 == path.weeks.size();
    WriteWeek(path.first_week + static_cast<int>(i), path.weeks[i], ends);
  }
  if (closes) {
    WriteClose(episode, may_be_deleted);
  }
}

void RecordWriter::WriteReopening(const DealEpisode& episode) {
  const int week = episode.path.first_week - 1;
  owner_ = OwnerInWeek(company_, deal_, week);
  const domain::Timestamp time = episode.opened;
  last_stage_written_ = time;
  const domain::Date today = domain::DateOf(time);
  Add(time, Field::kOwner, owner_);
  Add(time, Field::kReopenedStage, episode.dynamics.first_stage);
  DealLatents again = deal_;
  again.decision_week = week + 0.6 * company_.scenario().segments[At(deal_.segment)].cycle_weeks;
  AddCommit(time, BelievedCloseDate(company_, again, Owner(), today, today + days(7),
                                    kCreationNoise, stream_));
  AddCategory(time, episode.dynamics.first_stage, episode.dynamics.first_level);
}

void RecordWriter::WriteSameWeekClose() {
  const domain::Date created = domain::DateOf(deal_.created);
  const int weekday = company_.calendar().Locate(created).day;
  const int day = SameWeekCloseDay(weekday, static_cast<int>(stream_.Below(kSameWeekWaits)));
  record_.same_week_won = stream_.Bernoulli(SameWeekWinProbability(company_));
  record_.same_week_closed =
      day == weekday
          ? deal_.created + std::chrono::minutes(10 + static_cast<std::int64_t>(stream_.Below(50)))
          : WorkingMomentOn(created + days(day - weekday), stream_);
  WriteClosedFields(record_.same_week_closed, domain::DateOf(record_.same_week_closed),
                    record_.same_week_won, amount_);
}

std::vector<DealVersion> RecordWriter::Fold() const {
  std::vector<Change> changes = changes_;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.time < b.time; });
  const domain::Timestamp as_of = domain::StartOf(company_.as_of());
  std::vector<DealVersion> versions;
  DealVersion version;
  for (std::size_t i = 0; i < changes.size();) {
    const domain::Timestamp time = changes[i].time;
    if (time >= as_of || (record_.deleted && time >= record_.deleted_at)) {
      break;
    }
    std::size_t next = i;
    bool reopens = false;
    for (; next < changes.size() && changes[next].time == time; ++next) {
      reopens |= changes[next].field == Field::kReopenedStage ||
                 changes[next].field == Field::kAccountRecord;
    }
    const bool closed = version.stage >= kOpenStages;
    if (!closed || reopens) {
      for (; i < next; ++i) {
        const std::int64_t value = changes[i].value;
        switch (changes[i].field) {
          case Field::kStage:
          case Field::kReopenedStage:
            version.stage = static_cast<int>(value);
            break;
          case Field::kAmount:
            version.amount = value;
            break;
          case Field::kCommit:
            version.commit_date = domain::DateFromDayNumber(value);
            break;
          case Field::kCategory:
            version.category = static_cast<ForecastCategory>(value);
            break;
          case Field::kOwner:
            version.owner = static_cast<int>(value);
            break;
          case Field::kAccountRecord:
            version.account_record = static_cast<int>(value);
            break;
        }
      }
      version.time = time;
      versions.push_back(version);
    }
    i = next;
  }
  RI_ASSERT(!versions.empty());
  return versions;
}

domain::Timestamp ReopeningMoment(const Company& company, int first_week, RandomStream& stream) {
  return WorkingMoment(company.calendar(), first_week - 1, stream);
}

/// Lives the episodes of a deal; empty for a same-week close.
std::vector<DealEpisode> Live(const Company& company, const InterventionArm& arm,
                              const DealLatents& deal) {
  std::vector<DealEpisode> episodes;
  if (deal.same_week_close) {
    return episodes;
  }
  RandomStream stream(company.seed(), "deal-life", deal.index);
  DealEpisode first;
  first.opened = deal.created;
  first.dynamics = FirstEpisode(company, arm, deal);
  first.path = SimulatePath(company, first.dynamics, stream);
  const bool lost = first.path.end == EpisodeEnd::kLost;
  const int end_week = first.path.end_day.week;
  episodes.push_back(std::move(first));
  if (lost && stream.Bernoulli(company.scenario().reopened)) {
    const int week =
        end_week + kShortestReopenGapWeeks + static_cast<int>(stream.Below(kReopenGapSpread));
    if (week + 2 < company.calendar().num_weeks()) {
      DealEpisode second;
      second.opened = ReopeningMoment(company, week, stream);
      second.dynamics = ReopenedEpisode(company, arm, deal, week);
      second.path = SimulatePath(company, second.dynamics, stream);
      episodes.push_back(std::move(second));
    }
  }
  return episodes;
}

}  // namespace

const DealVersion& DealRecord::VersionBefore(domain::Timestamp time) const {
  const auto after = std::lower_bound(
      versions.begin(), versions.end(), time,
      [](const DealVersion& version, domain::Timestamp value) { return version.time < value; });
  RI_ASSERT(after != versions.begin());
  return *(after - 1);
}

DealRecord MakeDealRecord(const Company& company, const InterventionArm& arm, std::uint64_t index) {
  DealRecord record;
  record.latents = DrawDeal(company, arm, index);
  record.episodes = Live(company, arm, record.latents);
  RecordWriter writer(company, record);
  writer.Create();
  if (record.latents.same_week_close) {
    writer.WriteSameWeekClose();
  }
  for (std::size_t i = 0; i < record.episodes.size(); ++i) {
    if (i > 0) {
      writer.WriteReopening(record.episodes[i]);
    }
    writer.WriteEpisode(record.episodes[i], record.episodes.size() == 1);
  }
  record.versions = writer.Fold();
  AddActivities(company, record);
  return record;
}

std::vector<DealVersion> MakeDuplicate(const Company& company, const DealRecord& record) {
  RandomStream stream(company.seed(), "duplicate", record.latents.index);
  std::vector<DealVersion> versions;
  if (!stream.Bernoulli(company.scenario().dirt.duplicates)) {
    return versions;
  }
  const domain::Timestamp as_of = domain::StartOf(company.as_of());
  const auto gap = days(1 + static_cast<std::int64_t>(stream.Below(15)));
  DealVersion version = record.versions.front();
  version.time = WorkingMomentOn(domain::DateOf(record.latents.created) + gap, stream);
  version.commit_date =
      std::max(version.commit_date, domain::DateOf(version.time) + days(kDaysPerWeek));
  if (version.time >= as_of) {
    return versions;
  }
  versions.push_back(version);
  const bool noticed = stream.Bernoulli(0.7);
  const auto until = days(10 + static_cast<std::int64_t>(stream.Below(60)));
  version.time = WorkingMomentOn(domain::DateOf(version.time) + until, stream);
  if (noticed && version.time < as_of) {
    version.stage = kStageLost;
    version.category = ForecastCategory::kOmitted;
    version.commit_date = domain::DateOf(version.time);
    versions.push_back(version);
  }
  return versions;
}

}  // namespace ri::synthetic
