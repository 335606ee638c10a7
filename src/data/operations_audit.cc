// The hash-chained log of who did what.
#include "base/sha256.h"
#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::int64_t kVerifyPage = 5000;
constexpr std::string_view kColumns =
    "SELECT id, at, actor, action, subject, detail, previous_hash, hash FROM audit_log ";

AuditRecord RecordOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .at = Integer(row[1]),
          .actor = Text(row[2]),
          .action = Text(row[3]),
          .subject = Text(row[4]),
          .detail = Text(row[5]),
          .previous_hash = Text(row[6]),
          .hash = Text(row[7])};
}

/// \pre the audit lock is held
Status Append(SqlSession& session, AuditRecord& record) {
  RI_ASSIGN_OR_RETURN(const auto last,
                      session.Run("SELECT id, hash FROM audit_log ORDER BY id DESC LIMIT 1"));
  record.id = last.empty() ? 1 : Integer(last[0][0]) + 1;
  record.previous_hash = last.empty() ? "" : Text(last[0][1]);
  record.hash = AuditHash(record);
  RI_ASSIGN_OR_RETURN(
      const auto added,
      session.Run("INSERT INTO audit_log (id, at, actor, action, subject, detail, previous_hash, "
                  "hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                  record.id, record.at, record.actor, record.action, record.subject, record.detail,
                  record.previous_hash, record.hash));
  return {};
}

}  // namespace

std::string AuditHash(const AuditRecord& record) {
  base::Sha256 hash;
  // Each part with its length in front: no two records give the same bytes.
  for (const std::string& part :
       {record.previous_hash, std::to_string(record.id), std::to_string(record.at), record.actor,
        record.action, record.subject, record.detail}) {
    hash.Update(std::to_string(part.size()) + ":" + part);
  }
  return base::ToHex(hash.Finish());
}

Status OperationsStore::Audit(AuditRecord record) {
  return database_->Atomically([&](SqlSession& session) -> Status {
    RI_RETURN_IF_ERROR(database_->Lock(session, kAuditLock));
    return Append(session, record);
  });
}

Result<bool> OperationsStore::AuditOnce(AuditRecord record) {
  bool added = false;
  const Status done = database_->Atomically([&](SqlSession& session) -> Status {
    RI_RETURN_IF_ERROR(database_->Lock(session, kAuditLock));
    RI_ASSIGN_OR_RETURN(
        const auto same,
        session.Run("SELECT id FROM audit_log WHERE action = $1 AND subject = $2 LIMIT 1",
                    record.action, record.subject));
    added = same.empty();
    return added ? Append(session, record) : Status();
  });
  return done ? Result<bool>(added) : std::unexpected(done.error());
}

Result<std::vector<AuditRecord>> OperationsStore::AuditPage(std::int64_t before, std::int64_t limit,
                                                            std::string_view action,
                                                            std::string_view actor) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query(std::string(kColumns) +
                "WHERE ($1 = 0 OR id < $2) AND ($3 = '' OR action = $4) AND ($5 = '' OR actor = "
                "$6) ORDER BY id DESC LIMIT $7",
            before, before, Value(action), Value(action), Value(actor), Value(actor), limit));
  std::vector<AuditRecord> records;
  for (const SqlRow& row : rows) {
    records.push_back(RecordOf(row));
  }
  return records;
}

Result<AuditCheck> OperationsStore::VerifyAudit() {
  AuditCheck check;
  std::string previous;
  while (true) {
    RI_ASSIGN_OR_RETURN(const auto rows,
                        Query(std::string(kColumns) + "WHERE id > $1 ORDER BY id LIMIT $2",
                              check.entries, kVerifyPage));
    for (const SqlRow& row : rows) {
      const AuditRecord record = RecordOf(row);
      if (record.id != check.entries + 1 || record.previous_hash != previous ||
          record.hash != AuditHash(record)) {
        check.first_broken = check.entries + 1;
        check.head = previous;
        return check;
      }
      previous = record.hash;
      ++check.entries;
    }
    if (rows.empty()) {
      check.head = previous;
      return check;
    }
  }
}

}  // namespace ri::data
