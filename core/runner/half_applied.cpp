#include "runner/half_applied.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::runner {

namespace {

using Tables = std::map<ops::Model::Key, std::shared_ptr<const schema::Table>>;

const schema::Table* find(const Tables& tables, const ops::Model::Key& key) {
    const auto found = tables.find(key);
    return found == tables.end() ? nullptr : found->second.get();
}

bool has_column(const schema::Table& table, const std::string& name) {
    return std::ranges::find(table.columns, name, &schema::Column::name) != table.columns.end();
}
bool has_index(const schema::Table& table, const std::string& name) {
    return std::ranges::any_of(table.indexes, [&](const schema::Index& index) { return index.name == name; });
}

/// One change between the two states, and whether the database is at its far side.
struct Change {
    std::string words;
    bool done;
};

class Changes {
  public:
    Changes(const Tables& before, const Tables& after, const Tables& there)
        : before_(before), after_(after), there_(there) {}

    std::vector<Change> all() {
        for (const auto& [key, table] : after_) {
            const schema::Table* old = find(before_, key);
            const schema::Table* real = find(there_, key);
            if (old)
                inside(*old, *table, real);
            else
                made(*table, real);
        }
        for (const auto& [key, table] : before_)
            if (!find(after_, key)) add(fmt::format("no table '{}'", key.second), !find(there_, key));
        return std::move(found_);
    }

  private:
    void add(std::string words, bool done) { found_.push_back({std::move(words), done}); }

    void made(const schema::Table& table, const schema::Table* real) {
        add(fmt::format("table '{}'", table.name), real != nullptr);
        if (!real) return;
        for (const schema::Column& column : table.columns) // one that the revision adds later
            if (!has_column(*real, column.name))
                add(fmt::format("column '{}.{}'", table.name, column.name), false);
    }

    void inside(const schema::Table& old, const schema::Table& now, const schema::Table* real) {
        for (const schema::Column& column : now.columns)
            if (!has_column(old, column.name))
                add(fmt::format("column '{}.{}'", now.name, column.name),
                    real && has_column(*real, column.name));
        for (const schema::Column& column : old.columns)
            if (!has_column(now, column.name))
                add(fmt::format("no column '{}.{}'", now.name, column.name),
                    real && !has_column(*real, column.name));
        for (const schema::Index& index : now.indexes)
            if (index.name && !has_index(old, *index.name))
                add(fmt::format("index '{}'", *index.name), real && has_index(*real, *index.name));
    }

    const Tables &before_, &after_, &there_;
    std::vector<Change> found_;
};

/// The tables that either state speaks of, as they are.
Tables real_tables(dialect::Connection& connection, const Tables& before, const Tables& after) {
    std::set<std::optional<std::string>> schemas;
    dialect::ReflectOptions options;
    options.only_tables = true;
    for (const Tables* tables : {&before, &after})
        for (const auto& [key, table] : *tables) {
            options.tables.push_back(key.second);
            schemas.insert(key.first.empty() ? std::nullopt : std::optional(key.first));
        }
    Tables found;
    if (options.tables.empty()) return found;
    options.schemas.assign(schemas.begin(), schemas.end());
    for (schema::Table& table : connection.reflect(options).tables) {
        ops::Model::Key key{table.schema.value_or(""), table.name};
        found.emplace(std::move(key), std::make_shared<const schema::Table>(std::move(table)));
    }
    return found;
}

/// Revisions that nothing stands before any more.
std::vector<std::string> next_ones(const graph::RevisionMap& graph, const std::vector<std::string>& current) {
    const std::vector<std::string> pending = graph.pending(current);
    const std::set<std::string> waiting(pending.begin(), pending.end());
    const auto is_waiting = [&](const std::string& id) { return waiting.contains(id); };
    std::vector<std::string> next;
    for (const std::string& id : pending)
        if (std::ranges::none_of(graph.get(id).down_revisions, is_waiting) &&
            std::ranges::none_of(graph.dependencies(id), is_waiting))
            next.push_back(id);
    return next;
}

} // namespace

std::vector<HalfApplied> half_applied(const Settings& settings, const Tree& tree,
                                      const dialect::Dialect& dialect, dialect::Connection& connection,
                                      const std::vector<std::string>& current) {
    std::vector<HalfApplied> found;
    Past past(
        settings, [&]() -> const Tree& { return tree; }, dialect);
    for (const std::string& id : next_ones(tree.graph(), current)) {
        const Tables before = past.before(id).model.tables;
        const Snapshot& after = past.after({id});
        if (!after.gaps.empty()) continue; // what is not known cannot be compared
        const Tables there = real_tables(connection, before, after.model.tables);
        HalfApplied half{id, {}, 0};
        for (Change& change : Changes(before, after.model.tables, there).all()) {
            ++half.of;
            if (change.done) half.present.push_back(std::move(change.words));
        }
        if (!half.present.empty()) found.push_back(std::move(half));
    }
    return found;
}

} // namespace orch::runner
