#include "cli/backup_output.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/formatting.h"
#include "cli/text_table.h"

namespace ri::cli {

std::string BackupText(const data::BackupReport& report, const std::string& lead) {
  std::string text = fmt::format(
      "{} {}\n{} bytes, state of {}, from {}, schema version {}.\n\n", lead, report.path,
      FormatWhole(static_cast<double>(report.num_bytes)),
      domain::FormatTimestamp(domain::TimestampFromMilliseconds(report.header.created_at)),
      report.header.engine, report.header.schema_version);
  TextTable table({{"table"}, {"rows", Align::kRight}, {"SHA-256"}});
  for (const data::BackupTable& entry : report.tables) {
    table.AddRow({entry.name, FormatWhole(static_cast<double>(entry.num_rows)),
                  entry.sha256.substr(0, 16) + "..."});
  }
  return text + table.Render();
}

std::string BackupJson(const data::BackupReport& report, const std::string& done) {
  using Json = nlohmann::ordered_json;
  Json tables = Json::array();
  for (const data::BackupTable& entry : report.tables) {
    tables.push_back({{"table", entry.name}, {"rows", entry.num_rows}, {"sha256", entry.sha256}});
  }
  const Json document = {
      {"done", done},
      {"file", report.path},
      {"bytes", report.num_bytes},
      {"created_at",
       domain::FormatTimestamp(domain::TimestampFromMilliseconds(report.header.created_at))},
      {"engine", report.header.engine},
      {"schema_version", report.header.schema_version},
      {"tables", std::move(tables)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::cli
