// Operations as the body of a revision, in Alembic's own form and order. Each rendering function below
// follows the operation of that name in Alembic's operation reference.
#include "autogen/autogen.hpp"
#include "autogen/python.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace orch::autogen {

namespace {

constexpr std::size_t most_arguments = 255; ///< more become *[...]: older Pythons take no more

/// What a batch stands for, where an operation belongs into one.
struct TableName {
    std::string name;
    std::optional<std::string> schema;
    friend bool operator==(const TableName&, const TableName&) = default;
};

std::string schema_argument(const ops::Schema& schema, const char* keyword = "schema") {
    return schema ? fmt::format(", {}={}", keyword, python(*schema)) : "";
}

class Writer {
  public:
    Writer(Printer& printer, bool in_batch) : print_(printer), batch_(in_batch) {
        print_.where.told = print_.all_final;
    }

    std::string operator()(const ops::CreateTable& op) const {
        print_.where.table = op.table.name;
        print_.where.schema = op.table.schema;
        std::vector<std::string> arguments, constraints;
        for (const schema::Column& column : op.table.columns) arguments.push_back(print_.column(column));
        for (const schema::Constraint& constraint : op.table.constraints)
            constraints.push_back(print_.constraint(constraint));
        std::sort(constraints.begin(), constraints.end());
        arguments.insert(arguments.end(), constraints.begin(), constraints.end());
        std::string list = join(arguments, ",\n");
        if (arguments.size() > most_arguments) list = "*[" + list + "]";
        std::string out = fmt::format("{}create_table({},\n{}", print_.prefix, python(op.table.name), list);
        if (op.table.schema) out += ",\nschema=" + python(*op.table.schema);
        if (op.table.comment && !op.table.comment->empty()) out += ",\ncomment=" + python(*op.table.comment);
        for (const auto& [key, value] : op.table.options)
            out += fmt::format(",\n{}={}", key, print_.option(value));
        if (!op.table.prefixes.empty()) out += ",\nprefixes=" + python(op.table.prefixes);
        if (op.if_not_exists) out += ",\nif_not_exists=True";
        return out + "\n)";
    }
    std::string operator()(const ops::DropTable& op) const {
        return fmt::format("{}drop_table({}{}{})", print_.prefix, python(op.table),
                           schema_argument(op.schema), flag("if_exists", op.if_exists));
    }
    std::string operator()(const ops::RenameTable& op) const {
        return fmt::format("{}rename_table({}, {}{})", print_.prefix, python(op.old_name),
                           python(op.new_name), schema_argument(op.schema));
    }
    std::string operator()(const ops::AddColumn& op) const {
        print_.where.table = op.table;
        print_.where.schema = op.schema;
        return fmt::format("{}add_column({}{}{}{})", print_.prefix, of_table(op.table),
                           print_.column(op.column), of_schema(op.schema),
                           flag("if_not_exists", op.if_not_exists));
    }
    std::string operator()(const ops::DropColumn& op) const {
        return fmt::format("{}drop_column({}{}{}{})", print_.prefix, of_table(op.table), python(op.column),
                           of_schema(op.schema), flag("if_exists", op.if_exists));
    }
    std::string operator()(const ops::AlterColumn& op) const;
    std::string operator()(const ops::CreateIndex& op) const {
        const schema::Index& index = op.index;
        std::string elements;
        for (const schema::IndexElement& element : index.elements)
            elements += (elements.empty() ? "" : ", ") + print_.index_element(element);
        return fmt::format("{}create_index({}, {}[{}], unique={}{}{}{})", print_.prefix,
                           print_.name(index.name), of_table(index.table), elements, python(index.unique),
                           of_schema(index.schema), print_.options(index.options),
                           flag("if_not_exists", op.if_not_exists));
    }
    std::string operator()(const ops::DropIndex& op) const {
        const std::string table = batch_ || !op.table ? "" : ", table_name=" + python(*op.table);
        return fmt::format("{}drop_index({}{}{}{}{})", print_.prefix, print_.name(op.name), table,
                           of_schema(op.schema), print_.options(op.options), flag("if_exists", op.if_exists));
    }
    std::string operator()(const ops::AddConstraint& op) const;
    std::string operator()(const ops::DropConstraint& op) const {
        const std::string type = op.type ? ", type_=" + python(*op.type) : "";
        const std::string table = batch_ ? "" : ", " + python(op.table);
        return fmt::format("{}drop_constraint({}{}{}{}{})", print_.prefix, print_.name(op.name), table,
                           of_schema(op.schema), type, flag("if_exists", op.if_exists));
    }
    std::string operator()(const ops::TableComment& op) const {
        std::vector<std::string> arguments;
        const auto text = [](const std::optional<std::string>& comment) {
            return comment ? python(*comment) : "None";
        };
        if (!batch_) arguments.push_back(python(op.table));
        if (op.comment) arguments.push_back(python(*op.comment));
        arguments.push_back("existing_comment=" + text(op.existing_comment));
        if (!batch_) arguments.push_back("schema=" + text(op.schema));
        return fmt::format("{}{}(\n    {}\n)", print_.prefix,
                           op.comment ? "create_table_comment" : "drop_table_comment",
                           join(arguments, ",\n    "));
    }
    std::string operator()(const ops::BulkInsert&) const { return {}; } // data is nobody's schema
    std::string operator()(const ops::Execute& op) const { return execute(op.query); }
    std::string operator()(const ops::CreateType& op) const { return compiled(op); }
    std::string operator()(const ops::DropType& op) const { return compiled(op); }
    std::string operator()(const ops::CreateSequence& op) const { return compiled(op); }
    std::string operator()(const ops::DropSequence& op) const { return compiled(op); }
    std::string operator()(const ops::Batch& op) const {
        std::string out;
        for (const ops::Batch::Step& step : op.steps)
            out += (out.empty() ? "" : "\n") + std::visit(*this, step.operation->action);
        return out;
    }

  private:
    static std::string flag(const char* name, bool set) { return set ? fmt::format(", {}=True", name) : ""; }
    /// The table's name, which a batch knows already.
    std::string of_table(const std::string& table) const { return batch_ ? "" : python(table) + ", "; }
    std::string of_schema(const ops::Schema& schema) const { return batch_ ? "" : schema_argument(schema); }

    std::string execute(const sql::Query& query) const {
        return fmt::format(
            "{}execute({})", print_.prefix,
            python(with_colons_escaped(print_.compiler().compile(query, dialect::Values::literals).sql)));
    }
    /// Alembic has no operation for these: their SQL is executed.
    std::string compiled(const ops::Action& action) const {
        std::vector<std::string> lines;
        for (const auto& statement :
             print_.compiler().compile(ops::Operation{action, {}}, dialect::Values::literals))
            lines.push_back(fmt::format("op.execute({})", python(with_colons_escaped(statement.sql))));
        return join(lines, "\n");
    }

    Printer& print_;
    bool batch_;
};

std::string Writer::operator()(const ops::AlterColumn& op) const {
    print_.where = {op.table, op.schema, op.name.value_or(op.column), false};
    const bool to_the_models = !print_.all_final;
    std::string out =
        fmt::format("{}alter_column({}{}", print_.prefix, of_table(op.table), python(op.column));
    const auto add = [&](const char* key, const std::string& value) {
        out += fmt::format(",\n           {}={}", key, value);
    };
    print_.where.told = to_the_models || !op.type; // what a downgrade finds is the models', where it changes
    if (op.existing_type) add("existing_type", print_.type(*op.existing_type));
    if (op.identity.given)
        add("server_default", op.identity.value ? print_.identity(*op.identity.value) : "None");
    else if (op.computed.given)
        add("server_default", op.computed.value ? print_.computed(*op.computed.value) : "None");
    else if (op.server_default.given)
        add("server_default",
            op.server_default.value ? print_.server_default(*op.server_default.value) : "None");
    if (op.name) add("new_column_name", python(*op.name));
    print_.where.told = !to_the_models;
    if (op.type) add("type_", print_.type(*op.type));
    if (op.nullable) add("nullable", python(*op.nullable));
    if (op.comment.given) add("comment", op.comment.value ? python(*op.comment.value) : "None");
    if (op.existing_comment) add("existing_comment", python(*op.existing_comment));
    if (!op.nullable && op.existing_nullable) add("existing_nullable", python(*op.existing_nullable));
    if (op.autoincrement) add("autoincrement", python(*op.autoincrement));
    const bool default_changes = op.server_default.given || op.identity.given || op.computed.given;
    if (op.identity.given)
        add("existing_server_default",
            op.existing_identity ? print_.identity(*op.existing_identity) : "None");
    if (!default_changes && op.existing_server_default.value)
        add("existing_server_default", print_.server_default(*op.existing_server_default.value));
    if (op.schema && !batch_) add("schema", python(*op.schema));
    for (const auto& [key, value] : op.options) add(key.c_str(), print_.option(value));
    return out + ")";
}

std::string Writer::operator()(const ops::AddConstraint& op) const {
    const std::string table = batch_ ? "" : ", " + python(op.table);
    const auto begin = [&](const char* what, const std::optional<std::string>& name) {
        return fmt::format("{}create_{}({}{}", print_.prefix, what, print_.name(name), table);
    };
    struct Rule {
        std::string text;
        void add(const char* key, const std::optional<std::string>& value) {
            if (value) text += fmt::format(", {}={}", key, python(*value));
        }
        void add(const char* key, bool value) {
            if (value) text += fmt::format(", {}=True", key);
        }
    } rule;
    if (const auto* key = std::get_if<schema::PrimaryKey>(&op.constraint))
        return begin("primary_key", key->name) + ", " + python(key->columns) + of_schema(op.schema) + ")";
    if (const auto* unique = std::get_if<schema::Unique>(&op.constraint)) {
        rule.add("deferrable", unique->deferrable.value_or(false));
        rule.add("initially", unique->initially);
        return begin("unique_constraint", unique->name) + ", " + python(unique->columns) + rule.text +
               of_schema(op.schema) + print_.options(unique->options) + ")";
    }
    if (const auto* check = std::get_if<schema::Check>(&op.constraint))
        return begin("check_constraint", check->name) + ", " + python(print_.sql(check->condition)) +
               of_schema(op.schema) + ")";
    if (const auto* key = std::get_if<schema::ForeignKey>(&op.constraint)) {
        if (!batch_) rule.add("source_schema", op.schema);
        rule.add("referent_schema", key->referent_schema);
        rule.add("onupdate", key->rule.on_update);
        rule.add("ondelete", key->rule.on_delete);
        rule.add("initially", key->rule.initially);
        rule.add("deferrable", key->rule.deferrable.value_or(false));
        rule.add("use_alter", key->rule.use_alter);
        rule.add("match", key->rule.match);
        return fmt::format("{}, {}, {}, {}{}{})", begin("foreign_key", key->name),
                           python(key->referent_table), python(key->columns), python(key->referent_columns),
                           rule.text, print_.options(key->options));
    }
    const auto& exclude = std::get<schema::Exclude>(op.constraint);
    for (const auto& [expression, sign] : exclude.elements)
        rule.text += fmt::format(", ({}, {})", print_.text(expression), python(sign));
    if (exclude.where) rule.text += ", where=" + print_.text(exclude.where);
    rule.add("using", exclude.using_);
    return begin("exclude_constraint", exclude.name) + rule.text + of_schema(op.schema) + ")";
}

/// The table that an operation changes in place, where a batch could do it.
std::optional<TableName> altered(const ops::Action& action) {
    return std::visit(
        [](const auto& op) -> std::optional<TableName> {
            using T = std::decay_t<decltype(op)>;
            if constexpr (std::is_same_v<T, ops::CreateIndex>)
                return TableName{op.index.table, op.index.schema};
            else if constexpr (std::is_same_v<T, ops::DropIndex>)
                return op.table ? std::optional(TableName{*op.table, op.schema}) : std::nullopt;
            else if constexpr (std::is_same_v<T, ops::AddColumn> || std::is_same_v<T, ops::DropColumn> ||
                               std::is_same_v<T, ops::AlterColumn> || std::is_same_v<T, ops::AddConstraint> ||
                               std::is_same_v<T, ops::DropConstraint> || std::is_same_v<T, ops::TableComment>)
                return TableName{op.table, op.schema};
            else
                return std::nullopt;
        },
        action);
}

/// Steps that go together, and the table of their batch.
struct Group {
    std::optional<TableName> table;
    std::vector<const Step*> steps;
};

/// What can be done to a table that exists by a statement that every database has.
bool is_simple(const ops::Action& action) {
    if (std::holds_alternative<ops::CreateIndex>(action) || std::holds_alternative<ops::DropIndex>(action))
        return true;
    const auto* add = std::get_if<ops::AddColumn>(&action);
    if (!add) return false;
    const schema::Column& column = add->column;
    const bool constant =
        column.server_default && std::holds_alternative<sql::Literal>(column.server_default->node);
    const bool computed = (column.server_default && !constant) || column.server_default_fetched ||
                          column.computed || column.identity;
    return (column.is_nullable() || constant) && !computed && !column.primary_key &&
           column.foreign_keys.empty() && column.checks.empty();
}

std::vector<Group> grouped(const std::vector<Step>& steps, RenderOptions::Batch batch) {
    std::vector<Group> groups;
    for (const Step& step : steps) {
        const bool may = batch != RenderOptions::Batch::never && step.lines.empty();
        const auto table = may ? altered(step.operation.action) : std::nullopt;
        if (groups.empty() || !table || groups.back().table != table) groups.push_back({table, {}});
        groups.back().steps.push_back(&step);
    }
    if (batch == RenderOptions::Batch::where_needed)
        for (Group& group : groups)
            if (std::all_of(group.steps.begin(), group.steps.end(),
                            [](const Step* step) { return is_simple(step->operation.action); }))
                group.table = std::nullopt;
    return groups;
}

/// The first line is indented, and so are the others by what stands before all of a body.
std::string indented(std::string_view text, std::size_t first, std::size_t rest) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (!line.empty()) out += std::string(out.empty() ? first : rest, ' ') + line;
        out += '\n';
    }
    return out;
}

std::string batch_head(const Group& group) {
    std::string convention;
    std::map<std::string, std::string> all;
    for (const Step* step : group.steps)
        all.insert(step->naming_convention.begin(), step->naming_convention.end());
    for (const auto& [key, pattern] : all)
        convention += fmt::format("{}{}: {}", convention.empty() ? "" : ", ", python(key), python(pattern));
    if (!convention.empty()) convention = ", naming_convention={" + convention + "}";
    return fmt::format("with op.batch_alter_table({}, schema={}{}) as batch_op:\n", python(group.table->name),
                       group.table->schema ? python(*group.table->schema) : "None", convention);
}

std::string body(const std::vector<Step>& steps, Printer& printer, RenderOptions::Batch as_batch) {
    std::string out = "    # ### commands auto generated by Alembic - please adjust! ###\n";
    if (steps.empty()) out += "    pass\n";
    for (const Group& group : grouped(steps, as_batch)) {
        const bool batch = group.table.has_value();
        printer.prefix = batch ? "batch_op." : "op.";
        if (batch) out += "    " + batch_head(group);
        for (const Step* step : group.steps) {
            printer.all_final = step->told;
            for (const std::string& line : step->lines) out += indented(line, 4, 4);
            if (step->lines.empty())
                out += indented(std::visit(Writer(printer, batch), step->operation.action), batch ? 8 : 4, 4);
        }
        if (batch) out += "\n";
    }
    return out + "    # ### end Alembic commands ###";
}

/// Each operation that does something; those that belong together one by one.
void add_steps(std::vector<Step>& out, const ops::Operation& operation, const Step& like) {
    if (const auto* batch = std::get_if<ops::Batch>(&operation.action)) {
        for (const ops::Batch::Step& each : batch->steps) add_steps(out, *each.operation, like);
        return;
    }
    out.push_back(like);
    out.back().operation = operation;
}

} // namespace

bool does_nothing(const ops::Operation& operation) {
    const auto* steps = std::get_if<ops::Batch>(&operation.action);
    return steps && steps->steps.empty();
}

Steps steps_of(const std::vector<Change>& changes) {
    Steps out;
    std::vector<std::optional<std::size_t>> alone(changes.size()); // the upgrade of a change that has one
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::size_t before = out.upgrade.size();
        add_steps(out.upgrade, changes[i].upgrade,
                  {{}, changes[i].upgrade_is_told, changes[i].naming_convention, {}, {}});
        if (out.upgrade.size() == before + 1) alone[i] = before;
    }
    for (std::size_t i = changes.size(); i-- > 0;) {
        const std::size_t before = out.downgrade.size();
        add_steps(out.downgrade, changes[i].downgrade,
                  {{}, changes[i].downgrade_is_told, changes[i].naming_convention, {}, {}});
        if (alone[i] && out.downgrade.size() == before + 1) out.upgrade[*alone[i]].reverse = before;
    }
    return out;
}

Rendered render(const Steps& steps, const dialect::Compiler& compiler, const RenderOptions& options) {
    Printer printer(compiler);
    printer.final_names = &options.final_names;
    printer.item = options.item;
    Rendered out;
    out.upgrades = body(steps.upgrade, printer, options.batch);
    out.downgrades = body(steps.downgrade, printer, options.batch);
    out.imports = join({printer.imports().begin(), printer.imports().end()}, "\n");
    return out;
}

std::string render(const ops::Operation& operation, bool told, const dialect::Compiler& compiler,
                   const RenderOptions& options) {
    Printer printer(compiler);
    printer.final_names = &options.final_names;
    printer.item = options.item;
    printer.all_final = told;
    return std::visit(Writer(printer, false), operation.action);
}

Rendered render_sql(const Steps& steps, const dialect::Dialect& dialect) {
    const auto text = [&](const Step& step) {
        if (!step.lines.empty())
            throw Error(Fault::script, fmt::format("'{}' is Python, and no SQL says it", step.lines.front()))
                .hint("write a .py revision, without --sql-file");
        std::string out;
        try {
            for (const auto& statement :
                 dialect.compiler().compile(step.operation, dialect::Values::literals))
                if (!statement.sql.empty()) out += statement.sql + dialect.traits().terminator + "\n";
        } catch (const Error& error) { // its hint speaks of Python
            throw Error(error.fault(), error.message())
                .hint("no statement says it: write a .py revision, without --sql-file");
        }
        return out;
    };
    Rendered out;
    for (const Step& step : steps.upgrade) out.upgrades += text(step);
    for (const Step& step : steps.downgrade) out.downgrades += text(step);
    return out;
}

} // namespace orch::autogen
