// Expressions and DML where MySQL's words differ: concat() for ||, <=> for IS DISTINCT FROM, CAST to its own
// few types, UPDATE and DELETE over several tables.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

using dialect::Kind;

namespace {

/// The operands of a || b || c, in order.
void collect_concatenated(const schema::ExpressionPtr& expression, std::vector<schema::ExpressionPtr>& out) {
    if (const auto* binary = expression ? std::get_if<sql::Binary>(&expression->node) : nullptr;
        binary && binary->op == "||") {
        collect_concatenated(binary->left, out);
        collect_concatenated(binary->right, out);
    } else if (const auto* chain = expression ? std::get_if<sql::Chain>(&expression->node) : nullptr;
               chain && chain->op == "||") {
        for (const auto& each : chain->operands) collect_concatenated(each, out);
    } else {
        out.push_back(expression);
    }
}

bool is_index(std::string_view key) {
    return !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string path_step(std::string_view key) {
    return is_index(key) ? fmt::format("[{}]", key)
                         : ".\"" + replace_all(replace_all(key, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

/// The right side of a JSON access as MySQL's path: "a" is $."a", 0 is $[0], {a,0} is $."a"[0]. Nothing for
/// what is no literal.
std::optional<std::string> json_path(const schema::ExpressionPtr& key, bool is_path) {
    const auto* literal = key ? std::get_if<sql::Literal>(&key->node) : nullptr;
    if (!literal) return std::nullopt;
    if (const auto* index = std::get_if<std::int64_t>(&literal->value)) return fmt::format("$[{}]", *index);
    const auto* text = std::get_if<std::string>(&literal->value);
    if (!text) return std::nullopt;
    if (!is_path) return "$.\"" + replace_all(replace_all(*text, "\\", "\\\\"), "\"", "\\\"") + "\"";
    std::string_view path = *text;
    if (path.starts_with('{')) path.remove_prefix(1);
    if (path.ends_with('}')) path.remove_suffix(1);
    std::string out = "$";
    for (const std::string& step : split(path, ',')) out += path_step(trim(step));
    return out;
}

} // namespace

std::string Compiler::function(const sql::Function& function, Scope& scope) const {
    if (function.name.size() != 1) return AnsiCompiler::function(function, scope);
    const std::string name = lower(function.name.front());
    const auto renamed = [&](const char* to) {
        return AnsiCompiler::function({{to}, function.arguments}, scope);
    };
    if (name == "now" && function.arguments.empty()) return "now()";
    if (name == "sysdate" && function.arguments.empty()) return "SYSDATE()";
    if (name == "random") return renamed("rand");
    const auto& arguments = function.arguments;
    if (name == "aggregate_strings" && arguments.size() == 2) {
        const std::string first = expression(arguments[0], scope); // so stand their parameters
        return "group_concat(" + first + " SEPARATOR " + expression(arguments[1], scope) + ")";
    }
    if (name == "rollup") return list(arguments, scope) + " WITH ROLLUP";
    const auto* sequence = name == "next_value" && arguments.size() == 1
                               ? std::get_if<sql::ColumnRef>(&arguments.front()->node)
                               : nullptr;
    if (sequence) return "nextval(" + table_name(sequence->schema, sequence->name) + ")";
    return AnsiCompiler::function(function, scope);
}

std::string Compiler::chain(const sql::Chain& chain, Scope& scope, const schema::Type* hint) const {
    if (chain.op != "||" || chain.operands.size() < 2) return AnsiCompiler::chain(chain, scope, hint);
    std::vector<schema::ExpressionPtr> operands;
    for (const auto& each : chain.operands) collect_concatenated(each, operands);
    std::string out;
    for (const auto& each : operands) out += (out.empty() ? "" : ", ") + operand(each, ",", scope);
    return "concat(" + out + ")";
}

// What an element of a JSON document is as a value of SQL; JSON's null is NULL, a string loses its quotes.
std::string Compiler::of_json(const std::string& element, const schema::Type* type) const {
    const schema::Type* used = type ? &resolve(*type) : nullptr;
    switch (used ? kind(*used) : Kind::string) {
    case Kind::integer: return "ELSE CAST(" + element + " AS SIGNED INTEGER)";
    case Kind::boolean: return "WHEN true THEN true ELSE false";
    case Kind::floating:
    case Kind::numeric:
        if (used->precision && used->scale)
            return fmt::format("ELSE CAST({} AS DECIMAL({}, {}))", element, *used->precision, *used->scale);
        return "ELSE " + element + "+0.0000000000000000000000";
    default: return "ELSE JSON_UNQUOTE(" + element + ")";
    }
}

// JSON_EXTRACT gives JSON.
std::string Compiler::json(const sql::Binary& access, const schema::Type* type, Scope& scope) const {
    const bool as_value = access.op.ends_with(">>");
    const auto path = json_path(access.right, access.op.starts_with('#'));
    const schema::ExpressionPtr key = path ? sql::make({sql::Literal{*path, nullptr}}) : access.right;
    const auto extract = [&] {
        std::string out =
            "JSON_EXTRACT(" + operand(access.left, ",", scope) + ", "; // its parameters come first
        return out += operand(key, ",", scope) + ")";
    };
    if (!as_value) return extract();
    const std::string first = extract(); // with parameters, each occurrence binds its own
    const bool truth = type && kind(resolve(*type)) == Kind::boolean; // has no second occurrence
    return fmt::format("CASE {} WHEN 'null' THEN NULL {} END", first,
                       of_json(truth ? std::string() : extract(), type));
}

std::string Compiler::binary(const sql::Binary& binary, Scope& scope) const {
    const std::string& op = binary.op;
    if (op == "||") return chain({"||", {binary.left, binary.right}}, scope, nullptr);
    if (op == "IS NOT DISTINCT FROM") return AnsiCompiler::binary({"<=>", binary.left, binary.right}, scope);
    if (op == "IS DISTINCT FROM")
        return "NOT (" + AnsiCompiler::binary({"<=>", binary.left, binary.right}, scope) + ")";
    if (op == "->" || op == "->>" || op == "#>" || op == "#>>") return json(binary, nullptr, scope);
    if (op == "ILIKE" || op == "NOT ILIKE") {
        const auto lowered = [&](const schema::ExpressionPtr& side) {
            return sql::make({sql::Function{{"lower"}, {side}}});
        };
        return AnsiCompiler::binary(
            {op == "ILIKE" ? "LIKE" : "NOT LIKE", lowered(binary.left), lowered(binary.right)}, scope);
    }
    if (op == "IREGEXP" || op == "NOT IREGEXP") {
        const std::string negation = op == "IREGEXP" ? "" : "NOT ", left = operand(binary.left, ",", scope);
        const std::string right = operand(binary.right, ",", scope);
        return server_.mariadb ? left + " " + negation + "REGEXP CONCAT('(?i)', " + right + ")"
                               : negation + "REGEXP_LIKE(" + left + ", " + right + ", 'i')";
    }
    if (op.starts_with("MATCH")) { // "MATCH IN BOOLEAN MODE"
        std::string out = "MATCH (" + expression(binary.left, scope) + ") AGAINST (";
        out += operand(binary.right, ",", scope);
        return out += (op == "MATCH" ? " IN BOOLEAN MODE" : op.substr(5)) + ")";
    }
    if (op == "/" || op == "//") { // its / is exact
        const std::string divided =
            operand(binary.left, "/", scope) + " / " + operand(binary.right, "/", scope);
        return op == "/" ? divided : "FLOOR(" + divided + ")";
    }
    return AnsiCompiler::binary(binary, scope);
}

std::string Compiler::cast(const sql::Cast& cast, Scope& scope) const {
    if (cast.of_json)
        if (const auto* access = std::get_if<sql::Binary>(&cast.operand->node))
            return json(*access, &cast.type, scope);
    const std::string target = cast_type(cast.type);
    if (target.empty()) return operand(cast.operand, "()", scope, &cast.type); // as SQLAlchemy: left out
    return "CAST(" + typed(cast.operand, &cast.type, scope) + " AS " + target + ")";
}

std::string Compiler::empty_set(std::size_t columns, const schema::Type*) const {
    std::vector<std::string> names, ones;
    for (std::size_t i = 0; i < columns; ++i) {
        names.push_back(fmt::format("_in_{}", i));
        ones.push_back("1 AS " + names.back());
    }
    return fmt::format("SELECT {} FROM (SELECT {}) as _empty_set WHERE 1!=1", join(names, ", "),
                       join(ones, ", "));
}

std::string Compiler::limit(const sql::Select& select, Scope& scope) const {
    if (!select.limit && !select.offset) return {};
    if (select.fetch && (select.with_ties || select.percent)) {
        if (server_.mariadb && !select.percent) return AnsiCompiler::limit(select, scope);
        throw Error(Fault::script, fmt::format("{} has no FETCH FIRST {}", grammar().title,
                                               select.percent ? "in percent" : "with ties"))
            .hint("write the query with a window function, as rank()");
    }
    if (!select.offset) return " \n LIMIT " + expression(select.limit, scope);
    // No OFFSET without a LIMIT, so the manual's greatest number stands for none.
    const std::string offset = expression(select.offset, scope);
    return " \n LIMIT " + offset + ", " +
           (select.limit ? expression(select.limit, scope) : "18446744073709551615");
}

// Locks of rows, shared or not: neither keys alone nor the rows of one table among several.
std::string Compiler::for_update(const std::string& kind) const {
    std::string rest;
    for (const char* word : {" NOWAIT", " SKIP LOCKED"})
        if (kind.ends_with(word)) rest = word;
    const bool shared = kind.starts_with("SHARE") || kind.starts_with("KEY SHARE");
    return (shared ? " LOCK IN SHARE MODE" : " FOR UPDATE") + rest;
}

std::string Compiler::hinted(std::string table, std::string_view hint) const {
    if (!hint.empty()) table.append(" ").append(hint);
    return table;
}

// '...' and "..." with doubled quotes and backslashes, `...`, --, # and /* */.
std::size_t Compiler::quoted_end(std::string_view sql, std::size_t at) const {
    const char mark = sql[at];
    if (mark == '#') return std::min(sql.find('\n', at), sql.size() - 1) + 1;
    if (mark == '`') return std::min(sql.find('`', at + 1), sql.size() - 1) + 1;
    if ((mark != '\'' && mark != '"') || !server_.backslash_escapes) return AnsiCompiler::quoted_end(sql, at);
    for (std::size_t i = at + 1; i < sql.size(); ++i) {
        if (sql[i] == '\\')
            ++i;
        else if (sql[i] == mark)
            return i + 1;
    }
    return sql.size();
}

std::string Compiler::insert(const sql::Insert& insert, Scope& scope) const {
    if (insert.select || !insert.columns.empty()) return AnsiCompiler::insert(insert, scope);
    return "INSERT INTO " + table_name(insert.table.schema, insert.table.name) + " () VALUES ()";
}

std::string Compiler::update(const sql::Update& update, Scope& outer) const {
    if (update.from.empty()) return AnsiCompiler::update(update, outer);
    Scope scope = outer;
    scope.qualified = true;
    const std::string target =
        update.table.alias ? quote(*update.table.alias) : table_name(update.table.schema, update.table.name);
    std::string tables = source({update.table}, scope), values;
    for (const sql::Source& each : update.from) tables += ", " + source(each, scope);
    for (const auto& [column, value] : update.values)
        values +=
            (values.empty() ? "" : ", ") + target + "." + quote(column) + "=" + operand(value, "()", scope);
    std::string out = "UPDATE " + tables + " SET " + values;
    if (update.where) out += " WHERE " + expression(update.where, scope);
    return out;
}

std::string Compiler::delete_(const sql::Delete& query, Scope& outer) const {
    if (query.from.empty()) return AnsiCompiler::delete_(query, outer);
    Scope scope = outer;
    scope.qualified = true;
    std::string out = "DELETE FROM " + (query.table.alias ? quote(*query.table.alias)
                                                          : table_name(query.table.schema, query.table.name));
    out += " USING " + source({query.table}, scope);
    for (const sql::Source& each : query.from) out += ", " + source(each, scope);
    if (query.where) out += " WHERE " + expression(query.where, scope);
    return out;
}

} // namespace orch::mariadb
