// Does the hold-out's interval contain the true effect?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
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
  return fmt::format(
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
}

}  // namespace ri::living
