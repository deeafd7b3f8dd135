#include "fleet/targets.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace orch::fleet {

namespace fs = std::filesystem;

std::optional<Url> scratch_url(Environment& environment) {
    const auto value = environment.key("scratch_url");
    if (!value || trim(value->text).empty()) return std::nullopt;
    try {
        return parse_url(trim(value->text));
    } catch (Error& error) {
        throw error.at(value->place);
    }
}

namespace {

autogen::Target of_url(Environment& environment, const std::string& text) {
    const Url url = parse_url(text);
    const auto connection = environment.plugins()
                                .for_scheme(url.scheme)
                                .connect(url, {true, environment.settings().connect_args});
    if (!connection)
        throw Error(Fault::database, fmt::format("the target database '{}' does not exist", masked(url)));
    return autogen::target_of_catalog(connection->reflect({}), masked(url));
}

/// A path is found beside the configuration file; what is no path stays as it is.
std::string with_located_path(Environment& environment, const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const std::string path = text.substr(0, colon),
                      rest = colon == std::string::npos ? "" : text.substr(colon);
    std::error_code ignored;
    const fs::path found = environment.located(path);
    const bool is_path =
        fs::exists(found, ignored) || path.ends_with(".py") || path.find('/') != std::string::npos;
    return is_path ? found.string() + rest : text;
}

} // namespace

autogen::Target load_target(Environment& environment, const std::string& text,
                            const dialect::Dialect& dialect) {
    const auto scratch = scratch_url(environment);
    switch (autogen::target_kind(text)) {
    case autogen::TargetKind::sql: return autogen::target_of_sql(environment.located(text), dialect, scratch);
    case autogen::TargetKind::url: return of_url(environment, text);
    case autogen::TargetKind::library: return autogen::target_of_library(environment.located(text));
    case autogen::TargetKind::command:
        return autogen::target_of_command(text.substr(5), environment.located("."), dialect, scratch);
    case autogen::TargetKind::models: break;
    }
    const runner::Settings& settings = environment.settings();
    const std::string shown = fs::path(text).is_absolute() ? display_path(text) : text;
    return autogen::target_of_models(
        script::load_models(with_located_path(environment, text), settings.scripts, settings.context), shown);
}

autogen::Target target_of(Environment& environment, const DifferenceRequest& request, const Opened& opened) {
    const dialect::Dialect& dialect = opened.session.dialect();
    if (request.target) return load_target(environment, *request.target, dialect);
    if (const auto value = environment.key("target_metadata"); value && !trim(value->text).empty()) {
        try {
            return load_target(environment, std::string(trim(value->text)), dialect);
        } catch (Error& error) {
            if (!error.place()) error.at(value->place);
            throw;
        }
    }
    if (opened.asked && opened.asked->target_models)
        return autogen::target_of_models(opened.asked->target_models(), "target_metadata of env.py");
    Error error(Fault::config,
                fmt::format("environment '{}' has no target schema to compare with", environment.name()));
    error.hint(
        "set 'target_metadata' to models (app/models.py), a .sql file, exec:COMMAND, a library or a URL");
    throw error;
}

schema::Catalog replayed(Environment& environment, const runner::Settings& settings,
                         const dialect::Dialect& dialect, const std::vector<std::string>& targets) {
    runner::Settings quiet = settings;
    quiet.logger = "orch.scratch";
    quiet.announces = false;
    quiet.permit = nullptr;
    quiet.fallback.reset(); // another program would change the real database
    quiet.journal = false;
    runner::Session session(quiet, environment.tree(), dialect, dialect.scratch(scratch_url(environment)));
    try {
        session.upgrade(targets);
    } catch (Error& error) {
        throw error.note("while the revisions were replayed into a scratch database");
    }
    return session.reflect({});
}

} // namespace orch::fleet
