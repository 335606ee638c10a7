#include "lifecycle/export_features.h"

#include <charconv>
#include <cmath>

#include "book/moment.h"
#include "documents/csv_writer.h"
#include "documents/numpy_file.h"
#include "documents/whole_file.h"

namespace ri::lifecycle {
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

Status WriteNumpy(const data::EventLog& log, const features::FeatureTable& table,
                  const std::string& path) {
  const base::MatrixView<const float> view(table.values.values().data(), table.rows.size(),
                                           table.features.size());
  documents::NumpyArray values = documents::NumpyArray::Floats(view);
  if (path.ends_with(".npy")) {
    return documents::WriteWholeFile(path, values.Npy());
  }
  std::vector<std::string> names;
  std::vector<std::string> deals;
  std::vector<std::int64_t> moments;
  for (const features::FeatureDefinition& feature : table.features) {
    names.push_back(feature.name);
  }
  const auto deal_ids = log.keys(data::EntityKind::kDeal);
  for (const features::SnapshotKey& key : table.rows) {
    deals.push_back(deal_ids[key.deal]);
    moments.push_back(domain::Milliseconds(key.as_of));
  }
  std::vector<std::pair<std::string, documents::NumpyArray>> arrays = {
      {"values", std::move(values)},
      {"features", documents::NumpyArray::Texts(names)},
      {"deal_id", documents::NumpyArray::Texts(deals)},
      {"as_of", documents::NumpyArray::Instants(moments)}};
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    if (!table.labels[j].empty()) {
      arrays.emplace_back("labels_" + names[j], documents::NumpyArray::Texts(table.labels[j]));
    }
  }
  RI_ASSIGN_OR_RETURN(const std::string file, documents::Npz(arrays));
  return documents::WriteWholeFile(path, file);
}

}  // namespace

Result<FeatureExportReport> ExportFeatures(book::Workspace& workspace,
                                           const FeatureExportRequest& request,
                                           base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  FeatureExportReport report;
  features::FeatureTable table;
  std::vector<features::SnapshotKey> keys;
  const bool stored =
      !request.as_of_created && request.from && request.to && !request.store.empty();
  if (stored) {
    RI_ASSIGN_OR_RETURN(const FeatureStore store, FeatureStore::Open(request.store));
    RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
    RI_ASSIGN_OR_RETURN(table, StoredFeatures(*knowledge->log, *knowledge->engine, store,
                                              {.from = domain::DateOf(*request.from),
                                               .to = domain::DateOf(*request.to),
                                               .calendar = calendar.Describe(),
                                               .known_at = knowledge->newest_batch,
                                               .num_threads = workspace.num_threads()},
                                              report.use, progress));
  } else if (request.as_of_created) {
    keys = knowledge->engine->FirstSnapshots();
  } else if (request.from && request.to) {
    keys = knowledge->engine->WeeklySnapshots(domain::DateOf(*request.from),
                                              domain::DateOf(*request.to));
  } else {
    keys = knowledge->engine->OpenAt(
        book::EffectiveMoment(*knowledge->log, request.as_of, request.now).as_of);
  }
  if (!stored) {
    table = knowledge->engine->Compute(keys, workspace.num_threads());
  }
  report.rows = table.rows.size();
  report.features = table.features.size();
  if (request.path.ends_with(".npy") || request.path.ends_with(".npz")) {
    RI_RETURN_IF_ERROR(WriteNumpy(*knowledge->log, table, request.path));
    return report;
  }
  RI_ASSIGN_OR_RETURN(documents::CsvWriter writer, documents::CsvWriter::Open(request.path));
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
  return report;
}

}  // namespace ri::lifecycle
