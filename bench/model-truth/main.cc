/// How near the model comes to the truth of an invented company, by number of closed deals:
///
///   ri_bench_model_truth [--seeds N] [--first-seed N] [--no-references] [--rows FILE]
///                        [--scenario NAME] [--every-rung | --churn] [DEALS...]
///
/// Trains on what was known 26 weeks before the end and compares every snapshot after that with the
/// exact chances. DEALS are deals generated; about three quarters of them have closed at the
/// cutoff. --rows also writes what was told and what was true of every judged snapshot, as CSV.
/// --every-rung serves each rung of the ladder in turn and prints its log loss at past moments and
/// against the truth; --churn trains again with another seed and prints how far open deals move.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "churn.h"
#include "company.h"
#include "level.h"
#include "metrics/ranking.h"
#include "metrics/reliability.h"
#include "metrics/scoring_rules.h"
#include "models/deal_outcome_model.h"
#include "references.h"
#include "rungs.h"
#include "training/trainer.h"

namespace ri::bench {
namespace {

enum class Question { kTruth, kEveryRung, kChurn };

struct Told {
  std::vector<double> win_ever, win_by_quarter_end, slip;
  /// What timing alone says: the share of wins by the quarter end, of wins and of losses by the
  /// promised day.
  std::vector<double> quarter_won, commit_won, commit_lost;
};

/// Slope of the told log-odds against the true chances: logistic regression on soft labels.
double SlopeOf(const std::vector<double>& told, const std::vector<double>& truth) {
  double intercept = 0;
  double slope = 1;
  for (int step = 0; step < 50; ++step) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (std::size_t i = 0; i < told.size(); ++i) {
      const double x = domain::Logit(std::clamp(told[i], 1e-6, 1 - 1e-6));
      const double p = domain::Logistic(intercept + slope * x);
      g0 += truth[i] - p;
      g1 += (truth[i] - p) * x;
      const double w = p * (1 - p);
      h00 += w;
      h01 += w * x;
      h11 += w * x * x;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) {
      return std::nan("");
    }
    intercept += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  return slope;
}

double MeanOf(const std::vector<double>& values) { return metrics::WeightedMean(values); }

Result<Told> Ask(const models::DealOutcomeModel& model, const Company& company,
                 base::MatrixView<const float> encoded) {
  Told told;
  const auto& episodes = company.knowledge().engine->episodes();
  for (std::size_t i = 0; i < company.judged().size(); ++i) {
    const TrueSnapshot& snapshot = company.judged()[i];
    const domain::Date as_of = domain::DateOf(snapshot.key.as_of);
    const features::Episode& episode = episodes[snapshot.key.deal][snapshot.key.episode];
    told.win_ever.push_back(model.Predict(encoded.row(i)).win.value());
    const auto outlook = model.Look(
        encoded.row(i),
        {.as_of = as_of,
         .age_days = static_cast<int>((as_of - domain::DateOf(episode.opened)).count())});
    if (!outlook) {
      return Fail(ErrorCode::kInternal, "The model has no timing.");
    }
    const auto days = [&](domain::Date until) { return static_cast<int>((until - as_of).count()); };
    told.win_by_quarter_end.push_back(
        outlook->WonWithin(days(company.calendar().QuarterEnd(as_of))).value());
    told.slip.push_back(snapshot.commit_date < as_of
                            ? 1
                            : outlook->OpenAfter(days(snapshot.commit_date) + 1).value());
    told.quarter_won.push_back(
        outlook->curve().WonWithin(days(company.calendar().QuarterEnd(as_of))));
    told.commit_won.push_back(outlook->curve().WonWithin(days(snapshot.commit_date) + 1));
    told.commit_lost.push_back(outlook->curve().LostWithin(days(snapshot.commit_date) + 1));
  }
  return told;
}

void WriteRows(std::ofstream& out, const Company& company, std::size_t deals, std::uint64_t seed,
               const Told& told) {
  for (std::size_t i = 0; i < company.judged().size(); ++i) {
    const TrueSnapshot& snapshot = company.judged()[i];
    const domain::Date as_of = domain::DateOf(snapshot.key.as_of);
    const auto days = [&](domain::Date until) { return (until - as_of).count(); };
    out << fmt::format(
        "{},{},{},{},{},{},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f}\n", deals,
        seed, snapshot.key.deal, domain::FormatDate(as_of),
        days(company.calendar().QuarterEnd(as_of)), days(snapshot.commit_date), snapshot.win_ever,
        snapshot.win_by_quarter_end, snapshot.slip, told.win_ever[i], told.win_by_quarter_end[i],
        told.slip[i], told.quarter_won[i], told.commit_won[i], told.commit_lost[i]);
  }
}

Status Rung(const std::string& scenario, std::size_t deals, std::uint64_t seed,
            bool with_references, Question what, std::ofstream& rows) {
  RI_ASSIGN_OR_RETURN(const std::unique_ptr<Company> company,
                      Company::Make({.scenario = scenario, .deals = deals, .seed = seed}));
  const book::Knowledge& knowledge = company->knowledge();
  if (what == Question::kChurn) {
    RI_ASSIGN_OR_RETURN(const Churn churn, MeasureChurn(*company, 1));
    fmt::print(
        "{:>6} deals seed {}: closed {:>5}, open {:>5} | seeds 1 and 2 of the training: mean "
        "change "
        "{:.4f} (level {:+.4f}), largest {:.3f}{}\n",
        deals, seed, churn.closed_deals, churn.open_deals, churn.mean_change, churn.level,
        churn.largest, churn.same_candidate ? "" : ", another candidate");
    std::fflush(stdout);
    return {};
  }
  if (what == Question::kEveryRung) {
    std::vector<features::SnapshotKey> keys;
    std::vector<double> ever;
    for (const TrueSnapshot& snapshot : company->judged()) {
      keys.push_back(snapshot.key);
      ever.push_back(snapshot.win_ever);
    }
    RI_ASSIGN_OR_RETURN(const std::vector<RungResult> results,
                        JudgeRungs(*company, knowledge.engine->Compute(keys, 2), ever));
    for (const RungResult& result : results) {
      fmt::print("RUNG\t{}\t{}\t{}\t{:.4f}\t{:.4f}\n", deals, seed, result.name, result.out_of_time,
                 result.truth);
    }
    std::fflush(stdout);
    return {};
  }
  const auto begin = std::chrono::steady_clock::now();
  RI_ASSIGN_OR_RETURN(const training::TrainingResult result,
                      training::Train(*knowledge.log, *knowledge.engine,
                                      {.cutoff = company->cutoff(),
                                       .num_threads = 2,
                                       .calendar = company->calendar(),
                                       .compare = false},
                                      base::Progress::Silent()));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::vector<features::SnapshotKey> keys;
  std::vector<double> ever, quarter, slip;
  // Slip is a question only while the promised date lies ahead.
  std::vector<std::size_t> promised;
  for (const TrueSnapshot& snapshot : company->judged()) {
    if (snapshot.commit_date >= domain::DateOf(snapshot.key.as_of)) {
      promised.push_back(keys.size());
    }
    keys.push_back(snapshot.key);
    ever.push_back(snapshot.win_ever);
    quarter.push_back(snapshot.win_by_quarter_end);
    slip.push_back(snapshot.slip);
  }
  const features::FeatureTable table = knowledge.engine->Compute(keys, 2);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, result.model.Encode(table));
  RI_ASSIGN_OR_RETURN(const Told told, Ask(result.model, *company, encoded.view()));
  WriteRows(rows, *company, deals, seed, told);
  const auto at = [&](const std::vector<double>& values) {
    std::vector<double> picked;
    for (const std::size_t i : promised) {
      picked.push_back(values[i]);
    }
    return picked;
  };
  const auto error = [](const std::vector<double>& p, const std::vector<double>& y) {
    return metrics::ExpectedCalibrationError(p, y);
  };
  std::string chosen = "-";
  for (const training::CandidateResult& candidate : result.ladder) {
    if (candidate.chosen) {
      chosen = candidate.name;
    }
  }
  fmt::print(
      "{:>6} deals seed {}: closed {:>5}, rows {:>6}, judged {:>5}, {:>4.0f} s, {}{} | ever: ECE "
      "{:.4f} level {:+.4f} slope {:.3f} log loss {:.4f} (entropy {:.4f}) | quarter: ECE {:.4f} "
      "level {:+.4f} log loss {:.4f} | slip: ECE {:.4f} level {:+.4f} log loss {:.4f}\n",
      deals, seed, result.counts.closed_deals, result.counts.rows, keys.size(), seconds, chosen,
      result.model.parts().hazards ? " + hazards" : "", error(told.win_ever, ever),
      MeanOf(told.win_ever) - MeanOf(ever), SlopeOf(told.win_ever, ever),
      metrics::LogLoss(told.win_ever, ever), metrics::LogLoss(ever, ever),
      error(told.win_by_quarter_end, quarter), MeanOf(told.win_by_quarter_end) - MeanOf(quarter),
      metrics::LogLoss(told.win_by_quarter_end, quarter), error(at(told.slip), at(slip)),
      MeanOf(at(told.slip)) - MeanOf(at(slip)), metrics::LogLoss(at(told.slip), at(slip)));
  for (const training::Gate& gate : result.gates) {
    // Skill is asked of the chances of others: how near its answer was is worth a line.
    if (!gate.passed || gate.id == "G3") {
      fmt::print("         {} {}: {}\n", gate.id, gate.passed ? "yes" : "no", gate.evidence);
    }
  }
  for (const std::string& note : result.notes) {
    fmt::print("         {}\n", note);
  }
  if (with_references) {
    RI_ASSIGN_OR_RETURN(
        const training::TrainingMatrix matrix,
        training::BuildTrainingMatrix(*knowledge.log, *knowledge.engine,
                                      {.cutoff = company->cutoff(), .num_threads = 2}));
    RI_ASSIGN_OR_RETURN(const base::Matrix<float> judged, matrix.encoder.Encode(table));
    RI_ASSIGN_OR_RETURN(const References references,
                        FitReferences(matrix, knowledge.engine->episodes(), company->cutoff(),
                                      company->calendar(), keys, judged.view()));
    fmt::print("         log loss: ridge {:.4f}, trees {:.4f}, three-class {:.4f}\n",
               metrics::LogLoss(references.ridge, ever), metrics::LogLoss(references.trees, ever),
               metrics::LogLoss(references.three_class, ever));
    fmt::print("         ECE: ridge {:.4f}, trees {:.4f}, three-class {:.4f}\n",
               error(references.ridge, ever), error(references.trees, ever),
               error(references.three_class, ever));
    RI_ASSIGN_OR_RETURN(const KnownShape known, LearnLevelOnly(*company, matrix));
    fmt::print(
        "         with the exact shape and the level of {} known outcomes ({:+.3f} log-odds): "
        "ECE {:.4f}\n",
        known.rows, known.shift, error(known.win_ever, ever));
  }
  std::fflush(stdout);
  return {};
}

int Main(int argc, char** argv) {
  std::vector<std::size_t> rungs;
  std::uint64_t seeds = 1;
  std::uint64_t first = 1;
  bool with_references = true;
  Question what = Question::kTruth;
  std::string scenario = "realistic";
  std::ofstream rows;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seeds" && i + 1 < argc) {
      seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--first-seed" && i + 1 < argc) {
      first = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--scenario" && i + 1 < argc) {
      scenario = argv[++i];
    } else if (argument == "--rows" && i + 1 < argc) {
      rows.open(argv[++i]);
      rows << "deals,seed,deal,as_of,days_to_quarter_end,days_to_commit,true_ever,true_quarter,"
              "true_slip,told_ever,told_quarter,told_slip,quarter_won,commit_won,commit_lost\n";
    } else if (argument == "--no-references") {
      with_references = false;
    } else if (argument == "--every-rung") {
      what = Question::kEveryRung;
    } else if (argument == "--churn") {
      what = Question::kChurn;
    } else if (argument.starts_with("-")) {
      fmt::print(
          stderr,
          "ri_bench_model_truth [--seeds N] [--first-seed N] [--no-references] [--rows FILE]\n"
          "    [--scenario NAME] [--every-rung | --churn] [DEALS...]\n");
      return 2;
    } else {
      rungs.push_back(std::strtoull(argv[i], nullptr, 10));
    }
  }
  if (rungs.empty()) {
    rungs = {1400, 6700};
  }
  for (const std::size_t deals : rungs) {
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
      if (const Status status = Rung(scenario, deals, seed, with_references, what, rows); !status) {
        fmt::print(stderr, "{}\n", status.error().message());
        return 1;
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace ri::bench

int main(int argc, char** argv) { return ri::bench::Main(argc, argv); }
