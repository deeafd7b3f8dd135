// One struct for each of Alembic's operations, in a variant. An operation is written once: its struct drives
// the script's binding, the SQL, the plan, the reverse and the rendering. It knows the line of the script
// that it came from. Field names and meaning follow Alembic's operation reference.
#pragma once

#include "base/error.hpp"
#include "schema/schema.hpp"
#include "sql/sql.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace orch::ops {

using schema::ExpressionPtr;
using schema::Options;
using Schema = std::optional<std::string>;

struct CreateTable {
    schema::Table table;
    bool if_not_exists = false;
};
struct DropTable {
    std::string table;
    Schema schema;
    bool if_exists = false;
    Options options;
};
struct RenameTable {
    std::string old_name, new_name;
    Schema schema;
};
struct AddColumn {
    std::string table;
    Schema schema;
    schema::Column column;
    bool if_not_exists = false, inline_references = false, inline_primary_key = false;
};
struct DropColumn {
    std::string table, column;
    Schema schema;
    bool if_exists = false;
    Options options; ///< mssql_drop_check and the like
};
/// What is not set stays as it is; what `existing_` fields say is known of it.
struct AlterColumn {
    /// Three answers: leave it, drop it, set it.
    template <class T>
    struct Change {
        bool given = false;
        std::optional<T> value; ///< given without a value: drop
    };
    std::string table, column;
    Schema schema;
    std::optional<bool> nullable;
    Change<std::string> comment;
    Change<ExpressionPtr> server_default;
    Change<schema::Identity> identity;
    Change<schema::Computed> computed;
    std::optional<std::string> name;
    std::optional<schema::Type> type;
    std::optional<bool> autoincrement;
    std::optional<schema::Type> existing_type;
    Change<ExpressionPtr> existing_server_default;
    std::optional<schema::Identity> existing_identity;
    std::optional<bool> existing_nullable, existing_autoincrement;
    std::optional<std::string> existing_comment;
    Options options; ///< postgresql_using, mysql_* ...
};
struct CreateIndex {
    schema::Index index;
    bool if_not_exists = false;
};
struct DropIndex {
    std::string name;
    std::optional<std::string> table;
    Schema schema;
    bool if_exists = false;
    Options options;
};
struct AddConstraint {
    std::string table;
    Schema schema;
    schema::Constraint constraint;
};
struct DropConstraint {
    std::string name;
    std::string table;
    Schema schema;
    std::optional<std::string> type; ///< "foreignkey", "primary", "unique", "check"
    bool if_exists = false;
};
/// Sets a table's comment, or drops it when there is none.
struct TableComment {
    std::string table;
    Schema schema;
    std::optional<std::string> comment, existing_comment;
};
struct BulkInsert {
    sql::Insert insert;
};
struct Execute {
    sql::Query query;
};
/// CREATE TYPE and DROP TYPE of an Enum, CREATE and DROP SEQUENCE.
struct CreateType {
    schema::Type type;
    bool checkfirst = false;
};
struct DropType {
    schema::Type type;
    bool checkfirst = false;
};
struct CreateSequence {
    schema::Sequence sequence;
    bool if_not_exists = false;
};
struct DropSequence {
    schema::Sequence sequence;
    bool if_exists = false;
};
/// `with op.batch_alter_table(...)`: what was asked for inside, to be done as one table rebuild where the
/// dialect needs one.
struct Batch {
    std::string table;
    Schema schema;
    std::string recreate = "auto"; ///< "auto", "always", "never"
    std::optional<schema::Table> copy_from;
    std::vector<schema::Constraint> table_args;  ///< further constraints, rendered into the new table
    std::vector<schema::Column> reflect_columns; ///< reflect_args: what is said here of a column is believed,
    std::vector<schema::Constraint> reflect_constraints; ///< and these constraints are taken to be there
    Options table_kwargs, reflect_kwargs;
    std::map<std::string, std::string> naming_convention;
    std::vector<std::vector<std::string>> partial_reordering;
    struct Step;
    std::vector<Step> steps;
};

using Action = std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn, AlterColumn,
                            CreateIndex, DropIndex, AddConstraint, DropConstraint, TableComment, BulkInsert,
                            Execute, CreateType, DropType, CreateSequence, DropSequence, Batch>;

struct Operation {
    Action action;
    Place origin; ///< the `op` call in the script; unknown for orch's own statements
};

/// One operation inside a batch, with where a new column goes.
struct Batch::Step {
    std::shared_ptr<const Operation> operation;
    std::optional<std::string> insert_before, insert_after;
};

/// Alembic's word for an action: "create_table". For messages, plans and logs.
ORCH_API std::string_view name(const Action& action);

} // namespace orch::ops
