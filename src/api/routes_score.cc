// Posted rows, scored with exact reasons.
#include "api/deal_documents.h"
#include "api/routes.h"
#include "deals/score_rows.h"

namespace ri::api {
namespace {

constexpr std::size_t kMostPostedRows = 256;

/// One request of a batch: its rows, or what to answer instead.
struct Posted {
  std::vector<deals::PostedRow> rows;
  base::Matrix<float> encoded;
  bool with_reasons = true;
  std::optional<Response> refusal;
};

Posted Read(const Request& request) {
  BodyInput body(request);
  auto rows = body.Objects("rows", 1, kMostPostedRows);
  Posted posted{.with_reasons = body.Flag("reasons").value_or(true)};
  for (BodyInput::Object& object : rows) {
    deals::PostedRow row;
    row.reserve(object.size());
    for (auto& [name, value] : object) {
      if (const auto* number = std::get_if<double>(&value)) {
        row.emplace_back(std::move(name), *number);
      } else if (auto* text = std::get_if<std::string>(&value)) {
        row.emplace_back(std::move(name), std::move(*text));
      } else if (const auto* flag = std::get_if<bool>(&value)) {
        row.emplace_back(std::move(name), *flag ? 1.0 : 0.0);
      }
    }
    posted.rows.push_back(std::move(row));
  }
  posted.refusal = body.Refusal();
  return posted;
}

Response Document(const Call& call, const book::PreparedModel& model,
                  std::span<const deals::RowScore> scores) {
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, call.now, &model.loaded());
  json.BeginArray("items");
  for (const deals::RowScore& score : scores) {
    json.BeginObject()
        .BeginObject("win")
        .Field("value", score.win)
        .Field("low", score.win_low)
        .Field("high", score.win_high)
        .Field("n", score.band_deals)
        .EndObject()
        .Field("log_odds", score.log_odds)
        .Field("base_log_odds", score.base_log_odds)
        .Field("base_points", score.base_points)
        .BeginArray("reasons");
    for (const deals::RowReason& reason : score.reasons) {
      json.BeginObject()
          .Field("feature", reason.feature)
          .Field("log_odds", reason.log_odds)
          .Field("points", reason.points)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// Scores the rows of all requests that want the same kind of answer in one pass.
void ScoreKind(std::span<Call> calls, std::vector<Posted>& posted, const book::PreparedModel& model,
               bool with_reasons, std::vector<Response>& responses) {
  std::vector<std::size_t> chosen;
  std::vector<float> encoded;
  std::size_t num_rows = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!posted[i].refusal && posted[i].with_reasons == with_reasons) {
      chosen.push_back(i);
      const std::vector<float>& values = posted[i].encoded.values();
      encoded.insert(encoded.end(), values.begin(), values.end());
      num_rows += posted[i].encoded.num_rows();
    }
  }
  if (chosen.empty()) {
    return;
  }
  const auto scores = deals::ScoreRows(
      model,
      base::MatrixView<const float>(encoded.data(), num_rows, model.row_encoder().num_columns()),
      with_reasons, 1);
  std::size_t at = 0;
  for (const std::size_t i : chosen) {
    const std::size_t count = posted[i].encoded.num_rows();
    responses[i] = scores ? Document(calls[i], model, std::span(*scores).subspan(at, count))
                          : ProblemOf(scores.error());
    at += count;
  }
}

std::vector<Response> Score(std::span<Call> calls) {
  std::vector<Response> responses(calls.size());
  std::vector<Posted> posted;
  posted.reserve(calls.size());
  const auto model = book::PrepareModel(calls.front().services.workspace, "champion");
  for (std::size_t i = 0; i < calls.size(); ++i) {
    posted.push_back(Read(calls[i].request));
    if (!posted[i].refusal && !model) {
      posted[i].refusal = ProblemOf(model.error());
    } else if (!posted[i].refusal) {
      if (auto encoded = deals::EncodeRows(**model, posted[i].rows)) {
        posted[i].encoded = *std::move(encoded);
      } else {
        posted[i].refusal = ProblemOf(encoded.error());
      }
    }
    if (posted[i].refusal) {
      responses[i] = *std::move(posted[i].refusal);
      posted[i].refusal.emplace();  // answered
    }
  }
  if (model) {
    ScoreKind(calls, posted, **model, true, responses);
    ScoreKind(calls, posted, **model, false, responses);
  }
  return responses;
}

}  // namespace

void AddScoreRoutes(Router& router) {
  router.Add({.method = "POST",
              .pattern = "/api/v1/score",
              .gate = Gate::kPermission,
              .permission = identity::Permission::kRead,
              .together = Score});
}

}  // namespace ri::api
