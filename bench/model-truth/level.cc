#include "level.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "domain/probability.h"

namespace ri::bench {
namespace {

constexpr std::chrono::weeks kMostHaveEnded{26};
constexpr int kSteps = 50;

double LogOdds(double chance) { return domain::Logit(std::clamp(chance, 1e-9, 1 - 1e-9)); }

}  // namespace

Result<KnownShape> LearnLevelOnly(const Company& company, const training::TrainingMatrix& matrix) {
  std::vector<double> log_odds;
  std::vector<double> labels;
  for (const training::TrainingRow& row : matrix.set.rows) {
    const std::optional<double> chance = company.TrueChanceOf(row.key);
    if (chance && row.KnownBefore(company.cutoff()) &&
        row.key.as_of < company.cutoff() - kMostHaveEnded) {
      log_odds.push_back(LogOdds(*chance));
      labels.push_back(row.label());
    }
  }
  if (log_odds.empty()) {
    return Fail(ErrorCode::kBadInput, "No Monday lies more than half a year before the cutoff.");
  }
  KnownShape known{.rows = log_odds.size()};
  for (int step = 0; step < kSteps; ++step) {
    double gradient = 0;
    double curvature = 0;
    for (std::size_t i = 0; i < log_odds.size(); ++i) {
      const double chance = domain::Logistic(log_odds[i] + known.shift);
      gradient += labels[i] - chance;
      curvature += chance * (1 - chance);
    }
    known.shift += gradient / std::max(curvature, 1e-9);
  }
  for (const TrueSnapshot& snapshot : company.judged()) {
    known.win_ever.push_back(domain::Logistic(LogOdds(snapshot.win_ever) + known.shift));
  }
  return known;
}

}  // namespace ri::bench
