#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_output.h"
#include "revenue/forecast_json.h"
#include "revenue/forecast_quarter.h"

namespace ri::cli {
namespace {

struct Options {
  std::string period;
  std::string by = "total";
  std::string model = "champion";
  std::vector<std::string> filters;
  std::vector<std::string> scenario;
  std::size_t top = 10;
  bool no_attribution = false;
  bool reasons = false;
};

const std::map<std::string, revenue::ForecastNode> kNodes = {
    {"total", revenue::ForecastNode::kTotal},
    {"rep", revenue::ForecastNode::kRep},
    {"team", revenue::ForecastNode::kTeam},
    {"region", revenue::ForecastNode::kRegion}};

constexpr double kNoticeableWidth = 0.01;
constexpr double kNoticeableShift = 0.1;

std::string Whole(const std::optional<double>& value) { return value ? FormatWhole(*value) : "-"; }
std::string Percent(const std::optional<double>& value) {
  return value ? FormatPercent(*value) : "-";
}

void AddNode(TextTable& table, const revenue::NodeForecast& node) {
  table.AddRow({Shorten(node.name, 28), std::to_string(node.open_deals), FormatWhole(node.booked),
                FormatWhole(node.open_mean), FormatWhole(node.new_mean), FormatWhole(node.mean),
                FormatWhole(node.p10), FormatWhole(node.p50), FormatWhole(node.p90),
                Whole(node.quota), Percent(node.quota_probability)});
}

std::string NodesText(const revenue::ForecastReport& report) {
  TextTable table({{"node"},
                   {"open", Align::kRight},
                   {"booked", Align::kRight},
                   {"from open", Align::kRight},
                   {"not yet created", Align::kRight},
                   {"mean", Align::kRight},
                   {"P10", Align::kRight},
                   {"P50", Align::kRight},
                   {"P90", Align::kRight},
                   {"quota", Align::kRight},
                   {"P(quota)", Align::kRight}});
  for (const revenue::NodeForecast& node : report.nodes) {
    AddNode(table, node);
  }
  AddNode(table, report.total);
  std::string text = table.Render();
  text += "\n9 of 10 times it should be above P10, 1 of 10 times above P90. Model " +
          report.model_version + " (" + report.model_family + ").\n";
  if (!report.nodes.empty()) {
    text += "Means add up over the nodes; quantiles do not: the total's P10 is " +
            FormatWhole(report.diversification) + " above the sum of the nodes' P10.\n";
  }
  return text;
}

std::string QuotaText(const revenue::ForecastReport& report) {
  const revenue::NodeForecast& total = report.total;
  std::string text;
  if (total.gap && *total.gap > 0) {
    text += fmt::format("The mean is {} below quota.", FormatWhole(*total.gap));
    if (total.pipeline_needed) {
      text += fmt::format(
          " At the usual conversion ({} of the pipeline open at this point of past "
          "quarters) that takes {} of new pipeline.",
          FormatPercent(report.conversion), FormatWhole(*total.pipeline_needed));
    }
    text += "\n";
  }
  if (report.following && total.following) {
    text +=
        fmt::format("{} so far: mean {}, P10 {}, P90 {}.\n",
                    domain::FormatQuarter(*report.following), FormatWhole(total.following->mean),
                    FormatWhole(total.following->p10), FormatWhole(total.following->p90));
  }
  return text;
}

std::string PeopleText(const revenue::ForecastReport& report) {
  std::string text;
  if (!report.total.categories.empty()) {
    TextTable table({{"called"},
                     {"deals", Align::kRight},
                     {"amount", Align::kRight},
                     {"model expects", Align::kRight},
                     {"such deals won before", Align::kRight}});
    for (const revenue::CategoryForecast& category : report.total.categories) {
      table.AddRow({Shorten(category.name, 28), std::to_string(category.deals),
                    FormatWhole(category.amount), FormatWhole(category.model_mean),
                    Percent(category.past_rate)});
    }
    text += "\nDue this quarter, by forecast category:\n" + table.Render();
  }
  if (report.total.commit) {
    text += fmt::format(
        "People commit {}; commits used to bring {} of what they said, which makes {}.\n",
        FormatWhole(report.total.commit->committed),
        fmt::format("{:.0f} %", 100 * report.total.commit->realisation),
        FormatWhole(report.total.commit->expected));
  }
  return text;
}

// Deals that alone are more than a quarter of the median: one sentence, however many there are.
std::string DominantText(const revenue::RiskReport& risk) {
  constexpr std::size_t kMostNamed = 3;
  if (risk.dominant.empty()) {
    return "";
  }
  std::vector<std::string> names;
  for (const std::uint32_t index : risk.dominant) {
    names.push_back(risk.deals[index].deal_id);
  }
  const std::string first = names.front();
  if (names.size() == 1) {
    return fmt::format(
        "Deal {} alone is more than a quarter of the median: read the forecast as one with and one "
        "without it (--scenario {}=won).\n",
        first, first);
  }
  const std::size_t others = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - others);
  return fmt::format(
      "{} deals are each more than a quarter of the median ({}{}): read the forecast as one with "
      "and one without each of them (--scenario {}=won).\n",
      risk.dominant.size(), fmt::join(names, ", "),
      others > 0 ? fmt::format(" and {} more", others) : "", first);
}

std::string RiskText(const revenue::ForecastReport& report, std::size_t top) {
  if (!report.risk || report.risk->deals.empty()) {
    return "";
  }
  const revenue::RiskReport& risk = *report.risk;
  std::string text;
  if (report.total.quota && !risk.make_or_break.empty()) {
    TextTable table({{"deal"},
                     {"name"},
                     {"owner"},
                     {"amount", Align::kRight},
                     {"win", Align::kRight},
                     {"P(quota) if won", Align::kRight},
                     {"if not", Align::kRight},
                     {"share of risk", Align::kRight}});
    for (std::size_t k = 0; k < std::min(top, risk.make_or_break.size()); ++k) {
      const revenue::DealRiskLine& deal = risk.deals[risk.make_or_break[k]];
      table.AddRow({deal.deal_id, Shorten(deal.name, 28), Shorten(deal.owner, 20),
                    FormatWhole(deal.amount), FormatPercent(deal.win_probability),
                    Percent(deal.quota_if_won), Percent(deal.quota_if_not),
                    FormatPercent(deal.variance_share)});
    }
    text += "\nDeals that make or break the quota:\n" + table.Render();
  }
  text += DominantText(risk);
  if (!risk.reason_groups.empty()) {
    text += "The downside of open deals by group of reasons:";
    for (const revenue::ReasonGroupRisk& group : risk.reason_groups) {
      text += fmt::format(" {} {};", group.name, FormatPercent(group.share));
    }
    text.back() = '.';
    text += "\n";
  }
  return text;
}

std::string ScenarioText(const revenue::ForecastReport& report) {
  if (!report.scenario) {
    return "";
  }
  const revenue::ScenarioReport& scenario = *report.scenario;
  std::string text = fmt::format("\nGiven the scenario: mean {}, P10 {}, P50 {}, P90 {}",
                                 FormatWhole(scenario.total.mean), FormatWhole(scenario.total.p10),
                                 FormatWhole(scenario.total.p50), FormatWhole(scenario.total.p90));
  if (scenario.quota_probability) {
    text += ", P(quota) " + FormatPercent(*scenario.quota_probability);
  }
  return text + fmt::format(
                    ".\nThe model holds it to be {} likely; what it says about the other "
                    "deals is included.\n",
                    FormatPercent(scenario.probability));
}

std::string CardText(const revenue::ForecastReport& report) {
  if (report.correlation.num_cohorts == 0 && report.total.open_deals == 0) {
    return "";
  }
  std::string text = fmt::format(
      "\nDeals end together: latent correlation {:.3f} (company) and {:.3f} (team), together "
      "{:.3f} "
      "to {:.3f} with 80 % chance, from {} past quarters{}; learned once per quarter. ",
      report.correlation.rho_global, report.correlation.rho_team, report.correlation.rho_low,
      report.correlation.rho_high, report.correlation.num_cohorts,
      report.published_cohorts ? " as published then" : "");
  if (std::abs(report.chance_shift) >= kNoticeableShift) {
    text += fmt::format(
        "At this distance from the end past quarters won {} of the open deals than their chances "
        "said; the log-odds are moved by {:+.2f}. ",
        report.chance_shift > 0 ? "more" : "fewer", report.chance_shift);
  }
  text += report.width.model_based
              ? "The width is model-based: fewer than nine quarters were replayed (revint "
                "backtest).\n"
          : std::abs(report.width.scale - 1) < kNoticeableWidth
              ? fmt::format("{} replayed quarters confirm the width.\n", report.width.quarters)
              : fmt::format("{} replayed quarters scale the width by {:.2f}.\n",
                            report.width.quarters, report.width.scale);
  if (report.new_business_size > 0) {
    text += fmt::format("Dispersion of deals not yet created: negative binomial of size {:.1f}.\n",
                        report.new_business_size);
  }
  return text;
}

Result<revenue::ForecastFilter> ParseFilter(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    return Fail(ErrorCode::kUsage,
                "--filter '" + text + "' is not understood. Write FIELD=VALUE, such as team=West.");
  }
  return revenue::ForecastFilter{.field = text.substr(0, at), .values = {text.substr(at + 1)}};
}

Status AddFilters(const std::vector<std::string>& texts,
                  std::vector<revenue::ForecastFilter>& filters) {
  for (const std::string& text : texts) {
    RI_ASSIGN_OR_RETURN(revenue::ForecastFilter filter, ParseFilter(text));
    const auto same = std::ranges::find(filters, filter.field, &revenue::ForecastFilter::field);
    if (same != filters.end()) {
      same->values.push_back(filter.values[0]);
    } else {
      filters.push_back(std::move(filter));
    }
  }
  return {};
}

}  // namespace

std::string ForecastText(const revenue::ForecastReport& report, std::size_t top) {
  std::string text = fmt::format("{} ({} to {}), in {}. Looking from {}.\n\n", report.name,
                                 domain::FormatDate(report.dates.begin),
                                 domain::FormatDate(report.dates.end - std::chrono::days(1)),
                                 report.currency.code(), FormatMoment(report.moment.as_of));
  text += NodesText(report) + QuotaText(report) + PeopleText(report) + RiskText(report, top) +
          ScenarioText(report) + CardText(report);
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  return text + Notices(report.refusal, report.moment.note);
}

Action AddForecast(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--period", options->period,
                 "Fiscal quarter such as 2026Q4, or a month such as 2026-09; default the current "
                 "quarter");
  app.add_option("--by", options->by, "total, rep, team or region; default total")
      ->check(CLI::IsMember({"total", "rep", "team", "region"}));
  app.add_option("--filter", options->filters,
                 "FIELD=VALUE with rep, team, region, stage, category or account; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--scenario", options->scenario,
                 "DEAL=won, lost, slipped or an amount; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--top", options->top, "Deals in the list of those that decide; default 10");
  app.add_flag("--no-attribution", options->no_attribution, "Without shares of risk");
  app.add_flag("--reasons", options->reasons, "Risk by group of reasons");
  app.add_option("--model", options->model, "Alias or version; default champion");
  return [options](Context& context) -> Status {
    revenue::ForecastRequest request{.by = kNodes.at(options->by),
                                     .attribution = !options->no_attribution,
                                     .reason_groups = options->reasons,
                                     .model = options->model,
                                     .now = context.now()};
    if (!options->period.empty()) {
      request.period = domain::ParseQuarter(options->period);
      const auto first_day = domain::ParseIsoDate(options->period + "-01");
      if (!request.period && first_day) {
        const std::chrono::year_month_day date(*first_day);
        request.month = date.year() / date.month();
      } else if (!request.period) {
        return Fail(ErrorCode::kUsage,
                    "--period '" + options->period + "' is no period. Write 2026Q4 or 2026-09.");
      }
    }
    RI_RETURN_IF_ERROR(AddFilters(options->filters, request.filters));
    for (const std::string& text : options->scenario) {
      RI_ASSIGN_OR_RETURN(revenue::ScenarioPin pin, revenue::ParseScenarioPin(text));
      request.scenario.push_back(std::move(pin));
    }
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const revenue::ForecastReport report,
                        revenue::ForecastQuarter(*workspace, request, context.progress()));
    context.Print(context.json() ? revenue::ForecastJson(report)
                                 : ForecastText(report, options->top));
    return {};
  };
}

}  // namespace ri::cli
