// A version table that is too narrow for the tree's ids is widened before the first step.
#include "runner/world.hpp"

#include "dialect/compiler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using test::World;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

/// A database that stands empty at base, with a version table of a given width.
class Narrow final : public dialect::Connection {
  public:
    Narrow(std::int64_t width, std::vector<std::string>& ran) : width_(width), ran_(ran) {}

    sql::Result execute(const dialect::Statement& statement) override {
        ran_.push_back(statement.sql);
        return {{}, {}, 1, {}, {}};
    }
    void begin(bool) override { inside_ = true; }
    void commit() override { inside_ = false; }
    void rollback() noexcept override { inside_ = false; }
    bool in_transaction() const override { return inside_; }
    bool has_table(std::string_view, const std::optional<std::string>&) override { return true; }
    std::vector<std::string> table_names(const std::optional<std::string>&) override { return {}; }
    std::string server_version() override { return "1"; }
    schema::Catalog reflect(const dialect::ReflectOptions& options) override {
        schema::Table table;
        table.name = options.tables.at(0);
        schema::Column column;
        column.name = "version_num";
        column.type.name = "String";
        column.type.length = width_;
        table.columns.push_back(std::move(column));
        schema::Catalog catalog;
        catalog.tables.push_back(std::move(table));
        return catalog;
    }
    void cancel() noexcept override {}

  private:
    std::int64_t width_;
    std::vector<std::string>& ran_;
    bool inside_ = false;
};

class NarrowDialect final : public dialect::Dialect {
  public:
    explicit NarrowDialect(std::int64_t width) : width_(width) {}
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    std::unique_ptr<dialect::Connection> connect(const Url&, const dialect::ConnectOptions&) const override {
        return std::make_unique<Narrow>(width_, ran);
    }
    std::string identity(const Url&) const override { return "narrow"; }

    mutable std::vector<std::string> ran;

  private:
    std::int64_t width_;
    dialect::Traits traits_;
    dialect::Grammar grammar_;
    dialect::AnsiCompiler compiler_{traits_, grammar_};
};

std::vector<std::string> statements(std::size_t id_length, std::int64_t width) {
    World world;
    world.table(std::string(id_length, 'a'), "");
    const NarrowDialect dialect(width);
    runner::Session(world.settings, world.tree(), dialect, runner::Session::Access::write).upgrade({"head"});
    return dialect.ran;
}

TEST(VersionColumn, is_widened_for_long_ids) {
    EXPECT_EQ(statements(40, 32).front(),
              "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(255)");
    EXPECT_THAT(statements(200, 100), Contains(HasSubstr("VARCHAR(255)")));
}

TEST(VersionColumn, stays_where_it_is_wide_enough) {
    EXPECT_THAT(statements(12, 32), Each(Not(HasSubstr("ALTER"))));
    EXPECT_THAT(statements(40, 255), Each(Not(HasSubstr("ALTER"))));
}

} // namespace
} // namespace orch
