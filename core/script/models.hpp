// The tables of SQLAlchemy models, for target_metadata.
#pragma once

#include "script/script.hpp"

namespace orch::script {

/// The tables of a MetaData, of something that has one (`Base`), or of a list of these.
Models models_of(const lang::Value& value);

} // namespace orch::script
