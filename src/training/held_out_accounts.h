#pragma once

/// Skill on whole accounts held out, for companies of which too few accounts stand behind the weeks
/// after any past moment; see ADR 0036.

#include "base/result.h"
#include "training/candidate_choice.h"
#include "training/out_of_time.h"

namespace ri::training {

/// With fewer accounts (or deals without one) behind the later weeks a proof by them is luck, and
/// so is its absence.
inline constexpr std::size_t kFewAccounts = 60;

/// 97.5 % confidence that the order of deals is not that of a guess: a bootstrap of thirty accounts
/// is a little too sure of itself. The improvement has to be five percent, without a bound: the
/// level, which whole accounts share by luck, moves log loss more than the order does.
[[nodiscard]] GateThresholds ThresholdsOfHeldOutAccounts(GateThresholds thresholds);

/// The same rows told three times, always by what was learned without their account.
struct HeldOutAccounts {
  OutOfTimeSample model;  ///< the candidate, against the base rate
  OutOfTimeSample table;  ///< the win rate by stage, against the base rate; empty without stages
};

/// Deals in five parts by account; each part is told by the candidate, the win rate by stage and
/// the base rate of the other four. Every row whose outcome is known takes part; it is judged with
/// the inverse of its chance to be known by now, over the number of rows of its deal, because a
/// few deals that stay open long would decide alone otherwise. The features of a row know nothing
/// after its moment, the candidate does: deals of other accounts that ended later. Costs five fits
/// of the candidate. Deterministic. kBadInput when a part or its rest has no rows, which is so
/// where a handful of accounts hold all deals; errors of the fits.
[[nodiscard]] Result<HeldOutAccounts> JudgeHeldOutAccounts(const TrainingMatrix& matrix,
                                                           const EpisodesOfDeals& episodes,
                                                           const CandidateSpec& spec,
                                                           const OutOfTimeOptions& options);

}  // namespace ri::training
