#include "service/monitor_sketches.h"

#include <algorithm>

namespace ri::service {
namespace {

constexpr std::size_t kSampleRows = 20'000;

std::vector<domain::Quarter> QuartersUpTo(const domain::FiscalCalendar& calendar,
                                          domain::Date as_of) {
  std::vector<domain::Quarter> quarters = {calendar.QuarterOf(as_of)};
  while (quarters.size() < static_cast<std::size_t>(monitoring::kQuartersKept)) {
    quarters.push_back(domain::Previous(quarters.back()));
  }
  std::ranges::reverse(quarters);
  return quarters;
}

std::vector<features::SnapshotKey> MondaysOf(const book::Knowledge& knowledge,
                                             const domain::Period& period, domain::Date as_of) {
  const domain::Date last = std::min(period.end - std::chrono::days(1), as_of);
  return last < period.begin ? std::vector<features::SnapshotKey>{}
                             : knowledge.engine->WeeklySnapshots(period.begin, last);
}

std::vector<monitoring::FeatureBins> CutBins(const features::FeatureTable& sample,
                                             std::span<const std::size_t> columns) {
  std::vector<monitoring::FeatureBins> bins;
  std::vector<float> column(sample.rows.size());
  for (const std::size_t j : columns) {
    const std::string& name = sample.features[j].name;
    if (sample.features[j].kind == features::FeatureKind::kCategory) {
      bins.push_back(monitoring::CutCategorical(name, sample.labels[j]));
      continue;
    }
    for (std::size_t i = 0; i < column.size(); ++i) {
      column[i] = sample.values(i, j);
    }
    bins.push_back(monitoring::CutNumeric(name, column));
  }
  return bins;
}

/// Rows [begin, end) of a table as one week.
monitoring::WeekSketch SketchRows(std::span<const monitoring::FeatureBins> bins,
                                  std::span<const std::size_t> columns,
                                  const features::FeatureTable& table, std::size_t begin,
                                  std::size_t end) {
  monitoring::WeekSketch week{.num_deals = end - begin};
  const std::size_t width = table.features.size();
  const float* const rows = table.values.row(begin).data();
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const std::size_t j = columns[b];
    week.features.push_back(
        bins[b].categorical
            ? monitoring::SketchCategorical(bins[b], rows, end - begin, width, j, table.labels[j])
            : monitoring::SketchNumeric(bins[b], rows, end - begin, width, j));
  }
  return week;
}

}  // namespace

bool DescribesTheDeal(const features::FeatureDefinition& feature) {
  const auto& name = feature.name;
  return feature.group != "calendar" && feature.group != "rep and team" &&
         !name.ends_with("win_rate") && !name.ends_with("win_rate_n");
}

monitoring::WeekKey WeekKeyOf(const domain::FiscalCalendar& calendar, domain::Date day) {
  return {.quarter = calendar.QuarterOf(day), .week = calendar.WeekOfQuarter(day)};
}

Result<monitoring::SketchHistory> SketchMondays(const book::Knowledge& knowledge,
                                                const domain::FiscalCalendar& calendar,
                                                domain::Date as_of, int num_threads,
                                                base::Progress& progress) {
  const std::vector<domain::Quarter> quarters = QuartersUpTo(calendar, as_of);
  std::vector<std::vector<features::SnapshotKey>> keys;
  std::vector<features::SnapshotKey> pool;
  for (const domain::Quarter quarter : quarters) {
    keys.push_back(MondaysOf(knowledge, calendar.PeriodOf(quarter), as_of));
    if (quarter != quarters.back() || pool.empty()) {
      pool.insert(pool.end(), keys.back().begin(), keys.back().end());
    }
  }
  std::vector<features::SnapshotKey> sample;
  const std::size_t step = std::max<std::size_t>(1, (pool.size() + kSampleRows - 1) / kSampleRows);
  for (std::size_t i = 0; i < pool.size(); i += step) {
    sample.push_back(pool[i]);
  }
  progress.Begin("Replaying Mondays", quarters.size());
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < knowledge.engine->catalogue().size(); ++j) {
    if (DescribesTheDeal(knowledge.engine->catalogue()[j])) {
      columns.push_back(j);
    }
  }
  monitoring::SketchHistory history(
      CutBins(knowledge.engine->Compute(sample, num_threads), columns));
  for (std::size_t q = 0; q < quarters.size(); ++q) {
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped.");
    }
    const features::FeatureTable table = knowledge.engine->Compute(keys[q], num_threads);
    for (std::size_t begin = 0; begin < table.rows.size();) {
      std::size_t end = begin;
      while (end < table.rows.size() && table.rows[end].as_of == table.rows[begin].as_of) {
        ++end;
      }
      RI_RETURN_IF_ERROR(history.Add(WeekKeyOf(calendar, domain::DateOf(table.rows[begin].as_of)),
                                     SketchRows(history.bins(), columns, table, begin, end)));
      begin = end;
    }
    progress.Update(q + 1);
  }
  progress.End();
  return history;
}

}  // namespace ri::service
