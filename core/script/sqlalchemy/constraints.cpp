// Constraints, foreign keys and indexes as scripts make them.
#include "script/sqlalchemy/columns.hpp"
#include "script/sqlalchemy/tables.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

schema::ForeignKeyOptions rule_of(const lang::Bound& bound) {
    schema::ForeignKeyOptions rule;
    rule.on_update = optional_string(bound["onupdate"], "onupdate");
    rule.on_delete = optional_string(bound["ondelete"], "ondelete");
    rule.match = optional_string(bound["match"], "match");
    rule.initially = optional_string(bound["initially"], "initially");
    rule.deferrable = optional_bool(bound["deferrable"]);
    rule.use_alter = bound["use_alter"].truth();
    return rule;
}

const std::vector<std::string> foreign_key_parameters{"columns",  "refcolumns", "name",      "onupdate",
                                                      "ondelete", "deferrable", "initially", "use_alter",
                                                      "match",    "info",       "comment",   "link_to_name"};
const std::vector<std::string> constraint_parameters{"name", "deferrable", "initially", "info", "comment"};

Value make_foreign_key(Session&, Call& call) {
    static const lang::Signature signature(
        "ForeignKey(column, _constraint=None, use_alter=False, name=None, onupdate=None, ondelete=None, "
        "deferrable=None, initially=None, link_to_name=False, match=None, info=None, comment=None, **kw)");
    auto bound = signature.bind(call);
    schema::ForeignKey key;
    add_referent(key, bound["column"]);
    key.name = optional_string(bound["name"], "name");
    key.rule = rule_of(bound);
    key.options = options_of(bound, foreign_key_parameters);
    Value result = lang::make<ForeignKeyObject>(std::move(key));
    const Value& target = bound["column"];
    const auto clause = target.native<ColumnObject>() || target.is_string()
                            ? std::optional<Value>(target)
                            : target.find_attribute("__clause_element__");
    auto* column =
        clause ? (clause->is_callable() ? clause->call() : *clause).native<ColumnObject>() : nullptr;
    if (column && column->column.type_given) result.native<ForeignKeyObject>()->type = column->column.type;
    return result;
}

// A constraint of a table's columns is that table's.
Value with_table(Value constraint, std::span<const Value> columns) {
    for (const auto& each : columns)
        if (auto* column = each.native<ColumnObject>(); column && column->table.native<TableObject>())
            constraint.native<ConstraintObject>()->table = column->table;
    return constraint;
}

Value make_foreign_key_constraint(Session&, Call& call) {
    static const lang::Signature signature(
        "ForeignKeyConstraint(columns, refcolumns, name=None, onupdate=None, ondelete=None, "
        "deferrable=None, initially=None, use_alter=False, link_to_name=False, match=None, "
        "table=None, info=None, comment=None, **kw)");
    auto bound = signature.bind(call);
    schema::ForeignKey key;
    key.columns = names_of(bound["columns"], "columns");
    for (const auto& target : bound["refcolumns"].to_vector()) add_referent(key, target);
    if (key.columns.size() != key.referent_columns.size()) {
        lang::raise_error("TypeError", fmt::format("ForeignKeyConstraint: {} columns refer to {}",
                                                   key.columns.size(), key.referent_columns.size()));
    }
    key.name = optional_string(bound["name"], "name");
    key.rule = rule_of(bound);
    key.options = options_of(bound, foreign_key_parameters);
    return with_table(lang::make<ConstraintObject>("ForeignKeyConstraint", std::move(key)),
                      bound["columns"].to_vector());
}

// What PRIMARY KEY and UNIQUE share.
template <class Constraint>
Constraint of_columns(const lang::Bound& bound) {
    Constraint result;
    for (const auto& column : bound.rest()) {
        for (auto& name : names_of(column, "column")) result.columns.push_back(std::move(name));
    }
    result.name = optional_string(bound["name"], "name");
    result.deferrable = optional_bool(bound["deferrable"]);
    result.initially = optional_string(bound["initially"], "initially");
    result.options = options_of(bound, constraint_parameters);
    return result;
}

Value make_primary_key(Session&, Call& call) {
    static const lang::Signature signature(
        "PrimaryKeyConstraint(*columns, name=None, deferrable=None, initially=None, info=None, "
        "comment=None, _implicit_generated=False, **kw)");
    auto bound = signature.bind(call);
    return with_table(
        lang::make<ConstraintObject>("PrimaryKeyConstraint", of_columns<schema::PrimaryKey>(bound)),
        bound.rest());
}

Value make_unique(Session&, Call& call) {
    static const lang::Signature signature(
        "UniqueConstraint(*columns, name=None, deferrable=None, initially=None, info=None, comment=None, "
        "_column_flag=None, **kw)");
    auto bound = signature.bind(call);
    return with_table(lang::make<ConstraintObject>("UniqueConstraint", of_columns<schema::Unique>(bound)),
                      bound.rest());
}

TableObject* table_in(const Session& session, const Value& element);

Value make_check(Session& session, Call& call) {
    static const lang::Signature signature(
        "CheckConstraint(sqltext, name=None, deferrable=None, initially=None, table=None, info=None, "
        "comment=None, _create_rule=None, _autoattach=True, _type_bound=False, **kw)");
    auto bound = signature.bind(call);
    schema::Check check;
    check.condition = coerce_sql(bound["sqltext"]).node;
    check.name = optional_string(bound["name"], "name");
    check.deferrable = optional_bool(bound["deferrable"]);
    check.initially = optional_string(bound["initially"], "initially");
    check.options = options_of(bound, constraint_parameters);
    // One of the columns of a table is the table's own.
    auto* table =
        bound["table"].is_none() ? table_in(session, bound["sqltext"]) : bound["table"].native<TableObject>();
    if (table) table->table.constraints.emplace_back(check);
    return lang::make<ConstraintObject>("CheckConstraint", std::move(check));
}

Value make_exclude(Session&, Call& call) {
    static const lang::Signature signature(
        "ExcludeConstraint(*elements, name=None, using='gist', where=None, ops=None, deferrable=None, "
        "initially=None, info=None, **kw)");
    auto bound = signature.bind(call);
    return lang::make<ConstraintObject>("ExcludeConstraint", exclude_of(bound));
}

/// The table of a column, or of those in an expression.
TableObject* table_in(const Session& session, const Value& element) {
    if (auto* column = element.native<ColumnObject>()) return column->table.native<TableObject>();
    auto* expression = element.native<ExpressionObject>();
    if (!expression) return nullptr;
    const std::vector<SourcePtr> froms = expression->expression().froms;
    for (const Value& each : session.tables)
        if (auto* table = each.native<TableObject>();
            table && std::find(froms.begin(), froms.end(), table->source) != froms.end())
            return table;
    return nullptr;
}

Value make_index(Session& session, Call& call) {
    static const lang::Signature signature(
        "Index(name, *expressions, unique=False, quote=None, info=None, _table=None, "
        "_column_flag=False, **kw)");
    static const std::vector<std::string> parameters{"name", "unique", "quote", "info"};
    auto bound = signature.bind(call);
    schema::Index index;
    index.name = optional_string(bound["name"], "name");
    index.elements = index_elements(bound.rest());
    index.unique = bound["unique"].truth();
    index.options = options_of(bound, parameters);
    for (const auto& element : bound.rest()) { // Index("ix", table.c.name) knows its table
        auto* table = table_in(session, element);
        if (!table) continue;
        index.table = table->table.name;
        index.schema = table->table.schema;
        table->table.indexes.push_back(index);
        break;
    }
    if (auto* table = index.table.empty() ? bound["_table"].native<TableObject>() : nullptr) {
        index.table = table->table.name;
        index.schema = table->table.schema;
        table->table.indexes.push_back(index);
    }
    return lang::make<IndexObject>(session, std::move(index));
}

template <Value (*Make)(Session&, Call&)>
Value native_class(Session& session, const char* name, const char* base = nullptr) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy";
    if (base) spec.bases = {session.member(base)};
    spec.construct = [&session](Call& call, const Value&) { return Make(session, call); };
    return lang::make_class(std::move(spec));
}

Value make_constraint(Session&, Call&) {
    lang::raise_error("TypeError", "a Constraint has a kind: use UniqueConstraint, CheckConstraint, "
                                   "ForeignKeyConstraint or PrimaryKeyConstraint");
}

const std::optional<std::string>& name_of(const schema::Constraint& constraint) {
    return std::visit([](const auto& each) -> const std::optional<std::string>& { return each.name; },
                      constraint);
}

std::vector<std::string> columns_of(const schema::Constraint& constraint) {
    return std::visit(
        [](const auto& each) -> std::vector<std::string> {
            if constexpr (requires { each.columns; })
                return each.columns;
            else
                return {};
        },
        constraint);
}

} // namespace

schema::Exclude exclude_of(const lang::Bound& bound) {
    schema::Exclude result;
    for (const auto& element : bound.rest()) {
        if (!element.is(lang::Type::tuple) || element.length() != 2) {
            lang::raise_error("TypeError", "an exclude constraint takes (column, operator) pairs");
        }
        const Value& column = element.items()[0];
        sql::ExpressionPtr expression =
            column.is_string() ? sql::make({sql::ColumnRef{{}, {}, std::string(column.as_string()), nullptr}})
                               : coerce(column).node;
        result.elements.emplace_back(std::move(expression), string_of(element.items()[1], "operator"));
    }
    result.name = optional_string(bound["name"], "name");
    result.using_ = optional_string(bound["using"], "using");
    if (!bound["where"].is_none()) result.where = coerce_sql(bound["where"]).node;
    if (!bound["ops"].is_none()) result.options["ops"] = option_of(bound["ops"], "ops");
    result.deferrable = optional_bool(bound["deferrable"]);
    result.initially = optional_string(bound["initially"], "initially");
    return result;
}

void add_referent(schema::ForeignKey& key, const Value& target) {
    std::optional<std::string> schema;
    std::string table, column;
    if (auto* object = target.native<ColumnObject>()) {
        auto* owner = object->table.native<TableObject>();
        if (!owner)
            lang::raise_error("TypeError",
                              fmt::format("the referenced column '{}' is in no table", object->column.name));
        schema = owner->table.schema;
        table = owner->table.name;
        column = object->column.name;
    } else {
        auto parts = split(string_of(target, "the referenced column"), '.');
        if (parts.size() < 2) {
            lang::raise_error(
                "ValueError",
                fmt::format(
                    "expected 'table.column' or 'schema.table.column' as a foreign key's target, got {}",
                    target.repr()));
        }
        column = parts.back();
        table = parts[parts.size() - 2];
        parts.resize(parts.size() - 2);
        if (!parts.empty()) schema = join(parts, ".");
    }
    if (!key.referent_columns.empty() && (key.referent_table != table || key.referent_schema != schema)) {
        lang::raise_error("ValueError", fmt::format("a foreign key refers to one table, got '{}' and '{}'",
                                                    key.referent_table, table));
    }
    key.referent_schema = schema;
    key.referent_table = table;
    key.referent_columns.push_back(column);
}

std::vector<schema::IndexElement> index_elements(std::span<const Value> elements) {
    std::vector<schema::IndexElement> result;
    for (const auto& element : elements) {
        if (element.is_string()) {
            result.push_back({std::string(element.as_string()), nullptr});
        } else if (auto* column = column_behind(element)) {
            result.push_back({column->name_or_mark(), nullptr});
        } else if (auto* expression = element.native<ExpressionObject>()) {
            Expr expr = expression->expression();
            const auto* reference = std::get_if<sql::ColumnRef>(&expr.node->node);
            if (reference && !reference->literal)
                result.push_back({reference->name, nullptr});
            else
                result.push_back({"", expr.node});
        } else {
            lang::raise_error(
                "TypeError",
                fmt::format("an index is made of columns and SQL expressions, got {}", described(element)));
        }
    }
    return result;
}

namespace {

std::optional<Value> rule_part(const schema::ForeignKeyOptions& rule, std::string_view name) {
    const auto optional = [](const std::optional<std::string>& text) {
        return text ? Value(*text) : Value();
    };
    if (name == "ondelete") return optional(rule.on_delete);
    if (name == "onupdate") return optional(rule.on_update);
    if (name == "initially") return optional(rule.initially);
    if (name == "match") return optional(rule.match);
    if (name == "deferrable") return rule.deferrable ? Value(*rule.deferrable) : Value();
    if (name == "use_alter") return Value(rule.use_alter);
    return std::nullopt;
}

// What only a ForeignKeyConstraint has.
std::optional<Value> part_of_key(const schema::ForeignKey& key, const Value& table, std::string_view name) {
    if (name == "referred_table") return referred_table(table, key);
    if (name != "elements") return rule_part(key.rule, name);
    std::vector<Value> elements;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        schema::ForeignKey one = key;
        one.columns = {key.columns[i]};
        one.referent_columns.clear();
        if (i < key.referent_columns.size()) one.referent_columns = {key.referent_columns[i]};
        elements.push_back(lang::make<ForeignKeyObject>(std::move(one)));
        elements.back().native<ForeignKeyObject>()->table = table;
    }
    return Value::list(std::move(elements));
}

} // namespace

std::optional<Value> ConstraintObject::get_attribute(std::string_view name) {
    if (name == "name") return name_of(constraint) ? Value(*name_of(constraint)) : Value();
    if (name == "columns" || name == "c") return columns_named(table, columns_of(constraint));
    if (name == "column_keys") {
        const auto names = columns_of(constraint);
        return Value::list(std::vector<Value>(names.begin(), names.end()));
    }
    if (name == "table") return table;
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) return part_of_key(*key, table, name);
    const auto* check = std::get_if<schema::Check>(&constraint);
    auto* owner = table.native<TableObject>();
    if (check && owner && name == "sqltext")
        return make_expression(owner->session(), {check->condition, nullptr});
    return std::nullopt;
}

void ConstraintObject::clear() {
    lang::Native::clear();
    table = Value();
}

std::optional<Value> ForeignKeyObject::get_attribute(std::string_view name) {
    const auto optional = [](const std::optional<std::string>& text) {
        return text ? Value(*text) : Value();
    };
    if (name == "target_fullname")
        return Value((key.referent_schema ? *key.referent_schema + "." : "") + key.referent_table +
                     (key.referent_columns.empty() ? "" : "." + key.referent_columns[0]));
    if (name == "parent" || name == "column") {
        const bool own = name == "parent";
        const Value from = own ? table : referred_table(table, key);
        const auto& names = own ? key.columns : key.referent_columns;
        auto* source = from.native<TableObject>();
        const Value* found = source && !names.empty() ? source->columns().find(names[0]) : nullptr;
        return found ? *found : Value();
    }
    if (name == "constraint") {
        Value made = lang::make<ConstraintObject>("ForeignKeyConstraint", key);
        made.native<ConstraintObject>()->table = table;
        return made;
    }
    if (name == "name") return optional(key.name);
    return rule_part(key.rule, name);
}

void ForeignKeyObject::clear() {
    lang::Native::clear();
    table = Value();
}

void IndexObject::clear() {
    lang::Native::clear();
    table = Value();
}

std::optional<Value> IndexObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "name") return index.name ? Value(*index.name) : Value();
    if (name == "unique") return Value(index.unique);
    if (name == "table") return table;
    if (name == "columns") {
        std::vector<std::string> names;
        for (const auto& element : index.elements) names.push_back(element.column);
        return columns_named(table, names);
    }
    bool create = name == "create";
    if (!create && name != "drop") return std::nullopt;
    return lang::make_function(name, [self, create](Call& call) {
        auto* object = self.native<IndexObject>();
        auto& database = database_of(object->session_, call.place());
        const auto& made = object->index;
        if (create)
            database.apply({ops::CreateIndex{made, call.get(1, "checkfirst").truth()}, call.place()});
        else
            database.apply({ops::DropIndex{made.name.value_or(""), made.table, made.schema,
                                           call.get(1, "checkfirst").truth(), made.options},
                            call.place()});
        return Value();
    });
}

void ColumnDefaultObject::clear() {
    lang::Native::clear();
    value = Value();
}

const Members& constraint_members() {
    static const Members members{
        {"Constraint", [](Session& s) { return native_class<make_constraint>(s, "Constraint"); }},
        {"ForeignKey", [](Session& s) { return native_class<make_foreign_key>(s, "ForeignKey"); }},
        {"ForeignKeyConstraint",
         [](Session& s) {
             return native_class<make_foreign_key_constraint>(s, "ForeignKeyConstraint", "Constraint");
         }},
        {"PrimaryKeyConstraint",
         [](Session& s) { return native_class<make_primary_key>(s, "PrimaryKeyConstraint", "Constraint"); }},
        {"UniqueConstraint",
         [](Session& s) { return native_class<make_unique>(s, "UniqueConstraint", "Constraint"); }},
        {"CheckConstraint",
         [](Session& s) { return native_class<make_check>(s, "CheckConstraint", "Constraint"); }},
        {"ExcludeConstraint",
         [](Session& s) { return native_class<make_exclude>(s, "ExcludeConstraint", "Constraint"); }},
        {"Index", [](Session& s) { return native_class<make_index>(s, "Index"); }},
    };
    return members;
}

} // namespace orch::script
