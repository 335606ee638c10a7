#include "revenue/submissions_report.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "revenue/booked_revenue.h"

namespace ri::revenue {
namespace {

using Json = nlohmann::ordered_json;

// Running sums of one person or reason.
struct Ledger {
  SubmissionLine line;
  double absolute_error = 0;
  double error = 0;
  double outcome = 0;
  std::map<domain::Quarter, std::pair<double, std::size_t>> added;  ///< by period: sum, count
};

void Add(const ForecastSubmission& submission, const JudgedSubmission* judged, Ledger& ledger) {
  ++ledger.line.submissions;
  if (judged == nullptr) {
    return;
  }
  ++ledger.line.judged;
  ledger.absolute_error += std::fabs(judged->error);
  ledger.error += judged->error;
  ledger.outcome += std::fabs(judged->outcome);
  if (judged->value_added) {
    ++ledger.line.compared;
    ledger.line.closer += *judged->value_added > 0 ? 1 : 0;
    auto& [sum, count] = ledger.added[submission.period];
    sum += *judged->value_added;
    ++count;
  }
}

// Numbers of one period share its outcome, so the standard error is that of period means.
SubmissionLine Close(const std::string& name, const Ledger& ledger) {
  SubmissionLine line = ledger.line;
  line.name = name;
  if (ledger.outcome > 0) {
    line.mean_error = ledger.absolute_error / ledger.outcome;
    line.bias = ledger.error / ledger.outcome;
  }
  double sum = 0;
  double mean_of_means = 0;
  for (const auto& [period, part] : ledger.added) {
    sum += part.first;
    mean_of_means += part.first / static_cast<double>(part.second);
  }
  const auto periods = static_cast<double>(ledger.added.size());
  if (line.compared > 0) {
    line.value_added = sum / static_cast<double>(line.compared);
    mean_of_means /= periods;
  }
  if (ledger.added.size() > 1) {
    double square = 0;
    for (const auto& [period, part] : ledger.added) {
      const double mean = part.first / static_cast<double>(part.second);
      square += (mean - mean_of_means) * (mean - mean_of_means);
    }
    line.value_added_error = std::sqrt(square / (periods - 1) / periods);
  }
  return line;
}

std::string NodeOfRep(const data::EventLog& log, const book::Organisation& organisation,
                      const std::string& node, std::size_t rep) {
  if (node.starts_with("rep:")) {
    return "rep:" + log.keys(data::EntityKind::kRep)[rep];
  }
  return node.starts_with("team:") ? "team:" + organisation.team[rep]
                                   : "region:" + organisation.region[rep];
}

Json LinesJson(const std::vector<SubmissionLine>& lines) {
  Json list = Json::array();
  for (const SubmissionLine& line : lines) {
    list.push_back({{"name", line.name},
                    {"submissions", line.submissions},
                    {"judged", line.judged},
                    {"compared", line.compared},
                    {"closer", line.closer},
                    {"mean_error", line.mean_error},
                    {"bias", line.bias},
                    {"value_added", line.value_added},
                    {"value_added_error", line.value_added_error}});
  }
  return list;
}

Json Number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

std::optional<double> OutcomeOf(const ForecastView& view, const std::string& node,
                                domain::Quarter period) {
  const domain::Period dates = view.calendar.PeriodOf(period);
  if (dates.end > view.today()) {
    return std::nullopt;
  }
  const auto booked =
      BookedDeals(*view.knowledge, dates, view.as_of, *view.amounts, view.num_threads);
  const book::Organisation organisation =
      book::OrganisationAt(view.log(), domain::StartOf(dates.end));
  bool known = node == "total";
  for (std::size_t rep = 0; !known && rep < organisation.rep.size(); ++rep) {
    known = NodeOfRep(view.log(), organisation, node, rep) == node;
  }
  if (!known) {
    return std::nullopt;
  }
  double sum = 0;
  for (const BookedDeal& deal : booked) {
    const bool inside = node == "total" || (deal.owner && NodeOfRep(view.log(), organisation, node,
                                                                    *deal.owner) == node);
    sum += inside ? deal.amount : 0;
  }
  return sum;
}

SubmissionsReport JudgeSubmissions(const ForecastView& view,
                                   std::span<const ForecastSubmission> submissions) {
  SubmissionsReport report;
  std::map<std::pair<std::string, domain::Quarter>, std::optional<double>> outcomes;
  std::map<std::string, Ledger> people;
  std::map<std::string, Ledger> reasons;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const ForecastSubmission& submission = submissions[i];
    const auto [outcome, fresh] = outcomes.try_emplace({submission.node, submission.period});
    if (fresh) {
      outcome->second = OutcomeOf(view, submission.node, submission.period);
    }
    const JudgedSubmission* judged = nullptr;
    if (outcome->second) {
      JudgedSubmission line{
          .index = i, .outcome = *outcome->second, .error = submission.amount - *outcome->second};
      if (submission.model_mean) {
        line.model_error = *submission.model_mean - line.outcome;
        line.value_added = std::fabs(*line.model_error) - std::fabs(line.error);
      }
      report.judged.push_back(line);
      judged = &report.judged.back();
    }
    Add(submission, judged, people[submission.person]);
    Add(submission, judged, reasons[submission.reason]);
  }
  for (const auto& [name, ledger] : people) {
    report.people.push_back(Close(name, ledger));
  }
  for (const auto& [name, ledger] : reasons) {
    report.reasons.push_back(Close(name, ledger));
  }
  return report;
}

std::vector<ForecastSubmission> ImportedSubmissions(const ForecastView& view) {
  using data::EntityKind;
  const data::EventLog& log = view.log();
  std::vector<ForecastSubmission> submissions;
  for (std::size_t i = 0; i < log.count(EntityKind::kForecastSubmission); ++i) {
    const auto value = [&](std::string_view name) {
      return book::LatestValue(log, EntityKind::kForecastSubmission, i, name, view.as_of);
    };
    const auto owner = value(data::attribute::kOwner);
    const auto amount = value(data::attribute::kAmount);
    const auto begin = value(data::attribute::kPeriodBegin);
    const auto events = log.events(EntityKind::kForecastSubmission, i);
    if (!owner || !amount || !begin || events.empty()) {
      continue;
    }
    const domain::Timestamp at = domain::TimestampFromMilliseconds(events.back().event_time);
    const auto currency = value(data::attribute::kCurrency);
    const double major =
        view.amounts->ToReporting(*amount,
                                  currency ? log.symbols()[static_cast<std::size_t>(*currency)]
                                           : std::string(view.amounts->currency().code()),
                                  at);
    const auto category = value(data::attribute::kCategory);
    const auto rep = static_cast<std::size_t>(*owner);
    if (!std::isnan(major)) {
      submissions.push_back(
          {.person = book::NameAt(log, EntityKind::kRep, rep, view.as_of),
           .reason = category ? log.symbols()[static_cast<std::size_t>(*category)] : "",
           .node = "rep:" + log.keys(EntityKind::kRep)[rep],
           .period = view.calendar.QuarterOf(domain::DateFromDayNumber(*begin)),
           .at = at,
           .amount = major});
    }
  }
  return submissions;
}

std::string SubmissionsJson(const SubmissionsReport& report,
                            std::span<const ForecastSubmission> submissions) {
  Json judged = Json::array();
  for (const JudgedSubmission& line : report.judged) {
    const ForecastSubmission& submission = submissions[line.index];
    judged.push_back({{"person", submission.person},
                      {"reason", submission.reason},
                      {"note", submission.note},
                      {"node", submission.node},
                      {"period", domain::FormatQuarter(submission.period)},
                      {"at", domain::FormatTimestamp(submission.at)},
                      {"amount", submission.amount},
                      {"outcome", line.outcome},
                      {"error", line.error},
                      {"model_mean", Number(submission.model_mean)},
                      {"model_error", Number(line.model_error)},
                      {"value_added", Number(line.value_added)}});
  }
  const Json document = {{"people", LinesJson(report.people)},
                         {"reasons", LinesJson(report.reasons)},
                         {"judged", std::move(judged)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::revenue
