#include "data/event_set.h"

#include <utility>

namespace ri::data {
namespace {

constexpr std::size_t kFirstSlots = 16;
// Linear probing stays short up to three quarters full; growing by three halves then keeps at
// least half of the slots in use.
constexpr std::size_t kFullNumerator = 3;
constexpr std::size_t kFullDenominator = 4;

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

std::uint64_t Place(std::uint32_t entity, std::uint64_t hash) {
  return Mix(hash ^ (std::uint64_t{entity} * 0x9e3779b97f4a7c15U));
}

std::size_t SlotOf(std::uint64_t place, std::size_t num_slots) {
  return static_cast<std::size_t>(((place & 0xffffffffU) * num_slots) >> 32U);
}

}  // namespace

std::uint64_t EventHash(const Event& event) {
  std::uint64_t hash = Mix(event.attribute + 0x9e3779b97f4a7c15U);
  for (const std::int64_t field :
       {event.event_time, event.recorded_time, event.sequence, event.value}) {
    hash = Mix(hash + 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(field));
  }
  return hash;
}

bool EventSet::Insert(const Event& event) {
  const std::uint64_t hash = EventHash(event);
  const std::uint64_t place = Place(event.entity, hash);
  Part& part = parts_[place >> 56U];
  if ((part.used + 1) * kFullDenominator > part.slots.size() * kFullNumerator) {
    Grow(part);
  }
  const Slot wanted = {.entity = event.entity,
                       .low = static_cast<std::uint32_t>(hash),
                       .high = static_cast<std::uint32_t>(hash >> 32U)};
  std::size_t i = SlotOf(place, part.slots.size());
  while (part.slots[i].entity != 0) {
    if (part.slots[i] == wanted) {
      return false;
    }
    i = i + 1 == part.slots.size() ? 0 : i + 1;
  }
  part.slots[i] = wanted;
  ++part.used;
  return true;
}

bool EventSet::Contains(const Event& event) const {
  const std::uint64_t hash = EventHash(event);
  const std::uint64_t place = Place(event.entity, hash);
  const Part& part = parts_[place >> 56U];
  if (part.slots.empty()) {
    return false;
  }
  const Slot wanted = {.entity = event.entity,
                       .low = static_cast<std::uint32_t>(hash),
                       .high = static_cast<std::uint32_t>(hash >> 32U)};
  for (std::size_t i = SlotOf(place, part.slots.size()); part.slots[i].entity != 0;
       i = i + 1 == part.slots.size() ? 0 : i + 1) {
    if (part.slots[i] == wanted) {
      return true;
    }
  }
  return false;
}

std::size_t EventSet::size() const {
  std::size_t size = 0;
  for (const Part& part : parts_) {
    size += part.used;
  }
  return size;
}

void EventSet::Grow(Part& part) {
  const std::vector<Slot> old = std::exchange(
      part.slots, std::vector<Slot>(part.slots.empty() ? kFirstSlots : part.slots.size() * 3 / 2));
  for (const Slot& slot : old) {
    if (slot.entity == 0) {
      continue;
    }
    const std::uint64_t hash = (std::uint64_t{slot.high} << 32U) | slot.low;
    std::size_t i = SlotOf(Place(slot.entity, hash), part.slots.size());
    while (part.slots[i].entity != 0) {
      i = i + 1 == part.slots.size() ? 0 : i + 1;
    }
    part.slots[i] = slot;
  }
}

}  // namespace ri::data
