// Tables in the one form that comparisons work on: everything that columns and flags say of each other
// spelled out in the lists of constraints and indexes.
#pragma once

#include "dialect/dialect.hpp"
#include "schema/catalog.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace orch::autogen {

/// unique=True, index=True, ForeignKey() and CheckConstraint() of columns become entries of the table;
/// primary_key and nullable are set on each column; the primary key comes first; an index has a name; a
/// column without a type gets that of the one it refers to, if it is among `all`.
schema::Table flattened(const schema::Table& table, const std::vector<schema::Table>& all);

/// Whether the column counts up by itself: because it says so, or as SQLAlchemy takes it where nothing is
/// said, as an integer that is the whole primary key, has no default and refers to nothing.
bool increments(const schema::Table& table, const schema::Column& column);

/// The table as it can be made without the keys that refer to others: its columns count up by themselves no
/// more than they do with them.
schema::Table without_referents(schema::Table table);

/// Tables in an order in which they can be created, equal ones by name: SQLAlchemy's sorted_tables. The
/// pairs are foreign keys that close a cycle: (index into `tables`, index into its constraints).
struct Sorted {
    std::vector<std::size_t> order;
    std::vector<std::pair<std::size_t, std::size_t>> cyclic;
};
Sorted sorted(const std::vector<const schema::Table*>& tables);

/// Null where the table has none.
const schema::PrimaryKey* primary_key(const schema::Table& table);
const schema::Column* column(const schema::Table& table, std::string_view name);

/// "schema.name", or the name alone.
std::string full_name(std::string_view name, const std::optional<std::string>& schema);
inline std::string full_name(const schema::Table& table) { return full_name(table.name, table.schema); }

/// The SQL of a type, in one case and without spaces that mean nothing.
std::string type_text(const schema::Type& type, const dialect::Compiler& compiler);
/// SQL without the parentheses around all of it, in one case outside of quotes, one space between words.
std::string plain_sql(std::string_view sql);

} // namespace orch::autogen
