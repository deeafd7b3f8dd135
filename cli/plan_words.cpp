#include "plan_words.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string size_of(const dialect::Impact& impact) {
    constexpr double kilo = 1024;
    std::vector<std::string> sizes;
    if (impact.rows) sizes.push_back(fmt::format("about {} rows", *impact.rows));
    if (impact.bytes) {
        const auto bytes = static_cast<double>(*impact.bytes);
        sizes.push_back(bytes >= kilo * kilo * kilo ? fmt::format("{:.1f} GB", bytes / kilo / kilo / kilo)
                        : bytes >= kilo * kilo      ? fmt::format("{:.1f} MB", bytes / kilo / kilo)
                                                    : fmt::format("{:.0f} kB", bytes / kilo));
    }
    return sizes.empty() ? "" : " (" + join(sizes, ", ") + ")";
}

std::string in_words(const dialect::Impact& impact) {
    const char* waits = impact.waits == dialect::Impact::everybody ? "locks everybody out of"
                        : impact.waits == dialect::Impact::writers ? "locks writers out of"
                                                                   : "";
    std::vector<std::string> deeds;
    const std::string table = fmt::format("'{}'", impact.table);
    if (*waits) deeds.push_back(fmt::format("{} {}", waits, table));
    if (impact.rewrites) deeds.push_back(fmt::format("writes {} anew", *waits ? "it" : table));
    if (impact.reads_all) deeds.push_back(fmt::format("reads all of {}", *waits ? "it" : table));
    return deeds.empty() ? "" : join(deeds, " and ") + size_of(impact);
}

std::string in_words(const runner::PlannedStatement& statement) {
    std::string text = "    " + replace_all(statement.sql, "\n", "\n    ") + ";\n";
    if (!statement.transactional) text += "      -- outside of the transaction\n";
    for (const dialect::Impact& impact : statement.impact)
        if (const std::string words = in_words(impact); !words.empty())
            text += fmt::format("      -- {}\n", words);
    return text;
}

std::string transactions(const runner::Preview& preview) {
    if (!preview.transactional_ddl) return "each DDL statement commits by itself";
    return preview.at_once ? "one transaction" : "a transaction for each";
}

std::string in_words(const fleet::Planned& part) {
    const auto& steps = part.preview.steps;
    std::string text = fmt::format("[{}] {}", part.environment, part.preview.url);
    if (steps.empty()) return text + ": nothing to do\n";
    text += fmt::format(": {} step{}, {}", steps.size(), steps.size() == 1 ? "" : "s",
                        transactions(part.preview));
    if (!part.waits_for.empty()) text += fmt::format(", after {}", quoted_list(part.waits_for));
    text += "\n";
    for (const runner::PlannedStep& step : steps) {
        text += fmt::format("  {}\n", step.title);
        for (const runner::PlannedStatement& statement : step.statements) text += in_words(statement);
        for (const std::string& unsure : step.unsure)
            text += fmt::format("    -- not sure: {}\n", replace_all(unsure, "\n", "\n    -- "));
    }
    return text;
}

} // namespace

std::string in_words(const std::vector<fleet::Planned>& parts) {
    std::string text;
    for (const fleet::Planned& part : parts) text += in_words(part);
    return text;
}

int show_plan(const fleet::FrozenPlan& plan, bool json, const std::optional<std::string>& out) {
    const std::string document = json || out ? fleet::as_json(plan) : std::string();
    if (out) write_file(*out, document);
    print(json ? document : in_words(plan.parts));
    return 0;
}

} // namespace orch::cli
