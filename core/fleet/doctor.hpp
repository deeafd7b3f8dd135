// `orch doctor`: what each revision of an environment needs to run, and what its env.py needs. No database is
// touched.
#pragma once

#include "fleet/fleet.hpp"
#include "script/examine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

struct ORCH_API Diagnosis {
    struct Revision {
        std::string id;
        std::filesystem::path path;
        script::Examination found;
    };
    std::vector<Revision> revisions;  ///< in the order of an upgrade
    std::optional<Error> environment; ///< why its env.py does not run
    std::string dialect;              ///< that the revisions were examined for
    bool has_fallback = false;

    /// How many revisions have this need.
    std::size_t count(script::Need need) const;
    /// Whether an upgrade of the whole tree would stop at a script.
    bool stops() const;
};

/// Examines these revisions, or all where there are none. `dialect` is a name such as "postgresql"; nothing:
/// that of the environment's URL.
ORCH_API Diagnosis diagnose(Environment& environment, const std::vector<std::string>& revisions,
                            const std::optional<std::string>& dialect);

} // namespace orch::fleet
