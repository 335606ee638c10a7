/// Explanations per second beside XGBoost's, on the same models, rows and run.
///
///   ri_bench_explanations [--models ABDE] [--rows N] [--reference-rows N] [--threads N]
///                         [--sets "AVX2 AVX-512"] [--models-folder DIR]
///
/// One thread is measured in processor time, more in wall time. "error" is the largest difference
/// from the recursion of Lundberg et al. in double.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>

#include "explanations/classic_tree_shap.h"
#include "explanations/fast_margins.h"
#include "explanations/interaction_explainer.h"
#include "explanations/interventional_explainer.h"
#include "explanations/path_dependent_explainer.h"
#include "floor.h"
#include "models/tree_ensemble.h"
#include "workload.h"

namespace ri::bench {
namespace {

using explanations::InstructionSet;
using explanations::testing::XgboostReference;

struct Options {
  std::string models = "AB";
  std::size_t rows = 20000;
  std::size_t reference_rows = 40;
  int threads = 1;
  std::string folder;
  std::string sets;  ///< names of instruction sets to measure; empty = all
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int k = 1; k + 1 < argc; k += 2) {
    const std::string name = argv[k];
    const std::string value = argv[k + 1];
    if (name == "--models") {
      options.models = value;
    } else if (name == "--rows") {
      options.rows = std::stoul(value);
    } else if (name == "--reference-rows") {
      options.reference_rows = std::stoul(value);
    } else if (name == "--threads") {
      options.threads = std::stoi(value);
    } else if (name == "--sets") {
      options.sets = value;
    } else if (name == "--models-folder") {
      options.folder = value;
    } else {
      fmt::print(stderr, "Unknown option {}; see the top of main.cc.\n", name);
      std::exit(2);
    }
  }
  return options;
}

double Seconds(int threads) {
  timespec now{};
  clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Rows per second: the best of a few runs, because the machine may be busy.
double Rate(std::size_t rows, int threads, int runs, const std::function<void()>& work) {
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    const double start = Seconds(threads);
    work();
    best = std::max(best, static_cast<double>(rows) / (Seconds(threads) - start));
  }
  return best;
}

base::MatrixView<const float> First(const base::Matrix<float>& rows, std::size_t count) {
  return {rows.view().data(), std::min(count, rows.num_rows()), rows.num_columns()};
}

void Print(std::string_view what, std::string_view set, double rate, double reference,
           double error) {
  fmt::print("  {:<28} {:<9} {:>12.1f} rows/s  {:>9.1f} x", what, set, rate, rate / reference);
  if (error >= 0) {
    fmt::print("  error {:.1e}", error);
  }
  fmt::print("\n");
  std::fflush(stdout);
}

double LargestError(const base::Matrix<double>& values, const models::TreeEnsemble& ensemble,
                    const base::Matrix<float>& rows, std::size_t count) {
  double largest = 0;
  for (std::size_t i = 0; i < std::min(count, values.num_rows()); ++i) {
    const auto expected = explanations::testing::ClassicTreeShap(ensemble, rows.row(i));
    for (std::size_t j = 0; j < expected.size(); ++j) {
      largest = std::max(largest, std::fabs(values(i, j) - expected[j]));
    }
  }
  return largest;
}

void MeasureModel(const ModelSpecification& specification, const Options& options) {
  XgboostReference reference = TrainModel(specification, options.folder);
  const auto ensemble = models::ReadXgboostJson(reference.ToJson());
  if (!ensemble) {
    fmt::print(stderr, "{}\n", ensemble.error().ToString());
    std::exit(1);
  }
  reference.SetThreads(options.threads);
  const int threads = options.threads;
  const Sample sample = MakeSample(options.rows, specification.features, 2);
  const auto rows = sample.rows.view();
  fmt::print(
      "Model {}: {} trees, depth {}, {} features, {} leaves ({:.1f} per tree), {} thread(s)\n",
      specification.name, specification.trees, specification.depth, specification.features,
      ensemble->num_leaves(), static_cast<double>(ensemble->num_leaves()) / specification.trees,
      threads);

  const auto few = First(sample.rows, options.reference_rows);
  const double contributions =
      Rate(few.num_rows(), threads, 2, [&] { (void)reference.Contributions(few); });
  Print("XGBoost contributions", "", contributions, contributions, -1);
  const double predictions =
      Rate(rows.num_rows(), threads, 3, [&] { (void)reference.PredictInPlace(rows); });
  Print("XGBoost prediction", "", predictions, contributions, -1);

  const auto two = First(sample.rows, 2);
  const double interactions =
      Rate(two.num_rows(), threads, 1, [&] { (void)reference.Interactions(two); });
  Print("XGBoost interactions", "", interactions, contributions, -1);

  for (const InstructionSet set : explanations::SupportedInstructionSets()) {
    if (!options.sets.empty() &&
        options.sets.find(explanations::NameOf(set)) == std::string::npos) {
      continue;
    }
    const explanations::PathDependentExplainer explainer(*ensemble, set);
    Result<explanations::ShapMatrix> shap;
    const double rate =
        Rate(rows.num_rows(), threads, 3, [&] { shap = explainer.Explain(rows, threads); });
    Print("path-dependent values", explanations::NameOf(set), rate, contributions,
          LargestError(shap->values, *ensemble, sample.rows, options.reference_rows));
    if (const double peak = LaneOperationsPerSecond(set); peak > 0) {
      const double operations = OperationsPerRow(*ensemble);
      fmt::print(
          "    floor: {:.0f} lane operations a row over {:.0f} G a second and core = {:.0f} "
          "rows/s; "
          "reached {:.0f} %\n",
          operations, 1e-9 * peak, threads * peak / operations,
          100 * rate * operations / peak / threads);
    }

    const explanations::FastMargins margins(*ensemble, set);
    const double margin_rate =
        Rate(rows.num_rows(), threads, 3, [&] { (void)margins.Margins(rows, threads); });
    Print("prediction in double", explanations::NameOf(set), margin_rate, predictions, -1);

    const auto some = First(sample.rows, 2048);
    const explanations::InteractionExplainer pairs(*ensemble, set);
    const double pair_rate =
        Rate(some.num_rows(), threads, 2, [&] { (void)pairs.Explain(some, threads); });
    Print("interactions", explanations::NameOf(set), pair_rate, interactions, -1);

    const Sample background = MakeSample(2000, specification.features, 3);
    const double start = Seconds(1);
    const explanations::InterventionalExplainer interventional(*ensemble, background.rows.view(),
                                                               threads, set);
    const double built = Seconds(1) - start;
    const double interventional_rate =
        Rate(rows.num_rows(), threads, 3, [&] { shap = interventional.Explain(rows, threads); });
    if (!shap) {
      fmt::print(stderr, "{}\n", shap.error().ToString());
      std::exit(1);
    }
    Print("interventional values", explanations::NameOf(set), interventional_rate, contributions,
          -1);
    fmt::print("    2,000 background rows, {:.0f} MiB of tables built in {:.2f} s\n",
               static_cast<double>(interventional.memory_bytes()) / (1 << 20), built);
  }
}

}  // namespace
}  // namespace ri::bench

int main(int argc, char** argv) {
  const ri::bench::Options options = ri::bench::Parse(argc, argv);
  for (const ri::bench::ModelSpecification& specification : ri::bench::kModels) {
    if (options.models.find(specification.name) != std::string::npos) {
      ri::bench::MeasureModel(specification, options);
    }
  }
  return 0;
}
