#pragma once

/// Use case: how complete the data of open deals is, where it is late, and what gaps cost.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/store.h"
#include "deals/deal_list.h"

namespace ri::service {

struct FieldFill {
  std::string name, meaning;
  double filled = 0;        ///< share of open deals
  std::size_t missing = 0;  ///< open deals without a value
  double importance = 0;    ///< mean points the field carries where it is filled; NaN without any
};

struct TeamHygiene {
  std::string name;
  std::size_t open_deals = 0;
  double filled = 0;                  ///< mean share of fields that have a value
  std::size_t overdue = 0;            ///< commit date in the past
  std::optional<std::size_t> silent;  ///< no contact in 30 days; empty without activities
  double interval_width = 0;          ///< mean width of the 80 % interval; NaN without any
};

struct DataQuality {
  std::vector<FieldFill> fields;                     ///< most important first
  std::vector<TeamHygiene> teams;                    ///< by name
  std::size_t late_edits = 0;                        ///< known more than a day after they were true
  std::map<std::string, std::size_t> late_by_month;  ///< "2026-11", month of knowing
};

/// Importance is measured on at most 400 deals spread evenly over the book.
[[nodiscard]] Result<DataQuality> MeasureQuality(const deals::DealList& list);

/// What the leak audit of training found about a version: one sentence per field.
[[nodiscard]] std::vector<std::string> LeakNotesOf(const data::StoredModel& model);

}  // namespace ri::service
