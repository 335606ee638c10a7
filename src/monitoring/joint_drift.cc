#include "monitoring/joint_drift.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/ranking.h"
#include "models/booster.h"

namespace ri::monitoring {
namespace {

constexpr std::size_t kSmallestSide = 100;
constexpr std::size_t kReasonsShown = 5;
constexpr double kOneSided = 0.95;

struct Rows {
  std::vector<float> values;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
};

/// Every k-th row, so that the set keeps its spread in time.
void Take(const LabelledBlock& block, double label, std::size_t max_rows, Rows& rows) {
  const std::size_t n = block.rows.num_rows();
  const std::size_t step = std::max<std::size_t>(1, (n + max_rows - 1) / max_rows);
  for (std::size_t i = 0; i < n; i += step) {
    const auto row = block.rows.row(i);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    rows.labels.push_back(label);
    rows.deals.push_back(block.deals[i]);
  }
}

bool InFirstHalf(std::uint64_t seed, std::uint32_t deal) {
  return (base::HashCombine(seed, deal) & 1U) == 0;
}

/// What a feature does in a tree: how far apart its splits pull the rows that pass them, by cover.
void AddSpread(const models::Tree& tree, std::vector<double>& spread) {
  std::vector<double> mean(tree.num_nodes());
  for (std::size_t node = tree.num_nodes(); node-- > 0;) {
    if (tree.is_leaf(node)) {
      mean[node] = tree.value[node];
      continue;
    }
    const auto left = static_cast<std::size_t>(tree.left[node]);
    const auto right = static_cast<std::size_t>(tree.right[node]);
    const double total = tree.cover[left] + tree.cover[right];
    const double share = total > 0 ? tree.cover[left] / total : 0.5;
    mean[node] = share * mean[left] + (1 - share) * mean[right];
    spread[static_cast<std::size_t>(tree.feature[node])] +=
        total * 2 * share * (1 - share) * std::fabs(mean[left] - mean[right]);
  }
}

std::vector<JointDriftReason> Reasons(std::span<const double> spread,
                                      std::span<const std::string> names) {
  double total = 0;
  for (const double value : spread) {
    total += value;
  }
  std::vector<JointDriftReason> reasons;
  for (std::size_t j = 0; j < spread.size() && total > 0; ++j) {
    reasons.push_back({.feature = names[j], .share = spread[j] / total});
  }
  std::ranges::sort(reasons, [](const JointDriftReason& a, const JointDriftReason& b) {
    return a.share != b.share ? a.share > b.share : a.feature < b.feature;
  });
  if (reasons.size() > kReasonsShown) {
    reasons.resize(kReasonsShown);
  }
  return reasons;
}

}  // namespace

void HoldAgainstOrdinary(std::span<const JointDrift> past, JointDrift& now) {
  for (const JointDrift& week : past) {
    if (week.refusal.empty() && !(week.auc <= now.ordinary_auc)) {
      now.ordinary_auc = week.auc;
    }
  }
  if (now.auc <= now.ordinary_auc + kAucAboveOrdinary) {
    now.drifted = false;
    now.reasons.clear();
  }
}

Result<JointDrift> DetectJointDrift(const LabelledBlock& before, const LabelledBlock& now,
                                    std::span<const std::string> feature_names,
                                    const JointDriftOptions& options, base::Progress& progress) {
  const std::size_t width = feature_names.size();
  if (before.rows.num_columns() != width || now.rows.num_columns() != width ||
      before.deals.size() != before.rows.num_rows() || now.deals.size() != now.rows.num_rows()) {
    return Fail(ErrorCode::kUsage, "Both sets need the same features and one deal per row.");
  }
  Rows rows;
  Take(before, 0, options.max_rows, rows);
  JointDrift drift{.before = rows.labels.size()};
  Take(now, 1, options.max_rows, rows);
  drift.now = rows.labels.size() - drift.before;
  if (drift.before < kSmallestSide || drift.now < kSmallestSide) {
    drift.auc = std::nan("");
    drift.refusal = "Fewer than " + std::to_string(kSmallestSide) + " rows on one side.";
    return drift;
  }
  std::vector<double> scores(rows.labels.size());
  std::vector<double> spread(width, 0.0);
  for (const bool first : {true, false}) {
    Rows fit;
    std::vector<std::size_t> judged;
    for (std::size_t i = 0; i < rows.labels.size(); ++i) {
      if (InFirstHalf(options.seed, rows.deals[i]) == first) {
        const auto from = rows.values.begin() + static_cast<std::ptrdiff_t>(i * width);
        fit.values.insert(fit.values.end(), from, from + static_cast<std::ptrdiff_t>(width));
        fit.labels.push_back(rows.labels[i]);
      } else {
        judged.push_back(i);
      }
    }
    const auto [least, most] = std::ranges::minmax(fit.labels);
    if (fit.labels.empty() || least == most || judged.empty()) {
      drift.auc = std::nan("");
      drift.refusal = "The two sets do not share out over two halves of the deals.";
      return drift;
    }
    const base::MatrixView<const float> view(fit.values.data(), fit.labels.size(), width);
    RI_ASSIGN_OR_RETURN(
        const models::TrainedBooster booster,
        models::TrainBooster({.rows = view, .labels = fit.labels, .weights = {}}, std::nullopt,
                             {.rounds = options.rounds,
                              .depth = 3,
                              .learning_rate = 0.1,
                              // Drift that no single feature shows needs them together.
                              .column_share = 1,
                              .seed = options.seed,
                              .num_threads = options.num_threads},
                             feature_names, progress));
    for (const std::size_t i : judged) {
      scores[i] = booster.ensemble.Margin(std::span(rows.values).subspan(i * width, width));
    }
    for (const models::Tree& tree : booster.ensemble.trees) {
      AddSpread(tree, spread);
    }
  }
  drift.auc = metrics::Auc(scores, rows.labels);
  const metrics::BootstrapInterval interval = metrics::BootstrapStatistic(
      rows.deals,
      [&](std::span<const double> weights) { return metrics::Auc(scores, rows.labels, weights); },
      {.draws = 200,
       .confidence = kOneSided,
       .seed = options.seed,
       .num_threads = options.num_threads});
  drift.auc_low = interval.lower_bound;
  drift.drifted = drift.auc > options.threshold && drift.auc_low > 0.5;
  if (drift.drifted) {
    drift.reasons = Reasons(spread, feature_names);
  }
  return drift;
}

}  // namespace ri::monitoring
