#pragma once

/// What the past says about stages: their order, and how long deals that were won stayed in them.
/// Renewed every Monday 00:00 UTC from what was visible then, so that a lookup costs nothing.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "features/time_order.h"

namespace ri::features {

/// More stages than this are no pipeline; they get no order.
inline constexpr std::size_t kMostStages = 100;
inline constexpr std::int16_t kNoRank = -1;

/// A deal that was in `earlier` before it entered `later` for the first time.
struct StagePair {
  std::int32_t week = 0;  ///< WeekThatSees the entry
  std::uint16_t earlier = 0;
  std::uint16_t later = 0;
};

/// How long a deal that was won had stayed in a stage.
struct StageStay {
  std::int32_t week = 0;  ///< WeekThatSees the win
  std::uint16_t stage = 0;
  std::uint16_t days = 0;  ///< at most kLongestStay
};
inline constexpr std::uint16_t kLongestStay = 4095;

struct StageFacts {
  /// Position from 0 among the stages seen so far, in the order in which most deals pass through
  /// them (Copeland's rule on pairs of stages); kNoRank when not seen.
  std::int16_t rank = kNoRank;
  /// The rank as a share of the way: 0 first, 1 last; NaN when fewer than two stages were seen.
  float place = std::numeric_limits<float>::quiet_NaN();
  float median_stay = std::numeric_limits<float>::quiet_NaN();  ///< days, of won deals
  float p90_stay = std::numeric_limits<float>::quiet_NaN();     ///< days, of won deals
};

class StageTables {
 public:
  StageTables() = default;
  StageTables(std::size_t num_stages, const std::vector<StagePair>& pairs,
              const std::vector<StageStay>& stays);

  /// Facts by stage label as of the last Monday; empty when nothing was known then.
  [[nodiscard]] std::span<const StageFacts> At(std::int64_t as_of) const {
    const std::int64_t week = WeekOf(as_of) - first_week_;
    if (week < 0 || num_weeks_ == 0) {
      return {};
    }
    const std::size_t row = std::min(static_cast<std::size_t>(week), num_weeks_ - 1);
    return {facts_.data() + row * num_stages_, num_stages_};
  }

 private:
  std::size_t num_stages_ = 0;
  std::int64_t first_week_ = 0;
  std::size_t num_weeks_ = 0;
  std::vector<StageFacts> facts_;  ///< [week x stage]
};

}  // namespace ri::features
