// What context.configure() says of comparisons: which objects are looked at, who decides about types and
// defaults, who has the last word on a new revision.
#pragma once

#include "lang/native.hpp"
#include "script/session.hpp"

namespace orch::script {

/// Takes target_metadata, include_object, include_name, include_schemas, compare_type,
/// compare_server_default, process_revision_directives, render_item and the tokens of several databases. The
/// functions are good until env.py ends.
void take_comparison(Session& session, EnvironmentOptions& options, const lang::Bound& bound);

} // namespace orch::script
