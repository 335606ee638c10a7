#include "service/import_data.h"

#include "ingest/importer.h"

namespace ri::service {

Result<ingest::ImportReport> ImportData(Workspace& workspace, const ImportRequest& request,
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
  RI_ASSIGN_OR_RETURN(ingest::ImportReport report,
                      ingest::ImportPaths(workspace.store(), request.paths, options, progress));
  workspace.Forget();
  return report;
}

}  // namespace ri::service
