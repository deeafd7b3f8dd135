#include "fleet/adopt.hpp"

#include "base/file.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

std::string line_of(const script::Note& note) {
    if (!note.place.known()) return note.text + "\n";
    return note.place.line > 0 ? fmt::format("{}:{}: {}\n", note.place.file, note.place.line, note.text)
                               : fmt::format("{}: {}\n", note.place.file, note.text);
}

void print_notes(const fleet::Adopted& adopted) {
    bool first = true;
    for (const auto& section : adopted.sections)
        for (const script::Note& note : section.notes) {
            if (first) print("Not carried over:\n");
            first = false;
            print("  " + line_of(note));
        }
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    const fleet::Adopted adopted = fleet::adopt(project);
    if (!invocation.flag("print")) fleet::write(adopted);
    if (invocation.json) {
        Document document("adopt");
        document.adopted(adopted);
        print(document.str());
    } else if (invocation.flag("print")) {
        print(adopted.text);
    } else {
        print(fmt::format("Writing {} ...  done\n", display_path(adopted.file)));
        print_notes(adopted);
    }
    return 0;
}

} // namespace

extern const Command adopt_command;
const Command adopt_command{
    "adopt",
    "",
    "write an orch.ini from an alembic.ini and its env.py",
    "Follows env.py without the application that it may need, and writes what it configures as keys. What "
    "could not "
    "be carried over is listed, in the file too. The files that were read stay as they are.",
    "  $ orch adopt --print\n"
    "  $ orch adopt\n"
    "  $ orch -c alembic.ini adopt",
    [](po::options_description& options) {
        options.add_options()("print", "print the file instead of writing it");
    },
    {},
    run,
};

} // namespace orch::cli
