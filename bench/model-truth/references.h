#pragma once

/// What a good practitioner would have built on the same rows: the best of these is the bar.

#include <vector>

#include "base/result.h"
#include "models/hazard_timing.h"
#include "training/censoring.h"
#include "training/training_matrix.h"

namespace ri::bench {

/// P(win ever) of the judged rows by each reference.
struct References {
  std::vector<double> ridge;        ///< splines from 300 closed deals on
  std::vector<double> trees;        ///< depth 3, 150 rounds, one seed
  std::vector<double> three_class;  ///< won, lost or open per period, summed over periods
};

[[nodiscard]] Result<References> FitReferences(const training::TrainingMatrix& matrix,
                                               const training::EpisodesOfDeals& episodes,
                                               domain::Timestamp cutoff,
                                               const domain::FiscalCalendar& calendar,
                                               const std::vector<features::SnapshotKey>& keys,
                                               base::MatrixView<const float> judged);

}  // namespace ri::bench
