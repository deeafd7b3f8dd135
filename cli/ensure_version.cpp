#include "command.hpp"
#include "moves.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    fleet::check(fleet::for_each(project.for_changing(), [&](fleet::Environment& environment) {
        if (invocation.flag("sql"))
            environment.offline([&](const runner::Settings& settings, const dialect::Dialect& dialect) {
                runner::ensure_version_sql(settings, environment.tree(), dialect, print);
            });
        else
            environment.change([](runner::Session& session) { session.ensure_version(); });
    }));
    return 0;
}

} // namespace

extern const Command ensure_version_command;
const Command ensure_version_command{
    "ensure_version",
    "",
    "create the version table where it is missing",
    "",
    "  $ orch ensure_version",
    [](po::options_description& options) {
        options.add_options()(no_wait_option, no_wait_text)("sql", "print the SQL, change nothing");
    },
    {},
    run,
};

} // namespace orch::cli
