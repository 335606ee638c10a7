#pragma once

#include <stop_token>

#include "api/call.h"

namespace ri::api {

/// Computes what the first page after a change of data would wait for: the tables of explanations,
/// the forecast of the whole company and what moved it since the Monday before the last. What fails
/// here fails again, with its reason, for whoever asks. Ends early when a stop is asked for.
void WarmUp(Services& services, const std::shared_ptr<const deals::DealList>& list,
            const std::stop_token& stop);

}  // namespace ri::api
