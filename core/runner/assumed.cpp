#include "runner/assumed.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace orch::runner {

namespace {

constexpr std::array<std::string_view, 8> aggregates{"count", "sum",      "min",       "max",
                                                     "avg",   "bool_and", "array_agg", "string_agg"};

const sql::Function* aggregate(const schema::ExpressionPtr& expression) {
    if (!expression) return nullptr;
    if (const auto* label = std::get_if<sql::Label>(&expression->node)) return aggregate(label->operand);
    const auto* function = std::get_if<sql::Function>(&expression->node);
    const bool known = function && function->name.size() == 1 &&
                       std::ranges::find(aggregates, lower(function->name[0])) != aggregates.end();
    return known ? function : nullptr;
}

void answer(const sql::Select& select, sql::Result& result) {
    if (!select.group_by.empty() || select.columns.empty()) return;
    std::vector<sql::Datum> row;
    for (const schema::ExpressionPtr& column : select.columns) {
        const sql::Function* function = aggregate(column);
        if (!function) return;
        if (lower(function->name[0]) == "count")
            row.emplace_back(std::int64_t{0});
        else
            row.emplace_back(sql::Null{});
        const auto* label = std::get_if<sql::Label>(&column->node);
        result.columns.push_back(label ? label->name : function->name[0]);
    }
    result.rows = {std::move(row)};
}

void answer(const sql::Text& text, sql::Result& result) {
    const std::string start = lower(trim(text.sql)).substr(0, 200);
    if (!start.starts_with("select")) return;
    const std::string what(trim(std::string_view(start).substr(6)));
    const bool one = start.find("group by") == std::string::npos && start.find(',') == std::string::npos;
    if (one && what.starts_with("count(")) {
        result.columns = {"count"};
        result.rows = {{std::int64_t{0}}};
    } else if (what.starts_with("exists")) {
        result.columns = {"exists"};
        result.rows = {{false}};
    }
}

void answer(const auto&, sql::Result&) {}

} // namespace

sql::Result assumed_result(const sql::Query& query, std::string sql) {
    sql::Result result;
    result.affected = -1;
    result.unknown = std::move(sql);
    std::visit([&](const auto& each) { answer(each, result); }, query);
    return result;
}

} // namespace orch::runner
