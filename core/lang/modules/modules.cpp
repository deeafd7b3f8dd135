#include "lang/modules/modules.hpp"

#include "lang/parse.hpp"
#include "lang/runtime.hpp"

namespace orch::lang {

namespace {

struct Entry {
    const char* name;
    void (*load)(ModuleBuilder& module);
};

constexpr Entry standard[] = {
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
};

} // namespace

void add_standard_modules(Interpreter& interpreter) {
    for (const Entry& entry : standard) interpreter.add_module(entry.name, entry.load);
    interpreter.add_module("__future__", [](ModuleBuilder& module) {
        module.members([](std::string_view) { return std::optional(Value(true)); });
    });
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
