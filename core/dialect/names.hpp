// Names that are longer than the database takes. Used by the compiler for names that it makes up, and by the
// runner for names that a script calls final.
#pragma once

#include <cstddef>
#include <string>

namespace orch::dialect {

/// Cut to `most` bytes and ended with a piece of its digest, as SQLAlchemy does; a short one stays.
std::string shortened_name(std::string name, std::size_t most);

} // namespace orch::dialect
