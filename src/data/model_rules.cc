#include "data/model_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "data/stored_text.h"

namespace ri::data {

Status CheckModel(const StoredModel& model) {
  if (model.version.empty()) {
    return Fail(ErrorCode::kUsage, "A model needs a version before it can be stored.");
  }
  return CheckText(model.version, "The version of a model");
}

Status CheckSameModel(const StoredModel& stored, const StoredModel& added) {
  if (stored.manifest == added.manifest && stored.evaluation == added.evaluation &&
      stored.artifact == added.artifact) {
    return {};
  }
  return Fail(ErrorCode::kConflict,
              "Model version " + added.version +
                  " is stored with other content. Versions never change; store the new content "
                  "under a version of its own.");
}

std::unexpected<Error> NoSuchModel(std::string_view version) {
  return Fail(ErrorCode::kNotFound, "There is no model version \"" + std::string(version) +
                                        "\" in this database. List the versions there are.");
}

Status CheckAliasChange(const AliasChange& change) {
  if (change.alias.empty()) {
    return Fail(ErrorCode::kUsage, "An alias needs a name, for example \"champion\".");
  }
  for (const std::string_view text :
       {std::string_view(change.alias), std::string_view(change.version),
        std::string_view(change.actor), std::string_view(change.reason)}) {
    RI_RETURN_IF_ERROR(CheckText(text, "The change of an alias"));
  }
  return {};
}

Status CheckScores(const ScoreRun& run, std::span<const StoredScore> scores) {
  RI_RETURN_IF_ERROR(CheckText(run.model_version, "The model version of a score run"));
  std::vector<std::string_view> deals;
  deals.reserve(scores.size());
  for (const StoredScore& score : scores) {
    RI_RETURN_IF_ERROR(CheckKey(score.deal_id));
    RI_RETURN_IF_ERROR(CheckText(score.feature_row_hash, "The feature row hash of a score"));
    RI_RETURN_IF_ERROR(CheckText(score.payload, "The payload of a score"));
    deals.push_back(score.deal_id);
  }
  std::sort(deals.begin(), deals.end());
  const auto twice = std::adjacent_find(deals.begin(), deals.end());
  if (twice != deals.end()) {
    return Fail(ErrorCode::kUsage,
                "Deal \"" + std::string(*twice) + "\" is scored twice in the same run.");
  }
  return {};
}

std::unexpected<Error> NoSuchRun(std::int64_t run_id) {
  return Fail(ErrorCode::kNotFound,
              "There is no score run " + std::to_string(run_id) + " in this database.");
}

}  // namespace ri::data
