#include "api/score_batcher.h"

#include <algorithm>

namespace ri::api {

Result<ScoreBatcher::Answer> ScoreBatcher::Score(std::vector<service::PostedRow> rows,
                                                 bool with_reasons) {
  Waiting own{.rows = std::move(rows),
              .scores = std::vector<service::RowScore>(),
              .with_reasons = with_reasons};
  RI_ASSIGN_OR_RETURN(own.model, service::PrepareModel(workspace_, "champion"));
  RI_RETURN_IF_ERROR(service::CheckRows(*own.model, own.rows));
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  while (!own.done) {
    if (computing_) {
      changed_.wait(lock);
      continue;
    }
    computing_ = true;
    const std::vector<Waiting*> batch = std::exchange(waiting_, {});
    ++batches_;
    for (const Waiting* waiting : batch) {
      rows_ += waiting->rows.size();
    }
    lock.unlock();
    Compute(batch);
    lock.lock();
    for (Waiting* waiting : batch) {
      waiting->done = true;
    }
    computing_ = false;
    changed_.notify_all();
  }
  if (!own.scores) {
    return std::unexpected(own.scores.error());
  }
  return Answer{.model = std::move(own.model), .scores = *std::move(own.scores)};
}

void ScoreBatcher::Compute(const std::vector<Waiting*>& batch) const {
  // A promotion may fall between two requests of a batch: one pass per model and kind.
  std::vector<Waiting*> left = batch;
  while (!left.empty()) {
    const auto& model = left.front()->model;
    const bool with_reasons = left.front()->with_reasons;
    const auto split = std::stable_partition(left.begin(), left.end(), [&](const Waiting* other) {
      return other->model == model && other->with_reasons == with_reasons;
    });
    std::vector<service::PostedRow> rows;
    for (auto it = left.begin(); it != split; ++it) {
      rows.insert(rows.end(), (*it)->rows.begin(), (*it)->rows.end());
    }
    auto scores = service::ScoreRows(*model, rows, with_reasons,
                                     rows.size() < 64 ? 1 : workspace_.num_threads());
    std::size_t at = 0;
    for (auto it = left.begin(); it != split; ++it) {
      const std::size_t count = (*it)->rows.size();
      if (scores) {
        (*it)->scores = std::vector<service::RowScore>(
            std::make_move_iterator(scores->begin() + static_cast<std::ptrdiff_t>(at)),
            std::make_move_iterator(scores->begin() + static_cast<std::ptrdiff_t>(at + count)));
      } else {
        (*it)->scores = std::unexpected(scores.error());
      }
      at += count;
    }
    left.erase(left.begin(), split);
  }
}

std::pair<std::uint64_t, std::uint64_t> ScoreBatcher::counts() const {
  const std::lock_guard lock(mutex_);
  return {batches_, rows_};
}

}  // namespace ri::api
