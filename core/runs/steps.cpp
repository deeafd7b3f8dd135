#include "runs/steps.hpp"

#include <nlohmann/json.hpp>

namespace orch::runs {

using Json = nlohmann::json;

std::string written(const Frozen& frozen) {
    Json steps = Json::array();
    for (const graph::Step& step : frozen.steps) {
        Json changes = Json::array();
        for (const graph::VersionChange& change : step.changes)
            changes.push_back({static_cast<int>(change.kind), change.from, change.to});
        steps.push_back({{"kind", static_cast<int>(step.kind)},
                         {"revision", step.revision},
                         {"from", step.from},
                         {"to", step.to},
                         {"changes", std::move(changes)}});
    }
    return Json{{"from", frozen.from}, {"steps", std::move(steps)}}.dump();
}

Frozen read_frozen(const std::string& text) {
    try {
        const Json in = Json::parse(text);
        Frozen frozen;
        frozen.from = in.at("from").get<std::vector<std::string>>();
        for (const Json& each : in.at("steps")) {
            graph::Step& step = frozen.steps.emplace_back();
            step.kind = static_cast<graph::Step::Kind>(each.at("kind").get<int>());
            step.revision = each.at("revision").get<std::string>();
            step.from = each.at("from").get<std::vector<std::string>>();
            step.to = each.at("to").get<std::vector<std::string>>();
            for (const Json& change : each.at("changes"))
                step.changes.push_back(
                    {static_cast<decltype(graph::VersionChange::kind)>(change.at(0).get<int>()),
                     change.at(1).get<std::string>(), change.at(2).get<std::string>()});
        }
        return frozen;
    } catch (const Json::exception& problem) {
        throw Error(Fault::system, std::string("the record of this run cannot be read: ") + problem.what());
    }
}

} // namespace orch::runs
