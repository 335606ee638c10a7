#include "data/open_store.h"

#include <gtest/gtest.h>

namespace ri::data {
namespace {

// Engines that answer with the text they were given.
Result<std::unique_ptr<Store>> EchoFile(std::string_view text) {
  return Fail(ErrorCode::kInternal, "file " + std::string(text));
}
Result<std::unique_ptr<Store>> EchoServer(std::string_view text) {
  return Fail(ErrorCode::kInternal, "server " + std::string(text));
}
constexpr Engine kEngines[] = {{"sqlite", false, EchoFile},
                               {"postgresql postgres", true, EchoServer}};

TEST(OpenStore, ChoosesTheEngineByScheme) {
  const auto opened = [](std::string_view url) { return OpenStore(url, kEngines).error(); };
  EXPECT_EQ(opened("sqlite:revint.db").message(), "file revint.db");
  EXPECT_EQ(opened("sqlite:/var/x.db").message(), "file /var/x.db");
  EXPECT_EQ(opened("sqlite:///var/x.db").message(), "file /var/x.db");
  EXPECT_EQ(opened("postgresql:///x").message(), "server postgresql:///x");
  EXPECT_EQ(opened("postgres://h/x").message(), "server postgres://h/x");
}

TEST(OpenStore, RefusesOtherUrlsWithoutRepeatingSecrets) {
  for (const std::string_view url : {"", "revint.db", "mysql://u:hunter2@h/x", "post:x", ":x"}) {
    const Error error = OpenStore(url, kEngines).error();
    EXPECT_EQ(error.code(), ErrorCode::kUsage) << url;
    EXPECT_EQ(error.message().find("hunter2"), std::string::npos);
    EXPECT_NE(error.message().find("sqlite"), std::string::npos);
  }
}

}  // namespace
}  // namespace ri::data
