#include "script/modules.hpp"

#include "script/source.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <cstdio>

namespace orch::script {
namespace {

namespace fs = std::filesystem;

// A module of the tree: beside the versions, in the script location, or on prepend_sys_path.
std::optional<lang::ModuleSource> find_module(const Settings& settings, std::string_view name) {
    fs::path relative(replace_all(name, ".", "/"));
    std::vector<fs::path> folders = settings.prepend_sys_path;
    folders.push_back(settings.script_location);
    folders.push_back(settings.script_location.parent_path());
    for (const auto& folder : folders) {
        std::error_code ignored;
        for (bool package : {true, false}) {
            fs::path path = folder / relative;
            path += package ? "/__init__.py" : ".py";
            if (!fs::is_regular_file(path, ignored)) continue;
            std::string shown = display_path(path);
            return lang::ModuleSource{shown, read_source(path, shown), package};
        }
    }
    return std::nullopt;
}

} // namespace

lang::Limits limits_of(const Settings& settings) {
    lang::Limits limits;
    limits.steps = static_cast<std::int64_t>(settings.step_limit);
    limits.memory = settings.memory_limit;
    return limits;
}

void prepare(Session& session) {
    add_sqlalchemy(session);
    add_alembic(session);
    session.interpreter.on_find_module(
        [&session](std::string_view name) { return find_module(session.settings, name); });
    if (session.settings.print_nothing) return session.interpreter.on_print([](std::string_view) {});
    std::FILE* output = session.settings.print_to_stderr ? stderr : stdout;
    session.interpreter.on_print(
        [output](std::string_view text) { std::fwrite(text.data(), 1, text.size(), output); });
}

} // namespace orch::script
