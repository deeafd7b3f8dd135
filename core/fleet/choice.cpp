#include "fleet/choice.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace orch::fleet {

namespace {

/// Whether the key stands in the section itself and not only in [DEFAULT], which every section inherits.
bool has_own(const config::Config& config, std::string_view section, std::string_view key) {
    const auto here = config.raw(section, key);
    const auto inherited = config.raw("DEFAULT", key);
    return here && !(inherited && inherited->place == here->place);
}

} // namespace

std::vector<std::string> environment_names(const config::Config& config) {
    std::vector<std::string> names;
    for (const std::string& section : config.sections()) {
        if (section == shared_section) continue;
        if (has_own(config, section, "script_location")) names.push_back(section);
    }
    if (names.empty())
        for (const std::string_view section : {shared_section, std::string_view("alembic")})
            if (config.has_section(section) && config.get(section, "script_location"))
                return {std::string(section)};
    return names;
}

std::vector<std::string> matching(const std::vector<std::string>& names,
                                  const std::vector<std::string>& patterns, const config::Config& config) {
    std::vector<std::string> chosen;
    for (const std::string& pattern : patterns) {
        bool any = false;
        for (const std::string& name : names) {
            if (!glob_match(pattern, name)) continue;
            any = true;
            if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) chosen.push_back(name);
        }
        // Alembic takes any section, also one whose script_location stands in [DEFAULT].
        if (!any && config.has_section(pattern) && pattern != shared_section &&
            config.get(pattern, "script_location")) {
            chosen.push_back(pattern);
            any = true;
        }
        if (any) continue;
        Error error(Fault::usage,
                    fmt::format("no environment '{}' in '{}'", pattern, display_path(config.file())));
        if (const auto meant = nearest(pattern, names))
            error.hint(fmt::format("did you mean '{}'?", *meant));
        else
            error.hint(fmt::format("it has {}", names.empty() ? "none" : quoted_list(names)));
        throw error;
    }
    std::stable_sort(chosen.begin(), chosen.end(), [&](const std::string& a, const std::string& b) {
        return std::find(names.begin(), names.end(), a) < std::find(names.begin(), names.end(), b);
    });
    return chosen;
}

std::string section_of(const std::string& pattern) {
    const std::size_t bracket = pattern.find('[');
    return pattern.ends_with(']') && bracket != std::string::npos && bracket > 0 ? pattern.substr(0, bracket)
                                                                                 : pattern;
}

bool wants_target(const std::vector<std::string>& patterns, const std::string& section,
                  const std::string& target) {
    if (patterns.empty()) return true;
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        const std::string wanted = section_of(pattern);
        if (!glob_match(wanted, section)) return false;
        if (wanted.size() == pattern.size()) return true;
        return glob_match(pattern.substr(wanted.size() + 1, pattern.size() - wanted.size() - 2), target);
    });
}

std::vector<std::string> first_column(const config::Config& config, const std::string& section,
                                      const std::string& query, dialect::Plugins& plugins) {
    const auto value = find_key(config, section, "targets_url");
    if (!value)
        throw Error(Fault::config, "'targets = sql:...' needs a key 'targets_url': the database to ask");
    const Url url = parse_url(trim(value->text));
    const auto connection = plugins.for_scheme(url.scheme).connect(url, {true, {}, true});
    if (!connection)
        throw Error(Fault::config, fmt::format("'{}' does not exist", masked(url))).at(value->place);
    dialect::Statement statement;
    statement.sql = query;
    statement.reads = true;
    std::vector<std::string> found;
    for (const auto& row : connection->execute(statement).rows) {
        const sql::Datum& first = row.front();
        if (const auto* text = std::get_if<std::string>(&first))
            found.push_back(*text);
        else if (const auto* number = std::get_if<std::int64_t>(&first))
            found.push_back(std::to_string(*number));
        else
            throw Error(Fault::config, "expected text in the first column of the query of 'targets'")
                .sql(query);
    }
    return found;
}

} // namespace orch::fleet
