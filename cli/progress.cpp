#include "progress.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>

namespace orch::cli {

namespace {

std::size_t columns() {
    constexpr std::size_t usual = 80;
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

} // namespace

std::string bar(const fleet::Progress& progress, double seconds, std::size_t width) {
    constexpr std::size_t cells = 20;
    const std::size_t ended = progress.done + progress.failed;
    const std::size_t full = progress.of == 0 ? cells : ended * cells / progress.of;
    std::string text = fmt::format("[{}{}] {} of {}", std::string(full, '#'), std::string(cells - full, '.'),
                                   ended, progress.of);
    if (progress.failed > 0) text += fmt::format(", {} failed", progress.failed);
    if (ended > 0 && seconds > 0) {
        const double rate = static_cast<double>(ended) / seconds;
        text += fmt::format(", {:.1f}/s", rate);
        if (ended < progress.of)
            text += fmt::format(", {:.0f} s left", static_cast<double>(progress.of - ended) / rate);
    }
    if (!progress.running.empty()) text += ": " + join(progress.running, ", ");
    return text.size() < width ? text : text.substr(0, width - 1);
}

std::function<void(const fleet::Progress&)> progress(const Invocation& invocation) {
    if (invocation.quiet || invocation.json || invocation.verbose || !::isatty(STDERR_FILENO)) return {};
    const auto began =
        std::make_shared<std::chrono::steady_clock::time_point>(std::chrono::steady_clock::now());
    return [began](const fleet::Progress& now) {
        constexpr std::size_t few = 2; // of those the log says enough
        if (now.of < few) return;
        log::set_level(log::Level::warning);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - *began).count();
        const bool over = now.done + now.failed == now.of;
        std::fputs(("\r\x1b[K" + bar(now, seconds, columns()) + (over ? "\n" : "")).c_str(), stderr);
        std::fflush(stderr);
    };
}

} // namespace orch::cli
