#include "script/models.hpp"

#include "script/modules.hpp"
#include "script/sqlalchemy/tables.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

namespace fs = std::filesystem;
using lang::Value;

namespace {

using Sets = std::vector<MetaDataObject*>;

void add(Sets& sets, MetaDataObject* set) {
    if (set && std::find(sets.begin(), sets.end(), set) == sets.end()) sets.push_back(set);
}

/// A MetaData, or the `metadata` of a declarative base.
MetaDataObject* metadata_of(const Value& value) {
    if (auto* set = value.native<MetaDataObject>()) return set;
    if (!value.is(lang::Type::class_) && !value.native_part()) return nullptr;
    const auto held = value.find_attribute("metadata");
    return held ? held->native<MetaDataObject>() : nullptr;
}

void gather(Sets& sets, const Value& value) {
    if (value.is(lang::Type::absent)) static_cast<void>(value.str()); // throws what it lacks
    if (value.is(lang::Type::list) || value.is(lang::Type::tuple)) {
        for (const Value& each : value.to_vector()) gather(sets, each);
        return;
    }
    MetaDataObject* set = metadata_of(value);
    if (!set) // an object that the user named: Flask-SQLAlchemy's db
        if (const auto held = value.find_attribute("metadata")) set = held->native<MetaDataObject>();
    add(sets, set);
}

/// Every name that a table's own definition gives; what a convention makes is not among them.
std::set<std::string> given_names(const schema::Table& table) {
    std::set<std::string> names;
    const auto add = [&](const std::optional<std::string>& name) {
        if (name) names.insert(*name);
    };
    for (const schema::Constraint& constraint : table.constraints)
        std::visit([&](const auto& each) { add(each.name); }, constraint);
    for (const schema::Index& index : table.indexes) add(index.name);
    for (const schema::Column& column : table.columns) {
        for (const schema::ForeignKey& key : column.foreign_keys) add(key.name);
        for (const schema::Check& check : column.checks) add(check.name);
    }
    return names;
}

void take(Models& models, TableObject& object) {
    schema::Table given = object.table;
    for (const Value& value : object.columns().columns)
        if (auto* column = value.native<ColumnObject>()) given.columns.push_back(column->column);
    schema::Table table = object.definition();
    const std::set<std::string> before = given_names(given);
    for (const std::string& name : given_names(table))
        if (!before.contains(name)) models.final_names.insert(name);
    models.tables.push_back(std::move(table));
}

Models models_of(const Sets& sets) {
    Models models;
    for (MetaDataObject* set : sets)
        for (const auto& [key, value] : set->tables)
            if (auto* table = value.native<TableObject>()) take(models, *table);
    return models;
}

// --- From a file, a folder or a module

struct Target {
    std::string text;                 ///< as the user wrote it
    std::vector<std::string> modules; ///< dotted names
    std::string object;               ///< what follows the colon
    fs::path root;                    ///< the folder that the modules' names start from; may be empty
};

/// The nearest folder above that is no package: what "import app.models" starts from.
fs::path package_root(fs::path folder) {
    std::error_code ignored;
    while (fs::exists(folder / "__init__.py", ignored) && folder.has_parent_path() &&
           folder != folder.parent_path())
        folder = folder.parent_path();
    return folder;
}

std::string module_name(const fs::path& file, const fs::path& root) {
    fs::path relative = file.lexically_relative(root);
    relative.replace_extension();
    if (relative.filename() == "__init__") relative = relative.parent_path();
    std::vector<std::string> parts;
    for (const fs::path& part : relative) parts.push_back(part.string());
    return join(parts, ".");
}

std::vector<fs::path> modules_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".py") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

Target parse_target(const std::string& text) {
    Target target{text, {}, {}, {}};
    std::string place = text;
    if (const std::size_t colon = text.rfind(':'); colon != std::string::npos) {
        place = text.substr(0, colon);
        target.object = text.substr(colon + 1);
    }
    std::error_code ignored;
    const fs::path path = fs::path(place).lexically_normal();
    if (fs::is_directory(path, ignored)) {
        target.root = package_root(path);
        for (const fs::path& file : modules_in(path))
            target.modules.push_back(module_name(file, target.root));
    } else if (path.extension() == ".py" || place.find('/') != std::string::npos) {
        if (!fs::is_regular_file(path, ignored))
            throw Error(Fault::config, fmt::format("target_metadata: no file '{}'", display_path(path)));
        target.root = package_root(path.parent_path());
        target.modules.push_back(module_name(path, target.root));
    } else {
        target.modules.push_back(place);
    }
    if (target.modules.empty())
        throw Error(Fault::config,
                    fmt::format("target_metadata: the folder '{}' has no modules", display_path(path)));
    return target;
}

Sets find_sets(const Target& target, const std::vector<Value>& modules) {
    Sets sets;
    if (!target.object.empty()) {
        Value value = modules.front();
        for (const std::string& name : split(target.object, '.')) value = value.attribute(name);
        gather(sets, value.is_callable() && !metadata_of(value) ? value.call() : value);
        return sets;
    }
    for (const Value& module : modules)
        for (const auto& [name, value] : module.attribute("__dict__").entries())
            add(sets, metadata_of(value));
    return sets;
}

/// A package's __init__ comes before what it holds.
Value import_whole(lang::Interpreter& interpreter, const std::string& name) {
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
        interpreter.import(name.substr(0, dot));
    return interpreter.import(name);
}

Models models_in(const Target& target, lang::Interpreter& interpreter) {
    std::vector<Value> modules;
    for (const std::string& name : target.modules) modules.push_back(import_whole(interpreter, name));
    const Sets sets = find_sets(target, modules);
    if (sets.empty())
        throw Error(
            Fault::script,
            fmt::format("target_metadata '{}' holds no MetaData and no declarative base", target.text))
            .hint("name the object that has the tables after a colon: 'app.db:Base.metadata'");
    return models_of(sets);
}

} // namespace

Models models_of(const Value& value) {
    Sets sets;
    gather(sets, value);
    return models_of(sets);
}

Models load_models(const std::string& text, const Settings& settings, const Context& context) {
    const Target target = parse_target(text);
    Settings reach = settings;
    reach.whole_modules = true;
    if (!target.root.empty())
        reach.prepend_sys_path.insert(reach.prepend_sys_path.begin(), fs::absolute(target.root));
    lang::Interpreter interpreter(limits_of(reach));
    Session session{interpreter, reach, context};
    prepare(session);
    Models models;
    const lang::Active active(interpreter);
    // Called by the interpreter, so that an exception of the models becomes an error of ours.
    interpreter.call(lang::make_function("load_models", [&](lang::Call&) {
        models = models_in(target, interpreter);
        return Value();
    }));
    return models;
}

} // namespace orch::script
