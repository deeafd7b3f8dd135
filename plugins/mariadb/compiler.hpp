// MariaDB's and MySQL's SQL, as SQLAlchemy's mysql dialect and Alembic write it: a column is restated whole
// when it changes, comments stand in the table, AUTO_INCREMENT follows from the key. One class for both
// servers; what they do differently follows from `Server`. docs/mariadb.md says the same to users.
#pragma once

#include "dialect/compiler.hpp"

namespace orch::mariadb {

/// What a server says of itself. Without one: what SQLAlchemy assumes offline, a server that is new enough.
struct Server {
    bool mariadb = false;          ///< else MySQL
    int version = 0;               ///< 101106 is 10.11.6; 0: not known
    bool backslash_escapes = true; ///< NO_BACKSLASH_ESCAPES is not in sql_mode
    bool ansi_quotes = false;      ///< ANSI_QUOTES is: "x" is an identifier

    /// Whether it is at least this new; one that is not known is.
    bool since(int mariadb_version, int mysql_version) const {
        return version == 0 || version >= (mariadb ? mariadb_version : mysql_version);
    }
};

class Compiler final : public dialect::AnsiCompiler {
  public:
    /// The traits outlive the compiler; their name is the prefix of options: mysql_engine, mariadb_engine.
    Compiler(const dialect::Traits& traits, const Server& server);

    /// What the session's sql_mode says of them has changed.
    void backslash_escapes(bool on) { server_.backslash_escapes = on; }

    std::string type(const schema::Type& type) const override;
    std::string comparable_type(const schema::Type& type) const override;
    std::size_t quoted_end(std::string_view sql, std::size_t at) const override;
    /// What an alter_column comes to.
    enum class Way { nothing, rename, restate, set_default };
    Way way(const ops::AlterColumn& change) const;
    /// The statements of an alter_column, with this definition where it restates the column.
    std::vector<dialect::Statement> alter_column_to(const ops::AlterColumn& change,
                                                    const std::string& definition, const Place& origin) const;
    /// The default that the column shall have, as SQL.
    std::optional<std::string> default_of(const ops::AlterColumn& change) const;
    std::string table(const ops::Schema& schema, std::string_view name) const {
        return table_name(schema, name);
    }
    dialect::Kind kind_of(const schema::Type& type) const { return kind(type); }

  protected:
    using Output = dialect::Output;

    void alter_column(const ops::AlterColumn& operation, Output& output) const override;
    void create_index(const ops::CreateIndex& operation, Output& output) const override;
    void drop_index(const ops::DropIndex& operation, Output& output) const override;
    void drop_constraint(const ops::DropConstraint& operation, Output& output) const override;
    void table_comment(const ops::TableComment& operation, Output& output) const override;
    void create_sequence(const ops::CreateSequence& operation, Output& output) const override;
    void drop_sequence(const ops::DropSequence& operation, Output& output) const override;

    std::string column(const schema::Column& column, const Layout& layout, Output& output) const override;
    std::string after_table(const Layout& layout) const override;
    std::string default_clause(const schema::Column& column) const override;
    std::string primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const override;
    std::string foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                            Output& output) const override;

    std::string function(const sql::Function& function, Scope& scope) const override;
    std::string binary(const sql::Binary& binary, Scope& scope) const override;
    std::string chain(const sql::Chain& chain, Scope& scope, const schema::Type* hint) const override;
    std::string cast(const sql::Cast& cast, Scope& scope) const override;
    std::string empty_set(std::size_t columns, const schema::Type* type) const override;
    std::string limit(const sql::Select& select, Scope& scope) const override;
    std::string for_update(const std::string& kind) const override;
    std::string hinted(std::string table, std::string_view hint) const override;
    std::string insert(const sql::Insert& insert, Scope& scope) const override;
    std::string update(const sql::Update& update, Scope& scope) const override;
    std::string delete_(const sql::Delete& query, Scope& scope) const override;

    sql::Datum bind(const sql::Datum& value, const schema::Type* type) const override;
    std::string literal_of(const sql::Datum& value) const override;

  private:
    std::string option(std::string_view name) const; ///< "mysql_" before the name
    const schema::Option* find(const schema::Options& options, std::string_view name) const;
    /// As find(), for the two options that SQLAlchemy's mariadb dialect also takes with mysql_ in front.
    std::optional<std::string> shared_text(const schema::Options& options, std::string_view name) const;
    void check(const schema::Options& options, std::span<const std::string_view> known,
               std::string_view what) const;
    using AnsiCompiler::check;
    void refuse_match(const schema::ForeignKey& key) const;
    void alter_column(const ops::AlterColumn& change, const std::string& definition, Output& output) const;
    /// What stands behind the column's name in CHANGE and MODIFY, from what the script says of it.
    std::string definition(const ops::AlterColumn& change) const;
    bool autoincrements(const schema::Column& column, const Layout& layout) const;
    std::string index_columns(const schema::Index& index) const;
    std::string cast_type(const schema::Type& type) const; ///< empty: CAST does not know it
    /// An element of a JSON document, `type` as_float() and the like ask for, or null.
    std::string json(const sql::Binary& access, const schema::Type* type, Scope& scope) const;
    std::string of_json(const std::string& element, const schema::Type* type) const; ///< the end of its CASE

    Server server_;
};

/// The words that must be quoted: lower case, sorted.
std::span<const std::string_view> reserved_words(bool mariadb);
/// How types are called and what their values are; how they are written is type()'s.
std::span<const dialect::TypeSpelling> type_table();

} // namespace orch::mariadb
