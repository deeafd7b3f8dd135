// A folder with revisions and a SQLite database, for the tests of the runner.
#pragma once

#include "script/folder.hpp"

#include "dialect/plugin.hpp"
#include "runner/runner.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::test {

inline const dialect::Dialect& sqlite() {
    static dialect::Plugins plugins;
    return plugins.for_scheme("sqlite");
}

/// Revisions are added before the first tree() is made.
class World {
  public:
    World() {
        settings.environment = "alembic";
        settings.scripts.script_location = folder.path;
        settings.url = parse_url("sqlite:///" + database().string());
        std::filesystem::create_directories(folder.path / "versions");
    }

    std::filesystem::path database() const { return folder.path / "app.db"; }
    std::filesystem::path lock_file(const std::string& table = "alembic_version") const {
        return database().string() + "." + table + ".lock";
    }

    /// A revision whose upgrade() and downgrade() are single lines of `op` calls.
    void revision(const std::string& id, const std::string& parent, const std::string& upgrade,
                  const std::string& downgrade = "pass") const {
        folder.write("versions/" + id + ".py",
                     fmt::format("\"\"\"make {0}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n"
                                 "revision = '{0}'\ndown_revision = {1}\n"
                                 "def upgrade():\n    {2}\ndef downgrade():\n    {3}\n",
                                 id, parent.empty() ? "None" : "'" + parent + "'", upgrade, downgrade));
    }

    /// Creates the table `id` and drops it.
    void table(const std::string& id, const std::string& parent) const {
        revision(id, parent, fmt::format("op.create_table('{}', sa.Column('id', sa.Integer))", id),
                 fmt::format("op.drop_table('{}')", id));
    }

    const runner::Tree& tree() {
        if (!tree_) tree_.emplace(settings.scripts);
        return *tree_;
    }

    runner::Summary upgrade(const std::vector<std::string>& targets = {"heads"}) {
        return runner::Session(settings, tree(), sqlite(), runner::Session::Access::write).upgrade(targets);
    }
    runner::Summary downgrade(const std::string& target) {
        return runner::Session(settings, tree(), sqlite(), runner::Session::Access::write).downgrade(target);
    }
    std::vector<std::string> current() {
        return runner::Session(settings, tree(), sqlite(), runner::Session::Access::read).current();
    }

    std::vector<std::string> query(const std::string& sql) const {
        const auto connection = sqlite().connect(settings.url, {});
        dialect::Statement statement;
        statement.sql = sql;
        statement.reads = true;
        std::vector<std::string> found;
        for (const auto& row : connection->execute(statement).rows)
            found.push_back(std::holds_alternative<std::string>(row.front())
                                ? std::get<std::string>(row.front())
                                : std::to_string(std::get<std::int64_t>(row.front())));
        return found;
    }
    std::vector<std::string> tables() const {
        return query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    }

    Folder folder;
    runner::Settings settings;

  private:
    std::optional<runner::Tree> tree_;
};

} // namespace orch::test
