// The standard library of the revision language: one file per module, registered in modules.cpp.
//
// To add a module: write modules/NAME.cpp with `void load_NAME(ModuleBuilder& module)`, declare it here, add
// its line to the table in modules.cpp, and its programs to tests/lang/conformance. It is loaded at its first
// import, and may do what the room may: no files, no sockets, no processes. A module that is easier said in
// the language itself is a text that define() runs; errors inside of it are shown at the script's line that
// led there.
#pragma once

#include "lang/builtins.hpp"
#include "lang/lang.hpp"

namespace orch::lang {

/// Runs a module's source in the language itself.
void define(ModuleBuilder& module, std::string_view source);

void load_abc(ModuleBuilder& module);
void load_ast(ModuleBuilder& module);
void load_asyncio(ModuleBuilder& module);
void load_base64(ModuleBuilder& module);
void load_collections(ModuleBuilder& module);
void load_collections_abc(ModuleBuilder& module);
void load_contextlib(ModuleBuilder& module);
void load_copy(ModuleBuilder& module);
void load_dataclasses(ModuleBuilder& module);
void load_datetime(ModuleBuilder& module);
void load_decimal(ModuleBuilder& module);
void load_enum(ModuleBuilder& module);
void load_functools(ModuleBuilder& module);
void load_hashlib(ModuleBuilder& module);
void load_itertools(ModuleBuilder& module);
void load_json(ModuleBuilder& module);
void load_logging(ModuleBuilder& module);
void load_logging_config(ModuleBuilder& module);
void load_math(ModuleBuilder& module);
void load_operator(ModuleBuilder& module);
void load_os(ModuleBuilder& module);
void load_os_path(ModuleBuilder& module);
void load_pathlib(ModuleBuilder& module);
void load_random(ModuleBuilder& module);
void load_re(ModuleBuilder& module);
void load_secrets(ModuleBuilder& module);
void load_string(ModuleBuilder& module);
void load_sys(ModuleBuilder& module);
void load_textwrap(ModuleBuilder& module);
void load_time(ModuleBuilder& module);
void load_types(ModuleBuilder& module);
void load_typing(ModuleBuilder& module);
void load_typing_classes(ModuleBuilder& module);
void load_urllib_parse(ModuleBuilder& module);
void load_uuid(ModuleBuilder& module);
void load_warnings(ModuleBuilder& module);
void load_zoneinfo(ModuleBuilder& module);

} // namespace orch::lang
