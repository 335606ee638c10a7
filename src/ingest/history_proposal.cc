#include "ingest/history_proposal.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "ingest/column_facts.h"
#include "ingest/header.h"
#include "ingest/mapping.h"
#include "ingest/outcome_words.h"
#include "ingest/role_names.h"
#include "ingest/toml_text.h"

namespace ri::ingest {
namespace {

constexpr double kRowsPerDeal = 1.5;
constexpr double kChangingShare = 0.3;  // of the deals that have several rows
constexpr std::size_t kMostStages = 60;

class HistoryProposal {
 public:
  explicit HistoryProposal(const Table& table) : table_(table), rows_(table.lines.size()) {
    const MissingWords missing(Mapping{}.missing);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      facts_.push_back(FactsOf(table.facts.header[j], table.columns[j], missing));
    }
  }

  /// True when deal, time and stage were found.
  bool Find() {
    const auto tells_rows_apart = [this](const ColumnFacts& c) {
      return c.unique && c.filled == rows_ && !c.date && !c.fractions;
    };
    if (Named(NamesOfId(), tells_rows_apart)) {
      return false;  // a row per deal
    }
    deal_ = Named(NamesOfId(), [this](const ColumnFacts& c) { return Repeats(c); });
    for (std::size_t j = 0; j < facts_.size() && !deal_; ++j) {
      constexpr std::array<std::string_view, 6> kDeals = {"deal", "opportunity",      "case",
                                                          "lead", "opportunity name", "deal name"};
      const bool named = std::ranges::find(kDeals, facts_[j].words) != kDeals.end();
      deal_ = named && Repeats(facts_[j]) ? std::optional(j) : std::nullopt;
    }
    if (!deal_) {
      return false;
    }
    stage_ = Named(NamesOfStage(), [this](const ColumnFacts& c) { return IsStage(c); });
    for (std::size_t j = 0; j < facts_.size() && !stage_; ++j) {
      const bool words = IsStage(facts_[j]) && std::ranges::any_of(facts_[j].distinct, MeansWon) &&
                         std::ranges::any_of(facts_[j].distinct, MeansLost);
      stage_ = words ? std::optional(j) : std::nullopt;
    }
    for (std::size_t j = 0; j < facts_.size() && !time_; ++j) {
      const bool time = facts_[j].date && facts_[j].filled == rows_ && Changes(j);
      time_ = time ? std::optional(j) : std::nullopt;
    }
    return stage_ && time_ && Changes(*stage_);
  }

  MappingProposal Make(const std::string& path) const {
    MappingProposal proposal;
    for (std::size_t j = 0; j < facts_.size(); ++j) {
      proposal.columns.push_back({.name = facts_[j].name,
                                  .use = "ignore",
                                  .type = facts_[j].filled == 0 ? "" : facts_[j].type(),
                                  .date_format = facts_[j].date_format(),
                                  .reason = "a history of stages has no place for it"});
    }
    const auto use = [&proposal](std::size_t column, const std::string& role) {
      proposal.columns[column].use = role;
      proposal.columns[column].reason.clear();
      return role + " = " + Quote(proposal.columns[column].name) + "\n";
    };
    std::string roles = use(*deal_, "deal") + use(*time_, "time") + use(*stage_, "stage");
    const auto amount = Named(NamesOfAmount(), [this](const ColumnFacts& c) {
      return c.money && !c.flag && !IsOtherMoney(c.words) && &c != &facts_[*deal_];
    });
    if (amount) {
      roles += use(*amount, "amount");
    }
    std::set<std::string> won;
    std::set<std::string> lost;
    for (const std::string& cell : table_.columns[*stage_]) {
      const std::string stage(Trim(cell));
      if (MeansWon(stage)) {
        won.insert(stage);
      } else if (MeansLost(stage)) {
        lost.insert(stage);
      }
    }
    proposal.questions.push_back(
        "Every row is taken for a change of a deal's stage. If rows are deals, write noun = "
        "\"deal\" with id and created.");
    if (won.empty() || lost.empty()) {
      proposal.questions.push_back(
          "No stage says that a deal was won or lost; list those that do in [file.outcome].");
    }
    proposal.text = Text(path, proposal, roles, won, lost);
    return proposal;
  }

 private:
  using Fits = std::function<bool(const ColumnFacts&)>;

  [[nodiscard]] std::optional<std::size_t> Named(std::span<const std::string_view> names,
                                                 const Fits& fits) const {
    for (const std::string_view name : names) {
      for (std::size_t j = 0; j < facts_.size(); ++j) {
        if (IsCalled(facts_[j].words, name) && fits(facts_[j])) {
          return j;
        }
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool Repeats(const ColumnFacts& column) const {
    return column.filled == rows_ && rows_ > 1 && !column.date && !column.fractions &&
           !column.flag && column.distinct.size() > 1 &&
           static_cast<double>(rows_) >= kRowsPerDeal * static_cast<double>(column.distinct.size());
  }
  [[nodiscard]] static bool IsStage(const ColumnFacts& column) {
    return column.filled > 0 && !column.date && !column.number &&
           column.distinct.size() <= kMostStages && column.distinct.size() > 1;
  }
  /// Whether deals with several rows mostly have several values.
  [[nodiscard]] bool Changes(std::size_t column) const {
    std::map<std::string, std::set<std::string>> values;
    std::map<std::string, std::size_t> counts;
    for (std::size_t i = 0; i < rows_; ++i) {
      values[table_.columns[*deal_][i]].insert(table_.columns[column][i]);
      ++counts[table_.columns[*deal_][i]];
    }
    std::size_t several = 0;
    std::size_t changing = 0;
    for (const auto& [deal, count] : counts) {
      several += count > 1 ? 1 : 0;
      changing += count > 1 && values[deal].size() > 1 ? 1 : 0;
    }
    return several > 0 &&
           static_cast<double>(changing) >= kChangingShare * static_cast<double>(several);
  }

  [[nodiscard]] std::string Text(const std::string& path, const MappingProposal& proposal,
                                 const std::string& roles, const std::set<std::string>& won,
                                 const std::set<std::string>& lost) const {
    std::string stem = std::filesystem::path(path).filename().string();
    stem = stem.substr(0, stem.find('.'));
    std::string text = "# Proposed from the first " + std::to_string(rows_) +
                       " rows; read it before you import.\n";
    for (const std::string& question : proposal.questions) {
      text += "# To decide: " + OneLine(question) + "\n";
    }
    DateOrderEvidence order;
    for (const std::string& cell : table_.columns[*time_]) {
      CountDateOrder(Trim(cell), order);
    }
    text += "name = " + Quote(LowerCase(stem)) +
            "\n# The currency of amounts without a currency column.\ncurrency = \"USD\"\n";
    if (order.order != DateOrder::kUnknown || order.ambiguous > 0) {
      text += std::string("date_order = ") +
              (order.order == DateOrder::kDayFirst ? "\"day_first\"" : "\"month_first\"") + "\n";
    }
    text += "\n[[file]]\nnoun = \"stage_history\"\nmatch = [" + Quote(stem + "*") +
            "]\nfooter = true\n";
    std::set<std::string> ignored;
    for (const ProposedColumn& column : proposal.columns) {
      if (column.use == "ignore") {
        ignored.insert(column.name);
      }
    }
    if (!ignored.empty()) {
      text += "ignore = " + QuoteAll(ignored) + "\n";
    }
    return text + "\n[file.columns]\n" + roles +
           "\n# Stages in which a deal has ended.\n[file.outcome]\nwon = " + QuoteAll(won) +
           "\nlost = " + QuoteAll(lost) + "\n";
  }

  const Table& table_;
  std::size_t rows_;
  std::vector<ColumnFacts> facts_;
  std::optional<std::size_t> deal_;
  std::optional<std::size_t> time_;
  std::optional<std::size_t> stage_;
};

}  // namespace

std::optional<MappingProposal> ProposeHistory(const std::string& path, const Table& table) {
  HistoryProposal proposal(table);
  return proposal.Find() ? std::optional(proposal.Make(path)) : std::nullopt;
}

}  // namespace ri::ingest
