#include "base/file.hpp"
#include "base/log.hpp"
#include "command.hpp"
#include "fleet/doctor.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

std::vector<std::string> resolve(fleet::Environment& environment, const std::string& name) {
    std::optional<std::vector<std::string>> current;
    if (name == "current") environment.read([&](runner::Session& session) { current = session.current(); });
    // A range is shown in the order in which it is applied.
    if (name.find(':') == std::string::npos) return environment.tree().graph().resolve(name, current);
    std::vector<std::string> ids = environment.tree().graph().history(name, current);
    return {ids.rbegin(), ids.rend()};
}

bool names_file(const std::string& name) { return name.ends_with(".py") || name.ends_with(".sql"); }

/// What one argument of --sql names: a file, or revisions of the tree.
std::vector<script::RevisionFile> files(fleet::Environment& environment, const std::string& name) {
    if (names_file(name)) {
        if (auto file = script::scan_alone(name)) return {std::move(*file)};
        throw Error(Fault::script,
                    fmt::format("'{}' is no revision file: it has no 'revision = ...'", display_path(name)));
    }
    std::vector<script::RevisionFile> found;
    for (const std::string& id : resolve(environment, name)) found.push_back(environment.tree().file(id));
    return found;
}

/// The SQL of single revisions. With --json a revision that fails has its error there and does not stop the
/// others.
class SqlOfRevisions {
  public:
    /// `of_tree`: revisions of the tree, which run as its env.py says; files are taken by themselves.
    SqlOfRevisions(const Invocation& invocation, fleet::Environment& environment, bool of_tree)
        : invocation_(invocation), environment_(environment),
          dialect_(environment.dialect(invocation.text("dialect"))),
          direction_(invocation.flag("downgrade") ? script::Direction::downgrade
                                                  : script::Direction::upgrade),
          settings_(settings_for(environment, dialect_, of_tree)),
          past_(
              settings_, [&environment]() -> const runner::Tree& { return environment.tree(); }, dialect_) {}

    void show(const std::string& name) {
        if (!invocation_.json) {
            for (const script::RevisionFile& file : files(environment_, name)) {
                const std::string sql = text(file);
                print(fmt::format("-- {} {}, {}\n\n{}",
                                  invocation_.flag("downgrade") ? "downgrade" : "upgrade", file.head.id,
                                  file.head.doc, sql));
            }
            return;
        }
        try {
            for (const script::RevisionFile& file : files(environment_, name)) add(file);
        } catch (const Error& error) {
            document_.sql({}, name, {}, error);
        }
    }

    void finish() {
        if (invocation_.json) print(document_.str());
    }

  private:
    // What a revision may ask of its ini and of the database's URL, which nobody connects to.
    static runner::Settings settings_for(fleet::Environment& environment, const dialect::Dialect& dialect,
                                         bool of_tree) {
        const std::string& name = dialect.traits().name;
        runner::Settings settings = environment.settings();
        settings.context = environment.context_of_env_py();
        if (of_tree) take_from_env_py(environment, settings.context);
        settings.context.url = parse_url(name + "://");
        try {
            const Url url = environment.url();
            if (environment.dialect(url.scheme).traits().name == name) settings.context.url = url;
        } catch (const Error&) { // none is needed here
        }
        return settings;
    }

    // The names that target_metadata gives to constraints, and what run_migrations() hands to revisions. An
    // env.py that does not run here says neither, which is no reason to show nothing.
    static void take_from_env_py(fleet::Environment& environment, script::Context& context) {
        bool first = true;
        try {
            environment.offline([&](const runner::Settings& settings, const dialect::Dialect&) {
                if (!std::exchange(first, false)) return;
                context.naming_convention = settings.context.naming_convention;
                context.arguments = settings.context.arguments;
            });
        } catch (const Error& error) {
            log::debug("orch", fmt::format("env.py says nothing of names: {}", error.message()));
        }
    }

    std::string text(const script::RevisionFile& file) {
        std::string sql;
        runner::revision_sql(settings_, past_, file, direction_, dialect_,
                             [&](std::string_view piece) { sql += piece; });
        return sql;
    }

    void add(const script::RevisionFile& file) {
        try {
            document_.sql(file.head.id, file.path.string(), text(file), {});
        } catch (const Error& error) {
            document_.sql(file.head.id, file.path.string(), {}, error);
        }
    }

    const Invocation& invocation_;
    fleet::Environment& environment_;
    const dialect::Dialect& dialect_;
    script::Direction direction_;
    runner::Settings settings_;
    runner::Past past_;
    Document document_{"show"};
};

int run(const Invocation& invocation) {
    const std::vector<std::string> names = invocation.list("arg-revision");
    if (names.empty()) throw Error(Fault::usage, "no revision was given").hint("'orch history' lists them");
    fleet::Project project(invocation.options);
    fleet::Environment& environment = project.one();
    if (invocation.flag("sql")) {
        const bool of_tree = !std::ranges::all_of(names, names_file);
        SqlOfRevisions sql(invocation, environment, of_tree);
        for (const std::string& name : names) sql.show(name);
        sql.finish();
        return 0;
    }
    std::vector<std::string> ids;
    for (const std::string& name : names)
        for (const std::string& id : resolve(environment, name)) ids.push_back(id);
    if (invocation.json) {
        Document document("show");
        document.revisions("revisions", environment.tree(), ids);
        print(document.str());
        return 0;
    }
    for (const std::string& id : ids) print(block(environment.tree(), id) + "\n");
    return 0;
}

} // namespace

extern const Command show_command;
const Command show_command{
    "show",
    "REVISION...",
    "show a revision: its parents, its file, its message, or its SQL",
    "REVISION is a name, a range a:b, or with --sql also a file. --sql needs no database.",
    "  $ orch show head\n"
    "  $ orch show ae10 --sql\n"
    "  $ orch show base:head --sql --dialect sqlite",
    [](po::options_description& options) {
        options.add_options()("sql", "the SQL that it runs")(
            "downgrade", "with --sql: of downgrade() instead of upgrade()")(
            "dialect", po::value<std::string>()->value_name("NAME"),
            "with --sql: for this database instead of the environment's")(
            "arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
