// Fills a new revision with what a database lacks. The rest of the comparison is in fleet.hpp.
#pragma once

#include "fleet/fleet.hpp"

namespace orch::fleet {

/// Sets the bodies and imports of `revision`; its id and message too where the env.py changes them. False
/// where the env.py wants no revision.
bool autogenerate(Environment& environment, const DifferenceRequest& request, script::NewRevision& revision);

} // namespace orch::fleet
