#include "book/outlooks.h"

#include <map>
#include <utility>
#include <vector>

#include "base/assertion.h"
#include "base/parallel.h"
#include "explanations/fast_margins.h"
#include "models/outlook_parts.h"

namespace ri::book {
namespace {

// A deal has some 45 bins of time: a block fills tiles and stays in the cache.
constexpr std::size_t kBlockDeals = 16;
// Compiling the trees takes longer than walking them for a few deals.
constexpr std::size_t kFewDeals = 64;

/// All that a block of deals needs.
struct Work {
  const models::ModelParts& parts;
  base::MatrixView<const float> encoded;
  std::span<const models::Prediction> predictions;
  std::span<const models::DealMoment> moments;
  const TakeOutlook& take;
};

void LookAtEach(const Work& work, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    const models::DealMoment& moment = work.moments[i];
    if (!work.parts.hazards && !work.parts.timing) {
      work.take(i, std::nullopt);
      continue;
    }
    models::CloseCurve curve =
        work.parts.hazards ? work.parts.hazards->CurveFrom(work.encoded.row(i), moment.as_of)
                           : work.parts.timing->CurveFrom(moment);
    work.take(i,
              models::OutlookOf(work.parts, work.predictions[i], std::move(curve), moment.as_of));
  }
}

void LookAtBlock(const Work& work, const explanations::FastMargins& fast_won,
                 const explanations::FastMargins& fast_lost, std::size_t begin, std::size_t end) {
  const models::HazardTiming& hazards = *work.parts.hazards;
  std::map<domain::Date, std::vector<models::HorizonBin>> bins_of;
  std::size_t num_rows = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const domain::Date as_of = work.moments[i].as_of;
    const auto [entry, inserted] = bins_of.try_emplace(as_of);
    if (inserted) {
      entry->second = models::HorizonBins(as_of, hazards.calendar, hazards.horizon_days);
    }
    num_rows += entry->second.size();
  }
  base::Matrix<float> rows(num_rows, hazards.won.num_features);
  std::size_t row = 0;
  for (std::size_t i = begin; i < end; ++i) {
    for (const models::HorizonBin& bin : bins_of.at(work.moments[i].as_of)) {
      models::FillPersonPeriod(work.encoded.row(i), bin, hazards.commit_column, rows.row(row++));
    }
  }
  const std::vector<double> won = fast_won.Margins(std::as_const(rows).view(), 1);
  const std::vector<double> lost = fast_lost.Margins(std::as_const(rows).view(), 1);
  std::size_t first = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const domain::Date as_of = work.moments[i].as_of;
    const std::vector<models::HorizonBin>& bins = bins_of.at(as_of);
    models::CloseCurve curve = models::CurveOf(bins, std::span(won).subspan(first, bins.size()),
                                               std::span(lost).subspan(first, bins.size()));
    first += bins.size();
    work.take(i, models::OutlookOf(work.parts, work.predictions[i], std::move(curve), as_of));
  }
}

}  // namespace

void LookAtAll(const models::DealOutcomeModel& model, base::MatrixView<const float> encoded,
               std::span<const models::Prediction> predictions,
               std::span<const models::DealMoment> moments, int num_threads,
               const TakeOutlook& take) {
  RI_ASSERT(predictions.size() == encoded.num_rows() && moments.size() == encoded.num_rows());
  const Work work{.parts = model.parts(),
                  .encoded = encoded,
                  .predictions = predictions,
                  .moments = moments,
                  .take = take};
  std::function<void(std::size_t, std::size_t)> block =
      [&work](std::size_t begin, std::size_t end) { LookAtEach(work, begin, end); };
  std::optional<explanations::FastMargins> won;
  std::optional<explanations::FastMargins> lost;
  if (work.parts.hazards && encoded.num_rows() > kFewDeals) {
    won.emplace(work.parts.hazards->won);
    lost.emplace(work.parts.hazards->lost);
    block = [&](std::size_t begin, std::size_t end) { LookAtBlock(work, *won, *lost, begin, end); };
  }
  base::ParallelFor(encoded.num_rows(), kBlockDeals, num_threads, block);
}

}  // namespace ri::book
