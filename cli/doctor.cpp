#include "fleet/doctor.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

constexpr script::Need needs[] = {script::Need::nothing, script::Need::stand_ins, script::Need::stubs,
                                  script::Need::fallback};

std::string in_words(script::Need need, const fleet::Diagnosis& diagnosis) {
    switch (need) {
    case script::Need::nothing: return "run as they are";
    case script::Need::stand_ins: return "run with stand-ins for other packages";
    case script::Need::stubs:
        return diagnosis.has_fallback ? "need stubs, or are run by the fallback" : "need stubs";
    case script::Need::fallback:
        return diagnosis.has_fallback ? "are run by the fallback" : "need the fallback";
    }
    return "";
}

/// One line for a reason: "file:14:30: message", the hint below it.
std::string reason(const Error& error) {
    std::string text = "  ";
    if (const auto& place = error.place())
        text += place->line > 0 ? fmt::format("{}:{}:{}: ", place->file, place->line, place->column)
                                : fmt::format("{}: ", place->file);
    text += error.message() + "\n";
    if (!error.hint().empty()) text += fmt::format("    hint: {}\n", error.hint());
    return text;
}

void print_revision(const fleet::Diagnosis::Revision& revision, bool verbose) {
    const script::Examination& found = revision.found;
    const bool trouble = found.need >= script::Need::stubs;
    if (!trouble && !verbose) return;
    std::string text = fmt::format("{} {}", revision.id, script::word(found.need));
    if (!found.stand_ins.empty()) text += fmt::format(" ({})", join(found.stand_ins, ", "));
    if (!found.declared.empty()) text += fmt::format(", stubs: {}", join(found.declared, ", "));
    if (found.reads) text += ", reads the database";
    if (!found.irreproducible.empty())
        text += fmt::format(", not reproducible: {}", found.irreproducible.front().what);
    text += "\n";
    for (const Error& error : found.reasons) text += reason(error);
    print(text);
}

void print_diagnosis(const fleet::Diagnosis& diagnosis, bool verbose) {
    if (diagnosis.environment) {
        print("env.py does not run\n" + reason(*diagnosis.environment) +
              "    hint: 'orch adopt' writes an orch.ini that does without it\n");
    }
    for (const auto& revision : diagnosis.revisions) print_revision(revision, verbose);
    std::vector<std::string> counts;
    for (const script::Need need : needs)
        if (const std::size_t count = diagnosis.count(need))
            counts.push_back(fmt::format("{} {}", count, in_words(need, diagnosis)));
    const std::size_t all = diagnosis.revisions.size();
    print(fmt::format("{} revision{}: {}\n", all, all == 1 ? "" : "s",
                      counts.empty() ? "nothing to examine" : join(counts, ", ")));
}

std::vector<std::string> ids_of(fleet::Environment& environment, const std::vector<std::string>& names) {
    std::vector<std::string> ids;
    for (const std::string& name : names)
        for (const std::string& id : name.find(':') == std::string::npos
                                         ? environment.tree().graph().resolve(name, std::nullopt)
                                         : environment.tree().graph().history(name, std::nullopt))
            ids.push_back(id);
    return ids;
}

int run(const Invocation& invocation) {
    const std::vector<std::string> names = invocation.list("arg-revision");
    fleet::Project project(invocation.options);
    std::vector<fleet::Environment*> environments;
    if (names.empty())
        environments = project.for_reading();
    else
        environments = {&project.one()};
    Document document("doctor");
    bool stops = false;
    for (fleet::Environment* environment : environments) {
        const fleet::Diagnosis diagnosis =
            fleet::diagnose(*environment, ids_of(*environment, names), invocation.text("dialect"));
        stops |= diagnosis.stops();
        if (invocation.json) {
            document.environment(environment->name());
            document.diagnosis(diagnosis);
        } else {
            print_heading(*environment, environments.size());
            print_diagnosis(diagnosis, invocation.verbose);
        }
    }
    if (invocation.json) print(document.str());
    return stops ? 3 : 0;
}

} // namespace

extern const Command doctor_command;
const Command doctor_command{
    "doctor",
    "[REVISION...]",
    "tell what each revision needs to run, without a database",
    "Reads every revision and runs it against nothing. One that uses a name which orch cannot import needs a "
    "stub "
    "(stub.NAME = ... in the ini) or the fallback (fallback = exec:COMMAND). --verbose lists the others too. "
    "Exit "
    "code 3 where a revision or env.py would not run.",
    "  $ orch doctor\n"
    "  $ orch doctor --verbose\n"
    "  $ orch doctor ae10:head --dialect mysql",
    [](po::options_description& options) {
        options.add_options()("dialect", po::value<std::string>()->value_name("NAME"),
                              "examine for this database instead of the environment's")(
            "arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
