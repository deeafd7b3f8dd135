// Feeds bytes to the scan of a revision file's head, which sees files that nobody has looked at. What is
// wrong must come out as an Error with its place; a sanitizer says the rest.

#include "lang/head.hpp"

#include <array>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace orch::lang;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::array<std::string_view, 5> names = {"revision", "down_revision", "branch_labels",
                                                       "depends_on", "requires"};
    try {
        const Head head = scan_head(text, names, "fuzz.py");
        for (const HeadEntry& entry : head.entries)
            if (entry.found && (entry.begin > entry.end || entry.end > size)) std::abort();
    } catch (const orch::Error& error) {
        if (!error.place()) std::abort();
    }
    return 0;
}
