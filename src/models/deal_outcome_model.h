#pragma once

/// The artifact that scores deals: encoder, head, calibrator, band and timing in one immutable
/// value that goes to and from one JSON document.
///
/// Usage:
///   auto model = DealOutcomeModel::FromJson(text);
///   auto rows = model->Encode(table);                    // once per table
///   Outlook outlook = model->Look(rows->row(i), moment);  // per deal

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "domain/probability.h"
#include "features/feature_table.h"
#include "models/calibrator.h"
#include "models/close_curve.h"
#include "models/feature_encoder.h"
#include "models/hazard_timing.h"
#include "models/neighbour_band.h"
#include "models/quarter_calibrator.h"
#include "models/ridge.h"
#include "models/ridge_and_trees.h"
#include "models/stage_table.h"
#include "models/time_to_close.h"
#include "models/tree_ensemble.h"

namespace ri::models {

/// The same margin for every deal: what is served when nothing else has proven itself.
struct BaseRate {
  double margin = 0;
  friend bool operator==(const BaseRate&, const BaseRate&) = default;
};

/// The first head: one margin for "is won, whenever". From simple to rich.
using Head = std::variant<BaseRate, StageTable, LinearModel, RidgeAndTrees, TreeEnsemble>;

/// Name of the kind of head: "base rate", "stage table", "ridge", "ridge and trees", "trees".
[[nodiscard]] std::string_view HeadName(const Head& head);

/// The trees of a head, or of its part that is trees; null where there are none.
[[nodiscard]] const TreeEnsemble* TreesOf(const Head& head);
/// The ridge of a head, or of its part that is one; null where there is none.
[[nodiscard]] const LinearModel* RidgeOf(const Head& head);

/// What a model is made of; training fills it, Assemble checks it.
struct ModelParts {
  FeatureEncoder encoder;
  Head head;
  Calibrator calibrator;
  NeighbourBand band;
  /// Absent where outcomes have no dates: then the model says whether, not when.
  std::optional<TimeToClose> timing;
  /// Timing by features; where present it answers instead of the pooled one.
  std::optional<HazardTiming> hazards = {};
  /// Corrects the chance to be won before the quarter ends; the identity by default. The curve is
  /// led through the corrected share, so that all answers stay coherent.
  QuarterCalibrator quarter = {};
  /// Encoded rows that explanations compare with; may be empty.
  base::Matrix<float> background;
  /// Definitions of encoder.feature_names(), in that order: texts for people.
  std::vector<features::FeatureDefinition> features;
};

/// What is said about the end of one deal.
struct Prediction {
  domain::LogOdds margin{0};
  domain::Probability win{0.5};  ///< calibrated, not clipped for display
  Band band;
};

/// What is said about the end of one deal and its time. For every number of days k:
/// WonWithin + LostWithin + OpenAfter = 1, each in [0, 1], the first two non-decreasing in k.
class Outlook {
 public:
  Outlook(const Prediction& prediction, CloseCurve curve);

  [[nodiscard]] const Prediction& prediction() const { return prediction_; }
  [[nodiscard]] const CloseCurve& curve() const { return curve_; }
  /// Chance to be won within k days (see CloseCurve for what "within" counts).
  [[nodiscard]] domain::Probability WonWithin(int days) const;
  [[nodiscard]] domain::Probability LostWithin(int days) const;
  /// Chance to be still open after k days: the slip, if k days is the promised date.
  [[nodiscard]] domain::Probability OpenAfter(int days) const;

 private:
  Prediction prediction_;
  CloseCurve curve_;
};

/// Checks 0 <= won by first <= won by second <= won at all <= 1 and that the chances to be won,
/// lost and open add up to one on both days; a miss is a bug of ours. \pre 0 <= first <= second
void AssertCoherent(const Outlook& outlook, int first, int second);

/// What the model says at a margin of its head. The band is widened to the probability where the
/// share of the nearest past deals alone would contradict it: they are few, while the probability
/// rests on all of them.
[[nodiscard]] Prediction PredictionOf(const ModelParts& parts, domain::LogOdds margin);

/// Immutable; safe to share between threads.
class DealOutcomeModel {
 public:
  /// A base rate of one half over no features.
  DealOutcomeModel() = default;

  /// kBadInput when the parts do not fit together: widths, references, definitions.
  [[nodiscard]] static Result<DealOutcomeModel> Assemble(ModelParts parts);

  [[nodiscard]] const ModelParts& parts() const { return parts_; }

  /// [rows x encoder columns]; see FeatureEncoder::Encode.
  [[nodiscard]] Result<base::Matrix<float>> Encode(const features::FeatureTable& table) const {
    return parts_.encoder.Encode(table);
  }
  /// \pre encoded.size() == number of encoder columns
  [[nodiscard]] domain::LogOdds Margin(std::span<const float> encoded) const;
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> encoded) const;
  [[nodiscard]] Prediction Predict(std::span<const float> encoded) const;
  /// All rows, on up to `num_threads` threads; same bytes at any number.
  [[nodiscard]] std::vector<Prediction> Predict(base::MatrixView<const float> encoded,
                                                int num_threads) const;
  /// Empty when the model has no timing. Coherence at the next two quarter ends is asserted on
  /// every row.
  [[nodiscard]] std::optional<Outlook> Look(std::span<const float> encoded,
                                            const DealMoment& moment) const;

  /// One JSON document with a format number; equal models give equal bytes, and every number comes
  /// back with the same bits.
  [[nodiscard]] std::string ToJson() const;
  /// kBadInput for another format number or anything that Assemble would refuse.
  [[nodiscard]] static Result<DealOutcomeModel> FromJson(std::string_view json);

 private:
  explicit DealOutcomeModel(ModelParts parts) : parts_(std::move(parts)) {}

  ModelParts parts_;
};

}  // namespace ri::models
