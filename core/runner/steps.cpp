#include "runner/steps.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace orch::runner {

VersionTable version_table(const Settings& settings, const Tree& tree) {
    return {settings.context.version_table, settings.context.version_table_schema, settings.version_table_pk,
            tree.longest_id()};
}

namespace {

script::Direction direction(const graph::Step& step) {
    return step.kind == graph::Step::upgrade ? script::Direction::upgrade : script::Direction::downgrade;
}

} // namespace

namespace {

/// A script that is watched. The watch ends with it, however it ends: a step that is tried again has a new
/// one.
class Watched {
  public:
    Watched(Executor& executor, const Watch& watch) : executor_(executor) {
        executor.hash_into(watch.hash);
        executor.guard_with(watch.open);
    }
    ~Watched() {
        executor_.hash_into(nullptr);
        executor_.guard_with(nullptr);
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

  private:
    Executor& executor_;
};

} // namespace

namespace {

constexpr std::string_view says_which = "while running ";

/// An error that comes late has the note of its own step.
void say_which(Error& error, const std::string& note) {
    const bool said = std::ranges::any_of(
        error.notes(), [](const std::string& each) { return each.starts_with(says_which); });
    if (!said) error.note(note);
}

/// Exactly one row must change: one that somebody else moved must not be overwritten.
dialect::Answer one_row(std::string row, std::string table, std::string note) {
    const auto done = [row = std::move(row), table = std::move(table)](const sql::Result& result) {
        if (result.affected < 0 || result.affected == 1) return;
        throw Error(Fault::database, fmt::format("expected one row '{}' in version table '{}', found {}", row,
                                                 table, result.affected))
            .hint("another program changes this version table; see 'orch current', then run the "
                  "command again");
    };
    return {done, [note = std::move(note)](Error& error) { say_which(error, note); }, {}, 1};
}

} // namespace

void carry_out(const graph::Step& step, const Settings& settings, const Tree& tree,
               const VersionTable& versions, Executor& executor, const Watch& watch) {
    const std::string what = describe(step, tree);
    const std::string note = fmt::format("{}{} in environment '{}'", says_which, what, settings.environment);
    executor.running(note, step.kind == graph::Step::stamp ? "" : tree.file(step.revision).head.place.file);
    log::write(settings.announces ? log::Level::info : log::Level::debug, settings.logger, "Running " + what);
    executor.comment("Running " + what);
    if (settings.watch) settings.watch(step.revision, {});
    try {
        if (step.kind != graph::Step::stamp) {
            const Watched watched(executor, watch);
            script::run(tree.file(step.revision), direction(step), settings.scripts, settings.context,
                        executor);
        }
        if (watch.open) watch.open->ensure_transaction();
        for (const graph::VersionChange& change : step.changes) {
            const std::string& row = change.kind == graph::VersionChange::insert ? change.to : change.from;
            executor.queue(versions.change(change, executor.compiler()), one_row(row, versions.name(), note));
        }
    } catch (Error& error) {
        say_which(error, note);
        throw;
    }
}

std::string describe(const graph::Step& step, const Tree& tree) {
    const char* word = step.kind == graph::Step::upgrade     ? "upgrade"
                       : step.kind == graph::Step::downgrade ? "downgrade"
                                                             : "stamp_revision";
    std::string text = fmt::format("{} {} -> {}", word, join(step.from, ", "), join(step.to, ", "));
    if (step.kind == graph::Step::stamp) return text;
    const std::string& title = tree.file(step.revision).head.doc;
    return title.empty() ? text : text + ", " + title;
}

} // namespace orch::runner
