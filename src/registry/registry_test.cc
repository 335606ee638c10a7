#include "registry/registry.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

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
  Status Promote(const domain::ModelVersion& version, const std::string& alias = "champion") {
    return Registry(*store_).Promote({.alias = alias,
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

TEST_F(RegistryTest, GoesBackOneVersionAtATimeAndLogsEverything) {
  Registry registry(*store_);
  const domain::ModelVersion first = Add("{\"seed\":1}");
  const domain::ModelVersion second = Add("{\"seed\":2}");
  const domain::ModelVersion third = Add("{\"seed\":3}");
  for (const auto& version : {first, second, third, third}) {
    ASSERT_TRUE(Promote(version));
  }
  for (const auto& before : {second, first}) {
    const auto previous = registry.Previous("champion");
    ASSERT_TRUE(previous && previous->has_value());
    EXPECT_EQ(**previous, before);
    ASSERT_TRUE(Promote(**previous));
  }
  EXPECT_EQ(*registry.Previous("champion"), std::nullopt);
  EXPECT_EQ(**registry.Current("champion"), first);
  EXPECT_EQ(store_->AliasChanges()->size(), 6U);
}

TEST_F(RegistryTest, AliasesKnowNothingOfEachOther) {
  Registry registry(*store_);
  const domain::ModelVersion champion = Add("{\"seed\":1}");
  const domain::ModelVersion challenger = Add("{\"seed\":2}");
  ASSERT_TRUE(Promote(champion));
  ASSERT_TRUE(Promote(challenger, std::string(kChallenger)));
  EXPECT_EQ(**registry.Current(kChampion), champion);
  EXPECT_EQ(**registry.Current(kChallenger), challenger);
  EXPECT_EQ(*registry.Previous(kChampion), std::nullopt);
  EXPECT_EQ(*registry.Current("canary"), std::nullopt);
}

TEST_F(RegistryTest, AnAliasThatWasClearedPointsNowhereUntilItIsGivenAgain) {
  Registry registry(*store_);
  const domain::ModelVersion version = Add("{\"seed\":1}");
  const auto clear = [&] {
    return registry.Clear({.alias = "champion",
                           .version = {},
                           .at = domain::TimestampFromMilliseconds(++clock_),
                           .actor = "somebody",
                           .reason = "it was wrong"});
  };
  ASSERT_TRUE(clear());
  EXPECT_TRUE(store_->AliasChanges()->empty()) << "there was nothing to clear";
  ASSERT_TRUE(Promote(version));
  ASSERT_TRUE(clear());
  ASSERT_TRUE(clear());
  EXPECT_EQ(*registry.Current("champion"), std::nullopt);
  EXPECT_EQ(registry.Resolve("champion").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(*registry.Resolve(version.text()), version) << "the version itself stays";
  const std::vector<data::AliasChange> changes = *store_->AliasChanges();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes.back().actor, "somebody");
  EXPECT_EQ(changes.back().reason, "it was wrong");
  ASSERT_TRUE(Promote(version));
  EXPECT_EQ(**registry.Current("champion"), version);
  const domain::ModelVersion wrong = Add("{\"seed\":2}");
  ASSERT_TRUE(Promote(wrong));
  ASSERT_TRUE(clear());
  EXPECT_EQ(**registry.Previous("champion"), version) << "nobody wants back what was taken away";
}

TEST_F(RegistryTest, AsksForMoreDigitsWhereAPrefixFitsTwoVersions) {
  // Of so many versions two begin with the same four digits.
  std::map<std::string, std::string> manifests;
  std::string first;
  std::string second;
  for (int seed = 0; first.empty(); ++seed) {
    const std::string manifest = "{\"seed\":" + std::to_string(seed) + "}";
    const auto [entry, added] =
        manifests.emplace(VersionOf(manifest).text().substr(0, 4), manifest);
    if (!added) {
      first = entry->second;
      second = manifest;
    }
  }
  const domain::ModelVersion one = Add(first);
  Registry registry(*store_);
  const std::string prefix = one.text().substr(0, 4);
  EXPECT_EQ(*registry.Resolve(prefix), one);
  const domain::ModelVersion other = Add(second);
  EXPECT_EQ(registry.Resolve(prefix).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(*registry.Resolve(one.text()), one);
  EXPECT_EQ(*registry.Resolve(other.text()), other);
}

TEST_F(RegistryTest, CannotPromoteWhatDoesNotExist) {
  EXPECT_EQ(Promote(domain::ModelVersion("0123456789abcdef")).error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ri::registry
