#include "base/file.hpp"
#include "base/text.hpp"
#include "comparing.hpp"
#include "words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

/// The lines of a baseline file; empty ones and comments (#) left out.
std::vector<std::string> accepted(const std::optional<std::string>& file) {
    std::vector<std::string> lines;
    if (!file) return lines;
    for (const std::string& line : split(read_text(*file, Fault::usage), '\n'))
        if (const std::string_view text = trim(line); !text.empty() && text.front() != '#')
            lines.emplace_back(text);
    return lines;
}

/// An operation on one line, as a baseline holds it.
std::string on_one_line(const std::string& operation) { return join(words(operation), " "); }

/// Takes what is accepted out of the report, and out of `lines` what was found.
void accept(fleet::DifferenceReport& report, std::vector<std::string>& lines) {
    std::erase_if(report.operations, [&](const fleet::Difference& difference) {
        const auto at = std::find(lines.begin(), lines.end(), on_one_line(difference.operation));
        if (at == lines.end()) return false;
        lines.erase(at);
        return true;
    });
}

void print_report(const fleet::Environment& environment, const fleet::DifferenceReport& report,
                  std::size_t of) {
    print_heading(environment, of);
    if (report.operations.empty())
        print("No new upgrade operations detected.\n");
    else
        print(fmt::format("{} operation{} would bring the database to {}:\n\n", report.operations.size(),
                          report.operations.size() == 1 ? "" : "s", report.target));
    if (const std::string text = shown(report); !text.empty()) print(text);
}

/// An error stands in the document too, which ends with it.
fleet::DifferenceReport compare(fleet::Environment& environment, const fleet::DifferenceRequest& request,
                                Document* document) {
    try {
        return fleet::difference(environment, request);
    } catch (const Error& error) {
        if (document) {
            document->error(error);
            print(document->str());
        }
        throw;
    }
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    const std::vector<fleet::Environment*> environments = project.for_looking();
    std::vector<std::string> lines = accepted(invocation.text("baseline"));
    fleet::DifferenceRequest request = difference_request(invocation, false);
    request.renames_allowed = false; // a rename is a difference either way
    request.allow_drop = true;       // nothing is dropped here
    Document document("check");
    std::size_t different = 0;
    for (fleet::Environment* environment : environments) {
        document.environment(environment->name());
        fleet::DifferenceReport report =
            compare(*environment, request, invocation.json ? &document : nullptr);
        accept(report, lines);
        different += report.operations.size();
        if (invocation.json)
            add_report(document, report);
        else if (!invocation.quiet)
            print_report(*environment, report, environments.size());
    }
    if (invocation.json) print(document.str());
    if (different > 0)
        throw Error(Fault::pending, fmt::format("the database and the target schema differ in {} operation{}",
                                                different, different == 1 ? "" : "s"))
            .hint("write them as a revision: orch revision --autogenerate -m \"...\"");
    if (!lines.empty())
        throw Error(Fault::pending, fmt::format("{} of the baseline's lines {} no difference any more",
                                                lines.size(), lines.size() == 1 ? "is" : "are"))
            .hint(fmt::format("a baseline may only shrink: remove from '{}' the line: {}",
                              *invocation.text("baseline"), lines.front()));
    return 0;
}

} // namespace

extern const Command check_command;
const Command check_command{
    "check",
    "",
    "compare the database with its target schema; exit 3 where they differ",
    "The target schema is what the key target_metadata names.",
    "  $ orch check\n"
    "  $ orch check --baseline accepted.txt\n"
    "  $ orch check --target schema.sql --from-history",
    [](po::options_description& options) {
        options.add_options()("target", po::value<std::string>()->value_name("TARGET"),
                              "compare with this schema instead of target_metadata") //
            ("rename", po::value<std::vector<std::string>>()->composing()->value_name("OLD:NEW"),
             "a table or 'table.column' that has a new name")                                //
            ("from-history", "compare with the revisions, replayed into a scratch database") //
            ("baseline", po::value<std::string>()->value_name("FILE"),
             "accept the operations that this file lists, one a line; they must still be there");
    },
    {},
    run,
};

} // namespace orch::cli
