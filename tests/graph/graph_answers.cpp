// The graph room as a program, for graph_oracle.py: a line of JSON with revisions and questions comes in, a
// line with the answers goes out.
//     {"revisions": [{"id", "down", "deps", "labels"}], "questions": [[verb, argument, rows or null]]}
//     {"answers": [{"ok": ...} or {"error": "text"}]}   or   {"error": "text"} when the revisions do not fit
#include "graph/graph.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <iostream>
#include <map>
#include <string>

namespace {

using nlohmann::json;
using orch::graph::Plan;
using orch::graph::Revision;
using orch::graph::RevisionMap;
using Strings = std::vector<std::string>;
using Rows = std::optional<Strings>;

std::vector<Revision> read_revisions(const json& list) {
    std::vector<Revision> revisions;
    for (const json& item : list) {
        Revision revision;
        item.at("id").get_to(revision.id);
        item.at("down").get_to(revision.down_revisions);
        item.at("deps").get_to(revision.depends_on);
        item.at("labels").get_to(revision.branch_labels);
        revisions.push_back(revision);
    }
    return revisions;
}

json write(const Plan& plan) {
    json steps = json::array();
    for (const auto& step : plan) {
        json changes = json::array();
        for (const auto& change : step.changes) changes.push_back({change.from, change.to});
        steps.push_back(
            {{"revision", step.revision}, {"from", step.from}, {"to", step.to}, {"changes", changes}});
    }
    return steps;
}

json answer(const RevisionMap& map, const std::string& verb, const json& argument, const Rows& rows) {
    const Strings table = rows.value_or(Strings());
    const std::string text = argument.is_string() ? argument.get<std::string>() : std::string();
    const std::map<std::string, std::function<json()>> answers = {
        {"heads", [&] { return map.heads(); }},
        {"real_heads", [&] { return map.real_heads(); }},
        {"bases", [&] { return map.bases(); }},
        {"branch_points", [&] { return map.branch_points(); }},
        {"newest_first", [&] { return map.newest_first(); }},
        {"children", [&] { return map.children(text); }},
        {"dependants", [&] { return map.children(text, true); }},
        {"labels", [&] { return map.labels(text); }},
        {"dependencies", [&] { return map.dependencies(text); }},
        {"resolve", [&] { return map.resolve(text, rows); }},
        {"target", [&] { return map.resolve(text, rows); }},
        {"history", [&] { return map.history(text, rows); }},
        {"upgrade", [&] { return write(map.upgrade(argument, table)); }},
        {"downgrade", [&] { return write(map.downgrade(text, table)); }},
        {"stamp", [&] { return write(map.stamp(argument, table)); }},
        {"current", [&] { return map.all_current(table); }},
        {"pending", [&] { return map.pending(table); }},
    };
    return answers.at(verb)();
}

json reply(const json& request) {
    try {
        const RevisionMap map(read_revisions(request.at("revisions")));
        json answers = json::array();
        for (const json& question : request.at("questions")) {
            const Rows rows = question.at(2).is_null() ? Rows() : Rows(question.at(2).get<Strings>());
            try {
                answers.push_back({{"ok", answer(map, question.at(0), question.at(1), rows)}});
            } catch (const orch::Error& error) {
                answers.push_back({{"error", orch::render(error)}});
            }
        }
        return {{"answers", answers}};
    } catch (const orch::Error& error) {
        return {{"error", orch::render(error)}};
    }
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) std::cout << reply(json::parse(line)) << std::endl;
}
