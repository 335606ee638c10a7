#pragma once

/// What people may do. A role is a set of permissions; a token holds some of its owner's.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ri::identity {

enum class Permission : std::uint8_t {
  kRead,        ///< deals and forecasts within the own view
  kInsight,     ///< figures about the whole company: models, backtests, drift
  kDecide,      ///< review, note, snooze, disagree
  kSubmit,      ///< calls and overrides
  kOperate,     ///< imports, jobs, settings, data quality
  kModel,       ///< promote and roll back
  kAudit,       ///< read the audit log
  kAdminister,  ///< users and everybody's tokens
};

inline constexpr std::array kAllPermissions = {
    Permission::kRead,    Permission::kInsight, Permission::kDecide, Permission::kSubmit,
    Permission::kOperate, Permission::kModel,   Permission::kAudit,  Permission::kAdminister};

class Permissions {
 public:
  constexpr Permissions() = default;
  constexpr Permissions(std::initializer_list<Permission> list) {
    for (const Permission permission : list) {
      Add(permission);
    }
  }
  constexpr void Add(Permission permission) { bits_ |= Bit(permission); }
  [[nodiscard]] constexpr bool Has(Permission permission) const {
    return (bits_ & Bit(permission)) != 0;
  }
  [[nodiscard]] constexpr Permissions And(Permissions other) const {
    Permissions both;
    both.bits_ = bits_ & other.bits_;
    return both;
  }

 private:
  static constexpr std::uint32_t Bit(Permission permission) {
    return std::uint32_t{1} << static_cast<unsigned>(permission);
  }
  std::uint32_t bits_ = 0;
};

[[nodiscard]] std::string_view PermissionName(Permission permission);
[[nodiscard]] std::optional<Permission> PermissionNamed(std::string_view name);

inline constexpr std::array<std::string_view, 6> kRoles = {"admin",   "revops", "leader",
                                                           "manager", "rep",    "viewer"};
/// No permissions for a word that is no role.
[[nodiscard]] Permissions PermissionsOf(std::string_view role);
[[nodiscard]] bool IsRole(std::string_view role);

/// "read decide" and back; unknown words are left out.
[[nodiscard]] Permissions ReadScopes(std::string_view text);
[[nodiscard]] std::vector<std::string> NamesOf(Permissions permissions);

}  // namespace ri::identity
