// SQLite's SQL: what it can alter in place, its options, and its text forms of dates, booleans and UUIDs.
// What needs a rebuild of the table is refused with the way out. docs/sqlite.md says the same to users.
#pragma once

#include "dialect/compiler.hpp"

namespace orch::sqlite {

class Compiler final : public dialect::AnsiCompiler {
  public:
    explicit Compiler(const dialect::Traits& traits);
    friend class TableEditor; ///< writes columns and constraints into a definition
    friend class Alteration;  ///< runs the steps that need no rebuild

  protected:
    using Output = dialect::Output;

    void create_table(const ops::CreateTable& operation, Output& output) const override;
    void rename_table(const ops::RenameTable& operation, Output& output) const override;
    void add_column(const ops::AddColumn& operation, Output& output) const override;
    void drop_column(const ops::DropColumn& operation, Output& output) const override;
    void alter_column(const ops::AlterColumn& operation, Output& output) const override;
    void create_index(const ops::CreateIndex& operation, Output& output) const override;
    void add_constraint(const ops::AddConstraint& operation, Output& output) const override;
    void drop_constraint(const ops::DropConstraint& operation, Output& output) const override;
    void table_comment(const ops::TableComment& operation, Output& output) const override;
    void create_sequence(const ops::CreateSequence& operation, Output& output) const override;
    void drop_sequence(const ops::DropSequence& operation, Output& output) const override;
    void batch(const ops::Batch& operation, Output& output) const override;
    void column_comment(const std::string& table, const ops::Schema& schema, const std::string& column,
                        const std::optional<std::string>& comment, Output& output) const override;

    std::string column(const schema::Column& column, const Layout& layout, Output& output) const override;
    std::string after_table(const Layout& layout) const override;
    std::string default_clause(const schema::Column& column) const override;
    std::string primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const override;
    std::string unique(const schema::Unique& constraint, const Layout& layout) const override;
    std::string check(const schema::Check& constraint) const override;
    std::string foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                            Output& output) const override;

    std::vector<dialect::Statement> standard(const ops::Operation& operation) const override;
    std::string function(const sql::Function& function, Scope& scope) const override;
    std::string binary(const sql::Binary& binary, Scope& scope) const override;
    std::string constant(sql::Constant constant) const override;
    std::string empty_set(std::size_t columns, const schema::Type* type) const override;
    std::string empty_list(std::size_t columns, bool negated) const override;
    std::string limit(const sql::Select& select, Scope& scope) const override;
    std::string for_update(const std::string& kind) const override;

    sql::Datum bind(const sql::Datum& value, const schema::Type* type) const override;
    std::string literal_of(const sql::Datum& value) const override;

  private:
    /// Whether a batch cannot be done by ALTER TABLE, as far as that can be told without the database.
    bool needs_new_table(const ops::Batch& batch) const;
    /// The statements of a rebuild from copy_from.
    void new_table(const ops::Batch& operation, Output& output) const;
    /// PRIMARY KEY AUTOINCREMENT stands in the column, where sqlite_autoincrement asks for it and SQLite can
    /// do it.
    bool autoincrements(const schema::Column& column, const Layout& layout) const;
};

/// The value that SQLite stores for a script's value in a column of this kind, as SQLAlchemy's SQLite dialect
/// makes it.
sql::Datum stored(const sql::Datum& value, dialect::Kind kind);

} // namespace orch::sqlite
