// Feeds bytes to the reader of ini files and of pyproject.toml, and asks for every value.
#include "config/config.hpp"

namespace {

void read(std::string_view text, const char* name) {
    try {
        const orch::config::Config config = orch::config::Config::parse(text, name);
        for (const std::string& section : config.sections())
            for (const std::string& key : config.keys(section)) {
                try {
                    if (const auto value = config.get(section, key)) orch::config::as_list(*value);
                } catch (const orch::Error&) {
                }
            }
    } catch (const orch::Error&) {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read(text, "/fuzz/orch.ini");
    read(text, "/fuzz/pyproject.toml");
    return 0;
}
