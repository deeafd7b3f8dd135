// The round trip of each operation: a revision is upgraded, looked at, downgraded and looked at again, with
// the version table, the lock and the journal that every run has; then the same as one script of SQL.
#include "base/file.hpp"
#include "conformance/kit.hpp"
#include "runner/runner.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace orch::conformance {

namespace {

/// A folder with one revision, which goes away.
class Revision {
  public:
    explicit Revision(const OperationCheck& check) {
        std::string name = (std::filesystem::temp_directory_path() / "orch-kit-XXXXXX").string();
        if (!mkdtemp(name.data())) throw Error(Fault::system, "cannot make a folder in the temporary folder");
        folder_ = name;
        std::filesystem::create_directories(folder_ / "versions");
        write_file(folder_ / "versions" / "kit.py",
                   fmt::format("from alembic import op\nimport sqlalchemy as sa\nrevision = 'kit'\n"
                               "down_revision = None\ndef upgrade():\n{}\ndef downgrade():\n{}\n",
                               check.upgrade, check.downgrade));
    }
    ~Revision() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Revision(const Revision&) = delete;
    Revision& operator=(const Revision&) = delete;

    runner::Settings settings(const Url& url) const {
        runner::Settings made;
        made.environment = "kit";
        made.url = url;
        made.scripts.script_location = folder_;
        made.context.version_table = "kit_version";
        return made;
    }

  private:
    std::filesystem::path folder_;
};

/// What the compiler or the connection refuses by itself is left out; what the database refuses is a failure,
/// and so is an assert in the revision.
void leaving_out_refusals(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        const bool refused = error.fault() == Fault::script && error.state().empty() &&
                             error.message().find("AssertionError") == std::string::npos;
        if (!refused) throw;
        throw LeftOut{error.message()};
    }
}

void check_facts(const Kit& kit, const std::vector<OperationCheck::Fact>& facts, const char* when) {
    using Fact = OperationCheck::Fact;
    for (const Fact& fact : facts) {
        Session session(kit);
        if (fact.kind == Fact::gives) {
            const sql::Datum found = session.value(fact.sql);
            const auto* number = std::get_if<std::int64_t>(&found);
            const auto* text = std::get_if<std::string>(&found);
            const std::string shown = number ? std::to_string(*number) : text ? *text : in_words(found);
            expect(shown == fact.expected,
                   fmt::format("{}, '{}' gives {}; expected {}", when, fact.sql, shown, fact.expected));
            continue;
        }
        session->begin(true);
        std::optional<Error> error;
        try {
            session.run(fact.sql);
        } catch (const Error& refused) {
            error = refused;
        }
        session->rollback();
        expect(error.has_value() == (fact.kind == Fact::refuses),
               error ? fmt::format("{}, '{}' fails: {}", when, fact.sql, error->message())
                     : fmt::format("{}, '{}' does not fail", when, fact.sql));
    }
}

void run_text(const Kit& kit, const std::string& sql) { Session(kit).run(sql); }

} // namespace

void check_operation(const Kit& kit, const OperationCheck& check, bool offline) {
    const Revision revision(check);
    const runner::Settings settings = revision.settings(kit.url());
    const runner::Tree tree(settings.scripts);
    using Access = runner::Session::Access;
    std::string up, down;
    const auto into = [](std::string& text) { return [&text](std::string_view piece) { text += piece; }; };
    leaving_out_refusals([&] {
        if (!offline) {
            runner::Session(settings, tree, kit.dialect(), Access::write).upgrade({"head"});
            return;
        }
        runner::upgrade_sql(settings, tree, kit.dialect(), {}, {"head"}, into(up));
        runner::downgrade_sql(settings, tree, kit.dialect(), {"kit"}, "base", into(down));
    });
    if (offline) run_text(kit, up);
    check_facts(kit, check.after_upgrade, "after the upgrade");
    expect(Session(kit).value("SELECT version_num FROM kit_version") == sql::Datum(std::string("kit")),
           "the version table does not name the revision");
    if (offline)
        run_text(kit, down);
    else
        runner::Session(settings, tree, kit.dialect(), Access::write).downgrade("base");
    check_facts(kit, check.after_downgrade, "after the downgrade");
    expect(Session(kit).count("kit_version") == 0, "the version table names a revision after the downgrade");
}

} // namespace orch::conformance
