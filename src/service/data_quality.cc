#include "service/data_quality.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "deals/explain_deal.h"

namespace ri::service {
namespace {

constexpr std::size_t kExplainedDeals = 400;
constexpr double kSilentDays = 30;
constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

/// Mean size of each feature's share over a sample of the book, where it is filled.
Result<std::map<std::string, double>> ImportanceOf(const book::DealBook& book) {
  std::map<std::string, std::pair<double, std::size_t>> sums;
  const std::size_t step = std::max<std::size_t>(1, book.deals().size() / kExplainedDeals);
  for (std::size_t i = 0; i < book.deals().size(); i += step) {
    RI_ASSIGN_OR_RETURN(const deals::Explanation explanation,
                        deals::ExplainDeal(book, book.deals()[i].deal_id));
    for (const deals::Reason& reason : explanation.reasons) {
      if (reason.value != "missing") {
        auto& [sum, count] = sums[reason.feature];
        sum += std::fabs(reason.points);
        ++count;
      }
    }
  }
  std::map<std::string, double> importance;
  for (const auto& [name, entry] : sums) {
    importance[name] = entry.first / static_cast<double>(entry.second);
  }
  return importance;
}

void AddLateEdits(const book::DealBook& book, DataQuality& quality) {
  const data::EventLog& log = *book.knowledge()->log;
  for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
    for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
      if (event.visible_time > domain::Milliseconds(book.moment().as_of)) {
        break;
      }
      if (event.visible_time - event.event_time > kDay) {
        ++quality.late_edits;
        const auto month =
            domain::FormatTimestamp(domain::TimestampFromMilliseconds(event.visible_time));
        ++quality.late_by_month[month.substr(0, 7)];
      }
    }
  }
}

}  // namespace

Result<DataQuality> MeasureQuality(const deals::DealList& list) {
  const book::DealBook& book = list.book();
  const features::FeatureTable& table = book.table();
  const std::size_t num_deals = book.deals().size();
  const std::size_t num_features = table.features.size();
  DataQuality quality;
  RI_ASSIGN_OR_RETURN(const auto importance, ImportanceOf(book));
  std::vector<std::size_t> missing(num_features, 0);
  struct Sum {
    TeamHygiene team;
    double filled = 0, width = 0;
    std::size_t widths = 0, silent = 0;
  };
  std::map<std::string, Sum> teams;
  const auto contact = table.Find("days_since_two_way_touch");
  for (std::size_t i = 0; i < num_deals; ++i) {
    const auto row = table.values.row(i);
    std::size_t filled = 0;
    for (std::size_t j = 0; j < num_features; ++j) {
      const bool has_value = !std::isnan(row[j]);
      filled += has_value ? 1 : 0;
      missing[j] += has_value ? 0 : 1;
    }
    const book::ScoredDeal& deal = book.deals()[i];
    Sum& sum = teams[list.word(list.listed(i).team)];
    ++sum.team.open_deals;
    sum.filled +=
        num_features == 0 ? 0 : static_cast<double>(filled) / static_cast<double>(num_features);
    sum.team.overdue += deal.commit_date && domain::StartOf(*deal.commit_date) < deal.as_of ? 1 : 0;
    sum.silent += contact && !(row[*contact] <= kSilentDays) ? 1 : 0;
    if (std::isfinite(deal.win_high - deal.win_low)) {
      sum.width += deal.win_high - deal.win_low;
      ++sum.widths;
    }
  }
  for (std::size_t j = 0; j < num_features; ++j) {
    const auto found = importance.find(table.features[j].name);
    quality.fields.push_back(
        {.name = table.features[j].name,
         .meaning = table.features[j].meaning,
         .filled = num_deals == 0
                       ? 0
                       : 1 - static_cast<double>(missing[j]) / static_cast<double>(num_deals),
         .missing = missing[j],
         .importance = found == importance.end() ? std::nan("") : found->second});
  }
  std::ranges::stable_sort(quality.fields, [](const FieldFill& a, const FieldFill& b) {
    return (std::isnan(a.importance) ? -1 : a.importance) >
           (std::isnan(b.importance) ? -1 : b.importance);
  });
  for (auto& [name, sum] : teams) {
    sum.team.name = name.empty() ? "(no owner)" : name;
    sum.team.filled = sum.filled / static_cast<double>(sum.team.open_deals);
    sum.team.silent = contact ? std::optional(sum.silent) : std::nullopt;
    sum.team.interval_width =
        sum.widths == 0 ? std::nan("") : sum.width / static_cast<double>(sum.widths);
    quality.teams.push_back(std::move(sum.team));
  }
  AddLateEdits(book, quality);
  return quality;
}

std::vector<std::string> LeakNotesOf(const data::StoredModel& model) {
  std::vector<std::string> notes;
  const auto document = nlohmann::json::parse(model.evaluation, nullptr, false);
  if (!document.is_object() || !document.contains("gates")) {
    return notes;
  }
  for (const auto& gate : document["gates"]) {
    if (gate.value("id", "") != "G1") {
      continue;
    }
    const std::string evidence = gate.value("evidence", "");
    if (evidence.starts_with("No ") || evidence.empty()) {
      return notes;
    }
    // "Left out: field (what gave it away); field (...)", as training/gates.cc writes it.
    std::size_t begin = evidence.find(": ");
    while (begin != std::string::npos && begin + 2 < evidence.size()) {
      begin += 2;
      const std::size_t end = evidence.find("; ", begin);
      notes.push_back(evidence.substr(begin, end == std::string::npos ? end : end - begin));
      begin = end;
    }
  }
  return notes;
}

}  // namespace ri::service
