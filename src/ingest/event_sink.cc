#include "ingest/event_sink.h"

#include <algorithm>
#include <array>

namespace ri::ingest {
namespace {

constexpr std::size_t kBuffered = 8192;

}  // namespace

std::string_view KindName(data::EntityKind kind) {
  constexpr std::array<std::string_view, 13> kNames = {
      "",          "deal",    "account",      "rep",           "contact",
      "team",      "product", "quota",        "currency_rate", "forecast_submission",
      "line_item", "split",   "fiscal_period"};
  return kNames.at(static_cast<std::size_t>(kind));
}

void EventSink::AddAlias(data::EntityKind kind, std::string_view other, std::string_view key) {
  if (other.empty() || other == key) {
    return;
  }
  const auto [found, added] =
      aliases_.try_emplace(std::pair(kind, std::string(other)), Alias{.key = std::string(key)});
  if (found->second.earlier) {
    found->second = {.key = std::string(key)};
  } else if (!added && found->second.key != key) {
    found->second.key = found->first.second;  // claimed twice: it means itself
  }
}

void EventSink::AddEarlierAlias(data::EntityKind kind, std::string_view other,
                                std::string_view key) {
  if (other == key) {
    return;
  }
  const auto [found, added] = aliases_.try_emplace(std::pair(kind, std::string(other)),
                                                   Alias{.key = std::string(key), .earlier = true});
  if (!added && found->second.key != key) {
    found->second.key = kind == data::EntityKind::kRep ? found->first.second : std::string(key);
  }
}

std::string_view EventSink::Resolve(data::EntityKind kind, std::string_view word) const {
  if (aliases_.empty()) {
    return word;
  }
  constexpr int kLongestChain = 16;  // of merges into records that were merged themselves
  for (int i = 0; i < kLongestChain; ++i) {
    const auto found = aliases_.find(std::pair(kind, std::string(word)));
    if (found == aliases_.end() || found->second.key == word) {
      break;
    }
    word = found->second.key;
  }
  return word;
}

std::uint32_t EventSink::Attribute(const data::AttributeDefinition& definition) {
  const auto [found, added] =
      numbers_.try_emplace(std::tuple{definition.kind, definition.name, definition.type},
                           static_cast<std::uint32_t>(attributes_.size()));
  if (added) {
    attributes_.push_back({.definition = definition});
  }
  return found->second;
}

void EventSink::MoveContentTime(std::int64_t time) {
  if (time <= known_at_) {
    latest_ = std::max(latest_, time);
  }
}

Status EventSink::Emit(const data::Event& event) {
  if (event.event_time != kAtExport &&
      attributes_[event.attribute].definition.kind == data::EntityKind::kDeal) {
    MoveContentTime(event.event_time);
  }
  return Store(event);
}

Status EventSink::EmitIfPast(const data::Event& event) {
  if (event.recorded_time == data::kNotRecorded) {
    return Emit(event);
  }
  MoveContentTime(event.recorded_time);
  if (event.event_time > latest_) {
    maybe_future_.push_back(event);
    return {};
  }
  return Store(event);
}

Status EventSink::Store(const data::Event& event) {
  KnownAttribute& attribute = attributes_[event.attribute];
  if (attribute.count++ == 0) {
    RI_ASSIGN_OR_RETURN(attribute.id, transaction_.Attribute(attribute.definition));
  }
  data::Event stored = event;
  stored.attribute = attribute.id;
  if (event.event_time == kAtExport) {
    at_export_.push_back(stored);
    return {};
  }
  buffer_.push_back(stored);
  return buffer_.size() >= kBuffered ? Write() : Status();
}

Status EventSink::Finish() {
  content_time_ = latest_ == std::numeric_limits<std::int64_t>::min() ? known_at_ : latest_;
  for (const data::Event& event : maybe_future_) {
    if (event.event_time <= content_time_) {
      RI_RETURN_IF_ERROR(Store(event));
    }
  }
  maybe_future_.clear();
  for (data::Event& event : at_export_) {
    event.event_time = content_time_;
    buffer_.push_back(event);
    if (buffer_.size() >= kBuffered) {
      RI_RETURN_IF_ERROR(Write());
    }
  }
  at_export_.clear();
  return Write();
}

std::map<std::string, std::int64_t> EventSink::Counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const KnownAttribute& attribute : attributes_) {
    if (attribute.count > 0) {
      counts[std::string(KindName(attribute.definition.kind)) + "." + attribute.definition.name] +=
          attribute.count;
    }
  }
  return counts;
}

Status EventSink::Write() {
  RI_RETURN_IF_ERROR(transaction_.Append(buffer_));
  buffer_.clear();
  return {};
}

}  // namespace ri::ingest
