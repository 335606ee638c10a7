#include "service/watch_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/sha256.h"
#include "ingest/recognition.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Found {
  std::string path;
  std::string sha256;
  std::int64_t modified = 0;  ///< ms
  std::string table;          ///< what its rows are; of an archive, the archive's name
  bool is_new = false;
};

bool IsTemporary(const std::string& name) {
  constexpr std::array<std::string_view, 6> kEndings = {".part",    ".tmp",      ".crdownload",
                                                        ".partial", ".download", ".swp"};
  return name.starts_with('.') || name.starts_with("~$") ||
         std::ranges::any_of(kEndings,
                             [&name](std::string_view ending) { return name.ends_with(ending); });
}

bool IsTable(const std::string& name) {
  return ingest::MatchesAny(
      {"*.csv", "*.tsv", "*.txt", "*.csv.gz", "*.tsv.gz", "*.txt.gz", "*.xlsx", "*.zip"}, name);
}

Result<std::string> HashOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  base::Sha256 hash;
  std::vector<char> buffer(1U << 20U);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.Update(std::string_view(buffer.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (!file.eof()) {
    return Fail(ErrorCode::kBadInput, "The file " + path + " cannot be read.");
  }
  return base::ToHex(hash.Finish());
}

/// Content hashes of the files that were taken, in the database under the folder's own name.
class Manifest {
 public:
  [[nodiscard]] static Result<Manifest> Read(data::Store& store, const std::string& folder) {
    std::error_code failed;
    const fs::path whole = fs::weakly_canonical(folder, failed);
    Manifest manifest(store, "watched:" + (failed ? folder : whole.string()));
    RI_ASSIGN_OR_RETURN(const auto stored, store.Setting(manifest.name_));
    if (stored) {
      const Json document = Json::parse(*stored, nullptr, false);
      for (const auto& hash : document.is_array() ? document : Json::array()) {
        if (hash.is_string()) {
          manifest.taken_.insert(hash.get<std::string>());
        }
      }
    }
    return manifest;
  }
  [[nodiscard]] bool Has(const std::string& hash) const { return taken_.contains(hash); }
  Status Add(const std::vector<Found>& files) {
    for (const Found& file : files) {
      taken_.insert(file.sha256);
    }
    return store_->SetSetting(name_, Json(taken_).dump());
  }

 private:
  Manifest(data::Store& store, std::string name) : store_(&store), name_(std::move(name)) {}
  data::Store* store_;
  std::string name_;
  std::set<std::string> taken_;
};

Result<std::vector<Found>> Look(const fs::path& folder, const WatchRequest& request,
                                const Manifest& manifest, WatchReport& report) {
  std::vector<Found> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    struct stat facts{};
    if (!entry.is_regular_file(failed) || ::stat(entry.path().c_str(), &facts) != 0) {
      continue;
    }
    if (IsTemporary(name)) {
      report.waiting.push_back(entry.path().string());
      continue;
    }
    if (!IsTable(name)) {
      continue;
    }
    Found file{.path = entry.path().string()};
    file.modified = facts.st_mtim.tv_sec * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
    const std::int64_t now = domain::Milliseconds(request.import.now);
    if (facts.st_size == 0 || file.modified > now - request.settle_seconds * 1000) {
      report.waiting.push_back(file.path);
      continue;
    }
    RI_ASSIGN_OR_RETURN(file.sha256, HashOf(file.path));
    file.is_new = !manifest.Has(file.sha256);
    report.known_files += file.is_new ? 0 : 1;
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, [](const Found& left, const Found& right) {
    return std::tie(left.modified, left.path) < std::tie(right.modified, right.path);
  });
  std::ranges::sort(report.waiting);
  return files;
}

/// Says of each file which table of the export it is, so that two days of one table are told from
/// two tables of one day.
Status NameTables(std::vector<Found>& files, const ImportRequest& import) {
  std::vector<std::string> paths;
  for (const Found& file : files) {
    paths.push_back(file.path);
  }
  ingest::MappingChoice choice;
  choice.mapping_file = import.mapping_path.value_or("");
  choice.preset = import.preset;
  for (Found& file : files) {
    auto recognised = ingest::Recognise({file.path}, choice);
    if (!recognised) {
      file.table = file.path;  // the import says what is wrong with it
      continue;
    }
    for (const ingest::SourceFile& source : recognised->files) {
      file.table +=
          std::to_string(source.mapping->line) + std::string(NameOf(source.mapping->noun)) + ";";
    }
  }
  return {};
}

/// The new files in batches, each table at most once in each, with the newest known file of every
/// table that the batch lacks.
std::vector<std::vector<Found>> Batches(const std::vector<Found>& files) {
  std::vector<std::vector<Found>> batches;
  std::map<std::string, Found> newest;  // known ones, by table
  for (const Found& file : files) {
    if (!file.is_new) {
      newest.insert_or_assign(file.table, file);
      continue;
    }
    const auto same_table = [&file](const Found& other) { return other.table == file.table; };
    if (batches.empty() || std::ranges::any_of(batches.back(), same_table)) {
      batches.emplace_back();
    }
    batches.back().push_back(file);
  }
  std::map<std::string, Found> latest = newest;
  for (auto& batch : batches) {
    const std::vector<Found> fresh = batch;
    for (const auto& [table, file] : latest) {
      if (std::ranges::none_of(fresh, [&](const Found& own) { return own.table == table; })) {
        batch.push_back(file);
      }
    }
    for (const Found& file : fresh) {
      latest.insert_or_assign(file.table, file);
    }
  }
  return batches;
}

Status ImportFolder(book::Workspace& workspace, const WatchRequest& request, const fs::path& folder,
                    Manifest& manifest, WatchReport& report, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(std::vector<Found> files, Look(folder, request, manifest, report));
  if (std::ranges::none_of(files, &Found::is_new)) {
    return {};
  }
  RI_RETURN_IF_ERROR(NameTables(files, request.import));
  for (const std::vector<Found>& batch : Batches(files)) {
    ImportRequest import = request.import;
    import.paths.clear();
    std::int64_t known_at = 0;
    for (const Found& file : batch) {
      import.paths.push_back(file.path);
      known_at = std::max(known_at, file.is_new ? file.modified : 0);
    }
    import.known_at = domain::TimestampFromMilliseconds(known_at);
    RI_ASSIGN_OR_RETURN(ingest::ImportReport imported, ImportData(workspace, import, progress));
    report.imports.push_back(std::move(imported));
    if (!import.dry_run) {
      RI_RETURN_IF_ERROR(manifest.Add(batch));
    }
  }
  return {};
}

}  // namespace

Result<WatchReport> WatchFolder(book::Workspace& workspace, const WatchRequest& request,
                                base::Progress& progress) {
  std::error_code failed;
  if (!fs::is_directory(request.folder, failed)) {
    return Fail(ErrorCode::kNotFound, "There is no folder " + request.folder + " to watch.");
  }
  std::vector<fs::path> folders = {request.folder};
  for (const auto& entry : fs::directory_iterator(request.folder, failed)) {
    if (entry.is_directory(failed) && !entry.path().filename().string().starts_with('.')) {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin() + 1, folders.end());
  RI_ASSIGN_OR_RETURN(Manifest manifest, Manifest::Read(workspace.store(), request.folder));
  WatchReport report;
  for (const fs::path& folder : folders) {
    RI_RETURN_IF_ERROR(ImportFolder(workspace, request, folder, manifest, report, progress));
  }
  return report;
}

}  // namespace ri::service
