#include "service/evidence.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "base/signature.h"
#include "data/audit_entry.h"
#include "documents/whole_file.h"
#include "revenue/forecast_json.h"
#include "revenue/forecast_quarter.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kOpening = "revint-evidence 1 ";
constexpr std::int64_t kMostSubmissions = 100000;

Json Parse(const std::string& text) { return Json::parse(text, nullptr, false); }
Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json Text(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
template <typename T>
Json Optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
std::string Time(std::int64_t ms) {
  return domain::FormatTimestamp(domain::TimestampFromMilliseconds(ms));
}

/// The key of the file, or a new one in a new file that only its owner can read.
Result<base::SigningKey> KeyOf(const std::string& path) {
  if (path.empty()) {
    return Fail(ErrorCode::kUsage, "Say where the signing key lies, or may be made: --key FILE.");
  }
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    const base::SigningKey key = base::NewSigningKey();
    const std::string text = key.secret_key + "\n";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    if (file >= 0) {
      ::close(file);
    }
    return written ? Result<base::SigningKey>(key)
                   : Fail(ErrorCode::kStorage, "The key cannot be written to " + path + ".");
  }
  RI_ASSIGN_OR_RETURN(std::string text, documents::ReadWholeFile(path));
  const auto key = base::SigningKeyFrom(text.substr(0, text.find_first_of("\r\n")));
  return key ? key : std::unexpected(key.error().In(path));
}

Json InputsOf(const std::vector<data::Batch>& batches, domain::Timestamp until) {
  Json inputs = Json::array();
  for (const data::Batch& batch : batches) {
    if (batch.known_at <= domain::Milliseconds(until)) {
      inputs.push_back({{"batch", batch.id},
                        {"source", batch.source},
                        {"content_sha256", batch.content_sha256},
                        {"known_at", Time(batch.known_at)},
                        {"rows", batch.num_rows},
                        {"events", batch.num_events}});
    }
  }
  return inputs;
}

Json DealsOf(const book::DealBook& book) {
  Json deals = Json::array();
  for (const book::ScoredDeal& deal : book.deals()) {
    deals.push_back({{"deal_id", deal.deal_id},
                     {"amount_minor", Optional(deal.amount_minor)},
                     {"currency", deal.currency},
                     {"win_probability", Number(deal.win_probability)},
                     {"win_low", Number(deal.win_low)},
                     {"win_high", Number(deal.win_high)},
                     {"win_by_quarter_end", Number(deal.win_by_quarter_end)},
                     {"feature_row_sha256", deal.feature_row_hash}});
  }
  return deals;
}

/// What people said about the period until the moment.
Result<Json> OverridesOf(data::OperationsStore& operations, const std::string& period,
                         domain::Timestamp until) {
  RI_ASSIGN_OR_RETURN(const auto submissions, operations.Submissions(period, 0, kMostSubmissions));
  Json overrides = Json::array();
  for (auto entry = submissions.rbegin(); entry != submissions.rend(); ++entry) {
    if (entry->at <= domain::Milliseconds(until)) {
      overrides.push_back({{"at", Time(entry->at)},
                           {"actor", entry->actor},
                           {"kind", entry->kind},
                           {"node", entry->node_id},
                           {"category", Text(entry->category)},
                           {"amount_minor", entry->amount_minor},
                           {"currency", entry->currency},
                           {"reason", Text(entry->reason_code)},
                           {"model_mean_minor", Optional(entry->model_mean)}});
    }
  }
  return overrides;
}

/// What was booked once the period is over; null before.
Result<Json> OutcomeOf(book::Workspace& workspace, const revenue::ForecastReport& forecast,
                       const EvidenceRequest& request, base::Progress& progress) {
  if (domain::StartOf(forecast.dates.end) > request.now) {
    return Json(nullptr);
  }
  RI_ASSIGN_OR_RETURN(const revenue::ForecastReport later,
                      revenue::ForecastQuarter(workspace,
                                               {.period = forecast.period,
                                                .attribution = false,
                                                .as_of = request.now,
                                                .model = forecast.model_version,
                                                .now = request.now},
                                               progress));
  return Json{{"booked", Number(later.total.booked)},
              {"seen_from", domain::FormatTimestamp(request.now)}};
}

Result<Json> DocumentOf(book::Workspace& workspace, const book::DealBook& book,
                        const revenue::ForecastReport& forecast, const EvidenceRequest& request,
                        base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  RI_ASSIGN_OR_RETURN(const data::StoredModel model,
                      workspace.store().Model(forecast.model_version));
  RI_ASSIGN_OR_RETURN(const auto batches, workspace.store().Batches());
  RI_ASSIGN_OR_RETURN(const Json overrides,
                      OverridesOf(*operations, forecast.name, forecast.moment.as_of));
  RI_ASSIGN_OR_RETURN(const Json outcome, OutcomeOf(workspace, forecast, request, progress));
  const domain::Timestamp until = request.known_at.value_or(domain::Timestamp::max());
  return Json{{"program", RI_VERSION},
              {"written_at", domain::FormatTimestamp(request.now)},
              {"period", forecast.name},
              {"as_of", domain::FormatTimestamp(forecast.moment.as_of)},
              {"known_at",
               request.known_at ? Json(domain::FormatTimestamp(*request.known_at)) : Json(nullptr)},
              {"data_sha256", book.knowledge()->data_sha256},
              {"inputs", InputsOf(batches, until)},
              {"model",
               {{"version", model.version},
                {"manifest", Parse(model.manifest)},
                {"manifest_sha256", base::ToHex(base::Sha256Of(model.manifest))},
                {"evaluation_sha256", base::ToHex(base::Sha256Of(model.evaluation))},
                {"artifact_sha256", base::ToHex(base::Sha256Of(model.artifact))}}},
              {"forecast", Parse(revenue::ForecastJson(forecast))},
              {"deals", DealsOf(book)},
              {"overrides", overrides},
              {"outcome", outcome}};
}

}  // namespace

std::string DefaultKeyPath(const std::string& database) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (!database.starts_with(kSqlite)) {
    return "";
  }
  std::string path = database.substr(kSqlite.size());
  if (path.ends_with(".db")) {
    path.resize(path.size() - 3);
  }
  return path + ".evidence.key";
}

Result<EvidenceReport> WriteEvidence(book::Workspace& workspace, const EvidenceRequest& request,
                                     base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  RI_ASSIGN_OR_RETURN(const base::SigningKey key, KeyOf(request.key_path));
  RI_ASSIGN_OR_RETURN(const auto book, book::OpenBook(workspace,
                                                      {.as_of = request.as_of,
                                                       .known_at = request.known_at,
                                                       .model = request.model,
                                                       .now = request.now},
                                                      progress));
  RI_ASSIGN_OR_RETURN(
      const revenue::ForecastReport forecast,
      revenue::ForecastQuarter(workspace, book, {.period = request.period, .now = request.now},
                               progress));
  RI_ASSIGN_OR_RETURN(const Json document,
                      DocumentOf(workspace, *book, forecast, request, progress));
  const std::string opening = std::string(kOpening) + key.public_key;
  const std::string body = document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  RI_ASSIGN_OR_RETURN(const std::string signature, base::Sign(key, opening + "\n" + body));
  const std::string file = opening + " " + signature + "\n" + body;
  RI_RETURN_IF_ERROR(documents::WriteWholeFile(request.path, file));
  EvidenceReport report{.path = request.path,
                        .public_key = key.public_key,
                        .sha256 = base::ToHex(base::Sha256Of(file)),
                        .period = forecast.name,
                        .model_version = forecast.model_version,
                        .has_outcome = !document["outcome"].is_null()};
  RI_RETURN_IF_ERROR(data::WriteAudit(
      *operations, request.now, request.actor, "export", "evidence of " + report.period,
      Json{{"as_of", document["as_of"]}, {"sha256", report.sha256}}.dump()));
  return report;
}

Result<EvidenceCheck> VerifyEvidence(const std::string& path, const std::string& public_key) {
  RI_ASSIGN_OR_RETURN(const std::string file, documents::ReadWholeFile(path));
  const std::size_t opening = kOpening.size() + base::kPublicKeyDigits;
  const std::size_t line = opening + 1 + base::kSignatureDigits;
  const bool form = file.size() > line && file.starts_with(kOpening) && file[opening] == ' ' &&
                    file[line] == '\n';
  if (!form) {
    return Fail(ErrorCode::kBadInput, path + " is no evidence file, or was cut or changed.");
  }
  EvidenceCheck check{.public_key = file.substr(kOpening.size(), base::kPublicKeyDigits),
                      .sha256 = base::ToHex(base::Sha256Of(file)),
                      .document = file.substr(line + 1)};
  if (!base::VerifySignature(check.public_key, file.substr(0, opening) + "\n" + check.document,
                             file.substr(opening + 1, base::kSignatureDigits))) {
    return Fail(ErrorCode::kBadInput,
                path + " is not what was signed: at least one byte was changed.");
  }
  if (!public_key.empty() && public_key != check.public_key) {
    return Fail(ErrorCode::kRefused,
                path + " is whole, but was signed by another key: " + check.public_key + ".");
  }
  return check;
}

}  // namespace ri::service
