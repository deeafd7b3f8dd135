// The modules that stand for `sqlalchemy`: which names each has. Where SQLAlchemy has a name in one module
// only, every module of the core has it here: scripts of many years find what they import.
#include "script/session.hpp"

#include "script/orm/orm.hpp"
#include "script/sqlalchemy/columns.hpp"
#include "script/sqlalchemy/compiled.hpp"
#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/ddl.hpp"
#include "script/sqlalchemy/engine.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {

using lang::Value;

namespace {

using MemberTable = const Members& (*)();
constexpr std::array<MemberTable, 9> tables{expression_members, column_members,    table_members,
                                            source_members,     statement_members, connection_members,
                                            ddl_members,        engine_members,    compiled_members};

std::optional<Value> core_member(Session& session, std::string_view name) {
    if (auto type = type_class(session, "", name)) return type;
    if (auto found = session.made.find(name); found != session.made.end()) return found->second;
    for (auto table : tables) {
        auto found = table().find(name);
        if (found == table().end()) continue;
        Value made = found->second(session);
        session.made[std::string(name)] = made;
        return made;
    }
    if (name == "NULLTYPE") return type_class(session, "", "NullType")->call();
    if (name == "BOOLEANTYPE") return type_class(session, "", "Boolean")->call();
    return std::nullopt;
}

std::vector<std::string> core_names() {
    std::vector<std::string> result = type_names("");
    for (auto table : tables) {
        for (const auto& [name, maker] : table()) result.emplace_back(name);
    }
    return result;
}

void load_core(Session& session, lang::ModuleBuilder& module) {
    module.add("__version__", Value("2.0.0"));
    module.members([&session](std::string_view name) { return core_member(session, name); });
    module.names(core_names);
}

// What the types of MySQL were called long ago: MSMediumInteger is MEDIUMINT.
std::optional<std::string> name_of_today(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> others{
        {{"Integer", "INTEGER"},
         {"BigInteger", "BIGINT"},
         {"MediumInteger", "MEDIUMINT"},
         {"SmallInteger", "SMALLINT"},
         {"TinyInteger", "TINYINT"},
         {"String", "VARCHAR"}}};
    if (!name.starts_with("MS")) return std::nullopt;
    for (const auto& [old, now] : others)
        if (name.substr(2) == old) return std::string(now);
    std::string upper(name.substr(2));
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

// postgresql.dialect(), for compile(dialect=...): that of the database, for orch writes for no other.
Value dialect_function(Session& session, std::string_view dialect) {
    return lang::make_function("dialect", [&session, dialect](lang::Call&) {
        const auto names = session.database ? session.database->dialect_names() : std::vector<std::string>{};
        if (std::ranges::find(names, dialect) == names.end())
            lang::raise_error("NotImplementedError",
                              fmt::format("the SQL of {} is not at hand here: this database speaks {}",
                                          dialect, names.empty() ? "nothing yet" : names.front()));
        return make_dialect(session);
    });
}

void load_dialect(Session& session, lang::ModuleBuilder& module, std::string_view dialect) {
    module.members([&session, dialect](std::string_view name) -> std::optional<Value> {
        if (auto type = type_class(session, dialect, name)) return type;
        if (auto insert = dialect_insert(session, dialect, name)) return insert;
        if (const auto now = dialect == "mysql" ? name_of_today(name) : std::nullopt)
            if (auto type = type_class(session, dialect, *now)) return type;
        if (name == "dialect") return dialect_function(session, dialect);
        return core_member(session, name);
    });
    module.names([dialect] {
        auto names = type_names(dialect);
        auto more = core_names();
        names.insert(names.end(), more.begin(), more.end());
        return names;
    });
}

void load_exceptions(Session& session, lang::ModuleBuilder& module) {
    module.members([&session](std::string_view name) -> std::optional<Value> {
        for (const auto& known : exception_names()) {
            if (known == name) return exception_class(session, name);
        }
        return std::nullopt;
    });
    module.names([] { return exception_names(); });
}

// sqlalchemy.sql.functions: a function for every name, as `func` has.
void load_functions(Session& session, lang::ModuleBuilder& module) {
    module.members([&session](std::string_view name) -> std::optional<Value> {
        if (name.starts_with("__")) return std::nullopt;
        if (compiled_members().contains(name)) return core_member(session, name);
        return name == "func" ? core_member(session, "func") : session.member("func").attribute(name);
    });
}

} // namespace

Value Session::member(std::string_view name) { return *core_member(*this, name); }

void add_sqlalchemy(Session& session) {
    static constexpr std::array core{"sqlalchemy",
                                     "sqlalchemy.sql",
                                     "sqlalchemy.sql.expression",
                                     "sqlalchemy.sql.elements",
                                     "sqlalchemy.sql.selectable",
                                     "sqlalchemy.sql.dml",
                                     "sqlalchemy.sql.ddl",
                                     "sqlalchemy.sql.schema",
                                     "sqlalchemy.sql.sqltypes",
                                     "sqlalchemy.sql.type_api",
                                     "sqlalchemy.schema",
                                     "sqlalchemy.types",
                                     "sqlalchemy.engine",
                                     "sqlalchemy.engine.base",
                                     "sqlalchemy.engine.default",
                                     "sqlalchemy.engine.reflection",
                                     "sqlalchemy.engine.result",
                                     "sqlalchemy.engine.url",
                                     "sqlalchemy.inspection"};
    for (const char* name : core) {
        session.interpreter.add_module(
            name, [&session](lang::ModuleBuilder& module) { load_core(session, module); });
    }
    session.interpreter.add_module("sqlalchemy.dialects", [](lang::ModuleBuilder&) {});
    for (const char* dialect : {"postgresql", "mysql", "sqlite", "mssql", "oracle"}) {
        auto load = [&session, dialect](lang::ModuleBuilder& module) {
            load_dialect(session, module, dialect);
        };
        session.interpreter.add_module(fmt::format("sqlalchemy.dialects.{}", dialect), load);
        session.interpreter.add_module(fmt::format("sqlalchemy.dialects.{}.base", dialect), load);
        session.interpreter.add_module(fmt::format("sqlalchemy.dialects.{}.types", dialect), load);
    }
    auto mysql = [&session](lang::ModuleBuilder& module) { load_dialect(session, module, "mysql"); };
    session.interpreter.add_module("sqlalchemy.dialects.mariadb", mysql);
    for (const char* name : {"array", "enumerated_types", "json", "hstore", "ranges", "named_types", "ext"}) {
        session.interpreter.add_module(
            fmt::format("sqlalchemy.dialects.postgresql.{}", name),
            [&session](lang::ModuleBuilder& module) { load_dialect(session, module, "postgresql"); });
    }
    session.interpreter.add_module("sqlalchemy.sql.functions", [&session](lang::ModuleBuilder& module) {
        load_functions(session, module);
    });
    session.interpreter.add_module(
        "sqlalchemy.exc", [&session](lang::ModuleBuilder& module) { load_exceptions(session, module); });
    add_engines(session);
    add_compiler(session);
    add_orm(session);
    session.interpreter.on_error([&session](const Error& error) { return exception_of(session, error); });
}

} // namespace orch::script
