// Users, tokens, the audit log, settings, saved views.
#include <algorithm>
#include <charconv>
#include <limits>

#include "api/people_documents.h"
#include "api/routes.h"
#include "data/audit_entry.h"
#include "domain/money.h"
#include "service/alert_settings.h"

namespace ri::api {
namespace {

constexpr base::Phrase kBroken("Entry {entry} was changed, or one before it is gone.",
                               "Eintrag {entry} wurde geändert, oder einer davor fehlt.");
constexpr base::Phrase kIntact("Every entry is consistent with the one before it.",
                               "Jeder Eintrag passt zu dem davor.");

Status Audit(Call& call, const std::string& action, const std::string& subject,
             const std::string& detail = "{}") {
  return data::WriteAudit(call.services.operations, call.now, call.user().actor(), action, subject,
                          detail);
}

// ---- users -------------------------------------------------------------------------------------

Result<Response> ListUsers(Call& call) {
  RI_ASSIGN_OR_RETURN(const auto users, call.services.operations.Users());
  const auto list = call.services.deals.Peek();
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredUser& user : users) {
    WriteUser(json, user, list ? list->book().knowledge()->log.get() : nullptr);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Invitation(Call& call, const data::StoredUser& user) {
  RI_ASSIGN_OR_RETURN(const identity::NewSecret link,
                      call.services.accounts.MakeLink(user.id, call.now));
  const auto list = call.services.deals.Peek();
  JsonWriter json;
  json.BeginObject().Key("user");
  WriteUser(json, user, list ? list->book().knowledge()->log.get() : nullptr);
  json.Field("link_token", link.secret).Field("link_path", "/sign-in#token=" + link.secret);
  TimeField(json, "link_expires_at", std::optional(link.expires_at));
  json.EndObject();
  Response response = JsonResponse(201, json);
  return std::move(response.Set("Cache-Control", "no-store"));
}

Result<Response> AddUser(Call& call) {
  BodyInput body(call.request);
  data::StoredUser user{.email = body.RequiredText("email", 3, 254),
                        .name = body.RequiredText("name", 1, 200)};
  const auto role = body.Word("role", {"admin", "revops", "leader", "manager", "rep", "viewer"});
  user.rep_id = body.Text("rep_id", 0, 255);
  user.sees_all = body.Flag("sees_all").value_or(false);
  if (!body.Has("role")) {
    body.Complain("role", "is missing.");
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  user.role = *role;
  RI_ASSIGN_OR_RETURN(user, call.services.accounts.AddUser(user, call.now));
  RI_RETURN_IF_ERROR(Audit(call, "user", "user " + user.email, "{\"role\":\"" + *role + "\"}"));
  return Invitation(call, user);
}

Result<data::StoredUser> FindUser(Call& call) {
  RI_ASSIGN_OR_RETURN(auto user, call.services.operations.UserById(call.PathNumber("user_id")));
  if (!user) {
    return Fail(ErrorCode::kNotFound, "There is no such user.");
  }
  return *std::move(user);
}

Result<Response> ChangeUser(Call& call) {
  BodyInput body(call.request);
  const auto name = body.Text("name", 1, 200);
  const auto role = body.Word("role", {"admin", "revops", "leader", "manager", "rep", "viewer"});
  const auto rep = body.Text("rep_id", 0, 255);
  const auto sees_all = body.Flag("sees_all");
  const auto disabled = body.Flag("disabled");
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(data::StoredUser user, FindUser(call));
  const bool was_admin = user.role == "admin" && !user.disabled;
  user.name = name.value_or(user.name);
  user.role = role.value_or(user.role);
  if (rep) {
    user.rep_id = rep->empty() ? std::nullopt : rep;
  }
  user.sees_all = sees_all.value_or(user.sees_all);
  user.disabled = disabled.value_or(user.disabled);
  if (was_admin && (user.role != "admin" || user.disabled)) {
    RI_ASSIGN_OR_RETURN(const auto users, call.services.operations.Users());
    const auto others = std::ranges::count_if(users, [&](const data::StoredUser& other) {
      return other.id != user.id && other.role == "admin" && !other.disabled;
    });
    if (others == 0) {
      return Problem(409, "conflict", "This is the last administrator.");
    }
  }
  RI_RETURN_IF_ERROR(call.services.operations.UpdateUser(user));
  RI_RETURN_IF_ERROR(call.services.operations.EndSessionsOf(
      user.id, user.id == call.user().user.id ? call.user().session_hash : "",
      domain::Milliseconds(call.now)));
  call.services.forget_sign_ins();
  RI_RETURN_IF_ERROR(Audit(
      call, "user", "user " + user.email,
      "{\"role\":\"" + user.role + "\",\"disabled\":" + (user.disabled ? "true" : "false") + "}"));
  const auto list = call.services.deals.Peek();
  JsonWriter json;
  WriteUser(json, user, list ? list->book().knowledge()->log.get() : nullptr);
  return JsonResponse(json);
}

Result<Response> MakeLink(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredUser user, FindUser(call));
  RI_RETURN_IF_ERROR(Audit(call, "link", "user " + user.email));
  return Invitation(call, user);
}

// ---- tokens ------------------------------------------------------------------------------------

void WriteToken(JsonWriter& json, const data::StoredToken& token, const std::string& email,
                const std::string& secret) {
  json.BeginObject()
      .Field("token_id", token.id)
      .Field("name", token.name)
      .Field("user_id", token.user_id)
      .Field("user_email", email);
  WritePermissions(json, "scopes", identity::ReadScopes(token.scopes));
  TimeField(json, "created_at", std::optional(token.created_at));
  TimeField(json, "expires_at", std::optional(token.expires_at));
  TimeField(json, "last_used_at", token.last_used_at);
  json.Field("revoked", token.revoked_at.has_value());
  if (!secret.empty()) {
    json.Field("secret", secret);
  }
  json.EndObject();
}

Result<Response> ListTokens(Call& call) {
  RI_ASSIGN_OR_RETURN(const auto tokens, call.services.operations.Tokens());
  RI_ASSIGN_OR_RETURN(const auto users, call.services.operations.Users());
  const bool all = call.user().permissions.Has(identity::Permission::kAdminister);
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredToken& token : tokens) {
    if (all || token.user_id == call.user().user.id) {
      const auto owner = std::ranges::find(users, token.user_id, &data::StoredUser::id);
      WriteToken(json, token, owner == users.end() ? "" : owner->email, "");
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> AddToken(Call& call) {
  BodyInput body(call.request);
  const std::string name = body.RequiredText("name", 1, 200);
  identity::Permissions scopes;
  for (const std::string& scope : body.Texts("scopes", 1, 8, 20)) {
    if (const auto permission = identity::PermissionNamed(scope)) {
      scopes.Add(*permission);
    } else {
      body.Complain("scopes", "'" + scope + "' is no permission.");
    }
  }
  const auto days = body.Integer("days", 1, 366);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  if (call.user().token_id) {
    return Problem(403, "forbidden", "A token cannot make tokens.");
  }
  const auto made = call.services.accounts.MakeToken(call.user(), name, scopes,
                                                     static_cast<int>(days.value_or(90)), call.now);
  if (!made && made.error().code() == ErrorCode::kRefused) {
    return Problem(403, "forbidden", made.error().message());
  }
  RI_RETURN_IF_ERROR(made);
  RI_RETURN_IF_ERROR(Audit(call, "token", "token " + std::to_string(made->first.id)));
  JsonWriter json;
  WriteToken(json, made->first, call.user().user.email, made->second);
  Response response = JsonResponse(201, json);
  return std::move(response.Set("Cache-Control", "no-store"));
}

Result<Response> RevokeToken(Call& call) {
  const std::int64_t id = call.PathNumber("token_id");
  RI_ASSIGN_OR_RETURN(const auto tokens, call.services.operations.Tokens());
  const auto token = std::ranges::find(tokens, id, &data::StoredToken::id);
  const bool all = call.user().permissions.Has(identity::Permission::kAdminister);
  if (token == tokens.end() || (!all && token->user_id != call.user().user.id)) {
    return Problem(404, "not-found", "There is no such token.");
  }
  RI_RETURN_IF_ERROR(call.services.operations.RevokeToken(id, domain::Milliseconds(call.now)));
  call.services.forget_sign_ins();
  RI_RETURN_IF_ERROR(Audit(call, "token-revoked", "token " + std::to_string(id)));
  return NoContent();
}

// ---- audit -------------------------------------------------------------------------------------

Result<Response> ListAudit(Call& call) {
  QueryInput query(call.request);
  const std::string action = query.TextOr("action", 64, "");
  const std::string actor = query.TextOr("actor", 254, "");
  const auto limit = query.Integer("limit", 1, 1000);
  const auto before = query.Integer("cursor", 1, std::numeric_limits<std::int64_t>::max());
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  const std::int64_t size = limit.value_or(100);
  RI_ASSIGN_OR_RETURN(const auto records,
                      call.services.operations.AuditPage(before.value_or(0), size, action, actor));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::AuditRecord& record : records) {
    json.BeginObject().Field("entry_id", record.id);
    TimeField(json, "at", std::optional(record.at));
    json.Field("actor", record.actor)
        .Field("action", record.action)
        .Field("subject", record.subject)
        .Key("detail")
        .Raw(record.detail)
        .Field("hash", record.hash)
        .EndObject();
  }
  json.EndArray().TextOrNull("next_cursor",
                             static_cast<std::int64_t>(records.size()) == size && size > 0
                                 ? std::to_string(records.back().id)
                                 : std::string());
  json.EndObject();
  return JsonResponse(json);
}

Result<Response> VerifyAudit(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::AuditCheck check, call.services.operations.VerifyAudit());
  JsonWriter json;
  json.BeginObject()
      .Field("intact", !check.first_broken.has_value())
      .Field("entries", check.entries)
      .TextOrNull("head", check.head)
      .Field("first_broken_entry", check.first_broken)
      .Field("message", check.first_broken
                            ? base::Say(kBroken, call.language(),
                                        {{"entry", std::to_string(*check.first_broken)}})
                            : std::string(kIntact.In(call.language())))
      .EndObject();
  return JsonResponse(json);
}

// ---- settings ----------------------------------------------------------------------------------

Result<int> NumberSetting(Call& call, const char* name, int otherwise) {
  RI_ASSIGN_OR_RETURN(const auto text, call.services.workspace.store().Setting(name));
  int number = otherwise;
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), number);
  }
  return number;
}

Result<Response> Settings(Call& call) {
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, call.services.workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const auto currency,
                      call.services.workspace.store().Setting("reporting_currency"));
  RI_ASSIGN_OR_RETURN(const int high,
                      NumberSetting(call, kHighRiskSetting, kDefaultHighRiskPerRep));
  RI_ASSIGN_OR_RETURN(const service::AlertSettings alerts,
                      service::LoadAlertSettings(call.services.operations));
  JsonWriter json;
  json.BeginObject()
      .Field("fiscal_calendar", calendar.Describe())
      .Field("reporting_currency", currency)
      .Field("high_risk_per_rep", high)
      .Field("alerts_per_week", alerts.thresholds.new_per_rep_and_week)
      .EndObject();
  return JsonResponse(json);
}

Result<Response> ChangeSettings(Call& call) {
  BodyInput body(call.request);
  const auto calendar = body.Text("fiscal_calendar", 1, 20);
  const auto currency = body.Text("reporting_currency", 3, 3);
  const auto high = body.Integer("high_risk_per_rep", 1, 100);
  const auto alerts = body.Integer("alerts_per_week", 0, 1000);
  if (calendar && !domain::FiscalCalendar::FromDescription(*calendar)) {
    body.Complain("fiscal_calendar", "must be like monthly:2 or 445:1:6.");
  }
  if (currency) {
    const auto known = domain::Currency::FromCode(*currency);
    if (!known || known->code() != *currency) {
      body.Complain("reporting_currency", "must be a code such as EUR.");
    }
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  data::Store& store = call.services.workspace.store();
  JsonWriter detail;
  detail.BeginObject();
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar former, call.services.workspace.Calendar());
  const auto set = [&](const char* name, const std::optional<std::string>& value) -> Status {
    if (value) {
      RI_ASSIGN_OR_RETURN(auto before, store.Setting(name));
      if (name == std::string_view("fiscal_calendar")) {
        before = former.Describe();
      }
      RI_RETURN_IF_ERROR(store.SetSetting(name, *value));
      detail.Field(name, *value);
      if (before) {
        detail.Field(std::string(name) + "_before", *before);
      }
    }
    return {};
  };
  const auto text = [](const std::optional<std::int64_t>& number) {
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
  };
  RI_RETURN_IF_ERROR(set("fiscal_calendar", calendar));
  RI_RETURN_IF_ERROR(set("reporting_currency", currency));
  RI_RETURN_IF_ERROR(set(kHighRiskSetting, text(high)));
  if (alerts) {
    RI_ASSIGN_OR_RETURN(service::AlertSettings stored,
                        service::LoadAlertSettings(call.services.operations));
    RI_RETURN_IF_ERROR(service::ChangeAlertSettings(
        call.services.operations, {.new_per_rep_and_week = static_cast<std::size_t>(*alerts)},
        call.user().actor(), call.now, stored));
    detail.Field("alerts_per_week", *alerts);
  }
  detail.EndObject();
  RI_RETURN_IF_ERROR(Audit(call, "settings", "settings", detail.Take()));
  call.services.deals.Wake();
  return Settings(call);
}

// ---- views -------------------------------------------------------------------------------------

void WriteView(JsonWriter& json, const data::StoredView& view, const std::string& email,
               const identity::Principal& reader) {
  json.BeginObject()
      .Field("view_id", view.id)
      .Field("name", view.name)
      .Field("page", view.page)
      .Field("query", view.query)
      .Field("shared", view.shared)
      .Field("own", view.user_id == reader.user.id)
      .Field("owner_email", email);
  TimeField(json, "created_at", std::optional(view.created_at));
  json.EndObject();
}

Result<Response> ListViews(Call& call) {
  RI_ASSIGN_OR_RETURN(const auto views, call.services.operations.Views());
  RI_ASSIGN_OR_RETURN(const auto users, call.services.operations.Users());
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredView& view : views) {
    if (view.shared || view.user_id == call.user().user.id) {
      const auto owner = std::ranges::find(users, view.user_id, &data::StoredUser::id);
      WriteView(json, view, owner == users.end() ? "" : owner->email, call.user());
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> AddView(Call& call) {
  BodyInput body(call.request);
  data::StoredView view{.user_id = call.user().user.id,
                        .name = body.RequiredText("name", 1, 100),
                        .query = body.Text("query", 0, 4000).value_or(""),
                        .shared = body.Flag("shared").value_or(false),
                        .created_at = domain::Milliseconds(call.now)};
  const auto page = body.Word("page", {"deals", "forecast", "trust", "data"});
  for (const char* name : {"page", "query"}) {
    if (!body.Has(name)) {
      body.Complain(name, "is missing.");
    }
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  view.page = *page;
  RI_ASSIGN_OR_RETURN(view.id, call.services.operations.SaveView(view));
  JsonWriter json;
  WriteView(json, view, call.user().user.email, call.user());
  return JsonResponse(201, json);
}

Result<Response> DeleteView(Call& call) {
  RI_ASSIGN_OR_RETURN(const bool done, call.services.operations.DeleteView(
                                           call.PathNumber("view_id"), call.user().user.id));
  return done ? NoContent() : Problem(404, "not-found", "There is no such view of yours.");
}

}  // namespace

void AddAdministrationRoutes(Router& router) {
  using identity::Permission;
  const auto add = [&](const char* method, const char* pattern, auto handler,
                       std::optional<Permission> permission) {
    router.Add({.method = method,
                .pattern = pattern,
                .gate = permission ? Gate::kPermission : Gate::kSignedIn,
                .permission = permission.value_or(Permission::kRead),
                .handler = Handled(handler)});
  };
  add("GET", "/api/v1/users", ListUsers, Permission::kAdminister);
  add("POST", "/api/v1/users", AddUser, Permission::kAdminister);
  add("PATCH", "/api/v1/users/{user_id}", ChangeUser, Permission::kAdminister);
  add("POST", "/api/v1/users/{user_id}/link", MakeLink, Permission::kAdminister);
  add("GET", "/api/v1/tokens", ListTokens, std::nullopt);
  add("POST", "/api/v1/tokens", AddToken, std::nullopt);
  add("DELETE", "/api/v1/tokens/{token_id}", RevokeToken, std::nullopt);
  add("GET", "/api/v1/audit", ListAudit, Permission::kAudit);
  add("GET", "/api/v1/audit/verify", VerifyAudit, Permission::kAudit);
  add("GET", "/api/v1/settings", Settings, Permission::kRead);
  add("PATCH", "/api/v1/settings", ChangeSettings, Permission::kOperate);
  add("GET", "/api/v1/views", ListViews, std::nullopt);
  add("POST", "/api/v1/views", AddView, std::nullopt);
  add("DELETE", "/api/v1/views/{view_id}", DeleteView, std::nullopt);
}

}  // namespace ri::api
