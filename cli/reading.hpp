// What the commands that only read share: the run over the chosen environments, as lines or as one JSON
// document.
#pragma once

#include "command.hpp"
#include "json.hpp"

#include <functional>

namespace orch::cli {

/// `text` prints an environment's lines; `fill` adds the same to its entry of the document. Headings are
/// written where several environments are shown.
/// `databases`: they are opened, so that an environment with targets is one for each of them.
void read_each(const Invocation& invocation, const std::function<void(fleet::Environment&)>& text,
               const std::function<void(fleet::Environment&, Document&)>& fill, bool databases = false);

} // namespace orch::cli
