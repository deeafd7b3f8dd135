// Gets an interpreter ready for the scripts of a tree.
#pragma once

#include "script/session.hpp"

#include "lang/lang.hpp"

namespace orch::script {

lang::Limits limits_of(const Settings& settings);

/// Adds every module that scripts import: alembic, sqlalchemy, stand-ins for other packages, and the tree's
/// own files.
void prepare(Session& session);

} // namespace orch::script
