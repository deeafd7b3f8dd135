// A session: statements, transactions, errors with the library's own code, cancel().
#pragma once

#include <dialect/dialect.hpp>

#include <sqlite3.h>

#include <atomic>
#include <memory>

namespace pocket {

namespace dialect = orch::dialect;

class Connection final : public dialect::Connection {
  public:
    Connection(const std::string& path, bool read_only);
    ~Connection() override;

    orch::sql::Result execute(const dialect::Statement& statement) override;
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

    void run(const std::string& sql);
    Prepared prepare(std::string_view sql, std::string_view& rest);
    void bind(sqlite3_stmt* statement, const std::vector<orch::sql::Datum>& values, std::string_view sql);
    void step(sqlite3_stmt* statement, std::string_view sql, bool reads, orch::sql::Result& result);
    [[noreturn]] void fail(int code, std::string_view sql);

    std::string path_;
    std::unique_ptr<sqlite3, Close> database_;
    std::atomic<bool> cancelled_ = false;
};

} // namespace pocket
