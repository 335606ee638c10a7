#include "api/request_head.h"

#include <gtest/gtest.h>

#include "api/http_message.h"
#include "api/router.h"

namespace ri::api {
namespace {

std::string Head(const std::string& fields) {
  return "POST /a?b=c HTTP/1.1\r\nHost: example\r\n" + fields + "\r\n";
}

TEST(RequestHead, ReadsAPlainRequest) {
  const auto head = ReadRequestHead(Head("Content-Length: 12\r\nX-Word:  a b \r\n"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/a?b=c");
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_EQ(head->headers.back(), std::pair(std::string("x-word"), std::string("a b")));
}

TEST(RequestHead, RefusesWhatTwoReadersCouldReadInTwoWays) {
  for (const char* fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1, 1\r\n",
        "Content-Length: -1\r\n", "Content-Length: +1\r\n", "Content-Length: 1x\r\n",
        "Content-Length:\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Host: other\r\n", "X : y\r\n", " X: y\r\n",
        "X: a\r\n folded\r\n", "X: a\rb\r\n", "X: a\nb\r\n", ": y\r\n", "X\r\n", "X: \x01\r\n"}) {
    EXPECT_FALSE(ReadRequestHead(Head(fields))) << fields;
  }
}

TEST(RequestHead, RefusesOddRequestLines) {
  for (const char* line :
       {"GET / HTTP/2.0", "GET / HTTP/1.2", "GET / http/1.1", "get / HTTP/1.1", "GET /", "GET",
        " GET / HTTP/1.1", "GET  / HTTP/1.1", "GET / x HTTP/1.1", "GET http://x/ HTTP/1.1",
        "GET * HTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\xc3\xa4 HTTP/1.1"}) {
    EXPECT_FALSE(ReadRequestHead(std::string(line) + "\r\nHost: x\r\n\r\n")) << line;
  }
}

TEST(RequestHead, AsksForAHostExceptInHttp10) {
  EXPECT_FALSE(ReadRequestHead("GET / HTTP/1.1\r\n\r\n"));
  const auto old = ReadRequestHead("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(old);
  EXPECT_FALSE(old->keep_alive);
}

TEST(ParseTarget, DecodesPathAndQueryAndRefusesTheRest) {
  const auto parsed = ParseTarget("/deals/a%20b?x=1+2&y=%C3%A4&z");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->first, "/deals/a b");
  ASSERT_EQ(parsed->second.size(), 3U);
  EXPECT_EQ(parsed->second[0].second, "1 2");
  EXPECT_EQ(parsed->second[1].second, "\xc3\xa4");
  for (const char* target : {"", "x", "/%", "/%4", "/%zz", "/%00", "/a?b=%0a", "/%ff", "/a#b"}) {
    EXPECT_FALSE(ParseTarget(target)) << target;
  }
}

TEST(Router, PrefersWordsOverParametersAndKeepsEncodedSlashes) {
  Router router;
  router.Add({.method = "GET", .pattern = "/deals/{deal_id}"});
  router.Add({.method = "GET", .pattern = "/deals/summary"});
  EXPECT_EQ(router.Find("GET", "/deals/summary").route->pattern, "/deals/summary");
  EXPECT_EQ(router.Find("HEAD", "/deals/x").route->pattern, "/deals/{deal_id}");
  EXPECT_EQ(router.Find("GET", "/deals/").route, nullptr);
  EXPECT_EQ(router.Find("PUT", "/deals/x").allowed, "GET");
  const auto slashed = router.Find("GET", ParseTarget("/deals/a%2Fb")->first);
  ASSERT_NE(slashed.route, nullptr);
  EXPECT_EQ(slashed.parameters.front().second, "a/b");
}

}  // namespace
}  // namespace ri::api
