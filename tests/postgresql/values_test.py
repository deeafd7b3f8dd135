#!/usr/bin/env python3
"""Values both ways: what a script sends is what it reads, as Debian's SQLAlchemy with psycopg2 has it."""
from tree import Case, main

# What SELECT gives and how Python's repr() shows it: the same with both tools.
READ = """
for sql in QUERIES:
    row = op.get_bind().execute(sa.text(sql)).first()
    op.get_bind().execute(sa.text("INSERT INTO seen (query, answer) VALUES (:query, :answer)"), {"query": sql.replace(":", " "), "answer": repr(tuple(row))})
"""
QUERIES = [
    "SELECT 1, 2::bigint, 3::smallint, -4, 9223372036854775807",
    "SELECT 1.50, 'NaN'::numeric IS NULL, 1e20::numeric, 0.1::float8, 1.5::real",
    "SELECT true, false, NULL",
    "SELECT 'text'::text, 'c'::char(3), 'v'::varchar, 'n'::name",
    "SELECT '2020-01-02'::date, '03:04:05.6'::time, '2020-01-02 03:04:05.000006'::timestamp",
    "SELECT ARRAY[1, NULL, 3], ARRAY['a', 'b,\"c', NULL], ARRAY[[1, 2], [3, 4]], ARRAY[true], ARRAY[]::int[], ARRAY['2020-01-02'::date]",
    "SELECT '{\"a\": [1, null]}'::json, '[1.5, \"x\"]'::jsonb",
    "SELECT '1 day 02:03:04.5'::interval, '-1 day'::interval, '1 year 2 mons'::interval, '00:00:00'::interval",
    "SELECT '10.0.0.1'::inet, 'a b'::tsvector",
    "SELECT count(*) FROM generate_series(1, 7)",
]
WRITE = """
import datetime, decimal, uuid
connection = op.get_bind()
for value, cast in [(1, "int"), (-1, "int"), (2**40, "bigint"), (1.5, "float8"), (decimal.Decimal("-0.10"), "numeric"), (True, "boolean"), (None, "text"), ("it's \\\\ 50%", "text"),
                    ("\\u00fc\\U0001f600", "text"), (datetime.date(2020, 1, 2), "date"), (datetime.datetime(2020, 1, 2, 3, 4, 5, 6), "timestamp"), (datetime.time(3, 4, 5), "time"),
                    (datetime.timedelta(days=2, seconds=5), "interval"), (datetime.timedelta(seconds=-5), "interval"), (["a", "b'c", None], "text[]"), ([1, 2], "int[]"), (b"\\x00\\x01'", "bytea")]:
    connection.execute(sa.text(f"INSERT INTO seen (query, answer) SELECT '{cast}', CAST(CAST(:value AS {cast}) AS text)"), {"value": value})
connection.execute(sa.text("INSERT INTO seen (query, answer) SELECT 'minus', (5-:x)::text"), {"x": -1})
connection.execute(sa.text("INSERT INTO seen (query, answer) SELECT 'any', count(*)::text FROM generate_series(1, 9) g WHERE g = ANY(:x)"), {"x": [1, 2, 99]})
connection.execute(sa.text("INSERT INTO seen (query, answer) SELECT 'json', json_build_object('a', :x)::text"), {"x": "y"})
connection.execute(sa.text("INSERT INTO seen (query, answer) SELECT 'dollars', '$1 ' || $$ $1 $$ || :x"), {"x": "y"})
"""


class Values(Case):
    def seen(self, tool, body):
        tree = self.tree()
        tree.add("a1", 'op.create_table("seen", sa.Column("id", sa.Integer, primary_key=True), sa.Column("query", sa.Text), sa.Column("answer", sa.Text))')
        tree.add("b2", body)
        self.succeeds(tree.run("upgrade", "head") if tool == "orch" else tree.alembic("upgrade", "head"))
        return self.ask("SELECT query, answer FROM seen ORDER BY id").splitlines()

    def test_what_is_read(self):
        body = f"QUERIES = {QUERIES!r}\n" + READ
        self.assertEqual(self.seen("orch", body), self.seen("alembic", body))

    def test_what_is_written(self):
        self.assertEqual(self.seen("orch", WRITE), self.seen("alembic", WRITE))

    def test_many_rows_go_together(self):
        body = """
rows = sa.table("seen", sa.column("query", sa.Text), sa.column("answer", sa.Text))
op.bulk_insert(rows, [{"query": "row", "answer": str(i)} for i in range(20000)])
"""
        self.assertEqual(len(self.seen("orch", body)), 20000)

    def test_ten_megabytes_in_one_statement(self):
        tree = self.tree()
        tree.add("a1", 'op.create_table("big", sa.Column("x", sa.Text))\nop.bulk_insert(sa.table("big", sa.column("x", sa.Text)), [{"x": "x" * 10000000}])')
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT length(x) FROM big"), "10000000")


if __name__ == "__main__":
    main()
