# Build options. Presets in CMakePresets.json set them; a packager may set them by hand.
option(RI_BUILD_TESTS "Build the tests" ON)
option(RI_BUILD_BENCHMARKS "Build the benchmarks beside the code and in bench/" OFF)
option(RI_BUILD_FUZZERS "Build the fuzzers; needs clang" OFF)
option(RI_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
option(RI_HARDENING "Compile and link what ships with the run-time protections of compiler and loader" OFF)
option(RI_CLANG_TIDY "Run clang-tidy beside the compiler" OFF)
set(RI_SANITIZERS "" CACHE STRING "Sanitizers to compile with, as for -fsanitize=")
option(RI_COVERAGE "Instrument for line coverage" OFF)
