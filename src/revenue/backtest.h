#pragma once

/// Use case: every Monday of past quarters replayed with the data, the model and the correlation
/// known then, and judged by what happened.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/money.h"
#include "revenue/backtest_store.h"

namespace ri::revenue {

struct BacktestRequest {
  std::size_t quarters = 8;  ///< newest ones that are over
  bool again = false;        ///< replay also what is stored from the same data and options
  /// One model per this many quarters, trained on what was known at the first one's start.
  std::size_t retrain_every = 1;
  int bags = 2;             ///< seeds averaged in each trained model
  std::size_t origins = 2;  ///< rolling origins of each training
  std::size_t max_rows = 60'000;
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  domain::Timestamp now{};
};

/// One quarter in the report.
struct BacktestQuarter {
  domain::Quarter quarter;
  std::string model_version;  ///< of the data the model was trained on: its cutoff
  std::string model_family;
  double outcome = 0;
  double rho_global = 0, rho_team = 0;
  std::vector<ReplayedForecast> model;  ///< of the total, by week
};

struct BacktestReport {
  domain::Currency currency = domain::Currency::Usd();
  std::vector<BacktestQuarter> quarters;  ///< oldest first
  /// Of the total: by source and week; week 0 = all weeks.
  std::map<std::pair<std::string, int>, forecasting::BacktestLine> lines;
  /// Of the teams' own distributions: the model by week.
  std::map<std::pair<std::string, int>, forecasting::BacktestLine> team_lines;
  std::map<std::string, double> skill;      ///< CRPS of the model against each baseline, all weeks
  std::map<std::string, double> mid_skill;  ///< the same in weeks 5 to 8
  std::vector<double> pits;                 ///< of the model's totals, in order of date
  std::size_t replayed = 0;                 ///< in this run
  std::size_t reused = 0;                   ///< found stored
  std::vector<std::string> notes;
};

/// Replays what is missing and stores every finished quarter at once, so that a stopped run goes
/// on where it was. kRefused when no quarter can be replayed, kCancelled when the person stopped
/// it. Cost: one training per quarter plus about 13 forecasts.
[[nodiscard]] Result<BacktestReport> RunBacktest(book::Workspace& workspace,
                                                 const BacktestRequest& request,
                                                 base::Progress& progress);

/// The last finished run, from the database alone. kNotFound before the first.
[[nodiscard]] Result<BacktestReport> StoredBacktest(book::Workspace& workspace);

}  // namespace ri::revenue
