#include "identity/permission.h"

#include <algorithm>

namespace ri::identity {
namespace {

constexpr std::array<std::string_view, kAllPermissions.size()> kNames = {
    "read", "insight", "decide", "submit", "operate", "model", "audit", "administer"};

}  // namespace

std::string_view PermissionName(Permission permission) {
  return kNames[static_cast<std::size_t>(permission)];
}

std::optional<Permission> PermissionNamed(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end()
             ? std::nullopt
             : std::optional(kAllPermissions[static_cast<std::size_t>(found - kNames.begin())]);
}

bool IsRole(std::string_view role) { return std::ranges::find(kRoles, role) != kRoles.end(); }

Permissions PermissionsOf(std::string_view role) {
  using enum Permission;
  if (role == "admin") {
    return {kRead, kInsight, kDecide, kSubmit, kOperate, kModel, kAudit, kAdminister};
  }
  if (role == "revops") {
    return {kRead, kInsight, kDecide, kSubmit, kOperate, kModel, kAudit};
  }
  if (role == "leader") {
    return {kRead, kInsight, kDecide, kSubmit};
  }
  if (role == "manager") {
    return {kRead, kDecide, kSubmit};
  }
  if (role == "rep") {
    return {kRead, kDecide, kSubmit};
  }
  if (role == "viewer") {
    return {kRead};
  }
  return {};
}

Permissions ReadScopes(std::string_view text) {
  Permissions permissions;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (const auto permission = PermissionNamed(text.substr(0, end))) {
      permissions.Add(*permission);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return permissions;
}

std::vector<std::string> NamesOf(Permissions permissions) {
  std::vector<std::string> names;
  for (const Permission permission : kAllPermissions) {
    if (permissions.Has(permission)) {
      names.emplace_back(PermissionName(permission));
    }
  }
  return names;
}

}  // namespace ri::identity
