// spdlog is used through its headers, in this source alone: a program that logs nothing loads no library for
// it.
#include "base/log.hpp"

#include <cstdlib>
#define SPDLOG_FMT_EXTERNAL
#undef SPDLOG_COMPILED_LIB
#define SPDLOG_HEADER_ONLY
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

namespace orch::log {

namespace {

std::atomic<Level> lowest{Level::info};

constexpr std::string_view label(Level level) {
    switch (level) {
    case Level::debug: return "DEBUG";
    case Level::info: return "INFO ";
    case Level::warning: return "WARNI";
    case Level::error:
    case Level::off: return "ERROR";
    }
    return "INFO ";
}

/// Never destroyed: a plugin's thread or a destructor at exit may still want to say something.
spdlog::logger& output() {
    static auto* logger = [] {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        auto* made = new spdlog::logger("orch", std::move(sink));
        made->set_level(spdlog::level::trace);
        made->set_pattern("%v");
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

} // namespace

void set_level(Level level) { lowest = level; }

bool enabled(Level level) { return level >= lowest.load(std::memory_order_relaxed) && level != Level::off; }

void write(Level level, std::string_view logger, std::string_view text) {
    if (enabled(level)) output().info("{} [{}] {}", label(level), logger, text);
}

} // namespace orch::log
