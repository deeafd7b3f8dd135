#include "base/text.hpp"
#include "command.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

fleet::InspectFormat format(const Invocation& invocation) {
    const std::string name = invocation.text("format").value_or(invocation.json ? "json" : "text");
    if (name == "text") return fleet::InspectFormat::text;
    if (name == "sql") return fleet::InspectFormat::sql;
    if (name == "json") return fleet::InspectFormat::json;
    throw Error(Fault::usage, fmt::format("expected 'text', 'sql' or 'json' in --format, got '{}'", name));
}

int run(const Invocation& invocation) {
    const fleet::InspectFormat wanted = format(invocation);
    fleet::Project project(invocation.options);
    print(fleet::inspect(project.one(), wanted));
    return 0;
}

} // namespace

extern const Command inspect_command;
const Command inspect_command{
    "inspect",
    "",
    "show what the database holds: tables, columns, constraints, indexes, views",
    "With --format json it prints the schema document, which 'exec:' targets print too.",
    "  $ orch inspect\n"
    "  $ orch -n module_one inspect --format sql",
    [](po::options_description& options) {
        options.add_options()("format", po::value<std::string>()->value_name("FORMAT"),
                              "text (the default), sql or json");
    },
    {},
    run,
};

} // namespace orch::cli
