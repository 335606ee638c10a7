#include "forecasting/scenario.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "base/parallel.h"
#include "forecasting/deal_factor.h"
#include "forecasting/factor_kernel.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kBlock = kFrequenciesPerBlock;
// Probability that may leave the window of the grid on either side in a scenario.
constexpr double kLargestEscape = 1e-10;

struct PlacedPin {
  Pin pin;
  DealPlace place;
  OutcomeFactor factor;
  bool informative = false;  // says something about the common factors, or stays open
};

Status Check(const NodeSpectrum& spectrum, const ForecastNode& node, std::span<const Pin> pins) {
  const ForecastBook& book = *spectrum.prepared().book;
  std::vector<std::uint32_t> seen;
  for (const Pin& pin : pins) {
    if (!std::ranges::binary_search(node.deals, pin.deal)) {
      return Fail(ErrorCode::kNotFound,
                  "A pinned deal is not part of " + node.name + " in this forecast.");
    }
    const std::string& id = book.deals[pin.deal].id.text();
    if (pin.kind == PinKind::kAmount && !pin.amount.has_value()) {
      return Fail(ErrorCode::kUsage, "The pin of deal " + id + " needs an amount.");
    }
    if (pin.amount.has_value() && !(*pin.amount >= 0 && std::isfinite(*pin.amount))) {
      return Fail(ErrorCode::kUsage, "The pinned amount of deal " + id + " must not be negative.");
    }
    seen.push_back(pin.deal);
  }
  std::ranges::sort(seen);
  if (std::ranges::adjacent_find(seen) != seen.end()) {
    return Fail(ErrorCode::kUsage, "A deal is pinned twice.");
  }
  return {};
}

bool IsConstant(const std::vector<double>& values) {
  return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
}

PlacedPin Place(const NodeSpectrum& spectrum, const Pin& pin, bool left_out) {
  const PreparedBook& prepared = spectrum.prepared();
  const ForecastDeal& deal = prepared.book->deals[pin.deal];
  PlacedPin placed{pin, FindDeal(spectrum, pin.deal, left_out), {}, false};
  OutcomeFactor& factor = placed.factor;
  factor.won = WinProbabilities(spectrum, pin.deal);
  const std::size_t num_lanes = factor.won.size();
  factor.zero.resize(num_lanes);
  std::vector<double> earlier(num_lanes, 0.0);
  const bool next = spectrum.period() == ForecastPeriod::kNext;
  if (next) {
    EarlierWinProbabilities(deal, prepared.thresholds[pin.deal], prepared.model,
                            spectrum.quadrature(), earlier);
  }
  for (std::size_t lane = 0; lane < num_lanes; ++lane) {
    const double won = factor.won[lane];
    const double neither = std::max(0.0, 1 - earlier[lane] - won);
    switch (pin.kind) {
      case PinKind::kWon:
        factor.zero[lane] = next ? earlier[lane] : 0;
        factor.won[lane] = next ? 0 : won;
        break;
      case PinKind::kLost:
        factor.zero[lane] = neither;
        factor.won[lane] = 0;
        break;
      case PinKind::kSlipped:
        factor.zero[lane] = neither;
        factor.won[lane] = next ? won : 0;
        break;
      case PinKind::kAmount:
        factor.zero[lane] = 1 - won;
        break;
    }
  }
  // An outcome the model rules out is an assumption: it tells nothing about the factors.
  const bool impossible = std::ranges::all_of(factor.zero, [](double x) { return x <= 0; }) &&
                          std::ranges::all_of(factor.won, [](double x) { return x <= 0; });
  if (impossible) {
    const bool won_now = pin.kind == PinKind::kWon && !next;
    factor.zero.assign(num_lanes, won_now ? 0.0 : 1.0);
    factor.won.assign(num_lanes, won_now ? 1.0 : 0.0);
  }
  placed.informative = !IsConstant(factor.zero) || !IsConstant(factor.won);
  factor.zero_atom = PlaceAmount(-placed.place.baseline, 1.0, spectrum.grid(), spectrum.split());
  factor.won_atoms = WonAtoms(spectrum, pin.deal, placed.place.baseline, pin.amount);
  return placed;
}

// Probability of the pins under the model: their factors at frequency zero, 0 for assumptions.
double ImpossibleFactor(const NodeSpectrum& spectrum, const Pin& pin) {
  const ForecastDeal& deal = spectrum.prepared().book->deals[pin.deal];
  const double q1 = deal.win_this_period;
  const double q2 = deal.win_next_period;
  switch (pin.kind) {
    case PinKind::kWon:
      return q1 > 0 ? 1 : 0;
    case PinKind::kLost:
      return spectrum.period() == ForecastPeriod::kCurrent ? (q1 < 1 ? 1 : 0)
                                                           : (q1 + q2 < 1 ? 1 : 0);
    case PinKind::kSlipped:
      return q1 < 1 ? 1 : 0;
    case PinKind::kAmount:
      return 1;
  }
  return 1;
}

// Divides the deal's own factor out of one block of its group and multiplies the pinned one in.
// False when a factor is too close to zero.
bool Replace(const NodeSpectrum& spectrum, const PlacedPin& placed, std::size_t first_frequency,
             std::vector<double>& re, std::vector<double>& im) {
  const EventGroup& group = spectrum.groups()[*placed.place.group];
  const std::size_t num_lanes = spectrum.quadrature().num_lanes();
  const std::size_t padded = group.num_lanes_padded();
  std::array<double, 2 * kBlock> phi{};
  const double* own = nullptr;
  if (placed.place.slot.has_value()) {
    const std::size_t slot = *placed.place.slot;
    group.TransformMinusOne(slot, slot + 1, first_frequency, spectrum.roots(), phi.data());
    own = group.probability(slot);
  }
  for (std::size_t f = 0; f < kBlock; ++f) {
    const std::complex<double> zero = ZeroTransform(placed.factor, first_frequency + f, spectrum);
    const std::complex<double> won = WonTransform(placed.factor, first_frequency + f, spectrum);
    for (std::size_t lane = 0; lane < num_lanes; ++lane) {
      const std::size_t at = f * padded + lane;
      std::complex<double> value(re[at], im[at]);
      if (own != nullptr) {
        const std::complex<double> factor(1 + own[lane] * phi[f], own[lane] * phi[kBlock + f]);
        if (std::norm(factor) < kSmallestDivisor * kSmallestDivisor) {
          return false;
        }
        value /= factor;
      }
      value *= placed.factor.zero[lane] * zero + placed.factor.won[lane] * won;
      re[at] = value.real();
      im[at] = value.imag();
    }
  }
  return true;
}

struct PinnedLaw {
  Distribution distribution;
  double probability;
};

std::optional<PinnedLaw> Divide(const NodeSpectrum& spectrum, std::span<const PlacedPin> pins,
                                std::int64_t first, const ForecastOptions& options) {
  const auto blocks = spectrum.blocks();
  const std::size_t length = spectrum.grid().length;
  std::vector<std::complex<double>> half_spectrum(length / 2 + 1 + kBlock, 0.0);
  std::vector<char> failed(blocks.size(), 0);
  base::ParallelFor(blocks.size(), 4, options.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      const SpectrumBlock& block = *blocks[b];
      BlockRows rows = NodeSpectrum::RowsOf(block);
      std::map<std::size_t, std::pair<std::vector<double>, std::vector<double>>> changed;
      std::array<std::complex<double>, kBlock> constant;
      constant.fill(1.0);
      for (const PlacedPin& pin : pins) {
        if (!pin.place.slot.has_value() && !pin.informative) {
          for (std::size_t f = 0; f < kBlock; ++f) {
            const std::size_t j = block.first_frequency + f;
            constant[f] *= pin.factor.zero.front() * ZeroTransform(pin.factor, j, spectrum) +
                           pin.factor.won.front() * WonTransform(pin.factor, j, spectrum);
          }
          continue;
        }
        const std::size_t g = *pin.place.group;
        auto [at, fresh] = changed.try_emplace(g, block.re[g], block.im[g]);
        if (!Replace(spectrum, pin, block.first_frequency, at->second.first, at->second.second)) {
          failed[b] = 1;
          break;
        }
      }
      for (auto& [g, pair] : changed) {
        rows.re[g] = pair.first.data();
        rows.im[g] = pair.second.data();
      }
      const auto combined = spectrum.Combine(rows);
      for (std::size_t f = 0; f < kBlock; ++f) {
        half_spectrum[block.first_frequency + f] = constant[f] * combined[f];
      }
    }
  });
  if (std::ranges::any_of(failed, [](char x) { return x != 0; })) {
    return std::nullopt;
  }
  const double probability = half_spectrum.front().real();
  if (!(probability > 0)) {
    return std::nullopt;
  }
  for (std::complex<double>& value : half_spectrum) {
    value /= probability;
  }
  half_spectrum.resize(length / 2 + 1);
  auto law = spectrum.Invert(half_spectrum, first);
  if (!law.has_value()) {
    return std::nullopt;
  }
  return PinnedLaw{*std::move(law), probability};
}

double LargestAmount(const ForecastBook& book, const Pin& pin) {
  const ForecastDeal& deal = book.deals[pin.deal];
  if (pin.amount.has_value()) {
    return *pin.amount;
  }
  return deal.amount_ratio < 0
             ? deal.amount
             : deal.amount *
                   book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].largest();
}

// What the pinned deals may add up to, now and in the scenario.
struct PinnedRange {
  double shift = 0;     // moves the mean, without what the pins tell about other deals
  double smallest = 0;  // revenue of the pinned deals in the scenario
  double largest = 0;
  double now_smallest = 0;  // and before it
  double now_largest = 0;

  void Add(const NodeSpectrum& spectrum, const PlacedPin& placed, double amount) {
    const ForecastBook& book = *spectrum.prepared().book;
    const ForecastDeal& deal = book.deals[placed.pin.deal];
    const double q = deal.win_probability(spectrum.period());
    const double own = LargestAmount(book, {placed.pin.deal, PinKind::kWon, {}});
    const auto positive = [](double x) { return x > 0; };
    const bool may_win = std::ranges::any_of(placed.factor.won, positive);
    const bool may_not = std::ranges::any_of(placed.factor.zero, positive);
    const bool certain_amount = placed.pin.amount.has_value() || deal.amount_ratio < 0;
    largest += may_win ? amount : 0;
    smallest += may_win && !may_not && certain_amount ? amount : 0;
    now_largest += q > 0 ? own : 0;
    now_smallest += q >= 1 && deal.amount_ratio < 0 ? own : 0;
    if (!may_win || !may_not) {
      shift += (may_win ? amount : 0) - q * own;
    }
  }
};

double MarginalProbability(const NodeSpectrum& spectrum, const PlacedPin& placed) {
  double sum = 0;
  for (std::size_t lane = 0; lane < placed.factor.won.size(); ++lane) {
    sum += spectrum.quadrature().lane_weight[lane] *
           (placed.factor.won[lane] + placed.factor.zero[lane]);
  }
  return sum;
}

// Whether the scenario's revenue stays inside the window that begins at grid index `first`: either
// the support does, or what would leave it belongs to revenue that is unlikely enough already.
bool FitsWindow(const NodeSpectrum& spectrum, const PinnedRange& range, std::int64_t first,
                double prior) {
  const MoneyGrid& grid = spectrum.grid();
  const Distribution& law = spectrum.distribution();
  const double low = spectrum.base_revenue() + grid.cell * static_cast<double>(first);
  const double high = low + grid.cell * static_cast<double>(grid.length - 1);
  double support_low = spectrum.base_revenue();
  double support_high = spectrum.base_revenue();
  for (const EventGroup& group : spectrum.groups()) {
    support_low -= group.offset();
    support_high += group.moments().total - group.offset();
  }
  const double escape = kLargestEscape * prior;
  const bool low_fits = support_low - range.now_smallest + range.smallest >= low ||
                        law.CdfBelow(low + range.now_largest - range.smallest) <= escape;
  const bool high_fits =
      (spectrum.business().empty() && support_high - range.now_largest + range.largest <= high) ||
      law.ProbabilityAtLeast(high - range.largest + range.now_smallest) <= escape;
  return low_fits && high_fits;
}

}  // namespace

Result<Scenario> ApplyPins(const NodeSpectrum& spectrum, const ForecastNode& node,
                           std::span<const Pin> pins, const ForecastOptions& options) {
  RI_RETURN_IF_ERROR(Check(spectrum, node, pins));
  if (pins.empty()) {
    return Scenario{spectrum.distribution(), 1, false};
  }
  const ForecastBook& book = *spectrum.prepared().book;
  double possible = 1;
  double prior = 1;
  bool divisible = !spectrum.blocks().empty();
  PinnedRange range;
  std::vector<PlacedPin> placed;
  for (const Pin& pin : pins) {
    possible *= ImpossibleFactor(spectrum, pin);
    placed.push_back(Place(spectrum, pin, false));
    const PlacedPin& last = placed.back();
    divisible = divisible && (last.place.group.has_value() ||
                              (!last.place.slot.has_value() && !last.informative));
    range.Add(spectrum, last, LargestAmount(book, pin));
    prior *= MarginalProbability(spectrum, last);
  }
  const MoneyGrid& grid = spectrum.grid();
  if (divisible) {
    // The window moves with what the pins add or take for certain.
    const std::int64_t first = grid.first + std::llround(range.shift / grid.cell);
    if (FitsWindow(spectrum, range, first, prior)) {
      auto law = Divide(spectrum, placed, first, options);
      if (law.has_value()) {
        return Scenario{std::move(law->distribution), possible * law->probability, false};
      }
    }
  }
  LeftOut left_out;
  left_out.room = range.largest;
  for (const Pin& pin : pins) {
    left_out.deals.push_back(pin.deal);
    left_out.amounts.push_back(LargestAmount(book, pin));
  }
  std::ranges::sort(left_out.deals);
  const NodeSpectrum rest =
      NodeSpectrum::Compute(spectrum.prepared(), node, spectrum.period(), options, true, left_out);
  placed.clear();
  for (const Pin& pin : pins) {
    placed.push_back(Place(rest, pin, true));
  }
  auto law = Divide(rest, placed, rest.grid().first, options);
  if (!law.has_value()) {
    return Fail(ErrorCode::kRefused,
                "The pinned outcomes together are too unlikely to be told apart from rounding.");
  }
  return Scenario{std::move(law->distribution), possible * law->probability, true};
}

}  // namespace ri::forecasting
