#pragma once

/// An opened database with everything the use cases share: the store, the event log played from
/// it, the feature engine on top and the settings of the company.

#include <memory>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "data/store.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "domain/money.h"
#include "features/feature_engine.h"

namespace ri::service {

/// Opens or creates the database behind a URL: "sqlite:PATH" or "postgresql://...". Pending
/// migrations are applied. kUsage for another scheme, kStorage when it cannot be reached.
[[nodiscard]] Result<std::unique_ptr<data::Store>> OpenStore(const std::string& url);

struct WorkspaceOptions {
  std::string database;
  int num_threads = 1;
};

/// A state of knowledge: the log with its engine. Immutable.
struct Knowledge {
  std::unique_ptr<data::EventLog> log;
  std::unique_ptr<features::FeatureEngine> engine;
  /// Hash of the batches that count, for manifests.
  std::string data_sha256;
  domain::Timestamp newest_batch{};  ///< known-at of the newest batch that counts
};

class Workspace {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Workspace>> Open(const WorkspaceOptions& options);

  [[nodiscard]] data::Store& store() { return *store_; }
  [[nodiscard]] int num_threads() const { return num_threads_; }

  /// Fiscal calendar of the company; calendar quarters unless set.
  [[nodiscard]] Result<domain::FiscalCalendar> Calendar();
  /// Currency in which forecasts are made; the most frequent deal currency unless set.
  [[nodiscard]] Result<domain::Currency> ReportingCurrency(const data::EventLog& log);

  /// Loads what was known at `known_at` (everything when empty). Cached until the next import.
  /// kNotFound when nothing was imported yet, with the command that imports.
  [[nodiscard]] Result<const Knowledge*> Load(std::optional<domain::Timestamp> known_at,
                                              base::Progress& progress);
  /// Forgets what was loaded, after an import.
  void Forget() { knowledge_.reset(); }

 private:
  Workspace(std::unique_ptr<data::Store> store, int num_threads)
      : store_(std::move(store)), num_threads_(num_threads) {}

  std::unique_ptr<data::Store> store_;
  int num_threads_;
  std::optional<domain::Timestamp> loaded_known_at_;
  std::unique_ptr<Knowledge> knowledge_;
};

}  // namespace ri::service
