// The interpreter of the revision language: the Python that Alembic revision files use (scan, parse, resolve,
// eval).
//
// Used by `script` for revision files, env.py and templates. It knows nothing of migrations: the host hands
// it modules (native.hpp), limits and a few callbacks. It opens no file, socket or process. One interpreter
// per thread; values and programs stay with it. Everything a script does wrong is an orch::Error(script) with
// the place of the innermost expression, the Python exception in the message ("KeyError: 'x'") and a note per
// call on the way.
#pragma once

#include "lang/native.hpp"

#include <map>
#include <memory>

namespace orch::lang {

/// What a script may use up. Beyond it: Error(script), which a script's `except` does not catch.
struct Limits {
    std::int64_t steps = 50'000'000; ///< statements, calls and loop turns per run() or call() from the host
    std::size_t memory = 512u << 20; ///< bytes of the values alive
    int depth = 500;                 ///< calls within calls
};

/// A parsed source. Holds the text. Make it with Interpreter::parse or parse(); evaluate it any number of
/// times.
class Program;
using ProgramPtr = std::shared_ptr<const Program>;

/// Parses a module. `first_line` is the number of the text's first line (a block of a template). Throws
/// Error(script).
ORCH_API ProgramPtr parse(std::string text, std::string path, int first_line = 1);
ORCH_API const std::string& program_path(const Program& program);
ORCH_API const std::string& program_text(const Program& program);

/// A name of the module that one of its functions or classes uses, with the attributes behind it.
struct Use {
    std::vector<std::string> path; ///< "sa", "dialects", "postgresql"
    Place place;
};
/// What the code of each function and class at module level uses, by its name; whatever its branches are.
ORCH_API std::map<std::string, std::vector<Use>> uses_of(const Program& program);

/// A module's text as its tokens, without comments, layout and the docstring at its top: equal for two texts
/// that differ in these alone. Functions at module level whose names begin with `without` are left out.
/// Throws Error(script).
ORCH_API std::string normal_source(std::string text, std::string path, std::string_view without = {});
/// The text of the functions at module level whose names begin with `with`, as it stands. Throws
/// Error(script).
ORCH_API std::string functions_source(std::string text, std::string path, std::string_view with);

/// Names for evaluate() and execute(): a mutable scope.
using Names = std::map<std::string, Value, std::less<>>;

/// A module that the host makes. Members are added when it is first imported, or one by one when they are
/// first used.
class ORCH_API ModuleBuilder {
  public:
    explicit ModuleBuilder(Value module) : module_(std::move(module)) {}
    ModuleBuilder& add(std::string_view name, Value value);
    ModuleBuilder& function(std::string_view name, Function function);
    /// Members made on first use: asked for each name that the module does not have, the answer is kept.
    ModuleBuilder& members(std::function<std::optional<Value>(std::string_view name)> make);
    /// Tells the names that members() can make, for `import *` and the nearest name.
    ModuleBuilder& names(std::function<std::vector<std::string>()> names);
    ModuleBuilder& names(std::vector<std::string> names);
    Interpreter& interpreter() const;
    const Value& module() const { return module_; }

  private:
    Value module_;
};

/// The source of a module that is not built in: a file of the project, or the host's stand-in for a package.
/// Nothing of it runs at the import: a name's definition is evaluated when the name is first used, and with
/// it those that it needs in turn.
struct ModuleSource {
    std::string path;
    std::string text;
    bool package = false; ///< an __init__.py
    bool library = false; ///< of the host: errors in it name the script's line that led there
    /// Its body runs at the import, as Python's does: models make themselves known by being defined.
    bool whole = false;
    std::string same_as{}; ///< another name of this module: the source is that one's
};

class ORCH_API Interpreter {
  public:
    explicit Interpreter(Limits limits = {});
    ~Interpreter();
    Interpreter(const Interpreter&) = delete;
    Interpreter& operator=(const Interpreter&) = delete;

    // --- What the host gives. Before the first run, or between runs.

    using Loader = std::function<void(ModuleBuilder& module)>;
    /// A built-in module by dotted name; `load` runs at its first import. "a.b" is also the member `b` of
    /// "a". The standard library is there already; adding a name again replaces it.
    void add_module(std::string_view name, Loader load);
    bool has_module(std::string_view name) const;
    /// Asked for a module that is not built in: its source, or nothing.
    void on_find_module(std::function<std::optional<ModuleSource>(std::string_view name)> find);
    /// Asked for a name of a module that nobody else gives (stubs): "myapp.models", "JSONType" (empty: the
    /// module itself). Nothing: the name is bound to an absent value, which fails when it is used and names
    /// the import's line.
    void on_absent(std::function<std::optional<Value>(std::string_view module, std::string_view name)> stub);
    /// From now on attributes of absent values are absent too, so that only what is done with them fails.
    void follow_absent();
    /// What print() writes, with its end. Default: dropped.
    void on_print(std::function<void(std::string_view text)> sink);
    /// os.environ. Default: the process's own.
    void set_environment(std::map<std::string, std::string> variables);
    /// Turns an error of the host that is no Python exception (a database's) into one that `except` can
    /// catch: an instance of an exception class, or nothing, then no script catches it. Asked only when a try
    /// statement stands around.
    void on_error(std::function<std::optional<Value>(const Error& error)> translate);
    /// What run() executes carries out its imports where they stand, as Python does and as modules do whose
    /// source is `whole`; else nothing is looked for before it is used.
    void import_at_once(bool on);
    void set_limits(Limits limits);
    const Limits& limits() const;

    // --- Running.

    /// Imports a module by name as a script would: built in or found. Error when nobody has it.
    Value import(std::string_view name);
    /// Evaluates what registers itself somewhere by being imported: in the sources of `module` and of the
    /// modules that it imports, those that these import and so on, the definitions with a decorator in whose
    /// text one of the words stands. What the host made, sources of the host's and modules that nobody has
    /// are passed over, and so are sources that cannot be parsed.
    void run_decorated(std::string_view module, const std::vector<std::string_view>& words);
    /// Executes a module's body under a name ("__main__", "ae10_orders") and gives the module; its names are
    /// its attributes. `names` are there before the body runs.
    Value run(const ProgramPtr& program, std::string_view module_name, const Names& names = {});
    /// Calls anything callable, from the host.
    Value call(const Value& callee, std::vector<Value> args = {},
               std::vector<std::pair<std::string, Value>> keywords = {});
    /// A single expression, with names beside the built-ins. `place` says where the text stands (file, line,
    /// column).
    Value evaluate(std::string_view expression, const Names& names = {}, const Place& place = {});
    /// Statements; assignments end up in `names`.
    void execute(std::string_view statements, Names& names, const Place& place = {});

    /// The expression that is being evaluated; unknown outside of a run.
    Place here() const;
    /// Calls under way, innermost first, each as the place of the call: for notes and the journal.
    std::vector<Place> chain() const;
    /// Reads of clocks, random numbers and the like since the last clear: what made the run not reproducible.
    struct Irreproducible {
        std::string what; ///< "datetime.now()"
        Place place;
    };
    const std::vector<Irreproducible>& irreproducible() const;
    void clear_irreproducible();
    /// For natives of that kind.
    void mark_irreproducible(std::string_view what);
    std::int64_t steps() const; ///< since the host's last run() or call()
    /// The import that nobody could satisfy and whose use ended the last run: "myapp.models.JSONType". Empty
    /// where it ended otherwise.
    const std::string& missing() const;
    std::size_t memory() const; ///< bytes alive

    /// The interpreter that runs on this thread; nullptr when none does.
    static Interpreter* current();

    class Impl;
    Impl& impl() { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

/// Makes an interpreter the current one of the thread, so that values made by the host are charged to it and
/// may be compared, printed and called. run(), call() and the others do it themselves.
class ORCH_API Active {
  public:
    explicit Active(Interpreter& interpreter);
    ~Active();
    Active(const Active&) = delete;
    Active& operator=(const Active&) = delete;

  private:
    Interpreter* before_;
};

} // namespace orch::lang
