#pragma once

/// What the columns of an export mean. A mapping is a TOML file; the presets are mappings that are
/// compiled in. docs: every key is described beside the field it fills.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ingest/date_parser.h"
#include "ingest/mapping_roles.h"
#include "ingest/value_parser.h"

namespace ri::ingest {

/// `lookup = { file = "products*", key = "product", value = "sales_price" }`: the cell is a key
/// into another table of the same import, and the value is what that table says.
struct Lookup {
  std::string file;  ///< name patterns with "|" between them
  std::string key;
  std::string value;
};

/// Where a value comes from: `owner = "Owner Name"`, `time = ["CompletedDateTime", "ActivityDate"]`
/// (the first that has a value), `currency = { fixed = "USD" }`,
/// `revenue = { column = "revenue", scale = 1e6 }`.
struct ColumnRule {
  std::vector<std::string> columns;
  std::string fixed;      ///< `fixed`: the same for every row
  bool optional = false;  ///< `optional`: the file may lack the columns
  /// `known = "export"`: the value changes over a deal's life and no history of it exists, so it is
  /// dated at the export and never used for an earlier moment. `known = "creation"`: it stands
  /// since the creation. Left out: export for stage, forecast category, probability and next step,
  /// and for a commit date that shares its column with the closing date; creation for the rest.
  std::optional<bool> at_export;
  double scale = 1;         ///< `scale`: numbers are multiplied by it
  bool row_number = false;  ///< `row_number = true`: no such column; the row's number serves as id
  std::optional<Lookup> lookup;
  /// `split = ";"`: the cell holds several keys with this between them; for the deal of an event
  /// log and for merged ids. A lookup then gives the values of all rows with the key.
  std::string split;
  int line = 0;  ///< of the mapping file, for messages
};

/// How the customer's own columns are read.
enum class CustomType {
  kInferred,  ///< "infer": decided from the first rows
  kNumber,
  kCategory,
  kFlag,
  kDate,
  kText,  ///< free text: kept for people, no feature
};

/// `[file.clock]`: a pseudo creation date for tables without any date. Days are counted from
/// `start`.
struct Clock {
  std::string column;  ///< a number that grows with time: day = floor((value - origin) / per_day)
  double origin = 0;
  double per_day = 1;  ///< units of the column, or rows, per day
  /// `order = "rows"`: without a column, the row's position; "content": days follow from a hash of
  /// the row, so that equal rows share a day and order means nothing.
  enum class Order { kColumn, kRows, kContent } order = Order::kColumn;
  std::int64_t days = 0;  ///< "content": number of days to spread the rows over
  std::int64_t start_day = 0;
};

/// `when = { activity = ["A_*"], lifecycle = ["COMPLETE"] }`: every named column has one of the
/// values; patterns with * and ?, without case.
using Condition = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// `[[file.rule]]` of an event log: rows that meet `when` emit something.
struct LogRule {
  std::string emit;  ///< "stage", "owner", "qualified", "activity.call", ...
  Condition when;
  std::string from;  ///< column with the value of "stage", "owner" or "activity.meeting_planned"
  std::string at;    ///< column with the time, if not the file's `time`
  bool stop = true;  ///< `stop = false`: later rules may match the same row too
};

struct FileMapping {
  Noun noun = Noun::kIgnored;
  std::vector<std::string> match;  ///< name patterns without folder and .gz; empty = any
  /// `headers`: columns the file must have to be recognised; "A|B" asks for either.
  std::vector<std::string> headers;
  char delimiter = '\0';  ///< forced, or \0
  std::map<Role, ColumnRule> columns;
  std::vector<std::string> won;  ///< `[file.outcome]`: values of the outcome column, no case
  std::vector<std::string> lost;
  std::vector<std::string> open;  ///< "*" = every other value
  /// `open_when = { "Close Date" = [""] }` under outcome: of the rows whose value means lost, those
  /// that meet it are still open. For columns that only say yes or "not yet".
  Condition open_when;
  /// Column name or pattern. "A|B" takes either column and calls it A.
  std::vector<std::pair<std::string, CustomType>> custom;
  std::vector<std::string> never_use;  ///< filled after the outcome: not imported at all
  std::vector<std::string> ignore;     ///< of no use: not imported, without a note
  /// `[file.values.COLUMN]`: replacement of cell texts; "" makes a value missing.
  std::map<std::string, std::map<std::string, std::string>> values;
  Condition only;  ///< rows that do not meet it are skipped
  std::optional<Clock> clock;
  std::vector<LogRule> rules;
  /// `[file.fields]` of a field history: name in the Field column -> role of the deal.
  std::map<std::string, Role> fields;
  std::vector<std::string> qualified_when;  ///< stages whose first occurrence qualifies the deal
  bool created_at_export = false;           ///< `created_when_missing = "export"`
  /// `footer = true`: rows of one cell are remarks of a report, those that begin with "Total" its
  /// sums; both are skipped.
  bool footer = false;
  /// `snapshot = "whole"`: every export holds all deals; one that it no longer has was deleted.
  bool whole_table = false;
  bool optional_columns = false;  ///< `optional = true`: the file may lack any but required ones
  int line = 0;
};

/// How keys of the CRM are compared.
enum class IdStyle {
  kAsIs,
  kSalesforce,  ///< 15 and 18 characters name the same record
};

struct Mapping {
  std::string name;      ///< the source: "maven-crm"
  std::string currency;  ///< of money without a currency column; empty = not known
  DateOrder date_order = DateOrder::kUnknown;
  DecimalMark decimal = DecimalMark::kInferred;
  IdStyle ids = IdStyle::kAsIs;
  std::vector<std::string> missing = {"N/A", "#N/A", "null", "-"};
  std::vector<FileMapping> files;
  std::string text;  ///< the TOML it was read from
};

/// Reads a mapping. `name` is the file's name, for messages. kBadInput names key and line of what
/// is unknown or contradictory.
[[nodiscard]] Result<Mapping> ParseMapping(std::string_view text, const std::string& name);
[[nodiscard]] Result<Mapping> LoadMapping(const std::string& path);

/// Shell-like comparison with * and ?, without regard to ASCII case.
[[nodiscard]] bool MatchesPattern(std::string_view pattern, std::string_view text);
/// True when any pattern matches.
[[nodiscard]] bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace ri::ingest
