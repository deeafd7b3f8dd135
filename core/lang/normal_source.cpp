// A module's text as its tokens: what two revisions of a file have in common when only its layout changed.
#include "lang/lang.hpp"
#include "lang/scan.hpp"

#include <algorithm>

namespace orch::lang {

namespace {

/// 'x' and "x" are one string, where nothing in it needs the one or the other.
std::string spelled(std::string_view text) {
    const bool plain = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
                       text.find_first_of("'\"\\", 1) == text.size() - 1;
    if (!plain) return std::string(text);
    return '"' + std::string(text.substr(1, text.size() - 2)) + '"';
}

/// The tokens of one definition or statement at module level, the line end and what is indented below it
/// included.
class Walk {
  public:
    Walk(const Source& source, std::string_view named)
        : source_(source), named_(named), lexemes_(scan(source)) {}

    std::string text() {
        skip_docstring();
        while (at().token != Token::end) {
            if (is_named())
                skip();
            else
                take();
        }
        return std::move(out_);
    }

    std::string functions() {
        while (at().token != Token::end) {
            const bool wanted = is_named();
            const std::uint32_t begin = at().begin;
            std::uint32_t end = begin;
            each([&](const Lexeme& lexeme) {
                const bool has_text = lexeme.token != Token::indent && lexeme.token != Token::dedent &&
                                      lexeme.token != Token::newline;
                if (has_text) end = lexeme.end;
            });
            if (wanted) (out_ += source_.slice(begin, end)) += '\n';
        }
        return std::move(out_);
    }

  private:
    const Lexeme& at(std::size_t ahead = 0) const {
        return lexemes_[std::min(next_ + ahead, lexemes_.size() - 1)];
    }
    std::string_view slice(const Lexeme& lexeme) const { return source_.slice(lexeme.begin, lexeme.end); }

    void skip_docstring() {
        while (at().token == Token::newline) ++next_;
        if (at().token == Token::string && at(1).token == Token::newline) next_ += 2;
    }
    bool is_named() const {
        return !named_.empty() && at().token == Token::k_def && at(1).token == Token::name &&
               slice(at(1)).starts_with(named_);
    }
    /// Behind the end of the line, and of the block below it where there is one.
    template <class See>
    void each(See&& see) {
        int depth = 0;
        for (bool over = false; !over && at().token != Token::end; ++next_) {
            const Token token = at().token;
            see(at());
            depth += token == Token::indent ? 1 : token == Token::dedent ? -1 : 0;
            const bool line_ends = token == Token::newline || token == Token::dedent;
            over = depth == 0 && line_ends && at(1).token != Token::indent;
        }
    }
    void skip() {
        each([](const Lexeme&) {});
    }
    void take() {
        each([&](const Lexeme& lexeme) {
            switch (lexeme.token) {
            case Token::indent: out_ += "{ "; break;
            case Token::dedent: out_ += "} "; break;
            case Token::newline: out_ += "\n"; break;
            case Token::string: out_ += spelled(slice(lexeme)) + " "; break;
            default: (out_ += slice(lexeme)) += ' ';
            }
        });
    }

    const Source& source_;
    std::string_view named_;
    std::vector<Lexeme> lexemes_;
    std::size_t next_ = 0;
    std::string out_;
};

} // namespace

std::string normal_source(std::string text, std::string path, std::string_view without) {
    Source source;
    source.path = std::move(path);
    source.text = std::move(text);
    return Walk(source, without).text();
}

std::string functions_source(std::string text, std::string path, std::string_view with) {
    Source source;
    source.path = std::move(path);
    source.text = std::move(text);
    return Walk(source, with).functions();
}

} // namespace orch::lang
