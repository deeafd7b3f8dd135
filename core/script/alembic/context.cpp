#include "script/alembic/context.hpp"

#include "script/alembic/comparison.hpp"
#include "script/imports.hpp"
#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/naming.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

// `with context.begin_transaction()`: the runner's transaction, whatever it is.
class NoBlock : public lang::Native {
  public:
    std::string type_name() const override { return "ContextManager"; }
    std::optional<Value> enter() override { return Value(static_cast<lang::Object*>(this)); }
    bool exit(const Value&) override { return false; }
};

class AutocommitBlock : public lang::Native {
  public:
    AutocommitBlock(Session& session, Place origin) : session_(session), origin_(std::move(origin)) {}
    std::string type_name() const override { return "AutocommitBlock"; }
    std::optional<Value> enter() override {
        database_of(session_, origin_).autocommit(true, origin_);
        return Value();
    }
    bool exit(const Value& exception) override {
        // After a failure the run ends anyway; the error of the block is the one to see.
        if (exception.is_none()) database_of(session_, origin_).autocommit(false, origin_);
        return false;
    }

  private:
    Session& session_;
    Place origin_;
};

class MigrationContextObject : public lang::Native {
  public:
    explicit MigrationContextObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "MigrationContext"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (name == "bind" || name == "connection") return make_connection(session_);
        if (name == "dialect") return make_dialect(session_);
        if (name == "as_sql") return Value(session_.offline);
        if (name == "config") return make_config(session_);
        if (name == "opts") return options();
        if (name == "impl" || name == "migration_context") return Value(static_cast<lang::Object*>(this));
        if (name == "version_table") return Value(session_.context.version_table);
        if (name == "version_table_schema")
            return session_.context.version_table_schema ? Value(*session_.context.version_table_schema)
                                                         : Value();
        if (name == "transactional_ddl") return Value(true);
        if (name == "script") return make_script_directory(session_);
        if (name == "autocommit_block")
            return lang::make_function(
                name, [session](Call& call) { return lang::make<AutocommitBlock>(*session, call.place()); });
        if (name == "begin_transaction")
            return lang::make_function(name, [](Call&) { return lang::make<NoBlock>(); });
        if (name == "execute")
            return lang::make_function(name, [session](Call& call) {
                return make_connection(*session).method("execute", {call.args().begin(), call.args().end()});
            });
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"bind",
                "connection",
                "dialect",
                "as_sql",
                "config",
                "opts",
                "autocommit_block",
                "begin_transaction",
                "execute",
                "script",
                "impl",
                "version_table",
                "version_table_schema"};
    }

  private:
    Value options() const {
        const auto& context = session_.context;
        return Value::dict({{Value("as_sql"), Value(session_.offline)},
                            {Value("render_as_batch"), Value(context.render_as_batch)},
                            {Value("version_table"), Value(context.version_table)},
                            {Value("tag"), context.tag ? Value(*context.tag) : Value()}});
    }

    Session& session_;
};

Value x_argument(Session& session, Call& call) {
    if (!call.get(0, "as_dictionary").truth()) {
        std::vector<Value> items(session.context.x_arguments.begin(), session.context.x_arguments.end());
        return Value::list(std::move(items));
    }
    Value result = Value::dict();
    for (const auto& argument : session.context.x_arguments) {
        std::size_t equals = argument.find('=');
        std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
        result.put(Value(argument.substr(0, equals)), Value(value));
    }
    return result;
}

// --- configure()

std::optional<std::string> url_text(const Value& value, const lang::Bound& bound) {
    if (value.is_none()) return std::nullopt;
    if (value.is_string()) return std::string(value.as_string());
    if (value.is_callable()) {
        type_error_at(bound.place_of("url"),
                      fmt::format("url: expected a string, got a function; call it with '()'"));
    }
    return value.str();
}

// Alembic keeps further arguments for whoever asks; one that is a slip of a known name is not meant as such.
void refuse_misspelled(const lang::Bound& bound) {
    static const std::vector<std::string> known{"connection",           "url",
                                                "dialect_name",         "transactional_ddl",
                                                "target_metadata",      "transaction_per_migration",
                                                "render_as_batch",      "include_name",
                                                "include_object",       "include_schemas",
                                                "compare_type",         "compare_server_default",
                                                "literal_binds",        "version_table",
                                                "version_table_schema", "on_version_apply",
                                                "render_item",          "process_revision_directives"};
    for (const auto& [name, value] : bound.others()) {
        auto near = nearest(name.as_string(), known);
        if (near)
            type_error_at(
                bound.place_of(name.as_string()),
                fmt::format("unexpected keyword argument '{}', did you mean '{}'?", name.as_string(), *near));
    }
}

void tell_configured(const Environment& environment, const Call& call) {
    if (!environment.configured) return;
    std::vector<std::pair<std::string, Value>> arguments;
    for (const auto& [name, value] : call.keywords()) arguments.emplace_back(name.as_string(), value);
    environment.configured(call.place(), arguments);
}

// step of on_version_apply(): Alembic's MigrationInfo.
Value migration_info(Session& session, const AppliedStep& step) {
    auto ids = [](const std::vector<std::string>& all) {
        return Value::tuple(std::vector<Value>(all.begin(), all.end()));
    };
    auto one = [](const std::vector<std::string>& all) { return all.empty() ? Value() : Value(all.front()); };
    const auto& up = step.upgrade || step.stamp ? step.to : step.from;
    const auto& down = step.upgrade || step.stamp ? step.from : step.to;
    return session.interpreter.import("types")
        .attribute("SimpleNamespace")
        .call({}, {{"is_upgrade", Value(step.upgrade)},
                   {"is_downgrade", Value(!step.upgrade && !step.stamp)},
                   {"is_stamp", Value(step.stamp)},
                   {"is_migration", Value(!step.stamp)},
                   {"up_revision_id", one(up)},
                   {"up_revision_ids", ids(up)},
                   {"down_revision_id", one(down)},
                   {"down_revision_ids", ids(down)},
                   {"source_revision_ids", ids(step.from)},
                   {"destination_revision_ids", ids(step.to)}});
}

// on_version_apply: a function or several; while one runs, the env.py reaches the database.
void take_version_callbacks(Session& session, const Value& given) {
    if (given.is_none()) return;
    std::vector<Value> callbacks{given};
    if (given.is(lang::Type::list) || given.is(lang::Type::tuple)) callbacks = given.to_vector();
    session.environment->options.version_applied = [&session, callbacks](const AppliedStep& step,
                                                                         Database& database) {
        const lang::Active active(session.interpreter);
        session.database = &database;
        struct Back {
            Session& session;
            ~Back() { session.database = nullptr; }
        } const back{session};
        std::vector<Value> heads(step.heads.begin(), step.heads.end());
        for (const Value& callback : callbacks)
            session.interpreter.call(callback, {},
                                     {{"ctx", make_migration_context(session)},
                                      {"step", migration_info(session, step)},
                                      {"heads", Value::set(heads)},
                                      {"run_args", Value::dict()}});
    };
}

// Only target_metadata may be something that orch cannot import: migrations run without it.
void refuse_absent(const Call& call) {
    for (const Value& argument : call.args())
        if (argument.is(lang::Type::absent)) argument.str();
    for (const auto& [name, argument] : call.keywords())
        if (argument.is(lang::Type::absent) && name.as_string() != "target_metadata") argument.str();
}

Value configure(Session& session, Call& call) {
    static const lang::Signature signature(
        "configure(connection=None, url=None, dialect_name=None, dialect_opts=None, transactional_ddl=None, "
        "transaction_per_migration=None, "
        "output_buffer=None, starting_rev=None, tag=None, template_args=None, render_as_batch=None, "
        "target_metadata=None, include_name=None, "
        "include_object=None, include_symbol=None, include_schemas=None, process_revision_directives=None, "
        "compare_type=None, "
        "compare_server_default=None, render_item=None, literal_binds=None, upgrade_token=None, "
        "downgrade_token=None, "
        "alembic_module_prefix=None, sqlalchemy_module_prefix=None, user_module_prefix=None, "
        "on_version_apply=None, autogenerate_plugins=None, "
        "version_table=None, version_table_schema=None, version_table_pk=None, as_sql=None, "
        "output_encoding=None, environment_context=None, "
        "purge=None, **kw)");
    refuse_absent(call);
    auto bound = signature.bind(call);
    refuse_misspelled(bound);
    if (!session.environment) return {};
    tell_configured(*session.environment, call);
    auto& options = session.environment->options;
    if (auto* connection = bound["connection"].native<ConnectionObject>(); connection && connection->url())
        options.url = connection->url();
    if (auto url = url_text(bound["url"], bound)) options.url = url;
    auto flag = [&](const char* name, std::optional<bool>& into) {
        if (bound.given(name)) into = optional_bool(bound[name]);
    };
    auto text = [&](const char* name, std::optional<std::string>& into) {
        if (bound.given(name)) into = optional_string(bound[name], name);
    };
    flag("transactional_ddl", options.transactional_ddl);
    flag("transaction_per_migration", options.transaction_per_migration);
    flag("render_as_batch", options.render_as_batch);
    text("version_table", options.version_table);
    text("version_table_schema", options.version_table_schema);
    text("dialect_name", options.dialect_name);
    flag("version_table_pk", options.version_table_pk);
    take_version_callbacks(session, bound["on_version_apply"]);
    take_comparison(session, options, bound);
    return {};
}

Value run_migrations(Session& session, Call& call) {
    if (!session.environment) {
        Error error(Fault::script, "context.run_migrations() belongs in env.py");
        throw error.at(call.place());
    }
    session.environment->migrated = true;
    session.environment->options.sys_path = added_to_sys_path(session);
    session.environment->options.arguments.clear();
    for (const auto& [name, value] : call.keywords())
        if (value.is_string())
            session.environment->options.arguments.emplace(name.as_string(), value.as_string());
    session.environment->migrate(session.environment->options);
    return {};
}

std::vector<std::string> heads_of_tree(const Session& session) {
    std::vector<graph::Revision> all;
    for (auto& file : scan(session.settings)) all.push_back(std::move(file.head));
    return graph::RevisionMap(std::move(all)).heads();
}

Value head_revision(Session& session, Call&) {
    const auto heads = heads_of_tree(session);
    if (heads.size() > 1)
        throw Error(Fault::graph, fmt::format("the tree has several heads: {}", quoted_list(heads)))
            .hint("ask for all with get_head_revisions()");
    return heads.empty() ? Value() : Value(heads.front());
}

Value head_revisions(Session& session, Call&) {
    const auto heads = heads_of_tree(session);
    return Value::tuple(std::vector<Value>(heads.begin(), heads.end()));
}

// The names that a move was given, as ids where they are "head" and the like; other names as they were typed.
Value revision_numbers(const Session& session, const std::vector<std::string>& names) {
    std::vector<Value> ids;
    for (const std::string& name : names) {
        if (name.empty() || name == "base") continue;
        if (name == "head" || name == "heads")
            for (const std::string& head : heads_of_tree(session)) ids.emplace_back(head);
        else
            ids.emplace_back(name);
    }
    if (ids.empty()) return {};
    return ids.size() == 1 ? ids.front() : Value::tuple(std::move(ids));
}

Value revision_argument(Session& session, Call&) {
    return revision_numbers(session, session.context.targets);
}

Value starting_revision_argument(Session& session, Call&) {
    const auto& start = session.context.starting_from;
    return start ? revision_numbers(session, {*start}) : Value();
}

// context.script: of Alembic's ScriptDirectory, what an env.py asks.
class ScriptObject : public lang::Native {
  public:
    explicit ScriptObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "ScriptDirectory"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (name == "get_current_head")
            return lang::make_function(name, [session](Call& call) { return head_revision(*session, call); });
        if (name == "get_heads")
            return lang::make_function(name, [session](Call& call) {
                return Value::list(head_revisions(*session, call).to_vector());
            });
        if (name == "dir") return Value(session_.settings.script_location.native());
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"get_current_head", "get_heads", "dir"};
    }

  private:
    Session& session_;
};

// What was asked of the command line is orch's own matter.
Value nothing(Session&, Call&) { return {}; }

using Member = Value (*)(Session& session, Call& call);

const std::map<std::string_view, Member, std::less<>>& functions() {
    static const std::map<std::string_view, Member, std::less<>> table{
        {"configure", configure},
        {"run_migrations", run_migrations},
        {"begin_transaction", [](Session&, Call&) { return lang::make<NoBlock>(); }},
        {"is_offline_mode", [](Session& s, Call&) { return Value(s.offline); }},
        {"get_x_argument", x_argument},
        {"get_tag_argument",
         [](Session& s, Call&) { return s.context.tag ? Value(*s.context.tag) : Value(); }},
        {"get_context", [](Session& s, Call&) { return make_migration_context(s); }},
        {"get_impl", [](Session& s, Call&) { return make_migration_context(s); }},
        {"get_bind", [](Session& s, Call&) { return make_connection(s); }},
        {"execute",
         [](Session& s, Call& c) {
             return make_connection(s).method("execute", {c.args().begin(), c.args().end()});
         }},
        {"is_transactional_ddl", [](Session&, Call&) { return Value(true); }},
        {"get_head_revision", head_revision},
        {"get_head_revisions", head_revisions},
        {"get_revision_argument", revision_argument},
        {"get_starting_revision_argument", starting_revision_argument},
        {"static_output", nothing},
        {"get_impl", [](Session& s, Call&) { return make_migration_context(s); }},
        {"requires_connection", [](Session& s, Call&) { return Value(!s.offline); }},
    };
    return table;
}

void load_context(Session& session, lang::ModuleBuilder& module) {
    module.names([] {
        std::vector<std::string> names{"config", "script"};
        for (const auto& [name, member] : functions()) names.emplace_back(name);
        return names;
    });
    module.members([&session](std::string_view name) -> std::optional<Value> {
        if (name == "config") return make_config(session);
        if (name == "script") return lang::make<ScriptObject>(session);
        auto found = functions().find(name);
        if (found == functions().end()) return std::nullopt;
        const auto make = found->second == configure ? lang::make_function_of_absent : lang::make_function;
        return make(name, [&session, member = found->second](Call& call) { return member(session, call); });
    });
}

// fileConfig() would set up Python's logging; orch has its own log, and leaves the host's alone.
void load_logging_config(lang::ModuleBuilder& module) {
    for (const char* name : {"fileConfig", "dictConfig"})
        module.function(name, [](Call&) { return Value(); });
}

} // namespace

Value make_migration_context(Session& session) { return lang::make<MigrationContextObject>(session); }

std::string environment_dialect(Session& session) {
    if (session.environment && session.environment->options.dialect_name)
        return *session.environment->options.dialect_name;
    std::string url;
    if (session.environment && session.environment->options.url) {
        url = *session.environment->options.url;
    } else if (auto found = session.context.main_options.find("sqlalchemy.url");
               found != session.context.main_options.end()) {
        url = found->second;
    }
    return url.empty() ? "default" : parse_url(url).scheme;
}

void add_context(Session& session) {
    session.interpreter.add_module(
        "alembic.context", [&session](lang::ModuleBuilder& module) { load_context(session, module); });
    if (!session.interpreter.has_module("logging.config"))
        session.interpreter.add_module("logging.config", load_logging_config);
}

} // namespace orch::script
