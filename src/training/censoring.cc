#include "training/censoring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/sum.h"
#include "domain/probability.h"
#include "training/candidate.h"

namespace ri::training {
namespace {

constexpr std::size_t kBlock = 256;
constexpr double kStartChance = 0.3;       // of an open row, before anything was fitted
constexpr double kMinMaturedShare = 0.25;  // below it, timing and win rate can hardly be told apart
constexpr int kLongestLifeDays = 104 * 7;
constexpr int kShortestExpiryDays = 26 * 7;

int DaysOf(domain::Timestamp from, domain::Timestamp to) {
  return static_cast<int>(
      std::max<std::int64_t>(0, (domain::DateOf(to) - domain::DateOf(from)).count()));
}

/// Age from which an open deal counts as lost: 1.5 times what 99 of 100 won deals needed.
int ExpiryDays(const std::vector<models::TimingRecord>& records) {
  std::vector<int> ages;
  for (const models::TimingRecord& record : records) {
    if (record.end == models::TimingRecord::End::kWon) {
      ages.push_back(record.exit_age);
    }
  }
  if (ages.empty()) {
    return kLongestLifeDays;
  }
  std::ranges::sort(ages);
  const int longest = ages[(ages.size() - 1) * 99 / 100];
  return std::clamp(longest * 3 / 2, kShortestExpiryDays, kLongestLifeDays);
}

/// The head that only fills in open rows: small, so that it does not learn its own guesses.
CandidateSpec FillingHead(int num_threads) {
  CandidateSpec spec{.name = "filling", .family = Family::kTrees};
  spec.trees.depth = 3;
  spec.trees.learning_rate = 0.1;
  spec.trees.min_child_weight = 20;
  spec.trees.num_threads = num_threads;
  return spec;
}
constexpr int kFillingRounds = 60;

}  // namespace

std::vector<models::TimingRecord> TimingRecordsAt(const EpisodesOfDeals& episodes,
                                                  domain::Timestamp cut) {
  std::vector<models::TimingRecord> records;
  for (const auto& lives : episodes) {
    for (const features::Episode& episode : lives) {
      if (episode.excluded || episode.undated || !episode.qualified || *episode.qualified >= cut) {
        continue;
      }
      models::TimingRecord record{.opened = domain::DateOf(episode.opened),
                                  .entry_age = DaysOf(episode.opened, *episode.qualified),
                                  .exit_age = DaysOf(episode.opened, cut)};
      if (episode.outcome != features::Outcome::kOpen && episode.closed &&
          episode.outcome_visible && *episode.outcome_visible < cut) {
        record.exit_age = DaysOf(episode.opened, *episode.closed);
        record.end = episode.outcome == features::Outcome::kWon ? models::TimingRecord::End::kWon
                                                                : models::TimingRecord::End::kLost;
      }
      records.push_back(record);
    }
  }
  return records;
}

std::vector<ObservationChance> ObservationChances(const TrainingMatrix& matrix,
                                                  std::span<const std::size_t> rows,
                                                  const EpisodesOfDeals& episodes,
                                                  const std::optional<models::TimeToClose>& timing,
                                                  domain::Timestamp cut, int num_threads) {
  std::vector<ObservationChance> chances(rows.size());
  if (!timing) {
    return chances;
  }
  base::ParallelFor(rows.size(), kBlock, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const TrainingRow& row = matrix.set.rows[rows[i]];
      if (row.undated) {
        continue;
      }
      const features::Episode& episode = episodes[row.key.deal][row.key.episode];
      const models::CloseCurve curve =
          timing->CurveFrom({.as_of = domain::DateOf(row.key.as_of),
                             .age_days = DaysOf(episode.opened, row.key.as_of)});
      const int follow_up = DaysOf(row.key.as_of, cut);
      chances[i] = {.won = curve.WonWithin(follow_up), .lost = curve.LostWithin(follow_up)};
    }
  });
  return chances;
}

Result<LabelsAtCut> LabelRowsAt(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                                domain::Timestamp cut, const CensoringOptions& options,
                                base::Progress& progress) {
  const std::vector<models::TimingRecord> records = TimingRecordsAt(episodes, cut);
  const int expiry = ExpiryDays(records);
  LabelsAtCut result;
  std::vector<std::size_t> open;  // positions in result.rows
  std::size_t known = 0;
  std::size_t won = 0;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const TrainingRow& row = matrix.set.rows[i];
    if (row.key.as_of >= cut) {
      break;  // rows are in time order
    }
    if (row.KnownBefore(cut)) {
      result.labels.push_back(row.label());
      won += row.label() > 0 ? 1 : 0;
      ++known;
    } else if (matrix.set.all_undated) {
      continue;  // nothing is known about its end, and there is no clock to guess by
    } else if (DaysOf(episodes[row.key.deal][row.key.episode].opened, cut) > expiry) {
      result.labels.push_back(0);  // nobody closed it; as good as lost
      ++known;
    } else {
      open.push_back(result.rows.size());
      result.labels.push_back(kStartChance);
    }
    result.rows.push_back(i);
  }
  if (known == 0) {
    return Fail(ErrorCode::kRefused,
                "No deal had closed before " + domain::FormatTimestamp(cut) + ".");
  }
  result.open_share = static_cast<double>(open.size()) / static_cast<double>(result.rows.size());
  auto timing = models::TimeToClose::Fit(records, options.calendar);
  if (timing) {
    result.timing = *std::move(timing);
  }
  if (open.empty()) {
    return result;
  }
  if (!result.timing || won == 0 || won == known) {
    // Without timing or without one of the outcomes nothing can be said about open rows.
    std::vector<std::size_t> rows;
    std::vector<double> labels;
    std::size_t next_open = 0;
    for (std::size_t i = 0; i < result.rows.size(); ++i) {
      if (next_open < open.size() && open[next_open] == i) {
        ++next_open;
        continue;
      }
      rows.push_back(result.rows[i]);
      labels.push_back(result.labels[i]);
    }
    result.rows = std::move(rows);
    result.labels = std::move(labels);
    return result;
  }
  if (1 - result.open_share < kMinMaturedShare) {
    result.note = fmt::format(
        "Only {:.0f} % of the rows belong to deals that have closed; the win rate of the others "
        "rests on timing alone.",
        100 * (1 - result.open_share));
  }
  const std::vector<ObservationChance> chances =
      ObservationChances(matrix, result.rows, episodes, result.timing, cut, options.num_threads);
  const base::Matrix<float> encoded = TakeRows(matrix.encoded, result.rows);
  const std::vector<double> weights(result.rows.size(), 1.0);
  double mean_before = kStartChance;
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    RI_ASSIGN_OR_RETURN(
        const FittedHead head,
        FitCandidate(FillingHead(options.num_threads),
                     {.rows = encoded.view(), .labels = result.labels, .weights = weights},
                     {.seed = options.seed, .rounds = kFillingRounds}, progress));
    const std::vector<double> margins = head.Margins(encoded.view());
    base::CompensatedSum sum;
    for (const std::size_t i : open) {
      const double chance = domain::Logistic(margins[i]);
      const double still_won = chance * (1 - chances[i].won);
      const double still_lost = (1 - chance) * (1 - chances[i].lost);
      const double total = still_won + still_lost;
      result.labels[i] = total > 0 ? still_won / total : chance;
      sum.Add(result.labels[i]);
    }
    const double mean = sum.value() / static_cast<double>(open.size());
    if (std::fabs(mean - mean_before) < options.tolerance) {
      break;
    }
    mean_before = mean;
  }
  return result;
}

}  // namespace ri::training
