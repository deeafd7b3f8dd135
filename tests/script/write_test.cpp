// New revisions: how the file is called, what stands in it, and the commands that are run on it.
#include "script/folder.hpp"
#include "script/recorder.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <sys/stat.h>

namespace orch::test {
namespace {

namespace fs = std::filesystem;

class Write : public testing::Test {
  protected:
    Write() {
        settings_.script_location = folder_.path;
        revision_.id = "ae10";
        revision_.message = "Add a column";
        revision_.down_revisions = {"1975"};
        revision_.version_path = folder_.path / "versions";
    }

    fs::path write() { return script::write_revision(revision_, settings_, context_); }
    std::string name() {
        auto path = write();
        fs::remove(path);
        return fs::relative(path, revision_.version_path).string();
    }
    std::string text() {
        auto path = write();
        std::string result = folder_.read(path);
        fs::remove(path);
        return result;
    }
    std::string error() {
        try {
            write();
        } catch (const Error& error) {
            std::string notes = error.notes().empty() ? "" : " [" + error.notes()[0] + "]";
            return error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")") + notes;
        }
        return "no error";
    }

    Folder folder_;
    script::Settings settings_;
    script::Context context_;
    script::NewRevision revision_;
};

TEST_F(Write, makes_a_revision_that_reads_and_runs) {
    auto path = write();
    auto file = script::scan_file(path);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->head.id, "ae10");
    EXPECT_EQ(file->head.doc, "Add a column");
    EXPECT_EQ(file->head.down_revisions, std::vector<std::string>{"1975"});
    EXPECT_TRUE(file->head.branch_labels.empty());
    Recorder recorder;
    script::run(*file, script::Direction::upgrade, settings_, context_, recorder);
    script::run(*file, script::Direction::downgrade, settings_, context_, recorder);
    EXPECT_TRUE(recorder.lines.empty());
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0111, 0U);
}

TEST_F(Write, keeps_merges_labels_and_dependencies) {
    revision_.down_revisions = {"a1", "b2"};
    revision_.branch_labels = {"core"};
    revision_.depends_on = {"c3"};
    auto file = script::scan_file(write());
    EXPECT_EQ(file->head.down_revisions, (std::vector<std::string>{"a1", "b2"}));
    EXPECT_EQ(file->head.branch_labels, std::vector<std::string>{"core"});
    EXPECT_EQ(file->head.depends_on, std::vector<std::string>{"c3"});
}

TEST_F(Write, puts_bodies_where_they_belong) {
    revision_.upgrades = "    op.drop_table(\"a\")\n    op.drop_table(\"b\")";
    revision_.downgrades = "    op.execute(\"x\")";
    auto file = script::scan_file(write());
    Recorder recorder;
    script::run(*file, script::Direction::upgrade, settings_, context_, recorder);
    script::run(*file, script::Direction::downgrade, settings_, context_, recorder);
    EXPECT_EQ(recorder.text(), "drop_table a\ndrop_table b\nexecute `x`\n");
}

TEST_F(Write, makes_a_sql_revision) {
    revision_.sql = true;
    auto path = write();
    EXPECT_EQ(path.filename(), "ae10_add_a_column.sql");
    auto file = script::scan_file(path);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->head.doc, "Add a column");
    EXPECT_EQ(file->head.down_revisions, std::vector<std::string>{"1975"});
    Recorder recorder;
    script::run(*file, script::Direction::upgrade, settings_, context_, recorder);
    script::run(*file, script::Direction::downgrade, settings_, context_, recorder);
    EXPECT_TRUE(recorder.lines.empty());
}

TEST_F(Write, never_overwrites) {
    auto path = write();
    std::string before = folder_.read(path);
    EXPECT_NE(error(), "no error");
    EXPECT_EQ(folder_.read(path), before);
}

struct NameCase {
    const char* file_template;
    const char* message;
    int limit;
    const char* name;
};

TEST_F(Write, names_files_by_the_rules_of_alembic) {
    static const NameCase cases[]{
        {"%(rev)s_%(slug)s", "Add a column", 40, "ae10_add_a_column.py"},
        {"%(rev)s_%(slug)s", "", 40, "ae10_.py"},
        {"%(rev)s_%(slug)s", "Drop  user's e-mail, (again)!", 40, "ae10_drop_user_s_e_mail_again.py"},
        {"%(rev)s_%(slug)s", "a message that is much longer than forty characters are", 40,
         "ae10_a_message_that_is_much_longer_than_.py"},
        {"%(rev)s_%(slug)s", "short words here", 10, "ae10_short_.py"},
        {"%(rev)s_%(slug)s", "Straße ÄRGER 数", 40, "ae10_straße_ärger_数.py"},
        {"%(slug)s-%(rev)s", "x", 40, "x-ae10.py"},
        {"100%%_%(rev)s", "x", 40, "100%_ae10.py"},
        {"%(rev)10s|%(rev)-6s|%(rev).2s", "x", 40, "      ae10|ae10  |ae.py"},
        {"sub/folder/%(rev)s", "x", 40, "sub/folder/ae10.py"},
    };
    for (const auto& each : cases) {
        settings_.file_template = each.file_template;
        settings_.truncate_slug_length = each.limit;
        revision_.message = each.message;
        EXPECT_EQ(name(), each.name) << each.file_template << " " << each.message;
    }
}

TEST_F(Write, puts_the_date_into_the_name) {
    settings_.file_template =
        "%(year)d/%(month).2d/%(day).2d_%(hour).2d%(minute)02d%(second)02d_%(epoch)s_%(rev)s";
    EXPECT_TRUE(std::regex_match(name(), std::regex(R"(20\d\d/\d\d/\d\d_\d{6}_\d{10}_ae10\.py)")));
}

TEST_F(Write, writes_the_date_as_python_does) {
    EXPECT_TRUE(std::regex_search(
        text(), std::regex(R"(\nCreate Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\n)")));
    settings_.timezone = "UTC";
    EXPECT_TRUE(std::regex_search(text(), std::regex(R"(\nCreate Date: .{19}(\.\d{6})?\+00:00\n)")));
    settings_.timezone = "Asia/Kolkata";
    EXPECT_TRUE(std::regex_search(text(), std::regex(R"(\nCreate Date: .{19}(\.\d{6})?\+05:30\n)")));
    settings_.timezone = "utc";
    EXPECT_NE(text().find("+00:00"), std::string::npos);
    settings_.timezone = "Europe/Atlantis";
    EXPECT_EQ(error(), "unknown timezone 'Europe/Atlantis' (expected a name such as 'UTC' or "
                       "'Europe/Berlin'; the package tzdata brings the list)");
}

TEST_F(Write, names_mistakes_in_the_file_template) {
    settings_.file_template = "%(rev)s_%(sulg)s";
    EXPECT_EQ(
        error(),
        "file_template '%(rev)s_%(sulg)s': unknown name 'sulg' at character 9 (did you mean '%(slug)s'?)");
    settings_.file_template = "%(rev)d";
    EXPECT_EQ(error(), "file_template '%(rev)d': '%d' expects a number, 'rev' is text at character 1");
    settings_.file_template = "%rev";
    EXPECT_EQ(error(), "file_template '%rev': expected '%(name)s' at character 1");
    revision_.id = "a-b";
    EXPECT_EQ(error(),
              "the id 'a-b' holds '-', which cannot stand in one (letters, digits and '_' are safe)");
}

TEST_F(Write, uses_the_template_of_the_tree) {
    folder_.write(
        "script.py.mako",
        "\"\"\"${message} by ${config.get_main_option('author')}\"\"\"\nrevision = ${repr(up_revision)}\n"
        "down_revision = ${repr(down_revision)}\n# ${create_date.year > 2000} ${down_revision | comma,n}\n");
    context_.main_options["author"] = "ann";
    EXPECT_EQ(text(),
              "\"\"\"Add a column by ann\"\"\"\nrevision = 'ae10'\ndown_revision = '1975'\n# True 1975\n");
    revision_.branch_labels = {"core"};
    EXPECT_EQ(error(), "'" + (revision_.version_path / "ae10_add_a_column.py").string() +
                           "' was written without the branch labels 'core' (script.py.mako has no line for "
                           "them; add: branch_labels = "
                           "${repr(branch_labels)})");
}

TEST_F(Write, leaves_nothing_behind_when_the_template_fails) {
    folder_.write("script.py.mako", "${1/0}\n");
    EXPECT_NE(error(), "no error");
    EXPECT_FALSE(fs::exists(revision_.version_path));
}

TEST_F(Write, writes_in_the_encoding_that_is_asked_for) {
    revision_.message = "caf\xc3\xa9";
    settings_.output_encoding = "latin-1";
    EXPECT_EQ(error(), "byte 0xe9 is not UTF-8 (save the file as UTF-8, or declare its encoding on the first "
                       "line: # -*- coding: latin-1 -*-)");
    EXPECT_FALSE(fs::exists(revision_.version_path));
    folder_.write(
        "script.py.mako",
        "# coding: latin-1\n\"\"\"${message}\"\"\"\nrevision = ${repr(up_revision)}\ndown_revision = None\n");
    EXPECT_NE(text().find("caf\xe9"), std::string::npos);
    revision_.message = "\xe6\x95\xb0";
    EXPECT_EQ(error(), "the revision holds a character that output_encoding 'latin-1' does not have (set "
                       "output_encoding = utf-8)");
}

TEST_F(Write, runs_hooks_with_the_file) {
    settings_.hooks = {{"mark", "sh", "-c 'echo \"# marked\" >> \"$0\"' REVISION_SCRIPT_FILENAME", "", {}}};
    EXPECT_TRUE(text().ends_with("# marked\n"));
    fs::create_directories(folder_.path / "else where");
    settings_.hooks = {{"touch", "cp", "-p", "", {}}};
    settings_.hooks[0].options = "REVISION_SCRIPT_FILENAME ./copy.py";
    settings_.hooks[0].cwd = (folder_.path / "else where").string();
    write();
    EXPECT_TRUE(fs::exists(folder_.path / "else where/copy.py"));
}

TEST_F(Write, keeps_the_file_when_a_hook_fails) {
    settings_.hooks = {{"check", "false", "", "", {}}};
    std::string path = (revision_.version_path / "ae10_add_a_column.py").string();
    EXPECT_EQ(error(), "post write hook 'check' failed with exit code 1 [the new revision '" + path +
                           "' was written and kept]");
    EXPECT_TRUE(fs::exists(path));
    fs::remove(path);
    settings_.hooks = {{"black", "no-such-program", "", "", {}}};
    EXPECT_TRUE(error().starts_with(
        "post write hook 'black' cannot run 'no-such-program': No such file or directory"));
    fs::remove(path);
    settings_.hooks = {{"quote", "true", "'open", "", {}}};
    EXPECT_TRUE(error().starts_with("' is never closed"));
}

TEST_F(Write, makes_ids_of_twelve_hexadecimal_digits) {
    std::string one = script::new_revision_id(), other = script::new_revision_id();
    EXPECT_TRUE(std::regex_match(one, std::regex("[0-9a-f]{12}")));
    EXPECT_NE(one, other);
}

} // namespace
} // namespace orch::test
