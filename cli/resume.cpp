#include "command.hpp"
#include "json.hpp"
#include "moves.hpp"
#include "words.hpp"

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    Document document(invocation.command);
    const auto outcomes = fleet::for_each(project.for_changing(), [&](fleet::Environment& environment) {
        environment.change([&](runner::Session& session) {
            document.environment(environment.name());
            document.summary(session.resume());
        });
    });
    if (invocation.json) print(document.str());
    fleet::check(outcomes);
    return 0;
}

} // namespace

extern const Command resume_command;
const Command resume_command{
    "resume",
    "",
    "finish a revision in whose middle a run ended",
    "Where the database commits each statement by itself, a run that ends in the middle of a revision leaves "
    "a "
    "part of it. orch\nhas written down which statements are done, and goes on behind them. The next upgrade "
    "does the same; this command does no more.",
    "  $ orch resume",
    [](boost::program_options::options_description& options) {
        options.add_options()(no_wait_option, no_wait_text);
    },
    {},
    run,
};

} // namespace orch::cli
