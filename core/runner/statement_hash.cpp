#include "runner/statement_hash.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::runner {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Behind the comment that begins at `at`, or `at` where none does.
std::size_t behind_comment(std::string_view sql, std::size_t at) {
    const std::string_view rest = sql.substr(at);
    if (rest.starts_with("--")) return std::min(sql.find('\n', at), sql.size());
    if (!rest.starts_with("/*")) return at;
    const std::size_t end = sql.find("*/", at + 2);
    return end == npos ? sql.size() : end + 2;
}

/// Behind the string or name that begins with a quote at `at`; doubled quotes are two of them in a row.
std::size_t behind_quoted(std::string_view sql, std::size_t at) {
    const std::size_t end = sql.find(sql[at], at + 1);
    return end == npos ? sql.size() : end + 1;
}

} // namespace

std::string normal_sql(std::string_view sql) {
    std::string out;
    out.reserve(sql.size());
    bool space = false;
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t behind = behind_comment(sql, at);
        if (behind != at || is_space(sql[at])) {
            space = true;
            at = std::max(behind, at + 1);
            continue;
        }
        if (space && !out.empty()) out += ' ';
        space = false;
        const bool quote = sql[at] == '\'' || sql[at] == '"' || sql[at] == '`';
        const std::size_t end = quote ? behind_quoted(sql, at) : at + 1;
        out += sql.substr(at, end - at);
        at = end;
    }
    while (!out.empty() && (out.back() == ';' || out.back() == ' ')) out.pop_back();
    return out;
}

void StatementHash::add(std::string_view text) {
    sha1_.process_bytes(text.data(), text.size());
    sha1_.process_byte(0);
}

void StatementHash::add(const dialect::Statement& statement, const dialect::Compiler& compiler) {
    any_ = true;
    add(normal_sql(statement.sql));
    // A long list is known by its length and its beginning: it is data, and putting all of it into words
    // takes as long as sending it.
    constexpr std::size_t most_looked_at = 100;
    const std::size_t sets = statement.parameters.size();
    if (sets > most_looked_at) add(std::to_string(sets));
    for (std::size_t i = 0; i < std::min(sets, most_looked_at); ++i)
        for (const sql::Datum& value : statement.parameters[i]) add(compiler.literal(value));
}

std::string StatementHash::hex() {
    if (!any_) return {};
    boost::uuids::detail::sha1::digest_type digest;
    sha1_.get_digest(digest);
    std::string text;
    for (const unsigned part : digest) text += fmt::format("{:08x}", part);
    return text;
}

} // namespace orch::runner
