#pragma once

/// When the deals of a whole book close: DealOutcomeModel::Look for many deals at once.

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "base/matrix.h"
#include "models/deal_outcome_model.h"

namespace ri::book {

/// Keeps what it needs of an outlook, which is some 12 kB.
using TakeOutlook = std::function<void(std::size_t row, const std::optional<models::Outlook>&)>;

/// Gives `take` what DealOutcomeModel::Look says of every row, same bytes, from up to `num_threads`
/// threads and in no order. The predictions are not made again, and the hazards of many deals are
/// evaluated by the vector kernels: a fifth of the time of Look() on each row.
/// \pre one prediction (of Predict) and one moment per row
void LookAtAll(const models::DealOutcomeModel& model, base::MatrixView<const float> encoded,
               std::span<const models::Prediction> predictions,
               std::span<const models::DealMoment> moments, int num_threads,
               const TakeOutlook& take);

}  // namespace ri::book
