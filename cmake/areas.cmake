# One area = one folder under src/ = one target = one namespace.
#
#   ri_library(NAME features SRCS as_of.cc DEPS ri::data LIBS fmt::fmt)
#     DEPS  areas whose headers these files may include (public)
#     LIBS  libraries from outside, private to the area
#   ri_test(features SRCS as_of_test.cc LIBS ...)   one test executable per area; LIBS may name
#     further areas that only the tests need; TIMEOUT in seconds, 600 unless said
#   ri_benchmark(features SRCS as_of_benchmark.cc)
include(GoogleTest OPTIONAL)

function(ri_library)
  cmake_parse_arguments(arg "" "NAME" "SRCS;DEPS;LIBS;PUBLIC_LIBS" ${ARGN})
  set(target ri_${arg_NAME})
  add_library(${target} STATIC ${arg_SRCS})
  add_library(ri::${arg_NAME} ALIAS ${target})
  target_link_libraries(${target} PUBLIC ri_flags ${arg_DEPS} ${arg_PUBLIC_LIBS} PRIVATE ${arg_LIBS})
  if(RI_CLANG_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY
      "${RI_CLANG_TIDY_PROGRAM};--warnings-as-errors=*;--quiet")
  endif()
endfunction()

# Everything scripts/test --quick builds and runs.
if(RI_BUILD_TESTS)
  add_custom_target(unit_tests)
endif()

function(ri_test area)
  if(NOT RI_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "TIMEOUT" "SRCS;LIBS" ${ARGN})
  set(target ri_${area}_test)
  add_executable(${target} ${arg_SRCS})
  target_link_libraries(${target} PRIVATE ri::${area} ${arg_LIBS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE RI_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_dependencies(unit_tests ${target})
  add_test(NAME ${area} COMMAND ${target})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  if(RI_SANITIZERS OR RI_COVERAGE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")
  endif()
  set_tests_properties(${area} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS unit)
endfunction()

function(ri_benchmark area)
  if(NOT RI_BUILD_BENCHMARKS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SRCS;LIBS" ${ARGN})
  set(target ri_${area}_benchmark)
  add_executable(${target} ${arg_SRCS})
  target_link_libraries(${target} PRIVATE ri::${area} ${arg_LIBS} benchmark::benchmark_main)
endfunction()
