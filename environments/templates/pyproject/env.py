"""Tells Alembic how to reach the database. orch would do without this file, but runs it where it finds it."""
import logging

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
logging.basicConfig(level=logging.INFO, format="%(levelname)-5.5s [%(name)s] %(message)s")

# The tables of your models, for --autogenerate: import your Base and write Base.metadata here.
target_metadata = None

# The same key that orch reads, so that both keep their rows in one table.
version_table = config.get_main_option("version_table", "alembic_version")


def run_migrations_offline():
    """With --sql: statements are printed and no database is opened."""
    url = config.get_main_option("sqlalchemy.url")
    context.configure(url=url, target_metadata=target_metadata, version_table=version_table, literal_binds=True)

    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    """Without --sql: connect as the sqlalchemy.* keys of the section say."""
    configuration = config.get_section(config.config_ini_section)
    engine = engine_from_config(configuration, prefix="sqlalchemy.", poolclass=pool.NullPool)

    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, version_table=version_table)

        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
