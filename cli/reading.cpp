#include "reading.hpp"

#include "words.hpp"

namespace orch::cli {

void read_each(const Invocation& invocation, const std::function<void(fleet::Environment&)>& text,
               const std::function<void(fleet::Environment&, Document&)>& fill, bool databases) {
    fleet::Project project(invocation.options);
    const auto environments = databases ? project.for_looking() : project.for_reading();
    if (!invocation.json) {
        for (fleet::Environment* environment : environments) {
            print_heading(*environment, environments.size());
            text(*environment);
        }
        return;
    }
    Document document(invocation.command);
    std::vector<fleet::Outcome> outcomes;
    for (fleet::Environment* environment : environments) {
        document.environment(environment->name());
        outcomes.push_back({environment->name(), fleet::Outcome::done, {}});
        try {
            fill(*environment, document);
        } catch (const Error& error) {
            document.error(error);
            outcomes.back() = {environment->name(), fleet::Outcome::failed, error};
        }
    }
    print(document.str());
    fleet::check(outcomes);
}

} // namespace orch::cli
