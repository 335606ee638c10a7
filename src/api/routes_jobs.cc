// Long work: start, watch, cancel.
#include <nlohmann/json.hpp>

#include "api/job_documents.h"
#include "api/jobs.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "data/audit_entry.h"
#include "service/jobs.h"

namespace ri::api {
namespace {

constexpr std::int64_t kListedJobs = 100;

Result<data::StoredJob> FindJob(Call& call) {
  RI_ASSIGN_OR_RETURN(auto job, call.services.operations.Job(call.PathNumber("job_id")));
  if (!job) {
    return Fail(ErrorCode::kNotFound, "There is no such job.");
  }
  return *std::move(job);
}

Result<Response> List(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto jobs, call.services.operations.Jobs(kListedJobs));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredJob& job : jobs) {
    WriteJob(json, job, call.language());
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Get(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredJob job, FindJob(call));
  JsonWriter json;
  WriteJob(json, job, call.language());
  return JsonResponse(json);
}

Result<Response> Start(Call& call) {
  BodyInput body(call.request);
  const auto kind = body.Word("kind", {"train", "score", "backtest", "demo_data"});
  const bool promote = body.Flag("promote_if_better").value_or(false);
  if (!body.Has("kind")) {
    body.Complain("kind", "is missing.");
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  return StartJob(call, *kind, service::TrainRequestOf(promote));
}

Result<Response> Cancel(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredJob job, FindJob(call));
  RI_ASSIGN_OR_RETURN(const bool asked, call.services.operations.RequestCancel(
                                            job.id, domain::Milliseconds(call.now)));
  if (!asked) {
    return Problem(409, "conflict", "The job is over already.");
  }
  RI_RETURN_IF_ERROR(data::WriteAudit(call.services.operations, call.now, call.user().actor(),
                                      "cancel", "job " + std::to_string(job.id)));
  RI_ASSIGN_OR_RETURN(const data::StoredJob after, FindJob(call));
  JsonWriter json;
  WriteJob(json, after, call.language());
  return JsonResponse(202, json);
}

/// Events of one job until it is over. Says something every few seconds, so that a client that went
/// away is noticed.
class JobEvents final : public ByteStream {
 public:
  JobEvents(data::OperationsStore& store, std::int64_t job, base::Language language)
      : store_(store), job_(job), language_(language) {}

  Piece Next(bool closing) override {
    Piece piece{.wait = std::chrono::milliseconds(400)};
    const auto job = store_.Job(job_);
    if (!job || !*job || closing) {
      // The client asks again by itself; that is how server-sent events work.
      piece.last = true;
      return piece;
    }
    JsonWriter json;
    WriteJob(json, **job, language_);
    const std::string text = json.Take();
    const bool over = (*job)->finished_at.has_value();
    if (over) {
      piece.bytes = "event: end\ndata: " + text + "\n\n";
      piece.last = true;
    } else if (text != last_) {
      piece.bytes = "event: progress\ndata: " + text + "\n\n";
      quiet_ = 0;
    } else if (++quiet_ % 25 == 0) {
      piece.bytes = ": still here\n\n";
    }
    last_ = text;
    return piece;
  }

 private:
  data::OperationsStore& store_;
  const std::int64_t job_;
  const base::Language language_;
  std::string last_;
  int quiet_ = 0;
};

Result<Response> Watch(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredJob job, FindJob(call));
  Response response;
  response.Set("Content-Type", "text/event-stream")
      .Set("Cache-Control", "no-store")
      .Set("X-Accel-Buffering", "no");
  response.stream = std::make_unique<JobEvents>(call.services.operations, job.id, call.language());
  return response;
}

/// The sentences in a job's result; its figures and names stay.
std::string ResultIn(base::Language language, const std::string& result) {
  if (language == base::Language::kEnglish) {
    return result;
  }
  auto document = nlohmann::ordered_json::parse(result, nullptr, false);
  if (!document.is_object()) {
    return result;
  }
  for (const char* name : {"reason", "refusal", "note"}) {
    const auto found = document.find(name);
    if (found != document.end() && found->is_string()) {
      *found = InLanguage(language, found->get<std::string>());
    }
  }
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<Response> StartJob(Call& call, const std::string& kind, const std::string& request) {
  RI_ASSIGN_OR_RETURN(const std::int64_t id,
                      call.services.operations.AddJob({.kind = kind,
                                                       .created_at = domain::Milliseconds(call.now),
                                                       .actor = call.user().actor(),
                                                       .request = request}));
  RI_RETURN_IF_ERROR(data::WriteAudit(call.services.operations, call.now, call.user().actor(),
                                      "start-" + kind, "job " + std::to_string(id)));
  call.services.jobs->Wake();
  RI_ASSIGN_OR_RETURN(const auto job, call.services.operations.Job(id));
  JsonWriter json;
  WriteJob(json, *job, call.language());
  Response response = JsonResponse(202, json);
  return std::move(response.Set("Location", "/api/v1/jobs/" + std::to_string(id)));
}

void WriteJob(JsonWriter& json, const data::StoredJob& job, base::Language language) {
  json.BeginObject()
      .Field("job_id", job.id)
      .Field("kind", job.kind)
      .Field("status", job.status)
      .Field("stage", job.stage)
      .Field("done", job.done)
      .Field("total", job.total);
  TimeField(json, "created_at", std::optional(job.created_at));
  TimeField(json, "started_at", job.started_at);
  TimeField(json, "finished_at", job.finished_at);
  json.Field("actor", job.actor)
      .TextOrNull("error", InLanguage(language, job.error.value_or("")))
      .Key("result");
  job.result ? json.Raw(ResultIn(language, *job.result)) : json.Null();
  json.EndObject();
}

void AddJobRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/jobs", Permission::kOperate, List));
  router.Add(Permitted("POST", "/api/v1/jobs", Permission::kOperate, Start));
  router.Add(Permitted("GET", "/api/v1/jobs/{job_id}", Permission::kOperate, Get));
  router.Add(Permitted("GET", "/api/v1/jobs/{job_id}/events", Permission::kOperate, Watch));
  router.Add(Permitted("POST", "/api/v1/jobs/{job_id}/cancel", Permission::kOperate, Cancel));
}

}  // namespace ri::api
