#include "runs/runs.hpp"

#include "base/text.hpp"
#include "runs/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace orch::runs {

namespace {

constexpr std::array words = {"waiting", "running", "done", "failed"};
constexpr std::array moves = {"upgrade", "downgrade", "stamp"};
constexpr std::int64_t name_length = 255;

std::string text_of(const sql::Datum& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* bytes = std::get_if<sql::Bytes>(&value)) return bytes->bytes;
    return {};
}
std::int64_t number_of(const sql::Datum& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

schema::Column column(const char* name, const char* type, std::int64_t length, bool key) {
    schema::Column made;
    made.name = name;
    made.type.name = type;
    if (length > 0) made.type.length = length;
    made.nullable = !key;
    made.autoincrement = schema::Autoincrement::no;
    return made;
}

ops::CreateTable runs_table() {
    ops::CreateTable create;
    create.if_not_exists = true;
    create.table.name = "orch_runs";
    create.table.columns = {
        column("id", "BigInteger", 0, true),     column("started_at", "String", 32, true),
        column("ended_at", "String", 32, false), column("run_by", "String", name_length, true),
        column("kind", "String", 32, true),      column("revisions", "Text", 0, true),
        column("purge", "BigInteger", 0, true)};
    create.table.constraints.emplace_back(schema::PrimaryKey{"orch_runs_pkc", {"id"}, {}, {}, {}});
    return create;
}

ops::CreateTable targets_table() {
    ops::CreateTable create;
    create.if_not_exists = true;
    create.table.name = "orch_run_targets";
    create.table.columns = {
        column("run", "BigInteger", 0, true),        column("position", "BigInteger", 0, true),
        column("name", "String", name_length, true), column("state", "String", 32, true),
        column("steps", "Text", 0, false),           column("error", "Text", 0, false)};
    create.table.constraints.emplace_back(
        schema::PrimaryKey{"orch_run_targets_pkc", {"run", "name"}, {}, {}, {}});
    return create;
}

std::string who() {
    dialect::Holder self = runner::this_process();
    self.since.clear();
    return runner::describe(self).substr(0, static_cast<std::size_t>(name_length));
}

/// Keeps a transaction that failed from staying open.
class Transaction {
  public:
    explicit Transaction(dialect::Connection& connection) : connection_(connection) {
        connection_.begin(true);
    }
    ~Transaction() {
        if (connection_.in_transaction()) connection_.rollback();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() { connection_.commit(); }

  private:
    dialect::Connection& connection_;
};

/// Tries again while another process makes the tables: SQLite gives up at once where two wait for each other.
template <class Action>
auto patiently(Action action) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + std::chrono::seconds(5);
    for (;;) {
        try {
            return action();
        } catch (const Error& error) {
            if (error.fault() != Fault::busy || Clock::now() >= end) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace

const char* word(Target::State state) { return words[state]; }

std::size_t Run::count(Target::State state) const {
    return static_cast<std::size_t>(std::ranges::count(targets, state, &Target::state));
}

Record::Record(const Url& url, const dialect::Dialect& dialect, bool writing)
    : dialect_(dialect), connection_(patiently([&] {
          return dialect.connect(url, {!writing, {}, true});
      })) {
    if (writing) patiently([this] { create_tables(); });
    if (connection_ && !connection_->has_table("orch_run_targets", std::nullopt)) connection_.reset();
}

void Record::create_tables() {
    if (connection_->has_table("orch_run_targets", std::nullopt)) return;
    for (const ops::CreateTable& table : {runs_table(), targets_table()})
        for (const dialect::Statement& statement :
             dialect_.compiler().compile({table, {}}, dialect::Values::literals))
            connection_->execute(statement);
}

void Record::execute(const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    connection_->execute(statement);
}

std::vector<std::vector<sql::Datum>> Record::rows(const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    statement.reads = true;
    return connection_->execute(statement).rows;
}

std::int64_t Record::begin(const runner::Move& move, const std::vector<std::string>& targets) {
    const std::lock_guard guard(mutex_);
    constexpr int most_attempts = 20; // another process may take the same number
    for (int attempt = 1;; ++attempt) {
        try {
            Transaction transaction(*connection_);
            const auto last = rows("SELECT max(id) FROM orch_runs");
            const std::int64_t id = number_of(last.front().front()) + 1;
            execute(
                fmt::format("INSERT INTO orch_runs (id, started_at, run_by, kind, revisions, purge) VALUES "
                            "({}, {}, {}, '{}', {}, {})",
                            id, text(runner::utc(std::chrono::system_clock::now())), text(who()),
                            moves[move.kind], text(join(move.targets, "\n")), move.purge ? 1 : 0));
            for (std::size_t at = 0; at < targets.size(); ++at)
                execute(
                    fmt::format("INSERT INTO orch_run_targets (run, position, name, state) VALUES ({}, {}, "
                                "{}, 'waiting')",
                                id, at, text(targets[at])));
            transaction.commit();
            return id;
        } catch (const Error&) {
            if (attempt == most_attempts) throw;
        }
    }
}

void Record::begin(std::int64_t run, const std::string& target, const std::vector<std::string>& from,
                   const graph::Plan& steps) {
    const std::lock_guard guard(mutex_);
    execute(
        fmt::format("UPDATE orch_run_targets SET state = 'running', error = NULL, steps = {} WHERE run = {} "
                    "AND name = {}",
                    text(written({from, steps})), run, text(target)));
}

void Record::end(std::int64_t run, const std::string& target, const std::optional<Error>& error) {
    const std::lock_guard guard(mutex_);
    execute(fmt::format("UPDATE orch_run_targets SET state = '{}', error = {} WHERE run = {} AND name = {}",
                        error ? "failed" : "done", error ? text(render(*error)) : "NULL", run, text(target)));
}

void Record::end(std::int64_t run) {
    const std::lock_guard guard(mutex_);
    execute(fmt::format("UPDATE orch_runs SET ended_at = {} WHERE id = {}",
                        text(runner::utc(std::chrono::system_clock::now())), run));
}

void Record::reopen(std::int64_t run) {
    const std::lock_guard guard(mutex_);
    execute(fmt::format("UPDATE orch_runs SET ended_at = NULL WHERE id = {}", run));
}

Run Record::read(const std::vector<sql::Datum>& row, bool with_steps) {
    Run run;
    run.id = number_of(row[0]);
    run.started_at = text_of(row[1]);
    run.ended_at = text_of(row[2]);
    run.run_by = text_of(row[3]);
    const std::string kind = text_of(row[4]);
    run.move.kind = kind == "downgrade" ? runner::Move::downgrade
                    : kind == "stamp"   ? runner::Move::stamp
                                        : runner::Move::upgrade;
    run.move.targets = split(text_of(row[5]), '\n');
    run.move.purge = number_of(row[6]) != 0;
    for (const auto& found : rows(
             fmt::format("SELECT name, state, error{} FROM orch_run_targets WHERE run = {} ORDER BY position",
                         with_steps ? ", steps" : "", run.id))) {
        Target& target = run.targets.emplace_back();
        target.name = text_of(found[0]);
        const auto at = std::ranges::find(words, text_of(found[1]));
        target.state = static_cast<Target::State>(at == words.end() ? 0 : at - words.begin());
        target.error = text_of(found[2]);
        const std::string steps = with_steps ? text_of(found[3]) : "";
        if (steps.empty()) continue;
        Frozen frozen = read_frozen(steps);
        target.from = std::move(frozen.from);
        target.steps = std::move(frozen.steps);
    }
    return run;
}

namespace {
constexpr const char* select_runs =
    "SELECT id, started_at, ended_at, run_by, kind, revisions, purge FROM orch_runs";
}

std::vector<Run> Record::all() {
    const std::lock_guard guard(mutex_);
    std::vector<Run> found;
    if (!connection_) return found;
    for (const auto& row : rows(fmt::format("{} ORDER BY id DESC", select_runs)))
        found.push_back(read(row, false));
    return found;
}

Run Record::get(std::int64_t id) {
    const std::lock_guard guard(mutex_);
    const auto found = connection_ ? rows(fmt::format("{} WHERE id = {}", select_runs, id))
                                   : std::vector<std::vector<sql::Datum>>();
    if (!found.empty()) return read(found.front(), true);
    throw Error(Fault::usage, fmt::format("no run {} was recorded", id)).hint("'orch runs' lists them");
}

} // namespace orch::runs
