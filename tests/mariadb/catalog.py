"""What is in a MariaDB database, in a form that two can be compared by."""

JOURNAL = "alembic_version_orch"  # orch's own tables begin so; they stand beside the version table that both tools share

QUERIES = {
    "tables": "SELECT table_name, engine, table_collation, table_comment, row_format FROM information_schema.tables WHERE table_schema = '{}'",
    "columns": "SELECT table_name, ordinal_position, column_name, column_type, is_nullable, IFNULL(column_default, '<none>'), extra, "
               "IFNULL(collation_name, ''), column_comment, IFNULL(generation_expression, '') FROM information_schema.columns WHERE table_schema = '{}'",
    "indexes": "SELECT table_name, index_name, non_unique, seq_in_index, column_name, IFNULL(sub_part, ''), index_type FROM information_schema.statistics "
               "WHERE table_schema = '{}'",
    "keys": "SELECT table_name, constraint_name, column_name, ordinal_position, referenced_table_name, referenced_column_name FROM "
            "information_schema.key_column_usage WHERE table_schema = '{}' AND referenced_table_name IS NOT NULL",
    "rules": "SELECT constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE constraint_schema = '{}'",
    "checks": "SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = '{}'",
}


def schema(server, database):
    """Every fact as a line of words; generated names of foreign keys keep their form."""
    facts = set()
    for kind, query in QUERIES.items():
        for row in server.run(database, query.format(database)):
            if not any(word.startswith(JOURNAL) for word in row):
                facts.add(" | ".join([kind, *row]))
    return facts


def rows(server, database):
    names = [row[0] for row in server.run(database, f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}'")]
    return {name: sorted(map(tuple, server.run(database, f"SELECT * FROM `{name}`"))) for name in names if not name.startswith(JOURNAL)}
