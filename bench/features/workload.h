#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/event_log.h"
#include "features/feature_table.h"

namespace ri::bench {

/// A company's CRM in memory and one moment per deal at which it is looked at.
struct Workload {
  data::EventLog::Content content;
  /// As-of moment of each deal while it was open, by index in content.keys; milliseconds.
  std::vector<std::int64_t> as_of;
};

/// About ten events per deal: stages, amounts, close dates, owners, activities, outcomes. Keys are
/// padded numbers, so that their order is that of the numbers. `ordered`: numbers grow with
/// creation, as in most CRMs; else they say nothing about time, like GUIDs.
[[nodiscard]] Workload MakeWorkload(std::size_t num_deals, bool ordered, std::uint64_t seed);

/// Writes the events and moments as flat binary columns that NumPy reads with fromfile.
void WriteColumns(const Workload& workload, const std::string& folder);

}  // namespace ri::bench
