#include "lang/text.hpp"

#include <charconv>
#include <clocale>
#include <cmath>
#include <cwctype>
#include <fmt/format.h>

namespace orch::lang {

char32_t next_code_point(std::string_view text, std::size_t& position) {
    auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned lead = byte(position);
    if (lead < 0x80) return ++position, lead;
    const std::size_t start = position;
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    char32_t code = more == 3 ? lead & 7u : more == 2 ? lead & 15u : more == 1 ? lead & 31u : lead;
    for (int i = 1; i <= more; ++i) code = code << 6 | (byte(start + static_cast<std::size_t>(i)) & 63u);
    position = std::min(start + static_cast<std::size_t>(more) + 1, text.size());
    return code;
}

void append_code_point(std::string& out, char32_t code) {
    auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            put(0xe0 | code >> 12);
        } else {
            put(0xf0 | code >> 18);
            put(0x80 | (code >> 12 & 63));
        }
        put(0x80 | (code >> 6 & 63));
    }
    put(0x80 | (code & 63));
}

std::size_t offset_of(std::string_view text, std::size_t index) {
    std::size_t position = 0;
    for (; position < text.size(); ++position) {
        if ((static_cast<unsigned char>(text[position]) & 0xc0) == 0x80) continue;
        if (index-- == 0) break;
    }
    return position;
}

bool is_ascii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

StringParts string_parts(std::string_view token) {
    StringParts parts;
    std::size_t at = 0;
    for (; at < token.size() && token[at] != '"' && token[at] != '\''; ++at) {
        const char c = static_cast<char>(token[at] | 0x20);
        parts.raw |= c == 'r';
        parts.bytes |= c == 'b';
        parts.formatted |= c == 'f';
    }
    token.remove_prefix(at);
    const std::size_t quotes = token.size() >= 6 && token[1] == token[0] && token[2] == token[0] ? 3 : 1;
    parts.body = token.substr(quotes, token.size() - 2 * quotes);
    return parts;
}

namespace {

/// The value of `digits` hexadecimal digits, or nothing.
std::optional<char32_t> hex(std::string_view text, std::size_t digits) {
    if (text.size() < digits) return {};
    std::uint32_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + digits, value, 16);
    if (result.ec != std::errc() || result.ptr != text.data() + digits) return {};
    return value;
}

/// One escape behind a backslash: resolves the simple ones, gives how many characters it took (0: not an
/// escape).
std::size_t simple_escape(std::string_view rest, std::string& out) {
    switch (rest[0]) {
    case '\n': return 1;
    case '\\':
    case '\'':
    case '"': out += rest[0]; return 1;
    case 'a': out += '\a'; return 1;
    case 'b': out += '\b'; return 1;
    case 'f': out += '\f'; return 1;
    case 'n': out += '\n'; return 1;
    case 'r': out += '\r'; return 1;
    case 't': out += '\t'; return 1;
    case 'v': out += '\v'; return 1;
    default: return 0;
    }
}

std::size_t octal_escape(std::string_view rest, bool bytes, std::string& out) {
    std::size_t taken = 0;
    char32_t value = 0;
    while (taken < 3 && taken < rest.size() && rest[taken] >= '0' && rest[taken] <= '7')
        value = value * 8 + static_cast<char32_t>(rest[taken++] - '0');
    if (taken == 0) return 0;
    if (bytes)
        out += static_cast<char>(value);
    else
        append_code_point(out, value);
    return taken;
}

} // namespace

std::optional<BadEscape> decode_string(std::string_view body, bool raw, bool bytes, std::string& out) {
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t stop = body.find_first_of(raw ? "\r" : "\\\r", at);
        out.append(body.substr(at, stop - at));
        if (stop == std::string_view::npos) break;
        at = stop + 1;
        if (body[stop] == '\r') {
            if (at >= body.size() || body[at] != '\n') out += '\n';
            continue;
        }
        const std::string_view rest = body.substr(at);
        if (rest.empty()) break;
        if (rest.starts_with("\r\n")) {
            at += 2;
            continue;
        }
        std::size_t taken = simple_escape(rest, out);
        if (taken == 0) taken = octal_escape(rest, bytes, out);
        if (taken == 0 && (rest[0] == 'x' || (!bytes && (rest[0] == 'u' || rest[0] == 'U')))) {
            const std::size_t digits = rest[0] == 'x' ? 2 : rest[0] == 'u' ? 4 : 8;
            const auto code = hex(rest.substr(1), digits);
            if (!code || *code > 0x10ffff)
                return BadEscape{fmt::format("expected {} hexadecimal digits after '\\{}'", digits, rest[0]),
                                 stop};
            if (bytes)
                out += static_cast<char>(*code);
            else
                append_code_point(out, *code);
            taken = digits + 1;
        }
        if (taken == 0 && rest[0] == 'N' && !bytes)
            return BadEscape{"characters by name are not supported: write '\\u....'", stop};
        if (taken == 0) out += '\\'; // an unknown escape stands for itself
        at += taken;
    }
    return {};
}

std::string quoted(std::string_view text) {
    const char quote =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t code = next_code_point(text, at);
        if (code == static_cast<unsigned char>(quote) || code == '\\')
            (out += '\\') += static_cast<char>(code);
        else if (code == '\n')
            out += "\\n";
        else if (code == '\r')
            out += "\\r";
        else if (code == '\t')
            out += "\\t";
        else if (is_printable(code))
            out += text.substr(begin, at - begin);
        else if (code < 0x100)
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));
        else if (code < 0x10000)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        else
            out += fmt::format("\\U{:08x}", static_cast<unsigned>(code));
    }
    return out += quote;
}

std::string quoted_bytes(std::string_view bytes) {
    const char quote =
        bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out = {'b', quote};
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (byte < 0x20 || byte >= 0x7f)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out += quote;
}

std::string float_text(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    const std::size_t e = text.find('e');
    int exponent = 0;
    const char* digits_of_exponent = text.data() + e + 1 + (text[e + 1] == '+');
    std::from_chars(digits_of_exponent, end, exponent);
    const bool negative = text[0] == '-';
    std::string digits(1, text[negative]);
    if (text[static_cast<std::size_t>(negative) + 1] == '.')
        digits +=
            text.substr(static_cast<std::size_t>(negative) + 2, e - static_cast<std::size_t>(negative) - 2);
    std::string out = negative ? "-" : "";
    const int count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (count > 1) (out += '.') += digits.substr(1);
        return out + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
    }
    if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    if (count <= exponent + 1)
        return out + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
    return out + digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." +
           digits.substr(static_cast<std::size_t>(exponent) + 1);
}

std::optional<double> parse_float(std::string_view text) {
    while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            clean += static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
            continue;
        }
        auto digit = [&](std::size_t k) { return k < text.size() && text[k] >= '0' && text[k] <= '9'; };
        if (i == 0 || !digit(i - 1) || !digit(i + 1)) return {};
    }
    std::string_view rest = clean;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    const bool number = !rest.empty() && ((rest[0] >= '0' && rest[0] <= '9') || rest[0] == '.');
    if (!number && rest != "inf" && rest != "infinity" && rest != "nan") return {};
    double value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (end != rest.data() + rest.size() || error == std::errc::invalid_argument) return {};
    if (error == std::errc::result_out_of_range) {
        // from_chars does not say which way: a large exponent is infinite, a small one is nothing.
        const std::size_t e = rest.find('e');
        value = e != std::string_view::npos && rest.substr(e).starts_with("e-") ? 0.0 : HUGE_VAL;
    }
    return negative ? -value : value;
}

namespace {

bool between(char32_t code, char32_t low, char32_t high) { return code >= low && code <= high; }

/// The C library's tables of all of Unicode; none where they are not installed.
locale_t unicode() {
    static const locale_t tables = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return tables;
}

} // namespace

char32_t to_upper(char32_t code) {
    if (between(code, 'a', 'z')) return code - 32;
    if (code < 0x80) return code;
    if (unicode()) return static_cast<char32_t>(towupper_l(static_cast<wint_t>(code), unicode()));
    if (code == 0xb5) return 0x39c;
    if (code == 0xff) return 0x178;
    if (between(code, 0xe0, 0xfe) && code != 0xf7) return code - 32;
    if (between(code, 0x100, 0x137) || between(code, 0x14a, 0x177)) return code & ~1u;
    if (between(code, 0x139, 0x148) || between(code, 0x179, 0x17e)) return code % 2 == 0 ? code - 1 : code;
    if (code == 0x3c2) return 0x3a3;
    if (between(code, 0x3b1, 0x3c9)) return code - 32;
    if (code == 0x3ac) return 0x386;
    if (between(code, 0x3ad, 0x3af)) return code - 37;
    if (between(code, 0x430, 0x44f)) return code - 32;
    if (between(code, 0x450, 0x45f)) return code - 80;
    if (between(code, 0x460, 0x481) || between(code, 0x48a, 0x4bf) || between(code, 0x4d0, 0x52f))
        return code & ~1u;
    if (between(code, 0x561, 0x586)) return code - 48;
    if (between(code, 0x1e00, 0x1e95) || between(code, 0x1ea0, 0x1eff)) return code & ~1u;
    return code;
}

char32_t to_lower(char32_t code) {
    if (between(code, 'A', 'Z')) return code + 32;
    if (code < 0x80) return code;
    if (unicode()) return static_cast<char32_t>(towlower_l(static_cast<wint_t>(code), unicode()));
    if (between(code, 0xc0, 0xde) && code != 0xd7) return code + 32;
    if (code == 0x178) return 0xff;
    if (between(code, 0x100, 0x137) || between(code, 0x14a, 0x177)) return code | 1u;
    if (between(code, 0x139, 0x148) || between(code, 0x179, 0x17e)) return code % 2 == 1 ? code + 1 : code;
    if (between(code, 0x391, 0x3a9)) return code + 32;
    if (code == 0x386) return 0x3ac;
    if (between(code, 0x388, 0x38a)) return code + 37;
    if (between(code, 0x410, 0x42f)) return code + 32;
    if (between(code, 0x400, 0x40f)) return code + 80;
    if (between(code, 0x460, 0x481) || between(code, 0x48a, 0x4bf) || between(code, 0x4d0, 0x52f))
        return code | 1u;
    if (between(code, 0x531, 0x556)) return code + 48;
    if (between(code, 0x1e00, 0x1e95) || between(code, 0x1ea0, 0x1eff)) return code | 1u;
    return code;
}

bool is_letter(char32_t code) {
    if (code < 0x80) return between(code | 0x20, 'a', 'z');
    if (code < 0x100)
        return code == 0xaa || code == 0xb5 || code == 0xba || (code >= 0xc0 && code != 0xd7 && code != 0xf7);
    return between(code, 0x100, 0x2c1) || between(code, 0x370, 0x373) || between(code, 0x386, 0x481) ||
           between(code, 0x48a, 0x559) || between(code, 0x560, 0x588) || between(code, 0x5d0, 0x5ea) ||
           between(code, 0x620, 0x64a) || between(code, 0x671, 0x6d3) || between(code, 0x904, 0x939) ||
           between(code, 0xe01, 0xe30) || between(code, 0x10a0, 0x1248) || between(code, 0x1e00, 0x1fff) ||
           between(code, 0x3041, 0x3096) || between(code, 0x30a1, 0x30fa) || between(code, 0x3400, 0x9fff) ||
           between(code, 0xac00, 0xd7a3) || between(code, 0xf900, 0xfad9) || between(code, 0xff21, 0xff3a) ||
           between(code, 0xff41, 0xff5a) || between(code, 0x20000, 0x323af);
}

bool is_decimal(char32_t code) {
    return between(code, '0', '9') || between(code, 0x660, 0x669) || between(code, 0x6f0, 0x6f9) ||
           between(code, 0x966, 0x96f) || between(code, 0xff10, 0xff19);
}

bool is_space(char32_t code) {
    return between(code, 0x09, 0x0d) || between(code, 0x1c, 0x20) || code == 0x85 || code == 0xa0 ||
           code == 0x1680 || between(code, 0x2000, 0x200a) || code == 0x2028 || code == 0x2029 ||
           code == 0x202f || code == 0x205f || code == 0x3000;
}

bool is_printable(char32_t code) {
    if (code < 0x7f) return code >= 0x20;
    if (code < 0xa1 || code == 0xad) return false;
    if (is_space(code) || between(code, 0x200b, 0x200f) || between(code, 0x202a, 0x202e)) return false;
    if (between(code, 0x2060, 0x206f) || code == 0xfeff || between(code, 0xfff0, 0xfffb)) return false;
    return !between(code, 0xd800, 0xf8ff) && !between(code, 0xe0000, 0x10ffff);
}

} // namespace orch::lang
