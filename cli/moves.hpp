// What upgrade, downgrade and stamp share: their revisions, --sql with its ranges, and the run over
// environments.
#pragma once

#include "command.hpp"

#include <functional>
#include <string>
#include <vector>

namespace orch::cli {

/// The option of every command that changes a database.
inline constexpr const char* no_wait_option = "no-wait";
inline constexpr const char* no_wait_text = "fail at once (exit 4) when another run holds the lock";

/// One command, online and as SQL.
struct Move {
    std::function<runner::Summary(runner::Session&)> online;
    std::function<void(const runner::Settings&, const runner::Tree&, const dialect::Dialect&,
                       const std::vector<std::string>& from, const runner::Output&)>
        offline;
    /// A downgrade: an environment comes before those that it depends on.
    bool backwards = false;
};

/// `make` gets the target revisions, without the "FROM:" that --sql allows.
int move(const Invocation& invocation, const std::function<Move(const std::vector<std::string>&)>& make);

} // namespace orch::cli
