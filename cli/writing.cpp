#include "writing.hpp"

#include "json.hpp"
#include "words.hpp"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

namespace orch::cli {

namespace {

std::vector<std::string> ids_in(const runner::Tree& tree, const std::filesystem::path& file) {
    std::error_code ignored;
    for (const std::string& id : tree.graph().heads())
        if (std::filesystem::equivalent(tree.file(id).path, file, ignored)) return {id};
    for (const std::string& id : tree.graph().history())
        if (std::filesystem::equivalent(tree.file(id).path, file, ignored)) return {id};
    return {};
}

} // namespace

bool write_revision(const Invocation& invocation, fleet::Environment& environment,
                    fleet::RevisionRequest request) {
    if (!invocation.json) {
        request.written = [&](const std::filesystem::path& file) {
            if (invocation.quiet) return;
            print(fmt::format("Generating {} ...  done\n", file.string()));
            std::fflush(stdout);
        };
        return fleet::write_revision(environment, request).has_value();
    }
    Document document(invocation.command);
    document.environment(environment.name());
    const auto path = fleet::write_revision(environment, request);
    document.revisions("written", environment.tree(),
                       path ? ids_in(environment.tree(), *path) : std::vector<std::string>());
    print(document.str());
    return path.has_value();
}

} // namespace orch::cli
