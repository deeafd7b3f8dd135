#include "script/sqlalchemy/naming.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <functional>

namespace orch::script {

using lang::Value;
using Convention = std::map<std::string, std::string>;

namespace {

struct Named {
    std::string table;
    std::optional<std::string> schema;
    std::vector<std::string> columns;
    std::string referred_table;
    std::vector<std::string> referred_columns;
    std::optional<std::string> own_name;
};

std::string label(const Named& named, const std::string& column) {
    std::string result = named.table + "_" + column;
    return named.schema ? replace_all(*named.schema, ".", "_") + "_" + result : result;
}

// column_0_name, column_1_key, column_0N_label, column_0_N_name: one column, or all of them with or without
// '_' between.
std::optional<std::string> column_token(std::string_view token, const std::vector<std::string>& columns,
                                        const std::function<std::string(const std::string&)>& as_label) {
    if (!token.starts_with("column_")) return std::nullopt;
    token.remove_prefix(7);
    std::size_t digits = 0;
    while (digits < token.size() && token[digits] >= '0' && token[digits] <= '9') ++digits;
    if (digits == 0) return std::nullopt;
    auto first = static_cast<std::size_t>(std::stoul(std::string(token.substr(0, digits))));
    token.remove_prefix(digits);
    bool joined = token.starts_with("_N_"), glued = token.starts_with("N_");
    if (!joined && !glued && !token.starts_with('_')) return std::nullopt;
    std::string_view kind = token.substr(joined ? 3 : glued ? 2 : 1);
    if (kind != "name" && kind != "key" && kind != "label") return std::nullopt;
    std::vector<std::string> chosen;
    for (std::size_t i = first; i < columns.size(); ++i) {
        chosen.push_back(kind == "label" ? as_label(columns[i]) : columns[i]);
        if (!joined && !glued) break;
    }
    return join(chosen, joined ? "_" : "");
}

std::string token_value(const std::string& token, const Named& named) {
    if (token == "table_name") return named.table;
    if (token == "referred_table_name") return named.referred_table;
    if (token == "constraint_name") {
        if (named.own_name) return *named.own_name;
        lang::raise_error(
            "ValueError",
            fmt::format("the naming convention needs a name for this constraint of '{}': give it name=",
                        named.table));
    }
    auto of_table = [&](const std::string& column) { return label(named, column); };
    if (auto value = column_token(token, named.columns, of_table)) return *value;
    if (token.starts_with("referred_")) {
        auto plain = [](const std::string& column) { return column; };
        if (auto value = column_token(std::string_view(token).substr(9), named.referred_columns, plain))
            return *value;
    }
    lang::raise_error("ValueError",
                      fmt::format("the naming convention names '%({})s', which orch does not know", token));
}

std::string fill(std::string_view pattern, const Named& named) {
    std::string result;
    for (std::size_t i = 0; i < pattern.size();) {
        std::size_t close =
            pattern.substr(i).starts_with("%(") ? pattern.find(")s", i) : std::string_view::npos;
        if (close != std::string_view::npos) {
            result += token_value(std::string(pattern.substr(i + 2, close - i - 2)), named);
            i = close + 2;
        } else {
            if (pattern.substr(i).starts_with("%%")) ++i;
            result += pattern[i++];
        }
    }
    return result;
}

std::string_view kind_of(const schema::Constraint& constraint) {
    static constexpr std::string_view kinds[]{"pk", "uq", "ck", "fk", "ex"};
    return kinds[constraint.index()];
}

/// As SQLAlchemy: the database would cut it without a word, or refuse it.
void refuse_long_name(Session& session, const std::string& name) {
    if (!session.database || session.final_names.contains(name)) return;
    if (session.database->fitting_name(name) == name) return;
    throw Error(Fault::script, fmt::format("the name '{}' has {} characters, more than {} takes", name,
                                           name.size(), session.database->dialect_name()))
        .hint(fmt::format("op.f(\"{}\") shortens it as SQLAlchemy does", name));
}

// A name of one's own is wrapped only by a convention that mentions it, and never one that op.f() calls
// final.
std::optional<std::string> name_by(Session& session, const Convention& convention, std::string_view kind,
                                   const Named& named) {
    auto found = convention.find(std::string(kind));
    if (found == convention.end()) {
        if (named.own_name) refuse_long_name(session, *named.own_name);
        return named.own_name;
    }
    if (named.own_name && session.final_names.contains(*named.own_name)) return named.own_name;
    bool wraps = found->second.find("%(constraint_name)s") != std::string::npos;
    if (named.own_name && !wraps) {
        refuse_long_name(session, *named.own_name);
        return named.own_name;
    }
    const std::string name = fill(found->second, named);
    return session.database ? session.database->fitting_name(name) : name;
}

Named named_for(const schema::Constraint& constraint, const std::string& table,
                const std::optional<std::string>& schema) {
    Named named{table, schema, {}, {}, {}, {}};
    std::visit(
        [&](const auto& each) {
            named.own_name = each.name;
            if constexpr (requires { each.columns; }) named.columns = each.columns;
            if constexpr (requires { each.referent_table; }) {
                named.referred_table = each.referent_table;
                named.referred_columns = each.referent_columns;
            }
        },
        constraint);
    return named;
}

// A CHECK of one column: its own, or that of its type, which is made where the database has no such type.
std::optional<std::string> name_of_check(Session& session, const schema::Table& table,
                                         const schema::Column& column, const std::optional<std::string>& own,
                                         const Convention& convention) {
    const auto pattern = convention.find("ck");
    const bool wants_name =
        pattern == convention.end() || pattern->second.find("%(constraint_name)s") != std::string::npos;
    if (!own && wants_name) return own;
    return name_by(session, convention, "ck", {table.name, table.schema, {column.name}, {}, {}, own});
}

void name_check_of_type(Session& session, const schema::Table& table, schema::Column& column,
                        const Convention& convention) {
    schema::Type& type = column.type;
    if (!type.create_constraint) return;
    const auto& own = type.constraint_name ? type.constraint_name : type.type_name;
    if (auto name = name_of_check(session, table, column, own, convention))
        type.constraint_name = std::move(name);
}

void name_parts_of_columns(Session& session, schema::Table& table, const Convention& convention) {
    for (auto& column : table.columns) {
        for (auto& key : column.foreign_keys)
            key.name = conventional_name(session, key, table.name, table.schema, convention);
        for (auto& check : column.checks)
            check.name = check.name || !convention.contains("ck")
                             ? name_of_check(session, table, column, check.name, convention)
                             : conventional_name(session, check, table.name, table.schema, convention);
        name_check_of_type(session, table, column, convention);
    }
}

// unique=True and primary_key=True have no name of their own: with a convention for them they become
// constraints.
void spell_out_flags(schema::Table& table, const Convention& convention) {
    schema::PrimaryKey primary;
    bool has_primary = false;
    std::vector<schema::Constraint> made; // in front of the others, as columns are
    for (const auto& constraint : table.constraints)
        has_primary |= std::holds_alternative<schema::PrimaryKey>(constraint);
    for (auto& column : table.columns) {
        if (column.primary_key) primary.columns.push_back(column.name);
        if (!column.unique || column.index || !convention.contains("uq")) continue;
        schema::Unique unique;
        unique.columns = {column.name};
        made.emplace_back(std::move(unique));
        column.unique = false;
    }
    if (!has_primary && !primary.columns.empty() && convention.contains("pk"))
        made.emplace(made.begin(), std::move(primary));
    table.constraints.insert(table.constraints.begin(), made.begin(), made.end());
}

} // namespace

Convention naming_convention_of(const Value& value) {
    static const std::map<std::string, std::string, std::less<>> classes{
        {"PrimaryKeyConstraint", "pk"}, {"UniqueConstraint", "uq"},  {"CheckConstraint", "ck"},
        {"ForeignKeyConstraint", "fk"}, {"ExcludeConstraint", "ex"}, {"Index", "ix"}};
    Convention result;
    if (value.is_none()) return result;
    for (const auto& [key, pattern] : value.entries()) {
        std::string name = key.is_string() ? std::string(key.as_string()) : classes.at(lang::class_name(key));
        if (pattern.is_string()) result[name] = std::string(pattern.as_string());
    }
    return result;
}

std::optional<std::string> conventional_name(Session& session, const schema::Constraint& constraint,
                                             const std::string& table,
                                             const std::optional<std::string>& schema,
                                             const Convention& convention) {
    return name_by(session, convention, kind_of(constraint), named_for(constraint, table, schema));
}

std::string conventional_index_name(Session& session, const schema::Index& index,
                                    const Convention& convention) {
    Named named{index.table, index.schema, {}, {}, {}, index.name};
    for (const auto& element : index.elements) named.columns.push_back(element.column);
    static const Convention plain{{"ix", "ix_%(column_0_label)s"}};
    return *name_by(session, convention.contains("ix") ? convention : plain, "ix", named);
}

void apply_naming_convention(Session& session, schema::Table& table, const Convention& convention) {
    for (auto& index : table.indexes) index.name = conventional_index_name(session, index, convention);
    if (convention.empty()) return;
    spell_out_flags(table, convention);
    name_parts_of_columns(session, table, convention);
    for (auto& constraint : table.constraints) {
        auto name = conventional_name(session, constraint, table.name, table.schema, convention);
        std::visit([&](auto& each) { each.name = name; }, constraint);
    }
}

schema::Index index_of_column(const schema::Table& table, const schema::Column& column) {
    schema::Index index;
    index.table = table.name;
    index.schema = table.schema;
    index.elements = {{column.name, nullptr}};
    index.unique = column.unique;
    return index;
}

} // namespace orch::script
