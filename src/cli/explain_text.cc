#include "cli/explain_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/formatting.h"
#include "cli/text_output.h"
#include "deals/explain_deal.h"

namespace ri::cli {

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

std::string ExplanationText(const deals::Explanation& explanation, std::size_t top) {
  const book::ScoredDeal& deal = explanation.score;
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
    const deals::Reason& reason = explanation.reasons[i];
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

std::string ChangeText(const deals::ChangeExplanation& change, std::size_t top) {
  std::string text = fmt::format(
      "{}  {}\nWin probability {} on {}, {} on {}.\n\n", change.after.deal_id, change.after.name,
      FormatPercent(change.before.win_probability), FormatMoment(change.before.as_of),
      FormatPercent(change.after.win_probability), FormatMoment(change.after.as_of));
  TextTable movers({{"points", Align::kRight}, {"who or what moved"}});
  movers.AddRow({fmt::format("{:.1f}", change.before_points), "then"});
  for (std::size_t k = 0; k < change.by_cause.size(); ++k) {
    movers.AddRow({FormatPoints(change.by_cause[k]),
                   std::string(deals::CauseText(static_cast<deals::ChangeCause>(k)))});
  }
  movers.AddRow({fmt::format("{:.1f}", change.after_points), "now; the lines above add up to it"});
  text += movers.Render() + "\n";
  TextTable fields(
      {{"points", Align::kRight}, {"field"}, {"then"}, {"now"}, {"who or what moved"}});
  for (std::size_t i = 0; i < std::min(top, change.fields.size()); ++i) {
    const deals::FieldOfChange& field = change.fields[i];
    fields.AddRow({FormatPoints(field.points), field.label, Shorten(field.before, 28),
                   Shorten(field.after, 28), std::string(deals::CauseText(field.cause))});
  }
  if (!change.fields.empty()) {
    text += fields.Render();
  }
  text += fmt::format("{} fields changed with an effect; all others have exactly none.\n",
                      change.fields.size());
  if (change.model_before != change.model_after) {
    text += "Model then " + change.model_before + ", now " + change.model_after + ".\n";
  }
  return text;
}

std::string WhatIfText(const deals::WhatIfAnswer& answer, std::size_t top) {
  std::string text =
      fmt::format("The model would say {} instead of {}", FormatPercent(answer.after_probability),
                  FormatPercent(answer.before.win_probability));
  if (answer.after_band.deals > 0) {
    text += fmt::format("; of {} past deals scored like that, {} were won (80 % interval)",
                        answer.after_band.deals,
                        FormatPercentRange(answer.after_band.low, answer.after_band.high));
  }
  text += fmt::format(".\nBy the end of the quarter {} instead of {}.\n\n",
                      FormatPercent(answer.after_win_by_quarter_end),
                      FormatPercent(answer.before.win_by_quarter_end));
  TextTable table({{"points", Align::kRight}, {"what would be different"}});
  table.AddRow({fmt::format("{:.1f}", answer.before_points), "as it is"});
  double others = 0;
  for (std::size_t i = 0; i < answer.shares.size(); ++i) {
    if (i < top) {
      table.AddRow({FormatPoints(answer.shares[i].points), answer.shares[i].label});
    } else {
      others += answer.shares[i].points;
    }
  }
  if (answer.shares.size() > top) {
    table.AddRow(
        {FormatPoints(others), fmt::format("{} smaller ones", answer.shares.size() - top)});
  }
  table.AddRow({fmt::format("{:.1f}", answer.after_points), "with the edits"});
  text += table.Render();
  for (const std::string& note : answer.notes) {
    text += "Note: " + note + "\n";
  }
  return text + "This is what the model would say, not what would happen.\n";
}

std::string LeversText(const book::DealBook& book, std::size_t position) {
  TextTable table({{"field"}, {"kind"}, {"now"}, {"a seller can"}, {"choices"}});
  for (const deals::Lever& lever : deals::LeversOf(book, position)) {
    table.AddRow({lever.field, lever.kind, Shorten(lever.value, 30), lever.actionable ? "yes" : "",
                  Shorten(fmt::format("{}", fmt::join(lever.choices, ", ")), 60)});
  }
  return table.Render();
}

std::string CounterfactualText(const deals::CounterfactualReport& report) {
  std::string text = fmt::format("Now {}, wanted {}. {}\n", FormatPercent(report.now),
                                 FormatPercent(report.target), report.message);
  if (report.options.empty()) {
    return text;
  }
  TextTable table({{"would say", Align::kRight}, {"with"}, {"past deals that did"}});
  for (const deals::CounterfactualOption& option : report.options) {
    std::vector<std::string> edits;
    for (const deals::CounterfactualEdit& edit : option.edits) {
      edits.push_back(fmt::format("{}: {} instead of {}", edit.label, edit.to, edit.from));
    }
    const deals::Precedents& past = option.precedents;
    table.AddRow({FormatPercent(option.win_probability), fmt::format("{}", fmt::join(edits, "; ")),
                  past.deals == 0 ? "none"
                                  : fmt::format("{}; {} won vs {:.1f} expected", past.deals,
                                                past.won, past.expected)});
  }
  return text + "\n" + table.Render() +
         "\nThe numbers say what the model would say. What past deals did is associated with how "
         "they\nended; nobody knows that it was the reason.\n";
}

std::string SimilarDealsText(const deals::SimilarDealsReport& report) {
  if (report.deals.empty()) {
    return "No past deal was looked at when it was as old as this one.\n";
  }
  std::string text = fmt::format(
      "Of the {} past deals at {} that the model saw most alike, {} were won ({}, 80 % "
      "interval).\n\n",
      report.compared, report.age, report.won, FormatPercentRange(report.won_low, report.won_high));
  TextTable table({{"deal"},
                   {"account"},
                   {"looked like this on"},
                   {"ended"},
                   {"on"},
                   {"model said", Align::kRight},
                   {"distance", Align::kRight},
                   {"alike in"}});
  for (const deals::SimilarPastDeal& deal : report.deals) {
    table.AddRow({deal.deal_id, Shorten(deal.account, 24),
                  domain::FormatDate(domain::DateOf(deal.as_of)), deal.won ? "won" : "lost",
                  FormatOptionalDate(deal.closed_on), FormatPercent(deal.win_probability),
                  fmt::format("{:.2f}", deal.distance),
                  Shorten(fmt::format("{}", fmt::join(deal.shared, ", ")), 50)});
  }
  return text + table.Render();
}

std::string GlobalText(const deals::GlobalView& view, std::size_t top) {
  std::string text = fmt::format("What the model looks at, over {} open deals.\n\n", view.rows);
  TextTable groups({{"share", Align::kRight}, {"log-odds", Align::kRight}, {"group"}});
  for (const deals::GlobalShare& group : view.groups) {
    groups.AddRow(
        {FormatPercent(group.share), fmt::format("{:.3f}", group.mean_log_odds), group.name});
  }
  text += groups.Render();
  if (view.rank_stability) {
    text += fmt::format(
        "The {} bags of the model rank the groups alike: mean rank correlation {:.3f}.\n",
        view.bags, *view.rank_stability);
  }
  TextTable fields({{"share", Align::kRight}, {"field"}, {"group"}});
  for (std::size_t i = 0; i < std::min(top, view.fields.size()); ++i) {
    fields.AddRow({FormatPercent(view.fields[i].share), view.fields[i].name, view.fields[i].group});
  }
  text += "\n" + fields.Render();
  if (!view.interactions.empty()) {
    TextTable pairs({{"log-odds", Align::kRight}, {"together"}});
    for (const deals::GlobalInteraction& pair : view.interactions) {
      pairs.AddRow({fmt::format("{:.3f}", pair.mean_log_odds), pair.first + " and " + pair.second});
    }
    text += "\n" + pairs.Render();
  }
  for (const deals::DependenceCurve& curve : view.curves) {
    text += "\n" + curve.label + ": chance by value (accumulated local effects)\n";
    const std::size_t step = std::max<std::size_t>(1, curve.value.size() / 6);
    for (std::size_t k = 0; k < curve.value.size(); k += step) {
      text += fmt::format("  {:>12}  {:>5.1f} %\n", curve.text[k], 100 * curve.local[k]);
    }
  }
  return text;
}

}  // namespace ri::cli
