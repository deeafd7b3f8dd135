#include "command.hpp"
#include "moves.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    return move(invocation, [&](const std::vector<std::string>& revisions) {
        return Move{runner::Move::upgrade, false,
                    [=](const runner::Settings& settings, const runner::Tree& tree,
                        const dialect::Dialect& dialect, const std::vector<std::string>& from,
                        const runner::Output& output) {
                        runner::upgrade_sql(settings, tree, dialect, from, revisions, output);
                    }};
    });
}

} // namespace

extern const Command upgrade_command;
const Command upgrade_command{
    "upgrade",
    "REVISION...",
    "apply revisions up to a target",
    "REVISION is an id or the beginning of one, 'head', 'heads', LABEL@head, +2 from where the database is, "
    "or ae10+2. With --sql\n"
    "the statements are printed and no database is opened; then FROM:TO says where the script begins.",
    "  $ orch upgrade head\n"
    "  $ orch upgrade +1\n"
    "  $ orch -n 'module_*' upgrade heads\n"
    "  $ orch upgrade 1975:ae10 --sql > release.sql",
    [](po::options_description& options) {
        add_move_options(options);
        options.add_options()("sql", "print the SQL, change nothing")(
            "shadow", po::value<std::string>()->value_name("URL"),
            "with --sql: a server on which a database is made for the time, where scripts that read are "
            "replayed")("tag", po::value<std::string>()->value_name("TEXT"),
                        "a word for env.py's get_tag_argument()")("arg-revision",
                                                                  po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
