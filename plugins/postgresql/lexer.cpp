// As much of PostgreSQL's lexical rules as it takes to leave strings, names and comments alone.
#include "compiler.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace orch::postgresql {

namespace {

bool begins_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}

std::size_t behind(std::string_view sql, std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
}

/// E'it\'s': a backslash takes the next character with it. `at` is that of the opening quote.
std::size_t end_of_escape_string(std::string_view sql, std::size_t at) {
    for (++at; at < sql.size(); ++at) {
        if (sql[at] == '\\')
            ++at;
        else if (sql[at] == '\'')
            return at + 1; // a doubled quote is two strings side by side
    }
    return sql.size();
}

/// $$ body $$, $tag$ body $tag$; `at` where none begins.
std::size_t end_of_dollar_quoted(std::string_view sql, std::size_t at) {
    if (at > 0 && in_sql_word(sql[at - 1])) return at;
    std::size_t end = at + 1;
    if (end < sql.size() && begins_word(sql[end]))
        while (end < sql.size() && in_sql_word(sql[end]) && sql[end] != '$') ++end;
    if (end >= sql.size() || sql[end] != '$') return at;
    return behind(sql, sql.substr(at, end + 1 - at), end + 1);
}

/// Comments nest.
std::size_t end_of_comment(std::string_view sql, std::size_t at) {
    int depth = 0;
    for (; at < sql.size(); ++at) {
        const std::string_view two = sql.substr(at, 2);
        if (two == "/*") {
            ++depth;
            ++at;
        } else if (two == "*/") {
            ++at;
            if (--depth == 0) return at + 1;
        }
    }
    return sql.size();
}

/// The first words of a statement in lower case, at most as many as asked for.
std::vector<std::string> first_words(std::string_view sql, std::size_t most) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < sql.size() && out.size() < most;) {
        if (const std::size_t end = end_of_quoted(sql, at); end != at) {
            if (sql[at] == '"') out.emplace_back("\"");
            at = end;
        } else if (begins_word(sql[at])) {
            std::size_t end_of_word = at;
            while (end_of_word < sql.size() && in_sql_word(sql[end_of_word])) ++end_of_word;
            out.push_back(lower(sql.substr(at, end_of_word - at)));
            at = end_of_word;
        } else if (sql[at] == ';' && !out.empty()) {
            break;
        } else {
            ++at;
        }
    }
    return out;
}

} // namespace

std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    switch (sql[at]) {
    case '\'': return behind(sql, "'", at + 1);
    case '"': return behind(sql, "\"", at + 1);
    case 'e':
    case 'E': {
        const bool alone = at == 0 || !in_sql_word(sql[at - 1]);
        return alone && sql.substr(at + 1, 1) == "'" ? end_of_escape_string(sql, at + 1) : at;
    }
    case '$': return end_of_dollar_quoted(sql, at);
    case '-': return sql.substr(at, 2) == "--" ? behind(sql, "\n", at) : at;
    case '/': return sql.substr(at, 2) == "/*" ? end_of_comment(sql, at) : at;
    default: return at;
    }
}

bool outside_of_transactions(std::string_view sql) {
    const std::vector<std::string> words = first_words(sql, 5);
    const auto begins = [&](std::initializer_list<std::string_view> wanted) {
        return words.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), words.begin());
    };
    if (begins({"create", "index", "concurrently"}) ||
        begins({"create", "unique", "index", "concurrently"}) || begins({"drop", "index", "concurrently"}))
        return true;
    if (begins({"reindex"}))
        return std::ranges::find(words, "concurrently") != words.end() || begins({"reindex", "database"}) ||
               begins({"reindex", "system"});
    return begins({"vacuum"}) || begins({"create", "database"}) || begins({"drop", "database"}) ||
           begins({"create", "tablespace"}) || begins({"drop", "tablespace"}) || begins({"alter", "system"});
}

} // namespace orch::postgresql
