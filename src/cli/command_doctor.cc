#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "registry/registry.h"

namespace ri::cli {

Action AddDoctor(CLI::App& /*app*/) {
  return [](Context& context) -> Status {
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(std::vector<std::string> lines, workspace->store().Diagnose());
    RI_ASSIGN_OR_RETURN(const std::vector<data::Batch> batches, workspace->store().Batches());
    std::int64_t events = 0;
    std::int64_t rejects = 0;
    for (const data::Batch& batch : batches) {
      events += batch.num_events;
      rejects += batch.num_rejects;
    }
    lines.push_back(fmt::format("imports: {} with {} events and {} rejected rows", batches.size(),
                                events, rejects));
    if (batches.empty()) {
      lines.emplace_back("next: import an export with `revint import FILE...`");
    } else {
      const auto newest = std::ranges::max(batches, {}, &data::Batch::known_at);
      lines.push_back("newest import: known at " +
                      domain::FormatTimestamp(domain::TimestampFromMilliseconds(newest.known_at)));
    }
    registry::Registry registry(workspace->store());
    RI_ASSIGN_OR_RETURN(const auto champion, registry.Current(registry::kChampion));
    lines.push_back(champion ? "model: version " + champion->text() + " scores"
                             : "model: none; train one with `revint train --promote-if-better`");
    if (context.json()) {
      context.Print(nlohmann::ordered_json{{"checks", lines}}.dump(2) + "\n");
      return {};
    }
    for (const std::string& line : lines) {
      context.Print(line + "\n");
    }
    return {};
  };
}

}  // namespace ri::cli
