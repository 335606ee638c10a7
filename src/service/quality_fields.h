#pragma once

/// Which fields of deals people fill in, and whether a deal had a value at a moment.

#include <cstdint>
#include <string>
#include <vector>

#include "data/event_log.h"

namespace ri::service {

/// Attributes of deals that are entered by people: terms, dates, owner, the customer's own.
class DealFields {
 public:
  explicit DealFields(const data::EventLog& log);

  [[nodiscard]] std::size_t count() const { return attributes_.size(); }
  [[nodiscard]] const std::string& name(std::size_t field) const;
  [[nodiscard]] const data::AttributeDefinition& definition(std::size_t field) const;
  /// Position of the field of an attribute, or -1.
  [[nodiscard]] int field_of(std::uint32_t attribute) const { return field_of_[attribute]; }
  /// Values in force at `as_of`, by field; data::kNoValue for none.
  void ValuesAt(std::size_t deal, std::int64_t as_of, std::vector<std::int64_t>& values) const;

 private:
  const data::EventLog& log_;
  std::vector<std::uint32_t> attributes_;
  std::vector<int> field_of_;
};

}  // namespace ri::service
