// Feeds bytes to the scanner, the parser and the resolver of the revision language, and runs what parses
// under small limits. What is wrong must come out as an Error; a sanitizer says the rest.

#include "lang/lang.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace orch::lang;
    try {
        const ProgramPtr program = parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz.py");
        uses_of(*program);
        Interpreter interpreter(Limits{.steps = 20'000, .memory = 16u << 20, .depth = 50});
        interpreter.run(program, "fuzz");
    } catch (const orch::Error&) {
    }
    return 0;
}
