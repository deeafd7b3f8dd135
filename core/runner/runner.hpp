// Moves one database along one tree of revisions: upgrade, downgrade, stamp, and the same as SQL text. Reads
// the version table, asks the graph for the steps, runs their scripts through the dialect and writes the
// version rows, so that at every instant the table says what the schema is. Knows nothing of ini files; fleet
// makes Settings from them.
#pragma once

#include "base/url.hpp"
#include "dialect/plugin.hpp"
#include "graph/graph.hpp"
#include "ops/model.hpp"
#include "script/script.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace orch::runner {

struct Found; // health.hpp

/// The scripts of an environment and the graph that they make. Loaded once, not changed afterwards.
class ORCH_API Tree {
  public:
    /// Scans the version locations. Throws as script::scan and graph::RevisionMap do.
    explicit Tree(const script::Settings& settings);
    const graph::RevisionMap& graph() const { return graph_; }
    const std::vector<script::RevisionFile>& files() const { return files_; }
    /// Throws as RevisionMap::get for an id that is not there.
    const script::RevisionFile& file(std::string_view id) const;
    /// In bytes; what the version table must have room for.
    std::size_t longest_id() const;

  private:
    std::vector<script::RevisionFile> files_;
    graph::RevisionMap graph_;
    mutable std::once_flag indexed_;                                  // several threads may ask
    mutable std::unordered_map<std::string_view, std::size_t> by_id_; // made when first asked
};

/// What decides how one environment's database is moved; the ini's keys and what an env.py configured.
struct Settings {
    std::string environment; ///< its name, for messages
    std::string logger = "orch.runner";
    bool announces = true; ///< the log names each step; a replay into a scratch database is nobody's news
    Url url;
    std::vector<std::pair<std::string, std::string>> connect_args;
    bool transaction_per_migration = true; ///< else one transaction for the run
    bool version_table_pk = true;
    /// Whether who ran what and when is written beside the version table; not said: where DDL cannot be
    /// rolled back.
    std::optional<bool> journal;
    bool journal_downgrades = false; ///< the journal keeps the text of each revision's downgrade
    /// Whether a script's statements in a transaction go to the server without waiting for the answer to
    /// each, where the dialect can; then an error comes later than the line that it names.
    bool pipeline = false;
    /// Where --sql makes a database of its own to replay the revisions in, for scripts that read.
    std::optional<Url> shadow;
    bool rebuild_outside_batch = true; ///< dialect::ConnectOptions has it
    /// How often a transaction is tried again that had to wait for locks of others in the database.
    int lock_retries = 3;
    /// Of each statement; a revision may say otherwise.
    dialect::Timeouts timeouts{std::nullopt, std::nullopt, false};
    /// How long to wait for the lock that another run holds; zero: not at all.
    std::chrono::milliseconds lock_wait = std::chrono::minutes(5);
    script::Settings scripts;
    /// The command that runs revisions which orch cannot run; Alembic's words are put behind it.
    std::optional<std::string> fallback;
    /// What an env.py executed on its connection first (`SET search_path ...`), in order.
    std::vector<std::pair<sql::Query, Place>> session_statements;
    /// Asked before each operation; throws where this environment may not do it.
    std::function<void(const ops::Operation&)> permit;
    /// Told of each step, inside of its transaction.
    std::function<void(const script::AppliedStep& step, script::Database& database)> version_applied;
    /// For those who watch a run: told of each step when it begins (without SQL) and of each of its
    /// statements.
    std::function<void(std::string_view revision, std::string_view sql)> watch;
    script::Context context; ///< holds version_table and version_table_schema
};

/// What a command shall do to the versions.
struct Move {
    enum Kind { upgrade, downgrade, stamp } kind = upgrade;
    std::vector<std::string> targets; ///< of a downgrade one
    bool purge = false;               ///< of a stamp: all rows go first, whatever they are
};

/// Which steps of a move are carried out, where it is not all of them.
struct Portion {
    std::vector<std::string> revisions; ///< of those that come first, these; the first other one ends it
    /// The move must begin with exactly these, and the version rows must be `current`: what was planned. Else
    /// nothing is done and Error(graph) says that the state has changed.
    bool exactly = false;
    std::vector<std::string> current;
};

/// What a step would send to the database.
struct PlannedStatement {
    std::string sql;
    bool transactional = true; ///< false: it runs outside of the step's transaction
    Place origin;
    std::vector<dialect::Impact> impact; ///< on tables that are there now
};
struct PlannedStep {
    graph::Step step;
    std::string title;       ///< as describe() says it
    std::string script_hash; ///< of the revision's code; "" of a stamp
    std::vector<PlannedStatement> statements;
    std::vector<std::string> unsure; ///< what only the run itself will know: rows that the script reads
};
/// What a move would do now.
struct Preview {
    std::string url; ///< masked
    std::vector<std::string> current;
    std::vector<PlannedStep> steps;
    bool transactional_ddl = true; ///< DDL can be rolled back
    bool at_once = false;          ///< all steps are one transaction
};

/// What a command did.
struct Summary {
    graph::Plan steps;                ///< those that were carried out, in order
    std::vector<std::string> current; ///< the version rows at the end
};

/// Something that is not as it should be.
struct Finding {
    enum Mend { none, safe, asks };
    std::string kind;     ///< a word for machines; docs/journal.md lists them: "edited", "missing-file"
    std::string revision; ///< "" where it is about none
    std::string message, hint;
    std::optional<Place> place; ///< of the revision's file
    Mend mend = none;           ///< whether Session::repair() can mend it, and whether it has to ask
    std::string remedy;         ///< what repair does about it: "widen the column"
    bool harmless = false;      ///< worth telling, and not wrong
};

/// What became of a finding.
struct Repair {
    Finding finding;
    enum Outcome {
        mended,
        declined,
        failed,
        left
    } outcome = left; ///< left: there is nothing to do by itself
    std::optional<Error> error;
};

/// One environment's database, opened for reading or for changing.
class ORCH_API Session {
  public:
    enum class Access { read, write };
    /// Connects. With Access::read nothing is written, not even an empty database file. With Access::write
    /// takes the lock of the version table, waits for it as the settings say, and keeps it; throws
    /// Error(busy) when somebody else keeps it longer.
    Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect, Access access);
    /// For changing a scratch database that nobody else sees: no lock, and nothing in the log.
    Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
            std::unique_ptr<dialect::Connection> scratch);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// The database's URL with the password masked.
    std::string display_url() const;
    /// The version rows, sorted; none where the table does not exist.
    std::vector<std::string> current();

    /// Each of these runs as the settings say, in one transaction or one for each revision, rolls back what
    /// failed, and throws the failure with what is left in the notes. `tell` sees each step before it runs.
    Summary upgrade(const std::vector<std::string>& targets);
    Summary downgrade(const std::string& target);
    /// With `purge` all rows go first, whatever they are.
    Summary stamp(const std::vector<std::string>& targets, bool purge);
    /// One of the three, or a portion of its steps.
    Summary move(const Move& move, const std::optional<Portion>& portion = {});
    /// Carries these steps out, or those that are left of them: the version rows must be where one of them
    /// begins, or where the last one ends. Throws Error(graph) where they are elsewhere.
    Summary carry_on(const graph::Plan& steps, const std::vector<std::string>& from);
    /// Takes back what a run has done: its steps the other way round, from the last one on.
    Summary take_back(const graph::Plan& done);
    /// The steps that this session has carried out and committed, also where it failed behind them.
    const graph::Plan& carried_out() const;
    /// The steps of a move from where the database stands. Writes nothing.
    graph::Plan plan(const Move& move);
    /// The same with their statements, from the database as it is. Writes nothing.
    Preview preview(const Move& move);
    /// The revision in whose middle an earlier run ended, where statements commit by themselves.
    std::optional<std::string> interrupted();
    /// Finishes that revision, without running again what is done. Nothing where there is none.
    Summary resume();
    /// Takes the user's word for that revision: that it was mended by hand and is applied (or, of a
    /// downgrade, taken back), or that nothing is left of what was done. Throws Error(graph) for another one.
    Summary resolve(const std::string& revision, bool applied);
    /// Compares tree, version table, journal and what the database says of itself. Writes nothing. Nothing is
    /// wrong with a database that does not exist.
    std::vector<Finding> validate();
    /// Mends what validate() finds; what may be done in more than one way only where `agree` says so. Each by
    /// itself: one that fails leaves the others.
    std::vector<Repair> repair(const std::function<bool(const Finding&)>& agree);
    /// Creates the version table where it is missing; true when it did.
    bool ensure_version();

    /// What the database holds; nothing where it does not exist yet.
    schema::Catalog reflect(const dialect::ReflectOptions& options);
    /// As dialect::Connection::normalize; in a scratch database where this one does not exist yet.
    std::vector<schema::Table> normalize(const std::vector<schema::Table>& tables);
    const dialect::Dialect& dialect() const;

  private:
    struct Implementation;
    Repair mend(const Found& found);
    std::unique_ptr<Implementation> self_;
};

/// Who holds the lock of an environment's version table, if anybody does. Takes nothing, writes nothing.
ORCH_API std::optional<dialect::Holder> lock_holder(const Settings& settings,
                                                    const dialect::Dialect& dialect);
/// Ends the database session that holds it. False where only the holder's process can be ended.
ORCH_API bool end_lock_holder(const Settings& settings, const dialect::Dialect& dialect);
/// This process, with the present as its beginning.
ORCH_API dialect::Holder this_process();
/// "2024-05-02 09:30:00 UTC"
ORCH_API std::string utc(std::chrono::system_clock::time_point time);
/// "ann@web1, process 4711, since 2024-05-02 09:30:00 UTC"
ORCH_API std::string describe(const dialect::Holder& holder);

/// The tables at one point of a tree's history.
struct Snapshot {
    ops::Model model;
    std::vector<std::string> gaps; ///< "revision 'ae10': ...": what of the history could not be replayed
};

/// What the tables are at each revision, worked out without a database: the upgrades of the revisions below
/// are run and their operations applied to a model. Each is run once, when somebody first asks, and
/// remembered.
class ORCH_API Past {
  public:
    /// All must outlive it. The tree is asked for when it is first needed.
    Past(const Settings& settings, std::function<const Tree&()> tree, const dialect::Dialect& dialect);
    ~Past();
    /// After all of these and everything below them; those that are not in the tree are left out.
    const Snapshot& after(const std::vector<std::string>& revisions);
    /// After everything below this one.
    const Snapshot& before(const std::string& revision);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

/// Takes a piece of SQL text, in order.
using Output = std::function<void(std::string_view)>;

/// The SQL that upgrade, downgrade and stamp would run, as one script with its transactions and version rows,
/// without a database. `from`: the versions that the script starts from (none: base).
ORCH_API void upgrade_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                          const std::vector<std::string>& from, const std::vector<std::string>& targets,
                          const Output& output);
ORCH_API void downgrade_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                            const std::vector<std::string>& from, const std::string& target,
                            const Output& output);
ORCH_API void stamp_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                        const std::vector<std::string>& from, const std::vector<std::string>& targets,
                        const Output& output);
ORCH_API void ensure_version_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                                 const Output& output);

/// The SQL of one revision file's upgrade() or downgrade() alone, without version rows: `show --sql`. Nothing
/// for a function that is missing. `settings` may be without a URL; `past` is of the same tree and dialect,
/// and serves a script that looks at its tables.
ORCH_API void revision_sql(const Settings& settings, Past& past, const script::RevisionFile& file,
                           script::Direction direction, const dialect::Dialect& dialect,
                           const Output& output);

/// "upgrade 1975ea83b712 -> ae1027a6acf, Add a column": a step as the log shows it.
ORCH_API std::string describe(const graph::Step& step, const Tree& tree);

} // namespace orch::runner
