// Reading a tree: which files are revisions, and what their heads say.
#include "script/folder.hpp"

#include "script/script.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace orch::test {
namespace {

namespace fs = std::filesystem;

class Scan : public testing::Test {
  protected:
    Scan() { settings_.script_location = folder_.path; }

    void revision(const std::string& name, const std::string& id,
                  const std::string& more = "down_revision = None\n") {
        folder_.write(name, "\"\"\"" + id + "\"\"\"\nrevision = '" + id + "'\n" + more);
    }

    std::vector<std::string> ids() const {
        std::vector<std::string> result;
        for (const auto& file : script::scan(settings_)) result.push_back(file.head.id);
        return result;
    }

    script::RevisionFile one(const std::string& text, const std::string& name = "ae10.py") {
        auto file = script::scan_file(folder_.write(name, text));
        EXPECT_TRUE(file.has_value()) << text;
        return file.value_or(script::RevisionFile{});
    }

    std::string error(const std::string& text) {
        try {
            script::scan_file(folder_.write("wrong.py", text));
        } catch (const Error& error) {
            int line = error.place() ? error.place()->line : 0;
            return std::to_string(line) + " " + error.message();
        }
        return "no error";
    }

    Folder folder_;
    script::Settings settings_;
};

using Ids = std::vector<std::string>;

TEST_F(Scan, reads_typed_and_untyped_heads) {
    auto old = one("\"\"\"Add a column\n\nRevision ID: ae10\n\"\"\"\nrevision = 'ae10'\ndown_revision = "
                   "'1975'\nfrom alembic import op\n"
                   "def upgrade():\n    pass\n");
    EXPECT_EQ(old.head.id, "ae10");
    EXPECT_EQ(old.head.doc, "Add a column");
    EXPECT_EQ(old.long_doc, "Add a column\n\nRevision ID: ae10");
    EXPECT_EQ(old.head.down_revisions, Ids{"1975"});
    EXPECT_EQ(old.head.place.line, 5);
    auto typed = one(
        "from typing import Sequence, Union\nrevision: str = \"ae10\"\ndown_revision: Union[str, "
        "Sequence[str], None] = (\"a\", \"b\")\n"
        "branch_labels: Union[str, None] = \"core\"\ndepends_on = [\"c\"]\nrequires = (\"core@1975\",)\n");
    EXPECT_EQ(typed.head.down_revisions, (Ids{"a", "b"}));
    EXPECT_EQ(typed.head.branch_labels, Ids{"core"});
    EXPECT_EQ(typed.head.depends_on, Ids{"c"});
    EXPECT_EQ(typed.requires_, Ids{"core@1975"});
    EXPECT_EQ(typed.head.doc, "");
}

TEST_F(Scan, takes_the_first_paragraph_as_the_message) {
    EXPECT_EQ(one("'''  two\nlines\n\nmore'''\nrevision = 'a'\ndown_revision = None\n").head.doc,
              "two\nlines");
}

TEST_F(Scan, accepts_windows_line_ends_and_a_byte_order_mark) {
    auto file = one("\xef\xbb\xbf\"\"\"a\r\n\r\nb\"\"\"\r\nrevision = 'ae10'\r\ndown_revision = None\r\n");
    EXPECT_EQ(file.head.id, "ae10");
    EXPECT_EQ(file.long_doc, "a\n\nb");
}

TEST_F(Scan, honours_a_coding_line) {
    EXPECT_EQ(one("# -*- coding: latin-1 -*-\n\"\"\"caf\xe9\"\"\"\nrevision = 'a'\ndown_revision = None\n")
                  .head.doc,
              "caf\xc3\xa9");
    EXPECT_EQ(one("# -*- coding: utf-8 -*-\n\"\"\"caf\xc3\xa9\"\"\"\nrevision = 'a'\ndown_revision = None\n")
                  .head.doc,
              "caf\xc3\xa9");
    EXPECT_EQ(error("\"\"\"caf\xe9\"\"\"\nrevision = 'a'\ndown_revision = None\n"),
              "1 byte 0xe9 is not UTF-8");
    EXPECT_EQ(error("# coding: klingon\n\"\"\"caf\xe9\"\"\"\nrevision = 'a'\ndown_revision = None\n"),
              "1 unknown encoding 'klingon'");
}

TEST_F(Scan, leaves_files_alone_that_are_no_revisions) {
    revision("versions/b.py", "b");
    revision("versions/a.py", "a");
    folder_.write("versions/__init__.py", "revision = 'no'\ndown_revision = None\n");
    folder_.write("versions/.#b.py", "revision = 'no'\ndown_revision = None\n");
    folder_.write("versions/helper.py", "def f():\n    pass\n");
    folder_.write("versions/notes.txt", "revision = 'no'\n");
    folder_.write("versions/c.pyc", "revision = 'no'\n");
    revision("versions/nested/c.py", "c");
    EXPECT_EQ(ids(), (Ids{"a", "b"}));
    settings_.recursive_version_locations = true;
    EXPECT_EQ(ids(), (Ids{"a", "b", "c"}));
}

TEST_F(Scan, takes_the_id_of_a_file_older_than_alembic_0_2_from_its_name) {
    EXPECT_EQ(one("down_revision = None\n", "3adcc9a56557.py").head.id, "3adcc9a56557");
    EXPECT_EQ(error("down_revision = None\n"), "1 'down_revision' without a 'revision'");
}

TEST_F(Scan, reads_several_version_locations_once_each) {
    revision("one/a.py", "a");
    revision("two/b.py", "b");
    fs::create_symlink(folder_.path / "one", folder_.path / "again");
    fs::create_symlink(folder_.path / "one/a.py", folder_.path / "two/link.py");
    settings_.version_locations = {folder_.path / "two", folder_.path / "one", folder_.path / "again",
                                   folder_.path / "missing"};
    EXPECT_EQ(ids(), (Ids{"b", "a"}));
}

TEST_F(Scan, takes_a_missing_versions_folder_for_an_empty_one) { EXPECT_TRUE(ids().empty()); }

TEST_F(Scan, says_how_to_make_a_missing_tree) {
    settings_.script_location = folder_.path / "nowhere";
    try {
        script::scan(settings_);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::system);
        EXPECT_NE(error.hint().find("orch init"), std::string::npos);
    }
}

TEST_F(Scan, refuses_compiled_revisions_without_their_source) {
    settings_.sourceless = true;
    revision("versions/a.py", "a");
    folder_.write("versions/a.pyc", "x");
    EXPECT_EQ(ids(), Ids{"a"});
    folder_.write("versions/b.pyc", "x");
    EXPECT_THROW(script::scan(settings_), Error);
}

TEST_F(Scan, names_mistakes_in_a_head) {
    EXPECT_EQ(error("revision = 'a'\n"), "1 'down_revision' is missing");
    EXPECT_EQ(error("revision = 5\ndown_revision = None\n"),
              "1 'revision' is a number, expected a string, a tuple of strings or None");
    EXPECT_EQ(error("revision = ''\ndown_revision = None\n"), "1 'revision' is no id, expected one string");
    EXPECT_EQ(error("\nrevision = 'a-b'\ndown_revision = None\n").substr(0, 22), "2 the id 'a-b' holds '");
    EXPECT_EQ(error(std::string("x\0y", 3)), "1 the file holds a NUL byte: this is no text");
    EXPECT_EQ(error("\x89PNG\r\n\x1a\n\xff\xfe").substr(0, 6), "1 byte");
}

TEST_F(Scan, reads_the_same_with_thousands_of_files) {
    for (int i = 0; i < 2000; ++i) {
        std::string id = "r" + std::to_string(10000 + i);
        revision("versions/" + id + ".py", id,
                 "down_revision = " + (i ? "'r" + std::to_string(9999 + i) + "'" : std::string("None")) +
                     "\n");
    }
    auto all = script::scan(settings_);
    ASSERT_EQ(all.size(), 2000U);
    for (std::size_t i = 1; i < all.size(); ++i)
        EXPECT_EQ(all[i].head.down_revisions, Ids{all[i - 1].head.id});
}

} // namespace
} // namespace orch::test
