#include "service/import_data.h"

#include <nlohmann/json.hpp>

#include "data/audit_entry.h"
#include "ingest/importer.h"
#include "service/calendar_of_periods.h"

namespace ri::service {

namespace {

/// A company that never said what its fiscal year is gets the one its CRM keeps.
Status AdoptCalendar(book::Workspace& workspace, ingest::ImportReport& report) {
  if (report.dry_run || !report.events.contains("fiscal_period.period_begin")) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const auto stored, workspace.store().Setting("fiscal_calendar"));
  if (stored) {
    return {};
  }
  const auto calendar = CalendarOfPeriods(report.fiscal_quarters);
  if (!calendar) {
    report.warnings.push_back(
        "The fiscal periods of the export follow no calendar of months or 4-4-5 weeks; calendar "
        "quarters are used.");
    return {};
  }
  if (*calendar == domain::FiscalCalendar::Monthly()) {
    return {};  // as it is without saying
  }
  report.warnings.push_back(
      "The fiscal calendar of the export was taken over: " + calendar->Describe() + ".");
  return workspace.store().SetSetting("fiscal_calendar", calendar->Describe());
}

/// Content that is there already has its entry, unless the process that read it was killed.
Status AuditImport(data::OperationsStore& operations, const data::Batch& batch,
                   const ImportRequest& request) {
  const nlohmann::ordered_json detail = {
      {"source", batch.source},
      {"rows", batch.num_rows},
      {"events", batch.num_events},
      {"rejects", batch.num_rejects},
      {"known_at", domain::FormatTimestamp(domain::TimestampFromMilliseconds(batch.known_at))},
      {"content_sha256", batch.content_sha256}};
  return data::WriteAuditOnce(
      operations, request.now, request.actor, "import", "batch " + std::to_string(batch.id),
      detail.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

Result<ingest::ImportReport> ImportData(book::Workspace& workspace, const ImportRequest& request,
                                        base::Progress& progress) {
  ingest::ImportOptions options{
      .known_at = domain::Milliseconds(request.known_at.value_or(request.now)),
      .dry_run = request.dry_run,
      .max_reject_share = request.max_reject_share};
  if (request.mapping_path) {
    options.mapping.mapping_file = *request.mapping_path;
  } else if (request.preset != "auto") {
    options.mapping.preset = request.preset;
  }
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  RI_ASSIGN_OR_RETURN(ingest::ImportReport report,
                      ingest::ImportPaths(workspace.store(), request.paths, options, progress));
  workspace.Forget();
  if (!request.dry_run) {
    RI_RETURN_IF_ERROR(AuditImport(*operations, report.batch, request));
  }
  RI_RETURN_IF_ERROR(AdoptCalendar(workspace, report));
  return report;
}

}  // namespace ri::service
