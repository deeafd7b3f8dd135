#include "base/text.hpp"
#include "command.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string or_base(const std::vector<std::string>& ids, const char* none) {
    return ids.empty() ? none : join(ids, ", ");
}

std::vector<std::string> row(fleet::Environment& environment) {
    const graph::RevisionMap& graph = environment.tree().graph();
    std::vector<std::string> current;
    environment.read([&](runner::Session& session) { current = session.current(); });
    const std::size_t pending = graph.pending(current).size();
    return {environment.name(), or_base(current, "<base>"), or_base(graph.heads(), "<none>"),
            pending == 0 ? "up to date" : fmt::format("{} pending", pending)};
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    std::vector<std::vector<std::string>> rows = {{"environment", "current", "head", "state"}};
    std::vector<std::pair<std::string, Error>> failed;
    const auto environments = project.for_reading();
    for (fleet::Environment* environment : environments) {
        try {
            rows.push_back(row(*environment));
        } catch (const Error& error) {
            if (environments.size() == 1) throw;
            rows.push_back({environment->name(), "?", "?", "error: " + error.message()});
            failed.emplace_back(environment->name(), error);
        }
    }
    print(table(rows));
    if (failed.empty()) return 0;
    Error error = failed.front().second;
    error.note(fmt::format("in environment '{}'", failed.front().first));
    if (failed.size() == environments.size()) throw error;
    std::fflush(stdout);
    std::fputs((render(error) + "\n").c_str(), stderr);
    return exit_code(Fault::partial);
}

} // namespace

extern const Command status_command;
const Command status_command{
    "status",
    "",
    "show all environments: where they are, their heads, what is pending",
    "",
    "  $ orch status\n  $ orch -n 'module_*' status",
    nullptr,
    {},
    run,
};

} // namespace orch::cli
