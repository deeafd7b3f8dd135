// The compiler that speaks as SQLAlchemy's default compiler and Alembic's DefaultImpl do. A plugin derives
// from it and overrides the hooks where its database differs; they are named after the operations and the
// parts of a statement. What is a list and not a behaviour (reserved words, names of types) is data: Grammar.
// Used by plugins only; the core knows Compiler (dialect.hpp). Nothing here touches a connection.
#pragma once

#include "dialect/dialect.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orch::dialect {

/// What a type's values are, whatever the type is called.
enum class Kind {
    unknown, ///< bound as the value itself says
    integer,
    string,
    enumeration,
    numeric,  ///< exact in the script, NUMERIC or DECIMAL
    floating, ///< FLOAT, REAL, DOUBLE
    boolean,
    date,
    time,
    datetime,
    interval,
    binary,
    json,
    uuid,
    array,
};

/// How one of SQLAlchemy's types is written. A plugin's table comes before the ANSI one, so it lists what
/// differs.
struct TypeSpelling {
    enum Form {
        plain,     ///< the word alone
        length,    ///< VARCHAR(10) COLLATE "x"
        numeric,   ///< NUMERIC(10, 2)
        precision, ///< FLOAT(24)
        values,    ///< an Enum as text: as long as its longest value
        refused,   ///< the database has no such type
    };
    std::string_view module; ///< "", "postgresql", ...: as in schema::Type
    std::string_view name;   ///< SQLAlchemy's class name
    std::string_view sql;
    Form form;
    Kind kind;
};

/// What a dialect has instead of code.
struct Grammar {
    std::string_view title;                           ///< the database as people write it: "SQLite"
    std::span<const std::string_view> reserved_words; ///< lower case, sorted
    std::span<const TypeSpelling> types;              ///< looked at before the ANSI spellings
    char quote = '"';                                 ///< around identifiers, doubled inside
    bool supports_alter = true;                       ///< constraints can be added to a table that exists
    bool native_boolean = false;                      ///< BOOLEAN is a type of its own, needs no CHECK
    bool native_enum = false;                         ///< ENUM is a type of its own, needs no CHECK
    bool inline_comments = false;           ///< comments stand in CREATE TABLE and in the column itself
    std::string_view inner_join = " JOIN "; ///< between two sources with a condition
    bool with_behind_insert = false;        ///< INSERT INTO t WITH a AS (...) SELECT ..., not WITH first
    std::string_view no_tables{};           ///< in front of a WHERE without a FROM: " \nFROM DUAL"
    bool qualified_returning = false;       ///< INSERT ... RETURNING t.a
    /// A list is one value, as the drivers of a database with arrays take it: ARRAY[a, b]; behind IN it is
    /// (a, b).
    bool lists_are_arrays = false;
    bool tuples_are_rows = false; ///< (a, b) IN (VALUES (1, 2)), not ((1, 2))
};

/// The statements of one operation while they are being made.
class ORCH_API Output {
  public:
    Output(Values values, const Place& origin);
    Values values() const { return values_; }
    const Place& origin() const { return *origin_; }
    /// What follows comes from here: a step of a batch. The place outlives the output.
    void origin(const Place& place) { origin_ = &place; }
    /// Appends a statement; the reference is good until the next one.
    Statement& add(std::string sql);
    /// Something that the user should know about this operation. It travels with the operation's first
    /// statement, or alone in a statement without SQL. The same text twice is said once.
    void note(std::string text);
    std::vector<Statement> take();

  private:
    Values values_;
    const Place* origin_;
    std::vector<Statement> statements_;
    std::vector<std::string> notes_;
};

class ORCH_API AnsiCompiler : public Compiler {
  public:
    AnsiCompiler(const Traits& traits, const Grammar& grammar);
    ~AnsiCompiler() override;

    std::vector<Statement> compile(const ops::Operation& operation, Values values) const final;
    Statement compile(const sql::Query& query, Values values) const final;
    std::string quote(std::string_view identifier) const override;
    std::string literal(const sql::Datum& value) const override;
    std::string type(const schema::Type& type) const override;
    std::string expression(const schema::ExpressionPtr& expression) const final;

  protected:
    /// Where an expression stands: how its values are written and whether columns carry their table's name.
    struct Scope {
        Values values = Values::literals;
        bool qualified = false;
        std::vector<sql::Datum>* parameters = nullptr; ///< filled in the order of the placeholders
        bool named = false;       ///< the next SELECT is one that others select from: its columns need names
        bool in_operator = false; ///< left or right of an operator, however deep, where a dialect says so
    };
    /// A table with what its columns and constraints say of each other worked out; see ddl.cpp.
    struct Layout {
        const schema::Table* table = nullptr;
        std::vector<schema::Column> columns;
        schema::PrimaryKey primary_key;              ///< without columns: none
        std::vector<schema::Constraint> constraints; ///< all others, in the order of the statement
        std::vector<schema::Index> indexes;
        const schema::Column* column(std::string_view name) const;
    };

    // One hook for each operation. Errors are thrown without a place; compile() adds the operation's.
    virtual void create_table(const ops::CreateTable& operation, Output& output) const;
    virtual void drop_table(const ops::DropTable& operation, Output& output) const;
    virtual void rename_table(const ops::RenameTable& operation, Output& output) const;
    virtual void add_column(const ops::AddColumn& operation, Output& output) const;
    virtual void drop_column(const ops::DropColumn& operation, Output& output) const;
    virtual void alter_column(const ops::AlterColumn& operation, Output& output) const;
    virtual void create_index(const ops::CreateIndex& operation, Output& output) const;
    virtual void drop_index(const ops::DropIndex& operation, Output& output) const;
    virtual void add_constraint(const ops::AddConstraint& operation, Output& output) const;
    virtual void drop_constraint(const ops::DropConstraint& operation, Output& output) const;
    virtual void table_comment(const ops::TableComment& operation, Output& output) const;
    virtual void bulk_insert(const ops::BulkInsert& operation, Output& output) const;
    virtual void execute(const ops::Execute& operation, Output& output) const;
    virtual void create_type(const ops::CreateType& operation, Output& output) const;
    virtual void drop_type(const ops::DropType& operation, Output& output) const;
    virtual void create_sequence(const ops::CreateSequence& operation, Output& output) const;
    virtual void drop_sequence(const ops::DropSequence& operation, Output& output) const;
    virtual void batch(const ops::Batch& operation, Output& output) const;
    /// Sends an operation to its hook.
    void dispatch(const ops::Action& action, Output& output) const;

    // The steps of alter_column, in Alembic's order.
    virtual void column_nullable(const ops::AlterColumn& change, Output& output) const;
    virtual void column_default(const ops::AlterColumn& change, Output& output) const;
    virtual void column_identity(const ops::AlterColumn& change, Output& output) const;
    virtual void column_computed(const ops::AlterColumn& change, Output& output) const;
    virtual void column_type(const ops::AlterColumn& change, Output& output) const;
    virtual void column_name(const ops::AlterColumn& change, Output& output) const;
    /// A comment on a column that exists; no text drops it. Databases that write it into the column override
    /// column().
    virtual void column_comment(const std::string& table, const ops::Schema& schema,
                                const std::string& column, const std::optional<std::string>& comment,
                                Output& output) const;

    // The parts of a table.
    virtual std::string column(const schema::Column& column, const Layout& layout, Output& output) const;
    virtual std::string after_table(const Layout& layout) const; ///< what follows the closing parenthesis
    virtual std::string default_clause(const schema::Column& column) const; ///< " DEFAULT x", or nothing
    virtual std::string computed(const schema::Computed& computed) const;
    virtual std::string identity(const schema::Identity& identity) const;
    /// Each gives nothing for a constraint that is not written in this place.
    virtual std::string primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const;
    virtual std::string unique(const schema::Unique& constraint, const Layout& layout) const;
    virtual std::string check(const schema::Check& constraint) const;
    virtual std::string foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                                    Output& output) const;
    virtual std::string exclude(const schema::Exclude& constraint) const;
    std::string constraint(const schema::Constraint& constraint, const Layout& layout, Output& output) const;
    std::string constraint_name(const std::optional<std::string>& name) const; ///< "CONSTRAINT x " or nothing
    std::string references(const schema::ForeignKey& constraint,
                           bool with_schema) const; ///< "REFERENCES t (a, b) ON ..."
    std::string deferrability(std::optional<bool> deferrable,
                              const std::optional<std::string>& initially) const;
    std::string identity_options(const schema::Identity& options) const;
    std::string index_name(const schema::Index& index) const; ///< given, or ix_<table>_<first column>
    std::string index_elements(const schema::Index& index) const;
    Layout layout(const schema::Table& table) const;

    // Expressions.
    std::string expression(const schema::ExpressionPtr& expression, Scope& scope) const;
    /// Whether an expression of operator `op` stands in parentheses under `against`, beyond what precedence
    /// asks for.
    virtual bool groups(std::string_view op, std::string_view against) const;
    std::string list(const std::vector<schema::ExpressionPtr>& items, Scope& scope) const; ///< "a, b"
    virtual std::string function(const sql::Function& function, Scope& scope) const;
    virtual std::string binary(const sql::Binary& binary, Scope& scope) const;
    virtual std::string chain(const sql::Chain& chain, Scope& scope, const schema::Type* hint) const;
    virtual std::string cast(const sql::Cast& cast, Scope& scope) const;
    virtual std::string constant(sql::Constant constant) const;
    virtual std::string collation(std::string_view name) const;
    /// A query without rows, of as many columns: the list of an expanding parameter of text that is empty.
    virtual std::string empty_set(std::size_t columns, const schema::Type* type) const;
    /// What stands in the parentheses of IN for an empty list; `negated`: of NOT IN. "NULL) AND (1 != 1" by
    /// default, which closes them itself, and asks nothing of the column's type.
    virtual std::string empty_list(std::size_t columns, bool negated) const;
    virtual std::string limit(const sql::Select& select, Scope& scope) const;
    virtual std::string for_update(const std::string& kind) const;
    /// A table in a FROM with the words of with_hint(), which may be none; the default leaves them out.
    virtual std::string hinted(std::string table, std::string_view hint) const;
    std::string target(const sql::TableRef& table) const; ///< of UPDATE and DELETE
    /// "DISTINCT ", also for DISTINCT ON (...), which databases that have it override; or nothing.
    virtual std::string distinct(const sql::Select& select, Scope& scope) const;
    /// A condition as a whole: a constant true is no condition for each database.
    std::string condition(const schema::ExpressionPtr& expression, Scope& scope) const;
    virtual std::string placeholder(std::size_t number) const; ///< counting from 1
    /// Where a string, a quoted name or a comment that begins at `at` ends, since `:x` in it is no parameter;
    /// `at` where none begins.
    virtual std::size_t quoted_end(std::string_view sql, std::size_t at) const;
    std::string text(const sql::Text& text, Scope& scope) const;
    std::string select(const sql::Select& select, Scope& scope) const;
    virtual std::string insert(const sql::Insert& insert, Scope& scope) const;
    virtual std::string update(const sql::Update& update, Scope& scope) const;
    virtual std::string delete_(const sql::Delete& query, Scope& scope) const;
    std::string source(const sql::Source& source, Scope& scope) const; ///< what stands behind FROM
    /// An expression in parentheses where it binds no tighter than the operator `against`; "()" wraps every
    /// operator. `hint` is the type that a literal takes.
    std::string operand(const schema::ExpressionPtr& expression, std::string_view against, Scope& scope,
                        const schema::Type* hint = nullptr) const;
    /// An expression; a literal without a type of its own takes this one.
    std::string typed(const schema::ExpressionPtr& expression, const schema::Type* type, Scope& scope) const;
    std::string returning(const std::vector<schema::ExpressionPtr>& columns, Scope& scope) const;

    // Values.
    /// What the driver gets for a value of a column of this type, as SQLAlchemy's bind processors make it.
    /// Throws Error(script) for a value that the type does not take.
    virtual sql::Datum bind(const sql::Datum& value, const schema::Type* type) const;
    /// A value as SQL text, after bind().
    virtual std::string literal_of(const sql::Datum& value) const;
    /// A value in its place: a placeholder with its parameter, or a literal. A list becomes (a, b, c).
    std::string value(const sql::Datum& value, const schema::Type* type, Scope& scope) const;

    // Types.
    /// The type that this dialect uses: a variant of it, or what a TypeDecorator wraps.
    const schema::Type& resolve(const schema::Type& type) const;
    const TypeSpelling* spelling(const schema::Type& type) const; ///< null for one that no table has
    Kind kind(const schema::Type& type) const;
    bool needs_check(
        const schema::Type& type) const; ///< a Boolean or Enum with create_constraint and no native type

    // Names.
    std::string table_name(const ops::Schema& schema, std::string_view name) const;
    std::string column_list(const std::vector<std::string>& columns) const; ///< "a, b"
    std::string always_quoted(std::string_view identifier) const;

    const Traits& traits() const { return traits_; }
    const Grammar& grammar() const { return grammar_; }

  private:
    struct ExpressionWriter;
    const schema::Type* compared_as(const sql::Datum& value, const schema::Type* other) const;
    std::string write(const sql::Expression& expression, Scope& scope, const schema::Type* hint) const;
    std::string array_element(const sql::Binary& binary, Scope& scope) const;
    std::string_view rows_in(const sql::Chain& list) const; ///< what stands before the tuples of an IN
    std::string source_of_rows(const sql::Rows& rows, Scope& scope) const;
    std::string source_of_function(const sql::TableFunction& function, Scope& scope) const;
    std::string with(const sql::Query& query, Scope& scope) const; ///< WITH ..., or nothing
    std::string statement(const sql::Query& query, Scope& scope) const;
    std::string compound(const sql::Select& select, Scope& scope) const;
    std::string grouped(const sql::Select& select, Scope& scope) const;
    std::string assignments(const std::vector<sql::Assignment>& values, std::string_view equals,
                            Scope& scope) const;
    std::string upsert(const sql::Insert& insert, Scope& scope) const;
    std::string select_list(const sql::Select& select, Scope& scope) const;
    Statement query(const sql::Query& query, Output& output) const;
    std::vector<std::vector<sql::Datum>> parameter_sets(const sql::Insert& insert) const;

    const Traits& traits_;
    const Grammar& grammar_;
};

// Keyword arguments of one dialect, such as sqlite_where=.

/// Null where the option is absent or None.
ORCH_API const schema::Option* find_option(const schema::Options& options, std::string_view name);
/// Throws Error(script) when the value is of another kind.
ORCH_API bool option_flag(const schema::Options& options, std::string_view name, bool otherwise);
ORCH_API std::optional<std::string> option_text(const schema::Options& options, std::string_view name);
ORCH_API schema::ExpressionPtr option_expression(const schema::Options& options, std::string_view name);
/// Refuses options that begin with `prefix` ("sqlite_") and are not among the known ones; `what` names the
/// thing: "a table".
ORCH_API void check_options(const schema::Options& options, std::string_view prefix,
                            std::span<const std::string_view> known, std::string_view what);

} // namespace orch::dialect
