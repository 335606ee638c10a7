#pragma once

/// The model that scores: looked up by alias or version and read once.

#include <memory>
#include <string>

#include "base/result.h"
#include "data/store.h"
#include "domain/identifier.h"
#include "models/deal_outcome_model.h"

namespace ri::book {

struct LoadedModel {
  domain::ModelVersion version;
  std::shared_ptr<const models::DealOutcomeModel> model;
  std::string family;   ///< "trees", "ridge and trees", "ridge", "stage table", "base rate"
  std::string refusal;  ///< empty, or why it serves base rates
};

/// Resolves `name` ("champion", "challenger", a version or its prefix) and reads the artifact.
/// kNotFound when there is none; kStorage when the artifact cannot be read.
[[nodiscard]] Result<LoadedModel> LoadModel(data::Store& store, const std::string& name);

}  // namespace ri::book
