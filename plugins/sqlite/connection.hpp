// A session with an SQLite database, on its C interface. Holds prepared statements that are used again and
// again; waits for locks in a handler of its own, so that cancel() ends the wait too.
#pragma once

#include "compiler.hpp"
#include "dialect/dialect.hpp"
#include "options.hpp"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orch::sqlite {

class Connection final : public dialect::Connection {
  public:
    /// Opens the database. `name` is how errors call it.
    /// `compiler` outlives it. `rebuild`: operations outside of a batch may rebuild their table too.
    Connection(const Options& options, bool read_only, const Compiler& compiler, bool rebuild);
    ~Connection() override;

    sql::Result execute(const dialect::Statement& statement) override;
    void begin(bool write) override;
    void commit() override;
    void rollback() noexcept override;
    bool in_transaction() const override;
    bool has_table(std::string_view table, const std::optional<std::string>& schema) override;
    std::vector<std::string> table_names(const std::optional<std::string>& schema) override;
    std::string server_version() override;
    schema::Catalog reflect(const dialect::ReflectOptions& options) override;
    std::vector<schema::Table> normalize(const std::vector<schema::Table>& tables,
                                         const dialect::Compiler& compiler) override;
    void perform(const ops::Operation& operation, const dialect::Compiler& compiler, const Run& run) override;
    bool is_done_already(const Error& error) const override;
    void limit(const dialect::Timeouts& timeouts) override;
    std::vector<dialect::Impact> impact(const dialect::Statement& statement) override;
    void cancel() noexcept override;

    bool enforces_foreign_keys() const;
    /// Why a statement cannot be prepared; nothing where it can.
    std::optional<std::string> why_not(const std::string& sql);

    /// While it lives, foreign keys are not enforced and renaming a table changes no other definition. Works
    /// inside of a transaction, where the pragmas of that name do not.
    class Unguarded {
      public:
        explicit Unguarded(Connection& connection);
        ~Unguarded();
        Unguarded(const Unguarded&) = delete;
        Unguarded& operator=(const Unguarded&) = delete;
        bool enforced() const { return enforced_; } ///< before

      private:
        Connection& connection_;
        bool enforced_, legacy_;
    };

  private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
    struct Kept {
        std::string sql;
        Prepared statement;
    };

    void open(const Options& options, bool read_only);
    void apply(const Settings& pragmas, bool read_only);
    static int wait(void* self, int attempts);
    static int is_late(void* self);
    Prepared prepare(std::string_view sql, std::string_view& rest, bool keep);
    sqlite3_stmt* kept(const std::string& sql);
    bool flag(int which) const;
    void set_flag(int which, bool on);
    void run_script(const std::string& sql, bool reads, sql::Result& result);
    void run_sets(const dialect::Statement& statement, sql::Result& result);
    void bind(sqlite3_stmt* statement, const std::vector<sql::Datum>& values, std::string_view sql);
    void step(sqlite3_stmt* statement, std::string_view sql, bool reads, sql::Result& result);
    void check_not_cancelled(std::string_view sql);
    void check_writable(std::string_view sql);
    [[noreturn]] void fail(int code, std::string_view sql);

    std::string name_;
    std::string path_; ///< empty for memory
    int timeout_ms_ = 5000;
    const Compiler& compiler_;
    bool rebuild_;
    std::optional<std::chrono::milliseconds> longest_; ///< that a statement may run
    std::chrono::steady_clock::time_point latest_{};   ///< when the one that runs must be done
    std::atomic<bool> cancelled_ = false;
    std::unique_ptr<sqlite3, Close> database_;
    std::vector<Kept> kept_; ///< after the database: statements go first
};

} // namespace orch::sqlite
