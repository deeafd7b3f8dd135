// Runs an env.py: it says which database is meant and how to migrate it, and orch does both.
#include "script/script.hpp"

#include "script/alembic/context.hpp"
#include "script/modules.hpp"
#include "script/source.hpp"

#include "base/file.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

namespace {

Error never_migrated(const std::string& shown) {
    Place place;
    place.file = shown;
    Error error(Fault::script, "the env.py ended without context.run_migrations()");
    error.at(place).hint("its last lines call run_migrations_offline() or run_migrations_online()");
    return error;
}

} // namespace

void run_environment(const std::filesystem::path& env_py, const Settings& settings, const Context& context,
                     bool offline, const std::function<void(const EnvironmentOptions&)>& migrate) {
    std::string shown = display_path(env_py);
    auto program = lang::parse(read_source(env_py, shown), shown);
    lang::Interpreter interpreter(limits_of(settings));
    Environment environment{{}, migrate};
    Session session{interpreter, settings, context};
    session.environment = &environment;
    session.offline = offline;
    prepare(session);
    interpreter.import_at_once(settings.whole_modules);
    try {
        interpreter.run(program, "env_py");
    } catch (Error& error) {
        if (!environment.migrated && error.fault() == Fault::script)
            error.note("'orch adopt' writes an orch.ini that does without this env.py");
        throw;
    }
    if (!environment.migrated) throw never_migrated(shown);
}

} // namespace orch::script
