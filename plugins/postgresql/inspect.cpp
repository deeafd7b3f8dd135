#include "inspect.hpp"

#include "base/text.hpp"
#include "compiler.hpp"
#include "connection.hpp"
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::postgresql {

namespace {

using Row = std::vector<sql::Datum>;

std::string text(const sql::Datum& value) {
    const auto* found = std::get_if<std::string>(&value);
    return found ? *found : std::string();
}
std::optional<std::string> optional_text(const sql::Datum& value) {
    const auto* found = std::get_if<std::string>(&value);
    return found ? std::optional(*found) : std::nullopt;
}
bool flag(const sql::Datum& value) {
    const auto* found = std::get_if<bool>(&value);
    return found && *found;
}
std::optional<std::int64_t> number(const sql::Datum& value) {
    const auto* found = std::get_if<std::int64_t>(&value);
    return found ? std::optional(*found) : std::nullopt;
}
std::vector<std::string> list(const sql::Datum& value) {
    std::vector<std::string> out;
    if (const auto* array = std::get_if<sql::Array>(&value))
        for (const sql::DatumBox& item : array->items) out.push_back(text(item.value));
    return out;
}
schema::ExpressionPtr as_sql(const std::string& text) { return sql::make({sql::Text{text, {}}}); }

/// Reads one catalog. Objects are found again by "schema.table".
class Reader {
  public:
    Reader(const Ask& ask, const dialect::ReflectOptions& options) : ask_(ask), options_(options) {}

    schema::Catalog read() {
        read_schemas();
        read_relations();
        read_columns();
        read_constraints();
        read_indexes();
        if (!options_.only_tables) {
            read_sequences();
            read_enums();
            read_triggers();
            read_functions();
        }
        return std::move(catalog_);
    }

  private:
    using Key = std::pair<std::string, std::string>; ///< schema and name, as the server has them

    /// Nothing for the default schema.
    std::optional<std::string> as_asked(const std::string& schema) const {
        return schema == catalog_.default_schema ? std::nullopt : std::optional(schema);
    }

    void read_schemas() {
        for (const Row& row : ask_("SELECT nspname::text, nspname = current_schema() FROM "
                                   "pg_catalog.pg_namespace WHERE nspname "
                                   "!~ '^pg_(temp|toast_temp)_' ORDER BY nspname COLLATE \"C\"")
                                  .rows) {
            catalog_.schemas.push_back(text(row[0]));
            if (flag(row[1])) catalog_.default_schema = text(row[0]);
        }
    }

    /// The condition that picks the wanted schemas, for `column`.
    std::string in_schemas(std::string_view column) const {
        if (options_.all_schemas)
            return fmt::format("{} !~ '^pg_' AND {} <> 'information_schema'", column, column);
        std::vector<std::string> names;
        for (const auto& schema : options_.schemas)
            names.push_back(string_literal(schema && !schema->empty() ? *schema : catalog_.default_schema));
        return names.empty() ? "false" : fmt::format("{} IN ({})", column, join(names, ", "));
    }

    /// The wanted tables and views: `c` is pg_class, `n` its schema. What belongs to extensions is theirs.
    std::string wanted(std::string_view kinds) const {
        std::string out = fmt::format(
            "c.relkind IN ({}) AND {} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = "
            "'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')",
            kinds, in_schemas("n.nspname"));
        if (options_.tables.empty()) return out;
        std::vector<std::string> names;
        for (const std::string& name : options_.tables) names.push_back(string_literal(name));
        return out + " AND c.relname IN (" + join(names, ", ") + ")";
    }

    void read_relations() {
        const std::string sql =
            "SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text, "
            "pg_catalog.obj_description(c.oid, 'pg_class'), pg_catalog.pg_get_partkeydef(c.oid), "
            "CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END, "
            "c.reloptions::text[], "
            "t.spcname::text, ARRAY(SELECT p.relname::text FROM pg_catalog.pg_inherits i JOIN "
            "pg_catalog.pg_class p ON "
            "p.oid = i.inhparent WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno) "
            "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace WHERE " +
            wanted("'r', 'p', 'f', 'v', 'm'") + " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows) {
            const std::string kind = text(row[2]);
            if (kind == "v" || kind == "m")
                add_view(row);
            else
                add_table(row);
        }
    }

    void add_table(const Row& row) {
        schema::Table table;
        table.name = text(row[1]);
        table.schema = as_asked(text(row[0]));
        table.comment = optional_text(row[4]);
        const std::string persistence = text(row[3]);
        if (persistence == "t") table.prefixes = {"TEMPORARY"};
        if (persistence == "u") table.prefixes = {"UNLOGGED"};
        if (const auto by = optional_text(row[5])) table.options["postgresql_partition_by"] = {*by};
        set_storage(table.options, list(row[7]));
        if (const auto space = optional_text(row[8])) table.options["postgresql_tablespace"] = {*space};
        if (const auto parents = list(row[9]); !parents.empty())
            table.options["postgresql_inherits"] = {parents};
        tables_[{text(row[0]), table.name}] = catalog_.tables.size();
        catalog_.tables.push_back(std::move(table));
    }

    void add_view(const Row& row) {
        schema::View view;
        view.name = text(row[1]);
        view.schema = as_asked(text(row[0]));
        view.materialized = text(row[2]) == "m";
        view.comment = optional_text(row[4]);
        view.definition = trim(text(row[6]));
        if (view.definition.ends_with(';')) view.definition.pop_back();
        set_storage(view.options, list(row[7]));
        views_[{text(row[0]), view.name}] = catalog_.views.size();
        catalog_.views.push_back(std::move(view));
    }

    static void set_storage(schema::Options& options, const std::vector<std::string>& given) {
        std::vector<std::pair<std::string, std::string>> pairs;
        for (const std::string& each : given) {
            const std::size_t equals = each.find('=');
            pairs.emplace_back(each.substr(0, equals),
                               equals == std::string::npos ? "" : each.substr(equals + 1));
        }
        if (!pairs.empty()) options["postgresql_with"] = {pairs};
    }

    schema::Table* table(const Row& row) {
        const auto found = tables_.find({text(row[0]), text(row[1])});
        return found == tables_.end() ? nullptr : &catalog_.tables[found->second];
    }
    schema::View* view(const Row& row) {
        const auto found = views_.find({text(row[0]), text(row[1])});
        return found == views_.end() ? nullptr : &catalog_.views[found->second];
    }

    // `e` is the type that counts: of an array that of its items.
    void read_columns() {
        const std::string sql =
            "SELECT n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, "
            "a.atttypmod), "
            "pg_catalog.format_type(e.oid, NULL), e.typname::text, en.nspname::text, e.typtype::text, "
            "CASE WHEN e.typtype = 'e' THEN ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE "
            "l.enumtypid = "
            "e.oid ORDER BY l.enumsortorder) END, "
            "CASE WHEN e.typtype = 'd' THEN pg_catalog.format_type(e.typbasetype, e.typtypmod) END, "
            "a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid, true), a.attidentity::text, "
            "a.attgenerated::text, "
            "CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END, "
            "pg_catalog.col_description(c.oid, a.attnum), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, "
            "s.seqcache, "
            "s.seqcycle "
            "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = "
            "a.atttypid "
            "JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 AND "
            "t.typtype = 'b' "
            "THEN t.typelem ELSE t.oid END JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace "
            "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
            "LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation "
            "LEFT JOIN pg_catalog.pg_depend o ON a.attidentity <> '' AND o.refclassid = "
            "'pg_catalog.pg_class'::regclass "
            "AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.classid = "
            "'pg_catalog.pg_class'::regclass AND "
            "o.deptype = 'i' LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = o.objid "
            "WHERE a.attnum > 0 AND NOT a.attisdropped AND " +
            wanted("'r', 'p', 'f', 'v', 'm'") + " ORDER BY c.oid, a.attnum";
        for (const Row& row : ask_(sql).rows) {
            schema::Column column = column_of(row);
            if (schema::Table* owner = table(row))
                owner->columns.push_back(std::move(column));
            else if (schema::View* shown = view(row))
                shown->columns.push_back(std::move(column));
        }
    }

    schema::Column column_of(const Row& row) const {
        schema::Column column;
        column.name = text(row[2]);
        ServerType type;
        type.full = text(row[3]);
        type.name = text(row[4]);
        type.own = text(row[5]);
        type.own_schema = as_asked(text(row[6])).value_or("");
        type.kind = text(row[7]).front();
        type.labels = list(row[8]);
        type.base = text(row[9]);
        column.type = type_of(type);
        column.nullable = !flag(row[10]);
        column.autoincrement = schema::Autoincrement::no;
        const std::string expression = text(row[11]), identity = text(row[12]), generated = text(row[13]);
        if (!generated.empty()) {
            column.computed = schema::Computed{as_sql(expression), generated == "s"};
        } else if (!expression.empty()) {
            column.server_default = as_sql(expression);
            if (expression.starts_with("nextval(")) column.autoincrement = schema::Autoincrement::yes;
        }
        if (!identity.empty()) {
            column.identity = sequence_options(row, 16);
            column.identity->always = identity == "a";
            column.autoincrement = schema::Autoincrement::yes;
        }
        if (const auto collation = optional_text(row[14])) set_collation(column.type, *collation);
        column.comment = optional_text(row[15]);
        return column;
    }

    static void set_collation(schema::Type& type, const std::string& collation) {
        if (!type.item) {
            type.collation = collation;
            return;
        }
        schema::Type item = *type.item;
        set_collation(item, collation);
        type.item = std::make_shared<const schema::Type>(std::move(item));
    }

    /// start, increment, minvalue, maxvalue, cache, cycle
    static schema::Identity sequence_options(const Row& row, std::size_t from) {
        schema::Identity options;
        options.start = number(row[from]);
        options.increment = number(row[from + 1]);
        options.minvalue = number(row[from + 2]);
        options.maxvalue = number(row[from + 3]);
        options.cache = number(row[from + 4]);
        options.cycle = flag(row[from + 5]);
        return options;
    }

    static std::optional<std::string> rule(const std::string& code) {
        if (code == "c") return "CASCADE";
        if (code == "n") return "SET NULL";
        if (code == "d") return "SET DEFAULT";
        if (code == "r") return "RESTRICT";
        return std::nullopt; // NO ACTION, which is the default
    }

    void read_constraints() {
        const std::string columns =
            "ARRAY(SELECT a.attname::text FROM pg_catalog.unnest({0}) WITH ORDINALITY u(num, ord) JOIN "
            "pg_catalog.pg_attribute a ON a.attrelid = {1} AND a.attnum = u.num ORDER BY u.ord)";
        const std::string sql =
            "SELECT n.nspname::text, c.relname::text, k.conname::text, k.contype::text, " +
            replace_all(replace_all(columns, "{0}", "k.conkey"), "{1}", "k.conrelid") +
            ", k.condeferrable, k.condeferred, k.convalidated, fn.nspname::text, f.relname::text, " +
            replace_all(replace_all(columns, "{0}", "k.confkey"), "{1}", "k.confrelid") +
            ", k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, "
            "CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid, true) WHEN "
            "k.contype = 'x' THEN "
            "pg_catalog.pg_get_constraintdef(k.oid, true) END, "
            "ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY x(num, ord) JOIN "
            "pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = x.num WHERE x.ord > "
            "i.indnkeyatts ORDER BY "
            "x.ord), pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', pg_catalog.obj_description(k.oid, "
            "'pg_constraint') "
            "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_class f ON "
            "f.oid = k.confrelid "
            "LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace "
            "LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u') "
            "WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND " +
            wanted("'r', 'p', 'f'") +
            " ORDER BY c.oid, CASE k.contype WHEN 'p' THEN 0 ELSE 1 END, k.conname COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows)
            if (schema::Table* owner = table(row)) add_constraint(*owner, row);
    }

    void add_constraint(schema::Table& owner, const Row& row) const {
        switch (text(row[3]).front()) {
        case 'p': return add_key<schema::PrimaryKey>(owner, row);
        case 'u': return add_key<schema::Unique>(owner, row);
        case 'f': return add_foreign_key(owner, row);
        case 'c': {
            schema::Check check;
            set_common(check, row);
            check.condition = as_sql(text(row[14]));
            owner.constraints.emplace_back(std::move(check));
            return;
        }
        default: add_exclude(owner, row);
        }
    }

    template <class Constraint>
    void set_common(Constraint& constraint, const Row& row) const {
        constraint.name = text(row[2]);
        if (flag(row[5])) constraint.deferrable = true;
        if (flag(row[6])) constraint.initially = "DEFERRED";
        if (!flag(row[7])) constraint.options["postgresql_not_valid"] = {true};
        if (const auto comment = optional_text(row[17])) constraint.options["comment"] = {*comment};
    }

    template <class Key>
    void add_key(schema::Table& owner, const Row& row) const {
        Key key;
        set_common(key, row);
        key.columns = list(row[4]);
        if (const auto include = list(row[15]); !include.empty())
            key.options["postgresql_include"] = {include};
        if (text(row[16]) == "true") key.options["postgresql_nulls_not_distinct"] = {true};
        if (std::is_same_v<Key, schema::PrimaryKey>)
            for (schema::Column& column : owner.columns)
                if (std::ranges::find(key.columns, column.name) != key.columns.end())
                    column.primary_key = true;
        owner.constraints.emplace_back(std::move(key));
    }

    void add_foreign_key(schema::Table& owner, const Row& row) const {
        schema::ForeignKey key;
        key.name = text(row[2]);
        key.columns = list(row[4]);
        key.referent_schema = as_asked(text(row[8]));
        key.referent_table = text(row[9]);
        key.referent_columns = list(row[10]);
        key.rule.on_update = rule(text(row[11]));
        key.rule.on_delete = rule(text(row[12]));
        if (text(row[13]) == "f") key.rule.match = "FULL";
        if (flag(row[5])) key.rule.deferrable = true;
        if (flag(row[6])) key.rule.initially = "DEFERRED";
        if (!flag(row[7])) key.options["postgresql_not_valid"] = {true};
        owner.constraints.emplace_back(std::move(key));
    }

    // EXCLUDE USING gist (a WITH =, b WITH &&) WHERE (c) DEFERRABLE: its elements as the server prints them.
    void add_exclude(schema::Table& owner, const Row& row) const {
        schema::Exclude exclude;
        set_common(exclude, row);
        const std::string definition = text(row[14]);
        const std::size_t open = definition.find('(');
        if (const auto words_before = words(definition.substr(0, open)); words_before.size() == 3)
            exclude.using_ = words_before[2];
        std::size_t from = open + 1, at = from;
        int depth = 1;
        const auto element = [&](std::string_view piece) {
            const std::size_t with = piece.rfind(" WITH ");
            if (with == std::string_view::npos) return;
            exclude.elements.emplace_back(as_sql(std::string(trim(piece.substr(0, with)))),
                                          std::string(trim(piece.substr(with + 6))));
        };
        while (at < definition.size() && depth > 0) {
            if (const std::size_t end = end_of_quoted(definition, at); end != at) {
                at = end;
                continue;
            }
            const char c = definition[at];
            if (c == '(') ++depth;
            if (c == ')') --depth;
            if ((c == ',' && depth == 1) || depth == 0) {
                element(std::string_view(definition).substr(from, at - from));
                from = at + 1;
            }
            ++at;
        }
        const std::string_view rest =
            trim(std::string_view(definition).substr(std::min(at, definition.size())));
        if (rest.starts_with("WHERE (")) {
            const std::size_t close = rest.rfind(')');
            exclude.where = as_sql(std::string(rest.substr(7, close - 7)));
        }
        owner.constraints.emplace_back(std::move(exclude));
    }

    void read_indexes() {
        const std::string sql =
            "SELECT n.nspname::text, c.relname::text, x.relname::text, i.indisunique, i.indisvalid, "
            "am.amname::text, "
            "x.reloptions::text[], pg_catalog.pg_get_expr(i.indpred, i.indrelid, true), s.spcname::text, "
            "k.conname::text, pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', i.indnkeyatts::int, "
            "ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, g.n, true) FROM "
            "pg_catalog.generate_series(1, i.indnatts) g(n) "
            "ORDER BY g.n), "
            "ARRAY(SELECT coalesce(a.attname::text, '') FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY "
            "y(num, ord) LEFT JOIN "
            "pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = y.num AND y.num <> 0 ORDER "
            "BY y.ord), "
            "ARRAY(SELECT o::text FROM pg_catalog.unnest(i.indoption) WITH ORDINALITY z(o, ord) ORDER BY "
            "z.ord), "
            "ARRAY(SELECT CASE WHEN q.opcdefault THEN '' ELSE q.opcname::text END FROM "
            "pg_catalog.unnest(i.indclass) WITH "
            "ORDINALITY z(cls, ord) JOIN pg_catalog.pg_opclass q ON q.oid = z.cls ORDER BY z.ord), "
            "ARRAY(SELECT CASE WHEN co.oid IS NULL OR co.oid = a.attcollation OR a.attnum IS NULL THEN '' "
            "ELSE co.collname::text END FROM "
            "pg_catalog.unnest(i.indcollation) WITH ORDINALITY z(col, ord) LEFT JOIN pg_catalog.pg_collation "
            "co ON co.oid = "
            "z.col LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
            "i.indkey[z.ord - 1] AND "
            "a.attnum <> 0 ORDER BY z.ord) "
            "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN "
            "pg_catalog.pg_class c ON c.oid "
            "= i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_am am "
            "ON am.oid = "
            "x.relam LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace LEFT JOIN "
            "pg_catalog.pg_constraint k ON "
            "k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') "
            "WHERE NOT i.indisprimary AND " +
            wanted("'r', 'p', 'm'") + " ORDER BY c.oid, x.relname COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows) {
            schema::Index index = index_of(row);
            if (schema::Table* owner = table(row))
                owner->indexes.push_back(std::move(index));
            else if (schema::View* shown = view(row))
                shown->indexes.push_back(std::move(index));
        }
    }

    schema::Index index_of(const Row& row) const {
        schema::Index index;
        index.name = text(row[2]);
        index.table = text(row[1]);
        index.schema = as_asked(text(row[0]));
        index.unique = flag(row[3]);
        if (!flag(row[4])) index.options["postgresql_invalid"] = {true};
        if (text(row[5]) != "btree") index.options["postgresql_using"] = {text(row[5])};
        set_storage(index.options, list(row[6]));
        if (const auto where = optional_text(row[7])) index.options["postgresql_where"] = {as_sql(*where)};
        if (const auto space = optional_text(row[8])) index.options["postgresql_tablespace"] = {*space};
        if (const auto constraint = optional_text(row[9]))
            index.options["duplicates_constraint"] = {*constraint};
        if (text(row[10]) == "true") index.options["postgresql_nulls_not_distinct"] = {true};
        const auto keys = static_cast<std::size_t>(number(row[11]).value_or(0));
        const std::vector<std::string> definitions = list(row[12]), columns = list(row[13]),
                                       sorting = list(row[14]), classes = list(row[15]),
                                       collations = list(row[16]);
        std::vector<std::pair<std::string, std::string>> own_classes;
        for (std::size_t i = 0; i < keys && i < definitions.size(); ++i) {
            schema::IndexElement element;
            if (columns[i].empty())
                element.expression = as_sql(definitions[i]);
            else
                element.column = columns[i];
            if (i < sorting.size()) element.sorting = sorting_of(sorting[i]);
            if (i < collations.size() && !collations[i].empty()) element.collation = collations[i];
            if (i < classes.size() && !classes[i].empty() && !columns[i].empty())
                own_classes.emplace_back(columns[i], classes[i]);
            index.elements.push_back(std::move(element));
        }
        if (!own_classes.empty()) index.options["postgresql_ops"] = {own_classes};
        if (columns.size() > keys)
            index.options["postgresql_include"] = {
                std::vector<std::string>(columns.begin() + static_cast<std::ptrdiff_t>(keys), columns.end())};
        return index;
    }

    /// pg_index.indoption: 1 is DESC, 2 is NULLS FIRST, which is the default of DESC alone.
    static std::vector<std::string> sorting_of(const std::string& option) {
        if (option == "1") return {"desc", "nulls_last"};
        if (option == "2") return {"nulls_first"};
        return option == "3" ? std::vector<std::string>{"desc"} : std::vector<std::string>{};
    }

    void read_sequences() {
        const std::string sql =
            "SELECT n.nspname::text, c.relname::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, "
            "s.seqcache, s.seqcycle, "
            "pg_catalog.format_type(s.seqtypid, NULL) FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class "
            "c ON c.oid = "
            "s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " +
            in_schemas("n.nspname") +
            " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.classid = "
            "'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i', 'e')) ORDER BY n.nspname COLLATE "
            "\"C\", c.relname "
            "COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows) {
            schema::Sequence sequence;
            sequence.name = text(row[1]);
            sequence.schema = as_asked(text(row[0]));
            sequence.options = sequence_options(row, 2);
            ServerType type;
            type.name = type.full = text(row[8]);
            sequence.type = std::make_shared<const schema::Type>(type_of(type));
            catalog_.sequences.push_back(std::move(sequence));
        }
    }

    void read_enums() {
        const std::string sql = "SELECT n.nspname::text, t.typname::text, ARRAY(SELECT l.enumlabel::text "
                                "FROM pg_catalog.pg_enum l WHERE "
                                "l.enumtypid = t.oid ORDER BY l.enumsortorder), "
                                "pg_catalog.obj_description(t.oid, 'pg_type') FROM "
                                "pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = "
                                "t.typnamespace WHERE t.typtype = 'e' AND " +
                                in_schemas("n.nspname") +
                                " ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows)
            catalog_.enums.push_back(
                {text(row[1]), as_asked(text(row[0])), list(row[2]), optional_text(row[3])});
    }

    void read_triggers() {
        const std::string sql = "SELECT n.nspname::text, c.relname::text, t.tgname::text, "
                                "pg_catalog.pg_get_triggerdef(t.oid, true) FROM "
                                "pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid "
                                "JOIN pg_catalog.pg_namespace n ON n.oid "
                                "= c.relnamespace WHERE NOT t.tgisinternal AND " +
                                in_schemas("n.nspname") +
                                " ORDER BY n.nspname COLLATE \"C\", t.tgname COLLATE \"C\"";
        for (const Row& row : ask_(sql).rows)
            catalog_.triggers.push_back({text(row[2]), as_asked(text(row[0])), text(row[1]), text(row[3])});
    }

    void read_functions() {
        const std::string sql =
            "SELECT n.nspname::text, p.proname::text, pg_catalog.pg_get_function_identity_arguments(p.oid), "
            "CASE p.prokind "
            "WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END FROM pg_catalog.pg_proc "
            "p JOIN "
            "pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE " +
            in_schemas("n.nspname") +
            " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.classid = "
            "'pg_catalog.pg_proc'::regclass AND d.deptype = 'e') ORDER BY n.nspname COLLATE \"C\", p.proname "
            "COLLATE \"C\", 3";
        for (const Row& row : ask_(sql).rows)
            catalog_.functions.push_back({text(row[1]), as_asked(text(row[0])), text(row[2]), text(row[3])});
    }

    const Ask& ask_;
    const dialect::ReflectOptions& options_;
    schema::Catalog catalog_;
    std::map<Key, std::size_t> tables_, views_;
};

} // namespace

schema::Catalog read_catalog(const Ask& ask, const dialect::ReflectOptions& options) {
    return Reader(ask, options).read();
}

schema::Catalog Connection::reflect(const dialect::ReflectOptions& options) {
    return read_catalog(
        [this](const std::string& sql) {
            dialect::Statement statement;
            statement.sql = sql;
            statement.reads = true;
            return execute(statement);
        },
        options);
}

} // namespace orch::postgresql
