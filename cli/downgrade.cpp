#include "command.hpp"
#include "moves.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    return move(invocation, [&](const std::vector<std::string>& revisions) {
        const std::string& target = revisions.front();
        return Move{runner::Move::downgrade, false,
                    [=](const runner::Settings& settings, const runner::Tree& tree,
                        const dialect::Dialect& dialect, const std::vector<std::string>& from,
                        const runner::Output& output) {
                        if (from.empty())
                            throw Error(Fault::usage, "with --sql a downgrade needs to know where it begins")
                                .hint("write FROM:TO, such as 'orch downgrade ae10:1975 --sql'");
                        runner::downgrade_sql(settings, tree, dialect, from, target, output);
                    }};
    });
}

} // namespace

extern const Command downgrade_command;
const Command downgrade_command{
    "downgrade",
    "REVISION",
    "take revisions back, down to a target",
    "REVISION is an id or the beginning of one, 'base', LABEL@base, -1 from where the database is, or "
    "ae10-2.",
    "  $ orch downgrade -1\n"
    "  $ orch downgrade base\n"
    "  $ orch downgrade ae10:1975 --sql",
    [](po::options_description& options) {
        add_move_options(options);
        options.add_options()("sql", "print the SQL, change nothing; needs FROM:TO")(
            "shadow", po::value<std::string>()->value_name("URL"),
            "with --sql: a server on which a database is made for the time, where scripts that read are "
            "replayed")("tag", po::value<std::string>()->value_name("TEXT"),
                        "a word for env.py's get_tag_argument()")("arg-revision",
                                                                  po::value<std::vector<std::string>>());
    },
    {{"arg-revision", 1}},
    run,
};

} // namespace orch::cli
