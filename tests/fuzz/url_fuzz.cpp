// Feeds bytes to the reader of URLs; a password must not come back from what is shown.
#include "base/error.hpp"
#include "base/url.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        const orch::Url url = orch::parse_url(text);
        const std::string shown = orch::masked(url);
        if (shown.find("://") == std::string::npos) std::abort();
    } catch (const orch::Error& error) {
        if (orch::render(error).empty()) std::abort();
    }
    return 0;
}
