#include "book/organisation.h"

namespace ri::book {

std::optional<std::int64_t> LatestValue(const data::EventLog& log, data::EntityKind kind,
                                        std::size_t entity, std::string_view attribute,
                                        domain::Timestamp as_of) {
  const auto id = log.FindAttribute(kind, attribute);
  if (!id) {
    return std::nullopt;
  }
  std::optional<std::int64_t> value;
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (const data::LoggedEvent& event : log.events(kind, entity)) {
    if (event.visible_time > domain::Milliseconds(as_of)) {
      break;
    }
    if (event.attribute == *id && event.event_time >= newest) {
      newest = event.event_time;
      value = event.value == data::kNoValue ? std::nullopt : std::optional(event.value);
    }
  }
  return value;
}

std::string NameAt(const data::EventLog& log, data::EntityKind kind, std::size_t entity,
                   domain::Timestamp as_of) {
  const auto name = LatestValue(log, kind, entity, data::attribute::kName, as_of);
  return name ? log.symbols()[static_cast<std::size_t>(*name)] : log.keys(kind)[entity];
}

Organisation OrganisationAt(const data::EventLog& log, domain::Timestamp as_of) {
  using data::EntityKind;
  Organisation organisation;
  for (std::size_t rep = 0; rep < log.count(EntityKind::kRep); ++rep) {
    organisation.rep.push_back(NameAt(log, EntityKind::kRep, rep, as_of));
    const auto team = LatestValue(log, EntityKind::kRep, rep, data::attribute::kTeam, as_of);
    const auto manager = LatestValue(log, EntityKind::kRep, rep, data::attribute::kManager, as_of);
    const auto region = LatestValue(log, EntityKind::kRep, rep, data::attribute::kRegion, as_of);
    std::string team_name = "(no team)";
    std::string region_name = "(no region)";
    if (manager) {
      team_name = NameAt(log, EntityKind::kRep, static_cast<std::size_t>(*manager), as_of);
    }
    if (team) {
      const auto index = static_cast<std::size_t>(*team);
      team_name = NameAt(log, EntityKind::kTeam, index, as_of);
      if (const auto parent =
              LatestValue(log, EntityKind::kTeam, index, data::attribute::kParent, as_of)) {
        region_name = NameAt(log, EntityKind::kTeam, static_cast<std::size_t>(*parent), as_of);
      }
    }
    if (region) {
      region_name = log.symbols()[static_cast<std::size_t>(*region)];
    }
    organisation.team.push_back(std::move(team_name));
    organisation.region.push_back(std::move(region_name));
  }
  return organisation;
}

}  // namespace ri::book
