#pragma once

/// Use case: what changed between two model versions, and which open deals move.

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"

namespace ri::lifecycle {

/// One thing that is not the same; empty texts stand for "was not there".
struct VersionChange {
  std::string what;  ///< "data", "cutoff", "parameters.seed", "log loss"
  std::string before, after;
};

/// A business group's share of the move of a deal.
struct GroupMove {
  std::string group;
  double points = 0;  ///< percentage points
};

struct DealMove {
  std::string deal_id, name;
  double before = 0, after = 0;  ///< win probability in percent
  /// By size; they add up to after - before together with `base_points`.
  std::vector<GroupMove> groups;
  double base_points = 0;  ///< the average deal they start from moved
};

struct ModelsDiff {
  std::string before, after;  ///< versions
  std::string family_before, family_after;
  std::vector<VersionChange> made_from;  ///< data, cutoff, parameters, libraries
  std::vector<std::string> features_added, features_removed;
  std::vector<VersionChange> metrics;
  std::vector<VersionChange> gates;  ///< gates whose answer differs
  domain::Timestamp as_of{};
  std::size_t open_deals = 0;
  double mean_move = 0;         ///< mean |difference| over open deals, percentage points
  double share_over_15 = 0;     ///< of open deals that move by more than 15 points
  std::vector<DealMove> deals;  ///< largest moves first
};

struct ModelsDiffRequest {
  std::string before = "champion";
  std::string after;
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  std::size_t top = 10;
  domain::Timestamp now{};
};

/// Scores the open deals with both versions. kNotFound for an unknown version.
[[nodiscard]] Result<ModelsDiff> DiffModels(book::Workspace& workspace,
                                            const ModelsDiffRequest& request,
                                            base::Progress& progress);

/// The JSON document of a comparison.
[[nodiscard]] std::string ModelsDiffJson(const ModelsDiff& diff);

}  // namespace ri::lifecycle
