#pragma once

#include <string>

#include "base/result.h"

namespace ri::bench {

/// Loads a store, then times the state of all deals that are open as of a moment with sums by
/// stage, owner and account, and the feature rows of the same deals. Prints seconds as JSON.
Status MeasureOpenPipeline(const std::string& url, const std::string& as_of, int threads);

}  // namespace ri::bench
