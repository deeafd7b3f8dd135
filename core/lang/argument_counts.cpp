// How many arguments the small built-in functions and methods take, in one table: their bodies take what they
// need and would pass over the rest.

#include "lang/builtins.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>

namespace orch::lang {

namespace {

struct Row {
    const char* name;
    ArgumentCounts counts;
};

/// Without self. A keyword counts as an argument; `**` takes any.
constexpr Row functions[] = {
    {"hash", {1, 1, ""}},
    {"chr", {1, 1, ""}},
    {"ord", {1, 1, ""}},
    {"repr", {1, 1, ""}},
    {"ascii", {1, 1, ""}},
    {"bin", {1, 1, ""}},
    {"oct", {1, 1, ""}},
    {"hex", {1, 1, ""}},
    {"id", {1, 1, ""}},
    {"callable", {1, 1, ""}},
    {"len", {1, 1, ""}},
    {"abs", {1, 1, ""}},
    {"any", {1, 1, ""}},
    {"all", {1, 1, ""}},
    {"round", {1, 2, "number ndigits"}},
    {"sorted", {1, 3, "key reverse"}},
    {"sum", {1, 2, "start"}},
    {"enumerate", {1, 2, "iterable start"}},
    {"format", {1, 2, ""}},
    {"globals", {0, 0, ""}},
    {"locals", {0, 0, ""}},
    {"vars", {0, 1, ""}},
    {"dir", {0, 1, ""}},
    {"pow", {2, 3, "base exp mod"}},
    {"divmod", {2, 2, ""}},
};

constexpr Row constructors[] = {
    {"int", {0, 2, "base"}},
    {"float", {0, 1, ""}},
    {"bool", {0, 1, ""}},
    {"str", {0, 3, "object encoding errors"}},
    {"bytes", {0, 3, "source encoding errors"}},
    {"list", {0, 1, ""}},
    {"tuple", {0, 1, ""}},
    {"set", {0, 1, ""}},
    {"frozenset", {0, 1, ""}},
    {"dict", {0, 1, "**"}},
};

constexpr Row text_methods[] = {
    {"upper", {0, 0, ""}},
    {"lower", {0, 0, ""}},
    {"title", {0, 0, ""}},
    {"capitalize", {0, 0, ""}},
    {"swapcase", {0, 0, ""}},
    {"casefold", {0, 0, ""}},
    {"isupper", {0, 0, ""}},
    {"islower", {0, 0, ""}},
    {"istitle", {0, 0, ""}},
    {"isidentifier", {0, 0, ""}},
    {"isalpha", {0, 0, ""}},
    {"isdigit", {0, 0, ""}},
    {"isdecimal", {0, 0, ""}},
    {"isnumeric", {0, 0, ""}},
    {"isalnum", {0, 0, ""}},
    {"isspace", {0, 0, ""}},
    {"isprintable", {0, 0, ""}},
    {"isascii", {0, 0, ""}},
    {"strip", {0, 1, ""}},
    {"lstrip", {0, 1, ""}},
    {"rstrip", {0, 1, ""}},
    {"split", {0, 2, "sep maxsplit"}},
    {"rsplit", {0, 2, "sep maxsplit"}},
    {"splitlines", {0, 1, "keepends"}},
    {"partition", {1, 1, ""}},
    {"rpartition", {1, 1, ""}},
    {"join", {1, 1, ""}},
    {"find", {1, 3, ""}},
    {"rfind", {1, 3, ""}},
    {"index", {1, 3, ""}},
    {"rindex", {1, 3, ""}},
    {"count", {1, 3, ""}},
    {"startswith", {1, 3, ""}},
    {"endswith", {1, 3, ""}},
    {"replace", {2, 3, "count"}},
    {"removeprefix", {1, 1, ""}},
    {"removesuffix", {1, 1, ""}},
    {"ljust", {1, 2, ""}},
    {"rjust", {1, 2, ""}},
    {"center", {1, 2, ""}},
    {"zfill", {1, 1, ""}},
    {"expandtabs", {0, 1, "tabsize"}},
    {"encode", {0, 2, "encoding errors"}},
    {"translate", {1, 1, ""}},
    {"format_map", {1, 1, ""}},
};

constexpr Row bytes_methods[] = {
    {"decode", {0, 2, "encoding errors"}},
    {"hex", {0, 2, ""}},
    {"startswith", {1, 1, ""}},
    {"endswith", {1, 1, ""}},
    {"find", {1, 1, ""}},
    {"replace", {2, 2, ""}},
    {"split", {1, 2, "sep maxsplit"}},
    {"join", {1, 1, ""}},
    {"strip", {0, 0, ""}},
    {"upper", {0, 0, ""}},
    {"lower", {0, 0, ""}},
};

constexpr Row list_methods[] = {
    {"append", {1, 1, ""}},  {"extend", {1, 1, ""}}, {"insert", {2, 2, ""}}, {"pop", {0, 1, ""}},
    {"remove", {1, 1, ""}},  {"index", {1, 3, ""}},  {"count", {1, 1, ""}},  {"sort", {0, 2, "key reverse"}},
    {"reverse", {0, 0, ""}}, {"copy", {0, 0, ""}},   {"clear", {0, 0, ""}},
};

constexpr Row tuple_methods[] = {{"index", {1, 3, ""}}, {"count", {1, 1, ""}}};

constexpr Row dict_methods[] = {
    {"keys", {0, 0, ""}},       {"values", {0, 0, ""}}, {"items", {0, 0, ""}},   {"get", {1, 2, ""}},
    {"setdefault", {1, 2, ""}}, {"pop", {1, 2, ""}},    {"popitem", {0, 0, ""}}, {"update", {0, 1, "**"}},
    {"copy", {0, 0, ""}},       {"clear", {0, 0, ""}},
};

constexpr Row set_methods[] = {
    {"issubset", {1, 1, ""}},
    {"issuperset", {1, 1, ""}},
    {"isdisjoint", {1, 1, ""}},
    {"copy", {0, 0, ""}},
    {"add", {1, 1, ""}},
    {"remove", {1, 1, ""}},
    {"discard", {1, 1, ""}},
    {"pop", {0, 0, ""}},
    {"clear", {0, 0, ""}},
    {"symmetric_difference", {1, 1, ""}},
    {"symmetric_difference_update", {1, 1, ""}},
};

constexpr Row integer_methods[] = {
    {"bit_length", {0, 0, ""}},
    {"bit_count", {0, 0, ""}},
    {"to_bytes", {0, 2, "length byteorder signed"}},
};

void put_methods(const Builtins& all, Type type, const char* owner, std::span<const Row> rows) {
    const Table& methods = Peek::as<Class>(all.classes[static_cast<std::size_t>(type)])->attributes;
    for (const Row& row : rows)
        if (const Value* found = methods.find(Key(row.name)); found && found->is(Type::native_function))
            Peek::as<NativeFunction>(*found)->counts = &row.counts,
            Peek::as<NativeFunction>(*found)->owner = owner;
}

[[noreturn]] void fail_count(const char* owner, std::string_view name, const ArgumentCounts& counts,
                             std::size_t given) {
    const std::string whole = owner ? fmt::format("{}.{}", owner, name) : std::string(name);
    if (counts.most == 0) type_error(fmt::format("{}() takes no arguments ({} given)", whole, given));
    const auto plural = [](std::size_t count) { return count == 1 ? "" : "s"; };
    if (counts.least == counts.most && counts.most == 1)
        type_error(fmt::format("{}() takes exactly one argument ({} given)", whole, given));
    if (counts.least == counts.most)
        type_error(fmt::format("{} expected {} arguments, got {}", name, counts.most, given));
    const bool few = given < counts.least;
    const std::size_t bound = few ? counts.least : counts.most;
    type_error(fmt::format("{} expected at {} {} argument{}, got {}", name, few ? "least" : "most", bound,
                           plural(bound), given));
}

} // namespace

void check_arguments(const char* owner, std::string_view name, const ArgumentCounts& counts,
                     std::size_t positional, Keywords keywords) {
    const std::string_view known(counts.keywords);
    if (!keywords.empty() && known != "**") {
        const std::vector<std::string> names = split(known, ' ');
        for (const Call::Keyword& keyword : keywords)
            if (std::find(names.begin(), names.end(), text_of(keyword.name)) == names.end())
                type_error(
                    fmt::format("'{}' is an invalid keyword argument for {}()", text_of(keyword.name), name));
    }
    const std::size_t named = known == "**" ? 0 : keywords.size();
    if (positional > counts.most || positional + named < counts.least)
        fail_count(owner, name, counts, positional + named);
}

void add_argument_counts(Builtins& all) {
    for (const Row& row : functions)
        Peek::as<NativeFunction>(*all.names.find(Key(row.name)))->counts = &row.counts;
    for (const Row& row : constructors)
        Peek::as<Class>(*all.names.find(Key(row.name)))->hooks->counts = &row.counts;
    put_methods(all, Type::string, "str", text_methods);
    put_methods(all, Type::bytes, "bytes", bytes_methods);
    put_methods(all, Type::list, "list", list_methods);
    put_methods(all, Type::tuple, "tuple", tuple_methods);
    put_methods(all, Type::dict, "dict", dict_methods);
    put_methods(all, Type::set, "set", set_methods);
    put_methods(all, Type::integer, "int", integer_methods);
}

} // namespace orch::lang
