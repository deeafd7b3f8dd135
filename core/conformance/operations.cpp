// The operations, as a revision says them. What stands behind each holds on every database: SQL that all of
// them take. A column that SQLite-like databases cannot alter in place is altered in a batch.
#include "conformance/kit.hpp"

namespace orch::conformance {

namespace {

constexpr auto accepts = OperationCheck::Fact::accepts, refuses = OperationCheck::Fact::refuses,
               gives = OperationCheck::Fact::gives;

constexpr const char* drops_it = "    op.drop_table('kit_a')";
constexpr const char* missing = "SELECT id FROM kit_a";

} // namespace

const std::vector<OperationCheck>& operation_checks() {
    static const std::vector<OperationCheck> all{
        {"create_table",
         R"py(
    op.create_table("kit_a",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer, server_default="7"),
        sa.UniqueConstraint("code", name="uq_kit_a_code"),
        sa.CheckConstraint("size > 0", name="ck_kit_a_size")))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a (id, code) VALUES (1, 'a')"},
          {refuses, "INSERT INTO kit_a (id) VALUES (1)"},
          {refuses, "INSERT INTO kit_a (id, code) VALUES (1, 'a'), (1, 'b')"},
          {refuses, "INSERT INTO kit_a (id, code) VALUES (1, 'a'), (2, 'a')"},
          {refuses, "INSERT INTO kit_a (id, code, size) VALUES (1, 'a', -1)"}},
         {{refuses, missing}}},
        {"a default of the server",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False, server_default=sa.text("7")),
        sa.Column("word", sa.String(20), server_default="it's"))
    op.execute("INSERT INTO kit_a (id) VALUES (1)"))py",
         drops_it,
         {{gives, "SELECT size FROM kit_a", "7"}, {gives, "SELECT word FROM kit_a", "it's"}},
         {{refuses, missing}}},
        {"a primary key of two columns",
         R"py(
    op.create_table("kit_a", sa.Column("x", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("y", sa.Integer, primary_key=True, autoincrement=False)))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a (x, y) VALUES (1, 1), (1, 2)"},
          {refuses, "INSERT INTO kit_a (x, y) VALUES (1, 1), (1, 1)"}},
         {}},
        {"a key that counts by itself",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))
    op.execute("INSERT INTO kit_a (x) VALUES (1)")
    op.execute("INSERT INTO kit_a (x) VALUES (2)"))py",
         drops_it,
         {{gives, "SELECT count(DISTINCT id) FROM kit_a", "2"}},
         {}},
        {"a foreign key",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("kit_b", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, sa.ForeignKey("kit_a.id", ondelete="CASCADE"))))py",
         R"py(
    op.drop_table("kit_b")
    op.drop_table("kit_a"))py",
         {{accepts, "INSERT INTO kit_b (id, a) VALUES (1, NULL)"}},
         {{refuses, missing}, {refuses, "SELECT id FROM kit_b"}}},
        {"rename_table",
         R"py(
    op.create_table("kit_old", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO kit_old VALUES (5)")
    op.rename_table("kit_old", "kit_a"))py",
         drops_it,
         {{gives, "SELECT id FROM kit_a", "5"}, {refuses, "SELECT id FROM kit_old"}},
         {}},
        {"add_column",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO kit_a VALUES (1)")
    op.add_column("kit_a", sa.Column("plain", sa.String(10)))
    op.add_column("kit_a", sa.Column("filled", sa.Integer, nullable=False, server_default="3")))py",
         drops_it,
         {{gives, "SELECT filled FROM kit_a WHERE plain IS NULL", "3"},
          {refuses, "INSERT INTO kit_a (id, filled) VALUES (1, NULL)"}},
         {}},
        {"drop_column",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer))
    op.execute("INSERT INTO kit_a VALUES (1, 2)")
    with op.batch_alter_table("kit_a") as batch:
        batch.drop_column("x"))py",
         drops_it,
         {{gives, "SELECT id FROM kit_a", "1"}, {refuses, "SELECT x FROM kit_a"}},
         {}},
        {"a column's name",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer))
    op.execute("INSERT INTO kit_a VALUES (1, 2)")
    with op.batch_alter_table("kit_a") as batch:
        batch.alter_column("x", new_column_name="y", existing_type=sa.Integer))py",
         drops_it,
         {{gives, "SELECT y FROM kit_a", "2"}, {refuses, "SELECT x FROM kit_a"}},
         {}},
        {"a column that must have a value",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer), sa.Column("y", sa.Integer, nullable=False))
    op.execute("INSERT INTO kit_a VALUES (1, 2, 3)")
    with op.batch_alter_table("kit_a") as batch:
        batch.alter_column("x", nullable=False, existing_type=sa.Integer)
        batch.alter_column("y", nullable=True, existing_type=sa.Integer))py",
         drops_it,
         {{refuses, "INSERT INTO kit_a (id, y) VALUES (2, 2)"},
          {accepts, "INSERT INTO kit_a (id, x) VALUES (2, 2)"},
          {gives, "SELECT x + y FROM kit_a", "5"}},
         {}},
        {"a column's type",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.String(5), nullable=False, server_default="abc"))
    op.execute("INSERT INTO kit_a (id) VALUES (1)")
    with op.batch_alter_table("kit_a") as batch:
        batch.alter_column("x", type_=sa.String(100), existing_type=sa.String(5), existing_nullable=False, existing_server_default="abc"))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a (id, x) VALUES (2, 'a text of more than five letters')"},
          {refuses, "INSERT INTO kit_a (id, x) VALUES (2, NULL)"},
          {gives, "SELECT x FROM kit_a", "abc"}},
         {}},
        {"a column's default",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer), sa.Column("y", sa.Integer, server_default="4"))
    with op.batch_alter_table("kit_a") as batch:
        batch.alter_column("x", server_default="9", existing_type=sa.Integer)
        batch.alter_column("y", server_default=None, existing_type=sa.Integer)
    op.execute("INSERT INTO kit_a (id) VALUES (1)"))py",
         drops_it,
         {{gives, "SELECT x FROM kit_a", "9"}, {gives, "SELECT count(*) FROM kit_a WHERE y IS NULL", "1"}},
         {}},
        {"create_index",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer))
    op.create_index("ix_kit_a_x", "kit_a", ["x", "id"])
    op.create_index("ux_kit_a_id", "kit_a", ["id"], unique=True))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a VALUES (1, 1), (2, 1)"},
          {refuses, "INSERT INTO kit_a VALUES (1, 1), (1, 2)"}},
         {}},
        {"drop_index",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer))
    op.create_index("ux_kit_a_id", "kit_a", ["id"], unique=True)
    op.drop_index("ux_kit_a_id", table_name="kit_a"))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a VALUES (1), (1)"}},
         {}},
        {"create_unique_constraint and drop_constraint",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("x", sa.Integer), sa.UniqueConstraint("x", name="uq_kit_a_x"))
    with op.batch_alter_table("kit_a") as batch:
        batch.create_unique_constraint("uq_kit_a_id", ["id"])
        batch.drop_constraint("uq_kit_a_x", type_="unique"))py",
         drops_it,
         {{refuses, "INSERT INTO kit_a VALUES (1, 1), (1, 2)"},
          {accepts, "INSERT INTO kit_a VALUES (1, 1), (2, 1)"}},
         {}},
        {"create_check_constraint",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer))
    with op.batch_alter_table("kit_a") as batch:
        batch.create_check_constraint("ck_kit_a_id", sa.column("id") > 10))py",
         drops_it,
         {{refuses, "INSERT INTO kit_a VALUES (1)"}, {accepts, "INSERT INTO kit_a VALUES (11)"}},
         {}},
        {"create_primary_key",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, nullable=False))
    with op.batch_alter_table("kit_a") as batch:
        batch.create_primary_key("pk_kit_a", ["id"]))py",
         drops_it,
         {{refuses, "INSERT INTO kit_a VALUES (1), (1)"}},
         {}},
        {"create_foreign_key",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("kit_b", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer))
    with op.batch_alter_table("kit_b") as batch:
        batch.create_foreign_key("fk_kit_b_a", "kit_a", ["a"], ["id"], ondelete="SET NULL"))py",
         R"py(
    op.drop_table("kit_b")
    op.drop_table("kit_a"))py",
         {{accepts, "INSERT INTO kit_b (id, a) VALUES (1, NULL)"}},
         {}},
        {"comments",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer, comment="it's a number"), comment="a table")
    op.create_table_comment("kit_a", "another; comment", existing_comment="a table")
    op.drop_table_comment("kit_a", existing_comment="another; comment"))py",
         drops_it,
         {{accepts, "INSERT INTO kit_a VALUES (1)"}},
         {}},
        {"bulk_insert",
         R"py(
    table = op.create_table("kit_a", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("word", sa.String(50)))
    op.bulk_insert(table, [{"id": n, "word": f"it's number {n} \u2192 \"ok\" \\ %s :x"} for n in range(500)])
    op.bulk_insert(table, [{"id": 500, "word": None}], multiinsert=False))py",
         drops_it,
         {{gives, "SELECT count(*) FROM kit_a", "501"},
          {gives, "SELECT count(*) FROM kit_a WHERE word IS NULL", "1"},
          {gives, "SELECT word FROM kit_a WHERE id = 499", "it's number 499 \xe2\x86\x92 \"ok\" \\ %s :x"}},
         {}},
        {"execute, with values and without",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer), sa.Column("word", sa.String(50)))
    table = sa.table("kit_a", sa.column("id", sa.Integer), sa.column("word", sa.String))
    op.execute("INSERT INTO kit_a VALUES (1, 'one')")
    op.execute(table.insert().values(id=2, word=op.inline_literal("it's two")))
    op.execute(sa.text("INSERT INTO kit_a (id, word) VALUES (3, :word)").bindparams(word="three"))
    op.execute(table.update().where(table.c.id == 1).values(word="changed"))
    op.execute(table.delete().where(table.c.word == "three")))py",
         drops_it,
         {{gives, "SELECT count(*) FROM kit_a", "2"},
          {gives, "SELECT word FROM kit_a WHERE id = 1", "changed"},
          {gives, "SELECT word FROM kit_a WHERE id = 2", "it's two"}},
         {}},
        {"several statements in one text",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO kit_a VALUES (1); INSERT INTO kit_a VALUES (2)"))py",
         drops_it,
         {{gives, "SELECT count(*) FROM kit_a", "2"}},
         {}},
        {"autocommit_block",
         R"py(
    op.create_table("kit_a", sa.Column("id", sa.Integer))
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO kit_a VALUES (1)")
    op.execute("INSERT INTO kit_a VALUES (2)"))py",
         drops_it,
         {{gives, "SELECT count(*) FROM kit_a", "2"}},
         {}},
        {"if_exists and if_not_exists",
         R"py(
    op.drop_table("kit_a", if_exists=True)
    op.create_table("kit_a", sa.Column("id", sa.Integer), if_not_exists=True)
    op.create_table("kit_a", sa.Column("id", sa.Integer), if_not_exists=True))py",
         "    op.drop_table('kit_a', if_exists=True)\n    op.drop_table('kit_a', if_exists=True)",
         {{accepts, "INSERT INTO kit_a VALUES (1)"}},
         {{refuses, missing}}},
    };
    return all;
}

} // namespace orch::conformance
