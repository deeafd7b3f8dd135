// The methods of list, tuple, range, dict, set and frozenset.

#include "lang/builtins.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::lang {

namespace {

Values& items(Call& call) {
    const Value& held = plain(call[0]);
    if (!is_sequence(held)) type_error(fmt::format("expected a list, got {}", call[0].type_name()));
    return items_of(held);
}

Table& table(Call& call) {
    const Value& held = plain(call[0]);
    if (!held.is(Type::dict) && !is_set(held))
        type_error(fmt::format("expected a dict or set, got {}", call[0].type_name()));
    return table_of(held);
}

// --- Lists.

Value pop_item(Call& call) {
    call.expect("pop", 1, 2);
    Values& list = items(call);
    if (list.empty()) raise_error("IndexError", "pop from empty list");
    const std::int64_t given = call.size() > 1 ? index_of(call[1], "list indices") : -1;
    const std::int64_t at = given < 0 ? given + static_cast<std::int64_t>(list.size()) : given;
    if (at < 0 || at >= static_cast<std::int64_t>(list.size()))
        raise_error("IndexError", "pop index out of range");
    Value out = list[static_cast<std::size_t>(at)];
    list.erase(list.begin() + at);
    return out;
}

Value insert(Call& call) {
    call.expect("insert", 3, 3);
    Values& list = items(call);
    const auto size = static_cast<std::int64_t>(list.size());
    const std::int64_t given = index_of(call[1], "list indices");
    const std::int64_t at = std::clamp(given < 0 ? given + size : given, std::int64_t(0), size);
    list.insert(list.begin() + at, call[2]);
    return {};
}

std::optional<std::size_t> position(Call& call, std::size_t from, std::size_t to) {
    const Value sequence = plain(call[0]);
    for (std::size_t i = from; i < items_of(sequence).size() && i < to; ++i) {
        step();
        const Value item = items_of(sequence)[i];
        if (item.same(call[1]) || equal(item, call[1])) return i;
    }
    return {};
}

Value index(Call& call) {
    call.expect("index", 2, 4);
    const auto size = static_cast<std::int64_t>(items(call).size());
    auto bound = [&](std::size_t i, std::int64_t otherwise) {
        if (call.size() <= i) return static_cast<std::size_t>(otherwise);
        const std::int64_t given = call[i].as_int();
        return static_cast<std::size_t>(std::max<std::int64_t>(given < 0 ? given + size : given, 0));
    };
    if (const auto at = position(call, bound(2, 0), bound(3, size))) return *at;
    if (plain(call[0]).is(Type::tuple)) value_error("tuple.index(x): x not in tuple");
    value_error(fmt::format("{} is not in list", repr_of(call[1])));
}

Value remove_item(Call& call) {
    call.expect("remove", 2, 2);
    const auto at = position(call, 0, ~std::size_t(0));
    if (!at || *at >= items(call).size()) value_error("list.remove(x): x not in list");
    const Value old = items(call)[*at];
    items(call).erase(items(call).begin() + static_cast<std::ptrdiff_t>(*at));
    return {};
}

Value count(Call& call) {
    call.expect("count", 2, 2);
    const Value sequence = plain(call[0]);
    std::int64_t number = 0;
    for (std::size_t i = 0; i < items_of(sequence).size(); ++i) {
        const Value item = items_of(sequence)[i];
        number += item.same(call[1]) || equal(item, call[1]);
    }
    return number;
}

Value sort(Call& call) {
    if (call.size() > 1) type_error("sort() takes no positional arguments");
    for (const Call::Keyword& keyword : call.keywords())
        if (text_of(keyword.name) != "key" && text_of(keyword.name) != "reverse")
            type_error(fmt::format("sort() got an unexpected keyword argument '{}'", text_of(keyword.name)));
    const Value* key = call.keyword("key");
    const Value* reverse = call.keyword("reverse");
    Values sorted = items(call); // the list may be looked at, or changed, while it is sorted
    sort_items(sorted, key ? *key : Value(), reverse && truth(*reverse));
    items(call).swap(sorted);
    return {};
}

Value extend(Call& call) {
    call.expect("extend", 2, 2);
    const Values more = collect(call[1]);
    Values& list = items(call);
    list.insert(list.end(), more.begin(), more.end());
    return {};
}

} // namespace

namespace {

/// slice.indices(length): start, stop and step for a sequence of that length.
Value slice_indices(const SliceObject& slice, const Value& length) {
    const SliceBounds bounds = slice.bounds();
    const std::int64_t size = length.as_int();
    const bool forward = bounds.step > 0;
    const std::int64_t least = forward ? 0 : -1;
    const std::int64_t most = forward ? size : size - 1;
    auto place = [&](const std::optional<std::int64_t>& at, std::int64_t otherwise) {
        if (!at) return otherwise;
        return std::clamp(*at < 0 ? *at + size : *at, least, most);
    };
    return make_tuple(
        {place(bounds.start, forward ? 0 : size - 1), place(bounds.stop, forward ? size : -1), bounds.step});
}

} // namespace

void add_sequence_methods(Builtins& all) {
    Methods(all.classes[static_cast<std::size_t>(Type::list)])
        .add("append",
             [](Call& call) {
                 call.expect("append", 2, 2);
                 items(call).push_back(call[1]);
                 return Value();
             })
        .add("extend", extend)
        .add("insert", insert)
        .add("pop", pop_item)
        .add("remove", remove_item)
        .add("index", index)
        .add("count", count)
        .add("sort", sort)
        .add("reverse",
             [](Call& call) {
                 std::reverse(items(call).begin(), items(call).end());
                 return Value();
             })
        .add("copy", [](Call& call) { return make_list(items(call)); })
        .add("clear",
             [](Call& call) {
                 Values().swap(items(call));
                 return Value();
             })
        .add("__len__", [](Call& call) { return Value(items(call).size()); })
        .add("__getitem__", [](Call& call) { return get_item(plain(call[0]), call[1]); })
        .add("__setitem__",
             [](Call& call) {
                 set_item(plain(call[0]), call[1], call[2]);
                 return Value();
             })
        .add("__iter__", [](Call& call) { return iterate(plain(call[0])); })
        .add("__contains__", [](Call& call) { return Value(contains(plain(call[0]), call[1])); });
    Methods(all.classes[static_cast<std::size_t>(Type::tuple)])
        .add("index", index)
        .add("count", count)
        .add("__len__", [](Call& call) { return Value(items(call).size()); })
        .add("__getitem__", [](Call& call) { return get_item(plain(call[0]), call[1]); })
        .add("__iter__", [](Call& call) { return iterate(plain(call[0])); });
    Methods(all.classes[static_cast<std::size_t>(Type::range)])
        .property("start", [](const Value& v) { return Value(Peek::as<Range>(v)->start); })
        .property("stop", [](const Value& v) { return Value(Peek::as<Range>(v)->stop); })
        .property("step", [](const Value& v) { return Value(Peek::as<Range>(v)->increment); })
        .add("index",
             [](Call& call) {
                 const auto& range = *Peek::as<Range>(call[0]);
                 if (!contains(call[0], call[1]))
                     value_error(fmt::format("{} is not in range", repr_of(call[1])));
                 return Value((call[1].as_int() - range.start) / range.increment);
             })
        .add("count", [](Call& call) { return Value(static_cast<int>(contains(call[0], call[1]))); });
    Methods(all.classes[static_cast<std::size_t>(Type::slice)])
        .property("start", [](const Value& v) { return Peek::as<SliceObject>(v)->start; })
        .property("stop", [](const Value& v) { return Peek::as<SliceObject>(v)->stop; })
        .property("step", [](const Value& v) { return Peek::as<SliceObject>(v)->increment; })
        .add("indices", [](Call& call) { return slice_indices(*Peek::as<SliceObject>(call[0]), call[1]); });
}

// --- Dicts.

namespace {

/// dict.keys(), values() and items(): a look at the dict, not a copy.
class DictView final : public Native {
  public:
    enum class Kind { keys, values, items };
    DictView(Value dict, Kind kind) : dict_(std::move(dict)), kind_(kind) {}

    std::string type_name() const override {
        return kind_ == Kind::keys ? "dict_keys" : kind_ == Kind::values ? "dict_values" : "dict_items";
    }
    bool iterable() const override { return true; }
    std::size_t length() override { return table_of(dict_).size(); }
    bool truth() override { return table_of(dict_).size() != 0; }

    Value iterate() override {
        auto keys = std::make_shared<Iteration>(dict_);
        return make_iterator([keys, dict = dict_, kind = kind_]() -> std::optional<Value> {
            Value key;
            if (!keys->next(key)) return {};
            if (kind == Kind::keys) return key;
            const Value* value = table_of(dict).find(key);
            if (kind == Kind::values) return value ? *value : Value();
            return make_tuple({key, value ? *value : Value()});
        });
    }

    bool contains(const Value& item) override {
        if (kind_ == Kind::keys) return table_of(dict_).find(item) != nullptr;
        return Native::contains(item);
    }

    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override {
        if (kind_ == Kind::values) return {};
        const bool set_like =
            is_set(other) ||
            dynamic_cast<DictView*>(other.is(Type::native) ? Peek::as<Native>(other) : nullptr);
        const bool any_iterable = op == Operator::bit_and || op == Operator::bit_or ||
                                  op == Operator::bit_xor || op == Operator::subtract;
        if (!set_like && !(any_iterable && is_sequence(other))) return {};
        const Value mine = Value::set(Value(this).to_vector());
        const Value theirs = Value::set(other.to_vector());
        if (op >= Operator::equal && op <= Operator::greater_equal)
            return compare_operation(op, mine, theirs);
        return reflected ? binary_operation(op, theirs, mine) : binary_operation(op, mine, theirs);
    }

    std::string repr() const override {
        const Value self(const_cast<DictView*>(this));
        return type_name() + "(" + repr_of(make_list(collect(self))) + ")";
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name != "isdisjoint") return {};
        return make_static("isdisjoint", [self = Value(this)](Call& call) {
            return Value(!lang::truth(binary_operation(Operator::bit_and, Value::set(self.to_vector()),
                                                       Value::set(call[0].to_vector()))));
        });
    }
    void clear() override {
        dict_ = make_dict();
        Native::clear();
    }

  private:
    Value dict_;
    Kind kind_;
};

Function view(DictView::Kind kind) {
    return [kind](Call& call) { return make<DictView>(plain(call[0]), kind); };
}

void update(Table& out, const Value& from) {
    const Value& held = plain(from);
    if (held.is(Type::dict)) {
        for (const auto& [key, value] : held.entries()) out.put(key, value);
        return;
    }
    Value keys;
    if (find_attribute(from, Key("keys"), keys)) {
        for (const Value& key : collect(call_value(keys, {}))) out.put(key, get_item(from, key));
        return;
    }
    std::size_t index = 0;
    Iteration it(from);
    Value item;
    for (; it.next(item); ++index) {
        if (item.is_number() || item.is_none())
            type_error(
                fmt::format("cannot convert dictionary update sequence element #{} to a sequence", index));
        const Values pair = collect(item);
        if (pair.size() != 2)
            value_error(fmt::format("dictionary update sequence element #{} has length {}; 2 is required",
                                    index, pair.size()));
        out.put(pair[0], pair[1]);
    }
}

Value pop_key(Call& call) {
    call.expect("pop", 2, 3);
    Value out;
    if (table(call).erase(call[1], &out)) return out;
    if (call.size() > 2) return call[2];
    raise_with("KeyError", call[1]);
}

Value popitem(Call& call) {
    Table& dict = table(call);
    for (std::size_t i = dict.capacity(); i-- > 0;) {
        if (!dict.live(i)) continue;
        const Value key = dict.entry(i).key;
        Value value;
        dict.erase(key, &value);
        return make_tuple({key, value});
    }
    raise_error("KeyError", "popitem(): dictionary is empty");
}

} // namespace

void add_mapping_methods(Builtins& all) {
    Methods(all.classes[static_cast<std::size_t>(Type::dict)])
        .add("keys", view(DictView::Kind::keys))
        .add("values", view(DictView::Kind::values))
        .add("items", view(DictView::Kind::items))
        .add("get",
             [](Call& call) {
                 call.expect("get", 2, 3);
                 const Value* found = table(call).find(call[1]);
                 return found ? *found : call.size() > 2 ? call[2] : Value();
             })
        .add("setdefault",
             [](Call& call) {
                 call.expect("setdefault", 2, 3);
                 if (const Value* found = table(call).find(call[1])) return *found;
                 Value value = call.size() > 2 ? call[2] : Value();
                 table(call).put(call[1], value);
                 return value;
             })
        .add("pop", pop_key)
        .add("popitem", popitem)
        .add("update",
             [](Call& call) {
                 for (const Value& from : call.args().subspan(1)) update(table(call), from);
                 for (const Call::Keyword& keyword : call.keywords())
                     table(call).put(keyword.name, keyword.value);
                 return Value();
             })
        .add("copy",
             [](Call& call) {
                 Value out = make_dict();
                 update(table_of(out), call[0]);
                 return out;
             })
        .add("clear",
             [](Call& call) {
                 table(call).clear();
                 return Value();
             })
        .class_method("fromkeys",
                      [](Call& call) {
                          Value out = call_value(call[0], {});
                          Iteration it(call[1]);
                          Value key;
                          while (it.next(key)) set_item(out, key, call.size() > 2 ? call[2] : Value());
                          return out;
                      })
        .add("__len__", [](Call& call) { return Value(table(call).size()); })
        .add("__getitem__", [](Call& call) { return get_item(plain(call[0]), call[1]); })
        .add("__setitem__",
             [](Call& call) {
                 table(call).put(call[1], call[2]);
                 return Value();
             })
        .add("__delitem__",
             [](Call& call) {
                 if (!table(call).erase(call[1])) raise_with("KeyError", call[1]);
                 return Value();
             })
        .add("__contains__", [](Call& call) { return Value(table(call).find(call[1]) != nullptr); })
        .add("__iter__", [](Call& call) { return iterate(plain(call[0])); });
}

// --- Sets.

namespace {

Value as_set(const Value& v) {
    if (is_set(plain(v))) return plain(v);
    Value out = make_set();
    Iteration it(v);
    Value item;
    while (it.next(item)) table_of(out).put(item, Value());
    return out;
}

/// set.union and its like: any number of iterables.
Function folded(Operator op) {
    return [op](Call& call) {
        Value out = plain(call[0]);
        if (call.size() == 1) out = binary_operation(Operator::bit_or, out, make_set());
        for (const Value& other : call.args().subspan(1)) out = binary_operation(op, out, as_set(other));
        return out;
    };
}

Function folded_in_place(Operator op) {
    return [op](Call& call) {
        for (const Value& other : call.args().subspan(1))
            inplace_operation(op, plain(call[0]), as_set(other));
        return Value();
    };
}

Function compared(Operator op) {
    return [op](Call& call) { return compare_operation(op, plain(call[0]), as_set(call[1])); };
}

} // namespace

void add_set_methods(Builtins& all) {
    for (const Type type : {Type::set, Type::frozenset})
        Methods(all.classes[static_cast<std::size_t>(type)])
            .add("union", folded(Operator::bit_or))
            .add("intersection", folded(Operator::bit_and))
            .add("difference", folded(Operator::subtract))
            .add("symmetric_difference", folded(Operator::bit_xor))
            .add("issubset", compared(Operator::less_equal))
            .add("issuperset", compared(Operator::greater_equal))
            .add("isdisjoint",
                 [](Call& call) {
                     return Value(
                         !truth(binary_operation(Operator::bit_and, plain(call[0]), as_set(call[1]))));
                 })
            .add("copy", folded(Operator::bit_or))
            .add("__contains__", [](Call& call) { return Value(table(call).find(call[1]) != nullptr); });
    Methods(all.classes[static_cast<std::size_t>(Type::set)])
        .add("add",
             [](Call& call) {
                 call.expect("add", 2, 2);
                 table(call).put(call[1], Value());
                 return Value();
             })
        .add("remove",
             [](Call& call) {
                 call.expect("remove", 2, 2);
                 if (!table(call).erase(call[1])) raise_with("KeyError", call[1]);
                 return Value();
             })
        .add("discard",
             [](Call& call) {
                 call.expect("discard", 2, 2);
                 table(call).erase(call[1]);
                 return Value();
             })
        .add("pop",
             [](Call& call) {
                 Table& set = table(call);
                 for (std::size_t i = 0; i < set.capacity(); ++i) {
                     if (!set.live(i)) continue;
                     Value key = set.entry(i).key;
                     set.erase(key);
                     return key;
                 }
                 raise_error("KeyError", "pop from an empty set");
             })
        .add("clear",
             [](Call& call) {
                 table(call).clear();
                 return Value();
             })
        .add("update", folded_in_place(Operator::bit_or))
        .add("difference_update", folded_in_place(Operator::subtract))
        .add("intersection_update", folded_in_place(Operator::bit_and))
        .add("symmetric_difference_update", folded_in_place(Operator::bit_xor));
}

} // namespace orch::lang
