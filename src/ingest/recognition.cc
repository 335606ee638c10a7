#include "ingest/recognition.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "ingest/header.h"
#include "ingest/presets.h"

namespace ri::ingest {
namespace {

struct Candidate {
  std::string path;
  std::string member;
  std::string name;    ///< for patterns: without folder and .gz
  bool named = false;  ///< by the person, not found in a folder or an archive
  std::vector<std::string> header;
};

bool HasTableSuffix(const std::string& name) {
  return MatchesAny(
      {"*.csv", "*.tsv", "*.txt", "*.csv.gz", "*.tsv.gz", "*.txt.gz", "*.xlsx", "*.zip"}, name);
}

std::string NameForPatterns(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  if (MatchesPattern("*.gz", name)) {
    name.resize(name.size() - 3);
  }
  return name;
}

Status AddPath(const std::string& path, bool named, std::vector<Candidate>& out,
               std::vector<std::string>& skipped) {
  auto members = ListMembers(path);
  if (!members) {
    return std::unexpected(members.error());
  }
  for (const std::string& member : *members) {
    Candidate candidate{.path = path, .member = member, .named = named && members->size() == 1};
    candidate.name = member.empty() ? NameForPatterns(path) : NameForPatterns(member);
    auto rows = OpenRows(path, {.member = member});
    if (!rows && named && members->size() == 1) {
      return std::unexpected(rows.error());
    }
    if (!rows) {
      skipped.push_back(rows.error().ToString());
      continue;
    }
    candidate.header = (*rows)->facts().header;
    out.push_back(std::move(candidate));
  }
  return {};
}

Result<std::vector<Candidate>> Expand(const std::vector<std::string>& paths,
                                      std::vector<std::string>& skipped) {
  std::vector<Candidate> candidates;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      RI_RETURN_IF_ERROR(AddPath(path, true, candidates, skipped));
      continue;
    }
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file(error) && !name.starts_with('.') && HasTableSuffix(name)) {
        files.push_back(entry.path().string());
      }
    }
    if (files.empty()) {
      return Fail(ErrorCode::kBadInput,
                  "The folder " + path + " holds no .csv, .tsv, .txt, .gz, .xlsx or .zip file.");
    }
    std::ranges::sort(files);
    for (const std::string& file : files) {
      RI_RETURN_IF_ERROR(AddPath(file, false, candidates, skipped));
    }
  }
  std::ranges::stable_sort(candidates, [](const Candidate& left, const Candidate& right) {
    return std::tie(left.name, left.path, left.member) <
           std::tie(right.name, right.path, right.member);
  });
  return candidates;
}

/// "Record ID|hs_object_id" is there when either is.
bool HasEither(const std::vector<std::string>& header, std::string_view names) {
  for (;;) {
    const std::size_t bar = names.find('|');
    if (FindColumn(header, names.substr(0, bar)) < header.size()) {
      return true;
    }
    if (bar == std::string_view::npos) {
      return false;
    }
    names.remove_prefix(bar + 1);
  }
}

bool HasColumns(const std::vector<std::string>& header, const std::vector<std::string>& names) {
  return std::ranges::all_of(
      names, [&header](const std::string& name) { return HasEither(header, name); });
}

/// All columns that a file mapping cannot do without.
bool HasMappedColumns(const std::vector<std::string>& header, const FileMapping& file) {
  if (file.columns.empty()) {
    return false;
  }
  return std::ranges::all_of(file.columns, [&](const auto& entry) {
    const ColumnRule& rule = entry.second;
    return rule.columns.empty() || rule.optional ||
           std::ranges::any_of(rule.columns, [&header](const std::string& name) {
             return FindColumn(header, name) < header.size();
           });
  });
}

const FileMapping* FindMapping(const Mapping& mapping, const Candidate& candidate) {
  const auto by_name = [&candidate](const FileMapping& file) {
    return (file.match.empty() || MatchesAny(file.match, candidate.name)) &&
           HasColumns(candidate.header, file.headers);
  };
  const auto found = std::ranges::find_if(mapping.files, by_name);
  if (found != mapping.files.end()) {
    return &*found;
  }
  // A renamed file: its columns tell.
  const auto by_columns = std::ranges::find_if(mapping.files, [&](const FileMapping& file) {
    return HasColumns(candidate.header, file.headers) && HasMappedColumns(candidate.header, file);
  });
  if (by_columns != mapping.files.end()) {
    return &*by_columns;
  }
  return nullptr;
}

SourceFiles Assign(const Mapping& mapping, const std::vector<Candidate>& candidates) {
  SourceFiles files;
  for (const Candidate& candidate : candidates) {
    if (const FileMapping* file = FindMapping(mapping, candidate)) {
      files.push_back({candidate.path, candidate.member, candidate.name, file});
    }
  }
  return files;
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

Status CheckAssignment(const Mapping& mapping, const std::vector<Candidate>& candidates,
                       Recognition& result) {
  // `import exports/*.csv` names every file of a folder: what the CRM exported beside the known
  // objects is skipped then, as in the folder itself.
  const auto num_named = std::ranges::count_if(candidates, &Candidate::named);
  for (const Candidate& candidate : candidates) {
    const bool assigned = std::ranges::any_of(result.files, [&](const SourceFile& file) {
      return file.path == candidate.path && file.member == candidate.member;
    });
    if (assigned) {
      continue;
    }
    if (!candidate.named || (num_named > 1 && !result.files.empty())) {
      result.skipped.push_back(candidate.path + (candidate.member.empty() ? "" : "/") +
                               candidate.member);
      continue;
    }
    return Fail(ErrorCode::kBadInput, "The mapping " + mapping.name + " does not know " +
                                          candidate.path +
                                          ", whose columns are: " + Join(candidate.header) +
                                          ". Give it a [[file]] in the mapping.");
  }
  if (result.files.empty()) {
    return Fail(ErrorCode::kBadInput, "The mapping " + mapping.name + " knows none of the files.");
  }
  return {};
}

Result<Mapping> PickPreset(const std::vector<Candidate>& candidates, std::string& reason) {
  std::size_t best_files = 0;
  Result<Mapping> best = Fail(ErrorCode::kInternal, "no preset");
  for (const Preset& preset : Presets()) {
    RI_ASSIGN_OR_RETURN(Mapping mapping, LoadPreset(preset.name));
    const SourceFiles files = Assign(mapping, candidates);
    const auto useful = static_cast<std::size_t>(std::ranges::count_if(
        files, [](const SourceFile& file) { return file.mapping->noun != Noun::kIgnored; }));
    if (useful > best_files) {
      best_files = useful;
      reason = "The headers of " + std::to_string(useful) + " file" + (useful == 1 ? "" : "s") +
               " are those of a " + mapping.name + " export.";
      best = std::move(mapping);
    }
  }
  if (best_files == 0) {
    return Fail(ErrorCode::kBadInput,
                "No built-in preset knows this export; the columns of " + candidates.front().path +
                    " are: " + Join(candidates.front().header) +
                    ". Write a mapping file (inspect --write-mapping proposes one) and name it "
                    "with --mapping.");
  }
  return best;
}

}  // namespace

Result<Recognition> Recognise(const std::vector<std::string>& paths, const MappingChoice& choice) {
  if (paths.empty()) {
    return Fail(ErrorCode::kUsage, "Name at least one file or folder.");
  }
  Recognition result;
  RI_ASSIGN_OR_RETURN(const std::vector<Candidate> candidates, Expand(paths, result.skipped));
  if (candidates.empty()) {
    return Fail(ErrorCode::kBadInput, "None of the files can be read: " + Join(result.skipped));
  }
  Result<Mapping> mapping = Fail(ErrorCode::kInternal, "no mapping");
  if (!choice.mapping_file.empty()) {
    mapping = LoadMapping(choice.mapping_file);
    result.reason = "The mapping file " + choice.mapping_file + " was named.";
  } else if (choice.preset != "auto") {
    mapping = LoadPreset(choice.preset);
    result.reason = "The preset " + choice.preset + " was named.";
  } else {
    mapping = PickPreset(candidates, result.reason);
  }
  if (!mapping) {
    return std::unexpected(mapping.error());
  }
  if (choice.date_order != DateOrder::kUnknown) {
    mapping->date_order = choice.date_order;
  }
  result.mapping = std::make_shared<const Mapping>(*std::move(mapping));
  result.files = Assign(*result.mapping, candidates);
  RI_RETURN_IF_ERROR(CheckAssignment(*result.mapping, candidates, result));
  return result;
}

}  // namespace ri::ingest
