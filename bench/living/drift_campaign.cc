// False news of drift, power to see a break, memory, and speed.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <vector>

#include "base/random.h"
#include "campaigns.h"
#include "domain/probability.h"
#include "monitoring/calibration_evidence.h"
#include "monitoring/digest.h"
#include "monitoring/drift_report.h"
#include "monitoring/early_sign.h"
#include "monitoring/sketch_history.h"

namespace ri::living {
namespace {

constexpr std::size_t kFeatures = 60;
constexpr std::size_t kMoving = 30;    ///< of these change every week; the others stay
constexpr double kMemoryOfWeek = 0.8;  ///< correlation of a moving feature with the week before
constexpr double kStaysOpen = 0.9;     ///< chance to be open a week later: ten weeks on average
constexpr std::size_t kOpenDeals = 300;
constexpr int kWeeks = 13;

/// Deals that come and go while nothing about them changes.
class Pipeline {
 public:
  explicit Pipeline(std::uint64_t seed) : random_(seed, "living-pipeline") {
    rows_.resize(kOpenDeals * kFeatures);
    for (std::size_t i = 0; i < kOpenDeals; ++i) {
      Draw(i);
    }
  }
  void NextWeek() {
    const double fresh = std::sqrt(1 - kMemoryOfWeek * kMemoryOfWeek);
    for (std::size_t i = 0; i < kOpenDeals; ++i) {
      if (!random_.Bernoulli(kStaysOpen)) {
        Draw(i);
        continue;
      }
      for (std::size_t j = 0; j < kMoving; ++j) {
        float& value = rows_[i * kFeatures + j];
        value = static_cast<float>(kMemoryOfWeek * value + fresh * random_.Normal());
      }
    }
  }
  [[nodiscard]] const std::vector<float>& rows() const { return rows_; }

 private:
  void Draw(std::size_t deal) {
    for (std::size_t j = 0; j < kFeatures; ++j) {
      rows_[deal * kFeatures + j] = static_cast<float>(random_.Normal());
    }
  }
  base::RandomStream random_;
  std::vector<float> rows_;
};

monitoring::WeekKey KeyOf(int quarter, int week) {
  return {{2020 + quarter / 4, 1 + quarter % 4}, week};
}

std::vector<monitoring::FeatureBins> BinsFor(std::uint64_t seed) {
  base::RandomStream random(seed, "living-reference");
  std::vector<monitoring::FeatureBins> bins;
  std::vector<float> reference(2000);
  for (std::size_t j = 0; j < kFeatures; ++j) {
    for (float& value : reference) {
      value = static_cast<float>(random.Normal());
    }
    bins.push_back(monitoring::CutNumeric(fmt::format("feature {}", j), reference, 10));
  }
  return bins;
}

monitoring::WeekSketch SketchOf(const std::vector<monitoring::FeatureBins>& bins,
                                const std::vector<float>& rows) {
  monitoring::WeekSketch sketch{.num_deals = rows.size() / kFeatures};
  for (std::size_t j = 0; j < kFeatures; ++j) {
    sketch.features.push_back(
        monitoring::SketchNumeric(bins[j], rows.data(), sketch.num_deals, kFeatures, j));
  }
  return sketch;
}

struct Quiet {
  int findings = 0;    ///< of drift, in one quarter's digests
  bool alarm = false;  ///< of calibration
  bool early = false;  ///< an early sign
};

/// Bets of one week: the model says these chances; the odds of a win are e^shift times as high.
std::vector<monitoring::WeeklyBet> Bets(base::RandomStream& random, std::size_t deals,
                                        double shift) {
  std::vector<monitoring::WeeklyBet> bets(deals);
  for (monitoring::WeeklyBet& bet : bets) {
    bet.win_chance = 0.005 + 0.035 * random.Uniform();
    bet.loss_chance = 0.02 + 0.06 * random.Uniform();
    const double win = bet.win_chance * std::exp(shift);
    const double total = win + 1 - bet.win_chance;
    const double u = random.Uniform() * total;
    bet.result = u < win                     ? monitoring::WeekResult::kWon
                 : u < win + bet.loss_chance ? monitoring::WeekResult::kLost
                                             : monitoring::WeekResult::kStillOpen;
  }
  return bets;
}

Quiet QuietQuarter(std::uint64_t seed) {
  Quiet quiet;
  monitoring::SketchHistory history(BinsFor(seed));
  Pipeline pipeline(seed);
  monitoring::PersistentDrift digest;
  monitoring::CalibrationEvidence evidence;
  monitoring::EarlySign early;
  base::RandomStream random(seed, "living-bets");
  for (int quarter = 0; quarter < monitoring::kQuartersKept; ++quarter) {
    for (int week = 1; week <= kWeeks; ++week) {
      pipeline.NextWeek();
      [[maybe_unused]] const Status added =
          history.Add(KeyOf(quarter, week), SketchOf(history.bins(), pipeline.rows()));
      if (quarter + 1 == monitoring::kQuartersKept) {
        quiet.findings += static_cast<int>(
            digest.AddWeek(monitoring::CompareWeek(history, KeyOf(quarter, week))).size());
        const std::vector<monitoring::WeeklyBet> bets = Bets(random, kOpenDeals, 0);
        evidence.AddWeek(bets);
        early.AddWeek(bets);
      }
    }
  }
  quiet.alarm = evidence.alarm();
  quiet.early = early.seen();
  return quiet;
}

/// First weeks of an alarm and of an early sign; 0 within a quarter without one.
struct Seen {
  int alarm = 0, early = 0;
};

/// `luck`: standard deviation of a shift common to the quarter, beside the break.
Seen WeeksUntilSeen(std::uint64_t seed, std::size_t deals, double shift, double luck) {
  monitoring::CalibrationEvidence evidence;
  monitoring::EarlySign early;
  Seen seen;
  base::RandomStream random(seed, "living-break", deals);
  const double of_quarter = shift + luck * random.Normal();
  for (int week = 1; week <= kWeeks; ++week) {
    const std::vector<monitoring::WeeklyBet> bets = Bets(random, deals, of_quarter);
    evidence.AddWeek(bets);
    early.AddWeek(bets);
    seen.alarm = seen.alarm == 0 && evidence.alarm() ? week : seen.alarm;
    seen.early = seen.early == 0 && early.seen() ? week : seen.early;
  }
  return seen;
}

constexpr int kSoon = 8;
constexpr double kBreak = -0.3;
constexpr double kOrdinaryLuck = 0.1;
/// Upper quantile of the normal law at the chance of one side of the early sign.
constexpr double kOneSide = 1.6449;

/// Power after eight weeks of the most powerful test of size .05 that the outcomes of the weeks
/// allow, which knows the size of the break: the likelihood ratio falls with the number of wins,
/// whose law is close to normal. `luck` is that of the quarter, under both hypotheses.
double BestPower(std::size_t deals, double luck) {
  constexpr int kGrid = 1000;
  double expected = 0;
  double variance = 0;
  double expected_broken = 0;
  double variance_broken = 0;
  for (int i = 0; i < kGrid; ++i) {
    const double chance = 0.005 + 0.035 * (i + 0.5) / kGrid;
    const double broken = chance * std::exp(kBreak) / (chance * std::exp(kBreak) + 1 - chance);
    const double weight = kSoon * static_cast<double>(deals) / kGrid;
    expected += weight * chance;
    variance += weight * chance * (1 - chance);
    expected_broken += weight * broken;
    variance_broken += weight * broken * (1 - broken);
  }
  const double quiet = variance + luck * luck * variance * variance;
  const double loud = variance_broken + luck * luck * variance_broken * variance_broken;
  const double margin = expected - expected_broken - kOneSide * std::sqrt(quiet);
  return 0.5 * std::erfc(-margin / std::sqrt(2 * loud));
}

std::string BreakTable(int seeds) {
  std::string text =
      "\n| open deals | wins expected a week | early sign within 8 weeks | best possible | best "
      "possible with luck | early sign without a break | the same with luck | alarm within 8 weeks "
      "| false alarms |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const std::size_t deals : {250U, 500U, 1000U, 1500U, 2000U, 3000U, 4000U, 5000U}) {
    int early = 0;
    int alarm = 0;
    int false_early = 0;
    int lucky_early = 0;
    int false_alarm = 0;
    for (int seed = 0; seed < seeds; ++seed) {
      const auto number = static_cast<std::uint64_t>(seed);
      const Seen broken = WeeksUntilSeen(number, deals, kBreak, 0);
      early += broken.early > 0 && broken.early <= kSoon ? 1 : 0;
      alarm += broken.alarm > 0 && broken.alarm <= kSoon ? 1 : 0;
      const Seen quiet = WeeksUntilSeen(number + 100'000, deals, 0, 0);
      false_early += quiet.early > 0 ? 1 : 0;
      false_alarm += quiet.alarm > 0 ? 1 : 0;
      lucky_early += WeeksUntilSeen(number + 200'000, deals, 0, kOrdinaryLuck).early > 0 ? 1 : 0;
    }
    text += fmt::format("| {} | {:.0f} | {} of {} | {:.0f} % | {:.0f} % | {} | {} | {} | {} |\n",
                        deals, 0.0225 * static_cast<double>(deals), early, seeds,
                        100 * BestPower(deals, 0), 100 * BestPower(deals, kOrdinaryLuck),
                        false_early, lucky_early, alarm, false_alarm);
  }
  return text;
}

std::string MemoryTable() {
  std::string text = "\n| quarters added | weeks kept | bytes as JSON |\n|---|---|---|\n";
  const std::vector<monitoring::FeatureBins> bins = BinsFor(1);
  Pipeline pipeline(1);
  for (const int quarters : {1, 10, 100}) {
    monitoring::SketchHistory history(bins);
    const monitoring::WeekSketch sketch = SketchOf(bins, pipeline.rows());
    for (int quarter = 0; quarter < quarters; ++quarter) {
      for (int week = 1; week <= kWeeks; ++week) {
        [[maybe_unused]] const Status added = history.Add(KeyOf(quarter, week), sketch);
      }
    }
    text +=
        fmt::format("| {} | {} | {} |\n", quarters, history.num_weeks(), history.ToJson().size());
  }
  return text;
}

std::string SpeedLine() {
  constexpr std::size_t kRows = 1'000'000;
  std::vector<float> rows(kRows * kFeatures);
  base::RandomStream random(1, "living-speed");
  for (float& value : rows) {
    value = static_cast<float>(random.Uniform());
  }
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu_begin = std::clock();
  std::vector<monitoring::FeatureBins> bins;
  std::vector<float> sample(20'000);
  for (std::size_t j = 0; j < kFeatures; ++j) {
    for (std::size_t i = 0; i < sample.size(); ++i) {
      sample[i] = rows[50 * i * kFeatures + j];
    }
    bins.push_back(monitoring::CutNumeric(fmt::format("feature {}", j), sample));
  }
  const monitoring::WeekSketch now = SketchOf(bins, rows);
  const monitoring::ReferenceSketch before{.weeks = 3, .sum = now};
  const monitoring::DriftReport report = monitoring::CompareSketches(bins, before, now);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double processor =
      static_cast<double>(std::clock() - cpu_begin) / static_cast<double>(CLOCKS_PER_SEC);
  return fmt::format(
      "| drift report of 1,000,000 rows x {} features | {:.2f} s ({:.2f} s of one "
      "core) | at most 5 s |\n",
      report.features.size(), seconds, processor);
}

}  // namespace

Result<std::string> DriftCampaign(const Options& options) {
  int findings = 0;
  int most = 0;
  int with_more = 0;
  int alarms = 0;
  int early = 0;
  double all = 0;
  for (int seed = 0; seed < options.seeds; ++seed) {
    const Quiet quiet = QuietQuarter(options.seed + static_cast<std::uint64_t>(seed));
    findings += quiet.findings;
    most = std::max(most, quiet.findings);
    const int of_any_kind = quiet.findings + (quiet.alarm || quiet.early ? 1 : 0);
    with_more += of_any_kind > 1 ? 1 : 0;
    all += of_any_kind;
    early += quiet.early ? 1 : 0;
    alarms += quiet.alarm ? 1 : 0;
  }
  std::string text = fmt::format(
      "## Drift\n\n{} quarters in which nothing changed, {} open deals, {} features.\n\n"
      "| figure | measured | asked |\n|---|---|---|\n"
      "| drift findings in a quarter, mean | {:.2f} | at most 1 |\n"
      "| drift findings in a quarter, most | {} | |\n"
      "| findings of any kind in a quarter, mean | {:.2f} | at most 1 |\n"
      "| quarters with more than one finding of any kind | {} of {} | |\n"
      "| quarters with an early sign | {} of {} | at most 1 in 10 |\n"
      "| quarters with a calibration alarm | {} of {} | at most 1 in 100 |\n",
      options.seeds, kOpenDeals, kFeatures, static_cast<double>(findings) / options.seeds, most,
      all / options.seeds, with_more, options.seeds, early, options.seeds, alarms, options.seeds);
  text += SpeedLine();
  text +=
      "\nWins rarer by 0.3 log-odds, losses as said (asked: within eight weeks in 80 of 100):\n";
  text += BreakTable(options.seeds);
  text += MemoryTable();
  return text;
}

}  // namespace ri::living
