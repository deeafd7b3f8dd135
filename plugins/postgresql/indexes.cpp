// Indexes with all their options, and EXCLUDE, which is one by another name.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::postgresql {

using dialect::check_options;
using dialect::find_option;
using dialect::option_flag;
using dialect::option_text;

namespace {

constexpr auto index_options = std::to_array<std::string_view>(
    {"postgresql_concurrently", "postgresql_include", "postgresql_nulls_not_distinct", "postgresql_ops",
     "postgresql_tablespace", "postgresql_using", "postgresql_where", "postgresql_with"});

using Pairs = std::vector<std::pair<std::string, std::string>>;

const Pairs* pairs_in(const schema::Options& options, std::string_view name) {
    const schema::Option* option = find_option(options, name);
    if (!option) return nullptr;
    if (const auto* pairs = std::get_if<Pairs>(&option->value)) return pairs;
    throw Error(Fault::script, fmt::format("'{}' expected a dict", name));
}

/// The name of an index method goes into the SQL as it stands, so only a word passes.
std::string method(const std::string& name, std::string_view option) {
    const bool word = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!word)
        throw Error(
            Fault::script,
            fmt::format("'{}' expected the name of an index method such as 'gin', got '{}'", option, name));
    return lower(name);
}

/// "nulls_last" as SQL has it.
std::string upper(std::string_view word) {
    std::string out;
    for (const char c : word) out += c == '_' ? ' ' : static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_concurrent(const schema::Options& options) {
    return option_flag(options, "postgresql_concurrently", false);
}

} // namespace

std::string Compiler::storage_parameters(const schema::Options& options) {
    const Pairs* with = pairs_in(options, "postgresql_with");
    if (!with || with->empty()) return {};
    std::vector<std::string> out;
    for (const auto& [name, value] : *with) { // the values are Python's: True, None
        const bool flag = value == "True" || value == "False";
        out.push_back(value == "None" ? name : name + " = " + (flag ? lower(value) : value));
    }
    return " WITH (" + join(out, ", ") + ")";
}

namespace {

/// What is neither a column nor a call stands in parentheses in an index. Words behind an expression stay
/// outside.
bool is_bare(const sql::Expression& expression) {
    if (const auto* label = std::get_if<sql::Label>(&expression.node)) return is_bare(*label->operand);
    const auto* unary = std::get_if<sql::Unary>(&expression.node); // a DESC has its words behind it
    const auto* cast = std::get_if<sql::Cast>(&expression.node);
    return !(unary && !unary->postfix) && !(cast && cast->of_json) &&
           !std::holds_alternative<sql::Binary>(expression.node) &&
           !std::holds_alternative<sql::Chain>(expression.node) &&
           !std::holds_alternative<sql::Collate>(expression.node);
}

} // namespace

std::string Compiler::index_element(const schema::IndexElement& element, const schema::Index& index) const {
    std::string out = element.expression ? expression(element.expression) : quote(element.column);
    const auto* sorted = element.expression ? std::get_if<sql::Unary>(&element.expression->node) : nullptr;
    if (sorted && sorted->postfix && !is_bare(*sorted->operand))
        out = "(" + expression(sorted->operand) + ") " + sorted->op;
    else if (element.expression && !is_bare(*element.expression))
        out = "(" + out + ")";
    if (element.collation) out += " COLLATE " + collation(*element.collation);
    if (const Pairs* classes = pairs_in(index.options, "postgresql_ops")) {
        const auto* label = element.expression ? std::get_if<sql::Label>(&element.expression->node) : nullptr;
        const auto* text = element.expression ? std::get_if<sql::Text>(&element.expression->node) : nullptr;
        const std::string& key = label ? label->name : text ? text->sql : element.column;
        const auto own = std::ranges::find(*classes, key, &Pairs::value_type::first);
        if (own != classes->end()) out += " " + own->second;
    }
    for (const std::string& word : element.sorting) out += " " + upper(word);
    return out;
}

// CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS] name ON table [USING method] (elements) [INCLUDE
// (columns)]
//   [NULLS [NOT] DISTINCT] [WITH (parameters)] [TABLESPACE name] [WHERE condition]
void Compiler::create_index(const ops::CreateIndex& operation, Output& output) const {
    const schema::Index& index = operation.index;
    check_options(index.options, prefix, index_options, "an index");
    const bool concurrent = is_concurrent(index.options);
    if (concurrent) drop_invalid(index, output);
    std::vector<std::string> elements;
    for (const schema::IndexElement& each : index.elements) elements.push_back(index_element(each, index));
    if (elements.empty())
        throw Error(Fault::script, fmt::format("index '{}' has no columns", index_name(index)));
    const auto by = option_text(index.options, "postgresql_using");
    std::string sql =
        fmt::format("CREATE {}INDEX {}{}{} ON {} {}({})", index.unique ? "UNIQUE " : "",
                    concurrent ? "CONCURRENTLY " : "", operation.if_not_exists ? "IF NOT EXISTS " : "",
                    quote(index_name(index)), table_name(index.schema, index.table),
                    by ? "USING " + method(*by, "postgresql_using") + " " : "", join(elements, ", "));
    sql += include(index.options);
    if (find_option(index.options, "postgresql_nulls_not_distinct"))
        sql += option_flag(index.options, "postgresql_nulls_not_distinct", false) ? " NULLS NOT DISTINCT"
                                                                                  : " NULLS DISTINCT";
    sql += storage_parameters(index.options);
    if (const auto space = option_text(index.options, "postgresql_tablespace"))
        sql += " TABLESPACE " + quote(*space);
    if (const auto where = dialect::option_expression(index.options, "postgresql_where"))
        sql += " WHERE " + expression(where);
    output.add(std::move(sql)).transactional = !concurrent;
}

// A CREATE INDEX CONCURRENTLY that failed leaves an index behind that is INVALID: it is in the way of the
// next attempt, costs every write, and serves nobody.
void Compiler::drop_invalid(const schema::Index& index, Output& output) const {
    if (output.values() == dialect::Values::literals) return;
    const std::string name = table_name(index.schema, index_name(index));
    dialect::Statement& statement = output.add("DROP INDEX CONCURRENTLY IF EXISTS " + name);
    statement.transactional = false;
    statement.only_if =
        fmt::format("SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass({}) "
                    "AND indrelid = pg_catalog.to_regclass({}) AND NOT indisvalid",
                    literal_of(name), literal_of(table_name(index.schema, index.table)));
}

void Compiler::drop_index(const ops::DropIndex& operation, Output& output) const {
    check_options(operation.options, prefix, index_options, "an index");
    const bool concurrent = is_concurrent(operation.options);
    output
        .add(fmt::format("DROP INDEX {}{}{}", concurrent ? "CONCURRENTLY " : "",
                         operation.if_exists ? "IF EXISTS " : "",
                         table_name(operation.schema, operation.name)))
        .transactional = !concurrent;
}

// [CONSTRAINT name] EXCLUDE USING method (element [opclass] WITH operator, ...) [WHERE (condition)]
// [DEFERRABLE]
std::string Compiler::exclude(const schema::Exclude& constraint) const {
    const Pairs* classes = pairs_in(constraint.options, "ops");
    std::vector<std::string> elements;
    for (const auto& [element, op] : constraint.elements) {
        std::string text = expression(element);
        const auto* column = std::get_if<sql::ColumnRef>(&element->node);
        if (classes && column) {
            const auto own = std::ranges::find(*classes, column->name, &Pairs::value_type::first);
            if (own != classes->end()) text += " " + own->second;
        }
        elements.push_back(text + " WITH " + op);
    }
    std::string out = fmt::format("{}EXCLUDE USING {} ({})", constraint_name(constraint.name),
                                  method(constraint.using_.value_or("gist"), "using"), join(elements, ", "));
    if (constraint.where) out += " WHERE (" + expression(constraint.where) + ")";
    return out + deferrability(constraint.deferrable, constraint.initially);
}

} // namespace orch::postgresql
