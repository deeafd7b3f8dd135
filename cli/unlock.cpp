#include "base/log.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

void print_holder(const runner::Settings& settings, const std::optional<dialect::Holder>& holder) {
    const std::string what = fmt::format("{}: the lock on version table '{}'", settings.environment,
                                         settings.context.version_table);
    print(holder ? fmt::format("{} is held by {}\n", what, runner::describe(*holder))
                 : fmt::format("{} is free\n", what));
}

void write_holder(Document& document, const std::optional<dialect::Holder>& holder) {
    document.flag("held", holder.has_value());
    if (!holder) return;
    document.text("user", holder->user);
    document.text("host", holder->host);
    document.text("process", holder->process);
    document.text("since", holder->since);
}

void end(const runner::Settings& settings, const dialect::Dialect& dialect, const dialect::Holder& holder) {
    if (!runner::end_lock_holder(settings, dialect))
        throw Error(Fault::busy, fmt::format("the lock is held by {}: only that process can be ended",
                                             runner::describe(holder)))
            .hint(holder.process.empty()
                      ? "look for it with 'ps'; its lock goes with it"
                      : fmt::format("on that host: kill {}; its lock goes with it, and what it had not "
                                    "committed is rolled back",
                                    holder.process));
    log::info(settings.logger,
              fmt::format("the session that held the lock of '{}' was ended", settings.environment));
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    Document document(invocation.command);
    const auto outcomes = fleet::for_each(project.for_looking(), [&](fleet::Environment& environment) {
        environment.with_dialect([&](const runner::Settings& settings, const dialect::Dialect& dialect) {
            const auto holder = runner::lock_holder(settings, dialect);
            document.environment(environment.name());
            write_holder(document, holder);
            if (!invocation.json) print_holder(settings, holder);
            if (holder && invocation.flag("force")) end(settings, dialect, *holder);
        });
    });
    if (invocation.json) print(document.str());
    fleet::check(outcomes);
    return 0;
}

} // namespace

extern const Command unlock_command;
const Command unlock_command{
    "unlock",
    "",
    "show who holds the lock of an environment, or end the holder's session",
    "A run that changes a database holds a lock from its beginning to its end; no lock outlives its run, so "
    "there is never one\nto clean up. --force is for a run that hangs: it ends that run's session with the "
    "database.",
    "  $ orch unlock\n  $ orch -n module_one unlock --force",
    [](boost::program_options::options_description& options) {
        options.add_options()("force", "end the session that holds the lock");
    },
    {},
    run,
};

} // namespace orch::cli
