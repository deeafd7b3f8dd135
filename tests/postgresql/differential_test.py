#!/usr/bin/env python3
"""The same scripts by orch and by Debian's Alembic, online: pg_dump must not see a difference after any revision."""
import subprocess

from tree import Case, main

# (title, upgrade, downgrade): each is a revision on top of the one before.
REVISIONS = [
    ("tables", """
op.create_table("team", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50), nullable=False, unique=True),
                sa.Column("code", sa.CHAR(3), index=True), comment="those who play")
op.create_table("player", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id", ondelete="CASCADE")),
                sa.Column("name", sa.Text, server_default="it's nobody", comment="50% of them"), sa.Column("level", sa.Numeric(10, 2), server_default=sa.text("1.5")),
                sa.Column("born", sa.Date), sa.Column("made", sa.DateTime(timezone=True), server_default=sa.func.now()),
                sa.Column("role", sa.Enum("goal", "field", name="role"), nullable=False, server_default="field"),
                sa.CheckConstraint("level > 0", name="ck_level"), sa.UniqueConstraint("name", "team_id", name="uq_name", deferrable=True, initially="DEFERRED"))
""", """
op.drop_table("player")
op.drop_table("team")
op.execute("DROP TYPE role")
"""),
    ("types", """
op.create_table("everything", sa.Column("id", pg.UUID(as_uuid=True), primary_key=True), sa.Column("a", pg.JSONB), sa.Column("b", pg.ARRAY(sa.String(5), dimensions=2)),
                sa.Column("c", pg.INET), sa.Column("d", pg.TSVECTOR), sa.Column("e", pg.INTERVAL(fields="DAY TO SECOND", precision=2)), sa.Column("f", pg.BIT(5)),
                sa.Column("g", pg.BIT(varying=True)), sa.Column("h", pg.INT4RANGE), sa.Column("i", pg.TIMESTAMP(precision=3)), sa.Column("j", sa.Time(timezone=True)),
                sa.Column("k", sa.Float(5)), sa.Column("l", pg.DOUBLE_PRECISION), sa.Column("m", sa.LargeBinary), sa.Column("n", pg.MONEY), sa.Column("o", pg.ARRAY(sa.Enum("x", "y", name="xy"))),
                sa.Column("p", sa.Interval), sa.Column("q", sa.String(10, collation="C")), sa.Column("r", sa.SmallInteger, sa.Identity(always=True, start=5, increment=2)), sa.Column("s", sa.Text))
""", """
op.drop_table("everything")
pg.ENUM(name="xy").drop(op.get_bind())
"""),
    ("columns", """
op.add_column("player", sa.Column("age", sa.Integer, nullable=False, server_default="7", index=True, unique=True, comment="years"))
op.alter_column("player", "level", type_=sa.Integer, postgresql_using="level::int", existing_type=sa.Numeric, server_default=None, nullable=False, new_column_name="rank", comment="was level")
op.alter_column("team", "code", type_=sa.String(9), comment=None)
op.drop_column("player", "born")
""", """
op.add_column("player", sa.Column("born", sa.Date))
op.alter_column("team", "code", type_=sa.CHAR(3))
op.alter_column("player", "rank", new_column_name="level", nullable=True, server_default=sa.text("1.5"), type_=sa.Numeric(10, 2), comment=None)
op.drop_column("player", "age")
"""),
    ("indexes", """
op.create_index("ix_lower", "player", [sa.text("lower(name)"), "role"], unique=True, postgresql_where=sa.text("rank > 3"))
op.create_index("ix_gin", "everything", ["a"], postgresql_using="gin", postgresql_ops={"a": "jsonb_path_ops"}, postgresql_with={"fastupdate": "off"})
op.create_index("ix_include", "team", ["name"], postgresql_include=["code"])
""", """
op.drop_index("ix_include", "team")
op.drop_index("ix_gin", "everything")
op.drop_index("ix_lower", "player")
"""),
    ("constraints", """
op.create_table("Booking", sa.Column("Id", sa.Integer, sa.Identity()), sa.Column("room", pg.INT4RANGE), sa.Column("team id", sa.Integer))
op.create_primary_key("pk_booking", "Booking", ["Id"])
op.create_foreign_key("fk_team", "Booking", "team", ["team id"], ["id"], onupdate="CASCADE", deferrable=True, initially="DEFERRED")
op.create_exclude_constraint("ex_room", "Booking", ("room", "&&"), where="room IS NOT NULL", using="gist")
op.create_unique_constraint(None, "Booking", ["team id", "Id"])
op.create_check_constraint("ck_room", "Booking", sa.text("lower(room) >= 0"))
op.create_table_comment("Booking", "who is where")
""", """
op.drop_constraint("ck_room", "Booking", type_="check")
op.drop_constraint("ex_room", "Booking")
op.drop_table("Booking")
"""),
    ("rows", """
import datetime, decimal, uuid
everything = sa.table("everything", sa.column("id", pg.UUID(as_uuid=True)), sa.column("a", pg.JSONB), sa.column("b", pg.ARRAY(sa.String)), sa.column("e", pg.INTERVAL), sa.column("i", sa.DateTime),
                      sa.column("k", sa.Float), sa.column("m", sa.LargeBinary), sa.column("n", sa.Text), sa.column("q", sa.String))
op.bulk_insert(everything, [
    {"id": uuid.UUID(int=1), "a": {"k": [1, None, "it's"]}, "b": [["a", "b"], ["c", None]], "e": datetime.timedelta(days=1, seconds=3, microseconds=5), "i": datetime.datetime(2020, 1, 2, 3, 4, 5), "k": 1.5, "m": b"\\x00\\xff'", "n": "12.5", "q": "back\\\\slash"},
    {"id": uuid.UUID(int=2), "a": None, "b": [], "e": datetime.timedelta(days=-1), "i": None, "k": float("inf"), "m": b"", "n": None, "q": "50% ?"}])
connection = op.get_bind()
for row in connection.execute(sa.text("SELECT id, a, b, e, i, k, m FROM everything ORDER BY id")).fetchall():
    connection.execute(sa.text("UPDATE everything SET a = CAST(:a AS jsonb), s = :s WHERE id = :id"), {"a": '{"n": 1}', "s": f"{row[1]} {row[2]} {row[3]} {row[4]} {row[5]}", "id": row[0]})
connection.execute(sa.text("INSERT INTO team (name, code) VALUES (:name, :code)"), [{"name": f"team {i}", "code": f"c{i}"} for i in range(5)])
""", """
op.execute("DELETE FROM everything")
op.execute("DELETE FROM team")
op.execute("SET CONSTRAINTS ALL IMMEDIATE")
"""),
]


class SameAsAlembic(Case):
    def test_after_every_revision_up_and_down(self):
        ours, theirs = self.tree(), self.tree()
        for number, (title, upgrade, downgrade) in enumerate(REVISIONS):
            for tree in (ours, theirs):
                tree.add(f"r{number}", upgrade, downgrade)
        for number, (title, _, _) in enumerate(REVISIONS):
            with self.subTest(f"upgrade: {title}"):
                self.compare(ours.run("upgrade", f"r{number}"), theirs.alembic("upgrade", f"r{number}"), ours, theirs)
        for number in reversed(range(len(REVISIONS))):
            with self.subTest(f"downgrade: {REVISIONS[number][0]}"):
                self.compare(ours.run("downgrade", "-1"), theirs.alembic("downgrade", "-1"), ours, theirs)

    def test_each_tool_goes_on_where_the_other_stopped(self):
        tree = self.tree()
        for number, (_, upgrade, downgrade) in enumerate(REVISIONS):
            tree.add(f"r{number}", upgrade, downgrade)
        self.succeeds(tree.run("upgrade", "r1"))
        self.succeeds(tree.alembic("upgrade", "r3"))
        self.succeeds(tree.run("upgrade", "head"))
        self.succeeds(tree.alembic("downgrade", "r1"))
        self.succeeds(tree.run("downgrade", "base"))

    def compare(self, ours, theirs, our_tree, their_tree):
        self.succeeds(theirs)
        self.succeeds(ours)
        self.assertEqual(self.dump(our_tree), self.dump(their_tree))

    def dump(self, tree):
        name = tree.url.split("?")[0].rsplit("/", 1)[1]
        out = subprocess.run(["pg_dump", "-h", str(self.server.folder), "-U", "orch", "--inserts", "-T", "alembic_version_orch*", name], check=True, capture_output=True,
                             text=True).stdout
        return [line for line in out.splitlines() if not line.startswith(("--", "\\"))]


if __name__ == "__main__":
    main()
