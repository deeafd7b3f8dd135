// Replays revisions against a model of the schema.
#include "runner/runner.hpp"

#include "base/error.hpp"
#include "dialect/names.hpp"
#include "runner/assumed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace orch::runner {

namespace {

/// The database that a replayed revision sees: the model takes its operations and answers its questions.
class Replay : public script::Database {
  public:
    Replay(ops::Model& model, const dialect::Dialect& dialect) : model_(model), dialect_(dialect) {}

    void apply(const ops::Operation& operation) override { model_.apply(operation.action); }
    sql::Result execute(const sql::Query& query, const Place&) override {
        model_.apply(ops::Execute{query});
        return assumed_result(query, "a query");
    }
    std::string dialect_name() const override { return dialect_.traits().name; }
    std::vector<std::string> dialect_names() const override { return dialect_.traits().section_names; }
    bool backslash_escapes() const override { return dialect_.traits().backslash_escapes; }
    bool supports_sequences() const override { return dialect_.traits().sequences; }
    std::string quoted(std::string_view name) const override { return dialect_.compiler().quote(name); }
    std::optional<std::string> written(const sql::Query& query, bool literals) const override {
        return dialect::written(dialect_.compiler(), query, literals);
    }
    std::string written(const schema::Type& type) const override { return dialect_.compiler().type(type); }
    std::string standard(const schema::Type& type) const override { return dialect::standard_type(type); }
    std::string fitting_name(std::string name) const override {
        return dialect::shortened_name(std::move(name), dialect_.traits().max_identifier);
    }
    bool offline() const override { return true; }
    bool has_table(std::string_view table, const std::optional<std::string>& schema, const Place&) override {
        return model_.has_table(table, schema);
    }
    std::vector<std::string> table_names(const std::optional<std::string>& schema, const Place&) override {
        return model_.table_names(schema);
    }
    schema::Catalog reflect(const std::optional<std::string>& schema, const std::vector<std::string>& tables,
                            const Place&) override {
        return model_.catalog(schema, tables);
    }
    std::string server_version() override { return {}; }
    void autocommit(bool, const Place&) override {}

  private:
    ops::Model& model_;
    const dialect::Dialect& dialect_;
};

} // namespace

struct Past::Implementation {
    using Ids = std::vector<std::string>;

    Settings settings;
    std::function<const Tree&()> tree;
    const dialect::Dialect& dialect;
    std::map<std::string, Snapshot, std::less<>> done; // after each revision
    std::map<std::string, Snapshot, std::less<>>
        merged; // before a merge point, by its id; after several, by all
    Snapshot nothing;

    const graph::RevisionMap& graph() const { return tree().graph(); }

    /// What must run before it: down revisions and dependencies.
    Ids parents(const std::string& id) const {
        Ids result = graph().get(id).down_revisions;
        const Ids more = graph().dependencies(id);
        result.insert(result.end(), more.begin(), more.end());
        return result;
    }

    void replay(const std::string& id, Snapshot& snapshot) const {
        try {
            Replay database(snapshot.model, dialect);
            script::run(tree().file(id), script::Direction::upgrade, settings.scripts, settings.context,
                        database, true);
        } catch (const Error& error) {
            snapshot.gaps.push_back(fmt::format("what revision '{}' did after: {}", id, error.message()));
        }
    }

    std::set<std::string> closure(Ids open) const {
        std::set<std::string> seen;
        while (!open.empty()) {
            std::string id = std::move(open.back());
            open.pop_back();
            if (!graph().contains(id) || !seen.insert(id).second) continue;
            for (std::string& parent : parents(id)) open.push_back(std::move(parent));
        }
        return seen;
    }

    /// The first one's snapshot, and on top what only the others have below them, oldest first.
    Snapshot merge(const Ids& ids) const {
        Snapshot result = done.at(ids.front());
        const std::set<std::string> there = closure({ids.front()});
        const std::set<std::string> wanted = closure(ids);
        const Ids order = graph().newest_first();
        for (auto id = order.rbegin(); id != order.rend(); ++id)
            if (wanted.contains(*id) && !there.contains(*id)) replay(*id, result);
        return result;
    }

    /// Down the first parents to what is known, and up again: no recursion, however long the tree.
    void work_out(const std::string& id) {
        Ids line;
        for (std::string at = id; !done.contains(at);) {
            line.push_back(at);
            const Ids below = parents(at);
            if (below.empty()) break;
            at = below.front();
        }
        for (auto at = line.rbegin(); at != line.rend(); ++at) {
            Snapshot snapshot = start(*at);
            replay(*at, snapshot);
            done.emplace(*at, std::move(snapshot));
        }
    }

    const Snapshot& start(const std::string& id) {
        const Ids below = parents(id);
        if (below.empty()) return nothing;
        if (below.size() == 1) return done.at(below.front());
        const auto found = merged.find(id);
        return found != merged.end() ? found->second : merged.emplace(id, merge(below)).first->second;
    }
};

Past::Past(const Settings& settings, std::function<const Tree&()> tree, const dialect::Dialect& dialect)
    : self_(new Implementation{settings, std::move(tree), dialect, {}, {}, {}}) {
    self_->settings.scripts.print_nothing = true;
    self_->settings.permit = nullptr; // no database is changed; and who permits may hold this past
    self_->nothing.model.batches_rebuild = dialect.traits().batch_rebuilds;
}

Past::~Past() = default;

const Snapshot& Past::after(const std::vector<std::string>& revisions) {
    std::vector<std::string> known;
    if (!revisions.empty())
        std::ranges::copy_if(revisions, std::back_inserter(known),
                             [&](const std::string& id) { return self_->graph().contains(id); });
    if (known.empty()) return self_->nothing;
    self_->work_out(known.front());
    if (known.size() == 1) return self_->done.at(known.front());
    std::string key;
    for (const std::string& id : known) key += id + " ";
    const auto found = self_->merged.find(key);
    return found != self_->merged.end() ? found->second
                                        : self_->merged.emplace(key, self_->merge(known)).first->second;
}

const Snapshot& Past::before(const std::string& revision) {
    if (!self_->graph().contains(revision)) return self_->nothing;
    const auto below = self_->parents(revision);
    if (below.empty()) return self_->nothing;
    self_->work_out(below.front());
    return self_->start(revision);
}

} // namespace orch::runner
