#include "script/sqlalchemy/sources.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <map>

namespace orch::script {

using lang::Call;
using lang::Value;

std::string anonymous_name(Session& session, std::string_view stem) {
    return fmt::format("\x01{}\x01{}", stem, ++session.anonymous_names);
}

namespace {

// The name that a column of a select has for who reads from it: its own, or nothing.
std::string own_name(const sql::Expression& column) {
    if (const auto* reference = std::get_if<sql::ColumnRef>(&column.node)) return reference->name;
    if (const auto* label = std::get_if<sql::Label>(&column.node)) return label->name;
    return {};
}

// The same select, whose every column has a name: what is only an expression is called as in a result,
// count_1 or anon_1.
Value with_names(const Value& statement) {
    auto* select = statement.native<SelectObject>();
    if (!select) return statement;
    Value result = select->copy();
    for (Value& column : result.native<SelectObject>()->columns) {
        auto* expression = column.native<ExpressionObject>();
        const Expr expr = expression->expression();
        if (std::holds_alternative<sql::Text>(expr.node->node) || !own_name(*expr.node).empty()) continue;
        const auto* function = std::get_if<sql::Function>(&expr.node->node);
        const auto* cast = std::get_if<sql::Cast>(&expr.node->node);
        std::string name = cast && cast->operand ? own_name(*cast->operand) : "";
        if (name.empty()) name = anonymous_name(select->session(), function ? function->name.back() : "anon");
        Expr labelled{sql::make({sql::Label{expr.node, name}}), expr.type, expr.froms};
        const std::string key = expression->key().empty() ? name : expression->key();
        column = make_expression(select->session(), std::move(labelled), key);
    }
    return result;
}

// Their names in SQL, beside those that scripts use: keys(). Of two columns with one name the second is
// name_1, and the same column again is name__1, as the SELECT calls them.
std::vector<std::string> names_in_sql(const SelectObject& select) {
    std::vector<std::string> names = select.keys();
    std::map<std::string, std::string> seen; // the column that took a name
    std::map<std::string, int> repeated;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const sql::ExpressionPtr node = select.columns[i].native<ExpressionObject>()->expression().node;
        if (const std::string own = own_name(*node); !own.empty()) names[i] = own;
        const auto* column = std::get_if<sql::ColumnRef>(&node->node);
        const std::string whole = column && !column->literal
                                      ? column->schema.value_or("") + "." + column->table + "." + column->name
                                      : "";
        const auto [known, fresh] = seen.emplace(names[i], whole);
        if (fresh || whole.empty()) continue;
        const bool same = known->second == whole || known->second.empty();
        names[i] = same ? fmt::format("{}__{}", names[i], ++repeated[whole])
                        : fmt::format("{}_{}", names[i], ++repeated[names[i]]);
    }
    return names;
}

// The columns that a statement gives, as columns of `object` called `name`.
void add_columns(FromObject& object, const Value& statement, const std::string& name) {
    std::vector<std::string> keys, names;
    std::vector<TypePtr> types;
    if (auto* select = statement.native<SelectObject>()) {
        keys = select->keys();
        names = names_in_sql(*select);
        types = select->types();
    } else if (auto* dml = statement.native<DmlObject>()) {
        keys = dml->returning_keys;
        types = dml->returning_types;
    } else if (auto* text = statement.native<TextObject>()) {
        for (const auto& [key, type] : text->result_columns) {
            keys.push_back(key);
            types.push_back(type);
        }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        schema::Column column;
        column.name = i < names.size() ? names[i] : keys[i];
        if (column.name.empty()) continue; // SQL of the user's own
        if (object.columns().find(keys[i])) keys[i] = column.name;
        column.type_given = types[i] != nullptr;
        column.type = types[i] ? *types[i] : plain_type("NullType");
        object.add_column(column, name, Value());
        if (column.name != keys[i]) object.columns().columns.back().native<ColumnObject>()->set_key(keys[i]);
    }
}

SourcePtr share(sql::Source source) { return std::make_shared<const sql::Source>(std::move(source)); }

// The same columns, found in another source.
void copy_columns(const FromObject& from, FromObject& to, const std::string& name) {
    for (const auto& value : from.columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (!column) continue;
        to.add_column(column->column, name, Value());
        if (column->key() != column->column.name)
            to.columns().columns.back().native<ColumnObject>()->set_key(column->key());
    }
}

} // namespace

namespace {

// text("SELECT ...").columns(...) as a source: the text in parentheses.
Value text_as_source(const Value& statement, std::string name, bool lateral) {
    auto& given = *statement.native<TextObject>();
    sql::Text text = given.text();
    text.sql = "(" + text.sql + ")";
    if (name.empty()) name = anonymous_name(given.session(), "anon");
    Value result = lang::make<AliasObject>(given.session(), name);
    auto& object = *result.native<AliasObject>();
    object.source = share({sql::TableFunction{sql::make({std::move(text)}), name, lateral, {}}});
    add_columns(object, statement, name);
    return result;
}

} // namespace

Value make_subquery(const Value& given, std::string name, bool lateral) {
    if (given.native<TextObject>()) return text_as_source(given, std::move(name), lateral);
    const Value self = with_names(given);
    const auto& select = *self.native<SelectObject>();
    if (name.empty()) name = anonymous_name(select.session(), "anon");
    Value result = lang::make<AliasObject>(select.session(), name);
    auto& object = *result.native<AliasObject>();
    object.source =
        share({sql::Subquery{std::make_shared<const sql::Select>(select.statement()), name, "", lateral}});
    add_columns(object, self, name);
    return result;
}

// --- Common table expressions.

Value make_cte(Session& session, const Value& given, std::string name, bool recursive,
               const sql::Cte* grown_from) {
    const Value statement = with_names(given);
    sql::Cte cte;
    cte.name = name.empty() ? anonymous_name(session, "anon") : std::move(name);
    cte.recursive = recursive;
    cte.number = static_cast<std::size_t>(++session.anonymous_names); // of no other one
    if (grown_from) {
        cte.grown_from = grown_from->grown_from;
        cte.grown_from.push_back(grown_from->number);
    }
    sql::Body body;
    if (auto* select = statement.native<SelectObject>()) {
        body.query = select->statement();
        if (recursive) cte.columns = names_in_sql(*select);
    } else if (auto* text = statement.native<TextObject>()) {
        body.query = text->text();
        if (recursive)
            for (const auto& [key, type] : text->result_columns) cte.columns.push_back(key);
    } else {
        body.query = statement.native<DmlObject>()->statement();
    }
    cte.body = std::make_shared<const sql::Body>(std::move(body));
    Value result = lang::make<CteObject>(session, cte, statement);
    auto& object = *result.native<CteObject>();
    object.source = share({cte});
    add_columns(object, statement, cte.name);
    return result;
}

std::optional<Value> CteObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "name") return Value(cte.alias.value_or(cte.name));
    if (name != "union" && name != "union_all") return FromObject::get_attribute(name);
    return lang::make_function(name, [self, word = std::string(name)](Call& call) {
        auto& object = *self.native<CteObject>();
        Value whole = object.statement.attribute(word).call({call.args().begin(), call.args().end()});
        return make_cte(object.session(), whole, object.cte.name, object.cte.recursive, &object.cte);
    });
}

std::vector<std::string> CteObject::attribute_names() const {
    auto result = FromObject::attribute_names();
    result.insert(result.end(), {"name", "union", "union_all"});
    return result;
}

void CteObject::clear() {
    FromObject::clear();
    statement = Value();
}

// --- Aliases.

Value make_alias(const Value& value, std::string name) {
    if (value.native<SelectObject>() || value.native<TextObject>())
        return make_subquery(value, std::move(name), false);
    auto* from = from_object(value);
    if (!from) lang::raise_error("TypeError", fmt::format("{} cannot have an alias", described(value)));
    auto& session = from->session();
    sql::Source source = *from->source;
    struct Renamed {
        Session& session;
        std::string name;
        bool operator()(sql::TableRef& table) {
            if (name.empty()) name = anonymous_name(session, table.name);
            table.alias = name;
            return true;
        }
        bool operator()(sql::Cte& cte) {
            const bool named = !cte.name.starts_with('\x01');
            if (name.empty()) name = anonymous_name(session, named ? cte.name : "anon");
            cte.alias = name;
            return true;
        }
        bool operator()(sql::Subquery& query) { return rename(query.alias); }
        bool operator()(sql::Rows& rows) { return rename(rows.alias); }
        bool operator()(sql::TableFunction& function) { return rename(function.alias); }
        bool operator()(sql::Source::Join&) { return false; }

      private:
        bool rename(std::optional<std::string>& alias) {
            if (name.empty()) name = anonymous_name(session, "anon");
            alias = name;
            return true;
        }
    } renamed{session, std::move(name)};
    if (!std::visit(renamed, source.node)) {
        lang::raise_error("TypeError", "a join cannot have an alias: give its tables one each, or "
                                       "sa.select(...).select_from(join).subquery()");
    }
    Value result = lang::make<AliasObject>(session, renamed.name);
    auto& object = *result.native<AliasObject>();
    object.source = share(std::move(source));
    auto* table = dynamic_cast<TableObject*>(from);
    object.referent = table ? table->table.name : from->referent;
    copy_columns(*from, object, renamed.name);
    return result;
}

// --- Functions of rows.

Value make_table_function(Session& session, const Expr& function, std::string name,
                          const std::vector<Value>& columns, bool ordinality) {
    if (name.empty()) name = anonymous_name(session, "anon");
    Value result = lang::make<AliasObject>(session, name);
    auto& object = *result.native<AliasObject>();
    sql::TableFunction source{function.node, name, false, {}};
    if (ordinality) source.function = sql::make({sql::Unary{"WITH ORDINALITY", function.node, true}});
    std::vector<schema::Column> made;
    for (const auto& value : columns) {
        schema::Column& column = made.emplace_back();
        auto* expression = value.native<ExpressionObject>();
        column.name = expression ? expression->key() : string_of(value, "table_valued()");
        TypePtr type = expression ? expression->expression().type : nullptr;
        column.type_given = type != nullptr;
        column.type = type ? *type : plain_type("NullType");
    }
    object.source = share({std::move(source)});
    for (const auto& column : made) object.add_column(column, name, Value());
    return result;
}

std::optional<Value> function_alias_method(AliasObject& alias, std::string_view name) {
    if ((name != "lateral" && name != "render_derived") ||
        !std::holds_alternative<sql::TableFunction>(alias.source->node))
        return std::nullopt;
    const Value self(static_cast<lang::Object*>(&alias));
    return lang::make_function(name, [self, lateral = name == "lateral"](Call& call) {
        const auto& from = *self.native<AliasObject>();
        sql::TableFunction source = std::get<sql::TableFunction>(from.source->node);
        if (lateral) source.lateral = true;
        if (!lateral) source.columns = from.columns().attribute_names();
        if (const Value* typed = call.keyword("with_types"); typed && typed->truth())
            for (const auto& column : from.columns().columns)
                source.types.push_back(column.native<ColumnObject>()->shared_type());
        if (const Value given = call.get(0, "name"); !given.is_none())
            source.alias = string_of(given, "name");
        else if (!lateral)
            source.alias = anonymous_name(from.session(), "anon");
        else if (!source.alias->starts_with('\x01')) // one of its own: t_1
            source.alias = anonymous_name(from.session(), *source.alias);
        Value result = lang::make<AliasObject>(from.session(), *source.alias);
        auto& object = *result.native<AliasObject>();
        object.source = share({source});
        copy_columns(from, object, *source.alias);
        return result;
    });
}

// --- VALUES.

namespace {

// values(column("x", Integer), name="v"): data() gives it rows.
class ValuesObject : public FromObject {
  public:
    ValuesObject(Session& session, sql::Rows rows) : FromObject(session), rows(std::move(rows)) {}
    std::string type_name() const override { return "Values"; }
    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        auto result = FromObject::attribute_names();
        result.insert(result.end(), {"data", "name"});
        return result;
    }

    // The same values with other rows.
    Value with(sql::Rows changed) const {
        Value result = lang::make<ValuesObject>(session(), std::move(changed));
        auto& object = *result.native<ValuesObject>();
        object.source = share({object.rows});
        copy_columns(*this, object, *object.rows.alias);
        return result;
    }

    sql::Rows rows;
};

std::optional<Value> ValuesObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "name") return Value(*rows.alias);
    if (name != "data") return FromObject::get_attribute(name);
    return lang::make_function(name, [self](Call& call) {
        auto& object = *self.native<ValuesObject>();
        sql::Rows changed = object.rows;
        for (const auto& row : call[0].to_vector()) {
            auto& cells = changed.rows.emplace_back();
            auto values = row.to_vector();
            if (values.size() != changed.columns.size())
                lang::raise_error("ValueError",
                                  fmt::format("data(): expected rows of {} values, got one of {}",
                                              changed.columns.size(), values.size()));
            for (std::size_t i = 0; i < values.size(); ++i) {
                TypePtr type = object.columns().columns[i].native<ColumnObject>()->shared_type();
                cells.push_back(coerce(values[i], type->name == "NullType" ? nullptr : type).node);
            }
        }
        return object.with(std::move(changed));
    });
}

Value make_values(Session& session, Call& call) {
    static const lang::Signature signature("values(*columns, name=None, literal_binds=False)");
    auto bound = signature.bind(call);
    sql::Rows rows;
    rows.alias = optional_string(bound["name"], "name").value_or(anonymous_name(session, "anon"));
    std::vector<schema::Column> columns;
    for (const auto& value : bound.rest()) {
        auto* expression = value.native<ExpressionObject>();
        if (!expression)
            lang::raise_error("TypeError", fmt::format("values() takes sa.column() objects, got {}; the rows "
                                                       "follow with .data([(1, 2), ...])",
                                                       described(value)));
        schema::Column& column = columns.emplace_back();
        column.name = expression->key();
        TypePtr type = expression->expression().type;
        column.type = type ? *type : plain_type("NullType");
        rows.columns.push_back(column.name);
    }
    Value result = lang::make<ValuesObject>(session, rows);
    auto& object = *result.native<ValuesObject>();
    object.source = share({rows});
    for (const auto& column : columns) object.add_column(column, *rows.alias, Value());
    return result;
}

Value lateral(Call& call) {
    if (!call[0].native<SelectObject>())
        lang::raise_error("TypeError", fmt::format("lateral() takes a select, got {}", described(call[0])));
    return make_subquery(call[0], optional_string(call.get(1, "name"), "name").value_or(""), true);
}

} // namespace

const Members& source_members() {
    static const Members members{
        {"values",
         [](Session& s) {
             return lang::make_function("values", [&s](Call& c) { return make_values(s, c); });
         }},
        {"lateral", [](Session&) { return lang::make_function("lateral", lateral); }},
        {"alias",
         [](Session&) {
             return lang::make_function("alias", [](Call& c) {
                 return make_alias(c[0], optional_string(c.get(1, "name"), "name").value_or(""));
             });
         }},
        {"cte",
         [](Session& s) {
             return lang::make_function("cte", [&s](Call& c) {
                 return make_cte(s, c[0], optional_string(c.get(1, "name"), "name").value_or(""),
                                 c.get(2, "recursive").truth());
             });
         }},
    };
    return members;
}

} // namespace orch::script
