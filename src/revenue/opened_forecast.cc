#include "revenue/opened_forecast.h"

#include <fmt/format.h>

#include <charconv>

#include "base/sha256.h"
#include "revenue/backtest_store.h"
#include "revenue/common_factors.h"
#include "revenue/forecast_view.h"

namespace ri::revenue {
namespace {

// Changes when a fit would come out differently.
constexpr int kFitVersion = 2;

std::string Hash(const std::string& text) {
  base::Sha256 hash;
  hash.Update(text);
  return base::ToHex(hash.Finish()).substr(0, 16);
}

// Everything a fit depends on besides its day.
std::string Common(const book::DealBook& deals, std::size_t num_published) {
  return fmt::format("{} {} {} {} {}", kFitVersion, deals.model().version.text(),
                     deals.knowledge()->data_sha256, deals.calendar().Describe(), num_published);
}

std::string LevelName(const book::DealBook& deals, const QuarterBookOptions& options,
                      std::size_t num_published) {
  const domain::Date today = domain::DateOf(deals.moment().as_of);
  const domain::Quarter quarter = options.quarter.value_or(deals.calendar().QuarterOf(today));
  return "forecast.level." +
         Hash(fmt::format("{} {} {} {}", Common(deals, num_published), domain::FormatDate(today),
                          domain::FormatQuarter(quarter),
                          options.month ? static_cast<int>(options.month->year()) * 12 +
                                              static_cast<int>(unsigned{options.month->month()})
                                        : 0));
}

Result<std::optional<double>> LoadLevel(data::Store& store, const std::string& name) {
  RI_ASSIGN_OR_RETURN(const auto text, store.Setting(name));
  double value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Result<OpenedForecast> OpenForecast(data::Store& store, const book::DealBook& deals,
                                    QuarterBookOptions options, base::Progress& progress) {
  const ForecastView view = ViewOf(deals);
  RI_ASSIGN_OR_RETURN(const BacktestEvidence evidence,
                      LoadEvidence(store, view.calendar, view.today()));
  const std::string key =
      Hash(fmt::format("{} {}", Common(deals, evidence.cohorts.size()),
                       domain::FormatDate(FactorsLearnedOn(view.calendar, view.today()))));
  RI_ASSIGN_OR_RETURN(auto correlation, LoadFit(store, key));
  if (!correlation) {
    RI_ASSIGN_OR_RETURN(correlation,
                        LearnCommonFactors(view, evidence.cohorts, options.history, progress));
    if (!store.read_only()) {
      RI_RETURN_IF_ERROR(StoreFit(store, key, *correlation));
    }
  }
  const std::string level = LevelName(deals, options, evidence.cohorts.size());
  RI_ASSIGN_OR_RETURN(options.chance_shift, LoadLevel(store, level));
  options.correlation = &*correlation;
  options.published = evidence.cohorts;
  RI_ASSIGN_OR_RETURN(QuarterBook book, OpenQuarterBook(view, options, progress));
  if (!options.chance_shift && !book.horizon.over && !store.read_only()) {
    RI_RETURN_IF_ERROR(store.SetSetting(level, fmt::format("{}", book.structure.chance_shift)));
  }
  return OpenedForecast{.book = std::move(book), .width = evidence.width};
}

}  // namespace ri::revenue
