// What one run of a script has at hand: its interpreter, its database and the names that its modules have
// made so far. Everything that stands for `alembic` and `sqlalchemy` keeps a reference to the one Session of
// its run.
#pragma once

#include "script/script.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

struct Session;

/// The members of a module, made when they are first asked for: a run pays for the names that it uses.
using Maker = lang::Value (*)(Session& session);
using Members = std::map<std::string_view, Maker, std::less<>>;

/// What an env.py did with `context`; null while a revision runs.
struct Environment;

struct Session {
    lang::Interpreter& interpreter;
    const Settings& settings;
    const Context& context;
    Database* database = nullptr; ///< null in env.py and in templates
    Environment* environment = nullptr;
    bool offline = false;
    int savepoints = 0;      ///< made so far, for their names
    int anonymous_names = 0; ///< made so far, of aliases and subqueries without a name
    int columns_made = 0;
    std::shared_ptr<class Conversions> conversions{}; ///< of its types' values; null before the first
    /// Where the script rolled the run's transaction back: nothing more can be done in it, nor committed.
    std::optional<Place> rolled_back{};
    std::map<std::string, std::string> naming_convention{}; ///< of the target metadata
    std::set<std::string> final_names{}; ///< what op.f() was given: the convention leaves these alone
    /// Members that have been made, by "module.name", so that a class is one class wherever it is imported
    /// from.
    std::map<std::string, lang::Value, std::less<>> made{};
    std::vector<lang::Value> tables{}; ///< those of every MetaData, as they were defined

    std::set<std::string> stand_ins{}; ///< packages of which a stand-in was asked for
    std::set<std::string> stubs{};     ///< names that a declaration gave
    /// Asked last for a name that nobody has; where it is set, scripts may give such a value as any argument.
    std::function<std::optional<lang::Value>(std::string_view module, std::string_view name)> unknown{};

    /// A member of `sqlalchemy` itself, made on first use. The name must exist.
    lang::Value member(std::string_view name);
};

/// The database of the run. Throws Error(script) at `origin` in an env.py, which has none.
Database& database_of(Session& session, const Place& origin);

/// Adds the modules `sqlalchemy` and everything below it.
void add_sqlalchemy(Session& session);
/// Adds `alembic`, `alembic.op`, `alembic.context` and what else scripts import of it.
void add_alembic(Session& session);

} // namespace orch::script
