#pragma once

/// The campaigns; each returns a Markdown section.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace ri::living {

struct Options {
  std::size_t deals = 0;  ///< 0: each campaign's own
  int quarters = 8;
  std::uint64_t seed = 1;
  int seeds = 100;
  int threads = 2;
  /// Files of replayed deal-weeks with commas, one per company: read where they exist, written
  /// where not, with one seed after the other.
  std::string rows;
};

[[nodiscard]] Result<std::string> AlertCampaign(const Options& options);
[[nodiscard]] Result<std::string> DriftCampaign(const Options& options);
[[nodiscard]] Result<std::string> HoldoutCampaign(const Options& options);

}  // namespace ri::living
