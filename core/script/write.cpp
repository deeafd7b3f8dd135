// Makes new revision files: from the tree's script.py.mako, from orch's own form where it has none, or as
// .sql.
#include "script/script.hpp"

#include "script/alembic/context.hpp"
#include "script/file_name.hpp"
#include "script/hooks.hpp"
#include "script/modules.hpp"
#include "script/source.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <random>

namespace orch::script {
namespace {

namespace fs = std::filesystem;
using lang::Value;

// orch's own script.py.mako: what a tree without one gets. Names and sections are those that Alembic's
// templates have.
constexpr std::string_view own_template = R"mako("""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif

revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
)mako";

// One string as itself, several as a tuple, none as None: as Alembic writes them.
Value scalar_or_tuple(const std::vector<std::string>& items) {
    if (items.empty()) return {};
    if (items.size() == 1) return Value(items[0]);
    return Value::tuple({items.begin(), items.end()});
}

Value tuple_or_none(const std::vector<std::string>& items) {
    if (items.empty()) return {};
    return Value::tuple({items.begin(), items.end()});
}

std::string comma_list(const Value& value) {
    if (value.is_none()) return "";
    if (value.is_string()) return std::string(value.as_string());
    std::vector<std::string> pieces;
    for (const auto& item : value.to_vector()) pieces.push_back(item.str());
    return join(pieces, ", ");
}

Value date_value(lang::Interpreter& interpreter, const CreateDate& date) {
    Value datetime = interpreter.import("datetime");
    std::vector<std::pair<std::string, Value>> keywords;
    if (date.zoned) {
        Value offset = datetime.attribute("timedelta").call({}, {{"seconds", Value(date.utc_offset)}});
        keywords.emplace_back("tzinfo", datetime.attribute("timezone").call({offset}));
    }
    return datetime.attribute("datetime")
        .call({Value(date.year), Value(date.month), Value(date.day), Value(date.hour), Value(date.minute),
               Value(date.second), Value(date.microsecond)},
              std::move(keywords));
}

std::string message_of(const NewRevision& revision) {
    return revision.message.empty() ? "empty message" : revision.message;
}

// A body that a caller gives is indented as a whole; the template indents its first line.
std::string body(const std::string& text) { return std::string(trim(text)); }

std::map<std::string, Value> names_for(const NewRevision& revision, Session& session,
                                       const CreateDate& date) {
    std::map<std::string, Value> names;
    names["message"] = Value(message_of(revision));
    names["up_revision"] = Value(revision.id);
    names["down_revision"] = scalar_or_tuple(revision.down_revisions);
    names["branch_labels"] = tuple_or_none(revision.branch_labels);
    names["depends_on"] = scalar_or_tuple(revision.depends_on);
    names["create_date"] = date_value(session.interpreter, date);
    names["comma"] =
        lang::make_function("comma", [](lang::Call& call) { return Value(comma_list(call[0])); });
    names["imports"] = Value(revision.imports);
    if (!revision.upgrades.empty()) names["upgrades"] = Value(body(revision.upgrades));
    if (!revision.downgrades.empty()) names["downgrades"] = Value(body(revision.downgrades));
    for (const auto& [name, text] : revision.texts) names[name] = Value(body(text));
    names["config"] = make_config(session);
    return names;
}

std::string render_python(const NewRevision& revision, const Settings& settings, const Context& context,
                          const CreateDate& date) {
    fs::path tree = settings.script_location / "script.py.mako";
    std::error_code ignored;
    bool own = !fs::exists(tree, ignored);
    std::string where = own ? "orch's own script.py.mako" : display_path(tree);
    std::string text = own ? std::string(own_template) : read_source(tree, where);
    lang::Interpreter interpreter(limits_of(settings));
    Session session{interpreter, settings, context};
    prepare(session);
    lang::Active active(interpreter);
    return render_template(text, where, names_for(revision, session, date), interpreter);
}

std::string directive(std::string_view word, const std::vector<std::string>& values) {
    if (values.empty()) return {};
    return fmt::format("-- orch:{} {}\n", word, join(values, ", "));
}

std::string render_sql(const NewRevision& revision, const CreateDate& date) {
    std::string result;
    for (const auto& line : split(message_of(revision), '\n'))
        result += trim(line).empty() ? "--\n" : fmt::format("-- {}\n", line);
    result += fmt::format("--\n-- Create Date: {}\n", date.text());
    result += fmt::format("-- orch:revision {}\n", revision.id);
    result +=
        revision.down_revisions.empty() ? "-- orch:revises\n" : directive("revises", revision.down_revisions);
    result += directive("branch-labels", revision.branch_labels);
    result += directive("depends-on", revision.depends_on);
    result += "-- orch:upgrade\n" + revision.upgrades + "\n-- orch:downgrade\n" + revision.downgrades +
              (revision.downgrades.empty() ? "" : "\n");
    return result;
}

void refuse_illegal_id(const std::string& id) {
    std::size_t at = id.find_first_of("@-+:/ ,");
    if (at == std::string::npos && !id.empty()) return;
    throw Error(Fault::usage,
                id.empty() ? std::string("a revision needs an id")
                           : fmt::format("the id '{}' holds '{}', which cannot stand in one", id, id[at]))
        .hint("letters, digits and '_' are safe");
}

fs::path file_path(const NewRevision& revision, const Settings& settings, const CreateDate& date) {
    std::string name = fill_file_template(settings.file_template, revision.id,
                                          slug(revision.message, settings.truncate_slug_length), date);
    return revision.version_path / (name + (revision.sql ? ".sql" : ".py"));
}

// A template that leaves something out makes a revision that is not what was asked for.
void check_written(const fs::path& path, const NewRevision& revision) {
    auto head = scan_file(path);
    if (!head) return;
    if (!revision.branch_labels.empty() && head->head.branch_labels.empty()) {
        throw Error(Fault::script, fmt::format("'{}' was written without the branch labels {}",
                                               display_path(path), quoted_list(revision.branch_labels)))
            .hint("script.py.mako has no line for them; add: branch_labels = ${repr(branch_labels)}");
    }
    if (!revision.depends_on.empty() && head->head.depends_on.empty()) {
        throw Error(Fault::script, fmt::format("'{}' was written without what it depends on: {}",
                                               display_path(path), quoted_list(revision.depends_on)))
            .hint("script.py.mako has no line for it; add: depends_on = ${repr(depends_on)}");
    }
}

} // namespace

std::string new_revision_id() {
    std::random_device device;
    std::uint64_t high = device(), low = device();
    return fmt::format("{:012x}", ((high << 32) | low) & 0xffff'ffff'ffffull);
}

fs::path write_revision(const NewRevision& revision, const Settings& settings, const Context& context,
                        const std::function<void(const fs::path&)>& written) {
    refuse_illegal_id(revision.id);
    for (const auto& hook : settings.hooks)
        if (hook.problem) throw *hook.problem;
    CreateDate date = create_date(settings.timezone);
    fs::path path = file_path(revision, settings, date);
    std::string text =
        revision.sql ? render_sql(revision, date) : render_python(revision, settings, context, date);
    std::string bytes = encode_text(text, settings.output_encoding);
    if (!revision.sql) decode_source(bytes, display_path(path)); // what cannot be read back is not written
    std::error_code problem;
    fs::create_directories(path.parent_path(), problem);
    if (problem)
        throw Error(Fault::system, fmt::format("cannot make the folder '{}': {}",
                                               display_path(path.parent_path()), problem.message()));
    create_file(path, bytes);
    if (written) written(path);
    run_hooks(fs::absolute(path), settings.hooks, settings.print_to_stderr);
    check_written(path, revision);
    return path;
}

} // namespace orch::script
