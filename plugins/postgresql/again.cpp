// A statement outside of transactions that is run again after a crash: whether what it makes is there
// already. The session of a client that was killed may still be at work.
#include "connection.hpp"

#include "base/text.hpp"
#include "dialect/sql_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace orch::postgresql {

namespace {

constexpr std::array<std::string_view, 4> is_there{"42P07", "42701", "42710", "42P06"}; ///< duplicate_...
constexpr std::array<std::string_view, 4> is_gone{"42P01", "42703", "42704", "3F000"};  ///< undefined_...

/// The name of the index that a CREATE INDEX makes, its schema first where one is written; none where it
/// names none.
std::vector<std::string> index_name(const std::vector<dialect::SqlWord>& words) {
    auto at = std::ranges::find(words, "INDEX", &dialect::SqlWord::key);
    if (at == words.end()) return {};
    for (++at; at != words.end(); ++at)
        if (at->key != "CONCURRENTLY" && at->key != "IF" && at->key != "NOT" && at->key != "EXISTS") break;
    if (at == words.end() || at->key == "ON") return {};
    return {at->key.empty() ? at->text : lower(at->text)};
}

} // namespace

/// Waits for one that is being built.
bool Connection::has_valid_index(const std::vector<std::string>& name) const {
    if (name.empty()) return false;
    constexpr int most_looks = 600;
    constexpr std::chrono::milliseconds pause{100};
    auto& self = const_cast<Connection&>(*this); // a question changes nothing
    dialect::Statement question;
    question.reads = true;
    question.sql = fmt::format(
        "SELECT x.indisvalid, EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p WHERE "
        "p.index_relid = x.indexrelid OR p.relid = x.indrelid) FROM pg_catalog.pg_index x JOIN "
        "pg_catalog.pg_class c ON c.oid = x.indexrelid WHERE c.relname = '{}' AND "
        "pg_catalog.pg_table_is_visible(c.oid)",
        replace_all(name.front(), "'", "''"));
    for (int look = 0; look < most_looks; ++look) {
        const sql::Result answer = self.execute(question);
        if (answer.rows.empty()) return false;
        if (std::get<bool>(answer.rows.front()[0])) return true;
        if (!std::get<bool>(answer.rows.front()[1])) return false;
        std::this_thread::sleep_for(pause);
    }
    return false;
}

bool Connection::is_done_already(const Error& error) const {
    const std::vector<dialect::SqlWord> words = dialect::sql_words(error.statement());
    if (words.empty()) return false;
    const auto has = [&](const char* key) {
        return std::ranges::find(words, key, &dialect::SqlWord::key) != words.end();
    };
    const bool there = std::ranges::find(is_there, error.state()) != is_there.end();
    const bool gone = std::ranges::find(is_gone, error.state()) != is_gone.end();
    if (words.front().key == "CREATE" && there) {
        if (!has("INDEX")) return true;
        const std::vector<std::string> name = index_name(words);
        if (has_valid_index(name)) return true;
        if (name.empty() || in_transaction()) return false;
        // What a build left that did not come to its end is no index: it goes, and the statement runs once
        // more.
        auto& self = const_cast<Connection&>(*this);
        dialect::Statement next;
        next.sql = "DROP INDEX CONCURRENTLY IF EXISTS \"" + replace_all(name.front(), "\"", "\"\"") + "\"";
        self.execute(next);
        next.sql = error.statement();
        self.execute(next);
        return true;
    }
    if (words.front().key == "DROP") return gone;
    if (words.front().key != "ALTER") return false;
    return (has("ADD") && there) || (has("DROP") && gone);
}

} // namespace orch::postgresql
