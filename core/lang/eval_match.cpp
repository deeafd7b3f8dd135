// Patterns of `match`: whether a value fits, and what names it binds.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

namespace orch::lang {

namespace {

bool match_items(Frame& frame, const Pattern& pattern, const Values items) {
    const std::size_t count = pattern.items.size();
    std::size_t star = count;
    for (std::size_t i = 0; i < count; ++i)
        if (pattern.items[i]->kind == PatternKind::star) star = i;
    if (star == count ? items.size() != count : items.size() + 1 < count) return false;
    for (std::size_t i = 0; i < star; ++i)
        if (!match_pattern(frame, pattern.items[i], items[i])) return false;
    if (star == count) return true;
    const std::size_t behind = count - star - 1;
    for (std::size_t i = 0; i < behind; ++i)
        if (!match_pattern(frame, pattern.items[star + 1 + i], items[items.size() - behind + i]))
            return false;
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(star);
    if (pattern.items[star]->name)
        assign(frame, pattern.items[star]->name,
               make_list(Values(from, items.end() - static_cast<std::ptrdiff_t>(behind))));
    return true;
}

bool match_mapping(Frame& frame, const Pattern& pattern, const Value& subject) {
    const Value held = plain(subject);
    if (!held.is(Type::dict)) return false;
    std::vector<Value> used;
    for (std::size_t i = 0; i < pattern.keys.size(); ++i) {
        const Value key = evaluate(frame, pattern.keys[i]);
        const Value* found = table_of(held).find(key);
        if (!found || !match_pattern(frame, pattern.items[i], Value(*found))) return false;
        used.push_back(key);
    }
    if (!pattern.name) return true;
    Value rest = make_dict();
    for (auto& [key, value] : held.entries()) table_of(rest).put(key, value);
    for (const Value& key : used) table_of(rest).erase(key);
    assign(frame, pattern.name, rest);
    return true;
}

bool match_class(Frame& frame, const Pattern& pattern, const Value& subject) {
    const Value cls = evaluate(frame, pattern.value);
    frame.at(pattern.value);
    if (!instance_of(subject, cls)) return false;
    const std::size_t positional = pattern.items.size() - pattern.attributes.size();
    Values names;
    Value match_args;
    if (positional > 0 && find_attribute(cls, Key("__match_args__"), match_args)) names = collect(match_args);
    for (std::size_t i = 0; i < pattern.items.size(); ++i) {
        // str(x), int(x): the one positional pattern of a built-in type is the value itself.
        if (i < positional && names.empty() && positional == 1) {
            if (!match_pattern(frame, pattern.items[i], subject)) return false;
            continue;
        }
        if (i < positional && i >= names.size()) type_error("too many positional patterns for this class");
        const Key name = i < positional ? Key(names[i].as_string()) : Key(pattern.attributes[i - positional]);
        Value value;
        if (!find_attribute(subject, name, value) || !match_pattern(frame, pattern.items[i], value))
            return false;
    }
    return true;
}

} // namespace

bool match_pattern(Frame& frame, const Pattern* pattern, const Value& subject) {
    switch (pattern->kind) {
    case PatternKind::wildcard:
    case PatternKind::star: return true;
    case PatternKind::capture: assign(frame, pattern->name, subject); return true;
    case PatternKind::value: {
        const Value value = evaluate(frame, pattern->value);
        frame.at(pattern->value);
        const bool singleton = value.is_none() || value.is(Type::boolean);
        return singleton ? value.same(subject) : equal(subject, value);
    }
    case PatternKind::sequence: {
        const Value held = plain(subject);
        return (is_sequence(held) || held.is(Type::range)) && match_items(frame, *pattern, collect(held));
    }
    case PatternKind::mapping: return match_mapping(frame, *pattern, subject);
    case PatternKind::class_: return match_class(frame, *pattern, subject);
    case PatternKind::alternatives:
        for (const Pattern* item : pattern->items)
            if (match_pattern(frame, item, subject)) return true;
        return false;
    case PatternKind::as:
        if (!match_pattern(frame, pattern->inner, subject)) return false;
        assign(frame, pattern->name, subject);
        return true;
    }
    return false;
}

} // namespace orch::lang
