#include "identity/accounts.h"

#include <algorithm>
#include <chrono>

#include "base/secret.h"
#include "base/sha256.h"
#include "data/audit_entry.h"
#include "data/stored_text.h"

namespace ri::identity {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr hours kSessionTime{24 * 7};
constexpr hours kLinkTime{24};
constexpr std::int64_t kFreeAttemptsOfName = 4;
constexpr std::int64_t kFreeAttemptsOfRemote = 19;
constexpr std::size_t kShortestPassword = 12;
constexpr std::string_view kTokenPrefix = "rvt_";
constexpr std::string_view kFirstAdministrator = "admin@localhost";

std::string Hashed(std::string_view secret) { return base::ToHex(base::Sha256Of(secret)); }

/// What is checked when there is no such user, so that the answer takes as long.
const std::string& DummyHash() {
  static const std::string kHash = base::HashPassword(base::RandomToken()).value_or("");
  return kHash;
}

Principal PrincipalOf(data::StoredUser user) {
  Principal principal;
  principal.permissions = PermissionsOf(user.role);
  principal.user = std::move(user);
  return principal;
}

bool IsAddress(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && text.size() <= 254 &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; }) &&
         data::CheckText(text, "An address").has_value();
}

}  // namespace

std::string LowerCaseAddress(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

Result<SignIn> Accounts::OpenSession(data::StoredUser user, bool by_link, domain::Timestamp now,
                                     const std::string& by) {
  SignIn sign_in{.outcome = SignIn::Outcome::kDone, .session_token = base::RandomToken()};
  user.last_sign_in_at = domain::Milliseconds(now);
  RI_RETURN_IF_ERROR(store_.UpdateUser(user));
  const data::StoredSession session{.token_hash = Hashed(sign_in.session_token),
                                    .user_id = user.id,
                                    .csrf_token = base::RandomToken(),
                                    .created_at = domain::Milliseconds(now),
                                    .expires_at = domain::Milliseconds(now + kSessionTime),
                                    .by_link = by_link};
  RI_RETURN_IF_ERROR(store_.AddSession(session));
  RI_RETURN_IF_ERROR(data::WriteAudit(store_, now, user.email, "sign-in", "user " + user.email,
                                      R"({"by":")" + by + "\"}"));
  sign_in.principal = PrincipalOf(std::move(user));
  sign_in.principal.session_hash = session.token_hash;
  sign_in.principal.csrf_token = session.csrf_token;
  sign_in.principal.expires_at = now + kSessionTime;
  sign_in.principal.by_link = by_link;
  return sign_in;
}

Status Accounts::CountFailure(const std::string& name, std::int64_t free_attempts,
                              domain::Timestamp now) {
  RI_ASSIGN_OR_RETURN(data::SignInFailures failures, store_.Failures(name));
  if (domain::Milliseconds(now - days(1)) > failures.last_at) {
    failures.failures = 0;
  }
  ++failures.failures;
  failures.last_at = domain::Milliseconds(now);
  if (failures.failures > free_attempts) {
    const std::int64_t step = std::min<std::int64_t>(failures.failures - free_attempts, 12);
    const seconds pause = std::min(seconds(std::int64_t{1} << step), seconds(3600));
    failures.locked_until = domain::Milliseconds(now + pause);
  }
  return store_.SetFailures(name, failures);
}

Result<SignIn> Accounts::WithPassword(std::string_view email, std::string_view password,
                                      std::string_view remote, domain::Timestamp now) {
  const std::string name = LowerCaseAddress(email);
  const std::string by_name = "name " + Hashed(name);
  const std::string by_remote = "remote " + std::string(remote);
  for (const std::string& key : {by_name, by_remote}) {
    RI_ASSIGN_OR_RETURN(const data::SignInFailures failures, store_.Failures(key));
    const std::int64_t left = failures.locked_until - domain::Milliseconds(now);
    if (left > 0) {
      return SignIn{.outcome = SignIn::Outcome::kLocked,
                    .retry_after = std::chrono::ceil<seconds>(milliseconds(left))};
    }
  }
  RI_ASSIGN_OR_RETURN(const auto user, store_.UserByEmail(name));
  const bool known = user && user->password_hash && !user->disabled;
  const bool right = base::VerifyPassword(known ? *user->password_hash : DummyHash(), password);
  if (!known || !right) {
    RI_RETURN_IF_ERROR(CountFailure(by_name, kFreeAttemptsOfName, now));
    RI_RETURN_IF_ERROR(CountFailure(by_remote, kFreeAttemptsOfRemote, now));
    RI_RETURN_IF_ERROR(data::WriteAudit(store_, now, "-", "sign-in-refused",
                                        known ? "user " + user->email : "unknown user"));
    return SignIn{.outcome = SignIn::Outcome::kRefused};
  }
  RI_RETURN_IF_ERROR(store_.SetFailures(by_name, {}));
  return OpenSession(*user, false, now, "password");
}

Result<SignIn> Accounts::WithLink(std::string_view token, std::string_view remote,
                                  domain::Timestamp now) {
  const std::string by_remote = "remote " + std::string(remote);
  RI_ASSIGN_OR_RETURN(const data::SignInFailures failures, store_.Failures(by_remote));
  const std::int64_t left = failures.locked_until - domain::Milliseconds(now);
  if (left > 0) {
    return SignIn{.outcome = SignIn::Outcome::kLocked,
                  .retry_after = std::chrono::ceil<seconds>(milliseconds(left))};
  }
  RI_ASSIGN_OR_RETURN(const auto user_id,
                      store_.TakeLink(Hashed(token), domain::Milliseconds(now)));
  std::optional<data::StoredUser> user;
  if (user_id) {
    RI_ASSIGN_OR_RETURN(user, store_.UserById(*user_id));
  }
  if (!user || user->disabled) {
    RI_RETURN_IF_ERROR(CountFailure(by_remote, kFreeAttemptsOfRemote, now));
    return SignIn{.outcome = SignIn::Outcome::kRefused};
  }
  return OpenSession(*std::move(user), true, now, "link");
}

Result<std::optional<Principal>> Accounts::BySession(std::string_view token,
                                                     domain::Timestamp now) {
  if (token.empty() || token.size() > 200) {
    return std::optional<Principal>();
  }
  RI_ASSIGN_OR_RETURN(const auto session, store_.Session(Hashed(token), domain::Milliseconds(now)));
  if (!session) {
    return std::optional<Principal>();
  }
  RI_ASSIGN_OR_RETURN(auto user, store_.UserById(session->user_id));
  if (!user || user->disabled) {
    return std::optional<Principal>();
  }
  Principal principal = PrincipalOf(*std::move(user));
  principal.session_hash = session->token_hash;
  principal.csrf_token = session->csrf_token;
  principal.expires_at = domain::TimestampFromMilliseconds(session->expires_at);
  principal.by_link = session->by_link;
  return std::optional(std::move(principal));
}

Result<std::optional<Principal>> Accounts::ByApiToken(std::string_view token,
                                                      domain::Timestamp now) {
  if (!token.starts_with(kTokenPrefix) || token.size() > 200) {
    return std::optional<Principal>();
  }
  RI_ASSIGN_OR_RETURN(const auto stored, store_.TokenByHash(Hashed(token)));
  const std::int64_t at = domain::Milliseconds(now);
  if (!stored || stored->revoked_at || stored->expires_at <= at) {
    return std::optional<Principal>();
  }
  RI_ASSIGN_OR_RETURN(auto user, store_.UserById(stored->user_id));
  if (!user || user->disabled) {
    return std::optional<Principal>();
  }
  // To the minute is enough, and spares a write for every request.
  if (!stored->last_used_at || at - *stored->last_used_at > 60000) {
    RI_RETURN_IF_ERROR(store_.TouchToken(stored->id, at));
  }
  Principal principal = PrincipalOf(*std::move(user));
  principal.permissions = principal.permissions.And(ReadScopes(stored->scopes));
  principal.token_id = stored->id;
  principal.expires_at = domain::TimestampFromMilliseconds(stored->expires_at);
  return std::optional(std::move(principal));
}

Status Accounts::SignOut(const Principal& principal) {
  return store_.EndSession(principal.session_hash);
}

Status Accounts::SetPassword(const Principal& principal, const std::optional<std::string>& current,
                             std::string_view new_password, domain::Timestamp now) {
  if (new_password.size() < kShortestPassword) {
    return Fail(ErrorCode::kBadInput, "A password has at least 12 characters.");
  }
  RI_ASSIGN_OR_RETURN(auto user, store_.UserById(principal.user.id));
  if (!user) {
    return Fail(ErrorCode::kNotFound, "The user is gone.");
  }
  if (user->password_hash && !principal.by_link &&
      !base::VerifyPassword(*user->password_hash, current.value_or(""))) {
    return Fail(ErrorCode::kRefused, "The current password is not right.");
  }
  RI_ASSIGN_OR_RETURN(user->password_hash, base::HashPassword(new_password));
  RI_RETURN_IF_ERROR(store_.UpdateUser(*user));
  RI_RETURN_IF_ERROR(
      store_.EndSessionsOf(user->id, principal.session_hash, domain::Milliseconds(now)));
  return data::WriteAudit(store_, now, principal.actor(), "password", "user " + user->email);
}

Result<data::StoredUser> Accounts::AddUser(data::StoredUser user, domain::Timestamp now) {
  user.email = LowerCaseAddress(user.email);
  if (!IsAddress(user.email)) {
    return Fail(ErrorCode::kBadInput, "'" + user.email + "' is no e-mail address.");
  }
  if (!IsRole(user.role)) {
    return Fail(ErrorCode::kBadInput,
                "'" + user.role +
                    "' is no role. Roles are admin, revops, leader, manager, rep and viewer.");
  }
  user.created_at = domain::Milliseconds(now);
  RI_ASSIGN_OR_RETURN(user.id, store_.AddUser(user));
  return user;
}

Result<NewSecret> Accounts::MakeLink(std::int64_t user_id, domain::Timestamp now) {
  NewSecret link{.secret = base::RandomToken(), .expires_at = now + kLinkTime};
  RI_RETURN_IF_ERROR(
      store_.SetLink(Hashed(link.secret), user_id, domain::Milliseconds(link.expires_at)));
  return link;
}

Result<std::pair<data::StoredToken, std::string>> Accounts::MakeToken(const Principal& owner,
                                                                      const std::string& name,
                                                                      Permissions scopes, int days,
                                                                      domain::Timestamp now) {
  std::string text;
  for (const std::string& scope : NamesOf(scopes)) {
    if (!owner.permissions.Has(*PermissionNamed(scope))) {
      return Fail(ErrorCode::kRefused,
                  "A token cannot hold '" + scope + "', which its owner does not have.");
    }
    text += (text.empty() ? "" : " ") + scope;
  }
  const std::string secret = std::string(kTokenPrefix) + base::RandomToken();
  data::StoredToken token{.user_id = owner.user.id,
                          .name = name,
                          .token_hash = Hashed(secret),
                          .scopes = text,
                          .created_at = domain::Milliseconds(now),
                          .expires_at = domain::Milliseconds(now + std::chrono::days(days))};
  RI_ASSIGN_OR_RETURN(token.id, store_.AddToken(token));
  return std::pair(token, secret);
}

Result<bool> Accounts::IsFirstStart() {
  RI_ASSIGN_OR_RETURN(const auto users, store_.Users());
  return std::ranges::none_of(
      users, [](const data::StoredUser& user) { return user.password_hash.has_value(); });
}

Result<std::optional<NewSecret>> Accounts::FirstStart(domain::Timestamp now) {
  RI_ASSIGN_OR_RETURN(auto users, store_.Users());
  if (users.empty()) {
    RI_ASSIGN_OR_RETURN(const data::StoredUser administrator,
                        AddUser({.email = std::string(kFirstAdministrator),
                                 .name = "Administrator",
                                 .role = "admin",
                                 .sees_all = true},
                                now));
    users.push_back(administrator);
  }
  const auto administrator = std::ranges::find_if(
      users, [](const data::StoredUser& user) { return user.email == kFirstAdministrator; });
  if (administrator == users.end() || administrator->password_hash || administrator->disabled) {
    return std::optional<NewSecret>();
  }
  RI_ASSIGN_OR_RETURN(NewSecret link, MakeLink(administrator->id, now));
  return std::optional(std::move(link));
}

}  // namespace ri::identity
