// object[key]: reading, writing and deleting items and slices.

#include "lang/integer.hpp"
#include "lang/operations.hpp"
#include "lang/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace orch::lang {

std::int64_t index_of(const Value& key, std::string_view what) {
    const Value& held = plain(key);
    if (held.is(Type::integer) || held.is(Type::boolean)) return Peek::integer(held);
    if (held.is(Type::big_integer)) raise_error("IndexError", "cannot fit 'int' into an index-sized integer");
    Value method;
    if (find_special(key, "__index__", method)) return call_special(method, key, {}).as_int();
    if (key.is(Type::absent)) Peek::as<Absent>(key)->fail();
    type_error(fmt::format("{} must be integers or slices, not {}", what, key.type_name()));
}

namespace {

std::int64_t bound_of(const Value& v) {
    if (v.is(Type::big_integer))
        return integer_sign(v) < 0 ? std::numeric_limits<std::int64_t>::min() / 2
                                   : std::numeric_limits<std::int64_t>::max() / 2;
    if (!v.is_integer() && !v.is(Type::instance))
        type_error("slice indices must be integers or None or have an __index__ method");
    return index_of(v, "slice indices");
}

} // namespace

SliceBounds SliceObject::bounds() const {
    SliceBounds out;
    if (!start.is_none()) out.start = bound_of(start);
    if (!stop.is_none()) out.stop = bound_of(stop);
    if (!increment.is_none()) out.step = bound_of(increment);
    if (out.step == 0) value_error("slice step cannot be zero");
    constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 2;
    out.step = std::clamp(out.step, -far, far);
    return out;
}

std::int64_t SliceBounds::indices(std::size_t size, std::int64_t& first, std::int64_t& last) const {
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t low = step > 0 ? 0 : -1;
    const std::int64_t high = step > 0 ? length : length - 1;
    auto bring = [&](const std::optional<std::int64_t>& given, std::int64_t otherwise) {
        if (!given) return otherwise;
        return std::clamp(*given < 0 ? *given + length : *given, low, high);
    };
    first = bring(start, step > 0 ? low : high);
    last = bring(stop, step > 0 ? high : low);
    if (step > 0) return first < last ? (last - first - 1) / step + 1 : 0;
    return last < first ? (first - last - 1) / -step + 1 : 0;
}

namespace {

std::size_t checked_index(const Value& key, std::size_t size, std::string_view type) {
    const std::int64_t given = index_of(key, fmt::format("{} indices", type));
    const std::int64_t at = given < 0 ? given + static_cast<std::int64_t>(size) : given;
    if (at < 0 || at >= static_cast<std::int64_t>(size))
        raise_error("IndexError", fmt::format("{} index out of range", type == "str" ? "string" : type));
    return static_cast<std::size_t>(at);
}

Value string_item(const Value& object, const Value& key) {
    const auto& string = *Peek::as<String>(object);
    const std::string_view text = string.text();
    if (!key.is(Type::slice)) {
        const std::size_t i = checked_index(key, string.length(), "string");
        if (string.ascii()) return Value(text.substr(i, 1));
        std::size_t end = offset_of(text, i);
        const std::size_t begin = end;
        next_code_point(text, end);
        return Value(text.substr(begin, end - begin));
    }
    const SliceBounds bounds = Peek::as<SliceObject>(key)->bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto count = bounds.indices(string.length(), first, last);
    if (count == 0) return Value("");
    if (bounds.step == 1) {
        if (string.ascii())
            return Value(text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
        const std::size_t begin = offset_of(text, static_cast<std::size_t>(first));
        return Value(text.substr(begin, offset_of(text.substr(begin), static_cast<std::size_t>(count))));
    }
    std::vector<std::size_t> offsets;
    for (std::size_t at = 0; at < text.size(); next_code_point(text, at)) offsets.push_back(at);
    offsets.push_back(text.size());
    std::string out;
    for (std::int64_t i = 0, at = first; i < count; ++i, at += bounds.step)
        out += text.substr(offsets[static_cast<std::size_t>(at)],
                           offsets[static_cast<std::size_t>(at) + 1] - offsets[static_cast<std::size_t>(at)]);
    return Value(out);
}

Value sequence_item(const Value& object, const Value& key) {
    const Values& items = items_of(object);
    if (key.is(Type::integer)) {
        const std::int64_t given = Peek::integer(key);
        const std::int64_t at = given < 0 ? given + static_cast<std::int64_t>(items.size()) : given;
        if (at >= 0 && at < static_cast<std::int64_t>(items.size()))
            return items[static_cast<std::size_t>(at)];
    }
    if (!key.is(Type::slice))
        return items[checked_index(key, items.size(), object.is(Type::list) ? "list" : "tuple")];
    const SliceBounds bounds = Peek::as<SliceObject>(key)->bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto count = bounds.indices(items.size(), first, last);
    Values out;
    out.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0, at = first; i < count; ++i, at += bounds.step)
        out.push_back(items[static_cast<std::size_t>(at)]);
    return object.is(Type::list) ? make_list(std::move(out)) : make_tuple(std::move(out));
}

Value bytes_item(const Value& object, const Value& key) {
    const std::string_view bytes = Peek::as<Bytes>(object)->text();
    if (!key.is(Type::slice))
        return static_cast<int>(static_cast<unsigned char>(bytes[checked_index(key, bytes.size(), "bytes")]));
    const SliceBounds bounds = Peek::as<SliceObject>(key)->bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto count = bounds.indices(bytes.size(), first, last);
    std::string out;
    for (std::int64_t i = 0, at = first; i < count; ++i, at += bounds.step)
        out += bytes[static_cast<std::size_t>(at)];
    return Value::bytes(out);
}

Value dict_item(const Value& object, const Value& key) {
    if (const Value* found = table_of(object).find(key)) return *found;
    raise_with("KeyError", key);
}

Value range_item(const Range& range, const Value& key) {
    if (!key.is(Type::slice)) {
        const auto at = static_cast<std::int64_t>(
            checked_index(key, static_cast<std::size_t>(range.size()), "range object"));
        return range.start + at * range.increment;
    }
    const SliceBounds bounds = Peek::as<SliceObject>(key)->bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    bounds.indices(static_cast<std::size_t>(range.size()), first, last);
    return make<Range>(range.start + first * range.increment, range.start + last * range.increment,
                       range.increment * bounds.step);
}

Value class_item(const Value& object, const Value& key) {
    const Class& cls = *Peek::as<Class>(object);
    for (const ClassHooks* hooks : cls.all_hooks)
        if (hooks->subscript) return hooks->subscript(object, key);
    if (const Value* method = cls.find(Key("__class_getitem__"))) {
        const Value& function = method->is(Type::property) ? Peek::as<Property>(*method)->get : *method;
        return call_value(function, {object, key});
    }
    // list[int], dict[str, int]: annotations that are evaluated.
    if (cls.is_builtin) return object;
    type_error(fmt::format("type '{}' is not subscriptable", text_of(cls.name)));
}

} // namespace

Value get_item(const Value& object, const Value& key) {
    switch (object.type()) {
    case Type::string: return string_item(object, key);
    case Type::list:
    case Type::tuple: return sequence_item(object, key);
    case Type::dict: return dict_item(object, key);
    case Type::bytes: return bytes_item(object, key);
    case Type::range: return range_item(*Peek::as<Range>(object), key);
    case Type::class_: return class_item(object, key);
    case Type::native: return Peek::as<Native>(object)->subscript(key);
    case Type::absent: Peek::as<Absent>(object)->fail();
    case Type::instance: {
        Value method;
        if (find_special(object, "__getitem__", method)) return call_special(method, object, {key});
        const Value held = plain(object);
        if (held.is(Type::dict) && !table_of(held).find(key) && find_special(object, "__missing__", method))
            return call_special(method, object, {key});
        if (!held.same(object)) return get_item(held, key);
        if (Native* native = native_part_of(object)) return native->subscript(key);
        break;
    }
    default: break;
    }
    type_error(fmt::format("'{}' object is not subscriptable", object.type_name()));
}

namespace {

void set_slice(const Value& object, const SliceObject& slice, const Value& value) {
    const Values replacement = collect(value);
    Values& items = items_of(object);
    const SliceBounds bounds = slice.bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto count = bounds.indices(items.size(), first, last);
    if (bounds.step == 1) {
        const auto from = items.begin() + first;
        Values old(from, from + count); // their destructors run after the list is whole again
        items.erase(from, from + count);
        items.insert(items.begin() + first, replacement.begin(), replacement.end());
        return;
    }
    if (replacement.size() != static_cast<std::size_t>(count))
        value_error(fmt::format("attempt to assign sequence of size {} to extended slice of size {}",
                                replacement.size(), count));
    for (std::int64_t i = 0, at = first; i < count; ++i, at += bounds.step)
        items[static_cast<std::size_t>(at)] = replacement[static_cast<std::size_t>(i)];
}

void delete_slice(Values& items, const SliceObject& slice) {
    const SliceBounds bounds = slice.bounds();
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto count = bounds.indices(items.size(), first, last);
    std::vector<bool> gone(items.size());
    for (std::int64_t i = 0, at = first; i < count; ++i, at += bounds.step)
        gone[static_cast<std::size_t>(at)] = true;
    Values kept;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (!gone[i]) kept.push_back(items[i]);
    items.swap(kept);
}

} // namespace

void set_item(const Value& object, const Value& key, const Value& value) {
    switch (object.type()) {
    case Type::list: {
        if (key.is(Type::slice)) return set_slice(object, *Peek::as<SliceObject>(key), value);
        Values& items = items_of(object);
        const std::int64_t given = index_of(key, "list indices");
        const std::int64_t at = given < 0 ? given + static_cast<std::int64_t>(items.size()) : given;
        if (at < 0 || at >= static_cast<std::int64_t>(items.size()))
            raise_error("IndexError", "list assignment index out of range");
        Value copy = value;
        items[static_cast<std::size_t>(at)].swap(copy);
        return;
    }
    case Type::dict: table_of(object).put(key, value); return;
    case Type::native: return Peek::as<Native>(object)->set_subscript(key, value);
    case Type::absent: Peek::as<Absent>(object)->fail();
    case Type::instance: {
        Value method;
        if (find_special(object, "__setitem__", method))
            return void(call_special(method, object, {key, value}));
        if (Peek::as<Instance>(object)->base.is(Type::unbound)) native_part_of(object);
        if (!plain(object).same(object)) return set_item(plain(object), key, value);
        if (Native* native = native_part_of(object)) return native->set_subscript(key, value);
        break;
    }
    default: break;
    }
    type_error(fmt::format("'{}' object does not support item assignment", object.type_name()));
}

void delete_item(const Value& object, const Value& key) {
    Value method;
    if (find_special(object, "__delitem__", method)) return void(call_special(method, object, {key}));
    const Value held = plain(object);
    if (held.is(Type::dict)) {
        if (!table_of(held).erase(key)) raise_with("KeyError", key);
        return;
    }
    if (held.is(Type::list)) {
        Values& items = items_of(held);
        if (key.is(Type::slice)) return delete_slice(items, *Peek::as<SliceObject>(key));
        const std::int64_t given = index_of(key, "list indices");
        const std::int64_t at = given < 0 ? given + static_cast<std::int64_t>(items.size()) : given;
        if (at < 0 || at >= static_cast<std::int64_t>(items.size()))
            raise_error("IndexError", "list assignment index out of range");
        const Value old = items[static_cast<std::size_t>(at)];
        items.erase(items.begin() + at);
        return;
    }
    type_error(fmt::format("'{}' object doesn't support item deletion", object.type_name()));
}

} // namespace orch::lang
