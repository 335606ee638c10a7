#pragma once

/// Use case: long work that is started now, runs somewhere and is watched from elsewhere. A job is
/// a row of the database; whichever server process claims it first runs it.

#include <functional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "data/operations_store.h"
#include "domain/date.h"

namespace ri::service {

struct ImportJob {
  std::vector<std::string> paths;
  std::string preset = "auto";
  std::optional<std::string> mapping_path;
  std::optional<domain::Timestamp> known_at;
  bool dry_run = false;
};

/// What StoredJob::request holds, as JSON.
[[nodiscard]] std::string RequestOf(const ImportJob& job);
[[nodiscard]] std::string TrainRequestOf(bool promote_if_better);

struct JobContext {
  book::Workspace& workspace;
  data::OperationsStore& operations;
  std::string folder;  ///< for files that the job makes
  std::string actor;   ///< who started it
  domain::Timestamp now{};
};

/// Does the work of a job: import, train, score, backtest, demo_data. The result is JSON. kRefused
/// when a gate said no, kCancelled when `progress` asked to stop; nothing is left half-done.
[[nodiscard]] Result<std::string> RunJob(const JobContext& context, const data::StoredJob& job,
                                         base::Progress& progress);

/// Claims one job and runs it to its end, writing progress on the way. False when none waited.
[[nodiscard]] Result<bool> RunNextJob(book::Workspace& workspace, data::OperationsStore& operations,
                                      const std::string& folder,
                                      const std::function<domain::Timestamp()>& clock,
                                      const std::function<bool()>& stopping);

}  // namespace ri::service
