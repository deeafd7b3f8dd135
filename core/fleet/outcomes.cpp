// What became of each environment, where they go one after another.
#include "base/text.hpp"
#include "fleet/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::fleet {

std::vector<Outcome> for_each(const std::vector<Environment*>& environments,
                              const std::function<void(Environment&)>& work) {
    std::vector<Outcome> outcomes;
    for (const Environment* environment : environments)
        outcomes.push_back({environment->name(), Outcome::not_run, {}});
    for (std::size_t i = 0; i < environments.size(); ++i) {
        try {
            work(*environments[i]);
            outcomes[i].kind = Outcome::done;
        } catch (Error& error) {
            outcomes[i].kind = Outcome::failed;
            outcomes[i].error = error;
            break;
        }
    }
    return outcomes;
}

void check(const std::vector<Outcome>& outcomes) {
    const auto failed = std::find_if(outcomes.begin(), outcomes.end(),
                                     [](const Outcome& o) { return o.kind == Outcome::failed; });
    if (failed == outcomes.end()) return;
    std::vector<std::string> done, left;
    for (const Outcome& outcome : outcomes) {
        if (outcome.kind == Outcome::done) done.push_back(outcome.environment);
        if (outcome.kind == Outcome::not_run) left.push_back(outcome.environment);
    }
    const bool stopped = failed->error->fault() == Fault::interrupted;
    Error error = done.empty() || stopped ? *failed->error : failed->error->as(Fault::partial);
    if (outcomes.size() > 1) error.note(fmt::format("environment '{}' failed", failed->environment));
    if (!done.empty()) error.note(fmt::format("done: {}", quoted_list(done)));
    if (!left.empty()) error.note(fmt::format("not run: {}", quoted_list(left)));
    throw error;
}

} // namespace orch::fleet
