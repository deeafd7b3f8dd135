// The module `alembic.context`, op.get_context(), and what an env.py does with them.
#pragma once

#include "script/session.hpp"

namespace orch::script {

/// What an env.py has asked for so far.
struct Environment {
    EnvironmentOptions options;
    const std::function<void(const EnvironmentOptions&)>& migrate;
    bool migrated = false;
    /// Told of each context.configure() with the arguments that were given: for adopt.
    std::function<void(const Place& place, const std::vector<std::pair<std::string, lang::Value>>& arguments)>
        configured{};
};

/// Adds `alembic.context` and the modules beside it that env.py files import.
void add_context(Session& session);
/// What op.get_context() and context.get_context() give.
lang::Value make_migration_context(Session& session);
/// `context.script`: the revisions of the tree, whose files a script may load.
lang::Value make_script_directory(Session& session);
/// In an env.py: the dialect of the URL that is configured, as SQLAlchemy names it.
std::string environment_dialect(Session& session);

/// `config`: the ini's options, which an env.py may change for its own run.
lang::Value make_config(Session& session);

} // namespace orch::script
