#pragma once

/// Words by which exports say that a deal was won or lost.

#include <string_view>

namespace ri::ingest {

/// English, German, French, Spanish and Italian words for a won deal, in any case: "Closed Won",
/// "gewonnen".
[[nodiscard]] bool MeansWon(std::string_view text);
/// The same for a deal that was lost, refused or given up.
[[nodiscard]] bool MeansLost(std::string_view text);

}  // namespace ri::ingest
