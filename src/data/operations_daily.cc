// The journal of the daily run, and what was sent.
#include <charconv>

#include "data/operations_store.h"
#include "data/operations_values.h"

namespace ri::data {
namespace {

constexpr std::string_view kStepColumns =
    "SELECT day, step, status, state, summary, report FROM daily_steps ";
constexpr std::string_view kDeliveryColumns =
    "SELECT id, document, channel, status, attempts, last_at, error FROM deliveries ";

StoredDailyStep StepOf(const SqlRow& row) {
  return {.day = Integer(row[0]),
          .step = Text(row[1]),
          .status = Text(row[2]),
          .state = OptionalText(row[3]),
          .summary = Text(row[4]),
          .report = Text(row[5])};
}

StoredDelivery DeliveryOf(const SqlRow& row) {
  return {.id = Text(row[0]),
          .document = Text(row[1]),
          .channel = Text(row[2]),
          .status = Text(row[3]),
          .attempts = Integer(row[4]),
          .last_at = Integer(row[5]),
          .error = OptionalText(row[6])};
}

/// The shortest text that reads back as the same number.
std::string TextOfNumber(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr};
}

double NumberOf(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Result<std::unique_ptr<ProcessLock>> OperationsStore::LockDailyRun() {
  return database_->Hold(kDailyLock);
}

Result<std::vector<StoredDailyRun>> OperationsStore::DailyRuns(std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query("SELECT day, moment, status FROM daily_runs ORDER BY day DESC LIMIT $1", limit));
  std::vector<StoredDailyRun> runs;
  for (const SqlRow& row : rows) {
    runs.push_back({.day = Integer(row[0]), .moment = Integer(row[1]), .status = Text(row[2])});
  }
  return runs;
}

Status OperationsStore::SetDailyRun(const StoredDailyRun& run) {
  return Change(
      "INSERT INTO daily_runs (day, moment, status) VALUES ($1, $2, $3) ON CONFLICT (day) DO "
      "UPDATE SET status = excluded.status",
      run.day, run.moment, run.status);
}

Result<std::vector<StoredDailyStep>> OperationsStore::DailySteps(std::int64_t day) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query(std::string(kStepColumns) + "WHERE day = $1 ORDER BY step", day));
  std::vector<StoredDailyStep> steps;
  for (const SqlRow& row : rows) {
    steps.push_back(StepOf(row));
  }
  return steps;
}

Result<std::optional<StoredDailyStep>> OperationsStore::LastDailyStep(std::string_view step,
                                                                      std::string_view status,
                                                                      std::int64_t day) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query(std::string(kStepColumns) +
                "WHERE step = $1 AND status = $2 AND day <= $3 ORDER BY day DESC LIMIT 1",
            Value(step), Value(status), day));
  return rows.empty() ? std::nullopt : std::optional(StepOf(rows[0]));
}

Status OperationsStore::SetDailyStep(const StoredDailyStep& step) {
  return Change(
      "INSERT INTO daily_steps (day, step, status, state, summary, report) VALUES ($1, $2, $3, $4, "
      "$5, $6) ON CONFLICT (day, step) DO UPDATE SET status = excluded.status, state = "
      "excluded.state, summary = excluded.summary, report = excluded.report",
      step.day, step.step, step.status, Nullable(step.state), step.summary, step.report);
}

Result<std::vector<StoredDailyCost>> OperationsStore::DailyCosts(std::int64_t day) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query("SELECT step, seconds, processor_seconds, peak_bytes FROM daily_costs "
                            "WHERE day = $1 ORDER BY step",
                            day));
  std::vector<StoredDailyCost> costs;
  for (const SqlRow& row : rows) {
    costs.push_back({.day = day,
                     .step = Text(row[0]),
                     .seconds = NumberOf(Text(row[1])),
                     .processor_seconds = NumberOf(Text(row[2])),
                     .peak_bytes = Integer(row[3])});
  }
  return costs;
}

Status OperationsStore::SetDailyCost(const StoredDailyCost& cost) {
  return Change(
      "INSERT INTO daily_costs (day, step, seconds, processor_seconds, peak_bytes) VALUES ($1, $2, "
      "$3, $4, $5) ON CONFLICT (day, step) DO UPDATE SET seconds = excluded.seconds, "
      "processor_seconds = excluded.processor_seconds, peak_bytes = excluded.peak_bytes",
      cost.day, cost.step, TextOfNumber(cost.seconds), TextOfNumber(cost.processor_seconds),
      cost.peak_bytes);
}

Result<std::optional<StoredDelivery>> OperationsStore::Delivery(std::string_view id) {
  RI_ASSIGN_OR_RETURN(const auto rows,
                      Query(std::string(kDeliveryColumns) + "WHERE id = $1", Value(id)));
  return rows.empty() ? std::nullopt : std::optional(DeliveryOf(rows[0]));
}

Result<std::vector<StoredDelivery>> OperationsStore::Deliveries(std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      Query(std::string(kDeliveryColumns) + "ORDER BY last_at DESC, id LIMIT $1", limit));
  std::vector<StoredDelivery> deliveries;
  for (const SqlRow& row : rows) {
    deliveries.push_back(DeliveryOf(row));
  }
  return deliveries;
}

Status OperationsStore::SetDelivery(const StoredDelivery& delivery) {
  return Change(
      "INSERT INTO deliveries (id, document, channel, status, attempts, last_at, error) VALUES "
      "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET status = excluded.status, "
      "attempts = excluded.attempts, last_at = excluded.last_at, error = excluded.error",
      delivery.id, delivery.document, delivery.channel, delivery.status, delivery.attempts,
      delivery.last_at, Nullable(delivery.error));
}

}  // namespace ri::data
