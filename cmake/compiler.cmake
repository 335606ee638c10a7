# Flags live on two interface targets, so that an area only has to link them.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

# Paths below the sources count relative, so that a fresh clone finds what another one compiled.
find_program(RI_CCACHE ccache)
if(RI_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${RI_CCACHE}")
endif()

find_program(RI_MOLD mold)
if(RI_MOLD AND NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-fuse-ld=mold)
endif()

add_library(ri_flags INTERFACE)
target_include_directories(ri_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(ri_flags INTERFACE
  # Results are the same bytes on every machine: no fused multiply-add unless a kernel asks for it.
  -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wold-style-cast -Wimplicit-fallthrough -Wextra-semi
  # Members that a designated initialiser leaves out have their defaults, on purpose.
  -Wno-missing-field-initializers
  # clang sees libstdc++ 12 use its own deprecated buffers in std::stable_sort.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
if(RI_WARNINGS_AS_ERRORS)
  target_compile_options(ri_flags INTERFACE -Werror)
endif()
# At -O2 GCC 12 takes the empty side of an optional for uninitialised (seen in training/final_fit);
# the lightly optimised presets keep the warning.
target_compile_options(ri_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>)
if(RI_HARDENING)
  include(cmake/hardening.cmake)
endif()
if(RI_SANITIZERS)
  target_compile_options(ri_flags INTERFACE -fsanitize=${RI_SANITIZERS} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(ri_flags INTERFACE -fsanitize=${RI_SANITIZERS})
  # GCC's flow analysis loses sight of initialisation in instrumented code (seen in std::regex); the
  # other presets keep the warning.
  target_compile_options(ri_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(RI_BUILD_FUZZERS)
  # The areas report which branches an input took; the fuzzers alone link the engine.
  target_compile_options(ri_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RI_COVERAGE)
  # Counters are shared by threads; without atomic updates some go negative.
  target_compile_options(ri_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(ri_flags INTERFACE --coverage)
endif()
if(RI_CLANG_TIDY)
  find_program(RI_CLANG_TIDY_PROGRAM NAMES clang-tidy-19 REQUIRED)
endif()
