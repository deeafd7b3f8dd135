// Types as the server tells them, in SQLAlchemy's classes.
#include "inspect.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace orch::postgresql {

namespace {

struct Class {
    std::string_view server, module, name;
};
constexpr auto classes = std::to_array<Class>({
    {"\"char\"", "", "String"},
    {"bigint", "", "BIGINT"},
    {"bit", "postgresql", "BIT"},
    {"bit varying", "postgresql", "BIT"},
    {"boolean", "", "BOOLEAN"},
    {"bytea", "postgresql", "BYTEA"},
    {"character", "", "CHAR"},
    {"character varying", "", "VARCHAR"},
    {"cidr", "postgresql", "CIDR"},
    {"citext", "postgresql", "CITEXT"},
    {"date", "", "DATE"},
    {"datemultirange", "postgresql", "DATEMULTIRANGE"},
    {"daterange", "postgresql", "DATERANGE"},
    {"double precision", "", "DOUBLE_PRECISION"},
    {"hstore", "postgresql", "HSTORE"},
    {"inet", "postgresql", "INET"},
    {"int4multirange", "postgresql", "INT4MULTIRANGE"},
    {"int4range", "postgresql", "INT4RANGE"},
    {"int8multirange", "postgresql", "INT8MULTIRANGE"},
    {"int8range", "postgresql", "INT8RANGE"},
    {"integer", "", "INTEGER"},
    {"interval", "postgresql", "INTERVAL"},
    {"json", "postgresql", "JSON"},
    {"jsonb", "postgresql", "JSONB"},
    {"macaddr", "postgresql", "MACADDR"},
    {"macaddr8", "postgresql", "MACADDR8"},
    {"money", "postgresql", "MONEY"},
    {"name", "", "String"},
    {"numeric", "", "NUMERIC"},
    {"nummultirange", "postgresql", "NUMMULTIRANGE"},
    {"numrange", "postgresql", "NUMRANGE"},
    {"oid", "postgresql", "OID"},
    {"real", "", "REAL"},
    {"regclass", "postgresql", "REGCLASS"},
    {"smallint", "", "SMALLINT"},
    {"text", "", "TEXT"},
    {"time with time zone", "postgresql", "TIME"},
    {"time without time zone", "postgresql", "TIME"},
    {"timestamp with time zone", "postgresql", "TIMESTAMP"},
    {"timestamp without time zone", "postgresql", "TIMESTAMP"},
    {"tsmultirange", "postgresql", "TSMULTIRANGE"},
    {"tsquery", "postgresql", "TSQUERY"},
    {"tsrange", "postgresql", "TSRANGE"},
    {"tstzmultirange", "postgresql", "TSTZMULTIRANGE"},
    {"tstzrange", "postgresql", "TSTZRANGE"},
    {"tsvector", "postgresql", "TSVECTOR"},
    {"uuid", "", "UUID"},
});

/// The numbers in parentheses: "numeric(10,2)".
std::vector<std::int64_t> modifiers(std::string_view full) {
    std::vector<std::int64_t> out;
    const std::size_t open = full.find('('), close = full.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos) return out;
    for (const std::string& piece : split(full.substr(open + 1, close - open - 1), ',')) {
        std::int64_t number = 0;
        const std::string_view digits = trim(piece);
        if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc())
            out.push_back(number);
    }
    return out;
}

/// Words between INTERVAL and its precision: "interval day to second(3)".
std::optional<std::string> interval_fields(std::string_view full) {
    std::string_view rest = full.substr(std::min(full.size(), std::string_view("interval").size()));
    rest = trim(rest.substr(0, rest.find('(')));
    return rest.empty() ? std::nullopt : std::optional<std::string>(rest);
}

void set_modifiers(schema::Type& type, const ServerType& server) {
    const std::vector<std::int64_t> numbers = modifiers(server.full);
    if (server.name.ends_with("with time zone")) type.timezone = true;
    if (type.name == "INTERVAL") type.fields = interval_fields(server.full);
    if (type.name == "BIT" && server.name == "bit varying") type.options["varying"] = {true};
    if (type.name == "DOUBLE_PRECISION") type.precision = 53;
    if (numbers.empty()) return;
    if (type.name == "VARCHAR" || type.name == "CHAR" || type.name == "BIT") {
        type.length = numbers.front();
    } else {
        type.precision = numbers.front();
        if (numbers.size() > 1) type.scale = numbers[1];
    }
}

schema::Type named(const ServerType& server, std::string_view name) {
    schema::Type type;
    type.name = name;
    type.module = "postgresql";
    type.type_name = server.own;
    if (!server.own_schema.empty()) type.type_schema = server.own_schema;
    type.create_type = false;
    return type;
}

} // namespace

schema::Type type_of(const ServerType& server) {
    if (server.full.ends_with("[]")) {
        ServerType item = server;
        item.full.resize(item.full.size() - 2);
        if (item.name.ends_with("[]")) item.name.resize(item.name.size() - 2);
        schema::Type type;
        type.name = "ARRAY";
        type.module = "postgresql";
        type.item = std::make_shared<const schema::Type>(type_of(item));
        return type;
    }
    if (server.kind == 'e') {
        schema::Type type = named(server, "ENUM");
        type.values = server.labels;
        return type;
    }
    if (server.kind == 'd') {
        schema::Type type = named(server, "DOMAIN");
        ServerType base;
        base.full = server.base;
        const std::size_t open = server.base.find('('), close = server.base.find(')');
        base.name = open == std::string::npos ? server.base
                                              : server.base.substr(0, open) + server.base.substr(close + 1);
        type.item = std::make_shared<const schema::Type>(type_of(base));
        return type;
    }
    schema::Type type;
    const auto known = std::ranges::find(classes, server.name, &Class::server);
    if (known == classes.end()) {
        type.name = server.own.empty() ? server.name : server.own;
        type.verbatim = server.full;
        return type;
    }
    type.name = known->name;
    type.module = known->module;
    set_modifiers(type, server);
    return type;
}

} // namespace orch::postgresql
