#include "script/sqlalchemy/rewrite.hpp"

#include <type_traits>

namespace orch::script {

using sql::ExpressionPtr;

namespace {

struct NodeRewriter {
    const Rewriter& rewrite;

    void list(std::vector<ExpressionPtr>& items) const {
        for (auto& item : items) item = rewrite(item);
    }

    sql::Expression operator()(sql::Text node) const {
        if (rewrite.text) {
            if (auto changed = rewrite.text(node)) return {*changed};
        }
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Function node) const {
        list(node.arguments);
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Binary node) const {
        node.left = rewrite(node.left);
        node.right = rewrite(node.right);
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Chain node) const {
        list(node.operands);
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Case node) const {
        node.subject = rewrite(node.subject);
        for (auto& [when, then] : node.whens) when = rewrite(when), then = rewrite(then);
        node.otherwise = rewrite(node.otherwise);
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Subquery node) const {
        if (rewrite.subquery) {
            if (auto changed = rewrite.subquery(node)) return {*changed};
        }
        node.select = std::make_shared<const sql::Select>(rewrite(*node.select));
        return {std::move(node)};
    }
    template <class Node>
    sql::Expression operator()(Node node) const {
        if constexpr (requires { node.operand; }) node.operand = rewrite(node.operand);
        return {std::move(node)};
    }
};

sql::Source rewrite_source(const Rewriter& rewrite, const sql::Source& source) {
    if (const auto* subquery = std::get_if<sql::Subquery>(&source.node)) {
        sql::Subquery changed = *subquery;
        changed.select = std::make_shared<const sql::Select>(rewrite(*subquery->select));
        return {changed};
    }
    if (const auto* join = std::get_if<sql::Source::Join>(&source.node)) {
        sql::Source::Join changed = *join;
        changed.left = std::make_shared<const sql::Source>(rewrite_source(rewrite, *join->left));
        changed.right = std::make_shared<const sql::Source>(rewrite_source(rewrite, *join->right));
        changed.on = rewrite(join->on);
        return {changed};
    }
    return source;
}

struct QueryRewriter {
    const Rewriter& rewrite;

    sql::Query operator()(sql::Text query) const {
        if (rewrite.text) {
            if (auto changed = rewrite.text(query)) return *changed;
        }
        return query;
    }
    sql::Query operator()(const sql::Select& query) const { return rewrite(query); }
    sql::Query operator()(sql::Insert query) const {
        for (auto& row : query.rows) NodeRewriter{rewrite}.list(row);
        if (query.select) query.select = std::make_shared<const sql::Select>(rewrite(*query.select));
        NodeRewriter{rewrite}.list(query.returning);
        return query;
    }
    sql::Query operator()(sql::Update query) const {
        for (auto& [name, value] : query.values) value = rewrite(value);
        for (auto& source : query.from) source = rewrite_source(rewrite, source);
        query.where = rewrite(query.where);
        return query;
    }
    sql::Query operator()(sql::Delete query) const {
        for (auto& source : query.from) source = rewrite_source(rewrite, source);
        query.where = rewrite(query.where);
        return query;
    }
};

} // namespace

ExpressionPtr Rewriter::operator()(const ExpressionPtr& expression) const {
    if (!expression) return nullptr;
    return sql::make(std::visit(NodeRewriter{*this}, expression->node));
}

sql::Select Rewriter::operator()(const sql::Select& select) const {
    sql::Select result = select;
    NodeRewriter nodes{*this};
    nodes.list(result.columns);
    for (auto& source : result.from) source = rewrite_source(*this, source);
    result.where = (*this)(result.where);
    nodes.list(result.group_by);
    result.having = (*this)(result.having);
    nodes.list(result.order_by);
    result.limit = (*this)(result.limit);
    result.offset = (*this)(result.offset);
    for (auto& [op, other] : result.compounds) other = std::make_shared<const sql::Select>((*this)(*other));
    return result;
}

sql::Query Rewriter::operator()(const sql::Query& query) const {
    return std::visit(QueryRewriter{*this}, query);
}

} // namespace orch::script
