#pragma once

/// Deals that have ended, as they looked when they were as old as an open deal is now: whom
/// reasons, counterfactuals and similar deals compare with.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/phrase.h"
#include "base/result.h"
#include "book/prepared_model.h"
#include "book/workspace.h"
#include "explanations/similar_deals.h"
#include "features/feature_table.h"

namespace ri::book {

/// Age of a deal in classes of about equal length on a log scale: 0-13, 14-27, 28-55, 56-90, 91-181
/// days, and more.
inline constexpr std::size_t kNumAgeClasses = 6;
/// Days at which a deal of each class is looked at; the last class is open.
inline constexpr std::array<int, kNumAgeClasses> kAgeClassMiddles = {7, 21, 42, 73, 136, 273};
[[nodiscard]] std::size_t AgeClassOf(double days);
/// "28 to 55 days"
[[nodiscard]] std::string AgeClassText(std::size_t age_class,
                                       base::Language language = base::Language::kEnglish);

/// One past deal in the middle of one age class.
struct PastSnapshot {
  features::SnapshotKey key;
  std::size_t age_class = 0;
  std::string stage;
  bool won = false;
  std::optional<domain::Timestamp> closed;  ///< empty when the moment is not known
  double win_probability = 0;               ///< what the model would have said then
};

/// Won and lost snapshots of one peer group, as rows of PastDeals.
struct PeerGroup {
  std::vector<std::uint32_t> won;
  std::vector<std::uint32_t> lost;
  std::string stage;                     ///< empty: of any stage
  std::optional<std::size_t> age_class;  ///< empty: at any age
};
/// "from Negotiation at 28 to 55 days", "from Negotiation", or empty: all past deals.
[[nodiscard]] std::string PlaceOf(const PeerGroup& group, base::Language language);

/// Immutable; safe to share between threads.
class PastDeals {
 public:
  /// The newest deals that had ended, visibly, by the day of `as_of`, at most kMostDeals, each once
  /// per age class in whose middle it was still open, so that a snapshot was chosen without knowing
  /// its future. Cost: features, margins and contributions of some three rows per deal.
  /// Errors as DealExplainer::Explain.
  [[nodiscard]] static Result<PastDeals> Collect(std::shared_ptr<const Knowledge> knowledge,
                                                 const PreparedModel& model,
                                                 domain::Timestamp as_of, int num_threads);

  static constexpr std::size_t kMostDeals = 8000;
  /// Fewer peers of one kind than this, and a wider group stands in.
  static constexpr std::size_t kLeastPeers = 30;

  [[nodiscard]] const std::vector<PastSnapshot>& snapshots() const { return snapshots_; }
  /// Feature rows of the snapshots.
  [[nodiscard]] const features::FeatureTable& table() const { return table_; }
  /// The same values of one feature side by side, by snapshot: peers are compared feature by
  /// feature.
  [[nodiscard]] std::span<const float> column(std::size_t feature) const {
    return columns_.row(feature);
  }
  /// Nearest in the contributions of the fields.
  [[nodiscard]] const explanations::SimilarDeals& by_reasons() const { return *by_reasons_; }
  /// Contributions of the fields to the margin of one snapshot, in log-odds.
  [[nodiscard]] std::vector<double> ContributionsOf(std::size_t row) const {
    const auto values = contributions_.row(row);
    return {values.begin(), values.end()};
  }
  /// Deals in the same stage at the same age; in the same stage at any age when those are fewer
  /// than kLeastPeers won ones; then all of the age; then all. Every deal counts once.
  [[nodiscard]] const PeerGroup& PeersOf(const std::string& stage, std::size_t age_class) const;

 private:
  std::shared_ptr<const Knowledge> knowledge_;
  std::vector<PastSnapshot> snapshots_;
  features::FeatureTable table_;
  base::Matrix<float> columns_;  ///< [features x snapshots]
  base::Matrix<float> contributions_;
  std::unique_ptr<const explanations::SimilarDeals> by_reasons_;
  std::vector<std::string> stages_;  ///< sorted
  std::vector<PeerGroup> groups_;    ///< (stage or any) x (age class or any)
};

struct PastKey {
  const Knowledge* knowledge = nullptr;  ///< alive for as long as what it is the key of
  std::string model_version;
  domain::Date day{};

  friend bool operator==(const PastKey&, const PastKey&) = default;
};

/// Collected when first asked for. Thread safety: any thread; the first waits.
class LazyPastDeals {
 public:
  LazyPastDeals(std::shared_ptr<const Knowledge> knowledge,
                std::shared_ptr<const PreparedModel> model, domain::Timestamp as_of,
                int num_threads)
      : knowledge_(std::move(knowledge)),
        model_(std::move(model)),
        as_of_(as_of),
        num_threads_(num_threads) {}

  [[nodiscard]] Result<const PastDeals*> Get() const;

 private:
  std::shared_ptr<const Knowledge> knowledge_;
  std::shared_ptr<const PreparedModel> model_;
  domain::Timestamp as_of_;
  int num_threads_;
  mutable std::once_flag collected_;
  mutable std::optional<Result<PastDeals>> past_;
};

}  // namespace ri::book
