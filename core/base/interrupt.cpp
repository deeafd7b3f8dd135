// The handler writes one byte into a pipe, which is all that a handler may do; a thread reads it and calls
// what the guards want. The thread and what it shares are never destroyed: it waits in read() when the
// program ends.
#include "base/interrupt.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace orch::interrupt {

namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};

std::atomic<int> signal_received{0};
std::atomic<int> pipe_end{-1}; ///< where the handler writes

struct Shared {
    std::mutex mutex;
    std::list<std::function<void()>> acts;
    std::array<struct sigaction, signals.size()> before{};
    struct sigaction pipe_before {};
};

Shared& shared() {
    static auto* const one = new Shared;
    return *one;
}

extern "C" void orch_interrupt_handler(int number) {
    const int saved = errno;
    // The next one ends the program.
    for (const int each : signals) std::signal(each, SIG_DFL);
    signal_received = number;
    const char byte = 0;
    [[maybe_unused]] const auto written = write(pipe_end, &byte, 1);
    errno = saved;
}

void watch(int end) {
    char byte = 0;
    while (true) {
        const ssize_t count = read(end, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        const std::scoped_lock hold(shared().mutex);
        for (const auto& act : shared().acts) act();
    }
}

/// Starts the thread, with the first guard. It takes no signals itself, so that a handler always interrupts a
/// thread that may go on.
void start() {
    static std::once_flag once;
    std::call_once(once, [] {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(Fault::system, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
        pipe_end = ends[1];
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        std::thread(watch, ends[0]).detach();
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    });
}

/// Nobody who stops reading what the program prints ends it while it works. Not SIG_IGN, which programs that
/// are started would inherit.
extern "C" void orch_broken_pipe_handler(int) {}

void install() {
    struct sigaction unread {};
    unread.sa_handler = orch_broken_pipe_handler;
    unread.sa_flags = SA_RESTART;
    sigaction(SIGPIPE, nullptr, &shared().pipe_before);
    if (shared().pipe_before.sa_handler == SIG_DFL) sigaction(SIGPIPE, &unread, nullptr);
    struct sigaction action {};
    action.sa_handler = orch_interrupt_handler;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < signals.size(); ++i) sigaddset(&action.sa_mask, signals[i]);
    for (std::size_t i = 0; i < signals.size(); ++i) {
        struct sigaction& before = shared().before[i];
        sigaction(signals[i], nullptr, &before);
        if (before.sa_handler != SIG_IGN) sigaction(signals[i], &action, nullptr);
    }
}

void uninstall() {
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &shared().before[i], nullptr);
    sigaction(SIGPIPE, &shared().pipe_before, nullptr);
}

} // namespace

int received() noexcept { return signal_received; }

void check() {
    if (received() != 0) throw error();
}

Error error() {
    switch (received()) {
    case SIGINT: return {Fault::interrupted, "interrupted by Ctrl-C (SIGINT)"};
    case SIGTERM: return {Fault::interrupted, "interrupted by SIGTERM"};
    default: return {Fault::interrupted, "interrupted"};
    }
}

Guard::Guard(std::function<void()> act) {
    start();
    const std::scoped_lock hold(shared().mutex);
    if (shared().acts.empty() && received() == 0) install();
    at_ = shared().acts.insert(shared().acts.end(), std::move(act));
    if (received() != 0) (*at_)();
}

Guard::~Guard() {
    const std::scoped_lock hold(shared().mutex);
    shared().acts.erase(at_);
    if (shared().acts.empty() && received() == 0) uninstall();
}

} // namespace orch::interrupt
