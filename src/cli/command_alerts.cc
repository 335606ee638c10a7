#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>

#include "book/engines.h"
#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "service/alert_history.h"
#include "service/alerts.h"

namespace ri::cli {
namespace {

struct Options {
  std::size_t quarters = 8;
  bool again = false;
  bool all = false;
  std::string model = "champion";
  std::string rule;
  double threshold = std::nan("");
  bool mute = false, unmute = false;
  std::string reason;
  double holdout = -1;
  std::vector<std::string> counted;
};

std::string Share(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.0f} %", 100 * value);
}
std::string Figure(double value, const char* form = "{:.2f}") {
  return std::isnan(value) ? "-" : fmt::format(fmt::runtime(form), value);
}
std::string DayText(std::int64_t day) { return domain::FormatDate(domain::DateFromDayNumber(day)); }

std::string AlertTable(const std::vector<data::StoredAlert>& alerts) {
  std::string text;
  for (const data::StoredAlert& alert : alerts) {
    text += fmt::format("{}  {:<17} {}  {}{}\n", DayText(alert.fired_day), alert.type,
                        alert.deal_id, alert.reason,
                        alert.ended_day ? " (over since " + DayText(*alert.ended_day) + ")" : "");
  }
  return text;
}

std::string RunText(const service::AlertRun& run) {
  std::string text =
      run.already
          ? fmt::format("The alerts of {} were drawn before.\n", domain::FormatDate(run.week))
          : fmt::format(
                "{} alerts raised in {} weeks up to {}, {} kept silent by the hold-out, {} "
                "waiting for next week's budget, {} over.\n",
                run.fired, run.weeks, domain::FormatDate(run.week), run.withheld, run.waiting,
                run.ended);
  return text + AlertTable(run.raised);
}

std::string MeasureText(const service::AlertMeasurement& measurement) {
  TextTable table({{"alert"},
                   {"judged", Align::kRight},
                   {"right", Align::kRight},
                   {"precision", Align::kRight},
                   {"95 % interval", Align::kRight},
                   {"base", Align::kRight},
                   {"lift", Align::kRight},
                   {"at most", Align::kRight},
                   {"odds", Align::kRight},
                   {"lead, weeks", Align::kRight},
                   {"re-fires", Align::kRight},
                   {"recall", Align::kRight},
                   {"note"}});
  for (const service::MeasuredAlert& alert : measurement.alerts) {
    const scoring::AlertRecord& record = alert.record;
    table.AddRow(
        {std::string(service::AlertTypeName(alert.type)), std::to_string(record.fired),
         std::to_string(record.missed), Share(record.precision),
         Share(record.precision_interval.low) + " - " + Share(record.precision_interval.high),
         Share(record.base_rate), Figure(record.lift), Figure(1 / record.base_rate),
         Figure(alert.odds_ratio, "{:.1f}"), Figure(record.median_lead_weeks, "{:.1f}"),
         Figure(record.refires_per_deal), Share(record.recall),
         alert.enough ? "" : "too few to judge"});
  }
  std::string text = fmt::format(
      "Mondays from {} to {}, every quarter scored by a model trained before it.\n{} of {} "
      "deal-weeks carried a promise that is due by now; {} of these were missed. The base rate of "
      "an alert\nis that of the promises it may be raised on, each once; no lift can be above 1 / "
      "base rate. The model's own\nalert speaks of deals the team counts on alone.\n\n",
      domain::FormatDate(measurement.from), domain::FormatDate(measurement.to),
      measurement.judged_weeks, measurement.deal_weeks, Share(measurement.base_rate));
  text += table.Render() + "\n";
  TextTable risks({{"risk"},
                   {"judged", Align::kRight},
                   {"said", Align::kRight},
                   {"happened", Align::kRight},
                   {"calibration error", Align::kRight}});
  for (const service::MeasuredRisk& risk : measurement.risks) {
    risks.AddRow({risk.name, std::to_string(risk.judged), Share(risk.stated), Share(risk.happened),
                  Figure(risk.calibration_error, "{:.3f}")});
  }
  text += risks.Render();
  if (measurement.kept_share < 1) {
    text += fmt::format("A sample of {} of the reps.\n", Share(measurement.kept_share));
  }
  return text;
}

std::string TrustText(const service::AlertSettings& settings,
                      const std::optional<service::AlertMeasurement>& measurement,
                      const service::AlertEffect& effect) {
  std::string text;
  for (std::size_t type = 0; type < service::kAlertTypes; ++type) {
    std::string lift = "not measured yet";
    if (measurement && type < measurement->alerts.size()) {
      const service::MeasuredAlert& alert = measurement->alerts[type];
      lift = alert.enough ? fmt::format("lift {} ({} - {}), n = {}", Figure(alert.record.lift),
                                        Figure(alert.lift_interval.low),
                                        Figure(alert.lift_interval.high), alert.record.fired)
                          : fmt::format("not enough data yet, n = {}", alert.record.fired);
    }
    text +=
        fmt::format("{:<5} {:<17} {}: {}\n", settings.muted[type] ? "muted" : "on",
                    service::AlertTypeName(type), service::AlertTypeLabel(type, settings), lift);
  }
  text += settings.counted_categories.empty()
              ? "The model's own alert is about all deals.\n"
              : fmt::format("The model's own alert is about deals in {}.\n",
                            fmt::join(settings.counted_categories, ", "));
  text += fmt::format("At most {} new alerts per rep and week.\n",
                      settings.thresholds.new_per_rep_and_week);
  if (settings.holdout_share > 0) {
    const monitoring::Lift& found = effect.lift;
    text += fmt::format(
        "Hold-out of {}: {}\n", Share(settings.holdout_share),
        found.enough
            ? fmt::format("showing alerts changes the share of kept promises by {:+.1f} points "
                          "({:+.1f} to {:+.1f}; {} shown, {} withheld).",
                          100 * found.estimate, 100 * found.low, 100 * found.high, found.shown,
                          found.withheld)
            : fmt::format("not enough data yet ({} shown, {} withheld, {} not due).", found.shown,
                          found.withheld, effect.waiting));
  } else {
    text += "No hold-out is set up, so that the effect of alerts is not known.\n";
  }
  return text;
}

struct Opened {
  std::unique_ptr<book::Workspace> workspace;
  std::unique_ptr<data::OperationsStore> operations;
};

Result<Opened> Open(Context& context) {
  Opened opened;
  RI_ASSIGN_OR_RETURN(opened.workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(opened.operations, book::OpenOperations(context.options().database));
  return opened;
}

Result<std::optional<domain::Timestamp>> AsOf(const Context& context) {
  if (context.options().as_of.empty()) {
    return std::nullopt;
  }
  RI_ASSIGN_OR_RETURN(const domain::Timestamp as_of, context.AsOf());
  return std::optional(as_of);
}

Status Run(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(const Opened opened, Open(context));
  service::AlertRunRequest request{.model = options.model, .now = context.now()};
  RI_ASSIGN_OR_RETURN(request.as_of, AsOf(context));
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  RI_ASSIGN_OR_RETURN(
      const service::AlertRun run,
      service::RunAlerts(*opened.workspace, *opened.operations, request, context.progress()));
  context.Print(context.json() ? service::AlertRunJson(run) + "\n" : RunText(run));
  return {};
}

Status List(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto operations, book::OpenOperations(context.options().database));
  RI_ASSIGN_OR_RETURN(std::vector<data::StoredAlert> alerts, operations->Alerts(0, !options.all));
  std::erase_if(alerts, [](const data::StoredAlert& alert) { return alert.withheld; });
  context.Print(context.json()   ? service::AlertListJson(alerts) + "\n"
                : alerts.empty() ? "No alert is open. Draw this week's: revint alerts run.\n"
                                 : AlertTable(alerts));
  return {};
}

Status Measure(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(const Opened opened, Open(context));
  service::AlertMeasureRequest request{
      .quarters = options.quarters, .again = options.again, .now = context.now()};
  RI_ASSIGN_OR_RETURN(request.as_of, AsOf(context));
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  RI_ASSIGN_OR_RETURN(const service::AlertMeasurement measurement,
                      service::MeasureAlertHistory(*opened.workspace, *opened.operations, request,
                                                   context.progress()));
  context.Print(context.json() ? service::AlertMeasurementJson(measurement) + "\n"
                               : MeasureText(measurement));
  return {};
}

Status Rules(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(const Opened opened, Open(context));
  RI_ASSIGN_OR_RETURN(service::AlertSettings settings,
                      service::LoadAlertSettings(*opened.operations));
  service::AlertSettingsChange change;
  if (!options.rule.empty()) {
    change.type = service::AlertTypeNamed(options.rule);
    if (!change.type) {
      return Fail(ErrorCode::kUsage,
                  "There is no rule '" + options.rule + "'. Show them with: revint alerts rules.");
    }
    if (options.mute || options.unmute) {
      change.muted = options.mute;
    }
    if (!std::isnan(options.threshold)) {
      change.threshold = options.threshold;
    }
  } else if (options.mute || options.unmute || !std::isnan(options.threshold)) {
    return Fail(ErrorCode::kUsage, "Say which rule with --rule NAME.");
  }
  if (!options.counted.empty()) {
    const bool all = options.counted.size() == 1 && options.counted.front() == "all";
    change.counted_categories = all ? std::vector<std::string>() : options.counted;
  }
  if (options.holdout >= 0) {
    change.holdout_share = options.holdout;
  }
  change.reason = options.reason;
  RI_RETURN_IF_ERROR(service::ChangeAlertSettings(*opened.operations, change, "command line",
                                                  context.now(), settings));
  RI_ASSIGN_OR_RETURN(const auto measurement, service::StoredAlertMeasurement(*opened.operations));
  service::AlertEffect effect;
  if (settings.holdout_share > 0) {
    RI_ASSIGN_OR_RETURN(const auto knowledge,
                        opened.workspace->Load(std::nullopt, context.progress()));
    RI_ASSIGN_OR_RETURN(const auto asked, AsOf(context));
    RI_ASSIGN_OR_RETURN(effect,
                        service::MeasureAlertEffect(
                            *knowledge, *opened.operations,
                            book::EffectiveMoment(*knowledge->log, asked, context.now()).as_of));
  }
  context.Print(context.json() ? service::AlertTrustJson(settings, measurement, effect) + "\n"
                               : TrustText(settings, measurement, effect));
  return {};
}

/// "threshold 3 -> 5"
std::string ChangeText(const service::AlertChangeRecord& change) {
  return change.before.empty() && change.after.empty()
             ? change.what
             : fmt::format("{} {} -> {}", change.what, change.before, change.after);
}

Status History(Context& context) {
  RI_ASSIGN_OR_RETURN(auto operations, book::OpenOperations(context.options().database));
  RI_ASSIGN_OR_RETURN(const auto changes, service::AlertChanges(*operations));
  if (context.json()) {
    context.Print(service::AlertChangesJson(changes) + "\n");
    return {};
  }
  std::string text = changes.empty() ? "No rule was ever changed.\n" : "";
  for (const service::AlertChangeRecord& change : changes) {
    text += fmt::format("{}  {:<10} {:<24} {}{}\n", domain::FormatTimestamp(change.at),
                        change.rule.empty() ? "all rules" : change.rule, ChangeText(change),
                        change.actor, change.reason.empty() ? "" : ": " + change.reason);
  }
  context.Print(text);
  return {};
}

}  // namespace

Action AddAlerts(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run", "Draw the alerts of this week and of missed weeks");
  run->add_option("--model", options->model, "Alias or version; default champion");
  CLI::App* list = app.add_subcommand("list", "Alerts that were raised and are not over");
  list->add_flag("--all", options->all, "Also those that are over");
  CLI::App* measure = app.add_subcommand(
      "measure", "Precision, lead time and lift of every alert type on this company's past");
  measure->add_option("--quarters", options->quarters, "Newest quarters to replay; default 8")
      ->check(CLI::Range(1, 40));
  measure->add_flag("--again", options->again, "Measure also what is stored");
  CLI::App* rules = app.add_subcommand("rules", "Show, tune and mute the rules; set a hold-out");
  rules->add_option("--rule", options->rule, "The rule to change");
  rules->add_option("--threshold", options->threshold, "Its number");
  CLI::Option* mute = rules->add_flag("--mute", options->mute, "Raise it no more");
  rules->add_flag("--unmute", options->unmute, "Raise it again")->excludes(mute);
  rules->add_option("--reason", options->reason, "Why; kept with the change");
  rules
      ->add_option("--hold-out", options->holdout,
                   "Share of deals whose alerts are withheld by a coin, to measure what alerts "
                   "change; 0 ends it")
      ->check(CLI::Range(0.0, 0.5));
  rules
      ->add_option("--counted", options->counted,
                   "Forecast categories the team counts on, for the model's own alert; default "
                   "Commit, \"all\" for every deal")
      ->delimiter(',');
  CLI::App* history =
      app.add_subcommand("history", "Who changed which rule, when and why, newest first");
  return [options, run, list, measure, history](Context& context) -> Status {
    return run->parsed()       ? Run(context, *options)
           : history->parsed() ? History(context)
           : list->parsed()    ? List(context, *options)
           : measure->parsed() ? Measure(context, *options)
                               : Rules(context, *options);
  };
}

}  // namespace ri::cli
