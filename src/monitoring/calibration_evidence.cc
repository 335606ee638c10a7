#include "monitoring/calibration_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace ri::monitoring {
namespace {

using Json = nlohmann::json;

constexpr std::array kShifts = {-0.8, -0.6, -0.45, -0.3, -0.2, -0.1, 0.0,
                                0.1,  0.2,  0.3,   0.45, 0.6,  0.8};
constexpr std::size_t kPairs = kShifts.size() * kShifts.size();
constexpr double kSmallest = 1e-9;
constexpr std::size_t kBetsPerLogarithm = 256;

double WinShift(std::size_t pair) { return kShifts[pair / kShifts.size()]; }
double LossShift(std::size_t pair) { return kShifts[pair % kShifts.size()]; }

/// Half of the stake is on wins alone, a quarter on losses alone, the rest on both: a change of the
/// market or of the selling shows in one of them first.
std::array<double, kPairs> LogStakes() {
  const auto others = static_cast<double>(kShifts.size() - 1);
  std::array<double, kPairs> stakes{};
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    const bool win = WinShift(pair) != 0;
    const bool loss = LossShift(pair) != 0;
    stakes[pair] = win && loss ? 0.25 / (others * others)
                   : win       ? 0.5 / others
                   : loss      ? 0.2 / others
                               : 0.05;
    stakes[pair] = std::log(stakes[pair]);
  }
  return stakes;
}

double LogSumExp(std::span<const double> values) {
  const double largest = std::ranges::max(values);
  double sum = 0;
  for (const double value : values) {
    sum += std::exp(value - largest);
  }
  return largest + std::log(sum);
}

}  // namespace

CalibrationEvidence::CalibrationEvidence(const EvidenceOptions& options)
    : options_(options), log_likelihood_(kPairs, 0.0) {}

void CalibrationEvidence::AddWeek(std::span<const WeeklyBet> bets) {
  std::array<double, kShifts.size()> factor{};
  std::ranges::transform(kShifts, factor.begin(), [](double shift) { return std::exp(shift); });
  double wins = 0;
  double losses = 0;
  // A bet's likelihood is seen / total. What was said itself is the same for all pairs and cancels
  // in every comparison; totals lie between 0.4 and 2.3, so that a product of many stays finite
  // and one logarithm serves them all.
  std::array<double, kPairs> totals{};
  totals.fill(1);
  std::size_t pending = 0;
  const auto settle = [&] {
    for (std::size_t pair = 0; pair < kPairs; ++pair) {
      log_likelihood_[pair] -= std::log(totals[pair]);
    }
    totals.fill(1);
    pending = 0;
  };
  for (const WeeklyBet& bet : bets) {
    const double win = std::clamp(bet.win_chance, kSmallest, 1 - 2 * kSmallest);
    const double loss = std::clamp(bet.loss_chance, kSmallest, 1 - kSmallest - win);
    const double open = std::max(kSmallest, 1 - win - loss);
    for (std::size_t w = 0; w < kShifts.size(); ++w) {
      const double without_loss = win * factor[w] + open;
      for (std::size_t l = 0; l < kShifts.size(); ++l) {
        totals[w * kShifts.size() + l] *= without_loss + loss * factor[l];
      }
    }
    wins += bet.result == WeekResult::kWon ? 1 : 0;
    losses += bet.result == WeekResult::kLost ? 1 : 0;
    if (++pending == kBetsPerLogarithm) {
      settle();
    }
  }
  settle();
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    log_likelihood_[pair] += wins * WinShift(pair) + losses * LossShift(pair);
  }
  ++weeks_;
  alarm_ = alarm_ || log_evidence() >= -std::log(options_.alpha);
}

double CalibrationEvidence::log_evidence() const {
  double tolerated = -std::numeric_limits<double>::infinity();
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    if (std::fabs(WinShift(pair)) <= options_.tolerated_shift &&
        std::fabs(LossShift(pair)) <= options_.tolerated_shift) {
      tolerated = std::max(tolerated, log_likelihood_[pair]);
    }
  }
  static const std::array<double, kPairs> kLogStakes = LogStakes();
  std::array<double, kPairs> wealth{};
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    wealth[pair] = kLogStakes[pair] + log_likelihood_[pair];
  }
  return LogSumExp(wealth) - tolerated;
}

std::size_t CalibrationEvidence::MostLikely() const {
  // Ties (no week yet) go to "no shift".
  std::size_t best = kPairs / 2;
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    if (log_likelihood_[pair] > log_likelihood_[best]) {
      best = pair;
    }
  }
  return best;
}

double CalibrationEvidence::likely_win_shift() const { return WinShift(MostLikely()); }
double CalibrationEvidence::likely_loss_shift() const { return LossShift(MostLikely()); }

std::string CalibrationEvidence::ToJson() const {
  return Json({{"alpha", options_.alpha},
               {"tolerated_shift", options_.tolerated_shift},
               {"log_likelihood", log_likelihood_},
               {"weeks", weeks_},
               {"alarm", alarm_}})
      .dump();
}

Result<CalibrationEvidence> CalibrationEvidence::FromJson(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    CalibrationEvidence evidence({.alpha = json.at("alpha").get<double>(),
                                  .tolerated_shift = json.at("tolerated_shift").get<double>()});
    evidence.log_likelihood_ = json.at("log_likelihood").get<std::vector<double>>();
    evidence.weeks_ = json.at("weeks").get<int>();
    evidence.alarm_ = json.at("alarm").get<bool>();
    if (evidence.log_likelihood_.size() != kPairs) {
      return Fail(ErrorCode::kBadInput, "The stored calibration evidence has another shape.");
    }
    return evidence;
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The stored calibration evidence cannot be read: ") + error.what());
  }
}

}  // namespace ri::monitoring
