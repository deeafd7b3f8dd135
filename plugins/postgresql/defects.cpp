// What the server itself calls broken: indexes that a CREATE INDEX CONCURRENTLY left invalid.
#include "connection.hpp"

#include <fmt/format.h>

namespace orch::postgresql {

namespace {

constexpr int reindexes_concurrently = 120000; ///< since PostgreSQL 12

dialect::Statement outside_a_transaction(std::string sql) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.transactional = false;
    return statement;
}

} // namespace

std::vector<dialect::Defect> Connection::defects(const std::string&) {
    dialect::Statement question;
    question.reads = true;
    // One that is being built now is not valid yet.
    question.sql =
        "SELECT i.relname::text, t.relname::text, format('%I.%I', n.nspname, i.relname) "
        "FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_catalog.pg_class t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
        "i.relnamespace WHERE NOT x.indisvalid AND i.relkind = 'i' AND n.nspname = current_schema() AND NOT "
        "EXISTS (SELECT 1 FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.relation = i.oid AND a.pid <> pg_backend_pid() AND a.query ILIKE '%index%') ORDER BY 1";
    std::vector<dialect::Defect> found;
    for (const auto& row : execute(question).rows) {
        const auto& index = std::get<std::string>(row[0]);
        const auto& quoted = std::get<std::string>(row[2]);
        dialect::Defect defect;
        defect.kind = "invalid-index";
        defect.message =
            fmt::format("index '{}' of table '{}' is invalid: nothing is looked up in it, and each write "
                        "pays for it",
                        index, std::get<std::string>(row[1]));
        const bool copy = index.ends_with("_ccnew") || index.ends_with("_ccold");
        const char* concurrently =
            PQserverVersion(connection_.get()) >= reindexes_concurrently ? "CONCURRENTLY " : "";
        defect.remedy = copy ? "drop what a rebuild left" : "build the index anew";
        defect.mend = {outside_a_transaction(copy ? "DROP INDEX CONCURRENTLY " + quoted
                                                  : fmt::format("REINDEX INDEX {}{}", concurrently, quoted))};
        defect.hint = "a CREATE INDEX CONCURRENTLY failed or was ended";
        found.push_back(std::move(defect));
    }
    return found;
}

} // namespace orch::postgresql
