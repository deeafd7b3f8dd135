// `orch adopt`: an Alembic configuration, its ini and env.py, as an orch.ini that does without the env.py.
#pragma once

#include "fleet/fleet.hpp"
#include "script/adopt.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace orch::fleet {

struct Adopted {
    struct Section {
        std::string name;
        std::vector<std::pair<std::string, std::string>> keys; ///< in the file's order
        std::vector<script::Note> notes;                       ///< what was not carried over
    };
    std::filesystem::path file; ///< the orch.ini, beside the file that was read
    std::vector<Section> sections;
    std::string text; ///< of the orch.ini
};

/// Reads the environments and their env.py files. Writes nothing.
ORCH_API Adopted adopt(Project& project);

/// Writes the file. Throws Error(usage) where it exists.
ORCH_API void write(const Adopted& adopted);

} // namespace orch::fleet
