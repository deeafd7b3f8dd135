// The built-in classes and exceptions of a thread. Functions are in builtin_functions.cpp, methods in
// methods_*.cpp.

#include "lang/builtins.hpp"

#include "lang/integer.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

namespace {

Value builtin_type(Builtins& all, const char* name, Type type,
                   std::function<Value(Call&, const Value&)> construct, const Value& base = {}) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = Value(name);
    cls->module_name = Value("builtins");
    if (base.is(Type::class_)) cls->bases.push_back(base);
    cls->is_builtin = true;
    cls->builtin = type;
    if (construct) {
        cls->hooks = std::make_shared<ClassHooks>();
        cls->hooks->construct = std::move(construct);
    }
    finish_class(*cls);
    cls->builtin = type;
    if (type != Type::instance) all.classes[static_cast<std::size_t>(type)] = made;
    all.names.put(Key(name), made);
    return made;
}

// --- Constructors.

Value construct_int(Call& call, const Value&) {
    if (call.size() == 0) return 0;
    const Value& given = call[0];
    const Value v = plain(given);
    const Value base = call.get(1, "base");
    if (!base.is_none()) {
        if (!v.is_string()) type_error("int() can't convert non-string with explicit base");
        const std::int64_t number = base.as_int();
        if (number != 0 && (number < 2 || number > 36))
            value_error("int() base must be >= 2 and <= 36, or 0");
        if (auto parsed = parse_integer(text_of(v), static_cast<int>(number))) return *parsed;
        value_error(fmt::format("invalid literal for int() with base {}: {}", number, repr_of(v)));
    }
    if (v.is(Type::boolean)) return Peek::integer(v);
    if (v.is_integer()) return v;
    if (v.is(Type::real)) return integer_from_double(Peek::real(v));
    if (v.is_string() || v.is(Type::bytes)) {
        if (auto parsed = parse_integer(v.is_string() ? text_of(v) : v.as_bytes(), 10)) return *parsed;
        value_error(fmt::format("invalid literal for int() with base 10: {}", repr_of(v)));
    }
    for (const char* name : {"__int__", "__index__", "__trunc__"}) {
        Value method;
        if (find_special(given, name, method)) return call_special(method, given, {});
        if (given.is(Type::native) && find_attribute(given, Key(name), method)) return call_value(method, {});
    }
    type_error(fmt::format("int() argument must be a string, a bytes-like object or a real number, not '{}'",
                           given.type_name()));
}

Value construct_float(Call& call, const Value&) {
    if (call.size() == 0) return 0.0;
    const Value& given = call[0];
    const Value v = plain(given);
    if (v.is_number()) return v.as_double();
    if (v.is_string()) {
        if (const auto parsed = parse_float(text_of(v))) return *parsed;
        value_error(fmt::format("could not convert string to float: {}", repr_of(v)));
    }
    Value method;
    if (find_special(given, "__float__", method)) return call_special(method, given, {});
    if (given.is(Type::native) && find_attribute(given, Key("__float__"), method))
        return call_value(method, {});
    type_error(
        fmt::format("float() argument must be a string or a real number, not '{}'", given.type_name()));
}

Value construct_str(Call& call, const Value&) {
    if (call.size() == 0 && call.keywords().empty()) return "";
    const Value object = call.get(0, "object", Value(""));
    if (object.is(Type::bytes) && (call.size() > 1 || call.keyword("encoding")))
        return get_attribute(object, "decode").call({call.get(1, "encoding", Value("utf-8"))});
    return str_value(object);
}

Value construct_bytes(Call& call, const Value&) {
    if (call.size() == 0) return Value::bytes("");
    const Value v = plain(call[0]);
    if (v.is_string()) {
        if (call.size() < 2 && !call.keyword("encoding")) type_error("string argument without an encoding");
        return get_attribute(v, "encode").call({call.get(1, "encoding")});
    }
    if (v.is(Type::bytes)) return v;
    if (v.is_integer()) {
        if (v.as_int() < 0) value_error("negative count");
        charge(v.as_int());
        refund(v.as_int());
        return Value::bytes(std::string(static_cast<std::size_t>(v.as_int()), '\0'));
    }
    Value method;
    if (find_attribute(v, Key("__bytes__"), method)) return call_value(method, {});
    std::string out;
    for (const Value& item : collect(v)) {
        const std::int64_t byte = item.as_int();
        if (byte < 0 || byte > 255) value_error("bytes must be in range(0, 256)");
        out += static_cast<char>(byte);
    }
    return Value::bytes(out);
}

Value construct_range(Call& call, const Value&) {
    call.expect("range", 1, 3);
    auto bound = [&](std::size_t i) {
        const Value& v = call[i];
        if (!plain(v).is_integer())
            type_error(fmt::format("'{}' object cannot be interpreted as an integer", v.type_name()));
        if (v.is(Type::big_integer)) throw Error(Fault::script, "a range beyond 64 bits is not supported");
        return v.as_int();
    };
    const std::int64_t start = call.size() > 1 ? bound(0) : 0;
    const std::int64_t stop = bound(call.size() > 1 ? 1 : 0);
    const std::int64_t by = call.size() > 2 ? bound(2) : 1;
    if (by == 0) value_error("range() arg 3 must not be zero");
    return make<Range>(start, stop, by);
}

Value construct_dict(Call& call, const Value&) {
    Value made = make_dict();
    get_attribute(made, "update").call({call.args().begin(), call.args().end()});
    for (const Call::Keyword& keyword : call.keywords()) table_of(made).put(keyword.name, keyword.value);
    return made;
}

Value construct_set(Call& call, bool frozen) {
    if (call.size() > 0 && frozen && call[0].is(Type::frozenset)) return call[0];
    Value made = make_set(frozen);
    if (call.size() == 0) return made;
    Iteration it(call[0]);
    Value item;
    while (it.next(item)) table_of(made).put(item, Value());
    return made;
}

Value construct_type(Call& call, const Value&) {
    if (call.size() == 1) return class_value_of(call[0]);
    call.expect("type", 3, 3);
    auto* cls = new Class;
    Value made(cls);
    cls->name = call[0];
    cls->module_name = running && running->frame ? running->frame->globals->name : Value("");
    for (const Value& base : collect(call[1])) {
        if (!base.is(Type::class_)) type_error("bases must be types");
        cls->bases.push_back(base);
    }
    for (const auto& [key, value] : call[2].entries()) cls->attributes.put(key, value);
    finish_class(*cls);
    for (std::size_t i = cls->all_hooks.size(); i-- > 0;)
        if (cls->all_hooks[i]->subclassed) cls->all_hooks[i]->subclassed(made);
    return made;
}

Value construct_property(Call& call, const Value&) {
    auto* made = new Property(Property::Kind::property, call.get(0, "fget"));
    Value value(made);
    made->set = call.get(1, "fset");
    made->erase = call.get(2, "fdel");
    return value;
}

std::function<Value(Call&, const Value&)> property_of(Property::Kind kind) {
    return [kind](Call& call, const Value&) { return make<Property>(kind, call[0]); };
}

/// super(): the class in whose body the running method stands, and its first argument.
Value construct_super(Call& call, const Value&) {
    if (call.size() == 2) return super_object(call[0], call[1]);
    const Frame* frame = running->frame;
    while (frame && (!frame->function || frame->function->owner.is_none())) frame = frame->caller;
    if (!frame || frame->node->parameters.empty()) raise_error("RuntimeError", "super(): no arguments");
    Value self = frame->slots[frame->node->parameters[0].slot];
    if (!self.is(Type::unbound) && self.object() && dynamic_cast<Cell*>(self.object()))
        self = Peek::as<Cell>(self)->value;
    return super_object(frame->function->owner, self);
}

void add_classes(Builtins& all) {
    all.object = builtin_type(all, "object", Type::instance, {});
    all.type = builtin_type(all, "type", Type::class_, construct_type, all.object);
    const Value integer = builtin_type(all, "int", Type::integer, construct_int, all.object);
    all.classes[static_cast<std::size_t>(Type::big_integer)] = integer;
    builtin_type(
        all, "bool", Type::boolean,
        [](Call& call, const Value&) { return Value(call.size() > 0 && truth(call[0])); }, integer);
    builtin_type(all, "float", Type::real, construct_float, all.object);
    builtin_type(all, "str", Type::string, construct_str, all.object);
    builtin_type(all, "bytes", Type::bytes, construct_bytes, all.object);
    builtin_type(
        all, "list", Type::list,
        [](Call& call, const Value&) { return make_list(call.size() > 0 ? collect(call[0]) : Values()); },
        all.object);
    builtin_type(
        all, "tuple", Type::tuple,
        [](Call& call, const Value&) {
            if (call.size() > 0 && call[0].is(Type::tuple)) return call[0];
            return make_tuple(call.size() > 0 ? collect(call[0]) : Values());
        },
        all.object);
    builtin_type(all, "dict", Type::dict, construct_dict, all.object);
    builtin_type(
        all, "set", Type::set, [](Call& call, const Value&) { return construct_set(call, false); },
        all.object);
    builtin_type(
        all, "frozenset", Type::frozenset, [](Call& call, const Value&) { return construct_set(call, true); },
        all.object);
    builtin_type(all, "range", Type::range, construct_range, all.object);
    builtin_type(
        all, "slice", Type::slice,
        [](Call& call, const Value&) -> Value {
            call.expect("slice", 1, 3);
            if (call.size() == 1) return make<SliceObject>(Value(), call[0], Value());
            return make<SliceObject>(call[0], call[1], call.size() > 2 ? call[2] : Value());
        },
        all.object);
    builtin_type(all, "property", Type::property, construct_property, all.object);
    builtin_type(all, "staticmethod", Type::instance, property_of(Property::Kind::static_method), all.object);
    builtin_type(all, "classmethod", Type::instance, property_of(Property::Kind::class_method), all.object);
    builtin_type(all, "super", Type::instance, construct_super, all.object);
    // Types that scripts see but do not call by name.
    for (const auto& [name, type] :
         {std::pair("NoneType", Type::none), std::pair("function", Type::function),
          std::pair("builtin_function_or_method", Type::native_function), std::pair("method", Type::method),
          std::pair("module", Type::module), std::pair("generator", Type::iterator),
          std::pair("ellipsis", Type::ellipsis), std::pair("NotImplementedType", Type::not_implemented)}) {
        builtin_type(all, name, type, {}, all.object);
        all.names.erase(Key(name));
    }
    all.classes[static_cast<std::size_t>(Type::instance)] = all.object;
    all.classes[static_cast<std::size_t>(Type::native)] = all.object;
}

void add_object_methods(Builtins& all) {
    Methods(all.object)
        .add("__init__", [](Call&) { return Value(); })
        .static_method("__new__",
                       [](Call& call) {
                           if (!call[0].is(Type::class_))
                               type_error("object.__new__(X): X is not a type object");
                           auto& cls = *Peek::as<Class>(call[0]);
                           Value made = make_instance(call[0]);
                           if (cls.constructs && cls.builtin != Type::instance) {
                               // str.__new__(cls, value) and its like: the value is made now.
                               Call rest = call.rest();
                               Peek::as<Instance>(made)->base = cls.constructs->construct(rest, call[0]);
                           }
                           return made;
                       })
        .add("__repr__",
             [](Call& call) {
                 return Value(fmt::format("<{} object at 0x{:012x}>", call[0].qualified_type(),
                                          reinterpret_cast<std::uintptr_t>(call[0].object())));
             })
        .add("__str__", [](Call& call) { return Value(repr_of(call[0])); })
        .add("__eq__",
             [](Call& call) { return call[0].same(call[1]) ? Value(true) : Value::not_implemented(); })
        .add("__ne__",
             [](Call& call) { return call[0].same(call[1]) ? Value(false) : Value::not_implemented(); })
        .add("__hash__",
             [](Call& call) {
                 return Value(
                     static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(call[0].object()) >> 4));
             })
        .add("__setattr__",
             [](Call& call) {
                 if (!call[0].is(Type::instance))
                     set_attribute(call[0], Key(call[1].as_string()), call[2]);
                 else
                     Peek::as<Instance>(call[0])->attributes.put(Key(call[1].as_string()), call[2]);
                 return Value();
             })
        .add("__delattr__",
             [](Call& call) {
                 const std::string_view name = call[1].as_string();
                 if (!call[0].is(Type::instance))
                     delete_attribute(call[0], Key(name));
                 else if (!Peek::as<Instance>(call[0])->attributes.erase(Key(name)))
                     raise_error("AttributeError", name);
                 return Value();
             })
        .add("__getattribute__", [](Call& call) { return get_attribute(call[0], Key(call[1].as_string())); })
        .class_method("__init_subclass__", [](Call&) { return Value(); });
}

// --- Exceptions.

struct ExceptionName {
    const char* name;
    const char* base;
};
constexpr ExceptionName exception_names[] = {
    {"Exception", "BaseException"},
    {"SystemExit", "BaseException"},
    {"KeyboardInterrupt", "BaseException"},
    {"GeneratorExit", "BaseException"},
    {"ArithmeticError", "Exception"},
    {"ZeroDivisionError", "ArithmeticError"},
    {"OverflowError", "ArithmeticError"},
    {"FloatingPointError", "ArithmeticError"},
    {"AssertionError", "Exception"},
    {"AttributeError", "Exception"},
    {"EOFError", "Exception"},
    {"ImportError", "Exception"},
    {"ModuleNotFoundError", "ImportError"},
    {"LookupError", "Exception"},
    {"IndexError", "LookupError"},
    {"KeyError", "LookupError"},
    {"MemoryError", "Exception"},
    {"NameError", "Exception"},
    {"UnboundLocalError", "NameError"},
    {"OSError", "Exception"},
    {"FileNotFoundError", "OSError"},
    {"PermissionError", "OSError"},
    {"FileExistsError", "OSError"},
    {"TimeoutError", "OSError"},
    {"ConnectionError", "OSError"},
    {"RuntimeError", "Exception"},
    {"NotImplementedError", "RuntimeError"},
    {"RecursionError", "RuntimeError"},
    {"StopIteration", "Exception"},
    {"StopAsyncIteration", "Exception"},
    {"SyntaxError", "Exception"},
    {"TypeError", "Exception"},
    {"ValueError", "Exception"},
    {"UnicodeError", "ValueError"},
    {"UnicodeDecodeError", "UnicodeError"},
    {"UnicodeEncodeError", "UnicodeError"},
    {"Warning", "Exception"},
    {"UserWarning", "Warning"},
    {"DeprecationWarning", "Warning"},
    {"PendingDeprecationWarning", "Warning"},
    {"RuntimeWarning", "Warning"},
    {"SyntaxWarning", "Warning"},
    {"FutureWarning", "Warning"},
    {"ImportWarning", "Warning"},
    {"UnicodeWarning", "Warning"},
    {"ResourceWarning", "Warning"},
};

Value add_exception(Builtins& all, const char* name, const Value& base) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = Value(name);
    cls->module_name = Value("builtins");
    cls->bases.push_back(base);
    cls->is_builtin = true;
    cls->is_exception = true;
    finish_class(*cls);
    all.names.put(Key(name), made);
    return made;
}

} // namespace

void add_exceptions(Builtins& all) {
    all.base_exception = add_exception(all, "BaseException", all.object);
    for (const auto& [name, base] : exception_names)
        add_exception(all, name, Value(*all.names.find(Key(base))));
    all.exception = *all.names.find(Key("Exception"));
    all.stop_iteration = *all.names.find(Key("StopIteration"));
    all.names.put(Key("IOError"), *all.names.find(Key("OSError")));
    all.names.put(Key("EnvironmentError"), *all.names.find(Key("OSError")));
    Methods(all.base_exception)
        .add("__init__",
             [](Call& call) {
                 Peek::as<Instance>(call[0])->attributes.put(
                     Key("args"), make_tuple(Values(call.args().begin() + 1, call.args().end())));
                 return Value();
             })
        .add("__str__", [](Call& call) { return Value(exception_str(call[0])); })
        .add("with_traceback", [](Call& call) { return call[0]; })
        .add("add_note", [](Call& call) {
            auto& exception = *Peek::as<ExceptionInstance>(call[0]);
            exception.notes.emplace_back(call[1].as_string());
            if (!exception.attributes.find(Key("__notes__")))
                exception.attributes.put(Key("__notes__"), Value::list({}));
            items_of(*exception.attributes.find(Key("__notes__"))).push_back(call[1]);
            return Value();
        });
    auto& base = *Peek::as<Class>(all.base_exception);
    for (const char* name : {"__cause__", "__context__", "__traceback__"})
        base.attributes.put(Key(name), Value());
    base.attributes.put(Key("__suppress_context__"), Value(false));
    Peek::as<Class>(all.stop_iteration)->attributes.put(Key("value"), make_property([](const Value& self) {
                                                            const Value args = get_attribute(self, "args");
                                                            return items_of(args).empty() ? Value()
                                                                                          : items_of(args)[0];
                                                        }));
    Peek::as<Class>(*all.names.find(Key("SystemExit")))
        ->attributes.put(Key("code"), make_property([](const Value& self) {
                             const Value args = get_attribute(self, "args");
                             return items_of(args).empty() ? Value() : items_of(args)[0];
                         }));
}

namespace {

/// What `int | None`, Optional[int] and List[int] give: a type that stands for several, or for one that
/// nobody checks.
class Alias final : public Native {
  public:
    explicit Alias(std::vector<Value> members) : members_(std::move(members)) {}
    std::string type_name() const override { return "UnionType"; }
    bool contains(const Value& v) override {
        for (const Value& member : members_)
            if (member.is_none() ? v.is_none() : instance_of(v, member)) return true;
        return false;
    }
    std::optional<Value> binary(Operator op, const Value& other, bool) override {
        if (op != Operator::bit_or) return {};
        std::vector<Value> more = members_;
        more.push_back(other);
        return make<Alias>(std::move(more));
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "__args__") return Value::tuple(members_);
        return {};
    }
    std::string repr() const override {
        std::string out;
        for (const Value& member : members_)
            out +=
                (out.empty() ? "" : " | ") + (member.is(Type::class_) ? class_name(member) : repr_of(member));
        return out;
    }
    void clear() override {
        members_.clear();
        Native::clear();
    }

  private:
    std::vector<Value> members_;
};

void add_alias(Builtins& all) {
    all.generic_alias = builtin_type(all, "GenericAlias", Type::instance, {}, all.object);
    all.names.erase(Key("GenericAlias"));
    Methods(all.generic_alias).static_method("union", [](Call& call) {
        return make<Alias>(std::vector<Value>(call.args().begin(), call.args().end()));
    });
}

} // namespace

Builtins& builtins() {
    thread_local std::unique_ptr<Builtins> all;
    if (all) return *all;
    // They belong to the thread, not to the interpreter that happens to ask first.
    Heap* const before = Heap::use(nullptr);
    all = std::make_unique<Builtins>();
    all->classes.resize(static_cast<std::size_t>(Type::not_implemented) + 1);
    add_classes(*all);
    add_object_methods(*all);
    add_exceptions(*all);
    add_number_methods(*all);
    add_text_methods(*all);
    add_bytes_methods(*all);
    add_sequence_methods(*all);
    add_mapping_methods(*all);
    add_set_methods(*all);
    add_generator_methods(*Peek::as<Class>(all->classes[static_cast<std::size_t>(Type::iterator)]));
    add_alias(*all);
    add_functions(*all);
    add_special_methods(*all);
    add_argument_counts(*all);
    Heap::use(before);
    return *all;
}

} // namespace orch::lang
