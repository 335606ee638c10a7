#include "service/backup.h"

#include "book/engines.h"

namespace ri::service {

Result<data::BackupReport> BackUp(const std::string& database, const std::string& path,
                                  domain::Timestamp now, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const data::EngineAndPlace found,
                      data::FindEngine(database, book::Engines()));
  RI_ASSIGN_OR_RETURN(const auto reader, found.engine->open_reader(found.place));
  return data::WriteBackup(*reader, path, domain::Milliseconds(now), progress);
}

}  // namespace ri::service
