#pragma once

/// An opened database with everything the use cases share: the store, the event log played from
/// it, the feature engine on top and the settings of the company.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/recent_cache.h"
#include "data/event_log.h"
#include "data/operations_store.h"
#include "data/store.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "domain/money.h"
#include "features/feature_engine.h"

namespace ri::book {

/// Opens or creates the database behind a URL: "sqlite:PATH" or "postgresql://...". Pending
/// migrations are applied. kUsage for another scheme, kStorage when it cannot be reached.
[[nodiscard]] Result<std::unique_ptr<data::Store>> OpenStore(const std::string& url);

struct WorkspaceOptions {
  std::string database;
  int num_threads = 1;
  /// For a server: after an import, readers get the former state until Refresh() has loaded the
  /// new one, so that nobody waits. Otherwise the next Load() reads the new state.
  bool serve_while_loading = false;
};

/// A state of knowledge: the log with its engine. Immutable; safe to share between threads.
struct Knowledge {
  std::unique_ptr<data::EventLog> log;
  std::unique_ptr<features::FeatureEngine> engine;
  /// Hash of the batches that count, for manifests.
  std::string data_sha256;
  domain::Timestamp newest_batch{};  ///< known-at of the newest batch that counts
};

class DealBook;
struct BookKey;
class LazyPastDeals;
struct PastKey;
class PreparedModel;

/// Thread safety: all methods may be called from any thread.
class Workspace {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Workspace>> Open(const WorkspaceOptions& options);
  ~Workspace();

  [[nodiscard]] data::Store& store() { return *store_; }
  /// The tables beside the events: people, decisions, the audit log. Opened at the first call,
  /// which creates them in a new database. Errors as OpenOperations.
  [[nodiscard]] Result<data::OperationsStore*> Operations();
  [[nodiscard]] const std::string& database() const { return options_.database; }
  [[nodiscard]] int num_threads() const { return options_.num_threads; }

  /// Fiscal calendar of the company; calendar quarters unless set.
  [[nodiscard]] Result<domain::FiscalCalendar> Calendar();
  /// Currency in which forecasts are made; the most frequent deal currency unless set.
  [[nodiscard]] Result<domain::Currency> ReportingCurrency(const data::EventLog& log);

  /// What was known at `known_at` (everything when empty). Loaded once, then shared: the last two
  /// states asked for are kept. A state that is already loaded is handed out at once, also while
  /// another one is loading or an import runs.
  /// kNotFound when nothing was imported yet, with the command that imports.
  [[nodiscard]] Result<std::shared_ptr<const Knowledge>> Load(
      std::optional<domain::Timestamp> known_at, base::Progress& progress);
  /// To be called after an import: what was loaded is out of date. Those who hold it keep it.
  void Forget();
  /// Loads the newest state when the store holds other batches than the state in use, and puts it
  /// in its place. True when it did.
  [[nodiscard]] Result<bool> Refresh(base::Progress& progress);

  /// Behind OpenBook() and PrepareModel().
  [[nodiscard]] RecentCache<BookKey, DealBook>& books() { return *books_; }
  [[nodiscard]] RecentCache<std::string, PreparedModel>& models() { return *models_; }
  [[nodiscard]] RecentCache<PastKey, LazyPastDeals>& past() { return *past_; }

 private:
  Workspace(std::unique_ptr<data::Store> store, WorkspaceOptions options);
  [[nodiscard]] Result<std::shared_ptr<const Knowledge>> Read(
      std::optional<domain::Timestamp> known_at, base::Progress& progress);

  std::unique_ptr<data::Store> store_;
  WorkspaceOptions options_;
  std::mutex opening_operations_;
  std::unique_ptr<data::OperationsStore> operations_;
  RecentCache<std::optional<domain::Timestamp>, Knowledge> knowledge_;
  std::unique_ptr<RecentCache<BookKey, DealBook>> books_;
  std::unique_ptr<RecentCache<std::string, PreparedModel>> models_;
  std::unique_ptr<RecentCache<PastKey, LazyPastDeals>> past_;
};

}  // namespace ri::book
