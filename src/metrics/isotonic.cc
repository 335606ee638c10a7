#include "metrics/isotonic.h"

#include "base/assertion.h"
#include "metrics/ranking.h"

namespace ri::metrics {

std::vector<double> PoolAdjacentViolators(std::span<const double> values,
                                          std::span<const double> weights) {
  RI_ASSERT(weights.empty() || weights.size() == values.size());
  struct Block {
    double mean;
    double weight;
    std::size_t count;
  };
  std::vector<Block> blocks;
  blocks.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    blocks.push_back({values[i], weights.empty() ? 1 : weights[i], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean >= blocks.back().mean) {
      const Block last = blocks.back();
      blocks.pop_back();
      Block& into = blocks.back();
      const double weight = into.weight + last.weight;
      into.mean = (into.weight * into.mean + last.weight * last.mean) / weight;
      into.weight = weight;
      into.count += last.count;
    }
  }
  std::vector<double> fit;
  fit.reserve(values.size());
  for (const Block& block : blocks) {
    fit.insert(fit.end(), block.count, block.mean);
  }
  return fit;
}

std::vector<double> IsotonicFit(std::span<const double> scores, std::span<const double> outcomes,
                                std::span<const double> weights) {
  RI_ASSERT(scores.size() == outcomes.size());
  RI_ASSERT(weights.empty() || weights.size() == scores.size());
  const std::vector<std::size_t> order = AscendingOrder(scores);
  std::vector<double> means;
  std::vector<double> totals;
  std::vector<std::size_t> group(scores.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    if (k == 0 || scores[i] != scores[order[k - 1]]) {
      means.push_back(0);
      totals.push_back(0);
    }
    const double weight = weights.empty() ? 1 : weights[i];
    means.back() += weight * outcomes[i];
    totals.back() += weight;
    group[i] = means.size() - 1;
  }
  // A score whose rows all have weight zero says nothing; it takes the level of its neighbour.
  std::vector<double> kept_means;
  std::vector<double> kept_totals;
  std::vector<std::size_t> kept(means.size());
  for (std::size_t g = 0; g < means.size(); ++g) {
    if (totals[g] > 0) {
      kept_means.push_back(means[g] / totals[g]);
      kept_totals.push_back(totals[g]);
    }
    kept[g] = kept_means.empty() ? 0 : kept_means.size() - 1;
  }
  RI_ASSERT(scores.empty() || !kept_means.empty());
  const std::vector<double> levels = PoolAdjacentViolators(kept_means, kept_totals);
  std::vector<double> fit(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    fit[i] = levels[kept[group[i]]];
  }
  return fit;
}

}  // namespace ri::metrics
