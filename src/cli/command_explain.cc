#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/json_output.h"
#include "cli/text_output.h"
#include "service/explain_deal.h"

namespace ri::cli {
namespace {

struct Options {
  std::string deal;
  std::string model = "champion";
  std::size_t top = 12;
};

}  // namespace

std::string Notices(const std::string& refusal, const std::string& note) {
  std::string text;
  if (!refusal.empty()) {
    text += "Base rates are shown: " + refusal + "\n";
  }
  if (!note.empty()) {
    text += "Note: " + note + "\n";
  }
  return text;
}

std::string ExplanationText(const service::Explanation& explanation, std::size_t top) {
  const service::ScoredDeal& deal = explanation.score;
  std::string text =
      fmt::format("{}{}  {}\n", deal.deal_id, deal.name.empty() ? "" : "  " + deal.name,
                  deal.account.empty() ? "" : "at " + deal.account);
  text += fmt::format("Win probability {}", FormatPercent(deal.win_probability));
  if (deal.band_deals > 0) {
    text += fmt::format("; of {} past deals scored like this, {} were won (80 % interval)",
                        deal.band_deals, FormatPercentRange(deal.win_low, deal.win_high));
  }
  text += fmt::format(". As of {}.\n\n", FormatMoment(deal.as_of));
  TextTable table({{"points", Align::kRight}, {"log-odds", Align::kRight}, {"what was observed"}});
  table.AddRow({fmt::format("{:.1f}", explanation.base_points),
                fmt::format("{:+.3f}", explanation.base_margin),
                fmt::format("start: the average of {} past deals", explanation.background_rows)});
  double other_points = 0;
  double other_log_odds = 0;
  std::size_t others = 0;
  for (std::size_t i = 0; i < explanation.reasons.size(); ++i) {
    const service::Reason& reason = explanation.reasons[i];
    if (i < top) {
      table.AddRow(
          {FormatPoints(reason.points), fmt::format("{:+.3f}", reason.log_odds), reason.sentence});
    } else {
      other_points += reason.points;
      other_log_odds += reason.log_odds;
      ++others;
    }
  }
  if (others > 0) {
    table.AddRow({FormatPoints(other_points), fmt::format("{:+.3f}", other_log_odds),
                  fmt::format("{} smaller ones together", others)});
  }
  table.AddRow({fmt::format("{:.1f}", explanation.shown_points),
                fmt::format("{:+.3f}", explanation.margin),
                "shown probability; the lines above add up to it"});
  text += table.Render();
  text += fmt::format(
      "\nReasons are associated with the outcome in past deals; they are not its cause. Points "
      "are\n"
      "proportional shares of the log-odds. Largest miss of the sums: {:.1e}. Model {} ({}).\n",
      explanation.additivity_error, explanation.model_version, explanation.model_family);
  text += Notices(explanation.refusal, explanation.moment.note);
  return text;
}

Action AddExplain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("deal", options->deal, "Id of the deal")->required();
  app.add_option("--model", options->model, "Alias or version; default champion");
  app.add_option("--top", options->top, "Reasons to list; default 12");
  return [options](Context& context) -> Status {
    service::BookRequest request{.model = options->model, .now = context.now()};
    if (context.options().as_of == "created") {
      request.as_of_created = true;
    } else if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const auto book,
                        service::OpenBook(*workspace, request, context.progress()));
    RI_ASSIGN_OR_RETURN(const service::Explanation explanation,
                        service::ExplainDeal(*book, options->deal));
    context.Print(context.json() ? ToJson(explanation)
                                 : ExplanationText(explanation, options->top));
    return {};
  };
}

}  // namespace ri::cli
