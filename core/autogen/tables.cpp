#include "autogen/tables.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace orch::autogen {

namespace {

void take_from_column(schema::Column& column, schema::Table& out) {
    if (column.unique && !column.index)
        out.constraints.emplace_back(schema::Unique{{}, {column.name}, {}, {}, {}});
    for (schema::Check& check : column.checks) out.constraints.emplace_back(std::move(check));
    for (schema::ForeignKey& key : column.foreign_keys) {
        if (key.columns.empty()) key.columns = {column.name};
        out.constraints.emplace_back(std::move(key));
    }
    column.checks.clear();
    column.foreign_keys.clear();
}

bool lists_index(const schema::Table& table, const std::string& name, const std::string& column) {
    return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const schema::Index& index) {
        if (index.name) return *index.name == name;
        return index.elements.size() == 1 && index.elements.front().column == column;
    });
}

std::string default_index_name(const schema::Index& index) {
    std::string name = "ix_" + (index.schema ? replace_all(*index.schema, ".", "_") + "_" : "") + index.table;
    return index.elements.empty() ? name : name + "_" + index.elements.front().column;
}

void take_index(schema::Column& column, schema::Table& out) {
    if (column.index) {
        schema::Index index{{}, out.name, out.schema, {{column.name, nullptr}}, column.unique, {}};
        index.name = default_index_name(index);
        if (!lists_index(out, *index.name, column.name)) out.indexes.push_back(std::move(index));
    }
    column.index = column.unique = false;
}

/// The primary key that the table or its columns name, with its columns marked.
void settle_primary_key(schema::Table& table) {
    schema::PrimaryKey key;
    for (const schema::Column& column : table.columns)
        if (column.primary_key) key.columns.push_back(column.name);
    const auto given =
        std::find_if(table.constraints.begin(), table.constraints.end(), [](const schema::Constraint& each) {
            return std::holds_alternative<schema::PrimaryKey>(each);
        });
    if (given != table.constraints.end()) {
        auto named = std::get<schema::PrimaryKey>(*given);
        if (named.columns.empty()) named.columns = key.columns;
        key = std::move(named);
        table.constraints.erase(given);
    }
    for (schema::Column& column : table.columns) {
        column.primary_key =
            std::find(key.columns.begin(), key.columns.end(), column.name) != key.columns.end();
        column.nullable = column.is_nullable();
    }
    if (!key.columns.empty()) table.constraints.insert(table.constraints.begin(), std::move(key));
}

bool refers_elsewhere(const schema::Table& table, const std::string& column) {
    return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& constraint) {
        const auto* key = std::get_if<schema::ForeignKey>(&constraint);
        return key && std::find(key->columns.begin(), key->columns.end(), column) != key->columns.end();
    });
}

bool increments_unless_said(const schema::Table& table, const schema::Column& column) {
    const schema::PrimaryKey* key = primary_key(table);
    if (!key || key->columns != std::vector<std::string>{column.name} || column.server_default) return false;
    const std::string type = lower(column.type.name);
    const bool integer = type.find("int") != std::string::npos && type.find("interval") == std::string::npos;
    return integer && !refers_elsewhere(table, column.name);
}

void settle_autoincrement(schema::Table& table) {
    using schema::Autoincrement;
    for (schema::Column& column : table.columns) {
        const Autoincrement plain =
            increments_unless_said(table, column) ? Autoincrement::yes : Autoincrement::no;
        if (column.autoincrement == plain) column.autoincrement = Autoincrement::automatic;
    }
}

/// Follows ForeignKey("a.id") to the type of a.id; a chain of such columns is followed to its end.
void settle_type(schema::Column& column, const std::vector<schema::Table>& all, int depth = 0) {
    if (column.type_given || depth > 16) return;
    for (const schema::ForeignKey& key : column.foreign_keys)
        for (const schema::Table& table : all) {
            if (table.name != key.referent_table || table.schema != key.referent_schema) continue;
            if (key.referent_columns.size() != 1) continue;
            const schema::Column* target = autogen::column(table, key.referent_columns.front());
            if (!target) continue;
            schema::Column copy = *target;
            settle_type(copy, all, depth + 1);
            column.type = copy.type;
            column.type_given = copy.type_given;
            return;
        }
}

} // namespace

schema::Table flattened(const schema::Table& table, const std::vector<schema::Table>& all) {
    schema::Table out = table;
    for (schema::Index& index : out.indexes) {
        index.table = out.name;
        index.schema = out.schema;
        if (!index.name) index.name = default_index_name(index);
    }
    for (schema::Column& column : out.columns) {
        settle_type(column, all);
        take_index(column, out);
    }
    for (std::size_t i = 0; i < out.columns.size(); ++i) {
        out.columns[i].unique = table.columns[i].unique && !table.columns[i].index;
        take_from_column(out.columns[i], out);
        out.columns[i].unique = false;
    }
    settle_primary_key(out);
    settle_autoincrement(out);
    return out;
}

bool increments(const schema::Table& table, const schema::Column& column) {
    if (column.autoincrement != schema::Autoincrement::automatic)
        return column.autoincrement == schema::Autoincrement::yes;
    return increments_unless_said(table, column);
}

schema::Table without_referents(schema::Table table) {
    for (schema::Column& column : table.columns)
        if (column.autoincrement == schema::Autoincrement::automatic && refers_elsewhere(table, column.name))
            column.autoincrement = schema::Autoincrement::no;
    return table;
}

// As SQLAlchemy sorts: in rounds, each of all tables whose referents are done, by name. When a round finds
// nothing, the first table left over gives up its foreign keys to those that are not done.
Sorted sorted(const std::vector<const schema::Table*>& tables) {
    std::map<std::string, std::size_t> todo; // by full name
    for (std::size_t i = 0; i < tables.size(); ++i) todo.emplace(full_name(*tables[i]), i);
    const std::map<std::string, std::size_t> every = todo;
    std::set<std::pair<std::size_t, std::size_t>> given_up;
    // The places of the foreign keys that hold a table back.
    const auto waits_for = [&](std::size_t i) {
        std::vector<std::size_t> keys;
        for (std::size_t c = 0; c < tables[i]->constraints.size(); ++c) {
            const auto* key = std::get_if<schema::ForeignKey>(&tables[i]->constraints[c]);
            if (!key || given_up.contains({i, c})) continue;
            const std::string referent = full_name(key->referent_table, key->referent_schema);
            if (referent != full_name(*tables[i]) && todo.contains(referent)) keys.push_back(c);
        }
        return keys;
    };
    Sorted out;
    while (!todo.empty()) {
        std::vector<std::string> ready;
        for (const auto& [name, i] : todo)
            if (waits_for(i).empty()) ready.push_back(name);
        if (ready.empty()) {
            const std::size_t stuck = todo.begin()->second;
            for (const std::size_t key : waits_for(stuck)) {
                given_up.insert({stuck, key});
                out.cyclic.emplace_back(stuck, key);
            }
            continue;
        }
        for (const std::string& name : ready) {
            out.order.push_back(todo.at(name));
            todo.erase(name);
        }
    }
    return out;
}

const schema::PrimaryKey* primary_key(const schema::Table& table) {
    for (const schema::Constraint& constraint : table.constraints)
        if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint)) return key;
    return nullptr;
}

const schema::Column* column(const schema::Table& table, std::string_view name) {
    for (const schema::Column& each : table.columns)
        if (each.name == name) return &each;
    return nullptr;
}

std::string full_name(std::string_view name, const std::optional<std::string>& schema) {
    return schema ? *schema + "." + std::string(name) : std::string(name);
}

std::string type_text(const schema::Type& type, const dialect::Compiler& compiler) {
    try {
        return plain_sql(compiler.comparable_type(type));
    } catch (const Error&) { // a type that this database does not have
        return lower(type.module + "." + type.name);
    }
}

namespace {

/// Where the parenthesis that opens at `open` closes; npos where it does not.
std::size_t closing(std::string_view sql, std::size_t open) {
    int depth = 0;
    char quote = 0;
    for (std::size_t i = open; i < sql.size(); ++i) {
        if (quote != 0) {
            if (sql[i] == quote) quote = 0;
            continue;
        }
        if (sql[i] == '\'' || sql[i] == '"' || sql[i] == '`') quote = sql[i];
        if (sql[i] == '(') ++depth;
        if (sql[i] == ')' && --depth == 0) return i;
    }
    return std::string_view::npos;
}

/// How long the name in backticks at `open` is, where it would need none.
std::optional<std::size_t> plain_word(std::string_view sql, std::size_t open) {
    std::size_t end = open + 1;
    const auto is_plain = [](char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
    while (end < sql.size() && is_plain(sql[end])) ++end;
    return end < sql.size() && sql[end] == '`' && end > open + 1 ? std::optional(end - open - 1)
                                                                 : std::nullopt;
}

} // namespace

std::string plain_sql(std::string_view sql) {
    sql = trim(sql);
    while (!sql.empty() && sql.front() == '(' && closing(sql, 0) == sql.size() - 1)
        sql = trim(sql.substr(1, sql.size() - 2));
    std::string out;
    char quote = 0;
    bool space = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (quote == 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
            space = true;
            continue;
        }
        const bool sticks = out.empty() || c == ')' || c == ',' || out.back() == '(' || out.back() == ',' ||
                            (c == '(' && quote == 0);
        if (space && !sticks) out += ' ';
        space = false;
        if (quote != 0) {
            if (c == quote) quote = 0;
            out += c;
            continue;
        }
        if (c == '`')
            if (const auto word = plain_word(sql, i)) {
                out += sql.substr(i + 1, *word);
                i += *word + 1;
                continue;
            }
        if (c == '\'' || c == '"' || c == '`') quote = c;
        out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return out;
}

} // namespace orch::autogen
