// A table as its CREATE TABLE says it: every column and constraint with what it means and with its text,
// comments and white space included, so that a definition can be changed in one place and stay as its author
// wrote it in all others. Reading a schema takes the meaning, a rebuild changes the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::sqlite {

/// REFERENCES and what follows it.
struct Reference {
    std::string table;
    std::vector<std::string> columns;                                  ///< empty: the primary key
    std::optional<std::string> on_delete, on_update, match, initially; ///< in capitals
    std::optional<bool> deferrable;
};

/// A constraint of a column or of the table; for columns, DEFAULT, COLLATE and GENERATED too.
struct Part {
    enum Kind { primary_key, unique, check, foreign_key, not_null, null, default_value, collate, generated };
    Kind kind = check;
    std::optional<std::string> name;  ///< CONSTRAINT name
    std::vector<std::string> columns; ///< of keys; of one in a column that column
    std::string expression; ///< of check, generated, default without its parentheses; the collation's name
    std::optional<std::string> conflict; ///< ON CONFLICT
    Reference reference;
    bool autoincrement = false, stored = false;
    std::string lead; ///< white space and comments before it
    std::string text; ///< CONSTRAINT name included
};

/// What lies around a column or a table's constraint.
struct Around {
    std::string lead;  ///< before it
    std::string trail; ///< behind it, before the comma or the closing parenthesis
    std::string after; ///< a comment behind the comma, on the same line
};

struct ColumnText {
    std::string name;
    std::string name_text;       ///< with its quotes
    std::string type_lead, type; ///< "VARCHAR(10)"; empty where none is given
    std::vector<Part> parts;
    Around around;

    const Part* find(Part::Kind kind) const;
    std::string text() const;
};

struct ConstraintText {
    Part part;
    Around around;
};

struct TableText {
    std::string head;      ///< "CREATE TABLE "
    std::string name;      ///< without quotes and schema
    std::string name_text; ///< as it stands, with quotes and schema
    std::string open;      ///< up to the opening parenthesis, with it
    std::vector<ColumnText> columns;
    std::vector<ConstraintText> constraints;
    std::string tail; ///< the closing parenthesis and what follows
    bool without_rowid = false, strict = false;

    ColumnText* find(std::string_view column);
    const ColumnText* find(std::string_view column) const;
    std::string text() const;
    /// Adds at the end, laid out as its neighbours are.
    void add(ColumnText column);
    void add(Part constraint);
    /// The columns of the primary key, wherever it stands.
    std::vector<std::string> primary_key() const;
    /// The column that is the rowid: the one of type INTEGER that alone is the primary key.
    const ColumnText* rowid() const;
    /// Says the options anew, where they were changed.
    void set_options(bool without_rowid, bool strict);
};

/// Throws Error(database) for a text that is no CREATE TABLE with columns: a virtual table has none.
TableText parse_table(std::string_view sql);
/// One column or one constraint, as they stand in a CREATE TABLE.
ColumnText parse_column(std::string_view sql);
Part parse_constraint(std::string_view sql);

struct IndexText {
    struct Element {
        std::string column;     ///< empty for an expression
        std::string expression; ///< the SQL of one that is more than a name
        std::optional<std::string> collation;
        bool descending = false;
    };
    std::string name, table;
    bool unique = false;
    std::vector<Element> elements;
    std::string where; ///< empty: the whole table
};
IndexText parse_index(std::string_view sql);

/// The stored text of an index, trigger or view with the schema before its name: CREATE TRIGGER "aux"."x" ...
std::string in_schema(std::string_view sql, std::string_view schema);

} // namespace orch::sqlite
