#include "service/export_features.h"

#include <charconv>
#include <cmath>

#include "service/csv_writer.h"
#include "service/moment.h"

namespace ri::service {
namespace {

std::string CellOf(const features::FeatureTable& table, std::size_t row, std::size_t column) {
  const float value = table.values(row, column);
  if (std::isnan(value)) {
    return "";
  }
  if (!table.labels[column].empty()) {
    return table.labels[column][static_cast<std::size_t>(value)];
  }
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

}  // namespace

Result<FeatureExportReport> ExportFeatures(Workspace& workspace,
                                           const FeatureExportRequest& request,
                                           base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  std::vector<features::SnapshotKey> keys;
  if (request.as_of_created) {
    keys = knowledge->engine->FirstSnapshots();
  } else if (request.from && request.to) {
    keys = knowledge->engine->WeeklySnapshots(domain::DateOf(*request.from),
                                              domain::DateOf(*request.to));
  } else {
    keys = knowledge->engine->OpenAt(
        EffectiveMoment(*knowledge->log, request.as_of, request.now).as_of);
  }
  const features::FeatureTable table = knowledge->engine->Compute(keys, workspace.num_threads());
  RI_ASSIGN_OR_RETURN(CsvWriter writer, CsvWriter::Open(request.path));
  std::vector<std::string> cells = {"deal_id", "as_of"};
  for (const features::FeatureDefinition& feature : table.features) {
    cells.push_back(feature.name);
  }
  writer.Write(cells);
  const auto deal_ids = knowledge->log->keys(data::EntityKind::kDeal);
  progress.Begin("Writing the feature matrix", table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    cells = {deal_ids[table.rows[i].deal], domain::FormatTimestamp(table.rows[i].as_of)};
    for (std::size_t j = 0; j < table.features.size(); ++j) {
      cells.push_back(CellOf(table, i, j));
    }
    writer.Write(cells);
    progress.Update(i + 1);
  }
  progress.End();
  RI_RETURN_IF_ERROR(writer.Close());
  return FeatureExportReport{.rows = table.rows.size(), .features = table.features.size()};
}

}  // namespace ri::service
