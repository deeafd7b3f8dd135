#include "base/url.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace orch {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view scheme_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hidden = "***";
constexpr std::string_view encode_password =
    "an '@' ends the password; percent-encode '@', ':', '/', '?' and '%' in it";
constexpr std::string_view example = "expected 'dialect://user:password@host:port/database' or "
                                     "'dialect:///path/of/a/file.db'";

/// The length of "scheme://" at the beginning, or 0.
std::size_t scheme_length(std::string_view text) {
    const std::size_t end = text.find_first_not_of(scheme_letters);
    return end != npos && end > 0 && text.substr(end, 3) == "://" ? end + 3 : 0;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Python's unquote (with `plus`, unquote_plus): what is no %XX stays as it is.
std::string unquote(std::string_view text, bool plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

/// What would end a component of a URL is written %XX.
std::string quote(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) == npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

/// Reads a URL from left to right. Each error names the part that is wrong and shows the whole masked.
class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text), rest_(text) {}

    Url parse() {
        if (std::any_of(text_.begin(), text_.end(), is_control))
            fail("a line break or another control character stands in it");
        parse_scheme();
        parse_user();
        parse_host();
        parse_port();
        parse_database();
        parse_query();
        return std::move(url_);
    }

  private:
    [[noreturn]] void fail(std::string_view what, std::string_view hint = example) const {
        std::string shown = mask_url(text_);
        std::replace_if(shown.begin(), shown.end(), is_control, ' ');
        throw Error(Fault::config, fmt::format("cannot read the URL '{}': {}", shown, what))
            .hint(std::string(hint));
    }

    std::string decoded(std::string_view text, std::string_view part, bool plus = false) const {
        std::string out = unquote(text, plus);
        if (out.find('\0') != std::string::npos || !valid_utf8(out))
            fail(fmt::format("the {} does not decode to UTF-8 text", part),
                 "percent-encode the bytes of the UTF-8 form, a literal '%' as '%25'");
        return out;
    }

    // scheme = dialect ["+" driver] "://"
    void parse_scheme() {
        const std::size_t length = scheme_length(text_);
        if (length == 0)
            fail(text_.find("://") == npos ? "'://' is missing"
                                           : "expected a dialect of letters and digits before '://'");
        const std::string_view name = text_.substr(0, length - 3);
        const std::size_t plus = name.find('+');
        if (plus == 0) fail("the dialect before '+' is missing");
        url_.scheme = lower(name.substr(0, plus));
        if (plus != npos) url_.driver = name.substr(plus + 1);
        rest_.remove_prefix(length);
    }

    // [user [":" password] "@"]: SQLAlchemy's regular expression, whose user may hold an '@' and whose
    // password anything else.
    void parse_user() {
        const std::size_t end = std::min(rest_.find_first_of(":/"), rest_.size());
        if (end < rest_.size() && rest_[end] == ':' && rest_.find('@', end) != npos)
            return take_user(end, password_end(end));
        const std::size_t at = rest_.substr(0, end).rfind('@');
        if (at != npos) take_user(at, at);
    }

    /// The first '@', or the last one before the host's end: a host cannot hold an '@', a password can.
    std::size_t password_end(std::size_t colon) const {
        const std::size_t first = rest_.find('@', colon);
        const std::size_t host_end = std::min(rest_.find_first_of("/?", first), rest_.size());
        return rest_.substr(0, host_end).rfind('@');
    }

    void take_user(std::size_t user_end, std::size_t at) {
        url_.user = decoded(rest_.substr(0, user_end), "user");
        if (at > user_end) url_.password = decoded(rest_.substr(user_end + 1, at - user_end - 1), "password");
        rest_.remove_prefix(at + 1);
    }

    // ["[" address "]" | name]
    void parse_host() {
        const std::size_t end = std::min(rest_.find_first_of("/?"), rest_.size());
        if (rest_.empty() || rest_[0] != '[') return take_host(0, std::min(rest_.find(':'), end), 0);
        const std::size_t close = rest_.substr(0, end).rfind(']');
        if (close == npos) fail("the '[' of the host's address is not closed");
        if (close + 1 < end && rest_[close + 1] != ':') fail("expected ':' or '/' after the host's ']'");
        take_host(1, close, 1);
    }

    void take_host(std::size_t from, std::size_t to, std::size_t behind) {
        url_.host = rest_.substr(from, to - from);
        rest_.remove_prefix(to + behind);
    }

    // [":" digits]
    void parse_port() {
        if (rest_.empty() || rest_[0] != ':') return;
        const std::size_t end = std::min(rest_.find_first_of("/?"), rest_.size());
        const std::string_view port = rest_.substr(1, end - 1);
        rest_.remove_prefix(end);
        if (port.empty()) return;
        const auto [last, error] = std::from_chars(port.data(), port.data() + port.size(), url_.port);
        // What stands here may be a password whose '@' is missing, so it is not repeated.
        if (error != std::errc() || last != port.data() + port.size() || url_.port < 1 || url_.port > 65535)
            fail("expected a port number from 1 to 65535 after the host's ':'", encode_password);
    }

    // ["/" database]
    void parse_database() {
        if (rest_.empty() || rest_[0] != '/') return;
        const std::size_t end = std::min(rest_.find('?'), rest_.size());
        url_.database = rest_.substr(1, end - 1);
        rest_.remove_prefix(end);
    }

    // ["?" key "=" value {"&" key "=" value}]
    void parse_query() {
        if (rest_.empty()) return;
        rest_.remove_prefix(1);
        while (!rest_.empty()) {
            const std::string_view pair = rest_.substr(0, rest_.find('&'));
            const std::size_t equal = pair.find('=');
            // Half of a password with a raw '?', most likely; dropped, it would make the other half the host.
            if (pair.substr(0, equal).find('@') != npos)
                fail("an '@' stands in a key of the query", encode_password);
            if (equal != npos && equal + 1 < pair.size())
                url_.query.emplace_back(decoded(pair.substr(0, equal), "query", true),
                                        decoded(pair.substr(equal + 1), "query", true));
            rest_.remove_prefix(std::min(pair.size() + 1, rest_.size()));
        }
    }

    std::string_view text_;
    std::string_view rest_;
    Url url_;
};

std::string join_query(const Url& url) {
    std::string out;
    for (const auto& [key, value] : url.query)
        out += fmt::format("{}{}={}", out.empty() ? "?" : "&", quote(key, "%&=+#@"), quote(value, "%&+#@"));
    return out;
}

std::string hide(std::string_view text, std::size_t from, std::size_t to) {
    return fmt::format("{}{}{}", text.substr(0, from), hidden, text.substr(to));
}

/// For a text without '@'. "host:5432/db" is shown; "user:secret" with the rest forgotten is not.
std::string hide_without_at(std::string_view text, std::size_t scheme) {
    if (scheme == 0) {
        const std::size_t colon = text.find(':');
        return colon == npos ? std::string(text) : hide(text, colon + 1, text.size());
    }
    const std::size_t end = std::min(text.find_first_of("/?", scheme), text.size());
    std::size_t from = scheme;
    if (text.substr(from, 1) == "[") from = std::min(text.find(']', from), end);
    const std::size_t colon = text.substr(0, end).find(':', from);
    if (colon == npos) return std::string(text);
    const std::string_view port = text.substr(colon + 1, end - colon - 1);
    if (!port.empty() && port.find_first_not_of(digits) == npos) return std::string(text);
    return hide(text, colon + 1, text.size());
}

/// Masks the values of a query's secrets.
std::string hide_in_query(const std::string& text) {
    const std::size_t question = text.find('?');
    if (question == std::string::npos) return text;
    std::vector<std::string> pairs = split(std::string_view(text).substr(question + 1), '&');
    for (std::string& pair : pairs) {
        // The first '=' behind a secret's name: in "=password=x" it is not the first of all.
        for (std::size_t equal = pair.find('='); equal != std::string::npos;
             equal = pair.find('=', equal + 1))
            if (names_secret(unquote(std::string_view(pair).substr(0, equal), true)))
                pair.replace(equal + 1, std::string::npos, hidden);
    }
    return text.substr(0, question + 1) + join(pairs, "&");
}

} // namespace

std::optional<std::string> Url::option(std::string_view key) const {
    const auto found =
        std::find_if(query.rbegin(), query.rend(), [&](const auto& p) { return p.first == key; });
    if (found == query.rend()) return std::nullopt;
    return found->second;
}

Url parse_url(std::string_view text) { return Parser(text).parse(); }

std::string masked(const Url& url) {
    std::string out = url.scheme;
    if (!url.driver.empty()) out += "+" + url.driver;
    out += "://" + quote(url.user, "%:/?#@[]");
    if (!url.password.empty()) out += fmt::format(":{}", hidden);
    if (!url.user.empty() || !url.password.empty()) out += "@";
    out += url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    if (url.port > 0) out += fmt::format(":{}", url.port);
    if (!url.database.empty()) out += "/" + url.database;
    // Once more as a text, for what a misplaced slash or '@' made part of the database.
    return mask_url(out + join_query(url));
}

std::string mask_url(std::string_view url) {
    const std::string text = hide_in_query(std::string(url));
    const std::size_t scheme = scheme_length(text);
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos) return hide_without_at(text, scheme);
    const std::size_t colon = text.find(':', scheme);
    return colon < at ? hide(text, colon + 1, at) : text;
}

bool names_secret(std::string_view key) {
    const std::string name = lower(key);
    for (const std::string_view part :
         {"password", "passwd", "passphrase", "pwd", "secret", "token", "credential"})
        if (name.find(part) != std::string::npos) return true;
    const std::string last = name.substr(name.find_last_of("_-.") + 1);
    return last == "key" || last == "apikey" || last == "pass";
}

} // namespace orch
