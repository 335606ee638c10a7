#include "stored_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include "data/backup_file.h"
#include "measurement.h"
#include "open_url.h"

namespace ri::bench {
namespace {

constexpr std::size_t kEventsPerAppend = 8192;  // as the importer hands them over

/// Cells of a row by the names of their columns.
class NamedRow {
 public:
  explicit NamedRow(const data::TableShape& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      positions_[table.columns[i].name] = i;
    }
  }
  [[nodiscard]] std::size_t operator[](const std::string& name) const {
    return positions_.at(name);
  }

 private:
  std::map<std::string, std::size_t> positions_;
};

template <typename T>
T& AtId(std::vector<T>& items, std::int64_t id) {
  const auto index = static_cast<std::size_t>(id);
  if (index >= items.size()) {
    items.resize(index + 1);
  }
  return items[index];
}

Status ReadTable(data::BackupFileReader& file, const data::TableShape& table, StoredRows& rows) {
  const NamedRow at(table);
  const bool is_events = table.name == "events";
  const std::vector<std::size_t> event_columns =
      is_events ? std::vector<std::size_t>{at["entity"],        at["attribute"], at["event_time"],
                                           at["recorded_time"], at["sequence"],  at["value"]}
                : std::vector<std::size_t>{};
  while (true) {
    RI_ASSIGN_OR_RETURN(const std::span<const data::Cell> row, file.NextRow());
    if (row.empty()) {
      return {};
    }
    if (is_events) {
      const auto number = [&](std::size_t i, std::int64_t missing) {
        const data::Cell& cell = row[event_columns[i]];
        return cell.is_null ? missing : cell.integer;
      };
      rows.events.push_back({.entity = static_cast<std::uint32_t>(number(0, 0)),
                             .attribute = static_cast<std::uint32_t>(number(1, 0)),
                             .event_time = number(2, 0),
                             .recorded_time = number(3, data::kNotRecorded),
                             .sequence = number(4, 0),
                             .value = number(5, data::kNoValue)});
    } else if (table.name == "entities") {
      AtId(rows.entities, row[at["id"]].integer) = {
          .kind = static_cast<data::EntityKind>(row[at["kind"]].integer),
          .text = std::string(row[at["key"]].bytes)};
    } else if (table.name == "symbols") {
      AtId(rows.symbols, row[at["id"]].integer) = row[at["text"]].bytes;
    } else if (table.name == "attributes") {
      AtId(rows.attributes, row[at["id"]].integer) = {
          .kind = static_cast<data::EntityKind>(row[at["kind"]].integer),
          .name = std::string(row[at["name"]].bytes),
          .type = static_cast<data::ValueType>(row[at["type"]].integer),
          .reference_kind = static_cast<data::EntityKind>(row[at["reference_kind"]].integer),
          .custom = row[at["custom"]].integer != 0};
    }
  }
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text) {
    quoted += character;
    if (character == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Result<File> Create(const std::string& path) {
  File file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (file == nullptr) {
    return Fail(ErrorCode::kStorage, "Cannot write " + path + ".");
  }
  return file;
}

std::string OrEmpty(std::int64_t value, std::int64_t missing) {
  return value == missing ? std::string() : std::to_string(value);
}

}  // namespace

Result<StoredRows> ReadStoredRows(const std::string& backup) {
  RI_ASSIGN_OR_RETURN(const auto file, data::BackupFileReader::Open(backup));
  StoredRows rows;
  while (true) {
    RI_ASSIGN_OR_RETURN(const auto table, file->NextTable());
    if (!table) {
      return rows;
    }
    RI_RETURN_IF_ERROR(ReadTable(*file, *table, rows));
  }
}

Status WriteCsv(const StoredRows& rows, const std::string& folder) {
  RI_ASSIGN_OR_RETURN(const File events, Create(folder + "/events.csv"));
  for (const data::Event& event : rows.events) {
    fmt::print(events.get(), "1,{},{},{},{},{},{}\n", event.entity, event.attribute,
               event.event_time, OrEmpty(event.recorded_time, data::kNotRecorded), event.sequence,
               OrEmpty(event.value, data::kNoValue));
  }
  RI_ASSIGN_OR_RETURN(const File entities, Create(folder + "/entities.csv"));
  for (std::size_t id = 1; id < rows.entities.size(); ++id) {
    fmt::print(entities.get(), "{},{},{}\n", id, static_cast<int>(rows.entities[id].kind),
               Quoted(rows.entities[id].text));
  }
  RI_ASSIGN_OR_RETURN(const File symbols, Create(folder + "/symbols.csv"));
  for (std::size_t id = 1; id < rows.symbols.size(); ++id) {
    fmt::print(symbols.get(), "{},{}\n", id, Quoted(rows.symbols[id]));
  }
  return {};
}

Status LoadRows(const StoredRows& rows, const std::string& url) {
  RI_ASSIGN_OR_RETURN(const auto store, OpenUrl(url));
  const Stopwatch watch;
  RI_ASSIGN_OR_RETURN(const auto import, store->BeginImport({.source = "bench",
                                                             .path = "rows",
                                                             .content_sha256 = "rows",
                                                             .mapping = "bench",
                                                             .known_at = 4'102'444'800'000}));
  std::vector<std::uint32_t> entities(rows.entities.size());
  for (std::size_t id = 1; id < entities.size(); ++id) {
    RI_ASSIGN_OR_RETURN(entities[id],
                        import->Intern(rows.entities[id].kind, rows.entities[id].text));
  }
  std::vector<std::int64_t> symbols(rows.symbols.size());
  for (std::size_t id = 1; id < symbols.size(); ++id) {
    RI_ASSIGN_OR_RETURN(symbols[id], import->Symbol(rows.symbols[id]));
  }
  std::vector<std::uint32_t> attributes(rows.attributes.size());
  for (std::size_t id = 1; id < attributes.size(); ++id) {
    RI_ASSIGN_OR_RETURN(attributes[id], import->Attribute(rows.attributes[id]));
  }
  std::vector<data::Event> chunk;
  for (std::size_t begin = 0; begin < rows.events.size(); begin += kEventsPerAppend) {
    const std::size_t end = std::min(rows.events.size(), begin + kEventsPerAppend);
    chunk.assign(rows.events.begin() + static_cast<std::ptrdiff_t>(begin),
                 rows.events.begin() + static_cast<std::ptrdiff_t>(end));
    for (data::Event& event : chunk) {
      const data::ValueType type = rows.attributes[event.attribute].type;
      if (event.value != data::kNoValue && type == data::ValueType::kText) {
        event.value = symbols[static_cast<std::size_t>(event.value)];
      } else if (event.value != data::kNoValue && type == data::ValueType::kReference) {
        event.value = entities[static_cast<std::size_t>(event.value)];
      }
      event.entity = entities[event.entity];
      event.attribute = attributes[event.attribute];
    }
    RI_RETURN_IF_ERROR(import->Append(chunk));
  }
  RI_ASSIGN_OR_RETURN(const data::Batch batch,
                      import->Commit(static_cast<std::int64_t>(rows.events.size())));
  fmt::print("{{\"events\": {}, \"stored\": {}, \"wall\": {:.6f}, \"processor\": {:.6f}}}\n",
             rows.events.size(), batch.num_events, watch.wall(), watch.processor());
  return {};
}

}  // namespace ri::bench
