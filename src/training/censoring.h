#pragma once

/// Deals that are still open at a cut: what the timing of past deals says about how they will end.
///
/// A deal open for long is more likely to be one of those that never close in time to be seen. With
/// F_W and F_L, the shares of wins and losses that are known within the follow-up of a row, the
/// chance that an open row will be won is pi (1 - F_W) / (pi (1 - F_W) + (1 - pi) (1 - F_L)).
/// Source: the mixture of Larson and Dinse (1985), fitted by expectation and maximisation.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "domain/fiscal_calendar.h"
#include "features/deal_history.h"
#include "models/time_to_close.h"
#include "training/training_matrix.h"

namespace ri::training {

using EpisodesOfDeals = std::vector<std::vector<features::Episode>>;

/// Lives of all usable deals as they were known before `cut`.
[[nodiscard]] std::vector<models::TimingRecord> TimingRecordsAt(const EpisodesOfDeals& episodes,
                                                                domain::Timestamp cut);

/// Chances that a win (a loss) of a row would be known by a cut.
struct ObservationChance {
  double won = 1;
  double lost = 1;
};

/// For the given rows; 1 and 1 for undated rows and without timing. \pre as_of <= cut
[[nodiscard]] std::vector<ObservationChance> ObservationChances(
    const TrainingMatrix& matrix, std::span<const std::size_t> rows,
    const EpisodesOfDeals& episodes, const std::optional<models::TimeToClose>& timing,
    domain::Timestamp cut, int num_threads);

/// Labels of all rows before a cut, as known at it.
struct LabelsAtCut {
  std::vector<std::size_t> rows;  ///< indices into the matrix
  std::vector<double> labels;     ///< 1, 0, or the chance to be won of a row still open
  std::optional<models::TimeToClose> timing;
  double open_share = 0;  ///< of the rows
  std::string note;       ///< for the model card; empty = nothing to say
};

struct CensoringOptions {
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  std::uint64_t seed = 1;
  int iterations = 3;
  double tolerance = 0.002;  ///< stop when the mean chance of open rows moves less
  int num_threads = 1;
};

/// kRefused when no outcome was known before the cut.
[[nodiscard]] Result<LabelsAtCut> LabelRowsAt(const TrainingMatrix& matrix,
                                              const EpisodesOfDeals& episodes,
                                              domain::Timestamp cut,
                                              const CensoringOptions& options,
                                              base::Progress& progress);

}  // namespace ri::training
