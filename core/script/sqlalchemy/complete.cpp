#include "script/sqlalchemy/complete.hpp"

#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/rewrite.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::script {

namespace {

// --- Correlation. A subquery in a condition or a column leaves out of its FROM what the nearest statement
// around it has; one that rows come from does so only as LATERAL. correlate() names tables of any statement
// around instead.

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

bool has(const Leaves& leaves, const Leaf& leaf) {
    return std::find(leaves.begin(), leaves.end(), leaf) != leaves.end();
}

/// What the statements around a subquery have in their FROM.
struct Around {
    Leaves nearest, all;
};

template <class Goes>
void leave_out(std::vector<sql::Source>& from, const Goes& goes) {
    std::erase_if(from, [&](const sql::Source& source) {
        const auto leaf = leaf_of(source);
        return leaf && goes(*leaf);
    });
}

void leave_out(sql::Select& select, const Around& around, bool gives_rows) {
    if (select.correlation) {
        Leaves named;
        for (const auto& source : select.correlation->sources) add_leaves(named, source);
        leave_out(select.from, [&](const Leaf& leaf) {
            const bool theirs = has(around.all, leaf) && !(gives_rows && has(around.nearest, leaf));
            return theirs && has(named, leaf) != select.correlation->except;
        });
        return;
    }
    if (gives_rows || select.from.size() < 2) return;
    leave_out(select.from, [&](const Leaf& leaf) { return has(around.nearest, leaf); });
    if (select.from.empty())
        lang::raise_error(
            "InvalidRequestError",
            "a subquery is left without a FROM, since the statement around it has all of its tables: "
            "say correlate(table) or correlate(None), or give one of them an alias()");
}

Rewriter correlating(const Around& around);
sql::Query with_correlation(const sql::Query& query);

sql::Select correlated(sql::Select select, const Around& around, bool gives_rows) {
    leave_out(select, around, gives_rows);
    Around here{{}, around.all};
    for (const auto& source : select.from) add_leaves(here.nearest, source);
    here.all.insert(here.all.end(), here.nearest.begin(), here.nearest.end());
    auto compounds = std::move(select.compounds);
    select.compounds.clear();
    sql::Select result = correlating(here)(select);
    for (auto& [word, member] : compounds)
        member = std::make_shared<const sql::Select>(correlated(*member, around, gives_rows));
    result.compounds = std::move(compounds);
    return result;
}

Rewriter correlating(const Around& around) {
    Rewriter result;
    result.subquery = [around](const sql::Subquery& subquery) -> std::optional<sql::Subquery> {
        sql::Subquery changed = subquery;
        changed.select = std::make_shared<const sql::Select>(correlated(*subquery.select, around, false));
        return changed;
    };
    result.from = [around](const sql::Subquery& subquery) {
        return correlated(*subquery.select, around, !subquery.lateral);
    };
    result.body = [](const sql::Query& query) { return with_correlation(query); };
    return result;
}

struct Correlator {
    sql::Query operator()(const sql::Text& text) const { return text; }
    sql::Query operator()(const sql::Select& select) const { return correlated(select, {}, false); }
    // The values of a row, and the rows of INSERT ... SELECT, come from statements of their own.
    sql::Query operator()(const sql::Insert& insert) const {
        sql::Insert result = std::get<sql::Insert>(correlating({})(sql::Query(insert)));
        if (insert.select)
            result.select = std::make_shared<const sql::Select>(correlated(*insert.select, {}, false));
        return result;
    }
    sql::Query operator()(const auto& dml) const {
        Leaves tables{{dml.table.schema, dml.table.name}};
        for (const auto& source : dml.from) add_leaves(tables, source);
        return correlating({tables, tables})(sql::Query(dml));
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
