#pragma once

/// The deal that a path names, in the moment that the query asks for: how every answer about one
/// deal begins.

#include <optional>
#include <string_view>

#include "api/deal_documents.h"

namespace ri::api {

struct OpenedDeal {
  DealView view;
  std::size_t position = 0;
  std::string_view status = "open";  ///< or "won", "lost"
  std::optional<domain::Date> closed_on;
  [[nodiscard]] const book::DealBook& book() const { return view.list->book(); }
  [[nodiscard]] const book::ScoredDeal& deal() const { return book().deals()[position]; }
};

/// The deal as it stands open. kNotFound when it is not open or not the reader's to see.
[[nodiscard]] Result<OpenedDeal> OpenDeal(Call& call, QueryInput& query);
/// The same, or a deal that has ended as it was seen last, alone in a list of its own.
[[nodiscard]] Result<OpenedDeal> OpenDealOrClosed(Call& call, QueryInput& query);

/// Reads as_of and known_at for their mistakes only; an answer when there are any.
[[nodiscard]] std::optional<Response> CheckMoment(QueryInput& query);

/// Opens the document: its basis and the id of the deal.
void BeginAnswer(JsonWriter& json, const OpenedDeal& opened);

}  // namespace ri::api
