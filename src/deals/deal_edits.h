#pragma once

/// Edits of a deal that nobody has made: what a person types into the what-if panel, as events.

#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "data/event_log.h"

namespace ri::deals {

struct FieldEdit {
  std::string field;
  std::string value;  ///< as typed; empty clears the field
};

/// The deal's events up to the book's moment, followed by the edits at that moment.
struct EditedDeal {
  std::vector<data::LoggedEvent> events;
  std::vector<std::string> notes;  ///< what follows from the edits
};

/// Fields are those of the CRM: stage, amount, commit_date (or close_date), forecast_category,
/// owner (key or name), next_step, product, type, lead_source, a customer's own column; and things
/// that happen: next_meeting=DATE, and meeting, call, email_in, email_out, task = how many now.
/// Field logic: a stage brings the forecast category most open deals of that stage have, unless the
/// category is edited too; a stage in which no deal is open is refused, because it means the end.
/// kUsage for an unknown field or a value that cannot be read; the message lists what can be.
[[nodiscard]] Result<EditedDeal> ApplyEdits(const book::DealBook& book, std::size_t position,
                                            const std::vector<FieldEdit>& edits,
                                            base::Language language = base::Language::kEnglish);

/// A field that can be edited, with what is known of it now.
struct Lever {
  std::string field;
  std::string label;
  std::string kind;   ///< "number", "choice", "flag", "date"
  std::string value;  ///< as it would be typed; empty = not set
  std::vector<std::string> choices;
  bool actionable = false;  ///< a seller can change it
};
[[nodiscard]] std::vector<Lever> LeversOf(const book::DealBook& book, std::size_t position);

}  // namespace ri::deals
