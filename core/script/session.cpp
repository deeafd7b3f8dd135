#include "script/session.hpp"

namespace orch::script {

Database& database_of(Session& session, const Place& origin) {
    if (session.database) return *session.database;
    Error error(Fault::script,
                "an env.py reaches no database: it says which one is meant, and orch connects");
    error.at(origin);
    throw error.hint(
        "do in a revision what needs the database; settings of the connection belong in the URL or the ini");
}

} // namespace orch::script
