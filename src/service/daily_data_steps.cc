// What came in, and in which state it is.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "service/daily_step.h"
#include "service/quality_report.h"
#include "service/source_freshness.h"
#include "service/watch_folder.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::int64_t NewestBatch(const std::vector<data::Batch>& batches) {
  std::int64_t newest = 0;
  for (const data::Batch& batch : batches) {
    newest = std::max(newest, batch.id);
  }
  return newest;
}

}  // namespace

Result<StepOutcome> ImportStep(DailyContext& context) {
  if (context.request.watch.empty()) {
    return Skipped("No folder is watched.");
  }
  // What is new is told from the state before the first try, of which a killed one may have read a
  // part.
  if (!context.noted()) {
    RI_ASSIGN_OR_RETURN(const auto before, context.workspace.store().Batches());
    RI_RETURN_IF_ERROR(context.Note(Dump({{"newest_batch", NewestBatch(before)}})));
  }
  const std::int64_t newest = Json::parse(*context.noted()).value("newest_batch", std::int64_t{0});
  RI_ASSIGN_OR_RETURN(const WatchReport watched,
                      WatchFolder(context.workspace,
                                  {.folder = context.request.watch,
                                   .import = {.actor = context.request.actor, .now = context.now}},
                                  context.progress));
  RI_ASSIGN_OR_RETURN(const auto batches, context.workspace.store().Batches());
  Json imports = Json::array();
  std::int64_t rows = 0;
  std::int64_t events = 0;
  for (const data::Batch& batch : batches) {
    if (batch.id > newest) {
      rows += batch.num_rows;
      events += batch.num_events;
      imports.push_back({{"batch", batch.id},
                         {"source", batch.source},
                         {"rows", batch.num_rows},
                         {"events", batch.num_events},
                         {"rejects", batch.num_rejects}});
    }
  }
  const std::size_t count = imports.size();
  return StepOutcome{
      .status = "done",
      .summary = count == 0
                     ? "Nothing new in the watched folder."
                     : fmt::format("{} exports read: {} rows, {} new facts.", count, rows, events),
      .report = Dump({{"imports", std::move(imports)}, {"waiting", watched.waiting}})};
}

Result<StepOutcome> SourcesStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto sources, JudgeSources(context.workspace.store(), context.now));
  RI_ASSIGN_OR_RETURN(const QualityReport quality,
                      ReportQuality(context.workspace, {.now = context.now, .measure_cost = false},
                                    context.progress));
  Json list = Json::array();
  std::string late;
  for (const monitoring::SourceFreshness& source : sources) {
    list.push_back({{"source", source.source},
                    {"age_days", source.age_days},
                    {"late", source.late},
                    {"text", source.text}});
    if (source.late) {
      late += (late.empty() ? "" : ", ") + source.source;
    }
  }
  double filled = 0;
  for (const FieldHygiene& field : quality.fields) {
    filled += quality.open_deals == 0
                  ? 0
                  : static_cast<double>(field.filled) / static_cast<double>(quality.open_deals);
  }
  filled /= std::max<double>(1, static_cast<double>(quality.fields.size()));
  return StepOutcome{
      .status = "done",
      .summary = fmt::format("{}; {} open deals, {:.0f} % of their fields filled, {} overdue{}.",
                             late.empty() ? fmt::format("{} source{} fresh", sources.size(),
                                                        sources.size() == 1 ? "" : "s")
                                          : "Late: " + late,
                             quality.open_deals, 100 * filled, quality.overdue,
                             quality.silent ? fmt::format(", {} silent", *quality.silent) : ""),
      .report = Dump({{"as_of", domain::FormatTimestamp(quality.as_of)},
                      {"sources", std::move(list)},
                      {"open_deals", quality.open_deals},
                      {"filled", filled},
                      {"overdue", quality.overdue},
                      {"silent", quality.silent ? Json(*quality.silent) : Json(nullptr)},
                      {"unchanged", quality.unchanged},
                      {"late_values", quality.late}})};
}

}  // namespace ri::service
