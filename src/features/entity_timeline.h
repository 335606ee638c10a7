#pragma once

/// What was known over time about one attribute of the entities of a kind: the team of a rep, the
/// industry of an account, the rate of a currency.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "data/event_log.h"

namespace ri::features {

/// Immutable after construction; safe to share between threads.
class EntityTimeline {
 public:
  /// Knows nothing.
  EntityTimeline() = default;
  EntityTimeline(const data::EventLog& log, data::EntityKind kind, std::uint32_t attribute);
  /// Empty timeline when the log has no such attribute.
  EntityTimeline(const data::EventLog& log, data::EntityKind kind, std::string_view name,
                 data::ValueType type);

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// The value in force at `as_of`; data::kNoValue when none was known.
  [[nodiscard]] std::int64_t ValueAt(std::uint32_t entity, std::int64_t as_of) const {
    if (steps_.empty()) {
      return data::kNoValue;
    }
    for (std::uint32_t i = offsets_[entity + 1]; i > offsets_[entity]; --i) {
      if (steps_[i - 1].visible_time <= as_of) {
        return steps_[i - 1].value;
      }
    }
    return data::kNoValue;
  }

 private:
  struct Step {
    std::int64_t visible_time;
    std::int64_t value;
  };
  void Build(const data::EventLog& log, data::EntityKind kind, std::uint32_t attribute);

  std::vector<std::uint32_t> offsets_;
  std::vector<Step> steps_;
};

}  // namespace ri::features
