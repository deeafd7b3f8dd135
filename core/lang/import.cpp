// Imports. What is asked for comes from the built-in modules, then from sources that the host finds, then
// from its stubs; what nobody has is bound to an Absent, which fails when it is used. Only where the script
// waits for an ImportError itself (try: import x, except ImportError) does a missing module raise one.
// `from x import y` of what is not built in is put off: nobody looks for it before it is used.

#include "lang/attempt.hpp"
#include "lang/definitions.hpp"
#include "lang/runtime.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace orch::lang {

void Module::clear() {
    names.clear();
    members = nullptr;
    definitions = nullptr;
}

Value make_module(Interpreter::Impl& impl, std::string_view name) {
    auto* module = new Module{Value(name)};
    Value made(module);
    module->interpreter = &impl.self;
    module->package = name;
    module->names.put(Key("__name__"), module->name);
    return made;
}

void run_module_body(const ProgramPtr& program, Module& module) {
    const FunctionNode& node = *program->module;
    std::vector<Value> slots(node.slots, Peek::unbound());
    make_cells(node, slots.data());
    if (node.doc) module.names.put(Key("__doc__"), *node.doc);
    Frame frame{program.get(), &node, slots.data(), &module};
    run_frame(frame);
}

namespace {

/// Takes a module off the list of loaded ones again when its loading fails.
class Loading {
  public:
    Loading(Interpreter::Impl& impl, std::string name, const Value& module)
        : impl_(impl), name_(std::move(name)) {
        impl_.loaded.insert_or_assign(name_, module);
    }
    ~Loading() {
        if (!done_) impl_.loaded.erase(name_);
    }
    Loading(const Loading&) = delete;
    void done() { done_ = true; }

  private:
    Interpreter::Impl& impl_;
    std::string name_;
    bool done_ = false;
};

Value load_builtin(Interpreter::Impl& impl, std::string_view name, const Interpreter::Loader& load) {
    const Value module = make_module(impl, name);
    Loading loading(impl, std::string(name), module);
    ModuleBuilder builder(module);
    load(builder);
    loading.done();
    return module;
}

Value load_source(Interpreter::Impl& impl, std::string_view name, ModuleSource source) {
    const Value made = make_module(impl, name);
    auto& module = *Peek::as<Module>(made);
    module.path = source.path;
    module.names.put(Key("__file__"), Value(source.path));
    if (!source.package)
        module.package = name.substr(0, name.find('.') == std::string_view::npos ? 0 : name.rfind('.'));
    module.names.put(Key("__package__"), Value(module.package));
    module.at_once = source.whole;
    module.definitions = std::make_shared<Definitions>(std::move(source));
    Loading loading(impl, std::string(name), made);
    if (module.at_once) module.definitions->run_whole(module);
    loading.done();
    return made;
}

} // namespace

std::optional<Value> find_module(std::string_view name) {
    Interpreter::Impl& impl = *running;
    if (const auto found = impl.loaded.find(name); found != impl.loaded.end()) return found->second;
    if (const Interpreter::Loader load = impl.registry.find(name)) return load_builtin(impl, name, load);
    if (impl.registry.has_below(name)) return load_builtin(impl, name, [](ModuleBuilder&) {});
    if (impl.find_module)
        if (auto source = impl.find_module(name)) {
            if (source->same_as.empty() || source->same_as == name)
                return load_source(impl, name, std::move(*source));
            const auto same = find_module(source->same_as);
            if (same) impl.loaded.insert_or_assign(std::string(name), *same);
            return same;
        }
    if (impl.stub)
        if (auto stub = impl.stub(name, {})) return stub;
    return {};
}

bool is_built_in(std::string_view name) {
    return running->registry.contains(name) || running->registry.has_below(name);
}

namespace {

Value absent(std::string_view module, std::string_view name, const Frame& frame) {
    if (frame.import_guard > 0) {
        const std::string what = name.empty()
                                     ? fmt::format("No module named '{}'", module)
                                     : fmt::format("cannot import name '{}' from '{}'", name, module);
        raise_error(name.empty() ? "ModuleNotFoundError" : "ImportError", what);
    }
    return make<Absent>(std::string(module), std::string(name), frame.place());
}

} // namespace

Value import_module(std::string_view name, bool first_part, const Frame& frame) {
    // Every package on the way is loaded, so that a.b.c can be reached from a.
    const std::size_t dot = name.find('.');
    if (first_part && dot != std::string_view::npos) {
        const std::string_view top = name.substr(0, dot);
        const auto module = find_module(top);
        if (!module) return absent(name.substr(0, dot), {}, frame);
        const auto whole = find_module(name);
        if (!whole && frame.import_guard > 0) return absent(name, {}, frame);
        if (whole && module->is(Type::module) && whole->is(Type::module)) {
            // Parts become members of the part before them.
            Value at = *module;
            std::size_t begin = dot + 1;
            while (begin < name.size() && at.is(Type::module)) {
                const std::size_t end = std::min(name.find('.', begin), name.size());
                const auto inner = find_module(name.substr(0, end));
                if (!inner) break;
                Table& names = Peek::as<Module>(at)->names;
                if (!names.find(Key(name.substr(begin, end - begin))))
                    names.put(Key(name.substr(begin, end - begin)), *inner);
                at = *inner;
                begin = end + 1;
            }
        }
        return *module;
    }
    if (auto module = find_module(name)) return *module;
    return absent(name, {}, frame);
}

namespace {

/// The name of an import, from whoever has it; nothing and perhaps the reason.
std::optional<Value> find_import(Absent& wanted) {
    const std::string_view module_name = wanted.module;
    const std::string_view name = wanted.name;
    const std::string whole = fmt::format("{}.{}", module_name, name);
    running->missing.clear();
    try {
        const auto module = find_module(module_name);
        Value out;
        if (module && module->is(Type::module) && find_attribute(*module, Key(name), out)) return out;
        if (auto inner = find_module(whole)) return inner;
        if (module && !module->is(Type::module) && find_attribute(*module, Key(name), out)) return out;
    } catch (const Error& error) {
        wanted.reason = std::make_shared<const Error>(error);
        wanted.missing = running->missing;
    }
    return running->stub ? running->stub(module_name, name) : std::nullopt;
}

} // namespace

Value import_name(const Value& module, std::string_view module_name, std::string_view name,
                  const Frame& frame) {
    Value out;
    if (is_built_in(module_name)) {
        if (find_attribute(module, Key(name), out)) return out;
        if (auto inner = find_module(fmt::format("{}.{}", module_name, name))) return std::move(*inner);
        if (running->stub)
            if (auto stub = running->stub(module_name, name)) return std::move(*stub);
        return absent(module_name, name, frame);
    }
    const Value wanted = put_off_import(module_name, name, frame);
    if (auto found = find_import(*Peek::as<Absent>(wanted))) return std::move(*found);
    // Where the source is there, the import itself would have worked.
    if (!Peek::as<Absent>(wanted)->reason) return absent(module_name, name, frame);
    Peek::as<Absent>(wanted)->pending = false;
    return wanted;
}

Value put_off_import(std::string_view module, std::string_view name, const Frame& frame) {
    auto* made = new Absent(std::string(module), std::string(name), frame.place());
    made->pending = true;
    return Value(made);
}

Value import_name_at_once(std::string_view module, std::string_view name, const Frame& frame) {
    // What these throw is thrown: a module that is there and fails has not defined all that it should.
    const auto from = find_module(module);
    const bool has =
        from && from->is(Type::module) &&
        (Peek::as<Module>(*from)->names.find(Key(name)) || binds_name(*Peek::as<Module>(*from), name));
    if (!has) find_module(fmt::format("{}.{}", module, name));
    const Value made = put_off_import(module, name, frame);
    // Of modules that import from each other the one may not have it yet; of others nobody may ask.
    auto& absent = *Peek::as<Absent>(made);
    if (auto found = find_import(absent)) return std::move(*found);
    absent.reason = nullptr;
    return made;
}

void put_off_star(const Frame& frame, std::string_view module) {
    auto& definitions = frame.globals->definitions;
    if (!definitions) definitions = std::make_shared<Definitions>();
    definitions->add_star(std::string(module), frame.place());
}

Value resolve_import(Module& module, const Key& key, const Value& value) {
    auto& absent = *Peek::as<Absent>(value);
    if (!absent.pending) return value;
    absent.pending = false; // modules may import from each other
    if (auto found = find_import(absent)) {
        module.names.put(key, *found);
        return std::move(*found);
    }
    return value;
}

void define_tables(const std::function<bool(const Value& value)>& concerns) {
    if (!running) return;
    std::vector<Value> modules;
    for (const auto& [name, module] : running->loaded)
        if (module.is(Type::module) && Peek::as<Module>(module)->definitions) modules.push_back(module);
    for (const Value& each : modules) {
        auto& module = *Peek::as<Module>(each);
        bool concerned = false;
        for (std::size_t i = 0; i < module.names.capacity() && !concerned; ++i)
            concerned = module.names.live(i) && !module.names.entry(i).value.is(Type::absent) &&
                        concerns(Value(module.names.entry(i).value));
        if (concerned) module.definitions->run_tables(module);
    }
}

std::string absolute_name(std::string package, std::string_view name, std::uint32_t level) {
    if (level == 0) return std::string(name);
    for (std::uint32_t i = 1; i < level; ++i) {
        const std::size_t dot = package.rfind('.');
        package = dot == std::string::npos ? "" : package.substr(0, dot);
    }
    if (package.empty()) return std::string(name);
    return name.empty() ? package : package + "." + std::string(name);
}

} // namespace orch::lang
