#include "deals/score_deals.h"

#include <fmt/format.h>

#include <cmath>

#include "base/parallel.h"
#include "book/deal_book.h"
#include "deals/score_payload.h"
#include "documents/csv_writer.h"

namespace ri::deals {
namespace {

constexpr std::size_t kBlock = 256;

std::string NumberCell(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.17g}", value);
}

std::string DateCell(const std::optional<domain::Date>& date) {
  return date ? domain::FormatDate(*date) : "";
}

/// Scores with their reasons. A model that cannot give reasons has its scores kept without.
Result<std::vector<data::StoredScore>> ToStore(const book::DealBook& book) {
  const auto shap = book.explainer().Explain(book.encoded().view(), book.num_threads());
  if (!shap && shap.error().code() != ErrorCode::kRefused) {
    return std::unexpected(shap.error());
  }
  const std::vector<std::size_t> columns =
      ColumnsOf(book.prepared().model().parts().features, book.table());
  std::vector<data::StoredScore> scores(book.deals().size());
  base::ParallelFor(
      scores.size(), kBlock, book.num_threads(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
          const book::ScoredDeal& deal = book.deals()[i];
          FieldContributions contributions{.margin = deal.margin};
          if (shap) {
            contributions.base_margin = shap->base_value;
            contributions.log_odds.assign(shap->values.row(i).begin(), shap->values.row(i).end());
          }
          scores[i] = {.deal_id = deal.deal_id,
                       .margin = deal.margin,
                       .win_probability = deal.win_probability,
                       .win_low = deal.win_low,
                       .win_high = deal.win_high,
                       .win_by_quarter_end = deal.win_by_quarter_end,
                       .feature_row_hash = deal.feature_row_hash,
                       .payload = PackPayload(deal, columns, contributions, book.table(), i)};
        }
      });
  return scores;
}

}  // namespace

Result<ScoreReport> ScoreDeals(book::Workspace& workspace, const ScoreRequest& request,
                               base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const std::shared_ptr<const book::DealBook> book,
                      book::OpenBook(workspace,
                                     {.as_of = request.as_of,
                                      .as_of_created = request.as_of_created,
                                      .known_at = request.known_at,
                                      .model = request.model,
                                      .now = request.now},
                                     progress));
  ScoreReport report{.model_version = book->model().version.text(),
                     .model_family = book->model().family,
                     .refusal = book->model().refusal,
                     .moment = book->moment(),
                     .as_of_created = book->as_of_created(),
                     .deals = {book->deals().begin(), book->deals().end()}};
  if (request.store && workspace.store().read_only()) {
    report.moment.note += report.moment.note.empty() ? "" : " ";
    report.moment.note +=
        "The scores are not kept: the database takes no changes (a standby, or opened for "
        "reading).";
  } else if (request.store) {
    RI_ASSIGN_OR_RETURN(const std::vector<data::StoredScore> scores, ToStore(*book));
    const data::ScoreRun run{.as_of = domain::Milliseconds(report.moment.as_of),
                             .known_at = domain::Milliseconds(book->knowledge()->newest_batch),
                             .model_version = report.model_version,
                             .created_at = domain::Milliseconds(request.now)};
    RI_ASSIGN_OR_RETURN(report.run_id, workspace.store().AddScoreRun(run, scores));
  }
  return report;
}

Status WriteScoresCsv(const ScoreReport& report, const std::string& path) {
  RI_ASSIGN_OR_RETURN(documents::CsvWriter writer, documents::CsvWriter::Open(path));
  const std::vector<std::string> header = {"deal_id",
                                           "as_of",
                                           "win_probability",
                                           "win_low",
                                           "win_high",
                                           "win_by_quarter_end",
                                           "win_by_commit_date",
                                           "slip",
                                           "loss",
                                           "stall",
                                           "shrink",
                                           "expected_close_p10",
                                           "expected_close_p50",
                                           "expected_close_p90",
                                           "risk",
                                           "excess_risk",
                                           "priority",
                                           "model_version"};
  writer.Write(header);
  for (const book::ScoredDeal& deal : report.deals) {
    const std::vector<std::string> cells = {deal.deal_id,
                                            domain::FormatTimestamp(deal.as_of),
                                            NumberCell(deal.win_probability),
                                            NumberCell(deal.win_low),
                                            NumberCell(deal.win_high),
                                            NumberCell(deal.win_by_quarter_end),
                                            NumberCell(deal.win_by_commit_date),
                                            NumberCell(deal.slip),
                                            NumberCell(deal.loss),
                                            NumberCell(deal.stall),
                                            NumberCell(deal.shrink),
                                            DateCell(deal.expected_close_p10),
                                            DateCell(deal.expected_close_p50),
                                            DateCell(deal.expected_close_p90),
                                            NumberCell(deal.risk),
                                            NumberCell(deal.excess_risk),
                                            NumberCell(deal.priority),
                                            report.model_version};
    writer.Write(cells);
  }
  return writer.Close();
}

}  // namespace ri::deals
