// Whether the figures can be believed.
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "api/forecast_documents.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "revenue/backtest_report.h"
#include "service/trust.h"

namespace ri::api {
namespace {

constexpr base::Phrase kMeasured("Measured on deals the model had not seen.",
                                 "Gemessen an Deals, die das Modell nicht kannte.");
constexpr base::Phrase kAllDeals("All deals", "Alle Deals");
constexpr base::Phrase kNoPeriod("No period with submissions has ended yet.",
                                 "Noch kein Zeitraum mit Zusagen ist vorbei.");

using Json = nlohmann::json;

constexpr std::size_t kEighty = 1;  // of the central intervals 50, 80 and 90 %

void WriteInterval(JsonWriter& json, std::string_view name, double value, double low, double high) {
  json.BeginObject(name).Field("value", value).Field("low", low).Field("high", high).EndObject();
}

void WriteEstimate(JsonWriter& json, std::string_view name, const Json& evaluation,
                   const char* member) {
  const auto number = [&](const char* part) {
    const auto judged = evaluation.find("out_of_time");
    if (judged == evaluation.end() || !judged->is_object() || !judged->contains(member)) {
      return std::nan("");
    }
    const Json& estimate = (*judged)[member];
    const Json* value = estimate.is_object() && estimate.contains(part) ? &estimate[part] : nullptr;
    return value != nullptr && value->is_number() ? value->get<double>() : std::nan("");
  };
  WriteInterval(json, name, number("value"), number("low"), number("high"));
}

Result<Response> Calibration(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  const book::DealBook& book = view.list->book();
  RI_ASSIGN_OR_RETURN(const data::StoredModel stored,
                      call.services.workspace.store().Model(book.model().version.text()));
  Json evaluation = Json::parse(stored.evaluation, nullptr, false);
  if (!evaluation.is_object()) {
    evaluation = Json::object();
  }
  const auto bins = service::CalibrationOf(book.prepared());
  std::size_t deals = 0;
  double error = 0;
  for (const service::CalibrationBin& bin : bins) {
    deals += bin.deals;
    error += static_cast<double>(bin.deals) * std::fabs(bin.stated - bin.happened);
  }
  const bool refused = !book.model().refusal.empty();
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.Field("verdict", refused ? "no_signal" : "signal")
      .Field("message", refused ? InLanguage(view.language, book.model().refusal)
                                : std::string(kMeasured.In(view.language)))
      .Field("n", deals);
  for (const char* name : {"log_loss", "baseline_log_loss", "auc", "brier"}) {
    WriteEstimate(json, name, evaluation, name);
  }
  json.BeginArray("segments");
  if (deals > 0) {
    json.BeginObject()
        .Field("segment", "all")
        .Field("label", kAllDeals.In(view.language))
        .Field("n", deals);
    WriteInterval(json, "calibration_error", error / static_cast<double>(deals), std::nan(""),
                  std::nan(""));
    json.BeginArray("bins");
    for (const service::CalibrationBin& bin : bins) {
      json.BeginObject()
          .Field("stated", bin.stated)
          .Field("happened", bin.happened)
          .Field("low", bin.low)
          .Field("high", bin.high)
          .Field("n", bin.deals)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// Figures of the whole company are for those who see the whole company.
std::optional<Response> NeedsEverything(const DealView& view) {
  if (view.visibility.everything()) {
    return std::nullopt;
  }
  return Problem(403, "forbidden",
                 "Past forecasts are about the whole company, of which you see a part.");
}

void WriteCoverage(JsonWriter& json, std::string_view name, const forecasting::BacktestLine& line) {
  const double value = line.coverage.at(kEighty);
  const double error = line.coverage_error.at(kEighty);
  const bool known = error > 0;
  WriteInterval(json, name, value, known ? std::max(0.0, value - 1.96 * error) : std::nan(""),
                known ? std::min(1.0, value + 1.96 * error) : std::nan(""));
}

Result<Response> Coverage(Call& call) {
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  if (auto refusal = NeedsEverything(view)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto backtest, BacktestOf(call));
  RI_ASSIGN_OR_RETURN(const auto run, call.services.operations.Document("backtest"));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  TimeField(json, "run_at", run ? std::optional(run->first) : std::nullopt);
  json.Field("nominal", 0.8);
  const auto whole = backtest->lines.find({"model", 0});
  WriteCoverage(json, "overall",
                whole == backtest->lines.end() ? forecasting::BacktestLine() : whole->second);
  json.BeginArray("weeks");
  for (const auto& [key, line] : backtest->lines) {
    if (key.first == "model" && key.second > 0) {
      json.BeginObject()
          .Field("week", key.second)
          .Field("n", line.num_forecasts)
          .Field("inside",
                 static_cast<std::int64_t>(std::llround(line.coverage.at(kEighty) *
                                                        static_cast<double>(line.num_forecasts))));
      WriteCoverage(json, "share", line);
      json.EndObject();
    }
  }
  json.EndArray().BeginArray("methods");
  for (const auto& [key, line] : backtest->lines) {
    if (key.second == 0) {
      json.BeginObject().Field("method", key.first).Field("label", revenue::SourceTitle(key.first));
      WriteCoverage(json, "coverage", line);
      json.Field("error", line.wape).EndObject();
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Backtest(Call& call) {
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  if (auto refusal = NeedsEverything(view)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto backtest, BacktestOf(call));
  RI_ASSIGN_OR_RETURN(const auto run, call.services.operations.Document("backtest"));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  TimeField(json, "run_at",
            std::optional(run ? domain::TimestampFromMilliseconds(run->first)
                              : view.list->book().moment().as_of));
  json.Field("quarters", backtest->quarters.size()).BeginArray("methods");
  const auto write_method = [&](const std::string& source, const forecasting::BacktestLine& line) {
    double outcome = 0;
    for (const revenue::BacktestQuarter& quarter : backtest->quarters) {
      outcome += std::fabs(quarter.outcome);
    }
    outcome /= static_cast<double>(std::max<std::size_t>(1, backtest->quarters.size()));
    json.BeginObject()
        .Field("method", source)
        .Field("label", revenue::SourceTitle(source))
        .Field("n", line.num_forecasts)
        .Field("crps", outcome > 0 ? line.crps / outcome : std::nan(""))
        .Field("bias", line.bias)
        .Field("error", line.wape);
    WriteCoverage(json, "coverage", line);
    json.EndObject();
  };
  if (const auto model = backtest->lines.find({"model", 0}); model != backtest->lines.end()) {
    write_method("model", model->second);
  }
  for (const auto& [key, line] : backtest->lines) {
    if (key.second == 0 && key.first != "model") {
      write_method(key.first, line);
    }
  }
  json.EndArray().BeginArray("weeks");
  for (const revenue::BacktestQuarter& quarter : backtest->quarters) {
    for (const revenue::ReplayedForecast& forecast : quarter.model) {
      json.BeginObject()
          .Field("period", domain::FormatQuarter(quarter.quarter))
          .Field("week", forecast.week);
      TimeField(json, "as_of", std::optional(domain::StartOf(forecast.as_of)));
      WriteReplayed(json, forecast, backtest->currency);
      WriteMajor(json, "actual", quarter.outcome, backtest->currency);
      json.Field("pit", forecast.score.pit).EndObject();
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// How submissions ended.
struct Tally {
  std::int64_t submissions = 0, judged = 0, closer = 0;
  double error = 0, model_error = 0, bias = 0;  ///< sums, minor units
};

struct Submitter {
  std::string actor;
  bool own = false;
  Tally all;
  std::map<std::string, Tally> reasons;  ///< by code; none given under ""
};

void WriteTally(JsonWriter& json, const Tally& tally, const domain::Currency& currency) {
  json.Field("submissions", tally.submissions)
      .Field("judged", tally.judged)
      .Field("closer", tally.closer);
  const auto mean = [&](const char* name, double sum) {
    if (tally.judged > 0) {
      WriteMoney(json, name, std::llround(sum / static_cast<double>(tally.judged)), currency);
    } else {
      json.NullField(name);
    }
  };
  mean("error", tally.error);
  mean("model_error", tally.model_error);
  mean("bias", tally.bias);
}

Result<Response> Overrides(Call& call) {
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  const book::DealBook& book = view.list->book();
  RI_ASSIGN_OR_RETURN(const auto submissions, call.services.operations.Submissions("", 0, 100000));
  const domain::Date today = domain::DateOf(book.moment().as_of);
  const domain::Currency currency = book.amounts().currency();
  std::map<std::int64_t, Submitter> people;
  for (const data::StoredSubmission& submission : submissions) {
    const bool own = submission.user_id == call.user().user.id;
    // Everyone sees himself, leaders those below; nobody sees colleagues.
    if (!own && !(view.visibility.everything()
                      ? call.user().permissions.Has(identity::Permission::kInsight)
                      : NodeWithin(view, submission.node_id) && call.user().user.role != "rep")) {
      continue;
    }
    Submitter& person = people[submission.user_id];
    person.actor = submission.actor;
    person.own = own;
    Tally& reason = person.reasons[submission.reason_code.value_or("")];
    ++person.all.submissions;
    ++reason.submissions;
    const auto quarter = domain::ParseQuarter(submission.period);
    if (!quarter || !submission.model_mean) {
      continue;
    }
    const domain::Date end = book.calendar().PeriodOf(*quarter).end;
    // A call given when the quarter was over is no forecast, nor is the model's number of then.
    if (end > today || submission.at >= domain::Milliseconds(domain::StartOf(end))) {
      continue;
    }
    const auto outlook = NodeOutlook(call, view, *quarter, submission.node_id);
    if (!outlook) {
      continue;
    }
    const auto actual = static_cast<double>(MinorOf(outlook->booked, currency));
    // Given in another currency: at the rate of the day it was given.
    const domain::Timestamp at{std::chrono::milliseconds(submission.at)};
    const double given =
        book.amounts().ToReporting(submission.amount_minor, submission.currency, at);
    const double modelled =
        book.amounts().ToReporting(submission.model_mean, submission.currency, at);
    if (std::isnan(given) || std::isnan(modelled)) {
      continue;
    }
    const double error = static_cast<double>(MinorOf(given, currency)) - actual;
    const double model_error = static_cast<double>(MinorOf(modelled, currency)) - actual;
    for (Tally* tally : {&person.all, &reason}) {
      ++tally->judged;
      tally->closer += std::fabs(error) < std::fabs(model_error) ? 1 : 0;
      tally->error += std::fabs(error);
      tally->model_error += std::fabs(model_error);
      tally->bias += error;
    }
  }
  bool any = false;
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.BeginArray("items");
  for (const auto& [id, person] : people) {
    any = any || person.all.judged > 0;
    json.BeginObject().Field("actor", person.actor).Field("own", person.own);
    WriteTally(json, person.all, currency);
    json.BeginArray("reasons");
    for (const auto& [code, tally] : person.reasons) {
      json.BeginObject().TextOrNull("reason_code", code);
      WriteTally(json, tally, currency);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray().TextOrNull("message", any ? "" : kNoPeriod.In(view.language)).EndObject();
  return JsonResponse(json);
}

}  // namespace

void AddTrustRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/trust/calibration", Permission::kRead, Calibration));
  router.Add(Permitted("GET", "/api/v1/trust/coverage", Permission::kInsight, Coverage));
  router.Add(Permitted("GET", "/api/v1/trust/overrides", Permission::kRead, Overrides));
  router.Add(Permitted("GET", "/api/v1/forecast/backtest", Permission::kInsight, Backtest));
}

}  // namespace ri::api
