// A session with an SQLite database, on its C interface. Holds prepared statements that are used again and
// again; waits for locks in a handler of its own, so that cancel() ends the wait too.
#pragma once

#include "dialect/dialect.hpp"
#include "options.hpp"

#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orch::sqlite {

class Connection final : public dialect::Connection {
  public:
    /// Opens the database. `name` is how errors call it.
    Connection(const Options& options, bool read_only);
    ~Connection() override;

    sql::Result execute(const dialect::Statement& statement) override;
    void begin(bool write) override;
    void commit() override;
    void rollback() noexcept override;
    bool in_transaction() const override;
    bool has_table(std::string_view table, const std::optional<std::string>& schema) override;
    std::vector<std::string> table_names(const std::optional<std::string>& schema) override;
    std::string server_version() override;
    void cancel() noexcept override;

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
    Prepared prepare(std::string_view sql, std::string_view& rest, bool keep);
    sqlite3_stmt* kept(const std::string& sql);
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
    std::atomic<bool> cancelled_ = false;
    std::unique_ptr<sqlite3, Close> database_;
    std::vector<Kept> kept_; ///< after the database: statements go first
};

} // namespace orch::sqlite
