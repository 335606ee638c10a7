#include "api/call.h"

#include <algorithm>
#include <charconv>

namespace ri::api {

const std::string& Call::Path(std::string_view name) const {
  static const std::string kEmpty;
  const auto found = std::ranges::find(parameters, name, [](const auto& p) { return p.first; });
  return found == parameters.end() ? kEmpty : found->second;
}

std::int64_t Call::PathNumber(std::string_view name) const {
  const std::string& text = Path(name);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number > 0 ? number
                                                                                           : 0;
}

Response JsonResponse(int status, JsonWriter& json) {
  return TextResponse(status, "application/json", json.Take());
}

Response NoContent() {
  Response response;
  response.status = 204;
  return response;
}

void TimeField(JsonWriter& json, std::string_view name,
               const std::optional<domain::Timestamp>& time) {
  json.Key(name);
  time ? json.Value(domain::FormatTimestamp(*time)) : json.Null();
}

void TimeField(JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& ms) {
  TimeField(json, name, ms ? std::optional(domain::TimestampFromMilliseconds(*ms)) : std::nullopt);
}

void DateField(JsonWriter& json, std::string_view name, const std::optional<domain::Date>& date) {
  json.Key(name);
  date ? json.Value(domain::FormatDate(*date)) : json.Null();
}

}  // namespace ri::api
