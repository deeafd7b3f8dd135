// The words of SQLite's SQL, as sqlite_master stores it: names in any of its quotes, strings, numbers, signs.
// White space and comments lie between tokens. For the parser of table definitions (definition.hpp) and for
// looking which names a trigger or an index mentions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orch::sqlite {

struct Token {
    enum Kind { word, quoted_name, string, number, sign, end } kind = end;
    std::size_t from = 0, to = 0; ///< bytes of the text; `to` is behind the last one
};

/// A statement with its tokens. The last token is `end`, at the end of the text.
class Tokens {
  public:
    /// Throws Error(database) for a quote or comment that does not end.
    explicit Tokens(std::string_view text);

    const Token& operator[](std::size_t at) const { return tokens_[at < tokens_.size() ? at : size()]; }
    std::size_t size() const { return tokens_.size() - 1; } ///< without the end
    std::string_view text(std::size_t at) const;
    std::string_view text(std::size_t first, std::size_t behind) const; ///< from one token up to another

    /// Whether the token is this keyword (given in capitals) or this sign.
    bool is(std::size_t at, std::string_view keyword) const;
    /// A name: a word, anything in quotes; SQLite takes a string for a name too.
    bool is_name(std::size_t at) const;
    std::string name(std::size_t at) const; ///< without its quotes
    /// Behind the parenthesis that closes the one at `at`.
    std::size_t behind_parentheses(std::size_t at) const;

  private:
    std::string_view sql_;
    std::vector<Token> tokens_;
};

/// Equal but for the case of ASCII letters, as SQLite compares names.
bool same_name(std::string_view one, std::string_view other);
/// In double quotes.
std::string in_quotes(std::string_view name);
/// Whether a name stands among the tokens.
bool mentions(std::string_view sql, std::string_view name);

} // namespace orch::sqlite
