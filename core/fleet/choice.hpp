// Which environments and targets are meant: by the sections of a file, and by -n.
#pragma once

#include "config/config.hpp"
#include "dialect/plugin.hpp"

#include <string>
#include <vector>

namespace orch::fleet {

/// Sections with a script_location of their own; [orch] only where it is the only one, since it otherwise
/// holds defaults.
std::vector<std::string> environment_names(const config::Config& config);

/// The names that fit -n's patterns, in the order of the file. Throws Error(usage) for one that fits none.
std::vector<std::string> matching(const std::vector<std::string>& names,
                                  const std::vector<std::string>& patterns, const config::Config& config);

/// "shop" of "shop[acme]".
std::string section_of(const std::string& pattern);

/// Whether one of the patterns of -n takes this target of a chosen section; all are taken where none speaks
/// of targets.
bool wants_target(const std::vector<std::string>& patterns, const std::string& section,
                  const std::string& target);

/// `targets = sql:QUERY`, asked on `targets_url`.
std::vector<std::string> first_column(const config::Config& config, const std::string& section,
                                      const std::string& query, dialect::Plugins& plugins);

} // namespace orch::fleet
