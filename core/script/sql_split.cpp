#include "script/sql_split.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

template <std::size_t N>
bool one_of(const std::string& word, const std::array<std::string_view, N>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Follows the words of one statement and knows whether a semicolon stands inside of a BEGIN ... END body.
class BodyTracker {
  public:
    void word(std::string text) {
        if (seen_ == 0) first_ = text;
        ++seen_;
        if (after_end_) {
            after_end_ = false;
            static constexpr std::array<std::string_view, 5> control{"if", "loop", "while", "repeat", "for"};
            if (one_of(text, control)) return; // END IF closes an IF, which was not counted
            --depth_;
            if (text == "case") return; // END CASE
        }
        if (first_ == "create" && depth_ == 0) look_for_routine(text);
        if (seen_ == 2 && first_ == "begin" && text == "not") body_allowed_ = true, depth_ = 1;
        if (body_allowed_) count(text);
    }

    // What is neither a word nor white space, and the end of a statement.
    void other(char c) {
        if (after_end_) after_end_ = false, --depth_;
        if (c == '(') header_over_ = true;
        if (rule_) parentheses_ += c == '(' ? 1 : c == ')' ? -1 : 0;
    }

    bool inside() const { return depth_ - (after_end_ ? 1 : 0) > 0 || parentheses_ > 0; }

  private:
    // CREATE [OR REPLACE] [TEMP] [DEFINER = user] {TRIGGER | PROCEDURE | FUNCTION | EVENT | PACKAGE} ...
    void look_for_routine(const std::string& text) {
        static constexpr std::array<std::string_view, 5> routine{"trigger", "procedure", "function", "event",
                                                                 "package"};
        static constexpr std::array<std::string_view, 6> others{"table", "view",   "index",
                                                                "type",  "schema", "database"};
        if (header_over_) return;
        if (text == "rule") rule_ = header_over_ = true; // ... DO ALSO (INSERT ...; DELETE ...)
        if (one_of(text, routine)) body_allowed_ = header_over_ = true;
        if (one_of(text, others)) header_over_ = true;
    }

    void count(const std::string& text) {
        if (text == "begin" || (text == "case" && depth_ > 0)) ++depth_;
        if (text == "end" && depth_ > 0) after_end_ = true;
    }

    std::string first_;
    int seen_ = 0;
    int depth_ = 0;
    bool header_over_ = false;  // the kind of what CREATE creates is known
    bool body_allowed_ = false; // BEGIN opens a body here
    bool rule_ = false;         // a rule of PostgreSQL: its statements stand in parentheses
    int parentheses_ = 0;
    bool after_end_ = false; // END has been read; the next word decides what it closes
};

class Splitter {
  public:
    Splitter(std::string_view text, const std::string& file, int first_line, bool backslash_escapes)
        : text_(text), file_(file), line_(first_line), backslash_escapes_(backslash_escapes) {}

    std::vector<SqlStatement> run() {
        while (at_ < text_.size()) step();
        finish(text_.size());
        if (body_.inside()) throw unclosed("BEGIN", start_);
        return std::move(statements_);
    }

  private:
    void step() {
        char c = text_[at_];
        if (is_space(c)) return move_to(at_ + 1);
        if (skip_comment()) return;
        if (start_ == npos && client_command()) return;
        if (start_ == npos) begin();
        if (delimiter_ == ";" ? c == ';' : text_.substr(at_).starts_with(delimiter_)) return end_statement();
        if (c == '\'' || c == '"' || c == '`') return quoted(c);
        if (c == '$' && dollar_quote()) return;
        if (in_word(c)) return word();
        body_.other(c);
        move_to(at_ + 1);
    }

    void begin() {
        start_ = at_;
        start_line_ = line_;
    }

    // Another delimiter than ';' ends a statement wherever it stands: that is what it is for.
    void end_statement() {
        const bool plain = delimiter_ == ";";
        body_.other(';');
        if (plain && body_.inside()) return move_to(at_ + 1);
        if (!plain) body_ = BodyTracker{};
        finish(at_);
        move_to(at_ + delimiter_.size());
    }

    // What the programs psql and mysql read for themselves: DELIMITER is understood, psql's words are not.
    bool client_command() {
        const std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
        if (line.starts_with('\\')) {
            const auto all = words(line);
            throw at_word(fmt::format("'{}' is a command of psql, not SQL", all.front()), all.front().size())
                .hint("write what it does as SQL, or leave it out");
        }
        constexpr std::string_view delimiter = "delimiter";
        if (line.size() <= delimiter.size() || !is_space(line[delimiter.size()]) ||
            lower(line.substr(0, delimiter.size())) != delimiter)
            return false;
        const auto all = words(line);
        if (all.size() < 2) throw at_word("DELIMITER: expected what ends a statement", delimiter.size());
        delimiter_ = all[1];
        move_to(at_ + line.size());
        return true;
    }

    void finish(std::size_t end) {
        if (start_ == npos) return;
        body_.other(' ');
        if (end == text_.size() && body_.inside()) return;
        std::string_view piece = trim(text_.substr(start_, end - start_));
        if (!piece.empty()) statements_.push_back({std::string(piece), start_line_});
        start_ = npos;
        body_ = BodyTracker{};
    }

    void word() {
        std::size_t end = at_;
        while (end < text_.size() && (in_word(text_[end]) || (text_[end] == '$' && delimiter_ == ";"))) ++end;
        std::string_view piece = text_.substr(at_, end - at_);
        bool escape_string = lower(piece) == "e" && end < text_.size() && text_[end] == '\'';
        body_.word(lower(piece));
        move_to(end);
        if (escape_string) quoted('\'', true);
    }

    // A doubled quote stands for one, so 'it''s' is read as two strings side by side.
    void quoted(char quote, bool escapes = false) {
        escapes = escapes || (backslash_escapes_ && quote != '`');
        body_.other(quote);
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (escapes && text_[i] == '\\') {
                ++i;
            } else if (text_[i] == quote) {
                return move_to(i + 1);
            }
        }
        throw unclosed(std::string(1, quote), at_);
    }

    // $tag$ ... $tag$ of PostgreSQL. A '$' inside of a word never comes here.
    bool dollar_quote() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && in_word(text_[end])) ++end;
        bool digit = at_ + 1 < end && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9';
        if (end >= text_.size() || text_[end] != '$' || digit) return false;
        std::string_view tag = text_.substr(at_, end + 1 - at_);
        std::size_t close = text_.find(tag, end + 1);
        if (close == npos) throw unclosed(std::string(tag), at_);
        body_.other('$');
        move_to(close + tag.size());
        return true;
    }

    // "--" and MySQL's "#" to the end of the line; "/* */" in any place.
    // "/*!" and "/*+" open what MySQL runs, so those are part of the statement.
    bool skip_comment() {
        std::string_view rest = text_.substr(at_);
        // In PostgreSQL '#' is part of operators; there and in SQLite it can only begin a stray comment.
        const bool hash = rest[0] == '#' && (backslash_escapes_ || (start_ == npos && at_line_start()));
        if (rest.starts_with("--") || hash) {
            std::size_t end = text_.find('\n', at_);
            move_to(end == npos ? text_.size() : end);
            return true;
        }
        if (!rest.starts_with("/*")) return false;
        bool code = rest.starts_with("/*!") || rest.starts_with("/*+");
        if (code && start_ == npos) begin();
        move_to(comment_end());
        return true;
    }

    bool at_line_start() const {
        std::size_t i = at_;
        while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
        return i == 0 || text_[i - 1] == '\n';
    }

    // Comments nest in PostgreSQL and in the standard, and do not in SQLite and MySQL. Where the nested
    // reading never ends, the flat one is meant.
    std::size_t comment_end() const {
        int depth = 0;
        for (std::size_t i = at_; i + 1 < text_.size(); ++i) {
            if (text_[i] == '/' && text_[i + 1] == '*')
                ++depth, ++i;
            else if (text_[i] == '*' && text_[i + 1] == '/') {
                ++i;
                if (--depth == 0) return i + 1;
            }
        }
        std::size_t flat = text_.find("*/", at_ + 2);
        if (flat == npos) throw unclosed("/*", at_);
        return flat + 2;
    }

    void move_to(std::size_t position) {
        line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                             text_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
        at_ = position;
    }

    Error unclosed(const std::string& opener, std::size_t position) const {
        return placed(opener == "BEGIN" ? "the body that 'BEGIN' opens is never closed, expected 'END'"
                                        : fmt::format("'{}' is never closed", opener),
                      position, code_points(opener));
    }

    Error at_word(const std::string& message, std::size_t width) const { return placed(message, at_, width); }

    Error placed(const std::string& message, std::size_t position, std::size_t width) const {
        std::size_t start = text_.rfind('\n', position);
        start = start == npos ? 0 : start + 1;
        Place place;
        place.file = file_;
        place.line = position == start_ ? start_line_ : line_;
        place.column = static_cast<int>(code_points(text_.substr(start, position - start))) + 1;
        place.width = static_cast<int>(width);
        std::string_view source = text_.substr(start, text_.find('\n', start) - start);
        place.source = std::string(source);
        Error error(Fault::script, message);
        error.at(place);
        return error;
    }

    static constexpr std::size_t npos = std::string_view::npos;
    std::string_view text_;
    const std::string& file_;
    std::size_t at_ = 0;
    int line_;
    bool backslash_escapes_;
    std::string delimiter_ = ";"; // DELIMITER of the program mysql changes it
    std::size_t start_ = npos;    // of the statement at hand
    int start_line_ = 0;
    BodyTracker body_;
    std::vector<SqlStatement> statements_;
};

} // namespace

std::vector<SqlStatement> split_sql(std::string_view text, const std::string& file, int first_line,
                                    bool backslash_escapes) {
    return Splitter(text, file, first_line, backslash_escapes).run();
}

} // namespace orch::script
