#include "findings.hpp"

#include "base/file.hpp"
#include "words.hpp"

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

int finish(const Invocation& invocation, const Document& document,
           const std::vector<fleet::Outcome>& outcomes, bool wrong) {
    if (invocation.json) print(document.str());
    fleet::check(outcomes);
    return wrong ? exit_code(Fault::pending) : 0;
}

} // namespace orch::cli
