#include "training/rolling_origins.h"

#include <set>
#include <utility>

namespace ri::training {
bool HasEnoughOfBoth(std::span<const TrainingRow> rows, domain::Timestamp cut, std::size_t needed) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> won;
  std::set<std::pair<std::uint32_t, std::uint32_t>> lost;
  for (const TrainingRow& row : rows) {
    if (row.key.as_of < cut && row.KnownBefore(cut)) {
      auto& deals = row.outcome == features::Outcome::kWon ? won : lost;
      deals.emplace(row.key.deal, row.key.episode);
      if (won.size() >= needed && lost.size() >= needed) {
        return true;
      }
    }
  }
  return false;
}

std::vector<Origin> RollingOrigins(std::span<const TrainingRow> rows, domain::Timestamp cutoff,
                                   const OriginOptions& options) {
  std::vector<Origin> origins;
  std::vector<domain::Timestamp> judged;  // open deals at the end of the data teach no origin
  for (const TrainingRow& row : rows) {
    if (row.KnownBefore(cutoff)) {
      judged.push_back(row.key.as_of);
    }
  }
  if (judged.empty()) {
    return origins;
  }
  const auto boundary = [&](std::size_t i) {
    if (i == options.count) {
      return cutoff;
    }
    const double share =
        1 - options.validated_share +
        options.validated_share * static_cast<double>(i) / static_cast<double>(options.count);
    const auto at = static_cast<std::size_t>(share * static_cast<double>(judged.size()));
    return judged[std::min(at, judged.size() - 1)];
  };
  for (std::size_t i = 0; i < options.count; ++i) {
    Origin origin;
    origin.cut = boundary(i);
    origin.validate_end = boundary(i + 1);
    origin.validate_begin = origin.cut + options.embargo;
    if (origin.validate_begin >= origin.validate_end) {
      origin.validate_begin = origin.cut;  // the whole history is shorter than the embargo asks for
    }
    if (origin.validate_begin < origin.validate_end &&
        HasEnoughOfBoth(rows, origin.cut, options.min_each_class)) {
      origins.push_back(origin);
    }
  }
  return origins;
}

}  // namespace ri::training
