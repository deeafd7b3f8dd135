// %(name)s, %% and ${VAR} in the value of a key.
#pragma once

#include "config/config.hpp"

namespace orch::config {

/// Where names are looked up: the section, then [DEFAULT], then `here`.
struct Names {
    const Section& section;
    const Section& defaults;
    const std::string& here;
};

/// The text of the entry with everything filled in. Throws Error(config) at the key whose value is at fault,
/// which may be another one that the entry names.
std::string interpolate(const Entry& entry, const Names& names);

} // namespace orch::config
