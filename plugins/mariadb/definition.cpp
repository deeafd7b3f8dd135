#include "definition.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace orch::mariadb {

namespace {

/// The end of the quoted text, group in parentheses or comment that begins at `at`; `at` where none begins.
std::size_t end_of_group(std::string_view text, std::size_t at) {
    const char first = text[at];
    if (first == '\'' || first == '"' || first == '`') {
        for (std::size_t i = at + 1; i < text.size(); ++i) {
            if (text[i] == '\\' && first != '`') {
                ++i;
            } else if (text[i] == first) {
                if (i + 1 == text.size() || text[i + 1] != first) return i + 1;
                ++i; // doubled
            }
        }
        return text.size();
    }
    if (text.substr(at, 2) == "/*") {
        const std::size_t end = text.find("*/", at);
        return end == std::string_view::npos ? text.size() : end + 2;
    }
    if (first != '(') return at;
    for (std::size_t i = at + 1; i < text.size();) {
        if (text[i] == ')') return i + 1;
        const std::size_t end = end_of_group(text, i);
        i = end == i ? i + 1 : end;
    }
    return text.size();
}

/// A word with the groups that touch it: "decimal(10,2)", "current_timestamp()", "b'0'", "'x'".
class Words {
  public:
    explicit Words(std::string_view text) : text_(text) {}

    /// The next word without moving on; empty at the end.
    std::string_view peek() const {
        const std::size_t from = text_.find_first_not_of(' ', at_);
        if (from == std::string_view::npos) return {};
        std::size_t end = from;
        while (end < text_.size() && text_[end] != ' ') {
            const std::size_t group = end_of_group(text_, end);
            end = group == end ? end + 1 : group;
        }
        return text_.substr(from, end - from);
    }
    std::string_view take() {
        const std::string_view word = peek();
        if (!word.empty()) at_ = static_cast<std::size_t>(word.data() - text_.data()) + word.size();
        return word;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool is(std::string_view word, std::string_view keyword) { return lower(word) == lower(keyword); }

} // namespace

// definition = type [ "unsigned" ] [ "zerofill" ] { attribute }
Definition::Definition(std::string_view text) {
    Words words(text);
    std::string own(words.take());
    while (is(words.peek(), "unsigned") || is(words.peek(), "zerofill") || is(words.peek(), "precision"))
        own += " " + std::string(words.take());
    attributes_.push_back({type, std::move(own)});
    const auto with = [&](std::string_view first, int more) {
        std::string out(first);
        for (; more > 0; --more) out += " " + std::string(words.take());
        return out;
    };
    for (std::string_view word = words.take(); !word.empty(); word = words.take()) {
        if (is(word, "character") && is(words.peek(), "set"))
            attributes_.push_back({charset, with(word, 2)});
        else if (is(word, "collate"))
            attributes_.push_back({collation, with(word, 1)});
        else if (is(word, "not") && is(words.peek(), "null"))
            attributes_.push_back({nullable, with(word, 1)});
        else if (is(word, "null"))
            attributes_.push_back({nullable, std::string(word)});
        else if (is(word, "default"))
            attributes_.push_back({default_, with(word, 1)});
        else if (is(word, "on") && is(words.peek(), "update"))
            attributes_.push_back({on_update, with(word, 2)});
        else if (is(word, "auto_increment"))
            attributes_.push_back({auto_increment, std::string(word)});
        else if (is(word, "comment"))
            attributes_.push_back({comment, with(word, 1)});
        else if (is(word, "generated"))
            attributes_.push_back({generated, with(word, 3)});
        else
            attributes_.push_back({other, std::string(word)});
    }
}

const std::string* Definition::find(Kind kind) const {
    const auto at = std::ranges::find(attributes_, kind, &Attribute::kind);
    return at == attributes_.end() ? nullptr : &at->text;
}

void Definition::set(Kind kind, const std::optional<std::string>& text) {
    const auto at = std::ranges::find(attributes_, kind, &Attribute::kind);
    if (!text) {
        std::erase_if(attributes_, [&](const Attribute& each) { return each.kind == kind; });
        return;
    }
    if (at != attributes_.end()) {
        at->text = *text;
        return;
    }
    // Before the first attribute that stands behind it in the servers' order: NULL before DEFAULT.
    const auto behind = std::ranges::find_if(
        attributes_, [&](const Attribute& each) { return each.kind > kind && each.kind != other; });
    attributes_.insert(behind, {kind, *text});
}

std::string Definition::text() const {
    std::string out;
    for (const Attribute& each : attributes_) out += (out.empty() ? "" : " ") + each.text;
    return out;
}

void Definition::drop_json_check() {
    for (std::size_t i = 0; i + 1 < attributes_.size(); ++i)
        if (is(attributes_[i].text, "check") && attributes_[i + 1].text.starts_with("(json_valid(")) {
            const auto at = attributes_.begin() + static_cast<std::ptrdiff_t>(i);
            attributes_.erase(at, at + 2);
            return;
        }
}

bool Definition::has_word(std::string_view word) const {
    return std::ranges::any_of(
        attributes_, [&](const Attribute& each) { return each.kind == other && is(each.text, word); });
}

namespace {

/// "`a``b` rest": the name, and the rest without the space.
std::optional<std::pair<std::string, std::string_view>> quoted_name(std::string_view text) {
    if (text.empty() || (text.front() != '`' && text.front() != '"')) return std::nullopt;
    const std::string quote(1, text.front());
    const std::size_t end = end_of_group(text, 0);
    return std::pair(replace_all(text.substr(1, end - 2), quote + quote, quote), trim(text.substr(end)));
}

Piece piece(std::string_view text) {
    constexpr std::string_view word = "CONSTRAINT ";
    const bool constraint = text.starts_with(word);
    if (auto found = quoted_name(constraint ? text.substr(word.size()) : text))
        return {std::move(found->first), constraint, found->second};
    return {{}, false, text};
}

} // namespace

// create = "CREATE TABLE" name "(" column { "," column } ")" options; a column begins with its quoted name.
std::vector<Piece> pieces(std::string_view create_table) {
    std::vector<Piece> out;
    std::size_t at = create_table.find('('), from = at + 1;
    if (at == std::string_view::npos) return out;
    const std::size_t last = end_of_group(create_table, at) - 1;
    for (++at; at <= last;) {
        if (at < last && create_table[at] != ',') {
            at = std::max(end_of_group(create_table, at), at + 1);
            continue;
        }
        out.push_back(piece(trim(create_table.substr(from, at - from))));
        from = ++at;
    }
    return out;
}

std::optional<std::string> find_definition(std::string_view create_table, std::string_view column) {
    for (const Piece& each : pieces(create_table))
        if (!each.constraint && !each.name.empty() && is(each.name, column)) return std::string(each.text);
    return std::nullopt;
}

} // namespace orch::mariadb
