#pragma once

/// Parts of documents about deals that several routes share.

#include <memory>
#include <optional>
#include <span>

#include "api/call.h"
#include "deals/deal_changes.h"
#include "deals/explain_deal.h"

namespace ri::api {

/// A list of deals with who may see what of it and what was decided about them.
struct DealView {
  std::shared_ptr<const deals::DealList> list;
  book::Visibility visibility;
  std::shared_ptr<const deals::MarksByDeal> marks;
  std::optional<domain::Timestamp> known_at;
  base::Language language = base::Language::kEnglish;  ///< of the reader
};

/// Opens the moment that `as_of` and `known_at` of the query name.
[[nodiscard]] Result<DealView> OpenView(Call& call, QueryInput& query);
[[nodiscard]] Result<DealView> OpenViewAt(Call& call, std::optional<domain::Timestamp> as_of,
                                          std::optional<domain::Timestamp> known_at,
                                          bool with_changes = true);
/// Position of a deal the reader may see; kNotFound with the same words whether it does not exist
/// or is hidden.
[[nodiscard]] Result<std::size_t> FindDeal(const DealView& view, const std::string& deal_id);
[[nodiscard]] std::unexpected<Error> NoSuchDeal(const std::string& deal_id);

void WriteBasis(JsonWriter& json, const DealView& view);
/// For figures that come from no book.
void WriteBasis(JsonWriter& json, domain::Timestamp as_of, const book::LoadedModel* model);

void WriteMoney(JsonWriter& json, std::string_view name, std::int64_t minor,
                const domain::Currency& currency);
/// Major units; null when not finite.
void WriteMajor(JsonWriter& json, std::string_view name, double major,
                const domain::Currency& currency);
[[nodiscard]] std::int64_t MinorOf(double major, const domain::Currency& currency);
void WriteProbability(JsonWriter& json, std::string_view name, const book::ScoredDeal& deal);
void WriteDealRow(JsonWriter& json, const DealView& view, std::size_t position);
void WriteDealChange(JsonWriter& json, const deals::DealChange& change);
void WriteReason(JsonWriter& json, const deals::Reason& reason);
void WriteDecision(JsonWriter& json, const data::StoredDecision& decision,
                   const identity::Principal& reader);

void WriteAlert(JsonWriter& json, const DealView& view, const data::StoredAlert& alert);

/// Marks in force, read again only when decisions changed.
[[nodiscard]] Result<std::shared_ptr<const deals::MarksByDeal>> CurrentMarks(Call& call);

}  // namespace ri::api
