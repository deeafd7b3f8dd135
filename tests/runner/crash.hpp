// Crash points: a process ends before and after each thing that it asks of the database, and the same command
// run again must bring the database to where it would have come without that.
#pragma once

#include "runner/world.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace orch::test {

constexpr int never = 1 << 30;
constexpr int killed = 9;

/// Ends the process when it has been passed so often.
struct Fuse {
    int left = never;
    void burn() {
        if (--left == 0) _exit(killed);
    }
};

inline bool is_ddl(const std::string& sql) {
    for (const char* word : {"CREATE", "ALTER", "DROP"})
        if (sql.starts_with(word)) return true;
    return false;
}

/// SQLite, or SQLite that commits before and after each DDL statement, as MariaDB does.
class Fused final : public dialect::Connection {
  public:
    Fused(std::unique_ptr<dialect::Connection> inner, Fuse& fuse, bool transactional)
        : inner_(std::move(inner)), fuse_(fuse), transactional_(transactional) {}

    template <class Work>
    auto effect(Work&& work) {
        fuse_.burn();
        struct After {
            ~After() { fuse.burn(); }
            Fuse& fuse;
        } const after{fuse_};
        return work();
    }

    sql::Result execute(const dialect::Statement& statement) override {
        const bool ddl = is_ddl(statement.sql);
        if (!transactional_ && ddl && in_transaction()) inner_->commit();
        return effect([&] { return inner_->execute(statement); });
    }
    void begin(bool write) override {
        effect([&] { inner_->begin(write); });
    }
    void commit() override {
        effect([&] { inner_->commit(); });
    }
    void rollback() noexcept override { inner_->rollback(); }
    bool in_transaction() const override { return inner_->in_transaction(); }
    bool has_table(std::string_view table, const std::optional<std::string>& schema) override {
        return inner_->has_table(table, schema);
    }
    std::vector<std::string> table_names(const std::optional<std::string>& schema) override {
        return inner_->table_names(schema);
    }
    std::string server_version() override { return inner_->server_version(); }
    bool is_done_already(const Error& error) const override {
        for (const char* words : {"already exists", "duplicate column", "no such table", "no such column"})
            if (error.message().find(words) != std::string::npos) return true;
        return false;
    }
    void cancel() noexcept override { inner_->cancel(); }

  private:
    std::unique_ptr<dialect::Connection> inner_;
    Fuse& fuse_;
    bool transactional_;
};

class FusedDialect final : public dialect::Dialect {
  public:
    explicit FusedDialect(bool transactional) { traits_.transactional_ddl = transactional; }
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return test::sqlite().compiler(); }
    std::unique_ptr<dialect::Connection> connect(const Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        auto inner = test::sqlite().connect(url, options);
        if (!inner) return nullptr;
        return std::make_unique<Fused>(std::move(inner), fuse, traits_.transactional_ddl);
    }
    std::string identity(const Url& url) const override { return test::sqlite().identity(url); }
    std::unique_ptr<dialect::Lock> lock(const Url& url, const dialect::ConnectOptions& options,
                                        const dialect::LockRequest& request) const override {
        return test::sqlite().lock(url, options, request);
    }

    mutable Fuse fuse;

  private:
    dialect::Traits traits_ = test::sqlite().traits();
};

class CrashTest : public testing::Test {
  protected:
    explicit CrashTest(bool transactional) : dialect(transactional) {
        world.settings.journal = true;
        world.settings.connect_args = {{"synchronous", "off"}}; // processes end here, not the machine
    }

    runner::Session writing() {
        return {world.settings, world.tree(), dialect, runner::Session::Access::write};
    }

    /// In a process of its own, with the log of a test of crashes left out.
    template <class Work>
    int in_a_process(Work&& work) {
        world.tree();
        const pid_t child = fork();
        if (child == 0) {
            dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
            try {
                work();
            } catch (const std::exception&) {
                _exit(1);
            }
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    std::vector<std::string> content() {
        std::vector<std::string> found = world.query(
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY name");
        for (const char* rows :
             {"SELECT x || ' ' || z FROM t ORDER BY x", "SELECT y FROM u ORDER BY y",
              "SELECT version_num FROM alembic_version",
              "SELECT entry || direction || revision FROM alembic_version_orch ORDER BY entry",
              "SELECT state FROM alembic_version_orch_open"}) {
            try {
                for (std::string& row : world.query(rows)) found.push_back(std::move(row));
            } catch (const Error&) {
                found.emplace_back("no table");
            }
        }
        return found;
    }

    /// Both commands with the process ended at each point in turn; gives how many points there were.
    template <class Work>
    int points_of(Work&& work) {
        const std::string start = before();
        EXPECT_EQ(in_a_process(work), 0);
        const std::vector<std::string> whole = content();
        int points = 0;
        for (int point = 1;; ++point) {
            restore(start);
            dialect.fuse.left = point;
            const int status = in_a_process(work);
            dialect.fuse.left = never;
            if (status == 0) return points;
            EXPECT_EQ(status, killed) << "at point " << point;
            ++points;
            EXPECT_EQ(in_a_process(work), 0) << "after point " << point;
            EXPECT_EQ(content(), whole) << "after point " << point;
            if (HasFailure()) return points;
        }
    }

    std::string before() const {
        if (!std::filesystem::exists(world.database())) return {};
        return world.folder.read(world.database());
    }
    void restore(const std::string& image) const {
        std::filesystem::remove(world.database().string() + "-journal");
        std::filesystem::remove(world.database());
        if (!image.empty()) world.folder.write("app.db", image);
    }

    World world;
    FusedDialect dialect;
};

} // namespace orch::test
