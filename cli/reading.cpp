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
    for (fleet::Environment* environment : environments) {
        document.environment(environment->name());
        fill(*environment, document);
    }
    print(document.str());
}

} // namespace orch::cli
