#pragma once

/// Use case: show an explanation again as it was shown with a stored run of scores.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "deals/explain_deal.h"

namespace ri::deals {

/// Probability, base, points, log-odds, values and observations are those of the run, bit for bit;
/// nothing is computed from the data of today, so that there are no peers. kNotFound for an unknown
/// run, a deal that is not in it, or a run without reasons.
[[nodiscard]] Result<Explanation> ExplainKept(book::Workspace& workspace, std::int64_t run_id,
                                              const std::string& deal_id);

}  // namespace ri::deals
