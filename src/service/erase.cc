#include "service/erase.h"

#include "data/open_store.h"
#include "service/engines.h"

namespace ri::service {
namespace {

Result<std::unique_ptr<data::ErasureWriter>> OpenEraser(const std::string& database) {
  RI_ASSIGN_OR_RETURN(const data::EngineAndPlace found, data::FindEngine(database, Engines()));
  return found.engine->open_eraser(found.place);
}

}  // namespace

Result<data::ErasureReport> Erase(const EraseRequest& request, base::Progress& progress) {
  using data::EntityKind;
  if (request.account_key.empty() == request.person_key.empty()) {
    return Fail(ErrorCode::kUsage, "Say whose data to erase: one account or one person.");
  }
  const bool account = !request.account_key.empty();
  const data::ErasureRequest erasure = {
      .kinds = account ? std::vector{EntityKind::kAccount}
                       : std::vector{EntityKind::kContact, EntityKind::kRep},
      .key = account ? request.account_key : request.person_key,
      .reason = request.reason,
      .at = domain::Milliseconds(request.now),
      .dry_run = request.dry_run};
  RI_ASSIGN_OR_RETURN(const auto writer, OpenEraser(request.database));
  return data::Erase(*writer, erasure, progress);
}

Result<std::vector<data::ErasureEntry>> Erasures(const std::string& database) {
  RI_ASSIGN_OR_RETURN(const auto writer, OpenEraser(database));
  return writer->ReadEntries();
}

}  // namespace ri::service
