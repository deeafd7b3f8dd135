// `.sql` revisions: their head, their sections, and where one statement ends.
#include "script/folder.hpp"
#include "script/recorder.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace orch::test {
namespace {

using script::Direction;

class SqlRevision : public testing::Test {
  protected:
    script::RevisionFile head(const std::string& text) {
        auto file = script::scan_file(folder_.write("ae10.sql", text));
        EXPECT_TRUE(file.has_value());
        return *file;
    }

    std::vector<std::string> run(const std::string& text, Direction direction = Direction::upgrade) {
        auto file = head(text);
        script::run(file, direction, {}, {}, recorder_);
        return recorder_.lines;
    }

    // The statements of an upgrade section, without the recorder's marks.
    std::vector<std::string> statements(const std::string& sql) {
        std::vector<std::string> result;
        for (auto& line : run("-- orch:revision ae10\n-- orch:upgrade\n" + sql)) {
            result.push_back(line.substr(9, line.size() - 10)); // execute `...`
        }
        return result;
    }

    std::string error(const std::string& text, Direction direction = Direction::upgrade) {
        try {
            run(text, direction);
        } catch (const Error& error) {
            std::string where = error.place() ? std::to_string(error.place()->line) + ":" +
                                                    std::to_string(error.place()->column)
                                              : "nowhere";
            return where + " " + error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")");
        }
        return "no error";
    }

    Folder folder_;
    Recorder recorder_;
};

TEST_F(SqlRevision, understands_the_delimiter_of_the_program_mysql) {
    EXPECT_EQ(statements("DELIMITER //\n"
                         "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\n"
                         "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1; //\n"
                         "delimiter ;\n"
                         "SELECT 3;\n"),
              (std::vector<std::string>{"CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
                                        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1;",
                                        "SELECT 3"}));
}

TEST_F(SqlRevision, takes_dollars_behind_a_word_for_a_delimiter) {
    EXPECT_EQ(
        statements(
            "DELIMITER $$\r\nCREATE FUNCTION f() RETURNS INT RETURN 1$$\r\nDELIMITER ;\r\nSELECT 2;\r\n"),
        (std::vector<std::string>{"CREATE FUNCTION f() RETURNS INT RETURN 1", "SELECT 2"}));
}

TEST_F(SqlRevision, keeps_the_statements_of_a_rule_together) {
    EXPECT_EQ(
        statements(
            "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c);\nSELECT 1;"),
        (std::vector<std::string>{
            "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c)",
            "SELECT 1"}));
}

TEST_F(SqlRevision, takes_a_hash_inside_of_a_statement_for_an_operator) {
    EXPECT_EQ(statements("SELECT data\n#>> '{a}' FROM t;\nSELECT 1;"),
              (std::vector<std::string>{"SELECT data\n#>> '{a}' FROM t", "SELECT 1"}));
}

TEST_F(SqlRevision, refuses_what_only_psql_reads) {
    const std::string head = "-- orch:revision ae10\n-- orch:upgrade\n";
    EXPECT_EQ(error(head + "SELECT 1;\n  \\connect other\n"),
              "4:3 '\\connect' is a command of psql, not SQL (write what it does as SQL, or leave it out)");
    EXPECT_EQ(
        error(head + "COPY a (b) FROM stdin;\n1\n\\.\n"),
        "3:1 COPY ... FROM stdin reads what the program psql sends behind it (write the rows as INSERT, or "
        "op.bulk_insert() them)");
}

TEST_F(SqlRevision, reads_its_head_from_comments) {
    auto file = head("-- add the order totals view\n"
                     "--\n"
                     "-- for the accountants\n"
                     "-- orch:revision ae1027a6acf\n"
                     "-- orch:revises 1975ea83b712, 22aa\n"
                     "-- orch:branch-labels totals\n"
                     "-- orch:depends-on 33bb 44cc\n"
                     "-- orch:requires core@1975ea83b712\n"
                     "-- orch:upgrade\nSELECT 1;\n");
    EXPECT_EQ(file.kind, script::RevisionFile::sql);
    EXPECT_EQ(file.head.id, "ae1027a6acf");
    EXPECT_EQ(file.head.doc, "add the order totals view");
    EXPECT_EQ(file.long_doc, "add the order totals view\n\nfor the accountants");
    EXPECT_EQ(file.head.down_revisions, (std::vector<std::string>{"1975ea83b712", "22aa"}));
    EXPECT_EQ(file.head.branch_labels, std::vector<std::string>{"totals"});
    EXPECT_EQ(file.head.depends_on, (std::vector<std::string>{"33bb", "44cc"}));
    EXPECT_EQ(file.requires_, std::vector<std::string>{"core@1975ea83b712"});
    EXPECT_EQ(file.head.place.line, 4);
}

TEST_F(SqlRevision, is_a_base_without_parents) {
    for (const char* revises :
         {"", "-- orch:revises\n", "-- orch:revises none\n", "-- orch:revises <base>\n"}) {
        EXPECT_TRUE(head(std::string("-- orch:revision ae10\n") + revises + "-- orch:upgrade\n")
                        .head.down_revisions.empty())
            << revises;
    }
}

TEST_F(SqlRevision, accepts_windows_line_ends_and_a_byte_order_mark) {
    auto file =
        head("\xef\xbb\xbf-- add a view\r\n-- orch:revision ae10\r\n-- orch:upgrade\r\nSELECT 1;\r\n");
    EXPECT_EQ(file.head.id, "ae10");
    EXPECT_EQ(file.head.doc, "add a view");
    script::run(file, Direction::upgrade, {}, {}, recorder_);
    EXPECT_EQ(recorder_.lines, std::vector<std::string>{"execute `SELECT 1`"});
}

TEST_F(SqlRevision, leaves_other_sql_files_alone) {
    EXPECT_FALSE(script::scan_file(
        folder_.write("seed.sql", "-- data for a script to read\nINSERT INTO a VALUES (1);\n")));
}

TEST_F(SqlRevision, runs_the_section_of_a_direction) {
    std::string text = "-- orch:revision ae10\n-- orch:upgrade\nCREATE VIEW v AS SELECT 1;\n-- "
                       "orch:downgrade\nDROP VIEW v;\n";
    EXPECT_EQ(run(text), std::vector<std::string>{"execute `CREATE VIEW v AS SELECT 1`"});
    EXPECT_EQ(recorder_.origins[0].line, 3);
    EXPECT_EQ(recorder_.origins[0].source, "CREATE VIEW v AS SELECT 1");
    recorder_.lines.clear();
    EXPECT_EQ(run(text, Direction::downgrade), std::vector<std::string>{"execute `DROP VIEW v`"});
}

TEST_F(SqlRevision, prefers_the_section_of_the_dialect) {
    std::string text = "-- orch:revision ae10\n-- orch:upgrade\nSELECT 'all';\n-- orch:upgrade mariadb "
                       "mysql\nSELECT 'mine';\n"
                       "-- orch:downgrade\n";
    recorder_.dialect = "mysql";
    EXPECT_EQ(run(text), std::vector<std::string>{"execute `SELECT 'mine'`"});
    recorder_.lines.clear();
    recorder_.dialect = "postgresql";
    EXPECT_EQ(run(text), std::vector<std::string>{"execute `SELECT 'all'`"});
    recorder_.lines.clear();
    recorder_.names = {"mariadb", "mysql"};
    EXPECT_EQ(run(text), std::vector<std::string>{"execute `SELECT 'mine'`"});
}

TEST_F(SqlRevision, may_have_nothing_to_do) {
    EXPECT_TRUE(run("-- orch:revision ae10\n-- orch:upgrade\n-- nothing\n").empty());
}

TEST_F(SqlRevision, keeps_a_backslash_in_front_of_a_colon) {
    EXPECT_EQ(statements("SELECT '\\:x', ':y';"), std::vector<std::string>{"SELECT '\\\\:x', ':y'"})
        << "\\\\: stands for \\: in a text";
}

struct Mistake {
    const char* text;
    const char* error;
};

TEST_F(SqlRevision, names_mistakes_with_their_place) {
    static const Mistake mistakes[]{
        {"-- orch:revison ae10\n-- orch:upgrade\n",
         "1:9 unknown word '-- orch:revison' (did you mean '-- orch:revision'?)"},
        {"-- a view\n-- orch:upgrade\nSELECT 1;\n",
         "2:9 expected '-- orch:revision ID' in the header of a .sql revision (the header's words stand in "
         "front of the first '-- orch:upgrade' or "
         "'-- orch:downgrade')"},
        {"-- orch:revision ae10\n-- orch:revision ae11\n", "2:9 '-- orch:revision' stands here twice"},
        {"-- orch:revision ae10 ae11\n", "1:9 expected one id behind '-- orch:revision'"},
        {"-- orch:revision ae10\n-- orch:upgrade\nSELECT 1;\n-- orch:revises ae9\n",
         "4:9 '-- orch:revises' belongs in the header (put it in front of the first section)"},
        {"-- orch:revision ae10\nSELECT 1;\n-- orch:upgrade\n",
         "2:1 SQL stands in front of the first section (put '-- orch:upgrade' on a line before it)"},
        {"-- orch:revision ae10\n-- orch:upgrade\n-- orch:upgrade\n",
         "3:9 a second '-- orch:upgrade' section for all dialects"},
        {"-- orch:revision ae10\n-- orch:upgrade sqlitee\n",
         "2:9 unknown dialect 'sqlitee' (did you mean 'sqlite'?)"},
        {"-- orch:revision ae10\n-- orch:upgrade postgresql\nSELECT 1;\n",
         "0:0 no '-- orch:upgrade' section for 'sqlite'"},
        {"-- orch:revision ae10\n-- orch:upgrade\nBEGIN;\nSELECT 1;\nCOMMIT;\n",
         "3:1 'BEGIN' has no place in a revision (orch opens and ends the transactions that revisions run "
         "in: take the line out)"},
        {"-- orch:revision ae10\n-- orch:upgrade\nSELECT 'open;\n", "3:8 ''' is never closed"},
        {"-- orch:revision ae10\n-- orch:upgrade\nSELECT 1;\n/* open\n", "4:1 '/*' is never closed"},
        {"-- orch:revision ae10\n-- orch:upgrade\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\n",
         "3:1 the body that 'BEGIN' opens is never closed, expected 'END'"},
    };
    for (const auto& mistake : mistakes) EXPECT_EQ(error(mistake.text), mistake.error) << mistake.text;
}

TEST_F(SqlRevision, says_which_section_is_missing) {
    EXPECT_EQ(error("-- orch:revision ae10\n-- orch:upgrade\nSELECT 1;\n", Direction::downgrade),
              "0:0 no '-- orch:downgrade' section (add the line '-- orch:downgrade' with the SQL below it, "
              "or nothing below it where there is "
              "nothing to do)");
}

TEST_F(SqlRevision, ends_statements_at_semicolons_that_mean_it) {
    EXPECT_EQ(statements("-- first;\nINSERT INTO a VALUES ('x;y'';');  SELECT \"a;b\", `c;d`;\n\n/* ; */ "
                         "SELECT 2 -- ; \n;SELECT 3"),
              (std::vector<std::string>{"INSERT INTO a VALUES ('x;y'';')", "SELECT \"a;b\", `c;d`",
                                        "SELECT 2 -- ;", "SELECT 3"}));
}

TEST_F(SqlRevision, keeps_the_body_of_a_trigger_whole) {
    std::string trigger = "CREATE TRIGGER stamp AFTER UPDATE ON a WHEN (CASE WHEN 1 THEN 1 END) BEGIN\n"
                          "  UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END;\n  SELECT 1;\nEND";
    EXPECT_EQ(statements(trigger + ";\nSELECT 2;"), (std::vector<std::string>{trigger, "SELECT 2"}));
    recorder_.lines.clear();
    EXPECT_EQ(statements(trigger), std::vector<std::string>{trigger});
}

TEST_F(SqlRevision, keeps_the_body_of_a_procedure_whole) {
    std::string procedure = "CREATE OR REPLACE PROCEDURE p()\nBEGIN\n  IF x THEN SELECT 1; END IF;\n  WHILE "
                            "y DO SELECT 2; END WHILE;\n"
                            "  CASE z WHEN 1 THEN SELECT 3; END CASE;\nEND";
    EXPECT_EQ(statements(procedure + ";SELECT 4"), (std::vector<std::string>{procedure, "SELECT 4"}));
}

TEST_F(SqlRevision, does_not_take_a_table_called_begin_for_a_body) {
    EXPECT_EQ(
        statements("CREATE TABLE t (begin int, end_at int); INSERT INTO t SELECT begin, 1 FROM t;").size(),
        2U);
}

TEST_F(SqlRevision, knows_dollar_quotes) {
    std::string function =
        "CREATE FUNCTION f() RETURNS int AS $body$ BEGIN; SELECT ';$$;'; END; $body$ LANGUAGE plpgsql";
    EXPECT_EQ(statements(function + ";DO $$ SELECT 1; $$;"),
              (std::vector<std::string>{function, "DO $$ SELECT 1; $$"}));
}

TEST_F(SqlRevision, knows_escapes_where_the_database_has_them) {
    EXPECT_EQ(statements("SELECT E'it\\'s; fine'; SELECT '\\';"),
              (std::vector<std::string>{"SELECT E'it\\'s; fine'", "SELECT '\\'"}));
    recorder_.lines.clear();
    recorder_.backslashes = true;
    EXPECT_EQ(statements("SELECT 'it\\'s; fine'; SELECT 2;"),
              (std::vector<std::string>{"SELECT 'it\\'s; fine'", "SELECT 2"}));
}

TEST_F(SqlRevision, reads_comments_nested_or_flat) {
    EXPECT_EQ(statements("/* a /* b; */ c; */ SELECT 1; SELECT 2;"),
              (std::vector<std::string>{"SELECT 1", "SELECT 2"}));
    recorder_.lines.clear();
    EXPECT_EQ(statements("/* a /* b; */ SELECT 1; SELECT 2;"),
              (std::vector<std::string>{"SELECT 1", "SELECT 2"}));
    recorder_.lines.clear();
    EXPECT_EQ(statements("/*!40101 SET NAMES utf8 */;"),
              std::vector<std::string>{"/*!40101 SET NAMES utf8 */"});
}

TEST_F(SqlRevision, gives_each_statement_its_line) {
    statements("\nSELECT 1;\n\n-- why\nSELECT\n  2;\n");
    ASSERT_EQ(recorder_.origins.size(), 2U);
    EXPECT_EQ(recorder_.origins[0].line, 4);
    EXPECT_EQ(recorder_.origins[1].line, 7);
}

} // namespace
} // namespace orch::test
