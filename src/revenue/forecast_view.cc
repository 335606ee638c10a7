#include "revenue/forecast_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "book/outlooks.h"

namespace ri::revenue {
namespace {

// An amount beyond this many times the 99th percentile of won deals is taken for a typing error.
constexpr double kLargestMultiple = 20;

void SetAmount(const ForecastView& view, const WonAmounts& won, OpenPosition& position) {
  const bool has_amount = position.state.amount != data::kNoValue && position.state.amount != 0;
  const double amount = StateAmount(view, position.state, view.as_of);
  const double largest = kLargestMultiple * won.percentile_99;
  if (!has_amount) {
    position.origin = AmountOrigin::kMissing;
    position.amount = won.mean;
  } else if (std::isnan(amount) || amount < 0) {
    position.origin = AmountOrigin::kUnusable;
    position.amount = won.mean;
  } else if (largest > 0 && amount > largest) {
    position.origin = AmountOrigin::kWinsorised;
    position.amount = largest;
  } else {
    position.amount = amount;
  }
}

}  // namespace

ForecastView ViewOf(const book::DealBook& deals) {
  return {.knowledge = deals.knowledge().get(),
          .model = &deals.prepared(),
          .amounts = &deals.amounts(),
          .calendar = deals.calendar(),
          .as_of = deals.moment().as_of,
          .num_threads = deals.num_threads(),
          .deals = deals.as_of_created() ? nullptr : &deals};
}

ForecastHorizon HorizonOf(const domain::FiscalCalendar& calendar, domain::Date today,
                          std::optional<domain::Quarter> quarter) {
  const domain::Quarter running = calendar.QuarterOf(today);
  ForecastHorizon horizon{.quarter = quarter.value_or(running)};
  horizon.name = domain::FormatQuarter(horizon.quarter);
  horizon.dates = calendar.PeriodOf(horizon.quarter);
  horizon.over = horizon.dates.end <= today;
  horizon.ahead = horizon.dates.begin > today;
  if (horizon.ahead) {
    horizon.first = {calendar.PeriodOf(running).begin, horizon.dates.begin};
    horizon.second = horizon.dates;
  } else {
    horizon.first = horizon.dates;
    horizon.following = domain::Next(horizon.quarter);
    horizon.second = calendar.PeriodOf(*horizon.following);
  }
  return horizon;
}

ForecastHorizon HorizonOfMonth(const domain::FiscalCalendar& calendar, domain::Date today,
                               std::chrono::year_month month) {
  using std::chrono::day;
  using std::chrono::months;
  const auto first_of = [](std::chrono::year_month m) { return domain::Date(m / day(1)); };
  ForecastHorizon horizon{.name = domain::FormatDate(first_of(month)).substr(0, 7),
                          .quarter = calendar.QuarterOf(first_of(month))};
  horizon.dates = {first_of(month), first_of(month + months(1))};
  horizon.over = horizon.dates.end <= today;
  horizon.ahead = horizon.dates.begin > today;
  if (horizon.ahead) {
    horizon.first = {
        std::min(calendar.PeriodOf(calendar.QuarterOf(today)).begin, horizon.dates.begin),
        horizon.dates.begin};
    horizon.second = horizon.dates;
  } else {
    horizon.first = horizon.dates;
    horizon.second = {horizon.dates.end, first_of(month + months(2))};
  }
  return horizon;
}

domain::Period SameStretch(const domain::FiscalCalendar& calendar, const domain::Period& dates,
                           int quarters_back) {
  constexpr int kMonths = 3;
  const std::chrono::year_month_day begin(dates.begin);
  const std::chrono::year_month_day end(dates.end);
  const std::chrono::months back(kMonths * quarters_back);
  domain::Quarter quarter = calendar.QuarterOf(dates.begin);
  const bool whole = calendar.PeriodOf(quarter) == dates;
  for (int k = 0; k < quarters_back; ++k) {
    quarter = domain::Previous(quarter);
  }
  const domain::Period past = calendar.PeriodOf(quarter);
  if (whole) {
    return past;
  }
  if (begin.day() == std::chrono::day(1) && end.day() == std::chrono::day(1)) {
    return {domain::Date(begin - back), domain::Date(end - back)};
  }
  const auto until_end = calendar.PeriodOf(calendar.QuarterOf(dates.begin)).end - dates.end;
  return {past.end - until_end - (dates.end - dates.begin), past.end - until_end};
}

double StateAmount(const ForecastView& view, const features::DealState& state,
                   domain::Timestamp moment) {
  const std::string currency = state.currency ? view.log().symbols()[*state.currency]
                                              : std::string(view.amounts->currency().code());
  return view.amounts->ToReporting(
      state.amount != data::kNoValue ? std::optional(state.amount) : std::nullopt, currency,
      moment);
}

namespace {

Result<std::vector<ChancePair>> ChancesOfRows(const ForecastView& view,
                                              std::span<const features::SnapshotKey> keys,
                                              std::span<const SnapshotDates> dates,
                                              const base::Matrix<float>& encoded) {
  const models::DealOutcomeModel& model = view.model->model();
  if (!model.parts().timing) {
    return Fail(
        ErrorCode::kRefused,
        "The imported deals have no closing dates, so that nothing can be said about a quarter. "
        "Scores and reasons work; import closing dates to forecast.");
  }
  const features::FeatureEngine& engine = *view.knowledge->engine;
  std::vector<models::DealMoment> moments(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const domain::Date today = domain::DateOf(keys[i].as_of);
    const features::Episode& episode = engine.episodes()[keys[i].deal][keys[i].episode];
    moments[i] = {.as_of = today,
                  .age_days = static_cast<int>((today - domain::DateOf(episode.opened)).count())};
  }
  const std::vector<models::Prediction> predictions =
      view.model->Predict(encoded.view(), view.num_threads);
  std::vector<ChancePair> chances(keys.size());
  book::LookAtAll(model, encoded.view(), predictions, moments, view.num_threads,
                  [&](std::size_t i, const std::optional<models::Outlook>& outlook) {
                    const auto within = [&](domain::Date date) {
                      const auto days = (date - moments[i].as_of).count();
                      return outlook->WonWithin(static_cast<int>(days)).value();
                    };
                    const double first = std::clamp(within(dates[i].first_end), 0.0, 1.0);
                    chances[i] = {
                        .ever = outlook->prediction().win.value(),
                        .first = first,
                        .second = std::clamp(within(dates[i].second_end) - first, 0.0, 1 - first)};
                  });
  return chances;
}

}  // namespace

Result<std::vector<ChancePair>> ChancesOf(const ForecastView& view,
                                          std::span<const features::SnapshotKey> keys,
                                          std::span<const SnapshotDates> dates) {
  const features::FeatureTable table = view.knowledge->engine->Compute(keys, view.num_threads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, view.model->model().Encode(table));
  return ChancesOfRows(view, keys, dates, encoded);
}

Result<std::vector<OpenPosition>> OpenPositions(const ForecastView& view,
                                                const ForecastHorizon& horizon,
                                                const WonAmounts& won, base::Progress& progress) {
  std::vector<features::SnapshotKey> keys =
      view.deals != nullptr ? view.deals->table().rows : view.knowledge->engine->OpenAt(view.as_of);
  progress.Begin("Scoring open deals", keys.size());
  const std::vector<SnapshotDates> dates(keys.size(), {horizon.first.end, horizon.second.end});
  RI_ASSIGN_OR_RETURN(const std::vector<ChancePair> chances,
                      view.deals != nullptr
                          ? ChancesOfRows(view, keys, dates, view.deals->encoded())
                          : ChancesOf(view, keys, dates));
  std::vector<std::uint32_t> deals;
  for (const features::SnapshotKey& key : keys) {
    deals.push_back(key.deal);
  }
  std::vector<features::DealState> states =
      features::StatesAsOf(view.log(), deals, view.as_of, view.num_threads);
  const auto ids = view.log().keys(data::EntityKind::kDeal);
  std::vector<OpenPosition> positions(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    OpenPosition& position = positions[i];
    position.deal = keys[i].deal;
    position.episode = keys[i].episode;
    position.id =
        ids[keys[i].deal] + (keys[i].episode > 0 ? fmt::format("#{}", keys[i].episode) : "");
    position.state = std::move(states[i]);
    position.win_ever = chances[i].ever;
    position.win_first = chances[i].first;
    position.win_second = chances[i].second;
    SetAmount(view, won, position);
  }
  std::ranges::sort(positions, {}, &OpenPosition::id);
  progress.End();
  return positions;
}

}  // namespace ri::revenue
