// The program: finds the command among the words, reads its options, runs it, and puts an error into words.
#include "base/log.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "words.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <sstream>
#include <unistd.h>

namespace po = boost::program_options;

namespace orch::cli {

std::optional<std::string> Invocation::text(const char* name) const {
    if (!values.count(name)) return std::nullopt;
    return values[name].as<std::string>();
}

std::vector<std::string> Invocation::list(const char* name) const {
    if (!values.count(name)) return {};
    return values[name].as<std::vector<std::string>>();
}

namespace {

using Words = std::vector<std::string>;

/// Marks words such as -1 and -3:current, which name revisions, so that the option parser does not take them
/// for options.
constexpr char not_an_option = '\x01';

po::options_description global_options() {
    po::options_description options("Options for every command");
    options.add_options() //
        ("config,c", po::value<std::string>()->value_name("FILE"),
         "the ini file (else ORCH_CONFIG, ALEMBIC_CONFIG, orch.ini, "
         "alembic.ini or pyproject.toml here or above)") //
        ("name,n", po::value<Words>()->composing()->value_name("NAME"),
         "an environment of it; repeatable, globs work") //
        ("all", "all environments")                      //
        ("x,x", po::value<Words>()->composing()->value_name("KEY=VALUE"),
         "an argument for env.py; repeatable")                                            //
        ("json", "print one JSON document instead of lines (docs/json.md)")               //
        ("raiseerr", "accepted for Alembic's sake: errors always show all that is known") //
        ("quiet,q", "no log but warnings")                                                //
        ("verbose,v", "more: what a command prints, or the SQL that it runs")             //
        ("help,h", "this text");
    return options;
}

bool is_command(const std::string& word) {
    return std::ranges::any_of(commands(), [&](const Command* command) { return command->name == word; });
}

/// The first word that is neither an option nor an option's value; its index, or the number of words. Of an
/// option of the command that stands before it ("--jobs 4 upgrade"), what follows is taken for its value
/// where it names no command.
std::size_t find_command(const Words& words) {
    std::size_t first = words.size();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "-c" || word == "--config" || word == "-n" || word == "--name" || word == "-x" ||
            word == "--x")
            ++i;
        else if (word.empty() || word[0] != '-') {
            if (is_command(word)) return i;
            first = std::min(first, i);
            if (i == 0 || words[i - 1].rfind("--", 0) != 0) break;
        }
    }
    return first;
}

Words marked(const Words& words) {
    Words out = words;
    for (std::string& word : out)
        if (word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9')
            word.insert(word.begin(), not_an_option);
    return out;
}

void unmark(std::string& word) {
    if (!word.empty() && word[0] == not_an_option) word.erase(0, 1);
}

void unmark_values(po::variables_map& values) {
    for (auto& [name, value] : values) {
        if (auto* text = boost::any_cast<std::string>(&value.value())) unmark(*text);
        if (auto* list = boost::any_cast<Words>(&value.value()))
            for (std::string& word : *list) unmark(word);
    }
}

std::string usage_line(const Command& command) {
    std::string line = fmt::format("orch [OPTIONS] {}", command.name);
    if (!command.arguments.empty()) line += fmt::format(" {}", command.arguments);
    return line;
}

std::string text_of(const po::options_description& options) {
    std::ostringstream out;
    out << options;
    return out.str();
}

/// An option that starts with "arg-" only collects positional words and is nobody's business.
std::string shown(const po::options_description& options) {
    po::options_description visible;
    for (const auto& option : options.options())
        if (option->long_name().rfind("arg-", 0) != 0) visible.add(option);
    if (visible.options().empty()) return {};
    return "\nOptions:\n" + text_of(visible);
}

std::string help(const Command& command, const po::options_description& options) {
    std::string text = fmt::format("usage: {}\n\n{}\n", usage_line(command), command.summary);
    if (!command.description.empty()) text += fmt::format("\n{}\n", trim(command.description));
    text += shown(options);
    text += "\n" + text_of(global_options());
    if (!command.examples.empty()) text += fmt::format("\nExamples:\n{}\n", command.examples);
    return text;
}

std::string help() {
    std::string text = "usage: orch [OPTIONS] COMMAND ...\n\nDatabase migrations: runs Alembic's trees and "
                       "its own, one environment or many.\n\nCommands:\n";
    for (const Command* command : commands())
        text += fmt::format("  {:<16}{}\n", command->name, command->summary);
    text += "\n" + text_of(global_options());
    text += "  --version             the version\n\n'orch COMMAND --help' has each command's options and "
            "examples.\n";
    return text;
}

const Command& find(const std::string& name) {
    std::vector<std::string> names;
    for (const Command* command : commands()) {
        if (command->name == name) return *command;
        names.emplace_back(command->name);
    }
    Error error(Fault::usage, fmt::format("unknown command '{}'", name));
    if (const auto meant = nearest(name, names))
        error.hint(fmt::format("did you mean 'orch {}'?", *meant));
    else if (nearest(name, {"alembic"}))
        error.hint("orch takes alembic's place: 'orch upgrade head' for 'alembic upgrade head'");
    else
        error.hint("'orch --help' lists the commands");
    throw error;
}

/// What the option parser says, in orch's words.
Error usage_error(const po::error& problem, const Command& command, const po::options_description& options) {
    std::string hint = fmt::format("usage: {}; 'orch {} --help' has more", usage_line(command), command.name);
    if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&problem)) {
        std::vector<std::string> names;
        for (const auto& option : options.options())
            if (option->long_name().rfind("arg-", 0) != 0) names.push_back("--" + option->long_name());
        const std::string given = unknown->get_option_name();
        if (const auto meant = nearest(given, names)) hint = fmt::format("did you mean '{}'?", *meant);
        return Error(Fault::usage, fmt::format("unknown option '{}' of 'orch {}'", given, command.name))
            .hint(hint);
    }
    if (dynamic_cast<const po::too_many_positional_options_error*>(&problem))
        return Error(Fault::usage, fmt::format("too many arguments for 'orch {}'", command.name)).hint(hint);
    std::string what = problem.what();
    std::erase(what, not_an_option);
    return Error(Fault::usage, what).hint(hint);
}

/// Nothing where --help was asked for, which is printed.
std::optional<Invocation> parse(const Command& command, Words words, std::size_t command_at) {
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(command_at));
    po::options_description own, all;
    if (command.add_options) command.add_options(own);
    all.add(global_options()).add(own);
    po::positional_options_description positional;
    for (const auto& [name, count] : command.positional) positional.add(name, count);
    Invocation invocation;
    try {
        namespace style = po::command_line_style;
        po::store(po::command_line_parser(marked(words))
                      .options(all)
                      .positional(positional)
                      .style(style::unix_style) // --autogen is --autogenerate, as with Alembic
                      .run(),
                  invocation.values);
    } catch (const po::error& problem) {
        throw usage_error(problem, command, all);
    }
    unmark_values(invocation.values);
    if (invocation.flag("help")) {
        print(help(command, own));
        return std::nullopt;
    }
    invocation.command = command.name;
    invocation.verbose = invocation.flag("verbose");
    invocation.quiet = invocation.flag("quiet");
    invocation.json = invocation.flag("json");
    fleet::Options& options = invocation.options;
    options.config = invocation.text("config");
    options.names = invocation.list("name");
    options.all = invocation.flag("all");
    options.x = invocation.list("x");
    options.tag = invocation.text("tag");
    options.output_is_document = invocation.json || invocation.flag("sql");
    options.no_wait = invocation.flag("no-wait");
    options.shadow = invocation.text("shadow");
    if (options.shadow && !invocation.flag("sql"))
        throw Error(Fault::usage, "--shadow goes with --sql: it is where scripts that read are replayed");
    options.allow_foreign = invocation.flag("allow-foreign");
    options.partition = invocation.text("partition");
    return invocation;
}

int run(const Words& words) {
    const std::size_t at = find_command(words);
    if (at == words.size()) {
        const auto has = [&](const char* word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        if (has("--version")) {
            print("orch " ORCH_VERSION "\n");
            return 0;
        }
        if (has("--help") || has("-h")) {
            print(help());
            return 0;
        }
        if (words.empty()) {
            std::fputs(help().c_str(), stderr);
            return exit_code(Fault::usage);
        }
        throw Error(Fault::usage, fmt::format("no command was given, only '{}'", join(words, " ")))
            .hint("'orch --help' lists the commands and their options");
    }
    const Command& command = find(words[at]);
    const std::optional<Invocation> invocation = parse(command, words, at);
    if (!invocation) return 0;
    if (invocation->quiet)
        log::set_level(log::Level::warning);
    else if (invocation->verbose)
        log::set_level(log::Level::debug);
    return command.run(*invocation);
}

/// Where the program is started without one of the three, a database or a socket would get its number, and
/// what is meant for a terminal would be written into it.
void keep_standard_descriptors() {
    int got = -1;
    do {
        got = ::open("/dev/null", O_RDONLY); // who writes to it is told that it is closed
    } while (got >= 0 && got <= STDERR_FILENO);
    if (got >= 0) ::close(got);
}

bool colours() { return ::isatty(STDERR_FILENO) && !std::getenv("NO_COLOR"); }

int report(const Error& error) {
    std::fflush(stdout);
    std::fputs((render(error, colours()) + "\n").c_str(), stderr);
    return exit_code(error.fault());
}

} // namespace
} // namespace orch::cli

int main(int count, char** words) {
    using namespace orch;
    cli::keep_standard_descriptors();
    try {
        const int code = cli::run({words + 1, words + count});
        if (std::fflush(stdout) != 0)
            throw Error(Fault::system,
                        fmt::format("cannot write to standard output: {}", std::strerror(errno)));
        return code;
    } catch (const Error& error) {
        return cli::report(error);
    } catch (const std::bad_alloc&) {
        return cli::report(Error(Fault::system, "out of memory"));
    } catch (const std::exception& error) {
        return cli::report(
            Error(Fault::internal, fmt::format("internal error: {}", error.what()))
                .hint("this is a defect of orch; please report it with the command that you ran"));
    }
}
