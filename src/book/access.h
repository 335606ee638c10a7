#pragma once

/// Who may see which deals. The one place where rows are hidden: lists, totals, forecasts, exports
/// and single deals all ask here, with the hierarchy as of the moment they look from.

#include <cstddef>
#include <optional>
#include <vector>

#include "data/event_log.h"
#include "data/operations_store.h"
#include "domain/date.h"

namespace ri::book {

/// Immutable; cheap to copy.
class Visibility {
 public:
  [[nodiscard]] static Visibility Everything() { return Visibility(true, {}); }
  [[nodiscard]] static Visibility Of(std::vector<bool> reps) {
    return Visibility(false, std::move(reps));
  }

  [[nodiscard]] bool everything() const { return everything_; }
  /// Deals without an owner are visible to those only who see everything.
  [[nodiscard]] bool Sees(const std::optional<std::size_t>& owner) const {
    return everything_ || (owner && *owner < reps_.size() && reps_[*owner]);
  }
  [[nodiscard]] const std::vector<bool>& reps() const { return reps_; }
  /// Equal visibilities see the same; for keys of caches.
  friend bool operator==(const Visibility&, const Visibility&) = default;

 private:
  Visibility(bool everything, std::vector<bool> reps)
      : everything_(everything), reps_(std::move(reps)) {}
  bool everything_;
  std::vector<bool> reps_;  ///< by rep index
};

/// admin and revops see everything, and so do leaders and viewers marked `sees_all`. A rep sees
/// the own deals; everybody else the own ones and those of all reps below: through the chain of
/// managers, or in teams below the own team, both as of `as_of`. Without a place in the CRM
/// nothing is seen.
[[nodiscard]] Visibility VisibilityOf(const data::StoredUser& user, const data::EventLog& log,
                                      domain::Timestamp as_of);

}  // namespace ri::book
