// PostgreSQL's SQL, as SQLAlchemy's postgresql dialect and Alembic's PostgresqlImpl write it: SERIAL, types
// of their own (enums, domains), indexes with all their options, EXCLUDE, identity columns. Speaks to
// PostgreSQL 13 and later. Split by noun: tables.cpp, indexes.cpp, named_types.cpp, types.cpp,
// expressions.cpp, values.cpp.
#pragma once

#include "dialect/compiler.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace orch::postgresql {

class Compiler final : public dialect::AnsiCompiler {
  public:
    explicit Compiler(const dialect::Traits& traits);

    std::string type(const schema::Type& type) const override;
    schema::Options conversion(const std::string& column, const schema::Type& from,
                               const schema::Type& to) const override;

  protected:
    using Output = dialect::Output;
    using Kind = dialect::Kind;

    void create_table(const ops::CreateTable& operation, Output& output) const override;
    void rename_table(const ops::RenameTable& operation, Output& output) const override;
    void add_column(const ops::AddColumn& operation, Output& output) const override;
    void alter_column(const ops::AlterColumn& operation, Output& output) const override;
    void column_type(const ops::AlterColumn& change, Output& output) const override;
    void column_identity(const ops::AlterColumn& change, Output& output) const override;
    void create_index(const ops::CreateIndex& operation, Output& output) const override;
    void drop_index(const ops::DropIndex& operation, Output& output) const override;
    void create_type(const ops::CreateType& operation, Output& output) const override;
    void drop_type(const ops::DropType& operation, Output& output) const override;
    void create_sequence(const ops::CreateSequence& operation, Output& output) const override;
    void execute(const ops::Execute& operation, Output& output) const override;

    std::string column(const schema::Column& column, const Layout& layout, Output& output) const override;
    std::string after_table(const Layout& layout) const override;
    std::string computed(const schema::Computed& computed) const override;
    std::string primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const override;
    std::string unique(const schema::Unique& constraint, const Layout& layout) const override;
    std::string check(const schema::Check& constraint) const override;
    std::string foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                            Output& output) const override;
    std::string exclude(const schema::Exclude& constraint) const override;

    std::string function(const sql::Function& function, Scope& scope) const override;
    std::string binary(const sql::Binary& binary, Scope& scope) const override;
    std::string distinct(const sql::Select& select, Scope& scope) const override;
    bool groups(std::string_view op, std::string_view against) const override;
    std::string cast(const sql::Cast& cast, Scope& scope) const override;
    std::string empty_set(std::size_t columns, const schema::Type* type) const override;
    std::string limit(const sql::Select& select, Scope& scope) const override;
    std::string hinted(std::string table, std::string_view hint) const override;
    std::string placeholder(std::size_t number) const override;
    std::size_t quoted_end(std::string_view sql, std::size_t at) const override;

    sql::Datum bind(const sql::Datum& value, const schema::Type* type) const override;
    std::string literal_of(const sql::Datum& value) const override;

  private:
    /// The column whose numbers come from a sequence of its own: SERIAL.
    bool counts_by_itself(const schema::Column& column, const Layout& layout) const;
    std::string serial(const schema::Type& type) const;
    /// " INCLUDE (a, b)" of an index or a constraint, or nothing.
    std::string include(const schema::Options& options) const;
    std::string tablespace(const schema::Options& options) const;
    static std::string storage_parameters(const schema::Options& options); ///< " WITH (a = b)", or nothing
    /// "SET ..." for each option of an identity that changes.
    std::string identity_changes(const schema::Identity& from, const schema::Identity& to) const;
    void drop_invalid(const schema::Index& index, Output& output) const;
    std::string index_element(const schema::IndexElement& element, const schema::Index& index) const;

    /// The enums and domains that a type brings along: itself, the items of an array.
    void named_types(const schema::Type& type, std::vector<const schema::Type*>& found) const;
    /// CREATE TYPE for each enum and domain of the columns that the script has not created by itself.
    void create_types_of(const std::vector<schema::Column>& columns, Output& output) const;
    /// The name of an enum or domain with its schema. Throws Error(script) for one without a name.
    std::string type_name(const schema::Type& type) const;
    std::string create_statement(const schema::Type& type) const;
    /// A query that gives a row where the type is not there, or not with all of these values; and one for
    /// where it is there.
    std::string is_missing(const schema::Type& type) const;
    std::string is_there(const schema::Type& type) const;
    /// The columns with the table's schema in the types that take it over.
    static std::vector<schema::Column> with_schema(std::vector<schema::Column> columns,
                                                   const std::optional<std::string>& schema);
};

extern const dialect::Grammar own_grammar;

constexpr std::string_view prefix = "postgresql_";

/// Where a string, a quoted name, a comment or a $$ body that begins at `at` ends; `at` where none begins.
std::size_t end_of_quoted(std::string_view sql, std::size_t at);

/// Whether PostgreSQL refuses to run this text inside of a transaction block: CREATE INDEX CONCURRENTLY,
/// VACUUM ...
bool outside_of_transactions(std::string_view sql);

/// An array as PostgreSQL writes it: {1,NULL,"a b"}.
std::string array_text(const sql::Array& array);

} // namespace orch::postgresql
