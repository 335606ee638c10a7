#pragma once

/// Which way the true chances move when one cause of a deal is moved, and which features of a
/// model reflect that cause.

#include <array>
#include <string>

#include "synthetic/causal_move.h"
#include "synthetic/deal_record.h"
#include "synthetic/export_files.h"
#include "synthetic/generator_options.h"

namespace ri::synthetic {

/// Mean effects over sampled deals, one living Monday each. Parts are joined in deal order.
class DirectionSums {
 public:
  /// Moves every cause of the deal by its unit on one Monday on which it was open and alive by
  /// as-of; nothing when there is none.
  void Add(const Company& company, const InterventionArm& arm, const DealRecord& record,
           DealTruth& truth);
  void Append(const DirectionSums& other);
  /// One row per feature: the cause it reflects, its sign, and the measured effects.
  void Export(ExportBlock& block) const;

 private:
  struct Effect {
    double win_ever = 0;        ///< sum of changes of the log-odds of winning
    double win_by_quarter = 0;  ///< sum of changes of the chance within the quarter
    std::int64_t positive = 0;
    std::int64_t negative = 0;
  };
  std::array<Effect, kCauses> effects_{};
  std::int64_t deals_ = 0;
};

[[nodiscard]] std::string TruthDirectionsHeader();

/// Writes truth/parameters.json: every option and law, so that a folder explains itself.
void ExportParameters(const GeneratorOptions& options, const Company& company, ExportBlock& block);

}  // namespace ri::synthetic
