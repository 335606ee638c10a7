// Does the hold-out's interval contain the true effect?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <vector>

#include "base/random.h"
#include "campaigns.h"
#include "domain/probability.h"
#include "monitoring/holdout.h"
#include "synthetic/generator.h"

namespace ri::living {
namespace {

struct Review {
  std::string deal_id, quarter;
  double amount = 0;
  bool treated = false;
  double with = 0, without = 0;  ///< exact chances to be won
  bool won = false, known = false;
};

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (const char c : line) {
    if (c == ',') {
      cells.push_back(std::move(cell));
      cell.clear();
    } else if (c != '"') {
      cell.push_back(c);
    }
  }
  cells.push_back(std::move(cell));
  return cells;
}

std::vector<Review> ReadReviews(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::map<std::string, std::size_t> column;
  const std::vector<std::string> header = Cells(line);
  for (std::size_t i = 0; i < header.size(); ++i) {
    column[header[i]] = i;
  }
  std::vector<Review> reviews;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = Cells(line);
    const std::string& outcome = cells.at(column.at("outcome"));
    const std::string& at = cells.at(column.at("reviewed_at"));
    reviews.push_back(
        {.deal_id = cells.at(column.at("deal_id")),
         .quarter = at.substr(0, 4) + std::to_string((std::stoi(at.substr(5, 2)) - 1) / 3),
         .treated = cells.at(column.at("treated")) == "true",
         .with = std::stod(cells.at(column.at("win_probability_treated"))),
         .without = std::stod(cells.at(column.at("win_probability_silent"))),
         .won = outcome == "won",
         .known = outcome == "won" || outcome == "lost"});
  }
  return reviews;
}

/// Amounts of the deals, as known in the end.
std::map<std::string, double> ReadAmounts(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> header = Cells(line);
  const auto position = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  };
  const std::size_t id = position("deal_id");
  const std::size_t amount = position("closed_amount");
  std::map<std::string, double> amounts;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = Cells(line);
    amounts[cells.at(id)] = cells.at(amount).empty() ? 0 : std::stod(cells.at(amount));
  }
  return amounts;
}

/// True gain of acting on the five deals of each quarter that an order puts first.
struct ListGains {
  double by_stake = 0, by_amount = 0, best = 0;
};

ListGains GainsOfLists(const std::vector<Review>& reviews, const std::vector<double>& said) {
  constexpr std::size_t kPlaces = 5;
  std::map<std::string, std::vector<std::size_t>> quarters;
  for (std::size_t i = 0; i < reviews.size(); ++i) {
    quarters[reviews[i].quarter].push_back(i);
  }
  ListGains gains;
  for (auto& [quarter, members] : quarters) {
    const auto gain = [&](std::size_t i) {
      return reviews[i].amount * (reviews[i].with - reviews[i].without);
    };
    const auto total = [&](const auto& worth) {
      std::ranges::stable_sort(members, std::ranges::greater(), worth);
      double sum = 0;
      for (std::size_t k = 0; k < std::min(kPlaces, members.size()); ++k) {
        sum += gain(members[k]);
      }
      return sum;
    };
    gains.by_stake +=
        total([&](std::size_t i) { return reviews[i].amount * said[i] * (1 - said[i]); });
    gains.by_amount += total([&](std::size_t i) { return reviews[i].amount; });
    gains.best += total(gain);
  }
  return gains;
}

/// Fall of the true chance to miss a quarter's target when the five deals an order puts first are
/// acted on, summed over the quarters of a company.
struct MissGains {
  double by_plan = 0, by_stake = 0, by_amount = 0, best = 0;
  int quarters = 0;
};

constexpr std::size_t kCells = 600;

/// Distribution of the sum of won amounts in cells; the last cell holds all above.
class Total {
 public:
  Total() : mass_(kCells, 0.0) { mass_[0] = 1; }
  void Add(std::size_t cells, double chance) {
    std::vector<double> next(kCells, 0.0);
    for (std::size_t c = 0; c < kCells; ++c) {
      next[c] += mass_[c] * (1 - chance);
      next[std::min(kCells - 1, c + cells)] += mass_[c] * chance;
    }
    mass_ = std::move(next);
  }
  /// P(sum >= target)
  [[nodiscard]] double Reach(std::size_t target) const {
    double sum = 0;
    for (std::size_t c = target; c < kCells; ++c) {
      sum += mass_[c];
    }
    return sum;
  }

 private:
  std::vector<double> mass_;
};

/// How far winning a deal moves the chance of the target, for every deal.
std::vector<double> Swings(std::span<const std::size_t> cells, std::span<const double> chances,
                           std::size_t target) {
  std::vector<double> swings;
  for (std::size_t out = 0; out < cells.size(); ++out) {
    Total rest;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != out) {
        rest.Add(cells[i], chances[i]);
      }
    }
    swings.push_back(rest.Reach(target - std::min(target, cells[out])) - rest.Reach(target));
  }
  return swings;
}

/// The target is the expected total: what the plan does not know is what it is judged by.
MissGains GainsAgainstMissing(const std::vector<Review>& reviews, const std::vector<double>& said) {
  constexpr std::size_t kPlaces = 5;
  std::map<std::string, std::vector<std::size_t>> quarters;
  for (std::size_t i = 0; i < reviews.size(); ++i) {
    quarters[reviews[i].quarter].push_back(i);
  }
  MissGains gains;
  for (const auto& [quarter, members] : quarters) {
    double expected = 0;
    for (const std::size_t i : members) {
      expected += reviews[i].amount * reviews[i].without;
    }
    if (members.size() <= kPlaces || !(expected > 0)) {
      continue;
    }
    // The target lies in the middle of the cells.
    constexpr std::size_t kTarget = kCells / 2;
    std::vector<std::size_t> cells;
    std::vector<double> without;
    std::vector<double> with;
    std::vector<double> chance;
    for (const std::size_t i : members) {
      cells.push_back(
          static_cast<std::size_t>(std::lround(reviews[i].amount * kTarget / expected)));
      without.push_back(reviews[i].without);
      with.push_back(reviews[i].with);
      chance.push_back(said[i]);
    }
    const std::vector<double> said_swings = Swings(cells, chance, kTarget);
    const std::vector<double> true_swings = Swings(cells, without, kTarget);
    const auto reach = [&](const std::vector<double>& worth) {
      std::vector<std::size_t> order(members.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::stable_sort(order, std::ranges::greater(),
                               [&](std::size_t k) { return worth[k]; });
      Total total;
      for (std::size_t place = 0; place < order.size(); ++place) {
        const std::size_t k = order[place];
        total.Add(cells[k], place < kPlaces ? with[k] : without[k]);
      }
      return total.Reach(kTarget);
    };
    Total untouched;
    std::vector<double> plan;
    std::vector<double> stake;
    std::vector<double> amount;
    std::vector<double> best;
    for (std::size_t k = 0; k < members.size(); ++k) {
      untouched.Add(cells[k], without[k]);
      const double movable = chance[k] * (1 - chance[k]);
      plan.push_back(said_swings[k] * movable);
      stake.push_back(reviews[members[k]].amount * movable);
      amount.push_back(reviews[members[k]].amount);
      best.push_back(true_swings[k] * (with[k] - without[k]));
    }
    const double before = untouched.Reach(kTarget);
    gains.by_plan += reach(plan) - before;
    gains.by_stake += reach(stake) - before;
    gains.by_amount += reach(amount) - before;
    gains.best += reach(best) - before;
    ++gains.quarters;
  }
  return gains;
}

/// Mean over companies with its 95 % interval, in points.
std::string MeanText(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) {
    mean += value / static_cast<double>(values.size());
  }
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  const auto count = static_cast<double>(values.size());
  const double half = count > 1 ? 1.96 * std::sqrt(squares / (count - 1) / count) : std::nan("");
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", 100 * mean, 100 * (mean - half),
                     100 * (mean + half));
}

}  // namespace

Result<std::string> HoldoutCampaign(const Options& options) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("ri-living-{}", options.seed);
  const std::size_t deals = options.deals == 0 ? 1500 : options.deals;
  int covered = 0;
  int enough = 0;
  int above_zero = 0;
  double mean_truth = 0;
  double mean_estimate = 0;
  double mean_width = 0;
  std::size_t reviews_seen = 0;
  ListGains lists;
  int stake_better = 0;
  std::vector<double> miss_plan;
  std::vector<double> miss_stake;
  std::vector<double> miss_amount;
  std::vector<double> miss_best;
  std::vector<double> plan_over_amount;
  for (int s = 0; s < options.seeds; ++s) {
    std::filesystem::remove_all(folder);
    synthetic::GeneratorOptions generator{.scenario = "realistic",
                                          .deals = deals,
                                          .quarters = 8,
                                          .seed = options.seed + static_cast<std::uint64_t>(s),
                                          .threads = options.threads,
                                          .output_folder = folder.string(),
                                          .truth_share = 0,
                                          .quarter_draws = 0};
    generator.intervention.enabled = true;
    RI_ASSIGN_OR_RETURN([[maybe_unused]] const auto made, synthetic::Generate(generator));
    std::vector<monitoring::TrialRow> rows;
    double truth = 0;
    base::RandomStream noise(generator.seed, "model-error");
    std::vector<Review> reviews = ReadReviews((folder / "truth/interventions.csv").string());
    std::erase_if(reviews, [](const Review& review) { return !review.known; });
    const std::map<std::string, double> amounts =
        ReadAmounts((folder / "truth/deals.csv").string());
    std::vector<double> chances;
    for (Review& review : reviews) {
      const auto amount = amounts.find(review.deal_id);
      review.amount = amount == amounts.end() ? 0 : amount->second;
      truth += review.with - review.without;
      // A model does not know the exact chance: it errs by half a log-odds.
      const double said = domain::Logistic(
          domain::Logit(std::clamp(review.without, 1e-4, 1 - 1e-4)) + 0.5 * noise.Normal());
      chances.push_back(said);
      rows.push_back({.shown = review.treated, .chance = said, .outcome = review.won ? 1.0 : 0.0});
    }
    const ListGains gains = GainsOfLists(reviews, chances);
    lists.by_stake += gains.by_stake;
    lists.by_amount += gains.by_amount;
    lists.best += gains.best;
    stake_better += gains.by_stake > gains.by_amount ? 1 : 0;
    const MissGains missing = GainsAgainstMissing(reviews, chances);
    miss_plan.push_back(missing.by_plan / missing.quarters);
    miss_stake.push_back(missing.by_stake / missing.quarters);
    miss_amount.push_back(missing.by_amount / missing.quarters);
    miss_best.push_back(missing.best / missing.quarters);
    plan_over_amount.push_back(miss_plan.back() - miss_amount.back());
    truth /= static_cast<double>(rows.size());
    reviews_seen += rows.size();
    const monitoring::Lift lift = monitoring::EstimateLift(rows);
    enough += lift.enough ? 1 : 0;
    covered += lift.enough && lift.low <= truth && truth <= lift.high ? 1 : 0;
    above_zero += lift.enough && lift.low > 0 ? 1 : 0;
    mean_truth += truth / options.seeds;
    mean_estimate += lift.estimate / options.seeds;
    mean_width += (lift.high - lift.low) / options.seeds;
  }
  std::filesystem::remove_all(folder);
  const std::string plan = fmt::format(
      "\nHow far the true chance to miss a quarter's target (the expected total of its reviewed "
      "deals) falls when five deals are acted on, points, mean of companies (95 %):\n\n| order | "
      "fall |\n|---|---|\n| swing x p (1 - p), what most moves the chance to miss | {} |\n| amount "
      "at stake | {} |\n| amount | {} |\n| best five singly, by the truth | {} |\n| first less "
      "amount | {} |\n",
      MeanText(miss_plan), MeanText(miss_stake), MeanText(miss_amount), MeanText(miss_best),
      MeanText(plan_over_amount));
  const std::string head = fmt::format(
      "## Hold-out\n\n{} companies of {} deals with the intervention arm, {:.0f} judged reviews "
      "each.\n\n| figure | measured | asked |\n|---|---|---|\n"
      "| intervals that contain the true lift | {} of {} | 90 to 99 of 100 |\n"
      "| trials with enough data | {} | |\n"
      "| mean true lift | {:+.2f} points | |\n| mean estimate | {:+.2f} points | |\n"
      "| mean width of the interval | {:.2f} points | |\n"
      "| intervals above zero | {} | |\n\n"
      "Five deals of each quarter acted on, by an order that knows the chance up to half a "
      "log-odds; true gain as a share of the best possible five:\n\n| order | true gain "
      "|\n|---|---|\n| amount at stake | {:.1f} % |\n| amount | {:.1f} % |\n\nAt stake was "
      "better than amount in {} of {} companies.\n",
      options.seeds, deals, static_cast<double>(reviews_seen) / options.seeds, covered,
      options.seeds, enough, 100 * mean_truth, 100 * mean_estimate, 100 * mean_width, above_zero,
      100 * lists.by_stake / lists.best, 100 * lists.by_amount / lists.best, stake_better,
      options.seeds);
  return head + plan;
}

}  // namespace ri::living
