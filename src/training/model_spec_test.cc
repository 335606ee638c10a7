#include "training/model_spec.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace ri::training {
namespace {

TEST(ModelSpecification, PageInTheRepositoryIsTheOneTheProgramGives) {
  const std::string path = std::string(RI_SOURCE_DIR) + "/docs/model-spec.md";
  if (std::getenv("RI_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << ModelSpecification();
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text == ModelSpecification())
      << "docs/model-spec.md differs from the program; run this test once with RI_UPDATE_DOCS=1";
}

TEST(ModelSpecification, NamesEveryGateOnce) {
  const std::string page = ModelSpecification();
  for (int gate = 1; gate <= 10; ++gate) {
    const std::string row = "\n| G" + std::to_string(gate) + " | ";
    const std::size_t at = page.find(row);
    ASSERT_NE(at, std::string::npos) << row;
    EXPECT_EQ(page.find(row, at + 1), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace ri::training
