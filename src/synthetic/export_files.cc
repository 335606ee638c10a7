#include "synthetic/export_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, kExportFiles> kNames = {
    "Opportunity.csv",
    "OpportunityHistory.csv",
    "OpportunityFieldHistory.csv",
    "OpportunityContactRole.csv",
    "Task.csv",
    "Event.csv",
    "Account.csv",
    "Contact.csv",
    "User.csv",
    "UserRole.csv",
    "OpportunityStage.csv",
    "ForecastingQuota.csv",
    "Period.csv",
    "CurrencyType.csv",
    "DatedConversionRate.csv",
    "truth/deals.csv",
    "truth/snapshots.csv",
    "truth/duplicates.csv",
    "truth/interventions.csv",
    "truth/quarters.csv",
    "truth/directions.csv",
    "truth/parameters.json",
};
constexpr std::string_view kTemporarySuffix = ".partial";

}  // namespace

std::string_view FileName(ExportFile file) { return kNames[static_cast<std::size_t>(file)]; }

Result<ExportFolder> ExportFolder::Create(const std::string& folder) {
  if (folder.empty()) {
    return Fail(ErrorCode::kUsage, "Name the folder to write to.");
  }
  std::error_code error;
  fs::create_directories(fs::path(folder) / "truth", error);
  if (error) {
    return Fail(ErrorCode::kStorage,
                "Cannot create the folder " + folder + ": " + error.message() + ".");
  }
  if (fs::exists(fs::path(folder) / FileName(ExportFile::kOpportunity), error)) {
    return Fail(ErrorCode::kConflict, "The folder " + folder +
                                          " already holds an export. Name a new folder, or remove "
                                          "the old export first.");
  }
  return ExportFolder(folder);
}

ExportFolder::ExportFolder(ExportFolder&& other) noexcept
    : folder_(std::move(other.folder_)), outputs_(std::move(other.outputs_)) {
  other.outputs_.clear();
}

ExportFolder::~ExportFolder() { Discard(); }

void ExportFolder::Discard() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_[i].open) {
      outputs_[i].stream.close();
      std::error_code ignored;  // nothing better can be done while giving up
      fs::remove(PathOf(static_cast<ExportFile>(i), true), ignored);
    }
  }
  outputs_.clear();
}

std::string ExportFolder::PathOf(ExportFile file, bool temporary) const {
  std::string path = (fs::path(folder_) / FileName(file)).string();
  if (temporary) {
    path += kTemporarySuffix;
  }
  return path;
}

Status ExportFolder::Open(ExportFile file, std::string_view header_line) {
  Output& output = outputs_[static_cast<std::size_t>(file)];
  RI_ASSERT(!output.open);
  const std::string path = PathOf(file, true);
  output.stream.open(path, std::ios::binary | std::ios::trunc);
  if (!output.stream) {
    return Fail(ErrorCode::kStorage, "Cannot write " + path + ".");
  }
  output.open = true;
  output.stream << header_line;
  output.bytes = static_cast<std::int64_t>(header_line.size());
  return {};
}

Status ExportFolder::Append(const ExportBlock& block) {
  for (std::size_t i = 0; i < kExportFiles; ++i) {
    const std::string& text = block.text[i];
    if (text.empty()) {
      continue;
    }
    Output& output = outputs_[i];
    RI_ASSERT(output.open);
    output.stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!output.stream) {
      return Fail(ErrorCode::kStorage, "Writing " + PathOf(static_cast<ExportFile>(i), true) +
                                           " failed. Is the disk full?");
    }
    output.rows += block.rows[i];
    output.bytes += static_cast<std::int64_t>(text.size());
  }
  return {};
}

Result<std::vector<WrittenFile>> ExportFolder::Finish() {
  std::vector<WrittenFile> files;
  for (std::size_t i = 0; i < kExportFiles; ++i) {
    Output& output = outputs_[i];
    if (!output.open) {
      continue;
    }
    output.stream.close();
    if (!output.stream) {
      return Fail(ErrorCode::kStorage, "Writing " + PathOf(static_cast<ExportFile>(i), true) +
                                           " failed. Is the disk full?");
    }
  }
  // Opportunity.csv marks a whole export: it gets its name last.
  for (std::size_t i = kExportFiles; i-- > 0;) {
    Output& output = outputs_[i];
    if (!output.open) {
      continue;
    }
    const auto file = static_cast<ExportFile>(i);
    std::error_code error;
    fs::rename(PathOf(file, true), PathOf(file, false), error);
    if (error) {
      return Fail(ErrorCode::kStorage,
                  "Cannot rename " + PathOf(file, true) + ": " + error.message() + ".");
    }
    output.open = false;
    files.insert(files.begin(), {std::string(FileName(file)), output.rows, output.bytes});
  }
  return files;
}

}  // namespace ri::synthetic
