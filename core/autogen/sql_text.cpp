#include "autogen/sql_text.hpp"

namespace orch::autogen {

std::string sql_text(const schema::ExpressionPtr& expression, const dialect::Compiler& compiler) {
    if (!expression) return {};
    // What a database told is not read again: a colon in it is no parameter.
    if (const auto* text = std::get_if<sql::Text>(&expression->node); text && text->parameters.empty())
        if (text->sql.find('\\') == std::string::npos) return text->sql;
    // A compiler writes whole queries: the expression is all that this one selects.
    sql::Select select;
    select.columns = {expression};
    const std::string sql = compiler.compile(sql::Query(std::move(select)), dialect::Values::literals).sql;
    constexpr std::string_view head = "SELECT ";
    const std::size_t begin = sql.compare(0, head.size(), head) == 0 ? head.size() : 0;
    const std::size_t start = sql.find_first_not_of(" \n", begin);
    return start == std::string::npos ? std::string() : sql.substr(start);
}

} // namespace orch::autogen
