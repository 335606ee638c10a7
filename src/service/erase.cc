#include "service/erase.h"

#include "book/engines.h"
#include "data/open_store.h"
#include "service/account_eraser.h"

namespace ri::service {
namespace {

Result<std::unique_ptr<data::ErasureWriter>> OpenEraser(const std::string& database) {
  RI_ASSIGN_OR_RETURN(const data::EngineAndPlace found,
                      data::FindEngine(database, book::Engines()));
  return found.engine->open_eraser(found.place);
}

/// The log of who did what is the one place where words stay: each entry's hash covers them.
Status TellWhatRemains(data::OperationsStore& operations, const EraseRequest& request,
                       const std::vector<ErasedUser>& users, data::ErasureReport& report) {
  std::vector<std::string> texts = {request.account_key.empty() ? request.person_key
                                                                : request.account_key};
  for (const ErasedUser& user : users) {
    texts.push_back(user.email);
    texts.push_back(user.name);
    report.notes.push_back(std::string(request.dry_run ? "The account of a user would be closed: "
                                                       : "The account of a user was closed: ") +
                           user.anonymous + ".");
  }
  RI_ASSIGN_OR_RETURN(const std::int64_t entries, CountAuditEntries(operations, texts));
  if (entries > 0) {
    report.notes.push_back(
        std::to_string(entries) +
        " entries of the log of who did what still name the key or the account. They stay, because "
        "every entry is hashed together with the one before it: taken out or changed, nothing "
        "later in the log could be proven. Keep the log only as long as your rules ask for it.");
  }
  return {};
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
  // Before the eraser opens: it keeps everybody else out.
  RI_ASSIGN_OR_RETURN(const auto operations, book::OpenOperations(request.database));
  std::vector<ErasedUser> users;
  if (!account) {
    RI_ASSIGN_OR_RETURN(users, UsersOf(*operations, request.person_key));
  }
  RI_ASSIGN_OR_RETURN(auto inner, OpenEraser(request.database));
  data::ErasureReport report;
  {
    const auto writer = WithUsers(std::move(inner), users);
    RI_ASSIGN_OR_RETURN(report, data::Erase(*writer, erasure, progress));
  }
  if (!request.dry_run) {
    RI_RETURN_IF_ERROR(CloseAccounts(*operations, users, erasure.at));
  }
  RI_RETURN_IF_ERROR(TellWhatRemains(*operations, request, users, report));
  return report;
}

Result<std::vector<data::ErasureEntry>> Erasures(const std::string& database) {
  RI_ASSIGN_OR_RETURN(const auto writer, OpenEraser(database));
  return writer->ReadEntries();
}

}  // namespace ri::service
