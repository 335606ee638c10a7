#pragma once

/// Mappings that are compiled in, for exports whose headers are known.

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/mapping.h"

namespace ri::ingest {

/// A built-in mapping as TOML, the same language as a mapping file.
struct Preset {
  std::string_view name;
  std::string_view text;
};

/// All presets in the order in which they are tried.
[[nodiscard]] std::span<const Preset> Presets();

/// kNotFound lists the presets there are.
[[nodiscard]] Result<Mapping> LoadPreset(std::string_view name);

extern const std::string_view kDynamicsPreset;
extern const std::string_view kHubSpotPreset;
extern const std::string_view kMavenPreset;
extern const std::string_view kSalesforcePreset;
extern const std::string_view kSalesforceReportPreset;

}  // namespace ri::ingest
