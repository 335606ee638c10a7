#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/serve.h"
#include "cli/text_output.h"
#include "deals/explain_deal.h"
#include "deals/score_deals.h"
#include "lifecycle/train_model.h"
#include "revenue/forecast_quarter.h"
#include "service/import_data.h"
#include "service/inspect_file.h"
#include "synthetic/generator.h"

namespace ri::cli {
namespace {

struct Options {
  std::string folder = "revint-demo";
  std::string data;
  std::string mapping;
  std::size_t deals = 2500;
  std::uint64_t seed = 1;
  std::size_t top = 15;
  bool no_serve = false;
  ServeOptions serve;
};

std::string Title(const std::string& text) {
  return "\n" + text + "\n" + std::string(CodePoints(text), '=') + "\n\n";
}

/// Folder of the export to show: the person's own, or a generated company, made once.
Result<std::string> DemoData(Context& context, const Options& options) {
  if (!options.data.empty()) {
    return options.data;
  }
  const std::string folder = options.folder + "/export";
  if (!std::filesystem::exists(folder)) {
    context.Print(fmt::format("No --data given: inventing a company with {} deals in {}.\n",
                              options.deals, folder));
    synthetic::GeneratorOptions generator;
    generator.scenario = "realistic";
    generator.deals = options.deals;
    generator.seed = options.seed;
    generator.output_folder = folder;
    generator.threads = context.threads();
    generator.progress = &context.progress();
    RI_RETURN_IF_ERROR(synthetic::Generate(generator));
  }
  return folder;
}

/// For an export that no built-in mapping knows: the mapping that `inspect` proposes, written
/// beside the database for a person to correct. `unknown` comes back when there is none to propose.
Result<std::string> ProposedMapping(Context& context, const std::string& data,
                                    const std::string& folder, const base::Error& unknown) {
  const auto report = service::InspectFiles({.paths = {data}}, context.progress());
  if (!report || !report->recognised.empty() || report->files.size() != 1 ||
      !report->files.front().proposal) {
    return std::unexpected<Error>(unknown);
  }
  const std::string path = folder + "/mapping.toml";
  RI_RETURN_IF_ERROR(service::WriteMapping(*report, path));
  std::string text =
      Title("What the columns seem to mean") +
      fmt::format(
          "This is no export of a CRM that is known, so a mapping was proposed: {}.\n"
          "Read it, correct it, and run the demo again with --mapping {}.\n",
          path, path);
  for (const std::string& question : report->files.front().proposal->questions) {
    text += "To decide: " + question + "\n";
  }
  for (const quality::LeakSuspicion& suspicion : report->files.front().suspicions) {
    text += "Kept from the model: " + suspicion.column + ": " + suspicion.evidence + "\n";
  }
  context.Print(text);
  return path;
}

}  // namespace

Action AddDemo(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--folder", options->folder,
                 "Where the demo keeps its data and database; default revint-demo");
  app.add_option("--data", options->data,
                 "Your own export (file or folder) instead of an invented company");
  app.add_option("--mapping", options->mapping, "Mapping file for --data");
  app.add_option("--deals", options->deals, "Deals of the invented company; default 2500");
  app.add_option("--seed", options->seed, "Seed of the invented company; default 1");
  app.add_flag("--no-serve", options->no_serve,
               "Stop after the forecast instead of serving pages, as without a terminal");
  app.add_option("--listen", options->serve.listen,
                 "Address of the pages at the end; default 127.0.0.1:8080");
  app.add_option("--web", options->serve.web, "Folder of the built web pages");
  return [options](Context& context) -> Status {
    if (context.json()) {
      return Fail(ErrorCode::kUsage,
                  "demo is for people; use import, train, score and forecast with --json.");
    }
    std::error_code failed;
    std::filesystem::create_directories(options->folder, failed);
    if (failed) {
      return Fail(ErrorCode::kStorage,
                  "Cannot make the folder " + options->folder + ": " + failed.message());
    }
    RI_ASSIGN_OR_RETURN(const std::string data, DemoData(context, *options));
    RI_ASSIGN_OR_RETURN(auto workspace, book::Workspace::Open(
                                            {.database = "sqlite:" + options->folder + "/revint.db",
                                             .num_threads = context.threads()}));
    base::Progress& progress = context.progress();
    service::ImportRequest import{.paths = {data}, .now = context.now()};
    if (!options->mapping.empty()) {
      import.mapping_path = options->mapping;
    }
    auto attempt = service::ImportData(*workspace, import, progress);
    if (!attempt && attempt.error().code() == ErrorCode::kBadInput && !import.mapping_path) {
      RI_ASSIGN_OR_RETURN(import.mapping_path,
                          ProposedMapping(context, data, options->folder, attempt.error()));
      attempt = service::ImportData(*workspace, import, progress);
    }
    RI_ASSIGN_OR_RETURN(const ingest::ImportReport imported, std::move(attempt));
    context.Print(Title("What was read") + ImportText(imported));

    RI_ASSIGN_OR_RETURN(
        const lifecycle::TrainReport trained,
        lifecycle::TrainModel(*workspace, {.promote_if_better = true, .now = context.now()},
                              progress));
    context.Print(Title("What was learned, and how well") + TrainText(trained));

    RI_ASSIGN_OR_RETURN(const deals::ScoreReport scores,
                        deals::ScoreDeals(*workspace, {.now = context.now()}, progress));
    context.Print(Title("Which deals need you") +
                  (scores.deals.empty()
                       ? std::string("Every deal of this export has ended, so there is none to "
                                     "rank. An export with open deals gets them ranked here.\n")
                       : ScoreTable(scores, options->top)));
    if (!scores.deals.empty()) {
      RI_ASSIGN_OR_RETURN(const auto book,
                          book::OpenBook(*workspace, {.now = context.now()}, progress));
      RI_ASSIGN_OR_RETURN(const deals::Explanation why,
                          deals::ExplainDeal(*book, scores.deals.front().deal_id));
      context.Print(Title("Why: the first of them") + ExplanationText(why, 12));
    }
    const auto forecast = revenue::ForecastQuarter(
        *workspace, {.by = revenue::ForecastNode::kTeam, .now = context.now()}, progress);
    if (!forecast && forecast.error().code() != ErrorCode::kRefused) {
      return std::unexpected<Error>(forecast.error());
    }
    context.Print(Title("Where the quarter will land") +
                  (forecast ? ForecastText(*forecast) : forecast.error().message() + "\n"));
    workspace.reset();
    context.Print(
        fmt::format("\nEverything above is in {0}/revint.db. Go on with, for example:\n"
                    "  revint --db sqlite:{0}/revint.db score --top 50\n"
                    "  revint --db sqlite:{0}/revint.db models card\n"
                    "  revint --db sqlite:{0}/revint.db serve\n",
                    options->folder));
    // A script that runs the demo wants it to end; a person wants to look around.
    if (options->no_serve || isatty(STDOUT_FILENO) == 0) {
      return {};
    }
    context.Print(Title("The same in the browser"));
    options->serve.no_log = true;
    return Serve("sqlite:" + options->folder + "/revint.db", context.threads(), options->serve,
                 [&context](const std::string& text) {
                   context.Print(text);
                   std::fflush(stdout);
                 });
  };
}

}  // namespace ri::cli
