#include "autogen/document.hpp"
#include "autogen/sql_text.hpp"
#include "autogen/tables.hpp"

#include <nlohmann/json.hpp>

namespace orch::autogen {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
void put(Json& into, const char* key, const std::optional<T>& value) {
    if (value) into[key] = *value;
}
void put_flag(Json& into, const char* key, bool value) {
    if (value) into[key] = true;
}

class Writer {
  public:
    explicit Writer(const dialect::Compiler& compiler) : compiler_(compiler) {}

    Json table(const schema::Table& given, const std::vector<schema::Table>& all) const {
        const schema::Table table = flattened(given, all);
        Json out;
        out["name"] = table.name;
        put(out, "schema", table.schema);
        put(out, "comment", table.comment);
        out["columns"] = Json::array();
        for (const schema::Column& column : table.columns) out["columns"].push_back(this->column(column));
        for (const schema::Constraint& constraint : table.constraints)
            std::visit([&](const auto& each) { add(out, each); }, constraint);
        for (const schema::Index& index : table.indexes)
            if (!index.options.contains("duplicates_constraint"))
                out["indexes"].push_back(this->index(index));
        put_options(out, table.options);
        return out;
    }

    Json type(const schema::Type& type) const;

    Json identity(const schema::Identity& identity) const {
        Json out = Json::object();
        put_flag(out, "always", identity.always);
        put(out, "start", identity.start);
        put(out, "increment", identity.increment);
        put(out, "minvalue", identity.minvalue);
        put(out, "maxvalue", identity.maxvalue);
        put(out, "cache", identity.cache);
        put(out, "cycle", identity.cycle);
        return out;
    }

  private:
    std::string sql(const schema::ExpressionPtr& expression) const { return sql_text(expression, compiler_); }

    Json column(const schema::Column& column) const {
        Json out;
        out["name"] = column.name;
        out["type"] = type(column.type);
        out["nullable"] = column.is_nullable();
        if (column.server_default) out["default"] = sql(column.server_default);
        if (column.autoincrement == schema::Autoincrement::yes) out["autoincrement"] = true;
        if (column.identity) out["identity"] = identity(*column.identity);
        if (column.computed) {
            out["computed"]["sql"] = sql(column.computed->expression);
            put(out["computed"], "persisted", column.computed->persisted);
        }
        put(out, "comment", column.comment);
        put_options(out, column.options);
        return out;
    }

    template <class T>
    void finish(Json& entry, const T& constraint) const {
        put(entry, "deferrable", constraint.deferrable);
        put(entry, "initially", constraint.initially);
        put_options(entry, constraint.options);
    }
    void add(Json& out, const schema::PrimaryKey& key) const {
        Json entry;
        put(entry, "name", key.name);
        entry["columns"] = key.columns;
        finish(entry, key);
        out["primary_key"] = std::move(entry);
    }
    void add(Json& out, const schema::Unique& unique) const {
        Json entry;
        put(entry, "name", unique.name);
        entry["columns"] = unique.columns;
        finish(entry, unique);
        out["unique"].push_back(std::move(entry));
    }
    void add(Json& out, const schema::Check& check) const {
        Json entry;
        put(entry, "name", check.name);
        entry["sql"] = sql(check.condition);
        finish(entry, check);
        out["checks"].push_back(std::move(entry));
    }
    void add(Json& out, const schema::ForeignKey& key) const {
        Json entry;
        put(entry, "name", key.name);
        entry["columns"] = key.columns;
        Json& target = entry["references"];
        put(target, "schema", key.referent_schema);
        target["table"] = key.referent_table;
        target["columns"] = key.referent_columns;
        put(entry, "on_update", key.rule.on_update);
        put(entry, "on_delete", key.rule.on_delete);
        put(entry, "match", key.rule.match);
        put(entry, "deferrable", key.rule.deferrable);
        put(entry, "initially", key.rule.initially);
        put_options(entry, key.options);
        out["foreign_keys"].push_back(std::move(entry));
    }
    void add(Json& out, const schema::Exclude& exclude) const {
        Json entry;
        put(entry, "name", exclude.name);
        for (const auto& [expression, sign] : exclude.elements)
            entry["elements"].push_back({{"sql", sql(expression)}, {"operator", sign}});
        put(entry, "using", exclude.using_);
        if (exclude.where) entry["where"] = sql(exclude.where);
        finish(entry, exclude);
        out["excludes"].push_back(std::move(entry));
    }

    Json index(const schema::Index& index) const {
        Json out;
        put(out, "name", index.name);
        out["columns"] = Json::array();
        for (const schema::IndexElement& element : index.elements) {
            Json entry;
            if (element.expression)
                entry["sql"] = sql(element.expression);
            else
                entry["name"] = element.column;
            if (!element.sorting.empty()) entry["sorting"] = element.sorting;
            put(entry, "collation", element.collation);
            if (entry.size() == 1 && !element.expression) entry = element.column;
            out["columns"].push_back(std::move(entry));
        }
        put_flag(out, "unique", index.unique);
        put_options(out, index.options);
        return out;
    }

    Json option(const schema::Option& option) const {
        struct Visitor {
            const Writer& writer;
            Json operator()(std::monostate) const { return nullptr; }
            Json operator()(bool value) const { return value; }
            Json operator()(std::int64_t value) const { return value; }
            Json operator()(double value) const { return value; }
            Json operator()(const std::string& value) const { return value; }
            Json operator()(const std::vector<std::string>& value) const { return value; }
            Json operator()(const schema::ExpressionPtr& value) const { return {{"sql", writer.sql(value)}}; }
            Json operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
                Json out = Json::object();
                for (const auto& [key, item] : value) out[key] = item;
                return out;
            }
        };
        return std::visit(Visitor{*this}, option.value);
    }
    void put_options(Json& out, const schema::Options& options) const {
        for (const auto& [key, value] : options) out["options"][key] = option(value);
    }

    const dialect::Compiler& compiler_;
};

Json Writer::type(const schema::Type& type) const {
    Json out;
    out["name"] = type.name;
    if (!type.module.empty()) out["module"] = type.module;
    put(out, "length", type.length);
    put(out, "precision", type.precision);
    put(out, "scale", type.scale);
    put(out, "collation", type.collation);
    put(out, "charset", type.charset);
    put_flag(out, "timezone", type.timezone);
    if (!type.values.empty()) out["values"] = type.values;
    put(out, "type_name", type.type_name);
    put(out, "type_schema", type.type_schema);
    if (!type.native_enum) out["native_enum"] = false;
    put_flag(out, "create_constraint", type.create_constraint);
    put(out, "fields", type.fields);
    if (type.item) out["item"] = this->type(*type.item);
    if (type.dimensions > 0) out["dimensions"] = type.dimensions;
    put_flag(out, "unsigned", type.unsigned_);
    put_flag(out, "zerofill", type.zerofill);
    put(out, "sql", type.verbatim);
    put_options(out, type.options);
    return out;
}

template <class T>
Json named(const T& object) {
    Json out;
    out["name"] = object.name;
    put(out, "schema", object.schema);
    return out;
}

} // namespace

std::string to_document(const schema::Catalog& catalog, const dialect::Dialect& dialect) {
    const Writer writer(dialect.compiler());
    Json out;
    out["orch_schema"] = 1;
    out["dialect"] = dialect.traits().name;
    out["tables"] = Json::array();
    for (const schema::Table& table : catalog.tables)
        out["tables"].push_back(writer.table(table, catalog.tables));
    for (const schema::View& view : catalog.views) {
        Json entry = named(view);
        put_flag(entry, "materialized", view.materialized);
        entry["definition"] = view.definition;
        out["views"].push_back(std::move(entry));
    }
    for (const schema::Sequence& sequence : catalog.sequences) {
        Json entry = named(sequence);
        entry.update(writer.identity(sequence.options));
        out["sequences"].push_back(std::move(entry));
    }
    for (const schema::Enum& one : catalog.enums) {
        Json entry = named(one);
        entry["values"] = one.values;
        out["enums"].push_back(std::move(entry));
    }
    for (const schema::Trigger& trigger : catalog.triggers) {
        Json entry = named(trigger);
        entry["table"] = trigger.table;
        entry["definition"] = trigger.definition;
        out["triggers"].push_back(std::move(entry));
    }
    for (const schema::Function& function : catalog.functions) {
        Json entry = named(function);
        entry["kind"] = function.kind;
        entry["arguments"] = function.arguments;
        out["functions"].push_back(std::move(entry));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace orch::autogen
