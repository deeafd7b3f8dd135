// A plan as JSON: written for people, reviews and `orch apply`.
#include "base/file.hpp"
#include "fleet/run.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace orch::fleet {

namespace {

using Json = nlohmann::ordered_json;
using dialect::Impact;
using runner::Move;

constexpr std::array moves = {"upgrade", "downgrade", "stamp"}; ///< as Move::Kind and graph::Step::Kind
constexpr std::array waiting = {"nobody", "writers", "everybody"};

template <std::size_t N>
std::size_t index_of(const std::array<const char*, N>& words, const std::string& word) {
    for (std::size_t i = 0; i < N; ++i)
        if (word == words[i]) return i;
    throw Error(Fault::usage, "unknown word '" + word + "'");
}

Json written(const Impact& impact) {
    Json out = {{"table", impact.table},
                {"waits", waiting[impact.waits]},
                {"rewrites", impact.rewrites},
                {"reads_all", impact.reads_all}};
    if (impact.rows) out["rows"] = *impact.rows;
    if (impact.bytes) out["bytes"] = *impact.bytes;
    return out;
}

Json written(const runner::PlannedStatement& statement) {
    Json out = {{"sql", statement.sql}, {"transactional", statement.transactional}};
    if (statement.origin.known())
        out.update({{"file", statement.origin.file}, {"line", statement.origin.line}});
    if (!statement.impact.empty()) {
        out["impact"] = Json::array();
        for (const Impact& impact : statement.impact) out["impact"].push_back(written(impact));
    }
    return out;
}

Json written(const runner::PlannedStep& step) {
    Json out = {{"kind", moves[step.step.kind]}, {"revision", step.step.revision},
                {"from", step.step.from},        {"to", step.step.to},
                {"title", step.title},           {"script_hash", step.script_hash},
                {"statements", Json::array()}};
    for (const runner::PlannedStatement& statement : step.statements)
        out["statements"].push_back(written(statement));
    if (!step.unsure.empty()) out["unsure"] = step.unsure;
    return out;
}

Json written(const Planned& part) {
    Json out = {{"name", part.environment},
                {"url", part.preview.url},
                {"current", part.preview.current},
                {"waits_for", part.waits_for},
                {"transactional_ddl", part.preview.transactional_ddl},
                {"one_transaction", part.preview.at_once},
                {"steps", Json::array()}};
    for (const runner::PlannedStep& step : part.preview.steps) out["steps"].push_back(written(step));
    return out;
}

runner::PlannedStep read_step(const Json& in) {
    runner::PlannedStep step;
    step.step.kind = static_cast<graph::Step::Kind>(index_of(moves, in.at("kind").get<std::string>()));
    step.step.revision = in.at("revision").get<std::string>();
    step.script_hash = in.at("script_hash").get<std::string>();
    for (const Json& statement : in.at("statements")) {
        runner::PlannedStatement& one = step.statements.emplace_back();
        one.sql = statement.at("sql").get<std::string>();
    }
    return step;
}

Planned read_part(const Json& in) {
    Planned part;
    part.environment = in.at("name").get<std::string>();
    part.preview.url = in.at("url").get<std::string>();
    part.preview.current = in.at("current").get<std::vector<std::string>>();
    for (const Json& step : in.at("steps")) part.preview.steps.push_back(read_step(step));
    return part;
}

} // namespace

std::string as_json(const FrozenPlan& plan) {
    Json out = {
        {"orch", ORCH_VERSION},
        {"command", "plan"},
        {"move",
         {{"kind", moves[plan.move.kind]}, {"targets", plan.move.targets}, {"purge", plan.move.purge}}},
        {"environments", Json::array()}};
    for (const Planned& part : plan.parts) out["environments"].push_back(written(part));
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

FrozenPlan read_plan(const std::filesystem::path& file) {
    const std::string text = read_text(file, Fault::usage);
    try {
        const Json in = Json::parse(text);
        FrozenPlan plan;
        const Json& move = in.at("move");
        plan.move.kind = static_cast<Move::Kind>(index_of(moves, move.at("kind").get<std::string>()));
        plan.move.targets = move.at("targets").get<std::vector<std::string>>();
        plan.move.purge = move.at("purge").get<bool>();
        for (const Json& part : in.at("environments")) plan.parts.push_back(read_part(part));
        return plan;
    } catch (const Json::exception& problem) {
        throw Error(Fault::usage, "'" + display_path(file) + "' is no plan: " + problem.what())
            .hint("'orch plan --out FILE' writes one");
    }
}

} // namespace orch::fleet
