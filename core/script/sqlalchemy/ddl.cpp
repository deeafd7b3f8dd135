#include "script/sqlalchemy/ddl.hpp"

#include "script/sqlalchemy/naming.hpp"
#include "script/sqlalchemy/tables.hpp"
#include "script/sqlalchemy/types.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <array>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

template <class Object>
const Object& element(Call& call, const char* wanted) {
    auto* object = call.size() > 0 ? call[0].native<Object>() : nullptr;
    if (!object) lang::raise_error("TypeError", fmt::format("expected a {}", wanted));
    return *object;
}

bool flag(Call& call, const char* name) {
    const Value* value = call.keyword(name);
    return value && value->truth();
}

ops::Action create_table(Call& call) {
    return ops::CreateTable{element<TableObject>(call, "Table").definition(), flag(call, "if_not_exists")};
}

ops::Action drop_table(Call& call) {
    const auto& table = element<TableObject>(call, "Table").table;
    return ops::DropTable{table.name, table.schema, flag(call, "if_exists"), {}};
}

ops::Action create_index(Call& call) {
    const schema::Index& index = element<IndexObject>(call, "Index").index;
    if (index.table.empty())
        lang::raise_error("ValueError",
                          "this index belongs to no table: give it the table's columns, or put it into "
                          "the Table");
    return ops::CreateIndex{index, flag(call, "if_not_exists")};
}

ops::Action drop_index(Call& call) {
    const auto& index = element<IndexObject>(call, "Index").index;
    return ops::DropIndex{index.name.value_or(""), index.table, index.schema, flag(call, "if_exists"),
                          index.options};
}

// The constraint of a table: AddConstraint(constraint), DropConstraint(constraint).
const schema::Table& table_of(const ConstraintObject& object) {
    auto* table = object.table.native<TableObject>();
    if (!table) lang::raise_error("TypeError", "this constraint belongs to no table");
    return table->table;
}

ops::Action add_constraint(Call& call) {
    const auto& object = element<ConstraintObject>(call, "Constraint");
    const schema::Table& table = table_of(object);
    const auto& of = *object.table.native<TableObject>();
    const auto* set = of.metadata.native<MetaDataObject>();
    schema::Constraint constraint = object.constraint;
    auto name = conventional_name(of.session(), constraint, table.name, table.schema,
                                  set ? set->naming_convention : of.session().naming_convention);
    std::visit([&](auto& each) { each.name = std::move(name); }, constraint);
    return ops::AddConstraint{table.name, table.schema, std::move(constraint)};
}

ops::Action drop_constraint(Call& call) {
    static constexpr std::array<std::string_view, 5> types{"primary", "unique", "check", "foreignkey", ""};
    const auto& object = element<ConstraintObject>(call, "Constraint");
    const schema::Table& table = table_of(object);
    const Value name = call[0].attribute("name");
    if (name.is_none()) lang::raise_error("ValueError", "a constraint without a name cannot be dropped");
    const std::string_view type = types[object.constraint.index()];
    return ops::DropConstraint{std::string(name.as_string()), table.name, table.schema,
                               type.empty() ? std::nullopt : std::optional(std::string(type)),
                               flag(call, "if_exists")};
}

ops::Action create_sequence(Call& call) {
    return ops::CreateSequence{element<SequenceObject>(call, "Sequence").sequence,
                               flag(call, "if_not_exists")};
}
ops::Action drop_sequence(Call& call) {
    return ops::DropSequence{element<SequenceObject>(call, "Sequence").sequence, flag(call, "if_exists")};
}

// DDL text is no text(): a colon in it is a colon.
ops::Action ddl_text(Call& call) {
    std::string escaped;
    std::string text = string_of(call.get(0, "statement"), "statement");
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ':') escaped += '\\';
        if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%')
            ++i; // it goes through Python's % operator
        escaped += text[i];
    }
    return ops::Execute{sql::Text{escaped, {}}};
}

ops::Action create_enum(Call& call) { return ops::CreateType{type_of(call[0]), flag(call, "checkfirst")}; }
ops::Action drop_enum(Call& call) { return ops::DropType{type_of(call[0]), flag(call, "checkfirst")}; }

// CreateSchema("name", if_not_exists=True), DropSchema("name", cascade=True, if_exists=True).
Value schema_ddl(Session& session, Call& call, bool create) {
    const Value given = call.get(0, create ? "element" : "name");
    std::string sql = create ? "CREATE SCHEMA " : "DROP SCHEMA ";
    if (flag(call, "if_not_exists")) sql += "IF NOT EXISTS ";
    if (flag(call, "if_exists")) sql += "IF EXISTS ";
    const std::string name =
        string_of(given.is_none() && call.keyword("name") ? *call.keyword("name") : given, "name");
    sql += session.database ? session.database->quoted(name) : name;
    if (!create && (flag(call, "cascade") || (call.size() > 1 && call[1].truth()))) sql += " CASCADE";
    return lang::make<DdlObject>(create ? "CreateSchema" : "DropSchema", ops::Execute{sql::Text{sql, {}}});
}

template <bool Create>
Value schema_function(Session& session) {
    return lang::make_function(Create ? "CreateSchema" : "DropSchema",
                               [&session](Call& call) { return schema_ddl(session, call, Create); });
}

template <ops::Action (*Make)(Call&)>
Value ddl_function(const char* name) {
    return lang::make_function(name, [name](Call& call) { return lang::make<DdlObject>(name, Make(call)); });
}

} // namespace

const Members& ddl_members() {
    static const Members members{
        {"DDL", [](Session&) { return ddl_function<ddl_text>("DDL"); }},
        {"CreateTable", [](Session&) { return ddl_function<create_table>("CreateTable"); }},
        {"DropTable", [](Session&) { return ddl_function<drop_table>("DropTable"); }},
        {"CreateIndex", [](Session&) { return ddl_function<create_index>("CreateIndex"); }},
        {"DropIndex", [](Session&) { return ddl_function<drop_index>("DropIndex"); }},
        {"CreateSchema", schema_function<true>},
        {"DropSchema", schema_function<false>},
        {"CreateEnumType", [](Session&) { return ddl_function<create_enum>("CreateEnumType"); }},
        {"DropEnumType", [](Session&) { return ddl_function<drop_enum>("DropEnumType"); }},
        {"AddConstraint", [](Session&) { return ddl_function<add_constraint>("AddConstraint"); }},
        {"DropConstraint", [](Session&) { return ddl_function<drop_constraint>("DropConstraint"); }},
        {"CreateSequence", [](Session&) { return ddl_function<create_sequence>("CreateSequence"); }},
        {"DropSequence", [](Session&) { return ddl_function<drop_sequence>("DropSequence"); }},
    };
    return members;
}

std::optional<Value> DdlObject::get_attribute(std::string_view name) {
    if (name != "execute_if") return std::nullopt;
    const Value self(static_cast<lang::Object*>(this));
    return lang::make_function(name, [self](Call&) { return self; });
}

} // namespace orch::script
