#include "findings.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

namespace orch::cli {

std::string in_words(const runner::Finding& finding) {
    std::string text = fmt::format("{}: {}\n", finding.kind, finding.message);
    if (finding.place) text += fmt::format("  {}\n", display_path(finding.place->file));
    if (!finding.hint.empty()) text += fmt::format("  hint: {}\n", finding.hint);
    if (finding.mend != runner::Finding::none)
        text += fmt::format("  'orch repair{}' would {}\n",
                            finding.mend == runner::Finding::safe ? "" : " --yes", finding.remedy);
    return text;
}

} // namespace orch::cli
