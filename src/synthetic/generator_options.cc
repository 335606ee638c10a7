#include "synthetic/generator_options.h"

namespace ri::synthetic {
namespace {

Status Check(const GeneratorOptions& options) {
  constexpr std::size_t kMostDeals = 100'000'000;
  constexpr int kMostQuarters = 80;
  if (options.deals > kMostDeals) {
    return Fail(ErrorCode::kUsage, "At most 100 million deals can be generated.");
  }
  if (options.quarters < 0 || options.quarters > kMostQuarters) {
    return Fail(ErrorCode::kUsage, "The number of quarters must be between 1 and 80.");
  }
  if (options.as_of < domain::MakeDate(1930, 1, 1) ||
      options.as_of > domain::MakeDate(2180, 1, 1)) {
    return Fail(ErrorCode::kUsage, "The as-of date must lie between 1930 and 2180.");
  }
  if (!(options.shock_scale >= 0 && options.shock_scale <= 10)) {
    return Fail(ErrorCode::kUsage, "The shock scale must be between 0 and 10.");
  }
  if (!(options.truth_share <= 1)) {
    return Fail(ErrorCode::kUsage, "The truth share must be between 0 and 1.");
  }
  return {};
}

}  // namespace

Result<CompanyPlan> MakePlan(const GeneratorOptions& options) {
  RI_RETURN_IF_ERROR(Check(options));
  RI_ASSIGN_OR_RETURN(const Scenario scenario, FindScenario(options.scenario));
  return CompanyPlan{.scenario = scenario,
                     .deals = options.deals > 0 ? options.deals : scenario.deals,
                     .quarters = options.quarters > 0 ? options.quarters : scenario.quarters,
                     .seed = options.seed,
                     .as_of = options.as_of,
                     .shock_scale = options.shock_scale};
}

}  // namespace ri::synthetic
