#include "dialect/sql_words.hpp"

#include <gtest/gtest.h>

namespace orch::dialect {
namespace {

struct Case {
    const char *sql, *shown;
};

TEST(WithoutPasswords, hides_what_makes_users) {
    for (const auto& [sql, shown] : {
             Case{"CREATE ROLE ann LOGIN PASSWORD 'it''s'", "CREATE ROLE ann LOGIN PASSWORD '***'"},
             {"ALTER ROLE ann ENCRYPTED PASSWORD E'a\\'b' VALID UNTIL 'infinity'",
              "ALTER ROLE ann ENCRYPTED PASSWORD E'***' VALID UNTIL 'infinity'"},
             {"CREATE USER 'ann'@'%' IDENTIFIED BY 's', bob IDENTIFIED BY \"t\" REQUIRE SSL",
              "CREATE USER 'ann'@'%' IDENTIFIED BY '***', bob IDENTIFIED BY \"***\" REQUIRE SSL"},
             {"CREATE USER ann IDENTIFIED WITH mysql_native_password AS '*HASH' COMMENT 'x'",
              "CREATE USER ann IDENTIFIED WITH mysql_native_password AS '***' COMMENT 'x'"},
             {"CREATE USER ann IDENTIFIED VIA a USING PASSWORD('s') OR b USING 't'",
              "CREATE USER ann IDENTIFIED VIA a USING PASSWORD('***') OR b USING '***'"},
             {"ALTER USER ann IDENTIFIED BY 's' REPLACE 't'",
              "ALTER USER ann IDENTIFIED BY '***' REPLACE '***'"},
             {"SET PASSWORD FOR ann = PASSWORD('s')", "SET PASSWORD FOR ann = PASSWORD('***')"},
             {"GRANT ALL ON *.* TO ann identified by 's'", "GRANT ALL ON *.* TO ann identified by '***'"},
         })
        EXPECT_EQ(without_passwords(sql), shown);
}

TEST(WithoutPasswords, hides_what_connects_to_other_servers) {
    for (const auto& [sql, shown] : {
             Case{"CREATE SUBSCRIPTION s CONNECTION 'host=db password=s dbname=x' PUBLICATION p",
                  "CREATE SUBSCRIPTION s CONNECTION 'host=db password=*** dbname=x' PUBLICATION p"},
             {"CHANGE MASTER TO MASTER_HOST='db', MASTER_PASSWORD='s', MASTER_PORT=1",
              "CHANGE MASTER TO MASTER_HOST='db', MASTER_PASSWORD='***', MASTER_PORT=1"},
             {"CREATE USER MAPPING FOR ann SERVER s OPTIONS (user 'ann', password 's')",
              "CREATE USER MAPPING FOR ann SERVER s OPTIONS (user 'ann', password '***')"},
         })
        EXPECT_EQ(without_passwords(sql), shown);
}

TEST(WithoutPasswords, hides_values_of_columns_of_that_name) {
    EXPECT_EQ(without_passwords("UPDATE u SET password = 's', name = 'ann' WHERE id = 1"),
              "UPDATE u SET password = '***', name = 'ann' WHERE id = 1");
}

TEST(WithoutPasswords, leaves_all_else_as_it_is) {
    for (const char* sql : {"", "SELECT 'it''s', \"a b\" FROM t -- 'x",
                            "CREATE TABLE t (password varchar(20))", "INSERT INTO t VALUES ('unfinished"})
        EXPECT_EQ(without_passwords(sql), sql);
}

} // namespace
} // namespace orch::dialect
