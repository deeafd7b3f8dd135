#include "autogen/document.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace orch::autogen {

namespace {

using Json = nlohmann::json;

/// A place in the document and what is there. Every mistake is told with its path.
class Node {
  public:
    Node(const Json& json, std::string path, const std::string& document)
        : json_(json), path_(std::move(path)), document_(document) {}

    [[noreturn]] void refuse(const std::string& what) const {
        Place place;
        place.file = document_;
        throw Error(Fault::script, fmt::format("{}: {}", path_.empty() ? "the document" : path_, what))
            .at(place)
            .hint("docs/autogenerate.md describes the schema document; 'orch inspect --format json' prints "
                  "one");
    }
    [[noreturn]] void expected(const char* what) const {
        refuse(fmt::format("expected {}, got {}", what, json_.type_name()));
    }

    bool has(const char* key) const {
        return json_.is_object() && json_.contains(key) && !json_[key].is_null();
    }
    Node at(const char* key) const {
        if (!json_.is_object()) expected("an object");
        if (!has(key)) refuse(fmt::format("has no '{}'", key));
        return {json_[key], path_.empty() ? key : path_ + "." + key, document_};
    }
    template <class F>
    void each(const char* key, F&& use) const {
        if (!json_.is_object()) expected("an object");
        if (!has(key)) return;
        const Node list = at(key);
        if (!list.json_.is_array()) list.expected("a list");
        for (std::size_t i = 0; i < list.json_.size(); ++i)
            use(Node(list.json_[i], fmt::format("{}[{}]", list.path_, i), document_));
    }
    template <class F>
    void entries(const char* key, F&& use) const {
        if (!has(key)) return;
        const Node map = at(key);
        if (!map.json_.is_object()) map.expected("an object");
        for (const auto& [name, value] : map.json_.items())
            use(name, Node(value, map.path_ + "." + name, document_));
    }
    /// Refuses keys that nobody reads, so that a misspelled one is not lost.
    void only(std::initializer_list<const char*> known) const {
        if (!json_.is_object()) expected("an object");
        const std::vector<std::string> names(known.begin(), known.end());
        for (const auto& [key, value] : json_.items()) {
            if (std::find(names.begin(), names.end(), key) != names.end()) continue;
            const auto near = nearest(key, names);
            refuse(fmt::format("unknown key '{}'{}", key,
                               near ? fmt::format(", did you mean '{}'?", *near) : ""));
        }
    }

    std::string text() const {
        if (!json_.is_string()) expected("a string");
        return json_.get<std::string>();
    }
    std::int64_t number() const {
        if (!json_.is_number_integer()) expected("an integer");
        return json_.get<std::int64_t>();
    }
    bool flag() const {
        if (!json_.is_boolean()) expected("true or false");
        return json_.get<bool>();
    }
    std::optional<std::string> text(const char* key) const {
        return has(key) ? std::optional(at(key).text()) : std::nullopt;
    }
    std::optional<std::int64_t> number(const char* key) const {
        return has(key) ? std::optional(at(key).number()) : std::nullopt;
    }
    std::optional<bool> flag(const char* key) const {
        return has(key) ? std::optional(at(key).flag()) : std::nullopt;
    }
    std::vector<std::string> texts(const char* key) const {
        std::vector<std::string> out;
        each(key, [&](const Node& item) { out.push_back(item.text()); });
        return out;
    }
    const Json& json() const { return json_; }

  private:
    const Json& json_;
    std::string path_;
    const std::string& document_;
};

/// SQL as it stands: what looks like a parameter in it is none.
schema::ExpressionPtr sql_of(std::string text) {
    return sql::make({sql::Text{replace_all(text, "\\:", "\\\\:"), {}}});
}
schema::ExpressionPtr sql_of(const Node& node, const char* key) {
    return node.has(key) ? sql_of(node.at(key).text()) : nullptr;
}

schema::Option option(const Node& node) {
    const Json& json = node.json();
    if (json.is_boolean()) return {json.get<bool>()};
    if (json.is_number_integer()) return {json.get<std::int64_t>()};
    if (json.is_number()) return {json.get<double>()};
    if (json.is_string()) return {json.get<std::string>()};
    if (json.is_array()) {
        std::vector<std::string> list;
        for (const Json& item : json) {
            if (!item.is_string()) node.expected("a list of strings");
            list.push_back(item.get<std::string>());
        }
        return {std::move(list)};
    }
    if (json.is_object() && json.size() == 1 && json.contains("sql")) return {sql_of(node.at("sql").text())};
    if (json.is_object()) {
        std::vector<std::pair<std::string, std::string>> map;
        for (const auto& [key, value] : json.items())
            map.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
        return {std::move(map)};
    }
    return {};
}
void read_options(const Node& node, schema::Options& options) {
    node.entries("options", [&](const std::string& key, const Node& value) { options[key] = option(value); });
}

schema::Identity identity(const Node& node) {
    schema::Identity out;
    out.always = node.flag("always").value_or(false);
    out.start = node.number("start");
    out.increment = node.number("increment");
    out.minvalue = node.number("minvalue");
    out.maxvalue = node.number("maxvalue");
    out.cache = node.number("cache");
    out.cycle = node.flag("cycle");
    return out;
}

class Reader {
  public:
    explicit Reader(Document& out) : out_(out) {}

    /// "varchar(50)", or an object with SQLAlchemy's name and arguments.
    schema::Type type(const Node& node) {
        schema::Type type;
        if (node.json().is_string()) {
            type.verbatim = node.text();
            type.name = *type.verbatim;
            out_.sql_types = true;
            return type;
        }
        node.only({"name",
                   "module",
                   "length",
                   "precision",
                   "scale",
                   "collation",
                   "charset",
                   "timezone",
                   "values",
                   "type_name",
                   "type_schema",
                   "native_enum",
                   "create_constraint",
                   "fields",
                   "item",
                   "dimensions",
                   "unsigned",
                   "zerofill",
                   "sql",
                   "options"});
        type.name = node.at("name").text();
        type.module = node.text("module").value_or("");
        type.length = node.number("length");
        type.precision = node.number("precision");
        type.scale = node.number("scale");
        type.collation = node.text("collation");
        type.charset = node.text("charset");
        type.timezone = node.flag("timezone").value_or(false);
        type.values = node.texts("values");
        type.type_name = node.text("type_name");
        type.type_schema = node.text("type_schema");
        type.native_enum = node.flag("native_enum").value_or(true);
        type.create_constraint = node.flag("create_constraint").value_or(false);
        type.fields = node.text("fields");
        if (node.has("item")) type.item = std::make_shared<schema::Type>(this->type(node.at("item")));
        type.dimensions = static_cast<int>(node.number("dimensions").value_or(0));
        type.unsigned_ = node.flag("unsigned").value_or(false);
        type.zerofill = node.flag("zerofill").value_or(false);
        type.verbatim = node.text("sql");
        if (type.verbatim) out_.sql_types = true;
        read_options(node, type.options);
        return type;
    }

    schema::Column column(const Node& node) {
        node.only({"name", "type", "nullable", "default", "autoincrement", "identity", "computed", "comment",
                   "options"});
        schema::Column out;
        out.name = node.at("name").text();
        out.type = type(node.at("type"));
        out.nullable = node.flag("nullable");
        out.server_default = sql_of(node, "default");
        if (node.flag("autoincrement").value_or(false)) out.autoincrement = schema::Autoincrement::yes;
        if (node.has("identity")) out.identity = identity(node.at("identity"));
        if (node.has("computed"))
            out.computed =
                schema::Computed{sql_of(node.at("computed"), "sql"), node.at("computed").flag("persisted")};
        out.comment = node.text("comment");
        read_options(node, out.options);
        return out;
    }

    template <class T>
    T constraint(const Node& node) {
        T out;
        out.name = node.text("name");
        if constexpr (requires { out.columns; }) out.columns = node.texts("columns");
        if constexpr (requires { out.deferrable; }) {
            out.deferrable = node.flag("deferrable");
            out.initially = node.text("initially");
        }
        read_options(node, out.options);
        return out;
    }
    schema::ForeignKey foreign_key(const Node& node) {
        node.only({"name", "columns", "references", "on_update", "on_delete", "match", "deferrable",
                   "initially", "options"});
        auto out = constraint<schema::ForeignKey>(node);
        const Node target = node.at("references");
        out.referent_schema = target.text("schema");
        out.referent_table = target.at("table").text();
        out.referent_columns = target.texts("columns");
        out.rule.on_update = node.text("on_update");
        out.rule.on_delete = node.text("on_delete");
        out.rule.match = node.text("match");
        out.rule.deferrable = node.flag("deferrable");
        out.rule.initially = node.text("initially");
        return out;
    }
    schema::Exclude exclude(const Node& node) {
        auto out = constraint<schema::Exclude>(node);
        node.each("elements", [&](const Node& element) {
            out.elements.emplace_back(sql_of(element, "sql"), element.at("operator").text());
        });
        out.using_ = node.text("using");
        out.where = sql_of(node, "where");
        return out;
    }
    schema::Index index(const Node& node, const schema::Table& table) {
        node.only({"name", "columns", "unique", "options"});
        schema::Index out;
        out.name = node.text("name");
        out.table = table.name;
        out.schema = table.schema;
        out.unique = node.flag("unique").value_or(false);
        node.each("columns", [&](const Node& element) {
            schema::IndexElement made;
            if (element.json().is_string())
                made.column = element.text();
            else if (element.has("sql"))
                made.expression = sql_of(element, "sql");
            else
                made.column = element.at("name").text();
            if (!element.json().is_string()) {
                made.sorting = element.texts("sorting");
                made.collation = element.text("collation");
            }
            out.elements.push_back(std::move(made));
        });
        read_options(node, out.options);
        return out;
    }

    schema::Table table(const Node& node) {
        node.only({"name", "schema", "comment", "columns", "primary_key", "unique", "checks", "foreign_keys",
                   "excludes", "indexes", "options"});
        schema::Table out;
        out.name = node.at("name").text();
        out.schema = node.text("schema");
        out.comment = node.text("comment");
        node.each("columns", [&](const Node& item) { out.columns.push_back(column(item)); });
        if (node.has("primary_key"))
            out.constraints.emplace_back(constraint<schema::PrimaryKey>(node.at("primary_key")));
        node.each("unique",
                  [&](const Node& item) { out.constraints.emplace_back(constraint<schema::Unique>(item)); });
        node.each("checks", [&](const Node& item) {
            auto check = constraint<schema::Check>(item);
            check.condition = sql_of(item.at("sql").text());
            out.constraints.emplace_back(std::move(check));
        });
        node.each("foreign_keys", [&](const Node& item) { out.constraints.emplace_back(foreign_key(item)); });
        node.each("excludes", [&](const Node& item) { out.constraints.emplace_back(exclude(item)); });
        node.each("indexes", [&](const Node& item) { out.indexes.push_back(index(item, out)); });
        read_options(node, out.options);
        return out;
    }

    void read(const Node& node) {
        node.only(
            {"orch_schema", "dialect", "tables", "views", "sequences", "enums", "triggers", "functions"});
        if (node.at("orch_schema").number() != 1)
            node.at("orch_schema").refuse("this version of orch reads documents of version 1");
        schema::Catalog& catalog = out_.catalog;
        node.each("tables", [&](const Node& item) { catalog.tables.push_back(table(item)); });
        node.each("views", [&](const Node& item) {
            schema::View view;
            view.name = item.at("name").text();
            view.schema = item.text("schema");
            view.definition = item.text("definition").value_or("");
            view.materialized = item.flag("materialized").value_or(false);
            catalog.views.push_back(std::move(view));
        });
        out_.has_sequences = node.has("sequences");
        node.each("sequences", [&](const Node& item) {
            schema::Sequence sequence;
            sequence.name = item.at("name").text();
            sequence.schema = item.text("schema");
            sequence.options = identity(item);
            catalog.sequences.push_back(std::move(sequence));
        });
        out_.has_enums = node.has("enums");
        node.each("enums", [&](const Node& item) {
            catalog.enums.push_back(
                {item.at("name").text(), item.text("schema"), item.texts("values"), item.text("comment")});
        });
    }

  private:
    Document& out_;
};

} // namespace

Document from_document(std::string_view json, const std::string& name) {
    Json parsed;
    try {
        parsed = Json::parse(json);
    } catch (const Json::parse_error& error) {
        Place place;
        place.file = name;
        throw Error(Fault::script, fmt::format("expected a schema document (JSON), got: {}", error.what()))
            .at(place)
            .hint("the command prints the document on standard output and everything else on standard error");
    }
    Document out;
    Reader(out).read(Node(parsed, "", name));
    return out;
}

} // namespace orch::autogen
