// The head of a revision file. Two speeds: up to the first definition every logical line is walked with its
// strings and brackets; behind it, only lines that start with a wanted name are looked at, and such a find is
// believed only after the walk has been caught up with it, since it could stand inside a string.

#include "lang/head.hpp"

#include "base/text.hpp"
#include "lang/text.hpp"

#include <array>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace orch::lang {

Place place_in(std::string_view path, std::string_view text, std::size_t begin, std::size_t end,
               int first_line) {
    begin = std::min(begin, text.size());
    const std::size_t newline = begin == 0 ? std::string_view::npos : text.rfind('\n', begin - 1);
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    std::size_t stop = std::min(text.find('\n', begin), text.size());
    while (stop > start && text[stop - 1] == '\r') --stop;
    Place place;
    place.file = path;
    place.line = first_line;
    for (const char* at = text.data();
         (at = static_cast<const char*>(std::memchr(at, '\n', text.data() + start - at))); ++at)
        ++place.line;
    auto characters = [&](std::size_t from, std::size_t to) {
        return to > from ? static_cast<int>(code_points(text.substr(from, to - from))) : 0;
    };
    place.column = characters(start, begin) + 1;
    place.width = std::max(1, characters(begin, std::min(end, stop)));
    // A line of megabytes helps nobody: what is shown of it stays readable.
    if (stop - start <= 1000) place.source = text.substr(start, stop - start);
    return place;
}

namespace {

bool starts_name(char c) {
    return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || c == '_' || (c & 0x80) != 0;
}
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

class HeadScanner {
  public:
    HeadScanner(std::string_view text, std::span<const std::string_view> names, std::string_view path)
        : text_(text), names_(names), path_(path) {
        head_.entries.resize(names.size());
        for (const auto name : names) first_letter_[static_cast<unsigned char>(name[0])] = true;
        if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    }

    Head scan() {
        while (at_ < text_.size() && !at_definition()) logical_line();
        scan_behind_definitions();
        return std::move(head_);
    }

  private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    bool word_is(std::string_view word) const {
        return text_.substr(at_).starts_with(word) && !in_name(peek(word.size()));
    }
    bool at_definition() const {
        switch (peek()) {
        case '@': return true;
        case 'd': return word_is("def");
        case 'c': return word_is("class");
        case 'a': return word_is("async");
        default: return false;
        }
    }

    /// Behind the first definition: memchr from line to line; the first letter decides whether to look
    /// closer.
    void scan_behind_definitions() {
        const char* const end = text_.data() + text_.size();
        for (const char* line = text_.data() + at_; line < end;) {
            const char* newline =
                static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(end - line)));
            if (!newline || newline + 1 == end) return;
            line = newline + 1;
            if (!first_letter_[static_cast<unsigned char>(*line)]) continue;
            const auto offset = static_cast<std::size_t>(line - text_.data());
            if (!wanted_assignment(offset)) continue;
            while (at_ < offset) skip_logical_line();
            if (at_ == offset) logical_line();
            line = text_.data() + std::max(at_, offset);
            if (line > text_.data() && line[-1] == '\n')
                --line; // the line that starts here is yet to be looked at
        }
    }

    /// Whether a wanted name and then `=` or `:` stand at this offset.
    bool wanted_assignment(std::size_t offset) const {
        std::size_t stop = offset;
        while (stop < text_.size() && in_name(text_[stop])) ++stop;
        if (index_of(text_.substr(offset, stop - offset)) == names_.size()) return false;
        while (stop < text_.size() && (text_[stop] == ' ' || text_[stop] == '\t')) ++stop;
        return stop < text_.size() && (text_[stop] == '=' || text_[stop] == ':' || text_[stop] == ',');
    }

    std::size_t index_of(std::string_view name) const {
        std::size_t i = 0;
        while (i < names_.size() && names_[i] != name) ++i;
        return i;
    }

    void logical_line() {
        const bool first = !std::exchange(seen_statement_, true);
        const char c = peek();
        if (c == '\n' || c == '\r' || c == '#' || c == '\f') {
            seen_statement_ = !first;
            return skip_line();
        }
        if (first && docstring()) return;
        if (starts_name(c)) {
            const std::size_t begin = at_;
            while (in_name(peek())) ++at_;
            const std::size_t index = index_of(text_.substr(begin, at_ - begin));
            if (index < names_.size()) return assignment(index);
            if (peek() == '"' || peek() == '\'') at_ = begin; // a string's prefix
        }
        skip_logical_line();
    }

    bool docstring() {
        const std::size_t begin = at_;
        std::size_t quote = at_;
        while (quote < text_.size() && quote < begin + 2 && starts_name(text_[quote])) ++quote;
        if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) return false;
        std::string value;
        at_ = begin;
        if (!strings(value)) {
            open_string_.reset();
            at_ = begin;
            skip_logical_line();
            return true;
        }
        blanks();
        if (at_line_end()) {
            head_.docstring = std::move(value);
            head_.has_docstring = true;
        }
        skip_logical_line();
        return true;
    }

    /// Behind a wanted name: `= literal`, `: annotation = literal`, or something that is none of our
    /// business.
    void assignment(std::size_t index) {
        const std::size_t name_end = at_;
        blanks();
        if (peek() == ':') {
            ++at_;
            skip_annotation();
        }
        if (peek() == ',') refuse(index, name_end, "is assigned together with other names");
        if (peek() != '=' || peek(1) == '=') return skip_logical_line();
        ++at_;
        blanks();
        HeadEntry entry;
        entry.found = true;
        entry.begin = static_cast<std::uint32_t>(at_);
        if (!literal(entry.value)) refuse(index, entry.begin, "is not a literal");
        entry.end = static_cast<std::uint32_t>(at_);
        blanks();
        if (peek() == ',') {
            tuple_tail(index, entry);
            blanks();
        }
        if (!at_line_end()) refuse(index, entry.begin, "is not a literal");
        head_.entries[index] = std::move(entry);
        skip_logical_line();
    }

    /// `= "a", "b"`: a tuple without parentheses.
    void tuple_tail(std::size_t index, HeadEntry& entry) {
        Literal tuple;
        tuple.kind = Literal::Kind::sequence;
        Literal item = std::move(entry.value);
        for (;;) {
            if (!add_item(tuple, std::move(item))) refuse(index, entry.begin, "is not a literal");
            blanks();
            if (peek() != ',') break;
            ++at_;
            blanks();
            if (at_line_end()) break;
            item = {};
            if (!literal(item)) refuse(index, entry.begin, "is not a literal");
        }
        entry.end = static_cast<std::uint32_t>(at_);
        entry.value = std::move(tuple);
    }

    /// An open string swallows what follows it: a revision would be missed without a word.
    [[noreturn]] void refuse_open_string(std::size_t begin) {
        const bool triple = text_.substr(begin, 3) == std::string(3, text_[begin]);
        const std::string quote(triple ? 3 : 1, text_[begin]);
        Error error(Fault::script, "the string that begins here is never closed");
        error.at(place_in(path_, text_, begin, begin + quote.size()));
        throw error.hint(fmt::format("end it with {}", quote));
    }

    [[noreturn]] void refuse(std::size_t index, std::size_t begin, std::string_view what) {
        if (open_string_) refuse_open_string(*open_string_);
        std::size_t end = std::min(text_.find_first_of("\r\n#", begin), text_.size());
        while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
        Error error(Fault::script, fmt::format("'{}' {}", names_[index], what));
        error.at(place_in(path_, text_, begin, end));
        throw error.hint(
            fmt::format("the revision graph is read without running anything: write the value itself, as in "
                        "{} = \"ae1027a6acf\"",
                        names_[index]));
    }

    bool at_line_end() const {
        const char c = peek();
        return at_ >= text_.size() || c == '\n' || c == '\r' || c == '#' || c == ';';
    }

    static bool add_item(Literal& sequence, Literal item) {
        if (item.kind == Literal::Kind::string) sequence.items.push_back(std::move(item.text));
        return item.kind == Literal::Kind::string || item.kind == Literal::Kind::none;
    }

    /// literal = strings | "None" | "True" | "False" | ["-"] integer | "(" [items] ")" | "[" [items] "]" |
    /// "{" items "}"
    bool literal(Literal& out) {
        const char c = peek();
        if (c == '(' || c == '[' || c == '{') return sequence(out);
        if (c == '-' || (c >= '0' && c <= '9')) return integer(out);
        if (word_is("None")) return at_ += 4, true;
        if (word_is("True") || word_is("False")) {
            out.kind = Literal::Kind::boolean;
            out.truth = c == 'T';
            return at_ += out.truth ? 4 : 5, true;
        }
        out.kind = Literal::Kind::string;
        return strings(out.text);
    }

    bool integer(Literal& out) {
        const std::size_t begin = at_;
        if (peek() == '-') ++at_;
        while ((peek() >= '0' && peek() <= '9') || peek() == '_') ++at_;
        out.kind = Literal::Kind::integer;
        out.text = text_.substr(begin, at_ - begin);
        return !in_name(peek()) && peek() != '.' && out.text != "-";
    }

    bool sequence(Literal& out) {
        if (++depth_ > 20) return false;
        const char close = peek() == '(' ? ')' : peek() == '[' ? ']' : '}';
        bool comma = false;
        Literal last;
        std::size_t count = 0;
        ++at_;
        out.kind = Literal::Kind::sequence;
        for (white(); peek() != close; white()) {
            if (count > 0 && !comma) return false;
            if (count > 0 && !add_item(out, std::move(last))) return false;
            last = {};
            if (!literal(last)) return false;
            ++count;
            white();
            comma = peek() == ',';
            if (comma) ++at_;
        }
        ++at_;
        --depth_;
        if (close == ')' && count == 1 && !comma) {
            out = std::move(last);
            return true;
        }
        if (close == '}' && count == 0) return false; // a dict
        return count == 0 || add_item(out, std::move(last));
    }

    /// One string literal or several beside each other.
    bool strings(std::string& out) {
        bool any = false;
        for (;;) {
            const std::size_t begin = at_;
            std::size_t quote = at_;
            while (quote < text_.size() && quote < begin + 2 && starts_name(text_[quote])) ++quote;
            if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) return any;
            at_ = quote;
            if (!skip_string()) {
                open_string_ = quote;
                return false;
            }
            const StringParts parts = string_parts(text_.substr(begin, at_ - begin));
            if (parts.bytes || (parts.formatted && parts.body.find('{') != std::string_view::npos))
                return false;
            if (decode_string(parts.body, parts.raw, false, out)) return false;
            any = true;
            const std::size_t behind = at_;
            depth_ > 0 ? white() : blanks();
            if (peek() != '"' && peek() != '\'' && !starts_name(peek())) at_ = behind;
        }
    }

    void blanks() {
        for (;;) {
            if (peek() == ' ' || peek() == '\t')
                ++at_;
            else if (peek() == '\\' && peek(1) == '\n')
                at_ += 2;
            else if (peek() == '\\' && peek(1) == '\r' && peek(2) == '\n')
                at_ += 3;
            else
                return;
        }
    }

    /// White space, line ends and comments: what may stand between the items of brackets.
    void white() {
        for (;;) {
            blanks();
            if (peek() == '#')
                skip_line();
            else if (peek() == '\n' || peek() == '\r' || peek() == '\f')
                ++at_;
            else
                return;
        }
    }

    void skip_line() {
        const std::size_t newline = text_.find('\n', at_);
        at_ = newline == std::string_view::npos ? text_.size() : newline + 1;
    }

    /// From a quote to behind its partner; false when there is none in its line. Triple quotes must have one.
    bool skip_string() {
        const std::size_t begin = at_;
        const char quote = peek();
        const bool triple = peek(1) == quote && peek(2) == quote;
        at_ += triple ? 3 : 1;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\') {
                at_ = std::min(at_ + 2, text_.size());
                continue;
            }
            if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote)))
                return at_ += triple ? 3 : 1, true;
            if (c == '\n' && !triple) return false;
            ++at_;
        }
        if (triple) refuse_open_string(begin);
        at_ = text_.size();
        return false;
    }

    /// To `=`, outside of brackets and strings, or to the end of the logical line.
    void skip_annotation() { skip_until(true); }
    void skip_logical_line() { skip_until(false); }

    void skip_until(bool assign) {
        int depth = 0;
        while (at_ < text_.size()) {
            switch (text_[at_]) {
            case '\n':
                if (depth > 0) break;
                if (!assign) ++at_;
                return;
            case '#': at_ = std::min(text_.find('\n', at_), text_.size()); continue;
            case '\\': ++at_; break;
            case '"':
            case '\'': skip_string(); continue;
            case '(':
            case '[':
            case '{': ++depth; break;
            case ')':
            case ']':
            case '}': depth -= depth > 0; break;
            case '=':
                if (assign && depth == 0) return;
                break;
            default: break;
            }
            ++at_;
        }
        at_ = std::min(at_, text_.size());
    }

    std::string_view text_;
    std::span<const std::string_view> names_;
    std::string_view path_;
    std::size_t at_ = 0;
    std::optional<std::size_t> open_string_; ///< of the value that is read: where it begins
    int depth_ = 0;
    bool seen_statement_ = false;
    std::array<bool, 256> first_letter_{};
    Head head_;
};

} // namespace

Head scan_head(std::string_view text, std::span<const std::string_view> names, std::string_view path) {
    return HeadScanner(text, names, path).scan();
}

} // namespace orch::lang
