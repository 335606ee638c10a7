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
  base::RandomStream random(seed, "living-bets");
  for (int quarter = 0; quarter < monitoring::kQuartersKept; ++quarter) {
    for (int week = 1; week <= kWeeks; ++week) {
      pipeline.NextWeek();
      [[maybe_unused]] const Status added =
          history.Add(KeyOf(quarter, week), SketchOf(history.bins(), pipeline.rows()));
      if (quarter + 1 == monitoring::kQuartersKept) {
        quiet.findings += static_cast<int>(
            digest.AddWeek(monitoring::CompareWeek(history, KeyOf(quarter, week))).size());
        evidence.AddWeek(Bets(random, kOpenDeals, 0));
      }
    }
  }
  quiet.alarm = evidence.alarm();
  return quiet;
}

/// First week of an alarm; 0 within a quarter without one.
int AlarmWeek(std::uint64_t seed, std::size_t deals, double shift) {
  monitoring::CalibrationEvidence evidence;
  base::RandomStream random(seed, "living-break", deals);
  for (int week = 1; week <= kWeeks; ++week) {
    evidence.AddWeek(Bets(random, deals, shift));
    if (evidence.alarm()) {
      return week;
    }
  }
  return 0;
}

std::string BreakTable(int seeds) {
  std::string text =
      "\n| open deals | wins expected a week | seen within 8 weeks | seen in the quarter | false "
      "alarms |\n|---|---|---|---|---|\n";
  for (const std::size_t deals : {1000U, 2000U, 3000U, 4000U, 5000U}) {
    int soon = 0;
    int ever = 0;
    int wrong = 0;
    for (int seed = 0; seed < seeds; ++seed) {
      const int week = AlarmWeek(static_cast<std::uint64_t>(seed), deals, -0.3);
      soon += week > 0 && week <= 8 ? 1 : 0;
      ever += week > 0 ? 1 : 0;
      wrong += AlarmWeek(static_cast<std::uint64_t>(seed) + 100'000, deals, 0) > 0 ? 1 : 0;
    }
    text += fmt::format("| {} | {:.0f} | {} of {} | {} | {} |\n", deals,
                        0.0225 * static_cast<double>(deals), soon, seeds, ever, wrong);
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
  for (int seed = 0; seed < options.seeds; ++seed) {
    const Quiet quiet = QuietQuarter(options.seed + static_cast<std::uint64_t>(seed));
    findings += quiet.findings;
    most = std::max(most, quiet.findings);
    with_more += quiet.findings + (quiet.alarm ? 1 : 0) > 1 ? 1 : 0;
    alarms += quiet.alarm ? 1 : 0;
  }
  std::string text = fmt::format(
      "## Drift\n\n{} quarters in which nothing changed, {} open deals, {} features.\n\n"
      "| figure | measured | asked |\n|---|---|---|\n"
      "| drift findings in a quarter, mean | {:.2f} | at most 1 |\n"
      "| drift findings in a quarter, most | {} | |\n"
      "| quarters with more than one finding of any kind | {} of {} | |\n"
      "| quarters with a calibration alarm | {} of {} | at most 1 in 100 |\n",
      options.seeds, kOpenDeals, kFeatures, static_cast<double>(findings) / options.seeds, most,
      with_more, options.seeds, alarms, options.seeds);
  text += SpeedLine();
  text +=
      "\nWins rarer by 0.3 log-odds, losses as said (asked: within eight weeks in 80 of 100):\n";
  text += BreakTable(options.seeds);
  text += MemoryTable();
  return text;
}

}  // namespace ri::living
