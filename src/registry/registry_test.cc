#include "registry/registry.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "data/sqlite/sqlite_store.h"

namespace ri::registry {
namespace {

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "registry-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    auto store = data::sqlite::Open(folder_ + "/registry.db");
    ASSERT_TRUE(store) << store.error().ToString();
    store_ = *std::move(store);
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  domain::ModelVersion Add(const std::string& manifest) {
    Registry registry(*store_);
    auto version = registry.Register({.manifest = manifest, .evaluation = "{}", .artifact = "{}"});
    EXPECT_TRUE(version) << version.error().ToString();
    return *version;
  }
  Status Promote(const domain::ModelVersion& version) {
    return Registry(*store_).Promote({.alias = "champion",
                                      .version = version,
                                      .at = domain::TimestampFromMilliseconds(++clock_),
                                      .actor = "test",
                                      .reason = "test"});
  }

  std::string folder_;
  std::unique_ptr<data::Store> store_;
  std::int64_t clock_ = 0;
};

TEST_F(RegistryTest, AVersionIsTheHashOfItsManifest) {
  const domain::ModelVersion version = Add("{\"seed\":1}");
  EXPECT_EQ(version, VersionOf("{\"seed\":1}"));
  EXPECT_EQ(version.text().size(), 16U);
  EXPECT_EQ(Add("{\"seed\":1}"), version) << "the same again is the same version";
  EXPECT_NE(Add("{\"seed\":2}"), version);
}

TEST_F(RegistryTest, AModelJudgedAgainKeepsWhatItWasRegisteredWith) {
  Registry registry(*store_);
  const domain::ModelVersion version = Add("{\"seed\":1}");
  const auto again = registry.Register(
      {.manifest = "{\"seed\":1}", .evaluation = "{\"champion\":\"x\"}", .artifact = "{}"});
  ASSERT_TRUE(again) << again.error().ToString();
  EXPECT_EQ(*again, version);
  EXPECT_EQ(store_->Model(version.text())->evaluation, "{}");
  const auto other =
      registry.Register({.manifest = "{\"seed\":1}", .evaluation = "{}", .artifact = "[]"});
  EXPECT_EQ(other.error().code(), ErrorCode::kConflict) << "another model under the same inputs";
}

TEST_F(RegistryTest, ResolvesAliasesVersionsAndPrefixes) {
  const domain::ModelVersion version = Add("{\"seed\":1}");
  Registry registry(*store_);
  EXPECT_EQ(registry.Resolve("champion").error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(Promote(version));
  EXPECT_EQ(*registry.Resolve("champion"), version);
  EXPECT_EQ(*registry.Resolve(version.text()), version);
  EXPECT_EQ(*registry.Resolve(version.text().substr(0, 5)), version);
  EXPECT_EQ(registry.Resolve(version.text().substr(0, 2)).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(registry.Resolve("zzzz").error().code(), ErrorCode::kNotFound);
}

TEST_F(RegistryTest, RollsBackOneVersionAtATimeAndLogsEverything) {
  Registry registry(*store_);
  const domain::ModelVersion first = Add("{\"seed\":1}");
  const domain::ModelVersion second = Add("{\"seed\":2}");
  const domain::ModelVersion third = Add("{\"seed\":3}");
  for (const auto& version : {first, second, third}) {
    ASSERT_TRUE(Promote(version));
  }
  const auto roll_back = [&] {
    return registry.Rollback("champion", domain::TimestampFromMilliseconds(++clock_), "test",
                             "worse");
  };
  EXPECT_EQ(*roll_back(), second);
  EXPECT_EQ(*roll_back(), first);
  EXPECT_EQ(roll_back().error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(**registry.Current("champion"), first);
  EXPECT_EQ(store_->AliasChanges()->size(), 5U);
}

TEST_F(RegistryTest, CannotPromoteWhatDoesNotExist) {
  EXPECT_EQ(Promote(domain::ModelVersion("0123456789abcdef")).error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ri::registry
