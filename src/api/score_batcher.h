#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "service/score_rows.h"
#include "service/workspace.h"

namespace ri::api {

/// Scores posted rows. Requests that arrive while one batch is computed form the next one, so that
/// many small requests cost little more than one large: the first that waits does the work for all.
/// Thread safety: any thread; blocks until the answer is there.
class ScoreBatcher {
 public:
  explicit ScoreBatcher(service::Workspace& workspace) : workspace_(workspace) {}

  struct Answer {
    std::shared_ptr<const service::PreparedModel> model;
    std::vector<service::RowScore> scores;
  };
  [[nodiscard]] Result<Answer> Score(std::vector<service::PostedRow> rows, bool with_reasons);
  /// Batches and rows so far.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> counts() const;

 private:
  struct Waiting {
    std::vector<service::PostedRow> rows;
    std::shared_ptr<const service::PreparedModel> model;
    Result<std::vector<service::RowScore>> scores;
    bool with_reasons = true;
    bool done = false;
  };
  void Compute(const std::vector<Waiting*>& batch) const;

  service::Workspace& workspace_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting*> waiting_;
  bool computing_ = false;
  std::uint64_t batches_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace ri::api
