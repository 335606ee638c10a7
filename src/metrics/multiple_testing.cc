#include "metrics/multiple_testing.h"

#include <algorithm>

#include "metrics/ranking.h"

namespace ri::metrics {

std::vector<double> AdjustForFalseDiscovery(std::span<const double> p_values) {
  const std::vector<std::size_t> order = AscendingOrder(p_values);
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    const double scaled =
        p_values[order[k]] * static_cast<double>(order.size()) / static_cast<double>(k + 1);
    smallest = std::min(smallest, scaled);
    adjusted[order[k]] = smallest;
  }
  return adjusted;
}

}  // namespace ri::metrics
