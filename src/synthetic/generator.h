#pragma once

/// A synthetic CRM whose truth is known.
///
/// `Generate` invents a company, lets its deals live week by week, and writes what its CRM would
/// export: an ordinary folder of Salesforce Data Loader files. Beside them, in truth/, stands what
/// no CRM knows: the hidden state of every deal and the exact chances of its future.
///
///   synthetic::GeneratorOptions options;
///   options.scenario = "realistic";
///   options.output_folder = "demo";
///   auto report = synthetic::Generate(options);
///
/// Same options, same bytes, at any number of threads and on any day.

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "domain/date.h"
#include "synthetic/deal_latents.h"
#include "synthetic/export_files.h"

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
  /// Futures drawn per quarter and week for truth/quarters.csv; 0 = no such file; negative = 4,000
  /// when there are at most 20,000 deals, else none.
  int quarter_draws = -1;
  /// Times the standard deviations of the quarters' common shocks.
  double shock_scale = 1;
  /// Reviews by managers, half of them followed by action; see truth/interventions.csv.
  InterventionArm intervention;
  base::Progress* progress = nullptr;  ///< may be null
};

struct GenerationReport {
  std::string scenario;
  std::string folder;
  std::uint64_t seed = 0;
  domain::Date begin;  ///< first day of history
  domain::Date as_of;
  std::size_t deals = 0;
  std::size_t won = 0;  ///< as the CRM shows them at as-of
  std::size_t lost = 0;
  std::size_t open = 0;
  std::size_t accounts = 0;
  std::size_t reps = 0;
  std::vector<WrittenFile> files;
};

/// kUsage for options that make no sense, kConflict when the folder already holds an export,
/// kStorage when it cannot be written, kCancelled when the progress says so. On failure nothing is
/// left behind. Memory grows with accounts, reps and creation times, not with the rows written;
/// truth/quarters.csv needs about 150 bytes per open deal and Monday.
[[nodiscard]] Result<GenerationReport> Generate(const GeneratorOptions& options);

}  // namespace ri::synthetic
