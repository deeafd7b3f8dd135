// Values that were added at some place are added there. Any other change makes the type anew beside the old
// one, moves the columns over by the values' names, and drops the old one.
#include "autogen/enums.hpp"

#include "autogen/sql_text.hpp"
#include "autogen/tables.hpp"
#include "base/text.hpp"
#include "sql/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

namespace orch::autogen {

namespace {

using Tables = std::map<std::string, schema::Table>;
using Name = std::pair<std::string, std::string>; ///< schema (empty: the default one) and name

/// The enum that a type is in this dialect, or whose array it is; null where it is none.
schema::Type* enum_in(schema::Type& type, const std::string& dialect) {
    if (const auto variant = type.variants.find(dialect); variant != type.variants.end()) {
        auto own = std::make_shared<schema::Type>(*variant->second);
        variant->second = own;
        return enum_in(*own, dialect);
    }
    if (type.item) {
        auto own = std::make_shared<schema::Type>(*type.item);
        type.item = own;
        return enum_in(*own, dialect);
    }
    const bool is_enum = type.name == "Enum" || type.name == "ENUM";
    return is_enum && type.native_enum && type.type_name && !type.values.empty() ? &type : nullptr;
}

struct Use {
    const schema::Table* table;
    const schema::Column* column;
    bool array;
};
struct Found {
    schema::Type type;
    std::vector<Use> uses;
};
using Enums = std::map<Name, Found>;

/// The enums of the tables' columns, which do not create them any more.
Enums taken_from(Tables& tables, const schema::Catalog& database, const std::string& dialect) {
    Enums out;
    for (auto& [full_name, table] : tables)
        for (schema::Column& column : table.columns) {
            schema::Type* type = enum_in(column.type, dialect);
            if (!type) continue;
            if (type->inherit_schema && !type->type_schema) type->type_schema = table.schema;
            if (type->type_schema == database.default_schema) type->type_schema.reset();
            type->name = "ENUM";
            type->module = dialect;
            type->create_type = false;
            Found& found = out[{type->type_schema.value_or(""), *type->type_name}];
            found.type = *type;
            found.uses.push_back({&table, &column, &column.type != type && column.type.name == "ARRAY"});
        }
    return out;
}

class Comparison {
  public:
    Comparison(const schema::Catalog& database, Tables& existing, Tables& wanted, const Target& target,
               const dialect::Dialect& dialect)
        : database_(database), target_(target), compiler_(dialect.compiler()),
          dialect_name_(dialect.traits().name),
          existing_(taken_from(existing, database, dialect.traits().name)),
          wanted_(taken_from(wanted, database, dialect.traits().name)) {}

    EnumChanges changes() {
        add_free_ones();
        for (const schema::Enum& there : database_.enums) there_.emplace(name_of(there), &there);
        for (const auto& [name, found] : wanted_) {
            const auto old = there_.find(name);
            if (old == there_.end())
                create(found.type);
            else if (old->second->values != found.type.values)
                change(found, *old->second);
        }
        for (const auto& [name, old] : there_)
            if (!wanted_.contains(name) && is_ours(name)) drop(*old);
        return std::move(out_);
    }

  private:
    static Name name_of(const schema::Enum& one) { return {one.schema.value_or(""), one.name}; }
    static schema::Type type_of(const schema::Enum& one) {
        schema::Type type;
        type.name = "Enum";
        type.type_name = one.name;
        type.type_schema = one.schema;
        type.values = one.values;
        return type;
    }
    /// Those that the target lists whether or not a column has them.
    void add_free_ones() {
        if (target_.knows_enums)
            for (const schema::Enum& one : target_.catalog.enums) wanted_[name_of(one)].type = type_of(one);
    }
    /// Whether it may go: the target lists all there are, or only tables that are compared have it.
    bool is_ours(const Name& name) const {
        if (target_.knows_enums) return true;
        const auto own = existing_.find(name);
        if (own == existing_.end()) return false;
        std::size_t all = 0;
        for (const schema::Table& table : database_.tables)
            for (schema::Column column : table.columns)
                if (const schema::Type* type = enum_in(column.type, dialect_name_))
                    all += Name{type->type_schema.value_or(""), *type->type_name} == name ? 1 : 0;
        return all == own->second.uses.size();
    }

    static std::string shown(const schema::Type& type) {
        return full_name(*type.type_name, type.type_schema);
    }
    static ops::Operation executed(std::string sql) {
        return {ops::Execute{sql::Text{std::move(sql), {}}}, {}};
    }
    static ops::Operation together(const std::vector<std::string>& statements) {
        ops::Batch batch;
        for (const std::string& sql : statements)
            batch.steps.push_back({std::make_shared<ops::Operation>(executed(sql)), {}, {}});
        return {std::move(batch), {}};
    }

    void create(const schema::Type& type) {
        out_.before.push_back({{ops::CreateType{creating(type), false}, {}},
                               {ops::DropType{creating(type), false}, {}},
                               target_.told,
                               true,
                               fmt::format("added enum '{}'", shown(type))});
    }
    void drop(const schema::Enum& old) {
        const schema::Type type = type_of(old);
        out_.after.push_back({{ops::DropType{type, false}, {}},
                              {ops::CreateType{type, false}, {}},
                              true,
                              true,
                              fmt::format("removed enum '{}'", shown(type))});
    }
    static schema::Type creating(schema::Type type) {
        type.create_type = true;
        return type;
    }

    void change(const Found& found, const schema::Enum& old) {
        const Enums::const_iterator own = existing_.find(name_of(old));
        const std::vector<Use> uses = own == existing_.end() ? std::vector<Use>() : own->second.uses;
        schema::Type before = found.type;
        before.values = old.values;
        std::vector<std::string> up = added_values(found, before);
        if (up.empty()) up = made_anew(before, found.type, uses);
        // Either way before the tables change, whose new defaults may be values of it.
        out_.before.push_back(
            {together(up), together({}), false, true, fmt::format("values of enum '{}'", shown(found.type))});
        out_.after.push_back(
            {together({}), together(made_anew(found.type, before, found.uses)), false, true, {}});
    }

    std::string quoted(const schema::Type& type, const std::string& suffix = {}) const {
        const std::string name = compiler_.quote(*type.type_name + suffix);
        return type.type_schema ? compiler_.quote(*type.type_schema) + "." + name : name;
    }

    /// Nothing where more has changed, or where a default of the same run would use a new value, which a
    /// transaction cannot.
    std::vector<std::string> added_values(const Found& to, const schema::Type& from) const {
        std::vector<std::string> out;
        std::size_t old = 0;
        for (std::size_t i = 0; i < to.type.values.size(); ++i) {
            const std::string& value = to.type.values[i];
            if (old < from.values.size() && from.values[old] == value) {
                ++old;
                continue;
            }
            if (is_a_default(to, value)) return {};
            const std::string place = i > 0 ? " AFTER " + compiler_.literal(to.type.values[i - 1])
                                      : from.values.empty()
                                          ? std::string()
                                          : " BEFORE " + compiler_.literal(from.values.front());
            out.push_back(fmt::format("ALTER TYPE {} ADD VALUE {}{}", quoted(to.type),
                                      compiler_.literal(value), place));
        }
        return old == from.values.size() ? out : std::vector<std::string>();
    }
    bool is_a_default(const Found& found, const std::string& value) const {
        return std::any_of(found.uses.begin(), found.uses.end(), [&](const Use& use) {
            return sql_text(use.column->server_default, compiler_).find(compiler_.literal(value)) !=
                   std::string::npos;
        });
    }

    std::vector<std::string> made_anew(const schema::Type& from, const schema::Type& to,
                                       const std::vector<Use>& uses) const {
        constexpr const char* aside = "__old";
        std::vector<std::string> out;
        out.push_back(fmt::format("ALTER TYPE {} RENAME TO {}", quoted(from),
                                  compiler_.quote(*from.type_name + aside)));
        const ops::Operation create{ops::CreateType{creating(to), false}, {}};
        for (const auto& statement : compiler_.compile(create, dialect::Values::literals))
            out.push_back(statement.sql);
        for (const Use& use : uses) {
            const schema::Table& table = *use.table;
            const std::string name = compiler_.quote(use.column->name),
                              alter = fmt::format("ALTER TABLE {}{} ALTER COLUMN {} ",
                                                  table.schema ? compiler_.quote(*table.schema) + "."
                                                               : std::string(),
                                                  compiler_.quote(table.name), name);
            const std::string value = sql_text(use.column->server_default, compiler_);
            const std::string brackets = use.array ? "[]" : "";
            if (!value.empty()) out.push_back(alter + "DROP DEFAULT");
            out.push_back(fmt::format("{}TYPE {}{} USING {}::text{}::{}{}", alter, quoted(to), brackets, name,
                                      brackets, quoted(to), brackets));
            const bool still = std::any_of(to.values.begin(), to.values.end(), [&](const std::string& each) {
                return value.find(compiler_.literal(each)) != std::string::npos;
            });
            if (!value.empty() && still) out.push_back(alter + "SET DEFAULT " + value);
        }
        out.push_back(fmt::format("DROP TYPE {}", quoted(from, aside)));
        return out;
    }

    const schema::Catalog& database_;
    const Target& target_;
    const dialect::Compiler& compiler_;
    const std::string& dialect_name_;
    Enums existing_, wanted_;
    std::map<Name, const schema::Enum*> there_;
    EnumChanges out_;
};

} // namespace

std::vector<schema::Enum> enums_of(const std::vector<schema::Table>& tables,
                                   const dialect::Dialect& dialect) {
    Tables all;
    for (const schema::Table& table : tables) all.emplace(full_name(table), table);
    std::vector<schema::Enum> out;
    for (const auto& [name, found] : taken_from(all, schema::Catalog{}, dialect.traits().name))
        out.push_back({*found.type.type_name, found.type.type_schema, found.type.values, {}});
    return out;
}

EnumChanges compare_enums(const schema::Catalog& database, Tables& existing, Tables& wanted,
                          const Target& target, const dialect::Dialect& dialect) {
    return Comparison(database, existing, wanted, target, dialect).changes();
}

} // namespace orch::autogen
