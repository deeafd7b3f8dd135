// Short ways to write operations in tests, close to how a revision says the same.
#pragma once

#include "ops/ops.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace orch::build {

using schema::ExpressionPtr;
using sql::Datum;

struct Type : schema::Type {
    Type(const char* type) { name = type; } // NOLINT: a bare name is a type
    Type(const char* type, std::int64_t size) : Type(type) { length = size; }
    Type& numeric(std::int64_t digits, std::optional<std::int64_t> places = {}) {
        precision = digits;
        scale = places;
        return *this;
    }
    Type& of(std::initializer_list<std::string> allowed) {
        values = allowed;
        return *this;
    }
    Type& checked(std::optional<std::string> check = {}) {
        create_constraint = true;
        constraint_name = std::move(check);
        return *this;
    }
    Type& from(const char* dialect) {
        module = dialect;
        return *this;
    }
    Type& collate(const char* how) {
        collation = how;
        return *this;
    }
    Type& variant(const Type& other, const char* dialect) {
        variants[dialect] = std::make_shared<schema::Type>(other);
        return *this;
    }
    Type& args(std::initializer_list<std::string> texts) {
        arguments = texts;
        return *this;
    }
    Type& spec(const char* text) {
        verbatim = text;
        return *this;
    }
    Type& wraps(const Type& other) {
        item = std::make_shared<schema::Type>(other);
        return *this;
    }
};
inline std::shared_ptr<const schema::Type> type(const Type& of) { return std::make_shared<schema::Type>(of); }

// Expressions.
inline ExpressionPtr lit(Datum value, std::shared_ptr<const schema::Type> of = nullptr) {
    return sql::make({sql::Literal{std::move(value), std::move(of)}});
}
inline ExpressionPtr str(const char* text) { return lit(std::string(text)); }
inline ExpressionPtr num(std::int64_t number) { return lit(number); }
inline ExpressionPtr text(const char* sql) { return sql::make({sql::Text{sql, {}}}); }
inline ExpressionPtr col(const char* name, const char* table = "",
                         std::shared_ptr<const schema::Type> of = nullptr) {
    sql::ColumnRef ref;
    ref.table = table;
    ref.name = name;
    ref.type = std::move(of);
    return sql::make({std::move(ref)});
}
inline ExpressionPtr func(const char* name, std::vector<ExpressionPtr> arguments = {}) {
    return sql::make({sql::Function{{name}, std::move(arguments)}});
}
inline ExpressionPtr op(ExpressionPtr left, const char* sign, ExpressionPtr right) {
    return sql::make({sql::Binary{sign, std::move(left), std::move(right)}});
}
inline ExpressionPtr chain(const char* sign, std::vector<ExpressionPtr> operands) {
    return sql::make({sql::Chain{sign, std::move(operands)}});
}
inline ExpressionPtr prefix(const char* sign, ExpressionPtr operand) {
    return sql::make({sql::Unary{sign, std::move(operand), false}});
}
inline ExpressionPtr postfix(ExpressionPtr operand, const char* word) {
    return sql::make({sql::Unary{word, std::move(operand), true}});
}
inline ExpressionPtr yes() { return sql::make({sql::Constant::true_}); }
inline ExpressionPtr null() { return sql::make({sql::Constant::null}); }
inline ExpressionPtr label(ExpressionPtr operand, const char* name) {
    return sql::make({sql::Label{std::move(operand), name}});
}
inline ExpressionPtr subquery(sql::Select select, const char* word = "") {
    return sql::make({sql::Subquery{std::make_shared<sql::Select>(std::move(select)), {}, word}});
}

// Parts of tables.
inline schema::ForeignKey foreign_key(const char* table, const char* column, const char* name = nullptr) {
    schema::ForeignKey key;
    if (name) key.name = name;
    key.referent_table = table;
    key.referent_columns = {column};
    return key;
}

struct Column : schema::Column {
    Column(const char* called, const Type& of) {
        name = called;
        type = of;
    }
    Column& key() {
        primary_key = true;
        return *this;
    }
    Column& required() {
        nullable = false;
        return *this;
    }
    Column& defaults(ExpressionPtr value) {
        server_default = std::move(value);
        return *this;
    }
    Column& uniquely() {
        unique = true;
        return *this;
    }
    Column& indexed() {
        index = true;
        return *this;
    }
    Column& references(schema::ForeignKey to) {
        foreign_keys.push_back(std::move(to));
        return *this;
    }
    Column& where(schema::Check check) {
        checks.push_back(std::move(check));
        return *this;
    }
    Column& says(const char* words) {
        comment = words;
        return *this;
    }
    Column& option(const char* called, schema::Option value) {
        options[called] = std::move(value);
        return *this;
    }
    Column& computed_as(const char* sql, std::optional<bool> persisted = {}) {
        computed = schema::Computed{text(sql), persisted};
        return *this;
    }
};

struct Table : schema::Table {
    Table(const char* called, std::vector<schema::Column> of) {
        name = called;
        columns = std::move(of);
    }
    Table& with(schema::Constraint constraint) {
        constraints.push_back(std::move(constraint));
        return *this;
    }
    Table& index(schema::Index of) {
        indexes.push_back(std::move(of));
        return *this;
    }
    Table& in(const char* where) {
        schema = where;
        return *this;
    }
    Table& says(const char* words) {
        comment = words;
        return *this;
    }
    Table& option(const char* called, schema::Option value) {
        options[called] = std::move(value);
        return *this;
    }
    Table& prefixed(const char* word) {
        prefixes.emplace_back(word);
        return *this;
    }
};

inline schema::Unique unique(std::vector<std::string> columns, const char* name = nullptr) {
    schema::Unique out;
    if (name) out.name = name;
    out.columns = std::move(columns);
    return out;
}
inline schema::Check check(ExpressionPtr condition, const char* name = nullptr) {
    schema::Check out;
    if (name) out.name = name;
    out.condition = std::move(condition);
    return out;
}
inline schema::PrimaryKey primary_key(std::vector<std::string> columns, const char* name = nullptr) {
    schema::PrimaryKey out;
    if (name) out.name = name;
    out.columns = std::move(columns);
    return out;
}
inline schema::Index index(const char* name, const char* table, std::vector<schema::IndexElement> elements) {
    schema::Index out;
    if (name) out.name = name;
    out.table = table;
    out.elements = std::move(elements);
    return out;
}
inline schema::IndexElement by(const char* column) { return {column, nullptr}; }
inline schema::IndexElement by(ExpressionPtr expression) { return {"", std::move(expression)}; }

// Operations.
inline ops::Operation operation(ops::Action action) { return {std::move(action), {}}; }
inline ops::Operation create_table(schema::Table table) {
    return operation(ops::CreateTable{std::move(table), false});
}
inline ops::Operation add_column(const char* table, schema::Column column) {
    ops::AddColumn add;
    add.table = table;
    add.column = std::move(column);
    return operation(std::move(add));
}
inline ops::AlterColumn alter(const char* table, const char* column) {
    ops::AlterColumn change;
    change.table = table;
    change.column = column;
    return change;
}
inline ops::Operation execute(sql::Query query) { return operation(ops::Execute{std::move(query)}); }
inline sql::Source from(const char* table) { return {sql::TableRef{{}, table, {}}}; }

} // namespace orch::build
