#pragma once

#include <string>

#include "base/result.h"

namespace ri::bench {

/// Reads every cell of a file on one thread and prints rows, cells and seconds as JSON. Cells that
/// look like numbers or times are converted, as pandas does by itself.
Status ParseFile(const std::string& path);

}  // namespace ri::bench
