#pragma once

/// Folders of small files for tests of the importer.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "domain/date.h"
#include "ingest/importer.h"
#include "ingest/recording_store.h"

namespace ri::ingest {

inline std::int64_t Milliseconds(int year, unsigned month, unsigned day) {
  return domain::Milliseconds(domain::StartOf(domain::MakeDate(year, month, day)));
}

class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "ri_import_" + info->test_suite_name() + "_" + info->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    options_.known_at = Milliseconds(2026, 1, 1);
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::remove(folder_ + ".toml");
  }

  std::string Write(const std::string& name, const std::string& content) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  /// Writes a mapping outside the imported folder and uses it.
  void UseMapping(const std::string& text) {
    const std::string path = folder_ + ".toml";
    std::ofstream(path, std::ios::binary) << text;
    options_.mapping.mapping_file = path;
  }
  Result<ImportReport> Import() { return ImportPaths(store_, {folder_}, options_, progress_); }
  Result<ImportReport> Import(const std::string& path) {
    return ImportPaths(store_, {path}, options_, progress_);
  }
  ImportReport MustImport() {
    auto report = Import();
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().ToString());
    return report ? *report : ImportReport{};
  }

  std::string folder_;
  RecordingStore store_;
  ImportOptions options_;
  base::Progress& progress_ = base::Progress::Silent();
};

}  // namespace ri::ingest
