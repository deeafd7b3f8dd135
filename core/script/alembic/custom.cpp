// Operations that scripts define (`alembic.operations`): a MigrateOperation subclass, registered under a name
// that `op` then has, and a function that does it with other directives. op.invoke() does these and Alembic's
// own operation objects (`alembic.operations.ops`, in ops.cpp).
#include "script/alembic/operations.hpp"

#include "script/convert.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

std::vector<std::pair<std::string, Value>> keywords_of(const Call& call) {
    std::vector<std::pair<std::string, Value>> result;
    for (const auto& [name, value] : call.keywords()) result.emplace_back(name.as_string(), value);
    return result;
}

Value base_class(Session& session) {
    auto& made = session.made["alembic.operations.MigrateOperation"];
    if (made.is_none()) {
        lang::ClassSpec spec;
        spec.name = "MigrateOperation";
        spec.module = "alembic.operations.ops";
        made = lang::make_class(std::move(spec));
    }
    return made;
}

/// Whether it is one of Alembic's own operations, in `alembic.operations.ops`: they say themselves how they
/// are done.
bool is_own(const Value& cls) {
    if (!cls.is(lang::Type::class_)) return false;
    const auto attributes = lang::class_attributes(cls);
    return std::any_of(attributes.begin(), attributes.end(), [](const auto& each) {
        return each.first.is_string() && each.first.as_string() == "_perform";
    });
}

// --- Registered ones.

/// Operations.register_operation("create_view", "invoke_for_target"): the class method that `op.create_view`
/// calls.
Value register_operation(Session& session, std::string_view target, Call& call) {
    static const lang::Signature signature("register_operation(name, sourcename=None)");
    auto bound = signature.bind(call);
    const std::string name(bound["name"].str());
    const std::string source = bound["sourcename"].is_none() ? name : bound["sourcename"].str();
    const std::string key = custom_key(target, name);
    return lang::make_function("register", [&session, source, key](Call& decorated) {
        Value cls = decorated[0];
        session.made[key] = lang::make_function(source, [cls, source](Call& used) {
            return cls.attribute(source).call({used.args().begin(), used.args().end()}, keywords_of(used));
        });
        return cls;
    });
}

Value& implementations(Session& session) {
    auto& list = session.made["alembic.operations implementations"];
    if (list.is_none()) list = Value::list({});
    return list;
}

Value implementation_for(Session& session, Call& call) {
    static const lang::Signature signature("implementation_for(op_cls, replace=False)");
    Value cls = signature.bind(call)["op_cls"];
    if (is_own(cls)) {
        Error error(Fault::script, fmt::format("how {} is done is orch's own and cannot be replaced",
                                               lang::class_name(cls)));
        error.at(call.place());
        throw error.hint("register an operation of another name with @Operations.register_operation(...)");
    }
    return lang::make_function("decorate", [&session, cls](Call& decorated) {
        implementations(session).method("insert", {Value(0), Value::tuple({cls, decorated[0]})});
        return decorated[0];
    });
}

Value operations_class(Session& session, std::string_view name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "alembic.operations";
    Value cls = lang::make_class(std::move(spec));
    const std::string target = name == "BatchOperations" ? "batch" : "op";
    cls.set_attribute("register_operation",
                      lang::make_static("register_operation", [&session, target](Call& call) {
                          return register_operation(session, target, call);
                      }));
    cls.set_attribute("implementation_for", lang::make_static("implementation_for", [&session](Call& call) {
                          return implementation_for(session, call);
                      }));
    return cls;
}

void load_operations(Session& session, lang::ModuleBuilder& module) {
    module.names([] {
        return std::vector<std::string>{"Operations", "BatchOperations", "AbstractOperations",
                                        "MigrateOperation"};
    });
    module.members([&session](std::string_view name) -> std::optional<Value> {
        if (name == "MigrateOperation") return base_class(session);
        if (name == "Operations" || name == "BatchOperations" || name == "AbstractOperations")
            return operations_class(session, name);
        return std::nullopt;
    });
}

} // namespace

std::string custom_key(std::string_view target, std::string_view name) {
    return fmt::format("alembic.{} custom {}", target, name);
}

Value invoke_operation(Session& session, const Value& operations, Call& call) {
    static const lang::Signature signature("invoke(operation)");
    Value operation = signature.bind(call)["operation"];
    const Value cls = lang::class_of(operation);
    for (const auto& pair : implementations(session).to_vector()) {
        const auto items = pair.to_vector();
        if (cls.is(lang::Type::class_) && lang::is_subclass(cls, items[0]))
            return items[1].call({operations, operation});
    }
    if (const auto perform = operation.find_attribute("_perform")) return perform->call({operations});
    Error error(Fault::script, fmt::format("nobody says how {} is done", described(operation)));
    error.at(call.place());
    throw error.hint("decorate the function that does it with @Operations.implementation_for(...)");
}

void add_operations(Session& session) {
    for (const char* name : {"alembic.operations", "alembic.operations.base"})
        session.interpreter.add_module(
            name, [&session](lang::ModuleBuilder& module) { load_operations(session, module); });
}

} // namespace orch::script
