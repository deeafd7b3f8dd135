#include "progress.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace orch::cli {

namespace {

using Clock = std::chrono::steady_clock;

struct Room {
    std::size_t rows = 24, columns = 80;
};

Room room() {
    Room usual;
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return usual;
    return {size.ws_row > 0 ? size.ws_row : usual.rows, size.ws_col > 0 ? size.ws_col : usual.columns};
}

/// At most so many bytes, and no part of a character.
std::string cut(std::string text, std::size_t width) {
    if (text.size() <= width) return text;
    while (width > 0 && (static_cast<unsigned char>(text[width]) & 0xC0U) == 0x80U) --width;
    return text.substr(0, width);
}

/// "[######..............] 3 of 10, 1 failed, 2.5/s, 3 s left"
std::string counted(const fleet::Progress::Bar& bar, double seconds) {
    constexpr std::size_t cells = 20;
    const std::size_t past = std::min(bar.done + bar.failed, bar.of);
    const std::size_t full = bar.of == 0 ? (bar.ended ? cells : 0) : past * cells / bar.of;
    std::string text = fmt::format("[{}{}] {} of {}", std::string(full, '#'), std::string(cells - full, '.'),
                                   bar.done, bar.of);
    if (bar.failed > 0) text += fmt::format(", {} failed", bar.failed);
    if (past > 0 && seconds > 0) {
        const double rate = static_cast<double>(past) / seconds;
        text += fmt::format(", {:.1f}/s", rate);
        if (past < bar.of && !bar.ended)
            text += fmt::format(", {:.0f} s left", static_cast<double>(bar.of - past) / rate);
    }
    return text;
}

std::string line(const fleet::Progress::Bar& bar, double seconds, std::size_t name_width, std::size_t width) {
    std::string text = fmt::format("{:<{}} {}", bar.name, name_width, counted(bar, seconds));
    std::vector<std::string> now;
    if (!bar.running.empty()) now.push_back(join(bar.running, ", "));
    if (!bar.revision.empty()) now.push_back(bar.revision);
    if (!bar.statement.empty()) now.push_back(join(words(bar.statement), " "));
    if (!now.empty()) text += ": " + join(now, ": ");
    return cut(std::move(text), width - 1);
}

/// The bars on the terminal, drawn over each time: at once, but not too often, and then by a thread of its
/// own, so that a statement that takes long is the one that is seen.
class Screen {
  public:
    Screen() : later_([this](const std::stop_token& stop) { draw_later(stop); }) {}

    void show(const fleet::Progress& progress) {
        const std::lock_guard guard(mutex_);
        progress_ = progress;
        mark_times();
        stale_ = true;
        if (progress_.over() || !drawn_ || Clock::now() - *drawn_ >= often) draw();
    }

  private:
    static constexpr std::chrono::milliseconds often{50};

    void draw_later(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            wake_.wait_for(lock, stop, often, [] { return false; });
            if (stale_ && !stop.stop_requested()) draw();
        }
    }

    void mark_times() {
        const auto now = Clock::now();
        began_.resize(progress_.bars.size());
        ended_.resize(progress_.bars.size());
        for (std::size_t at = 0; at < progress_.bars.size(); ++at) {
            if (progress_.bars[at].begun && !began_[at]) began_[at] = now;
            if (progress_.bars[at].ended && !ended_[at]) ended_[at] = now;
        }
    }

    void draw() {
        stale_ = false;
        drawn_ = Clock::now();
        log::set_level(log::Level::warning);
        std::string text = height_ > 0 ? fmt::format("\x1b[{}F", height_) : "";
        const std::vector<std::string> lines = this->lines(progress_, *drawn_);
        for (const std::string& each : lines) text += "\x1b[2K" + each + "\n";
        for (std::size_t left = lines.size(); left < height_; ++left) text += "\x1b[2K\n";
        height_ = std::max(height_, lines.size());
        std::fputs(text.c_str(), stderr);
        std::fflush(stderr);
    }

    std::vector<std::string> lines(const fleet::Progress& progress, Clock::time_point now) const {
        const Room room = cli::room();
        std::size_t name_width = 0;
        for (const fleet::Progress::Bar& bar : progress.bars)
            name_width = std::max(name_width, bar.name.size());
        const bool all = progress.bars.size() + 2 < room.rows;
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < progress.bars.size(); ++at) {
            const fleet::Progress::Bar& bar = progress.bars[at];
            if (!all && (!bar.begun || bar.ended || lines.size() + 4 > room.rows)) continue;
            const auto time = began_[at] ? ended_[at].value_or(now) - *began_[at] : Clock::duration::zero();
            lines.push_back(line(bar, std::chrono::duration<double>(time).count(), name_width, room.columns));
        }
        if (!all)
            lines.push_back(
                cut(fmt::format("{} of {} done, {} failed", progress.done, progress.of, progress.failed),
                    room.columns - 1));
        return lines;
    }

    std::mutex mutex_;
    std::condition_variable_any wake_;
    fleet::Progress progress_;
    std::vector<std::optional<Clock::time_point>> began_, ended_; ///< of each bar
    std::optional<Clock::time_point> drawn_;
    bool stale_ = false;
    std::size_t height_ = 0;
    std::jthread later_; ///< the last member: it uses the others
};

} // namespace

std::function<void(const fleet::Progress&)> progress(const Invocation& invocation) {
    if (invocation.quiet || invocation.json || invocation.verbose || !::isatty(STDERR_FILENO)) return {};
    return [screen = std::make_shared<Screen>()](const fleet::Progress& now) {
        constexpr std::size_t few = 2; // of those the log says enough
        if (now.of >= few) screen->show(now);
    };
}

} // namespace orch::cli
