// Operations that scripts define (`alembic.operations`): a MigrateOperation subclass, registered under a name
// that `op` then has, and a function that does it with other directives. Alembic's own operation objects
// (`alembic.operations.ops`) are here too; op.invoke() does either kind.
#include "script/alembic/operations.hpp"

#include "script/convert.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

std::vector<std::pair<std::string, Value>> keywords_of(const Call& call) {
    std::vector<std::pair<std::string, Value>> result;
    for (const auto& [name, value] : call.keywords()) result.emplace_back(name.as_string(), value);
    return result;
}

// --- Alembic's own: an object that keeps what the directive of the same meaning takes.

struct OwnOperation {
    std::string_view cls, directive;
    std::array<std::string_view, 3> names; ///< of its first arguments, as attributes of the object
};
constexpr std::array<OwnOperation, 19> own_operations{
    {{"CreateTableOp", "create_table", {"table_name", "columns"}},
     {"DropTableOp", "drop_table", {"table_name"}},
     {"RenameTableOp", "rename_table", {"table_name", "new_table_name"}},
     {"AddColumnOp", "add_column", {"table_name", "column"}},
     {"DropColumnOp", "drop_column", {"table_name", "column_name"}},
     {"AlterColumnOp", "alter_column", {"table_name", "column_name"}},
     {"CreateIndexOp", "create_index", {"index_name", "table_name", "columns"}},
     {"DropIndexOp", "drop_index", {"index_name", "table_name"}},
     {"CreatePrimaryKeyOp", "create_primary_key", {"constraint_name", "table_name", "columns"}},
     {"CreateUniqueConstraintOp", "create_unique_constraint", {"constraint_name", "table_name", "columns"}},
     {"CreateForeignKeyOp", "create_foreign_key", {"constraint_name", "source_table", "referent_table"}},
     {"CreateCheckConstraintOp", "create_check_constraint", {"constraint_name", "table_name", "condition"}},
     {"CreateExcludeConstraintOp", "create_exclude_constraint", {"constraint_name", "table_name"}},
     {"DropConstraintOp", "drop_constraint", {"constraint_name", "table_name", "constraint_type"}},
     {"CreateTableCommentOp", "create_table_comment", {"table_name", "comment"}},
     {"DropTableCommentOp", "drop_table_comment", {"table_name"}},
     {"BulkInsertOp", "bulk_insert", {"table", "rows"}},
     {"ExecuteSQLOp", "execute", {"sqltext"}},
     {"ModifyTableOps", "", {"table_name", "ops"}}}};

class OperationObject : public lang::Native {
  public:
    OperationObject(const OwnOperation& kind, std::vector<Value> args,
                    std::vector<std::pair<std::string, Value>> keywords)
        : kind_(kind), args_(std::move(args)), keywords_(std::move(keywords)) {}
    std::string type_name() const override { return std::string(kind_.cls); }
    void clear() override {
        lang::Native::clear();
        args_.clear();
        keywords_.clear();
    }

    std::optional<Value> get_attribute(std::string_view name) override {
        for (std::size_t i = 0; i < kind_.names.size() && i < args_.size(); ++i)
            if (kind_.names[i] == name) return args_[i];
        for (const auto& [key, value] : keywords_)
            if (key == name) return value;
        const auto known = std::find(kind_.names.begin(), kind_.names.end(), name);
        return known != kind_.names.end() || name == "schema" ? std::optional<Value>(Value()) : std::nullopt;
    }

    Value run(const Value& op) const {
        if (kind_.directive.empty()) return run_all(op);
        auto args = args_;
        auto keywords = keywords_;
        if (kind_.directive == "create_table") spread_columns(args, keywords);
        for (auto& [name, value] : keywords) name = directive_keyword(name);
        return op.attribute(kind_.directive).call(std::move(args), std::move(keywords));
    }

  private:
    // ModifyTableOps("t", [operations])
    Value run_all(const Value& op) const {
        for (const auto& each : args_.at(1).to_vector()) op.method("invoke", {each});
        return {};
    }

    // CreateTableOp("t", [columns]) is create_table("t", *columns).
    static void spread_columns(std::vector<Value>& args,
                               std::vector<std::pair<std::string, Value>>& keywords) {
        auto named = std::find_if(keywords.begin(), keywords.end(),
                                  [](const auto& k) { return k.first == "columns"; });
        Value columns = args.size() > 1 ? args[1] : named != keywords.end() ? named->second : Value::list({});
        if (named != keywords.end()) keywords.erase(named);
        args.resize(1);
        for (const auto& column : columns.to_vector()) args.push_back(column);
    }

    std::string directive_keyword(const std::string& name) const {
        if (kind_.directive != "alter_column" || !name.starts_with("modify_")) return name;
        const std::string what = name.substr(7);
        return what == "type" ? "type_" : what == "name" ? "new_column_name" : what;
    }

    const OwnOperation& kind_;
    std::vector<Value> args_;
    std::vector<std::pair<std::string, Value>> keywords_;
};

Value own_class(const OwnOperation& kind, const Value& base) {
    lang::ClassSpec spec;
    spec.name = kind.cls;
    spec.module = "alembic.operations.ops";
    spec.bases = {base};
    spec.construct = [&kind](Call& call, const Value&) {
        return lang::make<OperationObject>(kind, std::vector<Value>(call.args().begin(), call.args().end()),
                                           keywords_of(call));
    };
    return lang::make_class(std::move(spec));
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

Value& own_class_of(Session& session, const OwnOperation& kind) {
    auto& made = session.made[fmt::format("alembic.operations.ops.{}", kind.cls)];
    if (made.is_none()) made = own_class(kind, base_class(session));
    return made;
}

void load_own_operations(Session& session, lang::ModuleBuilder& module) {
    module.names([] {
        std::vector<std::string> names{"MigrateOperation"};
        for (const auto& kind : own_operations) names.emplace_back(kind.cls);
        return names;
    });
    module.members([&session](std::string_view name) -> std::optional<Value> {
        if (name == "MigrateOperation") return base_class(session);
        for (const auto& kind : own_operations) {
            if (kind.cls == name) return own_class_of(session, kind);
        }
        return std::nullopt;
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
    for (const auto& kind : own_operations) {
        if (!cls.is(lang::Type::class_) || !cls.same(own_class_of(session, kind))) continue;
        Error error(Fault::script,
                    fmt::format("how {} is done is orch's own and cannot be replaced", kind.cls));
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
    if (auto* own = operation.native<OperationObject>()) return own->run(operations);
    const Value cls = lang::class_of(operation);
    for (const auto& pair : implementations(session).to_vector()) {
        const auto items = pair.to_vector();
        if (cls.is(lang::Type::class_) && lang::is_subclass(cls, items[0]))
            return items[1].call({operations, operation});
    }
    Error error(Fault::script, fmt::format("nobody says how {} is done", described(operation)));
    error.at(call.place());
    throw error.hint("decorate the function that does it with @Operations.implementation_for(...)");
}

void add_operations(Session& session) {
    for (const char* name : {"alembic.operations", "alembic.operations.base"})
        session.interpreter.add_module(
            name, [&session](lang::ModuleBuilder& module) { load_operations(session, module); });
    session.interpreter.add_module("alembic.operations.ops", [&session](lang::ModuleBuilder& module) {
        load_own_operations(session, module);
    });
}

} // namespace orch::script
