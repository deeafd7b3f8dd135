#include "inspect.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "column_type.hpp"
#include "sql/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace orch::mariadb {

schema::ExpressionPtr expression_of(std::string text) { return sql::make({sql::Text{std::move(text), {}}}); }

std::string bare(std::string_view text) {
    text = trim(text);
    if (!text.starts_with('(') || !text.ends_with(')')) return std::string(text);
    int depth = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0) return std::string(text);
    }
    return std::string(text.substr(1, text.size() - 2));
}

namespace {

bool is_null(const sql::Datum& value) { return std::holds_alternative<sql::Null>(value); }
std::int64_t number_of(const sql::Datum& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

constexpr std::array<std::string_view, 4> of_the_server{"information_schema", "mysql", "performance_schema",
                                                        "sys"};

} // namespace

void Connection::Reader::read_schemas() {
    catalog_.default_schema = text_of(rows("SELECT DATABASE()").front().front());
    for (const Row& row : rows("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name"))
        catalog_.schemas.push_back(text_of(row[0]));
    if (options_.all_schemas) {
        for (const std::string& name : catalog_.schemas)
            if (std::ranges::find(of_the_server, name) == of_the_server.end()) real_schemas_.push_back(name);
        return;
    }
    for (const auto& schema : options_.schemas) {
        real_schemas_.push_back(schema.value_or(catalog_.default_schema));
        if (schema && *schema == catalog_.default_schema) default_by_name_ = true;
    }
}

void Connection::Reader::read_tables() {
    for (const Row& row :
         rows("SELECT table_schema, table_name, table_type, engine, row_format, table_collation, "
              "create_options, table_comment FROM information_schema.tables WHERE " +
              wanted("table_schema", "table_name"))) {
        const std::string type = text_of(row[2]), name = text_of(row[1]);
        const auto schema = asked(text_of(row[0]));
        if (type == "VIEW") {
            schema::View& view = views_[key(row[0], row[1])];
            view.name = name;
            view.schema = schema;
            continue;
        }
        if (type == "SEQUENCE") {
            schema::Sequence sequence;
            sequence.name = name;
            sequence.schema = schema;
            if (!options_.only_tables) catalog_.sequences.push_back(std::move(sequence));
            continue;
        }
        schema::Table& table = tables_[key(row[0], row[1])];
        table.name = name;
        table.schema = schema;
        if (type == "TEMPORARY") table.prefixes.emplace_back("TEMPORARY");
        if (const std::string comment = text_of(row[7]); !comment.empty()) table.comment = comment;
        const std::string collation = text_of(row[5]);
        collations_[key(row[0], row[1])] = collation;
        const auto option = [&](const char* word, std::string value) {
            if (!value.empty()) table.options[prefix_ + word].value = std::move(value);
        };
        option("engine", text_of(row[3]));
        option("default_charset", collation.substr(0, collation.find('_')));
        option("collate", collation);
        if (lower(text_of(row[6])).find("row_format=") != std::string::npos)
            option("row_format", text_of(row[4]));
    }
}

namespace {

/// A default as SQL. MariaDB tells it as SQL, MySQL the bare value, with a word where it is an expression.
std::optional<std::string> default_of(const sql::Datum& told, const std::string& extra,
                                      const std::string& type, bool mariadb,
                                      const std::function<std::string(std::string)>& quoted) {
    if (is_null(told)) return std::nullopt;
    std::string value = text_of(told);
    if (mariadb) {
        if (value == "NULL") return std::nullopt;
    } else {
        const bool moment = lower(value).starts_with("current_timestamp");
        const bool bits = type.starts_with("bit");
        if (extra.find("DEFAULT_GENERATED") == std::string::npos && !moment && !bits) value = quoted(value);
    }
    const std::size_t update = lower(extra).find("on update");
    if (update != std::string::npos) value += " ON UPDATE " + extra.substr(update + 10);
    return value;
}

} // namespace

void Connection::Reader::read_columns() {
    for (const Row& row : rows("SELECT table_schema, table_name, column_name, column_default, is_nullable, "
                               "column_type, character_set_name, collation_name, extra, column_comment, "
                               "generation_expression, column_key FROM information_schema.columns WHERE " +
                               wanted("table_schema", "table_name") +
                               " ORDER BY table_schema, table_name, ordinal_position")) {
        if (schema::Table* of = table(row)) {
            of->columns.push_back(column(row));
        } else if (const auto view = views_.find(key(row[0], row[1])); view != views_.end()) {
            view->second.columns.push_back(column(row));
        }
    }
}

schema::Column Connection::Reader::column(const Row& row) const {
    schema::Column out;
    out.name = text_of(row[2]);
    out.nullable = text_of(row[4]) == "YES";
    out.type = column_type(text_of(row[5]));
    const auto collation = collations_.find(key(row[0], row[1]));
    if (!is_null(row[7]) && collation != collations_.end() && text_of(row[7]) != collation->second) {
        out.type.charset = text_of(row[6]);
        out.type.collation = text_of(row[7]);
    }
    const std::string extra = text_of(row[8]);
    out.autoincrement = lower(extra).find("auto_increment") != std::string::npos ? schema::Autoincrement::yes
                                                                                 : schema::Autoincrement::no;
    out.primary_key = text_of(row[11]) == "PRI";
    if (const std::string comment = text_of(row[9]); !comment.empty()) out.comment = comment;
    if (const std::string generated = text_of(row[10]); !generated.empty()) {
        const bool stored =
            extra.find("STORED") != std::string::npos || extra.find("PERSISTENT") != std::string::npos;
        out.computed = schema::Computed{expression_of(bare(generated)), stored};
        return out;
    }
    const auto quoted = [&](std::string text) { return connection_.literal(std::move(text)); };
    if (auto value = default_of(row[3], extra, text_of(row[5]), connection_.server_.mariadb, quoted))
        out.server_default = expression_of(std::move(*value));
    return out;
}

// A unique index is a constraint too: SQLAlchemy lists both.
void Connection::Reader::add_index(schema::Table& table, schema::Index index, bool plain) {
    if (index.name == "PRIMARY") {
        schema::PrimaryKey primary;
        for (const auto& each : index.elements) primary.columns.push_back(each.column);
        table.constraints.insert(table.constraints.begin(), std::move(primary));
        return;
    }
    if (index.unique && plain) {
        schema::Unique unique;
        unique.name = index.name;
        for (const auto& each : index.elements) unique.columns.push_back(each.column);
        index.options["duplicates_constraint"].value = *index.name;
        table.constraints.emplace_back(std::move(unique));
    }
    table.indexes.push_back(std::move(index));
}

void Connection::Reader::read_indexes() {
    const bool expressions = !connection_.server_.mariadb && connection_.server_.version >= 80013;
    const std::string sql = fmt::format(
        "SELECT table_schema, table_name, index_name, non_unique, column_name, sub_part, index_type, "
        "collation, {} FROM information_schema.statistics WHERE {} "
        "ORDER BY table_schema, table_name, index_name, seq_in_index",
        expressions ? "expression" : "NULL", wanted("table_schema", "table_name"));
    take_indexes(rows(sql));
}

void Connection::Reader::take_indexes(const std::vector<Row>& rows) {
    std::optional<schema::Index> index;
    schema::Table* of = nullptr;
    bool plain = true;
    std::vector<std::pair<std::string, std::string>> lengths;
    const auto finish = [&] {
        if (!index) return;
        if (!lengths.empty()) index->options[prefix_ + "length"].value = std::move(lengths);
        if (of) add_index(*of, std::move(*index), plain);
        index.reset();
        lengths = {};
        plain = true;
    };
    for (const Row& row : rows) {
        schema::Table* next = table(row);
        if (!index || of != next || index->name != text_of(row[2])) {
            finish();
            of = next;
            index.emplace();
            index->name = text_of(row[2]);
            index->table = text_of(row[1]);
            index->schema = asked(text_of(row[0]));
            index->unique = number_of(row[3]) == 0;
            const std::string method = text_of(row[6]);
            if (method == "FULLTEXT" || method == "SPATIAL")
                index->options[prefix_ + "prefix"].value = method;
            if (method == "HASH") index->options[prefix_ + "using"].value = method;
        }
        schema::IndexElement element;
        element.column = text_of(row[4]);
        if (element.column.empty()) {
            element.expression = expression_of(text_of(row[8]));
            plain = false;
        }
        if (text_of(row[7]) == "D") element.sorting.emplace_back("desc");
        if (!is_null(row[5]) && !dialect::find_option(index->options, prefix_ + "prefix"))
            lengths.emplace_back(element.column, std::to_string(number_of(row[5])));
        index->elements.push_back(std::move(element));
    }
    finish();
}

void Connection::Reader::read_keys() {
    const std::string sql =
        "SELECT k.table_schema, k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, "
        "k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule "
        "FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r "
        "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name "
        "AND r.table_name = k.table_name WHERE k.referenced_table_name IS NOT NULL AND " +
        wanted("k.table_schema", "k.table_name") + " AND " + wanted("r.constraint_schema", "r.table_name") +
        " ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position";
    // RESTRICT is the default and the same as NO ACTION here; SQLAlchemy tells neither.
    const auto rule = [](const std::string& told) {
        return told == "RESTRICT" || told == "NO ACTION" ? std::nullopt : std::optional(told);
    };
    for (const Row& row : rows(sql)) {
        schema::Table* of = table(row);
        if (!of) continue;
        auto* last =
            of->constraints.empty() ? nullptr : std::get_if<schema::ForeignKey>(&of->constraints.back());
        if (!last || last->name != text_of(row[2])) {
            schema::ForeignKey made;
            made.name = text_of(row[2]);
            made.referent_schema = text_of(row[4]) == text_of(row[0]) ? of->schema : asked(text_of(row[4]));
            made.referent_table = text_of(row[5]);
            made.rule.on_update = rule(text_of(row[7]));
            made.rule.on_delete = rule(text_of(row[8]));
            of->constraints.emplace_back(std::move(made));
            last = std::get_if<schema::ForeignKey>(&of->constraints.back());
        }
        last->columns.push_back(text_of(row[3]));
        last->referent_columns.push_back(text_of(row[6]));
    }
}

void Connection::Reader::read_checks() {
    const Server& server = connection_.server_;
    std::string sql;
    if (server.mariadb)
        sql = "SELECT constraint_schema, table_name, constraint_name, check_clause "
              "FROM information_schema.check_constraints WHERE " +
              wanted("constraint_schema", "table_name") +
              (server.since(100510, 0) ? " AND level <> 'Column'" : "") + " ORDER BY 1, 2, 3";
    else if (server.version >= 80016)
        sql = "SELECT c.constraint_schema, t.table_name, c.constraint_name, c.check_clause FROM "
              "information_schema.check_constraints c JOIN information_schema.table_constraints t "
              "ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name "
              "AND t.constraint_type = 'CHECK' WHERE " +
              wanted("c.constraint_schema", "t.table_name") + " ORDER BY 1, 2, 3";
    else
        return; // older servers read CHECK and keep nothing of it
    for (const Row& row : rows(sql)) {
        schema::Table* of = table(row);
        if (!of) continue;
        // What a column says of itself, as JSON does, is the column's and not SQLAlchemy's to list.
        if (text_of(row[3]) == fmt::format("json_valid(`{}`)", text_of(row[2]))) continue;
        schema::Check check;
        check.name = text_of(row[2]);
        check.condition = expression_of(bare(text_of(row[3])));
        of->constraints.emplace_back(std::move(check));
    }
}

void Connection::Reader::read_others() {
    for (const Row& row :
         rows("SELECT table_schema, table_name, view_definition FROM information_schema.views WHERE " +
              wanted("table_schema", "table_name")))
        if (const auto view = views_.find(key(row[0], row[1])); view != views_.end())
            view->second.definition = text_of(row[2]);
    for (const Row& row :
         rows("SELECT trigger_schema, trigger_name, event_object_table, action_timing, event_manipulation, "
              "action_statement FROM information_schema.triggers WHERE " +
              wanted("trigger_schema", "event_object_table") + " ORDER BY 1, 2")) {
        const std::string name = text_of(row[1]), of = text_of(row[2]);
        catalog_.triggers.push_back(
            {name, asked(text_of(row[0])), of,
             fmt::format("CREATE TRIGGER {} {} {} ON {} FOR EACH ROW {}", connection_.compiler_->quote(name),
                         text_of(row[3]), text_of(row[4]), connection_.compiler_->quote(of),
                         text_of(row[5]))});
    }
    std::map<Key, std::string> arguments;
    for (const Row& row :
         rows("SELECT specific_schema, specific_name, dtd_identifier FROM "
              "information_schema.parameters WHERE ordinal_position > 0 AND " +
              wanted("specific_schema", "") + " ORDER BY specific_schema, specific_name, ordinal_position")) {
        std::string& list = arguments[key(row[0], row[1])];
        list += (list.empty() ? "" : ", ") + text_of(row[2]);
    }
    for (const Row& row :
         rows("SELECT routine_schema, routine_name, routine_type FROM information_schema.routines "
              "WHERE " +
              wanted("routine_schema", "") + " ORDER BY 1, 2"))
        catalog_.functions.push_back({text_of(row[1]), asked(text_of(row[0])), arguments[key(row[0], row[1])],
                                      lower(text_of(row[2]))});
}

schema::Catalog Connection::reflect(const dialect::ReflectOptions& options) {
    return Reader(*this, options).read();
}

} // namespace orch::mariadb
