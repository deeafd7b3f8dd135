// Gives what a fuzzer found once, and what it should have, to the same functions: without a fuzzer, in every build. One that crashes is named
// on standard error before it does.
#include "base/file.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

using Target = int(const std::uint8_t* data, std::size_t size);
extern "C" Target fuzz_ini, fuzz_parse, fuzz_scan, fuzz_sql, fuzz_url;

int main(int count, char** words) {
    const std::map<std::string, Target*> targets = {
        {"ini", fuzz_ini}, {"parse", fuzz_parse}, {"scan", fuzz_scan}, {"sql", fuzz_sql}, {"url", fuzz_url}};
    int done = 0;
    for (const auto& [name, target] : targets)
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(words[count - 1]) / name)) {
            std::fprintf(stderr, "%s/%s\n", name.c_str(), entry.path().filename().c_str());
            const std::string text = orch::read_file(entry.path());
            target(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            ++done;
        }
    std::printf("%d cases\n", done);
    return done > 0 ? 0 : 1;
}
