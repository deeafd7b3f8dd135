# Warnings, sanitizers and the three kinds of targets: rooms, plugins, tests.

add_library(orch_flags INTERFACE)
target_compile_options(orch_flags INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor
                                            $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # At -O3 g++ 12 sees an overlapping copy inside of "text" + std::string (GCC bug 105651).
  target_compile_options(orch_flags INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # One source takes some 300 MB in all; collecting garbage below that costs g++ a sixth of the build.
  target_compile_options(orch_flags INTERFACE "SHELL:--param ggc-min-expand=100" "SHELL:--param ggc-min-heapsize=400000")
endif()
if(ORCH_WERROR)
  target_compile_options(orch_flags INTERFACE -Werror)
endif()
if(ORCH_SANITIZE)
  target_compile_options(orch_flags INTERFACE -fsanitize=${ORCH_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(orch_flags INTERFACE -fsanitize=${ORCH_SANITIZE})
  # With sanitizers g++ 12 sees an uninitialized std::function inside of <regex>, and a std::string's own buffer overrun.
  target_compile_options(orch_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-array-bounds>)
endif()
target_compile_definitions(orch_flags INTERFACE ORCH_VERSION="${PROJECT_VERSION}")

# The precompiled header of a target: the standard library's and HEADERS, or that of another target which is compiled the same way. Only a
# quicker build, in which the doors of the lower rooms are not parsed for each source anew: sources include what they use.
function(orch_precompile target)
  cmake_parse_arguments(PRECOMPILE "" "SHARED_WITH" "HEADERS" ${ARGN})
  if(NOT ORCH_PCH)
    return()
  endif()
  if(PRECOMPILE_SHARED_WITH)
    target_precompile_headers(${target} REUSE_FROM ${PRECOMPILE_SHARED_WITH})
  else()
    list(TRANSFORM PRECOMPILE_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/core/")
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <functional> <map> <memory> <optional> <set> <string> <string_view>
                                                <unordered_map> <variant> <vector> <fmt/format.h> ${PRECOMPILE_HEADERS})
  endif()
endfunction()

# What waits for a database or a person gains nothing from -O2; -Og builds in two thirds of its time, and sooner than
# -O0. What is uninitialized g++ sees rightly only when it optimises.
function(orch_cold target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Og> $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
endfunction()

# A room of core/: its folder's sources, compiled with core/ on the include path. LIBS are what it needs from outside; the other arguments are
# for orch_precompile.
function(orch_room name)
  cmake_parse_arguments(ROOM "" "" "LIBS;PRECOMPILE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(orch_${name} OBJECT ${sources})
  target_include_directories(orch_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
  target_link_libraries(orch_${name} PUBLIC ${ROOM_LIBS} PRIVATE orch_flags)
  orch_precompile(orch_${name} ${ROOM_PRECOMPILE})
  target_sources(orch PRIVATE $<TARGET_OBJECTS:orch_${name}>)
  target_link_libraries(orch PRIVATE ${ROOM_LIBS})
endfunction()

# A dialect plugin: the sources of the current folder as lib/orch/plugins/orch_<name>.so.
function(orch_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(orch_plugin_${name} MODULE ${sources})
  target_link_libraries(orch_plugin_${name} PRIVATE orch orch_flags ${PLUGIN_LIBS})
  orch_precompile(orch_plugin_${name} SHARED_WITH orch_runner)
  if(NOT name STREQUAL "sqlite") # works in orch's own process, allocator and all: nothing there waits
    orch_cold(orch_plugin_${name})
  endif()
  set_target_properties(orch_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME orch_${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${ORCH_PLUGIN_DIR}
    INSTALL_RPATH "$ORIGIN/../..")
  install(TARGETS orch_plugin_${name} LIBRARY DESTINATION ${ORCH_PLUGIN_DIR})
endfunction()

# The GoogleTest program of one folder of tests/: every *_test.cpp in it, one ctest entry per test case.
function(orch_test name)
  cmake_parse_arguments(TEST "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_test.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE orch orch_flags GTest::gtest GTest::gmock GTest::gtest_main ${TEST_LIBS})
  orch_cold(test_${name})
  if(ORCH_PCH)
    if(NOT TARGET orch_tests_pch)
      file(WRITE ${CMAKE_BINARY_DIR}/tests_pch.cpp "")
      add_library(orch_tests_pch OBJECT ${CMAKE_BINARY_DIR}/tests_pch.cpp)
      target_link_libraries(orch_tests_pch PRIVATE orch orch_flags GTest::gtest GTest::gmock)
      orch_cold(orch_tests_pch)
      set_target_properties(orch_tests_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_precompile_headers(orch_tests_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h> <map> <optional> <string> <vector>
                                                       "${PROJECT_SOURCE_DIR}/core/runner/runner.hpp")
    endif()
    set_target_properties(test_${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_precompile_headers(test_${name} REUSE_FROM orch_tests_pch)
  endif()
  target_compile_definitions(test_${name} PRIVATE TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/${name}")
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests
    INSTALL_RPATH "$ORIGIN/../lib")
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${name})
endfunction()
