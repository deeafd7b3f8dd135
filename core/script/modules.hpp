// Gets an interpreter ready for the scripts of a tree.
#pragma once

#include "script/session.hpp"

#include "lang/lang.hpp"

namespace orch::script {

lang::Limits limits_of(const Settings& settings);

/// Adds every module that scripts import: alembic, sqlalchemy, stand-ins for other packages, and the tree's
/// own files.
void prepare(Session& session);

/// What a revision's upgrade() or downgrade() is called with: `op` for a parameter of that name, and for
/// others something that fails when it is used.
std::vector<lang::Value> arguments_of(const lang::Value& function, Direction direction, Session& session);

} // namespace orch::script
