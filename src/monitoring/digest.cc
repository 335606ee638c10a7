#include "monitoring/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ri::monitoring {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kWeeksRemembered = 3;
constexpr std::ptrdiff_t kWeeksNeeded = 2;

int Rank(FindingKind kind) {
  switch (kind) {
    case FindingKind::kCalibration:
      return 0;
    case FindingKind::kPerformance:
      return 1;
    case FindingKind::kFreshness:
      return 2;
    case FindingKind::kJointDrift:
      return 3;
    case FindingKind::kDrift:
      return 4;
  }
  return 5;
}

}  // namespace

std::vector<FeatureDrift> PersistentDrift::AddWeek(const DriftReport& report) {
  std::vector<std::string> drifted;
  for (const FeatureDrift& feature : report.features) {
    if (feature.drifted) {
      drifted.push_back(feature.name);
    }
  }
  std::ranges::sort(drifted);
  weeks_.push_back(std::move(drifted));
  if (weeks_.size() > kWeeksRemembered) {
    weeks_.pop_front();
  }
  const auto weeks_with = [&](const std::string& name) {
    return std::ranges::count_if(
        weeks_, [&](const auto& week) { return std::ranges::binary_search(week, name); });
  };
  std::erase_if(reported_, [&](const std::string& name) { return weeks_with(name) == 0; });
  std::vector<FeatureDrift> news;
  for (const FeatureDrift& feature : report.features) {
    if (feature.drifted && weeks_with(feature.name) >= kWeeksNeeded &&
        !std::ranges::binary_search(reported_, feature.name)) {
      news.push_back(feature);
    }
  }
  for (const FeatureDrift& feature : news) {
    reported_.push_back(feature.name);
  }
  std::ranges::sort(reported_);
  return news;
}

std::string PersistentDrift::ToJson() const {
  return Json({{"weeks", weeks_}, {"reported", reported_}}).dump();
}

Result<PersistentDrift> PersistentDrift::FromJson(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    PersistentDrift drift;
    for (const Json& week : json.at("weeks")) {
      drift.weeks_.push_back(week.get<std::vector<std::string>>());
      std::ranges::sort(drift.weeks_.back());
    }
    drift.reported_ = json.at("reported").get<std::vector<std::string>>();
    std::ranges::sort(drift.reported_);
    return drift;
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The stored drift of past weeks cannot be read: ") + error.what());
  }
}

std::vector<Finding> OrderFindings(std::vector<Finding> findings) {
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    return a.page != b.page ? a.page : Rank(a.kind) < Rank(b.kind);
  });
  return findings;
}

Finding DriftFinding(const FeatureDrift& drift) {
  std::string text =
      fmt::format("PSI {:.2f} against the same week of earlier quarters (adjusted p {:.2g})",
                  drift.stability_index, drift.adjusted_p_value);
  if (!std::isnan(drift.ordinary)) {
    text += fmt::format("; up to {:.2f} is ordinary here", drift.ordinary);
  }
  if (drift.unknown_now > 0) {
    text += fmt::format("; {:.0f} % have values never seen in training", 100 * drift.unknown_now);
  }
  if (std::abs(drift.missing_now - drift.missing_before) >= 0.02) {
    text += fmt::format("; missing {:.0f} % before, {:.0f} % now", 100 * drift.missing_before,
                        100 * drift.missing_now);
  }
  return {.kind = FindingKind::kDrift, .subject = drift.name, .text = text + ".", .page = false};
}

}  // namespace ri::monitoring
