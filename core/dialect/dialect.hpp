// What a dialect plugin implements. A plugin is a shared library with one PluginInfo (plugin.hpp) whose
// create() gives a Dialect; the host asks it for a Compiler (operations to SQL, no database needed) and for
// Connections. Traits are data that the core plans around; virtual functions are what a database says
// differently. Core never asks for a dialect's name.
//
// To write one: plugins/README.md has the steps.
#pragma once

#include "base/api.hpp"
#include "base/url.hpp"
#include "dialect/lock.hpp"
#include "dialect/statement.hpp"
#include "ops/ops.hpp"
#include "schema/catalog.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch::dialect {

/// Facts that the core plans around.
struct Traits {
    std::string
        name; ///< SQLAlchemy's name of it: "sqlite", "postgresql", "mysql"; what scripts see as dialect.name
    std::string implementation;      ///< "SQLiteImpl": Alembic's log line "Context impl SQLiteImpl."
    bool transactional_ddl = true;   ///< DDL can be rolled back
    bool batch_rebuilds = false;     ///< ALTER is done by rebuilding the table
    std::size_t max_identifier = 63; ///< in bytes
    bool returns_rows = true;        ///< INSERT ... RETURNING
    bool sequences = false;          ///< CREATE SEQUENCE
    bool enum_types = false;         ///< CREATE TYPE ... AS ENUM: an enum is an object of its own
    /// A foreign key makes an index of its own name, or its first column's, where none serves it; the index
    /// stays when the key goes, and cannot go while the key needs it.
    bool foreign_keys_make_indexes = false;
    std::string begin = "BEGIN", commit = "COMMIT"; ///< as --sql writes them
    bool commits_nothing = true;                    ///< COMMIT where no transaction is open is no error
    std::string terminator = ";";
    /// The names that a `.sql` section for this database may use, the best first; none: `name` alone.
    std::vector<std::string> section_names;
    bool backslash_escapes = false;    ///< in a quoted string, of the character that follows
    std::vector<std::string> features; ///< for `orch plugins`: "transactional DDL", ...
};

/// Whether values stand in the SQL (--sql, plan) or travel beside it.
enum class Values { parameters, literals };

/// Turns operations into statements. Speaks ANSI as SQLAlchemy's default compiler does; a plugin overrides
/// what differs. Touches no connection. Its members live in compiler.hpp; this is what the runner needs of
/// it.
class ORCH_API Compiler {
  public:
    virtual ~Compiler();
    /// The statements of one operation, each with its origin. Throws Error(script) at the operation's origin
    /// for what the database cannot do, with the way out.
    virtual std::vector<Statement> compile(const ops::Operation& operation, Values values) const = 0;
    /// What the standard says for an operation that compile() refuses because the database has no statement
    /// for it: for people who want to see what a script asks for, never to be run. The default is nothing.
    virtual std::vector<Statement> standard(const ops::Operation& operation) const;
    /// A query whose rows are wanted.
    virtual Statement compile(const sql::Query& query, Values values) const = 0;
    virtual std::string quote(std::string_view identifier) const = 0; ///< quoted where it must be
    virtual std::string literal(const sql::Datum& value) const = 0;   ///< as SQL text
    virtual std::string type(const schema::Type& type) const = 0;     ///< the SQL of a column type
    /// The same for two types that the database does not tell apart, though one is told with words that the
    /// other has by default (a display width). For a first look: what differs here may still be the same.
    /// The default is type().
    virtual std::string comparable_type(const schema::Type& type) const;
    /// What alter_column needs beside the new type, as a script says it: postgresql_using where the database
    /// does not convert a column's values by itself. The default is nothing.
    virtual schema::Options conversion(const std::string& column, const schema::Type& from,
                                       const schema::Type& to) const;
    /// A default, a condition or the like, with literals in place and bare column names.
    virtual std::string expression(const schema::ExpressionPtr& expression) const = 0;
};

/// A query as text with its values in it; nothing where it has some and `literals` is not wanted.
ORCH_API std::optional<std::string> written(const Compiler& compiler, const sql::Query& query, bool literals);

/// A type's SQL by the standard, as SQLAlchemy's str() of a type; its name where the standard has none.
ORCH_API std::string standard_type(const schema::Type& type);

/// What to read of a database's schema.
struct ReflectOptions {
    std::vector<std::optional<std::string>> schemas = {std::nullopt}; ///< nothing stands for the default one
    bool all_schemas = false; ///< every schema that is not the database's own; `schemas` is not looked at
    std::vector<std::string> tables; ///< only tables and views of these names; empty: all
    bool only_tables = false;        ///< tables and views; nothing else of the catalog
};

/// Something in a database that is broken or only half there, as the database itself tells.
struct Defect {
    std::string kind;            ///< a word for machines: "invalid-index"
    std::string message;         ///< "index 'ix_account_name' of table 'account' is invalid"
    std::string hint;            ///< what a person can do
    std::string remedy;          ///< what `mend` does: "rebuild the index"; empty where nothing can be done
    std::vector<Statement> mend; ///< each runs outside of a transaction
    bool harmless = false;       ///< worth telling, and not wrong
};

/// What a statement does to those who use a table while it runs.
struct Impact {
    enum Waiting { nobody, writers, everybody };
    std::string table;
    Waiting waits = nobody;                  ///< who waits until it is done
    bool rewrites = false;                   ///< every row of the table is written anew
    bool reads_all = false;                  ///< every row is looked at
    std::optional<std::int64_t> rows, bytes; ///< of the table, about; nothing where it is not known
};

/// How long a statement may wait for locks of others, and how long it may run; nothing: as the URL or the
/// server says.
struct Timeouts {
    std::optional<std::chrono::milliseconds> lock, statement;
    bool lock_by_default = false; ///< nobody asked for `lock`: what the URL says counts for more
};

/// What becomes of a statement that was sent: one of the two is called, when its answer is there. Either may
/// be empty.
struct Answer {
    /// Gets the rows where the statement reads. May throw, which fails the statement; what was sent behind it
    /// may be done by then.
    std::function<void(const sql::Result&)> done;
    /// May add to the error that is going to be thrown.
    std::function<void(Error&)> failed;
    /// Whether a statement that failed, and had no effect, is sent once more with all that is behind it. May
    /// wait before it says so. Asked only of statements that are sent together with others.
    std::function<bool(const Error&)> again = {};
    /// How many rows the statement must change. `done` refuses another number, and nothing of what was sent
    /// behind it may be committed then.
    std::optional<std::int64_t> rows = {};
};

/// Whether a session is the one that changes a version table. `none`: the database cannot tell.
enum class Claim { none, taken, busy };

/// A session with a database. Not shared between threads, except cancel().
/// Every failure throws Error(database) with the statement, the driver's state, and no secret; a lock that
/// others hold beyond the timeout is Error(busy).
class ORCH_API Connection {
  public:
    virtual ~Connection();
    /// Runs one statement for each of its parameter sets. A Statement of several SQL statements is run as a
    /// script where it has no parameters.
    virtual sql::Result execute(const Statement& statement) = 0;
    /// Runs a statement, and may come back before the database has answered; the order of statements stays.
    /// What fails throws where somebody waits next: in flush(), or in any other call but rollback(), which
    /// all begin with it. The error has the statement that failed and its origin, and nothing behind it in
    /// the transaction was done. The default waits.
    virtual void send(const Statement& statement, const Answer& answer);
    /// Waits for all that was sent.
    virtual void flush();
    /// `write`: the transaction is going to write; takes the write lock at once where the database knows one.
    virtual void begin(bool write) = 0;
    virtual void commit() = 0;
    /// commit(), where another transaction follows: `committed` gets its answer when it is done, which may be
    /// as late as in flush(). The default waits.
    virtual void commit_later(const Answer& committed);
    /// Lets the server begin with what was sent, where send() collects it. The default does nothing.
    virtual void dispatch();
    virtual void rollback() noexcept = 0;
    virtual bool in_transaction() const = 0;
    virtual bool has_table(std::string_view table, const std::optional<std::string>& schema) = 0;
    virtual std::vector<std::string> table_names(const std::optional<std::string>& schema) = 0;
    virtual std::string server_version() = 0; ///< "3.40.1"
    /// Reads the schema, with a number of queries that does not grow with the number of tables. A table or
    /// schema that does not exist is not in the answer. Throws Error(database) where the dialect cannot read
    /// schemas, which is the default.
    virtual schema::Catalog reflect(const ReflectOptions& options);
    /// The tables as reflect() would tell them if they were made here: types, defaults and CHECKs in this
    /// database's own words. Foreign keys may be missing from the answer. They are made where nobody sees
    /// them, and nothing of them stays. A table that the database refuses throws its error. The default gives
    /// the tables back as they are.
    virtual std::vector<schema::Table> normalize(const std::vector<schema::Table>& tables,
                                                 const Compiler& compiler);
    /// Runs a statement and gives its rows: of statements that read at once, of others it may be empty.
    using Run = std::function<sql::Result(const Statement&)>;
    /// Does one operation of a script: gives its statements to `run`, in order. A dialect overrides this
    /// where it must know what is in the database (an ALTER that restates all of a column, a table made
    /// anew); what it executes by itself only reads. The default runs what the compiler makes.
    virtual void perform(const ops::Operation& operation, const Compiler& compiler, const Run& run);
    /// Whether the database refused a statement because its effect is there already: the table or column that
    /// it makes exists, the one that it drops is gone. Asked where DDL cannot be rolled back, about a
    /// statement that is run again after a crash. The default never is sure.
    virtual bool is_done_already(const Error& error) const;
    /// From here on statements wait and run no longer than this. The default does nothing.
    virtual void limit(const Timeouts& timeouts);
    /// Makes this session the only one that changes a version table, until it ends: a process that was killed
    /// may have left one that is still at its last statements, though the lock is free. `busy`: there is one.
    /// Never waits. The default is `none`.
    virtual Claim claim(const LockRequest& request);
    /// Whether what a statement changes is gone after rollback(): not of rows in a table without
    /// transactions. May read. The default is yes.
    virtual bool rolls_back(const Statement& statement);
    /// What a statement would do to the tables that exist, with their sizes, for a plan. Only reads. The
    /// default knows nothing.
    virtual std::vector<Impact> impact(const Statement& statement);
    /// The other sessions that hold locks on what a statement names, one line each: "session 4711, user ann,
    /// since 2024-05-02 09:30:00 UTC: UPDATE account ...". Asked on a connection of its own, after the
    /// statement had to wait too long. The default knows of none.
    virtual std::vector<std::string> blockers(std::string_view sql);
    /// What is broken among the objects of the default schema. Only reads. `version_table` is told as a
    /// defect where it cannot do its work (an engine without transactions). The default knows of nothing.
    virtual std::vector<Defect> defects(const std::string& version_table);
    /// The compiler for the very server that this connection found, where servers of one dialect differ;
    /// null: the dialect's own. Lives as long as the connection.
    virtual const Compiler* compiler() const;
    /// Interrupts the running statement. From any thread, from a signal's thread too.
    virtual void cancel() noexcept = 0;
};

struct ConnectOptions {
    bool read_only = false; ///< nothing may be created or written, not even the database file
    std::vector<std::pair<std::string, std::string>>
        settings; ///< `connect_args.NAME` of the ini, after the URL's query
    /// Where ALTER cannot do it (Traits::batch_rebuilds), operations outside of batch_alter_table() may make
    /// their table anew too.
    bool rebuild_outside_batch = true;
};

class ORCH_API Dialect {
  public:
    virtual ~Dialect();
    virtual const Traits& traits() const = 0;
    virtual const Compiler& compiler() const = 0;
    /// Throws Error(database): cannot be reached, with the masked URL; Error(config): an option that is not
    /// known. With read_only and a database that does not exist yet, gives null: there is nothing to read.
    virtual std::unique_ptr<Connection> connect(const Url& url, const ConnectOptions& options) const = 0;
    /// An empty database of this dialect that goes away with its connection: in memory, or made on the server
    /// of `scratch_url`, where older ones that a crash left are removed too. Throws Error(config) where it
    /// needs a `scratch_url` and there is none; the default knows no scratch databases.
    virtual std::unique_ptr<Connection> scratch(const std::optional<Url>& scratch_url) const;
    /// The dialect as one of the plugin's schemes names it, where the names differ as "mysql" and "mariadb"
    /// do. Lives as long as this one, which is the default.
    virtual const Dialect& for_scheme(std::string_view scheme) const;
    /// A text that is equal for two URLs that reach the same database (host and name, the real path of a
    /// file), without connecting: for finding environments that would share a version table.
    virtual std::string identity(const Url& url) const = 0;
    /// The lock of a version table. Connects when it is first used. Null where no other process can reach the
    /// database (memory), and by default.
    virtual std::unique_ptr<Lock> lock(const Url& url, const ConnectOptions& options,
                                       const LockRequest& request) const;
};

} // namespace orch::dialect
