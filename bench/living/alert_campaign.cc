// Precision, lead and churn of alerts on invented companies, against two naive rules.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "base/progress.h"
#include "campaigns.h"
#include "deal_week_file.h"
#include "service/alert_measure.h"
#include "service/import_data.h"
#include "synthetic/generator.h"

namespace ri::living {
namespace {

/// One company of the scenario `realistic`, replayed week by week, each quarter by a model of
/// before.
Result<service::DealWeeks> Replay(const Options& options) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("ri-living-alerts-{}", options.seed);
  std::filesystem::remove_all(folder);
  RI_ASSIGN_OR_RETURN(const auto made,
                      synthetic::Generate({.scenario = "realistic",
                                           .deals = options.deals == 0 ? 4000 : options.deals,
                                           .quarters = options.quarters + 5,
                                           .seed = options.seed,
                                           .threads = options.threads,
                                           .output_folder = (folder / "export").string(),
                                           .truth_share = 0,
                                           .quarter_draws = 0}));
  RI_ASSIGN_OR_RETURN(auto workspace, book::Workspace::Open(
                                          {.database = "sqlite:" + (folder / "company.db").string(),
                                           .num_threads = options.threads}));
  const domain::Timestamp now = domain::StartOf(made.as_of);
  RI_ASSIGN_OR_RETURN([[maybe_unused]] const auto imported,
                      service::ImportData(*workspace, {.paths = {made.folder}, .now = now},
                                          base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const auto knowledge,
                      workspace->Load(std::nullopt, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace->Calendar());
  RI_ASSIGN_OR_RETURN(const auto amounts, book::ReportingAmounts::For(*workspace, *knowledge->log));
  auto history = service::ReplayDealWeeks(
      *knowledge, amounts, calendar,
      {.quarters = static_cast<std::size_t>(options.quarters) + 1, .as_of = now}, options.threads,
      base::Progress::Silent());
  workspace.reset();
  std::filesystem::remove_all(folder);
  return history;
}

/// Kept rows are judged again; a first run keeps them.
Result<service::DealWeeks> HistoryFor(const Options& options, const std::string& path) {
  if (!path.empty() && std::filesystem::exists(path)) {
    return ReadDealWeeks(path);
  }
  RI_ASSIGN_OR_RETURN(service::DealWeeks history, Replay(options));
  if (!path.empty()) {
    RI_RETURN_IF_ERROR(WriteDealWeeks(history, path));
  }
  return history;
}

std::string Row(const service::MeasuredAlert& alert, const std::string& name) {
  const scoring::AlertRecord& record = alert.record;
  return fmt::format(
      "| {} | {} | {:.1f} % ({:.1f} - {:.1f}) | {:.2f} | {:.2f} | {:.1f} | {:.3f} | {:.0f} % |\n",
      name, record.fired, 100 * record.precision, 100 * record.precision_interval.low,
      100 * record.precision_interval.high, record.lift, record.precision / record.weeks_base_rate,
      record.median_lead_weeks, record.refires_per_deal, 100 * record.recall);
}

constexpr const char* kHead =
    "| alert | judged | precision (95 %) | lift | over deal-weeks | median lead, weeks | re-fires "
    "per deal | recall |\n|---|---|---|---|---|---|---|---|\n";

/// Rows of deals with at least one promise that the model's own alert may be raised on.
std::vector<service::DealWeek> RowsOfCounted(std::span<const service::DealWeek> rows,
                                             const service::AlertSettings& settings) {
  std::set<std::string_view> counted;
  for (const service::DealWeek& row : rows) {
    if (row.promise.missed && service::MayFire(service::kMissAlert, row, settings)) {
      counted.insert(row.deal_id);
    }
  }
  std::vector<service::DealWeek> kept;
  std::ranges::copy_if(rows, std::back_inserter(kept),
                       [&](const service::DealWeek& row) { return counted.contains(row.deal_id); });
  return kept;
}

/// Standard deviation of the mean of said less happened; the weeks of a deal go together.
double DeviationOf(const std::string& risk, std::span<const service::DealWeek> rows,
                   domain::Date to) {
  std::map<std::string_view, double> by_deal;
  double judged = 0;
  for (const service::DealWeek& row : rows) {
    const double chance = risk == "miss"    ? row.risk / 100
                          : risk == "loss"  ? row.loss
                          : risk == "slip"  ? row.slip
                          : risk == "stall" ? row.stall
                                            : row.shrink;
    std::optional<bool> end = risk == "miss"    ? row.promise.missed
                              : risk == "slip"  ? row.slipped
                              : risk == "stall" ? row.stalled
                                                : row.shrunk;
    if (risk == "loss") {
      end = row.won && row.week + std::chrono::days(182) <= to ? std::optional(!*row.won)
                                                               : std::nullopt;
    }
    if (end && !std::isnan(chance)) {
      by_deal[row.deal_id] += chance - (*end ? 1 : 0);
      judged += 1;
    }
  }
  double squares = 0;
  for (const auto& [deal, sum] : by_deal) {
    squares += sum * sum;
  }
  return std::sqrt(squares) / judged;
}

/// The model's alert and the two rules everybody has, on the promises the model may speak of.
Status AddTable(std::span<const service::DealWeek> rows, const service::AlertSettings& settings,
                std::string& text) {
  const std::vector<service::DealWeek> counted = RowsOfCounted(rows, settings);
  const auto overdue = 1 + static_cast<std::size_t>(scoring::DealRule::kOverdue);
  const auto stalled = 1 + static_cast<std::size_t>(scoring::DealRule::kStalled);
  std::string table;
  for (const std::size_t type : {service::kMissAlert, overdue, stalled}) {
    RI_ASSIGN_OR_RETURN(const auto alert,
                        service::MeasureAlert(type == service::kMissAlert ? rows : counted, type,
                                              settings, service::kMissAlert));
    if (type == service::kMissAlert) {
      const scoring::AlertRecord& record = alert.record;
      text += fmt::format(
          "{} promises, {:.1f} % missed: the highest possible lift is {:.2f}. Of the deal-weeks "
          "they stood in, {:.1f} % were missed.\n\n",
          record.promises, 100 * record.base_rate, 1 / record.base_rate,
          100 * record.weeks_base_rate);
    }
    table += Row(alert, std::string(service::AlertTypeName(type)));
  }
  text += kHead + table;
  return {};
}

}  // namespace

Result<std::string> AlertCampaign(const Options& options) {
  service::DealWeeks all;
  std::vector<std::string> paths;
  for (std::size_t begin = 0; begin <= options.rows.size();) {
    const std::size_t end = std::min(options.rows.find(',', begin), options.rows.size());
    paths.push_back(options.rows.substr(begin, end - begin));
    begin = end + 1;
  }
  Options of_company = options;
  for (const std::string& path : paths) {
    RI_ASSIGN_OR_RETURN(const service::DealWeeks history, HistoryFor(of_company, path));
    // Companies share nothing: ids and owners are kept apart.
    const auto company = static_cast<std::size_t>(of_company.seed - options.seed);
    for (service::DealWeek row : history.rows) {
      row.deal_id = fmt::format("{}/{}", company, row.deal_id);
      row.owner = row.owner ? std::optional(1'000'000 * company + *row.owner) : std::nullopt;
      all.rows.push_back(std::move(row));
    }
    ++of_company.seed;
  }
  std::ranges::stable_sort(all.rows, {}, &service::DealWeek::week);
  const service::AlertSettings settings;
  RI_ASSIGN_OR_RETURN(const service::AlertMeasurement measured,
                      service::MeasureAlerts(all, settings));
  std::string text = fmt::format(
      "## Alerts\n\nScenario realistic, {} companies, Mondays {} to {}, {} of {} deal-weeks "
      "judged.\n\nAsked: lift at least 1.8, median lead at least 4 weeks, better than `overdue` "
      "and `stalled` on both, re-fires below 0.1 per deal and quarter.\n\n",
      paths.size(), domain::FormatDate(measured.from), domain::FormatDate(measured.to),
      measured.judged_weeks, measured.deal_weeks);
  for (const bool everything : {false, true}) {
    service::AlertSettings of_population = settings;
    if (everything) {
      of_population.counted_categories.clear();
    }
    text += everything ? "\nAll deals: " : "Deals the team counts on (Commit): ";
    RI_RETURN_IF_ERROR(AddTable(all.rows, of_population, text));
  }
  service::AlertSettings wider = settings;
  wider.counted_categories.emplace_back("Best Case");
  text += "\nCommit and Best Case: ";
  RI_RETURN_IF_ERROR(AddTable(all.rows, wider, text));
  text += "\nCommit, by the threshold of excess risk:\n\n";
  text += kHead;
  for (const double excess : {0.2, 0.35, 0.5, 0.7, 1.0}) {
    service::AlertSettings tuned;
    tuned.thresholds.red_excess = excess;
    RI_ASSIGN_OR_RETURN(const auto alert,
                        service::MeasureAlert(all.rows, service::kMissAlert, tuned));
    text += Row(alert, fmt::format("{:.2f}", excess));
  }
  text +=
      "\n| risk | judged | said | happened | said less happened (95 %) | calibration error "
      "|\n|---|---|---|---|---|---|\n";
  for (const service::MeasuredRisk& risk : measured.risks) {
    const double width = 1.96 * DeviationOf(risk.name, all.rows, measured.to);
    const double off = risk.stated - risk.happened;
    text += fmt::format("| {} | {} | {:.3f} | {:.3f} | {:+.3f} ({:+.3f} to {:+.3f}) | {:.3f} |\n",
                        risk.name, risk.judged, risk.stated, risk.happened, off, off - width,
                        off + width, risk.calibration_error);
  }
  return text;
}

}  // namespace ri::living
