// `revision --autogenerate`, `check`, `diff` and `inspect`: which two schemas are compared, and how the
// environment's keys decide it. The comparison itself is autogen's.
#include "fleet/difference.hpp"

#include "autogen/document.hpp"
#include "autogen/listing.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/targets.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::fleet {

namespace {

bool flag(Environment& environment, std::string_view key, const std::optional<bool>& asked, bool otherwise) {
    if (const auto value = environment.key(key)) return config::as_bool(*value, key);
    return asked.value_or(otherwise);
}

std::pair<std::string, std::string> rename(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
        throw Error(Fault::usage, fmt::format("expected OLD:NEW in --rename, got '{}'", text))
            .hint("a table: --rename orders:purchase; a column: --rename orders.qty:quantity");
    return {text.substr(0, colon), text.substr(colon + 1)};
}

autogen::CompareOptions::Differs asked_of(const script::EnvironmentOptions::Differs& function,
                                          const dialect::Compiler& compiler) {
    if (!function) return nullptr;
    return [&function, &compiler](const schema::Table& table, const schema::Column& existing,
                                  const schema::Column& wanted) {
        const auto text = [&](const schema::ExpressionPtr& expression) {
            return expression ? std::optional(compiler.expression(expression)) : std::nullopt;
        };
        return function({table.name, table.schema, existing, wanted, text(existing.server_default),
                         text(wanted.server_default)});
    };
}

autogen::CompareOptions compare_options(Environment& environment, const DifferenceRequest& request,
                                        const Opened& opened) {
    static const script::EnvironmentOptions nothing;
    const script::EnvironmentOptions& asked = opened.asked ? *opened.asked : nothing;
    autogen::CompareOptions options;
    options.types = flag(environment, "compare_type", asked.compare_type, true);
    options.server_defaults = flag(environment, "compare_server_default", asked.compare_server_default, true);
    options.version_table = opened.settings.context.version_table;
    options.version_table_schema = opened.settings.context.version_table_schema;
    for (const std::string& text : request.renames) options.renames.push_back(rename(text));
    options.renames_allowed = request.renames_allowed;
    options.allow_drop = request.allow_drop;
    options.foreign = environment.foreign_tables();
    const auto compared = [](const autogen::Object& object) {
        return script::ComparedObject{object.kind,   object.name,      object.table,
                                      object.schema, object.reflected, object.has_counterpart};
    };
    options.include.selects = [&environment, &asked, compared](const autogen::Object& object) {
        if (!environment.includes(object.kind, object.name)) return false;
        return !asked.include_object || asked.include_object(compared(object));
    };
    if (asked.include_name)
        options.include_name.selects = [&asked, compared](const autogen::Object& object) {
            return asked.include_name(compared(object));
        };
    const dialect::Compiler& compiler = opened.session.dialect().compiler();
    options.type_differs = asked_of(asked.type_differs, compiler);
    options.default_differs = asked_of(asked.default_differs, compiler);
    runner::Session& session = opened.session;
    // A standby, or a user who may not make temporary tables: then where scratch databases are made.
    options.normalize = [&session, &environment](const std::vector<schema::Table>& tables) {
        try {
            return session.normalize(tables);
        } catch (Error& error) {
            const auto scratch = scratch_url(environment);
            if (!scratch)
                throw error
                    .note("while tables of the target were made aside, to compare them in the "
                          "database's own words")
                    .note("that needs the right to make temporary tables; else name in 'scratch_url' a "
                          "server where databases may be made for it");
            return session.dialect().scratch(scratch)->normalize(tables, session.dialect().compiler());
        }
    };
    return options;
}

void require_head(Environment& environment, runner::Session& session) {
    const graph::RevisionMap& graph = environment.tree().graph();
    const std::vector<std::string> current = session.current();
    const auto pending = graph.pending(current);
    if (pending.empty()) return;
    throw Error(
        Fault::pending,
        fmt::format("the database of environment '{}' is not at head: {} of its revisions {} not applied",
                    environment.name(), pending.size(), pending.size() == 1 ? "is" : "are"))
        .hint("run 'orch upgrade heads' first, or compare with the revisions themselves: --from-history");
}

/// What an env.py would compare by functions of its own.
void add_not_compared(std::vector<std::string>& lines, const Opened& opened) {
    if (!opened.asked || !opened.asked->comparators) return;
    for (const std::string& name : opened.asked->comparators())
        lines.push_back(fmt::format("what '{}' of the project compares (comparators.dispatch_for)", name));
}

/// The models come from env.py where neither the command nor the ini names them.
bool asks_env_py(Environment& environment, const DifferenceRequest& request) {
    const auto value = environment.key("target_metadata");
    return !request.target && (!value || trim(value->text).empty());
}

schema::Catalog existing(Environment& environment, const DifferenceRequest& request, const Opened& opened) {
    if (request.from_history)
        return replayed(environment, opened.settings, opened.session.dialect(), {"heads"});
    require_head(environment, opened.session);
    dialect::ReflectOptions reflect;
    static const script::EnvironmentOptions nothing;
    const auto& asked = opened.asked ? *opened.asked : nothing;
    reflect.all_schemas = flag(environment, "include_schemas", asked.include_schemas, false);
    return opened.session.reflect(reflect);
}

/// Compares, and asks about what looks like a rename until all is decided.
autogen::Differences decided(const schema::Catalog& database, const autogen::Target& target,
                             const dialect::Dialect& dialect, autogen::CompareOptions options,
                             const DifferenceRequest& request) {
    autogen::Differences found = autogen::compare(database, target, dialect, options);
    if (found.undecided.empty()) return found;
    if (!request.ask) {
        std::vector<std::string> pairs;
        for (const auto& [from, to] : found.undecided) pairs.push_back(from + ":" + to);
        throw Error(Fault::usage, fmt::format("not clear whether this is a rename or a drop and an add: {}",
                                              quoted_list(pairs)))
            .hint(fmt::format("say so with '--rename {}', or '--no-renames' to drop and add", pairs.front()));
    }
    for (const auto& [from, to] : found.undecided)
        if (request.ask(from, to)) options.renames.emplace_back(from, to);
    options.renames_allowed = false;
    return autogen::compare(database, target, dialect, options);
}

autogen::RenderOptions render_options(const script::EnvironmentOptions& asked,
                                      const autogen::Target& target) {
    return {autogen::RenderOptions::Batch::never, target.final_names, asked.render_item};
}

DifferenceReport report(const autogen::Differences& found, const autogen::Target& target,
                        const dialect::Dialect& dialect, const script::EnvironmentOptions* asked) {
    static const script::EnvironmentOptions nothing;
    const autogen::RenderOptions options = render_options(asked ? *asked : nothing, target);
    DifferenceReport out;
    out.target = target.display;
    for (const autogen::Change& change : found.changes)
        if (!autogen::does_nothing(change.upgrade))
            out.operations.push_back(
                {std::string(ops::name(change.upgrade.action)),
                 autogen::render(change.upgrade, change.upgrade_is_told, dialect.compiler(), options),
                 change.summary});
    out.not_compared = found.not_compared;
    return out;
}

} // namespace

namespace {

/// Models that fail to be read mostly need their application: says what reads them then. `read` is set by the
/// work once they are.
void with_a_way_out(bool& read, const std::function<void()>& work) {
    try {
        work();
    } catch (Error& error) {
        if (error.fault() == Fault::script && !read)
            error.note("models that need their application are read with the real SQLAlchemy by "
                       "'target_metadata = exec:orch-export-sqlalchemy MODULE:OBJECT'");
        throw;
    }
}

DifferenceReport compared(Environment& environment, const DifferenceRequest& request, bool& read) {
    DifferenceReport out;
    // An env.py may look after several databases.
    environment.inspect(asks_env_py(environment, request), [&](const Opened& opened) {
        const schema::Catalog database = existing(environment, request, opened);
        const autogen::Target target = target_of(environment, request, opened);
        read = true;
        const dialect::Dialect& dialect = opened.session.dialect();
        DifferenceReport one =
            report(decided(database, target, dialect, compare_options(environment, request, opened), request),
                   target, dialect, opened.asked);
        out.target = std::move(one.target);
        for (Difference& each : one.operations) out.operations.push_back(std::move(each));
        for (std::string& line : one.not_compared) out.not_compared.push_back(std::move(line));
        add_not_compared(out.not_compared, opened);
    });
    return out;
}

} // namespace

DifferenceReport difference(Environment& environment, const DifferenceRequest& request) {
    DifferenceReport out;
    bool read = false;
    with_a_way_out(read, [&] { out = compared(environment, request, read); });
    return out;
}

// --- revision --autogenerate

namespace {

std::vector<script::ProposedRevision::Given> given(const std::vector<autogen::Step>& steps) {
    std::vector<script::ProposedRevision::Given> out;
    for (const autogen::Step& step : steps) out.push_back({step.operation, step.told, step.reverse});
    return out;
}

/// What is left, changed and new, in its new order.
std::vector<autogen::Step> taken(const std::vector<autogen::Step>& before,
                                 const std::vector<script::ProposedRevision::Step>& kept) {
    std::vector<autogen::Step> out;
    for (const auto& each : kept) {
        const autogen::Step like = each.given ? before[*each.given] : autogen::Step{};
        if (each.given && each.operations.empty() && each.lines.empty()) out.push_back(like);
        for (const ops::Operation& operation : each.operations) {
            out.push_back(like);
            out.back().operation = operation;
        }
        if (each.lines.empty()) continue;
        out.push_back(like);
        out.back().lines = each.lines;
    }
    return out;
}

/// Asks process_revision_directives of the env.py; false where it wants no revision.
bool directed(const script::EnvironmentOptions& asked, const dialect::Compiler& compiler,
              autogen::Steps& steps, RevisionRequest& request, script::NewRevision& revision,
              autogen::RenderOptions& options) {
    if (!asked.process_revision_directives) return true;
    script::ProposedRevision proposed;
    proposed.rev_id = revision.id;
    proposed.message = revision.message;
    proposed.heads = request.heads;
    proposed.splice = request.splice;
    proposed.branch_labels = request.branch_labels;
    proposed.depends_on = request.depends_on;
    proposed.version_path = request.version_path;
    proposed.parents = revision.down_revisions;
    proposed.upgrade = given(steps.upgrade);
    proposed.downgrade = given(steps.downgrade);
    proposed.written = [&](const ops::Operation& operation) {
        return autogen::render(operation, false, compiler);
    };
    asked.process_revision_directives(proposed);
    if (proposed.dropped) return false;
    revision.id = proposed.rev_id;
    revision.message = proposed.message;
    request.heads = std::move(proposed.heads);
    request.splice = proposed.splice;
    request.branch_labels = std::move(proposed.branch_labels);
    request.depends_on = std::move(proposed.depends_on);
    request.version_path = std::move(proposed.version_path);
    options.final_names.merge(proposed.final_names);
    for (const std::string& line : proposed.imports)
        revision.imports += (revision.imports.empty() ? "" : "\n") + line;
    steps = {taken(steps.upgrade, proposed.kept), taken(steps.downgrade, proposed.kept_down)};
    return true;
}

void put(script::NewRevision& revision, const std::string& token, std::string text) {
    if (token == "upgrades")
        revision.upgrades = std::move(text);
    else if (token == "downgrades")
        revision.downgrades = std::move(text);
    else
        revision.texts[token] = std::move(text);
}

} // namespace

namespace {

bool filled(Environment& environment, RevisionRequest& request, script::NewRevision& revision, bool& read) {
    bool wanted = true;
    const DifferenceRequest& compared = *request.autogenerate;
    environment.autogenerate(asks_env_py(environment, compared), [&](const Opened& opened) {
        const schema::Catalog database = existing(environment, compared, opened);
        const autogen::Target target = target_of(environment, compared, opened);
        read = true;
        const dialect::Dialect& dialect = opened.session.dialect();
        autogen::Differences found =
            decided(database, target, dialect, compare_options(environment, compared, opened), compared);
        add_not_compared(found.not_compared, opened);
        for (const autogen::Change& change : found.changes)
            if (!change.summary.empty()) log::info("orch.autogenerate", "Detected " + change.summary);
        for (const std::string& line : found.not_compared)
            log::info("orch.autogenerate", "Not compared: " + line);
        static const script::EnvironmentOptions nothing;
        const script::EnvironmentOptions& asked = opened.asked ? *opened.asked : nothing;
        autogen::RenderOptions options = render_options(asked, target);
        using Batch = autogen::RenderOptions::Batch;
        if (opened.settings.context.render_as_batch)
            options.batch = Batch::always;
        else if (dialect.traits().batch_rebuilds) // there Alembic can run nothing but a batch
            options.batch = Batch::where_needed;
        autogen::Steps steps = autogen::steps_of(found.changes);
        if (!directed(asked, dialect.compiler(), steps, request, revision, options)) {
            wanted = false;
            return;
        }
        const autogen::Rendered rendered = revision.sql ? autogen::render_sql(steps, dialect)
                                                        : autogen::render(steps, dialect.compiler(), options);
        put(revision, asked.upgrade_token, rendered.upgrades);
        put(revision, asked.downgrade_token, rendered.downgrades);
        if (!rendered.imports.empty() && revision.imports.find(rendered.imports) == std::string::npos)
            revision.imports += (revision.imports.empty() ? "" : "\n") + rendered.imports;
    });
    return wanted;
}

} // namespace

bool autogenerate(Environment& environment, RevisionRequest& request, script::NewRevision& revision) {
    bool wanted = true, read = false;
    with_a_way_out(read, [&] { wanted = filled(environment, request, revision, read); });
    return wanted;
}

// --- diff

namespace {

/// One operand of `orch diff`.
class Operand {
  public:
    Operand(Project& project, const std::string& text, const Opened& opened, Environment& environment)
        : project_(project), text_(text), opened_(opened), environment_(environment) {}

    autogen::Target load() const {
        for (Environment* other : project_.for_reading())
            if (other->name() == text_) return of_environment(*other);
        const std::size_t at = text_.find('@');
        if (at != std::string::npos && text_.find("://") == std::string::npos)
            for (Environment* other : project_.for_reading())
                if (other->name() == text_.substr(0, at)) return of_revision(*other, text_.substr(at + 1));
        if (is_revision()) return of_revision(environment_, text_);
        return load_target(environment_, text_, opened_.session.dialect());
    }

  private:
    autogen::Target of_environment(Environment& environment) const {
        autogen::Target target;
        environment.inspect(false, [&](const Opened& opened) {
            target = autogen::target_of_catalog(opened.session.reflect({}), environment.name());
        });
        return target;
    }
    autogen::Target of_revision(Environment& environment, const std::string& revision) const {
        return autogen::target_of_catalog(
            replayed(environment, environment.settings(), environment.dialect(std::nullopt), {revision}),
            text_);
    }
    bool is_revision() const {
        if (text_ == "head" || text_ == "heads") return true;
        const auto ids = environment_.tree().graph().newest_first();
        return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
            return id == text_ || (text_.size() >= 4 && id.starts_with(text_));
        });
    }

    Project& project_;
    const std::string& text_;
    const Opened& opened_;
    Environment& environment_;
};

} // namespace

DifferenceReport difference(Project& project, const std::string& from, const std::string& to,
                            const DifferenceRequest& request) {
    DifferenceReport out;
    Environment& environment = *project.for_reading().front();
    environment.inspect(false, [&](const Opened& opened) {
        const autogen::Target before = Operand(project, from, opened, environment).load();
        const autogen::Target after = Operand(project, to, opened, environment).load();
        const dialect::Dialect& dialect = opened.session.dialect();
        autogen::CompareOptions options = compare_options(environment, request, opened);
        options.allow_drop = true; // nothing is changed here
        options.foreign = nullptr;
        out = report(
            decided(autogen::told(before, dialect, options.normalize), after, dialect, options, request),
            after, dialect, opened.asked);
    });
    return out;
}

// --- inspect

std::string inspect(Environment& environment, InspectFormat format) {
    std::string out;
    environment.inspect(false, [&](const Opened& opened) {
        dialect::ReflectOptions reflect;
        reflect.all_schemas = flag(environment, "include_schemas", std::nullopt, false);
        const schema::Catalog catalog = opened.session.reflect(reflect);
        const dialect::Dialect& dialect = opened.session.dialect();
        // An env.py may look after several databases.
        if (format == InspectFormat::json) out += autogen::to_document(catalog, dialect);
        if (format == InspectFormat::sql) out += autogen::to_sql(catalog, dialect);
        if (format == InspectFormat::text) out += autogen::to_text(catalog, dialect);
    });
    return out;
}

} // namespace orch::fleet
