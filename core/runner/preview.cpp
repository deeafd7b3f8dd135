// The scripts run as they would for --sql, with one difference: what they ask of their tables is answered
// from the database as it is, and from what the steps before have made of it.
#include "runner/preview.hpp"

#include "runner/executor.hpp"
#include "runner/journal.hpp"
#include "runner/steps.hpp"

namespace orch::runner {

namespace {

/// The tables of the database as a replay leaves them.
Snapshot as_it_is(dialect::Connection* connection) {
    Snapshot snapshot;
    if (!connection) return snapshot;
    schema::Catalog catalog = connection->reflect({});
    ops::Model& model = snapshot.model;
    const auto key = [](const auto& object) {
        return ops::Model::Key(object.schema.value_or(""), object.name);
    };
    for (schema::Table& table : catalog.tables) {
        auto at = key(table);
        model.tables.emplace(std::move(at), std::make_shared<const schema::Table>(std::move(table)));
    }
    for (schema::View& view : catalog.views) model.views.emplace(key(view), std::move(view));
    for (schema::Enum& one : catalog.enums) model.enums.emplace(key(one), std::move(one));
    for (schema::Sequence& one : catalog.sequences) model.sequences.emplace(key(one), std::move(one));
    return snapshot;
}

const Output& nowhere() {
    static const Output output = [](std::string_view) {};
    return output;
}

/// Gathers statements instead of writing them.
class Gathering final : public Offline {
  public:
    Gathering(const dialect::Dialect& dialect, const Settings& settings, dialect::Connection* connection,
              std::function<const Snapshot&()> before)
        : Offline(dialect, nowhere(), settings, std::move(before)), connection_(connection) {}

    /// The one that fits the server.
    const dialect::Compiler& compiler() const override {
        const dialect::Compiler* own = connection_ ? connection_->compiler() : nullptr;
        return own ? *own : Offline::compiler();
    }

    void into(PlannedStep* step) { step_ = step; }
    void begin() override {}
    void commit() override {}
    void comment(const std::string&) override {}
    void autocommit(bool on, const Place&) override { outside_ = on; }

  private:
    void write(const dialect::Statement& statement) override {
        PlannedStatement planned;
        planned.sql = statement.sql;
        planned.transactional = statement.transactional && !outside_;
        planned.origin = statement.origin;
        if (connection_) planned.impact = connection_->impact(statement);
        step_->statements.push_back(std::move(planned));
    }
    void mark(const std::string& text) override {
        if (text.starts_with("no database was asked")) return; // it was
        step_->unsure.push_back(text);
    }

    dialect::Connection* connection_;
    PlannedStep* step_ = nullptr;
    bool outside_ = false; ///< in an autocommit_block()
};

} // namespace

std::vector<PlannedStep> preview_steps(const graph::Plan& plan, const Settings& settings, const Tree& tree,
                                       const dialect::Dialect& dialect, dialect::Connection* connection) {
    Settings quiet = settings;
    quiet.scripts.print_nothing = true;
    std::optional<Snapshot> snapshot;
    Gathering gathering(dialect, quiet, connection, [&]() -> const Snapshot& {
        if (!snapshot) {
            snapshot = as_it_is(connection);
            snapshot->model.batches_rebuild = dialect.traits().batch_rebuilds;
        }
        return *snapshot;
    });
    std::vector<PlannedStep> steps;
    for (const graph::Step& step : plan) {
        PlannedStep& planned = steps.emplace_back();
        planned.step = step;
        planned.title = describe(step, tree);
        if (step.kind == graph::Step::stamp) continue;
        const script::RevisionFile& file = tree.file(step.revision);
        planned.script_hash = fingerprint(file);
        gathering.into(&planned);
        const bool up = step.kind == graph::Step::upgrade;
        try {
            script::run(file, up ? script::Direction::upgrade : script::Direction::downgrade, quiet.scripts,
                        quiet.context, gathering);
        } catch (Error& error) {
            if (!settings.fallback) throw;
            planned.unsure.push_back("the fallback command runs it: " + error.message());
        }
    }
    return steps;
}

} // namespace orch::runner
