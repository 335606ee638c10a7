#include "models/deal_outcome_model.h"

#include <algorithm>
#include <cmath>

#include "base/assertion.h"
#include "base/parallel.h"
#include "models/outlook_parts.h"

namespace ri::models {
namespace {

// Rounding of one product and two differences of chances.
constexpr double kCoherenceTolerance = 1e-12;
constexpr std::size_t kBlockRows = 256;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

std::size_t HeadWidth(const Head& head, std::size_t encoded) {
  return std::visit(Overloaded{[&](const BaseRate&) { return encoded; },
                               [](const StageTable& table) { return table.num_columns; },
                               [](const LinearModel& linear) { return linear.columns.size(); },
                               [](const RidgeAndTrees& both) { return both.trees.num_features; },
                               [](const TreeEnsemble& trees) { return trees.num_features; }},
                    head);
}

std::vector<double> HeadMargins(const Head& head, base::MatrixView<const float> rows) {
  return std::visit(Overloaded{[&](const BaseRate& rate) {
                                 return std::vector<double>(rows.num_rows(), rate.margin);
                               },
                               [&](const auto& other) { return other.Margins(rows); }},
                    head);
}

}  // namespace

Prediction PredictionOf(const ModelParts& parts, domain::LogOdds margin) {
  Prediction prediction{margin, parts.calibrator(margin), parts.band.At(margin)};
  const double win = prediction.win.value();
  prediction.band.low = std::min(prediction.band.low, win);
  prediction.band.high = std::max(prediction.band.high, win);
  return prediction;
}

std::string_view HeadName(const Head& head) {
  return std::visit(
      Overloaded{[](const BaseRate&) -> std::string_view { return "base rate"; },
                 [](const StageTable&) -> std::string_view { return "stage table"; },
                 [](const LinearModel&) -> std::string_view { return "ridge"; },
                 [](const RidgeAndTrees&) -> std::string_view { return "ridge and trees"; },
                 [](const TreeEnsemble&) -> std::string_view { return "trees"; }},
      head);
}

const TreeEnsemble* TreesOf(const Head& head) {
  const auto* both = std::get_if<RidgeAndTrees>(&head);
  return both != nullptr ? &both->trees : std::get_if<TreeEnsemble>(&head);
}

const LinearModel* RidgeOf(const Head& head) {
  const auto* both = std::get_if<RidgeAndTrees>(&head);
  return both != nullptr ? &both->ridge : std::get_if<LinearModel>(&head);
}

Outlook::Outlook(const Prediction& prediction, CloseCurve curve)
    : prediction_(prediction), curve_(std::move(curve)) {}

domain::Probability Outlook::WonWithin(int days) const {
  return domain::Probability(prediction_.win.value() * curve_.WonWithin(days));
}

domain::Probability Outlook::LostWithin(int days) const {
  return domain::Probability(prediction_.win.complement().value() * curve_.LostWithin(days));
}

domain::Probability Outlook::OpenAfter(int days) const {
  const double open = 1 - WonWithin(days).value() - LostWithin(days).value();
  RI_ASSERT(open >= -kCoherenceTolerance);
  return domain::Probability(std::max(open, 0.0));
}

void AssertCoherent(const Outlook& outlook, int first, int second) {
  const double win = outlook.prediction().win.value();
  double won_before = 0;
  for (const int days : {first, second}) {
    const double won = outlook.WonWithin(days).value();
    const double total = won + outlook.LostWithin(days).value() + outlook.OpenAfter(days).value();
    RI_ASSERT(won >= won_before && won <= win && win <= 1);
    RI_ASSERT(std::fabs(total - 1) <= kCoherenceTolerance);
    won_before = won;
  }
}

Result<DealOutcomeModel> DealOutcomeModel::Assemble(ModelParts parts) {
  const auto wrong = [](const std::string& what) {
    return Fail(ErrorCode::kBadInput, "The parts of the model do not fit together: " + what + ".");
  };
  const std::size_t width = parts.encoder.columns().size();
  if (HeadWidth(parts.head, width) != width) {
    return wrong("the head was trained on another number of columns than the encoder makes");
  }
  if (const auto* both = std::get_if<RidgeAndTrees>(&parts.head);
      both && both->ridge.columns.size() != width) {
    return wrong("the ridge of the head was trained on another number of columns");
  }
  if (const auto* rate = std::get_if<BaseRate>(&parts.head); rate && !std::isfinite(rate->margin)) {
    return wrong("the base rate is not finite");
  }
  if (parts.hazards) {
    const HazardTiming& hazards = *parts.hazards;
    if (hazards.won.num_features != width + kNumPeriodColumns ||
        hazards.lost.num_features != hazards.won.num_features || hazards.horizon_days < 1 ||
        (hazards.commit_column && *hazards.commit_column >= width)) {
      return wrong("the hazards were trained on other columns than the encoder makes");
    }
  }
  if (parts.background.num_rows() > 0 && parts.background.num_columns() != width) {
    return wrong("the background has another number of columns than the encoder makes");
  }
  for (const float value : parts.background.values()) {
    if (std::isinf(value)) {
      return wrong("the background holds an infinite value");
    }
  }
  const std::vector<std::string>& names = parts.encoder.feature_names();
  if (!std::equal(parts.features.begin(), parts.features.end(), names.begin(), names.end(),
                  [](const auto& feature, const auto& name) { return feature.name == name; })) {
    return wrong("the feature definitions are not those of the encoder");
  }
  return DealOutcomeModel(std::move(parts));
}

domain::LogOdds DealOutcomeModel::Margin(std::span<const float> encoded) const {
  RI_ASSERT(encoded.size() == parts_.encoder.columns().size());
  return domain::LogOdds(
      std::visit(Overloaded{[](const BaseRate& rate) { return rate.margin; },
                            [&](const auto& other) { return other.Margin(encoded); }},
                 parts_.head));
}

std::vector<double> DealOutcomeModel::Margins(base::MatrixView<const float> encoded) const {
  RI_ASSERT(encoded.num_columns() == parts_.encoder.columns().size() || encoded.num_rows() == 0);
  return HeadMargins(parts_.head, encoded);
}

Prediction DealOutcomeModel::Predict(std::span<const float> encoded) const {
  return PredictionOf(parts_, Margin(encoded));
}

std::vector<Prediction> DealOutcomeModel::Predict(base::MatrixView<const float> encoded,
                                                  int num_threads) const {
  RI_ASSERT(encoded.num_columns() == parts_.encoder.columns().size() || encoded.num_rows() == 0);
  std::vector<Prediction> predictions(encoded.num_rows());
  base::ParallelFor(
      predictions.size(), kBlockRows, num_threads, [&](std::size_t begin, std::size_t end) {
        const base::MatrixView<const float> block(encoded.data() + begin * encoded.num_columns(),
                                                  end - begin, encoded.num_columns());
        const std::vector<double> margins = HeadMargins(parts_.head, block);
        for (std::size_t i = begin; i < end; ++i) {
          predictions[i] = PredictionOf(parts_, domain::LogOdds(margins[i - begin]));
        }
      });
  return predictions;
}

std::optional<Outlook> DealOutcomeModel::Look(std::span<const float> encoded,
                                              const DealMoment& moment) const {
  if (!parts_.hazards && !parts_.timing) {
    return std::nullopt;
  }
  return OutlookOf(parts_, Predict(encoded),
                   parts_.hazards ? parts_.hazards->CurveFrom(encoded, moment.as_of)
                                  : parts_.timing->CurveFrom(moment),
                   moment.as_of);
}

Outlook OutlookOf(const ModelParts& parts, const Prediction& prediction, CloseCurve curve,
                  domain::Date as_of) {
  RI_ASSERT(parts.hazards || parts.timing);
  const double win = prediction.win.value();
  const domain::FiscalCalendar& calendar =
      parts.hazards ? parts.hazards->calendar : parts.timing->calendar();
  const domain::Date quarter_end = calendar.QuarterEnd(as_of);
  const int days = static_cast<int>((quarter_end - as_of).count());
  if (win > 0 && parts.quarter != QuarterCalibrator()) {
    const domain::Probability chance(win * curve.WonWithin(days));
    curve = curve.WithWonShare(days, std::min(1.0, parts.quarter(chance, days).value() / win));
  }
  Outlook outlook(prediction, std::move(curve));
  AssertCoherent(outlook, days,
                 static_cast<int>((calendar.QuarterEnd(quarter_end) - as_of).count()));
  return outlook;
}

}  // namespace ri::models
