// Reads mappings from TOML.

#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <utility>

#include "domain/date.h"
#include "domain/money.h"
#include "ingest/mapping.h"
#include "ingest/toml_reader.h"

namespace ri::ingest {
namespace {

Status ReadCondition(TomlReader& reader, std::string_view key, Condition& out) {
  RI_ASSIGN_OR_RETURN(const toml::table* table, reader.Table(key));
  if (table == nullptr) {
    return {};
  }
  for (const auto& [column, node] : *table) {
    std::vector<std::string> values;
    RI_RETURN_IF_ERROR(reader.TextsOf(node, column.str(), values));
    out.emplace_back(std::string(column.str()), std::move(values));
  }
  return {};
}

Result<ColumnRule> ReadColumnRule(const toml::node& node, const std::string& role,
                                  const std::string& file) {
  ColumnRule rule;
  rule.line = LineOf(node);
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    const toml::table none;
    const TomlReader reader(none, role, file);
    RI_RETURN_IF_ERROR(reader.TextsOf(node, role, rule.columns));
    return rule;
  }
  TomlReader reader(*table, role, file);
  RI_RETURN_IF_ERROR(reader.Texts("column", rule.columns));
  RI_RETURN_IF_ERROR(reader.Text("fixed", rule.fixed));
  RI_RETURN_IF_ERROR(reader.Flag("optional", rule.optional));
  RI_RETURN_IF_ERROR(reader.Flag("row_number", rule.row_number));
  RI_RETURN_IF_ERROR(reader.Number("scale", rule.scale));
  RI_RETURN_IF_ERROR(reader.Text("split", rule.split));
  std::string known;
  RI_RETURN_IF_ERROR(reader.Text("known", known));
  if (!known.empty() && known != "export" && known != "creation") {
    return reader.Wrong("known must be \"creation\" or \"export\".");
  }
  if (!known.empty()) {
    rule.at_export = known == "export";
  }
  RI_ASSIGN_OR_RETURN(const toml::table* lookup, reader.Table("lookup"));
  if (lookup != nullptr) {
    TomlReader inner(*lookup, "lookup", file);
    rule.lookup.emplace();
    RI_RETURN_IF_ERROR(inner.Text("file", rule.lookup->file));
    RI_RETURN_IF_ERROR(inner.Text("key", rule.lookup->key));
    RI_RETURN_IF_ERROR(inner.Text("value", rule.lookup->value));
    RI_RETURN_IF_ERROR(inner.Finish());
    if (rule.lookup->file.empty() || rule.lookup->key.empty() || rule.lookup->value.empty()) {
      return inner.Wrong("lookup needs file, key and value.");
    }
  }
  RI_RETURN_IF_ERROR(reader.Finish());
  if (rule.columns.empty() && rule.fixed.empty() && !rule.row_number) {
    return reader.Wrong(role + " needs column, fixed or row_number.");
  }
  return rule;
}

Status ReadColumns(TomlReader& reader, FileMapping& file) {
  RI_ASSIGN_OR_RETURN(const toml::table* columns, reader.Table("columns"));
  if (columns != nullptr) {
    const std::span<const Role> roles = RolesOf(file.noun);
    for (const auto& [key, node] : *columns) {
      const std::string name(key.str());
      const auto role = RoleFromName(name);
      if (!role || std::ranges::find(roles, *role) == roles.end()) {
        std::string known;
        for (const Role each : roles) {
          known += (known.empty() ? "" : ", ") + std::string(NameOf(each));
        }
        return reader.Wrong(node, "unknown key \"" + name + "\" in columns: a row of noun \"" +
                                      std::string(NameOf(file.noun)) + "\" can have " + known +
                                      ".");
      }
      RI_ASSIGN_OR_RETURN(file.columns[*role], ReadColumnRule(node, name, reader.file()));
    }
  }
  for (const Role role : RequiredRolesOf(file.noun)) {
    if (!file.columns.contains(role)) {
      return reader.Wrong("columns must say which column is \"" + std::string(NameOf(role)) +
                          "\".");
    }
  }
  return {};
}

Result<CustomType> CustomTypeFromName(const TomlReader& reader, const toml::node& node,
                                      const std::string& column) {
  static const std::map<std::string, CustomType> kTypes = {
      {"infer", CustomType::kInferred},    {"number", CustomType::kNumber},
      {"category", CustomType::kCategory}, {"flag", CustomType::kFlag},
      {"date", CustomType::kDate},         {"text", CustomType::kText}};
  const auto name = node.value_exact<std::string>();
  const auto found = name ? kTypes.find(*name) : kTypes.end();
  if (found == kTypes.end()) {
    return reader.Wrong(node, "custom column \"" + column +
                                  "\" must be infer, number, category, flag, date or text.");
  }
  return found->second;
}

Status ReadCustom(TomlReader& reader, FileMapping& file) {
  const toml::node* node = reader.Find("custom");
  if (node == nullptr) {
    return {};
  }
  if (const auto word = node->value_exact<std::string>()) {
    if (*word != "rest") {
      return reader.Wrong(*node, "custom must be \"rest\" or a table of columns and their types.");
    }
    file.custom.emplace_back("*", CustomType::kInferred);
    return {};
  }
  if (node->as_table() == nullptr) {
    return reader.Wrong(*node, "custom must be \"rest\" or a table of columns and their types.");
  }
  for (const auto& [key, type] : *node->as_table()) {
    const std::string column(key.str());
    RI_ASSIGN_OR_RETURN(const CustomType custom, CustomTypeFromName(reader, type, column));
    file.custom.emplace_back(column, custom);
  }
  // Exact names go before patterns, so that a pattern may cover the rest.
  std::ranges::stable_partition(file.custom, [](const auto& entry) {
    return entry.first.find_first_of("*?") == std::string::npos;
  });
  return {};
}

Status ReadClock(TomlReader& reader, FileMapping& file) {
  RI_ASSIGN_OR_RETURN(const toml::table* table, reader.Table("clock"));
  if (table == nullptr) {
    return {};
  }
  TomlReader inner(*table, "clock", reader.file());
  Clock clock;
  std::string order;
  std::string start;
  double days = 0;
  RI_RETURN_IF_ERROR(inner.Text("column", clock.column));
  RI_RETURN_IF_ERROR(inner.Text("order", order));
  RI_RETURN_IF_ERROR(inner.Text("start", start));
  RI_RETURN_IF_ERROR(inner.Number("origin", clock.origin));
  RI_RETURN_IF_ERROR(inner.Number("per_day", clock.per_day));
  RI_RETURN_IF_ERROR(inner.Number("days", days));
  RI_RETURN_IF_ERROR(inner.Finish());
  const auto begin = domain::ParseIsoDate(start);
  if (!begin) {
    return inner.Wrong("clock needs start = \"yyyy-mm-dd\".");
  }
  if (order == "rows") {
    clock.order = Clock::Order::kRows;
  } else if (order == "content") {
    clock.order = Clock::Order::kContent;
  } else if (!order.empty()) {
    return inner.Wrong("order must be \"rows\" or \"content\".");
  }
  if (order.empty() == clock.column.empty()) {
    return inner.Wrong("clock needs either column or order.");
  }
  if (clock.per_day <= 0 || (order == "content" && days < 1)) {
    return inner.Wrong("per_day must be above 0, and order = \"content\" needs days.");
  }
  clock.days = static_cast<std::int64_t>(days);
  clock.start_day = domain::DayNumber(*begin);
  file.clock = clock;
  return {};
}

bool CanEmit(std::string_view emit) {
  constexpr std::array<std::string_view, 9> kKnown = {"stage",
                                                      "owner",
                                                      "qualified",
                                                      "activity.meeting",
                                                      "activity.call",
                                                      "activity.task",
                                                      "activity.email_in",
                                                      "activity.email_out",
                                                      "activity.meeting_planned"};
  return std::ranges::find(kKnown, emit) != kKnown.end();
}

Status ReadRules(TomlReader& reader, FileMapping& file) {
  const toml::node* node = reader.Find("rule");
  if (node == nullptr) {
    return {};
  }
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    return reader.Wrong(*node, "rules are written as [[file.rule]].");
  }
  for (const toml::node& item : *list) {
    if (item.as_table() == nullptr) {
      return reader.Wrong(item, "rules are written as [[file.rule]].");
    }
    TomlReader inner(*item.as_table(), "rule", reader.file());
    LogRule rule;
    RI_RETURN_IF_ERROR(inner.Text("emit", rule.emit));
    RI_RETURN_IF_ERROR(inner.Text("from", rule.from));
    RI_RETURN_IF_ERROR(inner.Text("at", rule.at));
    RI_RETURN_IF_ERROR(inner.Flag("stop", rule.stop));
    RI_RETURN_IF_ERROR(ReadCondition(inner, "when", rule.when));
    RI_RETURN_IF_ERROR(inner.Finish());
    if (!CanEmit(rule.emit)) {
      return inner.Wrong("emit = \"" + rule.emit +
                         "\" is unknown; it can be stage, owner, qualified, activity.meeting, "
                         "activity.call, activity.task, activity.email_in, activity.email_out or "
                         "activity.meeting_planned.");
    }
    const bool needs_value =
        rule.emit == "stage" || rule.emit == "owner" || rule.emit == "activity.meeting_planned";
    if (needs_value == rule.from.empty()) {
      return inner.Wrong(needs_value ? "this rule needs from = the column with the value."
                                     : "this rule takes no value; remove from.");
    }
    file.rules.push_back(std::move(rule));
  }
  return {};
}

Status ReadValuesAndFields(TomlReader& reader, FileMapping& file) {
  RI_ASSIGN_OR_RETURN(const toml::table* values, reader.Table("values"));
  if (values != nullptr) {
    for (const auto& [column, node] : *values) {
      if (node.as_table() == nullptr) {
        return reader.Wrong(node, "values." + std::string(column.str()) + " must be a table.");
      }
      for (const auto& [from, to] : *node.as_table()) {
        const auto text = to.value_exact<std::string>();
        if (!text) {
          return reader.Wrong(to, "values must be texts in quotes.");
        }
        file.values[std::string(column.str())][std::string(from.str())] = *text;
      }
    }
  }
  RI_ASSIGN_OR_RETURN(const toml::table* fields, reader.Table("fields"));
  if (fields != nullptr) {
    for (const auto& [field, node] : *fields) {
      const auto name = node.value_exact<std::string>();
      const auto role = name ? RoleFromName(*name) : std::nullopt;
      if (!role) {
        return reader.Wrong(node, "fields must name a role of a deal, such as \"stage\".");
      }
      file.fields[std::string(field.str())] = *role;
    }
  }
  return {};
}

Result<FileMapping> ReadFile(const toml::table& table, const std::string& name) {
  TomlReader reader(table, "file", name);
  FileMapping file;
  file.line = LineOf(table);
  std::string noun;
  std::string delimiter;
  std::string created_when_missing;
  RI_RETURN_IF_ERROR(reader.Text("noun", noun));
  const auto known = NounFromName(noun);
  if (!known) {
    return reader.Wrong("noun = \"" + noun + "\" is unknown; say what a row is, such as \"deal\".");
  }
  file.noun = *known;
  RI_RETURN_IF_ERROR(reader.Texts("match", file.match));
  RI_RETURN_IF_ERROR(reader.Texts("headers", file.headers));
  RI_RETURN_IF_ERROR(reader.Text("delimiter", delimiter));
  RI_RETURN_IF_ERROR(reader.Texts("never_use", file.never_use));
  RI_RETURN_IF_ERROR(reader.Texts("ignore", file.ignore));
  RI_RETURN_IF_ERROR(reader.Texts("qualified_when", file.qualified_when));
  RI_RETURN_IF_ERROR(reader.Flag("optional", file.optional_columns));
  RI_RETURN_IF_ERROR(reader.Flag("footer", file.footer));
  std::string snapshot;
  RI_RETURN_IF_ERROR(reader.Text("snapshot", snapshot));
  if (!snapshot.empty() && (snapshot != "whole" || file.noun != Noun::kDeal)) {
    return reader.Wrong("snapshot can only be \"whole\", for deals.");
  }
  file.whole_table = !snapshot.empty();
  RI_RETURN_IF_ERROR(reader.Text("created_when_missing", created_when_missing));
  if (delimiter.size() > 1 || (!created_when_missing.empty() && created_when_missing != "export")) {
    return reader.Wrong(delimiter.size() > 1 ? "delimiter must be one character."
                                             : "created_when_missing must be \"export\".");
  }
  file.delimiter = delimiter.empty() ? '\0' : delimiter[0];
  file.created_at_export = !created_when_missing.empty();
  RI_RETURN_IF_ERROR(ReadColumns(reader, file));
  RI_ASSIGN_OR_RETURN(const toml::table* outcome, reader.Table("outcome"));
  if (outcome != nullptr) {
    TomlReader inner(*outcome, "outcome", name);
    RI_RETURN_IF_ERROR(inner.Texts("won", file.won));
    RI_RETURN_IF_ERROR(inner.Texts("lost", file.lost));
    RI_RETURN_IF_ERROR(inner.Texts("open", file.open));
    RI_RETURN_IF_ERROR(ReadCondition(inner, "open_when", file.open_when));
    RI_RETURN_IF_ERROR(inner.Finish());
  }
  RI_RETURN_IF_ERROR(ReadCustom(reader, file));
  RI_RETURN_IF_ERROR(ReadClock(reader, file));
  RI_RETURN_IF_ERROR(ReadRules(reader, file));
  RI_RETURN_IF_ERROR(ReadValuesAndFields(reader, file));
  RI_RETURN_IF_ERROR(ReadCondition(reader, "only", file.only));
  RI_RETURN_IF_ERROR(reader.Finish());
  const bool has_created = file.columns.contains(Role::kCreated) || file.clock.has_value();
  if (file.noun == Noun::kDeal && !has_created) {
    return reader.Wrong("deals need a creation time: columns.created, or a [file.clock].");
  }
  if (file.columns.contains(Role::kOutcome) && file.won.empty() && file.lost.empty() &&
      file.columns.at(Role::kOutcome).fixed.empty()) {
    return reader.Wrong("[file.outcome] must say which values mean won and lost.");
  }
  for (const auto& [role, rule] : file.columns) {
    for (const std::string& column : rule.columns) {
      if (MatchesAny(file.never_use, column)) {
        return reader.Wrong("column \"" + column + "\" is both used and in never_use.");
      }
    }
  }
  return file;
}

Result<Mapping> ReadMapping(const toml::table& table, const std::string& name) {
  TomlReader reader(table, "the mapping", name);
  Mapping mapping;
  std::string order;
  std::string decimal;
  std::string ids;
  RI_RETURN_IF_ERROR(reader.Text("name", mapping.name));
  RI_RETURN_IF_ERROR(reader.Text("currency", mapping.currency));
  RI_RETURN_IF_ERROR(reader.Text("date_order", order));
  RI_RETURN_IF_ERROR(reader.Text("decimal", decimal));
  RI_RETURN_IF_ERROR(reader.Text("ids", ids));
  if (table.contains("missing")) {
    RI_RETURN_IF_ERROR(reader.Texts("missing", mapping.missing));
  }
  if (mapping.name.empty()) {
    return reader.Wrong("name must say which source this is, for example name = \"our-crm\".");
  }
  if (!mapping.currency.empty() && !domain::Currency::FromCode(mapping.currency)) {
    return reader.Wrong("currency must be a three-letter code such as \"EUR\".");
  }
  if (order == "month_first") {
    mapping.date_order = DateOrder::kMonthFirst;
  } else if (order == "day_first") {
    mapping.date_order = DateOrder::kDayFirst;
  } else if (!order.empty()) {
    return reader.Wrong("date_order must be \"month_first\" or \"day_first\".");
  }
  if (decimal == "point") {
    mapping.decimal = DecimalMark::kPoint;
  } else if (decimal == "comma") {
    mapping.decimal = DecimalMark::kComma;
  } else if (!decimal.empty()) {
    return reader.Wrong("decimal must be \"point\" or \"comma\".");
  }
  if (ids == "salesforce") {
    mapping.ids = IdStyle::kSalesforce;
  } else if (!ids.empty()) {
    return reader.Wrong("ids must be \"salesforce\" or left out.");
  }
  const toml::node* files = reader.Find("file");
  const toml::array* list = files == nullptr ? nullptr : files->as_array();
  if (list == nullptr || list->empty()) {
    return reader.Wrong("a mapping needs at least one [[file]].");
  }
  for (const toml::node& item : *list) {
    if (item.as_table() == nullptr) {
      return reader.Wrong(item, "files are written as [[file]].");
    }
    RI_ASSIGN_OR_RETURN(FileMapping file, ReadFile(*item.as_table(), name));
    mapping.files.push_back(std::move(file));
  }
  RI_RETURN_IF_ERROR(reader.Finish());
  return mapping;
}

}  // namespace

Result<Mapping> ParseMapping(std::string_view text, const std::string& name) {
  try {
    const toml::table table = toml::parse(text);
    RI_ASSIGN_OR_RETURN(Mapping mapping, ReadMapping(table, name));
    mapping.text = std::string(text);
    return mapping;
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::kBadInput,
                name + " line " + std::to_string(error.source().begin.line) +
                    ": this is not TOML: " + std::string(error.description()) + ".");
  }
}

}  // namespace ri::ingest
