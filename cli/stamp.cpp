#include "command.hpp"
#include "moves.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const bool purge = invocation.flag("purge");
    if (purge && invocation.flag("sql"))
        throw Error(Fault::usage, "--purge and --sql do not go together")
            .hint("--purge needs the database to look at");
    return move(invocation, [&](const std::vector<std::string>& revisions) {
        return Move{runner::Move::stamp, purge,
                    [=](const runner::Settings& settings, const runner::Tree& tree,
                        const dialect::Dialect& dialect, const std::vector<std::string>& from,
                        const runner::Output& output) {
                        runner::stamp_sql(settings, tree, dialect, from, revisions, output);
                    }};
    });
}

} // namespace

extern const Command stamp_command;
const Command stamp_command{
    "stamp",
    "REVISION...",
    "say that the database stands at a revision, without running anything",
    "For a database whose tables are there already. With --purge the version rows are removed first, "
    "whatever they say.",
    "  $ orch stamp head\n"
    "  $ orch stamp --purge 1975ea83b712\n"
    "  $ orch stamp base",
    [](po::options_description& options) {
        add_move_options(options);
        options.add_options()("sql", "print the SQL, change nothing")("purge",
                                                                      "remove all version rows first")(
            "tag", po::value<std::string>()->value_name("TEXT"),
            "a word for env.py's get_tag_argument()")("arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
