// enum: classes whose body's names become members. What Python does with a metaclass, the hooks of a class do
// here.

#include "lang/modules/modules.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

namespace orch::lang {

namespace {

const Key members_key() { return Key("__members__"); }

Value members_of(const Value& cls) {
    const Value* found = Peek::as<Class>(cls)->attributes.find(members_key());
    return found ? *found : make_dict();
}

bool has_members(const Value& cls) { return table_of(members_of(cls)).size() > 0; }

Instance& instance(const Value& member) { return *Peek::as<Instance>(member); }

Value value_of(const Value& member) { return *instance(member).attributes.find(Key("_value_")); }

bool is_member_name(std::string_view name, const Value& value) {
    if (name.starts_with('_')) return false;
    return !value.is(Type::function) && !value.is(Type::native_function) && !value.is(Type::property) &&
           !value.is(Type::method) && !value.is(Type::class_);
}

/// What auto() leaves until the class is complete.
class Auto final : public Native {
  public:
    std::string type_name() const override { return "auto"; }
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override;
};

/// `READ | WRITE` of values that auto() has left open.
class AutoBits final : public Native {
  public:
    AutoBits(Operator o, Value l, Value r) : op(o), left(std::move(l)), right(std::move(r)) {}
    std::string type_name() const override { return "auto"; }
    std::optional<Value> binary(Operator o, const Value& other, bool reflected) override {
        return combined(this, o, other, reflected);
    }
    void clear() override {
        left = right = Value();
        Native::clear();
    }

    static std::optional<Value> combined(Native* self, Operator op, const Value& other, bool reflected) {
        if (op != Operator::bit_or && op != Operator::bit_and && op != Operator::bit_xor) return {};
        return make<AutoBits>(op, reflected ? other : Value(self), reflected ? Value(self) : other);
    }

    Operator op;
    Value left;
    Value right;
};

std::optional<Value> Auto::binary(Operator op, const Value& other, bool reflected) {
    return AutoBits::combined(this, op, other, reflected);
}

/// What a member's value stands for, now that the members before it have theirs.
Value resolved(const Value& given, const std::vector<std::pair<Value, Value>>& known) {
    for (const auto& [open, value] : known)
        if (open.same(given)) return value;
    const auto* bits = given.is(Type::native) ? dynamic_cast<AutoBits*>(Peek::as<Native>(given)) : nullptr;
    if (!bits) return given;
    return binary_operation(bits->op, resolved(bits->left, known), resolved(bits->right, known));
}

Value next_value(const Value& cls, const Value& name, const Values& before) {
    if (const Value* custom = Peek::as<Class>(cls)->find(Key("_generate_next_value_"))) {
        const Value function = custom->is(Type::property) ? Peek::as<Property>(*custom)->get : *custom;
        return call_value(function, {name, Value(1), Value(before.size()), make_list(before)});
    }
    const Class& object = *Peek::as<Class>(cls);
    const bool flag = object.find(Key("__orch_flag__")) != nullptr;
    if (object.builtin == Type::string && object.find(Key("__orch_str__")))
        return get_attribute(name, "lower").call();
    Value last = 0;
    for (const Value& v : before)
        if (v.is_integer() && less_than(last, v)) last = v;
    if (!flag) return binary_operation(Operator::add, last, 1);
    Value bit = 1;
    while (!less_than(last, bit)) bit = binary_operation(Operator::multiply, bit, 2);
    return bit;
}

Value make_member(const Value& cls, const Value& name, const Value& value) {
    Class& object = *Peek::as<Class>(cls);
    Value member(new Instance(cls));
    instance(member).attributes.put(Key("_name_"), name);
    instance(member).attributes.put(Key("_value_"), value);
    instance(member).attributes.put(Key("_sort_order_"), Value(table_of(members_of(cls)).size()));
    if (object.builtin != Type::instance && object.constructs) {
        const Values args = value.is(Type::tuple) ? items_of(value) : Values{value};
        Call call(running->self, args, {}, nullptr);
        instance(member).base = object.constructs->construct(call, cls);
        if (!value.is(Type::tuple)) instance(member).attributes.put(Key("_value_"), instance(member).base);
    }
    Value init;
    if (find_special(member, "__init__", init)) {
        const Values args = value.is(Type::tuple) ? items_of(value) : Values{value};
        call_value(bind_method(init, member), args);
    }
    return member;
}

void complete(const Value& cls) {
    Class& object = *Peek::as<Class>(cls);
    const Value members = make_dict();
    std::vector<std::pair<Value, Value>> found;
    for (std::size_t i = 0; i < object.attributes.capacity(); ++i)
        if (object.attributes.live(i) &&
            is_member_name(text_of(object.attributes.entry(i).key), object.attributes.entry(i).value))
            found.emplace_back(object.attributes.entry(i).key, object.attributes.entry(i).value);
    for (std::size_t i = 1; i < object.mro.size() && !found.empty(); ++i)
        if (object.mro[i]->attributes.find(members_key()) && has_members(Value(object.mro[i])))
            type_error(fmt::format("<enum '{}'> cannot extend <enum '{}'>", text_of(object.name),
                                   text_of(object.mro[i]->name)));
    object.attributes.put(members_key(), members);
    Values values;
    std::vector<std::pair<Value, Value>> known; // what each auto() has become
    for (auto& [name, given] : found) {
        Value value = resolved(given, known);
        if (value.is(Type::native) && dynamic_cast<Auto*>(Peek::as<Native>(value))) {
            value = next_value(cls, name, values);
            known.emplace_back(given, value);
        }
        Value member = Peek::unbound();
        for (const auto& [other_name, other] : members.entries())
            if (equal(value_of(other), value)) member = other; // an alias
        if (member.is(Type::unbound)) member = make_member(cls, name, value);
        values.push_back(value_of(member));
        table_of(members).put(name, member);
        object.attributes.put(Key(text_of(name)), member);
    }
}

bool is_flag(const Value& cls) { return Peek::as<Class>(cls)->find(Key("__orch_flag__")) != nullptr; }

Value bits(Operator op, const Value& left, const Value& right) { return binary_operation(op, left, right); }

bool is_single_bit(const Value& value) {
    if (!value.is_integer() || !less_than(Value(0), value)) return false;
    return equal(bits(Operator::bit_and, value, bits(Operator::subtract, value, Value(1))), Value(0));
}

// Of flags that have several bits, and of those that have none, none is listed.
Values distinct_members(const Value& cls) {
    Values out;
    const bool flag = is_flag(cls);
    for (const auto& [name, member] : members_of(cls).entries()) {
        if (flag && !is_single_bit(value_of(member))) continue;
        if (equal(*instance(member).attributes.find(Key("_name_")), name)) out.push_back(member);
    }
    return out;
}

// --- Flags: a value of several bits is a member too, made once.

Value whole(const Value& cls) {
    Value all = 0;
    for (const Value& member : distinct_members(cls)) all = bits(Operator::bit_or, all, value_of(member));
    return all;
}

Value flag_of(const Value& cls, const Value& value) {
    for (const auto& [name, member] : members_of(cls).entries())
        if (equal(value_of(member), value)) return member;
    const bool bounded = Peek::as<Class>(cls)->builtin == Type::instance;
    const bool known = equal(bits(Operator::bit_and, value, whole(cls)), value);
    if (bounded && !known)
        value_error(fmt::format("{} is not a valid {}", repr_of(value), text_of(Peek::as<Class>(cls)->name)));
    Class& object = *Peek::as<Class>(cls);
    const Key key("__orch_combined__");
    if (!object.attributes.find(key)) object.attributes.put(key, make_dict());
    const Value combined = *object.attributes.find(key);
    if (const Value* found = table_of(combined).find(value)) return *found;
    std::string name;
    for (const Value& member : distinct_members(cls)) {
        if (equal(bits(Operator::bit_and, value, value_of(member)), Value(0))) continue;
        name += (name.empty() ? "" : "|") +
                std::string(instance(member).attributes.find(Key("_name_"))->as_string());
    }
    const Value made = make_member(cls, name.empty() ? Value() : Value(name), value);
    table_of(combined).put(value, made);
    return made;
}

const Value& bits_of(const Value& operand) {
    return operand.is(Type::instance) ? *instance(operand).attributes.find(Key("_value_")) : operand;
}

template <Operator Op>
Value combine(Call& call) {
    const Value cls = class_of(call[0]);
    const bool same = call[1].is(Type::instance) && class_of(call[1]).same(cls);
    const bool number = call[1].is_integer() && Peek::as<Class>(cls)->builtin != Type::instance;
    if (!same && !number)
        type_error(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", symbol(Op),
                               call[0].type_name(), call[1].type_name()));
    return flag_of(cls, bits(Op, bits_of(call[0]), bits_of(call[1])));
}

Values single_flags(const Value& flag) {
    Values out;
    for (const Value& member : distinct_members(class_of(flag)))
        if (!equal(bits(Operator::bit_and, value_of(flag), value_of(member)), Value(0)))
            out.push_back(member);
    return out;
}

void add_flag_methods(const Value& base) {
    Methods(base)
        .add("__or__", combine<Operator::bit_or>)
        .add("__ror__", combine<Operator::bit_or>)
        .add("__and__", combine<Operator::bit_and>)
        .add("__rand__", combine<Operator::bit_and>)
        .add("__xor__", combine<Operator::bit_xor>)
        .add("__rxor__", combine<Operator::bit_xor>)
        .add("__invert__",
             [](Call& call) {
                 const Value cls = class_of(call[0]);
                 return flag_of(cls, bits(Operator::bit_and, whole(cls),
                                          bits(Operator::bit_xor, whole(cls),
                                               bits(Operator::bit_and, whole(cls), value_of(call[0])))));
             })
        .add("__contains__",
             [](Call& call) {
                 const Value other = bits_of(call[1]);
                 return Value(equal(bits(Operator::bit_and, value_of(call[0]), other), other));
             })
        .add("__bool__", [](Call& call) { return Value(!equal(value_of(call[0]), Value(0))); })
        .add("__iter__",
             [](Call& call) {
                 const Values found = single_flags(call[0]);
                 return make_iterator(std::vector<Value>(found.begin(), found.end()));
             })
        .add("__len__", [](Call& call) { return Value(single_flags(call[0]).size()); });
}

Value by_value(const Value& cls, const Value& value) {
    if (value.is(Type::instance) && instance(value).cls.same(cls)) return value;
    for (const Value& member : distinct_members(cls))
        if (equal(value_of(member), value)) return member;
    if (is_flag(cls) && value.is_integer()) return flag_of(cls, value);
    if (const Value* missing = Peek::as<Class>(cls)->find(Key("_missing_"))) {
        const Value function = missing->is(Type::property) ? Peek::as<Property>(*missing)->get : *missing;
        const Value found = call_value(function, {cls, value});
        if (!found.is_none()) return found;
    }
    value_error(fmt::format("{} is not a valid {}", repr_of(value), text_of(Peek::as<Class>(cls)->name)));
}

/// Enum("Color", "RED GREEN") and its other forms.
Value functional(Call& call, const Value& base) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = call[0];
    cls->module_name = running->frame ? running->frame->globals->name : Value("");
    if (const Value* mixin = call.keyword("type")) cls->bases.push_back(*mixin);
    cls->bases.push_back(base);
    Value names = call.get(1, "names");
    if (names.is_string())
        names = get_attribute(get_attribute(names, "replace").call({Value(","), Value(" ")}), "split").call();
    std::int64_t next = call.get(99, "start", 1).as_int();
    if (names.is(Type::dict)) {
        for (const auto& [name, value] : names.entries()) cls->attributes.put(Key(name.as_string()), value);
    } else {
        for (const Value& item : collect(names)) {
            if (item.is_string())
                cls->attributes.put(Key(text_of(item)), next++);
            else
                cls->attributes.put(Key(get_item(item, 0).as_string()), get_item(item, 1));
        }
    }
    finish_class(*cls);
    complete(made);
    return made;
}

Value make_base(const char* name, std::vector<Value> bases) {
    auto* cls = new Class;
    Value made(cls);
    cls->name = Value(name);
    cls->module_name = Value("enum");
    cls->bases = std::move(bases);
    cls->hooks = std::make_shared<ClassHooks>();
    finish_class(*cls);
    return made;
}

void add_hooks(ClassHooks& hooks) {
    hooks.subclassed = complete;
    hooks.iterate = [](const Value& cls) {
        const Values members = distinct_members(cls);
        return make_iterator(std::vector<Value>(members.begin(), members.end()));
    };
    hooks.length = [](const Value& cls) { return distinct_members(cls).size(); };
    hooks.subscript = [](const Value& cls, const Value& key) {
        const Value members = members_of(cls);
        if (const Value* found = table_of(members).find(key)) return *found;
        raise_with("KeyError", key);
    };
    hooks.contains = [](const Value& cls, const Value& item) {
        if (item.is(Type::instance)) return instance_of(item, cls);
        for (const Value& member : distinct_members(cls))
            if (equal(value_of(member), item)) return true;
        return false;
    };
    hooks.call = [](Call& call, const Value& cls) -> std::optional<Value> {
        if (!has_members(cls)) return functional(call, cls);
        return by_value(cls, call[0]);
    };
}

void add_methods(const Value& base) {
    Methods(base)
        .property("name", [](const Value& self) { return *instance(self).attributes.find(Key("_name_")); })
        .property("value", value_of)
        .add("__repr__",
             [](Call& call) {
                 const Value name = *instance(call[0]).attributes.find(Key("_name_"));
                 return Value(fmt::format("<{}{}: {}>", call[0].type_name(),
                                          name.is_none() ? "" : "." + std::string(name.as_string()),
                                          repr_of(value_of(call[0]))));
             })
        .add("__str__",
             [](Call& call) {
                 const Value name = *instance(call[0]).attributes.find(Key("_name_"));
                 if (name.is_none())
                     return Value(fmt::format("{}({})", call[0].type_name(), repr_of(value_of(call[0]))));
                 return Value(fmt::format("{}.{}", call[0].type_name(), name.as_string()));
             })
        .add("__hash__", [](Call& call) {
            // A member that is a str or int too hashes like it.
            const Value& held = plain(call[0]);
            const Value name = *instance(call[0]).attributes.find(Key("_name_"));
            return Value(static_cast<std::int64_t>(hash_of(held.same(call[0]) ? name : held)));
        });
}

} // namespace

void load_enum(ModuleBuilder& module) {
    const Value base = make_base("Enum", {});
    add_hooks(*Peek::as<Class>(base)->hooks);
    add_methods(base);
    module.add("Enum", base);
    auto text_of_value = [](Call& call) { return Value(str_of(plain(call[0]))); };
    auto format_of_value = [](Call& call) {
        return Value(format_value(plain(call[0]), call[1].as_string()));
    };
    auto hash_of_value = [](Call& call) { return Value(static_cast<std::int64_t>(hash_of(plain(call[0])))); };
    const Value number = make_base("IntEnum", {builtin("int"), base});
    Methods(number)
        .add("__str__", text_of_value)
        .add("__format__", format_of_value)
        .add("__hash__", hash_of_value);
    module.add("IntEnum", number);
    const Value text = make_base("StrEnum", {builtin("str"), base});
    Methods(text)
        .add("__str__", text_of_value)
        .add("__format__", format_of_value)
        .add("__hash__", hash_of_value);
    Peek::as<Class>(text)->attributes.put(Key("__orch_str__"), true);
    module.add("StrEnum", text);
    for (const char* name : {"Flag", "IntFlag"}) {
        const Value flag =
            make_base(name, std::string_view(name) == "Flag" ? std::vector<Value>{base}
                                                             : std::vector<Value>{builtin("int"), base});
        Peek::as<Class>(flag)->attributes.put(Key("__orch_flag__"), true);
        add_flag_methods(flag);
        if (std::string_view(name) == "IntFlag")
            Methods(flag)
                .add("__str__", text_of_value)
                .add("__format__", format_of_value)
                .add("__hash__", hash_of_value);
        module.add(name, flag);
    }
    module.function("auto", [](Call&) { return make<Auto>(); });
    module.function("unique", [](Call& call) {
        if (distinct_members(call[0]).size() != table_of(members_of(call[0])).size())
            value_error(fmt::format("duplicate values found in <enum '{}'>", class_name(call[0])));
        return call[0];
    });
    ClassSpec meta;
    meta.name = "EnumMeta";
    meta.module = "enum";
    const Value meta_class = make_class(std::move(meta));
    module.add("EnumMeta", meta_class).add("EnumType", meta_class);
}

} // namespace orch::lang
