#include "api/warm_up.h"

#include "api/forecast_documents.h"

namespace ri::api {

void WarmUp(Services& services, const std::shared_ptr<const deals::DealList>& list,
            const std::stop_token& stop) {
  using revenue::ForecastNode;
  [[maybe_unused]] const auto& tables = list->book().explainer();
  const Request request{.method = "GET", .path = "/"};
  const PathParameters none;
  identity::Principal everybody;
  everybody.user.role = "admin";
  Call call{.request = request,
            .parameters = none,
            .principal = &everybody,
            .services = services,
            .now = services.clock()};
  const DealView view{.list = list,
                      .visibility = book::Visibility::Everything(),
                      .marks = std::make_shared<const deals::MarksByDeal>()};
  const auto now = ForecastOf(call, view, std::nullopt, ForecastNode::kTotal);
  if (!now || stop.stop_requested()) {
    return;
  }
  const std::optional<domain::Quarter> period = (*now)->period;
  const domain::Timestamp since = DefaultSince(list->book().moment().as_of);
  if (const auto earlier = services.deals.Get(since, std::nullopt, false)) {
    const DealView then{.list = *earlier, .visibility = view.visibility, .marks = view.marks};
    [[maybe_unused]] const auto before = ForecastOf(call, then, period, ForecastNode::kTotal);
  }
  if (stop.stop_requested()) {
    return;
  }
  [[maybe_unused]] const auto moved = MovementOf(call, view, since, period);
  for (const ForecastNode by : {ForecastNode::kTeam, ForecastNode::kRegion, ForecastNode::kRep}) {
    if (stop.stop_requested()) {
      return;
    }
    [[maybe_unused]] const auto report = ForecastOf(call, view, period, by);
  }
}

}  // namespace ri::api
