#pragma once

/// Use case: why a deal's probability is another one than at an earlier moment.

#include <memory>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/progress.h"
#include "base/result.h"
#include "book/deal_book.h"

namespace ri::deals {

/// Who or what moved a field. Each field that changed has one; a field that did not has no part.
enum class ChangeCause {
  kTimePassed,    ///< would be so had nobody done anything: ages, days since, days to
  kOthersMoved,   ///< what other deals taught meanwhile: win rates, loads, usual amounts
  kBuyerMoved,    ///< engagement of the buyer, stakeholders
  kSellerMoved,   ///< activity of the seller, stage
  kTermsEdited,   ///< amount, dates, products, owner, own fields
  kDataLate,      ///< true before the earlier moment, recorded after it
  kModelChanged,  ///< another model version or calibration
};
inline constexpr std::size_t kNumChangeCauses = 7;
/// "time_passed"
[[nodiscard]] std::string_view CauseKey(ChangeCause cause);
/// "time passed"
[[nodiscard]] std::string_view CauseText(ChangeCause cause);

struct FieldOfChange {
  ChangeCause cause = ChangeCause::kTimePassed;
  std::string field;   ///< feature; empty for the model
  std::string label;   ///< "days in stage"
  std::string before;  ///< as people read it
  std::string after;
  double points = 0;
};

/// before_points + sum of fields' points == after_points within 1e-9, and the same by cause.
struct ChangeExplanation {
  book::ScoredDeal before;
  book::ScoredDeal after;
  std::string model_before;
  std::string model_after;
  double before_points = 0;
  double after_points = 0;
  std::vector<FieldOfChange> fields;  ///< by |points|, then label; without those of no effect
  std::vector<double> by_cause;       ///< points, in the order of ChangeCause
  double additivity_error = 0;
};

/// The split is exact: the feature part is the interventional game with the earlier row as the only
/// background, the model and its calibration are players of their own (explanations/change.h), and
/// fields with the same value get nothing. A field belongs to the passage of time or to other deals
/// when it would have its present value without any new event of the deal. Both books must look at
/// the same knowledge (kUsage). kNotFound when the deal is not open in one of them.
/// Cost: some milliseconds; the first call on a book sweeps over all deals.
[[nodiscard]] Result<ChangeExplanation> ExplainChange(
    const book::DealBook& then, const book::DealBook& now, const std::string& deal_id,
    base::Language language = base::Language::kEnglish);

/// The book of an earlier moment to compare `now` with: same knowledge, and the version that the
/// alias of `now`'s model stood for then, if it had one.
[[nodiscard]] Result<std::shared_ptr<const book::DealBook>> OpenEarlierBook(
    book::Workspace& workspace, const book::BookRequest& now, domain::Timestamp since,
    base::Progress& progress);

}  // namespace ri::deals
