// The names that a naming convention gives to constraints without one, as SQLAlchemy's MetaData does while it
// reflects: naming_convention= of a batch.
#pragma once

#include "definition.hpp"

#include <map>
#include <optional>
#include <string>

namespace orch::sqlite {

/// Nothing where the convention has no template for this kind, or one that needs a name to begin with.
std::optional<std::string> conventional_name(const Part& part, const std::string& table,
                                             const std::map<std::string, std::string>& convention);

} // namespace orch::sqlite
