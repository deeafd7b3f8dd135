#include "script/sqlalchemy/compiled.hpp"

#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

constexpr const char* changed = "a construct of SQLAlchemy's own that a script writes";
constexpr const char* registry = "compiled by scripts"; // {class: {dialect or "": function}} in Session::made

// --- The functions under @compiles.

void remember(Session& session, const Value& cls, const Value& dialects, const Value& function) {
    Value& all = session.made[registry];
    if (all.is_none()) all = Value::dict();
    Value of_class = all.get(cls).value_or(Value::dict());
    std::vector<Value> names = dialects.to_vector();
    if (names.empty()) names.emplace_back("");
    for (const Value& name : names) of_class.put(name, function);
    all.put(cls, of_class);
}

// What SQLAlchemy writes itself: neither a type nor a class of a script or of the elements that scripts
// derive from.
bool is_construct_of_sqlalchemy(const Value& cls) {
    return cls.is(lang::Type::class_) && !is_type(cls) && !lang::place_of_definition(cls).known();
}

bool concerns(const Session& session, const Value& dialects) {
    if (!session.database) return false;
    const auto names = dialects.to_vector();
    const auto here = [&](const Value& name) { return name.str() == session.database->dialect_name(); };
    return names.empty() || std::any_of(names.begin(), names.end(), here);
}

// @compiles(cls, "sqlite", ...): for every dialect where none is named.
Value compiles(Session& session, Call& call) {
    const Value& cls = call[0];
    if (cls.is_callable() && !cls.is(lang::Type::class_) && !session.environment)
        throw Error(Fault::script, "orch does not ask scripts for the SQL of its own statements")
            .at(call.place())
            .hint("write the statement with op.execute()");
    const Value dialects = Value::tuple({call.args().begin() + 1, call.args().end()});
    if (is_construct_of_sqlalchemy(cls) && concerns(session, dialects)) session.made[changed] = cls;
    return lang::make_function("compiles", [&session, cls, dialects](Call& decorated) {
        remember(session, cls, dialects, decorated[0]);
        return decorated[0];
    });
}

// The function of the class itself, else that of the nearest class above it.
Value function_for(const Value& all, const Value& cls, const std::string& dialect) {
    if (const auto of_class = all.get(cls)) {
        if (const auto own = of_class->get(Value(dialect))) return *own;
        if (const auto any = of_class->get(Value(""))) return *any;
    }
    if (lang::class_name(cls) == "object") return {};
    for (const Value& base : lang::class_bases(cls))
        if (Value found = function_for(all, base, dialect); !found.is_none()) return found;
    return {};
}

// --- The SQL of what a script holds.

// Only the columns of a SELECT: an expression alone.
constexpr std::string_view select = "SELECT ";

std::string written(Session& session, const Value& value, const Place& origin) {
    if (value.is_string()) return std::string(value.as_string());
    if (auto text = compiled_by_script(session, value)) return *text;
    if (is_type(value)) return database_of(session, origin).written(type_of(value));
    const auto queries = queries_of(value, {}, origin);
    const std::string sql = *database_of(session, origin).written(queries.at(0), true);
    const bool expression = value.native<ExpressionObject>() != nullptr && sql.starts_with(select);
    return expression ? sql.substr(select.size()) : sql;
}

bool has_literals(Call& call) {
    const Value* given = call.keyword("compile_kwargs");
    if (!given || !given->is(lang::Type::dict)) return false;
    const auto literal = given->get(Value("literal_binds"));
    return literal && literal->truth();
}

std::string function_call(Session& session, Call& call) {
    std::string arguments;
    for (const Value& clause : call[0].attribute("clauses").to_vector())
        arguments += (arguments.empty() ? "" : ", ") + written(session, clause, call.place());
    return fmt::format("{}({})", string_of(call[0].attribute("name"), "name"), arguments);
}

// The second argument of a function under @compiles.
class CompilerObject : public lang::Native {
  public:
    explicit CompilerObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "Compiler"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (name == "dialect") return make_dialect(session_);
        if (name == "preparer") return make_dialect(session_).attribute("identifier_preparer");
        if (name == "sql_compiler" || name == "type_compiler" || name == "statement")
            return Value(static_cast<lang::Object*>(this));
        if (name == "process")
            return lang::make_function(
                name, [session](Call& call) { return Value(written(*session, call[0], call.place())); });
        if (name.starts_with("visit_")) return visit(std::string(name.substr(6)));
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"dialect", "preparer", "process", "sql_compiler", "type_compiler"};
    }

  private:
    // visit_JSON(type): the type as if it were of that name. visit_function(element): a call by its name.
    // There are no others.
    Value visit(const std::string& name) const {
        Session* session = &session_;
        if (name == "function")
            return lang::make_function(
                "visit_function", [session](Call& call) { return Value(function_call(*session, call)); });
        return lang::make_function("visit_" + name, [session, name](Call& call) {
            auto* given = call[0].native<TypeObject>();
            if (!given || lower(name) == name) {
                Error error(Fault::script, fmt::format("compiler.visit_{}() is not available to orch", name));
                throw error.at(call.place());
            }
            schema::Type type = given->type();
            type.name = name;
            type.module.clear();
            return Value(database_of(*session, call.place()).written(type));
        });
    }

    Session& session_;
};

// --- Elements of a script's own.

// The native part of what derives from FunctionElement, ClauseElement and their like.
class CustomElement : public ExpressionObject {
  public:
    CustomElement(Session& session, std::vector<Value> clauses)
        : ExpressionObject(session), clauses_(std::move(clauses)) {}
    std::string type_name() const override { return "ClauseElement"; }

    Expr expression() const override {
        const Value self = derived();
        auto sql = self.is_none() ? std::nullopt : compiled_by_script(session(), self);
        const auto type = self.is_none() ? std::nullopt : self.find_attribute("type");
        const TypePtr of_value =
            type && is_type(*type) ? std::make_shared<const schema::Type>(type_of(*type)) : nullptr;
        if (sql) return {sql::make({sql::Text{escaped(*sql), {}}}), of_value, {}};
        return function(self, of_value);
    }

    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "type" || name == "name") return std::nullopt; // the script's class says them
        if (name == "clauses" || name == "clause_expr") return Value::list(clauses_);
        return ExpressionObject::get_attribute(name);
    }

    void clear() override { clauses_.clear(); }

  private:
    // A colon in it is a colon.
    static std::string escaped(const std::string& sql) { return replace_all(sql, ":", "\\:"); }

    // What nobody wrote a function for is called by its name, as GenericFunction is.
    Expr function(const Value& self, const TypePtr& type) const {
        const auto name = self.is_none() ? std::nullopt : self.find_attribute("name");
        if (!name || !name->is_string())
            throw Error(Fault::script, fmt::format("nothing says what SQL a {} is", self.type_name()))
                .hint("write a function for it: @compiles(TheClass)");
        sql::Function call{{std::string(name->as_string())}, {}};
        Expr result;
        for (const Value& clause : clauses_) {
            Expr argument = coerce(clause);
            merge_froms(result.froms, argument.froms);
            call.arguments.push_back(argument.node);
        }
        result.node = sql::make({std::move(call)});
        result.type = type;
        return result;
    }

    std::vector<Value> clauses_;
};

Value element_class(Session& session, const char* name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy.sql.expression";
    spec.construct = [&session](Call& call, const Value&) {
        return lang::make<CustomElement>(session, std::vector<Value>{call.args().begin(), call.args().end()});
    };
    return lang::make_class(std::move(spec));
}

// What says only that something can be executed, or cached.
Value plain_class(const char* name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy.sql.expression";
    return lang::make_class(std::move(spec));
}

class CompiledObject : public lang::Native {
  public:
    explicit CompiledObject(std::string sql) : sql_(std::move(sql)) {}
    std::string type_name() const override { return "Compiled"; }
    std::string str() const override { return sql_; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "string" || name == "statement") return Value(sql_);
        if (name == "params") return Value::dict();
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override { return {"string", "params"}; }

  private:
    std::string sql_;
};

} // namespace

void refuse_changed_constructs(const Session& session, const Place& origin) {
    const auto found = session.made.find(changed);
    if (found == session.made.end()) return;
    Error error(Fault::script, fmt::format("the script changes how '{}' is written, by @compiles",
                                           lang::class_name(found->second)));
    error.at(origin);
    throw error.hint(
        "orch writes SQLAlchemy's own constructs itself; decorate a class of the script's own instead");
}

std::optional<std::string> compiled_by_script(Session& session, const Value& object) {
    const auto all = session.made.find(registry);
    if (all == session.made.end() || !session.database) return std::nullopt;
    const Value cls = lang::class_of(object);
    if (cls.is_none()) return std::nullopt;
    const Value function = function_for(all->second, cls, session.database->dialect_name());
    if (function.is_none()) return std::nullopt;
    return string_of(function.call({object, lang::make<CompilerObject>(session)}), "what @compiles gives");
}

Value compile(const Value& statement, Call& call) {
    auto* expression = statement.native<ExpressionObject>();
    auto* dml = statement.native<DmlObject>();
    Session& session = expression ? expression->session()
                       : dml      ? dml->session()
                                  : statement.native<SelectObject>()->session();
    const auto query = queries_of(statement, {}, call.place()).at(0);
    if (!has_literals(call) && !database_of(session, call.place()).written(query, false)) {
        Error error(Fault::script, "compile() writes statements with their values in them only");
        throw error.at(call.place())
            .hint("compile(compile_kwargs={\"literal_binds\": True}), or execute the "
                  "statement itself");
    }
    return lang::make<CompiledObject>(written(session, statement, call.place()));
}

const Members& compiled_members() {
    static const Members members{
        {"FunctionElement", [](Session& s) { return element_class(s, "FunctionElement"); }},
        {"GenericFunction", [](Session& s) { return element_class(s, "GenericFunction"); }},
        {"ClauseElement", [](Session& s) { return element_class(s, "ClauseElement"); }},
        {"DDLElement", [](Session& s) { return element_class(s, "DDLElement"); }},
        {"ExecutableDDLElement", [](Session& s) { return element_class(s, "ExecutableDDLElement"); }},
        {"CreateColumn", [](Session&) { return plain_class("CreateColumn"); }},
        {"Executable", [](Session&) { return plain_class("Executable"); }},
    };
    return members;
}

void add_compiler(Session& session) {
    session.interpreter.add_module("sqlalchemy.ext.compiler", [&session](lang::ModuleBuilder& module) {
        module.function("compiles", [&session](Call& call) { return compiles(session, call); });
        module.function("deregister", [&session](Call& call) {
            if (auto all = session.made.find(registry); all != session.made.end())
                all->second.put(call[0], Value::dict());
            return Value();
        });
    });
}

} // namespace orch::script
