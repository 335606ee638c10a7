#pragma once

/// Precomputed features: one file per Monday in a folder, so that a new week costs a week.
///
/// A file is "RIFW1\n", the length of its header (4 bytes, little-endian), the header as JSON and
/// the values: float32 by columns, byte planes apart, compressed by zlib. The header holds both
/// times (the Monday, and the known-at of the newest import when it was computed), the catalogue's
/// hash, the fingerprint of everything the week depends on, the SHA-256 of the values, deal ids,
/// episodes, feature names and labels. docs/data-spec.md describes the features.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "domain/date.h"
#include "features/feature_engine.h"

namespace ri::lifecycle {

/// What a stored week was made from. A week is used again only while all but known_at agree.
struct FeatureWeekOrigin {
  domain::Timestamp known_at{};  ///< newest import it saw
  std::string catalogue_sha256;  ///< names, kinds, texts, calendar, and the program's version
  std::string fingerprint;       ///< of all events visible on that Monday
};

/// The rows of one Monday as stored.
struct FeatureWeek {
  domain::Date monday{};
  FeatureWeekOrigin origin;
  std::string rows_sha256;  ///< of the values and their keys; checked when read
  std::vector<std::string> deals;
  std::vector<std::uint32_t> episodes;
  std::vector<std::string> features;
  std::vector<std::vector<std::string>> labels;  ///< used ones per feature; empty = a number
  base::Matrix<float> values;                    ///< [deals x features]
};

/// Thread safety: one thread. Files appear whole or not at all.
class FeatureStore {
 public:
  /// Creates the folder. kStorage when that fails.
  [[nodiscard]] static Result<FeatureStore> Open(std::string folder);
  /// Empty when the week is not stored; kStorage when its file is damaged.
  [[nodiscard]] Result<std::optional<FeatureWeek>> Read(domain::Date monday) const;
  Status Write(const FeatureWeek& week) const;
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  explicit FeatureStore(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::string PathOf(domain::Date monday) const;

  std::string folder_;
};

/// What the store saved and what it cost.
struct FeatureStoreUse {
  std::size_t weeks = 0;
  std::size_t weeks_computed = 0;
  std::size_t rows = 0;
  std::size_t rows_computed = 0;
};

struct StoredFeaturesRequest {
  domain::Date from{};
  domain::Date to{};
  std::string calendar;          ///< the engine's, as FiscalCalendar::Describe says it
  domain::Timestamp known_at{};  ///< newest import in the log
  int num_threads = 1;
};

/// The features of all Mondays in [from, to]: the same bytes as engine.Compute(WeeklySnapshots),
/// from the store where it has them, computed and stored where it has not. A damaged file is
/// computed again.
[[nodiscard]] Result<features::FeatureTable> StoredFeatures(
    const data::EventLog& log, const features::FeatureEngine& engine, const FeatureStore& store,
    const StoredFeaturesRequest& request, FeatureStoreUse& use, base::Progress& progress);

}  // namespace ri::lifecycle
