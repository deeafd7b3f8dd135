// The commands as SQL text: the same steps through the executor that writes.
#include "base/log.hpp"
#include "runner/executor.hpp"
#include "runner/steps.hpp"

#include <fmt/format.h>

namespace orch::runner {

namespace {

/// The script of a whole run: the transactions as they would be, the version table where it starts from base.
void write_sql(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
               const std::vector<std::string>& from, const graph::Plan& plan, const Output& output) {
    const VersionTable versions = version_table(settings, tree);
    Past past(
        settings, [&]() -> const Tree& { return tree; }, dialect);
    Offline offline(dialect, output, settings, [&]() -> const Snapshot& { return past.after(from); });
    log::info(settings.logger, fmt::format("Context impl {}.", dialect.traits().implementation));
    log::info(settings.logger, "Generating static SQL");
    for (const auto& [query, origin] : settings.session_statements) offline.execute(query, origin);
    bool table_missing = from.empty();
    if (!settings.transaction_per_migration) offline.begin();
    for (const graph::Step& step : plan) {
        if (settings.transaction_per_migration) offline.begin();
        if (table_missing)
            for (const dialect::Statement& statement :
                 versions.create(dialect.compiler(), dialect::Values::literals))
                offline.run(statement);
        table_missing = false;
        carry_out(step, settings, tree, versions, offline);
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
