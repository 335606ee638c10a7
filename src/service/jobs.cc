#include "service/jobs.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "data/audit_entry.h"
#include "deals/score_deals.h"
#include "lifecycle/train_model.h"
#include "revenue/backtest.h"
#include "service/import_data.h"
#include "synthetic/generator.h"

namespace ri::service {
namespace {

using Json = nlohmann::json;

/// A job whose process gave no sign of life for so long is taken over.
constexpr std::chrono::minutes kStale{2};
constexpr std::chrono::milliseconds kReportEvery{500};
constexpr std::size_t kDemoDeals = 2500;

std::string Dump(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Writes what the work reports to the store twice a second, and carries back the wish to cancel.
class StoredProgress final : public base::Progress {
 public:
  StoredProgress(data::OperationsStore& store, std::int64_t job,
                 std::function<domain::Timestamp()> clock, std::function<bool()> stopping)
      : store_(store),
        job_(job),
        clock_(std::move(clock)),
        stopping_(std::move(stopping)),
        thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  void Begin(std::string_view stage, std::uint64_t total) override {
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    total_ = total;
    done_ = 0;
  }
  void Update(std::uint64_t done) override { done_ = done; }
  void End() override { done_ = total_.load(); }
  bool cancelled() const override { return cancelled_; }

 private:
  void Run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::string stage;
      {
        const std::lock_guard lock(mutex_);
        stage = stage_;
      }
      // A database that is away for a moment must not end the work.
      const auto asked = store_.ReportJob(job_, stage, static_cast<std::int64_t>(done_.load()),
                                          static_cast<std::int64_t>(total_.load()),
                                          domain::Milliseconds(clock_()));
      if ((asked && *asked) || stopping_()) {
        cancelled_ = true;
      }
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kReportEvery, [] { return false; });
    }
  }

  data::OperationsStore& store_;
  const std::int64_t job_;
  const std::function<domain::Timestamp()> clock_;
  const std::function<bool()> stopping_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string stage_ = "Starting";
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
  std::atomic<bool> cancelled_{false};
  std::jthread thread_;
};

Result<std::string> Import(const JobContext& context, const ImportRequest& request,
                           base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const ingest::ImportReport report,
                      ImportData(context.workspace, request, progress));
  Json files = Json::array();
  for (const ingest::ImportedFile& file : report.files) {
    files.push_back({{"name", file.path.substr(file.path.find_last_of('/') + 1)},
                     {"noun", file.noun},
                     {"rows", file.num_rows},
                     {"bad_rows", file.num_bad_rows},
                     {"unused_columns", file.unused_columns}});
  }
  Json rejects = Json::array();
  for (const ingest::RejectSummary& reject : report.rejects) {
    rejects.push_back({{"n", reject.count},
                       {"line", reject.example.line},
                       {"column", reject.example.column},
                       {"value", reject.example.value},
                       {"reason", reject.example.reason}});
  }
  return Dump({{"import_id", report.batch.id},
               {"already_imported", report.already_imported},
               {"dry_run", report.dry_run},
               {"mapping", report.mapping},
               {"rows", report.num_rows},
               {"bad_rows", report.num_bad_rows},
               {"events", report.already_imported ? 0 : report.batch.num_events},
               {"deals", report.num_deals},
               {"won", report.num_won},
               {"lost", report.num_lost},
               {"open", report.num_open},
               {"rejects", rejects},
               {"files", files},
               {"warnings", report.warnings}});
}

Result<std::string> RunImport(const JobContext& context, const Json& request,
                              base::Progress& progress) {
  ImportRequest import{.preset = request.value("preset", "auto"),
                       .dry_run = request.value("dry_run", false),
                       .actor = context.actor,
                       .now = context.now};
  for (const Json& path : request.value("paths", Json::array())) {
    import.paths.push_back(path.get<std::string>());
  }
  if (request.contains("mapping_path")) {
    import.mapping_path = request["mapping_path"].get<std::string>();
  }
  if (request.contains("known_at")) {
    import.known_at = domain::TimestampFromMilliseconds(request["known_at"].get<std::int64_t>());
  }
  return Import(context, import, progress);
}

Result<std::string> RunTrain(const JobContext& context, const Json& request,
                             base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(
      const lifecycle::TrainReport report,
      lifecycle::TrainModel(context.workspace,
                            {.promote_if_better = request.value("promote_if_better", false),
                             .actor = context.actor,
                             .now = context.now},
                            progress));
  return Dump({{"version", report.version.text()},
               {"promoted", report.promoted},
               {"reason", report.promotion_reason},
               {"refusal", report.result.refusal.empty() ? Json() : Json(report.result.refusal)},
               {"note", report.note.empty() ? Json() : Json(report.note)}});
}

Result<std::string> RunScore(const JobContext& context, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const deals::ScoreReport report,
                      deals::ScoreDeals(context.workspace, {.now = context.now}, progress));
  return Dump({{"run_id", report.run_id ? Json(*report.run_id) : Json()},
               {"deals", report.deals.size()},
               {"model_version", report.model_version}});
}

Result<std::string> RunBacktestJob(const JobContext& context, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const revenue::BacktestReport report,
                      revenue::RunBacktest(context.workspace, {.now = context.now}, progress));
  // Its time tells pages that there is a newer one.
  RI_RETURN_IF_ERROR(
      context.operations.SetDocument("backtest", domain::Milliseconds(context.now), "{}"));
  return Dump({{"quarters", report.quarters.size()},
               {"replayed", report.replayed},
               {"reused", report.reused}});
}

/// An invented company, imported and learned from: what a first look needs.
Result<std::string> RunDemoData(const JobContext& context, base::Progress& progress) {
  synthetic::GeneratorOptions generator;
  generator.scenario = "realistic";
  generator.deals = kDemoDeals;
  generator.output_folder = context.folder + "/demo-export";
  generator.threads = context.workspace.num_threads();
  generator.progress = &progress;
  RI_RETURN_IF_ERROR(synthetic::Generate(generator));
  RI_ASSIGN_OR_RETURN(
      const std::string imported,
      Import(context,
             {.paths = {generator.output_folder}, .actor = context.actor, .now = context.now},
             progress));
  RI_ASSIGN_OR_RETURN(const std::string trained,
                      RunTrain(context, {{"promote_if_better", true}}, progress));
  return Dump({{"import", Json::parse(imported)}, {"train", Json::parse(trained)}});
}

}  // namespace

std::string RequestOf(const ImportJob& job) {
  Json request = {{"paths", job.paths}, {"preset", job.preset}, {"dry_run", job.dry_run}};
  if (job.mapping_path) {
    request["mapping_path"] = *job.mapping_path;
  }
  if (job.known_at) {
    request["known_at"] = domain::Milliseconds(*job.known_at);
  }
  return Dump(request);
}

std::string TrainRequestOf(bool promote_if_better) {
  return Dump({{"promote_if_better", promote_if_better}});
}

Result<std::string> RunJob(const JobContext& context, const data::StoredJob& job,
                           base::Progress& progress) {
  const Json request = Json::parse(job.request, nullptr, false);
  if (!request.is_object()) {
    return Fail(ErrorCode::kInternal,
                "The request of job " + std::to_string(job.id) + " cannot be read.");
  }
  if (job.kind == "import") {
    return RunImport(context, request, progress);
  }
  if (job.kind == "train") {
    return RunTrain(context, request, progress);
  }
  if (job.kind == "score") {
    return RunScore(context, progress);
  }
  if (job.kind == "backtest") {
    return RunBacktestJob(context, progress);
  }
  if (job.kind == "demo_data") {
    return RunDemoData(context, progress);
  }
  return Fail(ErrorCode::kUsage, "This version knows no job of the kind '" + job.kind + "'.");
}

Result<bool> RunNextJob(book::Workspace& workspace, data::OperationsStore& operations,
                        const std::string& folder, const std::function<domain::Timestamp()>& clock,
                        const std::function<bool()>& stopping) {
  const domain::Timestamp now = clock();
  RI_ASSIGN_OR_RETURN(const auto job, operations.ClaimJob(domain::Milliseconds(now),
                                                          domain::Milliseconds(now - kStale)));
  if (!job) {
    return false;
  }
  Result<std::string> result = Fail(ErrorCode::kInternal, "not run");
  {
    StoredProgress progress(operations, job->id, clock, stopping);
    result = RunJob({.workspace = workspace,
                     .operations = operations,
                     .folder = folder,
                     .actor = job->actor,
                     .now = now},
                    *job, progress);
  }
  std::string status = "done";
  if (!result) {
    const ErrorCode code = result.error().code();
    status = code == ErrorCode::kCancelled ? "cancelled"
             : code == ErrorCode::kRefused ? "refused"
                                           : "failed";
  }
  RI_RETURN_IF_ERROR(operations.FinishJob(
      job->id, status, result ? std::nullopt : std::optional(result.error().message()),
      result ? std::optional(*result) : std::nullopt, domain::Milliseconds(clock())));
  RI_RETURN_IF_ERROR(data::WriteAudit(operations, clock(), job->actor, job->kind,
                                      "job " + std::to_string(job->id),
                                      Dump({{"status", status}})));
  return true;
}

}  // namespace ri::service
