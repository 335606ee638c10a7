#include "forecasting/new_business_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/assertion.h"
#include "base/sum.h"
#include "forecasting/credibility.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kNumCoefficients = 7;
constexpr std::size_t kFirstSeason = 2;
constexpr std::size_t kTrend = 6;
using Row = std::array<double, kNumCoefficients>;
using Square = std::array<Row, kNumCoefficients>;

// Ridge priors. Weeks: counts are about proportional to the time left. Seasons: a quarter differs
// by some 30 %. Trend: 5 % per quarter.
constexpr double kWeeksMean = 1;
constexpr double kWeeksDeviation = 0.5;
constexpr double kSeasonDeviation = 0.3;
constexpr double kTrendDeviation = 0.05;
constexpr double kLevelDeviation = 10;
// A trend fades by this factor with each period ahead.
constexpr double kTrendDamping = 0.8;
// Prior of 1 / size and how many periods it counts for: wide when there is little history.
constexpr double kPriorInverseSize = 0.15;
constexpr double kPriorPeriods = 4;
constexpr int kNewtonSteps = 50;

// Snapshots of one period at one distance from its end, over all segments.
struct TotalCount {
  int period = 0;
  int season = 0;
  double weeks_left = 0;
  double count = 0;
  double weight = 1;
};

Row Covariates(int season, double weeks_left, double trend) {
  Row row{};
  row[0] = 1;
  row[1] = std::log((weeks_left + 0.5) / 13.5);
  row[kFirstSeason + static_cast<std::size_t>(season)] = 1;
  row[kTrend] = trend;
  return row;
}

double Dot(const Row& a, const Row& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    sum += a[k] * b[k];
  }
  return sum;
}

// Cholesky factor of a positive definite matrix, in place in the lower triangle.
void Factorise(Square& m) {
  for (std::size_t j = 0; j < m.size(); ++j) {
    for (std::size_t i = j; i < m.size(); ++i) {
      double sum = m[i][j];
      for (std::size_t k = 0; k < j; ++k) {
        sum -= m[i][k] * m[j][k];
      }
      m[i][j] = i == j ? std::sqrt(sum) : sum / m[j][j];
    }
  }
}

Row Solve(const Square& factor, Row right) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      right[i] -= factor[i][k] * right[k];
    }
    right[i] /= factor[i][i];
  }
  for (std::size_t i = right.size(); i-- > 0;) {
    for (std::size_t k = i + 1; k < right.size(); ++k) {
      right[i] -= factor[k][i] * right[k];
    }
    right[i] /= factor[i][i];
  }
  return right;
}

struct Regression {
  Row coefficients{};
  Square covariance{};
  double inverse_size = kPriorInverseSize;
};

double PriorPrecision(std::size_t k) {
  const double deviation = k == 0        ? kLevelDeviation
                           : k == 1      ? kWeeksDeviation
                           : k == kTrend ? kTrendDeviation
                                         : kSeasonDeviation;
  return 1 / (deviation * deviation);
}

// Fisher scoring for given 1 / size.
void FitMeans(std::span<const TotalCount> counts, int newest, Regression& fit) {
  base::CompensatedSum total;
  base::CompensatedSum weights;
  for (const TotalCount& count : counts) {
    total.Add(count.weight * count.count);
    weights.Add(count.weight * (count.weeks_left + 0.5) / 13.5);
  }
  const double level = std::log(std::max(total.value(), 0.5) / weights.value());
  Row& beta = fit.coefficients;
  beta = {};
  beta[0] = level;
  beta[1] = kWeeksMean;
  for (int step = 0; step < kNewtonSteps; ++step) {
    Row gradient{};
    Square information{};
    for (std::size_t k = 0; k < kNumCoefficients; ++k) {
      const double centre = k == 0 ? level : k == 1 ? kWeeksMean : 0;
      gradient[k] = -(beta[k] - centre) * PriorPrecision(k);
      information[k][k] = PriorPrecision(k);
    }
    for (const TotalCount& count : counts) {
      const Row x = Covariates(count.season, count.weeks_left, count.period - newest);
      const double mean = std::exp(std::clamp(Dot(x, beta), -30.0, 30.0));
      const double damping = count.weight / (1 + mean * fit.inverse_size);
      for (std::size_t a = 0; a < kNumCoefficients; ++a) {
        gradient[a] += damping * (count.count - mean) * x[a];
        for (std::size_t b = 0; b < kNumCoefficients; ++b) {
          information[a][b] += damping * mean * x[a] * x[b];
        }
      }
    }
    Factorise(information);
    const Row move = Solve(information, gradient);
    double largest = 0;
    for (std::size_t k = 0; k < kNumCoefficients; ++k) {
      const double bounded = std::clamp(move[k], -1.0, 1.0);
      beta[k] += bounded;
      largest = std::max(largest, std::fabs(bounded));
    }
    for (std::size_t k = 0; k < kNumCoefficients; ++k) {
      Row unit{};
      unit[k] = 1;
      fit.covariance[k] = Solve(information, unit);
    }
    if (largest < 1e-10) {
      break;
    }
  }
}

// Moment estimate of 1 / size, averaged with its prior.
double InverseSize(std::span<const TotalCount> counts, int newest, const Regression& fit) {
  double excess = kPriorPeriods * kPriorInverseSize;
  double weight = kPriorPeriods;
  for (const TotalCount& count : counts) {
    const Row x = Covariates(count.season, count.weeks_left, count.period - newest);
    const double mean = std::exp(Dot(x, fit.coefficients));
    const double residual = count.count - mean;
    // Periods with a tiny mean say little about overdispersion; mean / (1 + mean) discounts them.
    const double reliability = count.weight * mean / (1 + mean);
    excess += reliability * (residual * residual - mean) / (mean * mean);
    weight += reliability;
  }
  return std::clamp(excess / weight, 1e-3, 4.0);
}

Status Check(const NewBusinessHistory& history) {
  const auto num_segments = static_cast<int>(history.num_segments);
  const auto positive = [](double x) { return x > 0 && std::isfinite(x); };
  if (history.num_segments == 0 || history.exposure.size() != history.num_segments ||
      history.amounts.size() != history.num_segments ||
      !std::ranges::all_of(history.exposure, positive)) {
    return Fail(ErrorCode::kBadInput,
                "Each segment of new business needs a positive exposure and a list of amounts.");
  }
  for (const NewBusinessRecord& record : history.records) {
    if (record.segment < 0 || record.segment >= num_segments || record.season < 0 ||
        record.season > 3 || !(record.weeks_left >= 0) || !(record.count >= 0) ||
        !std::isfinite(record.count)) {
      return Fail(ErrorCode::kBadInput, "A record of past new business is out of range.");
    }
  }
  for (const auto& amounts : history.amounts) {
    if (!std::ranges::all_of(amounts, positive)) {
      return Fail(ErrorCode::kBadInput, "An amount of past new business is not positive.");
    }
  }
  return {};
}

std::vector<TotalCount> SumSegments(const NewBusinessHistory& history) {
  std::map<std::pair<int, double>, TotalCount> sums;
  std::map<int, int> snapshots;
  for (const NewBusinessRecord& record : history.records) {
    const auto [at, fresh] = sums.try_emplace({record.period, record.weeks_left});
    at->second.period = record.period;
    at->second.season = record.season;
    at->second.weeks_left = record.weeks_left;
    at->second.count += record.count;
    snapshots[record.period] += fresh ? 1 : 0;
  }
  std::vector<TotalCount> counts;
  for (auto& [key, count] : sums) {
    count.weight = 1.0 / snapshots[count.period];
    counts.push_back(count);
  }
  return counts;
}

/// Equal-count groups of amounts.
struct AmountGroups {
  struct Group {
    double mean = 0;
    double count = 0;
  };
  std::vector<Group> groups;
  double size = 0;  ///< of all amounts
};

AmountGroups GroupAmounts(std::span<const double> amounts, std::size_t num_atoms) {
  std::vector<double> sorted(amounts.begin(), amounts.end());
  std::ranges::sort(sorted);
  AmountGroups result{.size = static_cast<double>(sorted.size())};
  const std::size_t groups = std::min(num_atoms, sorted.size());
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = g * sorted.size() / groups;
    const std::size_t end = (g + 1) * sorted.size() / groups;
    const std::span<const double> group(sorted.data() + begin, end - begin);
    const auto count = static_cast<double>(group.size());
    result.groups.push_back({base::Sum(group) / count, count});
  }
  return result;
}

void AppendGroups(const AmountGroups& amounts, double weight, std::vector<SeverityAtom>& atoms) {
  for (const AmountGroups::Group& group : amounts.groups) {
    atoms.push_back({group.mean, weight * group.count / amounts.size});
  }
}

std::vector<SeverityAtom> MixWithPool(std::span<const double> segment, const AmountGroups& pool,
                                      double shrinkage, std::size_t num_atoms) {
  std::vector<SeverityAtom> atoms;
  if (segment.empty() && pool.groups.empty()) {
    return atoms;
  }
  const auto n = static_cast<double>(segment.size());
  double own = segment.empty() ? 0 : n / (n + shrinkage);
  if (pool.groups.empty()) {
    own = 1;
  }
  if (own > 0) {
    AppendGroups(GroupAmounts(segment, num_atoms), own, atoms);
  }
  if (own < 1) {
    AppendGroups(pool, 1 - own, atoms);
  }
  std::ranges::sort(atoms, {}, &SeverityAtom::amount);
  return atoms;
}

}  // namespace

std::vector<SeverityAtom> FitSeverity(std::span<const double> segment, std::span<const double> pool,
                                      double shrinkage, std::size_t num_atoms) {
  RI_ASSERT(shrinkage >= 0 && num_atoms >= 2);
  return MixWithPool(segment, GroupAmounts(pool, num_atoms), shrinkage, num_atoms);
}

Result<NewBusinessModel> FitNewBusiness(const NewBusinessHistory& history) {
  RI_RETURN_IF_ERROR(Check(history));
  NewBusinessModel model;
  std::vector<double> pool;
  for (const auto& amounts : history.amounts) {
    pool.insert(pool.end(), amounts.begin(), amounts.end());
  }
  // Once, not per segment: companies with many segments have many amounts.
  const AmountGroups groups = GroupAmounts(pool, kSeverityAtoms);
  for (const auto& amounts : history.amounts) {
    model.severity_.push_back(MixWithPool(amounts, groups, kSeverityShrinkage, kSeverityAtoms));
  }
  const double all_exposure = base::Sum(history.exposure);
  for (const double exposure : history.exposure) {
    model.share_.push_back(exposure / all_exposure);
  }
  model.credibility_.assign(history.num_segments, 0.0);
  model.size_ = 1 / kPriorInverseSize;
  const std::vector<TotalCount> counts = SumSegments(history);
  if (counts.empty()) {
    model.coefficients_[0] = -std::numeric_limits<double>::infinity();
    return model;
  }
  int newest = counts.front().period;
  std::map<int, int> periods;
  for (const TotalCount& count : counts) {
    newest = std::max(newest, count.period);
    ++periods[count.period];
  }
  Regression fit;
  for (int round = 0; round < 5; ++round) {
    FitMeans(counts, newest, fit);
    fit.inverse_size = InverseSize(counts, newest, fit);
  }
  FitMeans(counts, newest, fit);
  model.coefficients_ = fit.coefficients;
  model.covariance_ = fit.covariance;
  model.size_ = 1 / fit.inverse_size;
  model.num_periods_ = periods.size();
  model.newest_period_ = newest;

  // Observed over expected per segment and period, with the expected count as volume.
  std::vector<std::map<int, RateObservation>> sums(history.num_segments);
  for (const NewBusinessRecord& record : history.records) {
    const Row x = Covariates(record.season, record.weeks_left, record.period - newest);
    const auto segment = static_cast<std::size_t>(record.segment);
    RateObservation& sum = sums[segment][record.period];
    const double weight = 1.0 / periods[record.period];
    sum.value += weight * record.count;
    sum.weight += weight * std::exp(Dot(x, fit.coefficients)) * model.share_[segment];
  }
  std::vector<std::vector<RateObservation>> segments(history.num_segments);
  for (std::size_t s = 0; s < history.num_segments; ++s) {
    for (const auto& [period, sum] : sums[s]) {
      segments[s].push_back({sum.value / sum.weight, sum.weight});
    }
  }
  const Credibility credibility = BuehlmannStraub(segments);
  model.credibility_ = credibility.factor;
  double total = 0;
  for (std::size_t s = 0; s < history.num_segments; ++s) {
    model.share_[s] *= credibility.rate[s];
    total += model.share_[s];
  }
  // Credibility moves shares between segments; the total stays that of the regression.
  for (double& share : model.share_) {
    share = total > 0 ? share / total : 1 / static_cast<double>(history.num_segments);
  }
  return model;
}

NewBusiness NewBusinessModel::Forecast(std::size_t segment, int season, double weeks_left,
                                       int periods_ahead) const {
  RI_ASSERT(segment < share_.size() && season >= 0 && season < 4 && weeks_left >= 0 &&
            periods_ahead >= 1);
  NewBusiness forecast;
  forecast.severity = severity_[segment];
  forecast.size = size_;
  if (num_periods_ == 0 || forecast.severity.empty() || weeks_left == 0) {
    return forecast;
  }
  double trend = 0;
  double damping = 1;
  for (int k = 0; k < periods_ahead; ++k) {
    damping *= kTrendDamping;
    trend += damping;
  }
  const Row x = Covariates(season, weeks_left, trend);
  forecast.expected_count = share_[segment] * std::exp(Dot(x, coefficients_));
  double variance = 0;
  for (std::size_t a = 0; a < kNumCoefficients; ++a) {
    variance += x[a] * Dot(covariance_[a], x);
  }
  forecast.size = 1 / (1 / size_ + std::expm1(variance));
  return forecast;
}

}  // namespace ri::forecasting
