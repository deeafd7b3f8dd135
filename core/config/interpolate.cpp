// BasicInterpolation of configparser, and beside it ${VAR}. One scan from left to right: text that came from
// the environment or from `here` is never scanned again, so a '%' in a password there means itself.
#include "config/interpolate.hpp"

#include "base/text.hpp"
#include "config/sections.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace orch::config {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr int deepest = 10; ///< configparser's MAX_INTERPOLATION_DEPTH
/// A value that names others, which name others ten times over, must end while somebody still waits for it.
constexpr std::size_t most_references = 10'000;
constexpr std::size_t most_bytes = 16u << 20;
constexpr std::size_t longest_name = 1000;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_like_url(std::string_view text) {
    if (text.substr(0, 2) == "${") text.remove_prefix(std::min(text.find(":-"), text.size() - 2) + 2);
    const auto end = std::find_if_not(text.begin(), text.end(),
                                      [](char c) { return is_letter(c) || is_digit(c) || c == '+'; });
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length > 0 && text.substr(length, 3) == "://";
}

/// Whether a '%' may stand for itself here, because passwords hold %40 and the like.
bool is_url(const Entry& entry) {
    return entry.key == "url" || ends_with(entry.key, ".url") || ends_with(entry.key, "_url") ||
           begins_like_url(entry.raw);
}

std::vector<std::string> variable_names() {
    std::vector<std::string> names;
    for (char** variable = environ; variable && *variable; ++variable)
        names.push_back(split(*variable, '=').front());
    return names;
}

class Interpolator {
  public:
    explicit Interpolator(const Names& names) : names_(names) {}

    std::string run(const Entry& entry) {
        expand({entry, is_url(entry), 1}, entry.raw);
        return std::move(out_);
    }

  private:
    /// The key whose text is scanned, which is not the one that was asked for once a name was followed.
    struct Source {
        const Entry& entry;
        bool url;
        int depth;
    };

    [[noreturn]] void fail(const Source& source, std::string message, std::string_view part,
                           std::string hint) const {
        throw Error(Fault::config, fmt::format("key '{}' in section '{}': {}", source.entry.key,
                                               names_.section.name, message))
            .at(point_at(source.entry.place, part))
            .hint(std::move(hint));
    }

    void expand(const Source& source, std::string_view text) {
        if (source.depth > deepest)
            fail(source, fmt::format("names are nested more than {} deep", deepest), "",
                 "does a value name itself, perhaps through others?");
        std::size_t close = 0; // of the ')' after `at`, looked for once: a text of many "%(" stays linear
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t next = std::min(text.find_first_of("%$", at), text.size());
            out_ += text.substr(at, next - at);
            if (next == text.size()) return;
            if (text[next] == '$') {
                at = next + dollar(source, text.substr(next));
            } else {
                if (close != npos && close <= next) close = text.find(')', next);
                at = next + percent(source, text.substr(next), close == npos ? npos : close - next);
            }
        }
    }

    // percent = "%%" | "%(" name ")s"; gives the length of what was read
    std::size_t percent(const Source& source, std::string_view text, std::size_t close) {
        const char second = text.size() > 1 ? text[1] : '\0';
        if (second == '%') {
            out_ += '%';
            return 2;
        }
        const bool reference =
            second == '(' && close != npos && close > 2 && text.substr(close + 1, 1) == "s";
        if (reference && follow(source, text.substr(2, close - 2))) return close + 2;
        if (source.url) {
            out_ += '%';
            return 1;
        }
        if (reference) unknown(source, std::string(text.substr(2, close - 2)));
        fail(source, "expected '%%' or '%(NAME)s', got a lone '%'", text.substr(0, 2),
             "write '%%' for a literal '%'");
    }

    /// False where there is no such key.
    bool follow(const Source& source, std::string_view name) {
        if (name.size() > longest_name) return false;
        const std::string key = lower(name);
        const Entry* entry = names_.section.find(key);
        if (!entry) entry = names_.defaults.find(key);
        if (entry)
            value_of(source, *entry);
        else if (key == "here")
            out_ += names_.here;
        else
            return false;
        count(source);
        return true;
    }

    void value_of(const Source& source, const Entry& entry) {
        if (entry.raw.find_first_of("%$") == npos)
            out_ += entry.raw;
        else
            expand({entry, source.url || is_url(entry), source.depth + 1}, entry.raw);
    }

    [[noreturn]] void unknown(const Source& source, const std::string& name) const {
        std::vector<std::string> known{"here"};
        for (const Section* section : {&names_.section, &names_.defaults})
            for (const Entry& entry : section->entries) known.push_back(entry.key);
        const std::string reference = fmt::format("%({})s", name);
        std::string hint = fmt::format("write '%{}' for a literal '{}'", reference, reference);
        if (const auto near = nearest(name, known))
            hint = fmt::format("did you mean '%({})s'? {}", *near, hint);
        fail(source, fmt::format("'{}' names no key of the section or of [DEFAULT]", reference), reference,
             hint);
    }

    // dollar = "$${" | "${" name [":-" default] "}" | "$"; gives the length of what was read
    std::size_t dollar(const Source& source, std::string_view text) {
        if (text.substr(0, 3) == "$${") {
            out_ += "${";
            return 3;
        }
        if (text.substr(0, 2) != "${") {
            out_ += '$';
            return 1;
        }
        const std::size_t close = closing_brace(text);
        if (close == npos) fail(source, "expected '}' after '${'", "${", "write '$${' for a literal '${'");
        variable(source, text.substr(2, close - 2));
        count(source);
        return close + 1;
    }

    /// A default may hold variables of its own.
    static std::size_t closing_brace(std::string_view text) {
        int open = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text.substr(i, 3) == "$${")
                i += 2;
            else if (text.substr(i, 2) == "${")
                ++open;
            else if (text[i] == '}' && --open == 0)
                return i;
        }
        return npos;
    }

    void variable(const Source& source, std::string_view text) {
        const auto end =
            std::find_if_not(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
        const auto length = static_cast<std::size_t>(end - text.begin());
        const std::string name(text.substr(0, length));
        const std::string_view rest = text.substr(length);
        // What stands here may be part of a password, so it is not repeated.
        if (name.empty() || is_digit(name[0]) || (!rest.empty() && rest.substr(0, 2) != ":-"))
            fail(source, "expected '${NAME}' or '${NAME:-default}'", "${", "write '$${' for a literal '${'");
        const char* set = std::getenv(name.c_str());
        if (set && (*set || rest.empty()))
            out_ += set;
        else if (rest.empty())
            not_set(source, name);
        else
            expand({source.entry, source.url, source.depth + 1}, rest.substr(2));
    }

    [[noreturn]] void not_set(const Source& source, const std::string& name) const {
        std::string hint = fmt::format("set it, or write '${{{}:-default}}'", name);
        if (const auto near = nearest(name, variable_names()))
            hint = fmt::format("did you mean '{}'? Otherwise {}", *near, hint);
        fail(source, fmt::format("the environment variable '{}' is not set", name), "${" + name, hint);
    }

    void count(const Source& source) {
        if (++references_ > most_references || out_.size() > most_bytes)
            fail(source, "the value grows too long when its names are filled in", "",
                 fmt::format("a value may name others {} times and reach {} MiB", most_references,
                             most_bytes >> 20));
    }

    const Names& names_;
    std::string out_;
    std::size_t references_ = 0;
};

} // namespace

std::string interpolate(const Entry& entry, const Names& names) {
    if (entry.raw.find_first_of("%$") == npos) return entry.raw;
    return Interpolator(names).run(entry);
}

} // namespace orch::config
