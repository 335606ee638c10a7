#include "references.h"

#include <algorithm>

#include "domain/probability.h"
#include "models/booster.h"
#include "models/ridge.h"
#include "training/trainer.h"

namespace ri::bench {
namespace {

constexpr int kHorizonDays = 52 * 7;
constexpr std::size_t kMostPeriods = 1'500'000;

models::BoosterParameters TreesOfDepthThree() {
  models::BoosterParameters parameters;
  parameters.rounds = 150;
  parameters.depth = 3;
  parameters.min_child_weight = 40;
  parameters.l2_penalty = 10;
  parameters.num_threads = 2;
  return parameters;
}

std::vector<double> Probabilities(const std::vector<double>& margins) {
  std::vector<double> result;
  for (const double margin : margins) {
    result.push_back(domain::Logistic(margin));
  }
  return result;
}

/// Cause-specific hazards per period, as one three-class model: the chances of a win and of a loss
/// in a period are fitted apart and scaled when they add up to more than one.
Result<std::vector<double>> ThreeClass(const training::TrainingMatrix& matrix,
                                       domain::Timestamp cutoff,
                                       const domain::FiscalCalendar& calendar,
                                       const std::vector<features::SnapshotKey>& keys,
                                       base::MatrixView<const float> judged) {
  const std::size_t width = matrix.encoded.num_columns() + models::kNumPeriodColumns;
  std::vector<float> values;
  std::vector<double> won;
  std::vector<double> lost;
  std::vector<float> filled(width);
  const domain::Date end_of_sight = domain::DateOf(cutoff);
  for (std::size_t i = 0; i < matrix.set.rows.size() && won.size() < kMostPeriods; ++i) {
    const training::TrainingRow& row = matrix.set.rows[i];
    const domain::Date as_of = domain::DateOf(row.key.as_of);
    const bool known = row.KnownBefore(cutoff) && row.closed;
    const int days =
        static_cast<int>(((known ? domain::DateOf(*row.closed) : end_of_sight) - as_of).count());
    for (const models::HorizonBin& bin : models::HorizonBins(as_of, calendar, kHorizonDays)) {
      const bool closes = known && days < bin.end;
      if (!closes && days < bin.end) {
        break;
      }
      models::FillPersonPeriod(matrix.encoded.row(i), bin, std::nullopt, filled);
      values.insert(values.end(), filled.begin(), filled.end());
      won.push_back(closes && row.label() > 0 ? 1 : 0);
      lost.push_back(closes && row.label() == 0 ? 1 : 0);
      if (closes) {
        break;
      }
    }
  }
  const base::Matrix<float> periods(std::move(values), won.size(), width);
  RI_ASSIGN_OR_RETURN(const models::TrainedBooster win,
                      models::TrainBooster({periods.view(), won, {}}, std::nullopt,
                                           TreesOfDepthThree(), {}, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const models::TrainedBooster loss,
                      models::TrainBooster({periods.view(), lost, {}}, std::nullopt,
                                           TreesOfDepthThree(), {}, base::Progress::Silent()));
  std::vector<double> ever;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    double open = 1;
    double total = 0;
    for (const models::HorizonBin& bin :
         models::HorizonBins(domain::DateOf(keys[i].as_of), calendar, kHorizonDays)) {
      models::FillPersonPeriod(judged.row(i), bin, std::nullopt, filled);
      const double w = domain::Logistic(win.ensemble.Margin(filled));
      const double l = domain::Logistic(loss.ensemble.Margin(filled));
      const double scale = std::max(1.0, w + l);
      total += open * w / scale;
      open *= 1 - (w + l) / scale;
    }
    ever.push_back(total);
  }
  return ever;
}

}  // namespace

Result<References> FitReferences(const training::TrainingMatrix& matrix,
                                 const training::EpisodesOfDeals& episodes,
                                 domain::Timestamp cutoff, const domain::FiscalCalendar& calendar,
                                 const std::vector<features::SnapshotKey>& keys,
                                 base::MatrixView<const float> judged) {
  RI_ASSIGN_OR_RETURN(const training::LabelsAtCut labels,
                      training::LabelRowsAt(matrix, episodes, cutoff, {.calendar = calendar},
                                            base::Progress::Silent()));
  const base::Matrix<float> rows = training::TakeRows(matrix.encoded, labels.rows);
  const models::LabelledRows data{rows.view(), labels.labels, {}};
  References references;
  const bool few = matrix.set.counts.closed_deals < 300;
  RI_ASSIGN_OR_RETURN(
      const models::LinearModel ridge,
      models::FitRidge(data, {.penalty = few ? 30.0 : 10.0, .spline_knots = few ? 0 : 4}));
  references.ridge = Probabilities(ridge.Margins(judged));
  RI_ASSIGN_OR_RETURN(
      const models::TrainedBooster trees,
      models::TrainBooster(data, std::nullopt, TreesOfDepthThree(), {}, base::Progress::Silent()));
  references.trees = Probabilities(trees.ensemble.Margins(judged));
  RI_ASSIGN_OR_RETURN(references.three_class, ThreeClass(matrix, cutoff, calendar, keys, judged));
  return references;
}

}  // namespace ri::bench
