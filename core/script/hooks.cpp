#include "script/hooks.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace orch::script {
namespace {

constexpr std::string_view file_token = "REVISION_SCRIPT_FILENAME";

class ShellWords {
  public:
    ShellWords(std::string_view text, const Place& place) : text_(text), place_(place) {}

    std::vector<std::string> run() {
        while (at_ < text_.size()) step(text_[at_++]);
        end_word();
        return std::move(words_);
    }

  private:
    void step(char c) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return end_word();
        open_ = true;
        if (c == '\'') return quoted('\'', {});
        if (c == '"') return quoted('"', "\"\\");
        if (c == '\\') {
            if (at_ >= text_.size()) throw unclosed("\\");
            c = text_[at_++];
        }
        word_ += c;
    }

    // Inside of double quotes a backslash escapes '"' and itself; inside of single quotes nothing.
    void quoted(char quote, std::string_view escapable) {
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
                escapable.find(text_[at_ + 1]) != std::string_view::npos)
                ++at_;
            word_ += text_[at_++];
        }
        if (at_ >= text_.size()) throw unclosed(std::string(1, quote));
        ++at_;
    }

    void end_word() {
        if (open_) words_.push_back(std::move(word_));
        word_.clear();
        open_ = false;
    }

    Error unclosed(const std::string& what) const {
        Error error(Fault::config, what == "\\" ? "expected a character behind '\\'"
                                                : fmt::format("{} is never closed", what));
        error.at(place_);
        return error;
    }

    std::string_view text_;
    const Place& place_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::string word_;
    bool open_ = false;
};

std::vector<std::string> command(const std::filesystem::path& file, const PostWriteHook& hook) {
    std::string options = hook.options;
    if (options.find(file_token) == std::string::npos) options = fmt::format("{} {}", file_token, options);
    std::vector<std::string> result{hook.executable};
    for (const auto& word : shell_words(options, hook.place))
        result.push_back(replace_all(word, file_token, file.string()));
    return result;
}

// The exit status as waitpid() gives it, or an errno in `problem`.
int spawn_and_wait(const std::vector<std::string>& words, const std::string& cwd, bool to_stderr,
                   int& problem) {
    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (!cwd.empty()) posix_spawn_file_actions_addchdir_np(&actions, cwd.c_str());
    if (to_stderr) posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    problem = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (problem == 0) {
        while (waitpid(child, &status, 0) < 0) {
            if (errno != EINTR) {
                problem = errno;
                break;
            }
        }
    }
    return status;
}

Error failed(const std::filesystem::path& file, const PostWriteHook& hook, const std::string& how) {
    Error error(Fault::config, fmt::format("post write hook '{}' {}", hook.name, how));
    if (hook.place.known()) error.at(hook.place);
    error.note(fmt::format("the new revision '{}' was written and kept", display_path(file)));
    return error;
}

void run_hook(const std::filesystem::path& file, const PostWriteHook& hook, bool to_stderr) {
    log::info("orch.script", fmt::format("Running post write hook '{}'", hook.name));
    int problem = 0;
    int status = spawn_and_wait(command(file, hook), hook.cwd, to_stderr, problem);
    if (problem) {
        throw failed(file, hook, fmt::format("cannot run '{}': {}", hook.executable, std::strerror(problem)))
            .hint("'executable' names a program on PATH or by its full path; 'cwd' must exist");
    }
    if (WIFSIGNALED(status))
        throw failed(file, hook, fmt::format("was ended by signal {}", WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
        throw failed(file, hook, fmt::format("failed with exit code {}", WEXITSTATUS(status)));
}

} // namespace

std::vector<std::string> shell_words(std::string_view text, const Place& place) {
    return ShellWords(text, place).run();
}

void run_hooks(const std::filesystem::path& file, const std::vector<PostWriteHook>& hooks, bool to_stderr) {
    for (const auto& hook : hooks) run_hook(file, hook, to_stderr);
}

} // namespace orch::script
