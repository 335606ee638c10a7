#pragma once

/// Answers questions about a generated company without its files: what was true of a deal on a
/// Monday, and what would have been true had one of its causes been different.
///
///   auto oracle = TruthOracle::Create(options);          // the options of Generate
///   auto deal = oracle->FindDeal("006Sy0000000001IAA");
///   CausalMove more{Cause::kEngagement, +1};
///   auto as_it_was = oracle->At(*deal, monday);
///   auto moved = oracle->At(*deal, monday, {&more, 1});

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "synthetic/causal_move.h"
#include "synthetic/company.h"
#include "synthetic/deal_record.h"
#include "synthetic/deal_truth.h"
#include "synthetic/generator_options.h"

namespace ri::synthetic {

/// A deal's hidden state and true chances on a Monday.
struct OracleAnswer {
  LatentState state;
  int episode = 0;
  domain::Date commit_date;  ///< as the CRM showed it
  SnapshotTruth truth;
};

/// Thread safety: one object per thread.
class TruthOracle {
 public:
  /// Errors of MakePlan. Nothing is written; the output folder is ignored.
  [[nodiscard]] static Result<TruthOracle> Create(const GeneratorOptions& options);
  TruthOracle(TruthOracle&&) = default;
  TruthOracle& operator=(TruthOracle&&) = default;

  [[nodiscard]] const Company& company() const { return *company_; }
  [[nodiscard]] std::size_t num_deals() const { return company_->created().size(); }

  /// Index of a deal by its exported id (15 or 18 characters). kNotFound for another id, also for
  /// that of a duplicate or test record, which have no truth.
  [[nodiscard]] Result<std::size_t> FindDeal(std::string_view opportunity_id) const;

  /// Everything about a deal; the last one asked for is kept. \pre deal < num_deals()
  [[nodiscard]] const DealRecord& Record(std::size_t deal);

  /// The truth on a Monday; with `moves`, what it would be had these causes been different from
  /// that Monday on, the past being as it was. Empty when the deal was not open on that Monday.
  [[nodiscard]] std::optional<OracleAnswer> At(std::size_t deal, domain::Date monday,
                                               std::span<const CausalMove> moves = {});

 private:
  TruthOracle(const CompanyPlan& plan, const InterventionArm& arm);

  std::unique_ptr<Company> company_;
  InterventionArm arm_;
  std::unique_ptr<DealTruth> truth_;
  std::optional<DealRecord> record_;
};

}  // namespace ri::synthetic
