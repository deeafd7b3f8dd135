// Fills a new revision with what a database lacks. The rest of the comparison is in fleet.hpp.
#pragma once

#include "fleet/fleet.hpp"

namespace orch::fleet {

/// Sets the bodies and imports of `revision`. What else an env.py may change (id, message, parents, labels,
/// folder) it changes in `request`. False where the env.py wants no revision.
bool autogenerate(Environment& environment, RevisionRequest& request, script::NewRevision& revision);

} // namespace orch::fleet
