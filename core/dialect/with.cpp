// WITH: the statements with names that a query uses, wherever in it, written once in front of it. Those that
// others use come first; inside of its own body a name is only a name.
#include "base/error.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::dialect {

namespace {

class Collector {
  public:
    std::vector<const sql::Cte*> found;

    void visit(const sql::Query& query) {
        std::visit([&](const auto& each) { visit(each); }, query);
    }

  private:
    using Expressions = std::vector<schema::ExpressionPtr>;

    void visit(const schema::ExpressionPtr& expression) {
        if (!expression) return;
        std::visit([&](const auto& node) { inside(node); }, expression->node);
    }
    void visit(const Expressions& all) {
        for (const auto& each : all) visit(each);
    }
    void visit(const std::vector<sql::Assignment>& all) {
        for (const auto& [name, value] : all) visit(value);
    }
    void visit(const std::vector<sql::Source>& all) {
        for (const auto& each : all) visit(each);
    }

    void inside(const sql::Text&) {}
    void inside(const sql::Literal&) {}
    void inside(const sql::ColumnRef&) {}
    void inside(const sql::Constant&) {}
    void inside(const sql::Function& node) { visit(node.arguments); }
    void inside(const sql::Binary& node) { visit(node.left), visit(node.right); }
    void inside(const sql::Unary& node) { visit(node.operand); }
    void inside(const sql::Chain& node) { visit(node.operands); }
    void inside(const sql::Cast& node) { visit(node.operand); }
    void inside(const sql::Case& node) {
        visit(node.subject);
        for (const auto& [when, then] : node.whens) visit(when), visit(then);
        visit(node.otherwise);
    }
    void inside(const sql::Label& node) { visit(node.operand); }
    void inside(const sql::Collate& node) { visit(node.operand); }
    void inside(const sql::Subquery& node) { visit(*node.select); }
    void inside(const sql::Tuple& node) { visit(node.items); }
    void inside(const sql::ArrayOf& node) { visit(node.items); }
    void inside(const sql::Aggregate& node) {
        visit(node.operand), visit(node.filter), visit(node.within_group);
    }
    void inside(const sql::Over& node) {
        visit(node.operand), visit(node.partition_by), visit(node.order_by);
    }

    void visit(const sql::Source& source) {
        std::visit([&](const auto& node) { from(node); }, source.node);
    }
    void from(const sql::TableRef&) {}
    void from(const sql::Subquery& query) { visit(*query.select); }
    void from(const sql::Source::Join& join) { visit(*join.left), visit(*join.right), visit(join.on); }
    void from(const sql::Rows& rows) {
        for (const auto& row : rows.rows) visit(row);
    }
    void from(const sql::TableFunction& function) { visit(function.function); }
    void from(const sql::Cte& cte) {
        if (!cte.body) return;
        const auto [at, fresh] = begun_.emplace(cte.name, &cte);
        const sql::Cte* known = at->second;
        if (fresh) {
            visit(cte.body->query);
            found.push_back(begun_[cte.name]);
        } else if (grew(cte, *known)) { // stands in its place from here on
            at->second = &cte;
            std::ranges::replace(found, known, &cte);
            visit(cte.body->query);
        } else if (known->number != cte.number && !grew(*known, cte)) {
            throw Error(Fault::script, fmt::format("two statements of one WITH are called '{}'", cte.name))
                .hint("give each cte() a name of its own");
        }
    }
    static bool grew(const sql::Cte& cte, const sql::Cte& from) {
        return std::ranges::find(cte.grown_from, from.number) != cte.grown_from.end();
    }

    void visit(const sql::Text&) {}
    void visit(const sql::Select& select) {
        for (const auto& cte : select.with) from(cte);
        visit(select.columns), visit(select.from), visit(select.where), visit(select.group_by);
        visit(select.having), visit(select.order_by), visit(select.limit), visit(select.offset);
        visit(select.distinct_on);
        for (const auto& [word, member] : select.compounds) visit(*member);
    }
    void visit(const sql::Insert& insert) {
        for (const auto& row : insert.rows) visit(row);
        if (insert.select) visit(*insert.select);
        visit(insert.returning);
    }
    void visit(const sql::Update& update) {
        visit(update.values), visit(update.from), visit(update.where), visit(update.returning);
    }
    void visit(const sql::Delete& query) { visit(query.from), visit(query.where), visit(query.returning); }

    std::map<std::string, const sql::Cte*> begun_;
};

} // namespace

std::string AnsiCompiler::with(const sql::Query& query, Scope& outer) const {
    Collector collector;
    collector.visit(query);
    if (collector.found.empty()) return {};
    const bool recursive =
        std::ranges::any_of(collector.found, [](const sql::Cte* each) { return each->recursive; });
    std::string out = recursive ? "WITH RECURSIVE " : "WITH ";
    for (const sql::Cte* each : collector.found) {
        if (each != collector.found.front()) out += ", \n";
        out += quote(each->name);
        if (!each->columns.empty()) out += "(" + column_list(each->columns) + ")";
        Scope scope = outer;
        scope.qualified = true;
        scope.named = true;
        out += " AS \n(" + statement(each->body->query, scope) + ")";
    }
    return out + "\n ";
}

} // namespace orch::dialect
