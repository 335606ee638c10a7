// Long work and the documents it leaves.
#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, kind, status, stage, done, total, created_at, started_at, finished_at, "
    "heartbeat_at, actor, request, error, result, cancel_requested FROM jobs ";

StoredJob JobOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .kind = Text(row[1]),
          .status = Text(row[2]),
          .stage = OptionalText(row[3]),
          .done = Integer(row[4]),
          .total = Integer(row[5]),
          .created_at = Integer(row[6]),
          .started_at = OptionalInteger(row[7]),
          .finished_at = OptionalInteger(row[8]),
          .heartbeat_at = OptionalInteger(row[9]),
          .actor = Text(row[10]),
          .request = Text(row[11]),
          .error = OptionalText(row[12]),
          .result = OptionalText(row[13]),
          .cancel_requested = Integer(row[14]) != 0};
}

}  // namespace

Result<std::int64_t> OperationsStore::AddJob(const StoredJob& job) {
  return Insert(
      "INSERT INTO jobs (kind, status, done, total, created_at, actor, request, cancel_requested) "
      "VALUES ($1, 'queued', 0, 0, $2, $3, $4, 0) RETURNING id",
      job.kind, job.created_at, job.actor, job.request);
}

Result<std::optional<StoredJob>> OperationsStore::Job(std::int64_t id) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kColumns) + "WHERE id = $1", id));
  return rows.empty() ? std::optional<StoredJob>() : std::optional(JobOf(rows[0]));
}

Result<std::vector<StoredJob>> OperationsStore::Jobs(std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query(std::string(kColumns) + "ORDER BY id DESC LIMIT $1", limit));
  std::vector<StoredJob> jobs;
  for (const SqlRow& row : rows) {
    jobs.push_back(JobOf(row));
  }
  return jobs;
}

Result<std::optional<StoredJob>> OperationsStore::ClaimJob(std::int64_t now,
                                                           std::int64_t stale_before) {
  std::optional<StoredJob> claimed;
  RI_RETURN_IF_ERROR(database_->Atomically([&](SqlSession& session) -> Status {
    RI_ASSIGN_OR_RETURN(
        const auto rows,
        session.Run(std::string(kColumns) +
                        "WHERE status = 'queued' OR (status = 'running' AND heartbeat_at < $1) "
                        "ORDER BY id LIMIT 1" +
                        std::string(database_->claim_rows()),
                    stale_before));
    if (rows.empty()) {
      return {};
    }
    claimed = JobOf(rows[0]);
    RI_ASSIGN_OR_RETURN(const auto changed,
                        session.Run("UPDATE jobs SET status = 'running', started_at = $1, "
                                    "heartbeat_at = $2 WHERE id = $3",
                                    now, now, claimed->id));
    return {};
  }));
  return claimed;
}

Result<bool> OperationsStore::ReportJob(std::int64_t id, std::string_view stage, std::int64_t done,
                                        std::int64_t total, std::int64_t now) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query("UPDATE jobs SET stage = $1, done = $2, total = $3, heartbeat_at = $4 WHERE id = $5 "
            "RETURNING cancel_requested",
            Value(stage), done, total, now, id));
  return !rows.empty() && Integer(rows[0][0]) != 0;
}

Status OperationsStore::FinishJob(std::int64_t id, std::string_view status,
                                  std::optional<std::string> error,
                                  std::optional<std::string> result, std::int64_t now) {
  return Change(
      "UPDATE jobs SET status = $1, error = $2, result = $3, finished_at = $4 WHERE id = "
      "$5",
      Value(status), Nullable(error), Nullable(result), now, id);
}

Result<bool> OperationsStore::RequestCancel(std::int64_t id, std::int64_t now) {
  bool changed = false;
  RI_RETURN_IF_ERROR(database_->Atomically([&](SqlSession& session) -> Status {
    RI_ASSIGN_OR_RETURN(const auto queued,
                        session.Run("UPDATE jobs SET status = 'cancelled', finished_at = $1, "
                                    "cancel_requested = 1 WHERE id = $2 AND status = 'queued' "
                                    "RETURNING id",
                                    now, id));
    RI_ASSIGN_OR_RETURN(const auto running,
                        session.Run("UPDATE jobs SET cancel_requested = 1 WHERE id = $1 AND status "
                                    "= 'running' RETURNING id",
                                    id));
    changed = !queued.empty() || !running.empty();
    return {};
  }));
  return changed;
}

Status OperationsStore::SetDocument(std::string_view name, std::int64_t at,
                                    std::string_view value) {
  return Change(
      "INSERT INTO documents (name, at, value) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE "
      "SET at = excluded.at, value = excluded.value",
      Value(name), at, Value(value));
}

Result<std::optional<std::pair<std::int64_t, std::string>>> OperationsStore::Document(
    std::string_view name) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT at, value FROM documents WHERE name = $1", Value(name)));
  if (rows.empty()) {
    return std::optional<std::pair<std::int64_t, std::string>>();
  }
  return std::optional(std::pair(Integer(rows[0][0]), Text(rows[0][1])));
}

}  // namespace ri::data
