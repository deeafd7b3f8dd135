#include "base/log.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "conformance/conformance.hpp"
#include "json.hpp"
#include "words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

/// The plugins that the configuration file sees, or those of the installation where there is no file.
std::vector<dialect::PluginReport> reports(const Invocation& invocation) {
    if (!fleet::has_project(invocation.options)) return fleet::plugins_without_project();
    return fleet::Project(invocation.options).plugins().list();
}

int list(const Invocation& invocation) {
    const auto found = reports(invocation);
    if (invocation.json) {
        Document document("plugins");
        document.plugins(found);
        print(document.str());
        return 0;
    }
    if (found.empty()) print("no plugins found\n");
    for (const dialect::PluginReport& report : found) {
        if (!report.usable) {
            print(fmt::format("{}\n  not usable: {}\n", report.file.string(), report.problem));
            continue;
        }
        print(fmt::format(
            "{} {}  {}\n  schemes: {}\n  library: {}\n  build tag: {}\n  features: {}\n  file: {}\n",
            report.name, report.version, report.summary, report.schemes, report.library, report.build_tag,
            join(report.features, ", "), report.file.string()));
    }
    return 0;
}

std::string line_of(const conformance::Verdict& verdict) {
    std::string line = fmt::format("{:<9} {}: {}\n", word(verdict.outcome), verdict.area, verdict.name);
    if (!verdict.why.empty()) line += "          " + replace_all(verdict.why, "\n", "\n          ") + "\n";
    return line;
}

int test(const Invocation& invocation, const std::string& name) {
    const std::filesystem::path file = std::filesystem::absolute(name);
    dialect::Plugins plugins({file.parent_path()});
    const dialect::Dialect& dialect = conformance::load(plugins, file);
    const auto given = invocation.text("url");
    const auto url = given ? std::optional(parse_url(*given)) : std::nullopt;
    if (!invocation.verbose) log::set_level(log::Level::error);
    const auto verdicts = conformance::run(dialect, url, [&](const conformance::Verdict& verdict) {
        if (!invocation.json) print(line_of(verdict));
    });
    const auto count = [&](conformance::Verdict::Outcome outcome) {
        return std::ranges::count(verdicts, outcome, &conformance::Verdict::outcome);
    };
    const auto failed = count(conformance::Verdict::failed);
    if (invocation.json) {
        Document document("plugins");
        document.verdicts(verdicts);
        print(document.str());
    } else {
        print(fmt::format("{} passed, {} left out, {} failed\n", count(conformance::Verdict::passed),
                          count(conformance::Verdict::left_out), failed));
        if (!url) print("no database was asked: give an empty one with --url URL\n");
    }
    return failed == 0 ? 0 : 1;
}

int run(const Invocation& invocation) {
    const std::vector<std::string> words = invocation.list("arg-words");
    if (words.empty()) return list(invocation);
    if (words.front() != "test" || words.size() > 2)
        throw Error(Fault::usage, fmt::format("expected 'test FILE', got '{}'", join(words, " ")))
            .hint("'orch plugins' lists them, 'orch plugins test FILE --url URL' tests one");
    if (words.size() < 2)
        throw Error(Fault::usage, "no plugin was named")
            .hint("'orch plugins test FILE': the shared library, such as build/orch_mine.so");
    return test(invocation, words[1]);
}

} // namespace

extern const Command plugins_command;
const Command plugins_command{
    "plugins",
    "[test FILE]",
    "list the dialect plugins and where they were found; test one",
    "'plugins test FILE' runs the conformance checks on a plugin, for who writes one: what needs no "
    "database, and with "
    "--url all of\n"
    "them on that database, which must be empty. It ends with 1 where a check fails.",
    "  $ orch plugins\n"
    "  $ orch plugins test build/orch_mine.so --url mine:///tmp/empty.db",
    [](po::options_description& options) {
        options.add_options()("url", po::value<std::string>()->value_name("URL"),
                              "an empty database for 'test', in which tables are created and dropped")(
            "arg-words", po::value<std::vector<std::string>>());
    },
    {{"arg-words", -1}},
    run,
};

} // namespace orch::cli
