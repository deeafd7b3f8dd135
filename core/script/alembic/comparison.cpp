#include "script/alembic/comparison.hpp"

#include "script/alembic/context.hpp"
#include "script/alembic/proposed.hpp"
#include "script/models.hpp"
#include "script/sqlalchemy/columns.hpp"
#include "script/sqlalchemy/tables.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/log.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

std::vector<Value> one_or_several(const Value& value) {
    if (value.is_none()) return {};
    const bool several = value.is(lang::Type::list) || value.is(lang::Type::tuple);
    return several ? value.to_vector() : std::vector<Value>{value};
}

Value namespace_of(Session& session, std::vector<std::pair<std::string, Value>> attributes) {
    return session.interpreter.import("types").attribute("SimpleNamespace").call({}, std::move(attributes));
}

// --- target_metadata

// What models give to migrations is the convention for names of constraints.
void tell_of_absent(const Value& metadata) {
    try {
        metadata.str();
    } catch (const Error& error) {
        log::warning("orch.script", fmt::format("target_metadata: {}: migrations run without it, and "
                                                "without a naming_convention that it may have",
                                                error.message()));
    }
}

void take_metadata(EnvironmentOptions& options, const Value& metadata) {
    for (const Value& each : one_or_several(metadata)) {
        if (each.is(lang::Type::absent)) {
            tell_of_absent(each);
            continue;
        }
        auto* set = each.native<MetaDataObject>();
        if (set && !set->naming_convention.empty()) options.naming_convention = set->naming_convention;
    }
    if (!metadata.is_none()) options.target_models = [metadata] { return models_of(metadata); };
}

// --- include_object, include_name

/// The models' own object, so that a function may ask for its `info`; null where they have none.
const Value* find_table(const std::vector<Value>& metadata, const ComparedObject& object) {
    const std::string key = (object.schema ? *object.schema + "." : "") + object.table;
    for (const Value& each : metadata)
        if (auto* set = each.native<MetaDataObject>())
            for (const auto& [name, table] : set->tables)
                if (name == key) return &table;
    return nullptr;
}

Value table_object(Session& session, const std::vector<Value>& metadata, const ComparedObject& object) {
    if (const Value* own = object.reflected ? nullptr : find_table(metadata, object)) return *own;
    std::vector<std::pair<std::string, Value>> keywords;
    if (object.schema) keywords.emplace_back("schema", Value(*object.schema));
    return session.member("Table").call({Value(object.table), session.member("MetaData").call()},
                                        std::move(keywords));
}

Value compared_object(Session& session, const std::vector<Value>& metadata, const ComparedObject& object) {
    const Value table = table_object(session, metadata, object);
    if (object.kind == "table") return table;
    if (object.kind == "column") {
        if (auto* own = table.native<TableObject>())
            if (const Value* column = own->columns().find(object.name)) return *column;
        const Value column = session.member("Column").call({Value(object.name)});
        if (auto* made = column.native<ColumnObject>()) made->table = table;
        return column;
    }
    const Value name = object.name.empty() ? Value() : Value(object.name);
    const Value schema = object.schema ? Value(*object.schema) : Value();
    return namespace_of(session,
                        {{"name", name}, {"table", table}, {"schema", schema}, {"info", Value::dict()}});
}

// include_object(object, name, type_, reflected, compare_to)
std::function<bool(const ComparedObject&)> include_object(Session& session, const Value& function,
                                                          const std::vector<Value>& metadata) {
    if (!function.is_callable()) return nullptr;
    return [&session, function, metadata](const ComparedObject& object) {
        const lang::Active active(session.interpreter);
        ComparedObject other = object;
        other.reflected = true;
        const Value name = object.name.empty() ? Value() : Value(object.name);
        return session.interpreter
            .call(function, {compared_object(session, metadata, object), name, Value(object.kind),
                             Value(object.reflected),
                             object.has_counterpart ? compared_object(session, {}, other) : Value()})
            .truth();
    };
}

// include_name(name, type_, parent_names)
std::function<bool(const ComparedObject&)> include_name(Session& session, const Value& function) {
    if (!function.is_callable()) return nullptr;
    return [&session, function](const ComparedObject& object) {
        const lang::Active active(session.interpreter);
        const Value schema = object.schema ? Value(*object.schema) : Value();
        if (object.schema &&
            !session.interpreter.call(function, {schema, Value("schema"), Value::dict()}).truth())
            return false;
        Value parents = Value::dict();
        parents.put(Value("schema_name"), schema);
        parents.put(Value("table_name"), Value(object.table));
        parents.put(Value("schema_qualified_table_name"),
                    Value((object.schema ? *object.schema + "." : "") + object.table));
        return session.interpreter.call(function, {Value(object.name), Value(object.kind), parents}).truth();
    };
}

// --- compare_type, compare_server_default

Value column_object(Session& session, const ComparedColumn& compared, const schema::Column& column) {
    const Value made = session.member("Column").call(
        {Value(column.name), make_type(session, column.type)},
        {{"nullable", Value(column.is_nullable())}, {"primary_key", Value(column.primary_key)}});
    if (auto* object = made.native<ColumnObject>())
        object->table = table_object(session, {},
                                     {"table", compared.table, compared.table, compared.schema, true, false});
    return made;
}

std::optional<bool> answer(const Value& value) {
    return value.is_none() ? std::nullopt : std::optional(value.truth());
}

// compare_type(context, inspected_column, metadata_column, inspected_type, metadata_type)
EnvironmentOptions::Differs type_differs(Session& session, const Value& function) {
    if (!function.is_callable()) return nullptr;
    return [&session, function](const ComparedColumn& compared) {
        const lang::Active active(session.interpreter);
        return answer(session.interpreter.call(function, {make_migration_context(session),
                                                          column_object(session, compared, compared.existing),
                                                          column_object(session, compared, compared.wanted),
                                                          make_type(session, compared.existing.type),
                                                          make_type(session, compared.wanted.type)}));
    };
}

// compare_server_default(context, inspected_column, metadata_column, inspected_default, metadata_default,
// rendered_metadata_default)
EnvironmentOptions::Differs default_differs(Session& session, const Value& function) {
    if (!function.is_callable()) return nullptr;
    return [&session, function](const ComparedColumn& compared) {
        const lang::Active active(session.interpreter);
        const auto text = [](const std::optional<std::string>& sql) { return sql ? Value(*sql) : Value(); };
        return answer(session.interpreter.call(
            function, {make_migration_context(session), column_object(session, compared, compared.existing),
                       column_object(session, compared, compared.wanted), text(compared.existing_default),
                       text(compared.wanted_default), text(compared.wanted_default)}));
    };
}

// --- process_revision_directives, render_item

std::function<void(ProposedRevision&)> directives(Session& session, const Value& function,
                                                  const std::vector<Value>& metadata) {
    if (function.is_none()) return nullptr;
    return [&session, function, metadata](ProposedRevision& proposed) {
        process_proposed(session, function, metadata, proposed);
    };
}

std::function<std::optional<std::string>(RenderedItem&)>
rendered_item(Session& session, const Value& function, const std::vector<Value>& metadata) {
    if (function.is_none()) return nullptr;
    return [&session, function, metadata](RenderedItem& item) {
        return render_item(session, function, metadata, item);
    };
}

// alembic.autogenerate.comparators.dispatch_for()
std::function<std::vector<std::string>()> comparators(Session& session) {
    return [&session] {
        const lang::Active active(session.interpreter);
        std::vector<std::string> names;
        session.interpreter.call(lang::make_function("comparators", [&](lang::Call&) {
            const Value registry =
                session.interpreter.import("alembic.autogenerate").attribute("comparators");
            for (const auto& [target, function] : registry.attribute("functions").entries())
                names.push_back(function.attribute("__name__").str());
            return Value();
        }));
        return names;
    };
}

} // namespace

void take_comparison(Session& session, EnvironmentOptions& options, const lang::Bound& bound) {
    const auto flag = [&](const char* name, std::optional<bool>& into) {
        if (bound.given(name) && !bound[name].is_none())
            into = bound[name].is_callable() || bound[name].truth();
    };
    const auto text = [&](const char* name, std::string& into) {
        if (bound.given(name) && bound[name].is_string()) into = std::string(bound[name].as_string());
    };
    const Value metadata = bound["target_metadata"];
    take_metadata(options, metadata);
    flag("include_schemas", options.include_schemas);
    flag("compare_type", options.compare_type);
    flag("compare_server_default", options.compare_server_default);
    options.type_differs = type_differs(session, bound["compare_type"]);
    options.default_differs = default_differs(session, bound["compare_server_default"]);
    options.include_object = include_object(session, bound["include_object"], one_or_several(metadata));
    options.include_name = include_name(session, bound["include_name"]);
    options.process_revision_directives =
        directives(session, bound["process_revision_directives"], one_or_several(metadata));
    options.comparators = comparators(session);
    options.render_item = rendered_item(session, bound["render_item"], one_or_several(metadata));
    text("upgrade_token", options.upgrade_token);
    text("downgrade_token", options.downgrade_token);
}

} // namespace orch::script
