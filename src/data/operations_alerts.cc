// Alerts as they were raised.
#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, type, deal_id, rep_id, fired_day, withheld, reason, risk, excess_risk, win, "
    "commit_day, model, row_hash, ended_day, ended FROM alerts ";

StoredAlert AlertOf(const SqlRow& row) {
  return {.id = Integer(row[0]),
          .type = Text(row[1]),
          .deal_id = Text(row[2]),
          .rep_id = OptionalText(row[3]),
          .fired_day = Integer(row[4]),
          .withheld = Integer(row[5]) != 0,
          .reason = Text(row[6]),
          .risk = OptionalText(row[7]),
          .excess_risk = OptionalText(row[8]),
          .win = OptionalText(row[9]),
          .commit_day = OptionalInteger(row[10]),
          .model = OptionalText(row[11]),
          .row_hash = OptionalText(row[12]),
          .ended_day = OptionalInteger(row[13]),
          .ended = OptionalText(row[14])};
}

std::vector<StoredAlert> AlertsOfRows(const std::vector<SqlRow>& rows) {
  std::vector<StoredAlert> alerts;
  alerts.reserve(rows.size());
  for (const SqlRow& row : rows) {
    alerts.push_back(AlertOf(row));
  }
  return alerts;
}

}  // namespace

Result<bool> OperationsStore::AddAlertWeek(const StoredAlertWeek& week,
                                           const std::vector<StoredAlert>& fired,
                                           const std::vector<EndedAlert>& ended) {
  bool added = false;
  const Status stored = database_->Atomically([&](SqlSession& session) -> Status {
    added = false;
    RI_RETURN_IF_ERROR(database_->Lock(session, kAlertLock));
    RI_ASSIGN_OR_RETURN(const auto present,
                        session.Run("SELECT week FROM alert_weeks WHERE week >= $1", week.week));
    if (!present.empty()) {
      return {};
    }
    RI_ASSIGN_OR_RETURN([[maybe_unused]] const auto cleared,
                        session.Run("UPDATE alert_weeks SET state = '' WHERE state <> ''"));
    RI_ASSIGN_OR_RETURN(
        [[maybe_unused]] const auto inserted,
        session.Run("INSERT INTO alert_weeks (week, model, fired, waiting, ended, state) VALUES "
                    "($1, $2, $3, $4, $5, $6)",
                    week.week, week.model, week.fired, week.waiting, week.ended, week.state));
    for (const EndedAlert& end : ended) {
      RI_ASSIGN_OR_RETURN(
          [[maybe_unused]] const auto changed,
          session.Run("UPDATE alerts SET ended_day = $1, ended = $2 WHERE type = $3 AND deal_id = "
                      "$4 AND ended_day IS NULL",
                      week.week, end.how, end.type, end.deal_id));
    }
    for (const StoredAlert& alert : fired) {
      RI_ASSIGN_OR_RETURN(
          [[maybe_unused]] const auto raised,
          session.Run("INSERT INTO alerts (type, deal_id, rep_id, fired_day, withheld, reason, "
                      "risk, excess_risk, win, commit_day, model, row_hash) VALUES ($1, $2, $3, "
                      "$4, $5, $6, $7, $8, $9, $10, $11, $12)",
                      alert.type, alert.deal_id, Nullable(alert.rep_id), alert.fired_day,
                      Flag(alert.withheld), alert.reason, Nullable(alert.risk),
                      Nullable(alert.excess_risk), Nullable(alert.win), Nullable(alert.commit_day),
                      Nullable(alert.model), Nullable(alert.row_hash)));
    }
    added = true;
    return {};
  });
  if (!stored) {
    return std::unexpected(stored.error());
  }
  return added;
}

Result<std::optional<StoredAlertWeek>> OperationsStore::NewestAlertWeek() {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT week, model, fired, waiting, ended, state FROM alert_weeks "
                            "ORDER BY week DESC LIMIT 1"));
  if (rows.empty()) {
    return std::nullopt;
  }
  const SqlRow& row = rows.front();
  return StoredAlertWeek{.week = Integer(row[0]),
                         .model = Text(row[1]),
                         .fired = Integer(row[2]),
                         .waiting = Integer(row[3]),
                         .ended = Integer(row[4]),
                         .state = Text(row[5])};
}

Result<std::vector<StoredAlert>> OperationsStore::Alerts(std::int64_t fired_from, bool open) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kColumns) + "WHERE fired_day >= $1" +
                                                 (open ? " AND ended_day IS NULL" : "") +
                                                 " ORDER BY fired_day DESC, type, deal_id",
                                             fired_from));
  return AlertsOfRows(rows);
}

Result<std::vector<StoredAlert>> OperationsStore::AlertsOf(std::string_view deal_id) {
  RI_ASSIGN_OR_RETURN(const auto rows, Query(std::string(kColumns) +
                                                 "WHERE deal_id = $1 ORDER BY fired_day DESC, type",
                                             Value(deal_id)));
  return AlertsOfRows(rows);
}

}  // namespace ri::data
