#include "deals/what_if.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/sum.h"
#include "explanations/probability_split.h"
#include "features/reason_sentence.h"
#include "scoring/deal_risks.h"

namespace ri::deals {
namespace {

constexpr base::Phrase kWouldBe("{field}: {before}, would be {after}",
                                "{field}: {before}, wäre {after}");
constexpr double kSumTolerance = 1e-9;

std::optional<domain::Date> CommitDate(const book::DealBook& book, const EditedDeal& edited) {
  const auto attribute =
      book.knowledge()->log->FindAttribute(data::EntityKind::kDeal, data::attribute::kCommitDate);
  std::optional<domain::Date> date;
  std::pair<std::int64_t, std::int64_t> newest{std::numeric_limits<std::int64_t>::min(), 0};
  for (const data::LoggedEvent& event : edited.events) {
    const std::pair<std::int64_t, std::int64_t> at{event.event_time, event.sequence};
    if (attribute && event.attribute == *attribute && at >= newest) {
      newest = at;
      date = event.value == data::kNoValue ? std::nullopt
                                           : std::optional(domain::DateFromDayNumber(event.value));
    }
  }
  return date;
}

void FillDates(const book::DealBook& book, std::size_t position, const EditedDeal& edited,
               std::span<const float> encoded, const models::Prediction& prediction,
               WhatIfAnswer& answer) {
  const book::ScoredDeal& deal = book.deals()[position];
  const domain::Date today = domain::DateOf(deal.as_of);
  const features::Episode& episode = book.knowledge()->engine->episodes()[deal.deal][deal.episode];
  const domain::Quarter quarter = book.calendar().QuarterOf(today);
  const scoring::DealRisks risks = scoring::RisksOf(
      prediction,
      book.prepared().model().Look(
          encoded,
          {.as_of = today,
           .age_days = static_cast<int>((today - domain::DateOf(episode.opened)).count())}),
      {.as_of = today,
       .commit_date = CommitDate(book, edited),
       .quarter_end = book.calendar().PeriodOf(quarter).end,
       .next_quarter_end = book.calendar().PeriodOf(domain::Next(quarter)).end});
  answer.after_win_by_quarter_end = risks.win_by_quarter_end;
  answer.after_win_by_commit_date = risks.win_by_commit_date;
}

}  // namespace

Result<WhatIfAnswer> WhatIf(const book::DealBook& book, const std::string& deal_id,
                            const std::vector<FieldEdit>& edits, base::Language language) {
  RI_ASSIGN_OR_RETURN(const std::size_t position, book::FindOpenDeal(book, deal_id));
  const features::HypotheticalRows* rows = nullptr;
  std::unique_ptr<const features::HypotheticalRows> own;
  if (book.as_of_created()) {
    // This deal's own moment is shared with few others: its sweep is not worth keeping.
    own = book.knowledge()->engine->HypotheticalAt(book.deals()[position].as_of);
    rows = own.get();
  } else {
    RI_ASSIGN_OR_RETURN(rows, book.hypothetical());
  }
  RI_ASSIGN_OR_RETURN(EditedDeal edited, ApplyEdits(book, position, edits, language));
  const std::span<const float> before = book.table().values.row(position);
  std::vector<float> after(before.size());
  rows->Compute(book.deals()[position].deal, edited.events, after);

  const book::FieldModel& model = book.field_model();
  const std::vector<float> encoded = model.encoder().Encode(after);
  const models::Prediction prediction = model.model().Predict(encoded);
  WhatIfAnswer answer{.before = book.deals()[position],
                      .after_margin = prediction.margin.value(),
                      .after_probability = prediction.win.value(),
                      .after_band = prediction.band,
                      .notes = std::move(edited.notes)};
  FillDates(book, position, edited, encoded, prediction, answer);
  const explanations::ProbabilitySplit split = explanations::SplitProbability(
      answer.before.margin, answer.after_margin, model.Split(after, before),
      [&](double margin) { return model.Calibrate(margin); });
  answer.before_points = 100 * split.base;
  answer.after_points = 100 * split.probability;
  base::CompensatedSum sum;
  sum.Add(answer.before_points);
  for (std::size_t j = 0; j < after.size(); ++j) {
    const double points = 100 * split.contributions[j];
    if (points == 0) {
      continue;
    }
    sum.Add(points);
    const features::FeatureDefinition& definition = book.table().features[j];
    const auto& labels = book.table().labels[j];
    answer.shares.push_back(
        {.field = definition.name,
         .label =
             base::Say(kWouldBe, language,
                       {{"field", features::FeatureLabel(definition, language)},
                        {"before", features::ValueText(definition, labels, before[j], language)},
                        {"after", features::ValueText(definition, labels, after[j], language)}}),
         .points = points});
  }
  std::ranges::sort(answer.shares, [](const WhatIfShare& a, const WhatIfShare& b) {
    const double first = std::fabs(a.points);
    const double second = std::fabs(b.points);
    return first != second ? first > second : a.field < b.field;
  });
  answer.additivity_error = std::fabs(sum.value() - answer.after_points);
  if (!(answer.additivity_error < kSumTolerance)) {
    return Fail(ErrorCode::kInternal,
                fmt::format("The parts of the what-if answer for {} miss it by {:.3g}; nothing is "
                            "shown.",
                            deal_id, answer.additivity_error));
  }
  return answer;
}

}  // namespace ri::deals
