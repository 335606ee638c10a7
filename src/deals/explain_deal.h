#pragma once

/// Use case: why one deal has the probability it has.

#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "deals/peer_values.h"

namespace ri::deals {

/// One field's share of the shown number.
struct Reason {
  std::string feature;
  std::string group;
  std::string value;        ///< as people read it; "missing" when it is
  std::string observation;  ///< "No two-way contact for 19 days"
  /// The observation beside its peers; associated with the outcome, never its cause.
  std::string sentence;
  double log_odds = 0;  ///< contribution to the margin
  double points = 0;    ///< contribution to the probability, in percentage points
  std::optional<PeerValues> peers;
};

/// Whom a deal is compared with, and where to find the open ones.
struct PeerBasis {
  std::string text;  ///< "from Negotiation at 28 to 55 days"; empty: all past deals
  std::size_t won = 0;
  std::size_t lost = 0;
  std::string stage;  ///< of the deal itself, as its age class: the filter of the open peers
  std::size_t age_class = 0;
};

/// base_points + sum of reasons' points == shown_points, and the same in log-odds; both are checked
/// before they are returned (kInternal otherwise).
struct Explanation {
  book::ScoredDeal score;
  std::string model_version;
  std::string model_family;
  std::string refusal;
  book::Moment moment;
  double base_points = 0;   ///< average deal of the background, in percent
  double shown_points = 0;  ///< this deal's win probability, in percent
  double base_margin = 0;
  double margin = 0;
  double additivity_error = 0;  ///< largest miss of the two sums
  std::vector<Reason> reasons;  ///< by |points|, then name; zero shares are left out
  std::vector<Reason> groups;   ///< summed to business groups, same order rule
  std::size_t background_rows = 0;
  std::optional<PeerBasis> peers;
};

struct ExplainOptions {
  /// Reasons that get their peers' values, largest first; 0 = none, which is fastest.
  std::size_t compared_reasons = 15;
  base::Language language = base::Language::kEnglish;  ///< of all sentences and values
};

/// kNotFound when the deal is not open in the book; the message says why.
/// Cost: a fraction of a millisecond, and some 20 microseconds per compared reason.
[[nodiscard]] Result<Explanation> ExplainDeal(const book::DealBook& book,
                                              const std::string& deal_id,
                                              const ExplainOptions& options = {});

/// The contributions of one deal as fields of a table, before they become text.
struct FieldContributions {
  double base_margin = 0;
  double margin = 0;
  std::vector<double> log_odds;  ///< by the encoder's feature_names()
};

/// Puts contributions into points, order and groups; what live and kept explanations share.
/// kInternal when the sums miss.
struct ExplanationBasis {
  const std::vector<features::FeatureDefinition>& definitions;
  const std::vector<std::string>& values;        ///< as people read them, one per definition
  const std::vector<std::string>& observations;  ///< sentences, one per definition
  const FieldContributions& contributions;
  double base_probability = 0;
  double probability = 0;
  std::vector<double> probability_shares;  ///< one per definition
};
[[nodiscard]] Status FillReasons(const ExplanationBasis& basis, Explanation& explanation);

}  // namespace ri::deals
