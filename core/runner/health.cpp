#include "runner/health.hpp"

#include "base/text.hpp"
#include "runner/half_applied.hpp"
#include "runner/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace orch::runner {

namespace {

/// Under this name Alembic makes the new form of a table on SQLite, and drops it in the end.
constexpr std::string_view batch_prefix = "_alembic_tmp_";

Finding finding(std::string kind, std::string revision, std::string message) {
    Finding made;
    made.kind = std::move(kind);
    made.revision = std::move(revision);
    made.message = std::move(message);
    return made;
}

/// All that is applied when these rows are there.
std::set<std::string> applied(const graph::RevisionMap& graph, const std::vector<std::string>& rows) {
    std::set<std::string> seen;
    std::vector<std::string> open = rows;
    while (!open.empty()) {
        const std::string id = std::move(open.back());
        open.pop_back();
        if (!seen.insert(id).second) continue;
        const auto add = [&](const std::vector<std::string>& more) {
            open.insert(open.end(), more.begin(), more.end());
        };
        add(graph.get(id).down_revisions);
        add(graph.dependencies(id));
    }
    return seen;
}

} // namespace

Health::Health(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
               dialect::Connection& connection, const dialect::Compiler& compiler)
    : settings_(settings), tree_(tree), dialect_(dialect), connection_(connection), compiler_(compiler),
      versions_(version_table(settings, tree)), journal_(settings, tree.longest_id()) {}

std::vector<Found> Health::look() {
    if (versions_.exists(connection_)) rows_ = versions_.rows(connection_, compiler_);
    if (journal_.exists(connection_)) entries_ = journal_.entries(connection_, compiler_);
    look_at_rows();
    look_at_width();
    look_at_journal();
    look_at_what_comes_next();
    look_at_leftovers();
    look_at_the_database();
    return std::move(found_);
}

std::string Health::story_of(const std::string& revision) const {
    const auto last = std::find_if(entries_.rbegin(), entries_.rend(),
                                   [&](const Journal::Entry& entry) { return entry.revision == revision; });
    if (last == entries_.rend()) return {};
    std::string text = fmt::format("{} {} by {}", last->direction == "stamp" ? "stamped" : "applied",
                                   last->started_at, last->run_by);
    if (!last->git_commit.empty()) text += ", from commit " + last->git_commit;
    return text;
}

void Health::look_at_rows() {
    const graph::RevisionMap& graph = tree_.graph();
    std::map<std::string, int> count;
    for (const std::string& row : rows_) ++count[row];
    for (const auto& [row, times] : count) {
        if (graph.contains(row)) {
            known_.push_back(row);
        } else {
            Found found{
                finding("unknown-revision", row,
                        fmt::format("the version table holds '{}', which is no revision of this tree", row)),
                nullptr, false};
            const std::string story = story_of(row);
            found.finding.hint = (story.empty() ? "" : story + "; ") +
                                 std::string("fetch the missing revision file, or choose the environment "
                                             "that this database belongs to");
            add(std::move(found));
        }
        if (times == 1) continue;
        Found found{
            finding("duplicate-rows", row, fmt::format("the version table holds '{}' {} times", row, times)),
            nullptr, false};
        found.finding.mend = Finding::asks;
        found.finding.remedy = "keep one of these rows";
        found.mend = [this, id = row](Online& online) {
            online.run(versions_.change({graph::VersionChange::remove, id, {}}, online.compiler()));
            online.run(versions_.change({graph::VersionChange::insert, {}, id}, online.compiler()));
        };
        add(std::move(found));
    }
    for (const std::string& below : known_)
        for (const std::string& above : known_) {
            if (below == above || !graph.is_ancestor(below, above)) continue;
            Found found{finding("overlapping-rows", below,
                                fmt::format("the version table holds '{}' beside '{}', which stands above it",
                                            below, above)),
                        nullptr, false};
            found.finding.mend = Finding::asks;
            found.finding.remedy = fmt::format("remove the row '{}'", below);
            found.mend = [this, id = below](Online& online) {
                online.run(versions_.change({graph::VersionChange::remove, id, {}}, online.compiler()));
            };
            add(std::move(found));
            break;
        }
}

void Health::look_at_width() {
    if (dialect_.traits().batch_rebuilds || !versions_.exists(connection_)) return;
    auto statements = versions_.widen(connection_, compiler_);
    if (statements.empty()) return;
    Found found{finding("narrow-version-column", {},
                        fmt::format("column version_num of '{}' is too narrow for the ids of this tree, the "
                                    "longest of which has {} characters",
                                    settings_.context.version_table, tree_.longest_id())),
                nullptr, false};
    found.finding.mend = Finding::safe;
    found.finding.remedy = "widen the column";
    found.mend = [statements = std::move(statements)](Online& online) {
        for (const dialect::Statement& statement : statements) online.run(statement);
    };
    add(std::move(found));
}

void Health::look_at_journal() {
    const graph::RevisionMap& graph = tree_.graph();
    const std::set<std::string> there = applied(graph, known_);
    std::map<std::string, const Journal::Entry*> last;
    for (const Journal::Entry& entry : entries_)
        if (!entry.revision.empty()) last[entry.revision] = &entry;
    for (const auto& [id, entry] : last) {
        if (entry->direction == "downgrade") continue;
        if (!graph.contains(id)) {
            // A row that is no revision is told already.
            if (std::find(rows_.begin(), rows_.end(), id) != rows_.end()) continue;
            Found found{
                finding("missing-file", id,
                        fmt::format("revision '{}' was applied, and its file is not in the tree", id)),
                nullptr, false};
            found.finding.hint =
                story_of(id) + "; fetch the file, or leave it if other revisions have taken its place";
            add(std::move(found));
            continue;
        }
        if (!there.contains(id) || entry->script_hash.empty()) continue;
        const script::RevisionFile& file = tree_.file(id);
        const std::string now = fingerprint(file);
        if (now == entry->script_hash) continue;
        Found found{
            finding("edited", id, fmt::format("revision '{}' was edited after it had been applied", id)),
            nullptr, false};
        found.finding.place = Place{file.path.string(), file.head.place.line, 0, 1, {}};
        found.finding.hint = story_of(id) + "; give the file its earlier text back and put the change into a "
                                            "new revision";
        found.finding.mend = Finding::asks;
        found.finding.remedy = "take the revision as it is now";
        found.mend = [this, id = id, now](Online& online) {
            journal_.open(connection_, online);
            journal_.accept(id, now, online);
        };
        add(std::move(found));
    }
}

void Health::look_at_what_comes_next() {
    if (!known_.empty() && known_.size() != rows_.size()) return; // nobody knows what comes next
    if (known_.empty() && !rows_.empty()) return;
    for (HalfApplied& half : half_applied(settings_, tree_, dialect_, connection_, known_)) {
        const bool all = half.present.size() == half.of;
        Found found{
            finding(all ? "applied-without-version" : "half-applied", half.revision,
                    all ? fmt::format("revision '{}' is not applied, and all that it makes is there: {}",
                                      half.revision, join(half.present, ", "))
                        : fmt::format("revision '{}' is not applied, and {} of the {} changes that it makes "
                                      "{} there: {}",
                                      half.revision, half.present.size(), half.of,
                                      half.present.size() == 1 ? "is" : "are", join(half.present, ", "))),
            nullptr, false};
        found.finding.hint =
            all ? fmt::format("if it ran, say so: 'orch stamp {}'; else take these out of the database",
                              half.revision)
                : fmt::format("a run may have ended in its middle: take these back by hand and run the "
                              "upgrade, or do the rest by hand and say 'orch stamp {}'",
                              half.revision);
        add(std::move(found));
    }
}

void Health::look_at_leftovers() {
    const std::vector<std::string> tables = connection_.table_names(std::nullopt);
    for (const std::string& name : tables) {
        if (!name.starts_with(batch_prefix)) continue;
        const std::string original = name.substr(batch_prefix.size());
        const bool there = std::find(tables.begin(), tables.end(), original) != tables.end();
        Found found{finding("left-over-table", {},
                            there ? fmt::format("table '{}' was left by a run that ended while it made '{}' "
                                                "anew",
                                                name, original)
                                  : fmt::format("table '{}' has taken the place of '{}' and not its name: a "
                                                "run ended in between",
                                                name, original)),
                    nullptr, false};
        found.finding.mend = Finding::asks;
        found.finding.remedy = there ? fmt::format("drop '{}'; '{}' has all rows", name, original)
                                     : fmt::format("rename it to '{}'", original);
        ops::Action action = there ? ops::Action(ops::DropTable{name, {}, false, {}})
                                   : ops::Action(ops::RenameTable{name, original, {}});
        found.mend = [action = std::move(action)](Online& online) { online.apply({action, {}}); };
        add(std::move(found));
    }
}

void Health::look_at_the_database() {
    for (dialect::Defect& defect : connection_.defects(settings_.context.version_table)) {
        Found found{finding(std::move(defect.kind), {}, std::move(defect.message)), nullptr, true};
        found.finding.hint = std::move(defect.hint);
        found.finding.harmless = defect.harmless;
        if (!defect.mend.empty()) {
            found.finding.mend = Finding::asks;
            found.finding.remedy = std::move(defect.remedy);
            found.mend = [statements = std::move(defect.mend)](Online& online) {
                for (const dialect::Statement& statement : statements) online.run(statement);
            };
        }
        add(std::move(found));
    }
}

} // namespace orch::runner
