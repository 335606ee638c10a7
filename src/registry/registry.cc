#include "registry/registry.h"

#include "base/sha256.h"

namespace ri::registry {
namespace {

constexpr std::size_t kVersionDigits = 16;
constexpr std::size_t kShortestPrefix = 4;

}  // namespace

domain::ModelVersion VersionOf(std::string_view manifest) {
  return domain::ModelVersion(base::ToHex(base::Sha256Of(manifest)).substr(0, kVersionDigits));
}

Result<domain::ModelVersion> Registry::Register(data::StoredModel model) {
  domain::ModelVersion version = VersionOf(model.manifest);
  model.version = version.text();
  // The same model may be judged again, against another champion or with outcomes that came since.
  // What it was registered with stays: a version never changes.
  const Result<data::StoredModel> stored = store_.Model(model.version);
  if (stored && stored->manifest == model.manifest && stored->artifact == model.artifact) {
    return version;
  }
  RI_RETURN_IF_ERROR(store_.AddModel(model));
  return version;
}

Result<std::optional<domain::ModelVersion>> Registry::Current(std::string_view alias) {
  RI_ASSIGN_OR_RETURN(const std::vector<data::AliasChange> changes, store_.AliasChanges());
  std::optional<domain::ModelVersion> current;
  for (const data::AliasChange& change : changes) {
    if (change.alias == alias) {
      current = change.version.empty() ? std::nullopt
                                       : std::optional(domain::ModelVersion(change.version));
    }
  }
  return current;
}

Result<domain::ModelVersion> Registry::Resolve(std::string_view name) {
  RI_ASSIGN_OR_RETURN(std::optional<domain::ModelVersion> aliased, Current(name));
  if (aliased) {
    return *std::move(aliased);
  }
  RI_ASSIGN_OR_RETURN(const std::vector<data::StoredModel> models, store_.Models());
  std::optional<domain::ModelVersion> found;
  for (const data::StoredModel& model : models) {
    const bool exact = model.version == name;
    if (exact || (name.size() >= kShortestPrefix && model.version.starts_with(name))) {
      if (found && !exact) {
        return Fail(ErrorCode::kUsage, "'" + std::string(name) +
                                           "' fits more than one model version; give more digits.");
      }
      found = domain::ModelVersion(model.version);
      if (exact) {
        break;
      }
    }
  }
  if (!found) {
    if (name == kChampion) {
      return Fail(ErrorCode::kNotFound,
                  "No model is in force yet. Train one: revint train --promote-if-better");
    }
    return Fail(ErrorCode::kNotFound, "There is no model version or alias '" + std::string(name) +
                                          "'. See: revint models list");
  }
  return *std::move(found);
}

Status Registry::Promote(const AliasRequest& request) {
  RI_RETURN_IF_ERROR(store_.Model(request.version.text()));
  return store_.AppendAliasChange({.alias = request.alias,
                                   .version = request.version.text(),
                                   .at = domain::Milliseconds(request.at),
                                   .actor = request.actor,
                                   .reason = request.reason});
}

Result<std::optional<domain::ModelVersion>> Registry::Previous(std::string_view alias) {
  RI_ASSIGN_OR_RETURN(const std::vector<data::AliasChange> changes, store_.AliasChanges());
  // The stack of versions in force: promoting pushes, going back pops, so that going back twice in
  // a row goes two versions back instead of to and fro.
  std::vector<std::string> in_force;
  for (const data::AliasChange& change : changes) {
    if (change.alias != alias || change.version.empty()) {
      continue;
    }
    if (in_force.size() >= 2 && in_force[in_force.size() - 2] == change.version) {
      in_force.pop_back();
    } else if (in_force.empty() || in_force.back() != change.version) {
      in_force.push_back(change.version);
    }
  }
  return in_force.size() < 2 ? std::nullopt
                             : std::optional(domain::ModelVersion(in_force[in_force.size() - 2]));
}

Status Registry::Clear(const AliasRequest& request) {
  RI_ASSIGN_OR_RETURN(const auto current, Current(request.alias));
  if (!current) {
    return {};
  }
  return store_.AppendAliasChange({.alias = request.alias,
                                   .version = "",
                                   .at = domain::Milliseconds(request.at),
                                   .actor = request.actor,
                                   .reason = request.reason});
}

}  // namespace ri::registry
