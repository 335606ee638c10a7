#pragma once

/// The two halves of DealOutcomeModel::Look, for callers that evaluate the trees of many deals at
/// once: margins of the hazards into a curve, prediction and curve into an outlook.

#include <span>

#include "domain/date.h"
#include "models/close_curve.h"
#include "models/deal_outcome_model.h"
#include "models/horizon_bins.h"

namespace ri::models {

/// What HazardTiming::CurveFrom makes of the margins of its ensembles, one per bin of the horizon.
/// \pre equal lengths, not empty
[[nodiscard]] CloseCurve CurveOf(std::span<const HorizonBin> bins,
                                 std::span<const double> won_margins,
                                 std::span<const double> lost_margins);

/// What Look() makes of a prediction and the curve of the model's timing, led through the
/// calibrated chance of the quarter. Coherence at the next two quarter ends is asserted.
/// \pre the model has timing
[[nodiscard]] Outlook OutlookOf(const ModelParts& parts, const Prediction& prediction,
                                CloseCurve curve, domain::Date as_of);

}  // namespace ri::models
