#include "base/text.hpp"
#include "command.hpp"
#include "writing.hpp"

#include <utility>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

/// "merge ae10 and 1975": what Alembic calls a merge without a message.
std::string title(const graph::RevisionMap& graph, const std::vector<std::string>& names) {
    std::vector<std::string> ids;
    for (const std::string& name : names)
        for (const std::string& id : graph.resolve(name)) ids.push_back(id);
    return "merge " + join(ids, " and ");
}

int run(const Invocation& invocation) {
    fleet::RevisionRequest request;
    request.merge = true;
    request.heads = invocation.list("arg-revision");
    if (request.heads.empty())
        throw Error(Fault::usage, "no revisions to merge were given")
            .hint("'orch merge heads' merges all heads");
    request.message = invocation.text("message").value_or("");
    request.splice = invocation.flag("splice");
    request.branch_labels = invocation.list("branch-label");
    request.rev_id = invocation.text("rev-id");
    fleet::Project project(invocation.options);
    fleet::Environment& environment = project.one();
    if (request.message.empty()) request.message = title(environment.tree().graph(), request.heads);
    write_revision(invocation, environment, std::move(request));
    return 0;
}

} // namespace

extern const Command merge_command;
const Command merge_command{
    "merge",
    "REVISION...",
    "write a revision that joins branches",
    "",
    "  $ orch merge heads -m \"merge billing and shipping\"\n  $ orch merge ae10 1975",
    [](po::options_description& options) {
        options.add_options()("message,m", po::value<std::string>()->value_name("TEXT"),
                              "its title and its file's name") //
            ("splice", "allow revisions that are no heads")    //
            ("branch-label", po::value<std::vector<std::string>>()->composing()->value_name("LABEL"),
             "a name for the branch that begins here")                                                //
            ("rev-id", po::value<std::string>()->value_name("ID"), "its id, instead of a random one") //
            ("arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
