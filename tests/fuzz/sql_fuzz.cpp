// Feeds bytes to the reader of `.sql` revisions: its header, its sections, the split into statements.
#include "script/recorder.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

/// In memory, and gone with the process's folder.
const std::filesystem::path& file() {
    static const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("orch-fuzz-" + std::to_string(getpid()) + ".sql");
    return path;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace orch;
    std::ofstream(file(), std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<long>(size));
    try {
        const auto found = script::scan_file(file());
        for (const auto direction : {script::Direction::upgrade, script::Direction::downgrade}) {
            test::Recorder recorder;
            if (found) script::run(*found, direction, {}, {}, recorder);
        }
    } catch (const Error&) {
    }
    return 0;
}
