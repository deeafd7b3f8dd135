#include "script/imports.hpp"

#include "script/alembic/sources.hpp"
#include "script/source.hpp"
#include "script/stand_ins/stand_ins.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

namespace fs = std::filesystem;
using lang::Value;

namespace {

std::optional<lang::ModuleSource> in_folder(const fs::path& folder, const fs::path& relative) {
    std::error_code ignored;
    for (bool package : {true, false}) {
        fs::path path = folder / relative;
        path += package ? "/__init__.py" : ".py";
        if (!fs::is_regular_file(path, ignored)) continue;
        std::string shown = display_path(path);
        return lang::ModuleSource{shown, read_source(path, shown), package};
    }
    return std::nullopt;
}

// The folder that holds the package in which the scripts lie: of "app.db.helpers", for the scripts in
// /srv/app/db/migrations, /srv.
std::optional<fs::path> root_of_package(const fs::path& script_location, std::string_view name) {
    const std::string top(name.substr(0, name.find('.')));
    fs::path root;
    for (const fs::path& part : script_location.lexically_normal()) {
        if (part == top && !root.empty()) return root;
        root /= part;
    }
    return std::nullopt;
}

// Beside those of prepend_sys_path.
std::vector<fs::path> folders(Session& session) {
    const Settings& settings = session.settings;
    std::vector<fs::path> result = added_to_sys_path(session);
    result.push_back(settings.script_location);
    result.push_back(settings.script_location / "versions");
    for (const auto& location : settings.version_locations) result.push_back(location);
    result.push_back(settings.script_location.parent_path());
    return result;
}

Value sys_path(Session& session) { return session.interpreter.import("sys").attribute("path"); }

} // namespace

namespace {

bool has_below(const Session& session, const std::string& path);

// What stands for the application does so in an env.py that is run, where the user declared nothing else.
bool stands_in(Session& session, const StandIn& found) {
    if (!found.only_env_py) return true;
    return session.environment && !session.unknown && !has_below(session, std::string(found.package));
}

// Modules have names in lower case; a stand-in's name that is none is a class that it does not have.
bool may_be_module(std::string_view name) {
    const char first = name.substr(name.rfind('.') + 1).front();
    return first < 'A' || first > 'Z';
}

// _orch_files, through which the stand-in of dotenv reads: an env.py's alone.
Value find_file(const Session& session, const std::string& name) {
    std::error_code ignored;
    fs::path folder = fs::absolute(session.settings.script_location, ignored).lexically_normal();
    for (; !folder.empty(); folder = folder.parent_path()) {
        if (fs::is_regular_file(folder / name, ignored)) return Value((folder / name).native());
        if (folder == folder.parent_path()) break;
    }
    return {};
}

Value file_text(const std::string& path) {
    std::error_code ignored;
    return path.empty() || !fs::is_regular_file(path, ignored) ? Value()
                                                               : Value(read_text(path, Fault::config));
}

} // namespace

void open_files(Session& session) {
    session.interpreter.add_module("_orch_files", [&session](lang::ModuleBuilder& module) {
        module.function("find", [&session](lang::Call& call) { return find_file(session, call[0].str()); });
        module.function("read", [](lang::Call& call) { return file_text(call[0].str()); });
    });
    const lang::Active active(session.interpreter);
    Value path = session.interpreter.import("os.path");
    using Question = bool (*)(const fs::path& path, std::error_code& problem);
    constexpr std::pair<const char*, Question> questions[] = {
        {"exists", fs::exists}, {"isfile", fs::is_regular_file}, {"isdir", fs::is_directory}};
    for (const auto& [name, question] : questions)
        path.set_attribute(name, lang::make_function(name, [question = question](lang::Call& call) {
                               std::error_code ignored;
                               return Value(question(call[0].str(), ignored));
                           }));
}

std::optional<lang::ModuleSource> find_source(Session& session, std::string_view name) {
    if (auto own = alembic_source(name)) return own;
    const fs::path relative(replace_all(name, ".", "/"));
    // The user's own package of the same name comes first; a revision file that is called so does not.
    for (const auto& folder : session.settings.prepend_sys_path)
        if (auto found = in_folder(folder, relative)) return found;
    if (auto found = stand_in(name); found && stands_in(session, *found) && may_be_module(name)) {
        if (!found->package.starts_with('_')) session.stand_ins.insert(std::string(found->package));
        return lang::ModuleSource{
            fmt::format("<{}>", found->package), std::string(found->source), true, true, false,
            std::string(found->package)};
    }
    for (const auto& folder : folders(session))
        if (auto found = in_folder(folder, relative)) return found;
    if (auto root = root_of_package(session.settings.script_location, name))
        return in_folder(*root, relative);
    return std::nullopt;
}

std::vector<fs::path> added_to_sys_path(Session& session) {
    std::vector<fs::path> result;
    for (const auto& entry : sys_path(session).to_vector()) {
        if (!entry.is_string()) continue;
        std::error_code ignored;
        fs::path folder = fs::absolute(fs::path(entry.as_string()), ignored).lexically_normal();
        if (folder.filename().empty()) folder = folder.parent_path();
        const auto& given = session.settings.prepend_sys_path;
        if (std::find(given.begin(), given.end(), folder) == given.end()) result.push_back(folder);
    }
    return result;
}

void fill_sys_path(Session& session) {
    const lang::Active active(session.interpreter);
    const Value list = sys_path(session);
    for (const auto& folder : session.settings.prepend_sys_path) list.append(Value(folder.native()));
}

// --- Declarations.

namespace {

// What stands at a dotted name that has declared names below it, and what stubs.py assigns to.
class Namespace : public lang::Native {
  public:
    Namespace(Session& session, std::string path) : session_(session), path_(std::move(path)) {}
    std::string type_name() const override { return "stub"; }
    std::string repr() const override { return fmt::format("<stub of '{}'>", path_); }
    std::optional<Value> get_attribute(std::string_view name) override;
    bool set_attribute(std::string_view name, const Value& value) override {
        session_.made[fmt::format("stub {}", below(name))] = value;
        return true;
    }
    std::string below(std::string_view name) const {
        return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
    }

  protected:
    Session& session_;
    std::string path_;
};

/// `stub` in stubs.py: names below it need not be there before they are assigned.
class Declaring : public Namespace {
  public:
    using Namespace::Namespace;
    std::optional<Value> get_attribute(std::string_view name) override {
        auto found = session_.made.find(fmt::format("stub {}", below(name)));
        if (found != session_.made.end()) return found->second;
        return lang::make<Declaring>(session_, below(name));
    }
};

// A declared value by its whole name.
std::optional<Value> exact(Session& session, const std::string& path) {
    const std::string key = fmt::format("stub {}", path);
    if (auto found = session.made.find(key); found != session.made.end()) return found->second;
    for (const Stub& stub : session.settings.stubs) {
        if (stub.name != lower(path)) continue;
        lang::Names names;
        for (const char* dialect : {"postgresql", "mysql", "sqlite"})
            names[dialect] = session.interpreter.import(fmt::format("sqlalchemy.dialects.{}", dialect));
        names["sa"] = names["sqlalchemy"] = session.interpreter.import("sqlalchemy");
        Value value = session.interpreter.evaluate(stub.expression, names, stub.place);
        session.made[key] = value;
        return value;
    }
    return std::nullopt;
}

bool has_below(const Session& session, const std::string& path) {
    const std::string prefix = path + ".";
    const auto made = session.made.lower_bound("stub " + prefix);
    if (made != session.made.end() && made->first.starts_with("stub " + prefix)) return true;
    const std::string folded = lower(prefix);
    return std::any_of(session.settings.stubs.begin(), session.settings.stubs.end(),
                       [&](const Stub& stub) { return stub.name.starts_with(folded); });
}

std::optional<Value> at(Session& session, const std::string& path) {
    if (auto value = exact(session, path)) {
        session.stubs.insert(path);
        return value;
    }
    if (has_below(session, path)) return lang::make<Namespace>(session, path);
    return std::nullopt;
}

std::optional<Value> Namespace::get_attribute(std::string_view name) { return at(session_, below(name)); }

// stubs.py beside env.py: a file of the revision language with the name `stub`, run when it is first needed.
void run_stubs_file(Session& session) {
    const char* done = "stubs.py was run";
    if (session.made.contains(done)) return;
    session.made[done] = Value(true);
    const fs::path path = session.settings.script_location / "stubs.py";
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return;
    const std::string shown = display_path(path);
    session.interpreter.run(lang::parse(read_source(path, shown), shown), "stubs",
                            {{"stub", lang::make<Declaring>(session, "")}});
}

} // namespace

namespace {

// A project's logger can be told by its name, and what it does changes nothing: `from app.log import logger`,
// `from app.log import get_logger`. Nothing for other names.
std::optional<Value> logger(Session& session, std::string_view module, std::string_view name) {
    static const std::set<std::string_view> loggers{"logger", "LOGGER", "LOG", "log", "_logger"};
    static const std::set<std::string_view> makers{"get_logger",    "getLogger",   "setup_logger",
                                                   "setup_logging", "make_logger", "create_logger"};
    if (!loggers.contains(name) && !makers.contains(name)) return std::nullopt;
    session.stand_ins.insert(fmt::format("{}.{}", module, name));
    return session.interpreter.import("_orch_log").attribute(makers.contains(name) ? "make" : "log");
}

} // namespace

std::optional<Value> declared(Session& session, std::string_view module, std::string_view name) {
    run_stubs_file(session);
    if (auto value = at(session, name.empty() ? std::string(module) : fmt::format("{}.{}", module, name)))
        return value;
    if (auto value = logger(session, module, name)) return value;
    return session.unknown ? session.unknown(module, name) : std::nullopt;
}

void register_directives(Session& session) {
    const char* done = "directives were registered";
    if (session.made.contains(done)) return;
    session.made[done] = Value(true);
    session.interpreter.run_decorated("env", {"register_operation", "implementation_for"});
}

std::optional<Value> directive_of_stand_in(Session& session, std::string_view name, const Value& operations) {
    static const std::map<std::string_view, const char*, std::less<>> packages{
        {"sync_enum_values", "alembic_postgresql_enum"},
        {"add_enum_value", "alembic_postgresql_enum"},
        {"create_entity", "alembic_utils"},
        {"drop_entity", "alembic_utils"},
        {"replace_entity", "alembic_utils"},
        {"create_geospatial_table", "geoalchemy2"},
        {"drop_geospatial_table", "geoalchemy2"},
        {"add_geospatial_column", "geoalchemy2"},
        {"drop_geospatial_column", "geoalchemy2"},
        {"create_geospatial_index", "geoalchemy2"},
        {"drop_geospatial_index", "geoalchemy2"},
    };
    const auto package = packages.find(name);
    if (package == packages.end()) return std::nullopt;
    const Value function = session.interpreter.import(package->second).attribute(name);
    return lang::make_function(name, [operations, function](lang::Call& call) {
        std::vector<Value> arguments{operations};
        arguments.insert(arguments.end(), call.args().begin(), call.args().end());
        std::vector<std::pair<std::string, Value>> keywords;
        for (const auto& [key, value] : call.keywords()) keywords.emplace_back(key.as_string(), value);
        return function.call(std::move(arguments), std::move(keywords));
    });
}

} // namespace orch::script
