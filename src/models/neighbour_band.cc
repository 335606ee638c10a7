#include "models/neighbour_band.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "metrics/ranking.h"

namespace ri::models {
namespace {

constexpr std::size_t kFewestNeighbours = 40;
constexpr std::size_t kShareOfDeals = 12;
constexpr double kConfidence = .8;

}  // namespace

Result<NeighbourBand> NeighbourBand::Fit(std::span<const double> margins,
                                         std::span<const double> labels,
                                         std::span<const std::uint32_t> deals, std::uint64_t seed) {
  if (labels.size() != margins.size() || deals.size() != margins.size()) {
    return Fail(ErrorCode::kUsage, "The band needs one label and deal per margin.");
  }
  std::map<std::uint32_t, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    rows_of[deals[i]].push_back(i);
  }
  std::vector<double> kept_margins;
  std::vector<double> kept_labels;
  for (const auto& [deal, rows] : rows_of) {
    base::RandomStream stream(seed, "neighbour-snapshot", deal);
    const std::size_t drawn = rows[static_cast<std::size_t>(stream.Below(rows.size()))];
    kept_margins.push_back(margins[drawn]);
    kept_labels.push_back(labels[drawn]);
  }
  std::vector<double> sorted_margins;
  std::vector<double> sorted_labels;
  for (const std::size_t i : metrics::AscendingOrder(kept_margins)) {
    sorted_margins.push_back(kept_margins[i]);
    sorted_labels.push_back(kept_labels[i]);
  }
  return FromColumns(std::move(sorted_margins), std::move(sorted_labels));
}

Result<NeighbourBand> NeighbourBand::FromColumns(std::vector<double> margins,
                                                 std::vector<double> labels) {
  if (margins.size() != labels.size()) {
    return Fail(ErrorCode::kBadInput, "The band needs one label per margin.");
  }
  NeighbourBand band;
  band.won_before_ = {0};
  for (std::size_t i = 0; i < margins.size(); ++i) {
    if (!std::isfinite(margins[i]) || (i > 0 && margins[i] < margins[i - 1]) ||
        !(labels[i] >= 0 && labels[i] <= 1)) {
      return Fail(ErrorCode::kBadInput,
                  "The band needs finite ascending margins and labels in [0, 1].");
    }
    band.won_before_.push_back(band.won_before_.back() + labels[i]);
  }
  band.margins_ = std::move(margins);
  band.labels_ = std::move(labels);
  band.Tabulate();
  return band;
}

std::size_t NeighbourBand::WindowSize() const {
  const std::size_t n = margins_.size();
  return std::min(n, std::max(kFewestNeighbours, n / kShareOfDeals));
}

double NeighbourBand::WonFrom(std::size_t low) const {
  const std::size_t k = WindowSize();
  return std::clamp(won_before_[low + k] - won_before_[low], 0.0, static_cast<double>(k));
}

void NeighbourBand::Tabulate() {
  if (!std::ranges::all_of(labels_, [](double label) { return label == 0 || label == 1; })) {
    return;
  }
  const std::size_t k = WindowSize();
  std::vector<bool> seen(k + 1);
  intervals_.resize(k + 1);
  for (std::size_t low = 0; low + k <= margins_.size(); ++low) {
    const double won = WonFrom(low);
    const auto row = static_cast<std::size_t>(won);
    if (!seen[row]) {
      seen[row] = true;
      intervals_[row] = metrics::JeffreysInterval(won, static_cast<double>(k), kConfidence);
    }
  }
}

Band NeighbourBand::At(domain::LogOdds margin) const {
  const std::size_t n = margins_.size();
  if (n == 0) {
    return {};
  }
  const std::size_t k = WindowSize();
  // The k nearest are neighbours in order: find where their window begins. Moving the window right
  // pays as long as its left end is further away than the deal that would enter.
  const double m = margin.value();
  std::size_t low = 0;
  std::size_t high = n - k;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (m - margins_[middle] > margins_[middle + k] - m) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const double won = WonFrom(low);
  const metrics::ShareInterval interval =
      intervals_.empty() ? metrics::JeffreysInterval(won, static_cast<double>(k), kConfidence)
                         : intervals_[static_cast<std::size_t>(won)];
  return {interval.low, interval.high, k, won};
}

}  // namespace ri::models
