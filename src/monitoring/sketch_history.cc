#include "monitoring/sketch_history.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace ri::monitoring {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

int Number(domain::Quarter quarter) { return 4 * quarter.year + quarter.number; }

Json JsonOf(const FeatureBins& bins) {
  return {{"name", bins.name}, {"edges", bins.edges},   {"low", bins.low},
          {"high", bins.high}, {"labels", bins.labels}, {"categorical", bins.categorical}};
}

FeatureBins BinsFrom(const Json& json) {
  return {.name = json.at("name").get<std::string>(),
          .edges = json.at("edges").get<std::vector<float>>(),
          .low = json.at("low").get<double>(),
          .high = json.at("high").get<double>(),
          .labels = json.at("labels").get<std::vector<std::string>>(),
          .categorical = json.at("categorical").get<bool>()};
}

}  // namespace

Status SketchHistory::Add(WeekKey key, WeekSketch sketch) {
  if (sketch.features.size() != bins_.size()) {
    return Fail(ErrorCode::kUsage, "A week's sketch must have the features of the history.");
  }
  for (std::size_t j = 0; j < bins_.size(); ++j) {
    if (sketch.features[j].size() != bins_[j].num_slots()) {
      return Fail(ErrorCode::kUsage, "The sketch of '" + bins_[j].name + "' was cut otherwise.");
    }
  }
  key.week = std::clamp(key.week, 1, kWeeksPerQuarter);
  weeks_.insert_or_assign(key, std::move(sketch));
  const int newest = Number(weeks_.rbegin()->first.quarter);
  std::erase_if(weeks_, [&](const auto& entry) {
    return Number(entry.first.quarter) <= newest - kQuartersKept;
  });
  return {};
}

std::vector<WeekKey> SketchHistory::keys() const {
  std::vector<WeekKey> keys;
  keys.reserve(weeks_.size());
  for (const auto& [key, sketch] : weeks_) {
    keys.push_back(key);
  }
  return keys;
}

const WeekSketch* SketchHistory::Find(WeekKey key) const {
  const auto found = weeks_.find(key);
  return found == weeks_.end() ? nullptr : &found->second;
}

ReferenceSketch SketchHistory::SameWeekBefore(WeekKey key) const {
  ReferenceSketch reference;
  for (const FeatureBins& bins : bins_) {
    reference.sum.features.emplace_back(bins.num_slots(), 0);
  }
  for (const auto& [other, sketch] : weeks_) {
    if (other.quarter >= key.quarter || std::abs(other.week - key.week) > 1) {
      continue;
    }
    ++reference.weeks;
    reference.sum.num_deals += sketch.num_deals;
    for (std::size_t j = 0; j < bins_.size(); ++j) {
      AddTo(reference.sum.features[j], sketch.features[j]);
    }
  }
  return reference;
}

std::string SketchHistory::ToJson() const {
  Json json = {{"format", kFormat}, {"bins", Json::array()}, {"weeks", Json::array()}};
  for (const FeatureBins& bins : bins_) {
    json["bins"].push_back(JsonOf(bins));
  }
  for (const auto& [key, sketch] : weeks_) {
    json["weeks"].push_back({{"year", key.quarter.year},
                             {"quarter", key.quarter.number},
                             {"week", key.week},
                             {"deals", sketch.num_deals},
                             {"features", sketch.features}});
  }
  return json.dump();
}

Result<SketchHistory> SketchHistory::FromJson(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format").get<int>() != kFormat) {
      return Fail(ErrorCode::kBadInput, "The stored sketches have another format.");
    }
    std::vector<FeatureBins> bins;
    for (const Json& entry : json.at("bins")) {
      bins.push_back(BinsFrom(entry));
    }
    SketchHistory history(std::move(bins));
    for (const Json& entry : json.at("weeks")) {
      const WeekKey key{.quarter = {.year = entry.at("year").get<int>(),
                                    .number = entry.at("quarter").get<int>()},
                        .week = entry.at("week").get<int>()};
      WeekSketch sketch{.num_deals = entry.at("deals").get<std::size_t>(),
                        .features = entry.at("features").get<std::vector<FeatureSketch>>()};
      RI_RETURN_IF_ERROR(history.Add(key, std::move(sketch)));
    }
    return history;
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The stored sketches cannot be read: ") + error.what());
  }
}

}  // namespace ri::monitoring
