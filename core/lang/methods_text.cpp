// The methods of str and bytes.

#include "lang/builtins.hpp"
#include "lang/text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::lang {

namespace {

std::string_view self(Call& call) { return call[0].as_string(); }

/// Every code point through a function.
template <class Map>
std::string mapped(std::string_view text, Map map) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) append_code_point(out, map(next_code_point(text, at)));
    return out;
}

std::string upper(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (code == 0xdf)
            out += "SS";
        else
            append_code_point(out, to_upper(code));
    }
    return out;
}
std::string lower(std::string_view text) { return mapped(text, to_lower); }

std::string title(std::string_view text) {
    bool inside = false;
    return mapped(text, [&](char32_t code) {
        const char32_t out = inside ? to_lower(code) : to_upper(code);
        inside = is_letter(code);
        return out;
    });
}

std::string capitalize(std::string_view text) {
    bool first = true;
    return mapped(
        text, [&](char32_t code) { return std::exchange(first, false) ? to_upper(code) : to_lower(code); });
}

std::string swapcase(std::string_view text) {
    constexpr char32_t sharp_s = 0xdf; // its upper case is two letters
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (code == sharp_s)
            out += "SS";
        else
            append_code_point(out, to_upper(code) != code ? to_upper(code) : to_lower(code));
    }
    return out;
}

bool is_upper(char32_t code) { return is_letter(code) && to_lower(code) != code; }
bool is_lower(char32_t code) { return is_letter(code) && (to_upper(code) != code || code == 0xdf); }

template <class Test>
bool every(std::string_view text, Test test) {
    for (std::size_t at = 0; at < text.size();)
        if (!test(next_code_point(text, at))) return false;
    return !text.empty();
}

bool has_case(std::string_view text, bool upper_wanted) {
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (upper_wanted ? is_lower(code) : is_upper(code)) return false;
        any |= upper_wanted ? is_upper(code) : is_lower(code);
    }
    return any;
}

bool is_title(std::string_view text) {
    bool any = false;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (is_upper(code) && inside) return false;
        if (is_lower(code) && !inside) return false;
        inside = is_letter(code);
        any |= inside;
    }
    return any;
}

bool is_identifier(std::string_view text) {
    bool first = true;
    return every(text, [&](char32_t code) {
        const bool good = code == '_' || is_letter(code) || (!first && is_decimal(code));
        first = false;
        return good;
    });
}

// --- Stripping and splitting.

bool in_set(std::string_view set, char32_t code) {
    for (std::size_t at = 0; at < set.size();)
        if (next_code_point(set, at) == code) return true;
    return false;
}

std::string_view strip(std::string_view text, const Value& characters, bool left, bool right) {
    const bool spaces = characters.is_none();
    const std::string_view set = spaces ? std::string_view() : characters.as_string();
    auto drop = [&](char32_t code) { return spaces ? is_space(code) : in_set(set, code); };
    while (left && !text.empty()) {
        std::size_t at = 0;
        if (!drop(next_code_point(text, at))) break;
        text.remove_prefix(at);
    }
    while (right && !text.empty()) {
        std::size_t begin = text.size() - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) --begin;
        std::size_t at = begin;
        if (!drop(next_code_point(text, at))) break;
        text.remove_suffix(text.size() - begin);
    }
    return text;
}

using Pieces = std::vector<std::string_view>;

Value text_list(const Pieces& pieces) {
    Values out;
    out.reserve(pieces.size());
    for (const std::string_view piece : pieces) out.emplace_back(piece);
    return make_list(std::move(out));
}

Pieces split_spaces(std::string_view text, std::int64_t most) {
    Pieces out;
    text = strip(text, Value(), true, false);
    while (!text.empty()) {
        if (most >= 0 && static_cast<std::int64_t>(out.size()) >= most) {
            out.push_back(text);
            return out;
        }
        std::size_t end = 0;
        for (std::size_t at = 0; at < text.size(); end = at)
            if (is_space(next_code_point(text, at))) break;
        out.push_back(text.substr(0, end));
        text = strip(text.substr(end), Value(), true, false);
    }
    return out;
}

Pieces split_spaces_right(std::string_view text, std::int64_t most) {
    Pieces out;
    text = strip(text, Value(), false, true);
    while (!text.empty()) {
        if (most >= 0 && static_cast<std::int64_t>(out.size()) >= most) {
            out.push_back(text);
            break;
        }
        std::size_t begin = text.size();
        while (begin > 0) {
            std::size_t before = begin - 1;
            while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xc0) == 0x80) --before;
            std::size_t at = before;
            if (is_space(next_code_point(text, at))) break;
            begin = before;
        }
        out.push_back(text.substr(begin));
        text = strip(text.substr(0, begin), Value(), false, true);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

Pieces split_at(std::string_view text, std::string_view separator, std::int64_t most, bool from_right) {
    if (separator.empty()) value_error("empty separator");
    Pieces out;
    while (most < 0 || static_cast<std::int64_t>(out.size()) < most) {
        const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
        if (at == std::string_view::npos) break;
        step();
        out.push_back(from_right ? text.substr(at + separator.size()) : text.substr(0, at));
        text = from_right ? text.substr(0, at) : text.substr(at + separator.size());
    }
    out.push_back(text);
    if (from_right) std::reverse(out.begin(), out.end());
    return out;
}

Value split(Call& call, bool from_right) {
    const Value separator = call.get(1, "sep");
    const std::int64_t most = call.get(2, "maxsplit", -1).as_int();
    if (separator.is_none())
        return text_list(from_right ? split_spaces_right(self(call), most) : split_spaces(self(call), most));
    return text_list(split_at(self(call), separator.as_string(), most, from_right));
}

Value splitlines(Call& call) {
    const bool keep = truth(call.get(1, "keepends", false));
    const std::string_view text = self(call);
    Pieces out;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t at = begin;
        std::size_t end = text.size();
        std::size_t next = text.size();
        while (at < text.size()) {
            const std::size_t before = at;
            const char32_t code = next_code_point(text, at);
            const bool breaks = (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) ||
                                code == 0x85 || code == 0x2028 || code == 0x2029;
            if (!breaks) continue;
            if (code == '\r' && at < text.size() && text[at] == '\n') ++at;
            end = before;
            next = at;
            break;
        }
        out.push_back(text.substr(begin, (keep ? next : end) - begin));
        begin = next;
    }
    return text_list(out);
}

Value partition(Call& call, bool from_right) {
    const std::string_view text = self(call);
    const std::string_view separator = call[1].as_string();
    if (separator.empty()) value_error("empty separator");
    const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
    if (at == std::string_view::npos) {
        if (from_right) return make_tuple({Value(""), Value(""), call[0]});
        return make_tuple({call[0], Value(""), Value("")});
    }
    return make_tuple(
        {Value(text.substr(0, at)), Value(separator), Value(text.substr(at + separator.size()))});
}

Value join(Call& call) {
    call.expect("join", 2, 2);
    const std::string_view separator = self(call);
    std::string out;
    Iteration it(call[1]);
    Value item;
    std::int64_t index = 0;
    for (; it.next(item); ++index) {
        if (index > 0) out += separator;
        if (!plain(item).is_string())
            type_error(
                fmt::format("sequence item {}: expected str instance, {} found", index, item.type_name()));
        out += text_of(plain(item));
        if (static_cast<std::int64_t>(out.size()) > account.byte_limit)
            fail_memory(static_cast<std::int64_t>(out.size()));
    }
    return Value(out);
}

// --- Searching.

/// A part of the text given by optional start and end, in code points.
struct Part {
    std::string_view text;
    std::size_t offset; ///< code points before it
    bool valid;
};
Part part_of(Call& call, std::size_t first) {
    const std::string_view text = self(call);
    if (call.size() <= first) return {text, 0, true};
    const auto length = static_cast<std::int64_t>(length_of(plain(call[0])));
    auto bound = [&](std::size_t i, std::int64_t otherwise) {
        if (call.size() <= i || call[i].is_none()) return otherwise;
        const std::int64_t given = call[i].as_int();
        return std::max<std::int64_t>(given < 0 ? given + length : given, 0);
    };
    const std::int64_t start = bound(first, 0);
    const std::int64_t stop = std::min(bound(first + 1, length), length);
    if (start > stop) return {{}, 0, false};
    const std::size_t begin = offset_of(text, static_cast<std::size_t>(start));
    const std::size_t end = begin + offset_of(text.substr(begin), static_cast<std::size_t>(stop - start));
    return {text.substr(begin, end - begin), static_cast<std::size_t>(start), true};
}

std::int64_t find(Call& call, bool from_right) {
    const std::string_view wanted = call[1].as_string();
    const Part part = part_of(call, 2);
    if (!part.valid) return -1;
    const std::size_t at = from_right ? part.text.rfind(wanted) : part.text.find(wanted);
    if (at == std::string_view::npos) return -1;
    std::size_t index = part.offset;
    for (std::size_t i = 0; i < at; ++i) index += (static_cast<unsigned char>(part.text[i]) & 0xc0) != 0x80;
    return static_cast<std::int64_t>(index);
}

Value index(Call& call, bool from_right) {
    const std::int64_t at = find(call, from_right);
    if (at < 0) value_error("substring not found");
    return at;
}

Value count(Call& call) {
    const std::string_view wanted = call[1].as_string();
    const Part part = part_of(call, 2);
    if (!part.valid) return 0;
    if (wanted.empty()) return static_cast<std::int64_t>(length_of(Value(part.text))) + 1;
    std::int64_t number = 0;
    for (std::size_t at = 0; (at = part.text.find(wanted, at)) != std::string_view::npos; at += wanted.size())
        ++number;
    return number;
}

Value affix(Call& call, bool suffix) {
    const Part part = part_of(call, 2);
    if (!part.valid) return false;
    auto test = [&](const Value& v) {
        const std::string_view wanted = v.as_string(suffix ? "suffix" : "prefix");
        return suffix ? part.text.ends_with(wanted) : part.text.starts_with(wanted);
    };
    if (!call[1].is(Type::tuple)) {
        if (!plain(call[1]).is_string())
            type_error(fmt::format("{} first arg must be str or a tuple of str, not {}",
                                   suffix ? "endswith" : "startswith", call[1].type_name()));
        return test(call[1]);
    }
    return std::any_of(items_of(call[1]).begin(), items_of(call[1]).end(), test);
}

Value replace(Call& call) {
    const std::string_view text = self(call);
    const std::string_view from = call[1].as_string("old");
    const std::string_view to = call[2].as_string("new");
    std::int64_t most = call.get(3, "count", -1).as_int();
    std::string out;
    std::size_t at = 0;
    while (most != 0) {
        std::size_t found = text.find(from, at);
        if (found == std::string_view::npos || (from.empty() && at > text.size())) break;
        out += text.substr(at, found - at);
        out += to;
        if (from.empty()) {
            // Between all characters.
            std::size_t end = at;
            if (at < text.size()) next_code_point(text, end);
            out += text.substr(at, end - at);
            found = at < text.size() ? end : text.size() + 1;
        }
        at = found + from.size();
        --most;
        if (static_cast<std::int64_t>(out.size()) > account.byte_limit)
            fail_memory(static_cast<std::int64_t>(out.size()));
    }
    if (at < text.size()) out += text.substr(at);
    return Value(out);
}

// --- Padding.

std::string padding(const Value& fill, std::int64_t count) {
    charge(count);
    refund(count);
    std::string out;
    for (std::int64_t i = 0; i < count; ++i) out += fill.as_string();
    return out;
}

Value justify(Call& call, char align) {
    const std::int64_t width = call[1].as_int();
    const Value fill = call.get(2, "fillchar", Value(" "));
    if (length_of(fill) != 1) type_error("The fill character must be exactly one character long");
    const auto length = static_cast<std::int64_t>(length_of(plain(call[0])));
    const std::int64_t missing = width - length;
    if (missing <= 0) return plain(call[0]);
    // str.center puts the odd one left when the width is odd.
    const std::int64_t left = align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & width & 1);
    return Value(padding(fill, left) + std::string(self(call)) + padding(fill, missing - left));
}

Value zfill(Call& call) {
    const std::string_view text = self(call);
    const std::int64_t missing = call[1].as_int() - static_cast<std::int64_t>(length_of(plain(call[0])));
    if (missing <= 0) return plain(call[0]);
    const bool sign = text.starts_with('+') || text.starts_with('-');
    return Value(std::string(text.substr(0, sign)) + padding(Value("0"), missing) +
                 std::string(text.substr(sign)));
}

Value expandtabs(Call& call) {
    const std::int64_t size = call.get(1, "tabsize", 8).as_int();
    std::string out;
    std::int64_t column = 0;
    for (const char c : self(call)) {
        if (c == '\t') {
            const std::int64_t spaces = size > 0 ? size - column % size : 0;
            out += padding(Value(" "), spaces);
            column += spaces;
        } else {
            out += c;
            column = c == '\n' || c == '\r' ? 0 : column + ((static_cast<unsigned char>(c) & 0xc0) != 0x80);
        }
    }
    return Value(out);
}

// --- Encoding and translation.

std::string encoding_name(const Value& v) {
    std::string name;
    for (const char c : v.is_none() ? std::string_view("utf-8") : v.as_string("encoding"))
        if (c != '-' && c != '_' && c != ' ') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    return name;
}

/// A character as \x, \u or \U writes it.
std::string escaped(char32_t code) {
    const auto number = static_cast<unsigned>(code);
    return code < 0x100     ? fmt::format("\\x{:02x}", number)
           : code < 0x10000 ? fmt::format("\\u{:04x}", number)
                            : fmt::format("\\U{:08x}", number);
}

Value encode(Call& call) {
    const std::string_view text = self(call);
    const std::string name = encoding_name(call.get(1, "encoding"));
    const Value errors = call.get(2, "errors", Value("strict"));
    if (name == "utf8") return Value::bytes(text);
    const char32_t limit = name == "ascii" || name == "usascii"     ? 0x80
                           : name == "latin1" || name == "iso88591" ? 0x100
                                                                    : 0;
    if (limit == 0)
        raise_error("ValueError", fmt::format("unknown encoding: {}", call.get(1, "encoding").as_string()));
    std::string out;
    std::size_t position = 0;
    for (std::size_t at = 0; at < text.size(); ++position) {
        const char32_t code = next_code_point(text, at);
        if (code < limit)
            out += static_cast<char>(code);
        else if (errors.as_string() == "replace")
            out += '?';
        else if (errors.as_string() == "backslashreplace")
            out += escaped(code);
        else if (errors.as_string() == "xmlcharrefreplace")
            out += fmt::format("&#{};", static_cast<unsigned>(code));
        else if (errors.as_string() != "ignore")
            raise_error(
                "UnicodeEncodeError",
                fmt::format("'{}' codec can't encode character '{}' in position {}: ordinal not in range({})",
                            limit == 0x80 ? "ascii" : "latin-1", escaped(code), position,
                            static_cast<unsigned>(limit)));
    }
    return Value::bytes(out);
}

Value translate(Call& call) {
    std::string out;
    const std::string_view text = self(call);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t code = next_code_point(text, at);
        Value mapped = Peek::unbound();
        if (call[1].is(Type::dict)) {
            if (const Value* found = table_of(call[1]).find(Value(static_cast<std::int64_t>(code))))
                mapped = *found;
        }
        if (mapped.is(Type::unbound))
            out += text.substr(begin, at - begin);
        else if (mapped.is_integer())
            append_code_point(out, static_cast<char32_t>(mapped.as_int()));
        else if (!mapped.is_none())
            out += mapped.as_string();
    }
    return Value(out);
}

Value maketrans(Call& call) {
    Value out = make_dict();
    auto code_of = [](const Value& v) {
        if (v.is_integer()) return v;
        std::size_t at = 0;
        return Value(static_cast<std::int64_t>(next_code_point(v.as_string(), at)));
    };
    if (call.size() == 1) {
        for (const auto& [key, value] : call[0].entries()) table_of(out).put(code_of(key), value);
        return out;
    }
    const Values from = collect(call[0]);
    const Values to = collect(call[1]);
    if (from.size() != to.size()) value_error("the first two maketrans arguments must have equal length");
    for (std::size_t i = 0; i < from.size(); ++i) table_of(out).put(code_of(from[i]), code_of(to[i]));
    if (call.size() > 2)
        for (const Value& gone : collect(call[2])) table_of(out).put(code_of(gone), Value());
    return out;
}

void add_text_tests(Methods& methods) {
    auto add = [&](const char* name, bool (*test)(std::string_view)) {
        methods.add(name, [test](Call& call) { return Value(test(self(call))); });
    };
    add("isupper", [](std::string_view text) { return has_case(text, true); });
    add("islower", [](std::string_view text) { return has_case(text, false); });
    add("istitle", is_title);
    add("isidentifier", is_identifier);
    add("isalpha", [](std::string_view text) { return every(text, is_letter); });
    add("isdigit", [](std::string_view text) {
        return every(text, [](char32_t c) { return is_decimal(c) || c == 0xb2 || c == 0xb3 || c == 0xb9; });
    });
    add("isdecimal", [](std::string_view text) { return every(text, is_decimal); });
    add("isnumeric", [](std::string_view text) {
        return every(text, [](char32_t c) {
            return is_decimal(c) || c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0xbc && c <= 0xbe);
        });
    });
    add("isalnum", [](std::string_view text) {
        return every(text, [](char32_t c) { return is_letter(c) || is_decimal(c); });
    });
    add("isspace", [](std::string_view text) { return every(text, is_space); });
    add("isprintable", [](std::string_view text) { return text.empty() || every(text, is_printable); });
    add("isascii", [](std::string_view text) { return is_ascii(text); });
}

} // namespace

void add_text_methods(Builtins& all) {
    Methods methods(all.classes[static_cast<std::size_t>(Type::string)]);
    auto change = [&](const char* name, std::string (*function)(std::string_view)) {
        methods.add(name, [function](Call& call) { return Value(function(self(call))); });
    };
    change("upper", upper);
    change("lower", lower);
    change("casefold", [](std::string_view text) {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const char32_t code = next_code_point(text, at);
            if (code == 0xdf)
                out += "ss";
            else
                append_code_point(out, to_lower(code));
        }
        return out;
    });
    change("title", title);
    change("capitalize", capitalize);
    change("swapcase", swapcase);
    methods
        .add("strip", [](Call& call) { return Value(strip(self(call), call.get(1, "chars"), true, true)); })
        .add("lstrip", [](Call& call) { return Value(strip(self(call), call.get(1, "chars"), true, false)); })
        .add("rstrip", [](Call& call) { return Value(strip(self(call), call.get(1, "chars"), false, true)); })
        .add("split", [](Call& call) { return split(call, false); })
        .add("rsplit", [](Call& call) { return split(call, true); })
        .add("splitlines", splitlines)
        .add("partition", [](Call& call) { return partition(call, false); })
        .add("rpartition", [](Call& call) { return partition(call, true); })
        .add("join", join)
        .add("find", [](Call& call) { return Value(find(call, false)); })
        .add("rfind", [](Call& call) { return Value(find(call, true)); })
        .add("index", [](Call& call) { return index(call, false); })
        .add("rindex", [](Call& call) { return index(call, true); })
        .add("count", count)
        .add("startswith", [](Call& call) { return affix(call, false); })
        .add("endswith", [](Call& call) { return affix(call, true); })
        .add("replace", replace)
        .add("removeprefix",
             [](Call& call) {
                 const std::string_view text = self(call);
                 const std::string_view prefix = call[1].as_string();
                 return Value(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
             })
        .add("removesuffix",
             [](Call& call) {
                 const std::string_view text = self(call);
                 const std::string_view suffix = call[1].as_string();
                 return Value(text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text);
             })
        .add("ljust", [](Call& call) { return justify(call, '<'); })
        .add("rjust", [](Call& call) { return justify(call, '>'); })
        .add("center", [](Call& call) { return justify(call, '^'); })
        .add("zfill", zfill)
        .add("expandtabs", expandtabs)
        .add("encode", encode)
        .add("translate", translate)
        .static_method("maketrans", maketrans)
        .add("format",
             [](Call& call) {
                 return Value(format_braces(self(call), call.args().subspan(1), call.keywords()));
             })
        .add("format_map", [](Call& call) { return Value(format_braces(self(call), {}, {}, &call[1])); })
        .add("__len__", [](Call& call) { return Value(length_of(plain(call[0]))); })
        .add("__contains__", [](Call& call) { return Value(contains(plain(call[0]), call[1])); })
        .add("__add__",
             [](Call& call) { return binary_operation(Operator::add, plain(call[0]), plain(call[1])); });
    add_text_tests(methods);
}

// --- bytes.

namespace {

std::string_view raw(Call& call) { return call[0].as_bytes(); }

Value decode(Call& call) {
    const std::string_view bytes = raw(call);
    const std::string name = encoding_name(call.get(1, "encoding"));
    const std::string errors(call.get(2, "errors", Value("strict")).as_string());
    if (name == "latin1" || name == "iso88591") {
        std::string out;
        for (const char c : bytes) append_code_point(out, static_cast<unsigned char>(c));
        return Value(out);
    }
    if (name != "utf8" && name != "ascii" && name != "usascii" && name != "utf8sig")
        raise_error("ValueError", fmt::format("unknown encoding: {}", call.get(1, "encoding").as_string()));
    std::size_t bad = 0;
    std::string_view text = name == "utf8sig" && bytes.starts_with("\xef\xbb\xbf") ? bytes.substr(3) : bytes;
    const bool ascii = name == "ascii" || name == "usascii";
    if (ascii ? is_ascii(text) : valid_utf8(text, &bad)) return Value(text);
    if (errors == "strict")
        raise_error("UnicodeDecodeError",
                    fmt::format("'{}' codec can't decode byte 0x{:02x} in position {}: invalid byte",
                                ascii ? "ascii" : "utf-8", static_cast<unsigned char>(text[bad]), bad));
    std::string out;
    while (!text.empty()) {
        bad = text.size();
        valid_utf8(text, &bad);
        out += text.substr(0, bad);
        if (bad >= text.size()) break;
        if (errors == "replace") out += "\xef\xbf\xbd";
        text.remove_prefix(bad + 1);
    }
    return Value(out);
}

Value hex(Call& call) {
    std::string out;
    for (const char c : raw(call)) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return Value(out);
}

Value from_hex(Call& call) {
    std::string digits;
    for (const char c : call[1].as_string())
        if (!is_space(static_cast<unsigned char>(c))) digits += c;
    std::string out;
    if (digits.size() % 2 != 0 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        value_error("non-hexadecimal number found in fromhex() arg");
    for (std::size_t i = 0; i < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return Value::bytes(out);
}

} // namespace

void add_bytes_methods(Builtins& all) {
    Methods(all.classes[static_cast<std::size_t>(Type::bytes)])
        .add("decode", decode)
        .add("hex", hex)
        .class_method("fromhex", from_hex)
        .add("startswith", [](Call& call) { return Value(raw(call).starts_with(call[1].as_bytes())); })
        .add("endswith", [](Call& call) { return Value(raw(call).ends_with(call[1].as_bytes())); })
        .add("find",
             [](Call& call) {
                 const std::size_t at = raw(call).find(call[1].as_bytes());
                 return Value(at == std::string_view::npos ? std::int64_t(-1)
                                                           : static_cast<std::int64_t>(at));
             })
        .add("replace",
             [](Call& call) {
                 if (call[1].as_bytes().empty()) return call[0];
                 return Value::bytes(replace_all(raw(call), call[1].as_bytes(), call[2].as_bytes()));
             })
        .add("split",
             [](Call& call) {
                 Values out;
                 for (const std::string_view piece :
                      split_at(raw(call), call[1].as_bytes(), call.get(2, "maxsplit", -1).as_int(), false))
                     out.push_back(Value::bytes(piece));
                 return make_list(std::move(out));
             })
        .add("join",
             [](Call& call) {
                 std::string out;
                 bool first = true;
                 for (const Value& item : collect(call[1])) {
                     if (!std::exchange(first, false)) out += raw(call);
                     out += item.as_bytes();
                 }
                 return Value::bytes(out);
             })
        .add("strip", [](Call& call) { return Value::bytes(trim(raw(call))); })
        .add("upper",
             [](Call& call) {
                 std::string out(raw(call));
                 for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
                 return Value::bytes(out);
             })
        .add("lower", [](Call& call) { return Value::bytes(orch::lower(raw(call))); });
}

} // namespace orch::lang
