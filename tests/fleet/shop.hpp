// A file with several environments, their revisions and SQLite databases, for the tests of runs over several.
#pragma once

#include "script/folder.hpp"

#include "base/error.hpp"
#include "fleet/fleet.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace orch::test {

class Shop {
  public:
    /// Each has a database of its own.
    explicit Shop(const std::vector<std::string>& environments, const std::string& shared = "") {
        text_ = "[orch]\n" + shared + "\n";
        for (const std::string& name : environments) add(name);
        options.config = (folder.path / "orch.ini").string();
        options.all = true;
    }

    /// A section, with more lines.
    void add(const std::string& name, const std::string& more = "") {
        std::filesystem::create_directories(folder.path / name / "versions");
        sections_.emplace_back(name, fmt::format("[{0}]\nscript_location = %(here)s/{0}\n{1}\n", name, more));
    }
    /// Lines for an environment that is there.
    void say(const std::string& name, const std::string& lines) {
        for (auto& [section, text] : sections_)
            if (section == name) text += lines + "\n";
    }
    /// `upgrade` and `downgrade` are bodies of a line each; `head` are lines of the module.
    void revision(const std::string& environment, const std::string& id, const std::string& parent,
                  const std::string& head = "", const std::string& upgrade = "",
                  const std::string& downgrade = "") const {
        const std::string table = environment + "_" + id;
        folder.write(environment + "/versions/" + id + ".py",
                     fmt::format("\"\"\"make {0}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n"
                                 "revision = '{1}'\ndown_revision = {2}\n{3}\n"
                                 "def upgrade():\n    {4}\ndef downgrade():\n    {5}\n",
                                 table, id, parent.empty() ? "None" : "'" + parent + "'", head,
                                 upgrade.empty()
                                     ? "op.create_table('" + table + "', sa.Column('id', sa.Integer))"
                                     : upgrade,
                                 downgrade.empty() ? "op.drop_table('" + table + "')" : downgrade));
    }
    fleet::Project project() {
        std::string text = text_;
        for (const auto& [name, lines] : sections_) {
            text += lines;
            if (lines.find("url =") == std::string::npos && text_.find("url =") == std::string::npos)
                text += fmt::format("url = sqlite:///%(here)s/{}.db\n", name);
        }
        folder.write("orch.ini", text);
        return fleet::Project(options);
    }
    /// The version rows of an environment, joined.
    std::string at(const std::string& environment) {
        fleet::Project opened = project();
        std::string rows;
        opened.find(environment)->read([&](runner::Session& session) {
            for (const std::string& row : session.current()) rows += (rows.empty() ? "" : " ") + row;
        });
        return rows;
    }

    Folder folder;
    fleet::Options options;

  private:
    std::string text_;
    std::vector<std::pair<std::string, std::string>> sections_;
};

} // namespace orch::test
