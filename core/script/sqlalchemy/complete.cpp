#include "script/sqlalchemy/complete.hpp"

#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::script {

namespace {

// --- Correlation. A subquery in a condition or a column leaves out of its FROM what the statements around it
// have, as long as something is left. One that rows come from does so only as LATERAL.

/// A table, subquery or CTE of a FROM list by the name under which columns know it.
struct Leaf {
    std::optional<std::string> schema;
    std::string name;
    friend bool operator==(const Leaf&, const Leaf&) = default;
};
using Leaves = std::vector<Leaf>;

struct LeafOf {
    using Result = std::optional<Leaf>;
    Result operator()(const sql::TableRef& table) const {
        return table.alias ? Leaf{{}, *table.alias} : Leaf{table.schema, table.name};
    }
    Result operator()(const sql::Cte& cte) const { return Leaf{{}, cte.alias.value_or(cte.name)}; }
    Result operator()(const sql::Source::Join&) const { return {}; }
    Result operator()(const auto& other) const {
        return other.alias ? Result(Leaf{{}, *other.alias}) : Result();
    }
};

std::optional<Leaf> leaf_of(const sql::Source& source) { return std::visit(LeafOf{}, source.node); }

void add_leaves(Leaves& into, const sql::Source& source) {
    if (const auto* join = std::get_if<sql::Source::Join>(&source.node)) {
        add_leaves(into, *join->left);
        add_leaves(into, *join->right);
    } else if (auto leaf = leaf_of(source)) {
        into.push_back(std::move(*leaf));
    }
}

void leave_out(sql::Select& select, const Leaves& outer) {
    std::vector<sql::Source> kept;
    for (const auto& source : select.from) {
        const auto leaf = leaf_of(source);
        if (!leaf || std::find(outer.begin(), outer.end(), *leaf) == outer.end()) kept.push_back(source);
    }
    if (!kept.empty()) select.from = std::move(kept);
}

Rewriter correlating(const Leaves& around);
sql::Query with_correlation(const sql::Query& query);

sql::Select correlated(sql::Select select, const Leaves& outer) {
    leave_out(select, outer);
    Leaves here = outer;
    for (const auto& source : select.from) add_leaves(here, source);
    auto compounds = std::move(select.compounds);
    select.compounds.clear();
    sql::Select result = correlating(here)(select);
    for (auto& [word, member] : compounds)
        member = std::make_shared<const sql::Select>(correlated(*member, outer));
    result.compounds = std::move(compounds);
    return result;
}

Rewriter correlating(const Leaves& around) {
    Rewriter result;
    result.subquery = [around](const sql::Subquery& subquery) -> std::optional<sql::Subquery> {
        sql::Subquery changed = subquery;
        changed.select = std::make_shared<const sql::Select>(correlated(*subquery.select, around));
        return changed;
    };
    result.from = [around](const sql::Subquery& subquery) {
        return correlated(*subquery.select, subquery.lateral ? around : Leaves{});
    };
    result.body = [](const sql::Query& query) { return with_correlation(query); };
    return result;
}

struct Correlator {
    sql::Query operator()(const sql::Text& text) const { return text; }
    sql::Query operator()(const sql::Select& select) const { return correlated(select, {}); }
    sql::Query operator()(const auto& dml) const {
        Leaves around{{dml.table.schema, dml.table.name}};
        if constexpr (requires { dml.from; })
            for (const auto& source : dml.from) add_leaves(around, source);
        sql::Query result = correlating(around)(sql::Query(dml));
        // The rows of INSERT ... SELECT come from a statement of their own.
        if constexpr (requires { dml.select; }) {
            if (dml.select)
                std::get<sql::Insert>(result).select =
                    std::make_shared<const sql::Select>(correlated(*dml.select, {}));
        }
        return result;
    }
};

sql::Query with_correlation(const sql::Query& query) { return std::visit(Correlator{}, query); }

// --- Names. "\x01stem\x0112" becomes stem_1 where it is met first.

class Namer {
  public:
    std::string operator()(const std::string& name) {
        if (name.empty() || name[0] != '\x01') return name;
        auto found = names_.find(name);
        if (found != names_.end()) return found->second;
        const std::string stem = name.substr(1, name.find('\x01', 1) - 1);
        return names_[name] = fmt::format("{}_{}", stem, ++counts_[stem]);
    }

  private:
    std::map<std::string, std::string> names_;
    std::map<std::string, int> counts_;
};

} // namespace

sql::Query completed(const sql::Query& query, const Session& session) {
    sql::Query result = with_correlation(query);
    if (session.anonymous_names == 0) return result;
    Namer namer;
    Rewriter rewriter;
    rewriter.name = [&namer](const std::string& name) { return namer(name); };
    rewriter.column = [&session](const sql::ColumnRef& column) {
        auto found = column.table.starts_with('\x02') ? session.made.find(column.table) : session.made.end();
        if (found == session.made.end()) return column;
        const auto expr = found->second.native<ExpressionObject>()->expression();
        const auto* named = std::get_if<sql::ColumnRef>(&expr.node->node);
        return named ? *named : column;
    };
    return rewriter(result);
}

} // namespace orch::script
