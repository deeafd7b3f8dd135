# find_package(orch): the target orch::orch, and a function each for authors of dialect plugins and of models in C++.
include(${CMAKE_CURRENT_LIST_DIR}/orchTargets.cmake)

# orch_add_plugin(NAME SOURCE...): the target orch_plugin_NAME, built as the file orch_NAME.so that `plugin_path` and
# ORCH_PLUGIN_PATH find. Link what it needs with target_link_libraries() as usual.
function(orch_add_plugin name)
  add_library(orch_plugin_${name} MODULE ${ARGN})
  target_link_libraries(orch_plugin_${name} PRIVATE orch::orch)
  set_target_properties(orch_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME orch_${name}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# orch_models(NAME SOURCE...): the library NAME.so of models written with autogen/models.hpp, for `target_metadata`.
function(orch_models name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE orch::orch)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
