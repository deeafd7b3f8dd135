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
    sql::Expression operator()(sql::ColumnRef node) const {
        if (rewrite.column) node = rewrite.column(node);
        if (rewrite.name) {
            node.table = rewrite.name(node.table);
            node.name = rewrite.name(node.name);
        }
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Label node) const {
        node.operand = rewrite(node.operand);
        if (rewrite.name) node.name = rewrite.name(node.name);
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
    sql::Expression operator()(sql::Tuple node) const { return list(node.items), sql::Expression{node}; }
    sql::Expression operator()(sql::ArrayOf node) const { return list(node.items), sql::Expression{node}; }
    sql::Expression operator()(sql::Aggregate node) const {
        node.operand = rewrite(node.operand);
        node.filter = rewrite(node.filter);
        list(node.within_group);
        return {std::move(node)};
    }
    sql::Expression operator()(sql::Over node) const {
        node.operand = rewrite(node.operand);
        list(node.partition_by);
        list(node.order_by);
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

struct SourceRewriter {
    const Rewriter& rewrite;

    void name(std::optional<std::string>& alias) const {
        if (rewrite.name && alias) alias = rewrite.name(*alias);
    }
    sql::Source operator()(sql::TableRef table) const {
        name(table.alias);
        return {std::move(table)};
    }
    sql::Source operator()(sql::Subquery subquery) const {
        subquery.select = std::make_shared<const sql::Select>(rewrite.from ? rewrite.from(subquery)
                                                                           : rewrite(*subquery.select));
        name(subquery.alias);
        return {std::move(subquery)};
    }
    sql::Source operator()(const sql::Source::Join& join) const;
    sql::Source operator()(sql::Cte cte) const {
        if (cte.body) {
            sql::Query query = rewrite.body ? rewrite.body(cte.body->query) : rewrite(cte.body->query);
            cte.body = std::make_shared<const sql::Body>(sql::Body{std::move(query)});
        }
        if (rewrite.name) {
            cte.name = rewrite.name(cte.name);
            for (auto& column : cte.columns) column = rewrite.name(column);
        }
        name(cte.alias);
        return {std::move(cte)};
    }
    sql::Source operator()(sql::Rows rows) const {
        for (auto& row : rows.rows) NodeRewriter{rewrite}.list(row);
        name(rows.alias);
        return {std::move(rows)};
    }
    sql::Source operator()(sql::TableFunction function) const {
        function.function = rewrite(function.function);
        name(function.alias);
        return {std::move(function)};
    }
};

sql::Source rewrite_source(const Rewriter& rewrite, const sql::Source& source) {
    return std::visit(SourceRewriter{rewrite}, source.node);
}

sql::Source SourceRewriter::operator()(const sql::Source::Join& join) const {
    sql::Source::Join changed = join;
    changed.left = std::make_shared<const sql::Source>(rewrite_source(rewrite, *join.left));
    changed.right = std::make_shared<const sql::Source>(rewrite_source(rewrite, *join.right));
    changed.on = rewrite(join.on);
    return {std::move(changed)};
}

struct QueryRewriter {
    const Rewriter& rewrite;

    void assignments(std::vector<sql::Assignment>& values) const {
        for (auto& [name, value] : values) value = rewrite(value);
    }

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
        assignments(query.on_duplicate_key);
        if (query.on_conflict) {
            query.on_conflict->target_where = rewrite(query.on_conflict->target_where);
            assignments(query.on_conflict->set);
            query.on_conflict->where = rewrite(query.on_conflict->where);
        }
        return query;
    }
    sql::Query operator()(sql::Update query) const {
        assignments(query.values);
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

// "UPDATE OF \x01account\x013": the names inside of a text.
std::string named_within(const std::string& text,
                         const std::function<std::string(const std::string&)>& name) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\x01') {
            result += text[at++];
            continue;
        }
        std::size_t end = text.find('\x01', at + 1) + 1;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
        result += name(text.substr(at, end - at));
        at = end;
    }
    return result;
}

} // namespace

ExpressionPtr Rewriter::operator()(const ExpressionPtr& expression) const {
    if (!expression) return nullptr;
    return sql::make(std::visit(NodeRewriter{*this}, expression->node));
}

sql::Select Rewriter::operator()(const sql::Select& select) const {
    sql::Select result = select;
    NodeRewriter nodes{*this};
    nodes.list(result.columns);
    nodes.list(result.distinct_on);
    for (auto& source : result.from) source = rewrite_source(*this, source);
    for (auto& cte : result.with) cte = std::get<sql::Cte>(rewrite_source(*this, {cte}).node);
    result.where = (*this)(result.where);
    nodes.list(result.group_by);
    result.having = (*this)(result.having);
    nodes.list(result.order_by);
    result.limit = (*this)(result.limit);
    result.offset = (*this)(result.offset);
    if (name && result.for_update) result.for_update = named_within(*result.for_update, name);
    for (auto& [op, other] : result.compounds) other = std::make_shared<const sql::Select>((*this)(*other));
    return result;
}

sql::Query Rewriter::operator()(const sql::Query& query) const {
    return std::visit(QueryRewriter{*this}, query);
}

} // namespace orch::script
