// Changes to a table that exists, made in the text of its definition: what the steps of a batch ask for.
// Touches no database; rebuild.hpp carries the result out, and --sql writes it.
#pragma once

#include "compiler.hpp"
#include "definition.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orch::sqlite {

/// A column's new name by its old one.
using Renames = std::vector<std::pair<std::string, std::string>>;

/// What a batch renames. Throws Error(script) for a name that a column has and keeps.
Renames renames_of(const ops::Batch& batch, const TableText& table);

class TableEditor {
  public:
    /// `table` is as it stands once the renames are done; whether they are is up to the one who copies the
    /// rows. All must outlive the editor.
    TableEditor(const Compiler& compiler, const ops::Batch& batch, TableText table, const Renames& renames);

    /// Does every step, the table's arguments and the order of the columns.
    void apply();

    const TableText& table() const { return table_; }
    /// A column of the new table and what of the old one fills it.
    struct Copy {
        std::string column, from;
        std::optional<std::string> cast; ///< to this type
    };
    std::vector<Copy> copied() const;
    const std::vector<std::string>& dropped_columns() const { return dropped_; }
    const std::vector<std::string>& dropped_indexes() const { return dropped_indexes_; }
    const std::vector<const ops::Operation*>& new_indexes() const { return new_indexes_; }
    const std::vector<std::string>& notes() const { return notes_; }
    /// The columns that a column's new index=True asks for.
    const std::vector<schema::Index>& column_indexes() const { return column_indexes_; }

    /// The definition that a Table of the script has: copy_from.
    static TableText definition(const Compiler& compiler, const schema::Table& table);
    /// `copy_from` under the names that its columns will have.
    static schema::Table renamed(schema::Table table, const Renames& renames);

  private:
    void step(const ops::Operation& operation, const ops::Batch::Step& step);
    void add_column(const ops::AddColumn& operation, const ops::Batch::Step& step);
    void drop_column(const std::string& name);
    void alter_column(const ops::AlterColumn& operation);
    void change_type(ColumnText& column, const ops::AlterColumn& operation);
    void add_constraint(const schema::Constraint& constraint);
    void drop_constraint(const ops::DropConstraint& operation);
    void table_arguments();
    void reflected_columns();
    void table_options(const schema::Options& options);
    void autoincrement(bool on);
    void reorder();
    void place(const std::string& name, const ops::Batch::Step& step);

    ColumnText& column(std::string_view name);
    std::string current(std::string_view name) const; ///< a step's name for a column as it is called now
    Part part(const schema::Constraint& constraint);
    void add_part(Part part);
    void remove_primary_key();
    bool remove_named(std::string_view name);
    void remove_type_checks(const std::string& column, const ops::AlterColumn& operation);
    void remove_checks_of_dropped();
    void add_type_check(const ColumnText& column, const schema::Type& type);
    void name_constraints();
    std::vector<Part*> all_constraints();
    template <class Wanted>
    void erase_parts(const Wanted& wanted);
    void say(dialect::Output& output);
    schema::Table table_with(schema::Column column) const;

    const Compiler& compiler_;
    const ops::Batch& batch_;
    TableText table_;
    const Renames& renames_;
    std::map<std::string, std::optional<std::string>>
        transfer_;                      ///< columns with rows to copy, and their CAST
    std::vector<std::string> existing_; ///< the columns that were there and still are, in order
    std::vector<std::pair<std::string, std::string>> order_; ///< pairs that stand one before the other
    std::vector<std::string> dropped_, dropped_indexes_, notes_;
    std::vector<const ops::Operation*> new_indexes_;
    std::vector<schema::Index> column_indexes_;
};

} // namespace orch::sqlite
