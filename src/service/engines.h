#pragma once

/// The database engines this program is built with.

#include <span>

#include "data/open_store.h"

namespace ri::service {

[[nodiscard]] std::span<const data::Engine> Engines();

}  // namespace ri::service
