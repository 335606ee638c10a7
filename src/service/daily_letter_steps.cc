// The weekly letter and its way out of the house.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "registry/registry.h"
#include "revenue/forecast_quarter.h"
#include "service/alerts.h"
#include "service/daily_step.h"
#include "service/letter.h"
#include "service/letter_delivery.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDealsInLetter = 5;
// A letter is read in a minute; the list of alerts has the rest.
constexpr std::size_t kAlertsInLetter = 8;

Json Parse(const std::string& text) { return Json::parse(text, nullptr, false); }

/// What the week's check found, as its report has it.
std::vector<monitoring::Finding> FindingsOf(const Json& check) {
  std::vector<monitoring::Finding> findings;
  if (check.is_object() && check.contains("findings") && check["findings"].is_array()) {
    for (const Json& finding : check["findings"]) {
      findings.push_back({.subject = finding.value("subject", ""),
                          .text = finding.value("text", ""),
                          .page = finding.value("page", false)});
    }
  }
  return findings;
}

/// What a step found on the days since the last letter, in order.
Result<std::vector<std::string>> SummariesSince(const DailyContext& context, domain::Date last,
                                                std::string_view step) {
  std::vector<std::string> summaries;
  for (domain::Date day = context.today; day > last;) {
    RI_ASSIGN_OR_RETURN(const auto found,
                        context.operations.LastDailyStep(step, "done", domain::DayNumber(day)));
    if (!found || found->day <= domain::DayNumber(last)) {
      break;
    }
    summaries.push_back(found->summary);
    day = domain::DateFromDayNumber(found->day) - std::chrono::days(1);
  }
  std::ranges::reverse(summaries);
  return summaries;
}

/// Empty where the model says nothing about time.
Result<std::optional<LetterForecast>> ForecastOf(DailyContext& context,
                                                 const std::shared_ptr<const book::DealBook>& book,
                                                 const Json& before) {
  const auto report = revenue::ForecastQuarter(
      context.workspace, book, {.attribution = false, .now = context.now}, context.progress);
  if (!report) {
    if (report.error().code() == ErrorCode::kRefused) {
      return std::optional<LetterForecast>();
    }
    return std::unexpected(report.error());
  }
  LetterForecast forecast{.period = report->name,
                          .currency = std::string(report->currency.code()),
                          .booked = report->total.booked,
                          .mean = report->total.mean,
                          .p10 = report->total.p10,
                          .p50 = report->total.p50,
                          .p90 = report->total.p90,
                          .quota_probability = report->total.quota_probability};
  if (before.is_object() && before.value("period", "") == forecast.period &&
      before.contains("mean") && before["mean"].is_number()) {
    forecast.mean_before = before["mean"].get<double>();
  }
  return std::optional(std::move(forecast));
}

std::vector<LetterDeal> DealsOf(const book::DealBook& book) {
  std::vector<LetterDeal> deals;
  for (const book::ScoredDeal& deal : book.deals()) {
    if (deals.size() == kDealsInLetter || deal.priority <= 0) {
      break;
    }
    LetterDeal line{.deal_id = deal.deal_id,
                    .name = deal.name,
                    .owner = deal.owner,
                    .currency = deal.currency,
                    .win_probability = deal.win_probability};
    const auto currency = domain::Currency::FromCode(deal.currency);
    if (deal.amount_minor && currency) {
      line.amount = static_cast<double>(*deal.amount_minor) /
                    std::pow(10.0, static_cast<double>(currency->minor_digits()));
    }
    if (!std::isnan(deal.risk)) {
      line.risk = deal.risk;
    }
    deals.push_back(std::move(line));
  }
  return deals;
}

/// What was raised since the letter before and is shown to people, riskiest first. Weeks of alerts
/// follow the data, which may end before today, so the letter remembers the week it told last.
Status AddAlerts(DailyContext& context, const book::DealBook& book, const Json& before,
                 Letter& letter, Json& told_until) {
  RI_ASSIGN_OR_RETURN(const auto newest, context.operations.NewestAlertWeek());
  if (!newest) {
    return {};
  }
  told_until = newest->week;
  const bool knows = before.is_object() && before.contains("alerts_until") &&
                     before["alerts_until"].is_number_integer();
  const std::int64_t from = knows ? before["alerts_until"].get<std::int64_t>() + 1 : newest->week;
  RI_ASSIGN_OR_RETURN(auto alerts, context.operations.Alerts(from, false));
  std::erase_if(alerts, [](const data::StoredAlert& alert) { return alert.withheld; });
  std::ranges::stable_sort(alerts, std::ranges::greater(), [](const data::StoredAlert& alert) {
    double risk = 0;
    if (alert.risk) {
      std::from_chars(alert.risk->data(), alert.risk->data() + alert.risk->size(), risk);
    }
    return risk;
  });
  RI_ASSIGN_OR_RETURN(const auto measured, StoredAlertMeasurement(context.operations));
  for (const data::StoredAlert& alert : alerts) {
    if (letter.alerts.size() == kAlertsInLetter) {
      ++letter.more_alerts;
      continue;
    }
    LetterAlert line{.deal_id = alert.deal_id, .type = alert.type, .reason = alert.reason};
    if (const auto position = book.Find(alert.deal_id)) {
      line.name = book.deals()[*position].name;
      line.owner = book.deals()[*position].owner;
    }
    if (measured) {
      for (const MeasuredAlert& type : measured->alerts) {
        if (type.enough && AlertTypeName(type.type) == alert.type) {
          line.precision = type.record.precision;
          line.judged = type.record.fired;
        }
      }
    }
    letter.alerts.push_back(std::move(line));
  }
  return {};
}

}  // namespace

Result<StepOutcome> LetterStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto champion,
                      registry::Registry(context.workspace.store()).Current(registry::kChampion));
  if (!champion) {
    return Skipped("There is no model yet.");
  }
  RI_ASSIGN_OR_RETURN(const bool done, context.DoneThisWeek());
  if (done) {
    return Skipped("This week's letter is written.");
  }
  RI_ASSIGN_OR_RETURN(const auto last, context.Before("letter"));
  const Json before = last ? Parse(last->report) : Json();
  const domain::Date since =
      last ? domain::DateFromDayNumber(last->day) : context.today - std::chrono::days(7);
  RI_ASSIGN_OR_RETURN(
      const auto book,
      book::OpenBook(context.workspace, {.model = champion->text(), .now = context.now},
                     context.progress));
  Letter letter{.day = context.today,
                .model = champion->text(),
                .refusal = book->model().refusal,
                .deals = DealsOf(*book)};
  RI_ASSIGN_OR_RETURN(
      letter.forecast,
      ForecastOf(context, book, before.is_object() ? before.value("forecast", Json()) : Json()));
  Json alerts_until = nullptr;
  RI_RETURN_IF_ERROR(AddAlerts(context, *book, before, letter, alerts_until));
  RI_ASSIGN_OR_RETURN(const auto check, context.operations.LastDailyStep(
                                            "check", "done", domain::DayNumber(context.today)));
  if (check && check->day > domain::DayNumber(since)) {
    letter.findings = FindingsOf(Parse(check->report));
  }
  for (const char* step : {"rollback", "promote", "train"}) {
    RI_ASSIGN_OR_RETURN(const auto summaries, SummariesSince(context, since, step));
    letter.models.insert(letter.models.end(), summaries.begin(), summaries.end());
  }
  RI_ASSIGN_OR_RETURN(const auto sources, context.operations.LastDailyStep(
                                              "sources", "done", domain::DayNumber(context.today)));
  letter.sources = sources ? sources->summary : "";
  const Json document = {{"subject", LetterSubject(letter)},
                         {"text", LetterText(letter)},
                         {"html", LetterHtml(letter)}};
  const std::string name = LetterName(context.today);
  RI_RETURN_IF_ERROR(context.operations.SetDocument(
      name, domain::Milliseconds(context.now),
      document.dump(-1, ' ', false, Json::error_handler_t::replace)));
  Json forecast = nullptr;
  if (letter.forecast) {
    forecast = {{"period", letter.forecast->period},
                {"currency", letter.forecast->currency},
                {"mean", letter.forecast->mean},
                {"p10", letter.forecast->p10},
                {"p90", letter.forecast->p90}};
  }
  return StepOutcome{.status = "done",
                     .summary = LetterSubject(letter),
                     .report = Json{{"document", name},
                                    {"findings", letter.findings.size()},
                                    {"alerts", letter.alerts.size() + letter.more_alerts},
                                    {"alerts_until", alerts_until},
                                    {"forecast", forecast}}
                                   .dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Result<StepOutcome> DeliverStep(DailyContext& context) {
  if (context.request.channels.empty()) {
    return Skipped("No mail server and no web hook is configured.");
  }
  RI_ASSIGN_OR_RETURN(const LetterDelivery delivery,
                      DeliverLetter(context.operations, context.request.channels, context.now));
  Json channels = Json::array();
  std::string failed;
  for (const data::StoredDelivery& channel : delivery.channels) {
    channels.push_back({{"id", channel.id},
                        {"channel", channel.channel},
                        {"status", channel.status},
                        {"attempts", channel.attempts},
                        {"error", channel.error ? Json(*channel.error) : Json(nullptr)}});
    if (channel.status != "sent") {
      failed +=
          (failed.empty() ? "" : " ") + channel.channel + ": " + channel.error.value_or("waiting");
    }
  }
  if (!failed.empty()) {
    return Fail(ErrorCode::kStorage, "The letter did not reach everybody. " + failed);
  }
  if (!delivery.sent_now) {
    return Skipped("No letter waits to be sent.");
  }
  return StepOutcome{.status = "done",
                     .summary = fmt::format("{} reached {} channels.", delivery.document,
                                            delivery.channels.size()),
                     .report = Json{{"document", delivery.document}, {"channels", channels}}.dump(
                         -1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace ri::service
