#pragma once

/// What a challenger's weeks in the shadow have shown: both models' forecasts of the same weeks and
/// quarters, against what came.

#include <cstddef>
#include <optional>

#include "base/progress.h"
#include "base/result.h"
#include "book/prepared_model.h"
#include "book/workspace.h"

namespace ri::service {

struct ShadowRequest {
  std::string champion, challenger;  ///< versions
  domain::Timestamp since{};         ///< when the challenger went into the shadow
  domain::Timestamp now{};
};

struct ShadowEvidence {
  std::size_t weeks = 0;       ///< Mondays since then whose week is over
  std::size_t deal_weeks = 0;  ///< forecasts that both made and that have come to their end
  /// Challenger's minus champion's mean log loss of a deal's week (won, lost or still open), with
  /// one-sided 90 % bounds over whole deals; empty without a week that can be judged. A week's
  /// outcome is known when the week is over, so that quick deals do not count more than slow ones.
  std::optional<double> difference, worse_by_at_least, worse_by_at_most;
  std::size_t quarter_forecasts = 0;  ///< Mondays, of quarters that ended since
  /// Challenger's minus champion's mean CRPS of those, in major units; empty without.
  std::optional<double> crps_difference;
};

/// Cost: feature rows of the Mondays, and two forecasts per Monday of a quarter that has ended.
[[nodiscard]] Result<ShadowEvidence> WeighShadow(book::Workspace& workspace,
                                                 const ShadowRequest& request,
                                                 base::Progress& progress);

}  // namespace ri::service
