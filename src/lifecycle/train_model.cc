#include "lifecycle/train_model.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "book/active_model.h"
#include "book/moment.h"
#include "lifecycle/model_versions.h"
#include "lifecycle/models_manifest.h"
#include "lifecycle/stored_fits.h"
#include "lifecycle/training_gates.h"
#include "models/booster.h"
#include "registry/registry.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

/// When the data of a stored version end; empty when its manifest cannot be read.
std::optional<domain::Timestamp> CutoffOf(const data::StoredModel& model) {
  const Json manifest = Json::parse(model.manifest, nullptr, false);
  if (!manifest.is_object()) {
    return std::nullopt;
  }
  return domain::ParseIsoTimestamp(manifest.value("cutoff", ""));
}

/// Everything that a fit at a past moment depends on.
std::string FitIdentity(const book::Knowledge& knowledge, const TrainRequest& request,
                        domain::Timestamp cutoff, const domain::FiscalCalendar& calendar) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}", RI_VERSION, knowledge.data_sha256,
                     domain::FormatTimestamp(cutoff), calendar.Describe(), request.seed,
                     request.max_rows, models::XgboostVersion());
}

/// Whether a trained version should take over, and why.
struct Decision {
  bool promote = false;
  std::string reason;
};

Decision Decide(const TrainRequest& request, const training::TrainingResult& result,
                const std::optional<domain::ModelVersion>& champion,
                const domain::ModelVersion& version, const std::string& champion_evaluation) {
  if (!champion) {
    return {true, result.refusal.empty() ? "It is in force: there was no champion."
                                         : "Base rates are in force: there was no champion."};
  }
  if (*champion == version) {
    return {false, "It is the champion already."};
  }
  if (!request.promote_if_better) {
    return {false, "Not promoted; compare and promote it with `revint models promote " +
                       version.text() + "`."};
  }
  if (!result.refusal.empty()) {
    return {false, "Not promoted: a gate refused it."};
  }
  for (const training::Gate& gate : result.gates) {
    // Not worse than the champion, nowhere worse, and steady: what a successor has to be.
    if (!gate.passed && (gate.id == "G5" || gate.id == "G6" || gate.id == "G7")) {
      return {false, "Not promoted: " + gate.evidence + "."};
    }
  }
  const Json old = Json::parse(champion_evaluation, nullptr, false);
  if (!old.is_object() || !old["out_of_time"].is_object() || !old.value("refusal", "").empty()) {
    return {true, "It is in force: the champion served base rates."};
  }
  const double before = old["out_of_time"]["log_loss"].value("value", 1.0) /
                        old["out_of_time"]["baseline_log_loss"].value("value", 1.0);
  const double now =
      result.out_of_time->log_loss.value / result.out_of_time->baseline_log_loss.value;
  if (now < before) {
    return {
        true,
        fmt::format(
            "It is in force: log loss is {:.1f} % of its baseline's, the champion's was {:.1f} %.",
            100 * now, 100 * before)};
  }
  return {false,
          fmt::format(
              "Not promoted: log loss is {:.1f} % of its baseline's, the champion's was {:.1f} %.",
              100 * now, 100 * before)};
}

}  // namespace

Result<TrainReport> TrainModel(book::Workspace& workspace, const TrainRequest& request,
                               base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.cutoff, request.now);
  TrainReport report{.cutoff = moment.as_of, .note = moment.note};
  registry::Registry registry(workspace.store());
  RI_ASSIGN_OR_RETURN(const auto champion, registry.Current(registry::kChampion));
  training::TrainOptions options{.cutoff = moment.as_of,
                                 .seed = request.seed,
                                 .num_threads = workspace.num_threads(),
                                 .max_rows = request.max_rows,
                                 .calendar = calendar,
                                 .tuning_budget = request.tuning_budget};
  std::string champion_evaluation;
  std::optional<book::LoadedModel> in_force;
  if (champion) {
    RI_ASSIGN_OR_RETURN(const data::StoredModel old, workspace.store().Model(champion->text()));
    champion_evaluation = old.evaluation;
    RI_ASSIGN_OR_RETURN(in_force, book::LoadModel(workspace.store(), champion->text()));
    const auto cutoff = CutoffOf(old);
    if (cutoff && in_force->refusal.empty()) {
      options.champion = training::Champion{.model = in_force->model.get(), .cutoff = *cutoff};
    }
  }
  StoredFits fits(workspace.store(), FitIdentity(*knowledge, request, moment.as_of, calendar));
  options.fits = request.tuning_budget > 0 ? &fits : nullptr;
  RI_ASSIGN_OR_RETURN(report.result,
                      training::Train(*knowledge->log, *knowledge->engine, options, progress));
  if (fits.found() > 0) {
    report.note += fmt::format("{}{} fits of a training that was stopped were taken over.",
                               report.note.empty() ? "" : " ", fits.found());
  }
  RI_RETURN_IF_ERROR(AddServiceGates(workspace, report.result));
  const std::string artifact = report.result.model.ToJson();
  report.manifest = ManifestOf(*knowledge, options, report.result.model, artifact).ToJson();
  if (!request.store) {
    report.version = registry::VersionOf(report.manifest);
    return report;
  }
  data::StoredModel stored{.created_at = domain::Milliseconds(request.now),
                           .manifest = report.manifest,
                           .evaluation = EvaluationJson(report.result),
                           .artifact = artifact};
  RI_RETURN_IF_ERROR(workspace.Operations());
  RI_ASSIGN_OR_RETURN(report.version, registry.Register(stored));
  RI_RETURN_IF_ERROR(fits.Forget());
  stored.version = report.version.text();
  RI_RETURN_IF_ERROR(AuditTraining(workspace, stored, request.actor, request.now));
  if (!request.decide) {
    return report;
  }
  Decision decision = Decide(request, report.result, champion, report.version, champion_evaluation);
  report.promoted = decision.promote;
  report.promotion_reason = std::move(decision.reason);
  if (decision.promote) {
    RI_RETURN_IF_ERROR(PromoteModel(workspace, {.alias = std::string(registry::kChampion),
                                                .version = report.version.text(),
                                                .actor = "training",
                                                .reason = report.promotion_reason,
                                                .now = request.now}));
  }
  return report;
}

}  // namespace ri::lifecycle
