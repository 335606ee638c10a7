#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/print_training.h"
#include "cli/text_table.h"
#include "documents/whole_file.h"
#include "lifecycle/export_model.h"
#include "lifecycle/import_model.h"
#include "lifecycle/model_card.h"
#include "lifecycle/model_versions.h"
#include "lifecycle/models_diff.h"
#include "registry/registry.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string version = "champion";
  std::string reason;
  std::string actor = "command line";
  std::string format = "onnx";
  std::string out;
  bool encoded_columns = false;
  bool html = false;
  std::string other;
  std::size_t top = 10;
  std::string path;
  std::string import_format = "xgboost";
  std::string trained_until;
  std::string cutoff;
};

/// What evaluation documents say about a version, for the list.
struct Summary {
  std::string family, verdict;
  double log_loss = 0, baseline = 0, auc = 0;
  bool judged = false;
};

Summary Summarise(const std::string& evaluation) {
  Summary summary;
  const Json document = Json::parse(evaluation, nullptr, false);
  if (document.is_discarded()) {
    return summary;
  }
  summary.family = document.value("family", "");
  summary.verdict = document.value("refusal", "").empty() ? "serves" : "refused: base rates";
  if (document.contains("out_of_time") && document["out_of_time"].is_object()) {
    const Json& figures = document["out_of_time"];
    summary.judged = true;
    summary.log_loss = figures["log_loss"].value("value", 0.0);
    summary.baseline = figures["baseline_log_loss"].value("value", 0.0);
    summary.auc = figures["auc"].value("value", 0.0);
  }
  return summary;
}

Status List(Context& context) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  registry::Registry registry(workspace->store());
  RI_ASSIGN_OR_RETURN(const auto champion, registry.Current(registry::kChampion));
  RI_ASSIGN_OR_RETURN(const auto challenger, registry.Current(registry::kChallenger));
  RI_ASSIGN_OR_RETURN(const auto models, workspace->store().Models());
  TextTable table({{"version"},
                   {"alias"},
                   {"made"},
                   {"family"},
                   {"verdict"},
                   {"log loss", Align::kRight},
                   {"baseline", Align::kRight},
                   {"AUC", Align::kRight}});
  Json list = Json::array();
  for (const data::StoredModel& model : models) {
    const bool is_champion = champion && champion->text() == model.version;
    const bool is_challenger = challenger && challenger->text() == model.version;
    const std::string alias = is_champion ? "champion" : is_challenger ? "challenger" : "";
    const std::string made =
        domain::FormatTimestamp(domain::TimestampFromMilliseconds(model.created_at));
    const Summary summary = Summarise(model.evaluation);
    list.push_back({{"version", model.version},
                    {"alias", alias.empty() ? Json(nullptr) : Json(alias)},
                    {"created_at", made},
                    {"evaluation", Json::parse(model.evaluation, nullptr, false)}});
    table.AddRow({model.version, alias, made.substr(0, 16), summary.family, summary.verdict,
                  summary.judged ? fmt::format("{:.4f}", summary.log_loss) : "-",
                  summary.judged ? fmt::format("{:.4f}", summary.baseline) : "-",
                  summary.judged ? fmt::format("{:.3f}", summary.auc) : "-"});
  }
  if (context.json()) {
    context.Print(Json{{"models", list}}.dump(2) + "\n");
  } else {
    context.Print(models.empty()
                      ? "There is no model yet. Train one: revint train --promote-if-better\n"
                      : table.Render());
  }
  return {};
}

Status Show(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  registry::Registry registry(workspace->store());
  RI_ASSIGN_OR_RETURN(const auto version, registry.Resolve(options.version));
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, workspace->store().Model(version.text()));
  const Json document = {{"version", model.version},
                         {"manifest", Json::parse(model.manifest, nullptr, false)},
                         {"evaluation", Json::parse(model.evaluation, nullptr, false)}};
  context.Print(document.dump(2) + "\n");
  return {};
}

Status Card(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  registry::Registry registry(workspace->store());
  RI_ASSIGN_OR_RETURN(const auto version, registry.Resolve(options.version));
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, workspace->store().Model(version.text()));
  const bool html = options.html || options.out.ends_with(".html");
  RI_ASSIGN_OR_RETURN(const std::string card,
                      html ? lifecycle::ModelCardHtml(model) : lifecycle::ModelCardMarkdown(model));
  if (!options.out.empty()) {
    RI_RETURN_IF_ERROR(documents::WriteWholeFile(options.out, card));
  }
  if (context.json()) {
    context.Print(Json{{"version", model.version}, {"card", card}}.dump(2) + "\n");
  } else {
    context.Print(options.out.empty()
                      ? card
                      : "The card of version " + model.version + " is in " + options.out + ".\n");
  }
  return {};
}

void AddChanges(const char* title, const std::vector<lifecycle::VersionChange>& changes,
                std::string& text) {
  if (changes.empty()) {
    return;
  }
  TextTable table({{title}, {"before"}, {"after"}});
  for (const lifecycle::VersionChange& change : changes) {
    table.AddRow({change.what, change.before.substr(0, 34), change.after.substr(0, 34)});
  }
  text += table.Render() + "\n";
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::string DiffText(const lifecycle::ModelsDiff& diff) {
  std::string text = fmt::format("From {} ({}) to {} ({}).\n\n", diff.before, diff.family_before,
                                 diff.after, diff.family_after);
  if (diff.before == diff.after) {
    return text + "They are the same version.\n";
  }
  AddChanges("made from", diff.made_from, text);
  if (!diff.features_added.empty()) {
    text += "Features it reads now: " + Joined(diff.features_added) + "\n";
  }
  if (!diff.features_removed.empty()) {
    text += "Features it no longer reads: " + Joined(diff.features_removed) + "\n";
  }
  if (!diff.features_added.empty() || !diff.features_removed.empty()) {
    text += "\n";
  }
  AddChanges("figure", diff.metrics, text);
  AddChanges("gate", diff.gates, text);
  text += fmt::format(
      "{} open deals as of {}: the chance moves by {:.1f} points on average; {:.1f} % of them move "
      "by more than 15 points.\n\n",
      diff.open_deals, FormatMoment(diff.as_of), diff.mean_move, 100 * diff.share_over_15);
  TextTable deals({{"deal"},
                   {"name"},
                   {"before", Align::kRight},
                   {"after", Align::kRight},
                   {"points", Align::kRight},
                   {"mostly by"}});
  for (const lifecycle::DealMove& move : diff.deals) {
    deals.AddRow({move.deal_id, move.name.substr(0, 28), fmt::format("{:.1f} %", move.before),
                  fmt::format("{:.1f} %", move.after), FormatPoints(move.after - move.before),
                  move.groups.empty() ? "the average deal"
                                      : fmt::format("{} ({})", move.groups.front().group,
                                                    FormatPoints(move.groups.front().points))});
  }
  return text + (diff.deals.empty() ? "" : deals.Render());
}

Status Diff(Context& context, const Options& options) {
  lifecycle::ModelsDiffRequest request{
      .before = options.version, .after = options.other, .top = options.top, .now = context.now()};
  if (!context.options().as_of.empty()) {
    RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
  }
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(const lifecycle::ModelsDiff diff,
                      lifecycle::DiffModels(*workspace, request, context.progress()));
  context.Print(context.json() ? lifecycle::ModelsDiffJson(diff) : DiffText(diff));
  return {};
}

Status Promote(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(
      const data::AliasChange change,
      lifecycle::PromoteModel(*workspace, {.alias = std::string(registry::kChampion),
                                           .version = options.version,
                                           .actor = options.actor,
                                           .reason = options.reason,
                                           .now = context.now()}));
  context.Print(context.json() ? Json{{"champion", change.version}}.dump(2) + "\n"
                               : "Version " + change.version + " is now the champion.\n");
  return {};
}

Status Rollback(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(
      const data::AliasChange change,
      lifecycle::RollBackModel(*workspace, {.alias = std::string(registry::kChampion),
                                            .actor = options.actor,
                                            .reason = options.reason,
                                            .now = context.now()}));
  context.Print(context.json()
                    ? Json{{"champion", change.version}}.dump(2) + "\n"
                    : "Rolled back: version " + change.version + " is the champion again.\n");
  return {};
}

Status Export(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(const lifecycle::ModelFormat format,
                      lifecycle::ParseModelFormat(options.format));
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(
      const lifecycle::ModelExportReport report,
      lifecycle::ExportModel(*workspace, {.model = options.version,
                                          .format = format,
                                          .path = options.out,
                                          .encoded_columns = options.encoded_columns}));
  if (context.json()) {
    context.Print(Json{{"version", report.version},
                       {"family", report.family},
                       {"format", options.format},
                       {"files", report.files}}
                      .dump(2) +
                  "\n");
    return {};
  }
  for (const std::string& file : report.files) {
    context.Print("Version " + report.version + " (" + report.family + ") written to " + file +
                  ".\n");
  }
  return {};
}

Status Import(Context& context, const Options& options) {
  lifecycle::ModelImportRequest request{.path = options.path, .now = context.now()};
  RI_ASSIGN_OR_RETURN(request.format, lifecycle::ParseModelFormat(options.import_format));
  if (!options.trained_until.empty()) {
    RI_ASSIGN_OR_RETURN(request.trained_until,
                        ParseMoment(options.trained_until, "--trained-until"));
  }
  RI_ASSIGN_OR_RETURN(request.cutoff, context.Cutoff(options.cutoff));
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(const lifecycle::TrainReport report,
                      lifecycle::ImportModel(*workspace, request, context.progress()));
  return PrintTraining(context, report);
}

}  // namespace

Action AddModels(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  const CLI::App* list = app.add_subcommand("list", "All versions, newest first");
  CLI::App* show = app.add_subcommand("show", "Manifest and evaluation of a version, as JSON");
  CLI::App* card = app.add_subcommand("card", "The model card, as Markdown or HTML");
  card->add_flag("--html", options->html, "One HTML file with plots instead of Markdown");
  card->add_option("--out", options->out, "File to write; *.html means HTML. Default: print it");
  card->footer("Example:\n  revint models card champion --out card.html");
  CLI::App* diff = app.add_subcommand("diff", "What changed between two versions");
  diff->add_option("before", options->version, "Alias, version or prefix")->required();
  diff->add_option("after", options->other, "Alias, version or prefix")->required();
  diff->add_option("--top", options->top, "Open deals to list; default 10");
  diff->footer("Example:\n  revint models diff champion 4f2a");
  CLI::App* promote = app.add_subcommand("promote", "Let a version score from now on");
  CLI::App* rollback = app.add_subcommand("rollback", "Go back to the version before the champion");
  CLI::App* exported = app.add_subcommand("export", "A version as a file for other programs");
  exported->add_option("--format", options->format,
                       "onnx: encoder, trees, calibrator and timing in one graph; xgboost: the "
                       "trees; json: our own artifact. Default onnx");
  exported->add_option("--out", options->out, "File to write")->required();
  exported->add_flag("--encoded-columns", options->encoded_columns,
                     "ONNX with one matrix input instead of one input per feature");
  exported->footer(
      "Examples:\n  revint models export --out model.onnx\n"
      "  revint models export 4f2a --format xgboost --out trees.json");
  CLI::App* imported = app.add_subcommand("import",
                                          "Take in a model trained elsewhere, through "
                                          "calibration and the same gates");
  imported
      ->add_option("path", options->path,
                   "An XGBoost 1.7 JSON, an artifact of ours, or the folder of "
                   "a training plan")
      ->required();
  imported->add_option("--format", options->import_format, "Of a file: xgboost (default) or json");
  imported->add_option("--trained-until", options->trained_until,
                       "Moment before which everything the model learned from was known; it is "
                       "judged on what came after. Needed for files");
  imported->add_option("--cutoff", options->cutoff,
                       "Use only what was known before this moment. Default: now");
  imported->footer(
      "Examples:\n  revint models import trees.json "
      "--trained-until 2026-01-01\n"
      "  revint train --export-plan plan && scripts/train-on-dask "
      "plan && revint models import "
      "plan");
  for (CLI::App* verb : {show, card, exported}) {
    verb->add_option("version", options->version, "Alias, version or prefix; default champion");
  }
  promote->add_option("version", options->version, "Version or prefix")->required();
  for (CLI::App* verb : {promote, rollback}) {
    verb->add_option("--reason", options->reason, "Why; kept in the log")->required();
    verb->add_option("--actor", options->actor, "Who; kept in the log");
  }
  for (CLI::App* verb : app.get_subcommands({})) {
    verb->fallthrough();
  }
  return
      [options, list, show, card, diff, exported, imported, promote](Context& context) -> Status {
        if (list->parsed()) {
          return List(context);
        }
        if (show->parsed()) {
          return Show(context, *options);
        }
        if (card->parsed()) {
          return Card(context, *options);
        }
        if (imported->parsed()) {
          return Import(context, *options);
        }
        if (diff->parsed()) {
          return Diff(context, *options);
        }
        if (exported->parsed()) {
          return Export(context, *options);
        }
        return promote->parsed() ? Promote(context, *options) : Rollback(context, *options);
      };
}

}  // namespace ri::cli
