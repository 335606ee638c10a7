#pragma once

/// Reports as text for people; used by the verbs and by `demo`.

#include <string>

#include "cli/text_table.h"
#include "service/explain_deal.h"
#include "service/import_data.h"
#include "service/score_deals.h"
#include "service/train_model.h"

namespace ri::service {
struct ForecastReport;
}  // namespace ri::service

namespace ri::cli {

[[nodiscard]] std::string ScoreTable(const service::ScoreReport& report, std::size_t top);
[[nodiscard]] std::string ExplanationText(const service::Explanation& explanation, std::size_t top);
[[nodiscard]] std::string ImportText(const ingest::ImportReport& report);
[[nodiscard]] std::string TrainText(const service::TrainReport& report);
[[nodiscard]] std::string ForecastText(const service::ForecastReport& report, std::size_t top = 10);
/// Lines for a refusal and a note; empty when there is neither.
[[nodiscard]] std::string Notices(const std::string& refusal, const std::string& note);

}  // namespace ri::cli
