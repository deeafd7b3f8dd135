#include "script/sqlalchemy/tables.hpp"

#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/inspector.hpp"

#include "script/sqlalchemy/naming.hpp"
#include "script/sqlalchemy/rewrite.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/attempt.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::script {

using lang::Call;
using lang::Value;

// --- Column collections.

const Value* ColumnCollection::find(std::string_view name) const {
    auto found = std::find_if(columns.begin(), columns.end(), [&](const Value& column) {
        return column.native<ExpressionObject>()->key() == name;
    });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> ColumnCollection::attribute_names() const {
    std::vector<std::string> result;
    for (const auto& column : columns) result.push_back(column.native<ExpressionObject>()->key());
    return result;
}

std::optional<Value> ColumnCollection::get_attribute(std::string_view name) {
    if (const Value* column = find(name)) return *column;
    Value self(static_cast<lang::Object*>(this));
    if (name == "keys") {
        return lang::make_function(name, [self](Call&) {
            std::vector<Value> names;
            for (auto& key : self.native<ColumnCollection>()->attribute_names()) names.emplace_back(key);
            return Value::list(std::move(names));
        });
    }
    if (name == "values" || name == "items") {
        return lang::make_function(name, [self, items = name == "items"](Call&) {
            std::vector<Value> result;
            for (const auto& column : self.native<ColumnCollection>()->columns) {
                result.push_back(
                    items ? Value::tuple({Value(column.native<ExpressionObject>()->key()), column}) : column);
            }
            return Value::list(std::move(result));
        });
    }
    if (name == "get") {
        return lang::make_function(name, [self](Call& call) {
            const Value* column = self.native<ColumnCollection>()->find(string_of(call[0], "name"));
            return column ? *column : call.get(1, "default");
        });
    }
    return std::nullopt;
}

Value ColumnCollection::subscript(const Value& key) {
    if (key.is_integer()) {
        auto index = key.as_int();
        auto size = static_cast<std::int64_t>(columns.size());
        if (index < 0) index += size;
        if (index < 0 || index >= size) lang::raise_error("IndexError", "column index out of range");
        return columns[static_cast<std::size_t>(index)];
    }
    std::string name = string_of(key, "column");
    if (const Value* column = find(name)) return *column;
    auto near = nearest(name, attribute_names());
    lang::raise_error("KeyError",
                      near ? fmt::format("no column '{}', did you mean '{}'?", name, *near) : name);
}

Value ColumnCollection::iterate() { return lang::make_iterator(columns); }

bool ColumnCollection::contains(const Value& item) {
    if (item.is_string()) return find(item.as_string()) != nullptr;
    return std::any_of(columns.begin(), columns.end(),
                       [&](const Value& column) { return column.same(item); });
}

void ColumnCollection::clear() {
    lang::Native::clear();
    columns.clear();
}

// --- What rows come from.

FromObject::FromObject(Session& session) : collection(lang::make<ColumnCollection>()), session_(session) {}

void FromObject::clear() {
    lang::Native::clear();
    collection = Value();
}

void FromObject::add_column(const schema::Column& column, const std::string& name, const Value& table) {
    Value made = lang::make<ColumnObject>(session_);
    auto& object = *made.native<ColumnObject>();
    object.column = column;
    object.source = source;
    object.source_name = name;
    object.table = table;
    columns().columns.push_back(made);
}

namespace {

// The foreign keys of one that lead to the other, composite ones too: "other.a = this.a AND other.b =
// this.b".
sql::ExpressionPtr keys_between(const FromObject& from, const FromObject& to) {
    const auto* target = dynamic_cast<const TableObject*>(&to);
    const std::string name = target ? target->table.name : to.referent;
    if (name.empty()) return nullptr;
    std::vector<schema::ForeignKey> keys;
    if (const auto* table = dynamic_cast<const TableObject*>(&from)) {
        for (const auto& constraint : table->table.constraints) {
            if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) keys.push_back(*key);
        }
    }
    for (const auto& value : from.columns().columns) {
        if (auto* column = value.native<ColumnObject>()) {
            for (auto key : column->column.foreign_keys) {
                key.columns = {column->column.name};
                keys.push_back(std::move(key));
            }
        }
    }
    for (const auto& key : keys) {
        if (key.referent_table != name || key.columns.size() != key.referent_columns.size()) continue;
        std::vector<sql::ExpressionPtr> parts;
        for (std::size_t i = 0; i < key.columns.size(); ++i) {
            const Value* own = from.columns().find(key.columns[i]);
            const Value* other = to.columns().find(key.referent_columns[i]);
            if (!own || !other) break;
            parts.push_back(sql::make({sql::Binary{"=", other->native<ExpressionObject>()->expression().node,
                                                   own->native<ExpressionObject>()->expression().node}}));
        }
        if (parts.size() == key.columns.size()) return chain("AND", std::move(parts));
    }
    return nullptr;
}

} // namespace

sql::ExpressionPtr join_condition(FromObject& left, FromObject& right) {
    if (const auto* join = dynamic_cast<JoinObject*>(&left)) {
        for (const auto& part : join->parts) {
            if (auto found = join_condition(*part.native<FromObject>(), right)) return found;
        }
        return nullptr;
    }
    if (auto found = keys_between(right, left)) return found;
    return keys_between(left, right);
}

namespace {

Value make_join(Session& session, const Value& left, const Value& right, const Value& on, bool outer,
                bool full) {
    FromObject* left_from = from_object(left);
    FromObject* right_from = from_object(right);
    if (!left_from || !right_from) lang::raise_error("TypeError", "join() takes tables, aliases and joins");
    Value result = lang::make<JoinObject>(session);
    auto& object = *result.native<JoinObject>();
    sql::ExpressionPtr condition =
        on.is_none() ? join_condition(*left_from, *right_from) : as_condition(on).node;
    if (!condition)
        lang::raise_error("ValueError", "no foreign key joins these two tables: give the condition");
    object.parts = {Value(static_cast<lang::Object*>(left_from)),
                    Value(static_cast<lang::Object*>(right_from))};
    object.source = std::make_shared<const sql::Source>(sql::Source{
        sql::Source::Join{left_from->source, right_from->source, std::move(condition), outer, full}});
    for (auto* from : {left_from, right_from}) {
        for (const auto& column : from->columns().columns) object.columns().columns.push_back(column);
    }
    return result;
}

Value join_method(const Value& self, Call& call, bool outer) {
    static const lang::Signature signature("join(right, onclause=None, isouter=False, full=False)");
    auto bound = signature.bind(call);
    return make_join(self.native<FromObject>()->session(), self, bound["right"], bound["onclause"],
                     outer || bound["isouter"].truth(), bound["full"].truth());
}

} // namespace

FromObject* from_object(const Value& value) {
    if (value.is(lang::Type::class_) || value.is(lang::Type::instance)) {
        if (auto table = value.find_attribute("__orm_from__")) return table->native<FromObject>();
        if (value.is(lang::Type::class_)) return nullptr;
    }
    return value.native<FromObject>();
}

std::string FromObject::attribute_name() const {
    for (const auto& value : columns().columns) {
        if (auto* column = value.native<ColumnObject>()) return column->source_name;
    }
    return {};
}

std::optional<Value> FromObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "c" || name == "columns") return collection;
    if (name == "join")
        return lang::make_function(name, [self](Call& call) { return join_method(self, call, false); });
    if (name == "outerjoin")
        return lang::make_function(name, [self](Call& call) { return join_method(self, call, true); });
    if (name == "select")
        return lang::make_function(name, [self](Call& call) { return select_from(self, call); });
    if (name == "alias") {
        return lang::make_function(name, [self](Call& call) {
            return make_alias(self, optional_string(call.get(0, "name"), "name").value_or(""));
        });
    }
    if (name == "count") {
        lang::raise_error(
            "AttributeError",
            "count() of a table is gone from SQLAlchemy: sa.select(sa.func.count()).select_from(table)");
    }
    return std::nullopt;
}

std::vector<std::string> FromObject::attribute_names() const {
    return {"c", "columns", "join", "outerjoin", "select", "alias"};
}

void JoinObject::clear() {
    FromObject::clear();
    parts.clear();
}

std::optional<Value> AliasObject::get_attribute(std::string_view name) {
    if (name == "name") return Value(name_);
    if (auto method = function_alias_method(*this, name)) return method;
    return FromObject::get_attribute(name);
}

// --- Tables.

void TableObject::set_source() { source = std::make_shared<const sql::Source>(sql::Source{reference()}); }

std::string TableObject::repr() const { return fmt::format("Table('{}')", table.name); }

void TableObject::clear() {
    FromObject::clear();
    metadata = info = Value();
}

namespace {

// Column("parent_id", ForeignKey("parent.id")) has the type of what it refers to, where the MetaData knows
// that.
const schema::Type* referred_type(const MetaDataObject& metadata, const schema::Column& column, int depth) {
    for (const auto& key : column.foreign_keys) {
        if (key.referent_columns.size() != 1 || depth > 20) continue;
        for (const auto& [name, value] : metadata.tables) {
            auto* table = value.native<TableObject>();
            if (table->table.name != key.referent_table || table->table.schema != key.referent_schema)
                continue;
            const Value* found = table->columns().find(key.referent_columns[0]);
            auto* target = found ? found->native<ColumnObject>() : nullptr;
            if (!target) continue;
            if (target->column.type_given) return &target->column.type;
            return referred_type(metadata, target->column, depth + 1);
        }
    }
    return nullptr;
}

} // namespace

namespace {

/// Constraints and indexes in the body of a class name columns that had no name yet.
class Names {
  public:
    explicit Names(const std::vector<Value>& columns) {
        for (const Value& value : columns) {
            const auto& column = *value.native<ColumnObject>();
            names_.emplace(fmt::format("\x02{}", column.order), column.column.name);
        }
        rewriter_.column = [this](const sql::ColumnRef& reference) {
            sql::ColumnRef out = reference;
            if (const auto found = names_.find(reference.table); found != names_.end()) {
                out.table.clear();
                out.name = found->second;
            }
            return out;
        };
    }
    void settle(schema::Table& table) const {
        for (schema::Constraint& constraint : table.constraints) {
            if (auto* check = std::get_if<schema::Check>(&constraint))
                check->condition = rewriter_(check->condition);
            std::visit(
                [&](auto& each) {
                    if constexpr (requires { each.columns; })
                        for (std::string& name : each.columns) settle(name);
                },
                constraint);
        }
        for (schema::Index& index : table.indexes) {
            for (schema::IndexElement& element : index.elements) {
                settle(element.column);
                if (element.expression) element.expression = rewriter_(element.expression);
            }
            for (const auto& [key, option] : schema::Options(index.options))
                if (const auto* sql = std::get_if<schema::ExpressionPtr>(&option.value); sql && *sql)
                    index.options[key].value = rewriter_(*sql);
        }
    }

  private:
    void settle(std::string& name) const {
        if (const auto found = names_.find(name); found != names_.end()) name = found->second;
    }
    std::map<std::string, std::string> names_; ///< by what stood for them
    Rewriter rewriter_;
};

} // namespace

schema::Table TableObject::definition() const {
    schema::Table result = table;
    Names(columns().columns).settle(result);
    result.columns.clear();
    for (const auto& value : columns().columns) {
        result.columns.push_back(value.native<ColumnObject>()->column);
        auto& column = result.columns.back();
        for (auto& index : indexes_of_type(*value.native<ColumnObject>(), table))
            result.indexes.push_back(std::move(index));
        if (auto* known = metadata.native<MetaDataObject>(); known && !column.type_given) {
            if (const auto* type = referred_type(*known, column, 0)) {
                column.type = *type;
                column.type_given = true;
            }
        }
        if (!column.index) continue;
        result.indexes.push_back(index_of_column(table, column));
        column.unique = false; // unique=True, index=True make one unique index
    }
    auto* set = metadata.native<MetaDataObject>();
    apply_naming_convention(session(), result, set ? set->naming_convention : session().naming_convention);
    return result;
}

namespace {

void add_item(const Value& self, TableObject& object, const Value& item) {
    if (auto* column = item.native<ColumnObject>()) {
        Value kept = item;
        if (!column->table.is_none()) { // the same Column in two tables: the second gets a copy
            kept = column->get_attribute("copy")->call();
            column = kept.native<ColumnObject>();
        }
        column->table = self;
        column->source = object.source;
        column->source_name = object.table.name;
        for (auto& key : column->column.foreign_keys) key.columns = {column->column.name};
        // A second column of the same name takes the place of the first.
        auto& columns = object.columns().columns;
        const auto same = std::ranges::find_if(columns, [&](const Value& each) {
            return each.native<ColumnObject>()->column.name == column->column.name;
        });
        if (same == columns.end())
            columns.push_back(kept);
        else
            *same = kept;
    } else if (auto* constraint = item.native<ConstraintObject>()) {
        constraint->table = self;
        object.table.constraints.push_back(constraint->constraint);
    } else if (auto* index = item.native<IndexObject>()) {
        index->index.table = object.table.name;
        index->index.schema = object.table.schema;
        object.table.indexes.push_back(index->index);
    } else if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
        lang::raise_error("TypeError",
                          "a table takes columns and constraints one by one: write a '*' before the list");
    } else if (auto* expression = item.native<PlainExpression>()) { // sa.column("x", sa.String)
        Expr expr = expression->expression();
        schema::Column made;
        made.name = expression->key();
        made.type = expr.type ? *expr.type : plain_type("NullType");
        made.type_given = expr.type != nullptr;
        object.add_column(made, object.table.name, self);
    } else if (!item.is_none()) {
        lang::raise_error("TypeError", fmt::format("a table takes columns, constraints and indexes, got {}",
                                                   described(item)));
    }
}

const std::vector<std::string> table_parameters{
    "schema",        "comment",         "prefixes",      "info",          "quote",
    "autoload_with", "extend_existing", "keep_existing", "if_not_exists", "quote_schema"};

// autoload_with=bind: the columns that the database has and the script does not name.
void add_reflected(TableObject& object, const Value& self, const Place& origin) {
    const schema::Table read =
        reflected_table(object.session(), object.table.name, object.table.schema, origin);
    for (const auto& column : read.columns)
        if (!object.columns().find(column.name)) object.add_column(column, object.table.name, self);
    for (const auto& constraint : read.constraints) object.table.constraints.push_back(constraint);
    for (const auto& index : read.indexes) object.table.indexes.push_back(index);
}

bool wants_reflection(const lang::Bound& bound) {
    return bound["autoload_with"].truth() || bound["autoload"].truth();
}

} // namespace

Value make_table(Session& session, std::string name, std::span<const Value> items, const lang::Bound& bound,
                 const Value& metadata) {
    Value result = lang::make<TableObject>(session);
    auto& object = *result.native<TableObject>();
    object.table.name = std::move(name);
    object.table.schema = optional_string(bound["schema"], "schema");
    object.table.comment = optional_string(bound["comment"], "comment");
    if (!bound["prefixes"].is_none()) object.table.prefixes = names_of(bound["prefixes"], "prefixes");
    object.table.options = options_of(bound, table_parameters);
    object.metadata = metadata;
    if (bound.given("info")) object.info = bound["info"];
    if (auto* set = metadata.native<MetaDataObject>(); set && !object.table.schema)
        object.table.schema = set->schema;
    object.set_source();
    for (const auto& item : items) add_item(result, object, item);
    return result;
}

namespace {

std::string table_key(const schema::Table& table) {
    return table.schema ? *table.schema + "." + table.name : table.name;
}

// A table as the database has it, in the MetaData; nothing where it is there already.
TableObject* read_into(Session& session, const Value& metadata, const schema::Table& named,
                       const Place& origin) {
    auto& tables = metadata.native<MetaDataObject>()->tables;
    const std::string key = table_key(named);
    if (std::ranges::any_of(tables, [&](const auto& each) { return each.first == key; })) return nullptr;
    Value made = lang::make<TableObject>(session);
    auto& table = *made.native<TableObject>();
    table.table.name = named.name;
    table.table.schema = named.schema;
    table.metadata = metadata;
    table.set_source();
    tables.emplace_back(key, made);
    add_reflected(table, made, origin);
    return &table;
}

// What a table's foreign keys refer to is read too, and so on.
void read_referents(const TableObject& object, const Place& origin) {
    for (const auto& constraint : object.table.constraints) {
        const auto* key = std::get_if<schema::ForeignKey>(&constraint);
        if (!key) continue;
        schema::Table named;
        named.name = key->referent_table;
        named.schema = key->referent_schema;
        if (const auto* read = read_into(object.session(), object.metadata, named, origin))
            read_referents(*read, origin);
    }
}

// The table of that name that is there, where Table() stands for it; None where it makes one.
Value existing(const MetaDataObject& metadata, const std::string& key, const lang::Bound& bound) {
    const auto found = std::ranges::find(metadata.tables, key, [](const auto& each) { return each.first; });
    if (found == metadata.tables.end()) return {};
    const Value table = found->second;
    if (bound["extend_existing"].truth())
        for (const Value& item : bound.rest()) add_item(table, *table.native<TableObject>(), item);
    else if (!bound.rest().empty() && !bound["keep_existing"].truth())
        lang::raise_error("ValueError", fmt::format("table '{}' is already defined for this MetaData", key));
    return table;
}

Value construct_table(Session& session, Call& call) {
    static const lang::Signature signature(
        "Table(name, metadata, *args, schema=None, comment=None, prefixes=None, info=None, quote=None, "
        "quote_schema=None, autoload=False, autoload_with=None, autoload_replace=True, include_columns=None, "
        "resolve_fks=True, extend_existing=False, keep_existing=False, listeners=None, "
        "implicit_returning=None, "
        "must_exist=False, mustexist=False, **kw)");
    auto bound = signature.bind(call);
    auto* metadata = bound["metadata"].native<MetaDataObject>();
    if (!metadata)
        lang::raise_error("TypeError", fmt::format("Table() takes a name and then a MetaData, got {}",
                                                   described(bound["metadata"])));
    schema::Table named;
    named.name = string_of(bound["name"], "name");
    named.schema = optional_string(bound["schema"], "schema");
    if (!named.schema) named.schema = metadata->schema;
    const std::string key = table_key(named);
    Value result = existing(*metadata, key, bound);
    const bool made = result.is_none();
    if (made) result = make_table(session, named.name, bound.rest(), bound, bound["metadata"]);
    if (wants_reflection(bound) && (made || bound["extend_existing"].truth()))
        add_reflected(*result.native<TableObject>(), result, call.place());
    if (made) {
        metadata->tables.emplace_back(key, result);
        session.tables.push_back(result);
    }
    if (wants_reflection(bound) && bound["resolve_fks"].truth())
        read_referents(*result.native<TableObject>(), call.place());
    return result;
}

Value table_clause(Session& session, Call& call) {
    static const lang::Signature signature(
        "table(name, *columns, schema=None, comment=None, prefixes=None, **kw)");
    auto bound = signature.bind(call);
    return make_table(session, string_of(bound["name"], "name"), bound.rest(), bound, Value());
}

Value create_or_drop(const Value& self, Call& call, bool create) {
    auto* object = self.native<TableObject>();
    auto& database = database_of(object->session(), call.place());
    bool check = call.get(1, "checkfirst").truth();
    bool there = check && database.has_table(object->table.name, object->table.schema, call.place());
    if (check && there == create) return {};
    if (create)
        database.apply({ops::CreateTable{object->definition(), false}, call.place()});
    else
        database.apply({ops::DropTable{object->table.name, object->table.schema, false, {}}, call.place()});
    return {};
}

// Every foreign key as (own columns, the other table, its columns): what the ORM joins and loads by.
Value foreign_keys_of(const TableObject& object) {
    std::vector<Value> result;
    auto add = [&](const schema::ForeignKey& key) {
        auto names = [](const std::vector<std::string>& list) {
            return Value::list(std::vector<Value>(list.begin(), list.end()));
        };
        std::string table =
            key.referent_schema ? *key.referent_schema + "." + key.referent_table : key.referent_table;
        result.push_back(Value::tuple({names(key.columns), Value(table), names(key.referent_columns)}));
    };
    for (const auto& value : object.columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (!column) continue;
        for (auto key : column->column.foreign_keys) {
            key.columns = {column->column.name};
            add(key);
        }
    }
    for (const auto& constraint : object.table.constraints) {
        if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) add(*key);
    }
    return Value::list(std::move(result));
}

Value primary_key_columns(TableObject& object) {
    std::vector<std::string> named; // PrimaryKeyConstraint("a", "b")
    for (const auto& constraint : object.table.constraints)
        if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint)) named = key->columns;
    std::vector<Value> result;
    for (const auto& value : object.columns().columns) {
        const schema::Column& column = value.native<ColumnObject>()->column;
        if (column.primary_key || std::find(named.begin(), named.end(), column.name) != named.end())
            result.push_back(value);
    }
    return Value::list(std::move(result));
}

} // namespace

namespace {

// table.to_metadata(metadata, schema=..., name=...): a copy, which is in the MetaData where that has none
// yet.
Value copy_into(const Value& self, Call& call) {
    static const lang::Signature signature(
        "to_metadata(metadata, schema=-1, referred_schema_fn=None, name=None)");
    auto bound = signature.bind(call);
    auto& from = *self.native<TableObject>();
    auto* set = bound["metadata"].native<MetaDataObject>();
    if (!set)
        lang::raise_error("TypeError",
                          fmt::format("expected a MetaData, got {}", described(bound["metadata"])));
    if (bound.given("referred_schema_fn") && !bound["referred_schema_fn"].is_none())
        lang::raise_error("NotImplementedError", "to_metadata(referred_schema_fn=) is not available to orch");
    Value result = lang::make<TableObject>(from.session());
    auto& to = *result.native<TableObject>();
    to.table = from.table;
    to.metadata = bound["metadata"];
    if (!bound["name"].is_none()) to.table.name = string_of(bound["name"], "name");
    if (bound.given("schema")) to.table.schema = optional_string(bound["schema"], "schema");
    if (bound["schema"].is_none()) to.table.schema = set->schema;
    const std::string key = table_key(to.table);
    for (const auto& [known, table] : set->tables)
        if (known == key) return table;
    to.set_source();
    for (const auto& column : from.columns().columns) add_item(result, to, column);
    set->tables.emplace_back(key, result);
    from.session().tables.push_back(result);
    return result;
}

} // namespace

std::optional<Value> TableObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "name") return Value(table.name);
    if (name == "fullname" || name == "key") return Value(table_key(table));
    if (name == "schema") return table.schema ? Value(*table.schema) : Value();
    if (name == "metadata") return metadata;
    if (name == "info") return info.is_none() ? info = Value::dict() : info;
    if (name == "primary_key") return primary_key_columns(*this);
    if (name == "_foreign_keys") return foreign_keys_of(*this);
    if (name == "insert" || name == "update" || name == "delete") {
        return lang::make_function(
            name, [self, word = std::string(name)](Call& call) { return make_dml(word, self, call); });
    }
    if (name == "create")
        return lang::make_function(name, [self](Call& call) { return create_or_drop(self, call, true); });
    if (name == "drop")
        return lang::make_function(name, [self](Call& call) { return create_or_drop(self, call, false); });
    if (name == "append_column" || name == "append_constraint") {
        return lang::make_function(name, [self](Call& call) {
            add_item(self, *self.native<TableObject>(), call[0]);
            return Value();
        });
    }
    if (name == "to_metadata" || name == "tometadata")
        return lang::make_function(name, [self](Call& call) { return copy_into(self, call); });
    if (auto part = table_part(*this, name)) return part;
    return FromObject::get_attribute(name);
}

std::vector<std::string> TableObject::attribute_names() const {
    auto result = FromObject::attribute_names();
    result.insert(result.end(),
                  {"name", "schema", "metadata", "info", "primary_key", "constraints", "foreign_keys",
                   "foreign_key_constraints", "indexes", "insert", "update", "delete", "create", "drop"});
    return result;
}

// --- MetaData.

namespace {

Value make_metadata(Session&, Call& call) {
    static const lang::Signature signature(
        "MetaData(bind=None, schema=None, quote_schema=None, naming_convention=None, info=None, "
        "reflect=False)");
    auto bound = signature.bind(call);
    Value result = lang::make<MetaDataObject>();
    auto& object = *result.native<MetaDataObject>();
    // 1.x has the bind in front, 2.0 the schema.
    object.schema = optional_string(bound["bind"].is_string() ? bound["bind"] : bound["schema"], "schema");
    if (!bound["bind"].is_string()) object.bind = bound["bind"];
    object.convention_object = bound["naming_convention"];
    object.naming_convention = naming_convention_of(bound["naming_convention"]);
    return result;
}

// Referenced tables first, as they can be created; dropping goes the other way.
std::vector<Value> in_order(const MetaDataObject& metadata) {
    std::vector<Value> result, waiting;
    for (const auto& [key, table] : metadata.tables) waiting.push_back(table);
    auto placed = [&](const std::string& name) {
        return std::none_of(waiting.begin(), waiting.end(), [&](const Value& other) {
            return other.native<TableObject>()->table.name == name;
        });
    };
    while (!waiting.empty()) {
        auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const Value& value) {
            auto definition = value.native<TableObject>()->definition();
            auto refers = [&](const schema::ForeignKey& key) {
                return key.referent_table == definition.name || placed(key.referent_table);
            };
            bool columns =
                std::all_of(definition.columns.begin(), definition.columns.end(), [&](const auto& column) {
                    return std::all_of(column.foreign_keys.begin(), column.foreign_keys.end(), refers);
                });
            return columns && std::all_of(definition.constraints.begin(), definition.constraints.end(),
                                          [&](const auto& constraint) {
                                              const auto* key = std::get_if<schema::ForeignKey>(&constraint);
                                              return !key || refers(*key);
                                          });
        });
        if (ready == waiting.end()) ready = waiting.begin(); // a circle: the order in the script
        result.push_back(*ready);
        waiting.erase(ready);
    }
    return result;
}

Value create_or_drop_all(const Value& self, Call& call, bool create) {
    static const lang::Signature signature("create_all(bind=None, tables=None, checkfirst=True)");
    auto bound = signature.bind(call);
    auto tables = in_order(*self.native<MetaDataObject>());
    if (!bound["tables"].is_none()) tables = bound["tables"].to_vector();
    if (!create) std::reverse(tables.begin(), tables.end());
    for (const auto& table : tables) {
        table.attribute(create ? "create" : "drop")
            .call({bound["bind"]}, {{"checkfirst", bound["checkfirst"]}});
    }
    return {};
}

Value tables_dict(const MetaDataObject& metadata) {
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [key, table] : metadata.tables) entries.emplace_back(Value(key), table);
    return Value::dict(entries);
}

} // namespace

namespace {

// metadata.reflect(bind, only=[...]): every table that is not there yet.
Value reflect(const Value& self, Call& call) {
    static const lang::Signature signature("reflect(bind=None, schema=None, views=False, only=None, "
                                           "extend_existing=False, autoload_replace=True, "
                                           "resolve_fks=True, **kw)");
    const auto bound = signature.bind(call);
    const Value& known = self.native<MetaDataObject>()->bind;
    auto* bind = (bound["bind"].is_none() ? known : bound["bind"]).native<ConnectionObject>();
    if (!bind)
        lang::raise_error("TypeError",
                          fmt::format("reflect() takes a connection, got {}", described(bound["bind"])));
    Session& session = bind->session();
    auto& metadata = *self.native<MetaDataObject>();
    auto schema = optional_string(bound["schema"], "schema");
    if (!schema) schema = metadata.schema;
    std::vector<std::string> wanted;
    const bool some = bound["only"].is(lang::Type::list) || bound["only"].is(lang::Type::tuple) ||
                      bound["only"].is(lang::Type::set);
    if (some)
        for (const auto& each : bound["only"].to_vector()) wanted.push_back(string_of(each, "only"));
    else
        wanted = database_of(session, call.place()).table_names(schema, call.place());
    for (const auto& name : wanted) {
        schema::Table named;
        named.name = name;
        named.schema = schema;
        read_into(session, self, named, call.place());
    }
    return {};
}

} // namespace

namespace {

// Tables of the project's modules come to be when their classes are asked for; who looks at all of them asks
// for each.
void ask_for_all(const Value& metadata) {
    lang::define_tables([&](const Value& value) {
        if (value.same(metadata)) return true;
        if (!value.is(lang::Type::class_) && !value.is(lang::Type::native)) return false;
        const auto held = value.find_attribute("metadata");
        return held && held->same(metadata);
    });
}

} // namespace

std::optional<Value> MetaDataObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "tables" || name == "sorted_tables" || name == "create_all" || name == "drop_all")
        ask_for_all(self);
    if (name == "tables") return tables_dict(*this);
    if (name == "bind") return bind;
    if (name == "sorted_tables") return Value::list(in_order(*this));
    if (name == "schema") return schema ? Value(*schema) : Value();
    if (name == "naming_convention") return convention_object;
    if (name == "bind") return Value();
    if (name == "create_all")
        return lang::make_function(name, [self](Call& call) { return create_or_drop_all(self, call, true); });
    if (name == "drop_all")
        return lang::make_function(name,
                                   [self](Call& call) { return create_or_drop_all(self, call, false); });
    if (name == "reflect")
        return lang::make_function(name, [self](Call& call) { return reflect(self, call); });
    return std::nullopt;
}

bool MetaDataObject::set_attribute(std::string_view name, const Value& value) {
    if (name == "bind") return bind = value, true;
    if (name == "naming_convention") {
        naming_convention = naming_convention_of(value);
        convention_object = value;
        return true;
    }
    if (name == "schema") {
        schema = optional_string(value, "schema");
        return true;
    }
    return false;
}

std::vector<std::string> MetaDataObject::attribute_names() const {
    return {"tables", "sorted_tables", "schema", "naming_convention", "create_all", "drop_all", "reflect"};
}

void MetaDataObject::clear() {
    lang::Native::clear();
    tables.clear();
    convention_object = bind = Value();
}

// --- Members.

namespace {

Value join_function(Session& session, Call& call, bool outer) {
    static const lang::Signature signature("join(left, right, onclause=None, isouter=False, full=False)");
    auto bound = signature.bind(call);
    return make_join(session, bound["left"], bound["right"], bound["onclause"],
                     outer || bound["isouter"].truth(), bound["full"].truth());
}

template <Value (*Make)(Session&, Call&)>
Value native_class(Session& session, const char* name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy";
    spec.construct = [&session](Call& call, const Value&) { return Make(session, call); };
    return lang::make_class(std::move(spec));
}

} // namespace

const Members& table_members() {
    static const Members members{
        {"Table", [](Session& s) { return native_class<construct_table>(s, "Table"); }},
        {"MetaData", [](Session& s) { return native_class<make_metadata>(s, "MetaData"); }},
        {"table",
         [](Session& s) {
             return lang::make_function("table", [&s](Call& c) { return table_clause(s, c); });
         }},
        {"join",
         [](Session& s) {
             return lang::make_function("join", [&s](Call& c) { return join_function(s, c, false); });
         }},
        {"outerjoin",
         [](Session& s) {
             return lang::make_function("outerjoin", [&s](Call& c) { return join_function(s, c, true); });
         }},
    };
    return members;
}

} // namespace orch::script
