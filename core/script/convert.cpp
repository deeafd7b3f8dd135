#include "script/convert.hpp"

#include "script/sqlalchemy/columns.hpp"
#include "script/sqlalchemy/expressions.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Value;

schema::Type plain_type(std::string_view name) {
    schema::Type result;
    result.name = name;
    return result;
}

void type_error_at(const Place& place, std::string_view message) {
    try {
        lang::raise_error("TypeError", message);
    } catch (lang::Raised& error) {
        error.at(place);
        throw;
    }
}

std::string described(const Value& value) {
    if (value.is(lang::Type::absent)) value.call();
    if (value.is_string()) return fmt::format("the string {}", value.repr());
    return fmt::format("'{}'", value.type_name());
}

std::string string_of(const Value& value, std::string_view what) {
    if (value.is(lang::Type::absent)) value.call();
    if (value.is_string()) return std::string(value.as_string());
    if (auto text = value.is(lang::Type::instance) ? value.find_attribute("value") : std::nullopt;
        text && text->is_string()) {
        return std::string(text->as_string()); // a member of an Enum that is a str too
    }
    return std::string(value.as_string(what));
}

std::optional<std::string> optional_string(const Value& value, std::string_view what) {
    if (value.is_none()) return std::nullopt;
    return string_of(value, what);
}

std::optional<bool> optional_bool(const Value& value) {
    if (value.is_none()) return std::nullopt;
    return value.truth();
}

std::optional<std::int64_t> optional_int(const Value& value, std::string_view what) {
    if (value.is_none()) return std::nullopt;
    return value.as_int(what);
}

ColumnObject* column_behind(const Value& value) {
    if (auto* column = value.native<ColumnObject>()) return column;
    if (value.type() != lang::Type::instance || value.native_part()) return nullptr;
    const auto held = value.find_attribute("column");
    return held ? held->native<ColumnObject>() : nullptr;
}

namespace {

std::string name_of(const Value& value, std::string_view what) {
    if (auto* expression = value.native<ExpressionObject>()) {
        if (auto name = expression->key(); !name.empty()) return name;
    }
    if (auto* column = column_behind(value)) return column->name_or_mark();
    return string_of(value, what);
}

bool is_list(const Value& value) {
    switch (value.type()) {
    case lang::Type::list:
    case lang::Type::tuple:
    case lang::Type::set:
    case lang::Type::frozenset:
    case lang::Type::iterator: return true;
    case lang::Type::native: return !value.native<ExpressionObject>() && value.native_part()->iterable();
    default: return false;
    }
}

} // namespace

std::vector<std::string> names_of(const Value& value, std::string_view what) {
    if (!is_list(value)) return {name_of(value, what)};
    std::vector<std::string> result;
    for (const auto& item : value.to_vector()) result.push_back(name_of(item, what));
    return result;
}

std::vector<std::pair<std::string, std::string>> pairs_of(const Value& value, std::string_view what) {
    std::vector<std::pair<std::string, std::string>> result;
    if (value.is_none()) return result;
    if (!value.is(lang::Type::dict)) {
        lang::raise_error("TypeError", fmt::format("{}: expected a dict, got {}", what, value.type_name()));
    }
    for (const auto& [key, item] : value.entries()) result.emplace_back(key.str(), item.str());
    return result;
}

schema::Option option_of(const Value& value, std::string_view what) {
    switch (value.type()) {
    case lang::Type::none: return {};
    case lang::Type::boolean: return {value.as_bool()};
    case lang::Type::integer: return {value.as_int()};
    case lang::Type::real: return {value.as_double()};
    case lang::Type::string: return {std::string(value.as_string())};
    case lang::Type::dict: return {pairs_of(value, what)};
    default: break;
    }
    if (is_list(value)) return {names_of(value, what)};
    if (auto* expression = value.native<ExpressionObject>()) return {expression->expression().node};
    return {value.str()};
}

schema::Options options_from_dict(const Value& value, std::string_view what) {
    schema::Options result;
    if (value.is_none()) return result;
    if (!value.is(lang::Type::dict)) {
        lang::raise_error("TypeError", fmt::format("{}: expected a dict, got {}", what, value.type_name()));
    }
    for (const auto& [key, item] : value.entries()) result[string_of(key, what)] = option_of(item, key.str());
    return result;
}

schema::Options options_of(const lang::Bound& bound, const std::vector<std::string>& parameters,
                           const std::vector<std::string>& ignored) {
    static const std::vector<std::string> dialects{
        "sqlite",      "postgresql", "mysql",      "mariadb",  "mssql",  "oracle",   "redshift",
        "cockroachdb", "snowflake",  "bigquery",   "firebird", "sybase", "crate",    "db2",
        "ibm_db_sa",   "databricks", "clickhouse", "duckdb",   "trino",  "starrocks"};
    schema::Options result;
    for (const auto& [name, value] : bound.others()) {
        std::string key(name.as_string());
        if (std::find(ignored.begin(), ignored.end(), key) != ignored.end()) continue;
        bool known = std::any_of(dialects.begin(), dialects.end(), [&](const std::string& dialect) {
            return key.size() > dialect.size() + 1 && key.starts_with(dialect) && key[dialect.size()] == '_';
        });
        if (!known) {
            auto near = nearest(key, parameters);
            type_error_at(
                bound.place_of(key),
                fmt::format("unexpected keyword argument '{}'{}", key,
                            near ? fmt::format(", did you mean '{}'?", *near)
                                 : ", expected a dialect's name in front, as in 'postgresql_using'"));
        }
        result[key] = option_of(value, key);
    }
    return result;
}

} // namespace orch::script
