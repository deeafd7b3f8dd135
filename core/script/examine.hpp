// What orch needs to run a revision, found without a database: for `orch doctor`, and for the fallback, which
// must know before anything of a revision was done.
//
// The file is parsed, its module level run, and the function called with a database that takes every
// operation and answers every question with nothing. What its code uses of names that orch does not have is
// read off the code as well, so that a branch which was not taken counts. An error behind a question to the
// database says nothing about the revision: the real answer may lead elsewhere.
#pragma once

#include "script/script.hpp"

namespace orch::script {

/// What a revision needs beyond orch itself; each includes those before it.
enum class Need : std::uint8_t {
    nothing,   ///< "native"
    stand_ins, ///< orch's stand-ins for other packages
    stubs,     ///< a declaration of a name that orch cannot import
    fallback,  ///< Python itself
};
ORCH_API std::string_view word(Need need); ///< "native", "stand-ins", "stubs", "fallback"

struct Examination {
    Need need = Need::nothing;
    std::vector<std::string> stand_ins; ///< packages of which a stand-in was used, sorted
    std::vector<std::string> declared;  ///< names that a stub of the user's gave, sorted
    std::vector<std::string> missing;   ///< names that a stub must give
    std::vector<Error> reasons;         ///< why it needs stubs or the fallback, each at its place
    bool reads = false;                 ///< it asks the database, so `--sql` cannot run it
    /// Clocks, random numbers and the like that it reads: two runs may differ.
    std::vector<lang::Interpreter::Irreproducible> irreproducible;
};

/// Examines one direction of a revision as if the database spoke this dialect ("sqlite").
ORCH_API Examination examine(const RevisionFile& file, Direction direction, const Settings& settings,
                             const Context& context, const std::string& dialect);

/// The head of one file as scan_file() reads it, but without what ties it to other revisions: labels and
/// dependencies need not be literals.
ORCH_API std::optional<RevisionFile> scan_alone(const std::filesystem::path& path);

/// Both directions as one.
ORCH_API Examination examine(const RevisionFile& file, const Settings& settings, const Context& context,
                             const std::string& dialect);

} // namespace orch::script
