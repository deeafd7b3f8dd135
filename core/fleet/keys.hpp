// The keys of the ini and what they mean: the one place that knows their names. config gives text with
// places; this makes runner::Settings of a section.
#pragma once

#include "config/config.hpp"
#include "fleet/fleet.hpp"
#include "fleet/ownership.hpp"
#include "runner/runner.hpp"
#include "targets/targets.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

/// The section that holds what all environments of an orch.ini share.
inline constexpr std::string_view shared_section = "orch";

/// What one section says, before an env.py is asked.
struct EnvironmentKeys {
    runner::Settings settings; ///< without a URL: see url()
    bool revision_environment = false;
    bool env_py = true; ///< whether an env.py is run
    std::vector<std::string> depends_on;
    Filter include_object;
};

/// A key of a section, then of [orch], then of [DEFAULT].
std::optional<config::Value> find_key(const config::Config& config, std::string_view section,
                                      std::string_view key);

/// Relative paths are looked for beside the file first, then in the current folder, where Alembic looks.
std::filesystem::path located(const std::filesystem::path& path, const std::filesystem::path& here);

/// Throws Error(config) at the key that is wrong. Warns in the log about keys that look like a misspelled
/// one.
EnvironmentKeys read_keys(const config::Config& config, const std::string& section, const Options& options);

/// `targets`, where the section has any.
std::optional<targets::Source> target_source(const config::Config& config, const std::string& section);
/// `stages` and the keys `stage.NAME.KEY`. Throws Error(config) at what is wrong.
std::vector<targets::Stage> stages(const config::Config& config, const std::string& section);

/// The database URL of a section: `direct_url`, which goes around a proxy, `url` or `sqlalchemy.url`. Throws
/// Error(config) when there is none, or it is the placeholder of a template.
Url read_url(const config::Config& config, const std::string& section);

/// `plugin_path`: of the section, of [orch] or of [DEFAULT].
std::vector<std::filesystem::path> plugin_path(const config::Config& config);

} // namespace orch::fleet
