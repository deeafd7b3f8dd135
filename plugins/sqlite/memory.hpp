// How SQLite gets its memory here. Used by the first connection of a process.
#pragma once

namespace orch::sqlite {

/// Gives SQLite an allocator that is made for its small blocks, and turns off the count of its memory. It can
/// be told so before its first use in the process only: where a host of the plugin was first, all stays as it
/// is. Done once, from any thread.
void configure_memory();

} // namespace orch::sqlite
