// `orch revision` and `orch merge`: where a new revision goes in the graph and in which folder its file
// lands. The rules are those of Alembic's ScriptDirectory.generate_revision.
#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/difference.hpp"
#include "fleet/fleet.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::fleet {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> parents(const graph::RevisionMap& graph, const RevisionRequest& request) {
    std::vector<std::string> found;
    for (const std::string& name : request.heads) {
        // A merge takes "heads" as all of them; a revision has one parent unless several were given.
        const std::vector<std::string> ids = graph.resolve(name);
        if (!request.merge && ids.size() > 1)
            throw Error(
                Fault::graph,
                fmt::format("there are several heads, and a new revision follows one: {}", quoted_list(ids)))
                .hint("choose one with --head ID, or join them first: orch merge heads -m \"merge\"");
        for (const std::string& id : ids)
            if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
    }
    return found;
}

void check_parents(const graph::RevisionMap& graph, const std::vector<std::string>& ids,
                   const RevisionRequest& request) {
    if (request.merge && ids.size() < 2)
        throw Error(Fault::graph,
                    ids.empty() ? "there is nothing to merge: the tree has no revisions"
                                : fmt::format("there is nothing to merge: only '{}' was named", ids.front()))
            .hint("a merge joins two or more revisions; 'orch heads' shows what there is");
    if (request.splice) return;
    for (const std::string& id : ids)
        if (!graph.is_head(id))
            throw Error(Fault::graph,
                        fmt::format("revision '{}' is no head: something follows it already", id))
                .hint("add --splice to begin a new branch there");
}

void check_id(const graph::RevisionMap& graph, const std::string& id) {
    if (id.empty() || id.find_first_of("@-+/ :\\'\"") != std::string::npos)
        throw Error(Fault::usage, fmt::format("revision id '{}' is not possible", id))
            .hint("an id has none of the characters @ - + : / \\ quotes or space");
    if (graph.contains(id))
        throw Error(Fault::graph, fmt::format("revision '{}' exists already", id)).at(graph.get(id).place);
}

/// Without links, and without the slash that may stand at its end.
fs::path real_folder(const fs::path& path) {
    std::error_code ignored;
    const fs::path real = fs::weakly_canonical(path, ignored);
    return real.has_filename() ? real : real.parent_path();
}

bool same_folder(const fs::path& a, const fs::path& b) { return real_folder(a) == real_folder(b); }

fs::path folder(Environment& environment, const std::vector<std::string>& parents,
                const RevisionRequest& request) {
    const std::vector<fs::path> locations = environment.version_locations();
    std::vector<std::string> names;
    for (const fs::path& location : locations) names.push_back(display_path(location));
    if (request.version_path) {
        const fs::path wanted = fs::absolute(*request.version_path);
        for (const fs::path& location : locations)
            if (same_folder(location, wanted)) return location;
        throw Error(Fault::usage,
                    fmt::format("'{}' is no version location of this environment", *request.version_path))
            .hint(fmt::format("it has {}", quoted_list(names)));
    }
    // Beside its first parent, where that lies in (a folder below) a version location.
    if (!parents.empty()) {
        const fs::path parent = environment.tree().file(parents.front()).path.parent_path();
        for (const fs::path& location : locations) {
            if (same_folder(location, parent)) return location;
            const fs::path below = real_folder(parent).lexically_relative(real_folder(location));
            if (!below.empty() && *below.begin() != ".." &&
                environment.settings().scripts.recursive_version_locations)
                return location;
        }
    }
    if (locations.size() == 1) return locations.front();
    throw Error(
        Fault::usage,
        "this environment has several version locations, and the new revision could go into any of them")
        .hint(fmt::format("choose one with --version-path: {}", quoted_list(names)));
}

/// A branch label stays a label; anything else is written as the full id.
std::vector<std::string> dependencies(const graph::RevisionMap& graph,
                                      const std::vector<std::string>& names) {
    std::vector<std::string> found;
    for (const std::string& name : names) {
        const std::vector<std::string> ids = graph.resolve(name);
        const bool label = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
            const auto& labels = graph.get(id).branch_labels;
            return std::find(labels.begin(), labels.end(), name) != labels.end();
        });
        if (label)
            found.push_back(name);
        else
            found.insert(found.end(), ids.begin(), ids.end());
    }
    return found;
}

/// Throws what a graph with the new revision would be refused for, before the file exists.
void check_graph(const graph::RevisionMap& graph, const script::NewRevision& revision) {
    std::vector<graph::Revision> all;
    for (const std::string& id : graph.newest_first()) {
        all.push_back(graph.get(id));
        for (const std::string& label : revision.branch_labels)
            if (std::count(all.back().branch_labels.begin(), all.back().branch_labels.end(), label) > 0)
                throw Error(Fault::graph,
                            fmt::format("branch label '{}' is taken: revision '{}' has it", label, id))
                    .at(all.back().place)
                    .hint("a label names one branch: choose another, or leave --branch-label out to go on "
                          "with that branch");
    }
    all.push_back({revision.id,
                   revision.down_revisions,
                   revision.depends_on,
                   revision.branch_labels,
                   {},
                   revision.message});
    graph::RevisionMap checked(std::move(all));
}

/// Where the new revision goes in the graph, and its file.
void place(Environment& environment, const RevisionRequest& request, script::NewRevision& revision) {
    const graph::RevisionMap& graph = environment.tree().graph();
    check_id(graph, revision.id);
    revision.down_revisions = parents(graph, request);
    check_parents(graph, revision.down_revisions, request);
    revision.branch_labels = request.branch_labels;
    revision.depends_on = dependencies(graph, request.depends_on);
    revision.version_path = folder(environment, revision.down_revisions, request);
    check_graph(graph, revision);
}

} // namespace

std::optional<fs::path> write_revision(Environment& environment, const RevisionRequest& request) {
    script::NewRevision revision;
    revision.id = request.rev_id.value_or(script::new_revision_id());
    revision.message = request.message;
    revision.sql = request.sql_file;
    place(environment, request, revision);
    if (request.autogenerate) {
        RevisionRequest asked = request;
        if (!autogenerate(environment, asked, revision)) return std::nullopt;
        place(environment, asked, revision); // an env.py may want it elsewhere, and called otherwise
    } else if (environment.revision_environment()) {
        environment.run_environment();
    }
    const script::Settings& scripts = environment.settings().scripts;
    std::error_code problem;
    fs::create_directories(revision.version_path, problem);
    const fs::path path =
        script::write_revision(revision, scripts, environment.context_of_env_py(), request.written);
    environment.reload();
    return path;
}

} // namespace orch::fleet
