#include "service/drift_decisions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/sum.h"

namespace ri::service {
namespace {

constexpr double kEven = 0.5;

/// The deals looked at with their contributions, margins and what is at stake in each.
struct Judged {
  std::vector<std::size_t> positions;
  explanations::ShapMatrix shap;
  std::vector<double> weights;  ///< of the age classes, by share of these deals
};

/// The deals whose chance times amount is largest: the order of the list.
std::set<std::size_t> First(const book::DealBook& book, const Judged& judged,
                            std::span<const double> chances) {
  std::vector<std::size_t> order(judged.positions.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto stake = [&](std::size_t i) {
    const book::ScoredDeal& deal = book.deals()[judged.positions[i]];
    const double chance = deal.win_probability;
    return chance > 0 ? deal.priority * chances[i] * (1 - chances[i]) / (chance * (1 - chance))
                      : 0.0;
  };
  const std::size_t most = std::min(order.size(), kComeFirst);
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(most),
                            [&](std::size_t a, std::size_t b) {
                              const double first = stake(a);
                              const double second = stake(b);
                              return first != second ? first > second : a < b;
                            });
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most)};
}

/// Mean contributions, by field, among past deals of the ages that the open ones have.
std::vector<double> UsualContributions(const book::PastDeals& past, std::span<const double> weights,
                                       std::size_t fields) {
  std::vector<std::vector<base::CompensatedSum>> sums(book::kNumAgeClasses,
                                                      std::vector<base::CompensatedSum>(fields));
  std::vector<double> rows(book::kNumAgeClasses);
  for (std::size_t row = 0; row < past.snapshots().size(); ++row) {
    const std::size_t age = past.snapshots()[row].age_class;
    const std::vector<double> contributions = past.ContributionsOf(row);
    rows[age] += 1;
    for (std::size_t field = 0; field < fields; ++field) {
      sums[age][field].Add(contributions[field]);
    }
  }
  std::vector<double> usual(fields);
  double weight = 0;
  for (std::size_t age = 0; age < book::kNumAgeClasses; ++age) {
    if (rows[age] == 0) {
      continue;
    }
    weight += weights[age];
    for (std::size_t field = 0; field < fields; ++field) {
      usual[field] += weights[age] * sums[age][field].value() / rows[age];
    }
  }
  for (double& mean : usual) {
    mean = weight > 0 ? mean / weight : 0;
  }
  return usual;
}

}  // namespace

Result<DecisionDrifts> MeasureDecisionDrift(const book::DealBook& book,
                                            std::span<const std::string> features) {
  DecisionDrifts drifts;
  if (!book.has_past() || book.deals().empty()) {
    return drifts;
  }
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  Judged judged{.weights = std::vector<double>(book::kNumAgeClasses)};
  const std::size_t step = (book.deals().size() + kMostJudged - 1) / kMostJudged;
  for (std::size_t i = 0; i < book.deals().size(); i += step) {
    judged.positions.push_back(i);
    judged.weights[book::AgeClassOf(book.AgeDays(i))] += 1;
  }
  base::Matrix<float> rows(judged.positions.size(), book.encoded().num_columns());
  for (std::size_t i = 0; i < judged.positions.size(); ++i) {
    std::ranges::copy(book.encoded().row(judged.positions[i]), rows.row(i).begin());
  }
  auto shap = book.explainer().Explain(rows.view(), book.num_threads());
  if (!shap && shap.error().code() == ErrorCode::kRefused) {
    return drifts;
  }
  if (!shap) {
    return std::unexpected(shap.error());
  }
  judged.shap = *std::move(shap);
  drifts.deals = judged.positions.size();
  drifts.first = std::min(drifts.deals, kComeFirst);
  drifts.past = past->snapshots().size();

  std::vector<double> chances(drifts.deals);
  for (std::size_t i = 0; i < drifts.deals; ++i) {
    chances[i] = book.deals()[judged.positions[i]].win_probability;
  }
  const std::set<std::size_t> first = First(book, judged, chances);
  const std::vector<std::string>& names = book.prepared().model().parts().encoder.feature_names();
  const std::vector<double> usual = UsualContributions(*past, judged.weights, names.size());
  for (const std::string& feature : features) {
    DecisionDrift& drift = drifts.features.emplace_back(DecisionDrift{.feature = feature});
    const auto found = std::ranges::find(names, feature);
    if (found == names.end() || past->snapshots().empty()) {
      continue;  // the model does not read it: no decision can move
    }
    const auto field = static_cast<std::size_t>(found - names.begin());
    base::CompensatedSum now;
    for (std::size_t i = 0; i < drifts.deals; ++i) {
      now.Add(judged.shap.values(i, field));
    }
    const double shift = now.value() / static_cast<double>(drifts.deals) - usual[field];
    if (shift == 0) {
      continue;
    }
    std::vector<double> without(drifts.deals);
    base::CompensatedSum moved;
    for (std::size_t i = 0; i < drifts.deals; ++i) {
      without[i] = book.explainer().Calibrate(book.deals()[judged.positions[i]].margin - shift);
      moved.Add(chances[i] - without[i]);
      drift.crossed += (chances[i] >= kEven) != (without[i] >= kEven) ? 1 : 0;
    }
    drift.points = 100 * moved.value() / static_cast<double>(drifts.deals);
    const std::set<std::size_t> others = First(book, judged, without);
    drift.reranked = static_cast<std::size_t>(
        std::ranges::count_if(first, [&](std::size_t deal) { return !others.contains(deal); }));
  }
  return drifts;
}

}  // namespace ri::service
