// A new revision as the tree of Alembic's objects that process_revision_directives of an env.py may change,
// and back; and what an env.py renders in its own way. Used for comparisons; comparison.hpp takes the rest of
// what an env.py says of them.
#pragma once

#include "script/session.hpp"

namespace orch::script {

/// A column as scripts see it: with the type, the default and the `info` that the models gave it, where
/// `metadata` (MetaData objects) has its table.
lang::Value column_of_models(Session& session, const std::vector<lang::Value>& metadata,
                             const std::string& table, const ops::Schema& schema,
                             const schema::Column& column);

/// Calls `function`, the env.py's process_revision_directives, with the revision that is proposed.
void process_proposed(Session& session, const lang::Value& function, const std::vector<lang::Value>& metadata,
                      ProposedRevision& proposed);

/// Asks `function`, the env.py's render_item, about a part of an operation.
std::optional<std::string> render_item(Session& session, const lang::Value& function,
                                       const std::vector<lang::Value>& metadata, RenderedItem& item);

} // namespace orch::script
