#include "autogen/process.hpp"

#include "base/command_line.hpp"
#include "base/error.hpp"
#include "script/script.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace orch::autogen {

namespace {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

  private:
    int number_;
};

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got == 0) return text;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            throw Error(Fault::system,
                        fmt::format("cannot read what a command prints: {}", std::strerror(errno)));
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

std::string output_of(const std::string& command, const std::filesystem::path& folder) {
    const std::vector<std::string> words = script::shell_words(command, {});
    if (words.empty()) throw Error(Fault::config, "target_metadata: expected a command after 'exec:'");
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw Error(Fault::system, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    Descriptor reader(ends[0]), writer(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writer.number(), STDOUT_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    pid_t child = 0;
    const int problem = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0)
        throw Error(Fault::config, fmt::format("cannot run '{}': {}", words.front(), std::strerror(problem)))
            .hint("the first word after 'exec:' names a program on PATH or by its path");
    writer.close();
    std::string text;
    try {
        text = read_all(reader.number());
    } catch (const Error&) {
        reader.close();
        wait_for(child);
        throw;
    }
    const int status = wait_for(child);
    if (WIFSIGNALED(status))
        throw Error(Fault::script,
                    fmt::format("'{}' was ended by signal {}", mask_command(command), WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
        throw Error(Fault::script,
                    fmt::format("'{}' failed with exit code {}", mask_command(command), WEXITSTATUS(status)));
    return text;
}

} // namespace orch::autogen
