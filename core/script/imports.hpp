// Where the modules come from that are not built in: stand-ins for packages, the tree's helper modules, the
// project's own source, and what the user declared (stubs). LANGUAGE's order: docs/imports.md tells users.
#pragma once

#include "script/session.hpp"

#include "lang/lang.hpp"

namespace orch::script {

/// The source of a module: a stand-in, or a file of the tree or of the project.
std::optional<lang::ModuleSource> find_source(Session& session, std::string_view name);

/// What a declaration of the ini or of stubs.py gives for a name of a module (empty: for the module itself).
std::optional<lang::Value> declared(Session& session, std::string_view module, std::string_view name);

/// The folders that scripts put on sys.path beyond those that the settings gave.
std::vector<std::filesystem::path> added_to_sys_path(Session& session);
/// Gives scripts a sys.path with the folders of the settings.
void fill_sys_path(Session& session);

/// Lets an env.py look whether files are there, and the stand-in of dotenv read them.
void open_files(Session& session);

/// Lets the modules that env.py imports, and env.py itself, register their own directives
/// (Operations.register_operation, Operations.implementation_for) as Alembic's running of env.py would; once
/// for a session.
void register_directives(Session& session);

/// A directive that a stand-in brings to `op` or to a batch, either of which is its `operations`:
/// "sync_enum_values". Nothing for other names.
std::optional<lang::Value> directive_of_stand_in(Session& session, std::string_view name,
                                                 const lang::Value& operations);

} // namespace orch::script
