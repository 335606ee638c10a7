#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "simulated_company.h"
#include "workload.h"

namespace ri::bench {
namespace {

using namespace forecasting;

struct Distortion {
  const char* name;
  double level;
  double slope;
};

constexpr Distortion kDistortions[] = {
    {"true", 0, 1}, {"too flat", 0, 1.4}, {"too sharp", 0, 0.8}, {"too low", 0.15, 1}};

double Quantile(std::vector<double>& values, double probability) {
  const auto at = values.begin() +
                  static_cast<std::ptrdiff_t>(probability * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace

void PrintCorrelation(int num_companies, int num_threads) {
  fmt::print("\nEstimated sum of the latent correlations, {} companies each\n", num_companies);
  fmt::print("{:>6} {:>9} {:<10} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "rho", "quarters", "chances",
             "10 %", "median", "90 %", "mean", "holds");
  for (const double rho : {.0, .02, .05, .10}) {
    for (const int quarters : {8, 12, 16}) {
      for (const Distortion& distortion : kDistortions) {
        FactorModel truth;
        truth.rho_global = rho / 2;
        truth.rho_team = rho / 2;
        std::vector<double> sums(static_cast<std::size_t>(num_companies));
        std::vector<int> holds(sums.size());
        base::ParallelFor(sums.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) {
            std::vector<Cohort> cohorts;
            for (int k = 0; k < quarters; ++k) {
              cohorts.push_back(
                  PublishedCohort(LiveThrough(truth, i, k), distortion.level, distortion.slope));
            }
            const auto fit = FitCorrelation(cohorts);
            sums[i] = fit->rho_global + fit->rho_team;
            holds[i] = fit->rho_low <= rho && rho <= fit->rho_high ? 1 : 0;
          }
        });
        double mean = 0;
        for (const double sum : sums) {
          mean += sum / num_companies;
        }
        fmt::print("{:>6} {:>9} {:<10} {:>8.4f} {:>8.4f} {:>8.4f} {:>8.4f} {:>8.2f}\n", rho,
                   quarters, distortion.name, Quantile(sums, .1), Quantile(sums, .5),
                   Quantile(sums, .9), mean,
                   static_cast<double>(std::ranges::count(holds, 1)) / num_companies);
      }
    }
  }
}

}  // namespace ri::bench
