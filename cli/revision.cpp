#include "base/file.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "comparing.hpp"
#include "words.hpp"
#include "writing.hpp"

#include <fmt/format.h>
#include <utility>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    fleet::RevisionRequest request;
    request.message = invocation.text("message").value_or("");
    if (const auto head = invocation.text("head")) request.heads = {*head};
    request.splice = invocation.flag("splice");
    request.branch_labels = invocation.list("branch-label");
    request.version_path = invocation.text("version-path");
    request.rev_id = invocation.text("rev-id");
    request.depends_on = invocation.list("depends-on");
    request.sql_file = invocation.flag("sql-file");
    if (invocation.flag("autogenerate"))
        request.autogenerate = difference_request(invocation, true);
    else
        for (const char* option : {"target", "rename", "no-renames", "allow-drop", "from-history"})
            if (invocation.flag(option))
                throw Error(Fault::usage, fmt::format("--{} needs --autogenerate", option));
    const bool sql = request.sql_file;
    if (!write_revision(invocation, project.one(), std::move(request))) return 0; // its env.py said so
    if (sql && !invocation.quiet && !invocation.json)
        print("A .sql revision is orch's own: Alembic does not read this tree's graph any more.\n");
    return 0;
}

} // namespace

extern const Command revision_command;
const Command revision_command{
    "revision",
    "-m TEXT",
    "write a new revision file",
    "",
    "  $ orch revision -m \"create account table\"\n"
    "  $ orch revision -m \"orders\" --head base --branch-label orders\n"
    "  $ orch revision -m \"order totals view\" --sql-file\n"
    "  $ orch revision --autogenerate -m \"add email\"",
    [](po::options_description& options) {
        using Words = std::vector<std::string>;
        options.add_options()("message,m", po::value<std::string>()->value_name("TEXT"),
                              "what it does: its title and its file's name") //
            ("head", po::value<std::string>()->value_name("REVISION"),
             "its parent, instead of the head; 'base' begins a new history") //
            ("splice", "allow a parent that is no head")                     //
            ("branch-label", po::value<Words>()->composing()->value_name("LABEL"),
             "a name for the branch that begins here") //
            ("version-path", po::value<std::string>()->value_name("FOLDER"),
             "the version location for the file")                                                     //
            ("rev-id", po::value<std::string>()->value_name("ID"), "its id, instead of a random one") //
            ("depends-on", po::value<Words>()->composing()->value_name("REVISION"),
             "a revision that must be applied before") //
            ("sql-file", "write a .sql revision")      //
            ("autogenerate", "fill it with what brings the database to its target schema");
        add_comparing_options(options);
    },
    {},
    run,
};

} // namespace orch::cli
