// The fourth stage: evaluation of expressions by a walk over the tree. Statements are in eval_statement.cpp.
//
// Before an operation that can fail, the frame is told which bytes of the source it stands for (Frame::at);
// that is all that errors and Call::place() need, and it costs one store.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

namespace orch::lang {

thread_local constinit Interpreter::Impl* running = nullptr;

namespace {

// --- Names.

/// "sa.Column" for a Column that was meant to come from the imported `sa`; "" where no module has it.
std::string in_a_module(const Frame& frame, const std::string& name) {
    const Table& names = frame.globals->names;
    for (std::size_t i = 0; i < names.capacity(); ++i) {
        if (!names.live(i) || !names.entry(i).key.is_string() || !names.entry(i).value.is(Type::module))
            continue;
        const std::vector<std::string> members = attribute_names(names.entry(i).value);
        if (std::find(members.begin(), members.end(), name) != members.end())
            return fmt::format("{}.{}", text_of(names.entry(i).key), name);
    }
    return {};
}

[[noreturn]] void fail_name(const Frame& frame, const Name& name) {
    std::vector<std::string> known;
    auto add = [&](const Table& table) {
        for (std::size_t i = 0; i < table.capacity(); ++i)
            if (table.live(i) && table.entry(i).key.is_string())
                known.emplace_back(text_of(table.entry(i).key));
    };
    for (const String* slot : frame.node->slot_names)
        if (slot) known.emplace_back(slot->text());
    if (frame.class_names) add(*frame.class_names);
    add(frame.globals->names);
    if (frame.globals->definitions)
        for (std::string& defined : defined_names(*frame.globals)) known.push_back(std::move(defined));
    add(builtins().names);
    const std::string text(name.name->text());
    Value exception = make_builtin_exception("NameError", fmt::format("name '{}' is not defined", text));
    auto& kept = *Peek::as<ExceptionInstance>(exception);
    kept.message = fmt::format("unknown name '{}'", text);
    if (const std::string whole = in_a_module(frame, text); !whole.empty())
        kept.hint = fmt::format("did you mean '{}'?", whole);
    else if (const auto near = nearest(text, known))
        kept.hint = fmt::format("did you mean '{}'?", *near);
    if (text == "unicode" || text == "basestring" || text == "xrange" || text == "long" ||
        text == "raw_input")
        kept.hint = fmt::format("'{}' is Python 2", text);
    throw Raised(exception);
}

[[noreturn]] void fail_unbound(const Name& name) {
    raise_error("UnboundLocalError",
                fmt::format("cannot access local variable '{}' where it is not associated with a value",
                            name.name->text()));
}

/// `__class__`: the class in whose body the running method stands.
Value class_around(const Frame& frame) {
    for (const Frame* at = &frame; at; at = at->caller)
        if (at->function) return at->function->owner;
    return {};
}

Value global_name(Frame& frame, const Name& name) {
    const Key key(name.name);
    if (const Value* found = frame.globals->names.find(key)) {
        if (!found->is(Type::absent)) return *found;
        frame.at(&name);
        return resolve_import(*frame.globals, key, Value(*found));
    }
    if (frame.globals->definitions) {
        frame.at(&name);
        if (auto made = define_name(*frame.globals, key.text)) return std::move(*made);
    }
    if (const Value* found = builtins().names.find(key)) return *found;
    if (key.text == "__class__")
        if (const Value cls = class_around(frame); !cls.is_none()) return cls;
    if (frame.globals->members) {
        if (auto made = frame.globals->members(key.text)) return std::move(*made);
    }
    frame.at(&name);
    fail_name(frame, name);
}

Value load_name(Frame& frame, const Name& name) {
    switch (name.storage) {
    case Storage::local: {
        const Value& slot = frame.slots[name.slot];
        if (slot.is(Type::unbound)) frame.at(&name), fail_unbound(name);
        return slot;
    }
    case Storage::class_cell:
        if (const Value* found = frame.class_names->find(Key(name.name))) return *found;
        [[fallthrough]];
    case Storage::cell: {
        const Value& held = Peek::as<Cell>(frame.slots[name.slot])->value;
        if (held.is(Type::unbound)) {
            frame.at(&name);
            raise_error("NameError", fmt::format("cannot access free variable '{}' where it is not "
                                                 "associated with a value in enclosing scope",
                                                 name.name->text()));
        }
        return held;
    }
    case Storage::class_:
        if (const Value* found = frame.class_names->find(Key(name.name))) return *found;
        [[fallthrough]];
    case Storage::global: return global_name(frame, name);
    }
    return {};
}

// --- Operators.

Value evaluate_logical(Frame& frame, const Logical& expr) {
    Value value;
    for (std::size_t i = 0; i < expr.operands.size(); ++i) {
        value = evaluate(frame, expr.operands[i]);
        if (i + 1 == expr.operands.size()) break;
        frame.at(expr.operands[i]);
        if (truth(value) != expr.is_and) break;
    }
    return value;
}

Value compare_pair(Comparison op, const Value& left, const Value& right) {
    switch (op) {
    case Comparison::is: return left.same(right);
    case Comparison::is_not: return !left.same(right);
    case Comparison::in: return contains(right, left);
    case Comparison::not_in: return !contains(right, left);
    default: break;
    }
    constexpr Operator operators[] = {Operator::equal,      Operator::not_equal, Operator::less,
                                      Operator::less_equal, Operator::greater,   Operator::greater_equal};
    return compare_operation(operators[static_cast<std::size_t>(op)], left, right);
}

Value evaluate_compare(Frame& frame, const Compare& expr) {
    Value left = evaluate(frame, expr.operands[0]);
    Value result;
    for (std::size_t i = 0; i < expr.operators.size(); ++i) {
        Value right = evaluate(frame, expr.operands[i + 1]);
        frame.at(&expr);
        result = compare_pair(expr.operators[i], left, right);
        if (i + 1 < expr.operators.size() && !truth(result)) break;
        left = std::move(right);
    }
    return result;
}

Value evaluate_unary(Frame& frame, const Unary& expr) {
    const Value operand = evaluate(frame, expr.operand);
    frame.at(&expr);
    if (expr.logical_not) return !truth(operand);
    return unary_operation(expr.op, operand);
}

Value evaluate_binary(Frame& frame, const Binary& expr) {
    const Value left = evaluate(frame, expr.left);
    const Value right = evaluate(frame, expr.right);
    frame.at(&expr);
    return binary_operation(expr.op, left, right);
}

// --- Displays.

Values evaluate_items(Frame& frame, const Items<Expr*>& items) {
    Values out;
    out.reserve(items.size());
    for (const Expr* item : items) {
        if (item->kind != ExprKind::starred) {
            out.push_back(evaluate(frame, item));
            continue;
        }
        const Value value = evaluate(frame, static_cast<const Starred*>(item)->value);
        frame.at(item);
        const Values more = collect(value);
        out.insert(out.end(), more.begin(), more.end());
    }
    return out;
}

Value evaluate_sequence(Frame& frame, const Display& expr) {
    Values items = evaluate_items(frame, expr.items);
    frame.at(&expr);
    return expr.kind == ExprKind::list ? make_list(std::move(items)) : make_tuple(std::move(items));
}

Value evaluate_set(Frame& frame, const Display& expr) {
    const Values items = evaluate_items(frame, expr.items);
    frame.at(&expr);
    Value made = make_set();
    for (const Value& item : items) table_of(made).put(item, Value());
    return made;
}

void merge_mapping(Table& out, const Value& mapping) {
    const Value& held = plain(mapping);
    if (held.is(Type::dict)) {
        for (const auto& [key, value] : held.entries()) out.put(key, value);
        return;
    }
    Value keys;
    if (!find_attribute(mapping, Key("keys"), keys))
        type_error(fmt::format("'{}' object is not a mapping", mapping.type_name()));
    for (const Value& key : collect(call_value(keys, {}))) out.put(key, get_item(mapping, key));
}

Value evaluate_dict(Frame& frame, const DictDisplay& expr) {
    Value made = make_dict();
    for (const DictEntry& entry : expr.entries) {
        const Value key = entry.key ? evaluate(frame, entry.key) : Value();
        const Value value = evaluate(frame, entry.value);
        frame.at(entry.key ? entry.key : entry.value);
        if (entry.key)
            table_of(made).put(key, value);
        else
            merge_mapping(table_of(made), value);
    }
    return made;
}

// --- Comprehensions.

class ComprehensionRun {
  public:
    ComprehensionRun(Frame& frame, const Comprehension& expr) : frame_(frame), expr_(expr) {}

    Value run() {
        for (const std::uint32_t slot : expr_.cells) frame_.slots[slot] = make<Cell>();
        switch (expr_.result) {
        case ExprKind::list: result_ = make_list({}); break;
        case ExprKind::set: result_ = make_set(); break;
        default: result_ = make_dict(); break;
        }
        clause(0);
        return result_;
    }

  private:
    void clause(std::size_t depth) {
        if (depth == expr_.clauses.size()) return element();
        const Clause& part = expr_.clauses[depth];
        const Value iterable = evaluate(frame_, part.iterable);
        frame_.at(part.iterable);
        Iteration it(iterable);
        Value item;
        while (it.next(item)) {
            assign(frame_, part.target, item);
            if (wanted(part)) clause(depth + 1);
            frame_.at(part.iterable);
        }
    }

    bool wanted(const Clause& part) {
        for (const Expr* condition : part.conditions) {
            const Value value = evaluate(frame_, condition);
            frame_.at(condition);
            if (!truth(value)) return false;
        }
        return true;
    }

    void element() {
        Value value = evaluate(frame_, expr_.element);
        switch (expr_.result) {
        case ExprKind::list: items_of(result_).push_back(std::move(value)); break;
        case ExprKind::set: frame_.at(expr_.element), table_of(result_).put(value, Value()); break;
        default: {
            Value mapped = evaluate(frame_, expr_.value);
            frame_.at(expr_.element);
            table_of(result_).put(value, std::move(mapped));
        }
        }
    }

    Frame& frame_;
    const Comprehension& expr_;
    Value result_;
};

// --- Strings.

std::string formatted_text(Frame& frame, const Formatted& expr);

std::string part_text(Frame& frame, const FormattedPart& part) {
    Value value = evaluate(frame, part.value);
    frame.at(part.value);
    if (part.conversion == 'r')
        value = Value(repr_of(value));
    else if (part.conversion == 's')
        value = str_value(value);
    else if (part.conversion == 'a')
        value = Value(ascii_repr(value));
    if (!part.spec) {
        if (value.is_string()) return std::string(text_of(value));
        return format_value(value, {});
    }
    const std::string spec = formatted_text(frame, *part.spec);
    frame.at(part.value);
    return format_value(value, spec);
}

std::string formatted_text(Frame& frame, const Formatted& expr) {
    std::string out;
    for (const FormattedPart& part : expr.parts) {
        if (part.text)
            out += text_of(*part.text);
        else
            out += part_text(frame, part);
    }
    return out;
}

// --- Calls.

using ArgBuffer = boost::container::small_vector<Value, 8>;
using KeywordBuffer = boost::container::small_vector<Call::Keyword, 8>;

void spread_keywords(Frame& frame, const Expr* expr, KeywordBuffer& out) {
    const Value mapping = evaluate(frame, expr);
    frame.at(expr);
    Value entries = make_dict();
    merge_mapping(table_of(entries), mapping);
    for (auto& [key, value] : entries.entries()) {
        if (!plain(key).is_string()) type_error("keywords must be strings");
        for (const Call::Keyword& other : out)
            if (text_of(other.name) == text_of(plain(key)))
                type_error(fmt::format("got multiple values for keyword argument '{}'", text_of(plain(key))));
        out.push_back({plain(key), value});
    }
}

void evaluate_arguments(Frame& frame, const CallExpr& expr, ArgBuffer& args, KeywordBuffer& keywords) {
    for (const Expr* arg : expr.args) {
        if (arg->kind != ExprKind::starred) {
            args.push_back(evaluate(frame, arg));
            continue;
        }
        const Value value = evaluate(frame, static_cast<const Starred*>(arg)->value);
        frame.at(arg);
        const Values more = collect(value);
        args.insert(args.end(), more.begin(), more.end());
    }
    for (const Argument& keyword : expr.keywords) {
        if (!keyword.name)
            spread_keywords(frame, keyword.value, keywords);
        else
            keywords.push_back({Value(const_cast<String*>(keyword.name)), evaluate(frame, keyword.value)});
    }
    if (expr.starred && !expr.keywords.empty()) {
        for (std::size_t i = 0; i < keywords.size(); ++i)
            for (std::size_t j = i + 1; j < keywords.size(); ++j)
                if (text_of(keywords[i].name) == text_of(keywords[j].name))
                    type_error(fmt::format("got multiple values for keyword argument '{}'",
                                           text_of(keywords[i].name)));
    }
}

Value evaluate_call(Frame& frame, const CallExpr& expr) {
    ArgBuffer args;
    KeywordBuffer keywords;
    Value callee;
    Value self = Peek::unbound();
    if (expr.callee->kind == ExprKind::attribute) {
        const auto& attribute = *static_cast<const Attribute*>(expr.callee);
        const Value object = evaluate(frame, attribute.object);
        frame.at(&attribute);
        callee = load_method(object, Key(attribute.name), self);
    } else {
        callee = evaluate(frame, expr.callee);
    }
    Call::Site site{frame.program, &expr};
    if (!self.is(Type::unbound)) {
        args.push_back(std::move(self));
        site.implicit = 1;
    }
    evaluate_arguments(frame, expr, args, keywords);
    frame.at(expr.callee);
    return call_value(callee, Args(args.data(), args.size()), Keywords(keywords.data(), keywords.size()),
                      &site);
}

Value evaluate_attribute(Frame& frame, const Attribute& expr) {
    const Value object = evaluate(frame, expr.object);
    frame.at(&expr);
    return get_attribute(object, Key(expr.name));
}

Value evaluate_subscript(Frame& frame, const Subscript& expr) {
    const Value object = evaluate(frame, expr.object);
    const Value index = evaluate(frame, expr.index);
    frame.at(&expr);
    return get_item(object, index);
}

Value evaluate_slice(Frame& frame, const Slice& expr) {
    auto bound = [&](const Expr* e) { return e ? evaluate(frame, e) : Value(); };
    Value start = bound(expr.start);
    Value stop = bound(expr.stop);
    return make<SliceObject>(std::move(start), std::move(stop), bound(expr.step));
}

Value evaluate_conditional(Frame& frame, const Conditional& expr) {
    const Value condition = evaluate(frame, expr.condition);
    frame.at(expr.condition);
    return evaluate(frame, truth(condition) ? expr.then : expr.otherwise);
}

Value evaluate_lambda(Frame& frame, const Lambda& expr) {
    return make_function_object(frame, *expr.function);
}

Value evaluate_comprehension(Frame& frame, const Comprehension& expr) {
    return ComprehensionRun(frame, expr).run();
}

Value evaluate_named(Frame& frame, const Named& expr) {
    Value value = evaluate(frame, expr.value);
    assign(frame, expr.target, value);
    return value;
}

Value evaluate_yield(Frame& frame, const Yield& expr) {
    const Value value = expr.value ? evaluate(frame, expr.value) : Value();
    frame.at(&expr);
    return expr.kind == ExprKind::yield ? yield_value(frame, value) : yield_from(frame, value);
}

Value evaluate_await(Frame& frame, const Await& expr) {
    const Value value = evaluate(frame, expr.value);
    frame.at(&expr);
    return await_value(value);
}

} // namespace

Value make_function_object(Frame& frame, const FunctionNode& node) {
    auto* function = new FunctionObject(node, const_cast<Program*>(frame.program)->shared_from_this(),
                                        Value(frame.globals));
    Value made(function);
    for (std::size_t i = node.required; i < node.positional; ++i)
        function->defaults.push_back(evaluate(frame, node.parameters[i].default_value));
    for (std::size_t i = node.positional; i < node.parameters.size(); ++i) {
        const Expr* otherwise = node.parameters[i].default_value;
        function->keyword_defaults.push_back(otherwise ? evaluate(frame, otherwise) : Peek::unbound());
    }
    for (const FreeVariable& free : node.free) function->cells.push_back(frame.slots[free.outer]);
    if (frame.class_functions) frame.class_functions->push_back(made);
    return made;
}

Value evaluate(Frame& frame, const Expr* expr) {
    switch (expr->kind) {
    case ExprKind::constant: return *static_cast<const Constant*>(expr)->value;
    case ExprKind::name: return load_name(frame, *static_cast<const Name*>(expr));
    default: break;
    }
    check_stack();
    switch (expr->kind) {
    case ExprKind::attribute: return evaluate_attribute(frame, *static_cast<const Attribute*>(expr));
    case ExprKind::subscript: return evaluate_subscript(frame, *static_cast<const Subscript*>(expr));
    case ExprKind::slice: return evaluate_slice(frame, *static_cast<const Slice*>(expr));
    case ExprKind::call: return evaluate_call(frame, *static_cast<const CallExpr*>(expr));
    case ExprKind::unary: return evaluate_unary(frame, *static_cast<const Unary*>(expr));
    case ExprKind::binary: return evaluate_binary(frame, *static_cast<const Binary*>(expr));
    case ExprKind::logical: return evaluate_logical(frame, *static_cast<const Logical*>(expr));
    case ExprKind::compare: return evaluate_compare(frame, *static_cast<const Compare*>(expr));
    case ExprKind::conditional: return evaluate_conditional(frame, *static_cast<const Conditional*>(expr));
    case ExprKind::lambda: return evaluate_lambda(frame, *static_cast<const Lambda*>(expr));
    case ExprKind::list:
    case ExprKind::tuple: return evaluate_sequence(frame, *static_cast<const Display*>(expr));
    case ExprKind::set: return evaluate_set(frame, *static_cast<const Display*>(expr));
    case ExprKind::dict: return evaluate_dict(frame, *static_cast<const DictDisplay*>(expr));
    case ExprKind::comprehension:
        return evaluate_comprehension(frame, *static_cast<const Comprehension*>(expr));
    case ExprKind::generator: return make_generator_expression(frame, *static_cast<const Generator*>(expr));
    case ExprKind::formatted: return Value(formatted_text(frame, *static_cast<const Formatted*>(expr)));
    case ExprKind::await: return evaluate_await(frame, *static_cast<const Await*>(expr));
    case ExprKind::yield:
    case ExprKind::yield_from: return evaluate_yield(frame, *static_cast<const Yield*>(expr));
    case ExprKind::named: return evaluate_named(frame, *static_cast<const Named*>(expr));
    case ExprKind::starred: frame.at(expr); type_error("a starred expression cannot stand here");
    case ExprKind::constant:
    case ExprKind::name: break;
    }
    return {};
}

} // namespace orch::lang
