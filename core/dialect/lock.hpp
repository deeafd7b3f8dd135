// The lock that keeps two runs from changing the same versions at once: one for each version table of a
// database. A dialect implements it with what its database has: an advisory lock of a session of its own, a
// named lock, a lock on a file. The runner takes it, polls while somebody else has it, and checks it before
// each step. It has no expiry and leaves nothing that outlives its session: when the holder dies, it is free.
//
// For a server: use a connection of its own, in autocommit, so that work and lock can fail apart and no
// transaction stays open; never wait inside of a statement (a blocked waiter can deadlock CREATE INDEX
// CONCURRENTLY); build the name of the lock from the database and the version table, since advisory locks are
// often server-wide.
#pragma once

#include "base/api.hpp"
#include "dialect/statement.hpp"

#include <optional>
#include <string>

namespace orch::dialect {

/// Who has a lock, for people; empty where it is not known.
struct Holder {
    std::string user, host;
    std::string process; ///< its number on that host
    std::string since;   ///< "2024-05-02 09:30:00 UTC"
    std::string session; ///< how the server calls its session: what end_holder() ends
};

struct LockRequest {
    std::string version_table;
    std::optional<std::string> schema; ///< of the version table, where one is configured
    Holder holder;                     ///< who asks, as others shall see it; without a session
};

/// Not taken when it is made. The destructor lets go of it. Every member throws Error(database) where the
/// database cannot be reached.
class ORCH_API Lock {
  public:
    virtual ~Lock();
    /// Takes it, if nobody has it; at once, either way. False: somebody else has it.
    virtual bool try_take() = 0;
    /// Throws Error(database) when a lock that was taken is no longer ours: its session was ended, the server
    /// restarted, its file was removed.
    virtual void check() = 0;
    /// A query that other sessions of the database can ask together with their work: it gives the number 1 as
    /// long as the lock is ours. Nothing where only check() can tell, which is the default.
    virtual std::optional<Statement> question() const;
    /// Who has it, without taking it; nothing when nobody does. A holder whose name cannot be found has empty
    /// fields.
    virtual std::optional<Holder> holder() = 0;
    /// Ends the session of whoever has it. False where only that process itself can be ended.
    virtual bool end_holder() = 0;
};

} // namespace orch::dialect
