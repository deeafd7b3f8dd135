// Calls: of anything callable, and the binding of arguments to a script function's parameters.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

namespace orch::lang {

void FunctionObject::clear() {
    defaults.clear();
    keyword_defaults.clear();
    cells.clear();
    owner = Value();
    globals = Value();
    if (attributes) attributes->clear();
}

Value bind_method(const Value& function, const Value& self) { return make<Method>(function, self); }

std::string callable_name(const Value& v) {
    switch (v.type()) {
    case Type::function: return std::string(Peek::as<FunctionObject>(v)->node->qualified->text());
    case Type::native_function: return std::string(text_of(Peek::as<NativeFunction>(v)->name));
    case Type::method: return callable_name(Peek::as<Method>(v)->function);
    case Type::class_: return std::string(text_of(Peek::as<Class>(v)->name));
    default: return v.type_name();
    }
}

namespace {

Value call_method(const Method& method, Args args, Keywords keywords, const Call::Site* site) {
    boost::container::small_vector<Value, 8> all;
    all.reserve(args.size() + 1);
    all.push_back(method.self);
    all.insert(all.end(), args.begin(), args.end());
    const Value function = method.function;
    if (!site) return call_value(function, Args(all.data(), all.size()), keywords);
    Call::Site inner = *site;
    ++inner.implicit;
    return call_value(function, Args(all.data(), all.size()), keywords, &inner);
}

Value call_instance(const Value& callee, Args args, Keywords keywords, const Call::Site* site) {
    Value method;
    if (find_special(callee, "__call__", method))
        return call_value(bind_method(method, callee), args, keywords, site);
    if (Native* native = native_part_of(callee); native && native->callable()) {
        Call call(running->self, args, keywords, site);
        return native->call(call);
    }
    type_error(fmt::format("'{}' object is not callable", callee.type_name()));
}

} // namespace

void refuse_absent(Args args, Keywords keywords) {
    for (const Value& arg : args)
        if (arg.is(Type::absent)) Peek::as<Absent>(arg)->fail();
    for (const Call::Keyword& keyword : keywords)
        if (keyword.value.is(Type::absent)) Peek::as<Absent>(keyword.value)->fail();
}

Value call_value(const Value& callee, Args args, Keywords keywords, const Call::Site* site) {
    if (!running) throw std::logic_error("a script's value is called while no interpreter is active");
    switch (callee.type()) {
    case Type::function: return call_function(callee, args, keywords, site);
    case Type::native_function: {
        step();
        check_stack();
        if (!Peek::as<NativeFunction>(callee)->takes_absent) refuse_absent(args, keywords);
        const Value held = Value(callee); // the function may be replaced while it runs
        const NativeFunction& native = *Peek::as<NativeFunction>(held);
        const std::size_t selves = native.owner ? 1 : 0;
        if (native.counts && args.size() >= selves)
            check_arguments(native.owner, text_of(native.name), *native.counts, args.size() - selves,
                            keywords);
        Call call(running->self, args, keywords, site);
        return Peek::as<NativeFunction>(held)->function(call);
    }
    case Type::method: {
        const Value held = Value(callee);
        return call_method(*Peek::as<Method>(held), args, keywords, site);
    }
    case Type::class_: step(); return instantiate(callee, args, keywords, site);
    case Type::native: {
        step();
        refuse_absent(args, keywords);
        const Value held = Value(callee);
        Call call(running->self, args, keywords, site);
        return Peek::as<Native>(held)->call(call);
    }
    case Type::instance: return call_instance(callee, args, keywords, site);
    case Type::property:
        if (Peek::as<Property>(callee)->kind == Property::Kind::static_method)
            return call_value(Value(Peek::as<Property>(callee)->get), args, keywords, site);
        break;
    case Type::absent: Peek::as<Absent>(callee)->fail();
    default: break;
    }
    type_error(fmt::format("'{}' object is not callable", callee.type_name()));
}

// --- Arguments of script functions.

namespace {

std::string quoted_names(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += names.size() == 2 ? " and " : i + 1 == names.size() ? ", and " : ", ";
        out += "'" + names[i] + "'";
    }
    return out;
}

[[noreturn]] void fail_too_many(const FunctionNode& node, std::size_t given) {
    const std::size_t most = node.positional;
    const bool range = node.required != most;
    type_error(
        fmt::format("{}() takes {} positional argument{} but {} {} given", node.qualified->text(),
                    range ? fmt::format("from {} to {}", node.required, most) : fmt::format("{}", most),
                    most == 1 && !range ? "" : "s", given, given == 1 ? "was" : "were"));
}

[[noreturn]] void fail_missing(const FunctionNode& node, const std::vector<std::string>& names,
                               std::string_view kind) {
    type_error(fmt::format("{}() missing {} required {} argument{}: {}", node.qualified->text(), names.size(),
                           kind, names.size() == 1 ? "" : "s", quoted_names(names)));
}

void bind_keyword(const FunctionNode& node, Value* slots, const Call::Keyword& keyword, Table* others) {
    const std::string_view name = text_of(keyword.name);
    for (std::size_t i = 0; i < node.parameters.size(); ++i) {
        const Parameter& parameter = node.parameters[i];
        if (parameter.name->text() != name) continue;
        if (i < node.positional_only) {
            if (others) break;
            type_error(
                fmt::format("{}() got some positional-only arguments passed as keyword arguments: '{}'",
                            node.qualified->text(), name));
        }
        if (!slots[parameter.slot].is(Type::unbound))
            type_error(
                fmt::format("{}() got multiple values for argument '{}'", node.qualified->text(), name));
        slots[parameter.slot] = keyword.value;
        return;
    }
    if (!others)
        type_error(fmt::format("{}() got an unexpected keyword argument '{}'", node.qualified->text(), name));
    if (!others->put(keyword.name, keyword.value))
        type_error(
            fmt::format("{}() got multiple values for keyword argument '{}'", node.qualified->text(), name));
}

void fill_defaults(const FunctionObject& function, Value* slots) {
    const FunctionNode& node = *function.node;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < node.positional; ++i) {
        Value& slot = slots[node.parameters[i].slot];
        if (!slot.is(Type::unbound)) continue;
        if (i >= node.required)
            slot = function.defaults[i - node.required];
        else
            missing.emplace_back(node.parameters[i].name->text());
    }
    if (!missing.empty()) fail_missing(node, missing, "positional");
    for (std::size_t i = node.positional; i < node.parameters.size(); ++i) {
        Value& slot = slots[node.parameters[i].slot];
        if (!slot.is(Type::unbound)) continue;
        slot = function.keyword_defaults[i - node.positional];
        if (slot.is(Type::unbound)) missing.emplace_back(node.parameters[i].name->text());
    }
    if (!missing.empty()) fail_missing(node, missing, "keyword-only");
}

} // namespace

void bind_arguments(const FunctionObject& function, Value* slots, Args args, Keywords keywords) {
    const FunctionNode& node = *function.node;
    const std::size_t positional = std::min<std::size_t>(args.size(), node.positional);
    for (std::size_t i = 0; i < positional; ++i) slots[node.parameters[i].slot] = args[i];
    if (node.star)
        slots[node.star->slot] =
            make_tuple(Values(args.begin() + static_cast<std::ptrdiff_t>(positional), args.end()));
    else if (args.size() > node.positional)
        fail_too_many(node, args.size());
    if (node.double_star) slots[node.double_star->slot] = make_dict();
    Table* others = node.double_star ? &table_of(slots[node.double_star->slot]) : nullptr;
    for (const Call::Keyword& keyword : keywords) bind_keyword(node, slots, keyword, others);
    if (positional + 0 < node.parameters.size()) fill_defaults(function, slots);
}

void make_cells(const FunctionNode& node, Value* slots) {
    for (const std::uint32_t slot : node.cells) {
        auto* cell = new Cell;
        Value holder(cell);
        cell->value.swap(slots[slot]);
        slots[slot] = std::move(holder);
    }
}

namespace {

/// A coroutine: an async function's call that has not run yet. `await` runs it to its end.
class Coroutine final : public Native {
  public:
    Coroutine(Value function, std::vector<Value> slots)
        : function_(std::move(function)), slots_(std::move(slots)) {}
    std::string type_name() const override { return "coroutine"; }
    Value run() {
        if (function_.is_none()) raise_error("RuntimeError", "cannot reuse already awaited coroutine");
        const Value function = std::exchange(function_, Value());
        auto& object = *Peek::as<FunctionObject>(function);
        Frame frame{object.program.get(), object.node, slots_.data(), Peek::as<Module>(object.globals)};
        frame.function = &object;
        return run_frame(frame);
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "close") return make_function("close", [](Call&) { return Value(); });
        return {};
    }
    void clear() override {
        function_ = Value();
        slots_.clear();
        Native::clear();
    }

  private:
    Value function_;
    std::vector<Value> slots_;
};

} // namespace

Value await_value(const Value& awaitable) {
    if (auto* coroutine =
            dynamic_cast<Coroutine*>(awaitable.is(Type::native) ? Peek::as<Native>(awaitable) : nullptr))
        return coroutine->run();
    Value method;
    if (find_special(awaitable, "__await__", method)) {
        Iteration it(call_special(method, awaitable, {}));
        Value item;
        while (it.next(item)) {
        }
        return {};
    }
    // What the host gives is there already.
    return awaitable;
}

Value call_function(const Value& callee, Args args, Keywords keywords, const Call::Site*) {
    const Value held = Value(callee);
    const auto& function = *Peek::as<FunctionObject>(held);
    const FunctionNode& node = *function.node;
    boost::container::small_vector<Value, 12> slots(node.slots, Peek::unbound());
    bind_arguments(function, slots.data(), args, keywords);
    make_cells(node, slots.data());
    for (std::size_t i = 0; i < node.free.size(); ++i) slots[node.free[i].slot] = function.cells[i];
    if (node.is_generator) return make_generator(held, std::vector<Value>(slots.begin(), slots.end()));
    if (node.is_async) return make<Coroutine>(held, std::vector<Value>(slots.begin(), slots.end()));
    Frame frame{function.program.get(), &node, slots.data(), Peek::as<Module>(function.globals)};
    frame.function = &function;
    return run_frame(frame);
}

} // namespace orch::lang
