// A session with a MariaDB or MySQL server, on Connector/C. Statements travel as text, with their values as
// literals in place, as Python's drivers send them: that takes each statement of the server in one round
// trip.
#pragma once

#include "compiler.hpp"
#include "dialect/dialect.hpp"
#include "dialect/sql_words.hpp"
#include "options.hpp"

#include <mysql.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace orch::mariadb {

class Connection final : public dialect::Connection {
  public:
    /// `target` is the masked URL, for messages. The traits are the dialect's and outlive the connection.
    Connection(Options options, std::string target, bool read_only, const dialect::Traits& traits);
    ~Connection() override;
    /// A new, empty database on the server of these options, which goes away with the connection.
    static std::unique_ptr<Connection> scratch(Options options, std::string target,
                                               const dialect::Traits& traits);

    sql::Result execute(const dialect::Statement& statement) override;
    void send(const dialect::Statement& statement, const dialect::Answer& answer) override;
    void flush() override;
    void begin(bool write) override;
    void commit() override;
    void commit_later(const dialect::Answer& committed) override;
    void dispatch() override;
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
    const dialect::Compiler* compiler() const override { return compiler_.get(); }
    std::vector<dialect::Defect> defects(const std::string& version_table) override;
    void limit(const dialect::Timeouts& timeouts) override;
    dialect::Claim claim(const dialect::LockRequest& request) override;
    bool rolls_back(const dialect::Statement& statement) override;
    std::vector<dialect::Impact> impact(const dialect::Statement& statement) override;
    std::vector<std::string> blockers(std::string_view sql) override;
    void cancel() noexcept override;

  private:
    class Reader;   // inspect.hpp
    class Escapes;  // restate.cpp
    class Writable; // normalize.cpp
    struct Close {
        void operator()(MYSQL* session) const { mysql_close(session); }
    };
    using Session = std::unique_ptr<MYSQL, Close>;

    /// A statement as errors show it: without the values of its parameters, which may be secret.
    struct Shown {
        std::string_view sql;
        bool had_values = false;
    };

    /// A statement that waits to go to the server together with others.
    struct Waiting {
        std::string sql, shown;
        Place origin;
        dialect::Answer answer;
        bool reads = false, had_values = false;
    };

    Session connect();
    void prepare_session(bool read_only);
    void run(std::string_view sql);
    void put(std::string_view sql, Shown shown);
    /// Whether it may stand among others in a packet.
    static bool is_one(const dialect::Statement& statement);
    void wait_for(std::string sql, const dialect::Answer& answer);
    void wait_for(const dialect::Statement& statement, const dialect::Answer& answer);
    /// Reads the answers of what was sent.
    void settle();
    /// In one packet, from the one at `from` on.
    void put_together(const std::vector<Waiting>& together, std::size_t from);
    /// `at` is the one whose answer is being read.
    void read_answers(const std::vector<Waiting>& together, std::size_t& at);
    void read_guard(const Waiting& own, int& more);
    void leave_rest();
    std::string packet_of(const std::vector<Waiting>& together, std::size_t from) const;
    void blame(const std::vector<Waiting>& together, std::size_t at, Error& error);
    std::string sql_of(const dialect::Statement& statement) const;
    void learn_status();
    /// Reads every result of what was sent; the rows of the last one that has any are kept where they are
    /// wanted.
    void receive(Shown shown, bool reads, sql::Result& result);
    void run_sets(const dialect::Statement& statement, sql::Result& result);
    std::vector<std::vector<sql::Datum>> query(const std::string& sql);
    /// What information_schema tells of the table that a statement is about; no row where there is none.
    std::vector<std::vector<sql::Datum>> about_table(const dialect::Subject& subject, const char* columns);
    /// The definition that a column shall have: what is there, with what the script asks for. Nothing where
    /// there is no such column.
    std::optional<std::string> restated(const ops::AlterColumn& change);
    std::string with_values(std::string_view sql, const std::vector<std::size_t>& places,
                            const std::vector<sql::Datum>& values) const;
    std::string literal(const sql::Datum& value) const;
    void check_not_cancelled(std::string_view sql);
    void remove_old_scratch();
    void drop_scratch() noexcept;
    /// What was claimed, before the session ends: whoever waits for it need not wait for that.
    void give_back() noexcept;
    [[noreturn]] void fail(MYSQL* session, Shown shown);

    Options options_;
    std::string target_;
    const dialect::Traits& traits_;
    bool read_only_;
    std::string scratch_;                 ///< the name of the scratch database that this is
    std::vector<Waiting> waiting_, sent_; ///< `sent_` is what the server is at, in one packet
    std::size_t waiting_bytes_ = 0;
    std::string claimed_; ///< the name of the claim's lock, as an SQL literal
    std::atomic<bool> cancelled_ = false;
    unsigned long id_ = 0; ///< the server's number of this session
    Session session_;
    Server server_;
    std::unique_ptr<Compiler> compiler_;
    std::map<std::string, bool> engines_; ///< whether a table's engine knows transactions, as far as asked
};

} // namespace orch::mariadb
