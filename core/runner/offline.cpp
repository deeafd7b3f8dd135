// The commands as SQL text: the same steps through the executor that writes.
#include "base/log.hpp"
#include "runner/executor.hpp"
#include "runner/steps.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace orch::runner {

namespace {

/// A database of its own in which the revisions run while they are written: what a script reads is there.
/// What stands below the first one runs before.
class Shadow {
  public:
    Shadow(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
           const std::vector<std::string>& from)
        : connection_(dialect.scratch(settings.shadow)), online_(dialect, *connection_, settings) {
        online_.say_nothing();
        for (const auto& [query, origin] : settings.session_statements) online_.execute(query, origin);
        if (from.empty()) return;
        for (const graph::Step& step : tree.graph().upgrade(from, {})) replay(step, settings, tree);
    }

    Online& online() { return online_; }
    void begin() { online_.begin(); }
    void commit() {
        if (online_.in_transaction()) online_.commit();
    }

  private:
    void replay(const graph::Step& step, const Settings& settings, const Tree& tree) {
        try {
            begin();
            script::run(tree.file(step.revision), script::Direction::upgrade, settings.scripts,
                        settings.context, online_);
            commit();
        } catch (Error& error) {
            error.note(fmt::format("while replaying {} in the shadow database", describe(step, tree)));
            throw;
        }
    }

    std::unique_ptr<dialect::Connection> connection_;
    Online online_;
};

/// The script of a whole run: the transactions as they would be, the version table where it starts from base.
void write_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
               const std::vector<std::string>& from, const graph::Plan& plan, const Output& output) {
    const VersionTable versions = version_table(settings, tree);
    Past past(
        settings, [&]() -> const Tree& { return tree; }, dialect);
    Offline offline(dialect, output, settings, [&]() -> const Snapshot& { return past.after(from); });
    offline.refuse_losses();
    log::info(settings.logger, fmt::format("Context impl {}.", dialect.traits().implementation));
    log::info(settings.logger, "Generating static SQL");
    for (const auto& [query, origin] : settings.session_statements) offline.execute(query, origin);
    std::optional<Shadow> shadow;
    if (settings.shadow) {
        shadow.emplace(settings, tree, dialect, from);
        offline.replay_in(shadow->online());
    }
    bool table_missing = from.empty();
    if (!settings.transaction_per_migration) offline.begin();
    for (const graph::Step& step : plan) {
        if (settings.transaction_per_migration) offline.begin();
        if (table_missing)
            for (const dialect::Statement& statement :
                 versions.create(dialect.compiler(), dialect::Values::literals))
                offline.run(statement);
        table_missing = false;
        if (shadow) shadow->begin();
        carry_out(step, settings, tree, versions, offline);
        if (shadow) shadow->commit();
        if (settings.transaction_per_migration) offline.commit();
    }
    if (!settings.transaction_per_migration) offline.commit();
}

} // namespace

void upgrade_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                 const std::vector<std::string>& from, const std::vector<std::string>& targets,
                 const Output& output) {
    write_sql(settings, tree, dialect, from, tree.graph().upgrade(targets, from), output);
}

void downgrade_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                   const std::vector<std::string>& from, const std::string& target, const Output& output) {
    write_sql(settings, tree, dialect, from, tree.graph().downgrade(target, from), output);
}

void stamp_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
               const std::vector<std::string>& from, const std::vector<std::string>& targets,
               const Output& output) {
    write_sql(settings, tree, dialect, from, tree.graph().stamp(targets, from), output);
}

void ensure_version_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                        const Output& output) {
    const VersionTable versions = version_table(settings, tree);
    Past past(
        settings, [&]() -> const Tree& { return tree; }, dialect);
    Offline offline(dialect, output, settings, [&]() -> const Snapshot& { return past.after({}); });
    for (const dialect::Statement& statement : versions.create(dialect.compiler(), dialect::Values::literals))
        offline.run(statement);
}

void revision_sql(const Settings& settings, Past& past, const script::RevisionFile& file,
                  script::Direction direction, const dialect::Dialect& dialect, const Output& output) {
    const bool up = direction == script::Direction::upgrade;
    Offline offline(dialect, output, settings, [&]() -> const Snapshot& {
        return up ? past.before(file.head.id) : past.after({file.head.id});
    });
    offline.inside_a_transaction();
    script::run(file, direction, settings.scripts, settings.context, offline, true);
}

} // namespace orch::runner
