// Sign-in by what an OpenID Connect provider proved.
#include "base/sha256.h"
#include "data/audit_entry.h"
#include "data/stored_text.h"
#include "identity/accounts.h"
#include "identity/openid_sign_in.h"

namespace ri::identity {
namespace {

/// Issuer and subject name a person for good; addresses are given to others in time.
std::string IdentityDocument(const ProvenIdentity& identity) {
  return "identity " + base::ToHex(base::Sha256Of(identity.issuer + "\n" + identity.subject));
}

std::string LinkedDocument(std::int64_t user_id) {
  return "identity of user " + std::to_string(user_id);
}

}  // namespace

Result<SignIn> Accounts::RefuseIdentity(const std::string& why, domain::Timestamp now) {
  RI_RETURN_IF_ERROR(data::WriteAudit(store_, now, "-", "sign-in-refused", "openid: " + why));
  return SignIn{.outcome = SignIn::Outcome::kRefused};
}

Result<std::optional<data::StoredUser>> Accounts::UserOfIdentity(const ProvenIdentity& identity,
                                                                 domain::Timestamp now) {
  const std::string name = IdentityDocument(identity);
  RI_ASSIGN_OR_RETURN(const auto linked, store_.Document(name));
  if (linked) {
    return store_.UserById(std::atoll(linked->second.c_str()));
  }
  if (identity.email.empty()) {
    return std::optional<data::StoredUser>();
  }
  const std::string email = LowerCaseAddress(identity.email);
  RI_ASSIGN_OR_RETURN(auto user, store_.UserByEmail(email));
  if (user) {
    // Somebody else may have had the address before: an account belongs to one subject for good.
    RI_ASSIGN_OR_RETURN(const auto taken, store_.Document(LinkedDocument(user->id)));
    if (taken) {
      return std::optional<data::StoredUser>();
    }
  } else if (!identity.role.empty()) {
    RI_ASSIGN_OR_RETURN(
        user,
        AddUser({.email = email,
                 .name = data::StorableText(identity.name.empty() ? email : identity.name, 200),
                 .role = identity.role},
                now));
    RI_RETURN_IF_ERROR(
        data::WriteAudit(store_, now, "-", "user-added", "user " + email, R"({"by":"openid"})"));
  }
  if (user) {
    const std::int64_t at = domain::Milliseconds(now);
    RI_RETURN_IF_ERROR(store_.SetDocument(LinkedDocument(user->id), at, name));
    RI_RETURN_IF_ERROR(store_.SetDocument(name, at, std::to_string(user->id)));
    RI_RETURN_IF_ERROR(
        data::WriteAudit(store_, now, user->email, "identity-linked", "user " + user->email));
  }
  return user;
}

Result<SignIn> Accounts::WithIdentity(const ProvenIdentity& identity, domain::Timestamp now) {
  if (identity.maps_roles && identity.role.empty()) {
    return RefuseIdentity("no value of the role claim is mapped to a role", now);
  }
  RI_ASSIGN_OR_RETURN(auto user, UserOfIdentity(identity, now));
  if (!user) {
    return RefuseIdentity("no account is linked or may be linked", now);
  }
  if (user->disabled) {
    return RefuseIdentity("the account of " + user->email + " is disabled", now);
  }
  if (identity.maps_roles && user->role != identity.role) {
    RI_RETURN_IF_ERROR(data::WriteAudit(store_, now, user->email, "role", "user " + user->email,
                                        R"({"by":"openid","role":")" + identity.role + "\"}"));
    user->role = identity.role;
  }
  return OpenSession(*std::move(user), false, now, "openid");
}

}  // namespace ri::identity
