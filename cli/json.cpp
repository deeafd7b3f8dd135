#include "json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace orch::cli {

using Json = nlohmann::ordered_json;

struct Document::Implementation {
    Json root;
    Json* here = &root; ///< the environment's entry, or the root
};

Document::Document(std::string_view command) : self_(new Implementation) {
    self_->root["orch"] = ORCH_VERSION;
    self_->root["command"] = std::string(command);
}

Document::~Document() = default;

void Document::environment(const std::string& name) {
    Json& all = self_->root["environments"];
    all.push_back(Json{{"name", name}});
    self_->here = &all.back();
}

void Document::text(std::string_view key, std::string_view value) {
    (*self_->here)[std::string(key)] = std::string(value);
}
void Document::number(std::string_view key, std::int64_t value) { (*self_->here)[std::string(key)] = value; }
void Document::flag(std::string_view key, bool value) { (*self_->here)[std::string(key)] = value; }
void Document::texts(std::string_view key, const std::vector<std::string>& values) {
    (*self_->here)[std::string(key)] = values;
}

void Document::revisions(std::string_view key, const runner::Tree& tree, const std::vector<std::string>& ids,
                         const std::vector<std::string>& current) {
    const graph::RevisionMap& graph = tree.graph();
    Json list = Json::array();
    for (const std::string& id : ids) {
        const graph::Revision& revision = graph.get(id);
        list.push_back({{"revision", id},
                        {"down_revisions", revision.down_revisions},
                        {"depends_on", graph.dependencies(id)},
                        {"branch_labels", graph.labels(id)},
                        {"head", graph.is_real_head(id)},
                        {"branch_point", graph.is_branch_point(id)},
                        {"merge_point", graph.is_merge_point(id)},
                        {"current", std::find(current.begin(), current.end(), id) != current.end()},
                        {"message", revision.doc},
                        {"path", tree.file(id).path.string()}});
    }
    (*self_->here)[std::string(key)] = std::move(list);
}

void Document::differences(std::string_view key, const std::vector<fleet::Difference>& differences) {
    Json list = Json::array();
    for (const fleet::Difference& difference : differences)
        list.push_back({{"kind", difference.kind},
                        {"operation", difference.operation},
                        {"summary", difference.summary}});
    (*self_->here)[std::string(key)] = std::move(list);
}

void Document::summary(const runner::Summary& summary, bool known) {
    Json steps = Json::array();
    for (const graph::Step& step : summary.steps) {
        const char* kind = step.kind == graph::Step::upgrade     ? "upgrade"
                           : step.kind == graph::Step::downgrade ? "downgrade"
                                                                 : "stamp";
        steps.push_back({{"kind", kind}, {"revision", step.revision}, {"from", step.from}, {"to", step.to}});
    }
    (*self_->here)["steps"] = std::move(steps);
    if (known) (*self_->here)["current"] = summary.current;
}

namespace {

Json described(const Error& error) {
    Json out = {{"message", error.message()}, {"exit_code", exit_code(error.fault())}};
    if (const auto& place = error.place())
        out.update({{"file", place->file}, {"line", place->line}, {"column", place->column}});
    if (!error.hint().empty()) out["hint"] = error.hint();
    if (!error.notes().empty()) out["notes"] = error.notes();
    if (!error.statement().empty()) out["sql"] = error.statement();
    if (!error.state().empty()) out["state"] = error.state();
    return out;
}

} // namespace

void Document::error(const Error& error) { (*self_->here)["error"] = described(error); }

void Document::run(const runs::Run& run) {
    Json one = {{"id", run.id}, {"started_at", run.started_at}, {"run_by", run.run_by}};
    one["ended_at"] = run.ended_at.empty() ? Json() : Json(run.ended_at);
    one["revisions"] = run.move.targets;
    for (const auto state :
         {runs::Target::waiting, runs::Target::running, runs::Target::done, runs::Target::failed})
        one[runs::word(state)] = run.count(state);
    self_->root["runs"].push_back(std::move(one));
}

void Document::targets(const runs::Run& run) {
    Json list = Json::array();
    for (const runs::Target& target : run.targets) {
        Json one = {{"name", target.name}, {"state", runs::word(target.state)}};
        if (target.steps) {
            one["from"] = target.from;
            one["steps"] = Json::array();
            for (const graph::Step& step : *target.steps) one["steps"].push_back(step.revision);
        }
        if (!target.error.empty()) one["error"] = target.error;
        list.push_back(std::move(one));
    }
    self_->root["targets"] = std::move(list);
}

namespace {

Json described(const runner::Finding& finding) {
    Json out = {{"kind", finding.kind}, {"message", finding.message}};
    if (!finding.revision.empty()) out["revision"] = finding.revision;
    if (finding.place) out["file"] = finding.place->file;
    if (!finding.hint.empty()) out["hint"] = finding.hint;
    if (finding.mend != runner::Finding::none) {
        out["remedy"] = finding.remedy;
        out["asks"] = finding.mend == runner::Finding::asks;
    }
    out["harmless"] = finding.harmless;
    return out;
}

} // namespace

void Document::findings(const std::vector<runner::Finding>& findings) {
    Json list = Json::array();
    for (const runner::Finding& finding : findings) list.push_back(described(finding));
    (*self_->here)["findings"] = std::move(list);
}

void Document::repairs(const std::vector<runner::Repair>& repairs) {
    Json list = Json::array();
    for (const runner::Repair& repair : repairs) {
        Json one = described(repair.finding);
        const bool mended = repair.outcome == runner::Repair::mended;
        one["outcome"] = mended                                       ? "mended"
                         : repair.outcome == runner::Repair::declined ? "declined"
                         : repair.outcome == runner::Repair::failed   ? "failed"
                                                                      : "left";
        if (repair.error) one["error"] = described(*repair.error);
        list.push_back(std::move(one));
    }
    (*self_->here)["findings"] = std::move(list);
}

void Document::plugins(const std::vector<dialect::PluginReport>& reports) {
    Json list = Json::array();
    for (const dialect::PluginReport& report : reports) {
        Json one = {{"file", report.file.string()}, {"usable", report.usable}};
        if (report.usable)
            one.update({{"name", report.name},
                        {"version", report.version},
                        {"library", report.library},
                        {"schemes", report.schemes},
                        {"build_tag", report.build_tag},
                        {"features", report.features}});
        else
            one["problem"] = report.problem;
        list.push_back(std::move(one));
    }
    self_->root["plugins"] = std::move(list);
}

void Document::verdicts(const std::vector<conformance::Verdict>& verdicts) {
    Json list = Json::array();
    for (const conformance::Verdict& each : verdicts)
        list.push_back({{"area", each.area},
                        {"name", each.name},
                        {"outcome", conformance::word(each.outcome)},
                        {"why", each.why}});
    self_->root["checks"] = std::move(list);
}

void Document::sql(const std::string& revision, const std::string& file,
                   const std::optional<std::string>& sql, const std::optional<Error>& error) {
    Json row = {{"revision", revision}, {"file", file}, {"sql", nullptr}, {"error", nullptr}};
    if (sql) row["sql"] = *sql;
    if (error) row["error"] = render(*error);
    self_->root["revisions"].push_back(std::move(row));
}

void Document::diagnosis(const fleet::Diagnosis& diagnosis) {
    Json& here = *self_->here;
    here["dialect"] = diagnosis.dialect;
    if (diagnosis.environment) here["env_py"] = described(*diagnosis.environment);
    Json list = Json::array(), counts = Json::object();
    for (const script::Need need :
         {script::Need::nothing, script::Need::stand_ins, script::Need::stubs, script::Need::fallback})
        counts[std::string(script::word(need))] = diagnosis.count(need);
    for (const auto& [id, path, found] : diagnosis.revisions) {
        Json reasons = Json::array(), clocks = Json::array();
        for (const Error& error : found.reasons) reasons.push_back(described(error));
        for (const auto& read : found.irreproducible) clocks.push_back(read.what);
        list.push_back({{"revision", id},
                        {"path", path.string()},
                        {"need", std::string(script::word(found.need))},
                        {"stand_ins", found.stand_ins},
                        {"stubs", found.declared},
                        {"missing", found.missing},
                        {"reads", found.reads},
                        {"irreproducible", std::move(clocks)},
                        {"reasons", std::move(reasons)}});
    }
    here["counts"] = std::move(counts);
    here["revisions"] = std::move(list);
}

void Document::adopted(const fleet::Adopted& adopted) {
    self_->root["file"] = adopted.file.string();
    for (const auto& section : adopted.sections) {
        environment(section.name);
        Json keys = Json::object(), notes = Json::array();
        for (const auto& [key, value] : section.keys) keys[key] = value;
        for (const script::Note& note : section.notes)
            notes.push_back({{"message", note.text}, {"file", note.place.file}, {"line", note.place.line}});
        (*self_->here)["keys"] = std::move(keys);
        (*self_->here)["notes"] = std::move(notes);
    }
}

std::string Document::str() const {
    return self_->root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace orch::cli
