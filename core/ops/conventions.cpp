#include "ops/conventions.hpp"

#include "base/text.hpp"

namespace orch::ops {

namespace {

/// column_0_name, column_0N_name (all joined), column_0_N_name (all, with underscores); referred_ in front of
/// it for the columns that a foreign key points to.
std::optional<std::string> of_columns(std::string_view token, const std::vector<std::string>& columns,
                                      const std::string& table) {
    if (columns.empty() || !token.starts_with("column_0")) return {};
    const std::string_view rest = token.substr(std::string_view("column_0").size());
    const bool label = rest.ends_with("label");
    const auto name = [&](const std::string& column) { return label ? table + "_" + column : column; };
    if (rest == "_name" || rest == "_key" || rest == "_label") return name(columns.front());
    std::vector<std::string> all;
    for (const std::string& each : columns) all.push_back(name(each));
    if (rest.starts_with("N_")) return join(all, "");
    if (rest.starts_with("_N_")) return join(all, "_");
    return {};
}

std::optional<std::string> token_value(std::string_view token, const Nameless& constraint,
                                       const std::string& table) {
    constexpr std::string_view referred = "referred_";
    if (token == "table_name") return table;
    if (token == "referred_table_name" && constraint.kind == "fk") return constraint.referred_table;
    if (token.starts_with(referred))
        return of_columns(token.substr(referred.size()), constraint.referred_columns,
                          constraint.referred_table);
    return of_columns(token, constraint.columns, table);
}

std::optional<Nameless> nameless(const schema::Constraint& constraint) {
    if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint); key && !key->name)
        return Nameless{"pk", key->columns, {}, {}};
    if (const auto* unique = std::get_if<schema::Unique>(&constraint); unique && !unique->name)
        return Nameless{"uq", unique->columns, {}, {}};
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint); key && !key->name)
        return Nameless{"fk", key->columns, key->referent_table, key->referent_columns};
    return {};
}

} // namespace

std::optional<std::string> conventional_name(const Nameless& constraint, const std::string& table,
                                             const std::map<std::string, std::string>& convention) {
    const auto at = convention.find(std::string(constraint.kind));
    if (at == convention.end()) return {};
    std::string out;
    std::string_view rest = at->second;
    for (;;) {
        const std::size_t open = rest.find("%(");
        if (open == std::string_view::npos) return out + std::string(rest);
        const std::size_t close = rest.find(")s", open);
        if (close == std::string_view::npos) return out + std::string(rest);
        const auto value = token_value(rest.substr(open + 2, close - open - 2), constraint, table);
        if (!value) return {};
        out += std::string(rest.substr(0, open)) + *value;
        rest.remove_prefix(close + 2);
    }
}

std::optional<std::string> conventional_name(const schema::Constraint& constraint, const std::string& table,
                                             const std::map<std::string, std::string>& convention) {
    const auto known = nameless(constraint);
    return known ? conventional_name(*known, table, convention) : std::nullopt;
}

} // namespace orch::ops
