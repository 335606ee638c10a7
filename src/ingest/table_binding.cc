#include "ingest/table_binding.h"

#include <algorithm>
#include <utility>

#include "ingest/attribute_catalogue.h"
#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::size_t kSampleRows = 5000;
constexpr std::size_t kMaxLookupRows = 1'000'000;

constexpr std::array<Role, 9> kTimeRoles = {
    Role::kCreated,  Role::kClosed, Role::kCommitDate, Role::kModified,          Role::kTime,
    Role::kRecorded, Role::kBegin,  Role::kEnd,        Role::kPreviousCommitDate};

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

/// Text of a cell as the row reader will see it; empty = missing.
std::string_view SampleCell(const TableBinding& table, const Table& sample, std::size_t column,
                            std::size_t row) {
  std::string_view text = Trim(sample.columns[column][row]);
  if (const auto* map = table.values[column]) {
    if (const auto found = map->find(std::string(text)); found != map->end()) {
      text = found->second;
    }
  }
  return table.missing.Contains(text) ? std::string_view() : text;
}

/// "deals*|cases*" matches either.
bool MatchesEither(std::string_view patterns, std::string_view text) {
  for (;;) {
    const std::size_t bar = patterns.find('|');
    if (MatchesPattern(patterns.substr(0, bar), text)) {
      return true;
    }
    if (bar == std::string_view::npos) {
      return false;
    }
    patterns.remove_prefix(bar + 1);
  }
}

/// "A|B": the column may have either name.
bool NamesColumn(std::string_view names, std::string_view column) {
  for (;;) {
    const std::size_t bar = names.find('|');
    if (EqualsIgnoringCase(names.substr(0, bar), column)) {
      return true;
    }
    if (bar == std::string_view::npos) {
      return false;
    }
    names.remove_prefix(bar + 1);
  }
}

/// The Data Loader can write all names in capitals. The customer's own then get the usual spelling
/// back, so that a dialect does not make other columns of them: REGION__C is Region__c.
std::string UsualSpelling(const std::string& name) {
  if (!name.ends_with("__C")) {
    return name;
  }
  std::string usual;
  bool first = true;
  for (const char c : name.substr(0, name.size() - 3)) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (c >= 'a' && c <= 'z') {
      return name;
    }
    usual += capital && !first ? static_cast<char>(c - 'A' + 'a') : c;
    first = !capital && !(c >= '0' && c <= '9');
  }
  return usual + "__c";
}

class Binder {
 public:
  Binder(const Mapping& mapping, const SourceFile& source, const SourceFiles& all)
      : mapping_(mapping), source_(source), all_(all) {
    table_.mapping = &mapping;
    table_.file = source.mapping;
    table_.missing = MissingWords(mapping.missing);
  }

  Result<TableBinding> Run() {
    const FileMapping& file = *source_.mapping;
    RI_ASSIGN_OR_RETURN(sample_,
                        ReadTable(source_.path, kSampleRows,
                                  {.delimiter = file.delimiter, .member = source_.member}));
    table_.header = sample_.facts.header;
    used_.assign(table_.header.size(), false);
    table_.values.assign(table_.header.size(), nullptr);
    for (const auto& [column, values] : file.values) {
      if (const std::size_t at = Find(column); at < table_.header.size()) {
        table_.values[at] = &values;
      }
    }
    for (const auto& [role, rule] : file.columns) {
      RI_RETURN_IF_ERROR(BindRole(role, rule));
    }
    RI_RETURN_IF_ERROR(BindCustom());
    RI_RETURN_IF_ERROR(BindRules());
    if (file.clock && file.clock->order == Clock::Order::kColumn) {
      table_.clock_column = Find(file.clock->column);
      if (table_.clock_column == table_.header.size()) {
        return MissingColumn(file.clock->column, "the clock");
      }
      used_[table_.clock_column] = true;
    }
    for (std::size_t j = 0; j < table_.header.size(); ++j) {
      const std::string& name = table_.header[j];
      if (!used_[j] && !MatchesAny(file.never_use, name) && !MatchesAny(file.ignore, name)) {
        table_.unused_columns.push_back(name);
      }
    }
    return std::move(table_);
  }

 private:
  [[nodiscard]] std::size_t Find(std::string_view name) const {
    return FindColumn(table_.header, name);
  }
  [[nodiscard]] std::unexpected<Error> MissingColumn(const std::string& column,
                                                     std::string_view use) const {
    return Fail(ErrorCode::kBadInput, source_.path + " has no column \"" + column +
                                          "\", which the mapping " + mapping_.name + " needs for " +
                                          std::string(use) +
                                          ". Its columns are: " + Join(table_.header) + ".");
  }

  Status BindRole(Role role, const ColumnRule& rule) {
    BoundRole& bound = table_.roles[static_cast<std::size_t>(role)];
    bound.rule = &rule;
    for (const std::string& column : rule.columns) {
      const std::size_t at = Find(column);
      if (at < table_.header.size()) {
        bound.columns.push_back(at);
        used_[at] = true;
      }
    }
    const auto required = RequiredRolesOf(table_.file->noun);
    const bool must = std::ranges::find(required, role) != required.end();
    if (bound.columns.empty() && rule.fixed.empty() && !rule.row_number) {
      bound.rule = nullptr;
      if (must || (!rule.optional && !table_.file->optional_columns)) {
        return MissingColumn(rule.columns.front(), NameOf(role));
      }
      return {};
    }
    if (rule.lookup) {
      RI_RETURN_IF_ERROR(LoadLookup(*rule.lookup, bound));
    }
    if (std::ranges::find(kTimeRoles, role) != kTimeRoles.end()) {
      for (const std::size_t column : bound.columns) {
        RI_ASSIGN_OR_RETURN(const DateOrder order, OrderOfDates(column));
        bound.date_order = order == DateOrder::kUnknown ? bound.date_order : order;
      }
    }
    return {};
  }

  Status LoadLookup(const Lookup& lookup, BoundRole& bound) const {
    for (const SourceFile& other : all_) {
      if (!MatchesEither(lookup.file, other.name)) {
        continue;
      }
      RI_ASSIGN_OR_RETURN(const Table table,
                          ReadTable(other.path, kMaxLookupRows, {.member = other.member}));
      const std::size_t key = FindColumn(table.facts.header, lookup.key);
      const std::size_t value = FindColumn(table.facts.header, lookup.value);
      if (key == table.facts.header.size() || value == table.facts.header.size()) {
        return Fail(ErrorCode::kBadInput,
                    other.path + " has no column \"" +
                        (key == table.facts.header.size() ? lookup.key : lookup.value) +
                        "\", which the mapping " + mapping_.name + " looks up.");
      }
      auto map = std::make_shared<TextMap>();
      for (std::size_t i = 0; i < table.lines.size(); ++i) {
        const auto [entry, added] =
            map->emplace(Trim(table.columns[key][i]), Trim(table.columns[value][i]));
        if (!added && !bound.rule->split.empty()) {
          entry->second += bound.rule->split;
          entry->second += Trim(table.columns[value][i]);
        }
      }
      bound.lookup = std::move(map);
      return {};
    }
    if (bound.rule->optional) {
      bound.rule = nullptr;
      return {};
    }
    return Fail(ErrorCode::kBadInput, "The mapping " + mapping_.name + " looks values up in " +
                                          lookup.file + ", which is not among the files. Import " +
                                          "the folder that holds it.");
  }

  Result<DateOrder> OrderOfDates(std::size_t column) {
    if (mapping_.date_order != DateOrder::kUnknown) {
      return mapping_.date_order;
    }
    DateOrderEvidence evidence;
    for (std::size_t i = 0; i < sample_.lines.size(); ++i) {
      CountDateOrder(SampleCell(table_, sample_, column, i), evidence);
    }
    if (evidence.order == DateOrder::kUnknown && evidence.ambiguous > 0) {
      // Other columns of the same export were written with the same settings.
      if (const DateOrder order = OrderOfOtherDates(); order != DateOrder::kUnknown) {
        return order;
      }
      return Fail(
          ErrorCode::kBadInput,
          source_.path + ", column \"" + table_.header[column] + "\": dates such as " +
              evidence.example +
              " can be read as day/month or month/day. State date_order = \"month_first\" " +
              "or \"day_first\" in a mapping.");
    }
    if (evidence.month_first > 0 && evidence.day_first > 0) {
      table_.warnings.push_back(source_.name + ", column \"" + table_.header[column] +
                                "\": some dates can only be day/month and some only month/day; " +
                                "the minority is refused.");
    }
    return evidence.order;
  }

  [[nodiscard]] DateOrder OrderOfOtherDates() const {
    DateOrderEvidence evidence;
    for (std::size_t j = 0; j < table_.header.size(); ++j) {
      for (std::size_t i = 0; i < sample_.lines.size(); ++i) {
        CountDateOrder(SampleCell(table_, sample_, j, i), evidence);
      }
    }
    return evidence.order;
  }

  Status BindCustom() {
    for (const auto& [name, type] : table_.file->custom) {
      const bool pattern = name.find_first_of("*?") != std::string::npos;
      bool found = false;
      for (std::size_t j = 0; j < table_.header.size(); ++j) {
        const std::string& column = table_.header[j];
        if (used_[j] || !(pattern ? MatchesPattern(name, column) : NamesColumn(name, column)) ||
            MatchesAny(table_.file->never_use, column) || IsNamedToIgnore(column)) {
          continue;
        }
        used_[j] = true;
        found = true;
        const std::string called = pattern ? UsualSpelling(column) : name.substr(0, name.find('|'));
        BoundCustom custom{
            .column = j, .name = CustomName(KindOf(table_.file->noun), called), .type = type};
        if (type == CustomType::kInferred) {
          custom.type = InferType(j);
          custom.inferred = true;
        }
        if (custom.type == CustomType::kDate) {
          RI_ASSIGN_OR_RETURN(custom.date_order, OrderOfDates(j));
        }
        table_.custom.push_back(std::move(custom));
      }
      if (!found && !pattern && !table_.file->optional_columns) {
        table_.warnings.push_back(source_.name + " has no column \"" + name +
                                  "\" of the mapping; its values are missing.");
      }
    }
    return {};
  }

  /// A pattern to ignore only covers what custom columns leave; a full name goes before them.
  [[nodiscard]] bool IsNamedToIgnore(std::string_view column) const {
    return std::ranges::any_of(table_.file->ignore, [column](const std::string& name) {
      return EqualsIgnoringCase(name, column);
    });
  }

  [[nodiscard]] CustomType InferType(std::size_t column) const {
    bool flag = true;
    bool number = true;
    bool date = true;
    std::size_t values = 0;
    std::size_t long_texts = 0;
    for (std::size_t i = 0; i < sample_.lines.size(); ++i) {
      const std::string_view text = SampleCell(table_, sample_, column, i);
      if (text.empty()) {
        continue;
      }
      ++values;
      long_texts += text.size() > 60 ? 1U : 0U;
      flag = flag && ParseFlag(text).has_value();
      number = number && ParseNumber(text, mapping_.decimal).has_value();
      date = date && (ParseInstant(text, DateOrder::kDayFirst).has_value() ||
                      ParseInstant(text, DateOrder::kMonthFirst).has_value());
    }
    if (values == 0) {
      return CustomType::kCategory;
    }
    if (number) {  // serial dates cannot be told from numbers, and 0/1 may turn out a count
      return CustomType::kNumber;
    }
    if (flag) {
      return CustomType::kFlag;
    }
    if (date) {
      return CustomType::kDate;
    }
    return long_texts * 2 > values ? CustomType::kText : CustomType::kCategory;
  }

  [[nodiscard]] BoundCondition Bind(const Condition& condition) {
    BoundCondition bound;
    for (const auto& [column, patterns] : condition) {
      const std::size_t at = Find(column);
      if (at == table_.header.size()) {
        bound.impossible = true;
      } else {
        used_[at] = true;
        bound.terms.emplace_back(at, patterns);
      }
    }
    return bound;
  }

  Status BindRules() {
    table_.only = Bind(table_.file->only);
    table_.open_when = Bind(table_.file->open_when);
    if (table_.open_when.impossible) {
      return MissingColumn(table_.file->open_when.front().first, "outcome.open_when");
    }
    if (table_.only.impossible && !table_.file->optional_columns) {
      return MissingColumn(table_.file->only.front().first, "its row filter");
    }
    for (const LogRule& rule : table_.file->rules) {
      table_.rule_conditions.push_back(Bind(rule.when));
      std::size_t from = table_.header.size();
      if (!rule.from.empty()) {
        from = Find(rule.from);
        if (from == table_.header.size() && !table_.file->optional_columns) {
          return MissingColumn(rule.from, "a rule");
        }
        if (from == table_.header.size()) {
          table_.rule_conditions.back().impossible = true;
        } else {
          used_[from] = true;
        }
      }
      table_.rule_from.push_back(from);
      BoundRole at;
      if (!rule.at.empty()) {
        const std::size_t column = Find(rule.at);
        if (column == table_.header.size()) {
          table_.rule_conditions.back().impossible = true;
        } else {
          used_[column] = true;
          at.columns.push_back(column);
          RI_ASSIGN_OR_RETURN(at.date_order, OrderOfDates(column));
        }
      }
      table_.rule_at.push_back(std::move(at));
    }
    return {};
  }

  const Mapping& mapping_;
  const SourceFile& source_;
  const SourceFiles& all_;
  TableBinding table_;
  Table sample_;
  std::vector<bool> used_;
};

}  // namespace

Result<TableBinding> BindTable(const Mapping& mapping, const SourceFile& file,
                               const SourceFiles& all) {
  return Binder(mapping, file, all).Run();
}

std::size_t FindColumn(const std::vector<std::string>& header, std::string_view name) {
  for (std::size_t j = 0; j < header.size(); ++j) {
    if (EqualsIgnoringCase(header[j], name)) {
      return j;
    }
  }
  return header.size();
}

}  // namespace ri::ingest
