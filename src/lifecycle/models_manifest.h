#pragma once

/// Everything a model version was made from. Its hash is the version: the same manifest is the same
/// model, and retraining from it gives the same bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "features/feature_table.h"
#include "training/trainer.h"

namespace ri::lifecycle {

struct ModelManifest {
  std::string code;              ///< version of the program
  std::string data_sha256;       ///< of the imports that counted
  domain::Timestamp known_at{};  ///< newest import that counted
  domain::Timestamp cutoff{};
  std::string calendar;          ///< FiscalCalendar::Describe
  std::string catalogue_sha256;  ///< of the features the model could read
  std::string parameters;        ///< JSON: everything that training was told, with seeds
  std::string xgboost;           ///< version of the library
  /// Hash of the artifact itself: two machines that disagree on one byte make two versions.
  std::string artifact_sha256;
  /// Hash of the file, or of the files, an imported model came from; empty when trained here.
  std::string imported_sha256;

  /// One JSON document; equal manifests give equal bytes.
  [[nodiscard]] std::string ToJson() const;
  /// kStorage when it is no manifest.
  [[nodiscard]] static Result<ModelManifest> FromJson(std::string_view text);
};

/// The manifest of a training as far as it is known before it. Fits run on one thread each,
/// whatever --threads says, and that is what the manifest names: the number of threads of the
/// machine does not change a byte, so it makes no other version.
[[nodiscard]] ModelManifest ManifestOf(const book::Knowledge& knowledge,
                                       const training::TrainOptions& options,
                                       const models::DealOutcomeModel& model,
                                       std::string_view artifact);

/// Hash of names, kinds, units, windows and meanings.
[[nodiscard]] std::string CatalogueSha256(std::span<const features::FeatureDefinition> features);

}  // namespace ri::lifecycle
