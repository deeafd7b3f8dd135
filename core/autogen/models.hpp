// Models in C++: tables written down as values and exported from a shared library, which `target_metadata`
// names. Header only; used by libraries that orch_models() of the CMake package builds.
//
//     #include <orch/autogen/models.hpp>
//     using namespace orch::models;
//
//     ORCH_MODELS(schema) {
//         auto account = schema.table("account");
//         account.column("id", integer()).primary_key();
//         account.column("email", string(200)).required().unique();
//         account.column("created", date_time()).default_sql("CURRENT_TIMESTAMP");
//         auto line = schema.table("line");
//         line.column("account_id", integer()).references("account.id").on_delete("CASCADE").indexed();
//         line.check("amount > 0", "positive_amount");
//     }
#pragma once

#include "dialect/plugin.hpp"
#include "schema/catalog.hpp"
#include "sql/sql.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace orch::models {

using schema::Type;

inline Type type(std::string name, std::optional<std::int64_t> length = {}) {
    Type out;
    out.name = std::move(name);
    out.length = length;
    return out;
}
inline Type integer() { return type("Integer"); }
inline Type small_integer() { return type("SmallInteger"); }
inline Type big_integer() { return type("BigInteger"); }
inline Type string(std::int64_t length) { return type("String", length); }
inline Type text() { return type("Text"); }
inline Type boolean() { return type("Boolean"); }
inline Type date() { return type("Date"); }
inline Type time() { return type("Time"); }
inline Type real() { return type("Float"); }
inline Type binary() { return type("LargeBinary"); }
inline Type json() { return type("JSON"); }
inline Type uuid() { return type("Uuid"); }
inline Type date_time(bool timezone = false) {
    Type out = type("DateTime");
    out.timezone = timezone;
    return out;
}
inline Type numeric(std::int64_t precision, std::int64_t scale) {
    Type out = type("Numeric");
    out.precision = precision;
    out.scale = scale;
    return out;
}
inline Type enumeration(std::string name, std::vector<std::string> values) {
    Type out = type("Enum");
    out.type_name = std::move(name);
    out.values = std::move(values);
    return out;
}
/// A type as the database writes it, where none of the others says it: sql_type("tsvector").
inline Type sql_type(std::string sql) {
    Type out = type(sql);
    out.verbatim = std::move(sql);
    return out;
}
inline schema::ExpressionPtr sql(std::string text) { return sql::make({sql::Text{std::move(text), {}}}); }

/// A column that was added to a table. Each function says one thing of it and gives it back. Valid until the
/// next column of the table is added.
class Column {
  public:
    explicit Column(schema::Column& column) : column_(&column) {}
    Column& primary_key() {
        column_->primary_key = true;
        return *this;
    }
    Column& required() {
        column_->nullable = false;
        return *this;
    }
    Column& unique() {
        column_->unique = true;
        return *this;
    }
    Column& indexed() {
        column_->index = true;
        return *this;
    }
    Column& default_value(std::string value) {
        column_->server_default = sql::make({sql::Literal{std::move(value), nullptr}});
        return *this;
    }
    Column& default_sql(std::string text) {
        column_->server_default = sql(std::move(text));
        return *this;
    }
    Column& computed(std::string text, std::optional<bool> persisted = {}) {
        column_->computed = schema::Computed{sql(std::move(text)), persisted};
        return *this;
    }
    /// Whether the database counts it up; not said, it counts an integer that is the whole primary key.
    Column& counted(bool by_itself = true) {
        column_->autoincrement = by_itself ? schema::Autoincrement::yes : schema::Autoincrement::no;
        return *this;
    }
    Column& identity(bool always = false) {
        column_->identity.emplace().always = always;
        return *this;
    }
    Column& comment(std::string words) {
        column_->comment = std::move(words);
        return *this;
    }
    /// "table.column" or "schema.table.column".
    /// "table.column", with the schema in front where it is another one.
    Column& references(const std::string& target, std::optional<std::string> name = {}) {
        const std::size_t dot = target.rfind('.');
        if (dot == std::string::npos)
            throw std::invalid_argument("references(\"" + target + "\"): no column");
        schema::ForeignKey key;
        key.columns = {column_->name};
        key.name = std::move(name);
        key.referent_columns = {target.substr(dot + 1)};
        key.referent_table = target.substr(0, dot);
        if (const std::size_t before = key.referent_table.rfind('.'); before != std::string::npos) {
            key.referent_schema = key.referent_table.substr(0, before);
            key.referent_table.erase(0, before + 1);
        }
        column_->foreign_keys.push_back(std::move(key));
        return *this;
    }
    Column& on_delete(std::string rule) {
        column_->foreign_keys.at(0).rule.on_delete = std::move(rule);
        return *this;
    }
    Column& on_update(std::string rule) {
        column_->foreign_keys.at(0).rule.on_update = std::move(rule);
        return *this;
    }

  private:
    schema::Column* column_;
};

/// A table of the schema. Valid as long as the schema, whatever else is added to it.
class Table {
  public:
    Table(schema::Catalog& catalog, std::size_t at) : catalog_(&catalog), at_(at) {}
    Column column(std::string name, Type type) {
        schema::Column made;
        made.name = std::move(name);
        made.type = std::move(type);
        table().columns.push_back(std::move(made));
        return Column(table().columns.back());
    }
    Table& primary_key(std::vector<std::string> columns, std::optional<std::string> name = {}) {
        schema::PrimaryKey key;
        key.columns = std::move(columns);
        key.name = std::move(name);
        table().constraints.emplace_back(std::move(key));
        return *this;
    }
    Table& unique(std::vector<std::string> columns, std::optional<std::string> name = {}) {
        schema::Unique made;
        made.columns = std::move(columns);
        made.name = std::move(name);
        table().constraints.emplace_back(std::move(made));
        return *this;
    }
    Table& foreign_key(std::vector<std::string> columns, std::string table_name,
                       std::vector<std::string> referents, std::optional<std::string> name = {}) {
        schema::ForeignKey key;
        key.columns = std::move(columns);
        key.referent_table = std::move(table_name);
        key.referent_columns = std::move(referents);
        key.name = std::move(name);
        table().constraints.emplace_back(std::move(key));
        return *this;
    }
    Table& check(std::string condition, std::string name) {
        schema::Check made;
        made.condition = sql(std::move(condition));
        made.name = std::move(name);
        table().constraints.emplace_back(std::move(made));
        return *this;
    }
    Table& index(std::string name, const std::vector<std::string>& columns, bool unique = false) {
        schema::Index made;
        made.name = std::move(name);
        made.table = table().name;
        made.schema = table().schema;
        made.unique = unique;
        for (const std::string& column : columns) made.elements.push_back({column, nullptr});
        table().indexes.push_back(std::move(made));
        return *this;
    }
    Table& comment(std::string words) {
        table().comment = std::move(words);
        return *this;
    }
    /// For all that has no function of its own.
    schema::Table& table() { return catalog_->tables.at(at_); }

  private:
    schema::Catalog* catalog_;
    std::size_t at_;
};

class Schema {
  public:
    explicit Schema(schema::Catalog& catalog) : catalog_(catalog) {}
    Table table(std::string name, std::optional<std::string> schema = {}) {
        schema::Table made;
        made.name = std::move(name);
        made.schema = std::move(schema);
        catalog_.tables.push_back(std::move(made));
        return {catalog_, catalog_.tables.size() - 1};
    }
    schema::Catalog& catalog() { return catalog_; }

  private:
    schema::Catalog& catalog_;
};

/// What a library exports as `orch_models`.
struct Library {
    char build_tag[64]; ///< ORCH_BUILD_TAG
    void (*fill)(schema::Catalog& catalog);
};
inline constexpr const char* library_symbol = "orch_models";

} // namespace orch::models

/// Defines what the library exports; the block that follows fills `schema`.
#define ORCH_MODELS(schema)                                                                                  \
    static void orch_fill_models(orch::models::Schema& schema);                                              \
    extern "C" __attribute__((visibility("default"))) const orch::models::Library orch_models;               \
    const orch::models::Library orch_models{ORCH_BUILD_TAG, [](orch::schema::Catalog& catalog) {             \
                                                orch::models::Schema all(catalog);                           \
                                                orch_fill_models(all);                                       \
                                            }};                                                              \
    static void orch_fill_models(orch::models::Schema& schema)
