// What is wrong with one environment: its tree, version table and journal compared, what a run left half
// done, and what the database itself calls broken. Session::validate() tells it and Session::repair() mends
// it. Looking only reads.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/executor.hpp"
#include "runner/journal.hpp"
#include "runner/runner.hpp"
#include "runner/version_table.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orch::runner {

/// A finding with what repair would do about it.
struct Found {
    Finding finding;
    /// In a transaction of the caller's, unless `alone`.
    std::function<void(Online&)> mend;
    bool alone = false; ///< its statements cannot run in a transaction
};

class Health {
  public:
    /// All must outlive it. `compiler` is the connection's own.
    Health(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
           dialect::Connection& connection, const dialect::Compiler& compiler);

    std::vector<Found> look();

  private:
    void look_at_rows();
    void look_at_width();
    void look_at_journal();
    void look_at_what_comes_next();
    void look_at_leftovers();
    void look_at_the_database();
    void add(Found found) { found_.push_back(std::move(found)); }
    /// What the journal says of a revision that is not in the tree; "" where it says nothing.
    std::string story_of(const std::string& revision) const;

    const Settings& settings_;
    const Tree& tree_;
    const dialect::Dialect& dialect_;
    dialect::Connection& connection_;
    const dialect::Compiler& compiler_;
    VersionTable versions_;
    Journal journal_;
    std::vector<std::string> rows_;  ///< of the version table, as they are
    std::vector<std::string> known_; ///< those that are revisions of the tree, each once
    std::vector<Journal::Entry> entries_;
    std::vector<Found> found_;
};

} // namespace orch::runner
