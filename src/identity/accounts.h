#pragma once

/// Use case: who somebody is, by password, one-time link, session cookie or API token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/operations_store.h"
#include "domain/date.h"
#include "identity/permission.h"

namespace ri::identity {

struct ProvenIdentity;

/// Somebody who has proven who he is.
struct Principal {
  data::StoredUser user;
  Permissions permissions;
  std::optional<std::int64_t> token_id;  ///< by API token; otherwise by session
  std::string session_hash;
  std::string csrf_token;
  domain::Timestamp expires_at{};
  bool by_link = false;

  /// The name that stands in logs.
  [[nodiscard]] const std::string& actor() const { return user.email; }
};

struct SignIn {
  enum class Outcome { kDone, kRefused, kLocked };
  Outcome outcome = Outcome::kRefused;
  std::string session_token;  ///< for the cookie; the store keeps its hash only
  Principal principal;
  std::chrono::seconds retry_after{0};
};

struct NewSecret {
  std::string secret;
  domain::Timestamp expires_at{};
};

/// Thread safety: any method from any thread.
class Accounts {
 public:
  explicit Accounts(data::OperationsStore& store) : store_(store) {}

  /// Wrong names and wrong passwords cost the same time. From the fifth failure of a name on (the
  /// twentieth of a remote address) each further one locks it for 2, 4, 8 ... seconds, at most an
  /// hour; failures are forgotten a day after the last.
  [[nodiscard]] Result<SignIn> WithPassword(std::string_view email, std::string_view password,
                                            std::string_view remote, domain::Timestamp now);
  [[nodiscard]] Result<SignIn> WithLink(std::string_view token, std::string_view remote,
                                        domain::Timestamp now);
  /// By the account linked to issuer and subject. The first time the account with the verified
  /// address is linked, unless it belongs to another subject; where the provider decides about
  /// roles, a missing one is made and the role follows the provider at every sign-in.
  [[nodiscard]] Result<SignIn> WithIdentity(const ProvenIdentity& identity, domain::Timestamp now);
  /// Writes down why somebody whom the provider sent was turned away.
  [[nodiscard]] Result<SignIn> RefuseIdentity(const std::string& why, domain::Timestamp now);
  /// Empty when the cookie names no session, it ended, or the user was disabled.
  [[nodiscard]] Result<std::optional<Principal>> BySession(std::string_view token,
                                                           domain::Timestamp now);
  [[nodiscard]] Result<std::optional<Principal>> ByApiToken(std::string_view token,
                                                            domain::Timestamp now);
  Status SignOut(const Principal& principal);

  /// kRefused when `current` is wrong, kBadInput when the new one is too short.
  Status SetPassword(const Principal& principal, const std::optional<std::string>& current,
                     std::string_view new_password, domain::Timestamp now);

  /// kBadInput for an address or role that is none, kConflict when it is taken.
  [[nodiscard]] Result<data::StoredUser> AddUser(data::StoredUser user, domain::Timestamp now);
  [[nodiscard]] Result<NewSecret> MakeLink(std::int64_t user_id, domain::Timestamp now);
  /// The secret of a new token, shown once. Scopes beyond the owner's are kRefused.
  [[nodiscard]] Result<std::pair<data::StoredToken, std::string>> MakeToken(const Principal& owner,
                                                                            const std::string& name,
                                                                            Permissions scopes,
                                                                            int days,
                                                                            domain::Timestamp now);

  /// On a database without users: makes the first administrator and returns a one-time link token;
  /// also while that administrator has not set a password. Empty otherwise.
  [[nodiscard]] Result<std::optional<NewSecret>> FirstStart(domain::Timestamp now);
  /// Nobody has a password yet.
  [[nodiscard]] Result<bool> IsFirstStart();

 private:
  /// `by`: "password", "link" or "openid", for the audit log.
  [[nodiscard]] Result<SignIn> OpenSession(data::StoredUser user, bool by_link,
                                           domain::Timestamp now, const std::string& by);
  /// The account of an identity, linked or made if that is allowed; empty otherwise.
  [[nodiscard]] Result<std::optional<data::StoredUser>> UserOfIdentity(
      const ProvenIdentity& identity, domain::Timestamp now);
  Status CountFailure(const std::string& name, std::int64_t free_attempts, domain::Timestamp now);

  data::OperationsStore& store_;
};

/// Addresses are compared and kept in lower case.
[[nodiscard]] std::string LowerCaseAddress(std::string_view text);

}  // namespace ri::identity
