#include "service/monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "service/monitor_sketches.h"
#include "service/source_freshness.h"

namespace ri::service {
namespace {

/// Weeks whose drift is replayed, so that "two of the last three" and "told already" are known.
constexpr int kReplayedWeeks = 13;
constexpr double kCohortAlarm = 3;  ///< standard deviations; under 3 in 1,000 cohorts by chance

/// Drift of this week, and what of it is news after the weeks before.
struct DriftNews {
  monitoring::DriftReport report;
  std::vector<monitoring::FeatureDrift> news;
};

DriftNews ReplayDrift(const monitoring::SketchHistory& history,
                      const domain::FiscalCalendar& calendar, domain::Date monday) {
  DriftNews drift;
  monitoring::PersistentDrift persistent;
  for (int back = kReplayedWeeks - 1; back >= 0; --back) {
    const monitoring::WeekKey key = WeekKeyOf(calendar, monday - std::chrono::days(7 * back));
    if (history.Find(key) == nullptr) {
      continue;
    }
    drift.report = monitoring::CompareWeek(history, key);
    drift.news = persistent.AddWeek(drift.report);
  }
  return drift;
}

/// Columns of the model's rows that describe the deal.
struct DescribingColumns {
  std::vector<std::size_t> columns;
  std::vector<std::string> names;
};

DescribingColumns DescribingColumnsOf(const models::ModelParts& parts) {
  DescribingColumns describing;
  const auto sources = parts.encoder.SourceFeatures();
  for (std::size_t column = 0; column < sources.size(); ++column) {
    const auto& feature = parts.features[static_cast<std::size_t>(sources[column])];
    if (DescribesTheDeal(feature)) {
      describing.columns.push_back(column);
      describing.names.push_back(feature.name);
    }
  }
  return describing;
}

/// Rows of the deals open on some Mondays.
struct EncodedRows {
  base::Matrix<float> rows;
  std::vector<std::uint32_t> deals;
  [[nodiscard]] monitoring::LabelledBlock view() const {
    return {.rows = rows.view(), .deals = deals};
  }
};

Result<EncodedRows> OpenOn(const book::DealBook& book, const DescribingColumns& describing,
                           std::span<const domain::Date> mondays) {
  std::vector<features::SnapshotKey> keys;
  for (const domain::Date monday : mondays) {
    const auto open = book.knowledge()->engine->OpenAt(domain::StartOf(monday));
    keys.insert(keys.end(), open.begin(), open.end());
  }
  RI_ASSIGN_OR_RETURN(
      const base::Matrix<float> encoded,
      book.model().model->Encode(book.knowledge()->engine->Compute(keys, book.num_threads())));
  EncodedRows rows{.rows = base::Matrix<float>(keys.size(), describing.columns.size())};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    rows.deals.push_back(keys[i].deal);
    for (std::size_t j = 0; j < describing.columns.size(); ++j) {
      rows.rows(i, j) = encoded(i, describing.columns[j]);
    }
  }
  return rows;
}

/// This week against the same week of earlier quarters, held against how well the two quarters
/// before could be told from their own past.
Result<monitoring::JointDrift> JudgeJointDrift(const book::DealBook& book, domain::Date monday,
                                               base::Progress& progress) {
  const monitoring::WeekKey now_key = WeekKeyOf(book.calendar(), monday);
  std::vector<domain::Date> mondays = {monday};  // newest first
  domain::Quarter quarter = now_key.quarter;
  while (mondays.size() < static_cast<std::size_t>(monitoring::kQuartersKept)) {
    quarter = domain::Previous(quarter);
    const domain::Period period = book.calendar().PeriodOf(quarter);
    mondays.push_back(
        domain::MondayOnOrBefore(std::min(period.begin + std::chrono::days(7 * (now_key.week - 1)),
                                          period.end - std::chrono::days(1))));
  }
  const DescribingColumns describing = DescribingColumnsOf(book.model().model->parts());
  std::vector<monitoring::JointDrift> drifts;  // of the newest three, newest first
  for (std::size_t back = 0; back < 3; ++back) {
    const std::span<const domain::Date> all = mondays;
    RI_ASSIGN_OR_RETURN(const EncodedRows before, OpenOn(book, describing, all.subspan(back + 1)));
    RI_ASSIGN_OR_RETURN(const EncodedRows now, OpenOn(book, describing, all.subspan(back, 1)));
    RI_ASSIGN_OR_RETURN(
        monitoring::JointDrift drift,
        monitoring::DetectJointDrift(before.view(), now.view(), describing.names,
                                     {.num_threads = book.num_threads()}, progress));
    drifts.push_back(std::move(drift));
    if (!drifts.front().drifted) {
      break;  // nothing to hold against what is ordinary
    }
  }
  monitoring::HoldAgainstOrdinary(std::span(drifts).subspan(1), drifts.front());
  return drifts.front();
}

std::string Direction(double shift) {
  return shift == 0 ? "as likely as said"
                    : fmt::format("{:.0f} % {} likely than said",
                                  100 * std::fabs(std::expm1(shift)), shift < 0 ? "less" : "more");
}

std::vector<monitoring::Finding> Digest(const MonitorReport& report,
                                        std::span<const monitoring::FeatureDrift> news) {
  using monitoring::FindingKind;
  std::vector<monitoring::Finding> findings;
  for (const monitoring::SourceFreshness& source : report.sources) {
    if (source.late) {
      findings.push_back({FindingKind::kFreshness, source.source, source.text, false});
    }
  }
  for (const monitoring::FeatureDrift& feature : news) {
    findings.push_back(monitoring::DriftFinding(feature));
  }
  if (report.joint.drifted) {
    std::string text = fmt::format(
        "A model can tell today's deals from those of the same week in earlier quarters (AUC "
        "{:.2f}, ordinarily up to {:.2f}), mostly by",
        report.joint.auc, report.joint.ordinary_auc);
    for (const monitoring::JointDriftReason& reason : report.joint.reasons) {
      text += fmt::format(" {} ({:.0f} %)", reason.feature, 100 * reason.share);
    }
    findings.push_back({FindingKind::kJointDrift, "all features", text + ".", false});
  }
  if (report.quarter.alarm) {
    findings.push_back(
        {FindingKind::kCalibration, "weekly outcomes",
         fmt::format("In {} weeks {:.0f} deals were won where {:.1f} were expected and {:.0f} lost "
                     "where {:.1f} were; best explained by wins {} and losses {}.",
                     report.quarter.weeks, report.quarter.wins, report.quarter.expected_wins,
                     report.quarter.losses, report.quarter.expected_losses,
                     Direction(report.quarter.likely_win_shift),
                     Direction(report.quarter.likely_loss_shift)),
         true});
  }
  // Told once, in the week it shows; the alarm tells more.
  if (!report.quarter.alarm && report.quarter.early_sign_week > 0 &&
      report.quarter.early_sign_week == report.quarter.weeks) {
    findings.push_back(
        {FindingKind::kCalibration, "wins of the quarter",
         fmt::format("In {} weeks {:.0f} deals were won where {:.1f} were expected ({:+.1f} "
                     "standard deviations, ordinary luck of a quarter included): an early sign, "
                     "which one quarter in ten shows without a reason.",
                     report.quarter.weeks, report.quarter.wins, report.quarter.expected_wins,
                     report.quarter.early_z),
         false});
  }
  for (const monitoring::MaturityCohort& cohort : report.cohorts) {
    if (cohort.mature > 0 && std::fabs(cohort.z) >= kCohortAlarm) {
      findings.push_back({FindingKind::kPerformance, domain::FormatDate(cohort.month),
                          fmt::format("Of {} forecasts of that month {:.0f} were won where {:.1f} "
                                      "were expected ({:+.1f} standard deviations).",
                                      cohort.mature, cohort.won, cohort.expected_wins, cohort.z),
                          true});
    }
  }
  return monitoring::OrderFindings(std::move(findings));
}

}  // namespace

Result<MonitorReport> RunMonitor(book::Workspace& workspace, const book::DealBook& book,
                                 base::Progress& progress) {
  const domain::Timestamp as_of = book.moment().as_of;
  const domain::Date monday = domain::MondayOnOrBefore(domain::DateOf(as_of));
  MonitorReport report{.model_version = book.model().version.text(),
                       .model_family = book.model().family,
                       .refusal = book.model().refusal,
                       .moment = book.moment(),
                       .open_deals = book.deals().size()};
  RI_ASSIGN_OR_RETURN(const data::StoredModel stored,
                      workspace.store().Model(report.model_version));
  report.trained_on = TrainedOn(stored);
  report.newest_fact = book::NewestFact(*book.knowledge()->log, book.opened_at());
  // A replay from the data's end judges arrivals from there too.
  RI_ASSIGN_OR_RETURN(report.sources,
                      JudgeSources(workspace.store(), std::max(as_of, book.opened_at())));
  RI_ASSIGN_OR_RETURN(
      const monitoring::SketchHistory history,
      SketchMondays(*book.knowledge(), book.calendar(), monday, book.num_threads(), progress));
  DriftNews drift = ReplayDrift(history, book.calendar(), monday);
  report.drift = std::move(drift.report);
  std::vector<std::string> names;
  for (const monitoring::FeatureDrift& feature : report.drift.features) {
    names.push_back(feature.name);
  }
  RI_ASSIGN_OR_RETURN(report.decisions, MeasureDecisionDrift(book, names));
  RI_ASSIGN_OR_RETURN(report.joint, JudgeJointDrift(book, monday, progress));
  RI_ASSIGN_OR_RETURN(report.quarter,
                      JudgeQuarter(*book.knowledge(), book.prepared(), book.calendar(),
                                   report.trained_on.value_or(domain::Timestamp::min()), as_of,
                                   book.num_threads()));
  std::vector<double> chances;
  for (const book::ScoredDeal& deal : book.deals()) {
    if (!std::isnan(deal.win_probability)) {
      chances.push_back(deal.win_probability);
    }
  }
  report.expected = monitoring::ExpectPerformance(chances);
  RI_ASSIGN_OR_RETURN(report.cohorts,
                      JudgeStoredScores(workspace.store(), *book.knowledge(), as_of));
  report.findings = Digest(report, drift.news);
  return report;
}

}  // namespace ri::service
