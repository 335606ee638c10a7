// Users, links, sessions, tokens and failed sign-ins.
#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::string_view kUserColumns =
    "SELECT id, email, name, role, rep_id, sees_all, disabled, password_hash, created_at, "
    "last_sign_in_at FROM users ";
constexpr std::string_view kTokenColumns =
    "SELECT id, user_id, name, token_hash, scopes, created_at, expires_at, last_used_at, "
    "revoked_at FROM tokens ";

StoredUser UserOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .email = Text(row[1]),
          .name = Text(row[2]),
          .role = Text(row[3]),
          .rep_id = OptionalText(row[4]),
          .sees_all = Integer(row[5]) != 0,
          .disabled = Integer(row[6]) != 0,
          .password_hash = OptionalText(row[7]),
          .created_at = Integer(row[8]),
          .last_sign_in_at = OptionalInteger(row[9])};
}

StoredToken TokenOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .user_id = Integer(row[1]),
          .name = Text(row[2]),
          .token_hash = Text(row[3]),
          .scopes = Text(row[4]),
          .created_at = Integer(row[5]),
          .expires_at = Integer(row[6]),
          .last_used_at = OptionalInteger(row[7]),
          .revoked_at = OptionalInteger(row[8])};
}

template <typename Record, typename Of>
std::optional<Record> First(const std::vector<SqlRow>& rows, const Of& of) {
  return rows.empty() ? std::nullopt : std::optional<Record>(of(rows[0]));
}

}  // namespace

Result<std::int64_t> OperationsStore::AddUser(const StoredUser& user) {
  RI_ASSIGN_OR_RETURN(const auto taken, UserByEmail(user.email));
  if (taken) {
    return Fail(ErrorCode::kConflict, "There is a user " + user.email + " already.");
  }
  return Insert(
      "INSERT INTO users (email, name, role, rep_id, sees_all, disabled, password_hash, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
      user.email, user.name, user.role, Nullable(user.rep_id), Flag(user.sees_all),
      Flag(user.disabled), Nullable(user.password_hash), user.created_at);
}

Status OperationsStore::UpdateUser(const StoredUser& user) {
  return Change(
      "UPDATE users SET name = $1, role = $2, rep_id = $3, sees_all = $4, disabled = $5, "
      "password_hash = $6, last_sign_in_at = $7 WHERE id = $8",
      user.name, user.role, Nullable(user.rep_id), Flag(user.sees_all), Flag(user.disabled),
      Nullable(user.password_hash), Nullable(user.last_sign_in_at), user.id);
}

Result<std::vector<StoredUser>> OperationsStore::Users() {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kUserColumns) + "ORDER BY id"));
  std::vector<StoredUser> users;
  for (const SqlRow& row : rows) {
    users.push_back(UserOf(row));
  }
  return users;
}

Result<std::optional<StoredUser>> OperationsStore::UserById(std::int64_t id) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kUserColumns) + "WHERE id = $1", id));
  return First<StoredUser>(rows, UserOf);
}

Result<std::optional<StoredUser>> OperationsStore::UserByEmail(std::string_view email) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query(std::string(kUserColumns) + "WHERE email = $1", Value(email)));
  return First<StoredUser>(rows, UserOf);
}

Status OperationsStore::SetLink(std::string_view token_hash, std::int64_t user_id,
                                std::int64_t expires_at) {
  return database_->Atomically([&](SqlSession& session) -> Status {
    RI_ASSIGN_OR_RETURN(const auto removed,
                        session.Run("DELETE FROM sign_in_links WHERE user_id = $1", user_id));
    RI_ASSIGN_OR_RETURN(const auto added,
                        session.Run("INSERT INTO sign_in_links (token_hash, user_id, expires_at) "
                                    "VALUES ($1, $2, $3)",
                                    Value(token_hash), user_id, expires_at));
    return {};
  });
}

Result<std::optional<std::int64_t>> OperationsStore::TakeLink(std::string_view token_hash,
                                                              std::int64_t now) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query("DELETE FROM sign_in_links WHERE token_hash = $1 "
                                             "RETURNING user_id, expires_at",
                                             Value(token_hash)));
  if (rows.empty() || Integer(rows[0][1]) <= now) {
    return std::optional<std::int64_t>();
  }
  return std::optional(Integer(rows[0][0]));
}

Status OperationsStore::AddSession(const StoredSession& session) {
  return Change(
      "INSERT INTO sessions (token_hash, user_id, csrf_token, created_at, expires_at, by_link) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      session.token_hash, session.user_id, session.csrf_token, session.created_at,
      session.expires_at, Flag(session.by_link));
}

Result<std::optional<StoredSession>> OperationsStore::Session(std::string_view token_hash,
                                                              std::int64_t now) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT token_hash, user_id, csrf_token, created_at, expires_at, "
                            "by_link FROM sessions WHERE token_hash = $1 AND expires_at > $2",
                            Value(token_hash), now));
  return First<StoredSession>(rows, [](const SqlRow& row) {
    return StoredSession{.token_hash = Text(row[0]),
                         .user_id = Integer(row[1]),
                         .csrf_token = Text(row[2]),
                         .created_at = Integer(row[3]),
                         .expires_at = Integer(row[4]),
                         .by_link = Integer(row[5]) != 0};
  });
}

Status OperationsStore::EndSession(std::string_view token_hash) {
  return Change("DELETE FROM sessions WHERE token_hash = $1", Value(token_hash));
}

Status OperationsStore::EndSessionsOf(std::int64_t user_id, std::string_view except,
                                      std::int64_t now) {
  return Change(
      "DELETE FROM sessions WHERE (user_id = $1 AND token_hash <> $2) OR expires_at <= $3", user_id,
      Value(except), now);
}

Result<std::int64_t> OperationsStore::AddToken(const StoredToken& token) {
  return Insert(
      "INSERT INTO tokens (user_id, name, token_hash, scopes, created_at, expires_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
      token.user_id, token.name, token.token_hash, token.scopes, token.created_at,
      token.expires_at);
}

Result<std::vector<StoredToken>> OperationsStore::Tokens() {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kTokenColumns) + "ORDER BY id DESC"));
  std::vector<StoredToken> tokens;
  for (const SqlRow& row : rows) {
    tokens.push_back(TokenOf(row));
  }
  return tokens;
}

Result<std::optional<StoredToken>> OperationsStore::TokenByHash(std::string_view token_hash) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kTokenColumns) + "WHERE token_hash = $1",
                                             Value(token_hash)));
  return First<StoredToken>(rows, TokenOf);
}

Status OperationsStore::TouchToken(std::int64_t id, std::int64_t at) {
  return Change("UPDATE tokens SET last_used_at = $1 WHERE id = $2", at, id);
}

Status OperationsStore::RevokeToken(std::int64_t id, std::int64_t at) {
  return Change("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", at, id);
}

Result<SignInFailures> OperationsStore::Failures(std::string_view name) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT failures, locked_until, last_at FROM sign_in_failures WHERE "
                            "name = $1",
                            Value(name)));
  if (rows.empty()) {
    return SignInFailures{};
  }
  return SignInFailures{.failures = Integer(rows[0][0]),
                        .locked_until = Integer(rows[0][1]),
                        .last_at = Integer(rows[0][2])};
}

Status OperationsStore::SetFailures(std::string_view name, const SignInFailures& failures) {
  return Change(
      "INSERT INTO sign_in_failures (name, failures, locked_until, last_at) VALUES ($1, $2, $3, "
      "$4) ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, locked_until = "
      "excluded.locked_until, last_at = excluded.last_at",
      Value(name), failures.failures, failures.locked_until, failures.last_at);
}

}  // namespace ri::data
