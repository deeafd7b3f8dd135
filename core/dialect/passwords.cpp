#include "base/text.hpp"
#include "dialect/sql_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace orch::dialect {

namespace {

constexpr std::string_view stars = "***";

/// Behind the string that begins at `at`. A backslash takes the next character with it, which some dialects
/// do not mean: then the string seems longer than it is, and more is hidden.
std::size_t string_end(std::string_view sql, std::size_t at) {
    const char quote = sql[at];
    for (++at; at < sql.size(); ++at) {
        if (sql[at] == '\\')
            ++at;
        else if (sql[at] == quote && at + 1 < sql.size() && sql[at + 1] == quote)
            ++at;
        else if (sql[at] == quote)
            return at + 1;
    }
    return sql.size();
}

/// What a string may hold itself: "host=db password=...", "mysql://app:...@db".
std::string without_own(std::string_view text) {
    constexpr std::string_view name = "password=";
    const std::size_t at = lower(text).find(name);
    if (at == std::string::npos) return std::string(text);
    const std::size_t from = at + name.size();
    const std::size_t end = std::min(text.find_first_of(" '\";&", from), text.size());
    return std::string(text.substr(0, from)) + std::string(stars) + without_own(text.substr(end));
}

class Masked {
  public:
    explicit Masked(std::string_view sql) : sql_(sql) {}

    std::string text() {
        while (at_ < sql_.size()) {
            const char c = sql_[at_];
            if (c == '\'' || c == '"')
                string();
            else if (in_word(c))
                word();
            else
                sign(c);
        }
        return std::move(out_);
    }

  private:
    /// What came before: nothing, a PASSWORD, which counts for the next string, or an IDENTIFIED, which
    /// counts for all that tells of a user.
    enum class Before { nothing, password, identified };

    void string() {
        const std::size_t end = string_end(sql_, at_);
        const std::string_view whole = sql_.substr(at_, end - at_);
        if (before_ == Before::nothing) {
            out_ += without_own(whole);
        } else {
            out_ += whole[0];
            out_ += stars;
            out_ += whole[0];
        }
        at_ = end;
    }

    void word() {
        const std::size_t begin = at_;
        while (at_ < sql_.size() && in_word(sql_[at_])) ++at_;
        const std::string_view text = sql_.substr(begin, at_ - begin);
        out_ += text;
        const bool prefix = at_ < sql_.size() && sql_[at_] == '\'' && (text.size() == 1 || text[0] == '_');
        if (!prefix) learn(lower(text));
    }

    void learn(const std::string& word) {
        constexpr std::array<std::string_view, 4> between{"as", "by", "for", "using"};
        constexpr std::array<std::string_view, 3> harmless{"attribute", "comment", "require"};
        if (word.ends_with("password") || word.ends_with("passwd")) {
            if (before_ != Before::identified) before_ = Before::password;
        } else if (word == "identified") {
            before_ = Before::identified;
        } else if (before_ == Before::identified ? std::ranges::find(harmless, word) != harmless.end()
                                                 : std::ranges::find(between, word) == between.end()) {
            before_ = Before::nothing;
        }
    }

    void sign(char c) {
        out_ += c;
        ++at_;
        if (c == ',' || c == ';') before_ = Before::nothing;
    }

    std::string_view sql_;
    std::size_t at_ = 0;
    std::string out_;
    Before before_ = Before::nothing;
};

} // namespace

std::string without_passwords(std::string_view sql) { return Masked(sql).text(); }

} // namespace orch::dialect
