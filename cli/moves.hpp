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
    runner::Move::Kind kind;
    bool purge = false; ///< of a stamp
    std::function<void(const runner::Settings&, const runner::Tree&, const dialect::Dialect&,
                       const std::vector<std::string>& from, const runner::Output&)>
        offline;
};

/// --jobs, --on-error, --dry-run, --out and --allow-foreign.
void add_move_options(boost::program_options::options_description& options);

/// `make` gets the target revisions, without the "FROM:" that --sql allows.
int move(const Invocation& invocation, const std::function<Move(const std::vector<std::string>&)>& make);

} // namespace orch::cli
