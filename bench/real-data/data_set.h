#pragma once

/// The data sets of the report: where they lie, how they are read, when training ends, and what is
/// asked of the result.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/workspace.h"
#include "training/trainer.h"

namespace ri::bench {

/// What a result must reach; NaN = not asked.
struct Target {
  double log_loss, calibration_error, auc, brier;
};

struct DataSet {
  std::string name;
  std::string rows;                ///< what is judged, for the report
  std::vector<std::string> files;  ///< under the data folder; "synthetic:SCENARIO" is generated
  std::string mapping;             ///< under tests/mappings; empty = recognised
  std::string cutoff;              ///< ISO date; empty = after the newest fact
  /// Rewrites the file so that outcomes from the cutoff on are unknown; their answers are judged.
  bool hide_outcomes = false;
  /// Judge snapshots of these weeks after the cutoff whose outcome is known today.
  int later_weeks = 0;
  /// Small, and without an order in time: judged by five folds, five times, identical profiles kept
  /// together, with the candidate that training chose.
  bool folds = false;
  bool distinct = false;  ///< repeated rows (same answers, same outcome) count once
  /// Past moments of training, where the asked one is not meant; 0 = as asked.
  std::size_t origins = 0;
  bool refused = false;  ///< it has no signal, and the gates must say so
  Target target;
};

[[nodiscard]] std::vector<DataSet> DataSets();

/// A data set in a database of its own, in a temporary folder that goes with it.
class LoadedSet {
 public:
  /// kNotFound when the files are not there.
  [[nodiscard]] static Result<std::unique_ptr<LoadedSet>> Load(const DataSet& set);
  ~LoadedSet();
  LoadedSet(const LoadedSet&) = delete;
  LoadedSet& operator=(const LoadedSet&) = delete;

  std::string folder;
  std::unique_ptr<book::Workspace> workspace;
  std::shared_ptr<const book::Knowledge> knowledge;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  domain::Timestamp cutoff{};
  std::map<std::string, double> answers;  ///< deal -> 1 won, 0 lost, where outcomes were hidden

 private:
  LoadedSet() = default;
};

}  // namespace ri::bench
