#pragma once

/// Erasing somebody who also signs in: the account's address and name go with everything the person
/// wrote or signed, in the same transaction as the person's data from the CRM.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/erasure.h"
#include "data/operations_store.h"

namespace ri::service {

/// What stands for a user from then on; the address can be no real one.
struct ErasedUser {
  std::int64_t id = 0;
  std::string email, name;
  std::string anonymous;
};

/// Users whose place in the CRM is the person's.
[[nodiscard]] Result<std::vector<ErasedUser>> UsersOf(data::OperationsStore& operations,
                                                      const std::string& person_key);

/// Passes everything on to `writer`, and lets texts pass through the users' replacements as well.
[[nodiscard]] std::unique_ptr<data::ErasureWriter> WithUsers(
    std::unique_ptr<data::ErasureWriter> writer, std::vector<ErasedUser> users);

/// After the erasure: the accounts are closed, their sessions ended, their tokens revoked. May be
/// repeated.
Status CloseAccounts(data::OperationsStore& operations, const std::vector<ErasedUser>& users,
                     std::int64_t now);

/// Entries of the log of who did what that name one of the texts.
[[nodiscard]] Result<std::int64_t> CountAuditEntries(data::OperationsStore& operations,
                                                     const std::vector<std::string>& texts);

}  // namespace ri::service
