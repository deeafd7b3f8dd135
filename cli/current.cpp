#include "base/text.hpp"
#include "base/url.hpp"
#include "command.hpp"
#include "reading.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    std::vector<std::string> behind;
    const auto check_heads = [&](fleet::Environment& environment, const std::vector<std::string>& rows) {
        if (!environment.tree().graph().pending(rows).empty()) behind.push_back(environment.name());
    };
    read_each(
        invocation,
        [&](fleet::Environment& environment) {
            environment.read([&](runner::Session& session) {
                const runner::Tree& tree = environment.tree();
                const std::vector<std::string> rows = session.current();
                if (invocation.verbose)
                    print(fmt::format("Current revision(s) for {}:\n", session.display_url()));
                for (const std::string& id : tree.graph().all_current(rows))
                    print((invocation.verbose ? block(tree, id) : line(tree, id, {})) + "\n");
                check_heads(environment, rows);
            });
        },
        [&](fleet::Environment& environment, Document& document) {
            environment.read([&](runner::Session& session) {
                const std::vector<std::string> rows = session.current();
                document.text("url", session.display_url());
                document.texts("rows", rows);
                document.revisions("current", environment.tree(),
                                   environment.tree().graph().all_current(rows), rows);
                check_heads(environment, rows);
            });
        },
        true);
    if (invocation.flag("check-heads") && !behind.empty())
        throw Error(Fault::pending,
                    fmt::format("the database is not at all heads in {}", quoted_list(behind)))
            .hint("'orch status' shows what is pending, 'orch upgrade heads' applies it");
    return 0;
}

} // namespace

extern const Command current_command;
const Command current_command{
    "current",
    "",
    "show where the database is",
    "",
    "  $ orch current\n  $ orch current --check-heads   # exit code 3 when something is pending",
    [](po::options_description& options) {
        options.add_options()("check-heads", "end with exit code 3 unless the database is at all heads");
    },
    {},
    run,
};

} // namespace orch::cli
