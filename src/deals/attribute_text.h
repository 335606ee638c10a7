#pragma once

/// Values and names of what the log keeps about a deal, as people read them.

#include <string>
#include <string_view>

#include "base/phrase.h"
#include "data/event_log.h"
#include "domain/money.h"

namespace ri::deals {

/// How values are to be read.
struct AttributeReading {
  const data::EventLog& log;
  domain::Timestamp as_of{};  ///< names of people and accounts are those of this moment
  domain::Currency currency;  ///< of money
  base::Language language = base::Language::kEnglish;
};

/// Empty for a cleared value. Dates as ISO, money with its currency.
[[nodiscard]] std::string AttributeText(const AttributeReading& reading,
                                        const data::AttributeDefinition& attribute,
                                        std::int64_t value);

/// "next_step" as "Next step". Standard fields have German names; the others keep their own.
[[nodiscard]] std::string AttributeName(std::string_view attribute, base::Language language);

/// created, stage, amount, commit_date, forecast_category, owner, next_step, activity, contact, or
/// field.
[[nodiscard]] std::string_view AttributeKind(std::string_view attribute);

}  // namespace ri::deals
