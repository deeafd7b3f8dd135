#include "runner/open_step.hpp"

#include "base/log.hpp"
#include "dialect/sql_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace orch::runner {

namespace {

constexpr std::size_t longest_hash = 64, longest_word = 32, longest_name = 255;
/// Before a statement is tried again for the first time; it doubles.
constexpr std::chrono::milliseconds shortest_pause{250};
constexpr const char *running = "running", *finished = "done";

const char* word_of(graph::Step::Kind kind) {
    return kind == graph::Step::downgrade ? "downgrade" : "upgrade";
}

schema::Column column(const char* name, const char* type, std::size_t length) {
    schema::Column made;
    made.name = name;
    made.type.name = type;
    if (length > 0) made.type.length = static_cast<std::int64_t>(length);
    made.nullable = false;
    made.autoincrement = schema::Autoincrement::no;
    return made;
}

sql::ExpressionPtr value(sql::Datum datum) { return sql::make({sql::Literal{std::move(datum), nullptr}}); }
sql::ExpressionPtr number(std::size_t count) { return value(static_cast<std::int64_t>(count)); }

/// Of several statements in one text the answer to the first says nothing about the others. A semicolon in a
/// string counts too: that is not sure, and no more.
bool is_single(std::string_view sql) { return normal_sql(sql).find(';') == std::string::npos; }

/// DDL, where it cannot be rolled back, commits before it waits for anybody.
bool commits_first(const dialect::Statement& statement) {
    const std::vector<dialect::SqlWord> words = dialect::sql_words(statement.sql);
    constexpr std::array<std::string_view, 5> ddl{"ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE"};
    return !words.empty() && std::ranges::find(ddl, words.front().key) != ddl.end();
}

/// Run again, it is refused because what it names is not there, which may have other reasons.
bool takes_a_name_away(const dialect::Statement& statement) {
    const std::vector<dialect::SqlWord> words = dialect::sql_words(statement.sql);
    return std::ranges::any_of(
        words, [](const dialect::SqlWord& word) { return word.key == "RENAME" || word.key == "CHANGE"; });
}

std::string hash_of(const dialect::Statement& statement, const dialect::Compiler& compiler) {
    StatementHash hash;
    hash.add(statement, compiler);
    return hash.hex();
}

} // namespace

OpenStep::OpenStep(const Settings& settings, std::size_t longest_id, dialect::Connection& connection,
                   const dialect::Compiler& compiler, const dialect::Traits& traits)
    : name_(settings.context.version_table + "_orch_open"), schema_(settings.context.version_table_schema),
      id_width_(std::max(longest_id, longest_name)), connection_(connection), compiler_(compiler),
      retries_(traits.transactional_ddl ? 0 : settings.lock_retries),
      transactional_(traits.transactional_ddl), stays_(settings.journal.value_or(!traits.transactional_ddl)) {
}

std::optional<Interrupted> OpenStep::interrupted() {
    if (!connection_.has_table(name_, schema_)) return std::nullopt;
    sql::Select select;
    const auto named = [&](const char* name) {
        return sql::make({sql::ColumnRef{schema_, name_, name, nullptr, false}});
    };
    for (const char* name : {"revision", "direction", "state", "statement_hash"})
        select.columns.push_back(named(name));
    select.from = {sql::Source{reference()}};
    select.order_by.push_back(named("statement"));
    const sql::Result result =
        connection_.execute(compiler_.compile(std::move(select), dialect::Values::literals));
    if (result.rows.empty()) return std::nullopt;
    used_ = true;
    Interrupted left;
    for (const auto& row : result.rows) {
        left.revision = std::get<std::string>(row[0]);
        left.direction = std::get<std::string>(row[1]) == word_of(graph::Step::downgrade)
                             ? graph::Step::downgrade
                             : graph::Step::upgrade;
        left.doubtful = std::get<std::string>(row[2]) == running;
        left.hashes.push_back(std::get<std::string>(row[3]));
    }
    return left;
}

void OpenStep::create_table() {
    if (connection_.has_table(name_, schema_)) return;
    ops::CreateTable create;
    create.table.name = name_;
    create.table.schema = schema_;
    create.table.columns = {column("statement", "BigInteger", 0), column("revision", "String", id_width_),
                            column("direction", "String", longest_word),
                            column("state", "String", longest_word),
                            column("statement_hash", "String", longest_hash)};
    create.table.constraints.emplace_back(schema::PrimaryKey{name_ + "_pkc", {"statement"}, {}, {}, {}});
    create.if_not_exists = !transactional_; // as of the journal
    for (const dialect::Statement& statement :
         compiler_.compile({std::move(create), {}}, dialect::Values::literals))
        connection_.execute(statement);
}

void OpenStep::begin(const graph::Step& step, std::optional<Interrupted> left) {
    step_ = step;
    left_ = std::move(left);
    number_ = 0;
    uncommitted_.clear();
    if (transactional_) done_ = 0; // elsewhere answers of the step before may still come
    if (left_) is_done(left_->hashes.size() - (left_->doubtful ? 1 : 0));
}

sql::Result OpenStep::run(const dialect::Statement& statement, const Execute& execute,
                          const dialect::Answer* later) {
    ++number_;
    const std::string hash = hash_of(statement, compiler_);
    if (left_ && number_ <= left_->hashes.size()) {
        if (left_->hashes[number_ - 1] != hash)
            throw Error(Fault::script, fmt::format("statement {} is not the one that ran here before the "
                                                   "interruption of this revision",
                                                   number_))
                .at(statement.origin)
                .sql(statement.sql)
                .hint("give the revision its earlier text back; or mend the database by hand and say what "
                      "holds with 'orch resolve --applied' or '--rolled-back'");
        if (number_ <= done_) return {{}, {}, -1, {}, {}};
        return run_again(statement, execute);
    }
    if (!by_themselves()) {
        uncommitted_.push_back(hash);
        return execute(statement);
    }
    if (later && !transactional_ && commits_first(statement)) {
        send_written_down(statement, hash, *later);
        return {{}, {}, -1, {}, {}};
    }
    if (!transactional_) ensure_transaction();
    create_table_late();
    return run_written_down(statement, hash);
}

// Whatever of it is done when all ends, its rows tell. The first that fails ends the rest. Of a statement
// that is refused when it runs again, without saying why, it is also written down when it is done: little
// time is left then in which it is in doubt.
void OpenStep::send_written_down(const dialect::Statement& statement, const std::string& hash,
                                 const dialect::Answer& later) {
    const auto failed = [this, note = later.failed, number = number_](Error& error) {
        if (note) note(error);
        remove(number);
    };
    const auto again = [this, attempt = 0](const Error& error) mutable { return pause(error, ++attempt); };
    const auto done = [this, number = number_, revision = step_.revision](const sql::Result&) {
        done_ = number;
        done_revision_ = revision;
    };
    connection_.rolls_back(statement); // it may change what is known of a table
    if (!std::exchange(sending_, true) && !connection_.in_transaction()) connection_.begin(true);
    if (number_ == 1)
        write_first(hash);
    else
        write(number_, hash, running);
    connection_.send(statement, {done, failed, again});
    if (takes_a_name_away(statement)) mark_done(number_);
}

// Where the transaction that ends the step before is still open, the row is part of it. Now and then it is
// not, so that the server can begin.
void OpenStep::write_first(const std::string& hash) {
    constexpr int most_together = 16;
    if (!commit_ || ++together_ % most_together == 0) {
        finish();
        return write(number_, hash, running);
    }
    if (rows_ == 1) {
        sql::Update update;
        update.table = reference();
        for (auto& [name, content] : row(number_, hash, running))
            update.values.push_back({std::move(name), std::move(content)});
        update.where = is_statement(number_);
        execute(std::move(update));
        used_ = true;
    } else {
        if (rows_ > 1) remove_rows();
        write(number_, hash, running);
    }
    std::exchange(commit_, nullptr)();
}

// The three go to the server together where it takes them so; then they are waited for. Rows of a table
// without transactions stay whatever happens to ours: what is written down of them must stay as well, before
// and after.
sql::Result OpenStep::run_written_down(const dialect::Statement& statement, const std::string& hash) {
    const bool rolls_back = connection_.rolls_back(statement);
    write(number_, hash, running);
    if (!rolls_back) connection_.commit();
    sql::Result result;
    bool failed = false;
    try {
        patiently(statement, [&] {
            failed = false;
            connection_.send(statement, {[&](const sql::Result& found) { result = found; },
                                         [&](Error&) { failed = true; }});
            if (rolls_back) mark_done(number_);
            connection_.flush();
        });
    } catch (const Error&) {
        if (failed && rolls_back) remove(number_);
        throw;
    }
    if (!rolls_back) {
        ensure_transaction();
        mark_done(number_);
        connection_.commit();
    }
    is_done(number_);
    return result;
}

void OpenStep::is_done(std::size_t number) {
    done_ = number;
    done_revision_ = step_.revision;
}

/// A statement that waited too long for others had no effect where its transaction is still there.
void OpenStep::patiently(const dialect::Statement& statement, const std::function<void()>& attempt) {
    const bool inside = connection_.in_transaction();
    for (int count = 1;; ++count) {
        try {
            return attempt();
        } catch (const Error& error) {
            const bool nothing_lost = connection_.in_transaction() == inside || commits_first(statement);
            if (!nothing_lost || !pause(error, count)) throw;
        }
    }
}

bool OpenStep::pause(const Error& error, int attempt) const {
    if (error.fault() != Fault::busy || attempt > retries_) return false;
    const auto time = shortest_pause * (1 << std::min(attempt - 1, 6));
    log::warning("orch.runner", fmt::format("{}; trying again in {} ms ({} of {})", error.message(),
                                            time.count(), attempt, retries_));
    std::this_thread::sleep_for(time);
    return true;
}

void OpenStep::create_table_late() {
    if (transactional_ && !used_) create_table();
}

void OpenStep::before_commit() {
    if (uncommitted_.empty()) return;
    create_table_late();
    std::size_t at = done_;
    for (const std::string& hash : uncommitted_) write(++at, hash, finished);
    uncommitted_.clear();
    is_done(number_);
}

sql::Result OpenStep::run_again(const dialect::Statement& statement, const Execute& execute) {
    if (!connection_.rolls_back(statement))
        throw Error(
            Fault::database,
            fmt::format("statement {} of revision '{}' was under way when an earlier run ended, and its "
                        "table knows no transactions: how many of its rows are there is not known",
                        number_, step_.revision))
            .at(statement.origin)
            .sql(statement.sql)
            .hint("look into the table; do the rest of the revision by hand and say 'orch resolve "
                  "--applied', or "
                  "take all of it back and say 'orch resolve --rolled-back'");
    sql::Result result;
    try {
        result = execute(statement);
    } catch (Error& error) {
        if (!is_single(statement.sql) || !connection_.is_done_already(error)) {
            error.note(
                fmt::format("this statement, the {}. of the revision, was under way when an earlier run "
                            "ended; whether it took effect is not known",
                            number_));
            throw;
        }
    }
    mark_done(number_);
    is_done(number_);
    return result;
}

void OpenStep::ensure_transaction() {
    finish();
    if (!connection_.in_transaction()) connection_.begin(true);
}

void OpenStep::end_later(std::function<void()> commit) {
    commit_ = std::move(commit);
    rows_ = used_ ? number_ : 0;
}

void OpenStep::finish() {
    sending_ = false;
    if (!commit_) return;
    end();
    std::exchange(commit_, nullptr)();
    connection_.dispatch();
}

void OpenStep::remove_rows() {
    sql::Delete remove;
    remove.table = reference();
    execute(std::move(remove));
}

void OpenStep::end() {
    if (!used_) return;
    used_ = false;
    if (stays_) return remove_rows();
    ops::DropTable drop;
    drop.table = name_;
    drop.schema = schema_;
    for (const dialect::Statement& statement :
         compiler_.compile({std::move(drop), {}}, dialect::Values::literals))
        connection_.execute(statement);
}

void OpenStep::execute(const sql::Query& query) {
    connection_.send(compiler_.compile(query, dialect::Values::literals), {});
}

std::vector<std::pair<std::string, sql::ExpressionPtr>> OpenStep::row(std::size_t at, const std::string& hash,
                                                                      const char* state) const {
    return {{"statement", number(at)},
            {"revision", value(step_.revision)},
            {"direction", value(std::string(word_of(step_.kind)))},
            {"state", value(std::string(state))},
            {"statement_hash", value(hash)}};
}

sql::ExpressionPtr OpenStep::is_statement(std::size_t at) const {
    return sql::make({sql::Binary{
        "=", sql::make({sql::ColumnRef{schema_, name_, "statement", nullptr, false}}), number(at)}});
}

void OpenStep::write(std::size_t at, const std::string& hash, const char* state) {
    used_ = true;
    sql::Insert insert;
    insert.table = reference();
    for (auto& [name, content] : row(at, hash, state)) {
        insert.columns.push_back(std::move(name));
        insert.types.emplace_back();
        if (insert.rows.empty()) insert.rows.emplace_back();
        insert.rows.front().push_back(std::move(content));
    }
    execute(std::move(insert));
}

void OpenStep::mark_done(std::size_t at) {
    sql::Update update;
    update.table = reference();
    update.values = {{"state", value(std::string(finished))}};
    update.where = is_statement(at);
    execute(std::move(update));
}

/// The statement failed: it had no effect. The one before it had.
void OpenStep::remove(std::size_t at) {
    try {
        if (at > 1) mark_done(at - 1);
        sql::Delete remove;
        remove.table = reference();
        remove.where = is_statement(at);
        execute(std::move(remove));
        connection_.flush();
    } catch (const Error& error) {
        // The connection may be gone with the statement; then it stays in doubt.
        log::debug("orch.runner", error.message());
    }
}

} // namespace orch::runner
