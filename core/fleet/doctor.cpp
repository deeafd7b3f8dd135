#include "fleet/doctor.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace orch::fleet {

namespace {

/// What holds for the revisions after env.py had its say, where it has one that runs.
struct Known {
    runner::Settings settings;
    std::optional<std::string> dialect;
};

Known known(Environment& environment, Diagnosis& diagnosis) {
    Known result{environment.settings(), {}};
    try {
        environment.offline([&](const runner::Settings& settings, const dialect::Dialect& dialect) {
            result = {settings, dialect.traits().name};
            result.settings.version_applied = nullptr; // it belongs to the env.py, which ends here
        });
    } catch (const Error& error) {
        // An environment without a URL can be examined all the same.
        if (error.fault() == Fault::script)
            diagnosis.environment = error;
        else
            log::debug("orch.doctor", error.message());
    }
    return result;
}

} // namespace

std::size_t Diagnosis::count(script::Need need) const {
    return static_cast<std::size_t>(
        std::count_if(revisions.begin(), revisions.end(),
                      [&](const Revision& revision) { return revision.found.need == need; }));
}

bool Diagnosis::stops() const {
    if (environment) return true;
    return !has_fallback && count(script::Need::stubs) + count(script::Need::fallback) > 0;
}

Diagnosis diagnose(Environment& environment, const std::vector<std::string>& revisions,
                   const std::optional<std::string>& dialect) {
    Diagnosis diagnosis;
    const runner::Tree& tree = environment.tree();
    std::vector<std::string> ids = revisions;
    if (ids.empty())
        for (const graph::Step& step : tree.graph().upgrade({"heads"}, {})) ids.push_back(step.revision);
    const Known known = fleet::known(environment, diagnosis);
    diagnosis.has_fallback = known.settings.fallback.has_value();
    diagnosis.dialect = dialect ? *dialect : known.dialect.value_or("postgresql");
    for (const std::string& id : ids) {
        const script::RevisionFile& file = tree.file(id);
        diagnosis.revisions.push_back(
            {id, file.path,
             script::examine(file, known.settings.scripts, known.settings.context, diagnosis.dialect)});
    }
    return diagnosis;
}

} // namespace orch::fleet
