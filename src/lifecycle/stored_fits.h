#pragma once

/// Finished fits of a training in progress, kept in the database so that a training that was killed
/// goes on where it stopped.

#include <mutex>
#include <set>
#include <string>

#include "base/result.h"
#include "data/store.h"
#include "training/out_of_time.h"

namespace ri::lifecycle {

/// One per training. `identity` names everything the fits depend on; fits of another identity are
/// never found. Failing to keep a fit is no error: it is only made again.
class StoredFits : public training::FitStore {
 public:
  StoredFits(data::Store& store, std::string identity);

  std::optional<std::string> Find(const std::string& key) override;
  void Keep(const std::string& key, const std::string& value) override;

  /// How many fits were found rather than made.
  [[nodiscard]] std::size_t found() const { return found_; }
  /// Empties what was kept, once the training is over.
  [[nodiscard]] Status Forget();

 private:
  [[nodiscard]] std::string Name(const std::string& key) const;

  std::mutex mutex_;
  data::Store& store_;
  std::string identity_;
  std::set<std::string> names_;
  std::size_t found_ = 0;
};

}  // namespace ri::lifecycle
