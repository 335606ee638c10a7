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

#include "base/result.h"
#include "domain/date.h"
#include "synthetic/export_files.h"
#include "synthetic/generator_options.h"

namespace ri::synthetic {

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
