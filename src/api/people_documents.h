#pragma once

#include <string>

#include "api/call.h"

namespace ri::api {

/// The schema User. `log` may be null; then the name in the CRM is left out.
void WriteUser(JsonWriter& json, const data::StoredUser& user, const data::EventLog* log);
void WritePermissions(JsonWriter& json, std::string_view name, identity::Permissions permissions);

/// Set-Cookie for a sign-in that succeeded.
[[nodiscard]] std::string SessionCookieOf(const Call& call, const identity::SignIn& sign_in);

}  // namespace ri::api
