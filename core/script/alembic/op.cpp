// The module `alembic.op`, and the batch that op.batch_alter_table() gives.
#include "script/alembic/context.hpp"
#include "script/alembic/operations.hpp"
#include "script/imports.hpp"
#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/naming.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

// `op` itself: an operation is applied where it is called.
class Direct : public Target {
  public:
    explicit Direct(Session& session) : session_(session) {}
    Session& session() const override { return session_; }
    const ops::Batch* batch() const override { return nullptr; }
    void add(ops::Operation operation, std::optional<std::string>, std::optional<std::string>) override {
        database_of(session_, operation.origin).apply(operation);
    }

  private:
    Session& session_;
};

class BatchObject : public lang::Native, public Target {
  public:
    BatchObject(Session& session, ops::Batch batch, Place origin)
        : session_(session), batch_(std::move(batch)), origin_(std::move(origin)) {}
    std::string type_name() const override { return "BatchOperations"; }
    Session& session() const override { return session_; }
    const ops::Batch* batch() const override { return &batch_; }

    void add(ops::Operation operation, std::optional<std::string> before,
             std::optional<std::string> after) override {
        if (!open_) refuse_outside(operation.origin);
        // As Alembic's: SQL runs at once, and the rest at the end of the block.
        if (std::holds_alternative<ops::Execute>(operation.action))
            return database_of(session_, operation.origin).apply(operation);
        batch_.steps.push_back({std::make_shared<const ops::Operation>(std::move(operation)),
                                std::move(before), std::move(after)});
    }

    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        std::vector<std::string> result{"f", "get_bind", "get_context", "invoke"};
        for (const auto& [name, directive] : directives()) {
            if (is_batch_directive(name)) result.emplace_back(name);
        }
        return result;
    }

    std::optional<Value> enter() override {
        open_ = true;
        return Value(static_cast<lang::Object*>(this));
    }
    bool exit(const Value& exception) override {
        open_ = false;
        if (exception.is_none()) database_of(session_, origin_).apply({std::move(batch_), origin_});
        return false;
    }

  private:
    [[noreturn]] static void refuse_outside(const Place& origin) {
        Error error(Fault::script, "a batch works inside of its 'with' block");
        error.at(origin);
        throw error.hint("with op.batch_alter_table(\"account\") as batch_op:");
    }

    Session& session_;
    ops::Batch batch_;
    Place origin_;
    bool open_ = false;
};

/// What the revision or the project registered under the name with @Operations.register_operation.
std::optional<Value> own_directive(Session& session, std::string_view target, std::string_view name) {
    const std::string key = custom_key(target, name);
    if (!session.made.contains(key)) register_directives(session);
    const auto found = session.made.find(key);
    return found == session.made.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Value> BatchObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (is_batch_directive(name)) {
        return lang::make_function(name, [self, directive = directives().find(name)->second](Call& call) {
            return directive(*self.native<BatchObject>(), call);
        });
    }
    if (name == "impl" || name == "migration_context") return make_migration_context(session_);
    if (name == "invoke")
        return lang::make_function(name, [self](Call& call) {
            return invoke_operation(self.native<BatchObject>()->session_, self, call);
        });
    if (name == "get_bind")
        return lang::make_function(
            name, [self](Call&) { return make_connection(self.native<BatchObject>()->session_); });
    if (name == "get_context")
        return lang::make_function(
            name, [self](Call&) { return make_migration_context(self.native<BatchObject>()->session_); });
    if (auto found = directive_of_stand_in(session_, name, self)) return found;
    const auto custom = own_directive(session_, "batch", name);
    if (!custom) return std::nullopt;
    return lang::make_function(name, [self, function = *custom](Call& call) {
        std::vector<Value> args{self};
        args.insert(args.end(), call.args().begin(), call.args().end());
        std::vector<std::pair<std::string, Value>> keywords;
        for (const auto& [key, value] : call.keywords()) keywords.emplace_back(key.as_string(), value);
        return function.call(std::move(args), std::move(keywords));
    });
}

// Listeners change what SQLAlchemy reflects; a rebuild works from the table as it is and needs none.
schema::Options reflect_options(const Value& value) {
    schema::Options result;
    if (value.is_none()) return result;
    for (const auto& [key, item] : value.entries()) {
        std::string name = string_of(key, "reflect_kwargs");
        result[name] = name == "listeners" ? schema::Option{} : option_of(item, name);
    }
    return result;
}

void add_arguments(const Value& items, std::string_view name, std::vector<schema::Constraint>& constraints,
                   std::vector<schema::Column>* columns) {
    if (items.is_none()) return;
    for (const auto& item : items.to_vector()) {
        if (auto* constraint = item.native<ConstraintObject>())
            constraints.push_back(constraint->constraint);
        else if (auto* column = columns ? item.native<ColumnObject>() : nullptr)
            columns->push_back(column->column);
        else
            lang::raise_error("TypeError", fmt::format("{} of a batch takes {}constraints, got {}", name,
                                                       columns ? "columns and " : "", described(item)));
    }
}

} // namespace

Value make_batch(Session& session, Call& call) {
    static const lang::Signature signature(
        "batch_alter_table(table_name, schema=None, recreate='auto', partial_reordering=None, "
        "copy_from=None, "
        "table_args=(), table_kwargs=None, reflect_args=(), reflect_kwargs=None, naming_convention=None)");
    auto bound = signature.bind(call);
    ops::Batch batch;
    batch.table = string_of(bound["table_name"], "table_name");
    batch.schema = optional_string(bound["schema"], "schema");
    batch.recreate = string_of(bound["recreate"], "recreate");
    if (batch.recreate != "auto" && batch.recreate != "always" && batch.recreate != "never") {
        type_error_at(
            bound.place_of("recreate"),
            fmt::format("recreate: expected 'auto', 'always' or 'never', got '{}'", batch.recreate));
    }
    if (!bound["partial_reordering"].is_none()) {
        for (const auto& group : bound["partial_reordering"].to_vector())
            batch.partial_reordering.push_back(names_of(group, "partial_reordering"));
    }
    if (auto* table = bound["copy_from"].native<TableObject>()) batch.copy_from = table->definition();
    add_arguments(bound["table_args"], "table_args", batch.table_args, nullptr);
    add_arguments(bound["reflect_args"], "reflect_args", batch.reflect_constraints, &batch.reflect_columns);
    batch.table_kwargs = options_from_dict(bound["table_kwargs"], "table_kwargs");
    batch.reflect_kwargs = reflect_options(bound["reflect_kwargs"]);
    batch.naming_convention = naming_convention_of(bound["naming_convention"]);
    return lang::make<BatchObject>(session, std::move(batch), call.place());
}

namespace {

// run_async(function, *arguments): function(connection, *arguments), awaited.
Value run_async(Session& session, Call& call) {
    std::vector<Value> args{make_connection(session)};
    args.insert(args.end(), call.args().begin() + 1, call.args().end());
    std::vector<std::pair<std::string, Value>> keywords;
    for (const auto& [name, value] : call.keywords()) keywords.emplace_back(name.as_string(), value);
    return session.interpreter.import("asyncio").attribute("run").call(
        {call[0].call(std::move(args), std::move(keywords))});
}

// A script's own operation gets the module as its `operations`.
Value with_op(Session& session, const Value& function, Call& call) {
    std::vector<Value> args{session.interpreter.import("alembic.op")};
    args.insert(args.end(), call.args().begin(), call.args().end());
    std::vector<std::pair<std::string, Value>> keywords;
    for (const auto& [name, value] : call.keywords()) keywords.emplace_back(name.as_string(), value);
    return function.call(std::move(args), std::move(keywords));
}

using Member = Value (*)(Session& session, Call& call);

const std::map<std::string_view, Member, std::less<>>& members() {
    static const std::map<std::string_view, Member, std::less<>> table{
        {"batch_alter_table", make_batch},
        {"get_bind", [](Session& session, Call&) { return make_connection(session); }},
        {"get_context", [](Session& session, Call&) { return make_migration_context(session); }},
        {"invoke",
         [](Session& session, Call& call) {
             return invoke_operation(session, session.interpreter.import("alembic.op"), call);
         }},
        {"run_async", run_async},
    };
    return table;
}

std::optional<Value> op_member(Session& session, std::string_view name) {
    if (auto found = directives().find(name); found != directives().end()) {
        return lang::make_function(name, [&session, directive = found->second](Call& call) {
            Direct target(session);
            return directive(target, call);
        });
    }
    if (auto found = members().find(name); found != members().end())
        return lang::make_function(
            name, [&session, member = found->second](Call& call) { return member(session, call); });
    if (name == "_proxy") return session.interpreter.import("alembic.op");
    if (name == "impl" || name == "migration_context") return make_migration_context(session);
    if (auto found = directive_of_stand_in(session, name, session.interpreter.import("alembic.op")))
        return found;
    const auto custom = own_directive(session, "op", name);
    if (!custom) return std::nullopt;
    return lang::make_function(
        name, [&session, function = *custom](Call& call) { return with_op(session, function, call); });
}

void load_op(Session& session, lang::ModuleBuilder& module) {
    module.names([] {
        std::vector<std::string> names;
        for (const auto& [name, directive] : directives()) names.emplace_back(name);
        for (const auto& [name, member] : members()) names.emplace_back(name);
        return names;
    });
    module.members([&session](std::string_view name) { return op_member(session, name); });
}

} // namespace

void add_alembic(Session& session) {
    session.interpreter.add_module(
        "alembic", [](lang::ModuleBuilder& module) { module.add("__version__", Value("1.19.0")); });
    session.interpreter.add_module("alembic.op",
                                   [&session](lang::ModuleBuilder& module) { load_op(session, module); });
    add_operations(session);
    add_context(session);
}

} // namespace orch::script
