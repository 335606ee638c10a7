#include "ingest/mapping_proposal.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include "ingest/column_facts.h"
#include "ingest/file_conventions.h"
#include "ingest/header.h"
#include "ingest/history_proposal.h"
#include "ingest/mapping.h"
#include "ingest/outcome_words.h"
#include "ingest/proposal_text.h"
#include "ingest/role_names.h"
#include "ingest/row_source.h"
#include "ingest/still_open.h"
#include "ingest/toml_text.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kSampleRows = 20'000;
/// Rows without dates are spread over about two years, so that "later deals" are weeks of them.
constexpr std::size_t kDaysOfUndatedRows = 730;

/// A column with a handful of labels for many rows ("new client", "existing client") sorts accounts
/// into kinds; it does not name them.
bool NamesMany(const ColumnFacts& column) {
  constexpr std::size_t kMostKinds = 20;
  return column.distinct.size() > kMostKinds || column.distinct.size() * 5 > column.filled;
}

/// One person per deal is a key, not an owner.
bool IsKey(const ColumnFacts& column) {
  constexpr std::size_t kMostPeople = 25;
  return column.unique && column.filled > kMostPeople;
}

using Fits = std::function<bool(const ColumnFacts&)>;
using Names = std::span<const std::string_view>;

class Proposal {
 public:
  Proposal(const std::string& path, const Table& table, const ProposalHints& hints)
      : path_(path),
        table_(table),
        hints_(hints),
        missing_(Mapping().missing),
        rows_(RowsOfTable(table)) {
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      facts_.push_back(
          FactsOf(table.facts.header[j], std::span(table.columns[j]).first(rows_), missing_));
      proposal_.columns.push_back({.name = facts_[j].name,
                                   .use = "",
                                   .type = facts_[j].filled == 0 ? "" : facts_[j].type(),
                                   .date_format = facts_[j].date_format(),
                                   .reason = ""});
    }
  }

  MappingProposal Make() {
    PickOutcome();
    PickId();
    PickDates();
    PickAmount();
    Pick("currency", NamesOfCurrency(), [](const ColumnFacts& c) { return c.currency; });
    PickProbability();
    const Fits person = [](const ColumnFacts& c) {
      return c.filled > 0 && !c.date && !c.flag && !IsKey(c);
    };
    const Fits words = [](const ColumnFacts& c) { return c.filled > 0 && !c.number && !c.date; };
    Pick("owner", NamesOfOwner(), person);
    Pick("account", NamesOfAccount(), [](const ColumnFacts& c) {
      return c.filled > 0 && !c.date && !c.fractions && !c.flag && NamesMany(c) &&
             !IsAboutAccount(c.words);
    });
    PickStage();
    Pick("product", NamesOfProduct(), words);
    Pick("lead_source", NamesOfLeadSource(), words);
    Pick("name", NamesOfDealName(), words);
    SortRest();
    DecideConventions();
    proposal_.text = ProposalText({.path = path_,
                                   .num_rows = rows_,
                                   .proposal = proposal_,
                                   .currency = currency_,
                                   .conventions = order_,
                                   .roles = roles_,
                                   .outcome = outcome_,
                                   .clock = clock_,
                                   .created_sometimes = created_sometimes_});
    return std::move(proposal_);
  }

 private:
  [[nodiscard]] bool used(std::size_t column) const {
    return !proposal_.columns[column].use.empty();
  }
  [[nodiscard]] const ProposalHints::Leak* LeakOf(std::size_t column) const {
    const auto found =
        std::ranges::find(hints_.leaks, facts_[column].name, &ProposalHints::Leak::column);
    return found == hints_.leaks.end() ? nullptr : &*found;
  }

  /// By names in order of preference: first equal, then beginning with a word of the column's.
  [[nodiscard]] std::optional<std::size_t> Find(Names names, const Fits& fits) const {
    for (const std::string_view name : names) {
      for (const bool exact : {true, false}) {
        for (std::size_t j = 0; j < facts_.size(); ++j) {
          const ColumnFacts& column = facts_[j];
          const bool match = exact ? IsCalled(column.words, std::string(name) + "$")
                                   : IsCalled(column.words, name);
          if (match && !used(j) && fits(column)) {
            return j;
          }
        }
      }
    }
    return std::nullopt;
  }

  /// A leaking column never gets a role that is read while the deal is open.
  bool Pick(std::string_view role, Names names, const Fits& fits) {
    const auto found = Find(names, [&](const ColumnFacts& column) {
      return fits(column) && LeakOf(static_cast<std::size_t>(&column - facts_.data())) == nullptr;
    });
    if (found) {
      Use(role, *found);
    }
    return found.has_value();
  }
  void Use(std::string_view role, std::size_t column, const std::string& options = "") {
    proposal_.columns[column].use = std::string(role);
    const std::string name = Quote(facts_[column].name);
    roles_ += std::string(role) + " = " +
              (options.empty() ? name : "{ column = " + name + ", " + options + " }") + "\n";
  }
  void Ask(std::string question) { proposal_.questions.push_back(OneLine(std::move(question))); }

  [[nodiscard]] std::set<std::string> ValuesOf(std::size_t column) const {
    std::set<std::string> values;
    for (std::size_t i = 0; i < rows_; ++i) {
      if (const std::string_view text = Trim(table_.columns[column][i]); !missing_.Contains(text)) {
        values.emplace(text);
      }
    }
    return values;
  }

  /// The column and its values; columns of words before those of yes and no.
  std::optional<std::pair<std::size_t, OutcomeValues>> FindOutcome() const {
    std::optional<std::pair<std::size_t, OutcomeValues>> flags;
    for (std::size_t j = 0; j < facts_.size(); ++j) {
      if (hints_.outcome && facts_[j].name != *hints_.outcome) {
        continue;
      }
      if (hints_.outcome && !hints_.won.empty()) {
        OutcomeValues named;
        for (const std::string& value : ValuesOf(j)) {
          const bool won = std::ranges::find(hints_.won, value) != hints_.won.end();
          (won ? named.won : named.lost).insert(value);
        }
        return std::pair(j, named);
      }
      auto found = ReadOutcomeValues(facts_[j].name, ValuesOf(j));
      if (found && !facts_[j].flag) {
        return std::pair(j, *std::move(found));
      }
      if (found && !flags) {
        flags.emplace(j, *std::move(found));
      }
    }
    return flags;
  }

  void PickOutcome() {
    const auto found = FindOutcome();
    if (!found) {
      Ask("No column says how deals ended, so all count as open and nothing can be learned from "
          "them. Name the column as outcome, with the values that mean won and lost.");
      return;
    }
    const auto& [column, values] = *found;
    endings_.assign(rows_, 0);
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::string value(Trim(table_.columns[column][i]));
      endings_[i] = values.won.contains(value) ? 1 : values.lost.contains(value) ? -1 : 0;
    }
    std::string open_when;
    if (facts_[column].flag && values.open.empty()) {
      if (const auto still = FindStillOpen(table_, facts_, missing_, endings_)) {
        open_when = "open_when = { " + Quote(facts_[still->column].name) + " = " +
                    QuoteAll(still->values) + " }\n";
        Ask(still->sentence);
      }
    }
    outcome_ =
        "\n# Check which values mean what; every other value is refused.\n[file.outcome]\n"
        "won = " +
        QuoteAll(values.won) + "\nlost = " + QuoteAll(values.lost) +
        "\nopen = " + QuoteAll(values.open) + "\n" + open_when;
    open_values_ = values.open.size();
    Use("outcome", column);
    outcome_column_ = column;
  }

  void PickId() {
    const Fits fits = [this](const ColumnFacts& c) {
      return c.unique && c.filled == rows_ && rows_ > 0 && !c.date && !c.fractions;
    };
    if (const auto named = Find(NamesOfId(), fits)) {
      return Use("id", *named);
    }
    const auto ends = [](std::string_view words) {
      return words.ends_with("id") || words.ends_with("number") || words.ends_with(" no") ||
             words.ends_with("nr") || words.ends_with("nummer");
    };
    for (const bool by_name : {true, false}) {
      for (std::size_t j = 0; j < facts_.size(); ++j) {
        if (!used(j) && fits(facts_[j]) && facts_[j].mean_length <= 40 &&
            (ends(facts_[j].words) ||
             (!by_name && facts_[j].example.find(' ') == std::string::npos))) {
          return Use("id", j);
        }
      }
    }
    const auto repeated = Find(NamesOfId(), [this](const ColumnFacts& c) {
      constexpr double kNearlyAll = 0.9;
      return c.filled == rows_ && rows_ > 0 && !c.date && !c.fractions &&
             static_cast<double>(c.distinct.size()) >= kNearlyAll * static_cast<double>(rows_);
    });
    if (repeated) {
      Ask("Some ids in \"" + facts_[*repeated].name +
          "\" stand in several rows; the first row of each counts, others that differ are "
          "refused and listed.");
      return Use("id", *repeated);
    }
    const auto titles = Find(NamesOfDealName(), fits);
    if (titles) {
      Ask("\"" + facts_[*titles].name +
          "\" tells deals apart today and serves as id; a deal that is renamed will count as "
          "another.");
      return Use("id", *titles);
    }
    roles_ +=
        "# No column tells rows apart: the row's number serves.\nid = { row_number = true }\n";
    Ask("No column tells rows apart; the row's number serves as id, so a later export of the same "
        "deals cannot be matched.");
  }

  /// Share of the deals that ended so (1 won, -1 lost, 0 open) in which the column is filled; -1
  /// without such deals.
  [[nodiscard]] double FillOf(std::size_t column, int ending) const {
    return FillWhere(column, [ending](int each) { return each == ending; });
  }
  [[nodiscard]] double FillOfClosed(std::size_t column) const {
    return FillWhere(column, [](int each) { return each != 0; });
  }
  template <typename Which>
  [[nodiscard]] double FillWhere(std::size_t column, const Which& which) const {
    std::size_t rows = 0;
    std::size_t filled = 0;
    for (std::size_t i = 0; i < endings_.size(); ++i) {
      if (which(endings_[i])) {
        ++rows;
        filled += missing_.Contains(Trim(table_.columns[column][i])) ? 0 : 1;
      }
    }
    return rows == 0 ? -1 : static_cast<double>(filled) / static_cast<double>(rows);
  }

  /// Two columns of dates, one filled on won deals only and one on lost deals only.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> SplitClosing() const {
    constexpr double kNearlyAll = 0.9;
    std::optional<std::size_t> won;
    std::optional<std::size_t> lost;
    for (std::size_t j = 0; j < facts_.size() && !outcome_.empty(); ++j) {
      if (!facts_[j].date || used(j)) {
        continue;
      }
      const double of_won = FillOf(j, 1);
      const double of_lost = FillOf(j, -1);
      won = !won && of_won > kNearlyAll && of_lost < 1 - kNearlyAll ? std::optional(j) : won;
      lost = !lost && of_lost > kNearlyAll && of_won < 1 - kNearlyAll ? std::optional(j) : lost;
    }
    return won && lost ? std::optional(std::pair(*won, *lost)) : std::nullopt;
  }
  void UseSplitClosing(const std::pair<std::size_t, std::size_t>& columns) {
    proposal_.columns[columns.first].use = "closed";
    proposal_.columns[columns.second].use = "closed";
    roles_ += "closed = [" + Quote(facts_[columns.first].name) + ", " +
              Quote(facts_[columns.second].name) + "]\n";
  }

  void PickDates() {
    const Fits is_date = [](const ColumnFacts& c) { return c.date; };
    const auto expected = Find(NamesOfCommitDate(), is_date);
    if (expected) {
      Use("commit_date", *expected, LeakOf(*expected) == nullptr ? "" : "known = \"export\"");
    }
    const Fits is_event = [](const ColumnFacts& c) { return c.date && !IsStateOfExport(c.words); };
    const Fits is_end = [](const ColumnFacts& c) {
      return c.date && !IsStateOfExport(c.words) && !IsOtherEnd(c.words);
    };
    auto created = Find(NamesOfCreated(), is_event);
    const auto split = SplitClosing();
    if (!created) {
      // The date that most rows have, other than the closing.
      const std::size_t closing = Find(NamesOfClosed(), is_end).value_or(facts_.size());
      for (std::size_t j = 0; j < facts_.size(); ++j) {
        if (is_event(facts_[j]) && !used(j) && j != closing &&
            (!created || facts_[j].filled > facts_[*created].filled)) {
          created = j;
        }
      }
    }
    if (created) {
      Use("created", *created);
      created_sometimes_ = facts_[*created].filled < rows_;
    } else {
      clock_ =
          "\n# No date says when a deal began. Rows are dated by their order, oldest first; set\n"
          "# column = instead of order = when a number grows with time.\n[file.clock]\n"
          "order = \"rows\"\nper_day = " +
          std::to_string(std::max<std::size_t>(
              1, (rows_ < kSampleRows ? rows_ : CountRows(path_)) / kDaysOfUndatedRows)) +
          "\nstart = \"2020-01-01\"\n";
      Ask("No date says when a deal began; rows are dated by their order.");
    }
    std::optional<std::size_t> closed = Find(NamesOfClosed(), is_end);
    if (outcome_.empty()) {
      if (!expected && closed) {
        Use("commit_date", *closed);
      }
      return;
    }
    if (split) {
      return UseSplitClosing(*split);
    }
    if (!closed) {
      // Filled when a deal is closed and hardly ever before.
      for (std::size_t j = 0; j < facts_.size() && !closed; ++j) {
        const bool fits = is_end(facts_[j]) && !used(j) && FillOfClosed(j) > 0.8 &&
                          FillOf(j, 0) < 0.05 && FillOf(j, 0) >= 0;
        closed = fits ? std::optional(j) : std::nullopt;
      }
    }
    if (!closed) {
      Ask("No date says when deals closed; their outcomes teach, but nothing can be forecast from "
          "how long deals take.");
      return;
    }
    Use("closed", *closed);
    if (!expected && FillOf(*closed, 0) > 0.5) {
      // One column for both, as most CRMs have it.
      roles_ += "commit_date = " + Quote(facts_[*closed].name) + "\n";
    }
  }

  void PickAmount() {
    const Fits money = [](const ColumnFacts& c) {
      return c.money && !c.flag && !IsOtherMoney(c.words);
    };
    auto found = Find(NamesOfAmount(), money);
    for (std::size_t j = 0; j < facts_.size() && !found; ++j) {
      if (!used(j) && money(facts_[j]) && !facts_[j].symbol.empty()) {
        found = j;
      }
    }
    for (std::size_t j = 0; j < facts_.size() && !found; ++j) {
      // Large numbers with cents, different in most rows, are money more often than anything else.
      constexpr double kLarge = 1000;
      if (!used(j) && money(facts_[j]) && facts_[j].fractions && facts_[j].largest >= kLarge &&
          facts_[j].distinct.size() * 2 > facts_[j].filled) {
        found = j;
        Ask("\"" + facts_[j].name + "\" is taken for the amount by its values; check it.");
      }
    }
    if (!found) {
      Ask("No column looks like an amount of money; forecasts need one.");
      return;
    }
    currency_ = facts_[*found].symbol;
    if (const auto* leak = LeakOf(*found)) {
      roles_ += "# " + OneLine(leak->evidence) +
                "\n# It is only read as what a won deal was "
                "worth; \"amount\" would let a model see it.\n";
      Use("closed_amount", *found);
      Ask("The amount knows the outcome; it is only used as the worth of won deals.");
      return;
    }
    Use("amount", *found);
  }

  void PickProbability() {
    const auto found = Find(NamesOfProbability(),
                            [](const ColumnFacts& c) { return c.number && c.largest <= 100; });
    if (found) {
      // Read on open deals only, so it may well know the outcome of the others.
      Use("probability", *found, facts_[*found].largest > 1 ? "scale = 0.01" : "");
    }
  }

  void PickStage() {
    const Fits fits = [](const ColumnFacts& c) { return c.filled > 0 && !c.number && !c.date; };
    const auto found = Find(NamesOfStage(), fits);
    if (found) {
      // Safe even when it names the outcome: the stage of a closed deal is never read.
      Use("stage", *found);
    } else if (outcome_column_ && open_values_ >= 2) {
      roles_ += "stage = " + Quote(facts_[*outcome_column_].name) + "\n";
    }
  }

  /// Every column without a role.
  void SortRest() {
    constexpr double kEvidentlyClosing = 0.2;
    for (std::size_t j = 0; j < facts_.size(); ++j) {
      if (used(j)) {
        continue;
      }
      ProposedColumn& column = proposal_.columns[j];
      if (facts_[j].filled == 0) {
        column.use = "ignore";
        column.reason = "always empty";
      } else if (const auto* leak = LeakOf(j)) {
        column.use = "never_use";
        column.reason = OneLine(leak->evidence);
      } else if (IsStateOfExport(facts_[j].words)) {
        column.use = "never_use";
        column.reason = "shows the deal as of the export, not while it was open";
      } else if (!outcome_.empty() && FillOf(j, 0) == 0 && FillOfClosed(j) > kEvidentlyClosing) {
        column.use = "never_use";
        column.reason = "filled on closed deals only, on none of the open ones";
      } else {
        column.use = "custom";
        if (facts_[j].type() == "text") {
          column.reason = "kept for people; texts are no feature";
        }
      }
    }
  }

  void DecideConventions() {
    FileConventions conventions = DecideFileConventions(facts_, table_.facts.delimiter);
    order_ = std::move(conventions.lines);
    for (std::string& question : conventions.questions) {
      Ask(std::move(question));
    }
    for (std::size_t j = 0; j < facts_.size(); ++j) {
      facts_[j].order.order = conventions.date_order == DateOrder::kUnknown
                                  ? facts_[j].order.order
                                  : conventions.date_order;
      proposal_.columns[j].date_format = facts_[j].date_format();
    }
  }

  const std::string& path_;
  const Table& table_;
  const ProposalHints& hints_;
  const MissingWords missing_;
  std::size_t rows_;
  std::vector<ColumnFacts> facts_;
  MappingProposal proposal_;
  std::vector<int> endings_;  ///< by row: 1 won, -1 lost, 0 open; empty without an outcome
  std::set<std::string> won_;
  std::set<std::string> lost_;
  std::size_t open_values_ = 0;
  std::optional<std::size_t> outcome_column_;
  bool created_sometimes_ = false;
  std::string roles_;
  std::string outcome_;
  std::string clock_;
  std::string order_;
  std::string currency_;
};

}  // namespace

Result<MappingProposal> ProposeMapping(const std::string& path, const ProposalHints& hints) {
  RI_ASSIGN_OR_RETURN(const Table table, ReadTable(path, kSampleRows));
  const auto history = ProposeHistory(path, table);
  MappingProposal proposal = history ? *history : Proposal(path, table, hints).Make();
  // What is proposed must be accepted; anything else would be our mistake.
  if (auto parsed = ParseMapping(proposal.text, "proposed mapping"); !parsed) {
    return Fail(ErrorCode::kInternal, parsed.error().message());
  }
  return proposal;
}

}  // namespace ri::ingest
