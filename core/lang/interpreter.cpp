// The interpreter as its hosts see it: lang.hpp on top of the room's own sources.

#include "lang/lang.hpp"

#include "lang/definitions.hpp"
#include "lang/parse.hpp"
#include "lang/runtime.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <set>

extern "C" char** environ;

namespace orch::lang {

ProgramPtr parse(std::string text, std::string path, int first_line) {
    auto program = std::make_shared<Program>(std::move(text), std::move(path), first_line);
    // The program's constants belong to no heap: they live as long as the program.
    Heap* const before = Heap::use(nullptr);
    try {
        Parser::module(*program);
        resolve(*program);
    } catch (...) {
        Heap::use(before);
        throw;
    }
    Heap::use(before);
    return program;
}

const std::string& program_path(const Program& program) { return program.source.path; }
const std::string& program_text(const Program& program) { return program.source.text; }

const String* Program::intern(std::string_view name) {
    const auto found = names.find(name);
    if (found != names.end()) return found->second;
    const Value* value = constant(Value(name));
    const auto* string = Peek::as<String>(*value);
    string->hash();
    names.emplace(string->text(), string);
    return string;
}

// --- Modules.

ModuleBuilder& ModuleBuilder::add(std::string_view name, Value value) {
    Peek::as<Module>(module_)->names.put(Key(name), std::move(value));
    return *this;
}

ModuleBuilder& ModuleBuilder::function(std::string_view name, Function function) {
    return add(name, make_function(name, std::move(function)));
}

ModuleBuilder& ModuleBuilder::members(std::function<std::optional<Value>(std::string_view)> make) {
    Peek::as<Module>(module_)->members = std::move(make);
    return *this;
}

ModuleBuilder& ModuleBuilder::names(std::function<std::vector<std::string>()> names) {
    Peek::as<Module>(module_)->member_names = std::move(names);
    return *this;
}

ModuleBuilder& ModuleBuilder::names(std::vector<std::string> names) {
    return this->names([names = std::move(names)] { return names; });
}

Interpreter& ModuleBuilder::interpreter() const { return *Peek::as<Module>(module_)->interpreter; }

// --- Being active.

Interpreter* Interpreter::current() { return running ? &running->self : nullptr; }

namespace {

/// What the thread's account was before an interpreter became active on it.
struct Saved {
    Heap* heap;
    std::int64_t byte_limit;
    std::int64_t step_limit;
};
thread_local std::vector<Saved> saved;

} // namespace

Active::Active(Interpreter& interpreter) : before_(Interpreter::current()) {
    Interpreter::Impl& impl = interpreter.impl();
    if (!account.stack_end) find_stack_end();
    saved.push_back({Heap::use(&impl.heap), account.byte_limit, account.step_limit});
    account.byte_limit = static_cast<std::int64_t>(impl.limits.memory);
    account.step_limit = impl.limits.steps;
    running = &impl;
}

Active::~Active() {
    const Saved state = saved.back();
    saved.pop_back();
    Heap::use(state.heap);
    account.byte_limit = state.byte_limit;
    account.step_limit = state.step_limit;
    running = before_ ? &before_->impl() : nullptr;
}

namespace {

/// Enters the interpreter from the host. At the outermost entry, steps start at 0 and a Python exception that
/// leaves becomes a plain error, which holds no value any more.
template <class Action>
auto enter(Interpreter::Impl& impl, Action action) {
    const Active active(impl.self);
    struct Entry {
        explicit Entry(Interpreter::Impl& i) : impl(i) {
            if (impl.entries++ == 0) {
                account.steps = 0;
                impl.missing.clear();
            }
        }
        ~Entry() { --impl.entries; }
        Interpreter::Impl& impl;
    } const entry(impl);
    Value exception;
    std::optional<Error> error;
    try {
        return action();
    } catch (const Raised& raised) {
        if (impl.entries > 1) throw;
        exception = raised.exception();
        error = static_cast<const Error&>(raised);
    }
    // An exception class of the script may have a __str__ of its own: it runs here, outside of the catch.
    Error plain_error(Fault::script, exception_summary(exception, true));
    if (error->place()) plain_error.at(*error->place());
    if (!error->hint().empty()) plain_error.hint(error->hint());
    for (const std::string& note : error->notes()) plain_error.note(note);
    throw plain_error;
}

} // namespace

// --- The interpreter.

Interpreter::Interpreter(Limits limits) : impl_(std::make_unique<Impl>(*this, limits)) {}

Interpreter::~Interpreter() {
    // What is emptied may be a generator that unwinds: it needs its interpreter.
    const Active active(*this);
    impl_->loaded.clear();
    impl_->registry.clear();
    impl_->find_module = nullptr;
    impl_->stub = nullptr;
    impl_->translate = nullptr;
    impl_->heap.empty();
}

void Interpreter::add_module(std::string_view name, Loader load) {
    impl_->registry.add(name, std::move(load));
    if (const auto found = impl_->loaded.find(name); found != impl_->loaded.end()) impl_->loaded.erase(found);
}
bool Interpreter::has_module(std::string_view name) const { return impl_->registry.contains(name); }
void Interpreter::on_find_module(std::function<std::optional<ModuleSource>(std::string_view)> find) {
    impl_->find_module = std::move(find);
}
void Interpreter::on_absent(std::function<std::optional<Value>(std::string_view, std::string_view)> stub) {
    impl_->stub = std::move(stub);
}
void Interpreter::follow_absent() { impl_->follow_absent = true; }
void Interpreter::on_print(std::function<void(std::string_view)> sink) { impl_->print = std::move(sink); }
void Interpreter::on_error(std::function<std::optional<Value>(const Error&)> translate) {
    impl_->translate = std::move(translate);
}
void Interpreter::set_environment(std::map<std::string, std::string> variables) {
    impl_->environment = std::move(variables);
    impl_->own_environment = true;
}
void Interpreter::set_limits(Limits limits) { impl_->limits = limits; }
const Limits& Interpreter::limits() const { return impl_->limits; }

Value Interpreter::import(std::string_view name) {
    return enter(*impl_, [&] {
        if (auto module = find_module(name)) return *module;
        throw Error(Fault::script, fmt::format("no module '{}'", name));
    });
}

void Interpreter::run_decorated(std::string_view module, const std::vector<std::string_view>& words) {
    enter(*impl_, [&] {
        std::vector<std::string> waiting{std::string(module)};
        std::set<std::string> seen(waiting.begin(), waiting.end());
        while (!waiting.empty()) {
            const std::string name = std::move(waiting.back());
            waiting.pop_back();
            if (is_built_in(name)) continue;
            std::vector<std::string> imports;
            try {
                const auto found = find_module(name);
                if (!found || !found->is(Type::module)) continue;
                auto& source = *Peek::as<Module>(*found);
                if (!source.definitions || source.definitions->is_library()) continue;
                imports = source.definitions->imports(source);
                source.definitions->run_decorated(source, words);
            } catch (const Error&) {
                continue; // whoever needs it is told when the name is not there
            }
            for (std::string& import : imports)
                if (seen.insert(import).second) waiting.push_back(std::move(import));
        }
        return Value();
    });
}

void Interpreter::import_at_once(bool on) { impl_->at_once = on; }

Value Interpreter::run(const ProgramPtr& program, std::string_view module_name, const Names& names) {
    return enter(*impl_, [&] {
        Value made = make_module(*impl_, module_name);
        auto& module = *Peek::as<Module>(made);
        module.path = program->source.path;
        module.at_once = impl_->at_once;
        const std::size_t dot = module_name.rfind('.');
        module.package = dot == std::string_view::npos ? "" : module_name.substr(0, dot);
        module.names.put(Key("__file__"), Value(program->source.path));
        for (const auto& [name, value] : names) module.names.put(Key(name), value);
        run_module_body(program, module);
        return made;
    });
}

Value Interpreter::call(const Value& callee, std::vector<Value> args,
                        std::vector<std::pair<std::string, Value>> keywords) {
    return enter(*impl_, [&] {
        std::vector<Call::Keyword> named;
        for (auto& [name, value] : keywords) named.push_back({Value(name), std::move(value)});
        return call_value(callee, args, named);
    });
}

namespace {

/// A text that stands somewhere in another file: padded so that its offsets give the other file's columns.
std::shared_ptr<Program> embedded(std::string_view text, const Place& place) {
    std::string padded(place.column > 1 ? static_cast<std::size_t>(place.column - 1) : 0, ' ');
    padded += text;
    return std::make_shared<Program>(std::move(padded), place.file.empty() ? "<expression>" : place.file,
                                     std::max(place.line, 1));
}

} // namespace

Value Interpreter::evaluate(std::string_view expression, const Names& names, const Place& place) {
    return enter(*impl_, [&] {
        const auto program = embedded(expression, place);
        Parser::expression(*program);
        resolve(*program);
        const Value module = make_module(*impl_, "<expression>");
        for (const auto& [name, value] : names) Peek::as<Module>(module)->names.put(Key(name), value);
        const FunctionNode& node = *program->module;
        std::vector<Value> slots(node.slots, Peek::unbound());
        make_cells(node, slots.data());
        Frame frame{program.get(), &node, slots.data(), Peek::as<Module>(module)};
        return run_frame(frame);
    });
}

void Interpreter::execute(std::string_view statements, Names& names, const Place& place) {
    enter(*impl_, [&] {
        const ProgramPtr program = parse(std::string(statements), place.file.empty() ? "<block>" : place.file,
                                         std::max(place.line, 1));
        const Value made = make_module(*impl_, "<block>");
        auto& module = *Peek::as<Module>(made);
        for (const auto& [name, value] : names) module.names.put(Key(name), value);
        run_module_body(program, module);
        for (std::size_t i = 0; i < module.names.capacity(); ++i)
            if (module.names.live(i))
                names.insert_or_assign(std::string(text_of(module.names.entry(i).key)),
                                       module.names.entry(i).value);
        return 0;
    });
}

// --- Where it is.

Place Interpreter::here() const {
    const Frame* frame = impl_->frame;
    while (frame && frame->program->library) frame = frame->caller;
    return frame ? frame->place() : Place();
}

std::vector<Place> Interpreter::chain() const {
    std::vector<Place> out;
    for (const Frame* frame = impl_->frame; frame; frame = frame->caller)
        if (!frame->program->library) out.push_back(frame->place());
    return out;
}

const std::vector<Interpreter::Irreproducible>& Interpreter::irreproducible() const {
    return impl_->irreproducible;
}
void Interpreter::clear_irreproducible() { impl_->irreproducible.clear(); }

void Interpreter::mark_irreproducible(std::string_view what) {
    constexpr std::size_t most = 100;
    if (impl_->irreproducible.size() < most) impl_->irreproducible.push_back({std::string(what), here()});
}

const std::string& Interpreter::missing() const { return impl_->missing; }
std::int64_t Interpreter::steps() const { return account.steps; }
std::size_t Interpreter::memory() const {
    return static_cast<std::size_t>(std::max<std::int64_t>(account.bytes, 0));
}

} // namespace orch::lang
