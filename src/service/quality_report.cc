#include "service/quality_report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "book/deal_book.h"
#include "book/moment.h"
#include "book/organisation.h"
#include "service/quality_fields.h"

namespace ri::service {
namespace {

using data::EntityKind;
using data::kNoValue;

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kSilentDays = 30;
constexpr std::int64_t kNewDays = 28;
constexpr std::int64_t kSettledDays = 180;
constexpr std::size_t kMostChoices = 200;

/// Letters and digits in lower case: what two spellings of one value share.
std::string Folded(const std::string& text) {
  std::string folded;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      folded += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               static_cast<unsigned char>(c) > 127) {
      folded += c;
    }
  }
  return folded;
}

class Collector {
 public:
  Collector(const data::EventLog& log, domain::Timestamp as_of, QualityReport& report)
      : log_(log),
        as_of_(domain::Milliseconds(as_of)),
        fields_(log),
        organisation_(book::OrganisationAt(log, as_of)),
        report_(report),
        owner_(FieldNamed(data::attribute::kOwner)),
        commit_date_(FieldNamed(data::attribute::kCommitDate)) {
    for (std::size_t i = 0; i < fields_.count(); ++i) {
      report_.fields.push_back({.field = fields_.name(i)});
    }
    days_late_.resize(fields_.count());
    choices_.resize(fields_.count());
    open_choices_.resize(fields_.count());
    for (const data::AttributeDefinition& attribute : log.attributes()) {
      has_activities_ = has_activities_ || attribute.name.starts_with("activity.");
    }
  }

  void Open(const std::vector<features::SnapshotKey>& open) {
    std::vector<std::int64_t> values;
    std::set<std::uint32_t> seen;
    for (const features::SnapshotKey& key : open) {
      if (!seen.insert(key.deal).second) {
        continue;
      }
      fields_.ValuesAt(key.deal, as_of_, values);
      AddDeal(key.deal, values);
    }
    report_.open_deals = seen.size();
    if (has_activities_) {
      report_.silent = silent_;
    }
  }

  /// Everything that ever happened: late entries, values, findings of the imports.
  void AllEvents() {
    const auto issue = log_.FindAttribute(EntityKind::kDeal, data::attribute::kDataIssue);
    const auto excluded = log_.FindAttribute(EntityKind::kDeal, data::attribute::kExcluded);
    std::vector<std::int64_t> values;
    for (std::size_t deal = 0; deal < log_.count(EntityKind::kDeal); ++deal) {
      std::size_t late = 0;
      std::set<std::int64_t> issues;
      std::int64_t reason = kNoValue;
      for (const data::LoggedEvent& event : log_.events(EntityKind::kDeal, deal)) {
        if (event.visible_time > as_of_) {
          break;
        }
        if (event.attribute == issue) {
          issues.insert(event.value);
          continue;
        }
        if (event.attribute == excluded) {
          reason = event.value;
          continue;
        }
        late += AddEvent(event) ? 1 : 0;
      }
      for (const std::int64_t symbol : issues) {
        ++report_.issues[log_.symbols()[static_cast<std::size_t>(symbol)]];
      }
      if (reason != kNoValue) {
        ++report_.excluded[log_.symbols()[static_cast<std::size_t>(reason)]];
      }
      if (late > 0) {
        fields_.ValuesAt(deal, as_of_, values);
        teams_[TeamOf(values)].late += late;
      }
    }
  }

  void Finish(const std::map<std::uint32_t, double>& widths) {
    for (std::size_t i = 0; i < fields_.count(); ++i) {
      FieldHygiene& field = report_.fields[i];
      for (const auto& [team, filled] : filled_by_team_) {
        const auto all = static_cast<double>(teams_[team].open_deals);
        field.share_by_team[team] = static_cast<double>(filled[i]) / all;
      }
      if (!days_late_[i].empty()) {
        const auto middle =
            days_late_[i].begin() + static_cast<std::ptrdiff_t>(days_late_[i].size() / 2);
        std::ranges::nth_element(days_late_[i], middle);
        field.median_days_late = *middle;
      }
      FindOddValues(i);
    }
    std::map<std::string, std::pair<double, std::size_t>> width_of_team;
    for (const auto& [deal, width] : widths) {
      if (const auto team = team_of_deal_.find(deal);
          team != team_of_deal_.end() && std::isfinite(width)) {
        width_of_team[team->second].first += width;
        ++width_of_team[team->second].second;
      }
    }
    for (auto& [name, team] : teams_) {
      team.team = name;
      const auto width = width_of_team.find(name);
      team.interval_width = width == width_of_team.end()
                                ? std::nan("")
                                : width->second.first / static_cast<double>(width->second.second);
      double filled = 0;
      for (const std::size_t count : filled_by_team_[name]) {
        filled += static_cast<double>(count);
      }
      const double cells = static_cast<double>(team.open_deals * fields_.count());
      team.filled = cells == 0 ? 0 : filled / cells;
      if (!has_activities_) {
        team.silent.reset();
      }
      if (team.open_deals > 0) {
        report_.teams.push_back(team);
      }
    }
    std::erase_if(report_.fields, [this](const FieldHygiene& field) {
      return field.filled == 0 && report_.open_deals > 0 && field.late == 0 &&
             !ever_filled_.contains(field.field);
    });
    std::ranges::stable_sort(report_.fields, {}, &FieldHygiene::filled);
  }

 private:
  [[nodiscard]] int FieldNamed(std::string_view name) const {
    const auto attribute = log_.FindAttribute(EntityKind::kDeal, name);
    return attribute ? fields_.field_of(*attribute) : -1;
  }
  [[nodiscard]] std::string TeamOf(const std::vector<std::int64_t>& values) const {
    if (owner_ < 0 || values[static_cast<std::size_t>(owner_)] == kNoValue) {
      return "(no owner)";
    }
    return organisation_.team[static_cast<std::size_t>(values[static_cast<std::size_t>(owner_)])];
  }

  void AddDeal(std::uint32_t deal, const std::vector<std::int64_t>& values) {
    const std::string name = TeamOf(values);
    team_of_deal_[deal] = name;
    TeamHygiene& team = teams_[name];
    ++team.open_deals;
    auto& filled = filled_by_team_[name];
    filled.resize(fields_.count());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == kNoValue) {
        continue;
      }
      ++filled[i];
      ++report_.fields[i].filled;
      ever_filled_.insert(report_.fields[i].field);
      if (fields_.definition(i).type == data::ValueType::kText) {
        ++open_choices_[i][values[i]];
      }
    }
    if (commit_date_ >= 0 && values[static_cast<std::size_t>(commit_date_)] != kNoValue &&
        values[static_cast<std::size_t>(commit_date_)] < as_of_ / kDay) {
      ++team.overdue;
      ++report_.overdue;
    }
    std::int64_t last_activity = 0;
    std::int64_t last_event = 0;
    for (const data::LoggedEvent& event : log_.events(EntityKind::kDeal, deal)) {
      if (event.visible_time > as_of_) {
        break;
      }
      last_event = std::max(last_event, event.event_time);
      if (log_.attributes()[event.attribute].name.starts_with("activity.")) {
        last_activity = std::max(last_activity, event.event_time);
      }
    }
    const std::int64_t limit = as_of_ - kSilentDays * kDay;
    team.silent = team.silent.value_or(0) + (last_activity < limit ? 1 : 0);
    silent_ += last_activity < limit ? 1 : 0;
    team.unchanged += last_event < limit ? 1 : 0;
    report_.unchanged += last_event < limit ? 1 : 0;
  }

  /// True when the event was learned more than a day after it was true.
  bool AddEvent(const data::LoggedEvent& event) {
    const int field = fields_.field_of(event.attribute);
    if (field >= 0 && event.value != kNoValue) {
      const auto index = static_cast<std::size_t>(field);
      if (fields_.definition(index).type == data::ValueType::kText) {
        const auto [found, added] = choices_[index].try_emplace(event.value, Choice{});
        Choice& choice = found->second;
        ++choice.events;
        choice.first = added ? event.visible_time : std::min(choice.first, event.visible_time);
      }
      ever_filled_.insert(report_.fields[index].field);
    }
    const std::int64_t delay = event.visible_time - event.event_time;
    if (delay <= kDay) {
      return false;
    }
    ++report_.late;
    const std::string learned =
        domain::FormatDate(domain::DateOf(domain::TimestampFromMilliseconds(event.visible_time)));
    ++report_.late_by_month[learned.substr(0, 7)];
    if (field >= 0) {
      ++report_.fields[static_cast<std::size_t>(field)].late;
      days_late_[static_cast<std::size_t>(field)].push_back(static_cast<double>(delay) / kDay);
    }
    return true;
  }

  void FindOddValues(std::size_t field) {
    const auto& choices = choices_[field];
    if (choices.empty() || choices.size() > kMostChoices) {
      return;
    }
    std::int64_t in_use_since = std::numeric_limits<std::int64_t>::max();
    std::map<std::string, std::pair<std::int64_t, std::size_t>> usual;  // folded -> most frequent
    for (const auto& [value, choice] : choices) {
      in_use_since = std::min(in_use_since, choice.first);
      auto& best = usual[Folded(Text(value))];
      if (choice.events > best.second) {
        best = {value, choice.events};
      }
    }
    for (const auto& [value, choice] : choices) {
      const auto open = open_choices_[field].find(value);
      OddValue odd{.field = fields_.name(field),
                   .value = Text(value),
                   .deals = open == open_choices_[field].end() ? 0 : open->second,
                   .like = "",
                   .first_seen = domain::TimestampFromMilliseconds(choice.first)};
      const std::int64_t usual_value = usual[Folded(Text(value))].first;
      if (usual_value != value) {
        odd.like = Text(usual_value);
        report_.odd_values.push_back(std::move(odd));
      } else if (choice.first > as_of_ - kNewDays * kDay &&
                 in_use_since < as_of_ - kSettledDays * kDay) {
        report_.odd_values.push_back(std::move(odd));
      }
    }
  }
  [[nodiscard]] const std::string& Text(std::int64_t symbol) const {
    return log_.symbols()[static_cast<std::size_t>(symbol)];
  }

  struct Choice {
    std::int64_t first = 0;
    std::size_t events = 0;
  };
  const data::EventLog& log_;
  std::int64_t as_of_;
  DealFields fields_;
  book::Organisation organisation_;
  QualityReport& report_;
  int owner_;
  int commit_date_;
  bool has_activities_ = false;
  std::size_t silent_ = 0;
  std::map<std::string, TeamHygiene> teams_;
  std::map<std::string, std::vector<std::size_t>> filled_by_team_;
  std::map<std::uint32_t, std::string> team_of_deal_;
  std::vector<std::vector<double>> days_late_;
  std::vector<std::map<std::int64_t, Choice>> choices_;
  std::vector<std::map<std::int64_t, std::size_t>> open_choices_;
  std::set<std::string> ever_filled_;
};

}  // namespace

Result<QualityReport> ReportQuality(book::Workspace& workspace, const QualityRequest& request,
                                    base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.as_of, request.now);
  QualityReport report{.as_of = moment.as_of, .known_at = request.known_at, .note = moment.note};
  Collector collector(*knowledge->log, moment.as_of, report);
  collector.Open(knowledge->engine->OpenAt(moment.as_of));
  collector.AllEvents();
  std::map<std::uint32_t, double> widths;
  // The bands need a model; everything else does not.
  if (const auto book = book::OpenBook(workspace,
                                       {.as_of = moment.as_of,
                                        .as_of_created = false,
                                        .known_at = request.known_at,
                                        .now = request.now},
                                       progress)) {
    report.model_version = (*book)->model().version.text();
    report.model_family = (*book)->model().family;
    report.refusal = (*book)->model().refusal;
    for (const book::ScoredDeal& deal : (*book)->deals()) {
      widths[deal.deal] = deal.win_high - deal.win_low;
    }
  }
  collector.Finish(widths);
  if (!request.measure_cost) {
    report.cost_basis = "The cost of gaps was not asked for.";
    return report;
  }
  RI_RETURN_IF_ERROR(MeasureFieldCosts(workspace, *knowledge, report, progress));
  return report;
}

}  // namespace ri::service
