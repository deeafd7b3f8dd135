// Feeds bytes to the scan of a head and to the scanner, parser and resolver, and runs what parses under small
// limits. What is wrong must come out as an Error; a sanitizer says the rest.

#include "lang/head.hpp"
#include "lang/lang.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace orch::lang;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::array<std::string_view, 5> names = {"revision", "down_revision", "branch_labels",
                                                       "depends_on", "requires"};
    try {
        scan_head(text, names, "fuzz.py");
    } catch (const orch::Error&) {
    }
    try {
        const ProgramPtr program = parse(std::string(text), "fuzz.py");
        Interpreter interpreter(Limits{.steps = 20'000, .memory = 16u << 20, .depth = 50});
        interpreter.run(program, "fuzz");
    } catch (const orch::Error&) {
    }
    return 0;
}
