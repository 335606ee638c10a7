#pragma once

/// Use case: the open deals of a moment as a list that can be filtered, sorted and paged, with what
/// people decided about them.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "book/access.h"
#include "book/deal_book.h"
#include "book/recent_cache.h"
#include "data/operations_store.h"

namespace ri::deals {

/// By how far a deal lies below its peers, cut where a person's capacity ends.
enum class RiskBand : std::uint8_t { kHigh, kElevated, kNormal, kUnknown };
[[nodiscard]] std::string_view RiskBandName(RiskBand band);
[[nodiscard]] std::optional<RiskBand> RiskBandNamed(std::string_view name);

/// Decisions in force about one deal.
struct DealMarks {
  std::optional<domain::Timestamp> reviewed_at;
  std::optional<domain::Date> snoozed_until, follow_up_on;
  std::string disagreement;  ///< reason code; empty = none
  std::int64_t notes = 0;
};
using MarksByDeal = std::unordered_map<std::string, DealMarks>;
[[nodiscard]] MarksByDeal MarksOf(std::span<const data::StoredDecision> in_force,
                                  domain::Date today);

/// Facts of a listed deal beyond its score. Names are indices into DealList::words().
struct ListedDeal {
  std::optional<std::size_t> owner;  ///< rep index
  std::uint32_t team = 0, region = 0, stage = 0, category = 0;
  double amount_reporting = 0;  ///< major units; NaN without an amount or a rate
  std::optional<int> age_days;
  double change_points = 0;  ///< win probability less that of seven days before; NaN if not open
  RiskBand band = RiskBand::kUnknown;
};

enum class DealOrder : std::uint8_t {
  kAtStake,
  kWin,
  kWinByQuarterEnd,
  kAmount,
  kCommitDate,
  kSlip,
  kLoss,
  kExcessRisk,
  kRisk,
  kAgeDays,
  kName,
  kAccount,
  kOwner,
  kTeam,
  kStage,
  kCloseP50,
  kChangePoints,
  kQuarterValueAtRisk
};
inline constexpr std::size_t kNumDealOrders = 18;
[[nodiscard]] std::optional<DealOrder> DealOrderNamed(std::string_view name);

struct DealFilter {
  std::string words;  ///< all must occur in id, name, account or owner; any case
  std::vector<std::string> owners, teams, regions, stages, categories;
  std::vector<RiskBand> bands;
  std::optional<double> min_win, max_win;
  std::optional<double> min_amount, max_amount;  ///< major units of the reporting currency
  std::optional<domain::Date> commit_from, commit_to;
  std::optional<bool> reviewed, snoozed;

  friend bool operator==(const DealFilter&, const DealFilter&) = default;
};

/// Immutable but for its cache of orders; safe to share between threads.
class DealList {
 public:
  /// \param before  the book seven days earlier, for the change; may be null
  DealList(std::shared_ptr<const book::DealBook> book, std::shared_ptr<const book::DealBook> before,
           int high_risk_per_rep);

  [[nodiscard]] const book::DealBook& book() const { return *book_; }
  [[nodiscard]] const std::shared_ptr<const book::DealBook>& shared_book() const { return book_; }
  [[nodiscard]] const ListedDeal& listed(std::size_t position) const { return listed_[position]; }
  /// Dictionary of teams, regions, stages and categories; 0 is "not known".
  [[nodiscard]] const std::string& word(std::uint32_t index) const { return words_[index]; }
  /// Key of a rep in the CRM.
  [[nodiscard]] const std::string& RepKey(std::size_t rep) const;
  /// VisibilityOf as of the moment of the book, kept: walking the hierarchy of thousands of reps
  /// takes longer than a page.
  [[nodiscard]] book::Visibility VisibilityFor(const data::StoredUser& user) const;
  /// Names this book, whatever its deals are compared with: equal for lists of equal books.
  [[nodiscard]] const std::string& book_tag() const { return book_tag_; }

  /// Positions in the book by `order`, missing values last, ties by deal id. Sorted once.
  [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> Order(DealOrder order,
                                                                        bool descending) const;
  /// Decides which deals pass. Valid as long as its arguments.
  class Matcher {
   public:
    Matcher(const DealList& list, const DealFilter& filter, const book::Visibility& visibility,
            const MarksByDeal& marks, domain::Timestamp now);
    [[nodiscard]] bool Passes(std::size_t position) const;
    /// Whether nothing but visibility is asked for.
    [[nodiscard]] bool trivial() const { return trivial_; }
    [[nodiscard]] bool passes_all() const { return trivial_ && visibility_.everything(); }
    [[nodiscard]] const DealFilter& filter() const { return filter_; }
    [[nodiscard]] const book::Visibility& visibility() const { return visibility_; }

   private:
    [[nodiscard]] bool PassesWords(const book::ScoredDeal& deal) const;
    [[nodiscard]] bool PassesMarks(const book::ScoredDeal& deal) const;
    const DealList& list_;
    const DealFilter& filter_;
    const book::Visibility& visibility_;
    const MarksByDeal& marks_;
    domain::Timestamp now_;
    std::vector<std::string> words_;
    std::vector<bool> owners_;
    std::vector<bool> teams_, regions_, stages_, categories_;
    std::array<bool, 4> bands_{};
    bool trivial_ = true;
  };
  /// Indices into Order() of the deals that pass, ascending. Filters that ask for no decisions are
  /// looked at once and kept; others with every call.
  [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> Passing(
      DealOrder order, bool descending, const Matcher& matcher) const;

 private:
  struct PassingKey {
    DealOrder order;
    bool descending;
    DealFilter filter;
    book::Visibility visibility;
    friend bool operator==(const PassingKey&, const PassingKey&) = default;
  };
  [[nodiscard]] std::uint32_t Intern(const std::string& text);
  void SetBands(int high_risk_per_rep);

  std::shared_ptr<const book::DealBook> book_;
  std::vector<ListedDeal> listed_;
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t> index_of_word_;
  std::string book_tag_;
  mutable std::mutex mutex_;
  mutable std::map<std::tuple<std::string, std::string, bool>, book::Visibility> visibilities_;
  mutable std::map<std::pair<DealOrder, bool>, std::shared_ptr<const std::vector<std::uint32_t>>>
      orders_;
  mutable book::RecentCache<PassingKey, std::vector<std::uint32_t>> passing_;
};

struct DealPageRequest {
  DealOrder order = DealOrder::kAtStake;
  bool descending = true;
  std::size_t limit = 100;
  std::string cursor;  ///< empty for the first page
};

struct DealPage {
  std::vector<std::uint32_t> positions;
  std::string next_cursor;  ///< empty on the last page
  std::size_t total = 0;
};

/// kUsage for a cursor that is none. A cursor stays usable when the book was rebuilt meanwhile: the
/// page goes on after the last deal shown.
[[nodiscard]] Result<DealPage> PageOf(const DealList& list, const DealList::Matcher& matcher,
                                      const DealPageRequest& request);

}  // namespace ri::deals
