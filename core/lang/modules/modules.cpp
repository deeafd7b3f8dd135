#include "lang/modules/modules.hpp"

#include "lang/parse.hpp"
#include "lang/runtime.hpp"

#include <algorithm>
#include <iterator>

namespace orch::lang {

namespace {

struct Entry {
    const char* name;
    void (*load)(ModuleBuilder& module);
};

// Each name from __future__ is there and means nothing.
void load_future(ModuleBuilder& module) {
    module.members([](std::string_view) { return std::optional(Value(true)); });
}

constexpr Entry standard[] = {
    {"__future__", load_future},
    {"abc", load_abc},
    {"ast", load_ast},
    {"asyncio", load_asyncio},
    {"base64", load_base64},
    {"collections", load_collections},
    {"collections.abc", load_collections_abc},
    {"contextlib", load_contextlib},
    {"copy", load_copy},
    {"dataclasses", load_dataclasses},
    {"datetime", load_datetime},
    {"decimal", load_decimal},
    {"enum", load_enum},
    {"functools", load_functools},
    {"hashlib", load_hashlib},
    {"itertools", load_itertools},
    {"json", load_json},
    {"logging", load_logging},
    {"logging.config", load_logging_config},
    {"math", load_math},
    {"operator", load_operator},
    {"os", load_os},
    {"os.path", load_os_path},
    {"pathlib", load_pathlib},
    {"random", load_random},
    {"re", load_re},
    {"secrets", load_secrets},
    {"string", load_string},
    {"sys", load_sys},
    {"textwrap", load_textwrap},
    {"time", load_time},
    {"types", load_types},
    {"_typing_classes", load_typing_classes},
    {"typing", load_typing},
    {"typing_extensions", load_typing},
    {"urllib.parse", load_urllib_parse},
    {"uuid", load_uuid},
    {"warnings", load_warnings},
    {"zoneinfo", load_zoneinfo},
};

} // namespace

namespace {

bool lies_below(std::string_view name, std::string_view package) {
    return name.size() > package.size() && name[package.size()] == '.' && name.starts_with(package);
}

} // namespace

Interpreter::Loader Registry::find(std::string_view name) const {
    for (auto at = added_.rbegin(); at != added_.rend(); ++at)
        if (at->first == name) return at->second;
    for (const Entry& entry : standard)
        if (name == entry.name) return entry.load;
    return nullptr;
}

bool Registry::contains(std::string_view name) const { return find(name) != nullptr; }

bool Registry::has_below(std::string_view name) const {
    return std::any_of(added_.begin(), added_.end(),
                       [&](const auto& each) { return lies_below(each.first, name); }) ||
           std::any_of(std::begin(standard), std::end(standard),
                       [&](const Entry& entry) { return lies_below(entry.name, name); });
}

void define(ModuleBuilder& builder, std::string_view source) {
    auto& module = *Peek::as<Module>(builder.module());
    const auto program =
        std::make_shared<Program>(std::string(source), "<" + std::string(text_of(module.name)) + ">", 1);
    program->library = true;
    Heap* const before = Heap::use(nullptr);
    Parser::module(*program);
    resolve(*program);
    Heap::use(before);
    run_module_body(program, module);
}

} // namespace orch::lang
