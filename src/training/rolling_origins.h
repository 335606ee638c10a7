#pragma once

/// Rolling origins: past moments at which a model is trained with what was known then and judged
/// on what came after.

#include <cstddef>
#include <span>
#include <vector>

#include "domain/date.h"
#include "training/snapshot_set.h"

namespace ri::training {

/// Train on rows before `cut` whose outcome was known before it; validate on rows in
/// [validate_begin, validate_end).
struct Origin {
  domain::Timestamp cut{};
  domain::Timestamp validate_begin{};  ///< cut plus the embargo
  domain::Timestamp validate_end{};
};

struct OriginOptions {
  std::size_t count = 4;
  /// Share of the rows whose outcome is known, the newest ones, that are validated over all origins
  /// together.
  double validated_share = 0.4;
  /// Longest delay with which facts are entered: rows this close after the cut are not judged.
  std::chrono::days embargo{7};
  /// An origin needs at least this many closed deals of each class before its cut.
  std::size_t min_each_class = 20;
};

/// True when at least `needed` deals that were won, and as many that were lost, were known to be
/// before `cut`.
[[nodiscard]] bool HasEnoughOfBoth(std::span<const TrainingRow> rows, domain::Timestamp cut,
                                   std::size_t needed);

/// Origins at quantiles of the as-of times of rows with a known outcome, oldest first,
/// non-overlapping. Fewer than asked for, down to none, when there are too few closed deals. \pre
/// rows sorted by as_of
[[nodiscard]] std::vector<Origin> RollingOrigins(std::span<const TrainingRow> rows,
                                                 domain::Timestamp cutoff,
                                                 const OriginOptions& options);

}  // namespace ri::training
