#include "deals/missing_facts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "features/reason_sentence.h"
#include "metrics/proportion.h"

namespace ri::deals {
namespace {

using base::Phrase;

constexpr double kConfidence = 0.8;
constexpr std::size_t kMostTried = 60;
/// A movement that no page shows.
constexpr double kLeastMoved = 0.05;
constexpr std::string_view kOwn = "custom.";

/// What tells that a fact is there.
enum class Sign { kKnown, kAboveZero };

/// Something a person can enter, and the features that are made of it.
struct FactDefinition {
  std::string_view fact;
  Phrase label;
  std::string_view key;  ///< feature that tells whether it is there
  Sign sign = Sign::kKnown;
};

constexpr FactDefinition kFacts[] = {
    {"next_step", {"next step", "nächster Schritt"}, "next_step_present", Sign::kAboveZero},
    {"buyer_role",
     {"economic buyer or decision maker", "wirtschaftlicher Entscheider"},
     "economic_buyer_known",
     Sign::kAboveZero},
    {"contact_roles",
     {"contacts with a role", "Kontakte mit Rolle"},
     "contact_roles",
     Sign::kAboveZero},
    {"next_meeting",
     {"next meeting", "nächstes Treffen"},
     "next_meeting_planned",
     Sign::kAboveZero},
    {"commit_date", {"close date", "Abschlussdatum"}, "days_to_commit"},
    {"amount", {"amount", "Betrag"}, "log_amount"},
    {"forecast_category", {"forecast category", "Prognosekategorie"}, "forecast_category"},
    {"discount", {"discount", "Rabatt"}, "discount"},
    {"product_count", {"number of products", "Anzahl der Produkte"}, "product_count"},
    {"term_months", {"length of the contract", "Vertragslaufzeit"}, "term_months"},
    {"product", {"product", "Produkt"}, "product"},
    {"type", {"deal type", "Art des Deals"}, "type"},
    {"lead_source", {"lead source", "Herkunft"}, "lead_source"},
    {"employees", {"employees of the account", "Beschäftigte des Kunden"}, "log_employees"},
    {"revenue", {"revenue of the account", "Umsatz des Kunden"}, "log_revenue"},
};

/// Features that a fact moves beside its key: a name, or a beginning of names that ends in '*'.
const std::multimap<std::string_view, std::string_view>& Companions() {
  static const std::multimap<std::string_view, std::string_view> companions = {
      {"buyer_role", "contact_roles"},
      {"next_meeting", "days_to_next_meeting"},
      {"commit_date", "days_past_commit"},
      {"commit_date", "close_date_in_quarter"},
      {"commit_date", "close_date_on_*"},
      {"commit_date", "planned_cycle_days"},
      {"amount", "amount_missing"},
      {"amount", "amount_to_*"},
      {"product", "product_win_rate*"},
      {"type", "type_win_rate*"},
      {"lead_source", "lead_source_win_rate*"},
  };
  return companions;
}

/// A fact as columns of a feature table.
struct FactColumns {
  std::string fact, label;
  std::size_t key = 0;
  Sign sign = Sign::kKnown;
  std::vector<std::size_t> columns;  ///< the key's included
};

bool Matches(std::string_view name, std::string_view pattern) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1))
                                : name == pattern;
}

std::vector<FactColumns> FactsOfTable(const features::FeatureTable& table,
                                      base::Language language) {
  std::vector<FactColumns> facts;
  for (const FactDefinition& definition : kFacts) {
    const auto key = table.Find(definition.key);
    if (!key) {
      continue;
    }
    FactColumns fact{.fact = std::string(definition.fact),
                     .label = std::string(definition.label.In(language)),
                     .key = *key,
                     .sign = definition.sign,
                     .columns = {*key}};
    const auto [first, last] = Companions().equal_range(definition.fact);
    for (std::size_t j = 0; j < table.features.size(); ++j) {
      if (std::any_of(first, last, [&](const auto& companion) {
            return Matches(table.features[j].name, companion.second);
          })) {
        fact.columns.push_back(j);
      }
    }
    facts.push_back(std::move(fact));
  }
  // A customer's own column is a fact of its own, with everything that is derived from it alone.
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    const std::string& name = table.features[j].name;
    if (!name.starts_with(kOwn) || name.find("_to_") != std::string::npos ||
        name.find(".win_rate") != std::string::npos) {
      continue;
    }
    FactColumns fact{.fact = name,
                     .label = features::FeatureLabel(table.features[j], language),
                     .key = j,
                     .columns = {j}};
    for (std::size_t other = 0; other < table.features.size(); ++other) {
      if (Matches(table.features[other].name, name + ".win_rate*")) {
        fact.columns.push_back(other);
      }
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

bool IsThere(const FactColumns& fact, float value) {
  return !std::isnan(value) && (fact.sign == Sign::kKnown || value > 0);
}

/// A past deal's value in the open deals' table; empty for a label that no open deal knows.
std::optional<float> Translated(const features::FeatureTable& from,
                                const features::FeatureTable& to, std::size_t column, float value) {
  if (std::isnan(value) || to.features[column].kind != features::FeatureKind::kCategory) {
    return value;
  }
  const std::string& label = from.labels[column][static_cast<std::size_t>(value)];
  const auto found = std::ranges::lower_bound(to.labels[column], label);
  if (found == to.labels[column].end() || *found != label) {
    return std::nullopt;
  }
  return static_cast<float>(found - to.labels[column].begin());
}

FactRecord RecordOf(std::size_t deals, std::size_t won) {
  const metrics::ShareInterval interval =
      metrics::JeffreysInterval(static_cast<double>(won), static_cast<double>(deals), kConfidence);
  return {.deals = deals, .won = won, .low = interval.low, .high = interval.high};
}

double Width(double low, double high) { return 100 * (high - low); }

/// Puts the fact of past deals into the deal's row, one after the other.
void FillFigures(const book::DealBook& book, const book::PastDeals& past, const FactColumns& fact,
                 std::span<const float> row, std::span<const std::uint32_t> with,
                 MissingFact& missing) {
  const book::FieldModel& model = book.field_model();
  const auto now = model.model().Predict(model.encoder().Encode(row)).win.value();
  const std::size_t step = (with.size() + kMostTried - 1) / kMostTried;
  std::vector<double> chances;
  double widths = 0;
  double squares = 0;
  std::vector<float> edited(row.begin(), row.end());
  for (std::size_t i = 0; i < with.size(); i += step) {
    bool known = true;
    for (const std::size_t column : fact.columns) {
      const auto value =
          Translated(past.table(), book.table(), column, past.table().values(with[i], column));
      known = known && value;
      edited[column] = value.value_or(row[column]);
    }
    if (!known) {
      continue;
    }
    const models::Prediction prediction = model.model().Predict(model.encoder().Encode(edited));
    chances.push_back(prediction.win.value());
    widths += Width(prediction.band.low, prediction.band.high);
    squares += (prediction.win.value() - now) * (prediction.win.value() - now);
  }
  missing.enough = chances.size() >= kLeastPeersWithFact;
  if (!missing.enough) {
    return;
  }
  std::ranges::sort(chances);
  const auto at = [&](double level) {
    return chances[static_cast<std::size_t>(level * static_cast<double>(chances.size() - 1) + 0.5)];
  };
  const auto tried = static_cast<double>(chances.size());
  missing.low = at(0.1);
  missing.middle = at(0.5);
  missing.high = at(0.9);
  missing.moved = 100 * std::sqrt(squares / tried);
  missing.band_width = widths / tried;
}

}  // namespace

Result<MissingFacts> FindMissingFacts(const book::DealBook& book, const std::string& deal_id,
                                      base::Language language) {
  RI_ASSIGN_OR_RETURN(const std::size_t position, book::FindOpenDeal(book, deal_id));
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  const book::ScoredDeal& deal = book.deals()[position];
  if (past->snapshots().empty()) {
    return MissingFacts{.deal_id = deal.deal_id,
                        .win_probability = deal.win_probability,
                        .band_width = Width(deal.win_low, deal.win_high)};
  }
  const book::PeerGroup& group =
      past->PeersOf(deal.stage, book::AgeClassOf(book.AgeDays(position)));
  const std::span<const float> row = book.table().values.row(position);
  MissingFacts found{.deal_id = deal.deal_id,
                     .win_probability = deal.win_probability,
                     .band_width = Width(deal.win_low, deal.win_high),
                     .place = book::PlaceOf(group, language),
                     .peers = group.won.size() + group.lost.size()};
  const std::vector<FactColumns> facts = FactsOfTable(book.table(), language);
  found.facts = facts.size();
  for (const FactColumns& fact : facts) {
    if (IsThere(fact, row[fact.key])) {
      continue;
    }
    MissingFact missing{.fact = fact.fact, .label = fact.label};
    std::vector<std::uint32_t> with;
    const std::span<const float> values = past->column(fact.key);
    const auto have = [&](const std::vector<std::uint32_t>& rows) {
      const std::size_t before = with.size();
      std::ranges::copy_if(rows, std::back_inserter(with),
                           [&](std::uint32_t peer) { return IsThere(fact, values[peer]); });
      return with.size() - before;
    };
    const std::size_t won = have(group.won);
    const std::size_t lost = have(group.lost);
    missing.with = RecordOf(won + lost, won);
    missing.without = RecordOf(found.peers - won - lost, group.won.size() - won);
    if (!with.empty()) {
      FillFigures(book, *past, fact, row, with, missing);
    }
    if (!missing.enough || missing.moved >= kLeastMoved) {
      found.empty.push_back(std::move(missing));
    }
  }
  std::ranges::sort(found.empty, [](const MissingFact& a, const MissingFact& b) {
    return std::tuple(!a.enough, -a.moved, std::string_view(a.fact)) <
           std::tuple(!b.enough, -b.moved, std::string_view(b.fact));
  });
  return found;
}

}  // namespace ri::deals
