#pragma once

/// Which events were seen, in 12 bytes per event and no more than half as much again of free room.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/event.h"

namespace ri::data {

/// 64 bits over every field of an event except its entity.
[[nodiscard]] std::uint64_t EventHash(const Event& event);

/// A set of events that remembers the entity and a 64-bit hash of the rest. Two different events
/// are mistaken for one only when they concern the same entity and their hashes collide: for a
/// million entities with a thousand events each the chance of a single mistake is below 1e-7.
/// Thread safety: one thread.
class EventSet {
 public:
  /// Adds an event; false when it was there. \pre event.entity != 0
  bool Insert(const Event& event);
  [[nodiscard]] bool Contains(const Event& event) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Slot {
    std::uint32_t entity = 0;  ///< 0 marks a free slot
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    friend bool operator==(const Slot&, const Slot&) = default;
  };
  /// Many small tables instead of a large one, so that growing never doubles the whole.
  static constexpr std::size_t kNumParts = 256;
  struct Part {
    std::vector<Slot> slots;
    std::size_t used = 0;
  };
  static void Grow(Part& part);

  std::array<Part, kNumParts> parts_;
};

}  // namespace ri::data
