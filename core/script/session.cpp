#include "script/session.hpp"

#include "script/sqlalchemy/compiled.hpp"

#include <fmt/format.h>

namespace orch::script {

Database& database_of(Session& session, const Place& origin) {
    if (session.rolled_back) {
        Error error(Fault::script,
                    "the script has rolled back its transaction: nothing more can be done in it");
        error.at(origin);
        const Place& at = *session.rolled_back;
        if (at.known()) error.note(fmt::format("rolled back at {}:{}", at.file, at.line));
        throw error.hint(
            "undo a part with 'with bind.begin_nested():' or session.begin_nested(), and leave the "
            "rest to orch: an exception that leaves the revision undoes all of it");
    }
    if (session.database) {
        refuse_changed_constructs(session, origin);
        return *session.database;
    }
    Error error(Fault::script,
                "an env.py reaches no database: it says which one is meant, and orch connects");
    error.at(origin);
    throw error.hint(
        "do in a revision what needs the database; settings of the connection belong in the URL or the ini");
}

} // namespace orch::script
