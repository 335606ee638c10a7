#include "features/data_spec.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "features/feature_engine.h"
#include "features/reason_sentence.h"

namespace ri::features {
namespace {

TEST(DataSpecification, PageInTheRepositoryIsTheOneTheCatalogueGives) {
  const std::string path = std::string(RI_SOURCE_DIR) + "/docs/data-spec.md";
  if (std::getenv("RI_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << DataSpecification();
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == DataSpecification())
      << "docs/data-spec.md differs from the catalogue; run this test once with RI_UPDATE_DOCS=1";
}

TEST(Catalogue, EveryTextIsFilledAndNamesAreUnique) {
  std::set<std::string> names;
  std::set<std::string> groups;
  for (const FeatureDefinition& feature : FullCatalogue()) {
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
    groups.insert(feature.group);
    for (const std::string* text :
         {&feature.unit, &feature.window, &feature.meaning, &feature.missing_rule,
          &feature.leak_note, &feature.sentence, &feature.group}) {
      EXPECT_FALSE(text->empty()) << feature.name;
    }
    const std::vector<std::string> labels = {"Quote", "Demo"};
    const bool category = feature.kind == FeatureKind::kCategory;
    for (const float value : {1.0F, 0.0F, 7.5F, -2.0F}) {
      const std::string sentence =
          ReasonSentence(feature, labels, category ? (value > 0 ? 1.0F : 0.0F) : value);
      EXPECT_EQ(sentence.find_first_of("{}|"), std::string::npos) << sentence;
      EXPECT_EQ(sentence.find("custom."), std::string::npos) << sentence;
      EXPECT_GE(sentence.size(), 8U) << feature.name;
    }
    EXPECT_TRUE(feature.meaning.ends_with('.')) << feature.name;
    EXPECT_LE(std::abs(feature.monotone), 1) << feature.name;
  }
  EXPECT_GE(groups.size(), 9U);
  EXPECT_LE(groups.size(), 12U);
}

}  // namespace
}  // namespace ri::features
