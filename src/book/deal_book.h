#pragma once

/// All open deals of one moment, scored: what every list, explanation and forecast of that moment
/// looks at.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "book/field_model.h"
#include "book/moment.h"
#include "book/organisation.h"
#include "book/past_deals.h"
#include "book/prepared_model.h"
#include "book/reporting_amount.h"
#include "book/score_snapshots.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "features/feature_table.h"

namespace ri::book {

struct BookRequest {
  /// Empty = now; every deal's own first snapshot where no end of a deal has a date, because those
  /// are the moments that a model of such a company has learned from.
  std::optional<domain::Timestamp> as_of;
  /// Every deal without an outcome at its own first snapshot, instead of one moment for all.
  bool as_of_created = false;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  domain::Timestamp now{};
};

/// Immutable; safe to share between threads, and valid for as long as it is held, whatever is
/// imported or promoted meanwhile.
class DealBook {
 public:
  struct Parts {
    std::shared_ptr<const Knowledge> knowledge;
    std::shared_ptr<const PreparedModel> model;
    std::shared_ptr<const LazyPastDeals> past;
    Moment moment;
    bool as_of_created = false;
    domain::Timestamp opened_at{};  ///< BookRequest::now
    ReportingAmounts amounts;
    domain::FiscalCalendar calendar;
    SnapshotScores scores;
    int num_threads = 1;
  };
  explicit DealBook(Parts parts);

  [[nodiscard]] const std::shared_ptr<const Knowledge>& knowledge() const {
    return parts_.knowledge;
  }
  [[nodiscard]] const LoadedModel& model() const { return parts_.model->loaded(); }
  [[nodiscard]] const PreparedModel& prepared() const { return *parts_.model; }
  [[nodiscard]] const Moment& moment() const { return parts_.moment; }
  [[nodiscard]] bool as_of_created() const { return parts_.as_of_created; }
  [[nodiscard]] domain::Timestamp opened_at() const { return parts_.opened_at; }
  /// By priority, then deal id.
  [[nodiscard]] std::span<const ScoredDeal> deals() const { return parts_.scores.deals; }
  /// Position in deals(), of the latest life of a reopened deal; empty when it is not open. O(1).
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view deal_id) const;
  /// Feature rows of the deals, in the same order, as people read them and as the model does.
  [[nodiscard]] const features::FeatureTable& table() const { return parts_.scores.table; }
  [[nodiscard]] const base::Matrix<float>& encoded() const { return parts_.scores.encoded; }
  /// Shared by all books of the model version; the first call on a version may take seconds.
  [[nodiscard]] const DealExplainer& explainer() const {
    return parts_.model->explainer(parts_.num_threads);
  }
  /// The model as a function of the table's fields.
  [[nodiscard]] const FieldModel& field_model() const { return field_model_; }
  /// Rows of single deals at the moment under other events; the first call sweeps over all deals.
  /// kRefused when every deal has a moment of its own.
  [[nodiscard]] Result<const features::HypotheticalRows*> hypothetical() const;
  /// Deals that had ended by the day of the moment; the first call collects them (seconds for a
  /// large company). Errors as PastDeals::Collect.
  [[nodiscard]] Result<const PastDeals*> past() const;
  /// False for a book that was not opened by OpenBook() and compares with nobody.
  [[nodiscard]] bool has_past() const { return parts_.past != nullptr; }
  /// The forecast category most open deals of a stage have; empty where no category prevails.
  [[nodiscard]] std::string CategoryOfStage(const std::string& stage) const;
  /// Stages in which deals are open, by name.
  [[nodiscard]] std::vector<std::string> OpenStages() const;
  /// Since the deal became pipeline.
  [[nodiscard]] double AgeDays(std::size_t position) const;
  /// Reps, teams and regions as of the moment.
  [[nodiscard]] const Organisation& organisation() const { return organisation_; }
  [[nodiscard]] const ReportingAmounts& amounts() const { return parts_.amounts; }
  [[nodiscard]] const domain::FiscalCalendar& calendar() const { return parts_.calendar; }
  /// Threads that work on the whole book may use.
  [[nodiscard]] int num_threads() const { return parts_.num_threads; }

 private:
  Parts parts_;
  FieldModel field_model_;
  Organisation organisation_;
  std::map<std::string, std::map<std::string, std::size_t>> categories_of_stage_;
  mutable std::once_flag swept_;
  mutable std::unique_ptr<const features::HypotheticalRows> hypothetical_;
  std::unordered_map<std::string_view, std::size_t> position_of_;
};

/// What makes two requests ask for the same book. Without an explicit moment it is "now", and a
/// book opened within the last quarter of an hour on the same knowledge is now enough.
struct BookKey {
  const Knowledge* knowledge = nullptr;  ///< alive for as long as the book is
  std::string model_version;
  std::optional<domain::Timestamp> as_of;
  bool as_of_created = false;

  friend bool operator==(const BookKey&, const BookKey&) = default;
};

/// The deal's position in the book. kNotFound when it is not open there; the message says why.
[[nodiscard]] Result<std::size_t> FindOpenDeal(const DealBook& book, const std::string& deal_id);

/// The book of a moment, from the workspace's cache of the last three or built anew. Thread safety:
/// any thread; a cached book is handed out without waiting, one thread builds at a time.
/// Cost of building: features and scores of all open deals, some 0.1 ms per deal and core.
/// kNotFound without data, without the model, or for an unknown alias.
[[nodiscard]] Result<std::shared_ptr<const DealBook>> OpenBook(Workspace& workspace,
                                                               const BookRequest& request,
                                                               base::Progress& progress);

}  // namespace ri::book
