// Reads a schema: sqlite_master for what the definitions say, table_xinfo of all tables at once for the
// columns. The number of queries depends on the number of schemas alone.
#include "base/error.hpp"
#include "base/text.hpp"
#include "connection.hpp"
#include "definition.hpp"
#include "sql/sql.hpp"
#include "tokens.hpp"
#include "types.hpp"

#include <algorithm>
#include <map>

namespace orch::sqlite {

namespace {

using Row = std::vector<sql::Datum>;

std::string text_of(const sql::Datum& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string();
}
std::int64_t number_of(const sql::Datum& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

schema::ExpressionPtr expression_of(std::string text) { return sql::make({sql::Text{std::move(text), {}}}); }

/// An object of sqlite_master.
struct Stored {
    std::string type, name, table, sql;
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& each) { return same_name(each, name); });
}

/// One schema of a database on its way into a catalog.
class Reader {
  public:
    Reader(Connection& connection, const dialect::ReflectOptions& options,
           const std::optional<std::string>& asked, std::string name)
        : connection_(connection), options_(options), asked_(asked), name_(std::move(name)) {}

    void read(schema::Catalog& catalog);

  private:
    std::vector<Row> rows(const std::string& sql, std::vector<sql::Datum> parameters = {});
    std::string master() const { return in_quotes(name_) + ".sqlite_master"; }
    bool wanted(const Stored& stored) const {
        return options_.tables.empty() || contains(options_.tables, stored.name);
    }
    void read_stored();
    void read_columns(std::string_view type);
    schema::Table table(const Stored& stored);
    schema::View view(const Stored& stored);
    schema::Column column(const Row& row, const TableText* text) const;
    schema::Constraint constraint(const Part& part);
    schema::ForeignKey foreign_key(const Part& part);
    schema::Index index(const Stored& stored) const;

    Connection& connection_;
    const dialect::ReflectOptions& options_;
    const std::optional<std::string>& asked_;
    std::string name_; ///< "main", "temp", an attached one
    std::vector<Stored> stored_;
    std::map<std::string, std::vector<const Stored*>> indexes_; ///< by their table, in lower case
    std::map<std::string, const Stored*> tables_;               ///< by name, in lower case
    std::map<std::string, std::vector<Row>> columns_;           ///< by table or view
};

std::vector<Row> Reader::rows(const std::string& sql, std::vector<sql::Datum> parameters) {
    dialect::Statement statement;
    statement.sql = sql;
    if (!parameters.empty()) statement.parameters = {std::move(parameters)};
    statement.reads = true;
    return connection_.execute(statement).rows;
}

void Reader::read_stored() {
    const std::string sql = "SELECT type, name, tbl_name, sql FROM " + master() +
                            " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    for (const Row& row : rows(sql))
        stored_.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3])});
    for (const Stored& each : stored_) {
        if (each.type == "index") indexes_[lower(each.table)].push_back(&each);
        if (each.type == "table") tables_.emplace(lower(each.name), &each);
    }
}

// A view whose table is gone, or a virtual table whose module is not at hand, fails the whole query. Then
// each is asked for alone, and the broken ones have no columns.
void Reader::read_columns(std::string_view type) {
    const std::string sql =
        "SELECT m.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden FROM " + master() +
        " m, pragma_table_xinfo(m.name, ?1) x WHERE m.type = ?2 AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'";
    const auto keep = [&](const std::vector<Row>& found) {
        for (const Row& row : found) columns_[text_of(row[0])].push_back(row);
    };
    const bool all = options_.tables.empty();
    try {
        if (all) keep(rows(sql + " ORDER BY m.name, x.cid", {name_, std::string(type)}));
    } catch (const Error& error) {
        if (error.fault() != Fault::database) throw;
        columns_.clear();
    }
    for (const Stored& each : stored_) {
        if (each.type != type || !wanted(each) || columns_.contains(each.name)) continue;
        try {
            keep(rows(sql + " AND m.name = ?3 ORDER BY x.cid", {name_, std::string(type), each.name}));
        } catch (const Error& error) {
            if (error.fault() != Fault::database) throw;
        }
    }
}

void Reader::read(schema::Catalog& catalog) {
    read_stored();
    read_columns("table");
    for (const Stored& each : stored_)
        if (each.type == "table" && wanted(each)) catalog.tables.push_back(table(each));
    columns_.clear();
    read_columns("view");
    for (const Stored& each : stored_) {
        if (each.type == "view" && wanted(each)) catalog.views.push_back(view(each));
        if (each.type == "trigger" && !options_.only_tables)
            catalog.triggers.push_back({each.name, asked_, each.table, each.sql});
    }
}

schema::Table Reader::table(const Stored& stored) {
    schema::Table out;
    out.name = stored.name;
    out.schema = asked_;
    if (name_ == "temp") out.prefixes = {"TEMPORARY"};
    std::optional<TableText> text;
    if (Tokens(stored.sql).is(1, "VIRTUAL"))
        out.prefixes.emplace_back("VIRTUAL");
    else
        text = parse_table(stored.sql);
    for (const Row& row : columns_[stored.name])
        if (number_of(row[6]) != 1) out.columns.push_back(column(row, text ? &*text : nullptr));
    if (!text) return out;
    if (text->without_rowid) out.options["sqlite_with_rowid"].value = false;
    if (text->strict) out.options["sqlite_strict"].value = true;
    const auto take = [&](const Part& part) {
        if (part.kind == Part::primary_key) {
            out.constraints.insert(out.constraints.begin(), constraint(part));
            if (part.autoincrement) out.options["sqlite_autoincrement"].value = true;
        } else if (part.kind == Part::unique || part.kind == Part::check || part.kind == Part::foreign_key) {
            out.constraints.push_back(constraint(part));
        }
    };
    for (const ColumnText& each : text->columns)
        for (const Part& part : each.parts) take(part);
    for (const ConstraintText& each : text->constraints) take(each.part);
    if (const auto own = indexes_.find(lower(stored.name)); own != indexes_.end())
        for (const Stored* each : own->second) out.indexes.push_back(index(*each));
    return out;
}

schema::View Reader::view(const Stored& stored) {
    schema::View out;
    out.name = stored.name;
    out.schema = asked_;
    out.definition = stored.sql;
    for (const Row& row : columns_[stored.name]) out.columns.push_back(column(row, nullptr));
    return out;
}

// The hidden column is 2 for a VIRTUAL one and 3 for a STORED one.
schema::Column Reader::column(const Row& row, const TableText* text) const {
    schema::Column out;
    out.name = text_of(row[1]);
    const ColumnText* written = text ? text->find(out.name) : nullptr;
    out.type = declared_type(written ? written->type : text_of(row[2]));
    out.nullable = number_of(row[3]) == 0;
    if (const auto* value = std::get_if<std::string>(&row[4])) out.server_default = expression_of(*value);
    out.primary_key = number_of(row[5]) > 0;
    out.autoincrement = schema::Autoincrement::no;
    if (!written) return out;
    if (written == text->rowid()) out.autoincrement = schema::Autoincrement::yes;
    if (const Part* part = written->find(Part::collate)) out.type.collation = part->expression;
    if (const Part* part = written->find(Part::generated))
        out.computed = schema::Computed{expression_of(part->expression), part->stored};
    return out;
}

schema::Constraint Reader::constraint(const Part& part) {
    schema::Options options;
    if (part.conflict) options["sqlite_on_conflict"].value = *part.conflict;
    switch (part.kind) {
    case Part::primary_key: return schema::PrimaryKey{part.name, part.columns, {}, {}, options};
    case Part::unique: return schema::Unique{part.name, part.columns, {}, {}, options};
    case Part::foreign_key: return foreign_key(part);
    default: return schema::Check{part.name, expression_of(part.expression), {}, {}, options};
    }
}

schema::ForeignKey Reader::foreign_key(const Part& part) {
    const Reference& to = part.reference;
    schema::ForeignKey out;
    out.name = part.name;
    out.columns = part.columns;
    out.referent_schema = asked_;
    out.referent_table = to.table;
    out.referent_columns = to.columns;
    out.rule = {to.on_update, to.on_delete, to.match, to.initially, to.deferrable, false};
    if (!out.referent_columns.empty()) return out;
    if (const auto referent = tables_.find(lower(to.table));
        referent != tables_.end() && !Tokens(referent->second->sql).is(1, "VIRTUAL"))
        out.referent_columns = parse_table(referent->second->sql).primary_key();
    return out;
}

schema::Index Reader::index(const Stored& stored) const {
    const IndexText text = parse_index(stored.sql);
    schema::Index out;
    out.name = stored.name;
    out.table = stored.table;
    out.schema = asked_;
    out.unique = text.unique;
    for (const IndexText::Element& each : text.elements) {
        schema::IndexElement element{each.column, nullptr};
        if (each.column.empty()) element.expression = expression_of(each.expression);
        element.collation = each.collation;
        if (each.descending) element.sorting = {"desc"};
        out.elements.push_back(std::move(element));
    }
    if (!text.where.empty()) out.options["sqlite_where"].value = expression_of(text.where);
    return out;
}

template <class T>
void sort(std::vector<T>& things) {
    std::ranges::stable_sort(things, {}, [](const T& each) { return std::tie(each.schema, each.name); });
}

} // namespace

schema::Catalog Connection::reflect(const dialect::ReflectOptions& options) {
    schema::Catalog catalog;
    catalog.default_schema = "main";
    dialect::Statement list;
    list.sql = "SELECT name FROM pragma_database_list ORDER BY name";
    list.reads = true;
    bool temporary = false;
    for (const Row& row : execute(list).rows) {
        if (text_of(row[0]) == "temp")
            temporary = true;
        else
            catalog.schemas.push_back(text_of(row[0]));
    }
    std::vector<std::optional<std::string>> asked = options.schemas;
    if (options.all_schemas) {
        asked = {std::nullopt};
        for (const std::string& each : catalog.schemas)
            if (each != "main") asked.emplace_back(each);
    }
    for (const std::optional<std::string>& each : asked) {
        const std::string name = each && !each->empty() ? *each : "main";
        if (contains(catalog.schemas, name) || (temporary && name == "temp"))
            Reader(*this, options, each, name).read(catalog);
        if (!each && temporary) Reader(*this, options, each, "temp").read(catalog);
    }
    sort(catalog.tables);
    sort(catalog.views);
    sort(catalog.triggers);
    return catalog;
}

// One by one in a database of their own, so that names of indexes and of tables in other schemas do not meet.
std::vector<schema::Table> Connection::normalize(const std::vector<schema::Table>& tables,
                                                 const dialect::Compiler& compiler) {
    Connection scratch(memory(), false, compiler_, false);
    std::vector<schema::Table> out;
    for (const schema::Table& each : tables) {
        schema::Table plain = each;
        plain.schema.reset();
        for (schema::Constraint& constraint : plain.constraints)
            if (auto* key = std::get_if<schema::ForeignKey>(&constraint)) key->referent_schema.reset();
        for (schema::Column& column : plain.columns)
            for (schema::ForeignKey& key : column.foreign_keys) key.referent_schema.reset();
        for (const auto& statement :
             compiler.compile({ops::CreateTable{plain, false}, {}}, dialect::Values::literals))
            scratch.execute(statement);
        schema::Catalog made = scratch.reflect({{std::nullopt}, false, {each.name}, true});
        schema::Table& table = out.emplace_back(std::move(made.tables.at(0)));
        table.schema = each.schema;
        for (schema::Constraint& constraint : table.constraints)
            if (auto* key = std::get_if<schema::ForeignKey>(&constraint)) key->referent_schema = each.schema;
        for (schema::Index& index : table.indexes) index.schema = each.schema;
        dialect::Statement drop;
        drop.sql = "DROP TABLE " + in_quotes(each.name);
        scratch.execute(drop);
    }
    return out;
}

} // namespace orch::sqlite
