# Warnings, sanitizers and the three kinds of targets: rooms, plugins, tests.

add_library(orch_flags INTERFACE)
target_compile_options(orch_flags INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor
                                            $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
if(ORCH_WERROR)
  target_compile_options(orch_flags INTERFACE -Werror)
endif()
if(ORCH_SANITIZE)
  target_compile_options(orch_flags INTERFACE -fsanitize=${ORCH_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(orch_flags INTERFACE -fsanitize=${ORCH_SANITIZE})
endif()
target_compile_definitions(orch_flags INTERFACE ORCH_VERSION="${PROJECT_VERSION}")

# A room of core/: its folder's sources, compiled with core/ on the include path. LIBS are what it needs from outside.
function(orch_room name)
  cmake_parse_arguments(ROOM "" "" "LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(orch_${name} OBJECT ${sources})
  target_include_directories(orch_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
  target_link_libraries(orch_${name} PUBLIC ${ROOM_LIBS} PRIVATE orch_flags)
  target_sources(orch PRIVATE $<TARGET_OBJECTS:orch_${name}>)
  target_link_libraries(orch PRIVATE ${ROOM_LIBS})
endfunction()

# A dialect plugin: the sources of the current folder as lib/orch/plugins/orch_<name>.so.
function(orch_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(orch_plugin_${name} MODULE ${sources})
  target_link_libraries(orch_plugin_${name} PRIVATE orch orch_flags ${PLUGIN_LIBS})
  set_target_properties(orch_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME orch_${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${ORCH_PLUGIN_DIR}
    BUILD_RPATH "$ORIGIN/../.." INSTALL_RPATH "$ORIGIN/../..")
  install(TARGETS orch_plugin_${name} LIBRARY DESTINATION ${ORCH_PLUGIN_DIR})
endfunction()

# The GoogleTest program of one folder of tests/: every *_test.cpp in it, one ctest entry per test case.
function(orch_test name)
  cmake_parse_arguments(TEST "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_test.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE orch orch_flags GTest::gtest GTest::gmock GTest::gtest_main ${TEST_LIBS})
  target_compile_definitions(test_${name} PRIVATE TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/${name}")
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests
    BUILD_RPATH "$ORIGIN/../lib")
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${name})
endfunction()
