// Changes that ALTER TABLE of SQLite cannot do: the table is made anew, filled from the old one and put into
// its place, by the procedure of https://www.sqlite.org/lang_altertable.html (section 7), in one transaction.
// What can be done in place is done in place. docs/sqlite.md says the same to users.
#pragma once

#include "compiler.hpp"
#include "connection.hpp"
#include "edit.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orch::sqlite {

/// One operation on one table, with its database at hand.
class Alteration {
  public:
    /// `connection` reads, `run` writes. All must outlive it. `everywhere`: also operations outside of a
    /// batch may rebuild their table.
    Alteration(Connection& connection, const Compiler& compiler, const dialect::Connection::Run& run,
               bool everywhere);

    /// Does the operation, in place or by a rebuild. False: it is none that could need one, and nothing was
    /// done.
    bool perform(const ops::Operation& operation);

  private:
    struct Stored { ///< an index, trigger or view
        std::string type, name, table, sql, schema;
    };
    /// What must be as it was before, once the table has been put back.
    struct Before {
        std::int64_t rows = 0;
        std::map<std::string, std::string> broken;                 ///< views and triggers that do not work
        std::vector<std::pair<std::string, std::int64_t>> orphans; ///< by foreign key
    };

    void batch(const ops::Batch& batch, const Place& origin);
    void alone(const ops::Operation& operation);
    std::string stored_sql() const;
    void read_objects();
    void rename_columns(Renames left, const TableText& table);
    bool may_need_rebuild(const ops::Action& action) const;
    bool in_place(const ops::Batch& batch, const TableEditor& editor, const TableText& now) const;
    static bool is_there(const ops::AlterColumn& change, const TableText& now);
    static bool is_so(const TableText& then, const TableText& now);
    bool can_add(const ops::AddColumn& operation) const;
    bool can_drop(const std::string& name, const TableText& now, const TableEditor& editor) const;
    void run_in_place(const ops::Batch& batch, const Renames& renames);
    void rebuild(const TableEditor& editor, const TableText& now);
    void copy_rows(const TableEditor& editor, const TableText& now, const std::string& temporary);
    void make_objects(const TableEditor& editor);
    void check_indexes(const TableEditor& editor) const;
    Before look() const;
    void compare(const Before& before, bool enforced);
    std::vector<std::vector<sql::Datum>> analyzed() const;
    void keep_counter(const TableText& made, const std::string& temporary);
    std::vector<std::pair<std::string, std::string>> probes() const;
    std::map<std::string, std::string> broken() const;
    std::vector<std::pair<std::string, std::int64_t>> orphans() const;
    std::string unused_name() const;
    bool has_rows() const;

    void write(std::string sql);
    void index(const schema::Index& index, bool if_not_exists);
    std::vector<std::vector<sql::Datum>> read(const std::string& sql,
                                              std::vector<sql::Datum> parameters = {}) const;
    std::string in_schema_of_table(const std::string& name) const;

    Connection& connection_;
    const Compiler& compiler_;
    const dialect::Connection::Run& run_;
    bool everywhere_;
    bool inside_ = false; ///< of a batch
    std::string schema_, table_;
    Place origin_;
    std::vector<std::string> notes_; ///< to be said with the next statement
    std::vector<Stored> objects_;
    std::vector<schema::Index> given_indexes_; ///< of copy_from
};

} // namespace orch::sqlite
