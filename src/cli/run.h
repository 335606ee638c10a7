#pragma once

namespace ri::cli {

/// Parses the command line, runs one verb, prints its result. Returns the exit code: 0 done, 2
/// usage, 3 bad input, 4 not found, 5 refused by a gate, 6 storage unavailable, 70 our bug, 130
/// interrupted.
int Run(int argc, const char* const* argv);

}  // namespace ri::cli
