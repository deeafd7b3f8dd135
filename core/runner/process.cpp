#include "runner/runner.hpp"

#include <array>
#include <ctime>
#include <pwd.h>
#include <unistd.h>

namespace orch::runner {

namespace {

std::string user_name() {
    std::array<char, 4096> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(geteuid(), &entry, room.data(), room.size(), &found) == 0 && found) return entry.pw_name;
    return std::to_string(geteuid());
}

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace

std::string utc(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&seconds, &parts));
    return text.data();
}

dialect::Holder this_process() {
    return {user_name(), host_name(), std::to_string(getpid()), utc(std::chrono::system_clock::now()), {}};
}

} // namespace orch::runner
