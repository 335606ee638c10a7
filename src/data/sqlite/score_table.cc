#include "data/sqlite/score_table.h"

#include <string>
#include <utility>

#include "data/model_rules.h"

namespace ri::data::sqlite {

Result<std::int64_t> AddScoreRun(Connection& connection, const ScoreRun& run,
                                 std::span<const StoredScore> scores) {
  RI_RETURN_IF_ERROR(CheckScores(run, scores));
  RI_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kWrite));
  RI_ASSIGN_OR_RETURN(const std::int64_t id,
                      connection.QueryInteger("SELECT coalesce(max(id), 0) + 1 FROM score_runs"));
  {
    RI_ASSIGN_OR_RETURN(Statement insert_run,
                        connection.Prepare("INSERT INTO score_runs (id, as_of, known_at, "
                                           "model_version, created_at) VALUES (?, ?, ?, ?, ?)"));
    insert_run.Bind(1, id);
    insert_run.Bind(2, run.as_of);
    insert_run.Bind(3, run.known_at);
    insert_run.Bind(4, run.model_version);
    insert_run.Bind(5, run.created_at);
    RI_RETURN_IF_ERROR(insert_run.Run());
    RI_ASSIGN_OR_RETURN(
        Statement insert,
        connection.Prepare("INSERT INTO scores (run, deal_id, margin, win_probability, win_low, "
                           "win_high, win_by_quarter_end, feature_row_hash, payload) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    for (const StoredScore& score : scores) {
      insert.Bind(1, id);
      insert.Bind(2, score.deal_id);
      insert.BindReal(3, score.margin);
      insert.BindReal(4, score.win_probability);
      insert.BindReal(5, score.win_low);
      insert.BindReal(6, score.win_high);
      insert.BindReal(7, score.win_by_quarter_end);
      insert.Bind(8, score.feature_row_hash);
      insert.Bind(9, score.payload);
      RI_RETURN_IF_ERROR(insert.Run());
    }
  }
  RI_RETURN_IF_ERROR(transaction.Commit());
  return id;
}

Result<std::vector<ScoreRun>> ReadScoreRuns(Connection& connection) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT id, as_of, known_at, model_version, created_at "
                                         "FROM score_runs ORDER BY id DESC"));
  std::vector<ScoreRun> runs;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return runs;
    }
    runs.push_back({.id = rows.Integer(0),
                    .as_of = rows.Integer(1),
                    .known_at = rows.Integer(2),
                    .model_version = std::string(rows.Text(3)),
                    .created_at = rows.Integer(4)});
  }
}

Result<std::vector<StoredScore>> ReadScores(Connection& connection, std::int64_t run_id) {
  RI_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kRead));
  {
    RI_ASSIGN_OR_RETURN(Statement run, connection.Prepare("SELECT 1 FROM score_runs WHERE id = ?"));
    run.Bind(1, run_id);
    RI_ASSIGN_OR_RETURN(const bool found, run.Step());
    if (!found) {
      return NoSuchRun(run_id);
    }
  }
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare("SELECT deal_id, margin, win_probability, win_low, win_high, "
                         "win_by_quarter_end, feature_row_hash, payload FROM scores WHERE run = ? "
                         "ORDER BY deal_id"));
  rows.Bind(1, run_id);
  std::vector<StoredScore> scores;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
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

}  // namespace ri::data::sqlite
