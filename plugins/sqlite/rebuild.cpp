// The procedure, and what differs from SQLite's own words on it:
//
// - SQLite says to turn foreign keys off before BEGIN, because the pragma does nothing inside of a
// transaction. The
//   same switch of the C interface works at any moment, so several revisions can share a transaction, the
//   rows that scripts change are still checked, and only the rebuild is not: DROP TABLE would delete the rows
//   first, and with them every row elsewhere that is ON DELETE CASCADE.
// - The new table takes the old one's name while ALTER TABLE RENAME leaves other definitions alone (the
// legacy
//   switch), so that views and triggers elsewhere stay as they were written and need not be made again. Those
//   that worked before have to work after.
// - A savepoint is around it all: when it fails the table is as it was, even for a script that goes on.
#include "rebuild.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::sqlite {

namespace {

using Rows = std::vector<std::vector<sql::Datum>>;

std::string text_of(const sql::Datum& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string();
}
std::int64_t number_of(const sql::Datum& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& each) { return same_name(each, name); });
}

/// CHECK (t.a > 0) names the table by the name that it is going to have; inside of its definition a needs
/// none.
std::string without_qualifier(const std::string& sql, const std::string& table) {
    const Tokens tokens(sql);
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
        if (!tokens.is(at, ".") || !tokens.is_name(at - 1) || !same_name(tokens.name(at - 1), table))
            continue;
        out += sql.substr(from, tokens[at - 1].from - from);
        from = tokens[at].to;
    }
    return out + sql.substr(from);
}

std::string comma_list(const std::vector<std::string>& items) { return join(items, ", "); }

/// Everything inside of it is undone unless keep() was called.
class Savepoint {
  public:
    explicit Savepoint(Connection& connection)
        : connection_(connection), began_(!connection.in_transaction()) {
        if (began_) connection.begin(true);
        say("SAVEPOINT orch_rebuild");
    }
    ~Savepoint() {
        if (kept_ || !connection_.in_transaction()) return;
        if (began_) {
            connection_.rollback();
            return;
        }
        try {
            say("ROLLBACK TO orch_rebuild");
            say("RELEASE orch_rebuild");
        } catch (const Error&) {
            connection_.rollback(); // the whole transaction is lost; what comes next says so
        }
    }
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    void keep() {
        say("RELEASE orch_rebuild");
        if (began_) connection_.commit();
        kept_ = true;
    }

  private:
    void say(const char* sql) {
        dialect::Statement statement;
        statement.sql = sql;
        connection_.execute(statement);
    }
    Connection& connection_;
    bool began_, kept_ = false;
};

} // namespace

Alteration::Alteration(Connection& connection, const Compiler& compiler, const dialect::Connection::Run& run,
                       bool everywhere)
    : connection_(connection), compiler_(compiler), run_(run), everywhere_(everywhere) {}

bool Alteration::perform(const ops::Operation& operation) {
    if (const auto* asked = std::get_if<ops::Batch>(&operation.action)) {
        if (asked->recreate == "never") return false;
        inside_ = true;
        const bool idle = asked->steps.empty() && asked->partial_reordering.empty();
        if (!idle || asked->recreate == "always") batch(*asked, operation.origin);
        return true;
    }
    if (!everywhere_ || !may_need_rebuild(operation.action)) return false;
    alone(operation);
    return true;
}

/// Told from the operation, without a look at the database.
bool Alteration::may_need_rebuild(const ops::Action& action) const {
    if (const auto* add = std::get_if<ops::AddColumn>(&action)) {
        const schema::Column& column = add->column;
        return add->if_not_exists || column.primary_key || column.unique || column.computed ||
               column.server_default;
    }
    if (const auto* change = std::get_if<ops::AlterColumn>(&action))
        return change->type || change->nullable || change->server_default.given || change->computed.given;
    return std::holds_alternative<ops::DropColumn>(action) ||
           std::holds_alternative<ops::AddConstraint>(action) ||
           std::holds_alternative<ops::DropConstraint>(action);
}

/// A batch of one step.
void Alteration::alone(const ops::Operation& operation) {
    ops::Batch one;
    std::visit(
        [&](const auto& action) {
            if constexpr (requires {
                              action.table;
                              action.schema;
                          }) {
                if constexpr (std::is_convertible_v<decltype(action.table), std::string>)
                    one.table = action.table;
                one.schema = action.schema;
            }
        },
        operation.action);
    one.steps.push_back({std::make_shared<const ops::Operation>(operation), {}, {}});
    batch(one, operation.origin);
}

void Alteration::batch(const ops::Batch& batch, const Place& origin) {
    origin_ = origin;
    schema_ = batch.schema && !batch.schema->empty() ? *batch.schema : "main";
    table_ = batch.table;
    TableText stored = parse_table(stored_sql());
    table_ = stored.name;
    const Renames renames = renames_of(batch, stored);
    Savepoint savepoint(connection_);
    if (!renames.empty()) {
        rename_columns(renames, stored);
        stored = parse_table(stored_sql());
    }
    read_objects();
    TableText base = stored;
    if (batch.copy_from) {
        const schema::Table given = TableEditor::renamed(*batch.copy_from, renames);
        base = TableEditor::definition(compiler_, given);
        given_indexes_ = compiler_.layout(given).indexes;
        for (const ColumnText& each : stored.columns)
            if (!base.find(each.name))
                throw Error(Fault::script,
                            fmt::format("copy_from of table '{}' lacks column '{}', which the table has",
                                        table_, each.name))
                    .hint(fmt::format("add it to copy_from, or drop it: batch_op.drop_column('{}')",
                                      each.name));
    }
    TableEditor editor(compiler_, batch, std::move(base), renames);
    editor.apply();
    if (in_place(batch, editor, stored))
        run_in_place(batch, renames);
    else
        rebuild(editor, stored);
    savepoint.keep();
}

// Reading.

Rows Alteration::read(const std::string& sql, std::vector<sql::Datum> parameters) const {
    dialect::Statement statement;
    statement.sql = sql;
    if (!parameters.empty()) statement.parameters = {std::move(parameters)};
    statement.reads = true;
    return connection_.execute(statement).rows;
}

std::string Alteration::in_schema_of_table(const std::string& name) const {
    return schema_ == "main" ? in_quotes(name) : in_quotes(schema_) + "." + in_quotes(name);
}

std::string Alteration::stored_sql() const {
    const Rows rows = read("SELECT sql, type FROM " + in_quotes(schema_) +
                               ".sqlite_master WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')",
                           {table_});
    if (rows.empty()) {
        Error error(Fault::database, fmt::format("no such table: '{}'", table_));
        if (const auto near = nearest(table_, connection_.table_names(schema_)))
            error.hint(fmt::format("did you mean '{}'?", *near));
        throw error;
    }
    const std::string sql = text_of(rows.front()[0]);
    if (text_of(rows.front()[1]) == "view")
        throw Error(Fault::script, fmt::format("'{}' is a view, which has no columns to alter", table_))
            .hint("drop it and create it again");
    if (Tokens(sql).is(1, "VIRTUAL"))
        throw Error(Fault::script,
                    fmt::format("'{}' is a virtual table, which SQLite does not alter", table_))
            .hint("create a new one and copy the rows");
    return sql;
}

// Triggers of the temporary schema can belong to a table of another one, and go with it.
void Alteration::read_objects() {
    objects_.clear();
    std::vector<std::string> schemas{schema_};
    if (schema_ != "temp") schemas.emplace_back("temp");
    for (const std::string& schema : schemas)
        for (const auto& row :
             read("SELECT type, name, tbl_name, sql FROM " + in_quotes(schema) +
                  ".sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid"))
            objects_.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), schema});
}

bool Alteration::has_rows() const {
    return !read("SELECT 1 FROM " + in_schema_of_table(table_) + " LIMIT 1").empty();
}

// Writing.

void Alteration::write(std::string sql) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.origin = origin_;
    statement.note = join(notes_, "; ");
    notes_.clear();
    run_(statement);
}

// SQLite itself changes a column's name wherever it stands: indexes, triggers, views, keys of other tables. A
// name has to be free before somebody can take it; where names go round in a circle, one column steps aside.
void Alteration::rename_columns(Renames left, const TableText& table) {
    std::vector<std::string> names;
    for (const ColumnText& each : table.columns) names.push_back(each.name);
    const auto rename = [&](const std::string& from, const std::string& to) {
        write(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", in_schema_of_table(table_),
                          compiler_.quote(from), compiler_.quote(to)));
        *std::ranges::find(names, from) = to;
    };
    while (!left.empty()) {
        const auto free = std::ranges::find_if(left, [&](const auto& each) {
            return !contains(names, each.second) || same_name(each.first, each.second);
        });
        if (free != left.end()) {
            rename(free->first, free->second);
            left.erase(free);
            continue;
        }
        const std::string from = left.front().first, to = left.front().second;
        if (std::ranges::none_of(left, [&](const auto& each) { return same_name(each.first, to); }))
            throw Error(Fault::script,
                        fmt::format("column '{}' of table '{}' cannot become '{}': there is one of that name",
                                    from, table_, to))
                .at(origin_);
        const std::string aside = "orch_aside_" + from;
        rename(from, aside);
        left.front().first = aside;
    }
}

// In place or not.

namespace {

/// DEFAULT 1, 'x', NULL: what ALTER TABLE ADD COLUMN takes with rows in the table.
bool is_constant(const std::string& text) {
    const Tokens tokens(text);
    std::size_t at = 0;
    if (tokens.is(0, "+") || tokens.is(0, "-")) ++at;
    const Token::Kind kind = tokens[at].kind;
    const bool word = tokens.is(at, "NULL") || tokens.is(at, "TRUE") || tokens.is(at, "FALSE");
    return at + 1 == tokens.size() &&
           (kind == Token::number || kind == Token::string || word || kind == Token::quoted_name);
}

} // namespace

namespace {
bool needs(const IndexText& index, std::string_view column) {
    return mentions(index.where, column) ||
           std::ranges::any_of(index.elements, [&](const IndexText::Element& each) {
               return same_name(each.column, column) || mentions(each.expression, column);
           });
}
} // namespace

bool Alteration::can_add(const ops::AddColumn& operation) const {
    const schema::Column& column = operation.column;
    if (column.primary_key || (column.unique && !column.index)) return false;
    if (column.computed && column.computed->persisted.value_or(false)) return false;
    if (inside_ && compiler_.needs_check(column.type)) return false;
    const std::string clause = compiler_.default_clause(column);
    const Part part = clause.empty() ? Part{} : parse_column("x" + clause).parts.front();
    const bool references = !column.foreign_keys.empty() && connection_.enforces_foreign_keys() &&
                            !part.expression.empty() && !same_name(part.expression, "NULL");
    return ((clause.empty() || is_constant(part.expression)) && !references) || !has_rows();
}

// https://www.sqlite.org/lang_altertable.html#alter_table_drop_column lists what it refuses.
bool Alteration::can_drop(const std::string& name, const TableText& now, const TableEditor& editor) const {
    const ColumnText* column = now.find(name);
    if (!column) return false;
    for (const Part& part : column->parts)
        if (part.kind == Part::primary_key || part.kind == Part::unique || part.kind == Part::foreign_key)
            return false;
    for (const ConstraintText& each : now.constraints)
        if (contains(each.part.columns, name) || mentions(each.part.expression, name)) return false;
    for (const ColumnText& other : now.columns)
        for (const Part& part : other.parts)
            if (&other != column && mentions(part.expression, name)) return false;
    return std::ranges::none_of(objects_, [&](const Stored& each) {
        return each.type == "index" && same_name(each.table, table_) &&
               !contains(editor.dropped_indexes(), each.name) && needs(parse_index(each.sql), name);
    });
}

bool Alteration::in_place(const ops::Batch& batch, const TableEditor& editor, const TableText& now) const {
    if (batch.recreate == "always" || !batch.partial_reordering.empty()) return false;
    return std::ranges::all_of(batch.steps, [&](const ops::Batch::Step& step) {
        const ops::Action& action = step.operation->action;
        if (step.insert_before || step.insert_after) return false;
        if (const auto* add = std::get_if<ops::AddColumn>(&action))
            return (add->if_not_exists && now.find(add->column.name)) || can_add(*add);
        if (const auto* drop = std::get_if<ops::DropColumn>(&action))
            return contains(editor.dropped_columns(), drop->column) ? can_drop(drop->column, now, editor)
                                                                    : drop->if_exists;
        if (const auto* change = std::get_if<ops::AlterColumn>(&action))
            return !may_need_rebuild(*change) ||
                   (!batch.copy_from && is_there(*change, now) && is_so(editor.table(), now));
        return !std::holds_alternative<ops::AddConstraint>(action) &&
               !std::holds_alternative<ops::DropConstraint>(action);
    });
}

/// Not a column that the batch itself adds.
bool Alteration::is_there(const ops::AlterColumn& change, const TableText& now) {
    return now.find(change.column) || (change.name && now.find(*change.name));
}

/// What was asked for is there already: columns and constraints that both have are the same.
bool Alteration::is_so(const TableText& then, const TableText& now) {
    for (const ColumnText& each : now.columns) {
        const ColumnText* column = then.find(each.name);
        if (column && column->text() != each.text()) return false;
    }
    const auto texts = [](const TableText& table) {
        std::vector<std::string> out;
        for (const ConstraintText& each : table.constraints) out.push_back(each.part.text);
        return out;
    };
    return texts(then) == texts(now);
}

void Alteration::run_in_place(const ops::Batch& batch, const Renames& renames) {
    for (const ops::Batch::Step& step : batch.steps) {
        const ops::Operation& operation = *step.operation;
        dialect::Output output(dialect::Values::parameters, operation.origin);
        try {
            if (const auto* change = std::get_if<ops::AlterColumn>(&operation.action)) {
                if (change->comment.given) output.note("SQLite keeps no comments: left out");
            } else if (const auto* drop = std::get_if<ops::DropColumn>(&operation.action)) {
                ops::DropColumn now = *drop;
                now.if_exists = false;
                for (const auto& [old, name] : renames)
                    if (same_name(old, now.column)) now.column = name;
                if (!drop->if_exists || parse_table(stored_sql()).find(now.column))
                    compiler_.drop_column(now, output);
            } else if (const auto* add = std::get_if<ops::AddColumn>(&operation.action)) {
                ops::AddColumn now = *add;
                now.if_not_exists = false;
                if (!add->if_not_exists || !parse_table(stored_sql()).find(add->column.name))
                    compiler_.add_column(now, output);
            } else {
                compiler_.dispatch(operation.action, output);
            }
        } catch (Error& error) {
            throw error.at(operation.origin);
        }
        for (const dialect::Statement& statement : output.take()) run_(statement);
    }
}

// The rebuild.

std::string Alteration::unused_name() const {
    std::string name = ("_alembic_tmp_" + table_).substr(0, 50);
    while (connection_.has_table(name, schema_)) name += "_";
    return name;
}

void Alteration::rebuild(const TableEditor& editor, const TableText& now) {
    check_indexes(editor);
    notes_ = editor.notes();
    const std::string temporary = unused_name();
    const Connection::Unguarded unguarded(connection_);
    const Before before = look();
    const Rows statistics = analyzed();

    TableText made = editor.table();
    made.head = schema_ == "temp" ? "CREATE TEMPORARY TABLE " : "CREATE TABLE ";
    made.name_text = in_schema_of_table(temporary);
    if (schema_ == "temp") made.name_text = in_quotes(temporary);
    write(without_qualifier(made.text(), table_));
    keep_counter(editor.table(), temporary);
    try {
        copy_rows(editor, now, temporary);
    } catch (Error& error) {
        throw error.note(fmt::format("while filling the new table of '{}' from the old one", table_));
    }
    write("DROP TABLE " + in_schema_of_table(table_));
    write(fmt::format("ALTER TABLE {} RENAME TO {}", in_schema_of_table(temporary), in_quotes(table_)));
    make_objects(editor);
    for (const auto& row : statistics)
        write(fmt::format("INSERT INTO {}.sqlite_stat1 (tbl, idx, stat) VALUES ({}, {}, {})",
                          in_quotes(schema_), compiler_.literal(table_), compiler_.literal(row[0]),
                          compiler_.literal(row[1])));
    compare(before, unguarded.enforced());
}

/// What ANALYZE wrote down goes with the old table.
Rows Alteration::analyzed() const {
    const std::string schema = in_quotes(schema_);
    if (read("SELECT 1 FROM " + schema + ".sqlite_master WHERE name = 'sqlite_stat1'").empty()) return {};
    return read("SELECT idx, stat FROM " + schema + ".sqlite_stat1 WHERE tbl = ?1", {table_});
}

/// AUTOINCREMENT must not give a number again that a deleted row had.
void Alteration::keep_counter(const TableText& made, const std::string& temporary) {
    const bool counts = std::ranges::any_of(made.columns, [](const ColumnText& each) {
        const Part* key = each.find(Part::primary_key);
        return key && key->autoincrement;
    });
    if (!counts) return;
    write(fmt::format(
        "INSERT INTO {0}.sqlite_sequence (name, seq) SELECT {1}, seq FROM {0}.sqlite_sequence WHERE "
        "name = {2}",
        in_quotes(schema_), compiler_.literal(temporary), compiler_.literal(table_)));
}

// Rows keep their rowid, which full-text tables and applications may have written down.
void Alteration::copy_rows(const TableEditor& editor, const TableText& now, const std::string& temporary) {
    std::vector<std::string> into, from;
    for (const auto& [column, old, cast] : editor.copied()) {
        into.push_back(in_quotes(column));
        from.push_back(cast ? fmt::format("CAST({} AS {})", in_quotes(old), *cast) : in_quotes(old));
    }
    if (!now.without_rowid && !editor.table().without_rowid && !editor.table().rowid()) {
        for (const char* name : {"rowid", "_rowid_", "oid"}) {
            if (now.find(name) || editor.table().find(name)) continue;
            into.insert(into.begin(), name);
            from.insert(from.begin(), name);
            break;
        }
    }
    if (into.empty()) {
        if (!has_rows()) return;
        throw Error(Fault::script,
                    fmt::format("none of the columns of table '{}' would be left of its rows", table_))
            .hint("drop the table and create it again");
    }
    write(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", in_schema_of_table(temporary),
                      comma_list(into), comma_list(from), in_schema_of_table(table_)));
}

void Alteration::check_indexes(const TableEditor& editor) const {
    for (const Stored& each : objects_) {
        if (each.type != "index" || !same_name(each.table, table_) ||
            contains(editor.dropped_indexes(), each.name))
            continue;
        for (const std::string& column : editor.dropped_columns())
            if (needs(parse_index(each.sql), column))
                throw Error(Fault::script,
                            fmt::format("index '{}' needs column '{}' of table '{}', which is dropped",
                                        each.name, column, table_))
                    .hint(fmt::format("drop it first: batch_op.drop_index('{}')", each.name));
    }
    for (const std::string& name : editor.dropped_indexes()) {
        std::vector<std::string> known;
        for (const Stored& each : objects_)
            if (each.type == "index" && same_name(each.table, table_)) known.push_back(each.name);
        if (contains(known, name)) continue;
        Error error(Fault::script, fmt::format("table '{}' has no index '{}'", table_, name));
        error.hint(known.empty() ? "it has none at all" : "its indexes: " + quoted_list(known));
        throw error;
    }
}

void Alteration::index(const schema::Index& index, bool if_not_exists) {
    dialect::Output output(dialect::Values::parameters, origin_);
    compiler_.create_index({index, if_not_exists}, output);
    for (const dialect::Statement& statement : output.take()) run_(statement);
}

void Alteration::make_objects(const TableEditor& editor) {
    const auto again = [&](const Stored& each) {
        const bool plain = each.schema == "main";
        write(plain ? each.sql : in_schema(each.sql, each.schema));
    };
    for (const Stored& each : objects_)
        if (each.type == "index" && same_name(each.table, table_) &&
            !contains(editor.dropped_indexes(), each.name))
            again(each);
    for (const schema::Index& each : editor.column_indexes()) index(each, false);
    for (const schema::Index& each : given_indexes_) {
        const std::string name = compiler_.index_name(each);
        const bool there =
            std::ranges::any_of(objects_, [&](const Stored& had) { return same_name(had.name, name); });
        if (!there && !contains(editor.dropped_indexes(), name)) index(each, false);
    }
    for (const ops::Operation* each : editor.new_indexes()) {
        const auto& create = std::get<ops::CreateIndex>(each->action);
        try {
            index(create.index, create.if_not_exists);
        } catch (Error& error) {
            throw error.at(each->origin);
        }
    }
    for (const Stored& each : objects_)
        if (each.type == "trigger" && same_name(each.table, table_)) again(each);
}

// Before and after.

/// Statements that can be prepared as long as the views and triggers that know the table work; the first of
/// each pair says what it is for.
std::vector<std::pair<std::string, std::string>> Alteration::probes() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Stored& each : objects_) {
        const std::string schema = in_quotes(each.schema) + ".";
        if (each.type == "view")
            out.emplace_back("view '" + each.name + "'", "SELECT 1 FROM " + schema + in_quotes(each.name));
        if (each.type != "trigger" || (!same_name(each.table, table_) && !mentions(each.sql, table_)))
            continue;
        const std::string what = "trigger '" + each.name + "'";
        const std::string table = (each.schema == "temp" ? std::string() : schema) + in_quotes(each.table);
        out.emplace_back(what, "DELETE FROM " + table);
        out.emplace_back(what, "INSERT INTO " + table + " DEFAULT VALUES");
        std::vector<std::string> sets;
        for (const auto& row : read("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", {each.table}))
            sets.push_back(in_quotes(text_of(row[0])) + " = " + in_quotes(text_of(row[0])));
        if (!sets.empty()) out.emplace_back(what, "UPDATE " + table + " SET " + comma_list(sets));
    }
    return out;
}

/// The views and triggers that do not work, and why.
std::map<std::string, std::string> Alteration::broken() const {
    std::map<std::string, std::string> out;
    for (const auto& [what, sql] : probes())
        if (const auto why = connection_.why_not(sql)) out.emplace(what, *why);
    return out;
}

/// Rows without a parent, counted by foreign key, of this table and of those that point to it.
std::vector<std::pair<std::string, std::int64_t>> Alteration::orphans() const {
    std::vector<std::pair<std::string, std::int64_t>> out;
    const std::string children =
        "SELECT DISTINCT m.name FROM " + in_quotes(schema_) +
        ".sqlite_master m JOIN pragma_foreign_key_list(m.name, ?1) k WHERE m.type = 'table' AND "
        "(k.\"table\" = ?2 COLLATE NOCASE OR m.name = ?2 COLLATE NOCASE)";
    for (const auto& child : read(children, {schema_, table_})) {
        const std::string name = text_of(child[0]);
        const std::string keys =
            "SELECT group_concat(\"from\" || ' -> ' || \"table\" || '.' || coalesce(\"to\", ''), ', ') FROM "
            "pragma_foreign_key_list(?1, ?2) WHERE id = ?3";
        try {
            for (const auto& row :
                 read("SELECT fkid, count(*) FROM pragma_foreign_key_check(?1, ?2) GROUP BY fkid",
                      {name, schema_}))
                out.emplace_back(name + ": " + text_of(read(keys, {name, schema_, row[0]}).front()[0]),
                                 number_of(row[1]));
        } catch (const Error& error) {
            if (error.fault() != Fault::database) throw;
            out.emplace_back(name + ": " + error.message(), 1); // the parent's key is not unique
        }
    }
    return out;
}

Alteration::Before Alteration::look() const {
    Before before;
    before.rows = number_of(read("SELECT count(*) FROM " + in_schema_of_table(table_)).front()[0]);
    before.broken = broken();
    before.orphans = orphans();
    return before;
}

void Alteration::compare(const Before& before, bool enforced) {
    const std::int64_t rows =
        number_of(read("SELECT count(*) FROM " + in_schema_of_table(table_)).front()[0]);
    if (rows != before.rows)
        throw Error(Fault::internal,
                    fmt::format("the rebuild of table '{}' was undone: {} rows before, {} after", table_,
                                before.rows, rows));
    for (const auto& [what, why] : broken())
        if (!before.broken.contains(what))
            throw Error(Fault::script,
                        fmt::format("{} needs what the change takes from table '{}': {}", what, table_, why))
                .hint("drop it before the change and create it again after it");
    for (const auto& [key, count] : orphans()) {
        const auto had = std::ranges::find(before.orphans, key, &std::pair<std::string, std::int64_t>::first);
        if (had != before.orphans.end() && count <= had->second) continue;
        const std::string what =
            fmt::format("foreign key {}: {} rows have no parent after the change", key, count);
        if (enforced) throw Error(Fault::database, what).hint("delete or mend these rows before the change");
        dialect::Statement note;
        note.note = what + "; this database does not enforce foreign keys";
        run_(note);
    }
}

} // namespace orch::sqlite
