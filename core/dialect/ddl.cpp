// CREATE TABLE and what stands between its parentheses.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::dialect {

namespace {

/// The words of ON DELETE and INITIALLY come from scripts and go into SQL as they stand, so only known ones
/// pass.
const std::string& phrase(const std::string& text, std::span<const std::string_view> known,
                          std::string_view where) {
    const std::string wanted = lower(text);
    if (std::ranges::any_of(known, [&](std::string_view each) { return lower(each) == wanted; })) return text;
    throw Error(Fault::script, fmt::format("unknown {} '{}'", where, text))
        .hint(fmt::format("expected one of {}", quoted_list({known.begin(), known.end()})));
}
constexpr std::array<std::string_view, 5> actions{"RESTRICT", "CASCADE", "SET NULL", "NO ACTION",
                                                  "SET DEFAULT"};
constexpr std::array<std::string_view, 2> moments{"DEFERRED", "IMMEDIATE"};
constexpr std::array<std::string_view, 3> matches{"FULL", "PARTIAL", "SIMPLE"};

std::string in_table(const std::string& table, const std::string& column) {
    return fmt::format("in column '{}' of table '{}'", column, table);
}

} // namespace

void AnsiCompiler::create_table(const ops::CreateTable& operation, Output& output) const {
    const schema::Table& table = operation.table;
    const Layout plan = layout(table);
    const std::string indent = output.values() == Values::literals ? "    " : "\t";
    std::vector<std::string> lines;
    for (const schema::Column& each : plan.columns)
        if (!each.system) lines.push_back(indent + column(each, plan, output));
    const auto add = [&](std::string line) {
        if (!line.empty()) lines.push_back(indent + std::move(line));
    };
    if (!plan.primary_key.columns.empty()) add(primary_key(plan.primary_key, plan));
    std::vector<schema::Constraint> later;
    for (const schema::Constraint& each : plan.constraints) {
        const auto* key = std::get_if<schema::ForeignKey>(&each);
        if (key && key->rule.use_alter && grammar_.supports_alter)
            later.push_back(each);
        else
            add(constraint(each, plan, output));
    }
    std::string prefixes;
    for (const std::string& prefix : table.prefixes) prefixes += prefix + " ";
    output.add(fmt::format("CREATE {}TABLE {}{} (\n{}\n){}", prefixes,
                           operation.if_not_exists ? "IF NOT EXISTS " : "",
                           table_name(table.schema, table.name), join(lines, ", \n"), after_table(plan)));
    for (const schema::Constraint& each : later) add_constraint({table.name, table.schema, each}, output);
    for (const schema::Index& index : plan.indexes) create_index({index, operation.if_not_exists}, output);
    if (grammar_.inline_comments) return;
    if (table.comment) table_comment({table.name, table.schema, table.comment, {}}, output);
    for (const schema::Column& each : plan.columns)
        if (each.comment) column_comment(table.name, table.schema, each.name, each.comment, output);
}

// name type [DEFAULT ...] [GENERATED ...] [NOT NULL] [CHECK ...]
std::string AnsiCompiler::column(const schema::Column& column, const Layout& layout, Output&) const {
    if (!column.type_given)
        throw Error(Fault::script, "no type " + in_table(layout.table->name, column.name))
            .hint(
                "its foreign key's column is not at hand here: give sa.Column a type as its second argument");
    std::string out = quote(column.name) + " ";
    try {
        out += type(column.type) + default_clause(column);
    } catch (Error& error) {
        throw error.note(in_table(layout.table->name, column.name));
    }
    if (column.computed) out += " " + computed(*column.computed);
    if (column.identity) out += " " + identity(*column.identity);
    if (!column.is_nullable() && !column.identity) out += " NOT NULL";
    for (const schema::Check& each : column.checks) out += " " + check(each);
    return out;
}

std::string AnsiCompiler::after_table(const Layout&) const { return {}; }

std::string AnsiCompiler::default_clause(const schema::Column& column) const {
    return column.server_default ? " DEFAULT " + expression(column.server_default) : "";
}

std::string AnsiCompiler::computed(const schema::Computed& computed) const {
    const std::string_view kept = !computed.persisted ? "" : *computed.persisted ? " STORED" : " VIRTUAL";
    return fmt::format("GENERATED ALWAYS AS ({}){}", expression(computed.expression), kept);
}

std::string AnsiCompiler::identity(const schema::Identity& identity) const {
    const std::string options = identity_options(identity);
    return fmt::format("GENERATED {} AS IDENTITY{}", identity.always ? "ALWAYS" : "BY DEFAULT",
                       options.empty() ? "" : " (" + options + ")");
}

std::string AnsiCompiler::identity_options(const schema::Identity& options) const {
    std::vector<std::string> out;
    const auto number = [&](std::string_view words, std::optional<std::int64_t> value) {
        if (value) out.push_back(fmt::format("{} {}", words, *value));
    };
    number("INCREMENT BY", options.increment);
    number("START WITH", options.start);
    number("MINVALUE", options.minvalue);
    number("MAXVALUE", options.maxvalue);
    if (options.nominvalue) out.emplace_back("NO MINVALUE");
    if (options.nomaxvalue) out.emplace_back("NO MAXVALUE");
    number("CACHE", options.cache);
    if (options.cycle) out.emplace_back(*options.cycle ? "CYCLE" : "NO CYCLE");
    return join(out, " ");
}

std::string AnsiCompiler::constraint_name(const std::optional<std::string>& name) const {
    return name ? "CONSTRAINT " + quote(*name) + " " : "";
}

std::string AnsiCompiler::deferrability(std::optional<bool> deferrable,
                                        const std::optional<std::string>& initially) const {
    std::string out;
    if (deferrable) out += *deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
    if (initially) out += " INITIALLY " + phrase(*initially, moments, "initially=");
    return out;
}

std::string AnsiCompiler::constraint(const schema::Constraint& constraint, const Layout& layout,
                                     Output& output) const {
    struct Visitor {
        const AnsiCompiler& self;
        const Layout& layout;
        Output& output;
        std::string operator()(const schema::PrimaryKey& c) const { return self.primary_key(c, layout); }
        std::string operator()(const schema::Unique& c) const { return self.unique(c, layout); }
        std::string operator()(const schema::Check& c) const { return self.check(c); }
        std::string operator()(const schema::ForeignKey& c) const {
            return self.foreign_key(c, layout, output);
        }
        std::string operator()(const schema::Exclude& c) const { return self.exclude(c); }
    };
    return std::visit(Visitor{*this, layout, output}, constraint);
}

std::string AnsiCompiler::primary_key(const schema::PrimaryKey& constraint, const Layout&) const {
    return fmt::format("{}PRIMARY KEY ({}){}", constraint_name(constraint.name),
                       column_list(constraint.columns),
                       deferrability(constraint.deferrable, constraint.initially));
}

std::string AnsiCompiler::unique(const schema::Unique& constraint, const Layout&) const {
    if (constraint.columns.empty()) return {};
    return fmt::format("{}UNIQUE ({}){}", constraint_name(constraint.name), column_list(constraint.columns),
                       deferrability(constraint.deferrable, constraint.initially));
}

std::string AnsiCompiler::check(const schema::Check& constraint) const {
    return fmt::format("{}CHECK ({}){}", constraint_name(constraint.name), expression(constraint.condition),
                       deferrability(constraint.deferrable, constraint.initially));
}

std::string AnsiCompiler::foreign_key(const schema::ForeignKey& constraint, const Layout&, Output&) const {
    return fmt::format("{}FOREIGN KEY({}) {}", constraint_name(constraint.name),
                       column_list(constraint.columns), references(constraint, true));
}

std::string AnsiCompiler::references(const schema::ForeignKey& constraint, bool with_schema) const {
    const schema::ForeignKeyOptions& rule = constraint.rule;
    std::string out = "REFERENCES " + table_name(with_schema ? constraint.referent_schema : std::nullopt,
                                                 constraint.referent_table);
    if (!constraint.referent_columns.empty()) out += " (" + column_list(constraint.referent_columns) + ")";
    if (rule.match) out += " MATCH " + phrase(*rule.match, matches, "match=");
    if (rule.on_delete) out += " ON DELETE " + phrase(*rule.on_delete, actions, "ondelete=");
    if (rule.on_update) out += " ON UPDATE " + phrase(*rule.on_update, actions, "onupdate=");
    return out + deferrability(rule.deferrable, rule.initially);
}

std::string AnsiCompiler::exclude(const schema::Exclude&) const {
    throw Error(Fault::script, fmt::format("{} has no EXCLUDE constraints", grammar_.title));
}

} // namespace orch::dialect
