#include "autogen/sql_text.hpp"

#include "sql/sql.hpp"

namespace orch::autogen {

std::string sql_text(const schema::ExpressionPtr& expression, const dialect::Compiler& compiler) {
    if (!expression) return {};
    // What a database told is not read again: a colon in it is no parameter.
    if (const auto* text = std::get_if<sql::Text>(&expression->node); text && text->parameters.empty())
        if (text->sql.find('\\') == std::string::npos) return text->sql;
    return compiler.expression(expression);
}

} // namespace orch::autogen
