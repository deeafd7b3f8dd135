#include "words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string parents(const graph::Revision& revision) {
    return revision.down_revisions.empty() ? "<base>" : join(revision.down_revisions, ", ");
}

} // namespace

std::string line(const runner::Tree& tree, const std::string& id, const Shown& shown) {
    const graph::RevisionMap& graph = tree.graph();
    const graph::Revision& revision = graph.get(id);
    std::string text = id;
    if (shown.parents) {
        // Dependencies are shown as they are written, labels and all, as Alembic shows them.
        text = revision.depends_on.empty()
                   ? fmt::format("{} -> {}", parents(revision), id)
                   : fmt::format("{} ({}) -> {}", parents(revision), join(revision.depends_on, ", "), id);
    }
    if (shown.branches)
        if (const auto labels = graph.labels(id); !labels.empty())
            text += fmt::format(" ({})", join(labels, ", "));
    if (graph.is_real_head(id))
        text += " (head)";
    else if (graph.is_head(id))
        text += " (effective head)";
    if (shown.current) text += " (current)";
    if (shown.tree && graph.is_branch_point(id)) text += " (branchpoint)";
    if (shown.tree && graph.is_merge_point(id)) text += " (mergepoint)";
    if (shown.doc) text += ", " + revision.doc;
    return text;
}

std::string block(const runner::Tree& tree, const std::string& id, bool current) {
    const graph::RevisionMap& graph = tree.graph();
    const graph::Revision& revision = graph.get(id);
    const script::RevisionFile& file = tree.file(id);
    std::string text =
        fmt::format("Rev: {}{}{}{}{}\n", id, graph.is_head(id) ? " (head)" : "",
                    graph.is_branch_point(id) ? " (branchpoint)" : "",
                    graph.is_merge_point(id) ? " (mergepoint)" : "", current ? " (current)" : "");
    text += fmt::format("{}: {}\n", graph.is_merge_point(id) ? "Merges" : "Parent", parents(revision));
    if (!revision.depends_on.empty())
        text += fmt::format("Also depends on: {}\n", join(revision.depends_on, ", "));
    if (graph.is_branch_point(id)) text += fmt::format("Branches into: {}\n", join(graph.children(id), ", "));
    if (const auto labels = graph.labels(id); !labels.empty())
        text += fmt::format("Branch names: {}\n", join(labels, ", "));
    text += fmt::format("Path: {}\n\n", file.path.string());
    const std::string_view doc = trim(file.long_doc);
    for (const std::string& paragraph : split(doc, '\n'))
        text += doc.empty() ? "\n" : fmt::format("    {}\n", paragraph);
    return text;
}

void print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
        throw Error(Fault::system, fmt::format("cannot write to standard output: {}", std::strerror(errno)));
}

void print_heading(const fleet::Environment& environment, std::size_t of) {
    if (of > 1) print(fmt::format("[{}]\n", environment.name()));
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], code_points(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text += std::string(widths[i] - code_points(row[i]) + 2, ' ');
        }
        text += '\n';
    }
    return text;
}

} // namespace orch::cli
