#include "lifecycle/training_plan.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "base/sum.h"
#include "book/moment.h"
#include "documents/numpy_file.h"
#include "documents/whole_file.h"
#include "models/xgboost_json_writer.h"
#include "training/training_plan.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kLeastBaseScore = 0.001;

/// XGBoost's own names for what TrainBooster sets.
Json ParametersOf(const models::BoosterParameters& trees) {
  return {{"objective", "binary:logistic"},
          {"eval_metric", "logloss"},
          {"tree_method", "hist"},
          {"grow_policy", "depthwise"},
          {"max_depth", trees.depth},
          {"eta", trees.learning_rate},
          {"min_child_weight", trees.min_child_weight},
          {"subsample", trees.row_share},
          {"colsample_bytree", trees.column_share},
          {"lambda", trees.l2_penalty},
          {"max_bin", trees.max_bins}};
}

double BaseScore(const training::PlanRows& rows) {
  base::CompensatedSum won;
  base::CompensatedSum all;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    won.Add(rows.weights[i] * rows.labels[i]);
    all.Add(rows.weights[i]);
  }
  return std::clamp(won.value() / all.value(), kLeastBaseScore, 1 - kLeastBaseScore);
}

Status WriteRows(const training::PlanRows& rows, const std::string& path) {
  const base::MatrixView<const float> view(rows.rows.values().data(), rows.rows.num_rows(),
                                           rows.rows.num_columns());
  RI_RETURN_IF_ERROR(
      documents::WriteWholeFile(path + ".X.npy", documents::NumpyArray::Floats(view).Npy()));
  RI_RETURN_IF_ERROR(documents::WriteWholeFile(path + ".y.npy",
                                               documents::NumpyArray::Doubles(rows.labels).Npy()));
  return documents::WriteWholeFile(path + ".w.npy",
                                   documents::NumpyArray::Doubles(rows.weights).Npy());
}

}  // namespace

Result<TrainingPlanReport> WriteTrainingPlan(book::Workspace& workspace,
                                             const TrainingPlanRequest& request,
                                             base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.cutoff, request.now);
  const training::TrainOptions options{.cutoff = moment.as_of,
                                       .seed = request.seed,
                                       .num_threads = workspace.num_threads(),
                                       .calendar = calendar};
  RI_ASSIGN_OR_RETURN(
      const training::TrainingPlan plan,
      training::MakeTrainingPlan(*knowledge->log, *knowledge->engine, options, progress));
  std::error_code error;
  std::filesystem::create_directories(request.folder + "/models", error);
  if (error) {
    return Fail(ErrorCode::kStorage,
                "Could not make the folder " + request.folder + ": " + error.message() + ".");
  }
  Json parts = Json::array();
  progress.Begin("Writing the training plan", plan.parts.size());
  for (const training::PlanPart& part : plan.parts) {
    const bool is_final = part.validation.labels.empty();
    RI_RETURN_IF_ERROR(WriteRows(part.training, request.folder + "/" + part.name));
    if (!is_final) {
      RI_RETURN_IF_ERROR(WriteRows(part.validation, request.folder + "/" + part.name + ".valid"));
    }
    parts.push_back({{"name", part.name},
                     {"rows", part.training.labels.size()},
                     {"validation_rows", part.validation.labels.size()},
                     {"bags", is_final ? options.bags : options.bags_at_origins},
                     {"base_score", BaseScore(part.training)}});
    progress.Update(parts.size());
  }
  progress.End();
  std::vector<std::uint64_t> seeds;
  for (int bag = 0; bag < std::max(options.bags, options.bags_at_origins); ++bag) {
    // As training here draws them, in the 31 bits that XGBoost's generator takes.
    seeds.push_back(base::HashCombine(options.seed, static_cast<std::uint64_t>(bag)) >> 33);
  }
  const Json document = {
      {"format", 1},
      {"program", RI_VERSION},
      {"candidate", plan.spec.name},
      {"parameters", ParametersOf(plan.spec.trees)},
      {"rounds", plan.spec.trees.rounds},
      {"patience", plan.spec.fixed_rounds ? Json() : Json(plan.spec.trees.patience)},
      {"seeds", seeds},
      {"columns", models::XgboostColumnNames(plan.encoder)},
      {"parts", std::move(parts)},
      {"seed", options.seed},
      {"cutoff", domain::FormatTimestamp(options.cutoff)},
      {"cutoff_ms", domain::Milliseconds(options.cutoff)},
      {"known_at_ms", domain::Milliseconds(knowledge->newest_batch)},
      {"data_sha256", knowledge->data_sha256},
      {"calendar", calendar.Describe()},
      {"encoder", Json::parse(plan.encoder.ToJson())}};
  RI_RETURN_IF_ERROR(documents::WriteWholeFile(
      request.folder + "/plan.json",
      document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"));
  return TrainingPlanReport{.candidate = plan.spec.name,
                            .parts = plan.parts.size(),
                            .rows = plan.parts.back().training.labels.size(),
                            .columns = plan.encoder.columns().size()};
}

}  // namespace ri::lifecycle
