#include "book/access.h"

#include <cstdint>

#include "book/organisation.h"

namespace ri::book {
namespace {

using data::EntityKind;

std::optional<std::size_t> Reference(const data::EventLog& log, EntityKind kind, std::size_t entity,
                                     std::string_view attribute, domain::Timestamp as_of) {
  const auto value = LatestValue(log, kind, entity, attribute, as_of);
  return value ? std::optional(static_cast<std::size_t>(*value)) : std::nullopt;
}

/// True when following `next` from `from` reaches `target`. Chains that bite their tail end.
template <typename Next>
bool Reaches(std::optional<std::size_t> from, std::size_t target, std::size_t most_steps,
             const Next& next) {
  for (std::size_t step = 0; from && step <= most_steps; ++step) {
    if (*from == target) {
      return true;
    }
    from = next(*from);
  }
  return false;
}

}  // namespace

Visibility VisibilityOf(const data::StoredUser& user, const data::EventLog& log,
                        domain::Timestamp as_of) {
  if (user.role == "admin" || user.role == "revops" ||
      ((user.role == "leader" || user.role == "viewer") && user.sees_all)) {
    return Visibility::Everything();
  }
  const std::size_t num_reps = log.count(EntityKind::kRep);
  std::vector<bool> reps(num_reps, false);
  const auto self =
      user.rep_id ? log.Find(EntityKind::kRep, *user.rep_id) : std::optional<std::size_t>();
  if (!self) {
    return Visibility::Of(std::move(reps));
  }
  reps[*self] = true;
  if (user.role == "rep") {
    return Visibility::Of(std::move(reps));
  }
  std::vector<std::optional<std::size_t>> manager(num_reps);
  for (std::size_t rep = 0; rep < num_reps; ++rep) {
    manager[rep] = Reference(log, EntityKind::kRep, rep, data::attribute::kManager, as_of);
  }
  const auto own_team = Reference(log, EntityKind::kRep, *self, data::attribute::kTeam, as_of);
  const std::size_t num_teams = log.count(EntityKind::kTeam);
  const auto parent = [&](std::size_t team) {
    return Reference(log, EntityKind::kTeam, team, data::attribute::kParent, as_of);
  };
  for (std::size_t rep = 0; rep < num_reps; ++rep) {
    if (Reaches(manager[rep], *self, num_reps, [&](std::size_t m) { return manager[m]; })) {
      reps[rep] = true;
    } else if (own_team) {
      const auto team = Reference(log, EntityKind::kRep, rep, data::attribute::kTeam, as_of);
      // Strictly below: colleagues of the same team are nobody's reports.
      reps[rep] = reps[rep] || (team && *team != *own_team &&
                                Reaches(parent(*team), *own_team, num_teams, parent));
    }
  }
  return Visibility::Of(std::move(reps));
}

}  // namespace ri::book
