#include "service/peer_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/reason_sentence.h"

namespace ri::service {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kLeastForText = 20;
/// The bound that is told holds for at least so many of the won deals.
constexpr double kMostWon = 0.8;

std::vector<float> KnownValues(const features::FeatureTable& past,
                               std::span<const std::uint32_t> rows, std::size_t column) {
  std::vector<float> values;
  values.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const float value = past.values(row, column);
    if (!std::isnan(value)) {
      values.push_back(value);
    }
  }
  std::ranges::sort(values);
  return values;
}

/// The smallest value with at least `level` of the values at or below it.
double QuantileOf(const std::vector<float>& sorted, double level) {
  if (sorted.empty()) {
    return kNone;
  }
  const auto rank = static_cast<std::size_t>(std::ceil(level * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1]);
}

double ShareAtMost(const std::vector<float>& sorted, float bound) {
  return sorted.empty()
             ? kNone
             : static_cast<double>(std::ranges::upper_bound(sorted, bound) - sorted.begin()) /
                   static_cast<double>(sorted.size());
}

double ShareEqual(const std::vector<float>& sorted, float value) {
  const auto [first, last] = std::ranges::equal_range(sorted, value);
  return sorted.empty() ? kNone
                        : static_cast<double>(last - first) / static_cast<double>(sorted.size());
}

std::string OfHundred(double share) { return fmt::format("{:.0f} of 100", 100 * share); }

std::string DealsWon(const PeerGroup& group) {
  return "deals won" + (group.text.empty() ? "" : " " + group.text);
}

std::string PastDealsOf(const PeerGroup& group) {
  return "past deals" + (group.text.empty() ? "" : " " + group.text);
}

constexpr double kHardlyAny = 0.005;  ///< prints as 0 of 100

bool HardlyAny(double won_share, double lost_share) {
  return won_share < kHardlyAny && lost_share < kHardlyAny;
}

bool NearlyAll(double won_share, double lost_share) {
  return won_share > 1 - kHardlyAny && lost_share > 1 - kHardlyAny;
}

/// Days since something: less is nearer.
bool CountsFromContact(const features::FeatureDefinition& definition) {
  return definition.unit == "days" && definition.name.starts_with("days_since");
}

std::string NumberText(const features::FeatureDefinition& definition, const PeerGroup& group,
                       const std::vector<float>& won, const std::vector<float>& lost, float value,
                       double contribution) {
  const auto show = [&](double x) {
    return features::ValueText(definition, {}, static_cast<float>(x));
  };
  const double median = QuantileOf(won, 0.5);
  const bool above = static_cast<double>(value) > median;
  if (contribution >= 0 || static_cast<double>(value) == median) {
    // The side on which the value lies is told, never the one that flatters the reason: nine emails
    // are "9 or more" where most deals have fewer. At the median the side that tells more.
    const float below = std::nextafter(value, -INFINITY);
    const double won_more = 1 - ShareAtMost(won, below);
    const double won_less = ShareAtMost(won, value);
    if (lost.empty()) {
      return fmt::format("{} {} had {} or {}", OfHundred(above ? won_more : won_less),
                         DealsWon(group), show(static_cast<double>(value)),
                         above ? "more" : "less");
    }
    const double lost_more = 1 - ShareAtMost(lost, below);
    const double lost_less = ShareAtMost(lost, value);
    const bool at_median = static_cast<double>(value) == median;
    const bool more = at_median ? won_more - lost_more >= won_less - lost_less : above;
    const double won_side = more ? won_more : won_less;
    const double lost_side = more ? lost_more : lost_less;
    // "0 of 100 won, 0 of 100 lost" compares nothing; that it is rare is worth telling, that it is
    // ordinary is not.
    if (NearlyAll(won_side, lost_side)) {
      return {};
    }
    if (HardlyAny(won_side, lost_side)) {
      return fmt::format("{} or {}: fewer than 1 of 100 {}", show(static_cast<double>(value)),
                         more ? "more" : "less", PastDealsOf(group));
    }
    return fmt::format("{} or {}: {} {}, {} lost{}", show(static_cast<double>(value)),
                       more ? "more" : "less", OfHundred(won_side), DealsWon(group),
                       OfHundred(lost_side),
                       contribution > 0 && won_side <= lost_side
                           ? "; it counts here together with the deal's other values"
                           : "");
  }
  const double bound = QuantileOf(won, above ? kMostWon : 1 - kMostWon);
  const bool outside =
      above ? static_cast<double>(value) > bound : static_cast<double>(value) < bound;
  if (!outside) {
    return fmt::format("half of the {} had {} or {}", DealsWon(group), show(median),
                       above ? "less" : "more");
  }
  const auto edge = static_cast<float>(bound);
  if (above) {
    return fmt::format(
        "{} {} had {}", OfHundred(ShareAtMost(won, edge)), DealsWon(group),
        CountsFromContact(definition) ? "one within " + show(bound) : show(bound) + " or less");
  }
  return fmt::format("{} {} had {} or more",
                     OfHundred(1 - ShareAtMost(won, std::nextafter(edge, -INFINITY))),
                     DealsWon(group), show(bound));
}

}  // namespace

PeerValues ComparePeers(const features::FeatureTable& past, const PeerGroup& group,
                        std::size_t column, float value, double contribution) {
  const features::FeatureDefinition& definition = past.features[column];
  const std::vector<float> won = KnownValues(past, group.won, column);
  const std::vector<float> lost = KnownValues(past, group.lost, column);
  PeerValues peers{.won = won.size(),
                   .lost = lost.size(),
                   .own = std::isnan(value) ? kNone : static_cast<double>(value),
                   .won_share = kNone,
                   .lost_share = kNone};
  const bool numeric = definition.kind == features::FeatureKind::kNumeric;
  for (std::size_t q = 0; q < kPeerLevels.size(); ++q) {
    peers.won_quantiles[q] = numeric ? QuantileOf(won, kPeerLevels[q]) : kNone;
    peers.lost_quantiles[q] = numeric ? QuantileOf(lost, kPeerLevels[q]) : kNone;
  }
  if (std::isnan(value)) {
    return peers;
  }
  const bool same = !numeric || definition.unit == "flag";
  peers.won_share = same ? ShareEqual(won, value) : ShareAtMost(won, value);
  peers.lost_share = same ? ShareEqual(lost, value) : ShareAtMost(lost, value);
  if (won.size() < kLeastForText) {
    return peers;
  }
  if (same && lost.size() >= kLeastForText && NearlyAll(peers.won_share, peers.lost_share)) {
    return peers;
  }
  if (same && lost.size() >= kLeastForText && HardlyAny(peers.won_share, peers.lost_share)) {
    peers.text = fmt::format("the same with fewer than 1 of 100 {}", PastDealsOf(group));
  } else if (same) {
    peers.text = fmt::format("the same with {} {}", OfHundred(peers.won_share), DealsWon(group));
    if (lost.size() >= kLeastForText) {
      peers.text += fmt::format(" and {} lost", OfHundred(peers.lost_share));
    }
  } else {
    peers.text = NumberText(definition, group, won, lost, value, contribution);
  }
  return peers;
}

}  // namespace ri::service
