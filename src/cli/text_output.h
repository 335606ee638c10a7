#pragma once

/// Reports as text for people; used by the verbs and by `demo`.

#include <string>

#include "cli/text_table.h"
#include "deals/explain_deal.h"
#include "deals/score_deals.h"
#include "lifecycle/train_model.h"
#include "service/import_data.h"

namespace ri::revenue {
struct ForecastReport;
}  // namespace ri::revenue

namespace ri::cli {

[[nodiscard]] std::string ScoreTable(const deals::ScoreReport& report, std::size_t top);
[[nodiscard]] std::string ExplanationText(const deals::Explanation& explanation, std::size_t top);
[[nodiscard]] std::string ImportText(const ingest::ImportReport& report);
[[nodiscard]] std::string TrainText(const lifecycle::TrainReport& report);
[[nodiscard]] std::string ForecastText(const revenue::ForecastReport& report, std::size_t top = 10);
/// Lines for a refusal and a note; empty when there is neither.
[[nodiscard]] std::string Notices(const std::string& refusal, const std::string& note);

}  // namespace ri::cli
