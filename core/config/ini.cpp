// One pass over the lines, as configparser makes it: what a line means depends on its indentation and on the
// line that began the key above it. The file is on the start-up path of every command.
#include "config/ini.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

namespace orch::config {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t longest_name =
    1000; ///< of a key or a section: longer ones are no names and flood messages

/// The bytes of the white space character (Python's str.isspace) at the beginning of the text, or 0.
std::size_t space_at(std::string_view text) {
    constexpr std::string_view ascii = " \t\r\v\f\x1c\x1d\x1e\x1f";
    constexpr std::array<std::string_view, 18> wide = {
        "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f"};
    constexpr std::string_view ideographic = "\u3000";
    if (text.empty()) return 0;
    if (static_cast<unsigned char>(text[0]) < 0x80) return ascii.find(text[0]) == npos ? 0 : 1;
    for (const std::string_view space : wide)
        if (text.substr(0, space.size()) == space) return space.size();
    return text.substr(0, ideographic.size()) == ideographic ? ideographic.size() : 0;
}

std::string_view strip_left(std::string_view text) {
    for (std::size_t length; (length = space_at(text)) > 0;) text.remove_prefix(length);
    return text;
}

std::string_view strip_right(std::string_view text) {
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
        if (space_at(text.substr(last)) == 0) break;
        text = text.substr(0, last);
    }
    return text;
}

class Parser {
  public:
    Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {
        read_.defaults.name = "DEFAULT";
    }

    Sections parse() {
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            ++line_number_;
            parse_line(text_.substr(at, end - at));
            at = end + 1;
        }
        end_key();
        return std::move(read_);
    }

  private:
    [[noreturn]] void fail(std::string message, Place place, std::string hint) const {
        throw Error(Fault::config, std::move(message)).at(std::move(place)).hint(std::move(hint));
    }

    /// The place of a piece of the current line.
    Place place_of(std::string_view piece) const {
        const auto before = static_cast<std::size_t>(piece.data() - line_.data());
        return {name_, line_number_, 1 + static_cast<int>(code_points(line_.substr(0, before))),
                std::max(1, static_cast<int>(code_points(piece))), shown_line(line_)};
    }

    // line = blank | comment | continuation | "[" section "]" | key ("=" | ":") value
    void parse_line(std::string_view line) {
        line_ = line;
        const std::string_view left = strip_left(line);
        const std::string_view content = strip_right(left);
        if (content.empty()) {
            if (in_key_) value_ += '\n';
            return;
        }
        if (content[0] == '#' || content[0] == ';') return;
        const std::size_t indent = code_points(line.substr(0, line.size() - left.size()));
        if (in_key_ && indent > indent_) {
            value_ += '\n';
            value_ += content;
            return;
        }
        end_key();
        indent_ = indent;
        if (const std::size_t close = content.rfind(']'); content[0] == '[' && close != npos && close > 1)
            begin_section(content, content.substr(1, close - 1));
        else
            begin_key(content);
    }

    // Whatever follows the last ']' is ignored, as configparser does.
    void begin_section(std::string_view header, std::string_view name) {
        const Place place = place_of(header.substr(0, name.size() + 2));
        check_length(name, place);
        has_section_ = true;
        if (name == "DEFAULT") {
            section_ = in_defaults;
            if (!read_.defaults.place.known()) read_.defaults.place = place;
            return;
        }
        section_ = read_.sections.size();
        const auto [other, added] = section_index_.emplace(std::string(name), section_);
        if (!added) {
            const Place& first = read_.sections[other->second].place;
            fail(fmt::format("section '{}' occurs twice, first in line {}", name, first.line), place,
                 "put all keys of the section under one header");
        }
        read_.sections.push_back({std::string(name), place, {}});
    }

    void begin_key(std::string_view content) {
        const std::size_t delimiter = content.find_first_of("=:");
        // In a section, configparser takes "[name = value" for a key.
        if (content[0] == '[' && (delimiter == npos || !has_section_)) no_end_of_section(content);
        if (!has_section_)
            fail("expected a section like '[alembic]' before the first key", place_of(content),
                 "an ini file begins with a section in brackets; is this the file that you meant?");
        if (delimiter == npos)
            fail("expected 'key = value'", place_of(content),
                 "indent the line if it belongs to the value above, or begin it with '#' for a comment");
        const std::string_view name = strip_right(content.substr(0, delimiter));
        if (name.empty())
            fail(fmt::format("expected a key before '{}'", content[delimiter]),
                 place_of(content.substr(0, 1)), "indent the line if it belongs to the value above");
        check_length(name, place_of(content.substr(0, 1)));
        add_key(name);
        value_ = strip_left(content.substr(delimiter + 1));
        in_key_ = true;
    }

    void check_length(std::string_view name, const Place& place) const {
        if (name.size() <= longest_name) return;
        fail(fmt::format("expected a name of at most {} bytes, got {}", longest_name, name.size()), place,
             "is this the file that you meant?");
    }

    [[noreturn]] void no_end_of_section(std::string_view content) const {
        const Place place = place_of(content);
        if (content.starts_with("[]")) fail("expected the name of a section between '[' and ']'", place, "");
        const std::string_view name = strip_right(content.substr(1));
        check_length(name, place_of(content.substr(0, 1)));
        fail("expected ']' after the name of the section", place,
             name.empty() ? "write '[NAME]' on a line of its own" : fmt::format("write '[{}]'", name));
    }

    void add_key(std::string_view name) {
        std::string key = lower(name);
        Section& section = current();
        // The index of the section comes first: no key can run into it.
        const auto [other, added] =
            key_index_.emplace(fmt::format("{} {}", section_, key), section.entries.size());
        if (!added) {
            const Place& first = section.entries[other->second].place;
            fail(fmt::format("key '{}' occurs twice in section '{}', first in line {}", key, section.name,
                             first.line),
                 place_of(name), "keep one of the two lines");
        }
        section.entries.push_back({std::move(key), {}, place_of(name)});
    }

    /// Blank lines belong to a value only between its lines.
    void end_key() {
        if (in_key_) current().entries.back().raw = strip_value(value_);
        in_key_ = false;
    }

    static std::string strip_value(std::string_view value) {
        for (std::size_t size = npos; size != value.size();) {
            size = value.size();
            value = strip_right(value);
            while (!value.empty() && value.back() == '\n') value.remove_suffix(1);
        }
        return std::string(value);
    }

    Section& current() { return section_ == in_defaults ? read_.defaults : read_.sections[section_]; }

    static constexpr std::size_t in_defaults = npos;

    std::string_view text_;
    const std::string& name_;
    Sections read_;
    std::unordered_map<std::string, std::size_t> section_index_;
    std::unordered_map<std::string, std::size_t> key_index_;
    std::string_view line_;
    int line_number_ = 0;
    bool has_section_ = false;
    std::size_t section_ = in_defaults;
    bool in_key_ = false;
    std::string value_;      ///< of the key that continuation lines go on with
    std::size_t indent_ = 0; ///< of that key, or of the header above
};

} // namespace

Sections parse_ini(std::string_view text, const std::string& name) { return Parser(text, name).parse(); }

} // namespace orch::config
