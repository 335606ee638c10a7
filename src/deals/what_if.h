#pragma once

/// Use case: what the model would say of an edited deal. Nothing is stored.

#include <limits>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "deals/deal_edits.h"
#include "models/neighbour_band.h"

namespace ri::deals {

struct WhatIfShare {
  std::string field;  ///< feature
  std::string label;  ///< "days in stage: 41, would be 0"
  double points = 0;
};

/// before_points + sum of shares' points == after_points within 1e-9.
struct WhatIfAnswer {
  book::ScoredDeal before;
  double after_margin = 0;
  double after_probability = 0;
  models::Band after_band;
  double before_points = 0;
  double after_points = 0;
  double after_win_by_quarter_end = std::numeric_limits<double>::quiet_NaN();
  double after_win_by_commit_date = std::numeric_limits<double>::quiet_NaN();
  std::vector<WhatIfShare> shares;  ///< by |points|, then field
  std::vector<std::string> notes;   ///< what follows from the edits
  double additivity_error = 0;
};

/// The deal's row is computed anew by the feature engine as if the edits had been made at the
/// book's moment, so that everything that depends on a field moves with it. kUsage as ApplyEdits,
/// kNotFound when the deal is not open, kRefused for a book of many moments. Cost: a millisecond;
/// the first call on a book sweeps over all deals.
[[nodiscard]] Result<WhatIfAnswer> WhatIf(const book::DealBook& book, const std::string& deal_id,
                                          const std::vector<FieldEdit>& edits,
                                          base::Language language = base::Language::kEnglish);

}  // namespace ri::deals
