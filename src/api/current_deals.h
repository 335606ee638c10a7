#pragma once

/// The deals as they stand now, always ready: rebuilt in the background after an import, a
/// promotion or a change of settings, and every few minutes as time goes on, while readers keep
/// the former list. Nobody who asks for "now" waits, except right after the start.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "book/workspace.h"
#include "data/operations_store.h"
#include "deals/deal_list.h"

namespace ri::api {

class CurrentDeals {
 public:
  using Clock = std::function<domain::Timestamp()>;
  CurrentDeals(book::Workspace& workspace, Clock clock);
  ~CurrentDeals();
  CurrentDeals(const CurrentDeals&) = delete;
  CurrentDeals& operator=(const CurrentDeals&) = delete;

  /// The list of a moment; of now without `as_of` and `known_at`. Errors as OpenBook.
  /// \param with_changes  false spares the book of the week before where the moment is itself only
  ///   what another is compared with
  [[nodiscard]] Result<std::shared_ptr<const deals::DealList>> Get(
      const std::optional<domain::Timestamp>& as_of,
      const std::optional<domain::Timestamp>& known_at, bool with_changes = true);
  /// The list of now if it is ready; never waits.
  [[nodiscard]] std::shared_ptr<const deals::DealList> Peek() const;
  /// Something changed: rebuild soon.
  void Wake();
  /// When the list of now was made; zero while it is the first one, without the week's changes.
  [[nodiscard]] domain::Timestamp built_at() const;

 private:
  void Run(const std::stop_token& stop);
  [[nodiscard]] Result<std::shared_ptr<const deals::DealList>> Build(
      const std::optional<domain::Timestamp>& as_of,
      const std::optional<domain::Timestamp>& known_at, bool with_changes);
  /// For a large company: the first list without what changed in the last week, which takes as long
  /// again and follows.
  void PublishFirst(const std::stop_token& stop);
  [[nodiscard]] int HighRiskPerRep();
  /// Changes when batches, aliases or settings do.
  [[nodiscard]] Result<std::string> StateOfStore();

  book::Workspace& workspace_;
  Clock clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const deals::DealList> current_;
  std::optional<base::Error> error_;
  std::string state_;
  std::string settings_;  ///< used by the thread alone
  domain::Timestamp built_at_{};
  bool tried_ = false;
  bool wake_ = false;

  struct Recent {
    std::shared_ptr<const book::DealBook> book;
    int high_risk_per_rep = 0;
    bool with_changes = true;
    std::shared_ptr<const deals::DealList> list;
  };
  std::mutex recent_mutex_;
  std::vector<Recent> recent_;
  std::jthread thread_;
};

inline constexpr int kDefaultHighRiskPerRep = 5;
inline constexpr const char* kHighRiskSetting = "high_risk_per_rep";

}  // namespace ri::api
