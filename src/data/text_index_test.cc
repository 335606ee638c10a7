#include "data/text_index.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_map>

#include "base/random.h"

namespace ri::data {
namespace {

TEST(TextIndex, FindsWhatWasInsertedAndNothingElse) {
  base::RandomStream random(1, "text-index");
  TextIndex index;
  std::unordered_map<std::string, std::uint32_t> oracle;
  for (std::uint32_t id = 1; id <= 20000; ++id) {
    std::string text = "key-" + std::to_string(random.Below(15000));
    text.resize(random.Below(text.size() + 1));
    const auto found = index.Find(text);
    const auto expected = oracle.find(text);
    ASSERT_EQ(found.has_value(), expected != oracle.end()) << text;
    if (found.has_value()) {
      EXPECT_EQ(*found, expected->second);
    } else {
      index.Insert(text, id);
      oracle.emplace(text, id);
    }
  }
  EXPECT_EQ(index.size(), oracle.size());
  EXPECT_GT(oracle.size(), 1000U);
}

TEST(TextIndex, TakesTheEmptyTextAndZeroBytes) {
  TextIndex index;
  EXPECT_EQ(index.Find(""), std::nullopt);
  index.Insert("", 7);
  index.Insert(std::string_view("a\0b", 3), 8);
  EXPECT_EQ(index.Find(""), 7U);
  EXPECT_EQ(index.Find(std::string_view("a\0b", 3)), 8U);
  EXPECT_EQ(index.Find("a"), std::nullopt);
}

}  // namespace
}  // namespace ri::data
