// Reads a schema from information_schema: one query for each kind of thing, whatever the number of tables.
// Used by reflect() (inspect.cpp) and normalize() (normalize.cpp), which reads a table that no catalog lists.
#pragma once

#include "connection.hpp"
#include "definition.hpp"
#include "results.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch::mariadb {

using Row = std::vector<sql::Datum>;

/// SQL without the one pair of parentheses around all of it.
std::string bare(std::string_view text);
schema::ExpressionPtr expression_of(std::string text);

/// One answer on its way.
class Connection::Reader {
  public:
    Reader(Connection& connection, const dialect::ReflectOptions& options)
        : connection_(connection), options_(options), prefix_(connection.traits_.name + "_") {}

    schema::Catalog read() {
        read_schemas();
        read_tables();
        read_columns();
        read_indexes();
        read_keys();
        read_checks();
        if (!options_.only_tables) read_others();
        for (auto& [name, table] : tables_) catalog_.tables.push_back(std::move(table));
        for (auto& [name, view] : views_) catalog_.views.push_back(std::move(view));
        return std::move(catalog_);
    }
    /// A temporary table, which information_schema does not list: from what SHOW tells of it. Its comments
    /// and options are left out.
    schema::Table read_temporary(const std::string& name);

  private:
    using Key = std::pair<std::string, std::string>; ///< schema as it was asked for, name

    std::vector<Row> rows(const std::string& sql) { return connection_.query(sql); }
    std::string list(const std::vector<std::string>& names) const {
        std::string out;
        for (const std::string& name : names) out += (out.empty() ? "" : ", ") + connection_.literal(name);
        return "(" + (out.empty() ? "NULL" : out) + ")";
    }
    /// The condition on a schema's and a table's column.
    std::string wanted(std::string_view schema, std::string_view table) const {
        std::string out = std::string(schema) + " IN " + list(real_schemas_);
        if (!options_.tables.empty() && !table.empty())
            out += " AND " + std::string(table) + " IN " + list(options_.tables);
        return out;
    }
    /// A schema as it was asked for: nothing for the default one.
    std::optional<std::string> asked(const std::string& schema) const {
        return schema == catalog_.default_schema && !default_by_name_ ? std::nullopt : std::optional(schema);
    }
    Key key(const sql::Datum& schema, const sql::Datum& table) const {
        return {asked(text_of(schema)).value_or(""), text_of(table)};
    }
    schema::Table* table(const Row& row) {
        const auto at = tables_.find(key(row[0], row[1]));
        return at == tables_.end() ? nullptr : &at->second;
    }

    void read_schemas();
    void read_tables();
    void read_columns();
    schema::Column column(const Row& row) const;
    void read_indexes();
    /// (schema, table, index, non_unique, column, sub_part, index_type, collation, expression), in order.
    void take_indexes(const std::vector<Row>& rows);
    schema::Column shown_column(const std::string& table, const std::string& name,
                                const Definition& definition);
    void add_index(schema::Table& table, schema::Index index, bool plain);
    void read_keys();
    void read_checks();
    void read_others();

    Connection& connection_;
    const dialect::ReflectOptions& options_;
    std::string prefix_;
    std::vector<std::string> real_schemas_;
    bool default_by_name_ = false; ///< the default schema was asked for by its name, or with all others
    schema::Catalog catalog_;
    std::map<Key, schema::Table> tables_;
    std::map<Key, schema::View> views_;
    std::map<Key, std::string> collations_; ///< of the tables
};

} // namespace orch::mariadb
