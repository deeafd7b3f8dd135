// The journal: a table beside the version table, named after it, that says who ran which revision when, for
// how long and with which statements. The version table alone says where a database stands; Alembic reads and
// writes that one and knows nothing of this one.
//
// Its numbers are also the fence between two runs. A run reads the highest number when it begins, and each of
// its rows has the next one, in the transaction that moves the version rows. A run that lost its lock without
// knowing (a stopped process, a session that the server ended) finds its number taken, which the table's
// primary key does not bear: its transaction fails, and nothing of it is left.
#pragma once

#include "dialect/dialect.hpp"
#include "graph/graph.hpp"
#include "runner/executor.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orch::runner {

/// When a step began: by the calendar, and by the clock that nobody sets.
struct Beginning {
    std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point clock = std::chrono::steady_clock::now();
};

class Journal {
  public:
    Journal(const Settings& settings, std::size_t longest_id);

    bool exists(dialect::Connection& connection) const;
    void create(Online& online) const;
    /// Reads where the journal stands, before its first write. The table must exist; one that an older
    /// version of orch made gets the columns that it lacks.
    void open(dialect::Connection& connection, Online& online);

    /// A row of the journal.
    struct Entry {
        std::string revision, direction, started_at, run_by;
        std::string script_hash; ///< fingerprint() of the revision, "" where there was none
        std::string git_commit;
    };
    /// All, the oldest first. The table must exist; what it has no column for is "".
    std::vector<Entry> entries(dialect::Connection& connection, const dialect::Compiler& compiler) const;

    /// What one row says of what was run.
    struct Told {
        std::string statements, script; ///< hashes
        std::string downgrade;          ///< downgrade_text(), where that is kept
    };
    /// A step that was carried out. Throws Error(database) when another run has written in between.
    /// It may throw as late as the commit.
    void record(const graph::Step& step, const Told& told, const Beginning& began, Online& online);
    /// That a revision is taken as it is in its file now, though it ran in another form.
    void accept(const std::string& revision, const std::string& script_hash, Online& online);

    bool keeps_downgrades() const { return keeps_downgrades_; }

  private:
    std::vector<schema::Column> columns() const;
    void add_missing(const std::vector<std::string>& there, Online& online) const;
    std::string quoted(const dialect::Compiler& compiler) const;
    void append(const std::string& revision, const char* direction, const Told& told, const Beginning& began,
                Online& online);
    sql::TableRef reference() const { return {schema_, name_, std::nullopt}; }

    std::string name_;
    std::optional<std::string> schema_;
    std::size_t id_width_;
    std::string who_, commit_;
    bool keeps_downgrades_;
    std::int64_t entry_ = 0; ///< the highest number that is known
};

/// What a revision does on its way up as one number: SHA-1 of its code without comments, layout and its
/// downgrade. "" for a file that cannot be read.
std::string fingerprint(const script::RevisionFile& file);

/// The text of a revision's downgrade: its function, or the sections of a `.sql` file. "" where it has none
/// or the file cannot be read.
std::string downgrade_text(const script::RevisionFile& file);

/// The commit that a folder's git repository stands at, read from its files; "" where there is none.
std::string git_commit(const std::filesystem::path& folder);

} // namespace orch::runner
