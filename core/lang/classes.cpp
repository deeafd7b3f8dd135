// Classes: method resolution order, instances, isinstance, super(), and the facts that natives ask for.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::lang {

void Class::clear() {
    attributes.clear();
    bases.clear();
    mro.clear();
    all_hooks.clear();
    constructs = nullptr;
    hooks.reset();
}

const Value* Class::find(const Key& key) const {
    for (const Class* cls : mro)
        if (const Value* found = cls->attributes.find(key)) return found;
    return nullptr;
}

bool Class::derives(const Class* base) const { return std::find(mro.begin(), mro.end(), base) != mro.end(); }

Instance::~Instance() {
    if (base.is(Type::native)) Peek::set_derived(*Peek::as<Native>(base), nullptr);
}

void Instance::clear() {
    if (base.is(Type::native)) Peek::set_derived(*Peek::as<Native>(base), nullptr);
    base = Value();
    attributes.clear();
    // The class stays: it is a reference upwards, and releasing the object may still ask for it.
}

// --- Method resolution order (C3).

namespace {

using Order = std::vector<Class*>;

bool in_tail(const std::vector<Order>& orders, const Class* candidate) {
    return std::any_of(orders.begin(), orders.end(), [&](const Order& order) {
        return !order.empty() && std::find(order.begin() + 1, order.end(), candidate) != order.end();
    });
}

Order merge(std::vector<Order> orders) {
    Order out;
    for (;;) {
        std::erase_if(orders, [](const Order& order) { return order.empty(); });
        if (orders.empty()) return out;
        Class* next = nullptr;
        for (const Order& order : orders)
            if (!in_tail(orders, order.front())) {
                next = order.front();
                break;
            }
        if (!next) type_error("Cannot create a consistent method resolution order (MRO) for bases");
        out.push_back(next);
        for (Order& order : orders)
            if (order.front() == next) order.erase(order.begin());
    }
}

Order resolution_order(Class& cls) {
    std::vector<Order> orders;
    Order direct;
    for (const Value& base : cls.bases) {
        Class* object = Peek::as<Class>(base);
        if (std::find(direct.begin(), direct.end(), object) != direct.end())
            type_error(fmt::format("duplicate base class {}", text_of(object->name)));
        orders.push_back(object->mro);
        direct.push_back(object);
    }
    orders.push_back(direct);
    Order order = merge(std::move(orders));
    order.insert(order.begin(), &cls);
    return order;
}

} // namespace

void finish_class(Class& cls) {
    if (cls.bases.empty() && builtins().object.is(Type::class_)) cls.bases.push_back(builtins().object);
    cls.mro = resolution_order(cls);
    for (Class* base : cls.mro) {
        if (base->hooks) cls.all_hooks.push_back(base->hooks.get());
        if (base->hooks && base->hooks->construct && !cls.constructs) cls.constructs = base->hooks.get();
        if (base->builtin != Type::instance && cls.builtin == Type::instance) cls.builtin = base->builtin;
        cls.is_exception |= base->is_exception;
        cls.has_getattr |= base->attributes.find(Key("__getattr__")) != nullptr;
        cls.has_setattr |= !base->is_builtin && base->attributes.find(Key("__setattr__")) != nullptr;
        cls.lacks_base |= base->lacks_base;
        cls.checks_abstract |=
            base->checks_abstract || (text_of(base->name) == "ABC" && base->module_name.is_string() &&
                                      text_of(base->module_name) == "abc");
    }
}

// --- Classes of values.

Value builtin_class(Type type) { return builtins().classes[static_cast<std::size_t>(type)]; }

Value class_value_of(const Value& v) {
    if (v.is(Type::instance)) return Peek::as<Instance>(v)->cls;
    if (v.is(Type::native) && !Peek::as<Native>(v)->class_of().is_none())
        return Peek::as<Native>(v)->class_of();
    return builtin_class(v.type());
}

Class& class_object_of(const Value& v) { return *Peek::as<Class>(class_value_of(v)); }

bool instance_of(const Value& v, const Value& cls) {
    if (cls.is(Type::tuple)) {
        const Nesting nesting;
        return std::any_of(items_of(cls).begin(), items_of(cls).end(),
                           [&](const Value& one) { return instance_of(v, one); });
    }
    if (cls.is(Type::absent)) Peek::as<Absent>(cls)->fail();
    if (cls.is(Type::native)) {
        // A union of types: contains() asks each.
        return Peek::as<Native>(cls)->contains(v);
    }
    if (!cls.is(Type::class_)) type_error("isinstance() arg 2 must be a type, a tuple of types, or a union");
    const Class* wanted = Peek::as<Class>(cls);
    const Value type = class_value_of(v);
    if (type.is(Type::class_) && Peek::as<Class>(type)->derives(wanted)) return true;
    return wanted->hooks && wanted->hooks->is_instance && wanted->hooks->is_instance(v);
}

// --- Instances.

namespace {

/// Makes the native or built-in part of an instance from a call of its constructor.
void construct_base(Instance& instance, Call& call) {
    Class& cls = instance.type_object();
    Value base = cls.constructs->construct(call, instance.cls);
    if (base.is(Type::native)) Peek::set_derived(*Peek::as<Native>(base), &instance);
    instance.base = std::move(base);
}

/// The first class in the MRO that a script made and that defines this name.
const Value* script_method(const Class& cls, const char* name) {
    const Key key(name);
    for (const Class* base : cls.mro)
        if (!base->is_builtin)
            if (const Value* found = base->attributes.find(key)) return found;
    return nullptr;
}

Value new_instance(const Value& cls) {
    auto& object = *Peek::as<Class>(cls);
    if (object.is_exception) return Value(new ExceptionInstance(cls));
    return Value(new Instance(cls));
}

Value call_new(const Value& method, const Value& cls, Args args, Keywords keywords, const Call::Site* site) {
    std::vector<Value> all{cls};
    all.insert(all.end(), args.begin(), args.end());
    const Value function = method.is(Type::property) ? Peek::as<Property>(method)->get : method;
    return call_value(function, all, keywords, site);
}

void call_init(const Value& instance, const Value& init, Args args, Keywords keywords,
               const Call::Site* site) {
    const Value result = call_value(bind_method(init, instance), args, keywords, site);
    if (!result.is_none())
        type_error(fmt::format("__init__() should return None, not '{}'", result.type_name()));
}

/// An instance of a script's subclass of a class with a constructor of its own (native or built-in).
Value instantiate_derived(const Value& cls, Args args, Keywords keywords, const Call::Site* site) {
    auto& object = *Peek::as<Class>(cls);
    Value made = new_instance(cls);
    auto& instance = *Peek::as<Instance>(made);
    const Value* init = script_method(object, "__init__");
    instance.base = Peek::unbound();
    // Immutable built-in types get their value before __init__ runs, as __new__ would do.
    const bool immutable = object.builtin == Type::string || object.builtin == Type::integer ||
                           object.builtin == Type::real || object.builtin == Type::tuple ||
                           object.builtin == Type::bytes || object.builtin == Type::frozenset;
    if (!init || immutable) {
        Call call(running->self, args, keywords, site);
        construct_base(instance, call);
    }
    if (init) call_init(made, Value(*init), args, keywords, site);
    if (instance.base.is(Type::unbound) && object.builtin != Type::instance) native_part_of(made);
    return made;
}

bool is_abstract(const Value& attribute) {
    const Value& function = attribute.is(Type::property) ? Peek::as<Property>(attribute)->get
                                                         : static_cast<const Value&>(attribute);
    if (!function.is(Type::function)) return false;
    const auto& attributes = Peek::as<FunctionObject>(function)->attributes;
    const Value* mark = attributes ? attributes->find(Key("__isabstractmethod__")) : nullptr;
    return mark && truth(*mark);
}

/// TypeError for a class below abc.ABC while abstract methods are left in it.
void refuse_abstract(const Class& cls) {
    std::set<std::string> names;
    for (const Class* base : cls.mro)
        for (std::size_t i = 0; i < base->attributes.capacity(); ++i) {
            if (!base->attributes.live(i) || !is_abstract(base->attributes.entry(i).value)) continue;
            const Value name = base->attributes.entry(i).key;
            if (is_abstract(*cls.find(Key(text_of(name))))) names.emplace(text_of(name));
        }
    if (!names.empty())
        type_error(fmt::format("Can't instantiate abstract class {} with abstract method{} {}",
                               text_of(cls.name), names.size() == 1 ? "" : "s", fmt::join(names, ", ")));
}

Value instantiate_plain(const Value& cls, Args args, Keywords keywords, const Call::Site* site) {
    auto& object = *Peek::as<Class>(cls);
    Value made = new_instance(cls);
    if (const Value* init = script_method(object, "__init__")) {
        call_init(made, Value(*init), args, keywords, site);
    } else if (!args.empty() || !keywords.empty()) {
        type_error(fmt::format("{}() takes no arguments", text_of(object.name)));
    }
    return made;
}

} // namespace

Value instantiate(const Value& cls, Args args, Keywords keywords, const Call::Site* site) {
    auto& object = *Peek::as<Class>(cls);
    if (!running) throw std::logic_error("a class is called outside of an interpreter");
    if (object.checks_abstract && !object.lacks_base) refuse_abstract(object);
    for (const ClassHooks* hooks : object.all_hooks) {
        if (!hooks->call) continue;
        Call call(running->self, args, keywords, site);
        if (auto value = hooks->call(call, cls)) return std::move(*value);
    }
    if (const Value* method = script_method(object, "__new__")) {
        Value made = call_new(Value(*method), cls, args, keywords, site);
        if (made.is(Type::instance) && Peek::as<Instance>(made)->type_object().derives(&object))
            if (const Value* init = script_method(Peek::as<Instance>(made)->type_object(), "__init__"))
                call_init(made, Value(*init), args, keywords, site);
        return made;
    }
    if (object.is_exception) return instantiate_exception(object, args, keywords);
    if (object.hooks && object.hooks->construct) {
        refuse_absent(args, keywords);
        if (object.hooks->counts)
            check_arguments(nullptr, text_of(object.name), *object.hooks->counts, args.size(), keywords);
        Call call(running->self, args, keywords, site);
        Value made = object.hooks->construct(call, cls);
        if (made.is(Type::native) && Peek::as<Native>(made)->class_of().is_none())
            Peek::as<Native>(made)->set_class(cls);
        return made;
    }
    if (object.constructs) return instantiate_derived(cls, args, keywords, site);
    return instantiate_plain(cls, args, keywords, site);
}

Native* native_part_of(const Value& v) {
    if (v.is(Type::native)) return Peek::as<Native>(v);
    if (!v.is(Type::instance)) return nullptr;
    auto& instance = *Peek::as<Instance>(v);
    if (instance.base.is(Type::unbound)) {
        instance.base = Value();
        if (!running || !instance.type_object().constructs) return nullptr;
        Call call(running->self, {}, {}, nullptr);
        construct_base(instance, call);
    }
    return instance.base.is(Type::native) ? Peek::as<Native>(instance.base) : nullptr;
}

// --- super().

namespace {

/// What super() gives: attributes of the classes behind `after_` in self's MRO.
class Super final : public Native {
  public:
    Super(Value after, Value self) : after_(std::move(after)), self_(std::move(self)) {}
    std::string type_name() const override { return "super"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        const bool on_class = self_.is(Type::class_);
        const Class& cls = on_class ? *Peek::as<Class>(self_) : class_object_of(self_);
        auto at = std::find(cls.mro.begin(), cls.mro.end(), Peek::as<Class>(after_));
        if (at != cls.mro.end()) ++at;
        const Key key(name);
        for (; at != cls.mro.end(); ++at) {
            if (name == "__init__" && (*at)->hooks && (*at)->hooks->construct) return base_initializer();
            if (const Value* found = (*at)->attributes.find(key)) return bound(Value(*found), on_class);
        }
        if (name == "__class__") return after_;
        if (self_.is(Type::instance) && !name.starts_with("__"))
            if (Native* native = native_part_of(self_)) return native->get_attribute(name);
        if (self_.is(Type::instance) && !plain(self_).same(self_)) {
            Value out;
            if (find_attribute(plain(self_), key, out)) return out;
        }
        return {};
    }

    void clear() override {
        after_ = self_ = Value();
        Native::clear();
    }

  private:
    Value bound(const Value& attribute, bool on_class) const {
        const Value cls = on_class ? self_ : class_value_of(self_);
        if (attribute.is(Type::property)) {
            const auto& property = *Peek::as<Property>(attribute);
            if (property.kind == Property::Kind::class_method) return bind_method(property.get, cls);
            if (property.kind == Property::Kind::static_method || on_class) return property.get;
            return call_value(property.get, {self_});
        }
        const bool function = attribute.is(Type::function) || (attribute.is(Type::native_function) &&
                                                               Peek::as<NativeFunction>(attribute)->binds);
        return function && !on_class ? bind_method(attribute, self_) : attribute;
    }

    /// super().__init__(...) of a class with a constructor: makes the instance's native part.
    Value base_initializer() const {
        return make_function("__init__", [self = self_](Call& call) {
            if (self.is(Type::instance)) {
                auto& instance = *Peek::as<Instance>(self);
                const Type type = instance.type_object().builtin;
                const bool immutable = type == Type::string || type == Type::integer || type == Type::real ||
                                       type == Type::tuple;
                if (!immutable && instance.type_object().constructs) construct_base(instance, call);
            }
            return Value();
        });
    }

    Value after_;
    Value self_;
};

} // namespace

Value super_object(const Value& cls, const Value& self) { return make<Super>(cls, self); }

// --- Facts for natives.

namespace {

const Class& expect_class(const Value& v) {
    if (!v.is(Type::class_)) type_error(fmt::format("expected a class, got {}", v.type_name()));
    return *Peek::as<Class>(v);
}

std::vector<std::pair<Value, Value>> entries_of(const Table& table) {
    std::vector<std::pair<Value, Value>> out;
    for (std::size_t i = 0; i < table.capacity(); ++i)
        if (table.live(i)) out.emplace_back(table.entry(i).key, table.entry(i).value);
    return out;
}

} // namespace

Value make_class(ClassSpec spec) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = spec.name;
    cls->module_name = spec.module;
    cls->bases = spec.bases;
    if (!spec.doc.empty()) cls->attributes.put(Key("__doc__"), Value(spec.doc));
    cls->hooks = std::make_shared<ClassHooks>();
    static_cast<ClassSpec&>(*cls->hooks) = std::move(spec);
    finish_class(*cls);
    return made;
}

Value make_exception(std::string_view name, std::string_view module, const Value& base) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = Value(name);
    cls->module_name = Value(module);
    cls->bases.push_back(base.is(Type::class_) ? base : builtins().exception);
    finish_class(*cls);
    return made;
}

std::string class_name(const Value& cls) { return std::string(text_of(expect_class(cls).name)); }
std::vector<Value> class_bases(const Value& cls) { return expect_class(cls).bases; }
std::vector<std::pair<Value, Value>> class_attributes(const Value& cls) {
    return entries_of(expect_class(cls).attributes);
}
bool is_subclass(const Value& cls, const Value& base) {
    return expect_class(cls).derives(&expect_class(base));
}
Value class_of(const Value& value) { return class_value_of(value); }

std::vector<std::pair<Value, Value>> instance_attributes(const Value& object) {
    return object.is(Type::instance) ? entries_of(Peek::as<Instance>(object)->attributes)
                                     : std::vector<std::pair<Value, Value>>();
}

Value make_instance(const Value& cls) {
    expect_class(cls);
    return new_instance(cls);
}

Place place_of_definition(const Value& value) {
    if (value.is(Type::function)) {
        const auto& function = *Peek::as<FunctionObject>(value);
        const auto begin = function.node->begin;
        return function.program->source.place(
            begin, begin + static_cast<std::uint32_t>(function.node->name->text().size()));
    }
    if (value.is(Type::class_) && Peek::as<Class>(value)->place) return *Peek::as<Class>(value)->place;
    return {};
}

} // namespace orch::lang
