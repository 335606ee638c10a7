#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_output.h"
#include "service/monitor.h"

namespace ri::cli {
namespace {

struct Options {
  std::string model = "champion";
  std::size_t top = 10;
};

std::string FormatOrdinary(double index) {
  return std::isnan(index) ? "-" : fmt::format("{:.3f}", index);
}

std::string DriftTable(const monitoring::DriftReport& drift, std::size_t top) {
  if (!drift.refusal.empty()) {
    return drift.refusal + "\n";
  }
  TextTable table({{"feature"},
                   {"PSI", Align::kRight},
                   {"ordinary", Align::kRight},
                   {"adjusted p", Align::kRight},
                   {"KS", Align::kRight},
                   {"missing before", Align::kRight},
                   {"now", Align::kRight},
                   {"drifted"}});
  for (std::size_t i = 0; i < std::min(top, drift.features.size()); ++i) {
    const monitoring::FeatureDrift& feature = drift.features[i];
    table.AddRow({feature.name, fmt::format("{:.3f}", feature.stability_index),
                  FormatOrdinary(feature.ordinary), fmt::format("{:.2g}", feature.adjusted_p_value),
                  fmt::format("{:.3f}", feature.kolmogorov_smirnov),
                  FormatPercent(feature.missing_before), FormatPercent(feature.missing_now),
                  feature.drifted ? "yes" : ""});
  }
  return table.Render() + fmt::format(
                              "{} deals now against {} deal-weeks of the same week in "
                              "earlier quarters.\n",
                              drift.deals_now, drift.deals_before);
}

std::string MonitorText(const service::MonitorReport& report, std::size_t top) {
  std::string text;
  if (report.findings.empty()) {
    text += "Nothing to report: sources are fresh, no feature drifted, calibration holds.\n";
  }
  for (const monitoring::Finding& finding : report.findings) {
    text += fmt::format("{} {}: {}\n", finding.page ? "!" : "-", finding.subject, finding.text);
  }
  text += "\n" + DriftTable(report.drift, top);
  const service::QuarterEvidence& quarter = report.quarter;
  text += "\nThis quarter, week by week: ";
  text += quarter.note.empty()
              ? fmt::format(
                    "{:.0f} won ({:.1f} expected), {:.0f} lost ({:.1f} expected) in {} "
                    "weeks; evidence against the model {:.1f}, alarm at {:.1f}.\n",
                    quarter.wins, quarter.expected_wins, quarter.losses, quarter.expected_losses,
                    quarter.weeks, quarter.log_evidence, quarter.alarm_at)
              : quarter.note + "\n";
  if (report.open_deals > 0) {
    text += fmt::format(
        "If the {} open deals' probabilities are calibrated, their log loss will "
        "be {:.3f} (standard deviation {:.3f}).\n",
        report.open_deals, report.expected.log_loss, report.expected.log_loss_deviation);
  }
  for (const monitoring::MaturityCohort& cohort : report.cohorts) {
    if (cohort.mature > 0) {
      text += fmt::format(
          "Scored in {}: {} of {} forecasts mature, {:.0f} won, {:.1f} expected "
          "({:+.1f} standard deviations).\n",
          domain::FormatDate(cohort.month).substr(0, 7), cohort.mature, cohort.forecasts,
          cohort.won, cohort.expected_wins, cohort.z);
    }
  }
  text += fmt::format("Looking from {}. Model {} ({}).\n", FormatMoment(report.moment.as_of),
                      report.model_version, report.model_family);
  return text + Notices(report.refusal, report.moment.note);
}

}  // namespace

Action AddMonitor(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--model", options->model, "Alias or version; default champion");
  app.add_option("--top", options->top, "Features in the table; default 10");
  return [options](Context& context) -> Status {
    book::BookRequest request{.model = options->model, .now = context.now()};
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const auto book, book::OpenBook(*workspace, request, context.progress()));
    RI_ASSIGN_OR_RETURN(const service::MonitorReport report,
                        service::RunMonitor(*workspace, *book, context.progress()));
    context.Print(context.json() ? service::MonitorJson(report)
                                 : MonitorText(report, options->top));
    return {};
  };
}

}  // namespace ri::cli
