#include "api/language.h"

#include <gtest/gtest.h>

#include "api/response_headers.h"

namespace ri::api {
namespace {

Request Asking(const std::string& accepted) {
  Request request{.method = "GET", .path = "/api/v1/deals"};
  if (!accepted.empty()) {
    request.headers.emplace_back("accept-language", accepted);
  }
  return request;
}

std::string_view TagFor(const std::string& accepted) {
  return LanguageTag(LanguageOf(Asking(accepted)));
}

TEST(Language, IsTheHeaviestThatThereIs) {
  EXPECT_EQ(TagFor("de"), "de");
  EXPECT_EQ(TagFor("DE-at, en;q=0.5"), "de");
  EXPECT_EQ(TagFor("en-GB,en;q=0.9,de;q=0.8"), "en");
  EXPECT_EQ(TagFor("en;q=0.4 , de ; q=0.8"), "de");
  EXPECT_EQ(TagFor("fr-FR, de;q=0.3"), "de");
  EXPECT_EQ(TagFor("de, en"), "de");
}

TEST(Language, IsEnglishWhereNothingElseCanBeHad) {
  EXPECT_EQ(TagFor(""), "en");
  EXPECT_EQ(TagFor("fr, *;q=0.1"), "en");
  EXPECT_EQ(TagFor("de;q=0"), "en");
  EXPECT_EQ(TagFor(",;q=,de;q=x,;;"), "en");
  EXPECT_EQ(TagFor("deu"), "en");
}

TEST(Language, IsNamedInTheAnswerAndKeptApartByCaches) {
  for (const char* language : {"en", "de"}) {
    Request request = Asking(language);
    Response response = TextResponse(200, "application/json", std::string("{\"a\": 1}"));
    FinishResponse(request, response);
    std::string named, vary, etag;
    for (const auto& [name, value] : response.headers) {
      named = name == "Content-Language" ? value : named;
      vary = name == "Vary" ? value : vary;
      etag = name == "ETag" ? value : etag;
    }
    EXPECT_EQ(named, language);
    EXPECT_NE(vary.find("Accept-Language"), std::string::npos);
    // The same on an answer without a body, which a cache takes its rules from as well.
    request.headers.emplace_back("if-none-match", etag);
    Response again = TextResponse(200, "application/json", std::string("{\"a\": 1}"));
    FinishResponse(request, again);
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.Has("Vary"));
  }
}

}  // namespace
}  // namespace ri::api
