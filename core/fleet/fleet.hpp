// The environments of one configuration file: which there are, which are chosen, and what each command does
// with them. The command line's only way down. A command asks for environments, reads their trees, and opens
// their databases with read() or change(); an environment's env.py, where it has one, runs around that and
// has the last word on the settings.
#pragma once

#include "config/config.hpp"
#include "runner/runner.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

/// What the command line's global options say.
struct Options {
    std::optional<std::string> config;      ///< -c
    std::vector<std::string> names;         ///< -n, each a name or a glob
    bool all = false;                       ///< --all
    std::vector<std::string> x;             ///< -x key=value
    std::optional<std::string> tag;         ///< --tag
    bool output_is_document = false;        ///< --sql, --json: what scripts print goes to standard error
    bool no_wait = false;                   ///< --no-wait: a lock that another run holds is an error at once
    bool allow_foreign = false;             ///< --allow-foreign: operations on tables of other environments
    std::optional<std::string> partition{}; ///< --partition: the part of the targets that this process has
    std::optional<std::string> shadow{};    ///< --shadow: where --sql replays scripts that read
    /// The revisions that a move names, and where it starts from: an env.py may ask for them.
    std::vector<std::string> targets{};
    std::optional<std::string> starting_from{};
};

class Project;
class Ownership;

/// A database that is open for reading, and what led to it. Good inside of Environment::inspect().
struct Opened {
    runner::Session& session;
    const runner::Settings& settings;
    const script::EnvironmentOptions* asked; ///< what the env.py configured; null without one
};

class ORCH_API Environment {
  public:
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    /// "shop"; of a target "shop[acme]".
    const std::string& name() const;
    /// The section that it comes from.
    const std::string& section() const;
    /// Which of the section's `targets` it is; "" where there are none.
    const std::string& target() const;
    /// The settings as the ini gives them, before an env.py had its say.
    const runner::Settings& settings() const;
    /// What its env.py may ask for: the settings' context with every section of the file.
    script::Context context_of_env_py() const;
    /// The scripts and their graph, scanned on the first call.
    const runner::Tree& tree();
    /// Reads the tree and finds the plugin, so that several threads may then work on environments, each on
    /// its own. An environment whose URL only its env.py knows finds its plugin later.
    void prepare();
    /// Forgets the tree, after a command wrote a revision.
    void reload();
    /// The version locations as absolute paths.
    std::vector<std::filesystem::path> version_locations() const;
    /// `revision_environment = true`: env.py runs for `revision` too.
    bool revision_environment() const;
    /// A key of its section, then of [orch], then of [DEFAULT].
    std::optional<config::Value> key(std::string_view name) const;
    /// A path of the ini: beside the file, else from the current folder.
    std::filesystem::path located(const std::filesystem::path& path) const;
    dialect::Plugins& plugins();
    /// `include_object` of the ini: whether this environment looks at an object.
    bool includes(std::string_view kind, std::string_view name) const;
    /// Whether a table of the environment's database belongs to another environment of the file: by its
    /// filter, or as its version table.
    std::function<bool(const std::string& table)> foreign_tables();
    /// The names in `depends_on`.
    const std::vector<std::string>& depends_on() const;

    /// Opens the database for reading and calls `work`.
    void read(const std::function<void(runner::Session&)>& work);
    /// As read(), for commands that look at the schema. `models`: the env.py's target_metadata is wanted, and
    /// so the modules that it imports run whole.
    void inspect(bool models, const std::function<void(const Opened&)>& work);
    /// As inspect(), for `revision --autogenerate`.
    void autogenerate(bool models, const std::function<void(const Opened&)>& work);
    /// Opens the database for changing and calls `work`.
    void change(const std::function<void(runner::Session&)>& work);
    /// Calls `work` with the settings that hold, and opens no database itself.
    void with_dialect(const std::function<void(const runner::Settings&, const dialect::Dialect&)>& work);
    /// No database: calls `work` with what the SQL-writing functions of runner need.
    void offline(const std::function<void(const runner::Settings&, const dialect::Dialect&)>& work);
    /// The database as the ini says it. Throws Error(config) where it says nothing.
    Url url() const;
    /// Asked before each operation of its revisions. `allow_foreign`: it may only warn.
    void set_ownership(std::shared_ptr<Ownership> ownership, bool allow_foreign);
    /// Told of what runs, as runner::Settings says; null: nobody.
    void watch(std::function<void(std::string_view revision, std::string_view sql)> watch);
    /// The dialect of this scheme ("sqlite", "postgresql"); of the environment's URL where none is given.
    const dialect::Dialect& dialect(const std::optional<std::string>& scheme);
    /// Runs env.py alone, where there is one, for commands that only need its effects.
    void run_environment();

  private:
    friend class Project;
    void share_tree(const Environment& other);
    struct Implementation;
    explicit Environment(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> self_;
};

/// A configuration file with its environments. Sections with a script_location are environments; [orch] and
/// [DEFAULT] hold what they share.
class ORCH_API Project {
  public:
    /// Finds and reads the file. Throws Error(config).
    explicit Project(const Options& options);
    ~Project();

    const config::Config& config() const;
    dialect::Plugins& plugins();
    std::vector<std::string> names() const;

    /// The environments that -n, --all or the file's shape choose, in the order of the file. A command that
    /// reads takes all where nothing is said. Throws Error(usage) for a name that fits none, with the
    /// nearest.
    std::vector<Environment*> for_reading();
    /// The same for commands that open the databases: an environment with `targets` is one for each of them.
    /// -n 'shop[acme]' takes one, -n 'shop[a*]' some.
    std::vector<Environment*> for_looking();
    /// The databases of a section: one, or one for each of its targets, whatever was chosen.
    std::vector<Environment*> databases(const std::string& section);
    /// As for_reading(), in the order in which changes must run (depends_on); where several are there and
    /// nothing is said, an error that says what to choose.
    std::vector<Environment*> for_changing();
    /// What Environment::foreign_tables() gives.
    std::function<bool(const std::string& table)> foreign_tables(const Environment& environment);
    /// As for_changing(), but all where nothing is said: for showing what a change would do.
    std::vector<Environment*> for_planning();
    /// The environment of this section, chosen or not, without its targets; null where there is none.
    Environment* find(const std::string& section);
    /// Exactly one: for commands that write a revision or show one file.
    Environment& one();

  private:
    std::vector<Environment*> in_order(std::vector<Environment*> chosen);
    const std::vector<std::string>& targets_of(const std::string& section);
    Environment* find_target(const std::string& section, const std::string& target);
    std::vector<std::string> chosen_sections();
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

/// What became of one environment in a run over several.
struct Outcome {
    std::string environment;
    enum Kind { done, failed, not_run } kind = not_run;
    std::optional<Error> error; ///< of a failed one
};

/// Calls `work` for each, in order, and stops at the first failure.
ORCH_API std::vector<Outcome> for_each(const std::vector<Environment*>& environments,
                                       const std::function<void(Environment&)>& work);

/// Throws the first failure, if there is one, with notes about the others; as Error(partial) when some were
/// done.
ORCH_API void check(const std::vector<Outcome>& outcomes);

/// How `revision --autogenerate`, `check` and `diff` compare; the fields are their options.
struct DifferenceRequest {
    std::optional<std::string> target; ///< instead of target_metadata
    std::vector<std::string> renames;  ///< OLD:NEW
    bool renames_allowed = true;       ///< off: what looks like a rename is dropped and added
    bool allow_drop = false;
    bool from_history = false; ///< compare with the revisions, replayed into a scratch database
    /// Asked about each pair that looks like a rename; null: such a pair is an error.
    std::function<bool(const std::string& from, const std::string& to)> ask;
};

/// One operation that a database needs.
struct Difference {
    std::string kind;      ///< Alembic's word: "add_column"
    std::string operation; ///< as a line of a revision: "op.add_column(...)"
    std::string summary;   ///< "added column 'users.email'"
};
struct DifferenceReport {
    std::string target; ///< what was compared with, as messages name it
    std::vector<Difference> operations;
    std::vector<std::string> not_compared;
};
/// What brings an environment's database to its target schema. Throws Error(pending) where the database is
/// not at head, Error(config) without a target.
ORCH_API DifferenceReport difference(Environment& environment, const DifferenceRequest& request);
/// What brings one schema to another. Each is an environment's name, a URL, a target schema (a file, a
/// module, exec:COMMAND) or a revision ("ae10", "module_one@ae10"), which is replayed into a scratch
/// database.
ORCH_API DifferenceReport difference(Project& project, const std::string& from, const std::string& to,
                                     const DifferenceRequest& request);

/// `orch inspect`: what a database holds, as text, SQL or the schema document.
enum class InspectFormat { text, sql, json };
ORCH_API std::string inspect(Environment& environment, InspectFormat format);

/// What `orch revision` and `orch merge` are asked for; the fields are their options.
struct RevisionRequest {
    std::string message;
    std::vector<std::string> heads = {"head"}; ///< names of the parents; of merge: the revisions to merge
    bool merge = false;
    bool splice = false;
    std::vector<std::string> branch_labels, depends_on;
    std::optional<std::string> version_path, rev_id;
    bool sql_file = false;
    std::optional<DifferenceRequest> autogenerate;             ///< fill it with what the database lacks
    std::function<void(const std::filesystem::path&)> written; ///< told of the file before hooks run on it
};
/// Writes a new revision file and gives its path; nothing where the env.py wanted no revision. The graph with
/// the new revision is checked before anything is written. Throws Error(graph) or Error(usage) where the
/// request does not fit the tree.
ORCH_API std::optional<std::filesystem::path> write_revision(Environment& environment,
                                                             const RevisionRequest& request);

struct Template {
    std::string name, synopsis; ///< the first line of its README
};
/// Sorted by name. Throws Error(system) where the installation has no templates.
ORCH_API std::vector<Template> templates();

struct InitRequest {
    std::filesystem::path directory;
    std::string template_name = "generic";
    bool package = false;              ///< write __init__.py files
    std::optional<std::string> config; ///< -c
};
/// Copies a template as environments/README.md says; `tell` gets a line for each thing done. Checks all
/// before it writes anything. Gives the file that the user should look at next.
ORCH_API std::filesystem::path init(const InitRequest& request,
                                    const std::function<void(const std::string&)>& tell);

/// Whether there is a configuration file that a Project would read. Throws for a named one that is missing.
ORCH_API bool has_project(const Options& options);

/// Where plugins are looked for when there is no configuration file: for `orch plugins`.
ORCH_API std::vector<dialect::PluginReport> plugins_without_project();

} // namespace orch::fleet
