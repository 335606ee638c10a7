#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/json_output.h"
#include "cli/text_output.h"
#include "deals/score_deals.h"

namespace ri::cli {
namespace {

struct Options {
  std::string model = "champion";
  std::string out;
  std::size_t top = 20;
  bool no_store = false;
};

}  // namespace

std::string ScoreTable(const deals::ScoreReport& report, std::size_t top) {
  TextTable table({{"deal"},
                   {"account"},
                   {"owner"},
                   {"stage"},
                   {"amount", Align::kRight},
                   {"commit"},
                   {"win", Align::kRight},
                   {"of like deals", Align::kRight},
                   {"by quarter end", Align::kRight},
                   {"slip", Align::kRight},
                   {"at stake", Align::kRight}});
  for (std::size_t i = 0; i < std::min(top, report.deals.size()); ++i) {
    const book::ScoredDeal& deal = report.deals[i];
    const std::string amount =
        deal.amount_minor
            ? domain::FormatMoney(domain::Money(
                  *deal.amount_minor,
                  domain::Currency::FromCode(deal.currency).value_or(domain::Currency::Usd())))
            : "-";
    table.AddRow(
        {deal.deal_id, Shorten(deal.account, 22), Shorten(deal.owner, 18), Shorten(deal.stage, 20),
         amount, FormatOptionalDate(deal.commit_date), FormatPercent(deal.win_probability),
         FormatPercentRange(deal.win_low, deal.win_high), FormatPercent(deal.win_by_quarter_end),
         FormatPercent(deal.slip), FormatWhole(deal.priority)});
  }
  std::string text = report.deals.empty() ? "" : table.Render();
  text += fmt::format(
      "{} of {} open deals, ranked by what is at stake. Looking from {}. Model {} ({}).\n",
      std::min(top, report.deals.size()), report.deals.size(),
      report.as_of_created ? "each deal's creation" : FormatMoment(report.moment.as_of),
      report.model_version, report.model_family);
  text += Notices(report.refusal, report.moment.note);
  return text;
}

Action AddScore(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--model", options->model, "Alias or version; default champion");
  app.add_option("--out", options->out, "Write all scores to this CSV file");
  app.add_option("--top", options->top, "Rows of the table; default 20");
  app.add_flag("--no-store", options->no_store, "Do not keep the scores in the database");
  return [options](Context& context) -> Status {
    deals::ScoreRequest request{
        .model = options->model, .store = !options->no_store, .now = context.now()};
    if (context.options().as_of == "created") {
      request.as_of_created = true;
    } else if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const deals::ScoreReport report,
                        deals::ScoreDeals(*workspace, request, context.progress()));
    if (!options->out.empty()) {
      RI_RETURN_IF_ERROR(deals::WriteScoresCsv(report, options->out));
    }
    RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace->Calendar());
    context.Print(context.json() ? ToJson(report, calendar) : ScoreTable(report, options->top));
    return {};
  };
}

}  // namespace ri::cli
