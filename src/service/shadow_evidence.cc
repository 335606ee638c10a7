#include "service/shadow_evidence.h"

#include <cmath>
#include <map>

#include "metrics/cluster_bootstrap.h"
#include "metrics/distribution_scores.h"
#include "revenue/forecast_quarter.h"
#include "service/monitor_calibration.h"

namespace ri::service {
namespace {

constexpr double kSmallestChance = 1e-9;
constexpr double kBoundConfidence = 0.9;

double LogLoss(const monitoring::WeeklyBet& bet) {
  double chance = 1 - bet.win_chance - bet.loss_chance;
  if (bet.result == monitoring::WeekResult::kWon) {
    chance = bet.win_chance;
  } else if (bet.result == monitoring::WeekResult::kLost) {
    chance = bet.loss_chance;
  }
  return -std::log(std::max(chance, kSmallestChance));
}

Status WeighWeeks(const book::Knowledge& knowledge, const book::PreparedModel& champion,
                  const book::PreparedModel& challenger, const ShadowRequest& request,
                  int num_threads, ShadowEvidence& evidence) {
  std::vector<double> differences;
  std::vector<std::uint32_t> deals;
  for (domain::Date monday = domain::MondayOnOrAfter(domain::DateOf(request.since));
       domain::StartOf(monday + std::chrono::days(7)) <= request.now;
       monday += std::chrono::days(7)) {
    const domain::Timestamp moment = domain::StartOf(monday);
    RI_ASSIGN_OR_RETURN(const JudgedWeek old, JudgeWeek(knowledge, champion, moment, num_threads));
    RI_ASSIGN_OR_RETURN(const JudgedWeek fresh,
                        JudgeWeek(knowledge, challenger, moment, num_threads));
    std::map<std::uint32_t, double> loss_of;  // by deal; of the latest life
    for (std::size_t i = 0; i < old.bets.size(); ++i) {
      loss_of[old.deals[i]] = LogLoss(old.bets[i]);
    }
    for (std::size_t i = 0; i < fresh.bets.size(); ++i) {
      const auto found = loss_of.find(fresh.deals[i]);
      if (found != loss_of.end()) {
        differences.push_back(LogLoss(fresh.bets[i]) - found->second);
        deals.push_back(fresh.deals[i]);
      }
    }
    ++evidence.weeks;
  }
  evidence.deal_weeks = differences.size();
  if (!differences.empty()) {
    const metrics::BootstrapInterval interval = metrics::BootstrapMean(
        differences, deals, {}, {.confidence = kBoundConfidence, .num_threads = num_threads});
    evidence.difference = interval.estimate;
    evidence.worse_by_at_least = interval.lower_bound;
    evidence.worse_by_at_most = interval.upper_bound;
  }
  return {};
}

/// CRPS of one model's forecast; empty when it says nothing about time.
Result<std::optional<double>> QuarterScore(book::Workspace& workspace, const std::string& model,
                                           domain::Quarter quarter, domain::Timestamp as_of,
                                           domain::Timestamp now, double outcome,
                                           base::Progress& progress) {
  const auto forecast = revenue::ForecastQuarter(
      workspace,
      {.period = quarter, .attribution = false, .as_of = as_of, .model = model, .now = now},
      progress);
  if (!forecast) {
    if (forecast.error().code() == ErrorCode::kRefused) {
      return std::optional<double>();
    }
    return std::unexpected(forecast.error());
  }
  std::vector<double> mass(forecast->curve_cumulative.size());
  for (std::size_t i = 0; i < mass.size(); ++i) {
    mass[i] = forecast->curve_cumulative[i] - (i > 0 ? forecast->curve_cumulative[i - 1] : 0);
  }
  return std::optional(metrics::CrpsOfDiscrete(forecast->curve_value, mass, outcome));
}

Status WeighQuarters(book::Workspace& workspace, const ShadowRequest& request,
                     ShadowEvidence& evidence, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  double sum = 0;
  domain::Quarter quarter = calendar.QuarterOf(domain::DateOf(request.since));
  while (domain::StartOf(calendar.PeriodOf(quarter).end) <= request.now) {
    const domain::Period dates = calendar.PeriodOf(quarter);
    RI_ASSIGN_OR_RETURN(const revenue::ForecastReport seen,
                        revenue::ForecastQuarter(workspace,
                                                 {.period = quarter,
                                                  .attribution = false,
                                                  .as_of = request.now,
                                                  .model = request.champion,
                                                  .now = request.now},
                                                 progress));
    for (domain::Date monday =
             domain::MondayOnOrAfter(std::max(dates.begin, domain::DateOf(request.since)));
         monday < dates.end; monday += std::chrono::days(7)) {
      const auto score = [&](const std::string& model) {
        return QuarterScore(workspace, model, quarter, domain::StartOf(monday), request.now,
                            seen.total.booked, progress);
      };
      RI_ASSIGN_OR_RETURN(const auto old, score(request.champion));
      RI_ASSIGN_OR_RETURN(const auto fresh, score(request.challenger));
      if (old && fresh) {
        sum += *fresh - *old;
        ++evidence.quarter_forecasts;
      }
    }
    quarter = domain::Next(quarter);
  }
  if (evidence.quarter_forecasts > 0) {
    evidence.crps_difference = sum / static_cast<double>(evidence.quarter_forecasts);
  }
  return {};
}

}  // namespace

Result<ShadowEvidence> WeighShadow(book::Workspace& workspace, const ShadowRequest& request,
                                   base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(std::nullopt, progress));
  RI_ASSIGN_OR_RETURN(const auto champion, book::PrepareModel(workspace, request.champion));
  RI_ASSIGN_OR_RETURN(const auto challenger, book::PrepareModel(workspace, request.challenger));
  ShadowEvidence evidence;
  RI_RETURN_IF_ERROR(
      WeighWeeks(*knowledge, *champion, *challenger, request, workspace.num_threads(), evidence));
  RI_RETURN_IF_ERROR(WeighQuarters(workspace, request, evidence, progress));
  return evidence;
}

}  // namespace ri::service
