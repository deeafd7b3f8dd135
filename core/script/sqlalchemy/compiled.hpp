// SQL as text in a script's hands: sqlalchemy.ext.compiler, where scripts say themselves what SQL a type or
// an element of theirs is, and compile(), which writes a statement with its values.
#pragma once

#include "script/session.hpp"

#include <optional>
#include <string>

namespace orch::script {

/// What a function under @compiles says for a type or an element of a script, in the dialect of the session;
/// nothing where there is no such function.
std::optional<std::string> compiled_by_script(Session& session, const lang::Value& object);

/// Throws where a revision changed how SQLAlchemy writes one of its own constructs: orch writes those itself.
void refuse_changed_constructs(const Session& session, const Place& origin);

/// statement.compile(...): an object whose str() is the SQL with its values in it. An Error(script) where the
/// call does not ask for literal values and the statement has any.
lang::Value compile(const lang::Value& statement, lang::Call& call);

/// FunctionElement, ClauseElement, Executable ...: what scripts derive elements of their own from.
const Members& compiled_members();
/// The module sqlalchemy.ext.compiler.
void add_compiler(Session& session);

} // namespace orch::script
