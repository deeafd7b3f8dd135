#include "runner/fallback.hpp"

#include "script/examine.hpp"

#include "base/command_line.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" char** environ;

namespace orch::runner {

namespace {

// The words behind COMMAND: a downgrade names the revision's own branch, so that others above the same parent
// stay.
std::vector<std::string> words_for(const graph::Step& step, const Tree& tree) {
    if (step.kind == graph::Step::upgrade) return {"upgrade", step.revision};
    const auto& parents = tree.file(step.revision).head.down_revisions;
    return {"downgrade", fmt::format("{}@{}", step.revision, parents.empty() ? "base" : parents.front())};
}

/// Runs a shell command with words behind it and gives its wait status.
int run_shell(const std::string& command, const std::vector<std::string>& words,
              const std::filesystem::path& folder) {
    std::string script = fmt::format("cd \"$1\" || exit 127; shift; {} \"$@\"", command);
    std::vector<std::string> texts{"sh", "-c", std::move(script), "orch", folder.native()};
    texts.insert(texts.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (std::string& text : texts) arguments.push_back(text.data());
    arguments.push_back(nullptr);
    // Standard output may belong to a document.
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    const int error = posix_spawn(&child, "/bin/sh", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw Error(Fault::system, fmt::format("cannot start '/bin/sh': {}", std::strerror(error)));
    // Ctrl-C reaches it by itself.
    const interrupt::Guard guard([child] {
        if (interrupt::received() == SIGTERM) kill(child, SIGTERM);
    });
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

Fallback::Fallback(const Settings& settings, const Tree& tree, std::string dialect)
    : settings_(settings), tree_(tree), dialect_(std::move(dialect)) {}

const Error* Fallback::reason(const graph::Step& step) {
    if (!settings_.fallback || step.kind == graph::Step::stamp) return nullptr;
    const auto key = std::pair(step.revision, step.kind);
    auto found = examined_.find(key);
    if (found == examined_.end()) {
        const auto direction =
            step.kind == graph::Step::upgrade ? script::Direction::upgrade : script::Direction::downgrade;
        const script::Examination examination = script::examine(
            tree_.file(step.revision), direction, settings_.scripts, settings_.context, dialect_);
        const bool cannot = examination.need >= script::Need::stubs && !examination.reasons.empty();
        found =
            examined_.emplace(key, cannot ? std::optional(examination.reasons.front()) : std::nullopt).first;
    }
    return found->second ? &*found->second : nullptr;
}

bool Fallback::needed(const graph::Plan& plan) {
    return std::any_of(plan.begin(), plan.end(),
                       [&](const graph::Step& step) { return reason(step) != nullptr; });
}

void Fallback::run(const graph::Step& step) {
    const std::vector<std::string> words = words_for(step, tree_);
    const std::string shown = fmt::format("{} {}", mask_command(*settings_.fallback), join(words, " "));
    log::info(settings_.logger, fmt::format("Running {}, by '{}'", describe(step, tree_), shown));
    const std::filesystem::path folder = settings_.context.config_file.parent_path();
    const int status = run_shell(*settings_.fallback, words, folder.empty() ? "." : folder);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (interrupt::received() != 0)
        throw interrupt::error().note(
            fmt::format("while the fallback command ran {}", describe(step, tree_)));
    Error error(
        Fault::script,
        WIFEXITED(status)
            ? fmt::format("the fallback command '{}' ended with exit code {}", shown, WEXITSTATUS(status))
            : fmt::format("the fallback command '{}' was killed by signal {}", shown, WTERMSIG(status)));
    error.hint("what it said stands above; try it by hand in the folder of the configuration file");
    error.note(
        fmt::format("while running {} in environment '{}'", describe(step, tree_), settings_.environment));
    throw error;
}

} // namespace orch::runner
