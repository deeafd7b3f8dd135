// Expressions and queries where PostgreSQL has its own words.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::postgresql {

namespace {

/// Operators whose whole expression stands in parentheses under another operator, as SQLAlchemy writes them.
constexpr std::array<std::string_view, 4> json_access{"->", "->>", "#>", "#>>"};

/// The words of other databases for the same operator.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> operators{{
    {"REGEXP", "~"},
    {"NOT REGEXP", "!~"},
    {"IREGEXP", "~*"},
    {"NOT IREGEXP", "!~*"},
    {"BITXOR", "#"},
}};

} // namespace

bool Compiler::groups(std::string_view op, std::string_view against) const {
    if (against.empty() || against == "," || against == "AND" || against == "OR") return false;
    return std::ranges::find(json_access, op) != json_access.end();
}

std::string Compiler::binary(const sql::Binary& binary, Scope& outer) const {
    Scope scope = outer;
    scope.in_operator = true;
    const auto own =
        std::ranges::find(operators, binary.op, &std::pair<std::string_view, std::string_view>::first);
    if (own != operators.end())
        return AnsiCompiler::binary({std::string(own->second), binary.left, binary.right}, scope);
    if (binary.op == "MATCH") { // left, then right: so stand their parameters
        std::string out = expression(binary.left, scope) + " @@ plainto_tsquery(";
        out += expression(binary.right, scope);
        return out + ")";
    }
    return AnsiCompiler::binary(binary, scope);
}

std::string Compiler::distinct(const sql::Select& select, Scope& scope) const {
    if (select.distinct_on.empty()) return AnsiCompiler::distinct(select, scope);
    return "DISTINCT ON (" + list(select.distinct_on, scope) + ") ";
}

std::string Compiler::function(const sql::Function& function, Scope& scope) const {
    if (function.name.size() != 1) return AnsiCompiler::function(function, scope);
    const std::string name = lower(function.name.front());
    const auto& arguments = function.arguments;
    if (name == "now" && arguments.empty()) return "now()";
    const auto* sequence = name == "next_value" && arguments.size() == 1
                               ? std::get_if<sql::ColumnRef>(&arguments.front()->node)
                               : nullptr;
    if (sequence) return "nextval(" + literal_of(table_name(sequence->schema, sequence->name)) + ")";
    if (name == "aggregate_strings") return AnsiCompiler::function({{"string_agg"}, arguments}, scope);
    if (name == "pow") return AnsiCompiler::function({{"power"}, arguments}, scope);
    if (name == "substring" && (arguments.size() == 2 || arguments.size() == 3)) {
        std::string out = "SUBSTRING(" + expression(arguments[0], scope) + " FROM ";
        out += expression(arguments[1], scope);
        if (arguments.size() == 3) out += " FOR " + expression(arguments[2], scope);
        return out + ")";
    }
    return AnsiCompiler::function(function, scope);
}

// An element of a JSON document stands in parentheses within an operator, however deep.
std::string Compiler::cast(const sql::Cast& cast, Scope& scope) const {
    const auto* access = cast.operand ? std::get_if<sql::Binary>(&cast.operand->node) : nullptr;
    if (!scope.in_operator || !access || std::ranges::find(json_access, access->op) == json_access.end())
        return AnsiCompiler::cast(cast, scope);
    return "CAST((" + expression(cast.operand, scope) + ") AS " + type(cast.type) + ")";
}

std::string Compiler::empty_set(std::size_t columns, const schema::Type* type) const {
    const std::string null = "CAST(NULL AS " + (type ? this->type(*type) : "INTEGER") + ")";
    return "SELECT " + join(std::vector<std::string>(columns, null), ", ") + " WHERE 1!=1";
}

std::string Compiler::limit(const sql::Select& select, Scope& scope) const {
    std::string out;
    if (select.fetch && select.percent)
        throw Error(Fault::script, "PostgreSQL has no FETCH FIRST in percent")
            .hint("write the query with a window function, as percent_rank()");
    if (select.limit && select.fetch) { // what is no plain number stands in parentheses there
        if (select.offset) out += "\n OFFSET (" + expression(select.offset, scope) + ") ROWS";
        out += "\n FETCH FIRST (" + expression(select.limit, scope) + ") ROWS ";
        return out += select.with_ties ? "WITH TIES" : "ONLY";
    }
    if (select.limit) out += "\n LIMIT " + expression(select.limit, scope);
    if (select.offset)
        out += (select.limit ? " OFFSET " : "\n LIMIT ALL OFFSET ") + expression(select.offset, scope);
    return out;
}

std::string Compiler::hinted(std::string table, std::string_view hint) const {
    if (hint.empty()) return table;
    if (lower(hint) != "only")
        throw Error(Fault::script, fmt::format("PostgreSQL knows the hint 'ONLY' alone, got '{}'", hint));
    return "ONLY " + table;
}

std::string Compiler::placeholder(std::size_t number) const { return "$" + std::to_string(number); }

std::size_t Compiler::quoted_end(std::string_view sql, std::size_t at) const {
    return end_of_quoted(sql, at);
}

void Compiler::execute(const ops::Execute& operation, Output& output) const {
    const auto* text = std::get_if<sql::Text>(&operation.query);
    if (!text || !outside_of_transactions(text->sql)) return AnsiCompiler::execute(operation, output);
    Output own(output.values(), output.origin());
    AnsiCompiler::execute(operation, own);
    for (dialect::Statement& made : own.take()) {
        dialect::Statement& added = output.add(std::move(made.sql));
        added.parameters = std::move(made.parameters);
        added.transactional = false;
    }
}

} // namespace orch::postgresql
