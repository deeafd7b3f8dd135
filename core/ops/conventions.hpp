// The names that a naming convention gives to constraints without one, as SQLAlchemy's MetaData does while it
// reflects: naming_convention= of a batch. For the model and for dialects that rebuild tables.
#pragma once

#include "base/api.hpp"
#include "schema/schema.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::ops {

/// What a template asks of a constraint.
struct Nameless {
    std::string_view kind; ///< "pk", "uq", "fk", "ck": the template's key
    std::vector<std::string> columns;
    std::string referred_table; ///< of a foreign key
    std::vector<std::string> referred_columns;
};

/// Nothing where the convention has no template for this kind, or one that needs a name to begin with.
ORCH_API std::optional<std::string> conventional_name(const Nameless& constraint, const std::string& table,
                                                      const std::map<std::string, std::string>& convention);
/// The same of a constraint; nothing for one that has a name.
ORCH_API std::optional<std::string> conventional_name(const schema::Constraint& constraint,
                                                      const std::string& table,
                                                      const std::map<std::string, std::string>& convention);

} // namespace orch::ops
