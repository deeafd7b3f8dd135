// Evaluation of statements, and of frames as a whole.

#include "base/log.hpp"
#include "lang/attempt.hpp"
#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace orch::lang {

// --- Assignment.

namespace {

void store_name(Frame& frame, const Name& name, const Value& value) {
    switch (name.storage) {
    case Storage::local: frame.slots[name.slot] = value; return;
    case Storage::cell: Peek::as<Cell>(frame.slots[name.slot])->value = value; return;
    case Storage::class_:
    case Storage::class_cell: frame.class_names->put(Key(name.name), value); return;
    case Storage::global: frame.globals->names.put(Key(name.name), value); return;
    }
}

void delete_name(Frame& frame, const Name& name) {
    bool gone = true;
    auto drop = [&](Value& held) {
        gone = !held.is(Type::unbound);
        held = Peek::unbound();
    };
    switch (name.storage) {
    case Storage::local: drop(frame.slots[name.slot]); break;
    case Storage::cell: drop(Peek::as<Cell>(frame.slots[name.slot])->value); break;
    case Storage::class_:
    case Storage::class_cell: gone = frame.class_names->erase(Key(name.name)); break;
    case Storage::global: gone = frame.globals->names.erase(Key(name.name)); break;
    }
    if (gone) return;
    frame.at(&name);
    raise_error("NameError", fmt::format("name '{}' is not defined", name.name->text()));
}

void assign_starred(Frame& frame, const Display& target, std::size_t star, const Value& value) {
    const Values items = collect(value);
    const std::size_t fixed = target.items.size() - 1;
    if (items.size() < fixed)
        value_error(
            fmt::format("not enough values to unpack (expected at least {}, got {})", fixed, items.size()));
    const std::size_t behind = fixed - star;
    for (std::size_t i = 0; i < star; ++i) assign(frame, target.items[i], items[i]);
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(star);
    const auto to = items.end() - static_cast<std::ptrdiff_t>(behind);
    assign(frame, static_cast<const Starred*>(target.items[star])->value, make_list(Values(from, to)));
    for (std::size_t i = 0; i < behind; ++i)
        assign(frame, target.items[star + 1 + i], items[items.size() - behind + i]);
}

void assign_items(Frame& frame, const Display& target, const Value& value) {
    frame.at(&target);
    for (std::size_t i = 0; i < target.items.size(); ++i)
        if (target.items[i]->kind == ExprKind::starred) return assign_starred(frame, target, i, value);
    std::vector<Value> items(target.items.size());
    unpack(value, items.size(), items.data());
    for (std::size_t i = 0; i < items.size(); ++i) assign(frame, target.items[i], items[i]);
}

} // namespace

void assign(Frame& frame, const Expr* target, const Value& value) {
    switch (target->kind) {
    case ExprKind::name: return store_name(frame, *static_cast<const Name*>(target), value);
    case ExprKind::attribute: {
        const auto& attribute = *static_cast<const Attribute*>(target);
        const Value object = evaluate(frame, attribute.object);
        frame.at(target);
        return set_attribute(object, Key(attribute.name), value);
    }
    case ExprKind::subscript: {
        const auto& subscript = *static_cast<const Subscript*>(target);
        const Value object = evaluate(frame, subscript.object);
        const Value index = evaluate(frame, subscript.index);
        frame.at(target);
        return set_item(object, index, value);
    }
    case ExprKind::list:
    case ExprKind::tuple: return assign_items(frame, *static_cast<const Display*>(target), value);
    case ExprKind::starred: return assign(frame, static_cast<const Starred*>(target)->value, value);
    default: return;
    }
}

namespace {

void execute_augmented(Frame& frame, const Augmented& statement) {
    const Expr* target = statement.target;
    // The object and the index of a target are evaluated once.
    if (target->kind == ExprKind::attribute) {
        const auto& attribute = *static_cast<const Attribute*>(target);
        const Value object = evaluate(frame, attribute.object);
        frame.at(target);
        const Value before = get_attribute(object, Key(attribute.name));
        const Value value = evaluate(frame, statement.value);
        frame.at(statement.begin, statement.end);
        return set_attribute(object, Key(attribute.name), inplace_operation(statement.op, before, value));
    }
    if (target->kind == ExprKind::subscript) {
        const auto& subscript = *static_cast<const Subscript*>(target);
        const Value object = evaluate(frame, subscript.object);
        const Value index = evaluate(frame, subscript.index);
        frame.at(target);
        const Value before = get_item(object, index);
        const Value value = evaluate(frame, statement.value);
        frame.at(statement.begin, statement.end);
        return set_item(object, index, inplace_operation(statement.op, before, value));
    }
    const Value before = evaluate(frame, target);
    const Value value = evaluate(frame, statement.value);
    frame.at(statement.begin, statement.end);
    assign(frame, target, inplace_operation(statement.op, before, value));
}

void execute_annotated(Frame& frame, const Annotated& statement) {
    if (frame.class_names && statement.target->kind == ExprKind::name) {
        const Key key("__annotations__");
        if (!frame.class_names->find(key)) frame.class_names->put(key, make_dict());
        Value annotation;
        try {
            annotation = evaluate(frame, statement.annotation);
            if (annotation.is(Type::absent)) throw Error(Fault::script, "absent");
        } catch (const Error&) {
            // A forward reference, or a name that nobody has: its text will do.
            annotation =
                Value(frame.program->source.slice(statement.annotation->begin, statement.annotation->end));
        }
        const Key name(static_cast<const Name*>(statement.target)->name);
        const Value annotations = *frame.class_names->find(key);
        table_of(annotations).put(name, annotation);
        // As it is written: what typing's names give does not say what stood in their brackets.
        const Key written("__annotation_text__");
        if (!frame.class_names->find(written)) frame.class_names->put(written, make_dict());
        const Value texts = *frame.class_names->find(written);
        table_of(texts).put(
            name, Value(frame.program->source.slice(statement.annotation->begin, statement.annotation->end)));
    }
    if (statement.value) assign(frame, statement.target, evaluate(frame, statement.value));
}

// --- Exceptions.

/// Keeps where an exception came from with the exception, for the day it is raised again.
Value keep(const Frame& frame, const Raised& raised) {
    Value exception = raised.exception();
    if (is_exception(exception)) {
        auto& kept = *Peek::as<ExceptionInstance>(exception);
        if (!kept.place && raised.place()) kept.place = *raised.place();
        if (!kept.place && !frame.program->library) kept.place = frame.place();
        kept.notes = raised.notes();
        if (kept.hint.empty()) kept.hint = raised.hint();
    }
    return exception;
}

/// An error of the host as a Python exception, where the host says so.
std::optional<Value> translate(const Frame& frame, const Error& error) {
    if (!running->translate) return {};
    auto exception = running->translate(error);
    if (exception && is_exception(*exception)) {
        auto& kept = *Peek::as<ExceptionInstance>(*exception);
        kept.place = error.place() ? *error.place() : frame.place();
        kept.notes = error.notes();
        kept.hint = error.hint();
    }
    return exception;
}

/// What a block did: how it ended, or the exception that left it.
struct Outcome {
    Flow flow = Flow::normal;
    Value exception;
};

thread_local int attempts = 0;

class Attempt {
  public:
    Attempt() { ++attempts; }
    ~Attempt() { --attempts; }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
};

template <class Action>
Outcome attempt(Frame& frame, Action action) {
    // Nothing of the script runs inside the catch: generators switch stacks, and C++ counts caught exceptions
    // per thread.
    Outcome outcome;
    try {
        const Attempt here;
        outcome.flow = action();
    } catch (const Raised& raised) {
        outcome.exception = keep(frame, raised);
    } catch (const Error& error) {
        auto exception = translate(frame, error);
        if (!exception) throw;
        outcome.exception = std::move(*exception);
    }
    return outcome;
}

bool handler_matches(Frame& frame, const Handler& handler, const Value& exception) {
    if (!handler.type) return true;
    const Value type = evaluate(frame, handler.type);
    frame.at(handler.type);
    auto check = [](const Value& cls) {
        if (cls.is(Type::absent)) Peek::as<Absent>(cls)->fail();
        if (!cls.is(Type::class_) || !Peek::as<Class>(cls)->is_exception)
            type_error("catching classes that do not inherit from BaseException is not allowed");
    };
    if (type.is(Type::tuple)) {
        for (const Value& one : items_of(type)) {
            if (one.is(Type::absent)) continue; // it cannot have been raised here
            check(one);
            if (instance_of(exception, one)) return true;
        }
        return false;
    }
    if (type.is(Type::absent)) return false;
    check(type);
    return instance_of(exception, type);
}

bool waits_for_import_error(const Try& statement) {
    for (const Handler& handler : statement.handlers) {
        if (!handler.type) return true;
        auto is = [](const Expr* expr) {
            if (expr->kind != ExprKind::name) return false;
            const std::string_view name = static_cast<const Name*>(expr)->name->text();
            return name == "ImportError" || name == "ModuleNotFoundError" || name == "Exception" ||
                   name == "BaseException";
        };
        if (is(handler.type)) return true;
        if (handler.type->kind == ExprKind::tuple)
            for (const Expr* item : static_cast<const Display*>(handler.type)->items)
                if (is(item)) return true;
    }
    return false;
}

Outcome run_handler(Frame& frame, const Handler& handler, const Value& exception) {
    const Value before = frame.handled;
    frame.handled = exception;
    if (handler.name) assign(frame, handler.name, exception);
    Outcome outcome = attempt(frame, [&] { return execute_block(frame, handler.body); });
    frame.handled = before;
    if (handler.name) {
        assign(frame, handler.name, Value());
        delete_name(frame, *handler.name);
    }
    if (!outcome.exception.is_none() && is_exception(outcome.exception) &&
        !outcome.exception.same(exception)) {
        Table& attributes = Peek::as<Instance>(outcome.exception)->attributes;
        if (!attributes.find(Key("__context__"))) attributes.put(Key("__context__"), exception);
    }
    return outcome;
}

Outcome run_guarded(Frame& frame, const Try& statement) {
    const bool guard = waits_for_import_error(statement);
    frame.import_guard += guard;
    Outcome outcome = attempt(frame, [&] { return execute_block(frame, statement.body); });
    frame.import_guard -= guard;
    if (outcome.exception.is_none()) {
        if (outcome.flow != Flow::normal || statement.otherwise.empty()) return outcome;
        return attempt(frame, [&] { return execute_block(frame, statement.otherwise); });
    }
    const Value exception = outcome.exception;
    for (const Handler& handler : statement.handlers) {
        bool matches = false;
        const Outcome matching = attempt(frame, [&] {
            matches = handler_matches(frame, handler, exception);
            return Flow::normal;
        });
        if (!matching.exception.is_none()) return matching;
        if (matches) return run_handler(frame, handler, exception);
    }
    return outcome;
}

Flow execute_try(Frame& frame, const Try& statement) {
    Outcome outcome = run_guarded(frame, statement);
    if (!statement.finally.empty()) {
        // `return` in the body keeps its value while `finally` runs; one in `finally` wins.
        Value returned = frame.returned;
        const Value before = frame.handled;
        if (!outcome.exception.is_none()) frame.handled = outcome.exception;
        const Flow flow = execute_block(frame, statement.finally);
        frame.handled = before;
        if (flow != Flow::normal) return flow;
        frame.returned = std::move(returned);
    }
    if (!outcome.exception.is_none()) throw Raised(outcome.exception);
    return outcome.flow;
}

Value exception_from(const Value& v) {
    if (v.is(Type::absent)) Peek::as<Absent>(v)->fail();
    if (v.is(Type::class_) && Peek::as<Class>(v)->is_exception) return call_value(v, {});
    if (!is_exception(v)) type_error("exceptions must derive from BaseException");
    return v;
}

[[noreturn]] void execute_raise(Frame& frame, const Raise& statement) {
    if (!statement.exception) {
        const Frame* at = &frame;
        while (at && at->handled.is_none()) at = at->caller;
        frame.at(statement.begin, statement.end);
        if (!at) raise_error("RuntimeError", "No active exception to reraise");
        throw Raised(at->handled);
    }
    const Value value = evaluate(frame, statement.exception);
    frame.at(statement.begin, statement.end);
    const Value exception = exception_from(value);
    Table& attributes = Peek::as<Instance>(exception)->attributes;
    if (statement.cause) {
        Value cause = evaluate(frame, statement.cause);
        frame.at(statement.begin, statement.end);
        if (!cause.is_none()) cause = exception_from(cause);
        attributes.put(Key("__cause__"), cause);
        attributes.put(Key("__suppress_context__"), Value(true));
    }
    if (!frame.handled.is_none() && !frame.handled.same(exception) && !attributes.find(Key("__context__")))
        attributes.put(Key("__context__"), frame.handled);
    throw Raised(exception);
}

void execute_assert(Frame& frame, const Assert& statement) {
    const Value condition = evaluate(frame, statement.condition);
    frame.at(statement.condition);
    if (truth(condition)) return;
    if (!statement.message) {
        frame.at(statement.condition);
        throw Raised(instantiate_exception(exception_class("AssertionError"), {}, {}));
    }
    const Value message = evaluate(frame, statement.message);
    frame.at(statement.condition);
    raise_with("AssertionError", message);
}

// --- with.

Value enter_context(const Value& context) {
    Value method;
    if (find_special(context, "__enter__", method)) return call_special(method, context, {});
    if (find_special(context, "__aenter__", method)) return await_value(call_special(method, context, {}));
    if (Native* native = native_part_of(context))
        if (auto value = native->enter()) return std::move(*value);
    if (context.is(Type::absent)) Peek::as<Absent>(context)->fail();
    type_error(fmt::format("'{}' object does not support the context manager protocol", context.type_name()));
}

bool exit_context(const Value& context, const Value& exception) {
    Value method;
    const bool none = exception.is_none();
    const Value type = none ? Value() : class_value_of(exception);
    if (find_special(context, "__exit__", method))
        return truth(call_special(method, context, {type, exception, Value()}));
    if (find_special(context, "__aexit__", method))
        return truth(await_value(call_special(method, context, {type, exception, Value()})));
    Native* native = native_part_of(context);
    return native && native->exit(exception);
}

Flow execute_with(Frame& frame, const With& statement, std::size_t index) {
    if (index == statement.items.size()) return execute_block(frame, statement.body);
    const WithItem& item = statement.items[index];
    const Value context = evaluate(frame, item.context);
    frame.at(item.context);
    const Value value = enter_context(context);
    const Outcome outcome = attempt(frame, [&] {
        if (item.target) assign(frame, item.target, value);
        return execute_with(frame, statement, index + 1);
    });
    Value returned = frame.returned;
    frame.at(item.context);
    const bool swallowed = exit_context(context, outcome.exception);
    frame.returned = std::move(returned);
    if (!outcome.exception.is_none() && !swallowed) throw Raised(outcome.exception);
    return outcome.flow;
}

// --- Loops and branches.

Flow execute_if(Frame& frame, const If& statement) {
    for (const Branch& branch : statement.branches) {
        const Value condition = evaluate(frame, branch.condition);
        frame.at(branch.condition);
        if (truth(condition)) return execute_block(frame, branch.body);
    }
    return execute_block(frame, statement.otherwise);
}

Flow execute_while(Frame& frame, const While& statement) {
    for (;;) {
        step();
        const Value condition = evaluate(frame, statement.condition);
        frame.at(statement.condition);
        if (!truth(condition)) return execute_block(frame, statement.otherwise);
        const Flow flow = execute_block(frame, statement.body);
        if (flow == Flow::break_) return Flow::normal;
        if (flow == Flow::return_) return flow;
    }
}

Flow execute_for(Frame& frame, const For& statement) {
    const Value iterable = evaluate(frame, statement.iterable);
    frame.at(statement.iterable);
    Iteration it(iterable);
    Value item;
    while (it.next(item)) {
        assign(frame, statement.target, item);
        const Flow flow = execute_block(frame, statement.body);
        if (flow == Flow::break_) return Flow::normal;
        if (flow == Flow::return_) return flow;
        frame.at(statement.iterable);
    }
    return execute_block(frame, statement.otherwise);
}

// --- Definitions.

Value decorate(Frame& frame, const Items<Expr*>& decorators, Value made) {
    std::vector<Value> functions;
    for (const Expr* decorator : decorators) functions.push_back(evaluate(frame, decorator));
    for (std::size_t i = functions.size(); i-- > 0;) {
        frame.at(decorators[i]);
        made = call_value(functions[i], {made});
    }
    return made;
}

void execute_function(Frame& frame, const FunctionStatement& statement) {
    frame.at(statement.begin, statement.end);
    const Value made = make_function_object(frame, *statement.function);
    assign(frame, statement.target,
           statement.decorators.empty() ? made : decorate(frame, statement.decorators, made));
}

/// Runs a class body; its names become the class's attributes, its functions learn whose they are.
void run_class_body(Frame& frame, const FunctionNode& body, Class& cls, Values& functions) {
    std::vector<Value> slots(body.slots, Peek::unbound());
    make_cells(body, slots.data());
    for (const FreeVariable& free : body.free) slots[free.slot] = frame.slots[free.outer];
    Frame inner{frame.program, &body, slots.data(), frame.globals};
    inner.class_names = &cls.attributes;
    inner.class_functions = &functions;
    cls.attributes.put(Key("__module__"), frame.globals->name);
    cls.attributes.put(Key("__qualname__"), Value(const_cast<String*>(body.qualified)));
    if (body.doc) cls.attributes.put(Key("__doc__"), *body.doc);
    run_frame(inner);
}

void read_metaclass(Frame& frame, const ClassStatement& statement, Class& cls) {
    for (const Argument& keyword : statement.keywords) {
        if (!keyword.name || keyword.name->text() != "metaclass") continue;
        const Value meta = evaluate(frame, keyword.value);
        frame.at(keyword.value);
        if (meta.is(Type::absent)) Peek::as<Absent>(meta)->fail();
        const std::string name = meta.is(Type::class_) ? class_name(meta) : meta.type_name();
        if (name != "ABCMeta" && name != "type" && name != "EnumMeta" && name != "EnumType")
            throw Error(Fault::script, fmt::format("metaclass '{}' is not supported", name));
        cls.checks_abstract |= name == "ABCMeta";
    }
}

void announce_names(const Value& made) {
    // __set_name__ of descriptors, then the hooks of the classes above.
    auto& cls = *Peek::as<Class>(made);
    for (std::size_t i = 0; i < cls.attributes.capacity(); ++i) {
        if (!cls.attributes.live(i)) continue;
        const Value value = cls.attributes.entry(i).value;
        const Value name = cls.attributes.entry(i).key;
        Value method;
        if (find_special(value, "__set_name__", method)) call_special(method, value, {made, name});
        if (value.is(Type::property) && Peek::as<Property>(value)->kind == Property::Kind::cached)
            Peek::as<Property>(value)->name = name;
    }
}

void call_init_subclass(Frame& frame, const ClassStatement& statement, const Value& made) {
    auto& cls = *Peek::as<Class>(made);
    for (std::size_t i = 1; i < cls.mro.size(); ++i) {
        if (cls.mro[i]->is_builtin) continue;
        const Value* found = cls.mro[i]->attributes.find(Key("__init_subclass__"));
        if (!found) continue;
        const Value function = found->is(Type::property) ? Peek::as<Property>(*found)->get : *found;
        std::vector<Call::Keyword> keywords;
        for (const Argument& keyword : statement.keywords)
            if (keyword.name && keyword.name->text() != "metaclass")
                keywords.push_back(
                    {Value(const_cast<String*>(keyword.name)), evaluate(frame, keyword.value)});
        call_value(function, Args(&made, 1), keywords);
        return;
    }
}

/// Whether the class can do without a base that nobody has: one whose own definition failed is needed.
bool leave_out_base(const ClassStatement& statement, const Value& base) {
    const auto& absent = *Peek::as<Absent>(base);
    if (absent.reason) return false;
    log::warning(
        "orch.models",
        fmt::format("class '{}' is read without its base '{}' of module '{}', which orch does not have: "
                    "columns that it may bring are not known",
                    statement.target->name->text(), absent.name, absent.module));
    return true;
}

void execute_class(Frame& frame, const ClassStatement& statement) {
    auto* cls = new Class;
    const Value made(cls);
    cls->name = Value(const_cast<String*>(statement.target->name));
    cls->module_name = frame.globals->name;
    cls->place = frame.program->source.place(statement.target->begin, statement.target->end);
    for (const Expr* expr : statement.bases) {
        Value base = evaluate(frame, expr);
        frame.at(expr);
        if (base.is(Type::absent)) {
            // A mixin of another package beside the base of the models mostly has methods alone.
            if (frame.globals->at_once && statement.bases.size() > 1 && leave_out_base(statement, base)) {
                cls->lacks_base = true;
                continue;
            }
            Peek::as<Absent>(base)->fail();
        }
        Value bases;
        if (!base.is(Type::class_) && find_attribute(base, Key("__mro_entries__"), bases)) base = bases;
        if (!base.is(Type::class_))
            type_error(fmt::format("'{}' object is no class to derive from", base.type_name()));
        if (base.same(builtins().generic_alias)) {
            // Generic[T]: Cls[int] is Cls.
            cls->attributes.put(Key("__class_getitem__"),
                                make_function("__class_getitem__", [](Call& call) { return call[0]; }));
            continue;
        }
        cls->bases.push_back(base);
    }
    read_metaclass(frame, statement, *cls);
    frame.at(statement.target);
    Values functions;
    run_class_body(frame, *statement.body, *cls, functions);
    frame.at(statement.target);
    finish_class(*cls);
    for (const Value& function : functions) Peek::as<FunctionObject>(function)->owner = made;
    announce_names(made);
    call_init_subclass(frame, statement, made);
    for (std::size_t i = cls->all_hooks.size(); i-- > 0;)
        if (cls->all_hooks[i]->subclassed) cls->all_hooks[i]->subclassed(made);
    assign(frame, statement.target, decorate(frame, statement.decorators, made));
}

// --- Imports.

void execute_import(Frame& frame, const Import& statement) {
    for (const ImportItem& item : statement.items) {
        frame.at(item.begin, item.end);
        assign(frame, item.target, import_module(item.module->text(), item.whole, frame));
    }
}

void import_star(Frame& frame, const Value& module) {
    if (module.is(Type::absent)) Peek::as<Absent>(module)->fail();
    Value all;
    std::vector<std::string> names;
    if (find_attribute(module, Key("__all__"), all)) {
        for (const Value& name : collect(all)) names.emplace_back(name.as_string());
    } else {
        for (std::string& name : attribute_names(module))
            if (!name.starts_with('_')) names.push_back(std::move(name));
    }
    for (const std::string& name : names)
        frame.globals->names.put(Key(name), get_attribute(module, Key(name)));
}

void execute_import_from(Frame& frame, const ImportFrom& statement) {
    frame.at(statement.begin, statement.end);
    const std::string name = absolute_name(frame.globals->package, statement.module->text(), statement.level);
    if (name == "__future__") {
        for (const ImportItem& item : statement.items) assign(frame, item.target, Value());
        return;
    }
    // At module level nothing is looked for before it is used, unless the script waits for an ImportError.
    const bool put_off =
        !frame.function && !frame.class_names && frame.import_guard == 0 && !is_built_in(name);
    const bool at_once = put_off && frame.globals->at_once;
    if (put_off && statement.star && !(at_once && find_module(name))) return put_off_star(frame, name);
    if (at_once && !statement.star) {
        for (const ImportItem& item : statement.items) {
            frame.at(item.begin, item.end);
            assign(frame, item.target, import_name_at_once(name, item.module->text(), frame));
        }
        return;
    }
    if (put_off && !at_once) {
        for (const ImportItem& item : statement.items) {
            frame.at(item.begin, item.end);
            assign(frame, item.target, put_off_import(name, item.module->text(), frame));
        }
        return;
    }
    const Value module = import_module(name, false, frame);
    if (statement.star) return import_star(frame, module);
    for (const ImportItem& item : statement.items) {
        frame.at(item.begin, item.end);
        assign(frame, item.target, import_name(module, name, item.module->text(), frame));
    }
}

// --- The rest.

void execute_delete(Frame& frame, const Expr* target) {
    switch (target->kind) {
    case ExprKind::name: return delete_name(frame, *static_cast<const Name*>(target));
    case ExprKind::attribute: {
        const Value object = evaluate(frame, static_cast<const Attribute*>(target)->object);
        frame.at(target);
        return delete_attribute(object, Key(static_cast<const Attribute*>(target)->name));
    }
    case ExprKind::subscript: {
        const Value object = evaluate(frame, static_cast<const Subscript*>(target)->object);
        const Value index = evaluate(frame, static_cast<const Subscript*>(target)->index);
        frame.at(target);
        return delete_item(object, index);
    }
    case ExprKind::list:
    case ExprKind::tuple:
        for (const Expr* item : static_cast<const Display*>(target)->items) execute_delete(frame, item);
        return;
    default: return;
    }
}

Flow execute_match(Frame& frame, const Match& statement) {
    const Value subject = evaluate(frame, statement.subject);
    for (const Case& branch : statement.cases) {
        if (!match_pattern(frame, branch.pattern, subject)) continue;
        if (branch.guard) {
            const Value guard = evaluate(frame, branch.guard);
            frame.at(branch.guard);
            if (!truth(guard)) continue;
        }
        return execute_block(frame, branch.body);
    }
    return Flow::normal;
}

Flow execute_return(Frame& frame, const Return& statement) {
    frame.returned = statement.value ? evaluate(frame, statement.value) : Value();
    return Flow::return_;
}

Flow execute(Frame& frame, const Statement* statement) {
    step();
    switch (statement->kind) {
    case StatementKind::expression:
        evaluate(frame, static_cast<const ExpressionStatement*>(statement)->value);
        break;
    case StatementKind::assign: {
        const auto& assignment = *static_cast<const Assign*>(statement);
        const Value value = evaluate(frame, assignment.value);
        for (const Expr* target : assignment.targets) assign(frame, target, value);
        break;
    }
    case StatementKind::augmented: execute_augmented(frame, *static_cast<const Augmented*>(statement)); break;
    case StatementKind::annotated: execute_annotated(frame, *static_cast<const Annotated*>(statement)); break;
    case StatementKind::return_: return execute_return(frame, *static_cast<const Return*>(statement));
    case StatementKind::if_: return execute_if(frame, *static_cast<const If*>(statement));
    case StatementKind::while_: return execute_while(frame, *static_cast<const While*>(statement));
    case StatementKind::for_: return execute_for(frame, *static_cast<const For*>(statement));
    case StatementKind::with: return execute_with(frame, *static_cast<const With*>(statement), 0);
    case StatementKind::try_: return execute_try(frame, *static_cast<const Try*>(statement));
    case StatementKind::raise: execute_raise(frame, *static_cast<const Raise*>(statement));
    case StatementKind::function:
        execute_function(frame, *static_cast<const FunctionStatement*>(statement));
        break;
    case StatementKind::class_: execute_class(frame, *static_cast<const ClassStatement*>(statement)); break;
    case StatementKind::import: execute_import(frame, *static_cast<const Import*>(statement)); break;
    case StatementKind::import_from:
        execute_import_from(frame, *static_cast<const ImportFrom*>(statement));
        break;
    case StatementKind::break_: return Flow::break_;
    case StatementKind::continue_: return Flow::continue_;
    case StatementKind::assert_: execute_assert(frame, *static_cast<const Assert*>(statement)); break;
    case StatementKind::delete_:
        for (const Expr* target : static_cast<const Delete*>(statement)->targets)
            execute_delete(frame, target);
        break;
    case StatementKind::match: return execute_match(frame, *static_cast<const Match*>(statement));
    case StatementKind::pass:
    case StatementKind::global:
    case StatementKind::nonlocal: break;
    }
    return Flow::normal;
}

} // namespace

Flow execute_block(Frame& frame, Block block) {
    check_stack();
    for (const Statement* statement : block) {
        const Flow flow = execute(frame, statement);
        if (flow != Flow::normal) return flow;
    }
    return Flow::normal;
}

// --- Frames.

namespace {

/// Puts a frame on the chain and takes it off again.
class OnChain {
  public:
    explicit OnChain(Frame& frame) : impl_(*running) {
        if (impl_.depth >= impl_.limits.depth) fail_depth();
        frame.caller = impl_.frame;
        impl_.frame = &frame;
        ++impl_.depth;
    }
    ~OnChain() {
        impl_.frame = impl_.frame->caller;
        --impl_.depth;
    }
    OnChain(const OnChain&) = delete;

  private:
    Interpreter::Impl& impl_;
};

void add_facts(const Frame& frame, Error& error) {
    if (frame.program->library) return;
    if (!error.place()) error.at(frame.place());
    if (!frame.function || !frame.caller) return;
    constexpr std::size_t most = 12; // a deep recursion needs no page of notes
    const Frame* caller = frame.caller;
    while (caller && caller->program->library) caller = caller->caller;
    if (!caller) return;
    const Place call = caller->place();
    if (error.notes().size() < most)
        error.note(fmt::format("in {}(), called at {}:{}:{}", frame.node->qualified->text(), call.file,
                               call.line, call.column));
}

} // namespace

namespace {

/// What a statement binds and does nothing else than bind: `NAME = ...`, `def`, `class`.
std::vector<const Name*> only_binds(const Statement* statement) {
    const auto names = [](std::span<const Expr* const> targets) {
        std::vector<const Name*> found;
        for (const Expr* target : targets) {
            if (target->kind != ExprKind::name) return std::vector<const Name*>{};
            found.push_back(static_cast<const Name*>(target));
        }
        return found;
    };
    switch (statement->kind) {
    case StatementKind::assign: {
        const auto& targets = static_cast<const Assign*>(statement)->targets;
        return names({targets.begin(), targets.end()});
    }
    case StatementKind::annotated: {
        const Expr* target = static_cast<const Annotated*>(statement)->target;
        return names({&target, 1});
    }
    case StatementKind::function: return {static_cast<const FunctionStatement*>(statement)->target};
    case StatementKind::class_: return {static_cast<const ClassStatement*>(statement)->target};
    default: return {};
    }
}

// A quarter of all files import what they do not need, and some make a value of it: `CONF = app.config.CONF`.
// Such a name fails when it is used, as the import itself does.
void execute_putting_off(Frame& frame, const Statement* statement) {
    running->missing.clear();
    try {
        execute(frame, statement);
    } catch (const Raised&) {
        throw;
    } catch (Error& error) {
        const std::vector<const Name*> names = only_binds(statement);
        const bool outside = error.hint().find("no files, sockets or processes") != std::string::npos;
        if (running->missing.empty() || names.empty() || outside) throw;
        if (!error.place()) error.at(frame.place());
        for (const Name* name : names) {
            auto* absent = new Absent({}, std::string(name->name->text()),
                                      frame.program->source.place(statement->begin, statement->begin));
            const Value value(absent);
            absent->reason = std::make_shared<const Error>(error);
            absent->missing = running->missing;
            store_name(frame, *name, value);
        }
    }
}

/// What a table's class may define columns with.
constexpr std::array<std::string_view, 7> of_columns = {"olumn",  "Mapped[",    "Field(", "ForeignKey",
                                                        "Index(", "Constraint", "__"};

/// The body of a class of models: what fails there and says nothing of columns is the application's.
void execute_class_of_models(Frame& frame) {
    for (const Statement* statement : frame.node->body) {
        try {
            execute(frame, statement);
        } catch (const Error& error) {
            const std::string_view text = frame.program->source.slice(statement->begin, statement->end);
            const auto says = [&](std::string_view word) {
                return text.find(word) != std::string_view::npos;
            };
            const bool needed = statement->kind != StatementKind::function &&
                                std::any_of(of_columns.begin(), of_columns.end(), says);
            if (needed || error.fault() != Fault::script) throw;
        }
    }
}

} // namespace

Value run_frame(Frame& frame) {
    step();
    check_stack();
    const OnChain on_chain(frame);
    try {
        if (frame.node->result)
            frame.returned = evaluate(frame, frame.node->result);
        else if (frame.node == frame.program->module && !frame.program->library)
            for (const Statement* statement : frame.node->body) execute_putting_off(frame, statement);
        else if (frame.class_names && frame.globals->at_once)
            execute_class_of_models(frame);
        else
            execute_block(frame, frame.node->body);
    } catch (Error& error) {
        add_facts(frame, error);
        throw;
    }
    return std::move(frame.returned);
}

bool inside_attempt() noexcept { return attempts > 0; }

Apart::Apart() noexcept : outer_(std::exchange(attempts, 0)) {}
Apart::~Apart() { attempts = outer_; }

} // namespace orch::lang
