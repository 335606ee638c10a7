#include "training/segments.h"

#include <array>
#include <cmath>
#include <string>

#include "metrics/quantile.h"

namespace ri::training {
namespace {

constexpr std::size_t kMostLabels = 12;
constexpr std::string_view kAmount = "log_amount";  // thirds are the same on any scale

void AddCategories(const TrainingMatrix& matrix, std::span<const std::size_t> rows,
                   std::vector<SegmentRows>& segments) {
  const features::FeatureTable& table = matrix.table;
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    const std::vector<std::string>& labels = table.labels[j];
    if (labels.empty() || labels.size() > kMostLabels) {
      continue;
    }
    std::vector<SegmentRows> parts(labels.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float value = table.values(rows[i], j);
      if (!std::isnan(value)) {
        parts[static_cast<std::size_t>(value)].rows.push_back(i);
      }
    }
    for (std::size_t label = 0; label < labels.size(); ++label) {
      if (!parts[label].rows.empty() && parts[label].rows.size() < rows.size()) {
        parts[label].name = table.features[j].name + " = " + labels[label];
        segments.push_back(std::move(parts[label]));
      }
    }
  }
}

void AddSizeBands(const TrainingMatrix& matrix, std::span<const std::size_t> rows,
                  std::vector<SegmentRows>& segments) {
  const auto column = matrix.table.Find(kAmount);
  if (!column) {
    return;
  }
  std::vector<double> amounts;
  for (const std::size_t row : rows) {
    if (const float amount = matrix.table.values(row, *column); !std::isnan(amount)) {
      amounts.push_back(amount);
    }
  }
  if (amounts.empty()) {
    return;
  }
  const std::vector<double> borders = metrics::Quantiles(amounts, std::array{1.0 / 3, 2.0 / 3});
  std::array<SegmentRows, 3> bands{{{.name = "size: smallest third"},
                                    {.name = "size: middle"},
                                    {.name = "size: largest third"}}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float amount = matrix.table.values(rows[i], *column);
    if (!std::isnan(amount)) {
      bands[amount <= borders[0] ? 0 : amount <= borders[1] ? 1 : 2].rows.push_back(i);
    }
  }
  for (SegmentRows& band : bands) {
    if (!band.rows.empty() && band.rows.size() < rows.size()) {
      segments.push_back(std::move(band));
    }
  }
}

void AddWeeksToQuarterEnd(const TrainingMatrix& matrix, std::span<const std::size_t> rows,
                          const domain::FiscalCalendar& calendar,
                          std::vector<SegmentRows>& segments) {
  std::array<SegmentRows, 3> parts{{{.name = "weeks to quarter end: 0 to 2"},
                                    {.name = "weeks to quarter end: 3 to 6"},
                                    {.name = "weeks to quarter end: 7 and more"}}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const domain::Date as_of = domain::DateOf(matrix.set.rows[rows[i]].key.as_of);
    const auto weeks = (calendar.QuarterEnd(as_of) - as_of).count() / 7;
    parts[weeks <= 2 ? 0 : weeks <= 6 ? 1 : 2].rows.push_back(i);
  }
  for (SegmentRows& part : parts) {
    if (!part.rows.empty() && part.rows.size() < rows.size()) {
      segments.push_back(std::move(part));
    }
  }
}

}  // namespace

std::vector<SegmentRows> SegmentsOf(const TrainingMatrix& matrix, std::span<const std::size_t> rows,
                                    const domain::FiscalCalendar& calendar) {
  std::vector<SegmentRows> segments;
  AddCategories(matrix, rows, segments);
  AddSizeBands(matrix, rows, segments);
  if (!matrix.set.all_undated) {
    AddWeeksToQuarterEnd(matrix, rows, calendar, segments);
  }
  return segments;
}

}  // namespace ri::training
