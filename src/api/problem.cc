#include "api/problem.h"

#include "api/json_writer.h"

namespace ri::api {
namespace {

std::string_view TitleOf(std::string_view code) {
  struct Entry {
    std::string_view code, title;
  };
  static constexpr Entry kTitles[] = {
      {"usage", "The request makes no sense"},
      {"bad-input", "What was sent is wrong"},
      {"not-found", "There is no such thing"},
      {"refused", "A check said no"},
      {"storage", "The database or the disk is not available"},
      {"conflict", "Somebody else changed or holds it"},
      {"cancelled", "The work was stopped"},
      {"internal", "A bug of ours"},
      {"sign-in-required", "Sign in first"},
      {"forbidden", "Not allowed"},
      {"csrf", "The page is out of date"},
      {"locked-out", "Too many failed attempts"},
      {"rate-limited", "Too many requests"},
      {"too-large", "Too large"},
      {"overloaded", "Too busy right now"},
      {"method-not-allowed", "This cannot be done here"},
      {"unsupported-media-type", "Sent in a form that is not understood"},
      {"timeout", "Took too long"},
  };
  for (const Entry& entry : kTitles) {
    if (entry.code == code) {
      return entry.title;
    }
  }
  return "Error";
}

}  // namespace

Response Problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<FieldError>& errors) {
  JsonWriter json;
  json.BeginObject()
      .Field("type", "/problems/" + std::string(code))
      .Field("title", TitleOf(code))
      .Field("status", status)
      .Field("code", code);
  if (!detail.empty()) {
    json.Field("detail", detail);
  }
  if (!errors.empty()) {
    json.BeginArray("errors");
    for (const FieldError& error : errors) {
      json.BeginObject().Field("where", error.where).Field("detail", error.detail).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  Response response = TextResponse(status, "application/problem+json", json.Take());
  response.Set("Cache-Control", "no-store");
  return response;
}

Response ProblemOf(const base::Error& error) {
  using base::ErrorCode;
  const std::string_view code = base::CodeName(error.code());
  switch (error.code()) {
    case ErrorCode::kUsage:
    case ErrorCode::kBadInput:
      return Problem(400, code, error.message());
    case ErrorCode::kNotFound:
      return Problem(404, code, error.message());
    case ErrorCode::kRefused:
      return Problem(422, code, error.message());
    case ErrorCode::kConflict:
      return Problem(409, code, error.message());
    case ErrorCode::kCancelled:
      return Problem(409, code, error.message());
    case ErrorCode::kStorage:
      return std::move(
          Problem(503, code, "The database cannot be reached right now. Try again in a moment.")
              .Set("Retry-After", "5"));
    case ErrorCode::kInternal:
      break;
  }
  return Problem(500, "internal", "Something that must not happen did. The log says more.");
}

}  // namespace ri::api
