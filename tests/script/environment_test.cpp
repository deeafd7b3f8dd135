// env.py files: what Alembic's templates and the guides for teams put into them.
#include "script/folder.hpp"

#include "script/script.hpp"

#include <gtest/gtest.h>

namespace orch::test {
namespace {

class Environment : public testing::Test {
  protected:
    Environment() {
        context_.section = "alembic";
        context_.main_options = {{"sqlalchemy.url", "sqlite:///app.db"}, {"script_location", "migrations"}};
        context_.sections = {{"other", {{"sqlalchemy.url", "sqlite:///other.db"}}}};
        context_.config_file = "/project/alembic.ini";
        settings_.script_location = folder_.path;
    }

    // What the env.py configured, each time that it ran the migrations.
    std::vector<script::EnvironmentOptions> run(const std::string& text, bool offline = false) {
        std::vector<script::EnvironmentOptions> result;
        script::run_environment(
            folder_.write("env.py", text), settings_, context_, offline,
            [&](const script::EnvironmentOptions& options) { result.push_back(options); });
        return result;
    }

    std::string error(const std::string& text) {
        try {
            run(text);
        } catch (const Error& error) {
            return std::to_string(error.place() ? error.place()->line : 0) + " " + error.message() + " (" +
                   error.hint() + ")";
        }
        return "no error";
    }

    Folder folder_;
    script::Settings settings_;
    script::Context context_;
};

constexpr const char* head = R"(
from logging.config import fileConfig
import os
from sqlalchemy import engine_from_config, pool
from alembic import context

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)
target_metadata = None
)";

constexpr const char* tail = R"(
def run_migrations_offline() -> None:
    url = config.get_main_option("sqlalchemy.url")
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True, dialect_opts={"paramstyle": "named"}, **more)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    connectable = engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, **more)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
)";

std::string generic(const std::string& middle = "", const std::string& more = "{}") {
    return std::string(head) + middle + "\nmore = " + more + "\n" + tail;
}

TEST_F(Environment, runs_the_usual_file_in_both_modes) {
    for (bool offline : {false, true}) {
        auto runs = run(generic(), offline);
        ASSERT_EQ(runs.size(), 1U);
        EXPECT_EQ(runs[0].url, "sqlite:///app.db");
        EXPECT_FALSE(runs[0].version_table.has_value());
    }
}

TEST_F(Environment, takes_the_url_from_the_environment) {
    ::setenv("ORCH_TEST_DATABASE", "sqlite:///from_the_environment.db", 1);
    auto runs = run(generic("config.set_main_option('sqlalchemy.url', os.environ['ORCH_TEST_DATABASE'])"));
    EXPECT_EQ(runs.at(0).url, "sqlite:///from_the_environment.db");
    runs = run(generic("def get_url():\n    user = os.getenv('ORCH_TEST_NOBODY', 'postgres')\n    return "
                       "f'postgresql://{user}:p%40ss@db:5432/app'\n"
                       "config.set_main_option('sqlalchemy.url', get_url().replace('%', '%%'))"));
    EXPECT_EQ(runs.at(0).url, "postgresql://postgres:p%40ss@db:5432/app");
    ::unsetenv("ORCH_TEST_DATABASE");
}

TEST_F(Environment, lets_the_section_be_changed_before_the_engine_is_made) {
    auto runs =
        run(std::string(head) +
            "configuration = config.get_section(config.config_ini_section)\n"
            "configuration['sqlalchemy.url'] = 'sqlite:///changed.db'\n"
            "connectable = engine_from_config(configuration, prefix='sqlalchemy.', poolclass=pool.NullPool)\n"
            "with connectable.connect() as connection:\n"
            "    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n"
            "        context.run_migrations()\n");
    EXPECT_EQ(runs.at(0).url, "sqlite:///changed.db");
}

TEST_F(Environment, reads_options_of_configure) {
    auto runs = run(generic("def include_object(object, name, type_, reflected, compare_to):\n    return "
                            "type_ != 'table' or name.startswith('x')\n",
                            "dict(version_table='my_versions', version_table_schema='meta', "
                            "include_object=include_object, compare_type=True, "
                            "render_as_batch=True, transaction_per_migration=True, include_schemas=False)"));
    EXPECT_EQ(runs.at(0).version_table, "my_versions");
    EXPECT_EQ(runs[0].version_table_schema, "meta");
    EXPECT_EQ(runs[0].render_as_batch, true);
    EXPECT_EQ(runs[0].transaction_per_migration, true);
}

TEST_F(Environment, hands_on_naming_conventions_and_engine_arguments) {
    auto runs =
        run(std::string(head) + "import sqlalchemy as sa\n"
                                "metadata = sa.MetaData(naming_convention={'ix': 'ix_%(column_0_label)s', "
                                "'fk': 'fk_%(table_name)s_%(column_0_name)s'})\n"
                                "engine = sa.create_engine('sqlite:///a.db', connect_args={'timeout': 5})\n"
                                "context.configure(connection=engine.connect(), target_metadata=metadata)\n"
                                "context.run_migrations()\n");
    EXPECT_EQ(runs.at(0).naming_convention.at("fk"), "fk_%(table_name)s_%(column_0_name)s");
    ASSERT_EQ(runs[0].engine_options.size(), 1U);
    EXPECT_EQ(runs[0].engine_options[0], (std::pair<std::string, std::string>{"timeout", "5"}));
}

TEST_F(Environment, runs_an_asynchronous_file) {
    auto runs =
        run(std::string("import asyncio\nfrom sqlalchemy.ext.asyncio import async_engine_from_config\n") +
            head + R"(
def do_run_migrations(connection):
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations():
    connectable = async_engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool)
    async with connectable.connect() as connection:
        await connection.run_sync(do_run_migrations)
    await connectable.dispose()


asyncio.run(run_async_migrations())
)");
    EXPECT_EQ(runs.at(0).url, "sqlite:///app.db");
}

TEST_F(Environment, runs_once_for_each_of_several_databases) {
    context_.main_options["databases"] = "alembic, other";
    auto runs = run(std::string(head) +
                    "import re\n"
                    "for name in re.split(r',\\s*', config.get_main_option('databases', '')):\n"
                    "    engine = engine_from_config(config.get_section(name, {}), prefix='sqlalchemy.')\n"
                    "    connection = engine.connect()\n"
                    "    transaction = connection.begin()\n"
                    "    context.configure(connection=connection, upgrade_token='%s_upgrades' % name)\n"
                    "    context.run_migrations(engine_name=name)\n"
                    "    transaction.commit()\n"
                    "    connection.close()\n");
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].url, "sqlite:///app.db");
    EXPECT_EQ(runs[1].url, "sqlite:///other.db");
}

TEST_F(Environment, knows_the_arguments_of_the_command_line) {
    context_.x_arguments = {"tenant=blue", "verbose"};
    context_.tag = "release";
    auto runs = run(
        std::string(head) +
        "x = context.get_x_argument(as_dictionary=True)\n"
        "assert context.get_x_argument() == ['tenant=blue', 'verbose'] and x['verbose'] == ''\n"
        "assert context.get_tag_argument() == 'release' and config.cmd_opts.x == ['tenant=blue', 'verbose']\n"
        "context.configure(url='sqlite:///%s.db' % x['tenant'], version_table='v')\n"
        "context.run_migrations()\n");
    EXPECT_EQ(runs.at(0).url, "sqlite:///blue.db");
}

TEST_F(Environment, runs_without_models_that_cannot_be_imported) {
    for (const char* import : {"from shop.models import Base\ntarget_metadata = Base.metadata\n",
                               "from shop.db import metadata\ntarget_metadata = metadata\n",
                               "import shop.models\ntarget_metadata = shop.models.Base.metadata\n"})
        EXPECT_EQ(run(std::string(head) + import + "more = {}\n" + tail).at(0).url, "sqlite:///app.db")
            << import;
    EXPECT_EQ(
        error(std::string(head) + "from shop.models import Base\n"
                                  "target_metadata = Base.metadata\n"
                                  "print(target_metadata.tables)\n"),
        "13 'Base' of module 'shop.models' is not available to orch (declare it: "
        "'stub.shop.models.Base.metadata.tables = ...' in the ini or in stubs.py; or set 'fallback', so "
        "that a command of yours runs such revisions)");
}

TEST_F(Environment, knows_the_working_directory) {
    auto runs = run(std::string(head) +
                    "import sys\nsys.path.append(os.getcwd())\n"
                    "config.set_main_option('sqlalchemy.url', 'sqlite:///' + "
                    "os.path.join(os.getcwd(), 'x.db'))\nmore = {}\n" +
                    tail);
    EXPECT_EQ(runs.at(0).url, "sqlite:///" + (std::filesystem::current_path() / "x.db").native());
}

TEST_F(Environment, runs_the_file_of_flask_migrate_on_the_url_of_the_ini) {
    const std::string text = std::string(head) + R"(
from flask import current_app
def get_engine():
    try:
        return current_app.extensions['migrate'].db.get_engine()
    except (TypeError, AttributeError):
        return current_app.extensions['migrate'].db.engine
def get_engine_url():
    try:
        return get_engine().url.render_as_string(hide_password=False).replace('%', '%%')
    except AttributeError:
        return str(get_engine().url).replace('%', '%%')
config.set_main_option('sqlalchemy.url', get_engine_url())
target_db = current_app.extensions['migrate'].db
def get_metadata():
    if hasattr(target_db, 'metadatas'):
        return target_db.metadatas[None]
    return target_db.metadata
conf_args = current_app.extensions['migrate'].configure_args
with get_engine().connect() as connection:
    context.configure(connection=connection, target_metadata=get_metadata(), **conf_args)
    with context.begin_transaction():
        context.run_migrations()
)";
    EXPECT_EQ(run(text).at(0).url, "sqlite:///app.db");
    context_.main_options.erase("sqlalchemy.url");
    EXPECT_NE(error(text).find("set sqlalchemy.url in the ini; or run 'orch adopt'"), std::string::npos)
        << error(text);
}

TEST_F(Environment, reads_a_dotenv_file_above_it) {
    folder_.write("sub/.keep", "");
    folder_.write(".env",
                  "# the shop\nexport ORCH_TEST_HOST=db\nORCH_TEST_URL = \"sqlite:///${ORCH_TEST_HOST}.db\"\n"
                  "ORCH_TEST_PLAIN=a b # not this\nORCH_TEST_QUOTED='${X}'\n");
    const auto runs = run(std::string(head) + R"(
from dotenv import load_dotenv, find_dotenv
assert load_dotenv() and os.path.exists(find_dotenv()) and os.path.isdir(os.path.dirname(find_dotenv()))
assert not os.path.exists('/no/such/file')
assert os.environ['ORCH_TEST_PLAIN'] == 'a b' and os.environ['ORCH_TEST_QUOTED'] == '${X}'
config.set_main_option('sqlalchemy.url', os.environ['ORCH_TEST_URL'])
more = {}
)" + tail);
    EXPECT_EQ(runs.at(0).url, "sqlite:///db.db");
}

TEST_F(Environment, reads_settings_with_decouple_and_environs) {
    folder_.write("sub/.keep", "");
    folder_.write(".env",
                  "ORCH_TEST_PORT=5433\nORCH_TEST_DEBUG=off\nORCH_TEST_HOSTS=a, b\nORCH_TEST_NAME=shop\n");
    const auto runs = run(std::string(head) + R"(
from decouple import Csv, UndefinedValueError, config as setting
from environs import Env, EnvError
assert setting('ORCH_TEST_PORT', cast=int) == 5433 and setting('ORCH_TEST_DEBUG', cast=bool) is False
assert setting('ORCH_TEST_HOSTS', cast=Csv()) == ['a', 'b'] and setting('ORCH_TEST_NONE', default='x') == 'x'
try:
    setting('ORCH_TEST_NONE')
    assert False
except UndefinedValueError as error:
    assert 'ORCH_TEST_NONE not found' in str(error)
env = Env()
env.read_env()
assert env.int('ORCH_TEST_PORT') == 5433 and env.bool('ORCH_TEST_DEBUG') is False
assert env.list('ORCH_TEST_HOSTS') == ['a', ' b'] and env('ORCH_TEST_NONE', 'y') == 'y'
with env.prefixed('ORCH_TEST_'):
    assert env.str('NAME') == 'shop'
try:
    env.int('ORCH_TEST_NAME')
    assert False
except EnvError as error:
    assert 'ORCH_TEST_NAME' in str(error)
config.set_main_option('sqlalchemy.url', 'sqlite:///' + env('ORCH_TEST_NAME') + '.db')
more = {}
)" + tail);
    EXPECT_EQ(runs.at(0).url, "sqlite:///shop.db");
}

TEST_F(Environment, points_to_adopt_where_it_needs_the_application) {
    try {
        run(std::string(head) +
            "from shop import settings\nconfig.set_main_option('sqlalchemy.url', settings.url())\n");
        FAIL() << "it should have failed";
    } catch (const Error& error) {
        EXPECT_NE(render(error).find("'orch adopt' writes an orch.ini"), std::string::npos);
    }
}

TEST_F(Environment, imports_what_stands_beside_it) {
    folder_.write("settings/base.py", "URL = 'sqlite:///settings.db'\n");
    settings_.prepend_sys_path = {folder_.path / "settings"};
    auto runs = run(std::string(head) +
                    "import base\nconfig.set_main_option('sqlalchemy.url', base.URL)\nmore = {}\n" + tail);
    EXPECT_EQ(runs.at(0).url, "sqlite:///settings.db");
}

TEST_F(Environment, keeps_what_it_executes_for_the_runner) {
    auto runs =
        run(std::string(head) + "import sqlalchemy as sa\n"
                                "with sa.create_engine('postgresql://db/app').connect() as connection:\n"
                                "    connection.execute(sa.text('SET search_path TO tenant'))\n"
                                "    context.configure(connection=connection)\n"
                                "    context.run_migrations()\n");
    ASSERT_EQ(runs.at(0).statements.size(), 1U);
    EXPECT_EQ(std::get<sql::Text>(runs[0].statements[0].first).sql, "SET search_path TO tenant");
    EXPECT_EQ(runs[0].statements[0].second.line, 13);
}

TEST_F(Environment, names_mistakes) {
    EXPECT_EQ(error(std::string(head)), "0 the env.py ended without context.run_migrations() (its last lines "
                                        "call run_migrations_offline() or run_migrations_online())");
    context_.main_options.erase("sqlalchemy.url");
    EXPECT_NE(error(generic()).find("'sqlalchemy.url' is not set"), std::string::npos) << error(generic());
    EXPECT_NE(
        error("from alembic import context\ndef get_url():\n    return 'x'\ncontext.configure(url=get_url)\n")
            .find("call it with '()'"),
        std::string::npos);
    EXPECT_NE(error("from alembic import context\ncontext.config.set_main_option('sqlalchemy.url', None)\n")
                  .find("is an environment variable missing?"),
              std::string::npos);
    EXPECT_NE(
        error("from alembic import context\ncontext.configure(version_tabel='x')\ncontext.run_migrations()\n")
            .find("version_table"),
        std::string::npos);
}

} // namespace
} // namespace orch::test
