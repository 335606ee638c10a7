#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "area_table.h"
#include "rules.h"
#include "source_tree.h"

namespace ri::architecture {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Architecture, TheSourcesKeepTheRules) {
  const Result<SourceTree> tree = ReadSourceTree(RI_SOURCE_DIR);
  ASSERT_TRUE(tree.has_value()) << tree.error().ToString();
  for (const std::string& violation : FindViolations(*tree)) {
    ADD_FAILURE() << violation;
  }
}

TEST(Architecture, TheDocumentedTableOfAreasIsTrue) {
  const Result<SourceTree> tree = ReadSourceTree(RI_SOURCE_DIR);
  ASSERT_TRUE(tree.has_value()) << tree.error().ToString();
  std::ifstream file(fs::path(RI_SOURCE_DIR) / "docs/architecture.md");
  const std::string markdown(std::istreambuf_iterator<char>(file), {});
  for (const std::string& difference : CompareAreaTable(*tree, markdown)) {
    ADD_FAILURE() << "docs/architecture.md: " << difference;
  }
}

TEST(Architecture, TheReaderSeesTheWholeTree) {
  const Result<SourceTree> tree = ReadSourceTree(RI_SOURCE_DIR);
  ASSERT_TRUE(tree.has_value()) << tree.error().ToString();
  EXPECT_EQ(tree->areas.front().folder, "base");
  EXPECT_EQ(AreaOf(*tree, "data/sqlite/x.h"), "data/sqlite");
  EXPECT_EQ(AreaOf(*tree, "data/store.h"), "data");
  const auto result_header = std::ranges::find(tree->files, "src/base/result.h", &SourceFile::path);
  ASSERT_NE(result_header, tree->files.end());
  EXPECT_EQ(result_header->area, "base");
  EXPECT_TRUE(result_header->is_header);
  EXPECT_NE(
      std::ranges::find(tree->files, "tests/architecture/architecture_test.cc", &SourceFile::path),
      tree->files.end());
}

/// A small tree of three areas that keeps every rule, to which each test adds one wrong thing.
class PlantedTree : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) /
            ("architecture-" +
             std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    Write("CMakeLists.txt",
          "foreach(area IN ITEMS\n    base data data/sqlite\n    models)\nendforeach()\n");
    Write("src/base/CMakeLists.txt", "ri_library(NAME base SRCS a.cc)\n");
    Write("src/base/a.h", "#pragma once\n#include <vector>\n");
    Write("src/data/CMakeLists.txt",
          "ri_library(NAME data  # events\n  SRCS b.cc\n  DEPS ri::base LIBS fmt::fmt)\n"
          "ri_test(data SRCS b_test.cc LIBS ri::models)\n");
    Write("src/data/b.cc", "#include \"base/a.h\"\n#include <fmt/format.h>\n");
    Write("src/data/b_test.cc", "#include \"models/c.h\"\n");
    Write("src/data/sqlite/CMakeLists.txt",
          "ri_library(NAME data_sqlite SRCS d.cc DEPS ri::data)\n");
    Write("src/models/CMakeLists.txt", "ri_library(NAME models SRCS c.cc DEPS ri::data_sqlite)\n");
    Write("src/models/c.h", "#pragma once\n");
    Write("apps/revint/main.cc", "#include \"models/c.h\"\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  std::vector<std::string> Violations() {
    const Result<SourceTree> tree = ReadSourceTree(root_);
    return tree ? FindViolations(*tree) : std::vector{tree.error().ToString()};
  }

  fs::path root_;
};

TEST_F(PlantedTree, IsCleanToBeginWith) { EXPECT_THAT(Violations(), IsEmpty()); }

TEST_F(PlantedTree, IncludeOfAnAreaAboveIsFound) {
  Write("src/base/a.cc", "// first\n  #  include \"data/b.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/base/a.cc:2: 'base' may not use 'data'")));
}

TEST_F(PlantedTree, IncludeOfANestedAreaFromItsParentIsFound) {
  Write("src/data/b.cc", "#include \"data/sqlite/d.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'data' may not use 'data/sqlite'")));
}

TEST_F(PlantedTree, IncludeOfAnUndeclaredAreaBelowIsFoundEvenIfADependencyUsesIt) {
  Write("src/models/c.cc", "#include \"data/b.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'models' uses 'data' without saying so")));
}

TEST_F(PlantedTree, ADeclarationDoesNotMakeTheWrongDirectionRight) {
  Write("src/base/CMakeLists.txt", "ri_library(NAME base SRCS a.cc DEPS ri::models)\n");
  Write("src/base/a.cc", "#include \"models/c.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'base' may not use 'models'")));
}

TEST_F(PlantedTree, WhatOnlyTestsMayUseIsFoundInOtherCode) {
  Write("src/data/b.cc", "#include \"models/c.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'data' may not use 'models'")));
}

TEST_F(PlantedTree, QuotedIncludeThatIsNoAreaPathIsFound) {
  Write("src/data/b.cc", "#include \"b.h\"\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("\"b.h\" is not the path of a file of an area")));
}

TEST_F(PlantedTree, LibraryInAHeaderIsFound) {
  Write("src/models/c.h", "#pragma once\n#include <Eigen/Dense>\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/models/c.h:2: <Eigen/Dense> in a header")));
}

TEST_F(PlantedTree, LibraryOutsideItsAdapterIsFound) {
  Write("src/data/b.cc",
        "#include <sqlite3.h>\n#include <libpq-fe.h>\n#include <xgboost/c_api.h>\n");
  EXPECT_THAT(Violations(),
              ElementsAre(HasSubstr("<sqlite3.h> belongs to its adapter only"),
                          HasSubstr("<libpq-fe.h> belongs to its adapter only"),
                          HasSubstr("<xgboost/c_api.h> belongs to its adapter only")));
}

TEST_F(PlantedTree, LibraryInItsAdapterIsFine) {
  Write("src/data/sqlite/d.h", "#pragma once\n#include <sqlite3.h>\n");
  Write("src/models/c.cc", "#include <xgboost/c_api.h>\n");
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(PlantedTree, JsonMayStandInAHeaderThatIsAboutJson) {
  Write("src/models/json_document.h", "#pragma once\n#include <nlohmann/json.hpp>\n");
  EXPECT_THAT(Violations(), IsEmpty());
  Write("src/models/document.h", "#pragma once\n#include <nlohmann/json.hpp>\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/models/document.h:2")));
}

TEST_F(PlantedTree, SourcesOfATestAreTestCode) {
  Write("src/models/CMakeLists.txt",
        "ri_library(NAME models SRCS c.cc DEPS ri::data_sqlite)\n"
        "ri_test(models SRCS c_test.cc sample.cc ../data/oracle.cc)\n");
  Write("src/models/sample.h", "#pragma once\n#include <Eigen/Dense>\n");
  Write("src/data/oracle.cc", "#include <xgboost/c_api.h>\n");
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(PlantedTree, FileFormatInAPureAreaIsFound) {
  Write("src/base/a.cc", "#include <nlohmann/json.hpp>\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'base' knows no file formats")));
}

TEST_F(PlantedTree, LongFileIsFound) {
  std::string text;
  for (std::size_t line = 0; line < kMostLines; ++line) {
    text += "// line\n";
  }
  Write("src/base/a.cc", text);
  EXPECT_THAT(Violations(), IsEmpty());
  Write("src/base/a.cc", text + "// one more\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/base/a.cc: 501 lines")));
}

TEST_F(PlantedTree, HeaderWithoutPragmaOnceIsFound) {
  Write("src/models/c.h", "struct C;\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/models/c.h: a header begins with")));
}

TEST_F(PlantedTree, EmptyNamesAreFound) {
  Write("src/base/utils.cc", "");
  Write("src/models/common/e.cc", "");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("'utils.cc' says nothing"),
                                        HasSubstr("'common' says nothing")));
}

TEST_F(PlantedTree, FolderOutsideEveryAreaIsFound) {
  Write("src/extra/e.cc", "");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/extra/e.cc: is in no area")));
}

TEST_F(PlantedTree, AreaWithoutDeclarationIsFound) {
  fs::remove(root_ / "src/models/CMakeLists.txt");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("src/models/CMakeLists.txt has no ri_library")));
}

TEST_F(PlantedTree, WrongRowsOfTheDocumentedTableAreFound) {
  const Result<SourceTree> tree = ReadSourceTree(root_);
  ASSERT_TRUE(tree.has_value());
  EXPECT_THAT(CompareAreaTable(*tree,
                               "| area | holds | uses |\n| `base` | values | |\n"
                               "| `data` | events | `base` |\n"
                               "| `data/sqlite` | engine | `data` |\n"
                               "| `models` | trees | `data/sqlite` |\n"),
              IsEmpty());
  EXPECT_THAT(CompareAreaTable(*tree,
                               "| `data` | events | `base`, `models` |\n| `base` | values | |\n"
                               "| `models` | trees | `data/sqlite` |\n"),
              ElementsAre(HasSubstr("`data` is not in the order"),
                          HasSubstr("`data` uses `base`; the row says otherwise"),
                          HasSubstr("no row for `data/sqlite`")));
}

TEST_F(PlantedTree, DependencyThatIsNoAreaIsFound) {
  Write("src/models/CMakeLists.txt", "ri_library(NAME models SRCS c.cc DEPS ri::scores)\n");
  EXPECT_THAT(Violations(), ElementsAre(HasSubstr("ri::scores is no area")));
}

}  // namespace
}  // namespace ri::architecture
