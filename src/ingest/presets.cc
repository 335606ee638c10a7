#include "ingest/presets.h"

#include <array>

namespace ri::ingest {

std::span<const Preset> Presets() {
  static const std::array<Preset, 5> kPresets = {{
      {"salesforce", kSalesforcePreset},
      {"salesforce-report", kSalesforceReportPreset},
      {"hubspot", kHubSpotPreset},
      {"dynamics", kDynamicsPreset},
      {"maven-crm", kMavenPreset},
  }};
  return kPresets;
}

Result<Mapping> LoadPreset(std::string_view name) {
  std::string names;
  for (const Preset& preset : Presets()) {
    if (preset.name == name) {
      return ParseMapping(preset.text, "preset " + std::string(name));
    }
    names += (names.empty() ? "" : ", ") + std::string(preset.name);
  }
  return Fail(ErrorCode::kNotFound,
              "There is no preset \"" + std::string(name) + "\". Presets are: " + names + ".");
}

}  // namespace ri::ingest
