// What each dialect must do, as checks that a plugin's author runs: `orch plugins test FILE --url URL`. They
// ask a Dialect through its doors alone, and know no database's name: what a dialect refuses in a sentence of
// its own is left out, what it claims to do must hold. Those of this repository pass the same checks.
#pragma once

#include "base/url.hpp"
#include "dialect/plugin.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orch::conformance {

/// What became of one check.
struct Verdict {
    enum Outcome {
        passed,
        failed,
        left_out, ///< the dialect says that it does not do this
    };
    std::string area; ///< "connect", "transactions", ...
    std::string name; ///< "a transaction that is rolled back leaves nothing"
    Outcome outcome = passed;
    std::string why; ///< of one that failed or was left out; may have several lines
};

/// "passed", "failed", "left out"
ORCH_API const char* word(Verdict::Outcome outcome);

/// Runs every check, or, without a URL, those that need no database. `url` names a database without tables,
/// which has none at the end either. `tell` gets each verdict as it falls. Throws Error(usage) for a database
/// that is not empty.
ORCH_API std::vector<Verdict> run(const dialect::Dialect& dialect, const std::optional<Url>& url,
                                  const std::function<void(const Verdict&)>& tell);

/// The dialect of one library, which `plugins` loads and keeps: make it with the library's folder. Where the
/// library has dialects of several schemes it is the first one's. Throws Error(plugin) with what is wrong
/// with the file.
ORCH_API const dialect::Dialect& load(dialect::Plugins& plugins, const std::filesystem::path& file);

} // namespace orch::conformance
