#include "data/postgres/score_table.h"

#include <string>
#include <utility>

#include "data/model_rules.h"
#include "data/postgres/copy.h"

namespace ri::data::postgres {
namespace {

constexpr std::string_view kScores =
    "scores (run, deal_id, margin, win_probability, win_low, win_high, win_by_quarter_end, "
    "feature_row_hash, payload)";
constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;

Status CopyScores(Connection& connection, std::int64_t run, std::span<const StoredScore> scores) {
  RI_ASSIGN_OR_RETURN(CopyIn copy, CopyIn::Begin(connection, kScores));
  CopyRows rows;
  for (const StoredScore& score : scores) {
    rows.BeginRow(9);
    rows.Add(run);
    rows.Add(std::string_view(score.deal_id));
    rows.Add(score.margin);
    rows.Add(score.win_probability);
    rows.Add(score.win_low);
    rows.Add(score.win_high);
    rows.Add(score.win_by_quarter_end);
    rows.Add(std::string_view(score.feature_row_hash));
    rows.Add(std::string_view(score.payload));
    if (rows.bytes().size() >= kFlushBytes) {
      RI_RETURN_IF_ERROR(copy.Send(rows));
      rows.Clear();
    }
  }
  RI_RETURN_IF_ERROR(copy.Send(rows));
  return copy.Finish();
}

}  // namespace

Result<std::int64_t> AddScoreRun(Connection& connection, const ScoreRun& run,
                                 std::span<const StoredScore> scores) {
  RI_RETURN_IF_ERROR(CheckScores(run, scores));
  RI_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kWrite));
  // Keeps another run from taking the same number; readers are not held up.
  RI_RETURN_IF_ERROR(connection.Execute("LOCK TABLE score_runs IN SHARE ROW EXCLUSIVE MODE"));
  RI_ASSIGN_OR_RETURN(
      const std::int64_t id,
      connection.QueryInteger("INSERT INTO score_runs (id, as_of, known_at, model_version, "
                              "created_at) SELECT coalesce(max(id), 0) + 1, $1::bigint, "
                              "$2::bigint, $3::text, $4::bigint FROM score_runs RETURNING id",
                              Parameters()
                                  .Add(run.as_of)
                                  .Add(run.known_at)
                                  .Add(run.model_version)
                                  .Add(run.created_at)));
  RI_RETURN_IF_ERROR(CopyScores(connection, id, scores));
  RI_RETURN_IF_ERROR(transaction.Commit());
  return id;
}

Result<std::vector<ScoreRun>> ReadScoreRuns(Connection& connection) {
  RI_ASSIGN_OR_RETURN(const QueryResult rows,
                      connection.Query("SELECT id, as_of, known_at, model_version, created_at "
                                       "FROM score_runs ORDER BY id DESC"));
  std::vector<ScoreRun> runs;
  for (int row = 0; row < rows.num_rows(); ++row) {
    runs.push_back({.id = rows.Integer(row, 0),
                    .as_of = rows.Integer(row, 1),
                    .known_at = rows.Integer(row, 2),
                    .model_version = std::string(rows.Text(row, 3)),
                    .created_at = rows.Integer(row, 4)});
  }
  return runs;
}

Result<std::vector<StoredScore>> ReadScores(Connection& connection, std::int64_t run_id) {
  RI_ASSIGN_OR_RETURN(
      const QueryResult run,
      connection.Query("SELECT 1 FROM score_runs WHERE id = $1", Parameters().Add(run_id)));
  if (run.num_rows() == 0) {
    return NoSuchRun(run_id);
  }
  // COPY takes no parameters; the number is our own.
  RI_ASSIGN_OR_RETURN(
      CopyOut rows,
      CopyOut::Begin(connection,
                     "(SELECT deal_id, margin, win_probability, win_low, win_high, "
                     "win_by_quarter_end, feature_row_hash, payload FROM scores WHERE run = " +
                         std::to_string(run_id) + " ORDER BY deal_id)"));
  std::vector<StoredScore> scores;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
    if (!row) {
      return scores;
    }
    scores.push_back({.deal_id = std::string(rows.Text(0)),
                      .margin = rows.Real(1),
                      .win_probability = rows.Real(2),
                      .win_low = rows.Real(3),
                      .win_high = rows.Real(4),
                      .win_by_quarter_end = rows.Real(5),
                      .feature_row_hash = std::string(rows.Text(6)),
                      .payload = std::string(rows.Text(7))});
  }
}

}  // namespace ri::data::postgres
