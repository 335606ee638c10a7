#include "features/week_fingerprints.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using base::HashCombine;

std::vector<std::uint64_t> HashesOf(std::span<const std::string> texts) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(texts.size());
  for (const std::string& text : texts) {
    hashes.push_back(base::HashText(text));
  }
  return hashes;
}

// Hashes of everything by content, because indices move when new keys arrive.
struct Contents {
  explicit Contents(const data::EventLog& log) : symbols(HashesOf(log.symbols())) {
    for (std::size_t kind = 0; kind < data::EventLog::kNumKinds; ++kind) {
      keys.push_back(HashesOf(log.keys(static_cast<data::EntityKind>(kind))));
    }
    for (const data::AttributeDefinition& attribute : log.attributes()) {
      attributes.push_back(HashCombine(
          HashCombine(base::HashText(attribute.name), static_cast<std::uint64_t>(attribute.kind)),
          static_cast<std::uint64_t>(attribute.type)));
    }
  }

  [[nodiscard]] std::uint64_t ValueOf(const data::AttributeDefinition& attribute,
                                      std::int64_t value) const {
    if (value == data::kNoValue) {
      return 0;
    }
    const auto index = static_cast<std::size_t>(value);
    if (attribute.type == data::ValueType::kText) {
      return symbols[index];
    }
    if (attribute.type == data::ValueType::kReference) {
      return keys[static_cast<std::size_t>(attribute.reference_kind)][index];
    }
    return static_cast<std::uint64_t>(value);
  }

  std::vector<std::uint64_t> symbols;
  std::vector<std::vector<std::uint64_t>> keys;
  std::vector<std::uint64_t> attributes;
};

}  // namespace

WeekFingerprints::WeekFingerprints(const data::EventLog& log) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  const auto for_each = [&](const auto& visit) {
    for (std::size_t kind = 0; kind < data::EventLog::kNumKinds; ++kind) {
      const auto entity_kind = static_cast<data::EntityKind>(kind);
      for (std::size_t entity = 0; entity < log.count(entity_kind); ++entity) {
        for (const data::LoggedEvent& event : log.events(entity_kind, entity)) {
          visit(kind, entity, event);
        }
      }
    }
  };
  for_each([&](std::size_t, std::size_t, const data::LoggedEvent& event) {
    const std::int64_t week = WeekThatSees(event.visible_time);
    first = std::min(first, week);
    last = std::max(last, week);
  });
  if (last < first) {
    return;
  }
  first_week_ = first;
  until_.resize(static_cast<std::size_t>(last - first) + 1);
  const Contents contents(log);
  for_each([&](std::size_t kind, std::size_t entity, const data::LoggedEvent& event) {
    const data::AttributeDefinition& attribute = log.attributes()[event.attribute];
    std::uint64_t hash =
        HashCombine(contents.keys[kind][entity], contents.attributes[event.attribute]);
    hash = HashCombine(hash, static_cast<std::uint64_t>(event.event_time));
    hash = HashCombine(hash, static_cast<std::uint64_t>(event.visible_time));
    hash = HashCombine(hash, static_cast<std::uint64_t>(event.sequence));
    hash = HashCombine(hash, contents.ValueOf(attribute, event.value));
    Sum& sum = until_[static_cast<std::size_t>(WeekThatSees(event.visible_time) - first)];
    sum.first += hash;
    sum.second += HashCombine(hash, kind + 1);
    whole_log_ = whole_log_ || attribute.name == data::attribute::kUndatedOutcome;
  });
  for (std::size_t week = 1; week < until_.size(); ++week) {
    until_[week].first += until_[week - 1].first;
    until_[week].second += until_[week - 1].second;
  }
}

std::string WeekFingerprints::At(domain::Date monday) const {
  const std::int64_t week = WeekOf(domain::DayNumber(monday) * kDay) - first_week_;
  Sum sum;
  if (!until_.empty() && (week >= 0 || whole_log_)) {
    const std::size_t last = until_.size() - 1;
    sum = until_[whole_log_ ? last : std::min(static_cast<std::size_t>(week), last)];
  }
  return fmt::format("{:016x}{:016x}", sum.first, sum.second);
}

}  // namespace ri::features
