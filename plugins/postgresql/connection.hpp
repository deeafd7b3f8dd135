// A session with a PostgreSQL server, on libpq, which tells an error's fields and cancels from another
// thread; libpqxx reads arrays (results.cpp). A connection never reconnects by itself: what a lost one had
// begun is gone, and the caller must know.
#pragma once

#include "dialect/dialect.hpp"
#include "errors.hpp"
#include "options.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::postgresql {

class Connection final : public dialect::Connection {
  public:
    Connection(const Options& options, bool read_only);
    ~Connection() override;
    /// A session with a new database on the server of `options`, which is dropped with it.
    static std::unique_ptr<Connection> scratch(const Options& options);

    sql::Result execute(const dialect::Statement& statement) override;
    void send(const dialect::Statement& statement, const dialect::Answer& answer) override;
    void flush() override;
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
    std::vector<dialect::Defect> defects(const std::string& version_table) override;
    bool is_done_already(const Error& error) const override;
    void limit(const dialect::Timeouts& timeouts) override;
    dialect::Claim claim(const dialect::LockRequest& request) override;
    std::vector<dialect::Impact> impact(const dialect::Statement& statement) override;
    std::vector<std::string> blockers(std::string_view sql) override;
    void cancel() noexcept override;
    /// The number of the server's process that was told when the session began; behind a proxy not the one
    /// that answers.
    int announced_process() const { return PQbackendPID(connection_.get()); }
    /// Expressions behind a SELECT with which the server notices a dead link as soon as this side does, so
    /// that no session of a client that is gone keeps its locks.
    std::string watch_link() const;

  private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    struct FreeCancel {
        void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
    };
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using Answer = std::unique_ptr<PGresult, Clear>;

    struct Scratch;

    /// A statement of the pipeline whose answer has not been read.
    struct Sent {
        std::string sql; ///< with its parameters' marks
        Place origin;
        dialect::Answer answer;
        bool reads = false, had_values = false;
    };

    void open(const Options& options);
    bool has_valid_index(const std::vector<std::string>& name) const;
    bool can_be_sent(const dialect::Statement& statement) const;
    void read_answer(Sent& sent, std::optional<Error>& failure);
    /// `synced`: the mark behind the last statement was sent.
    void end_pipeline(bool synced) noexcept;
    std::vector<schema::Table> normalize_together(const std::vector<const schema::Table*>& tables,
                                                  const dialect::Compiler& compiler);
    void set_up(bool read_only);
    /// Sends one text, which may hold several statements, and reads all that comes back. Throws for the first
    /// statement that failed.
    void run(const std::string& sql, Shown shown, bool reads, sql::Result& result);
    void run(const std::string& sql, bool reads, sql::Result& result) { run(sql, {sql}, reads, result); }
    void run_sets(const dialect::Statement& statement, sql::Result& result);
    /// Takes what a COPY offers or wants, so that the session goes on.
    void end_copy(ExecStatusType status);
    void check(const std::string& sql) const;
    void check_not_cancelled();
    [[noreturn]] void fail(const PGresult* result, Shown statement);
    [[noreturn]] void lost(std::string_view sql, bool committing = false);
    void drain() noexcept;
    /// What was claimed, before the session ends: whoever waits for it need not wait for that.
    void give_back() noexcept;
    static void notice(void* self, const PGresult* result);

    std::string name_;
    std::unique_ptr<Scratch> scratch_; ///< outlives the session
    std::unique_ptr<PGconn, Finish> connection_;
    std::unique_ptr<PGcancel, FreeCancel> cancel_;
    std::deque<Sent> sent_; ///< in libpq's pipeline mode
    bool pipeline_ = false;
    std::int64_t claimed_ = 0; ///< the key of the claim's lock
    std::atomic<bool> cancelled_ = false;
};

} // namespace orch::postgresql
