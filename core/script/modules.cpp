#include "script/modules.hpp"

#include "script/convert.hpp"
#include "script/imports.hpp"

#include <cstdio>

namespace orch::script {

lang::Limits limits_of(const Settings& settings) {
    lang::Limits limits;
    limits.steps = static_cast<std::int64_t>(settings.step_limit);
    limits.memory = settings.memory_limit;
    return limits;
}

namespace {

/// import_module() as an application loads its parts with.
void add_importlib(Session& session) {
    session.interpreter.add_module("importlib", [&session](lang::ModuleBuilder& module) {
        module.function("import_module", [&session](lang::Call& call) {
            return session.interpreter.import(call[0].as_string());
        });
    });
}

} // namespace

void prepare(Session& session) {
    use_variants_of(session.database ? session.database->dialect_name() : std::string());
    add_sqlalchemy(session);
    add_alembic(session);
    session.interpreter.on_find_module([&session](std::string_view name) {
        auto source = find_source(session, name);
        if (source && !source->library) source->whole = session.settings.whole_modules;
        return source;
    });
    session.interpreter.on_absent([&session](std::string_view module, std::string_view name) {
        return declared(session, module, name);
    });
    if (session.settings.whole_modules) {
        // Models name what their application's packages have: Column(default=arrow.utcnow).
        session.interpreter.follow_absent();
        add_importlib(session);
    }
    // A revision pays for the module `sys` only where it imports it.
    if (session.environment) {
        session.interpreter
            .follow_absent(); // most name the application's metadata, which only autogenerate reads
        fill_sys_path(session);
        open_files(session);
    }
    if (session.settings.print_nothing) return session.interpreter.on_print([](std::string_view) {});
    std::FILE* output = session.settings.print_to_stderr ? stderr : stdout;
    session.interpreter.on_print(
        [output](std::string_view text) { std::fwrite(text.data(), 1, text.size(), output); });
}

} // namespace orch::script
