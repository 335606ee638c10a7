#pragma once

/// The files of an export folder, written block by block in deal order.

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::synthetic {

enum class ExportFile : std::size_t {
  kOpportunity,
  kOpportunityHistory,
  kOpportunityFieldHistory,
  kOpportunityContactRole,
  kTask,
  kEvent,
  kAccount,
  kContact,
  kUser,
  kUserRole,
  kOpportunityStage,
  kForecastingQuota,
  kPeriod,
  kCurrencyType,
  kDatedConversionRate,
  kTruthDeals,
  kTruthSnapshots,
  kTruthDuplicates,
  kTruthInterventions,
  kTruthQuarters,
  kTruthDirections,
  kTruthParameters,
};
inline constexpr std::size_t kExportFiles = 22;

[[nodiscard]] std::string_view FileName(ExportFile file);

/// Text produced for every file by one block of deals.
struct ExportBlock {
  std::array<std::string, kExportFiles> text;
  std::array<std::int64_t, kExportFiles> rows{};

  [[nodiscard]] std::string& operator[](ExportFile file) {
    return text[static_cast<std::size_t>(file)];
  }
  void CountRow(ExportFile file) { ++rows[static_cast<std::size_t>(file)]; }
};

struct WrittenFile {
  std::string name;       ///< relative to the folder, "truth/deals.csv"
  std::int64_t rows = 0;  ///< without the header
  std::int64_t bytes = 0;
};

/// Writes under temporary names and renames at the end, so that a folder holds a whole export or
/// none. Destroying an unfinished set removes what was written. Thread safety: one thread.
class ExportFolder {
 public:
  /// Creates the folder. kConflict when it already holds an export; kStorage when it cannot be
  /// written.
  [[nodiscard]] static Result<ExportFolder> Create(const std::string& folder);
  ExportFolder(ExportFolder&& other) noexcept;
  ExportFolder& operator=(ExportFolder&&) = delete;
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;
  ~ExportFolder();

  /// Opens a file and writes its header line. A file never opened does not exist in the end.
  [[nodiscard]] Status Open(ExportFile file, std::string_view header_line);
  /// Appends the texts of a block to the open files. \pre texts of files not open are empty
  [[nodiscard]] Status Append(const ExportBlock& block);
  /// Closes and renames all; the list is in the order of ExportFile.
  [[nodiscard]] Result<std::vector<WrittenFile>> Finish();

 private:
  struct Output {
    std::ofstream stream;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    bool open = false;
  };
  explicit ExportFolder(std::string folder) : folder_(std::move(folder)), outputs_(kExportFiles) {}
  [[nodiscard]] std::string PathOf(ExportFile file, bool temporary) const;
  void Discard();

  std::string folder_;
  std::vector<Output> outputs_;
};

}  // namespace ri::synthetic
