// format(), f-strings, "%" and str.format(): Python's mini-languages for text.

#include "lang/integer.hpp"
#include "lang/operations.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include "base/text.hpp"

#include <cmath>
#include <cstdio>
#include <fmt/format.h>

namespace orch::lang {

namespace {

/// [[fill]align][sign][#][0][width][grouping][.precision][type]
struct Spec {
    std::string fill = " ";
    char align = 0;
    char sign = '-';
    bool alternate = false;
    std::int64_t width = 0;
    char grouping = 0;
    int precision = -1;
    char type = 0;
};

[[noreturn]] void fail_spec(std::string_view spec, const Value& v) {
    value_error(fmt::format("Invalid format specifier '{}' for object of type '{}'", spec, v.type_name()));
}

bool is_align(char c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

std::int64_t read_number(std::string_view text, std::size_t& at) {
    std::int64_t number = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        number = number * 10 + (text[at++] - '0');
        if (number > 100'000'000) value_error("Too many decimal digits in format string");
    }
    return number;
}

Spec parse_spec(std::string_view text, const Value& v) {
    Spec spec;
    std::size_t at = 0;
    std::size_t behind_fill = 0;
    bool filled = false;
    if (!text.empty()) next_code_point(text, behind_fill);
    if (behind_fill < text.size() && is_align(text[behind_fill])) {
        filled = true;
        spec.fill = text.substr(0, behind_fill);
        spec.align = text[behind_fill];
        at = behind_fill + 1;
    } else if (!text.empty() && is_align(text[0])) {
        spec.align = text[at++];
    }
    auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
    if (peek() == '+' || peek() == '-' || peek() == ' ') spec.sign = text[at++];
    if (peek() == '#') spec.alternate = true, ++at;
    if (peek() == '0') {
        if (!spec.align) spec.align = '=';
        if (!filled) spec.fill = "0";
        ++at;
    }
    spec.width = read_number(text, at);
    if (peek() == ',' || peek() == '_') spec.grouping = text[at++];
    if (peek() == '.') {
        const std::size_t before = ++at;
        spec.precision = static_cast<int>(read_number(text, at));
        if (at == before) value_error("Format specifier missing precision");
    }
    if (at < text.size()) spec.type = text[at++];
    if (at < text.size()) fail_spec(text, v);
    return spec;
}

std::string pad(const Spec& spec, const std::string& prefix, const std::string& body, char otherwise) {
    const auto size = static_cast<std::int64_t>(code_points(prefix) + code_points(body));
    if (size >= spec.width) return prefix + body;
    charge(spec.width);
    refund(spec.width);
    const std::int64_t missing = spec.width - size;
    auto fill = [&](std::int64_t count) {
        std::string out;
        for (std::int64_t i = 0; i < count; ++i) out += spec.fill;
        return out;
    };
    switch (spec.align ? spec.align : otherwise) {
    case '<': return prefix + body + fill(missing);
    case '^': return fill(missing / 2) + prefix + body + fill(missing - missing / 2);
    case '=': return prefix + fill(missing) + body;
    default: return fill(missing) + prefix + body;
    }
}

/// Separators between groups of digits of the whole part; with zeros as filling, those count as digits.
std::string group(const Spec& spec, std::string digits, std::size_t size, std::size_t prefix) {
    if (!spec.grouping) return digits;
    std::size_t whole = 0;
    while (whole < digits.size() && std::isxdigit(static_cast<unsigned char>(digits[whole]))) ++whole;
    if (digits.find_first_of("eE") < whole && spec.type != 'x' && spec.type != 'X')
        whole = digits.find_first_of("eE");
    const std::string rest = digits.substr(whole);
    digits.resize(whole);
    auto grouped = [&] {
        std::string out;
        for (std::size_t i = 0; i < digits.size(); ++i) {
            if (i > 0 && (digits.size() - i) % size == 0) out += spec.grouping;
            out += digits[i];
        }
        return out;
    };
    if (spec.align == '=' && spec.fill == "0")
        while (static_cast<std::int64_t>(grouped().size() + rest.size() + prefix) < spec.width)
            digits.insert(0, "0");
    std::string out = grouped();
    // A separator may not come first; Python pads one digit more then.
    return out + rest;
}

std::string sign_of(const Spec& spec, bool negative) {
    return negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
}

/// `#g`: C's, with the zeros at the end that the precision asks for.
std::string all_digits(double value, int precision) {
    std::string out(static_cast<std::size_t>(std::snprintf(nullptr, 0, "%#.*g", precision, value)) + 1, '\0');
    out.resize(static_cast<std::size_t>(std::snprintf(out.data(), out.size(), "%#.*g", precision, value)));
    return out;
}

std::string format_real_digits(double value, char type, int precision, bool alternate) {
    std::string out;
    switch (type) {
    case 'e':
    case 'E': out = fmt::format("{:.{}e}", value, precision); break;
    case 'f':
    case 'F': out = fmt::format("{:.{}f}", value, precision); break;
    case '%': out = fmt::format("{:.{}f}", value * 100, precision); break;
    default:
        out = alternate ? all_digits(value, std::max(precision, 1))
                        : fmt::format("{:.{}g}", value, precision == 0 ? 1 : precision);
        break;
    }
    if (alternate && out.find('.') == std::string::npos) out.insert(std::min(out.find('e'), out.size()), ".");
    if (type == 'E' || type == 'F' || type == 'G')
        for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    return type == '%' ? out + "%" : out;
}

std::string format_real(double value, const Spec& spec, std::string_view text, const Value& v) {
    const bool negative = std::signbit(value) && !std::isnan(value);
    const double magnitude = std::abs(value);
    std::string body;
    if (!std::isfinite(value)) {
        body = std::isnan(value) ? "nan" : "inf";
        if (spec.type == 'F' || spec.type == 'E' || spec.type == 'G')
            body = std::isnan(value) ? "NAN" : "INF";
        if (spec.type == '%') body += "%";
    } else if (spec.type == 0 && spec.precision < 0) {
        body = float_text(magnitude);
    } else if (spec.type == 0) {
        // Like g, but a whole number keeps ".0" and one digit less switches to an exponent.
        const int precision = std::max(spec.precision, 1);
        const std::string scientific = fmt::format("{:.{}e}", magnitude, precision - 1);
        const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
        if (magnitude != 0 && (exponent < -4 || exponent >= precision)) {
            body = format_real_digits(magnitude, 'g', precision, false);
        } else {
            body = format_real_digits(magnitude, 'g', precision, false);
            if (body.find('.') == std::string::npos && body.find('e') == std::string::npos) body += ".0";
        }
    } else if (std::string_view("eEfFgGn%").find(spec.type) != std::string_view::npos) {
        body = format_real_digits(magnitude, spec.type == 'n' ? 'g' : spec.type,
                                  spec.precision < 0 ? 6 : spec.precision, spec.alternate);
    } else {
        value_error(
            fmt::format("Unknown format code '{}' for object of type '{}'", text.back(), v.type_name()));
    }
    const std::string sign = sign_of(spec, negative);
    return pad(spec, sign, group(spec, body, 3, sign.size()), '>');
}

/// What %c prints of a number.
std::string character_of(const Value& v) {
    if (v.is(Type::big_integer) || v.as_int() < 0 || v.as_int() > 0x10ffff)
        raise_error("OverflowError", "%c arg not in range(0x110000)");
    std::string out;
    append_code_point(out, static_cast<char32_t>(v.as_int()));
    return out;
}

std::string format_integer(const Value& v, const Spec& spec, std::string_view text) {
    if (spec.type && std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos)
        return format_real(integer_to_double(v), spec, text, v);
    if (spec.precision >= 0) value_error("Precision not allowed in integer format specifier");
    int base = 10;
    std::string prefix;
    switch (spec.type) {
    case 0:
    case 'd':
    case 'n': break;
    case 'b': base = 2, prefix = "0b"; break;
    case 'o': base = 8, prefix = "0o"; break;
    case 'x':
    case 'X': base = 16, prefix = spec.type == 'x' ? "0x" : "0X"; break;
    case 'c': {
        if (spec.sign != '-') value_error("Sign not allowed with integer format specifier 'c'");
        if (spec.grouping) value_error(fmt::format("Cannot specify '{}' with 'c'.", spec.grouping));
        return pad(spec, "", character_of(v), '<');
    }
    default:
        value_error(
            fmt::format("Unknown format code '{}' for object of type '{}'", spec.type, v.type_name()));
    }
    if (spec.grouping == ',' && base != 10)
        value_error(fmt::format("Cannot specify ',' with '{}'.", spec.type));
    std::string digits = integer_text(v, base);
    const bool negative = digits[0] == '-';
    if (negative) digits.erase(0, 1);
    if (spec.type == 'X')
        for (char& c : digits) c = static_cast<char>(c >= 'a' ? c - 32 : c);
    prefix = sign_of(spec, negative) + (spec.alternate ? prefix : "");
    return pad(spec, prefix, group(spec, digits, base == 10 ? 3 : 4, prefix.size()), '>');
}

std::string format_text(std::string_view text, const Spec& spec, const Value& v) {
    if (spec.type && spec.type != 's')
        value_error(
            fmt::format("Unknown format code '{}' for object of type '{}'", spec.type, v.type_name()));
    if (spec.grouping) value_error(fmt::format("Cannot specify '{}' with 's'.", spec.grouping));
    if (spec.sign != '-')
        value_error(
            fmt::format("{} not allowed in string format specifier", spec.sign == ' ' ? "Space" : "Sign"));
    if (spec.alternate) value_error("Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=' && spec.fill != "0")
        value_error("'=' alignment not allowed in string format specifier");
    if (spec.precision >= 0) text = text.substr(0, offset_of(text, static_cast<std::size_t>(spec.precision)));
    Spec left = spec;
    if (left.align == '=') left.align = '<'; // a 0 before the width fills, and leaves text where it is
    return pad(left, "", std::string(text), '<');
}

} // namespace

std::string format_value(const Value& v, std::string_view text) {
    Value method;
    if (v.is(Type::instance) && find_special(v, "__format__", method))
        return std::string(call_special(method, v, {Value(text)}).as_string());
    if (v.is(Type::native) && find_attribute(v, Key("__format__"), method))
        return std::string(call_value(method, {Value(text)}).as_string());
    if (text.empty()) return str_of(v);
    if (v.is(Type::boolean)) {
        const Spec spec = parse_spec(text, v);
        return spec.type && spec.type != 's' ? format_integer(v, spec, text)
                                             : format_integer(Value(Peek::integer(v)), spec, text);
    }
    const Value held = plain(v);
    if (held.is_integer()) return format_integer(held, parse_spec(text, v), text);
    if (held.is(Type::real)) return format_real(Peek::real(held), parse_spec(text, v), text, v);
    if (held.is_string()) return format_text(text_of(held), parse_spec(text, v), v);
    type_error(fmt::format("unsupported format string passed to {}.__format__", v.type_name()));
}

std::string ascii_repr(const Value& v) {
    const std::string text = repr_of(v);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (code < 0x80)
            out += static_cast<char>(code);
        else if (code < 0x100)
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));
        else if (code < 0x10000)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        else
            out += fmt::format("\\U{:08x}", static_cast<unsigned>(code));
    }
    return out;
}

// --- The % operator.

namespace {

class Percent {
  public:
    Percent(std::string_view format, const Value& args, bool bytes)
        : format_(format), args_(args), bytes_(bytes) {}

    std::string run() {
        for (;;) {
            const std::size_t stop = format_.find('%', at_);
            out_ += format_.substr(at_, stop - at_);
            if (stop == std::string_view::npos) break;
            at_ = stop + 1;
            conversion();
        }
        const bool mapping = used_mapping_ || plain(args_).is(Type::dict);
        const std::size_t given = args_.is(Type::tuple) ? items_of(args_).size() : 1;
        if (!mapping && next_ < given && !(args_.is(Type::tuple) && given == 0)) {
            if (args_.is(Type::tuple) || next_ == 0)
                type_error("not all arguments converted during string formatting");
        }
        return std::move(out_);
    }

  private:
    char peek() const { return at_ < format_.size() ? format_[at_] : '\0'; }

    const Value& argument() {
        if (!args_.is(Type::tuple)) {
            if (next_++ > 0) type_error("not enough arguments for format string");
            return args_;
        }
        if (next_ >= items_of(args_).size()) type_error("not enough arguments for format string");
        return items_of(args_)[next_++];
    }

    std::int64_t number_or_star() {
        if (peek() != '*') return read_number(format_, at_);
        ++at_;
        return argument().as_int();
    }

    void conversion() {
        Spec spec;
        std::optional<Value> named;
        if (peek() == '(') named = mapped();
        bool left = false;
        bool zero = false;
        for (;; ++at_) {
            if (peek() == '-')
                left = true;
            else if (peek() == '0')
                zero = true;
            else if (peek() == '+')
                spec.sign = '+';
            else if (peek() == ' ')
                spec.sign = spec.sign == '+' ? '+' : ' ';
            else if (peek() == '#')
                spec.alternate = true;
            else
                break;
        }
        spec.width = number_or_star();
        if (spec.width < 0) left = true, spec.width = -spec.width;
        if (peek() == '.') {
            ++at_;
            spec.precision = static_cast<int>(std::max<std::int64_t>(number_or_star(), 0));
        }
        while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at_;
        if (at_ >= format_.size()) value_error("incomplete format");
        const char type = format_[at_++];
        if (type == '%') {
            out_ += '%';
            return;
        }
        spec.align = left ? '<' : '>';
        const Value value = named ? *named : argument();
        append(spec, type, value, zero && !left);
    }

    Value mapped() {
        int depth = 0;
        const std::size_t begin = ++at_;
        for (; at_ < format_.size() && (depth > 0 || format_[at_] != ')'); ++at_)
            depth += format_[at_] == '(' ? 1 : format_[at_] == ')' ? -1 : 0;
        if (at_ >= format_.size()) value_error("incomplete format key");
        const Value key(format_.substr(begin, at_++ - begin));
        if (args_.is(Type::tuple) || args_.is_string() || args_.is_number() || args_.is_none())
            type_error("format requires a mapping");
        used_mapping_ = true;
        return get_item(args_, key);
    }

    void append(Spec& spec, char type, const Value& value, bool zero) {
        switch (type) {
        case 's':
        case 'r':
        case 'a':
        case 'b': {
            std::string text = type == 's' ? (bytes_ && value.is(Type::bytes) ? std::string(value.as_bytes())
                                                                              : str_of(value))
                               : type == 'b' ? std::string(value.as_bytes())
                               : type == 'r' ? repr_of(value)
                                             : ascii_repr(value);
            if (spec.precision >= 0) text.resize(offset_of(text, static_cast<std::size_t>(spec.precision)));
            out_ += pad(spec, "", text, '>');
            return;
        }
        case 'c': {
            std::string text;
            if (value.is_integer())
                text = character_of(value);
            else if (value.is_string() && length_of(value) == 1)
                text = value.as_string();
            else
                type_error("%c requires int or char");
            out_ += pad(spec, "", text, '>');
            return;
        }
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o': return append_integer(spec, type, value, zero);
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': {
            const double number = real_of(value);
            if (zero && std::isfinite(number)) spec.align = '=', spec.fill = "0";
            const std::string sign = sign_of(spec, std::signbit(number) && !std::isnan(number));
            const std::string digits =
                std::isfinite(number)
                    ? format_real_digits(std::abs(number), type, spec.precision < 0 ? 6 : spec.precision,
                                         spec.alternate)
                : std::isnan(number) ? "nan"
                                     : "inf";
            out_ += pad(spec, sign, digits, '>');
            return;
        }
        default:
            value_error(fmt::format("unsupported format character '{}' (0x{:x}) at index {}", type,
                                    static_cast<unsigned>(type), at_ - 1));
        }
    }

    static double real_of(const Value& value) {
        if (plain(value).is_number()) return value.as_double();
        Value method;
        if (value.is_string() || !find_attribute(value, Key("__float__"), method))
            type_error(fmt::format("must be real number, not {}", value.type_name()));
        return call_value(method, {}).as_double();
    }

    void append_integer(Spec& spec, char type, const Value& value, bool zero) {
        Value number = plain(value);
        const bool decimal = type == 'd' || type == 'i' || type == 'u';
        if (number.is(Type::real) && decimal) number = integer_from_double(Peek::real(number));
        Value method;
        if (!number.is_integer() && decimal && find_attribute(value, Key("__int__"), method) &&
            !value.is_string())
            number = call_value(method, {});
        if (!number.is_integer())
            type_error(fmt::format("%{} format: {} is required, not {}", type,
                                   decimal ? "a real number" : "an integer", value.type_name()));
        std::string digits = integer_text(number, decimal ? 10 : type == 'o' ? 8 : 16);
        const bool negative = digits[0] == '-';
        if (negative) digits.erase(0, 1);
        if (type == 'X')
            for (char& c : digits) c = static_cast<char>(c >= 'a' ? c - 32 : c);
        if (spec.precision > static_cast<int>(digits.size()))
            digits.insert(0, static_cast<std::size_t>(spec.precision) - digits.size(), '0');
        if (zero) spec.align = '=', spec.fill = "0";
        std::string prefix = sign_of(spec, negative);
        if (spec.alternate && !decimal) prefix += type == 'o' ? "0o" : type == 'x' ? "0x" : "0X";
        out_ += pad(spec, prefix, digits, '>');
    }

    std::string_view format_;
    const Value& args_;
    bool bytes_;
    std::size_t at_ = 0;
    std::size_t next_ = 0;
    bool used_mapping_ = false;
    std::string out_;
};

} // namespace

std::string format_percent(std::string_view format, const Value& args, bool bytes) {
    return Percent(format, args, bytes).run();
}

// --- str.format().

namespace {

class Braces {
  public:
    Braces(Args args, Keywords keywords, const Value* mapping)
        : args_(args), keywords_(keywords), mapping_(mapping) {}

    std::string run(std::string_view format, int depth = 0) {
        if (depth > 2) value_error("Max string recursion exceeded");
        std::string out;
        for (std::size_t at = 0; at < format.size();) {
            const char c = format[at];
            if (c != '{' && c != '}') {
                const std::size_t stop = std::min(format.find_first_of("{}", at), format.size());
                out += format.substr(at, stop - at);
                at = stop;
            } else if (at + 1 < format.size() && format[at + 1] == c) {
                out += c;
                at += 2;
            } else if (c == '}') {
                value_error("Single '}' encountered in format string");
            } else {
                out += field(format, ++at, depth);
            }
        }
        return out;
    }

  private:
    /// From behind a `{` to behind its `}`.
    std::string field(std::string_view format, std::size_t& at, int depth) {
        const std::size_t begin = at;
        int brackets = 0;
        while (at < format.size() &&
               (brackets > 0 || (format[at] != '}' && format[at] != '!' && format[at] != ':'))) {
            brackets += format[at] == '[' ? 1 : format[at] == ']' ? -1 : 0;
            if (format[at] == '{') value_error("unexpected '{' in field name");
            ++at;
        }
        if (at >= format.size())
            value_error(begin == at ? "Single '{' encountered in format string"
                                    : "expected '}' before end of string");
        Value value = look_up(format.substr(begin, at - begin));
        if (format[at] == '!') {
            const char conversion = at + 1 < format.size() ? format[at + 1] : '\0';
            if (conversion == 'r')
                value = Value(repr_of(value));
            else if (conversion == 's')
                value = str_value(value);
            else if (conversion == 'a')
                value = Value(ascii_repr(value));
            else
                value_error(fmt::format("Unknown conversion specifier '{}'", conversion));
            at += 2;
        }
        std::string spec;
        if (at < format.size() && format[at] == ':') {
            const std::size_t from = ++at;
            for (int open = 0; at < format.size() && (open > 0 || format[at] != '}'); ++at)
                open += format[at] == '{' ? 1 : format[at] == '}' ? -1 : 0;
            spec = run(format.substr(from, at - from), depth + 1);
        }
        if (at >= format.size() || format[at] != '}') value_error("expected '}' before end of string");
        ++at;
        return format_value(value, spec);
    }

    Value look_up(std::string_view name) {
        const std::size_t end = std::min(name.find_first_of(".["), name.size());
        Value value = first(name.substr(0, end));
        for (std::size_t at = end; at < name.size();) {
            if (name[at] == '.') {
                const std::size_t stop = std::min(name.find_first_of(".[", at + 1), name.size());
                value = get_attribute(value, Key(name.substr(at + 1, stop - at - 1)));
                at = stop;
            } else if (name[at] == '[') {
                const std::size_t stop = name.find(']', at);
                if (stop == std::string_view::npos) value_error("Missing ']' in format string");
                const std::string_view key = name.substr(at + 1, stop - at - 1);
                const bool digits =
                    !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
                value = get_item(value, digits ? *parse_integer(key, 10) : Value(key));
                at = stop + 1;
            } else {
                value_error("Only '.' or '[' may follow ']' in format field specifier");
            }
        }
        return value;
    }

    Value first(std::string_view name) {
        if (name.empty()) {
            if (numbered_)
                value_error("cannot switch from manual field specification to automatic field numbering");
            automatic_ = true;
            return argument(next_++);
        }
        if (name.find_first_not_of("0123456789") == std::string_view::npos) {
            if (automatic_)
                value_error("cannot switch from automatic field numbering to manual field specification");
            numbered_ = true;
            return argument(static_cast<std::size_t>(parse_integer(name, 10)->as_int()));
        }
        if (mapping_) return get_item(*mapping_, Value(name));
        for (const Call::Keyword& keyword : keywords_)
            if (text_of(keyword.name) == name) return keyword.value;
        raise_with("KeyError", Value(name));
    }

    Value argument(std::size_t index) const {
        if (index >= args_.size())
            raise_error("IndexError",
                        fmt::format("Replacement index {} out of range for positional args tuple", index));
        return args_[index];
    }

    Args args_;
    Keywords keywords_;
    const Value* mapping_;
    std::size_t next_ = 0;
    bool automatic_ = false;
    bool numbered_ = false;
};

} // namespace

std::string format_braces(std::string_view format, Args args, Keywords keywords, const Value* mapping) {
    return Braces(args, keywords, mapping).run(format);
}

} // namespace orch::lang
