#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::sqlite {

namespace {

using dialect::check_options;
using dialect::Kind;
using dialect::option_flag;
using dialect::option_text;

// What SQLAlchemy quotes for SQLite, and three words that SQLite has since reserved.
constexpr auto reserved_words = std::to_array<std::string_view>({
    "add",          "after",
    "all",          "alter",
    "analyze",      "and",
    "as",           "asc",
    "attach",       "autoincrement",
    "before",       "begin",
    "between",      "by",
    "cascade",      "case",
    "cast",         "check",
    "collate",      "column",
    "commit",       "conflict",
    "constraint",   "create",
    "cross",        "current_date",
    "current_time", "current_timestamp",
    "database",     "default",
    "deferrable",   "deferred",
    "delete",       "desc",
    "detach",       "distinct",
    "drop",         "each",
    "else",         "end",
    "escape",       "except",
    "exclusive",    "exists",
    "explain",      "fail",
    "false",        "for",
    "foreign",      "from",
    "full",         "glob",
    "group",        "having",
    "if",           "ignore",
    "immediate",    "in",
    "index",        "indexed",
    "initially",    "inner",
    "insert",       "instead",
    "intersect",    "into",
    "is",           "isnull",
    "join",         "key",
    "left",         "like",
    "limit",        "match",
    "materialized", "natural",
    "not",          "nothing",
    "notnull",      "null",
    "of",           "offset",
    "on",           "or",
    "order",        "outer",
    "plan",         "pragma",
    "primary",      "query",
    "raise",        "references",
    "reindex",      "rename",
    "replace",      "restrict",
    "returning",    "right",
    "rollback",     "row",
    "select",       "set",
    "table",        "temp",
    "temporary",    "then",
    "to",           "transaction",
    "trigger",      "true",
    "union",        "unique",
    "update",       "using",
    "vacuum",       "values",
    "view",         "virtual",
    "when",         "where",
});

constexpr auto types = std::to_array<dialect::TypeSpelling>({
    {"", "JSONB", "JSONB", dialect::TypeSpelling::plain, Kind::json},
});

const dialect::Grammar sqlite_grammar = [] {
    dialect::Grammar grammar{"SQLite", reserved_words, types, '"', false, false, false};
    grammar.tuples_are_rows = true;
    return grammar;
}();

constexpr std::string_view prefix = "sqlite_";
constexpr std::array<std::string_view, 3> table_options{"sqlite_autoincrement", "sqlite_with_rowid",
                                                        "sqlite_strict"};
constexpr std::array<std::string_view, 3> column_options{
    "sqlite_on_conflict_primary_key", "sqlite_on_conflict_not_null", "sqlite_on_conflict_unique"};
constexpr std::array<std::string_view, 1> constraint_options{"sqlite_on_conflict"};
constexpr std::array<std::string_view, 1> index_options{"sqlite_where"};

/// " ON CONFLICT REPLACE", or nothing.
std::string on_conflict(const schema::Options& options, std::string_view name) {
    const auto given = option_text(options, name);
    if (!given) return {};
    constexpr std::array<std::string_view, 5> known{"rollback", "abort", "fail", "ignore", "replace"};
    if (std::ranges::find(known, lower(*given)) == known.end())
        throw Error(
            Fault::script,
            fmt::format("'{}' expected ROLLBACK, ABORT, FAIL, IGNORE or REPLACE, got '{}'", name, *given));
    return " ON CONFLICT " + *given;
}

Error needs_rebuild(const std::string& what, std::string_view further = {}) {
    return Error(Fault::script, what + " needs a table rebuild")
        .hint(std::string(further) + "put it into 'with op.batch_alter_table(...)', which rebuilds the "
                                     "table; --sql needs its copy_from= "
                                     "for that");
}

std::string in_table(const std::string& column, const std::string& table) {
    return fmt::format("column '{}' of table '{}'", column, table);
}

void note_comments(dialect::Output& output) { output.note("SQLite keeps no comments: left out"); }

} // namespace

Compiler::Compiler(const dialect::Traits& traits) : AnsiCompiler(traits, sqlite_grammar) {}

void Compiler::create_table(const ops::CreateTable& operation, Output& output) const {
    check_options(operation.table.options, prefix, table_options, "a table");
    AnsiCompiler::create_table(operation, output);
}

// name type [DEFAULT] [NOT NULL] [PRIMARY KEY AUTOINCREMENT] [GENERATED] [CHECK]
std::string Compiler::column(const schema::Column& column, const Layout& layout, Output& output) const {
    check_options(column.options, prefix, column_options, "a column");
    if (column.identity && !column.primary_key)
        output.note(fmt::format("SQLite has no IDENTITY: {} does not count by itself",
                                in_table(column.name, layout.table->name)));
    schema::Column plain = column; // name, type and default; the rest has its own order here
    plain.computed.reset();
    plain.identity.reset();
    plain.checks.clear();
    plain.nullable = true;
    std::string out = AnsiCompiler::column(plain, layout, output);
    if (!column.is_nullable())
        out += " NOT NULL" + on_conflict(column.options, "sqlite_on_conflict_not_null");
    if (autoincrements(column, layout))
        out +=
            " PRIMARY KEY" + on_conflict(column.options, "sqlite_on_conflict_primary_key") + " AUTOINCREMENT";
    if (column.computed) out += " " + computed(*column.computed);
    for (const schema::Check& each : column.checks) {
        if (each.name) out += " CONSTRAINT " + quote(*each.name);
        schema::Check unnamed = each;
        unnamed.name.reset();
        out += " " + check(unnamed);
    }
    return out;
}

bool Compiler::autoincrements(const schema::Column& column, const Layout& layout) const {
    if (!column.primary_key) return false;
    const std::size_t keys = layout.primary_key.columns.size();
    if (column.autoincrement == schema::Autoincrement::yes && keys > 1)
        throw Error(Fault::script, "SQLite has no autoincrement in a primary key of several columns: " +
                                       in_table(column.name, layout.table->name));
    return option_flag(layout.table->options, "sqlite_autoincrement", false) && keys == 1 &&
           kind(column.type) == Kind::integer && column.foreign_keys.empty();
}

std::string Compiler::after_table(const Layout& layout) const {
    const schema::Options& options = layout.table->options;
    std::vector<std::string> words;
    if (!option_flag(options, "sqlite_with_rowid", true)) words.emplace_back("WITHOUT ROWID");
    if (option_flag(options, "sqlite_strict", false)) words.emplace_back("STRICT");
    return words.empty() ? "" : "\n " + join(words, ",\n ");
}

// An expression stands in parentheses, a single word or a literal does not need them.
std::string Compiler::default_clause(const schema::Column& column) const {
    if (!column.server_default) return {};
    const std::string text = expression(column.server_default);
    const std::size_t first = text.find_first_not_of(" \t\r\n\f\v");
    const bool wrapped =
        first != std::string::npos && std::string_view("'\"(").find(text[first]) != std::string_view::npos;
    const bool word = std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
               byte == '_' || byte >= 0x80;
    });
    return " DEFAULT " + (wrapped || word ? text : "(" + text + ")");
}

std::string Compiler::primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const {
    check_options(constraint.options, prefix, constraint_options, "a constraint");
    const schema::Column* only =
        constraint.columns.size() == 1 ? layout.column(constraint.columns.front()) : nullptr;
    if (only && autoincrements(*only, layout)) return {}; // stands in the column
    std::string conflict = on_conflict(constraint.options, "sqlite_on_conflict");
    if (conflict.empty() && only) conflict = on_conflict(only->options, "sqlite_on_conflict_primary_key");
    return AnsiCompiler::primary_key(constraint, layout) + conflict;
}

std::string Compiler::unique(const schema::Unique& constraint, const Layout& layout) const {
    check_options(constraint.options, prefix, constraint_options, "a constraint");
    std::string conflict = on_conflict(constraint.options, "sqlite_on_conflict");
    const schema::Column* only =
        constraint.columns.size() == 1 ? layout.column(constraint.columns.front()) : nullptr;
    if (conflict.empty() && only) conflict = on_conflict(only->options, "sqlite_on_conflict_unique");
    return AnsiCompiler::unique(constraint, layout) + conflict;
}

std::string Compiler::check(const schema::Check& constraint) const {
    check_options(constraint.options, prefix, constraint_options, "a constraint");
    return AnsiCompiler::check(constraint) + on_conflict(constraint.options, "sqlite_on_conflict");
}

// A foreign key cannot reach into another attached database; SQLAlchemy leaves such a key out.
std::string Compiler::foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                                  Output& output) const {
    if (layout.table->schema != constraint.referent_schema) {
        output.note(fmt::format(
            "SQLite has no foreign keys between schemas: the one of table '{}' to '{}' is left out",
            layout.table->name, constraint.referent_table));
        return {};
    }
    return fmt::format("{}FOREIGN KEY({}) {}", constraint_name(constraint.name),
                       column_list(constraint.columns), references(constraint, false));
}

void Compiler::rename_table(const ops::RenameTable& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} RENAME TO {}", table_name(operation.schema, operation.old_name),
                           quote(operation.new_name)));
}

// Foreign keys stand in the new column, since SQLite adds none to a table that exists. Whether the table is
// empty, and so whether NOT NULL without a default will do, only the database knows.
void Compiler::add_column(const ops::AddColumn& operation, Output& output) const {
    const schema::Column& given = operation.column;
    const std::string name = in_table(given.name, operation.table);
    if (operation.if_not_exists)
        throw Error(Fault::script, "SQLite has no ADD COLUMN IF NOT EXISTS: " + name)
            .hint("look with sa.inspect(op.get_bind()) first");
    if (given.primary_key)
        throw Error(Fault::script, "SQLite cannot add a primary key to a table that exists: " + name)
            .hint("create a new table with the key, copy the rows with INSERT ... SELECT, drop the old one "
                  "and rename the new one");
    if (given.unique && !given.index)
        throw Error(Fault::script, "SQLite cannot add a UNIQUE column to a table that exists: " + name)
            .hint("add the column without unique=True, then op.create_index(..., unique=True)");
    schema::Table table;
    table.name = operation.table;
    table.schema = operation.schema;
    table.columns = {given};
    const Layout plan = layout(table);
    std::string sql =
        fmt::format("ALTER TABLE {} ADD COLUMN {}", table_name(operation.schema, operation.table),
                    column(plan.columns.front(), plan, output));
    for (const schema::Constraint& each : plan.constraints) {
        if (const auto* key = std::get_if<schema::ForeignKey>(&each)) {
            if (!foreign_key(*key, plan, output).empty())
                sql += " " + constraint_name(key->name) + references(*key, false);
        } else if (std::holds_alternative<schema::Check>(each)) {
            output.note("SQLite adds no CHECK to a table that exists: the one of the type of " + name +
                        " is left out");
        }
    }
    output.add(std::move(sql));
    for (const schema::Index& index : plan.indexes) create_index({index, false}, output);
    if (given.comment) note_comments(output);
}

void Compiler::drop_column(const ops::DropColumn& operation, Output& output) const {
    if (operation.if_exists)
        throw Error(Fault::script,
                    "SQLite has no DROP COLUMN IF EXISTS: " + in_table(operation.column, operation.table))
            .hint("look with sa.inspect(op.get_bind()) first");
    AnsiCompiler::drop_column(operation, output);
}

void Compiler::alter_column(const ops::AlterColumn& operation, Output& output) const {
    std::vector<std::string> changes;
    if (operation.nullable && operation.nullable != operation.existing_nullable)
        changes.emplace_back("nullable");
    if (operation.server_default.given) changes.emplace_back("server default");
    if (operation.identity.given) changes.emplace_back("identity");
    if (operation.computed.given) changes.emplace_back("computed expression");
    const bool same =
        operation.type && operation.existing_type && type(*operation.type) == type(*operation.existing_type);
    if (operation.type && !same) changes.emplace_back("type");
    if (!changes.empty())
        throw needs_rebuild(fmt::format("changing the {} of {}", join(changes, " and "),
                                        in_table(operation.column, operation.table)));
    if (operation.comment.given) note_comments(output);
    if (!operation.name) return;
    output.add(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}",
                           table_name(operation.schema, operation.table), quote(operation.column),
                           quote(*operation.name)));
}

std::vector<dialect::Statement> Compiler::standard(const ops::Operation& operation) const {
    const auto* change = std::get_if<ops::AlterColumn>(&operation.action);
    if (!change) return {};
    Output output(dialect::Values::literals, operation.origin);
    AnsiCompiler::alter_column(*change, output);
    return output.take();
}

// The index carries the schema, its table must not.
void Compiler::create_index(const ops::CreateIndex& operation, Output& output) const {
    const schema::Index& index = operation.index;
    check_options(index.options, prefix, index_options, "an index");
    std::string sql =
        fmt::format("CREATE {}INDEX {}{} ON {} ({})", index.unique ? "UNIQUE " : "",
                    operation.if_not_exists ? "IF NOT EXISTS " : "",
                    table_name(index.schema, index_name(index)), quote(index.table), index_elements(index));
    if (const auto where = dialect::option_expression(index.options, "sqlite_where"))
        sql += " WHERE " + expression(where);
    output.add(std::move(sql));
}

void Compiler::add_constraint(const ops::AddConstraint& operation, Output&) const {
    const bool unique = std::holds_alternative<schema::Unique>(operation.constraint);
    throw needs_rebuild(fmt::format("adding a constraint to table '{}'", operation.table),
                        unique ? "op.create_index(..., unique=True) enforces the same without a rebuild; or "
                               : "");
}

void Compiler::drop_constraint(const ops::DropConstraint& operation, Output&) const {
    throw needs_rebuild(
        fmt::format("dropping constraint '{}' of table '{}'", operation.name, operation.table));
}

void Compiler::table_comment(const ops::TableComment&, Output& output) const { note_comments(output); }
void Compiler::column_comment(const std::string&, const ops::Schema&, const std::string&,
                              const std::optional<std::string>&, Output& output) const {
    note_comments(output);
}

void Compiler::create_sequence(const ops::CreateSequence& operation, Output&) const {
    throw Error(Fault::script, fmt::format("SQLite has no sequences: '{}'", operation.sequence.name))
        .hint("an INTEGER PRIMARY KEY counts by itself");
}
void Compiler::drop_sequence(const ops::DropSequence& operation, Output& output) const {
    if (!operation.if_exists)
        throw Error(Fault::script, fmt::format("SQLite has no sequences: '{}'", operation.sequence.name))
            .hint("an INTEGER PRIMARY KEY counts by itself");
    output.note("SQLite has no sequences: nothing to drop");
}

namespace {

/// The fields of extract() as strftime() names them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> fields{{{"month", "%m"},
                                                                                {"day", "%d"},
                                                                                {"year", "%Y"},
                                                                                {"second", "%S"},
                                                                                {"hour", "%H"},
                                                                                {"doy", "%j"},
                                                                                {"minute", "%M"},
                                                                                {"epoch", "%s"},
                                                                                {"dow", "%w"},
                                                                                {"week", "%W"}}};

std::string_view strftime_field(const sql::Binary& from) {
    const auto* name = from.left ? std::get_if<sql::Text>(&from.left->node) : nullptr;
    const std::string wanted = name ? lower(name->sql) : "";
    const auto at = std::ranges::find(fields, wanted, [](const auto& field) { return field.first; });
    if (at != fields.end()) return at->second;
    std::vector<std::string> known;
    for (const auto& [field, format] : fields) known.emplace_back(field);
    throw Error(Fault::script, fmt::format("SQLite extracts no '{}' from a date", wanted))
        .hint("known fields: " + quoted_list(known));
}

/// The path {a, 0, b} as SQLite has it: $."a"[0]."b".
std::string json_path(std::string_view path) {
    if (path.starts_with('{')) path.remove_prefix(1);
    if (path.ends_with('}')) path.remove_suffix(1);
    std::string out = "$";
    for (const std::string& piece : split(path, ',')) {
        const std::string_view key = trim(piece);
        const bool index = !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
        out += index ? fmt::format("[{}]", key) : fmt::format(".\"{}\"", key);
    }
    return out;
}

/// The path of an access to a JSON document, where it is one with a key, an index or a path that is known.
std::optional<std::string> json_path(const sql::Binary& binary) {
    constexpr std::array<std::string_view, 4> access{"->", "->>", "#>", "#>>"};
    if (std::ranges::find(access, binary.op) == access.end() || !binary.right) return std::nullopt;
    const auto* literal = std::get_if<sql::Literal>(&binary.right->node);
    if (!literal) return std::nullopt;
    if (const auto* index = std::get_if<std::int64_t>(&literal->value)) return fmt::format("$[{}]", *index);
    const auto* text = std::get_if<std::string>(&literal->value);
    if (!text) return std::nullopt;
    return binary.op.starts_with("#") ? json_path(*text) : fmt::format("$.\"{}\"", *text);
}

} // namespace

std::string Compiler::function(const sql::Function& function, Scope& scope) const {
    if (function.name.size() == 1) {
        const std::string name = lower(function.name.front());
        if (name == "localtimestamp" && function.arguments.empty())
            return "DATETIME(CURRENT_TIMESTAMP, 'localtime')";
        if (name == "aggregate_strings")
            return AnsiCompiler::function({{"group_concat"}, function.arguments}, scope);
        if (name == "char_length") return AnsiCompiler::function({{"length"}, function.arguments}, scope);
        const auto* from = name == "extract" && function.arguments.size() == 1
                               ? std::get_if<sql::Binary>(&function.arguments.front()->node)
                               : nullptr;
        if (from && from->op == "FROM")
            return fmt::format("CAST(STRFTIME('{}', {}) AS INTEGER)", strftime_field(*from),
                               expression(from->right, scope));
    }
    return AnsiCompiler::function(function, scope);
}

std::string Compiler::binary(const sql::Binary& binary, Scope& scope) const {
    if (binary.op == "IS DISTINCT FROM")
        return AnsiCompiler::binary({"IS NOT", binary.left, binary.right}, scope);
    if (binary.op == "IS NOT DISTINCT FROM")
        return AnsiCompiler::binary({"IS", binary.left, binary.right}, scope);
    if (binary.op == "ILIKE" || binary.op == "NOT ILIKE") {
        const auto lowered = [](const schema::ExpressionPtr& side) {
            return sql::make({sql::Function{{"lower"}, {side}}});
        };
        return AnsiCompiler::binary(
            {binary.op == "ILIKE" ? "LIKE" : "NOT LIKE", lowered(binary.left), lowered(binary.right)}, scope);
    }
    if (binary.op.ends_with("IREGEXP"))
        throw Error(Fault::script, "SQLite's REGEXP takes no flags").hint("lower() both sides");
    if (binary.op == "BITXOR") { // it has none: (a | b) - (a & b), each side twice
        const auto both = [&](const char* op) {
            return "(" + AnsiCompiler::binary({op, binary.left, binary.right}, scope) + ")";
        };
        const std::string either = both("|"); // its parameters come first
        return "(" + either + " - " + both("&") + ")";
    }
    if (binary.op == "/")
        return operand(binary.left, "/", scope) + " / (" + operand(binary.right, "/", scope) + " + 0.0)";
    if (const auto path = json_path(binary)) {
        std::string text =
            "JSON_EXTRACT(" + expression(binary.left, scope) + ", "; // its parameters come first
        text += value(*path, nullptr, scope) + ")";
        return binary.op.ends_with(">>") ? text : "JSON_QUOTE(" + text + ")";
    }
    return AnsiCompiler::binary(binary, scope);
}

std::string Compiler::constant(sql::Constant constant) const {
    switch (constant) {
    case sql::Constant::true_: return "1";
    case sql::Constant::false_: return "0";
    case sql::Constant::null: break;
    }
    return "NULL";
}

std::string Compiler::empty_set(std::size_t columns, const schema::Type*) const {
    const std::string ones = join(std::vector<std::string>(columns, "1"), ", ");
    return fmt::format("SELECT {0} FROM (SELECT {0}) WHERE 1!=1", ones);
}

std::string Compiler::empty_list(std::size_t columns, bool) const { return empty_set(columns, nullptr); }

std::string Compiler::limit(const sql::Select& select, Scope& scope) const {
    if (!select.limit && !select.offset) return {};
    if (select.fetch && (select.with_ties || select.percent))
        throw Error(Fault::script, "SQLite has no FETCH FIRST with ties or in percent")
            .hint("write the query with a window function, as rank()");
    std::string out = "\n LIMIT " + (select.limit ? expression(select.limit, scope) : "-1") + " OFFSET ";
    return out += select.offset ? expression(select.offset, scope) : "0";
}

std::string Compiler::for_update(const std::string&) const { return {}; }

} // namespace orch::sqlite
