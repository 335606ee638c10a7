#include "service/restore.h"

#include "book/engines.h"

namespace ri::service {

Result<data::BackupReport> Restore(const RestoreRequest& request, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto file, data::BackupFileReader::Open(request.path));
  RI_ASSIGN_OR_RETURN(const data::EngineAndPlace found,
                      data::FindEngine(request.database, book::Engines()));
  RI_ASSIGN_OR_RETURN(
      const auto writer,
      found.engine->open_writer(found.place, {.schema_version = file->header().schema_version,
                                              .replace = request.replace}));
  return data::RestoreBackup(*file, request.path, *writer, progress);
}

}  // namespace ri::service
