// Imports, uploads, what the data is worth.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "api/deal_documents.h"
#include "api/forecast_documents.h"
#include "api/job_documents.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "base/secret.h"
#include "base/sha256.h"
#include "service/data_quality.h"
#include "service/inspect_file.h"
#include "service/jobs.h"
#include "service/organisation_changes.h"

namespace ri::api {
namespace {

constexpr base::Phrase kNoLeak("No field was found to give the outcome away.",
                               "Kein Feld verrät den Ausgang.");

namespace fs = std::filesystem;

/// Changes of the organisation that one answer holds, newest first.
constexpr std::size_t kMostChanges = 500;
constexpr std::uint64_t kLargestUpload = std::uint64_t{8} << 30;
constexpr std::chrono::hours kUploadTime{24};

Result<Response> ListImports(Call& call) {
  RI_ASSIGN_OR_RETURN(auto batches, call.services.workspace.store().Batches());
  std::ranges::sort(batches, std::greater(), &data::Batch::id);
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::Batch& batch : batches) {
    json.BeginObject()
        .Field("import_id", batch.id)
        .Field("source", batch.source)
        // Where a file lay on the server is nobody's business.
        .Field("path", batch.path.substr(batch.path.find_last_of('/') + 1));
    TimeField(json, "known_at", std::optional(batch.known_at));
    json.Field("rows", batch.num_rows)
        .Field("events", batch.num_events)
        .Field("rejects", batch.num_rejects)
        .Field("content_sha256", batch.content_sha256)
        .Field("mapping", batch.mapping)
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> ListRejects(Call& call) {
  QueryInput query(call.request);
  const auto limit = query.Integer("limit", 1, 1000);
  const auto cursor = query.Integer("cursor", 0, std::numeric_limits<std::int64_t>::max());
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto batches, call.services.workspace.store().Batches());
  const std::int64_t id = call.PathNumber("import_id");
  if (std::ranges::find(batches, id, &data::Batch::id) == batches.end()) {
    return Problem(404, "not-found", "There is no such import.");
  }
  RI_ASSIGN_OR_RETURN(const auto rejects, call.services.workspace.store().Rejects(id));
  const std::size_t begin = std::min(rejects.size(), static_cast<std::size_t>(cursor.value_or(0)));
  const std::size_t end =
      std::min(rejects.size(), begin + static_cast<std::size_t>(limit.value_or(100)));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (std::size_t i = begin; i < end; ++i) {
    const data::Reject& reject = rejects[i];
    json.BeginObject()
        .Field("file", reject.file.substr(reject.file.find_last_of('/') + 1))
        .Field("line", reject.line)
        .TextOrNull("column", reject.column)
        .Field("value", reject.value)
        .Field("reason", reject.reason)
        .EndObject();
  }
  json.EndArray()
      .TextOrNull("next_cursor", end < rejects.size() ? std::to_string(end) : std::string())
      .Field("total", rejects.size())
      .EndObject();
  return JsonResponse(json);
}

/// The last part of a name in letters that mean nothing to a shell or a file system.
std::string SafeName(const std::string& name) {
  std::string safe = name.substr(name.find_last_of("/\\") + 1);
  for (char& c : safe) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_' || c == ' ' || c == '(' || c == ')';
    c = plain ? c : '_';
  }
  while (safe.starts_with('.')) {
    safe.erase(0, 1);
  }
  return safe.empty() ? "upload" : safe.substr(0, 200);
}

Result<std::string> HashOfFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  base::Sha256 hash;
  std::vector<char> piece(1 << 20);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.Update(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
  }
  if (!in.eof()) {
    return Fail(ErrorCode::kStorage, "An uploaded file cannot be read back.");
  }
  return base::ToHex(hash.Finish());
}

void RemoveExpired(Call& call) {
  const auto expired = call.services.operations.ExpiredUploads(domain::Milliseconds(call.now));
  if (expired) {
    for (const data::StoredUpload& upload : *expired) {
      std::error_code ignored;
      fs::remove_all(fs::path(upload.path).parent_path(), ignored);
      [[maybe_unused]] const auto gone = call.services.operations.DeleteUpload(upload.id);
    }
  }
}

Result<Response> Upload(Call& call) {
  QueryInput query(call.request);
  const auto name = query.Text("name", 255);
  if (!name || name->empty()) {
    query.Complain("name", "is missing.");
  }
  std::error_code failed;
  if (auto refusal = query.Refusal()) {
    fs::remove(call.request.body_file, failed);
    return *std::move(refusal);
  }
  if (call.request.body_file.empty()) {
    return Problem(400, "bad-input", "The body is empty; send the bytes of the file.");
  }
  RemoveExpired(call);
  data::StoredUpload upload{.id = base::RandomToken().substr(0, 24),
                            .user_id = call.user().user.id,
                            .name = SafeName(*name),
                            .bytes = static_cast<std::int64_t>(call.request.body_bytes),
                            .expires_at = domain::Milliseconds(call.now + kUploadTime)};
  const fs::path folder = fs::path(call.services.upload_folder) / upload.id;
  upload.path = (folder / upload.name).string();
  fs::create_directory(folder, failed);
  if (!failed) {
    fs::rename(call.request.body_file, upload.path, failed);
  }
  if (failed) {
    fs::remove(call.request.body_file, failed);
    return Fail(ErrorCode::kStorage, "The upload cannot be stored: " + failed.message());
  }
  RI_ASSIGN_OR_RETURN(upload.sha256, HashOfFile(upload.path));
  RI_RETURN_IF_ERROR(call.services.operations.AddUpload(upload));
  JsonWriter json;
  json.BeginObject()
      .Field("upload_id", upload.id)
      .Field("name", upload.name)
      .Field("bytes", upload.bytes)
      .Field("sha256", upload.sha256);
  TimeField(json, "expires_at", std::optional(upload.expires_at));
  json.EndObject();
  return JsonResponse(201, json);
}

Result<std::optional<data::StoredUpload>> FindUpload(Call& call, const std::string& id) {
  return call.services.operations.Upload(id, domain::Milliseconds(call.now));
}

Result<Response> DeleteUpload(Call& call) {
  RI_ASSIGN_OR_RETURN(const auto upload, FindUpload(call, call.Path("upload_id")));
  if (!upload) {
    return Problem(404, "not-found", "There is no such upload.");
  }
  std::error_code ignored;
  fs::remove_all(fs::path(upload->path).parent_path(), ignored);
  RI_RETURN_IF_ERROR(call.services.operations.DeleteUpload(upload->id));
  return NoContent();
}

/// The uploads a body names; kNotFound when one is gone.
Result<std::vector<data::StoredUpload>> UploadsOf(Call& call, const std::vector<std::string>& ids) {
  std::vector<data::StoredUpload> uploads;
  for (const std::string& id : ids) {
    RI_ASSIGN_OR_RETURN(const auto upload, FindUpload(call, id));
    if (!upload) {
      return Fail(ErrorCode::kNotFound, "There is no upload '" + id + "' any more.");
    }
    uploads.push_back(*upload);
  }
  return uploads;
}

void WriteFile(JsonWriter& json, const service::InspectedFile& file,
               const std::vector<data::StoredUpload>& uploads) {
  const auto upload = std::ranges::find_if(uploads, [&](const data::StoredUpload& candidate) {
    return file.path.starts_with(candidate.path);
  });
  json.BeginObject()
      .TextOrNull("upload_id", upload == uploads.end() ? "" : upload->id)
      .Field("name", file.path.substr(file.path.find_last_of('/') + 1))
      .Field("rows", file.rows)
      .Field("malformed", file.malformed)
      .Field("whole_file", file.whole_file)
      .Field("outcome_column", file.outcome_column)
      .Field("won", file.won)
      .Field("lost", file.lost)
      .BeginArray("columns");
  for (const quality::ColumnProfile& column : file.columns) {
    json.BeginObject()
        .Field("name", column.name)
        .Field("type", quality::TypeName(column.type))
        .Field("filled", column.rows == 0 ? 0.0
                                          : static_cast<double>(column.filled) /
                                                static_cast<double>(column.rows))
        .Field("distinct", column.distinct)
        .BeginArray("examples");
    for (std::size_t i = 0; i < std::min<std::size_t>(3, column.top.size()); ++i) {
      json.Value(column.top[i].first);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().BeginArray("suspicions");
  for (const quality::LeakSuspicion& suspicion : file.suspicions) {
    json.BeginObject()
        .Field("field", suspicion.column)
        .Field("reason", suspicion.evidence)
        .NullField("severity")
        .EndObject();
  }
  json.EndArray().EndObject();
}

Result<Response> Preview(Call& call) {
  BodyInput body(call.request);
  const auto ids = body.Texts("upload_ids", 1, 100, 64);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto uploads, UploadsOf(call, ids));
  service::InspectRequest request{.max_rows = 20'000};
  for (const data::StoredUpload& upload : uploads) {
    request.paths.push_back(upload.path);
  }
  RI_ASSIGN_OR_RETURN(const service::InspectReport report,
                      service::InspectFiles(request, base::Progress::Silent()));
  JsonWriter json;
  json.BeginObject()
      .TextOrNull("recognised", report.recognised)
      .TextOrNull("recognised_reason", report.recognised_reason)
      .BeginArray("files");
  for (const service::InspectedFile& file : report.files) {
    WriteFile(json, file, uploads);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> StartImport(Call& call) {
  BodyInput body(call.request);
  const auto ids = body.Texts("upload_ids", 1, 100, 64);
  service::ImportJob job{.preset = body.Text("preset", 1, 64).value_or("auto")};
  const auto mapping = body.Text("mapping", 0, 200000);
  job.known_at = body.Moment("known_at");
  job.dry_run = body.Flag("dry_run").value_or(false);
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto uploads, UploadsOf(call, ids));
  for (const data::StoredUpload& upload : uploads) {
    job.paths.push_back(upload.path);
  }
  if (mapping && !mapping->empty()) {
    job.mapping_path =
        (fs::path(uploads.front().path).parent_path() / ("mapping-" + base::RandomToken()))
            .string() +
        ".toml";
    std::ofstream out(*job.mapping_path, std::ios::binary);
    out << *mapping;
    if (!out.flush()) {
      return Fail(ErrorCode::kStorage, "The mapping cannot be stored.");
    }
  }
  return StartJob(call, "import", service::RequestOf(job));
}

Result<Response> Quality(Call& call) {
  QueryInput query(call.request);
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenView(call, query));
  RI_ASSIGN_OR_RETURN(const service::DataQuality quality, service::MeasureQuality(*view.list));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.BeginArray("fields");
  for (const service::FieldFill& field : quality.fields) {
    json.BeginObject()
        .Field("field", field.name)
        .Field("label", field.meaning)
        .Field("filled", field.filled)
        .Field("n", field.missing)
        .Field("importance", field.importance)
        .EndObject();
  }
  json.EndArray().BeginArray("teams");
  for (const service::TeamHygiene& team : quality.teams) {
    json.BeginObject()
        .Field("team", team.name)
        .Field("open_deals", team.open_deals)
        .Field("filled", team.filled)
        .Field("overdue", team.overdue)
        .Field("silent", team.silent)
        .Field("interval_width", team.interval_width)
        .EndObject();
  }
  json.EndArray().BeginObject("late_edits").Field("n", quality.late_edits).BeginArray("months");
  for (const auto& [month, count] : quality.late_by_month) {
    json.BeginObject().Field("month", month).Field("n", count).EndObject();
  }
  json.EndArray().EndObject().EndObject();
  return JsonResponse(json);
}

Result<Response> LeakAudit(Call& call) {
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, call.services.workspace.store().Model(
                                                         view.list->book().model().version.text()));
  const std::vector<std::string> notes = service::LeakNotesOf(model);
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.TextOrNull("message", notes.empty() ? kNoLeak.In(view.language) : "");
  json.BeginArray("items");
  for (const std::string& note : notes) {
    // "field (what gave it away)"
    const std::size_t end = std::min(note.size(), note.find(" ("));
    const std::string reason =
        end + 3 <= note.size() ? note.substr(end + 2, note.size() - end - 3) : note;
    json.BeginObject()
        .Field("field", note.substr(0, end))
        .Field("reason", InLanguage(view.language, reason))
        .NullField("severity")
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

void WriteChange(JsonWriter& json, const service::OrganisationChange& change) {
  json.BeginObject().Field("kind", change.kind).TextOrNull("subject", change.subject);
  TimeField(json, "effective", std::optional(change.effective));
  TimeField(json, "known", std::optional(change.known));
  json.TextOrNull("before", change.before).TextOrNull("after", change.after);
  const auto currency = domain::Currency::FromCode(change.currency);
  const auto money = [&](const char* name, const std::optional<std::int64_t>& minor) {
    if (minor && currency) {
      WriteMoney(json, name, *minor, *currency);
    } else {
      json.NullField(name);
    }
  };
  money("amount_before", change.before_minor);
  money("amount_after", change.after_minor);
  json.Field("count", change.count).TextOrNull("actor", change.actor).EndObject();
}

Result<Response> OrganisationChanges(Call& call) {
  QueryInput query(call.request);
  const auto as_of = query.Moment("as_of");
  const auto known_at = query.Moment("known_at");
  const auto since_asked = query.Moment("since");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, as_of, known_at));
  const domain::Timestamp moment = view.list->book().moment().as_of;
  const domain::Timestamp since = since_asked.value_or(DefaultSince(moment));
  // Without a moment to look from, also what was learned since the newest fact about a deal.
  const domain::Timestamp until = as_of ? moment : std::max(moment, call.now);
  RI_ASSIGN_OR_RETURN(auto changes,
                      service::CalendarChanges(call.services.operations, since, until));
  for (auto& change :
       service::OrganisationChanges(*view.list->book().knowledge()->log, since, until)) {
    changes.push_back(std::move(change));
  }
  std::ranges::stable_sort(changes, std::greater(), &service::OrganisationChange::known);
  const std::size_t shown = std::min(changes.size(), kMostChanges);
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  TimeField(json, "since", std::optional(since));
  json.Field("total", changes.size()).BeginArray("items");
  for (std::size_t i = 0; i < shown; ++i) {
    WriteChange(json, changes[i]);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

}  // namespace

void AddDataRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/imports", Permission::kOperate, ListImports));
  router.Add(Permitted("POST", "/api/v1/imports", Permission::kOperate, StartImport));
  router.Add(
      Permitted("GET", "/api/v1/imports/{import_id}/rejects", Permission::kOperate, ListRejects));
  router.Add({.method = "POST",
              .pattern = "/api/v1/uploads",
              .gate = Gate::kPermission,
              .permission = Permission::kOperate,
              .handler = Handled(Upload),
              .most_body_bytes = kLargestUpload,
              .body_to_file = true});
  router.Add(
      Permitted("DELETE", "/api/v1/uploads/{upload_id}", Permission::kOperate, DeleteUpload));
  router.Add(Permitted("POST", "/api/v1/uploads/preview", Permission::kOperate, Preview));
  router.Add(Permitted("GET", "/api/v1/data/quality", Permission::kOperate, Quality));
  router.Add(Permitted("GET", "/api/v1/data/leak-audit", Permission::kOperate, LeakAudit));
  router.Add(Permitted("GET", "/api/v1/data/organisation-changes", Permission::kOperate,
                       OrganisationChanges));
}

}  // namespace ri::api
