#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/explain_text.h"
#include "cli/text_output.h"
#include "deals/explain_deal.h"
#include "deals/explain_json.h"
#include "deals/explain_kept.h"

namespace ri::cli {
namespace {

struct Options {
  std::string deal;
  std::string model = "champion";
  std::size_t top = 12;
  std::string since;
  std::vector<std::string> edits;
  bool levers = false;
  bool counterfactual = false;
  double target = 0;
  int changes = 3;
  bool similar = false;
  bool global = false;
  std::int64_t run = 0;
};

Result<std::vector<deals::FieldEdit>> ParseEdits(const std::vector<std::string>& texts) {
  std::vector<deals::FieldEdit> edits;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Fail(ErrorCode::kUsage,
                  "--what-if '" + text +
                      "' names no value. Write field=value, such as "
                      "stage=Negotiation; 'explain DEAL --levers' lists the fields.");
    }
    edits.push_back({.field = text.substr(0, equals), .value = text.substr(equals + 1)});
  }
  return edits;
}

/// Everything that looks at one deal of an open book.
Result<std::string> Answer(Context& context, book::Workspace& workspace,
                           const book::BookRequest& request, const Options& options) {
  RI_ASSIGN_OR_RETURN(const auto book, book::OpenBook(workspace, request, context.progress()));
  const bool json = context.json();
  if (options.global) {
    RI_ASSIGN_OR_RETURN(const auto view, deals::ExplainModel(*book));
    return json ? deals::GlobalJson(*book, view) : GlobalText(view, options.top);
  }
  if (!options.since.empty()) {
    RI_ASSIGN_OR_RETURN(const domain::Timestamp since, ParseMoment(options.since, "--since"));
    if (since >= book->moment().as_of) {
      return Fail(ErrorCode::kUsage, "--since must be before the moment to look from.");
    }
    RI_ASSIGN_OR_RETURN(const auto then,
                        deals::OpenEarlierBook(workspace, request, since, context.progress()));
    RI_ASSIGN_OR_RETURN(const auto change, deals::ExplainChange(*then, *book, options.deal));
    return json ? deals::ChangeJson(*book, change) : ChangeText(change, options.top);
  }
  if (!options.edits.empty()) {
    RI_ASSIGN_OR_RETURN(const auto edits, ParseEdits(options.edits));
    RI_ASSIGN_OR_RETURN(const auto answer, deals::WhatIf(*book, options.deal, edits));
    return json ? deals::WhatIfJson(*book, answer) : WhatIfText(answer, options.top);
  }
  if (options.levers) {
    RI_ASSIGN_OR_RETURN(const std::size_t position, book::FindOpenDeal(*book, options.deal));
    return json ? deals::LeversJson(*book, position) : LeversText(*book, position);
  }
  if (options.counterfactual) {
    deals::CounterfactualRequest wanted{.most_changes = options.changes};
    if (options.target > 0) {
      wanted.target = options.target;
    }
    RI_ASSIGN_OR_RETURN(const auto report, deals::FindCounterfactual(*book, options.deal, wanted));
    return json ? deals::CounterfactualsJson(*book, options.deal, report)
                : CounterfactualText(report);
  }
  if (options.similar) {
    RI_ASSIGN_OR_RETURN(const auto report, deals::FindSimilarDeals(*book, options.deal));
    return json ? deals::SimilarDealsJson(*book, options.deal, report) : SimilarDealsText(report);
  }
  RI_ASSIGN_OR_RETURN(const deals::Explanation explanation,
                      deals::ExplainDeal(*book, options.deal));
  return json ? deals::ReasonsJson(explanation) : ExplanationText(explanation, options.top);
}

}  // namespace

Action AddExplain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* const deal = app.add_option("deal", options->deal, "Id of the deal");
  app.add_option("--model", options->model, "Alias or version; default champion");
  app.add_option("--top", options->top, "Lines to list; default 12");
  auto* const kinds = app.add_option_group("What to show", "Reasons unless one of these is given");
  kinds->add_option("--since", options->since, "Why the probability changed since this date");
  kinds->add_option("--what-if", options->edits, "What the model would say with field=value ...")
      ->expected(1, 50);
  kinds->add_flag("--levers", options->levers, "Fields that --what-if can change");
  auto* const counterfactual = kinds->add_flag(
      "--counterfactual", options->counterfactual,
      "Smallest changes a seller can make with which the model would reach a target");
  kinds->add_flag("--similar", options->similar, "Past deals like it at the same age");
  kinds->add_option("--run", options->run, "Its reasons as they were kept with a stored run");
  auto* const global =
      kinds->add_flag("--global", options->global, "What the model looks at over all open deals");
  kinds->require_option(0, 1);
  app.add_option("--target", options->target, "Chance to reach, such as 0.5")
      ->check(CLI::Range(0.001, 0.999))
      ->needs(counterfactual);
  app.add_option("--changes", options->changes, "Fields to change at once at most; default 3")
      ->check(CLI::Range(1, 3))
      ->needs(counterfactual);
  return [options, deal, global](Context& context) -> Status {
    if (deal->count() == 0 && global->count() == 0) {
      return Fail(ErrorCode::kUsage,
                  "Name a deal: revint explain DEAL. 'revint score' lists them.");
    }
    book::BookRequest request{.model = options->model, .now = context.now()};
    if (context.options().as_of == "created") {
      request.as_of_created = true;
    } else if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    if (options->run > 0) {
      RI_ASSIGN_OR_RETURN(const deals::Explanation kept,
                          deals::ExplainKept(*workspace, options->run, options->deal));
      context.Print(context.json() ? deals::ReasonsJson(kept)
                                   : ExplanationText(kept, options->top));
      return {};
    }
    RI_ASSIGN_OR_RETURN(const std::string text, Answer(context, *workspace, request, *options));
    context.Print(text);
    return {};
  };
}

}  // namespace ri::cli
