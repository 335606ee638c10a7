#include "explanations/folding.h"

#include "base/assertion.h"

namespace ri::explanations {
namespace {

void FoldInto(const Folding& folding, std::span<const double> contributions,
              std::span<double> sums) {
  RI_ASSERT(contributions.size() == folding.target_of.size());
  for (std::size_t j = 0; j < contributions.size(); ++j) {
    sums[folding.target_of[j]] += contributions[j];
  }
}

}  // namespace

std::vector<double> Fold(const Folding& folding, std::span<const double> contributions) {
  std::vector<double> sums(folding.names.size(), 0.0);
  FoldInto(folding, contributions, sums);
  return sums;
}

base::Matrix<double> FoldRows(const Folding& folding,
                              base::MatrixView<const double> contributions) {
  base::Matrix<double> sums(contributions.num_rows(), folding.names.size());
  for (std::size_t i = 0; i < contributions.num_rows(); ++i) {
    FoldInto(folding, contributions.row(i), sums.row(i));
  }
  return sums;
}

Folding Compose(const Folding& first, const Folding& second) {
  RI_ASSERT(second.target_of.size() == first.names.size());
  Folding composed{.names = second.names, .target_of = first.target_of};
  for (std::size_t& target : composed.target_of) {
    target = second.target_of[target];
  }
  return composed;
}

}  // namespace ri::explanations
