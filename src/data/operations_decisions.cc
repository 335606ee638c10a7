// What people decided and called, saved views, uploaded files.
#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::string_view kDecisionColumns =
    "SELECT id, deal_id, kind, at, user_id, actor, note, until_day, reason_code, seen_as_of, "
    "seen_win, seen_model, seen_row_hash, taken_back_at FROM decisions ";
constexpr std::string_view kUploadColumns =
    "SELECT id, user_id, name, path, bytes, sha256, expires_at FROM uploads ";

StoredDecision DecisionOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .deal_id = Text(row[1]),
          .kind = Text(row[2]),
          .at = Integer(row[3]),
          .user_id = Integer(row[4]),
          .actor = Text(row[5]),
          .note = OptionalText(row[6]),
          .until_day = OptionalInteger(row[7]),
          .reason_code = OptionalText(row[8]),
          .seen_as_of = Integer(row[9]),
          .seen_win = OptionalText(row[10]),
          .seen_model = OptionalText(row[11]),
          .seen_row_hash = OptionalText(row[12]),
          .taken_back_at = OptionalInteger(row[13])};
}

StoredUpload UploadOf(const SqlRow& row) {
  return {.id = Text(row[0]),
          .user_id = Integer(row[1]),
          .name = Text(row[2]),
          .path = Text(row[3]),
          .bytes = Integer(row[4]),
          .sha256 = Text(row[5]),
          .expires_at = Integer(row[6])};
}

template <typename Record, typename Of>
std::vector<Record> All(const std::vector<SqlRow>& rows, const Of& of) {
  std::vector<Record> records;
  records.reserve(rows.size());
  for (const SqlRow& row : rows) {
    records.push_back(of(row));
  }
  return records;
}

}  // namespace

Result<std::int64_t> OperationsStore::AddDecision(const StoredDecision& decision) {
  return Insert(
      "INSERT INTO decisions (deal_id, kind, at, user_id, actor, note, until_day, reason_code, "
      "seen_as_of, seen_win, seen_model, seen_row_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
      "$9, $10, $11, $12) RETURNING id",
      decision.deal_id, decision.kind, decision.at, decision.user_id, decision.actor,
      Nullable(decision.note), Nullable(decision.until_day), Nullable(decision.reason_code),
      decision.seen_as_of, Nullable(decision.seen_win), Nullable(decision.seen_model),
      Nullable(decision.seen_row_hash));
}

Result<std::vector<StoredDecision>> OperationsStore::DecisionsOf(std::string_view deal_id) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query(std::string(kDecisionColumns) + "WHERE deal_id = $1 ORDER BY id DESC", Value(deal_id)));
  return All<StoredDecision>(rows, DecisionOf);
}

Result<std::vector<StoredDecision>> OperationsStore::DecisionsInForce() {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kDecisionColumns) +
                                             "WHERE taken_back_at IS NULL ORDER BY id"));
  return All<StoredDecision>(rows, DecisionOf);
}

Result<std::string> OperationsStore::DecisionsTag() {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT CAST(coalesce(max(id), 0) AS bigint), count(taken_back_at) "
                            "FROM decisions"));
  return std::to_string(Integer(rows[0][0])) + "-" + std::to_string(Integer(rows[0][1]));
}

Result<bool> OperationsStore::TakeBack(std::int64_t id, std::int64_t user_id, std::int64_t at) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("UPDATE decisions SET taken_back_at = $1 WHERE id = $2 AND user_id = "
                            "$3 AND taken_back_at IS NULL RETURNING id",
                            at, id, user_id));
  return !rows.empty();
}

Result<std::int64_t> OperationsStore::AddSubmission(const StoredSubmission& s) {
  return Insert(
      "INSERT INTO submissions (period, node_id, node_name, kind, category, amount_minor, "
      "currency, note, reason_code, at, user_id, actor, model_mean_minor, model_p10_minor, "
      "model_p50_minor, model_p90_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
      "$12, $13, $14, $15, $16) RETURNING id",
      s.period, s.node_id, s.node_name, s.kind, Nullable(s.category), s.amount_minor, s.currency,
      Nullable(s.note), Nullable(s.reason_code), s.at, s.user_id, s.actor, Nullable(s.model_mean),
      Nullable(s.model_p10), Nullable(s.model_p50), Nullable(s.model_p90));
}

Result<std::vector<StoredSubmission>> OperationsStore::Submissions(std::string_view period,
                                                                   std::int64_t before,
                                                                   std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query("SELECT id, period, node_id, node_name, kind, category, amount_minor, currency, note, "
            "reason_code, at, user_id, actor, model_mean_minor, model_p10_minor, model_p50_minor, "
            "model_p90_minor FROM submissions WHERE ($1 = '' OR period = $2) AND ($3 = 0 OR id < "
            "$4) ORDER BY id DESC LIMIT $5",
            Value(period), Value(period), before, before, limit));
  return All<StoredSubmission>(rows, [](const SqlRow& row) {
    return StoredSubmission{.id = Integer(row[0]),
                            .period = Text(row[1]),
                            .node_id = Text(row[2]),
                            .node_name = Text(row[3]),
                            .kind = Text(row[4]),
                            .category = OptionalText(row[5]),
                            .amount_minor = Integer(row[6]),
                            .currency = Text(row[7]),
                            .note = OptionalText(row[8]),
                            .reason_code = OptionalText(row[9]),
                            .at = Integer(row[10]),
                            .user_id = Integer(row[11]),
                            .actor = Text(row[12]),
                            .model_mean = OptionalInteger(row[13]),
                            .model_p10 = OptionalInteger(row[14]),
                            .model_p50 = OptionalInteger(row[15]),
                            .model_p90 = OptionalInteger(row[16])};
  });
}

Result<std::int64_t> OperationsStore::SaveView(const StoredView& view) {
  return Insert(
      "INSERT INTO views (user_id, name, page, query, shared, created_at) VALUES ($1, $2, $3, $4, "
      "$5, $6) ON CONFLICT (user_id, page, name) DO UPDATE SET query = excluded.query, shared = "
      "excluded.shared RETURNING id",
      view.user_id, view.name, view.page, view.query, Flag(view.shared), view.created_at);
}

Result<std::vector<StoredView>> OperationsStore::Views() {
  RI_ASSIGN_OR_RETURN(const auto rows, Query("SELECT id, user_id, name, page, query, shared, "
                                             "created_at FROM views ORDER BY name, id"));
  return All<StoredView>(rows, [](const SqlRow& row) {
    return StoredView{.id = Integer(row[0]),
                      .user_id = Integer(row[1]),
                      .name = Text(row[2]),
                      .page = Text(row[3]),
                      .query = Text(row[4]),
                      .shared = Integer(row[5]) != 0,
                      .created_at = Integer(row[6])};
  });
}

Result<bool> OperationsStore::DeleteView(std::int64_t id, std::int64_t user_id) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query("DELETE FROM views WHERE id = $1 AND user_id = $2 RETURNING id", id, user_id));
  return !rows.empty();
}

Status OperationsStore::AddUpload(const StoredUpload& upload) {
  return Change(
      "INSERT INTO uploads (id, user_id, name, path, bytes, sha256, expires_at) VALUES ($1, $2, "
      "$3, $4, $5, $6, $7)",
      upload.id, upload.user_id, upload.name, upload.path, upload.bytes, upload.sha256,
      upload.expires_at);
}

Result<std::optional<StoredUpload>> OperationsStore::Upload(std::string_view id, std::int64_t now) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query(std::string(kUploadColumns) + "WHERE id = $1 AND expires_at > $2", Value(id), now));
  return rows.empty() ? std::optional<StoredUpload>() : std::optional(UploadOf(rows[0]));
}

Result<bool> OperationsStore::DeleteUpload(std::string_view id) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("DELETE FROM uploads WHERE id = $1 RETURNING id", Value(id)));
  return !rows.empty();
}

Result<std::vector<StoredUpload>> OperationsStore::ExpiredUploads(std::int64_t now) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query(std::string(kUploadColumns) + "WHERE expires_at <= $1", now));
  return All<StoredUpload>(rows, UploadOf);
}

}  // namespace ri::data
