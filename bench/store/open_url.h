#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "data/store.h"

namespace ri::bench {

/// The store behind a URL of either engine.
[[nodiscard]] Result<std::unique_ptr<data::Store>> OpenUrl(const std::string& url);

}  // namespace ri::bench
