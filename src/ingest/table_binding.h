#pragma once

/// A mapping applied to the header of one file: which cell is what, and how it is read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/row_source.h"

namespace ri::ingest {

/// A file of the import set and what the mapping says about it.
struct SourceFile {
  std::string path;
  std::string member;  ///< of an archive or workbook
  std::string name;    ///< for patterns and messages: without folder
  const FileMapping* mapping = nullptr;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using TextMap = std::unordered_map<std::string, std::string, TextHash, std::equal_to<>>;

/// Where one role's value comes from.
struct BoundRole {
  std::vector<std::size_t> columns;  ///< in order of preference
  const ColumnRule* rule = nullptr;  ///< null: the mapping does not name the role
  std::shared_ptr<const TextMap> lookup;
  DateOrder date_order = DateOrder::kUnknown;
};

struct BoundCustom {
  std::size_t column = 0;
  std::string name;                         ///< of the attribute
  CustomType type = CustomType::kCategory;  ///< never kInferred
  bool inferred = false;                    ///< nobody named the column: it is used if it may be
  DateOrder date_order = DateOrder::kUnknown;
};

/// `when` of a rule with column positions; a column the file lacks never matches.
struct BoundCondition {
  std::vector<std::pair<std::size_t, std::vector<std::string>>> terms;
  bool impossible = false;
};

struct TableBinding {
  const Mapping* mapping = nullptr;
  const FileMapping* file = nullptr;
  std::vector<std::string> header;
  std::array<BoundRole, kNumRoles> roles;
  std::vector<BoundCustom> custom;
  std::vector<const std::map<std::string, std::string>*> values;  ///< by column; may be null
  BoundCondition only;
  BoundCondition open_when;
  std::vector<BoundCondition> rule_conditions;
  std::vector<std::size_t> rule_from;  ///< column of LogRule::from; header.size() = none
  std::vector<BoundRole> rule_at;      ///< LogRule::at; the file's time when empty
  std::size_t clock_column = 0;
  MissingWords missing;
  std::vector<std::string> unused_columns;
  std::vector<std::string> warnings;

  [[nodiscard]] const BoundRole& role(Role role) const {
    return roles[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] bool has(Role r) const { return role(r).rule != nullptr; }
};

/// All files of the import set, for lookups.
using SourceFiles = std::vector<SourceFile>;

/// Binds a file. Reads its first rows to decide the order of dates and the types of custom columns.
/// kBadInput when a column that the mapping needs is missing, when dates can be read two ways, or
/// when a lookup's table is not among `all`.
[[nodiscard]] Result<TableBinding> BindTable(const Mapping& mapping, const SourceFile& file,
                                             const SourceFiles& all);

/// Position of a column, without regard to case; header.size() when there is none.
[[nodiscard]] std::size_t FindColumn(const std::vector<std::string>& header, std::string_view name);

}  // namespace ri::ingest
