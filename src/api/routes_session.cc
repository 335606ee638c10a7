// Who is asking.
#include "api/people_documents.h"
#include "api/routes.h"
#include "book/moment.h"
#include "book/organisation.h"
#include "identity/openid_sign_in.h"

namespace ri::api {
namespace {

constexpr std::size_t kLongestPassword = 1024;
constexpr int kQuartersListed = 24;

std::string SessionCookie(const Call& call, const std::string& token, std::int64_t seconds) {
  return "revint_session=" + token +
         "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) +
         (call.services.secure_cookies ? "; Secure" : "");
}

void WriteSession(JsonWriter& json, const identity::Principal& principal,
                  const data::EventLog* log) {
  json.BeginObject().Key("user");
  WriteUser(json, principal.user, log);
  WritePermissions(json, "permissions", principal.permissions);
  json.TextOrNull("csrf_token", principal.csrf_token);
  TimeField(json, "expires_at", std::optional(principal.expires_at));
  json.Field("must_set_password", principal.by_link && !principal.user.password_hash).EndObject();
}

const data::EventLog* LogOf(const std::shared_ptr<const deals::DealList>& list) {
  return list ? list->book().knowledge()->log.get() : nullptr;
}

Response Answer(Call& call, const identity::SignIn& sign_in) {
  switch (sign_in.outcome) {
    case identity::SignIn::Outcome::kLocked: {
      Response response =
          Problem(429, "locked-out", "Too many failed attempts. Wait, then try again.");
      return std::move(response.Set(
          "Retry-After", std::to_string(std::max<std::int64_t>(1, sign_in.retry_after.count()))));
    }
    case identity::SignIn::Outcome::kRefused:
      return Problem(401, "sign-in-required", "That is not right, or it was used already.");
    case identity::SignIn::Outcome::kDone:
      break;
  }
  JsonWriter json;
  const auto list = call.services.deals.Peek();
  WriteSession(json, sign_in.principal, LogOf(list));
  Response response = JsonResponse(json);
  response.Set("Set-Cookie", SessionCookieOf(call, sign_in));
  response.Set("Cache-Control", "no-store");
  return response;
}

Result<Response> SignInWithPassword(Call& call) {
  BodyInput body(call.request);
  const std::string email = body.RequiredText("email", 1, 254);
  const std::string password = body.RequiredText("password", 1, kLongestPassword);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(
      const identity::SignIn sign_in,
      call.services.accounts.WithPassword(email, password, call.request.remote_address, call.now));
  return Answer(call, sign_in);
}

Result<Response> SignInWithLink(Call& call) {
  BodyInput body(call.request);
  const std::string token = body.RequiredText("token", 1, 200);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(
      const identity::SignIn sign_in,
      call.services.accounts.WithLink(token, call.request.remote_address, call.now));
  return Answer(call, sign_in);
}

Result<Response> SignOut(Call& call) {
  if (!call.user().token_id) {
    RI_RETURN_IF_ERROR(call.services.accounts.SignOut(call.user()));
  }
  call.services.forget_sign_ins();
  Response response = NoContent();
  return std::move(response.Set("Set-Cookie", SessionCookie(call, "", 0)));
}

Result<Response> SetPassword(Call& call) {
  BodyInput body(call.request);
  const auto current = body.Text("current_password", 0, kLongestPassword);
  const std::string password = body.RequiredText("new_password", 12, kLongestPassword);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  if (call.user().token_id) {
    return Problem(403, "forbidden", "A token cannot set a password.");
  }
  const Status done = call.services.accounts.SetPassword(call.user(), current, password, call.now);
  call.services.forget_sign_ins();
  if (!done && done.error().code() == ErrorCode::kRefused) {
    return Problem(403, "forbidden", done.error().message());
  }
  RI_RETURN_IF_ERROR(done);
  return NoContent();
}

void WriteQuarters(JsonWriter& json, const domain::FiscalCalendar& calendar, domain::Date first,
                   domain::Date last) {
  json.BeginArray("quarters");
  domain::Quarter quarter = domain::Next(calendar.QuarterOf(last));
  for (int i = 0; i < kQuartersListed; ++i) {
    const domain::Period period = calendar.PeriodOf(quarter);
    if (period.end <= first) {
      break;
    }
    json.BeginObject().Field("name", domain::FormatQuarter(quarter));
    DateField(json, "begin", period.begin);
    DateField(json, "end", period.end);
    json.EndObject();
    quarter = domain::Previous(quarter);
  }
  json.EndArray();
}

/// Moment of the first fact about any deal.
std::optional<domain::Timestamp> FirstFact(const data::EventLog& log) {
  std::optional<std::int64_t> first;
  for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
    const auto events = log.events(data::EntityKind::kDeal, deal);
    if (!events.empty() && (!first || events.front().visible_time < *first)) {
      first = events.front().visible_time;
    }
  }
  return first ? std::optional(domain::TimestampFromMilliseconds(*first)) : std::nullopt;
}

Status WriteData(JsonWriter& json, Call& call) {
  RI_ASSIGN_OR_RETURN(const auto batches, call.services.workspace.store().Batches());
  RI_ASSIGN_OR_RETURN(const auto changes, call.services.workspace.store().AliasChanges());
  const bool has_model = !changes.empty();
  std::optional<std::int64_t> newest;
  for (const data::Batch& batch : batches) {
    newest = std::max(newest.value_or(batch.known_at), batch.known_at);
  }
  json.BeginObject("data")
      .Field("has_data", !batches.empty())
      .Field("has_model", has_model)
      .Field("imports", batches.size());
  TimeField(json, "newest_import", newest);
  TimeField(json, "now", std::optional(call.now));
  const auto list = batches.empty() || !has_model
                        ? nullptr
                        : call.services.deals.Get(std::nullopt, std::nullopt).value_or(nullptr);
  if (!list) {
    json.NullField("as_of_first")
        .NullField("as_of_last")
        .NullField("note")
        .NullField("reporting_currency")
        .NullField("current_quarter")
        .Field("open_deals", 0)
        .BeginArray("quarters")
        .EndArray()
        .EndObject();
    return {};
  }
  const book::DealBook& book = list->book();
  const auto sees = list->VisibilityFor(call.user().user);
  std::size_t open = 0;
  for (std::size_t i = 0; i < book.deals().size(); ++i) {
    open += sees.Sees(list->listed(i).owner) ? 1 : 0;
  }
  const auto first = FirstFact(*book.knowledge()->log);
  const domain::Date today = domain::DateOf(book.moment().as_of);
  TimeField(json, "as_of_first", first);
  TimeField(json, "as_of_last", std::optional(book.moment().as_of));
  json.TextOrNull("note", book.moment().note)
      .Field("reporting_currency", book.amounts().currency().code())
      .Field("current_quarter", domain::FormatQuarter(book.calendar().QuarterOf(today)))
      .Field("open_deals", open);
  WriteQuarters(json, book.calendar(), first ? domain::DateOf(*first) : today, today);
  json.EndObject();
  return {};
}

Result<Response> Meta(Call& call) {
  RI_ASSIGN_OR_RETURN(const bool first_start, call.services.accounts.IsFirstStart());
  JsonWriter json;
  json.BeginObject()
      .Field("version", call.services.version)
      .Field("signed_in", call.principal != nullptr)
      .Field("first_start", first_start)
      .BeginArray("sign_in_methods")
      .Value("password")
      .Value("link");
  if (call.services.openid != nullptr) {
    json.Value("oidc");
  }
  json.EndArray();
  json.TextOrNull("openid_label",
                  call.services.openid == nullptr ? "" : call.services.openid->settings().label);
  if (call.principal == nullptr || !call.user().permissions.Has(identity::Permission::kRead)) {
    json.NullField("data");
  } else {
    RI_RETURN_IF_ERROR(WriteData(json, call));
  }
  json.EndObject();
  return JsonResponse(json);
}

}  // namespace

std::string SessionCookieOf(const Call& call, const identity::SignIn& sign_in) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(sign_in.principal.expires_at - call.now);
  return SessionCookie(call, sign_in.session_token, seconds.count());
}

void WritePermissions(JsonWriter& json, std::string_view name, identity::Permissions permissions) {
  json.BeginArray(name);
  for (const std::string& permission : identity::NamesOf(permissions)) {
    json.Value(permission);
  }
  json.EndArray();
}

void WriteUser(JsonWriter& json, const data::StoredUser& user, const data::EventLog* log) {
  std::string rep_name;
  if (log != nullptr && user.rep_id) {
    if (const auto rep = log->Find(data::EntityKind::kRep, *user.rep_id)) {
      rep_name = book::NameAt(
          *log, data::EntityKind::kRep, *rep,
          domain::TimestampFromMilliseconds(std::numeric_limits<std::int64_t>::max() / 2));
    }
  }
  json.BeginObject()
      .Field("user_id", user.id)
      .Field("email", user.email)
      .Field("name", user.name)
      .Field("role", user.role)
      .Field("rep_id", user.rep_id)
      .TextOrNull("rep_name", rep_name)
      .Field("sees_all", user.sees_all)
      .Field("disabled", user.disabled)
      .Field("has_password", user.password_hash.has_value());
  TimeField(json, "created_at", std::optional(user.created_at));
  TimeField(json, "last_sign_in_at", user.last_sign_in_at);
  json.EndObject();
}

void AddSessionRoutes(Router& router) {
  router.Add(
      {.method = "GET", .pattern = "/api/v1/meta", .gate = Gate::kOpen, .handler = Handled(Meta)});
  router.Add({.method = "GET", .pattern = "/api/v1/session", .handler = [](Call& call) {
                JsonWriter json;
                const auto list = call.services.deals.Peek();
                WriteSession(json, call.user(), LogOf(list));
                return std::move(JsonResponse(json).Set("Cache-Control", "no-store"));
              }});
  router.Add({.method = "POST",
              .pattern = "/api/v1/session",
              .gate = Gate::kOpen,
              .handler = Handled(SignInWithPassword)});
  router.Add({.method = "DELETE", .pattern = "/api/v1/session", .handler = Handled(SignOut)});
  router.Add({.method = "POST",
              .pattern = "/api/v1/session/link",
              .gate = Gate::kOpen,
              .handler = Handled(SignInWithLink)});
  router.Add(
      {.method = "PUT", .pattern = "/api/v1/session/password", .handler = Handled(SetPassword)});
}

}  // namespace ri::api
