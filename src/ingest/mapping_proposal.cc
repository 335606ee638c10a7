#include "ingest/mapping_proposal.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <set>
#include <string_view>

#include "ingest/column_facts.h"
#include "ingest/header.h"
#include "ingest/mapping.h"
#include "ingest/outcome_words.h"
#include "ingest/row_source.h"
#include "ingest/toml_text.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kSampleRows = 20'000;
constexpr std::size_t kMostOutcomes = 25;  // stages of a process, at most
/// Rows without dates are spread over about two years, so that "later deals" are weeks of them.
constexpr std::size_t kDaysOfUndatedRows = 730;

/// A column with a handful of labels for many rows ("new client", "existing client") sorts accounts
/// into kinds; it does not name them.
bool NamesMany(const ColumnFacts& column) {
  constexpr std::size_t kMostKinds = 20;
  return column.distinct.size() > kMostKinds || column.distinct.size() * 5 > column.filled;
}

/// "price index", "interest rate": numbers about the world, not what a deal is worth.
bool SpeaksOfAnIndex(const ColumnFacts& column) {
  const std::string padded = " " + column.words + " ";
  return std::ranges::any_of(
      std::array<std::string_view, 8>{" idx ", " index ", " rate ", " ratio ", " score ",
                                      " percent ", " pct ", " terms "},
      [&](std::string_view word) { return padded.find(word) != std::string::npos; });
}

using Fits = std::function<bool(const ColumnFacts&)>;

class Proposal {
 public:
  Proposal(const std::string& path, const Table& table, const ProposalHints& hints)
      : path_(path), table_(table), hints_(hints), rows_(table.lines.size()) {
    const MissingWords missing(Mapping{}.missing);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      facts_.push_back(FactsOf(table.facts.header[j], table.columns[j], missing));
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
    Pick("currency", {"currency", "w\xC3\xA4hrung", "devise", "moneda"},
         [](const ColumnFacts& c) { return c.currency; });
    Pick("owner",
         {"opportunity owner", "deal owner", "owner", "sales agent", "sales rep",
          "account executive", "seller", "salesperson", "rep", "betreuer", "verk\xC3\xA4ufer",
          "besitzer", "vertrieb", "zust\xC3\xA4ndig", "commercial", "vendeur", "vendedor",
          "responsable", "assigned to"},
         [](const ColumnFacts& c) {
           return c.filled > 0 && !c.date && !c.flag && !(c.unique && c.filled > kMostOutcomes);
         });
    Pick("account",
         {"account name", "account", "company", "customer", "client", "organi", "kunde", "firma",
          "unternehmen", "soci\xC3\xA9t\xC3\xA9", "cliente", "empresa"},
         [](const ColumnFacts& c) {
           return c.filled > 0 && !c.date && !c.number && !c.flag && NamesMany(c);
         });
    PickStage();
    const Fits words = [](const ColumnFacts& c) { return c.filled > 0 && !c.number && !c.date; };
    Pick("product", {"product name", "product", "produkt", "produit", "producto"}, words);
    Pick("lead_source",
         {"lead source", "source", "channel", "quelle", "herkunft", "origine", "origen"}, words);
    Pick("name",
         {"deal name", "opportunity name", "topic", "title", "bezeichnung", "titel", "name", "nom",
          "nombre"},
         words);
    SortRest();
    DecideDateOrder();
    proposal_.text = Text();
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
  [[nodiscard]] std::optional<std::size_t> Find(const std::vector<std::string_view>& names,
                                                const Fits& fits) const {
    for (const std::string_view name : names) {
      for (const bool exact : {true, false}) {
        for (std::size_t j = 0; j < facts_.size(); ++j) {
          const ColumnFacts& column = facts_[j];
          const bool match =
              exact ? column.words == name
                    : (" " + column.words).find(" " + std::string(name)) != std::string::npos;
          if (match && !used(j) && fits(column)) {
            return j;
          }
        }
      }
    }
    return std::nullopt;
  }

  /// A leaking column never gets a role that is read while the deal is open.
  bool Pick(std::string_view role, const std::vector<std::string_view>& names, const Fits& fits) {
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

  void PickOutcome() {
    const auto words = [](const ColumnFacts& c) {
      return c.distinct.size() <= kMostOutcomes && std::ranges::any_of(c.distinct, MeansWon) &&
             std::ranges::any_of(c.distinct, MeansLost);
    };
    std::optional<std::size_t> best;
    if (hints_.outcome) {
      const auto named = std::ranges::find(facts_, *hints_.outcome, &ColumnFacts::name);
      if (named != facts_.end()) {
        best = static_cast<std::size_t>(named - facts_.begin());
      }
    }
    for (std::size_t j = 0; j < facts_.size() && !best; ++j) {
      best = words(facts_[j]) ? std::optional(j) : std::nullopt;
    }
    if (!best) {
      best = Find({"outcome", "result", "converted", "won", "is won", "success", "ergebnis", "y"},
                  [](const ColumnFacts& c) { return c.flag && c.distinct.size() == 2; });
    }
    if (!best) {
      Ask("No column says how deals ended, so all count as open and nothing can be learned from "
          "them.");
      return;
    }
    std::set<std::string> open;
    endings_.assign(rows_, 0);
    const bool flag = facts_[*best].flag;
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::string value(Trim(table_.columns[*best][i]));
      if (value.empty()) {
        continue;
      }
      const bool named = std::ranges::find(hints_.won, value) != hints_.won.end();
      const bool is_won = hints_.won.empty()
                              ? MeansWon(value) || (flag && ParseFlag(value).value_or(false))
                              : named;
      const bool is_lost = !is_won && (MeansLost(value) || flag || !hints_.won.empty());
      (is_won ? won_ : is_lost ? lost_ : open).insert(value);
      endings_[i] = is_won ? 1 : is_lost ? -1 : 0;
    }
    outcome_ =
        "\n# Check which values mean what; every other value is refused.\n[file.outcome]\n"
        "won = " +
        QuoteAll(won_) + "\nlost = " + QuoteAll(lost_) + "\nopen = " + QuoteAll(open) + "\n";
    open_values_ = open.size();
    Use("outcome", *best);
    outcome_column_ = *best;
  }

  void PickId() {
    const Fits fits = [this](const ColumnFacts& c) {
      return c.unique && c.filled == rows_ && rows_ > 0 && !c.date && !c.fractions;
    };
    const auto named = Find({"opportunity id", "deal id", "record id", "lead id", "case id", "id",
                             "opportunity number", "lead number", "number", "key", "nummer", "nr",
                             "num\xC3\xA9ro", "referencia", "reference"},
                            fits);
    if (named) {
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
    roles_ +=
        "# No column tells rows apart: the row's number serves.\nid = { row_number = true }\n";
    Ask("No column tells rows apart; the row's number serves as id, so a later export of the same "
        "deals cannot be matched.");
  }

  [[nodiscard]] double FillOf(std::size_t column, bool closed) const {
    std::size_t rows = 0;
    std::size_t filled = 0;
    const MissingWords missing(Mapping{}.missing);
    for (std::size_t i = 0; i < endings_.size(); ++i) {
      if ((endings_[i] != 0) == closed) {
        ++rows;
        const std::string_view text = Trim(table_.columns[column][i]);
        filled += text.empty() || missing.Contains(text) ? 0 : 1;
      }
    }
    return rows == 0 ? -1 : static_cast<double>(filled) / static_cast<double>(rows);
  }

  void PickDates() {
    const Fits is_date = [](const ColumnFacts& c) { return c.date; };
    const auto expected = Find({"expected close", "est close", "estimated close", "commit date",
                                "forecast close", "close expected", "erwartet", "geplant",
                                "voraussichtlich", "date pr\xC3\xA9vue", "fecha prevista"},
                               is_date);
    if (expected) {
      Use("commit_date", *expected, LeakOf(*expected) == nullptr ? "" : "known = \"export\"");
    }
    auto created =
        Find({"opportunity created", "created", "create", "engage", "registered", "opened",
              "open date", "start", "first contact", "entry date", "angelegt", "erstellt",
              "er\xC3\xB6"
              "ffnet",
              "eingang", "cr\xC3\xA9\xC3\xA9", "creado", "date d"},
             is_date);
    const auto closed_names = std::vector<std::string_view>{
        "actual close",  "close date", "closed",    "close",       "won date",
        "end date",      "decided",    "abschluss", "geschlossen", "entschieden",
        "cl\xC3\xB4tur", "cierre",     "closing"};
    std::optional<std::size_t> closed = Find(closed_names, is_date);
    if (!created) {
      // The date that most rows have, other than the closing.
      for (std::size_t j = 0; j < facts_.size(); ++j) {
        if (facts_[j].date && !used(j) && j != closed.value_or(facts_.size()) &&
            (!created || facts_[j].filled > facts_[*created].filled)) {
          created = j;
        }
      }
    }
    if (created) {
      Use("created", *created);
      created_sometimes_ = facts_[*created].filled < rows_;
      if (closed == created) {
        closed = Find(closed_names, is_date);
      }
    } else {
      clock_ =
          "\n# No date says when a deal began. Rows are dated by their order, oldest first; set\n"
          "# column = instead of order = when a number grows with time.\n[file.clock]\n"
          "order = \"rows\"\nper_day = " +
          std::to_string(std::max<std::size_t>(1, rows_ / kDaysOfUndatedRows)) +
          "\nstart = \"2020-01-01\"\n";
      Ask("No date says when a deal began; rows are dated by their order.");
    }
    if (outcome_.empty()) {
      if (!expected && closed) {
        Use("commit_date", *closed);
      }
      return;
    }
    if (!closed) {
      // Filled when a deal is closed and hardly ever before.
      for (std::size_t j = 0; j < facts_.size() && !closed; ++j) {
        const bool fits = facts_[j].date && !used(j) && FillOf(j, true) > 0.8 &&
                          FillOf(j, false) < 0.05 && FillOf(j, false) >= 0;
        closed = fits ? std::optional(j) : std::nullopt;
      }
    }
    if (!closed) {
      Ask("No date says when deals closed; their outcomes teach, but nothing can be forecast from "
          "how long deals take.");
      return;
    }
    Use("closed", *closed);
    if (!expected && FillOf(*closed, false) > 0.5) {
      // One column for both, as most CRMs have it.
      roles_ += "commit_date = " + Quote(facts_[*closed].name) + "\n";
    }
  }

  void PickAmount() {
    const Fits money = [](const ColumnFacts& c) {
      return c.money && !c.flag && !SpeaksOfAnIndex(c);
    };
    auto found = Find({"amount", "deal value", "value", "revenue", "price", "acv", "arr", "betrag",
                       "wert", "volumen", "umsatz", "montant", "valeur", "importe", "valor"},
                      money);
    for (std::size_t j = 0; j < facts_.size() && !found; ++j) {
      if (!used(j) && money(facts_[j]) && !facts_[j].symbol.empty()) {
        found = j;
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

  void PickStage() {
    const Fits fits = [](const ColumnFacts& c) { return c.filled > 0 && !c.number && !c.date; };
    const auto found = Find({"stage", "phase", "stufe", "\xC3\xA9tape", "etapa", "step"}, fits);
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
      } else if (!outcome_.empty() && FillOf(j, false) == 0 &&
                 FillOf(j, true) > kEvidentlyClosing) {
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

  /// One order for the whole file, by the dates of all columns that leave no choice.
  void DecideDateOrder() {
    std::int64_t day_first = 0;
    std::int64_t month_first = 0;
    const ColumnFacts* ambiguous = nullptr;
    for (const ColumnFacts& column : facts_) {
      if (column.date) {
        day_first += column.order.day_first;
        month_first += column.order.month_first;
        ambiguous = column.order.ambiguous > 0 ? &column : ambiguous;
      }
    }
    const bool days = day_first > month_first;
    if (day_first != month_first) {
      order_ = std::string("date_order = ") + (days ? "\"day_first\"" : "\"month_first\"") +
               "  # decided by " + std::to_string(std::max(day_first, month_first)) +
               " dates that can only be read so\n";
      if (std::min(day_first, month_first) > 0) {
        Ask(std::to_string(std::min(day_first, month_first)) +
            " dates contradict the order of day and month that the others prove; they will be "
            "refused.");
      }
    } else if (ambiguous != nullptr) {
      Ask("Dates such as " + ambiguous->order.example + " in \"" + ambiguous->name +
          "\" can be read both ways; month first is assumed. The other choice is date_order = "
          "\"day_first\".");
      order_ = "# Dates such as " + OneLine(ambiguous->order.example) +
               " can be read both ways; the other choice is \"day_first\".\n"
               "date_order = \"month_first\"\n";
    }
    for (std::size_t j = 0; j < facts_.size(); ++j) {
      facts_[j].order.order = days                      ? DateOrder::kDayFirst
                              : month_first > day_first ? DateOrder::kMonthFirst
                                                        : facts_[j].order.order;
      proposal_.columns[j].date_format = facts_[j].date_format();
    }
  }

  [[nodiscard]] std::string NeverUse() const {
    std::string text =
        "# Filled or changed when a deal closes: a model must not read them. Move every other "
        "such\n"
        "# column here.\nnever_use = [";
    bool any = false;
    for (const ProposedColumn& column : proposal_.columns) {
      if (column.use == "never_use") {
        text += (any ? "" : "\n") + std::string("  ") + Quote(column.name) + ",  # " +
                column.reason + "\n";
        any = true;
      }
    }
    return text + "]\n";
  }

  [[nodiscard]] std::string Text() const {
    std::string stem = std::filesystem::path(path_).filename().string();
    stem = stem.substr(0, stem.find('.'));
    std::string text = "# Proposed from the first " + std::to_string(rows_) +
                       " rows; read it before you import.\n";
    for (const std::string& question : proposal_.questions) {
      text += "# To decide: " + question + "\n";
    }
    text += "name = " + Quote(LowerCase(stem)) +
            "\n# The currency of amounts without a currency column.\ncurrency = \"" +
            (currency_.empty() ? "USD" : currency_) + "\"\n" + order_ +
            "\n[[file]]\nnoun = \"deal\"\nmatch = [" + Quote(stem + "*") + "]\n" + NeverUse();
    if (created_sometimes_) {
      text +=
          "# Some deals have no creation date: they begin with the export.\n"
          "created_when_missing = \"export\"\n";
    }
    std::set<std::string> ignored;
    std::string custom;
    for (const ProposedColumn& column : proposal_.columns) {
      if (column.use == "ignore") {
        ignored.insert(column.name);
      } else if (column.use == "custom") {
        custom += Quote(column.name) + " = \"" + column.type + "\"" +
                  (column.date_format.empty() ? "" : "  # " + column.date_format) + "\n";
      }
    }
    if (!ignored.empty()) {
      text += "ignore = " + QuoteAll(ignored) + "  # always empty\n";
    }
    text += "\n# Role = column. Dates: ";
    std::string dates;
    for (const ProposedColumn& column : proposal_.columns) {
      if (!column.date_format.empty() && column.use != "custom") {
        dates += (dates.empty() ? "" : "; ") + OneLine(column.name) + " is " + column.date_format;
      }
    }
    text += (dates.empty() ? "none" : dates) + ".\n[file.columns]\n" + roles_;
    if (outcome_.empty()) {
      text += "# No column says how deals ended: all count as open.\n";
    }
    text += outcome_ + clock_;
    if (!custom.empty()) {
      text +=
          "\n# Your own columns; each becomes a feature (text does not).\n[file.custom]\n" + custom;
    }
    return text;
  }

  const std::string& path_;
  const Table& table_;
  const ProposalHints& hints_;
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
  MappingProposal proposal = Proposal(path, table, hints).Make();
  // What is proposed must be accepted; anything else would be our mistake.
  if (auto parsed = ParseMapping(proposal.text, "proposed mapping"); !parsed) {
    return Fail(ErrorCode::kInternal, parsed.error().message());
  }
  return proposal;
}

}  // namespace ri::ingest
