#include "lifecycle/import_model.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/sha256.h"
#include "book/moment.h"
#include "documents/whole_file.h"
#include "lifecycle/models_manifest.h"
#include "models/xgboost_json_writer.h"
#include "registry/registry.h"
#include "training/adopt_head.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

/// The head with what it was read from.
struct Foreign {
  training::ForeignHead head;
  std::string sha256;
};

/// Trees over the columns of `encoder`, from a file that names its columns in an order of its own.
Result<models::TreeEnsemble> ReadTrees(const std::string& path, const std::string& text,
                                       const models::FeatureEncoder& encoder) {
  auto trees = models::ReadXgboostJson(text);
  if (!trees) {
    return Fail(ErrorCode::kBadInput, path + ": " + trees.error().message());
  }
  RI_ASSIGN_OR_RETURN(const std::vector<std::string> names, models::XgboostJsonColumnNames(text));
  if (names.empty() || names.size() != trees->num_features) {
    return Fail(ErrorCode::kBadInput,
                path +
                    " does not name its columns. Train it with feature names, as `revint train "
                    "--export-plan` and the exported feature matrices give them.");
  }
  std::map<std::string, std::int32_t> known;
  const std::vector<std::string> ours = encoder.ColumnNames();
  const std::vector<std::string> plain = models::XgboostColumnNames(encoder);
  for (std::size_t j = 0; j < ours.size(); ++j) {
    known[plain[j]] = static_cast<std::int32_t>(j);
    known[ours[j]] = static_cast<std::int32_t>(j);
  }
  std::vector<std::int32_t> place;
  std::string unknown;
  for (const std::string& name : names) {
    const auto found = known.find(name);
    place.push_back(found == known.end() ? -1 : found->second);
    if (found == known.end()) {
      unknown += (unknown.empty() ? "'" : ", '") + name + "'";
    }
  }
  if (!unknown.empty()) {
    return Fail(ErrorCode::kBadInput,
                path + " reads columns that this data does not have: " + unknown +
                    ". See the columns in plan.json of `revint "
                    "train --export-plan`.");
  }
  for (models::Tree& tree : trees->trees) {
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      if (!tree.is_leaf(node)) {
        tree.feature[node] = place[static_cast<std::size_t>(tree.feature[node])];
      }
    }
  }
  trees->num_features = ours.size();
  return *std::move(trees);
}

/// The encoder that training would fit on the same rows.
Result<models::FeatureEncoder> EncoderHere(const book::Knowledge& knowledge,
                                           const training::TrainOptions& options) {
  RI_ASSIGN_OR_RETURN(const training::TrainingMatrix matrix,
                      training::BuildTrainingMatrix(*knowledge.log, *knowledge.engine,
                                                    {.cutoff = options.cutoff,
                                                     .max_rows = options.max_rows,
                                                     .num_threads = options.num_threads}));
  return matrix.encoder;
}

Result<Foreign> ReadFile(const ModelImportRequest& request, const book::Knowledge& knowledge,
                         const training::TrainOptions& options) {
  RI_ASSIGN_OR_RETURN(const std::string text, documents::ReadWholeFile(request.path));
  Foreign foreign{.head = {.head = models::BaseRate(),
                           .encoder = {},
                           .at_origins = {},
                           .trained_until = request.trained_until},
                  .sha256 = base::ToHex(base::Sha256Of(text))};
  if (request.format == ModelFormat::kJson) {
    auto model = models::DealOutcomeModel::FromJson(text);
    if (!model) {
      return Fail(ErrorCode::kBadInput, request.path + ": " + model.error().message());
    }
    foreign.head.head = model->parts().head;
    foreign.head.encoder = model->parts().encoder;
    if (foreign.head.encoder.columns().empty()) {
      return Fail(ErrorCode::kBadInput, request.path + " serves one base rate and reads nothing.");
    }
    return foreign;
  }
  if (request.format != ModelFormat::kXgboost) {
    return Fail(ErrorCode::kUsage,
                "Models can be imported as xgboost or json; ONNX is a format "
                "to leave with.");
  }
  RI_ASSIGN_OR_RETURN(foreign.head.encoder, EncoderHere(knowledge, options));
  RI_ASSIGN_OR_RETURN(foreign.head.head, ReadTrees(request.path, text, foreign.head.encoder));
  return foreign;
}

/// The mean of the bags of one part.
Result<models::TreeEnsemble> ReadBags(const std::string& folder, const std::string& part,
                                      const models::FeatureEncoder& encoder, base::Sha256& hash) {
  std::vector<models::TreeEnsemble> bags;
  for (;;) {
    const std::string path =
        folder + "/models/" + part + "-bag-" + std::to_string(bags.size()) + ".json";
    const auto text = documents::ReadWholeFile(path);
    if (!text && text.error().code() == ErrorCode::kNotFound && !bags.empty()) {
      return models::MeanOf(bags);
    }
    if (!text) {
      return Fail(
          text.error().code(),
          text.error().message() + " Train the plan first: scripts/train-on-dask " + folder);
    }
    hash.Update(*text);
    RI_ASSIGN_OR_RETURN(models::TreeEnsemble trees, ReadTrees(path, *text, encoder));
    bags.push_back(std::move(trees));
  }
}

struct Plan {
  domain::Timestamp cutoff{}, known_at{};
  std::uint64_t seed = 1;
  std::string data_sha256, calendar;
  std::vector<std::string> parts;
  models::FeatureEncoder encoder;
};

Result<Plan> ReadPlan(const std::string& folder) {
  RI_ASSIGN_OR_RETURN(const std::string text, documents::ReadWholeFile(folder + "/plan.json"));
  try {
    const Json document = Json::parse(text);
    Plan plan;
    plan.cutoff = domain::TimestampFromMilliseconds(document.at("cutoff_ms").get<std::int64_t>());
    plan.known_at =
        domain::TimestampFromMilliseconds(document.at("known_at_ms").get<std::int64_t>());
    plan.seed = document.at("seed").get<std::uint64_t>();
    plan.data_sha256 = document.at("data_sha256").get<std::string>();
    plan.calendar = document.at("calendar").get<std::string>();
    for (const Json& part : document.at("parts")) {
      plan.parts.push_back(part.at("name").get<std::string>());
    }
    RI_ASSIGN_OR_RETURN(plan.encoder,
                        models::FeatureEncoder::FromJson(document.at("encoder").dump()));
    return plan;
  } catch (const nlohmann::json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                folder + "/plan.json is no training plan: " + error.what() + ".");
  }
}

Result<Foreign> ReadPlanHeads(const std::string& folder, const Plan& plan) {
  base::Sha256 hash;
  Foreign foreign{.head = {.head = models::BaseRate(),
                           .encoder = plan.encoder,
                           .at_origins = {},
                           .trained_until = {}},
                  .sha256 = ""};
  for (const std::string& part : plan.parts) {
    RI_ASSIGN_OR_RETURN(models::TreeEnsemble trees, ReadBags(folder, part, plan.encoder, hash));
    if (part == "final") {
      foreign.head.head = std::move(trees);
    } else {
      foreign.head.at_origins.emplace_back(std::move(trees));
    }
  }
  foreign.sha256 = base::ToHex(hash.Finish());
  return foreign;
}

}  // namespace

Result<TrainReport> ImportModel(book::Workspace& workspace, const ModelImportRequest& request,
                                base::Progress& progress) {
  std::error_code ignored;
  const bool is_plan = std::filesystem::is_directory(request.path, ignored);
  std::optional<Plan> plan;
  if (is_plan) {
    RI_ASSIGN_OR_RETURN(plan, ReadPlan(request.path));
  }
  RI_ASSIGN_OR_RETURN(
      const auto knowledge,
      workspace.Load(plan ? std::optional(plan->known_at) : request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  if (plan &&
      (plan->data_sha256 != knowledge->data_sha256 || plan->calendar != calendar.Describe())) {
    return Fail(ErrorCode::kConflict,
                "The data or the fiscal calendar are not those the plan was made from. Export the "
                "plan again and train it.");
  }
  const book::Moment moment = book::EffectiveMoment(
      *knowledge->log, plan ? std::optional(plan->cutoff) : request.cutoff, request.now);
  training::TrainOptions options{.cutoff = moment.as_of,
                                 .seed = plan ? plan->seed : 1,
                                 .num_threads = workspace.num_threads(),
                                 .calendar = calendar};
  RI_ASSIGN_OR_RETURN(const Foreign foreign, is_plan ? ReadPlanHeads(request.path, *plan)
                                                     : ReadFile(request, *knowledge, options));
  TrainReport report{.cutoff = moment.as_of, .note = moment.note};
  RI_ASSIGN_OR_RETURN(report.result, training::AdoptHead(*knowledge->log, *knowledge->engine,
                                                         foreign.head, options, progress));
  report.result.notes.push_back(
      is_plan ? "The heads were trained elsewhere from an exported plan."
              : "The head was trained elsewhere with what was known before " +
                    domain::FormatTimestamp(*request.trained_until) +
                    ", and is calibrated and judged on later snapshots alone.");
  const std::string artifact = report.result.model.ToJson();
  ModelManifest manifest = ManifestOf(*knowledge, options, report.result.model, artifact);
  manifest.imported_sha256 = foreign.sha256;
  report.manifest = manifest.ToJson();
  registry::Registry registry(workspace.store());
  RI_ASSIGN_OR_RETURN(report.version,
                      registry.Register({.created_at = domain::Milliseconds(request.now),
                                         .manifest = report.manifest,
                                         .evaluation = EvaluationJson(report.result),
                                         .artifact = artifact}));
  report.promotion_reason = report.result.refusal.empty()
                                ? "Not promoted; compare and promote it with `revint models "
                                  "promote " +
                                      report.version.text() + "`."
                                : "A gate refused it.";
  return report;
}

}  // namespace ri::lifecycle
