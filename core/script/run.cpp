// Runs one direction of a revision: upgrade() or downgrade() of a .py file, a section of a .sql file.
#include "script/script.hpp"

#include "script/modules.hpp"
#include "script/source.hpp"
#include "script/sql_file.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "lang/attempt.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace orch::script {
namespace {

using lang::Value;

std::string_view word_of(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

Place line_of(const std::string& file, const SqlStatement& statement) {
    std::string source = statement.text.substr(0, statement.text.find('\n'));
    return Place{file, statement.line, 1, static_cast<int>(code_points(source)), source};
}

// Text as it stands: nothing in it is a parameter, so a backslash before a colon is kept from being an
// escape.
sql::Text verbatim(std::string text) { return {replace_all(text, "\\:", "\\\\:"), {}}; }

void run_sql(const RevisionFile& file, Direction direction, Database& database) {
    std::string shown = display_path(file.path);
    std::string text = read_source(file.path, shown);
    auto statements =
        sql_statements(text, shown, direction, database.dialect_names(), database.backslash_escapes());
    for (auto& statement : statements) {
        Place origin = line_of(shown, statement);
        database.apply({ops::Execute{verbatim(std::move(statement.text))}, std::move(origin)});
    }
}

Error no_function(const std::string& shown, Direction direction) {
    Place place;
    place.file = shown;
    return Error(Fault::script, fmt::format("the revision has no function '{}()'", word_of(direction)))
        .at(place)
        .hint(fmt::format("add 'def {}():', with 'pass' in it where there is nothing to do",
                          word_of(direction)));
}

// What an env.py hands to every revision with context.run_migrations(name=value). Which values these are only
// that env.py knows; `op` is always the same.
class EnvironmentArgument : public lang::Native {
  public:
    EnvironmentArgument(std::string name, std::string_view function)
        : name_(std::move(name)), function_(function) {}
    std::string type_name() const override { return name_; }
    std::optional<Value> get_attribute(std::string_view) override {
        Error error(Fault::script, fmt::format("nobody gives {}() its argument '{}'", function_, name_));
        throw error.hint(fmt::format(
            "the env.py of this tree says context.run_migrations({}=...), and it is not run here", name_));
    }

  private:
    std::string name_;
    std::string_view function_;
};

} // namespace

std::vector<Value> arguments_of(const Value& function, Direction direction, Session& session) {
    std::vector<Value> arguments;
    for (std::string& name : lang::required_parameters(function)) {
        const auto given = session.context.arguments.find(name);
        if (given != session.context.arguments.end())
            arguments.emplace_back(given->second);
        else if (name == "op")
            arguments.push_back(session.interpreter.import("alembic.op"));
        else
            arguments.push_back(lang::make<EnvironmentArgument>(std::move(name), word_of(direction)));
    }
    return arguments;
}

namespace {

void run_python(const RevisionFile& file, Direction direction, const Settings& settings,
                const Context& context, Database& database, bool missing_is_empty) {
    std::string shown = display_path(file.path);
    auto program = lang::parse(read_source(file.path, shown), shown);
    lang::Interpreter interpreter(limits_of(settings));
    Session session{interpreter, settings, context};
    session.database = &database;
    session.offline = database.offline();
    session.naming_convention = context.naming_convention;
    prepare(session);
    const lang::Apart own;
    Value module = interpreter.run(program, file.path.stem().native());
    auto function = module.find_attribute(word_of(direction));
    if (!function && missing_is_empty) return;
    if (!function || !function->is_callable()) throw no_function(shown, direction);
    interpreter.call(*function, arguments_of(*function, direction, session));
    if (session.rolled_back) database_of(session, *session.rolled_back); // says so
}

} // namespace

void run(const RevisionFile& file, Direction direction, const Settings& settings, const Context& context,
         Database& database, bool missing_is_empty) {
    if (file.kind == RevisionFile::sql)
        run_sql(file, direction, database);
    else
        run_python(file, direction, settings, context, database, missing_is_empty);
}

} // namespace orch::script
