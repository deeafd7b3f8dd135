#include "comparing.hpp"

#include "words.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

bool ask(const std::string& from, const std::string& to) {
    std::fputs(fmt::format("is '{}' renamed to '{}'? [y/n] ", from, to).c_str(), stderr);
    std::string answer;
    while (std::getline(std::cin, answer)) {
        if (answer == "y" || answer == "yes") return true;
        if (answer == "n" || answer == "no") return false;
        std::fputs("y or n? ", stderr);
    }
    throw Error(Fault::usage, fmt::format("no answer whether '{}' is renamed to '{}'", from, to))
        .hint(fmt::format("say so with '--rename {}:{}', or '--no-renames'", from, to));
}

} // namespace

void add_comparing_options(po::options_description& options) {
    using Words = std::vector<std::string>;
    options.add_options()("target", po::value<std::string>()->value_name("TARGET"),
                          "compare with this schema instead of target_metadata") //
        ("rename", po::value<Words>()->composing()->value_name("OLD:NEW"),
         "a table or 'table.column' that has a new name")                //
        ("no-renames", "drop and add what looks like a rename")          //
        ("allow-drop", "believe a target that lacks many of the tables") //
        ("from-history", "compare with the revisions, replayed into a scratch database");
}

fleet::DifferenceRequest difference_request(const Invocation& invocation, bool asks) {
    fleet::DifferenceRequest request;
    request.target = invocation.text("target");
    request.renames = invocation.list("rename");
    request.renames_allowed = !invocation.flag("no-renames");
    request.allow_drop = invocation.flag("allow-drop");
    request.from_history = invocation.flag("from-history");
    if (asks && isatty(STDIN_FILENO) == 1) request.ask = ask;
    return request;
}

std::string shown(const fleet::DifferenceReport& report) {
    std::string out;
    for (const fleet::Difference& difference : report.operations) out += difference.operation + "\n";
    if (!report.not_compared.empty()) out += "\nnot compared:\n";
    for (const std::string& line : report.not_compared) out += "  " + line + "\n";
    return out;
}

void add_report(Document& document, const fleet::DifferenceReport& report) {
    document.text("target", report.target);
    document.differences("operations", report.operations);
    document.texts("not_compared", report.not_compared);
}

} // namespace orch::cli
