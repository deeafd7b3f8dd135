#include "script/alembic/proposed.hpp"

#include "script/alembic/context.hpp"
#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/tables.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Value;
using Keywords = std::vector<std::pair<std::string, Value>>;

namespace {

// --- The models' own objects

const ColumnObject* find_column(const std::vector<Value>& metadata, const std::string& table,
                                const ops::Schema& schema, const std::string& name) {
    for (const Value& each : metadata) {
        auto* set = each.native<MetaDataObject>();
        if (!set) continue;
        for (const auto& [key, value] : set->tables) {
            auto* object = value.native<TableObject>();
            if (!object || object->table.name != table || object->table.schema != schema) continue;
            if (const Value* column = object->columns().find(name)) return column->native<ColumnObject>();
            for (const Value& column : object->columns().columns) // found by another key
                if (auto* found = column.native<ColumnObject>(); found && found->column.name == name)
                    return found;
        }
    }
    return nullptr;
}

} // namespace

Value column_of_models(Session& session, const std::vector<Value>& metadata, const std::string& table,
                       const ops::Schema& schema, const schema::Column& column) {
    const Value made = session.member("Column").call({Value(column.name)});
    auto& object = *made.native<ColumnObject>();
    object.column = column;
    if (const ColumnObject* own = find_column(metadata, table, schema, column.name)) {
        object.type_object = own->type_object;
        object.default_ = own->default_;
        object.onupdate = own->onupdate;
        object.info = own->info;
        object.set_key(own->key() == own->column.name ? "" : own->key());
    }
    return made;
}

namespace {

Value optional(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

Value list(const std::vector<std::string>& names) {
    return Value::list(std::vector<Value>(names.begin(), names.end()));
}

Value option_value(Session& session, const schema::Option& option) {
    struct Visitor {
        Session& session;
        Value operator()(std::monostate) const { return {}; }
        Value operator()(bool value) const { return value; }
        Value operator()(std::int64_t value) const { return value; }
        Value operator()(double value) const { return value; }
        Value operator()(const std::string& value) const { return Value(value); }
        Value operator()(const std::vector<std::string>& value) const { return list(value); }
        Value operator()(const schema::ExpressionPtr& value) const {
            return make_expression(session, {value});
        }
        Value operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
            Value out = Value::dict();
            for (const auto& [key, item] : value) out.put(Value(key), Value(item));
            return out;
        }
    };
    return std::visit(Visitor{session}, option.value);
}

Value constraint_object(Session& session, const schema::Constraint& constraint) {
    struct Name {
        const char* operator()(const schema::PrimaryKey&) const { return "PrimaryKeyConstraint"; }
        const char* operator()(const schema::Unique&) const { return "UniqueConstraint"; }
        const char* operator()(const schema::Check&) const { return "CheckConstraint"; }
        const char* operator()(const schema::ForeignKey&) const { return "ForeignKeyConstraint"; }
        const char* operator()(const schema::Exclude&) const { return "ExcludeConstraint"; }
    };
    const char* name = std::visit(Name{}, constraint);
    const Value made = lang::make<ConstraintObject>(name, constraint);
    const bool exclude = std::holds_alternative<schema::Exclude>(constraint);
    made.native_part()->set_class(
        exclude ? session.interpreter.import("sqlalchemy.dialects.postgresql").attribute(name)
                : session.member(name));
    return made;
}

// --- An operation as Alembic's object

class Objects {
  public:
    Objects(Session& session, const std::vector<Value>& metadata)
        : session_(session), metadata_(metadata),
          classes_(session.interpreter.import("alembic.operations.ops")) {}

    Value of(const ProposedRevision::Given& given) {
        told_ = given.told;
        return std::visit([this](const auto& op) { return make(op); }, given.operation.action);
    }
    Value cls(const char* name) const { return classes_.attribute(name); }
    Value instance(const char* name, std::vector<Value> arguments, Keywords keywords = {}) const {
        return cls(name).call(std::move(arguments), std::move(keywords));
    }

  private:
    Keywords with_options(const schema::Options& options, Keywords keywords) const {
        for (const auto& [key, value] : options) keywords.emplace_back(key, option_value(session_, value));
        return keywords;
    }
    Value column(const std::string& table, const ops::Schema& schema, const schema::Column& column) const {
        static const std::vector<Value> nothing;
        return column_of_models(session_, told_ ? nothing : metadata_, table, schema, column);
    }
    Value type(const schema::Type& type, const ops::AlterColumn& op, bool wanted) const {
        const std::string& name = op.name ? *op.name : op.column;
        const ColumnObject* own =
            wanted && !told_ ? find_column(metadata_, op.table, op.schema, name) : nullptr;
        return own && !own->type_object.is_none() ? own->type_object : make_type(session_, type);
    }
    Value server_default(const schema::ExpressionPtr& expression) const {
        return expression ? make_expression(session_, {expression}) : Value();
    }

    Value make(const ops::CreateTable& op) {
        const schema::Table& table = op.table;
        std::vector<Value> items;
        std::vector<std::string> key;
        for (const auto& each : table.constraints)
            if (const auto* primary = std::get_if<schema::PrimaryKey>(&each)) key = primary->columns;
        for (schema::Column each : table.columns) {
            each.primary_key = std::find(key.begin(), key.end(), each.name) != key.end();
            if (!each.nullable && each.primary_key) each.nullable = false;
            items.push_back(column(table.name, table.schema, each));
        }
        for (const auto& each : table.constraints) items.push_back(constraint_object(session_, each));
        return instance("CreateTableOp", {Value(table.name), Value::list(std::move(items))},
                        with_options(table.options,
                                     {{"schema", optional(table.schema)},
                                      {"comment", optional(table.comment)},
                                      {"prefixes", table.prefixes.empty() ? Value() : list(table.prefixes)},
                                      {"if_not_exists", op.if_not_exists ? Value(true) : Value()}}));
    }
    Value make(const ops::DropTable& op) {
        return instance("DropTableOp", {Value(op.table)}, {{"schema", optional(op.schema)}});
    }
    Value make(const ops::RenameTable& op) {
        return instance("RenameTableOp", {Value(op.old_name), Value(op.new_name)},
                        {{"schema", optional(op.schema)}});
    }
    Value make(const ops::AddColumn& op) {
        schema::Column given = op.column;
        given.index = given.unique = false; // operations of their own
        return instance("AddColumnOp", {Value(op.table), column(op.table, op.schema, given)},
                        {{"schema", optional(op.schema)}});
    }
    Value make(const ops::DropColumn& op) {
        return instance("DropColumnOp", {Value(op.table), Value(op.column)},
                        with_options(op.options, {{"schema", optional(op.schema)}}));
    }
    Value make(const ops::AlterColumn& op);
    Value make(const ops::CreateIndex& op) {
        const schema::Index& index = op.index;
        std::vector<Value> elements;
        for (const schema::IndexElement& each : index.elements)
            elements.push_back(each.expression ? make_expression(session_, {each.expression})
                                               : Value(each.column));
        return instance("CreateIndexOp",
                        {optional(index.name), Value(index.table), Value::list(std::move(elements))},
                        with_options(index.options,
                                     {{"schema", optional(index.schema)}, {"unique", Value(index.unique)}}));
    }
    Value make(const ops::DropIndex& op) {
        return instance("DropIndexOp", {Value(op.name), optional(op.table)},
                        with_options(op.options, {{"schema", optional(op.schema)}}));
    }
    Value make(const ops::AddConstraint& op) {
        return std::visit([&](const auto& each) { return added(op, each); }, op.constraint);
    }
    Value make(const ops::DropConstraint& op) {
        return instance("DropConstraintOp", {Value(op.name), Value(op.table), optional(op.type)},
                        {{"schema", optional(op.schema)}});
    }
    Value make(const ops::TableComment& op) {
        Keywords keywords{{"existing_comment", optional(op.existing_comment)},
                          {"schema", optional(op.schema)}};
        if (!op.comment) return instance("DropTableCommentOp", {Value(op.table)}, std::move(keywords));
        return instance("CreateTableCommentOp", {Value(op.table), Value(*op.comment)}, std::move(keywords));
    }
    Value make(const ops::Execute& op) {
        const auto* text = std::get_if<sql::Text>(&op.query);
        return text ? instance("ExecuteSQLOp", {Value(text->sql)}) : other("execute");
    }
    // What Alembic has no object for: it stays, goes or moves as a whole.
    Value make(const ops::BulkInsert&) { return other("bulk_insert"); }
    Value make(const ops::CreateType& op) { return other("create_type", op.type.type_name); }
    Value make(const ops::DropType& op) { return other("drop_type", op.type.type_name); }
    Value make(const ops::CreateSequence& op) { return other("create_sequence", op.sequence.name); }
    Value make(const ops::DropSequence& op) { return other("drop_sequence", op.sequence.name); }
    Value make(const ops::Batch&) { return other("batch_alter_table"); }
    Value other(const char* kind, const std::optional<std::string>& name = {}) {
        return instance("ExecuteSQLOp", {Value(fmt::format("{} {}", kind, name.value_or("")))});
    }

    Keywords rule(const std::optional<bool>& deferrable, const std::optional<std::string>& initially,
                  const ops::Schema& schema) const {
        Keywords keywords{{"schema", optional(schema)}};
        if (deferrable) keywords.emplace_back("deferrable", Value(*deferrable));
        if (initially) keywords.emplace_back("initially", Value(*initially));
        return keywords;
    }
    Value added(const ops::AddConstraint& op, const schema::PrimaryKey& key) const {
        return instance("CreatePrimaryKeyOp", {optional(key.name), Value(op.table), list(key.columns)},
                        {{"schema", optional(op.schema)}});
    }
    Value added(const ops::AddConstraint& op, const schema::Unique& unique) const {
        return instance("CreateUniqueConstraintOp",
                        {optional(unique.name), Value(op.table), list(unique.columns)},
                        with_options(unique.options, rule(unique.deferrable, unique.initially, op.schema)));
    }
    Value added(const ops::AddConstraint& op, const schema::Check& check) const {
        return instance("CreateCheckConstraintOp",
                        {optional(check.name), Value(op.table), make_expression(session_, {check.condition})},
                        rule(check.deferrable, check.initially, op.schema));
    }
    Value added(const ops::AddConstraint& op, const schema::ForeignKey& key) const {
        Keywords keywords;
        const auto add = [&](const char* name, const std::optional<std::string>& value) {
            if (value) keywords.emplace_back(name, Value(*value));
        };
        add("source_schema", op.schema);
        add("referent_schema", key.referent_schema);
        add("onupdate", key.rule.on_update);
        add("ondelete", key.rule.on_delete);
        add("initially", key.rule.initially);
        add("match", key.rule.match);
        if (key.rule.deferrable) keywords.emplace_back("deferrable", Value(*key.rule.deferrable));
        if (key.rule.use_alter) keywords.emplace_back("use_alter", Value(true));
        return instance("CreateForeignKeyOp",
                        {optional(key.name), Value(op.table), Value(key.referent_table), list(key.columns),
                         list(key.referent_columns)},
                        with_options(key.options, std::move(keywords)));
    }
    Value added(const ops::AddConstraint& op, const schema::Exclude& exclude) const {
        std::vector<Value> elements;
        for (const auto& [expression, sign] : exclude.elements)
            elements.push_back(Value::tuple({make_expression(session_, {expression}), Value(sign)}));
        Keywords keywords{{"schema", optional(op.schema)}};
        if (exclude.where) keywords.emplace_back("where", make_expression(session_, {exclude.where}));
        if (exclude.using_) keywords.emplace_back("using", Value(*exclude.using_));
        return instance("CreateExcludeConstraintOp",
                        {optional(exclude.name), Value(op.table), Value::list(std::move(elements))},
                        std::move(keywords));
    }

    Session& session_;
    const std::vector<Value>& metadata_;
    Value classes_;
    bool told_ = false;
};

Value Objects::make(const ops::AlterColumn& op) {
    Keywords keywords{{"schema", optional(op.schema)}};
    const auto add = [&](const char* name, Value value) { keywords.emplace_back(name, std::move(value)); };
    if (op.existing_type) add("existing_type", type(*op.existing_type, op, !op.type));
    if (op.existing_server_default.given)
        add("existing_server_default",
            op.existing_server_default.value ? server_default(*op.existing_server_default.value) : Value());
    if (op.existing_identity)
        add("existing_server_default", lang::make<IdentityObject>(*op.existing_identity));
    if (op.existing_nullable) add("existing_nullable", Value(*op.existing_nullable));
    if (op.existing_comment) add("existing_comment", Value(*op.existing_comment));
    if (op.existing_autoincrement) add("existing_autoincrement", Value(*op.existing_autoincrement));
    if (op.nullable) add("modify_nullable", Value(*op.nullable));
    if (op.comment.given) add("modify_comment", optional(op.comment.value));
    if (op.server_default.given)
        add("modify_server_default",
            op.server_default.value ? server_default(*op.server_default.value) : Value());
    if (op.identity.given)
        add("modify_server_default",
            op.identity.value ? lang::make<IdentityObject>(*op.identity.value) : Value());
    if (op.computed.given)
        add("modify_server_default",
            op.computed.value ? lang::make<ComputedObject>(*op.computed.value) : Value());
    if (op.name) add("modify_name", Value(*op.name));
    if (op.type) add("modify_type", type(*op.type, op, true));
    if (op.autoincrement) add("autoincrement", Value(*op.autoincrement));
    return instance("AlterColumnOp", {Value(op.table), Value(op.column)},
                    with_options(op.options, std::move(keywords)));
}

// --- Back: what the object does is noted down

class Notes : public Database {
  public:
    explicit Notes(std::string dialect) : dialect_(std::move(dialect)) {}
    void apply(const ops::Operation& operation) override { operations.push_back(operation); }
    sql::Result execute(const sql::Query&, const Place& origin) override { refuse(origin); }
    std::string dialect_name() const override { return dialect_; }
    bool offline() const override { return false; }
    bool has_table(std::string_view, const std::optional<std::string>&, const Place& origin) override {
        refuse(origin);
    }
    std::vector<std::string> table_names(const std::optional<std::string>&, const Place& origin) override {
        refuse(origin);
    }
    schema::Catalog reflect(const std::optional<std::string>&, const std::vector<std::string>&,
                            const Place& origin) override {
        refuse(origin);
    }
    std::string server_version() override { return {}; }
    void autocommit(bool, const Place& origin) override { refuse(origin); }

    std::vector<ops::Operation> operations;

  private:
    [[noreturn]] static void refuse(const Place& origin) {
        Error error(Fault::script, "an operation of a new revision asks the database while it is written");
        error.at(origin);
        throw error.hint("write what it does as a directive: @renderers.dispatch_for(...) of "
                         "alembic.autogenerate");
    }
    std::string dialect_;
};

/// Keys, uniques and CHECKs that stand in columns go into the table, where a revision says them; the table's
/// indexes are operations of their own.
void settle(std::vector<ops::Operation>& operations) {
    std::vector<ops::Operation> out;
    for (ops::Operation& each : operations) {
        auto* create = std::get_if<ops::CreateTable>(&each.action);
        if (!create) {
            out.push_back(std::move(each));
            continue;
        }
        schema::Table& table = create->table;
        const bool has_key =
            std::any_of(table.constraints.begin(), table.constraints.end(),
                        [](const auto& one) { return std::holds_alternative<schema::PrimaryKey>(one); });
        schema::PrimaryKey key;
        for (schema::Column& column : table.columns) {
            if (column.primary_key) key.columns.push_back(column.name);
            if (column.primary_key && !column.nullable) column.nullable = false;
            if (column.unique) table.constraints.emplace_back(schema::Unique{{}, {column.name}, {}, {}, {}});
            for (schema::ForeignKey& one : column.foreign_keys)
                table.constraints.emplace_back(std::move(one));
            for (schema::Check& one : column.checks) table.constraints.emplace_back(std::move(one));
            column.foreign_keys.clear();
            column.checks.clear();
            column.primary_key = column.unique = column.index = false;
        }
        if (!has_key && !key.columns.empty()) table.constraints.emplace_back(std::move(key));
        const std::vector<schema::Index> indexes = std::move(table.indexes);
        table.indexes.clear();
        const Place origin = each.origin;
        out.push_back(std::move(each));
        for (const schema::Index& index : indexes) out.push_back({ops::CreateIndex{index, false}, origin});
    }
    operations = std::move(out);
}

/// What scripts do meanwhile goes to the notes.
class Listening {
  public:
    explicit Listening(Session& session) : session_(session), notes(environment_dialect(session)) {
        session.database = &notes;
    }
    ~Listening() { session_.database = nullptr; }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

  private:
    Session& session_;

  public:
    Notes notes;
};

std::vector<ops::Operation> performed(Session& session, const Value& object) {
    Listening listening(session);
    session.interpreter.import("alembic.op").method("invoke", {object});
    settle(listening.notes.operations);
    return std::move(listening.notes.operations);
}

// --- The revision

/// The table that an operation changes in place, as Alembic gathers them in ModifyTableOps.
std::optional<std::pair<std::string, ops::Schema>> altered(const ops::Action& action) {
    using Table = std::optional<std::pair<std::string, ops::Schema>>;
    return std::visit(
        [](const auto& op) -> Table {
            using T = std::decay_t<decltype(op)>;
            if constexpr (std::is_same_v<T, ops::CreateIndex>)
                return {{op.index.table, op.index.schema}};
            else if constexpr (std::is_same_v<T, ops::DropIndex>)
                return op.table ? Table({*op.table, op.schema}) : std::nullopt;
            else if constexpr (std::is_same_v<T, ops::AddColumn> || std::is_same_v<T, ops::DropColumn> ||
                               std::is_same_v<T, ops::AlterColumn> || std::is_same_v<T, ops::AddConstraint> ||
                               std::is_same_v<T, ops::DropConstraint> || std::is_same_v<T, ops::TableComment>)
                return {{op.table, op.schema}};
            else
                return std::nullopt;
        },
        action);
}

/// One of the two bodies: the objects of what was given, and what each of them does.
class Body {
  public:
    Body(Session& session, const std::vector<Value>& metadata,
         const std::vector<ProposedRevision::Given>& given, const ProposedRevision& proposed)
        : session_(session), proposed_(proposed), objects_(session, metadata) {
        for (const auto& each : given) {
            made_.push_back(objects_.of(each));
            texts_.push_back(text(made_.back()));
        }
        group(given);
    }

    const std::vector<Value>& made() const { return made_; }
    Value container(const char* cls) const { return objects_.instance(cls, {Value::list(tree_)}); }

    std::vector<ProposedRevision::Step> steps(const Value& bodies, const Value& context) const {
        std::vector<ProposedRevision::Step> out;
        for (const Value& body : bodies.to_vector()) gather(body, context, out);
        return out;
    }

  private:
    void group(const std::vector<ProposedRevision::Given>& given) {
        std::optional<std::pair<std::string, ops::Schema>> last;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const auto table = altered(given[i].operation.action);
            if (table && table == last) {
                tree_.back().attribute("ops").append(made_[i]);
            } else if (table) {
                tree_.push_back(objects_.instance("ModifyTableOps",
                                                  {Value(table->first), Value::list({made_[i]})},
                                                  {{"schema", optional(table->second)}}));
            } else {
                tree_.push_back(made_[i]);
            }
            last = table;
        }
    }

    /// What it does as a revision says it: that tells whether somebody changed it. Nothing where it cannot be
    /// asked.
    std::optional<std::string> text(const Value& object) const {
        std::string out;
        try {
            session_.interpreter.call(lang::make_function("invoke", [&](lang::Call&) {
                for (const ops::Operation& each : performed(session_, object))
                    out += proposed_.written(each) + "\n";
                return Value();
            }));
        } catch (const Error&) {
            return std::nullopt;
        }
        return out;
    }

    void gather(const Value& object, const Value& context, std::vector<ProposedRevision::Step>& out) const {
        if (object.is_none()) return;
        if (object.is_instance(objects_.cls("OpContainer"))) {
            for (const Value& each : object.attribute("ops").to_vector()) gather(each, context, out);
            return;
        }
        ProposedRevision::Step step;
        const auto at = std::find_if(made_.begin(), made_.end(),
                                     [&](const Value& one) { return one.object() == object.object(); });
        if (at != made_.end()) {
            step.given = static_cast<std::size_t>(at - made_.begin());
            if (text(object) == texts_[*step.given]) {
                out.push_back(std::move(step));
                return;
            }
        }
        const Value lines =
            session_.interpreter.import("alembic.autogenerate").attribute("_lines").call({context, object});
        if (lines.is_none())
            step.operations = performed(session_, object);
        else
            for (const Value& line : lines.to_vector()) step.lines.push_back(line.str());
        out.push_back(std::move(step));
    }

    Session& session_;
    const ProposedRevision& proposed_;
    Objects objects_;
    std::vector<Value> made_, tree_;
    std::vector<std::optional<std::string>> texts_;
};

Value autogenerate_context(Session& session, const std::vector<Value>& metadata, const Value& imports) {
    return session.interpreter.import("alembic.autogenerate")
        .attribute("AutogenContext")
        .call({make_migration_context(session), metadata.empty() ? Value() : metadata.front(), imports});
}

std::vector<std::string> texts_of(const Value& value) {
    if (value.is_none()) return {};
    if (value.is_string()) return {std::string(value.as_string())};
    std::vector<std::string> out;
    for (const Value& each : value.to_vector()) out.push_back(each.str());
    return out;
}

void take(ProposedRevision& proposed, const Value& script) {
    proposed.rev_id = std::string(script.attribute("rev_id").as_string("rev_id"));
    proposed.message = optional_string(script.attribute("message"), "message").value_or("");
    proposed.heads = texts_of(script.attribute("head"));
    proposed.splice = script.attribute("splice").truth();
    proposed.branch_labels = texts_of(script.attribute("branch_label"));
    proposed.depends_on = texts_of(script.attribute("depends_on"));
    const Value path = script.attribute("version_path");
    proposed.version_path = path.is_none() ? std::nullopt : std::optional(path.str());
}

Value given_texts(const std::vector<std::string>& texts) {
    if (texts.empty()) return {};
    return texts.size() == 1 ? Value(texts.front()) : list(texts);
}

void process(Session& session, const Value& function, const std::vector<Value>& metadata,
             ProposedRevision& proposed) {
    const Value classes = session.interpreter.import("alembic.operations.ops");
    Body up(session, metadata, proposed.upgrade, proposed),
        down(session, metadata, proposed.downgrade, proposed);
    for (std::size_t i = 0; i < proposed.upgrade.size(); ++i)
        if (const auto back = proposed.upgrade[i].reverse) {
            up.made()[i].set_attribute("_reverse", down.made()[*back]);
            down.made()[*back].set_attribute("_reverse", up.made()[i]);
        }
    const Value script =
        classes.attribute("MigrationScript")
            .call({Value(proposed.rev_id), up.container("UpgradeOps"), down.container("DowngradeOps")},
                  {{"message", proposed.message.empty() ? Value() : Value(proposed.message)},
                   {"head", given_texts(proposed.heads)},
                   {"splice", Value(proposed.splice)},
                   {"branch_label", given_texts(proposed.branch_labels)},
                   {"version_path", optional(proposed.version_path)},
                   {"depends_on", given_texts(proposed.depends_on)}});
    const Value directives = Value::list({script});
    const Value context = make_migration_context(session);
    std::vector<Value> parents(proposed.parents.begin(), proposed.parents.end());
    function.call({context, Value::tuple(std::move(parents)), directives});
    const std::vector<Value> scripts = directives.to_vector();
    proposed.dropped = scripts.empty();
    if (proposed.dropped) return;
    if (scripts.size() > 1)
        throw Error(Fault::script,
                    fmt::format("process_revision_directives made {} revisions of one", scripts.size()))
            .hint("one run of 'orch revision' writes one file: let it choose what goes in, and run it again "
                  "for "
                  "the next");
    take(proposed, scripts.front());
    const Value renders = autogenerate_context(session, metadata, scripts.front().attribute("imports"));
    proposed.kept = up.steps(scripts.front().attribute("upgrade_ops_list"), renders);
    proposed.kept_down = down.steps(scripts.front().attribute("downgrade_ops_list"), renders);
    for (const std::string& line : texts_of(renders.attribute("imports"))) proposed.imports.insert(line);
    proposed.final_names = session.final_names;
}

} // namespace

void process_proposed(Session& session, const Value& function, const std::vector<Value>& metadata,
                      ProposedRevision& proposed) {
    const lang::Active active(session.interpreter);
    // Called by the interpreter, so that an exception of the env.py becomes an error of ours.
    session.interpreter.call(lang::make_function("process_revision_directives", [&](lang::Call&) {
        process(session, function, metadata, proposed);
        return Value();
    }));
}

// --- render_item

namespace {

Value item_object(Session& session, const std::vector<Value>& metadata, const RenderedItem& item) {
    static const std::vector<Value> nothing;
    const std::vector<Value>& models = item.told ? nothing : metadata;
    if (item.constraint) return constraint_object(session, *item.constraint);
    if (item.kind == "column")
        return column_of_models(session, models, item.table, item.schema, *item.column);
    if (item.kind == "server_default") return make_expression(session, {item.column->server_default});
    const ColumnObject* own = find_column(models, item.table, item.schema, item.column_name);
    return own && !own->type_object.is_none() ? own->type_object : make_type(session, *item.type);
}

} // namespace

std::optional<std::string> render_item(Session& session, const Value& function,
                                       const std::vector<Value>& metadata, RenderedItem& item) {
    const lang::Active active(session.interpreter);
    std::optional<std::string> out;
    session.interpreter.call(lang::make_function("render_item", [&](lang::Call&) {
        const Value imports = Value::set({});
        const Value answer = function.call({Value(item.kind), item_object(session, metadata, item),
                                            autogenerate_context(session, metadata, imports)});
        for (const std::string& line : texts_of(imports)) item.imports.insert(line);
        if (!answer.is_none() && !answer.is(lang::Type::boolean)) out = answer.as_string("render_item");
        return Value();
    }));
    return out;
}

} // namespace orch::script
