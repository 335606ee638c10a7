#include "deals/similar_past_deals.h"

#include <algorithm>
#include <cmath>

#include "explanations/folding.h"
#include "features/deal_history.h"
#include "metrics/proportion.h"

namespace ri::deals {
namespace {

constexpr std::size_t kCompared = 40;
constexpr double kConfidence = 0.8;
// Groups count as shared when they weigh something and weigh it alike.
constexpr double kLeastWeight = 0.1;
constexpr double kMostDifference = 0.1;

void FillFacts(const data::EventLog& log, const book::PastSnapshot& snapshot,
               SimilarPastDeal& similar) {
  const features::DealState state =
      features::StatesAsOf(log, {snapshot.key.deal}, snapshot.key.as_of, 1).front();
  const domain::Timestamp then = snapshot.key.as_of;
  similar.name = state.name ? log.symbols()[*state.name] : "";
  similar.account =
      state.account ? book::NameAt(log, data::EntityKind::kAccount, *state.account, then) : "";
  similar.owner = state.owner ? book::NameAt(log, data::EntityKind::kRep, *state.owner, then) : "";
  similar.currency = state.currency ? log.symbols()[*state.currency] : "";
  if (state.amount != data::kNoValue) {
    similar.amount_minor = state.amount;
  }
}

}  // namespace

Result<SimilarDealsReport> FindSimilarDeals(const book::DealBook& book, const std::string& deal_id,
                                            std::size_t count) {
  RI_ASSIGN_OR_RETURN(const std::size_t position, book::FindOpenDeal(book, deal_id));
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  const std::span<const float> encoded = book.encoded().row(position);
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix shap,
                      book.explainer().Explain(
                          base::MatrixView<const float>(encoded.data(), 1, encoded.size()), 1));
  const std::size_t age_class = book::AgeClassOf(book.AgeDays(position));
  const std::uint32_t self = book.deals()[position].deal;
  const std::vector<explanations::Neighbour> nearest = past->by_reasons().Nearest(
      shap.values.row(0), std::max(count, kCompared), [&](std::size_t row) {
        const book::PastSnapshot& snapshot = past->snapshots()[row];
        return snapshot.age_class == age_class && snapshot.key.deal != self;
      });
  SimilarDealsReport report{.compared = std::min(nearest.size(), kCompared),
                            .age = book::AgeClassText(age_class)};
  for (std::size_t i = 0; i < report.compared; ++i) {
    report.won += past->snapshots()[nearest[i].index].won ? 1 : 0;
  }
  if (report.compared > 0) {
    const metrics::ShareInterval interval = metrics::JeffreysInterval(
        static_cast<double>(report.won), static_cast<double>(report.compared), kConfidence);
    report.won_low = interval.low;
    report.won_high = interval.high;
  }
  const explanations::Folding& groups = book.explainer().groups();
  const std::vector<double> own = explanations::Fold(groups, shap.values.row(0));
  const data::EventLog& log = *book.knowledge()->log;
  for (std::size_t i = 0; i < std::min(count, nearest.size()); ++i) {
    const book::PastSnapshot& snapshot = past->snapshots()[nearest[i].index];
    SimilarPastDeal similar{.deal_id = log.keys(data::EntityKind::kDeal)[snapshot.key.deal],
                            .as_of = snapshot.key.as_of,
                            .won = snapshot.won,
                            .distance = nearest[i].distance,
                            .win_probability = snapshot.win_probability};
    if (snapshot.closed) {
      similar.closed_on = domain::DateOf(*snapshot.closed);
      similar.days_to_close =
          static_cast<int>((*similar.closed_on - domain::DateOf(snapshot.key.as_of)).count());
    }
    FillFacts(log, snapshot, similar);
    const std::vector<double> theirs =
        explanations::Fold(groups, past->ContributionsOf(nearest[i].index));
    for (std::size_t g = 0; g < own.size(); ++g) {
      if (std::fabs(own[g]) >= kLeastWeight && std::fabs(own[g] - theirs[g]) <= kMostDifference) {
        similar.shared.push_back(groups.names[g]);
      }
    }
    report.deals.push_back(std::move(similar));
  }
  return report;
}

}  // namespace ri::deals
