// What `revision` and `merge` share: they write a revision file and say which.
#pragma once

#include "command.hpp"

namespace orch::cli {

/// Writes the revision and prints Alembic's line about it, before the hooks print theirs, or with --json one
/// document. False where the env.py wanted no revision.
bool write_revision(const Invocation& invocation, fleet::Environment& environment,
                    fleet::RevisionRequest request);

} // namespace orch::cli
