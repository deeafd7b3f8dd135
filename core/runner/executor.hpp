// The one place through which statements leave: online they run, offline they are written. Both are the
// Database that a running script sees.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/runner.hpp"
#include "runner/statement_hash.hpp"
#include "script/script.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace orch::runner {

/// Stands between a script's statements and the connection, where each must be written down.
class Guard {
  public:
    using Execute = std::function<sql::Result(const dialect::Statement&)>;
    virtual ~Guard();
    /// `later`: what becomes of its answer where nobody waits for it; null where somebody does.
    virtual sql::Result run(const dialect::Statement& statement, const Execute& execute,
                            const dialect::Answer* later) = 0;
    /// The script's transaction is committed before its end.
    virtual void before_commit() = 0;
    /// Something else than run() comes next, and its answer is waited for.
    virtual void finish() = 0;
};

/// Takes operations and statements; opens, commits and rolls back transactions.
class Executor : public script::Database {
  public:
    /// Both must outlive it.
    Executor(const dialect::Dialect& dialect, const Settings& settings);

    void apply(const ops::Operation& operation) override;
    std::string dialect_name() const override;
    std::vector<std::string> dialect_names() const override;
    bool backslash_escapes() const override;
    std::string fitting_name(std::string name) const override;
    bool supports_sequences() const override { return traits().sequences; }
    std::string quoted(std::string_view name) const override { return compiler().quote(name); }
    std::optional<std::string> written(const sql::Query& query, bool literals) const override {
        return dialect::written(compiler(), query, literals);
    }
    std::string written(const schema::Type& type) const override { return compiler().type(type); }
    std::string standard(const schema::Type& type) const override { return dialect::standard_type(type); }

    /// From here on what scripts do counts in this hash; null: no more.
    void hash_into(StatementHash* hash) { hash_ = hash; }
    /// From here on what changes the database goes through this guard; null: no more.
    void guard_with(Guard* guard) { guard_ = guard; }

    virtual void begin() = 0;
    virtual void commit() = 0;
    /// The rows changed, or -1 where nobody can say.
    virtual std::int64_t run(const dialect::Statement& statement) = 0;
    /// Runs a statement of orch's own; it need not have run yet when this comes back.
    virtual void queue(const dialect::Statement& statement, const dialect::Answer& answer);
    /// Says no notes of statements.
    void say_nothing() { quiet_ = true; }
    /// What runs from here on and in which file it stands, for errors that come later.
    void running(std::string what, std::string file) {
        running_ = std::move(what);
        file_ = std::move(file);
    }
    /// A line for the reader of an SQL script; nothing online.
    virtual void comment(const std::string& text) = 0;

    virtual const dialect::Compiler& compiler() const { return dialect_.compiler(); }
    const dialect::Traits& traits() const { return dialect_.traits(); }

  protected:
    virtual dialect::Values values() const = 0;
    /// Runs or writes an operation's statements.
    virtual void perform(const ops::Operation& operation) = 0;
    /// Says a statement's note, one that begins with "warning: " as a warning; whether there is anything to
    /// run.
    bool announce(const dialect::Statement& statement);
    /// Whether a statement that runs once in a run has run before. Remembers it.
    bool seen(const dialect::Statement& statement);

    StatementHash* hash_ = nullptr;
    Guard* guard_ = nullptr;
    std::string running_, file_;
    bool quiet_ = false;
    const dialect::Dialect& dialect_;
    const Settings& settings_;
    std::set<std::string> said_, once_;
};

/// Runs statements on a connection.
class Online : public Executor {
  public:
    Online(const dialect::Dialect& dialect, dialect::Connection& connection, const Settings& settings);
    /// The one that fits the server.
    const dialect::Compiler& compiler() const override;

    void begin() override;
    void commit() override;
    std::int64_t run(const dialect::Statement& statement) override;
    void queue(const dialect::Statement& statement, const dialect::Answer& answer) override;
    void comment(const std::string&) override {}
    /// commit(), where another transaction follows; `committed` is called when it is known.
    void commit_later(const std::function<void()>& committed);
    void rollback() noexcept { connection_.rollback(); }
    bool in_transaction() const { return connection_.in_transaction(); }
    /// Whether a script ended the transaction that begin() began (`COMMIT`, autocommit_block()): what it did
    /// before that can no longer be rolled back.
    bool ended_by_script() const { return ended_by_script_; }

    sql::Result execute(const sql::Query& query, const Place& origin) override;
    bool offline() const override { return false; }
    bool has_table(std::string_view table, const std::optional<std::string>& schema,
                   const Place& origin) override;
    std::vector<std::string> table_names(const std::optional<std::string>& schema,
                                         const Place& origin) override;
    schema::Catalog reflect(const std::optional<std::string>& schema, const std::vector<std::string>& tables,
                            const Place& origin) override;
    std::string server_version() override { return connection_.server_version(); }
    void autocommit(bool on, const Place& origin) override;

  private:
    dialect::Values values() const override { return dialect::Values::parameters; }
    void perform(const ops::Operation& operation) override;
    /// The journal and what else stands beside the version table: a script that goes over all tables has not
    /// heard of them, and would drop them.
    bool is_orchs_own(std::string_view table) const;
    enum class Wait { yes, no };
    sql::Result send(const dialect::Statement& statement, Wait wait = Wait::yes);
    /// For an answer that nobody waits for: a failure has the note of what was running.
    dialect::Answer noted() const;
    /// Before anything that a script may catch: an error of what was sent before must not be taken for its
    /// own. Thrown again by all that follows, where the script has caught it all the same.
    void catch_up();
    bool wanted(const dialect::Statement& statement);
    sql::Result carry(const dialect::Statement& statement, Wait wait);

    dialect::Connection& connection_;
    bool ended_by_script_ = false;
    std::optional<Error> late_;
};

/// Writes statements as an SQL script. What a script asks about tables is answered from the operations; rows
/// are not known, and where a script reads them the SQL says so in a comment that begins with "-- orch:".
class Offline : public Executor {
  public:
    /// `before`: what is there before the first operation; asked when a script first wants to know. It and
    /// the others must outlive this.
    Offline(const dialect::Dialect& dialect, const Output& output, const Settings& settings,
            std::function<const Snapshot&()> before);

    void begin() override;
    void commit() override;
    std::int64_t run(const dialect::Statement& statement) override;
    void comment(const std::string& text) override;

    /// From here on what is written also runs there, and what scripts ask is answered from there. Outlives
    /// this.
    void replay_in(Online& shadow) { shadow_ = &shadow; }

    /// What is written is one revision alone, for people to read: its transaction is there, and only an
    /// autocommit block shows it; what the database has no statement for is written as the standard says it.
    void inside_a_transaction() { alone_ = true; }

    /// What loses something of a column because neither the script nor the revisions below say what it has is
    /// an error, where it would else be a warning.
    void refuse_losses() { refuses_losses_ = true; }

    sql::Result execute(const sql::Query& query, const Place& origin) override;
    void assume_no_rows(const std::string& query, const Place& origin) override;
    bool offline() const override { return true; }
    bool has_table(std::string_view table, const std::optional<std::string>& schema,
                   const Place& origin) override;
    std::vector<std::string> table_names(const std::optional<std::string>& schema,
                                         const Place& origin) override;
    schema::Catalog reflect(const std::optional<std::string>& schema, const std::vector<std::string>& tables,
                            const Place& origin) override;
    std::string server_version() override { return shadow_ ? shadow_->server_version() : std::string(); }
    void autocommit(bool on, const Place& origin) override;

  protected:
    /// Takes a statement of a script's or of orch's own.
    virtual void write(const dialect::Statement& statement);
    /// A remark of orch's own, said once.
    virtual void mark(const std::string& text);

  private:
    dialect::Values values() const override { return dialect::Values::literals; }
    void perform(const ops::Operation& operation) override;
    std::vector<dialect::Statement> compile(const ops::Operation& operation);
    /// The standard's statements for what compile() refused, with a remark; empty where there are none.
    std::vector<dialect::Statement> for_readers(const ops::Operation& operation, const Error& refusal);
    std::optional<schema::Table> table_now(const std::string& name, const ops::Schema& schema);
    bool complete_columns(ops::Batch& batch);
    /// The operation with what the model knows and it does not say.
    std::optional<ops::Operation> completed(const ops::Operation& operation);
    void remember(const ops::Action& action);
    /// The tables as they are now, for an answer to a script.
    const ops::Model& model();
    const Output& output_;
    std::function<const Snapshot&()> before_;
    Online* shadow_ = nullptr;
    std::optional<ops::Model> model_;     ///< once a script wanted to know
    std::vector<ops::Action> operations_; ///< until then: what it has to catch up with
    std::set<std::string> marked_;
    bool alone_ = false, refuses_losses_ = false;
    bool open_ = false;   ///< a BEGIN was written and no COMMIT since
    bool reopen_ = false; ///< the autocommit block ended a transaction
};

} // namespace orch::runner
