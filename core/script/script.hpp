// Revision files, the folder they live in and the templates they are made from. Reading the graph executes
// nothing: the head of each file is scanned. A body is parsed and run only when the revision runs; it reaches
// the database through a Database, which the runner implements, and through nothing else.
#pragma once

#include "base/error.hpp"
#include "base/url.hpp"
#include "graph/graph.hpp"
#include "lang/lang.hpp"
#include "ops/ops.hpp"
#include "schema/catalog.hpp"
#include "sql/sql.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

/// A command run on a new revision file: [post_write_hooks] of type exec. `command` holds
/// REVISION_SCRIPT_FILENAME.
struct PostWriteHook {
    std::string name, executable, options, cwd;
    Place place;
    std::optional<Error> problem{}; ///< why it cannot be run, said before a file is written
};

/// What stands for a name that orch cannot import: `stub.myapp.models.JSONType = sa.JSON` in the ini.
struct Stub {
    std::string name;       ///< "myapp.models.jsontype": an ini tells no case in its keys, so none counts
    std::string expression; ///< of the revision language, with `sa`, `postgresql`, `mysql` and `sqlite`
    Place place;            ///< of the expression
};

/// Where the scripts are and how new ones are made: the ini's keys that concern scripts, under their names.
struct Settings {
    std::filesystem::path script_location;
    std::vector<std::filesystem::path> version_locations; ///< empty: script_location/versions
    bool recursive_version_locations = false;
    std::string file_template = "%(rev)s_%(slug)s"; ///< may hold folders
    std::string timezone;                           ///< "" local time; "UTC", "Europe/Berlin"
    int truncate_slug_length = 40;
    std::string output_encoding = "utf-8";
    bool sourceless = false;
    std::vector<std::filesystem::path> prepend_sys_path; ///< absolute
    std::vector<Stub> stubs;                             ///< beside those of stubs.py in script_location
    std::vector<PostWriteHook> hooks;
    bool print_to_stderr = false; ///< standard output belongs to a document (--sql, --json)
    bool print_nothing = false;   ///< what scripts print is dropped
    /// Modules of the project run whole when they are imported: for models, whose tables are found by being
    /// defined. Else only what is used of them runs.
    bool whole_modules = false;
    std::uint64_t step_limit = 100'000'000;  ///< of the interpreter, per revision
    std::uint64_t memory_limit = 1ull << 30; ///< bytes, per revision
};

enum class Direction { upgrade, downgrade };

/// A revision file whose head has been read.
struct RevisionFile {
    enum Kind { python, sql } kind = python;
    std::filesystem::path path;
    graph::Revision head;
    std::vector<std::string> requires_; ///< "core@1975ea83b712": revisions of other environments
    /// `orch_lock_timeout = "10s"`; nothing: as the environment says.
    std::optional<std::chrono::milliseconds> lock_timeout, statement_timeout;
    std::string long_doc; ///< the whole docstring, or the leading comment of a .sql file
};

/// Every revision of the version locations, in a stable order (by path). Files that are no revisions (no
/// `revision` name,
/// `__init__.py`, names that do not match what Alembic reads) are left out. Throws Error(script) with the
/// place for a head that cannot be read, Error(system) for a folder that is missing, with the command that
/// makes it.
ORCH_API std::vector<RevisionFile> scan(const Settings& settings);
/// The head of one file; nothing when it is no revision file.
ORCH_API std::optional<RevisionFile> scan_file(const std::filesystem::path& path);

/// What a running script may do to a database. The runner implements it; a plan or a test does too.
class ORCH_API Database {
  public:
    virtual ~Database();
    virtual void apply(const ops::Operation& operation) = 0;
    /// get_bind().execute(...), op.execute with a result. Offline: written like an operation, and the result
    /// is marked as unknown.
    virtual sql::Result execute(const sql::Query& query, const Place& origin) = 0;
    /// A script reads the rows of such a result and goes on as if there were none. The default does nothing.
    virtual void assume_no_rows(const std::string& query, const Place& origin);
    virtual std::string dialect_name() const = 0;
    virtual bool offline() const = 0;
    virtual bool has_table(std::string_view table, const std::optional<std::string>& schema,
                           const Place& origin) = 0;
    virtual std::vector<std::string> table_names(const std::optional<std::string>& schema,
                                                 const Place& origin) = 0;
    /// The tables and views of these names (all where none is given) with all that belongs to them, and the
    /// other objects of the schema. Offline: what the operations so far have made of it.
    virtual schema::Catalog reflect(const std::optional<std::string>& schema,
                                    const std::vector<std::string>& tables, const Place& origin) = 0;
    virtual std::string server_version() = 0;
    /// A name that op.f() calls final or that a convention made, cut to what the database takes. The default
    /// leaves it as it is.
    virtual std::string fitting_name(std::string name) const;
    /// Whether there are sequences beside tables; what `dialect.supports_sequences` says. The default is no.
    virtual bool supports_sequences() const;
    /// A name as the dialect writes it in SQL, in quotes where it must be. The default leaves it as it is.
    virtual std::string quoted(std::string_view name) const;
    /// A statement as SQL text with its values in it; nothing where it has some and `literals` is not wanted.
    /// The default throws Error(script).
    virtual std::optional<std::string> written(const sql::Query& query, bool literals) const;
    /// The SQL of a column type. The default throws Error(script).
    virtual std::string written(const schema::Type& type) const;
    /// The same by the SQL standard, or the type's name: what str() of a type is. The default is the name.
    virtual std::string standard(const schema::Type& type) const;
    /// autocommit_block(): what is applied in between runs outside of the transaction.
    virtual void autocommit(bool on, const Place& origin) = 0;
    /// The names that a `.sql` section for this database may use, the best first. The default is
    /// dialect_name() alone.
    virtual std::vector<std::string> dialect_names() const;
    /// Whether a backslash escapes the next character of a quoted string in this database's SQL. The default
    /// is no.
    virtual bool backslash_escapes() const;
};

/// What scripts ask of their context.
struct Context {
    std::map<std::string, std::string> main_options; ///< the environment's section, interpolated
    std::map<std::string, std::map<std::string, std::string>> sections; ///< every section of the ini
    std::filesystem::path config_file;
    std::string section;                  ///< config_ini_section
    std::optional<Url> url;               ///< of the database that revisions run on
    std::vector<std::string> x_arguments; ///< -x, as given
    std::optional<std::string> tag;
    /// What a move was asked for, as typed: its targets, and with --sql where it starts from ("" for base).
    std::vector<std::string> targets;
    std::optional<std::string> starting_from;
    /// What an env.py hands to every revision: context.run_migrations(engine_name="engine1"). Texts only.
    std::map<std::string, std::string> arguments;
    bool autogenerate = false; ///< `revision --autogenerate` runs
    bool render_as_batch = false;
    std::string version_table = "alembic_version";
    std::optional<std::string> version_table_schema;
    std::map<std::string, std::string>
        naming_convention; ///< of the target metadata: "fk" -> "fk_%(table_name)s_%(column_0_name)s"
};

/// Runs upgrade() or downgrade() of a revision. A `.sql` revision's sections for the database's dialect are
/// applied as Execute operations with their lines as origin. Throws Error with the script's place and the
/// chain of calls as notes. Scripts' print() goes to standard output, as in Python, unless the settings say
/// otherwise. `missing_is_empty`: a revision without the function does nothing; else that is an error.
ORCH_API void run(const RevisionFile& file, Direction direction, const Settings& settings,
                  const Context& context, Database& database, bool missing_is_empty = false);

/// A step whose version rows were written, as on_version_apply() of an env.py is told of it.
struct AppliedStep {
    bool upgrade = false, stamp = false; ///< neither: a downgrade
    std::string revision;
    std::vector<std::string> from, to; ///< the revisions on both sides, as they were moved
    std::vector<std::string> heads;    ///< the version rows now
};
/// What SQLAlchemy models say of a database: the tables of one MetaData or of several.
struct Models {
    std::vector<schema::Table> tables; ///< in the order in which they were defined
    std::set<std::string> final_names; ///< those that a naming convention made
};
/// Reads models in the interpreter. `target` is what `target_metadata` takes: a file or a folder of modules
/// ("app/models.py"), a module ("app.models"), each with the object that holds the tables after a colon where
/// it is not found by itself: "app.db:Base.metadata". Throws Error(script) for models that cannot be read and
/// for a module without tables.
ORCH_API Models load_models(const std::string& target, const Settings& settings, const Context& context);

/// What include_object and include_name of an env.py are asked about.
struct ComparedObject {
    std::string kind;  ///< Alembic's type_: "table", "column", "index", "unique_constraint", ...
    std::string name;  ///< empty where it has none
    std::string table; ///< whose part it is; the name itself for a table
    std::optional<std::string> schema;
    bool reflected = false;       ///< only the database has it
    bool has_counterpart = false; ///< both have it
};
/// What compare_type and compare_server_default of an env.py are asked about.
struct ComparedColumn {
    std::string table;
    std::optional<std::string> schema;
    schema::Column existing, wanted;
    std::optional<std::string> existing_default, wanted_default; ///< as SQL
};
/// A revision that autogenerate is about to write, for process_revision_directives of an env.py.
struct ProposedRevision {
    struct Given {
        ops::Operation operation;
        bool told = false; ///< what it names is the database's, not the models'
        /// What takes an operation of `upgrade` back: its place in `downgrade`.
        std::optional<std::size_t> reverse{};
    };
    /// What stands in the revision in the end.
    struct Step {
        std::optional<std::size_t> given{}; ///< which one it was
        /// What became of it where it was changed, or what is new. Nothing, and no lines: it is as it was
        /// given.
        std::vector<ops::Operation> operations{};
        std::vector<std::string> lines{}; ///< Python that the project writes for an operation of its own
    };
    // May be changed.
    std::string rev_id, message;
    std::vector<std::string> heads; ///< the names of its parents
    bool splice = false;
    std::vector<std::string> branch_labels, depends_on;
    std::optional<std::string> version_path;
    // Given.
    std::vector<std::string> parents;
    std::vector<Given> upgrade, downgrade;
    std::function<std::string(const ops::Operation&)> written; ///< an operation as revisions say it
    // The answer.
    bool dropped = false; ///< no revision is to be written
    std::vector<Step> kept, kept_down;
    std::set<std::string> imports;     ///< lines that the new revision needs
    std::set<std::string> final_names; ///< what op.f() was given
};
/// A part of an operation, for render_item of an env.py.
struct RenderedItem {
    std::string_view kind; ///< Alembic's word: "type", "column", "server_default", "unique" ...
    std::string table;
    std::optional<std::string> schema;
    std::string column_name;                        ///< of "type"
    const schema::Type* type = nullptr;             ///< of "type"
    const schema::Column* column = nullptr;         ///< of "column" and "server_default"
    const schema::Constraint* constraint = nullptr; ///< of constraints
    bool told = false;                              ///< it is the database's, not the models'
    std::set<std::string> imports{};                ///< lines that the answer needs
};

/// What an env.py asked for with context.configure() and through the engine that it made.
struct EnvironmentOptions {
    std::optional<std::string> url;
    std::optional<std::string> version_table, version_table_schema;
    std::optional<bool> transaction_per_migration, transactional_ddl, render_as_batch, version_table_pk;
    std::optional<std::string> dialect_name;
    std::vector<std::pair<std::string, std::string>> engine_options; ///< connect_args
    std::map<std::string, std::string>
        naming_convention; ///< of target_metadata; Context hands it to the revisions
    /// The models that it gave as target_metadata; null where it gave none. Good until env.py ends.
    std::function<Models()> target_models;
    std::optional<bool> include_schemas, compare_type, compare_server_default;
    /// Its functions of these names; null where it has none. Good until env.py ends.
    std::function<bool(const ComparedObject&)> include_object, include_name;
    using Differs = std::function<std::optional<bool>(const ComparedColumn&)>;
    Differs type_differs, default_differs; ///< nothing: it leaves the decision to orch
    std::function<void(ProposedRevision&)> process_revision_directives;
    std::function<std::optional<std::string>(RenderedItem&)> render_item; ///< nothing: as orch renders it
    /// The names of its functions that compare objects of its own, which nobody calls.
    std::function<std::vector<std::string>()> comparators;
    /// What the template calls the bodies that this configure() is about.
    std::string upgrade_token = "upgrades", downgrade_token = "downgrades";
    /// What the env.py executed on its connection before the migrations, in order (`SET search_path ...`);
    /// the runner executes it first.
    std::vector<std::pair<sql::Query, Place>> statements;
    std::map<std::string, std::string> arguments; ///< of run_migrations(), for the revisions
    std::vector<std::filesystem::path> sys_path;  ///< what it put on sys.path, for the revisions
    /// on_version_apply, called inside of the step's transaction. Valid while the env.py runs.
    std::function<void(const AppliedStep& step, Database& database)> version_applied;
};
/// Runs an env.py. At context.run_migrations() `migrate` is called with what was configured; an env.py that
/// never calls it is an error. `offline` is what is_offline_mode() answers.
ORCH_API void run_environment(const std::filesystem::path& env_py, const Settings& settings,
                              const Context& context, bool offline,
                              const std::function<void(const EnvironmentOptions&)>& migrate);

/// A revision to be written.
struct NewRevision {
    std::string id; ///< not empty
    std::string message;
    std::vector<std::string> down_revisions, branch_labels, depends_on;
    std::filesystem::path version_path;        ///< one of the version locations
    bool sql = false;                          ///< a .sql revision
    std::string upgrades, downgrades, imports; ///< bodies, already indented by four spaces; empty: pass
    std::map<std::string, std::string>
        texts; ///< further bodies, as the template calls them: "users_upgrades"
};
/// 12 hexadecimal digits of a random UUID, as Alembic's rev_id().
ORCH_API std::string new_revision_id();
/// Renders script.py.mako (evaluated by lang) with Alembic's names (message, up_revision, down_revision,
/// branch_labels, depends_on, create_date, imports, upgrades, downgrades, config, repr ...), or orch's own
/// form where the tree has none; writes the file whole, tells `written` of it, runs the hooks, and gives its
/// path. Refuses to overwrite.
ORCH_API std::filesystem::path
write_revision(const NewRevision& revision, const Settings& settings, const Context& context,
               const std::function<void(const std::filesystem::path&)>& written = {});

/// Words as a POSIX shell splits them, without expanding anything (Python's shlex.split). Throws
/// Error(config) at `place` for a quote that is never closed.
std::vector<std::string> shell_words(std::string_view text, const Place& place);

/// Renders a Mako template of the kind that Alembic's templates use: ${expression | filters}, % control
/// lines, <% %>, <%! %>, <%def>,
/// <%doc>, ## comments, \ at line ends. `where` names the template in errors.
ORCH_API std::string render_template(std::string_view text, const std::string& where,
                                     const std::map<std::string, lang::Value>& names,
                                     lang::Interpreter& interpreter);

} // namespace orch::script
