#include "graph/names.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::graph {

namespace {

/// Alembic's rule: these characters have a meaning in the names of revisions. (1.8 still let ':' pass.)
constexpr std::string_view reserved_characters = "@+-:";

/// A hint with more names than this is no help.
constexpr std::size_t most_suggested = 3;

void check_id(const Revision& revision) {
    if (revision.id.empty()) throw Error(Fault::graph, "a revision has an empty id").at(revision.place);
    const auto bad = revision.id.find_first_of(reserved_characters);
    if (bad == std::string::npos) return;
    throw Error(Fault::graph, fmt::format("character '{}' is not allowed in the revision id '{}'",
                                          revision.id[bad], revision.id))
        .at(revision.place)
        .hint("'@', '+', '-' and ':' have a meaning where revisions are named, as in 'label@head' and "
              "'ae10+2'");
}

} // namespace

std::string describe(const Place& place) {
    if (place.line <= 0) return place.file;
    return fmt::format("{}:{}", place.file, place.line);
}

Names::Names(const std::vector<Revision>& revisions) : revisions_(revisions) {
    add_ids();
    for (Vertex vertex = 0; vertex < revisions_.size(); ++vertex) add_labels(vertex);
}

void Names::add_ids() {
    ids_.reserve(revisions_.size());
    for (Vertex vertex = 0; vertex < revisions_.size(); ++vertex) {
        const Revision& revision = revisions_[vertex];
        check_id(revision);
        const auto [found, added] = ids_.emplace(revision.id, vertex);
        if (added) continue;
        Error error(Fault::graph, fmt::format("revision id '{}' is used twice", revision.id));
        error.at(revision.place).hint("give one of the two another id, or remove the copy");
        if (const Place& other = revisions_[found->second].place; other.known())
            error.note(fmt::format("'{}' is also in {}", revision.id, describe(other)));
        throw error;
    }
}

void Names::add_labels(Vertex vertex) {
    const Revision& revision = revisions_[vertex];
    for (const std::string& label : revision.branch_labels) {
        if (const auto other = id(label))
            throw Error(
                Fault::graph,
                fmt::format("branch label '{}' of revision '{}' is the id of a revision", label, revision.id))
                .at(revision.place)
                .note(fmt::format("revision '{}' is in {}", label, describe(revisions_[*other].place)));
        const auto [found, added] = labels_.emplace(label, vertex);
        if (added || found->second == vertex) continue;
        const Revision& other = revisions_[found->second];
        throw Error(Fault::graph, fmt::format("branch label '{}' is used by the revisions '{}' and '{}'",
                                              label, other.id, revision.id))
            .at(revision.place)
            .hint("a label names one branch: keep it on the first revision of that branch only")
            .note(fmt::format("revision '{}' is in {}", other.id, describe(other.place)));
    }
}

std::optional<Vertex> Names::id(std::string_view text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Vertex> Names::id_or_label(std::string_view text) const {
    if (const auto vertex = id(text)) return vertex;
    const auto found = labels_.find(text);
    return found == labels_.end() ? std::nullopt : std::optional(found->second);
}

Vertices Names::with_prefix(std::string_view prefix) const {
    const auto by_text = [](const Key& key, std::string_view text) { return key.text < text; };
    std::call_once(sorted_once_, [&] {
        for (const auto* keys : {&ids_, &labels_})
            for (const auto& [text, vertex] : *keys) sorted_.push_back({text, vertex});
        std::sort(sorted_.begin(), sorted_.end(), [](const Key& a, const Key& b) { return a.text < b.text; });
    });
    Vertices found;
    auto at = std::lower_bound(sorted_.begin(), sorted_.end(), prefix, by_text);
    for (; at != sorted_.end() && at->text.starts_with(prefix); ++at)
        if (at->text.size() > 3) found.push_back(at->vertex);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::string Names::did_you_mean(std::string_view text, const Revision* except) const {
    std::vector<std::string> keys;
    for (const auto* names : {&ids_, &labels_})
        for (const auto& [key, vertex] : *names)
            if (&revisions_[vertex] != except) keys.emplace_back(key);
    std::sort(keys.begin(), keys.end());
    if (const auto found = nearest(text, keys)) return fmt::format("did you mean '{}'?", *found);
    // Somebody who types "ae2" looks for an id that begins like it: "ae1027a6acf".
    for (std::size_t shared = std::min<std::size_t>(text.size(), 40); shared-- > 2;) {
        std::vector<std::string> ids;
        for (const Vertex vertex : with_prefix(text.substr(0, shared)))
            if (&revisions_[vertex] != except) ids.push_back(revisions_[vertex].id);
        if (ids.empty()) continue;
        return ids.size() > most_suggested ? std::string()
                                           : fmt::format("did you mean '{}'?", join(ids, "' or '"));
    }
    return {};
}

} // namespace orch::graph
