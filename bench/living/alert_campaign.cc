// Precision, lead and churn of alerts on an invented company, against two naive rules.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "base/progress.h"
#include "campaigns.h"
#include "service/alert_measure.h"
#include "service/import_data.h"
#include "synthetic/generator.h"

namespace ri::living {
namespace {

std::string Row(const service::MeasuredAlert& alert, const std::string& name) {
  const scoring::AlertRecord& record = alert.record;
  return fmt::format(
      "| {} | {} | {:.1f} % ({:.1f} - {:.1f}) | {:.3f} | {:.1f} | {:.2f} | {:.1f} | "
      "{:.3f} | {:.0f} % |\n",
      name, record.fired, 100 * record.precision, 100 * record.precision_interval.low,
      100 * record.precision_interval.high, record.lift, alert.odds_ratio, alert.kept_ratio,
      record.median_lead_weeks, record.refires_per_deal, 100 * record.recall);
}

std::string Table(std::span<const service::DealWeek> rows, const service::AlertSettings& settings,
                  Status& status) {
  std::string text =
      "| alert | judged | precision (95 %) | lift | odds | kept ratio | median lead, weeks | "
      "re-fires per deal | recall |\n|---|---|---|---|---|---|---|---|---|\n";
  for (std::size_t type = 0; type < service::kAlertTypes; ++type) {
    const auto alert = service::MeasureAlert(rows, type, settings);
    if (!alert) {
      status = std::unexpected(alert.error());
      return text;
    }
    text += Row(*alert, std::string(service::AlertTypeName(type)));
  }
  return text;
}

}  // namespace

Result<std::string> AlertCampaign(const Options& options) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("ri-living-alerts-{}", options.seed);
  std::filesystem::remove_all(folder);
  const std::size_t deals = options.deals == 0 ? 4000 : options.deals;
  RI_ASSIGN_OR_RETURN(const auto made,
                      synthetic::Generate({.scenario = "realistic",
                                           .deals = deals,
                                           .quarters = options.quarters + 5,
                                           .seed = options.seed,
                                           .threads = options.threads,
                                           .output_folder = (folder / "export").string(),
                                           .truth_share = 0,
                                           .quarter_draws = 0}));
  RI_ASSIGN_OR_RETURN(auto workspace, service::Workspace::Open(
                                          {.database = "sqlite:" + (folder / "company.db").string(),
                                           .num_threads = options.threads}));
  const domain::Timestamp now = domain::StartOf(made.as_of);
  RI_ASSIGN_OR_RETURN([[maybe_unused]] const auto imported,
                      service::ImportData(*workspace, {.paths = {made.folder}, .now = now},
                                          base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const auto knowledge,
                      workspace->Load(std::nullopt, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace->Calendar());
  RI_ASSIGN_OR_RETURN(const auto amounts,
                      service::ReportingAmounts::For(*workspace, *knowledge->log));
  const auto begin = std::chrono::steady_clock::now();
  RI_ASSIGN_OR_RETURN(
      const service::DealWeeks history,
      service::ReplayDealWeeks(
          *knowledge, amounts, calendar,
          {.quarters = static_cast<std::size_t>(options.quarters) + 1, .as_of = now},
          options.threads, base::Progress::Silent()));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  service::AlertSettings settings;
  RI_ASSIGN_OR_RETURN(const service::AlertMeasurement measured,
                      service::MeasureAlerts(history, settings));
  std::string text = fmt::format(
      "## Alerts\n\nScenario realistic, {} deals, seed {}, Mondays {} to {}, {} models, {} of {} "
      "deal-weeks judged, replayed in {:.0f} s. Base rate of a miss {:.1f} %; the highest possible "
      "lift is {:.3f}.\n\nAsked: lift at least 1.8, median lead at least 4 weeks, better than "
      "`overdue` and `stalled` on both, re-fires below 0.1 per deal and quarter.\n\n",
      deals, options.seed, domain::FormatDate(measured.from), domain::FormatDate(measured.to),
      measured.models.size(), measured.judged_weeks, measured.deal_weeks, seconds,
      100 * measured.base_rate, 1 / measured.base_rate);
  Status status;
  text += Table(history.rows, settings, status);
  text +=
      "\nThe model's alert by its threshold (points of risk):\n\n| threshold | judged | "
      "precision (95 %) | lift | odds | kept ratio | median lead, weeks | re-fires per deal | "
      "recall |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const int days : {0, 14, 28, 42}) {
    for (const double risk : {50.0, 80.0, 90.0, 93.0, 95.0, 97.0}) {
      service::AlertSettings tuned;
      tuned.least_days_ahead = days;
      RI_RETURN_IF_ERROR(tuned.SetThreshold(service::kMissAlert, risk));
      RI_ASSIGN_OR_RETURN(const auto alert,
                          service::MeasureAlert(history.rows, service::kMissAlert, tuned));
      text += Row(alert, fmt::format("{:.0f}, {} days", risk, days));
    }
  }
  // Deals the team counts on: there a miss is news, and the base rate leaves room above it.
  std::vector<service::DealWeek> counted;
  for (const service::DealWeek& row : history.rows) {
    if (row.category == "Commit" || row.category == "Best Case") {
      counted.push_back(row);
    }
  }
  text += "\nOnly deals in the categories Commit and Best Case:\n\n";
  RI_ASSIGN_OR_RETURN(const auto base,
                      service::MeasureAlert(counted, service::kMissAlert, settings));
  text += fmt::format("Base rate {:.1f} %.\n\n", 100 * base.record.base_rate);
  text += Table(counted, settings, status);
  text += "\n| risk | judged | said | happened | calibration error |\n|---|---|---|---|---|\n";
  for (const service::MeasuredRisk& risk : measured.risks) {
    text += fmt::format("| {} | {} | {:.3f} | {:.3f} | {:.3f} |\n", risk.name, risk.judged,
                        risk.stated, risk.happened, risk.calibration_error);
  }
  workspace.reset();
  std::filesystem::remove_all(folder);
  if (!status) {
    return std::unexpected(status.error());
  }
  return text;
}

}  // namespace ri::living
