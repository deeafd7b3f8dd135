#include "base/text.hpp"
#include "command.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

namespace po = boost::program_options;

extern char** environ;

namespace orch::cli {

namespace {

/// VISUAL or EDITOR, which may hold arguments ("code --wait"), else Debian's own choice.
std::vector<std::string> editor() {
    for (const char* name : {"VISUAL", "EDITOR"})
        if (const char* value = std::getenv(name); value && *value) return words(value);
    return {"editor"};
}

void open(const std::filesystem::path& file) {
    std::vector<std::string> command = editor();
    command.push_back(file.string());
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (const int problem = ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ))
        throw Error(Fault::system,
                    fmt::format("cannot start the editor '{}': {}", command[0], std::strerror(problem)))
            .hint("set EDITOR to the editor that you use");
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Error(Fault::system, fmt::format("the editor '{}' ended with an error", command[0]));
}

int run(const Invocation& invocation) {
    const auto name = invocation.text("arg-revision");
    if (!name) throw Error(Fault::usage, "no revision was given").hint("'orch history' lists them");
    fleet::Project project(invocation.options);
    fleet::Environment& environment = project.one();
    std::optional<std::vector<std::string>> current;
    if (*name == "current") environment.read([&](runner::Session& session) { current = session.current(); });
    const std::vector<std::string> ids = environment.tree().graph().resolve(*name, current);
    if (ids.empty())
        throw Error(Fault::graph, fmt::format("'{}' names no revision file", *name))
            .hint(environment.tree().graph().size() == 0
                      ? "the tree has no revisions; 'orch revision' writes one"
                      : "'orch history' lists them");
    for (const std::string& id : ids) open(environment.tree().file(id).path);
    return 0;
}

} // namespace

extern const Command edit_command;
const Command edit_command{
    "edit",
    "REVISION",
    "open a revision's file in $VISUAL or $EDITOR",
    "",
    "  $ orch edit head",
    [](po::options_description& options) { options.add_options()("arg-revision", po::value<std::string>()); },
    {{"arg-revision", 1}},
    run,
};

} // namespace orch::cli
