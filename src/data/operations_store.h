#pragma once

/// People, how they sign in, what they decided, long work, and the log of who did what: everything
/// the server keeps beside the events. Times are milliseconds since 1970 UTC, days are counted from
/// 1970-01-01. Secrets never reach this class, only their hashes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/sql_database.h"

namespace ri::data {

struct StoredUser {
  std::int64_t id = 0;
  std::string email;  ///< lower case
  std::string name;
  std::string role;
  std::optional<std::string> rep_id;  ///< key of the rep in the CRM
  bool sees_all = false;
  bool disabled = false;
  std::optional<std::string> password_hash;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> last_sign_in_at;
};

struct StoredSession {
  std::string token_hash;
  std::int64_t user_id = 0;
  std::string csrf_token;
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
  bool by_link = false;
};

struct StoredToken {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::string name;
  std::string token_hash;
  std::string scopes;  ///< separated by blanks
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
  std::optional<std::int64_t> last_used_at;
  std::optional<std::int64_t> revoked_at;
};

struct SignInFailures {
  std::int64_t failures = 0;
  std::int64_t locked_until = 0;
  std::int64_t last_at = 0;
};

struct AuditRecord {
  std::int64_t id = 0;
  std::int64_t at = 0;
  std::string actor;
  std::string action;
  std::string subject;
  std::string detail;  ///< JSON
  std::string previous_hash;
  std::string hash;
};

struct AuditCheck {
  std::int64_t entries = 0;
  std::string head;  ///< hash of the newest entry; empty without entries
  std::optional<std::int64_t> first_broken;
};

struct StoredJob {
  std::int64_t id = 0;
  std::string kind;
  std::string status;  ///< queued, running, done, refused, failed, cancelled
  std::optional<std::string> stage;
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> started_at, finished_at, heartbeat_at;
  std::string actor;
  std::string request;  ///< JSON
  std::optional<std::string> error;
  std::optional<std::string> result;  ///< JSON
  bool cancel_requested = false;
};

struct StoredDecision {
  std::int64_t id = 0;
  std::string deal_id;
  std::string kind;
  std::int64_t at = 0;
  std::int64_t user_id = 0;
  std::string actor;
  std::optional<std::string> note;
  std::optional<std::int64_t> until_day;
  std::optional<std::string> reason_code;
  std::int64_t seen_as_of = 0;
  std::optional<std::string> seen_win;  ///< shortest text that reads back as the same number
  std::optional<std::string> seen_model, seen_row_hash;
  std::optional<std::int64_t> taken_back_at;
};

struct StoredSubmission {
  std::int64_t id = 0;
  std::string period, node_id, node_name, kind;
  std::optional<std::string> category;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::optional<std::string> note, reason_code;
  std::int64_t at = 0;
  std::int64_t user_id = 0;
  std::string actor;
  std::optional<std::int64_t> model_mean, model_p10, model_p50, model_p90;  ///< minor units
};

/// One day's run of the recurring work.
struct StoredDailyRun {
  std::int64_t day = 0;     ///< primary key
  std::int64_t moment = 0;  ///< from which every step of the day looks
  std::string status;       ///< running, done, failed
};

struct StoredDailyStep {
  std::int64_t day = 0;
  std::string step;
  std::string status;                ///< running, done, skipped, refused, failed
  std::optional<std::string> state;  ///< noted before the step changed anything
  std::string summary;               ///< one sentence
  std::string report;                ///< JSON
};

/// What one step of a day's run took.
struct StoredDailyCost {
  std::int64_t day = 0;
  std::string step;
  double seconds = 0;            ///< on the clock
  double processor_seconds = 0;  ///< of all threads
  std::int64_t peak_bytes = 0;   ///< the most the process had held by its end
};

/// A message to one channel. Nothing secret: no address with a password, no body.
struct StoredDelivery {
  std::string id;        ///< the same whenever the same message is sent again
  std::string document;  ///< name of the document that is sent
  std::string channel;   ///< "mail ann@example.com", "webhook hooks.example.com"
  std::string status;    ///< waiting, sent, failed
  std::int64_t attempts = 0;
  std::int64_t last_at = 0;
  std::optional<std::string> error;
};

struct StoredView {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::string name, page, query;
  bool shared = false;
  std::int64_t created_at = 0;
};

struct StoredUpload {
  std::string id;
  std::int64_t user_id = 0;
  std::string name, path;
  std::int64_t bytes = 0;
  std::string sha256;
  std::int64_t expires_at = 0;
};

struct StoredAlert {
  std::int64_t id = 0;
  std::string type;
  std::string deal_id;
  std::optional<std::string> rep_id;  ///< key of the owner then
  std::int64_t fired_day = 0;
  bool withheld = false;
  std::string reason;
  std::optional<std::string> risk, excess_risk, win;  ///< shortest texts of numbers
  std::optional<std::int64_t> commit_day;
  std::optional<std::string> model, row_hash;
  std::optional<std::int64_t> ended_day;
  std::optional<std::string> ended;
};

/// A Monday on which alerts were drawn.
struct StoredAlertWeek {
  std::int64_t week = 0;  ///< day number
  std::string model;
  std::int64_t fired = 0, waiting = 0, ended = 0;
  std::string state;  ///< empty but for the newest
};

/// Thread safety: any method from any thread.
class OperationsStore {
 public:
  explicit OperationsStore(std::unique_ptr<SqlDatabase> database)
      : database_(std::move(database)) {}

  // -- people ----------------------------------------------------------------------------------
  /// kConflict when the address is taken.
  Result<std::int64_t> AddUser(const StoredUser& user);
  Status UpdateUser(const StoredUser& user);
  Result<std::vector<StoredUser>> Users();
  Result<std::optional<StoredUser>> UserById(std::int64_t id);
  Result<std::optional<StoredUser>> UserByEmail(std::string_view email);

  /// Replaces earlier links of the user.
  Status SetLink(std::string_view token_hash, std::int64_t user_id, std::int64_t expires_at);
  /// Uses a link up: the second call finds nothing. Empty when there is none or it expired.
  Result<std::optional<std::int64_t>> TakeLink(std::string_view token_hash, std::int64_t now);

  Status AddSession(const StoredSession& session);
  Result<std::optional<StoredSession>> Session(std::string_view token_hash, std::int64_t now);
  Status EndSession(std::string_view token_hash);
  /// Ends the sessions of a user but `except`; also throws expired ones away.
  Status EndSessionsOf(std::int64_t user_id, std::string_view except, std::int64_t now);

  Result<std::int64_t> AddToken(const StoredToken& token);
  Result<std::vector<StoredToken>> Tokens();
  Result<std::optional<StoredToken>> TokenByHash(std::string_view token_hash);
  Status TouchToken(std::int64_t id, std::int64_t at);
  Status RevokeToken(std::int64_t id, std::int64_t at);

  Result<SignInFailures> Failures(std::string_view name);
  Status SetFailures(std::string_view name, const SignInFailures& failures);

  // -- audit -----------------------------------------------------------------------------------
  /// Appends to the chain; id, previous_hash and hash are set here.
  Status Audit(AuditRecord record);
  /// The same, unless the log holds an entry of that action and subject already; so that work which
  /// was killed before it wrote its entry may be repeated. True when it was added.
  Result<bool> AuditOnce(AuditRecord record);
  /// Newest first, before `before` (0: all); empty texts do not filter.
  Result<std::vector<AuditRecord>> AuditPage(std::int64_t before, std::int64_t limit,
                                             std::string_view action, std::string_view actor);
  /// Recomputes the whole chain.
  Result<AuditCheck> VerifyAudit();

  // -- long work -------------------------------------------------------------------------------
  Result<std::int64_t> AddJob(const StoredJob& job);
  Result<std::optional<StoredJob>> Job(std::int64_t id);
  Result<std::vector<StoredJob>> Jobs(std::int64_t limit);  ///< newest first
  /// Takes the oldest queued job for this process, or one whose process has given no sign of life
  /// since `stale_before`. No two callers get the same.
  Result<std::optional<StoredJob>> ClaimJob(std::int64_t now, std::int64_t stale_before);
  /// Writes progress and tells whether somebody asked to cancel.
  Result<bool> ReportJob(std::int64_t id, std::string_view stage, std::int64_t done,
                         std::int64_t total, std::int64_t now);
  Status FinishJob(std::int64_t id, std::string_view status, std::optional<std::string> error,
                   std::optional<std::string> result, std::int64_t now);
  /// False when the job is over already. A queued job is cancelled at once.
  Result<bool> RequestCancel(std::int64_t id, std::int64_t now);

  // -- the daily run ---------------------------------------------------------------------------
  /// Keeps other processes out of the daily run until the result is destroyed or this process ends.
  /// kConflict when one is running.
  Result<std::unique_ptr<ProcessLock>> LockDailyRun();
  /// Newest first.
  Result<std::vector<StoredDailyRun>> DailyRuns(std::int64_t limit);
  Status SetDailyRun(const StoredDailyRun& run);
  /// Of one day, by name.
  Result<std::vector<StoredDailyStep>> DailySteps(std::int64_t day);
  /// The newest run of a step that has this status, on or before `day`.
  Result<std::optional<StoredDailyStep>> LastDailyStep(std::string_view step,
                                                       std::string_view status, std::int64_t day);
  Status SetDailyStep(const StoredDailyStep& step);
  /// Of one day, by name. A step that was tried again has the cost of its last try.
  Result<std::vector<StoredDailyCost>> DailyCosts(std::int64_t day);
  Status SetDailyCost(const StoredDailyCost& cost);

  Result<std::optional<StoredDelivery>> Delivery(std::string_view id);
  Result<std::vector<StoredDelivery>> Deliveries(std::int64_t limit);  ///< newest first
  Status SetDelivery(const StoredDelivery& delivery);

  // -- decisions -------------------------------------------------------------------------------
  Result<std::int64_t> AddDecision(const StoredDecision& decision);
  Result<std::vector<StoredDecision>> DecisionsOf(std::string_view deal_id);  ///< newest first
  /// All that are in force, oldest first.
  Result<std::vector<StoredDecision>> DecisionsInForce();
  /// Highest id and number taken back, to notice changes.
  Result<std::string> DecisionsTag();
  Result<bool> TakeBack(std::int64_t id, std::int64_t user_id, std::int64_t at);

  // -- alerts ----------------------------------------------------------------------------------
  /// Adds a week with the alerts it raised, and ends others (type, deal, how), all or nothing.
  /// False when the week was there already; then nothing changes.
  struct EndedAlert {
    std::string type, deal_id, how;
  };
  Result<bool> AddAlertWeek(const StoredAlertWeek& week, const std::vector<StoredAlert>& fired,
                            const std::vector<EndedAlert>& ended);
  Result<std::optional<StoredAlertWeek>> NewestAlertWeek();
  /// By day of firing, newest first, then type and deal. `open` leaves out those that ended.
  Result<std::vector<StoredAlert>> Alerts(std::int64_t fired_from, bool open);
  Result<std::vector<StoredAlert>> AlertsOf(std::string_view deal_id);  ///< newest first

  Result<std::int64_t> AddSubmission(const StoredSubmission& submission);
  /// Newest first, before `before` (0: all); an empty period means all.
  Result<std::vector<StoredSubmission>> Submissions(std::string_view period, std::int64_t before,
                                                    std::int64_t limit);

  Result<std::int64_t> SaveView(const StoredView& view);
  Result<std::vector<StoredView>> Views();
  Result<bool> DeleteView(std::int64_t id, std::int64_t user_id);

  Status AddUpload(const StoredUpload& upload);
  Result<std::optional<StoredUpload>> Upload(std::string_view id, std::int64_t now);
  Result<bool> DeleteUpload(std::string_view id);
  Result<std::vector<StoredUpload>> ExpiredUploads(std::int64_t now);

  Status SetDocument(std::string_view name, std::int64_t at, std::string_view value);
  /// Time and text.
  Result<std::optional<std::pair<std::int64_t, std::string>>> Document(std::string_view name);

 private:
  template <typename... Values>
  Result<std::vector<SqlRow>> Query(std::string_view sql, const Values&... values) {
    std::vector<SqlRow> rows;
    RI_RETURN_IF_ERROR(database_->With([&](SqlSession& session) -> Status {
      RI_ASSIGN_OR_RETURN(rows, session.Run(sql, values...));
      return {};
    }));
    return rows;
  }
  template <typename... Values>
  Status Change(std::string_view sql, const Values&... values) {
    const auto rows = Query(sql, values...);
    return rows ? Status() : Status(std::unexpected(rows.error()));
  }
  /// Of a statement that ends with RETURNING id.
  template <typename... Values>
  Result<std::int64_t> Insert(std::string_view sql, const Values&... values) {
    RI_ASSIGN_OR_RETURN(const auto rows, Query(sql, values...));
    return Integer(rows.at(0).at(0));
  }

  std::unique_ptr<SqlDatabase> database_;
};

/// What the chain of the audit log is made of; see AuditRecord::hash.
[[nodiscard]] std::string AuditHash(const AuditRecord& record);

}  // namespace ri::data
