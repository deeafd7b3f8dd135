// Tables in the server's own words: made in the session's temporary schema, read back, and rolled back.
#include "connection.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace orch::postgresql {

namespace {

constexpr std::size_t together = 100; ///< tables that one transaction makes

/// What can be made beside nothing else: without foreign keys, and without what a temporary table cannot be.
schema::Table alone(schema::Table table) {
    table.schema.reset();
    table.prefixes.clear();
    std::erase_if(table.constraints, [](const schema::Constraint& each) {
        return std::holds_alternative<schema::ForeignKey>(each);
    });
    for (schema::Column& column : table.columns) column.foreign_keys.clear();
    for (schema::Index& index : table.indexes) {
        index.schema.reset();
        index.options.erase("postgresql_concurrently");
    }
    for (const char* option : {"postgresql_inherits", "postgresql_tablespace", "postgresql_on_commit"})
        table.options.erase(option);
    return table;
}

/// The names of the temporary schema go, those that were asked for come back.
void rename(schema::Table& table, const schema::Table& asked, const std::string& temporary) {
    table.schema = asked.schema;
    table.prefixes = asked.prefixes;
    for (schema::Index& index : table.indexes) index.schema = asked.schema;
    for (schema::Column& column : table.columns)
        for (schema::Type* type = &column.type; type;) {
            if (type->type_schema == temporary) type->type_schema.reset();
            if (!type->item) break;
            auto item = std::make_shared<schema::Type>(*type->item);
            type->item = item;
            type = item.get();
        }
}

/// Rolls back what was begun for it, a transaction or a part of one.
class Undone {
  public:
    explicit Undone(Connection& connection) : connection_(connection), nested_(connection.in_transaction()) {
        // A session for reading may make what is gone again at once.
        run(nested_ ? "SAVEPOINT orch_normalize" : "BEGIN READ WRITE");
    }
    ~Undone() {
        if (!nested_) {
            connection_.rollback();
            return;
        }
        try {
            run("ROLLBACK TO SAVEPOINT orch_normalize; RELEASE SAVEPOINT orch_normalize");
        } catch (const Error&) { // the transaction is lost, as whoever began it will see
        }
    }
    Undone(const Undone&) = delete;
    Undone& operator=(const Undone&) = delete;
    sql::Result run(const std::string& sql, bool reads = false) {
        dialect::Statement statement;
        statement.sql = sql;
        statement.reads = reads;
        return connection_.execute(statement);
    }

  private:
    Connection& connection_;
    bool nested_;
};

} // namespace

std::vector<schema::Table> Connection::normalize_together(const std::vector<const schema::Table*>& tables,
                                                          const dialect::Compiler& compiler) {
    Undone undone(*this);
    undone.run("CREATE TEMPORARY TABLE orch_normalize () ON COMMIT DROP"); // makes the schema
    const std::string temporary =
        std::get<std::string>(undone
                                  .run("SELECT nspname::text FROM pg_catalog.pg_namespace WHERE oid = "
                                       "pg_catalog.pg_my_temp_schema()",
                                       true)
                                  .rows.front()
                                  .front());
    undone.run("SELECT pg_catalog.set_config('search_path', 'pg_temp, ' || "
               "pg_catalog.current_setting('search_path'), true)");
    dialect::ReflectOptions options;
    options.schemas = {temporary};
    options.only_tables = true;
    for (const schema::Table* table : tables) {
        options.tables.push_back(table->name);
        const ops::Operation operation{ops::CreateTable{alone(*table), false}, {}};
        perform(operation, compiler, [&](const dialect::Statement& statement) {
            const bool wanted =
                statement.only_if.empty() || !undone.run(statement.only_if, true).rows.empty();
            return wanted ? execute(statement) : sql::Result{};
        });
    }
    std::map<std::string, schema::Table> found;
    for (schema::Table& table : reflect(options).tables) found.emplace(table.name, std::move(table));
    std::vector<schema::Table> out;
    for (const schema::Table* table : tables) {
        const auto own = found.find(table->name);
        if (own == found.end()) continue;
        rename(own->second, *table, temporary);
        out.push_back(std::move(own->second));
    }
    return out;
}

// Tables of the same name, in several schemas, cannot be made together, and each table holds locks of a list
// that all sessions of the server share.
std::vector<schema::Table> Connection::normalize(const std::vector<schema::Table>& tables,
                                                 const dialect::Compiler& compiler) {
    std::vector<schema::Table> out;
    std::vector<const schema::Table*> left;
    for (const schema::Table& table : tables) left.push_back(&table);
    while (!left.empty()) {
        std::set<std::string> names;
        std::vector<const schema::Table*> now, later;
        for (const schema::Table* table : left)
            (now.size() < together && names.insert(table->name).second ? now : later).push_back(table);
        for (schema::Table& table : normalize_together(now, compiler)) out.push_back(std::move(table));
        left = std::move(later);
    }
    return out;
}

} // namespace orch::postgresql
