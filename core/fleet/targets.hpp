// The target schema of an environment: what its `target_metadata` names, loaded.
#pragma once

#include "autogen/target.hpp"
#include "fleet/fleet.hpp"

#include <optional>
#include <string>

namespace orch::fleet {

/// `text` is a value of target_metadata; paths and commands are relative to the configuration file.
autogen::Target load_target(Environment& environment, const std::string& text,
                            const dialect::Dialect& dialect);
/// The request's target, the key's, or what an env.py gave. Throws Error(config) where there is none.
autogen::Target target_of(Environment& environment, const DifferenceRequest& request, const Opened& opened);
/// `scratch_url` of the environment.
std::optional<Url> scratch_url(Environment& environment);
/// The revisions up to `targets`, replayed into a scratch database.
schema::Catalog replayed(Environment& environment, const runner::Settings& settings,
                         const dialect::Dialect& dialect, const std::vector<std::string>& targets);

} // namespace orch::fleet
