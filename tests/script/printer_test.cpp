// The printer itself; it has the suffix _test so that the test program takes it in.
#include "script/printer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orch::test {
namespace {

std::string quoted(const std::string& text) { return "'" + text + "'"; }

struct DatumText {
    std::string operator()(sql::Null) const { return "NULL"; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return fmt::format("{}", value); }
    std::string operator()(const std::string& value) const { return quoted(value); }
    std::string operator()(const sql::Bytes& value) const {
        return fmt::format("bytes({})", value.bytes.size());
    }
    std::string operator()(const sql::Decimal& value) const { return "decimal " + value.digits; }
    std::string operator()(const sql::Temporal& value) const {
        static constexpr const char* kinds[]{"date", "time", "datetime", "interval"};
        return fmt::format("{} {}", kinds[value.kind], value.iso);
    }
    std::string operator()(const sql::Json& value) const { return "json " + value.text; }
    std::string operator()(const sql::Uuid& value) const { return "uuid " + value.text; }
    std::string operator()(const sql::Array& value) const {
        std::string result;
        for (const auto& item : value.items)
            result += (result.empty() ? "" : ", ") + std::visit(DatumText{}, item.value);
        return "[" + result + "]";
    }
};

std::string list_of(const std::vector<sql::ExpressionPtr>& items, std::string_view separator = ", ") {
    std::string result;
    for (const auto& item : items) result += (result.empty() ? "" : std::string(separator)) + text_of(item);
    return result;
}

std::string table_text(const sql::TableRef& table) {
    std::string result = table.schema ? *table.schema + "." + table.name : table.name;
    return table.alias ? result + " AS " + *table.alias : result;
}

std::string source_text(const sql::Source& source);
std::string select_text(const sql::Select& select);

struct ExpressionText {
    std::string operator()(const sql::Text& node) const {
        std::string result = "`" + node.sql + "`";
        for (const auto& p : node.parameters)
            result += fmt::format(" :{}={}", p.name, std::visit(DatumText{}, p.value));
        return result;
    }
    std::string operator()(const sql::Literal& node) const { return std::visit(DatumText{}, node.value); }
    std::string operator()(const sql::ColumnRef& node) const {
        std::string prefix =
            (node.schema ? *node.schema + "." : "") + (node.table.empty() ? "" : node.table + ".");
        return prefix + node.name;
    }
    std::string operator()(const sql::Function& node) const {
        return fmt::format("{}({})", fmt::join(node.name, "."), list_of(node.arguments));
    }
    std::string operator()(const sql::Binary& node) const {
        return fmt::format("({} {} {})", text_of(node.left), node.op, text_of(node.right));
    }
    std::string operator()(const sql::Unary& node) const {
        return node.postfix ? fmt::format("({} {})", text_of(node.operand), node.op)
                            : fmt::format("({} {})", node.op, text_of(node.operand));
    }
    std::string operator()(const sql::Chain& node) const {
        return "(" + list_of(node.operands, node.op == "," ? ", " : " " + node.op + " ") + ")";
    }
    std::string operator()(const sql::Cast& node) const {
        return fmt::format("CAST({} AS {})", text_of(node.operand), text_of(node.type));
    }
    std::string operator()(const sql::Case& node) const {
        std::string result = "CASE";
        if (node.subject) result += " " + text_of(node.subject);
        for (const auto& [when, then] : node.whens)
            result += fmt::format(" WHEN {} THEN {}", text_of(when), text_of(then));
        if (node.otherwise) result += " ELSE " + text_of(node.otherwise);
        return result + " END";
    }
    std::string operator()(const sql::Label& node) const {
        return fmt::format("{} AS {}", text_of(node.operand), node.name);
    }
    std::string operator()(sql::Constant node) const {
        return node == sql::Constant::null ? "null" : node == sql::Constant::true_ ? "true" : "false";
    }
    std::string operator()(const sql::Collate& node) const {
        return fmt::format("{} COLLATE {}", text_of(node.operand), node.collation);
    }
    std::string operator()(const sql::Subquery& node) const {
        return fmt::format("{}({})", node.prefix.empty() ? "" : node.prefix + " ", select_text(*node.select));
    }
    std::string operator()(const sql::Tuple& node) const { return fmt::format("({})", list_of(node.items)); }
    std::string operator()(const sql::ArrayOf& node) const {
        return fmt::format("ARRAY[{}]", list_of(node.items));
    }
    std::string operator()(const sql::Aggregate& node) const {
        std::string result = text_of(node.operand);
        if (!node.within_group.empty()) result += " WITHIN GROUP " + list_of(node.within_group);
        if (node.filter) result += " FILTER " + text_of(node.filter);
        return result;
    }
    std::string operator()(const sql::Over& node) const {
        return fmt::format("{} OVER (PARTITION BY {} ORDER BY {} {})", text_of(node.operand),
                           list_of(node.partition_by), list_of(node.order_by), node.frame);
    }
};

std::string source_text(const sql::Source& source) {
    if (const auto* table = std::get_if<sql::TableRef>(&source.node)) return table_text(*table);
    if (const auto* subquery = std::get_if<sql::Subquery>(&source.node))
        return fmt::format("({}) AS {}", select_text(*subquery->select), subquery->alias.value_or("?"));
    if (const auto* cte = std::get_if<sql::Cte>(&source.node))
        return cte->body ? fmt::format("{} = ({})", cte->name, text_of(cte->body->query)) : cte->name;
    if (const auto* rows = std::get_if<sql::Rows>(&source.node))
        return fmt::format("{} rows AS {}", rows->rows.size(), rows->alias.value_or("?"));
    if (const auto* function = std::get_if<sql::TableFunction>(&source.node))
        return fmt::format("{} AS {}", text_of(function->function), function->alias.value_or("?"));
    const auto& join = std::get<sql::Source::Join>(source.node);
    return fmt::format("{} {}JOIN {} ON {}", source_text(*join.left), join.outer ? "LEFT " : "",
                       source_text(*join.right), text_of(join.on));
}

std::string sources_text(const std::vector<sql::Source>& sources) {
    std::string result;
    for (const auto& source : sources) result += (result.empty() ? "" : ", ") + source_text(source);
    return result;
}

std::string select_text(const sql::Select& select) {
    std::string result = select.distinct ? "SELECT DISTINCT " : "SELECT ";
    result += list_of(select.columns);
    if (!select.from.empty()) result += " FROM " + sources_text(select.from);
    if (select.where) result += " WHERE " + text_of(select.where);
    if (!select.group_by.empty()) result += " GROUP BY " + list_of(select.group_by);
    if (select.having) result += " HAVING " + text_of(select.having);
    if (!select.order_by.empty()) result += " ORDER BY " + list_of(select.order_by);
    if (select.limit) result += " LIMIT " + text_of(select.limit);
    if (select.offset) result += " OFFSET " + text_of(select.offset);
    if (select.for_update) result += " FOR " + *select.for_update;
    for (const auto& [op, other] : select.compounds) result += fmt::format(" {} {}", op, select_text(*other));
    return result;
}

std::string returning_text(const std::vector<sql::ExpressionPtr>& returning) {
    return returning.empty() ? "" : " RETURNING " + list_of(returning);
}

struct QueryText {
    std::string operator()(const sql::Text& query) const { return ExpressionText{}(query); }
    std::string operator()(const sql::Select& query) const { return select_text(query); }
    std::string operator()(const sql::Insert& query) const {
        std::string result =
            fmt::format("INSERT INTO {} ({})", table_text(query.table), fmt::join(query.columns, ", "));
        if (query.select) return result + " " + select_text(*query.select);
        for (const auto& row : query.rows) result += " (" + list_of(row) + ")";
        return result + returning_text(query.returning);
    }
    std::string operator()(const sql::Update& query) const {
        std::string result = "UPDATE " + table_text(query.table) + " SET ";
        for (std::size_t i = 0; i < query.values.size(); ++i)
            result +=
                fmt::format("{}{}={}", i ? ", " : "", query.values[i].first, text_of(query.values[i].second));
        if (!query.from.empty()) result += " FROM " + sources_text(query.from);
        if (query.where) result += " WHERE " + text_of(query.where);
        return result + returning_text(query.returning);
    }
    std::string operator()(const sql::Delete& query) const {
        std::string result = "DELETE FROM " + table_text(query.table);
        if (!query.from.empty()) result += " USING " + sources_text(query.from);
        if (query.where) result += " WHERE " + text_of(query.where);
        return result + returning_text(query.returning);
    }
};

struct OptionText {
    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return fmt::format("{}", value); }
    std::string operator()(const std::string& value) const { return quoted(value); }
    std::string operator()(const std::vector<std::string>& value) const {
        return fmt::format("[{}]", fmt::join(value, ", "));
    }
    std::string operator()(const sql::ExpressionPtr& value) const { return text_of(value); }
    std::string operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
        std::string result;
        for (const auto& [key, item] : value) result += (result.empty() ? "" : ", ") + key + ": " + item;
        return "{" + result + "}";
    }
};

std::string options_text(const schema::Options& options) {
    std::string result;
    for (const auto& [name, option] : options)
        result += fmt::format(" {}={}", name, std::visit(OptionText{}, option.value));
    return result;
}

std::string optional(std::string_view label, const std::optional<std::string>& value) {
    return value ? fmt::format(" {}={}", label, *value) : "";
}
std::string flag(std::string_view label, bool value) { return value ? fmt::format(" {}", label) : ""; }
std::string optional(std::string_view label, const std::optional<bool>& value) {
    return value ? fmt::format(" {}={}", label, *value) : "";
}
std::string optional(std::string_view label, const std::optional<std::int64_t>& value) {
    return value ? fmt::format(" {}={}", label, *value) : "";
}

std::string rule_text(const schema::ForeignKeyOptions& rule) {
    return optional("on_update", rule.on_update) + optional("on_delete", rule.on_delete) +
           optional("match", rule.match) + optional("deferrable", rule.deferrable) +
           optional("initially", rule.initially) + flag("use_alter", rule.use_alter);
}

std::string named(std::string_view kind, const std::optional<std::string>& name) {
    return name ? fmt::format("{} {}", kind, *name) : std::string(kind);
}

struct ConstraintText {
    std::string operator()(const schema::PrimaryKey& each) const {
        return fmt::format("{} ({})", named("primary key", each.name), fmt::join(each.columns, ", ")) +
               rest(each);
    }
    std::string operator()(const schema::Unique& each) const {
        return fmt::format("{} ({})", named("unique", each.name), fmt::join(each.columns, ", ")) + rest(each);
    }
    std::string operator()(const schema::Check& each) const {
        return fmt::format("{} {}", named("check", each.name), text_of(each.condition)) + rest(each);
    }
    std::string operator()(const schema::ForeignKey& each) const {
        return fmt::format("{} ({}) -> {}{}({})", named("foreign key", each.name),
                           fmt::join(each.columns, ", "),
                           each.referent_schema ? *each.referent_schema + "." : "", each.referent_table,
                           fmt::join(each.referent_columns, ", ")) +
               rule_text(each.rule) + options_text(each.options);
    }
    std::string operator()(const schema::Exclude& each) const {
        std::string elements;
        for (const auto& [column, op] : each.elements)
            elements += fmt::format("{}{} WITH {}", elements.empty() ? "" : ", ", text_of(column), op);
        return fmt::format("{} using {} ({}){}", named("exclude", each.name), each.using_.value_or("?"),
                           elements, each.where ? " where " + text_of(each.where) : "");
    }
    template <class Each>
    static std::string rest(const Each& each) {
        return optional("deferrable", each.deferrable) + optional("initially", each.initially) +
               options_text(each.options);
    }
};

std::string identity_text(const schema::Identity& identity) {
    return flag("always", identity.always) + optional("start", identity.start) +
           optional("increment", identity.increment);
}

std::string column_text(const schema::Column& column) {
    std::string result = column.name;
    if (column.type_given) result += " " + text_of(column.type);
    result += flag("primary_key", column.primary_key);
    if (column.nullable) result += *column.nullable ? " null" : " not null";
    if (column.server_default) result += " default " + text_of(column.server_default);
    result += flag("default fetched", column.server_default_fetched);
    if (column.computed)
        result += " computed " + text_of(column.computed->expression) +
                  optional("persisted", column.computed->persisted);
    if (column.identity) result += " identity" + identity_text(*column.identity);
    if (column.sequence) result += " sequence " + column.sequence->name;
    if (column.autoincrement == schema::Autoincrement::yes) result += " autoincrement";
    if (column.autoincrement == schema::Autoincrement::no) result += " no autoincrement";
    result += flag("unique", column.unique) + flag("index", column.index);
    if (column.comment) result += " comment " + quoted(*column.comment);
    for (const auto& key : column.foreign_keys) result += ", " + ConstraintText{}(key);
    for (const auto& check : column.checks) result += ", " + ConstraintText{}(check);
    return result + options_text(column.options);
}

std::string index_text(const schema::Index& index) {
    std::string elements;
    for (const auto& element : index.elements)
        elements += (elements.empty() ? "" : ", ") +
                    (element.expression ? text_of(element.expression) : element.column);
    return fmt::format("{}index {} on {}{} ({}){}", index.unique ? "unique " : "",
                       index.name.value_or("(none)"), index.schema ? *index.schema + "." : "", index.table,
                       elements, options_text(index.options));
}

std::string table_name(const ops::Schema& schema, const std::string& table) {
    return schema ? *schema + "." + table : table;
}

std::string definition_text(const schema::Table& table) {
    std::string result = table_name(table.schema, table.name) +
                         (table.comment ? " comment " + quoted(*table.comment) : "") +
                         options_text(table.options);
    for (const auto& prefix : table.prefixes) result += " prefix " + prefix;
    for (const auto& column : table.columns) result += "\n  " + column_text(column);
    for (const auto& constraint : table.constraints)
        result += "\n  " + std::visit(ConstraintText{}, constraint);
    for (const auto& index : table.indexes) result += "\n  " + index_text(index);
    return result;
}

struct ActionText {
    std::string operator()(const ops::CreateTable& a) const {
        return definition_text(a.table) + flag("if_not_exists", a.if_not_exists);
    }
    std::string operator()(const ops::DropTable& a) const {
        return table_name(a.schema, a.table) + flag("if_exists", a.if_exists) + options_text(a.options);
    }
    std::string operator()(const ops::RenameTable& a) const {
        return table_name(a.schema, a.old_name) + " to " + a.new_name;
    }
    std::string operator()(const ops::AddColumn& a) const {
        return table_name(a.schema, a.table) + ": " + column_text(a.column) +
               flag("if_not_exists", a.if_not_exists) + flag("inline_references", a.inline_references) +
               flag("inline_primary_key", a.inline_primary_key);
    }
    std::string operator()(const ops::DropColumn& a) const {
        return table_name(a.schema, a.table) + "." + a.column + flag("if_exists", a.if_exists) +
               options_text(a.options);
    }
    std::string operator()(const ops::AlterColumn& a) const {
        std::string result = table_name(a.schema, a.table) + "." + a.column;
        if (a.name) result += " to " + *a.name;
        if (a.type) result += " type " + text_of(*a.type);
        if (a.nullable) result += *a.nullable ? " null" : " not null";
        if (a.server_default.given)
            result += " default " +
                      (a.server_default.value ? text_of(*a.server_default.value) : std::string("(drop)"));
        if (a.identity.given) result += " identity" + identity_text(*a.identity.value);
        if (a.computed.given) result += " computed";
        if (a.comment.given)
            result += " comment " + (a.comment.value ? quoted(*a.comment.value) : std::string("(drop)"));
        if (a.existing_type) result += "; was " + text_of(*a.existing_type);
        if (a.existing_nullable) result += *a.existing_nullable ? "; was null" : "; was not null";
        if (a.existing_server_default.given)
            result += "; was default " + (a.existing_server_default.value
                                              ? text_of(*a.existing_server_default.value)
                                              : std::string("(none)"));
        return result + optional("autoincrement", a.autoincrement) + options_text(a.options);
    }
    std::string operator()(const ops::CreateIndex& a) const {
        return index_text(a.index) + flag("if_not_exists", a.if_not_exists);
    }
    std::string operator()(const ops::DropIndex& a) const {
        return a.name + (a.table ? " on " + table_name(a.schema, *a.table) : "") +
               flag("if_exists", a.if_exists) + options_text(a.options);
    }
    std::string operator()(const ops::AddConstraint& a) const {
        return table_name(a.schema, a.table) + ": " + std::visit(ConstraintText{}, a.constraint);
    }
    std::string operator()(const ops::DropConstraint& a) const {
        return table_name(a.schema, a.table) + "." + a.name + optional("type", a.type) +
               flag("if_exists", a.if_exists);
    }
    std::string operator()(const ops::TableComment& a) const {
        return table_name(a.schema, a.table) + " " + (a.comment ? quoted(*a.comment) : "(drop)");
    }
    std::string operator()(const ops::BulkInsert& a) const { return QueryText{}(a.insert); }
    std::string operator()(const ops::Execute& a) const { return text_of(a.query); }
    std::string operator()(const ops::CreateType& a) const {
        return text_of(a.type) + flag("checkfirst", a.checkfirst);
    }
    std::string operator()(const ops::DropType& a) const {
        return text_of(a.type) + flag("checkfirst", a.checkfirst);
    }
    std::string operator()(const ops::CreateSequence& a) const { return a.sequence.name; }
    std::string operator()(const ops::DropSequence& a) const { return a.sequence.name; }
    std::string operator()(const ops::Batch& a) const {
        std::string result =
            table_name(a.schema, a.table) + (a.recreate == "auto" ? "" : " recreate=" + a.recreate);
        for (const auto& step : a.steps) {
            result += "\n  " + text_of(*step.operation) + optional("before", step.insert_before) +
                      optional("after", step.insert_after);
        }
        return result;
    }
};

} // namespace

std::string text_of(const sql::ExpressionPtr& expression) {
    return expression ? std::visit(ExpressionText{}, expression->node) : "(nothing)";
}

std::string text_of(const schema::Type& type) {
    std::vector<std::string> parts;
    for (const auto& value : type.values) parts.push_back(quoted(value));
    auto add = [&](std::string_view label, const auto& value) {
        if (value) parts.push_back(fmt::format("{}={}", label, *value));
    };
    if (type.item) parts.push_back(text_of(*type.item));
    if (type.dimensions) parts.push_back(fmt::format("dimensions={}", type.dimensions));
    if (type.length) parts.push_back(std::to_string(*type.length));
    if (type.precision) parts.push_back(std::to_string(*type.precision));
    if (type.scale) parts.push_back(std::to_string(*type.scale));
    add("collation", type.collation);
    add("charset", type.charset);
    if (type.timezone) parts.emplace_back("timezone");
    if (!type.as_uuid) parts.emplace_back("as_uuid=False");
    if (!type.as_decimal) parts.emplace_back("asdecimal=False");
    add("name", type.type_name);
    add("schema", type.type_schema);
    if (!type.native_enum) parts.emplace_back("native_enum=False");
    if (type.create_constraint) parts.emplace_back("create_constraint");
    if (!type.create_type) parts.emplace_back("create_type=False");
    if (type.unsigned_) parts.emplace_back("unsigned");
    add("fields", type.fields);
    add("verbatim", type.verbatim);
    for (const auto& [dialect, variant] : type.variants) parts.push_back(dialect + ": " + text_of(*variant));
    std::string name = type.module.empty() ? type.name : type.module + "." + type.name;
    std::string options = options_text(type.options);
    if (!options.empty()) parts.push_back(options.substr(1));
    return parts.empty() ? name : fmt::format("{}({})", name, fmt::join(parts, ", "));
}

std::string text_of(const sql::Query& query) { return std::visit(QueryText{}, query); }

std::string text_of(const ops::Operation& operation) {
    return fmt::format("{} {}", ops::name(operation.action), std::visit(ActionText{}, operation.action));
}

} // namespace orch::test
