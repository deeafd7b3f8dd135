// The modules of Alembic that are written in the revision language itself: the objects that operations are
// to scripts, and what rewrites them. Used by the import of modules.
#pragma once

#include "lang/lang.hpp"

#include <optional>
#include <string_view>

namespace orch::script {

/// The source of `alembic.operations.ops`, or of `alembic.autogenerate` and all below it; nothing for others.
std::optional<lang::ModuleSource> alembic_source(std::string_view module);

namespace alembic_sources {
extern const std::string_view ops, autogenerate;
} // namespace alembic_sources

} // namespace orch::script
