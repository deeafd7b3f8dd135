#include "base/file.hpp"
#include "command.hpp"
#include "words.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

/// The ini to write: as in the search for one, what -c names comes first, then the variables.
std::optional<std::string> named_config(const Invocation& invocation) {
    if (invocation.options.config) return invocation.options.config;
    for (const char* variable : {"ORCH_CONFIG", "ALEMBIC_CONFIG"})
        if (const char* value = std::getenv(variable); value && *value) return value;
    return std::nullopt;
}

int run(const Invocation& invocation) {
    const auto folder = invocation.text("arg-directory");
    if (!folder)
        throw Error(Fault::usage, "no folder was given")
            .hint("usage: orch init FOLDER, such as 'orch init migrations'");
    fleet::InitRequest request;
    request.directory = *folder;
    request.template_name = invocation.text("template").value_or("generic");
    request.package = invocation.flag("package");
    request.config = named_config(invocation);
    const auto settings = fleet::init(request, [&](const std::string& line) {
        if (!invocation.quiet) print(line + "\n");
    });
    if (!invocation.quiet)
        print(
            fmt::format("Look at the settings in {}, then write a first revision: orch revision -m \"...\"\n",
                        settings.string()));
    return 0;
}

} // namespace

extern const Command init_command;
const Command init_command{
    "init",
    "FOLDER",
    "begin a tree of revisions",
    "Writes the folder with its versions/, and an orch.ini beside it, or the ini that -c names: 'orch -c "
    "alembic.ini init FOLDER' begins a\n"
    "tree that Alembic runs too.",
    "  $ orch init migrations\n  $ orch init --template sql migrations\n  $ orch -c alembic.ini init alembic",
    [](po::options_description& options) {
        options.add_options()("template,t", po::value<std::string>()->value_name("NAME"),
                              "one of 'orch list_templates', else generic") //
            ("package", "write __init__.py files")("arg-directory", po::value<std::string>());
    },
    {{"arg-directory", 1}},
    run,
};

} // namespace orch::cli
