// Reads an env.py for what it says, without the application around it: for `orch adopt`. What the application
// would give (a Flask app's engine, a settings object) becomes an unknown value that goes through every
// operation; where one ends up in a setting, the setting is noted and not carried over.
#pragma once

#include "script/script.hpp"

namespace orch::script {

struct Note {
    Place place; ///< in the env.py; may be unknown
    std::string text;
};

/// An env.py as settings.
struct Adoption {
    EnvironmentOptions options;
    /// Keys of an ini with their values, in the order of documentation: "url" -> "${DATABASE_URL}".
    std::vector<std::pair<std::string, std::string>> keys;
    std::vector<Note> notes; ///< what could not be carried over, and what to do about it
};

/// Follows an env.py up to context.run_migrations(). Never fails for what the file holds: an error becomes a
/// note.
ORCH_API Adoption adopt_environment(const std::filesystem::path& env_py, const Settings& settings,
                                    const Context& context);

} // namespace orch::script
