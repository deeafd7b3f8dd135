// The difference between a database and what it should be, as operations, and the revision file that they
// make. compare() gives Changes, each an operation with its reverse; render() writes them as Alembic does.
// Loaders of target schemas are in target.hpp. Used by fleet. Reads and writes no files and no version
// tables.
#pragma once

#include "autogen/filter.hpp"
#include "base/api.hpp"
#include "dialect/dialect.hpp"
#include "ops/ops.hpp"
#include "schema/catalog.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace orch::script {
struct RenderedItem; // script/script.hpp
} // namespace orch::script

namespace orch::autogen {

/// One step from the database to the target and the step back.
struct Change {
    ops::Operation upgrade, downgrade;
    /// Whose objects the operations name: those that a database told have finished names (op.f).
    bool upgrade_is_told = false, downgrade_is_told = true;
    /// "added column 'users.email'", as the log says it after "Detected"; empty for what belongs to another
    /// change.
    std::string summary;
    /// For unnamed constraints: how batch_alter_table is to call them, so that they can be dropped.
    std::map<std::string, std::string> naming_convention = {};
};

/// Whether it is a step that needs none: an index goes with its table.
ORCH_API bool does_nothing(const ops::Operation& operation);

/// What a database should look like.
struct Target {
    schema::Catalog catalog;
    /// Names that a naming convention made: written as op.f('x').
    std::set<std::string> final_names;
    bool told = false; ///< read from a database: all its names are finished
    /// Which kinds the target can speak of. A model knows no views, so none is missing from it.
    bool knows_sequences = false, knows_enums = false;
    std::string display; ///< for messages: the file, the masked URL
};

struct CompareOptions {
    Filter include;      ///< include_object: what is looked at
    Filter include_name; ///< include_name: which tables of the database are known at all
    bool types = true;   ///< compare_type
    bool server_defaults = true;
    bool comments = true; ///< off where the database has none
    std::string version_table = "alembic_version";
    std::optional<std::string> version_table_schema;
    /// --rename OLD:NEW, tables ("orders:order") and columns ("orders.qty:quantity").
    std::vector<std::pair<std::string, std::string>> renames;
    bool renames_allowed = true; ///< off: what looks like a rename is dropped and added
    bool allow_drop = false;     ///< an empty target and one without a third of the tables are believed
    /// Whether a column's type or default differs, where somebody else knows better; nothing: as orch finds.
    using Differs = std::function<std::optional<bool>(
        const schema::Table& table, const schema::Column& existing, const schema::Column& wanted)>;
    Differs type_differs, default_differs;
    /// Tables that other environments own; never dropped.
    std::function<bool(const std::string& table)> foreign;
    /// Brings tables to the form in which this database tells them, by making them somewhere. Nothing: they
    /// are compared as they are.
    std::function<std::vector<schema::Table>(const std::vector<schema::Table>&)> normalize;
};

struct Differences {
    std::vector<Change> changes;           ///< in the order in which they can be carried out
    std::vector<std::string> not_compared; ///< what nobody looked at, one line each
    /// Pairs that look like renames and were not decided, as --rename takes them; `changes` drops and adds
    /// them.
    std::vector<std::pair<std::string, std::string>> undecided;
};

/// Throws Error(usage) for a rename of what is not there, and for a target that would drop too much.
ORCH_API Differences compare(const schema::Catalog& database, const Target& target,
                             const dialect::Dialect& dialect, const CompareOptions& options);

/// One operation in a body of a revision.
struct Step {
    ops::Operation operation;
    bool told = false; ///< whose objects it names, as in Change
    std::map<std::string, std::string> naming_convention = {};
    std::vector<std::string> lines = {};  ///< Python that stands there instead of the operation
    std::optional<std::size_t> reverse{}; ///< of an upgrade: the one step of the downgrade that takes it back
};
struct Steps {
    std::vector<Step> upgrade, downgrade;
};
/// What the changes do, in the order of the two bodies: the downgrades from the last to the first.
ORCH_API Steps steps_of(const std::vector<Change>& changes);

struct RenderOptions {
    /// With op.batch_alter_table(...) around what changes a table: around all of it, or where the database
    /// could not do it otherwise.
    enum class Batch { never, where_needed, always } batch = Batch::never;
    std::set<std::string> final_names;
    /// Python for a part of an operation where somebody else knows better; nothing: as orch renders it.
    std::function<std::optional<std::string>(script::RenderedItem& item)> item;
};
/// The bodies of upgrade() and downgrade(), indented by four spaces, and the imports they need.
struct Rendered {
    std::string upgrades, downgrades, imports;
};
ORCH_API Rendered render(const Steps& steps, const dialect::Compiler& compiler, const RenderOptions& options);
/// One operation as Python, without indentation: for lists of differences.
ORCH_API std::string render(const ops::Operation& operation, bool told, const dialect::Compiler& compiler,
                            const RenderOptions& options = {});
/// The same as the sections of a .sql revision.
ORCH_API Rendered render_sql(const Steps& steps, const dialect::Dialect& dialect);

} // namespace orch::autogen
