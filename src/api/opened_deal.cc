#include "api/opened_deal.h"

#include "deals/closed_deal.h"

namespace ri::api {

Result<OpenedDeal> OpenDeal(Call& call, QueryInput& query) {
  RI_ASSIGN_OR_RETURN(DealView view, OpenView(call, query));
  RI_ASSIGN_OR_RETURN(const std::size_t position, FindDeal(view, call.Path("deal_id")));
  return OpenedDeal{.view = std::move(view), .position = position};
}

Result<OpenedDeal> OpenDealOrClosed(Call& call, QueryInput& query) {
  RI_ASSIGN_OR_RETURN(DealView view, OpenView(call, query));
  const auto position = FindDeal(view, call.Path("deal_id"));
  if (position) {
    return OpenedDeal{.view = std::move(view), .position = *position};
  }
  const auto closed =
      deals::OpenClosedDeal(view.list->shared_book(), call.Path("deal_id"), view.visibility);
  if (!closed) {
    return std::unexpected(position.error());
  }
  view.list = std::make_shared<const deals::DealList>(closed->last_open, nullptr, 1);
  view.visibility = book::Visibility::Everything();
  return OpenedDeal{.view = std::move(view),
                    .position = 0,
                    .status = closed->won ? "won" : "lost",
                    .closed_on = closed->closed_on};
}

std::optional<Response> CheckMoment(QueryInput& query) {
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  return query.Refusal();
}

void BeginAnswer(JsonWriter& json, const OpenedDeal& opened) {
  json.BeginObject();
  WriteBasis(json, opened.view);
  json.Field("deal_id", opened.deal().deal_id);
}

}  // namespace ri::api
