// Attribute access: what `object.name` finds, for every kind of object.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace orch::lang {

namespace {

/// What a class's attribute becomes when it is found through an object (`self` unbound: through the class
/// itself). With `method_self`, functions stay functions and self goes there.
Value bind(const Value& attribute, const Value& self, const Value& cls, Value* method_self) {
    const bool through_class = self.is(Type::unbound);
    auto with_self = [&](const Value& function, const Value& first) -> Value {
        if (!method_self) return bind_method(function, first);
        *method_self = first;
        return function;
    };
    switch (attribute.type()) {
    case Type::function: return through_class ? attribute : with_self(attribute, self);
    case Type::native_function:
        return through_class || !Peek::as<NativeFunction>(attribute)->binds ? attribute
                                                                            : with_self(attribute, self);
    case Type::property: {
        const auto& property = *Peek::as<Property>(attribute);
        switch (property.kind) {
        case Property::Kind::static_method: return property.get;
        case Property::Kind::class_method: return with_self(property.get, cls);
        case Property::Kind::property:
            if (through_class) return attribute;
            if (property.get.is_none()) raise_error("AttributeError", "unreadable attribute");
            return call_value(property.get, {self});
        case Property::Kind::cached: {
            if (through_class) return attribute;
            Value made = call_value(property.get, {self});
            set_attribute(self, Key(text_of(property.name)), made);
            return made;
        }
        }
        return attribute;
    }
    case Type::instance: {
        Value method;
        if (!find_special(attribute, "__get__", method)) return attribute;
        return call_special(method, attribute, {through_class ? Value() : self, cls});
    }
    default: return attribute;
    }
}

bool is_data_property(const Value& attribute) {
    if (attribute.is(Type::property)) return Peek::as<Property>(attribute)->kind == Property::Kind::property;
    Value method;
    return attribute.is(Type::instance) && find_special(attribute, "__set__", method);
}

Value dict_of(const Table& table) {
    Value made = make_dict();
    for (std::size_t i = 0; i < table.capacity(); ++i) {
        if (!table.live(i)) continue;
        const Table::Entry& entry = table.entry(i);
        table_of(made).put(entry.key, entry.hash, entry.value);
    }
    return made;
}

bool instance_attribute(const Value& object, const Key& name, Value& out, Value* method_self) {
    auto& instance = *Peek::as<Instance>(object);
    Class& cls = instance.type_object();
    for (const ClassHooks* hooks : cls.all_hooks)
        if (hooks->instance_attribute)
            if (auto value = hooks->instance_attribute(object, name.text))
                return out = std::move(*value), true;
    const Value* in_class = cls.find(name);
    if (in_class && is_data_property(*in_class))
        return out = bind(Value(*in_class), object, instance.cls, nullptr), true;
    if (const Value* own = instance.attributes.find(name)) return out = *own, true;
    if (in_class) return out = bind(Value(*in_class), object, instance.cls, method_self), true;
    if (name.text == "__class__") return out = instance.cls, true;
    if (name.text == "__dict__") return out = make<Dict>(instance.attributes, &instance), true;
    if (name.text == "__doc__") return out = get_attribute(instance.cls, "__doc__"), true;
    if (name.text == "__module__") return out = cls.module_name, true;
    if (!plain(object).same(object) && find_attribute(plain(object), name, out)) return true;
    if (cls.constructs && !name.text.starts_with("__"))
        if (Native* native = native_part_of(object))
            if (auto value = native->get_attribute(name.text)) return out = std::move(*value), true;
    if (!cls.has_getattr) return false;
    Value method;
    if (!find_special(object, "__getattr__", method)) return false;
    try {
        out = call_special(method, object, {name.value()});
    } catch (const Raised& raised) {
        if (instance_of(raised.exception(), Value(&exception_class("AttributeError")))) {
            if (method_self) throw;
            return false;
        }
        throw;
    }
    return true;
}

bool native_attribute(const Value& object, const Key& name, Value& out, Value* method_self) {
    auto& native = *Peek::as<Native>(object);
    if (auto value = native.get_attribute(name.text)) return out = std::move(*value), true;
    if (!native.class_of().is(Type::class_)) return false;
    if (name.text == "__class__") return out = native.class_of(), true;
    const Value* in_class = Peek::as<Class>(native.class_of())->find(name);
    if (in_class) out = bind(Value(*in_class), object, native.class_of(), method_self);
    return in_class != nullptr;
}

bool module_attribute(const Value& object, const Key& name, Value& out) {
    auto& module = *Peek::as<Module>(object);
    const bool active = running && module.interpreter == &running->self;
    if (const Value* found = module.names.find(name)) {
        out = *found;
        if (out.is(Type::absent) && active) out = resolve_import(module, name, Value(out));
        return true;
    }
    if (module.definitions && active)
        if (auto value = define_name(module, name.text)) return out = std::move(*value), true;
    if (module.members)
        if (auto value = module.members(name.text)) {
            module.names.put(name, *value);
            return out = std::move(*value), true;
        }
    if (active) {
        // A source's package may have imported its parts in code that was never run here.
        const std::string whole = std::string(text_of(module.name)) + "." + std::string(name.text);
        if (module.definitions || running->registry.contains(whole) || running->loaded.contains(whole))
            if (auto inner = find_module(whole)) return out = std::move(*inner), true;
    }
    if (name.text == "__name__") return out = module.name, true;
    if (name.text == "__dict__") return out = make<Dict>(module.names, &module), true;
    if (name.text == "__doc__") return out = Value(), true;
    if (const Value* hook = module.names.find(Key("__getattr__")))
        return out = call_value(*hook, {name.value()}), true;
    return false;
}

Value tuple_of(const std::vector<Value>& items) { return make_tuple(Values(items.begin(), items.end())); }

bool class_fact(const Value& object, const Class& cls, std::string_view name, Value& out) {
    if (name == "__name__") return out = cls.name, true;
    if (name == "__qualname__") return out = cls.name, true;
    if (name == "__module__") return out = cls.module_name, true;
    if (name == "__bases__") return out = tuple_of(cls.bases), true;
    if (name == "__dict__") return out = dict_of(cls.attributes), true;
    if (name == "__doc__") return out = Value(), true;
    if (name == "__class__") return out = builtins().type, true;
    if (name == "__mro__") {
        Values items;
        for (Class* base : cls.mro) items.emplace_back(base);
        return out = make_tuple(std::move(items)), true;
    }
    if (name == "mro") {
        out = make_function("mro",
                            [object](Call&) { return make_list(collect(get_attribute(object, "__mro__"))); });
        return true;
    }
    return false;
}

bool class_attribute(const Value& object, const Key& name, Value& out, Value* method_self) {
    Class& cls = *Peek::as<Class>(object);
    if (const Value* found = cls.find(name)) {
        const Value attribute = *found;
        // A class of the host asks first: a mapped column is an expression when seen through its class.
        for (const ClassHooks* hooks : cls.all_hooks)
            if (hooks->attribute && !attribute.is(Type::function) && !attribute.is(Type::property))
                if (auto value = hooks->attribute(object, name.text)) return out = std::move(*value), true;
        return out = bind(attribute, Peek::unbound(), object, method_self), true;
    }
    for (const ClassHooks* hooks : cls.all_hooks)
        if (hooks->attribute)
            if (auto value = hooks->attribute(object, name.text)) return out = std::move(*value), true;
    return class_fact(object, cls, name.text, out);
}

bool function_attribute(const Value& object, const Key& name, Value& out) {
    auto& function = *Peek::as<FunctionObject>(object);
    if (function.attributes)
        if (const Value* found = function.attributes->find(name)) return out = *found, true;
    if (name.text == "__name__") return out = Value(const_cast<String*>(function.node->name)), true;
    if (name.text == "__qualname__") return out = Value(const_cast<String*>(function.node->qualified)), true;
    if (name.text == "__doc__") return out = function.node->doc ? *function.node->doc : Value(), true;
    if (name.text == "__module__") return out = Peek::as<Module>(function.globals)->name, true;
    if (name.text == "__defaults__")
        return out = function.defaults.empty() ? Value() : make_tuple(function.defaults), true;
    if (name.text == "__dict__")
        return out = function.attributes ? dict_of(*function.attributes) : make_dict(), true;
    if (name.text == "__annotations__") return out = make_dict(), true;
    if (name.text == "__call__") return out = object, true;
    if (name.text == "__get__") {
        out = make_function("__get__", [object](Call& call) { return bind_method(object, call[0]); });
        return true;
    }
    return false;
}

bool native_function_attribute(const Value& object, const Key& name, Value& out) {
    const auto& function = *Peek::as<NativeFunction>(object);
    if (name.text == "__name__" || name.text == "__qualname__") return out = function.name, true;
    if (name.text == "__doc__" || name.text == "__module__") return out = Value(), true;
    if (name.text == "__call__") return out = object, true;
    return false;
}

bool method_attribute(const Value& object, const Key& name, Value& out) {
    const auto& method = *Peek::as<Method>(object);
    if (name.text == "__self__") return out = method.self, true;
    if (name.text == "__func__") return out = method.function, true;
    return find_attribute(method.function, name, out);
}

Value property_with(const Value& object, const Value& get, const Value& set, const Value& erase) {
    auto* made = new Property(Peek::as<Property>(object)->kind, get);
    Value value(made);
    made->set = set;
    made->erase = erase;
    return value;
}

bool property_attribute(const Value& object, const Key& name, Value& out) {
    const auto& property = *Peek::as<Property>(object);
    if (name.text == "setter") {
        out = make_function("setter", [object](Call& call) {
            const auto& p = *Peek::as<Property>(object);
            return property_with(object, p.get, call[0], p.erase);
        });
    } else if (name.text == "getter") {
        out = make_function("getter", [object](Call& call) {
            const auto& p = *Peek::as<Property>(object);
            return property_with(object, call[0], p.set, p.erase);
        });
    } else if (name.text == "deleter") {
        out = make_function("deleter", [object](Call& call) {
            const auto& p = *Peek::as<Property>(object);
            return property_with(object, p.get, p.set, call[0]);
        });
    } else if (name.text == "fget" || name.text == "__func__" || name.text == "func") {
        out = property.get;
    } else if (name.text == "fset") {
        out = property.set;
    } else {
        return find_attribute(property.get, name, out);
    }
    return true;
}

// `Base.metadata` of a Base that nobody has: as absent as Base itself.
Value absent_below(const Absent& absent, const std::string& path, std::string_view name) {
    auto* made = new Absent(path, std::string(name), absent.place);
    made->root = absent.asked();
    made->reason = absent.reason;
    made->missing = absent.missing;
    return Value(made);
}

bool absent_attribute(const Value& object, const Key& name, Value& out) {
    const auto& absent = *Peek::as<Absent>(object);
    if (running && !absent.module.empty()) {
        // `import a.b` binds a: a.b may still be a module that somebody has.
        const std::string path = absent.name.empty() ? absent.module : absent.module + "." + absent.name;
        if (!absent.reason)
            if (auto module = find_module(path + "." + std::string(name.text)))
                return out = std::move(*module), true;
        if (running->stub)
            if (auto stub = running->stub(path, name.text)) return out = std::move(*stub), true;
        if (running->follow_absent && !name.text.starts_with("__"))
            return out = absent_below(absent, path, name.text), true;
    }
    absent.fail();
}

bool builtin_attribute(const Value& object, const Key& name, Value& out, Value* method_self) {
    const Value& cls = builtins().classes[static_cast<std::size_t>(object.type())];
    if (!cls.is(Type::class_)) return false;
    if (const Value* found = Peek::as<Class>(cls)->find(name))
        return out = bind(Value(*found), object, cls, method_self), true;
    if (name.text == "__class__") return out = cls, true;
    return name.text == "__doc__";
}

bool lookup(const Value& object, const Key& name, Value& out, Value* method_self) {
    bool found = false;
    switch (object.type()) {
    case Type::instance: return instance_attribute(object, name, out, method_self);
    case Type::native: found = native_attribute(object, name, out, method_self); break;
    case Type::module: found = module_attribute(object, name, out); break;
    case Type::class_: return class_attribute(object, name, out, method_self);
    case Type::function: found = function_attribute(object, name, out); break;
    case Type::native_function: found = native_function_attribute(object, name, out); break;
    case Type::method: found = method_attribute(object, name, out); break;
    case Type::property: found = property_attribute(object, name, out); break;
    case Type::absent: return absent_attribute(object, name, out);
    default: break;
    }
    return found || builtin_attribute(object, name, out, method_self);
}

void add_names(const Table& table, std::vector<std::string>& out) {
    for (std::size_t i = 0; i < table.capacity(); ++i)
        if (table.live(i) && table.entry(i).key.is_string()) out.emplace_back(text_of(table.entry(i).key));
}

void add_class_names(const Class& cls, std::vector<std::string>& out) {
    for (const Class* base : cls.mro) add_names(base->attributes, out);
}

} // namespace

bool find_attribute(const Value& object, const Key& name, Value& out) {
    return lookup(object, name, out, nullptr);
}

Value get_attribute(const Value& object, const Key& name) {
    Value out;
    if (!lookup(object, name, out, nullptr)) fail_attribute(object, name.text);
    return out;
}

Value load_method(const Value& object, const Key& name, Value& self) {
    self = Peek::unbound();
    Value out;
    if (!lookup(object, name, out, &self)) fail_attribute(object, name.text);
    return out;
}

std::vector<std::string> attribute_names(const Value& object) {
    std::vector<std::string> names;
    switch (object.type()) {
    case Type::instance: {
        const auto& instance = *Peek::as<Instance>(object);
        add_names(instance.attributes, names);
        add_class_names(instance.type_object(), names);
        if (const Native* native = native_part_of(object))
            for (auto& name : native->attribute_names()) names.push_back(std::move(name));
        break;
    }
    case Type::native: {
        const auto& native = *Peek::as<Native>(object);
        names = native.attribute_names();
        if (native.class_of().is(Type::class_)) add_class_names(*Peek::as<Class>(native.class_of()), names);
        break;
    }
    case Type::module: {
        auto& module = *Peek::as<Module>(object);
        if (module.member_names) names = module.member_names();
        add_names(module.names, names);
        if (module.definitions)
            for (std::string& name : defined_names(module))
                if (!module.names.find(Key(name))) names.push_back(std::move(name));
        break;
    }
    case Type::class_: add_class_names(*Peek::as<Class>(object), names); break;
    default: {
        const Value& cls = builtins().classes[static_cast<std::size_t>(object.type())];
        if (cls.is(Type::class_)) add_class_names(*Peek::as<Class>(cls), names);
    }
    }
    return names;
}

void fail_attribute(const Value& object, std::string_view name) {
    std::string what;
    if (object.is(Type::module))
        what =
            fmt::format("module '{}' has no attribute '{}'", text_of(Peek::as<Module>(object)->name), name);
    else if (object.is(Type::class_))
        what = fmt::format("type object '{}' has no attribute '{}'", text_of(Peek::as<Class>(object)->name),
                           name);
    else
        what = fmt::format("'{}' object has no attribute '{}'", object.type_name(), name);
    Value exception = make_builtin_exception("AttributeError", what);
    if (const auto near = nearest(name, attribute_names(object)))
        Peek::as<ExceptionInstance>(exception)->hint = fmt::format("did you mean '{}'?", *near);
    throw Raised(exception);
}

namespace {

void set_instance_attribute(const Value& object, const Key& name, const Value& value) {
    auto& instance = *Peek::as<Instance>(object);
    Class& cls = instance.type_object();
    Value method;
    if (cls.has_setattr && find_special(object, "__setattr__", method))
        return void(call_special(method, object, {name.value(), value}));
    for (const ClassHooks* hooks : cls.all_hooks)
        if (hooks->set_instance_attribute && hooks->set_instance_attribute(object, name.text, value)) return;
    if (const Value* in_class = cls.find(name); in_class && is_data_property(*in_class)) {
        const Value attribute = *in_class;
        if (attribute.is(Type::instance)) {
            find_special(attribute, "__set__", method);
            return void(call_special(method, attribute, {object, value}));
        }
        const auto& property = *Peek::as<Property>(attribute);
        if (property.set.is_none())
            raise_error("AttributeError", fmt::format("property '{}' of '{}' object has no setter", name.text,
                                                      object.type_name()));
        return void(call_value(property.set, {object, value}));
    }
    if (name.text == "__class__") throw Error(Fault::script, "assigning to '__class__' is not supported");
    if (name.text == "__dict__" && value.is(Type::dict)) {
        const Table given = table_of(value); // it may be this instance's own
        instance.attributes = given;
        return;
    }
    instance.attributes.put(name, value);
}

} // namespace

void set_attribute(const Value& object, const Key& name, const Value& value) {
    switch (object.type()) {
    case Type::instance: return set_instance_attribute(object, name, value);
    case Type::class_: {
        auto& cls = *Peek::as<Class>(object);
        if (cls.is_builtin)
            type_error(fmt::format("cannot set '{}' attribute of immutable type '{}'", name.text,
                                   text_of(cls.name)));
        cls.attributes.put(name, value);
        cls.has_getattr |= name.text == "__getattr__";
        cls.has_setattr |= name.text == "__setattr__";
        return;
    }
    case Type::module: return Peek::as<Module>(object)->names.put(name, value);
    case Type::function: {
        auto& function = *Peek::as<FunctionObject>(object);
        if (!function.attributes) function.attributes = std::make_unique<Table>();
        return function.attributes->put(name, value);
    }
    case Type::native:
        if (Peek::as<Native>(object)->set_attribute(name.text, value)) return;
        break;
    case Type::absent: Peek::as<Absent>(object)->fail();
    default: break;
    }
    Value ignored;
    if (!find_attribute(object, name, ignored)) fail_attribute(object, name.text);
    raise_error("AttributeError",
                fmt::format("'{}' object attribute '{}' is read-only", object.type_name(), name.text));
}

void delete_attribute(const Value& object, const Key& name) {
    bool gone = false;
    switch (object.type()) {
    case Type::instance: {
        auto& instance = *Peek::as<Instance>(object);
        const Value* in_class = instance.type_object().find(name);
        if (in_class && in_class->is(Type::property) && !Peek::as<Property>(*in_class)->erase.is_none())
            return void(call_value(Value(Peek::as<Property>(*in_class)->erase), {object}));
        Value method;
        if (find_special(object, "__delattr__", method) && !method.is(Type::native_function))
            return void(call_special(method, object, {name.value()}));
        if (in_class && in_class->is(Type::instance) && find_special(*in_class, "__delete__", method))
            return void(call_special(method, Value(*in_class), {object}));
        gone = instance.attributes.erase(name);
        break;
    }
    case Type::class_:
        gone = !Peek::as<Class>(object)->is_builtin && Peek::as<Class>(object)->attributes.erase(name);
        break;
    case Type::module: gone = Peek::as<Module>(object)->names.erase(name); break;
    case Type::function:
        gone = Peek::as<FunctionObject>(object)->attributes &&
               Peek::as<FunctionObject>(object)->attributes->erase(name);
        break;
    default: break;
    }
    if (!gone) fail_attribute(object, name.text);
}

// --- Special methods.

bool find_special(const Value& object, const char* name, Value& function) {
    if (!object.is(Type::instance)) return false;
    const Key key(name);
    const Class* root = Peek::as<Class>(builtins().object);
    for (const Class* cls : Peek::as<Instance>(object)->type_object().mro) {
        if (cls == root) break;
        // What built-in base classes define is done by the interpreter itself.
        if (cls->is_builtin) continue;
        if (const Value* found = cls->attributes.find(key)) return function = *found, true;
    }
    return false;
}

Value call_special(const Value& function, const Value& self, std::initializer_list<Value> args) {
    const Value bound = bind(function, self, class_value_of(self), nullptr);
    return call_value(bound, args);
}

} // namespace orch::lang
