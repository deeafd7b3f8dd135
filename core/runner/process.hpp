// Who and when: what locks and the journal say about this process.
#pragma once

#include "dialect/lock.hpp"

#include <chrono>
#include <string>

namespace orch::runner {

/// "2024-05-02 09:30:00 UTC"
std::string utc(std::chrono::system_clock::time_point time);

/// This process, with the present as its beginning.
dialect::Holder this_process();

} // namespace orch::runner
