#pragma once

/// What to invent, and where to put it.

#include <cstdint>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "domain/date.h"
#include "synthetic/company.h"
#include "synthetic/deal_latents.h"

namespace ri::synthetic {

struct GeneratorOptions {
  std::string scenario = "realistic";  ///< one of Scenarios()
  std::size_t deals = 0;               ///< deals created until as-of; 0 = the scenario's
  int quarters = 0;                    ///< full fiscal quarters before as-of's; 0 = the scenario's
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0 = all cores
  std::string output_folder;
  /// Everything that happened before this day is exported. Not "today" by itself: a default that
  /// moved would make other bytes every day.
  domain::Date as_of = domain::MakeDate(2026, 11, 16);
  /// Share of deals with rows in truth/snapshots.csv, by deal; negative = all deals up to
  /// 20,000 of them, then as many as make 20,000.
  double truth_share = -1;
  /// Futures drawn per quarter and week for truth/quarters.csv; 0 = no such file; negative = 2,000
  /// when there are at most 20,000 deals, else none.
  int quarter_draws = -1;
  /// Times the standard deviations of the quarters' common shocks.
  double shock_scale = 1;
  /// Reviews by managers, half of them followed by action; see truth/interventions.csv.
  InterventionArm intervention;
  base::Progress* progress = nullptr;  ///< may be null
};

/// The plan of the company that the options describe, with the scenario's defaults filled in.
/// kUsage for an unknown scenario or a number out of range.
[[nodiscard]] Result<CompanyPlan> MakePlan(const GeneratorOptions& options);

}  // namespace ri::synthetic
