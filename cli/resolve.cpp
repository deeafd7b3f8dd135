#include "command.hpp"
#include "json.hpp"
#include "moves.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const auto applied = invocation.text("applied"), gone = invocation.text("rolled-back");
    if (applied.has_value() == gone.has_value())
        throw Error(Fault::usage, "expected one of '--applied REVISION' and '--rolled-back REVISION'")
            .hint("'orch status' names the revision that was interrupted");
    fleet::Project project(invocation.options);
    Document document(invocation.command);
    project.one().change([&](runner::Session& session) {
        document.summary(session.resolve(applied ? *applied : *gone, applied.has_value()));
    });
    if (invocation.json) print(document.str());
    return 0;
}

} // namespace

extern const Command resolve_command;
const Command resolve_command{
    "resolve",
    "--applied REVISION | --rolled-back REVISION",
    "say what holds after an interrupted revision was mended by hand",
    "--applied: all that the revision does is in the database (of a downgrade: is taken back), and the "
    "version "
    "moves.\n--rolled-back: nothing of it is left, and the next run begins it anew.",
    "  $ orch resolve --applied ae1027a6acf\n  $ orch -n core resolve --rolled-back ae10",
    [](po::options_description& options) {
        options.add_options()("applied", po::value<std::string>()->value_name("REVISION"),
                              "it is done")("rolled-back", po::value<std::string>()->value_name("REVISION"),
                                            "nothing of it is left")(no_wait_option, no_wait_text);
    },
    {},
    run,
};

} // namespace orch::cli
