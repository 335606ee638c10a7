#include "data/audit_entry.h"

#include "data/stored_text.h"

namespace ri::data {
namespace {

AuditRecord RecordOf(domain::Timestamp at, const std::string& actor, const std::string& action,
                     const std::string& subject, const std::string& detail) {
  return {.at = domain::Milliseconds(at),
          .actor = StorableText(actor, 254),
          .action = action,
          .subject = StorableText(subject, 600),
          .detail = detail};
}

}  // namespace

Status WriteAudit(OperationsStore& store, domain::Timestamp at, const std::string& actor,
                  const std::string& action, const std::string& subject,
                  const std::string& detail) {
  return store.Audit(RecordOf(at, actor, action, subject, detail));
}

Status WriteAuditOnce(OperationsStore& store, domain::Timestamp at, const std::string& actor,
                      const std::string& action, const std::string& subject,
                      const std::string& detail) {
  const auto added = store.AuditOnce(RecordOf(at, actor, action, subject, detail));
  return added ? Status() : Status(std::unexpected(added.error()));
}

}  // namespace ri::data
