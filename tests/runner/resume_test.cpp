// Crash points, where DDL commits by itself: the process ends before and after each thing that it asks of the
// database, and the next run must bring the database to where it would have come without that.
#include "runner/world.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace orch {
namespace {

using runner::Session;
using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int never = 1 << 30;
constexpr int killed = 9;

/// Ends the process when it has been passed so often.
struct Fuse {
    int left = never;
    void burn() {
        if (--left == 0) _exit(killed);
    }
};

bool is_ddl(const std::string& sql) {
    for (const char* word : {"CREATE", "ALTER", "DROP"})
        if (sql.starts_with(word)) return true;
    return false;
}

/// SQLite that commits before and after each DDL statement, as MariaDB does.
class Committing final : public dialect::Connection {
  public:
    Committing(std::unique_ptr<dialect::Connection> inner, Fuse& fuse)
        : inner_(std::move(inner)), fuse_(fuse) {}

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
        if (ddl && in_transaction()) inner_->commit();
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
};

class CommittingDialect final : public dialect::Dialect {
  public:
    CommittingDialect() { traits_.transactional_ddl = false; }
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return test::sqlite().compiler(); }
    std::unique_ptr<dialect::Connection> connect(const Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        auto inner = test::sqlite().connect(url, options);
        if (!inner) return nullptr;
        return std::make_unique<Committing>(std::move(inner), fuse);
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

class Resume : public testing::Test {
  protected:
    Resume() {
        world.settings.connect_args = {{"synchronous", "off"}}; // processes end here, not the machine
        world.revision("a", "",
                       "op.create_table('t', sa.Column('x', sa.Integer))\n"
                       "    op.execute('INSERT INTO t VALUES (1)')\n"
                       "    op.execute('INSERT INTO t VALUES (2)')\n"
                       "    op.create_table('u', sa.Column('y', sa.Integer))\n"
                       "    op.execute('INSERT INTO u SELECT x FROM t')\n"
                       "    op.add_column('t', sa.Column('z', sa.Integer))\n"
                       "    op.execute('UPDATE t SET z = x * 10')",
                       "op.execute('DELETE FROM u WHERE y = 1')\n"
                       "    op.drop_column('t', 'z')\n"
                       "    op.execute('UPDATE t SET x = x + (SELECT count(*) FROM u)')\n"
                       "    op.drop_table('u')\n"
                       "    op.drop_table('t')");
        world.table("b", "a");
    }

    Session writing() { return {world.settings, world.tree(), dialect, Session::Access::write}; }

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
    CommittingDialect dialect;
};

TEST_F(Resume, completes_an_upgrade_that_ended_anywhere) {
    const int points = points_of([&] { writing().upgrade({"head"}); });
    EXPECT_GT(points, 60);
    RecordProperty("points", points);
}

TEST_F(Resume, completes_a_downgrade_that_ended_anywhere) {
    ASSERT_EQ(in_a_process([&] { writing().upgrade({"a"}); }), 0);
    EXPECT_GT(points_of([&] { writing().downgrade("base"); }), 40);
}

class Interrupted : public Resume {
  protected:
    /// Ends in the middle of revision a.
    void interrupt() {
        dialect.fuse.left = 40;
        ASSERT_EQ(in_a_process([&] { writing().upgrade({"head"}); }), killed);
        dialect.fuse.left = never;
    }
    template <class Work>
    Error refusal(Work&& work) {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        return Error(Fault::internal, "no error");
    }
};

TEST_F(Interrupted, is_told_to_whoever_asks) {
    EXPECT_FALSE(writing().interrupted());
    interrupt();
    EXPECT_EQ(Session(world.settings, world.tree(), dialect, Session::Access::read).interrupted(), "a");
}

TEST_F(Interrupted, is_finished_alone_by_resume) {
    interrupt();
    EXPECT_THAT(writing().resume().current, ElementsAre("a"));
    EXPECT_FALSE(writing().interrupted());
    EXPECT_THAT(writing().resume().steps, IsEmpty());
    EXPECT_THAT(world.query("SELECT z FROM t ORDER BY z"), ElementsAre("10", "20"));
}

TEST_F(Interrupted, lets_nothing_else_run_first) {
    interrupt();
    const Error error = refusal([&] { writing().stamp({"b"}, false); });
    EXPECT_EQ(error.message(), "the upgrade of revision 'a' was interrupted and is not finished");
    EXPECT_THAT(error.hint(), HasSubstr("orch resume"));
}

TEST_F(Interrupted, stops_where_the_script_was_edited_meanwhile) {
    interrupt();
    world.revision("a", "", "op.create_table('other', sa.Column('x', sa.Integer))");
    const runner::Tree tree(world.settings.scripts);
    const Error error =
        refusal([&] { Session(world.settings, tree, dialect, Session::Access::write).upgrade({"head"}); });
    EXPECT_EQ(error.message(),
              "statement 1 is not the one that ran here before the interruption of this revision");
    EXPECT_THAT(error.hint(), HasSubstr("orch resolve"));
}

TEST_F(Interrupted, is_applied_or_gone_where_the_user_says_so) {
    interrupt();
    EXPECT_EQ(refusal([&] { writing().resolve("b", true); }).message(),
              "'b' was not interrupted, but 'a' was");
    EXPECT_THAT(writing().resolve("a", true).current, ElementsAre("a"));
    EXPECT_FALSE(writing().interrupted());
    EXPECT_EQ(refusal([&] { writing().resolve("a", true); }).message(), "no revision was interrupted here");
}

TEST_F(Interrupted, begins_anew_when_nothing_of_it_is_left) {
    interrupt();
    for (const char* sql : {"DROP TABLE IF EXISTS t", "DROP TABLE IF EXISTS u"}) world.query(sql);
    EXPECT_THAT(writing().resolve("a", false).current, IsEmpty());
    EXPECT_THAT(writing().upgrade({"head"}).current, ElementsAre("b"));
}

TEST_F(Resume, goes_on_behind_what_took_effect_when_a_statement_was_refused) {
    world.revision("c", "b", "op.create_table('v', sa.Column('x', sa.Integer))\n    op.execute('nonsense')");
    try {
        writing().upgrade({"head"});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.notes(),
                    Contains("1 of its statements took effect and stay: here DDL cannot be rolled back"));
    }
    world.revision(
        "c", "b",
        "op.create_table('v', sa.Column('x', sa.Integer))\n    op.execute('INSERT INTO v VALUES (7)')");
    EXPECT_THAT(writing().upgrade({"head"}).current, ElementsAre("c"));
    EXPECT_THAT(world.query("SELECT x FROM v"), ElementsAre("7"));
}

} // namespace
} // namespace orch
