// Natives: what a Call knows, and what a host object does unless it says otherwise.

#include "lang/native.hpp"

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

namespace orch::lang {

// --- Calls.

const Value& Call::operator[](std::size_t index) const {
    if (index >= args_.size())
        type_error(fmt::format("expected at least {} argument{}, got {}", index + 1, index == 0 ? "" : "s",
                               args_.size()));
    return args_[index];
}

const Value* Call::keyword(std::string_view name) const {
    for (const Keyword& keyword : keywords_)
        if (text_of(keyword.name) == name) return &keyword.value;
    return nullptr;
}

Value Call::get(std::size_t index, std::string_view name, Value otherwise) const {
    if (index < args_.size()) return args_[index];
    const Value* found = keyword(name);
    return found ? *found : otherwise;
}

void Call::expect(std::string_view name, std::size_t least, std::size_t most) const {
    if (!keywords_.empty()) type_error(fmt::format("{}() takes no keyword arguments", name));
    if (args_.size() >= least && args_.size() <= most) return;
    const std::string wanted = least == most ? fmt::format("{} argument{}", least, least == 1 ? "" : "s")
                               : args_.size() < least
                                   ? fmt::format("at least {} argument{}", least, least == 1 ? "" : "s")
                                   : fmt::format("at most {} argument{}", most, most == 1 ? "" : "s");
    type_error(fmt::format("{}() expected {}, got {}", name, wanted, args_.size()));
}

Place Call::place() const {
    if (!site_ || site_->program->library) return interpreter_.here();
    return site_->program->source.place(site_->expr->callee->begin, site_->expr->callee->end);
}

Place Call::place_of(std::size_t index) const {
    if (!site_ || site_->program->library) return place();
    std::size_t at = index + dropped_;
    if (at < site_->implicit) return place();
    at -= site_->implicit;
    const auto& args = site_->expr->args;
    for (std::size_t i = 0; i <= at && i < args.size(); ++i)
        if (args[i]->kind == ExprKind::starred || i == at)
            return site_->program->source.place(args[i]->begin, args[i]->end);
    return place();
}

Place Call::place_of(std::string_view name) const {
    if (!site_ || site_->program->library) return place();
    for (const Argument& argument : site_->expr->keywords) {
        if (argument.name && argument.name->text() != name) continue;
        // From the name to the end of the value; `**values` has no name of its own.
        const auto named = argument.name ? static_cast<std::uint32_t>(argument.name->text().size()) : 0;
        auto begin = argument.value->begin;
        if (named > 0)
            begin = static_cast<std::uint32_t>(
                site_->program->source.text.rfind(argument.name->text(), begin - 1));
        return site_->program->source.place(begin, named > 0 ? begin + named : argument.value->end);
    }
    return place();
}

Call Call::rest() const {
    Call inner = *this;
    if (!args_.empty()) inner.args_ = args_.subspan(1);
    ++inner.dropped_;
    return inner;
}

// --- Natives.

Native::~Native() = default;
void Native::clear() { class_ = Value(); }
Value Native::derived() const { return derived_ ? Value(derived_) : Value(); }

std::string Native::type_name() const { return class_.is(Type::class_) ? class_name(class_) : "object"; }
std::optional<Value> Native::get_attribute(std::string_view) { return {}; }
bool Native::set_attribute(std::string_view, const Value&) { return false; }
Value Native::call(Call&) { type_error(fmt::format("'{}' object is not callable", type_name())); }
Value Native::subscript(const Value&) {
    type_error(fmt::format("'{}' object is not subscriptable", type_name()));
}
void Native::set_subscript(const Value&, const Value&) {
    type_error(fmt::format("'{}' object does not support item assignment", type_name()));
}
Value Native::iterate() { type_error(fmt::format("'{}' object is not iterable", type_name())); }

bool Native::contains(const Value& item) {
    if (!iterable()) type_error(fmt::format("argument of type '{}' is not iterable", type_name()));
    Iteration it(iterate());
    Value candidate;
    while (it.next(candidate))
        if (equal(candidate, item)) return true;
    return false;
}

std::size_t Native::length() { type_error(fmt::format("object of type '{}' has no len()", type_name())); }

std::string Native::repr() const {
    const std::string module = class_.is(Type::class_) && Peek::as<Class>(class_)->module_name.is_string()
                                   ? std::string(text_of(Peek::as<Class>(class_)->module_name))
                                   : "";
    return fmt::format("<{}{}{} object at 0x{:012x}>", module, module.empty() ? "" : ".", type_name(),
                       reinterpret_cast<std::uintptr_t>(this));
}

std::size_t Native::hash() const { return std::hash<const void*>()(this); }
bool Native::equals(const Value& other) const { return other.object() == this; }
std::optional<Value> Native::unary(Operator) { return {}; }
std::optional<Value> Native::binary(Operator, const Value&, bool) { return {}; }
std::optional<Value> Native::enter() { return {}; }
bool Native::exit(const Value&) { return false; }

// --- Functions and properties.

Value make_function(std::string_view name, Function function) {
    return make<NativeFunction>(Value(name), std::move(function), true);
}
Value make_function_of_absent(std::string_view name, Function function) {
    const Value made = make_function(name, std::move(function));
    Peek::as<NativeFunction>(made)->takes_absent = true;
    return made;
}
Value make_static(std::string_view name, Function function) {
    return make<NativeFunction>(Value(name), std::move(function), false);
}

Value make_property(std::function<Value(const Value&)> get) {
    return make<Property>(Property::Kind::property,
                          make_function("get", [get = std::move(get)](Call& call) { return get(call[0]); }));
}

std::vector<std::string> required_parameters(const Value& function) {
    std::vector<std::string> names;
    if (!function.is(Type::function)) return names;
    const FunctionNode& node = *Peek::as<FunctionObject>(function)->node;
    for (std::uint32_t i = 0; i < node.required; ++i) names.emplace_back(node.parameters[i].name->text());
    return names;
}

Value builtin(std::string_view name) {
    const Value* found = builtins().names.find(Key(name));
    if (!found) throw std::logic_error("no such built-in: " + std::string(name));
    return *found;
}

} // namespace orch::lang
