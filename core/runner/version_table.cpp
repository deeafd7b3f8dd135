#include "runner/version_table.hpp"

#include <algorithm>

namespace orch::runner {

namespace {

constexpr const char* column = "version_num";

/// Alembic's own width; an id that does not fit takes the next one, as PostgreSQL and MariaDB would refuse
/// it.
constexpr std::int64_t usual_width = 32, wide = 255;

sql::ExpressionPtr text(const std::string& value) { return sql::make({sql::Literal{value, nullptr}}); }

sql::ExpressionPtr is_version(const sql::TableRef& table, const std::string& version) {
    auto left = sql::make({sql::ColumnRef{table.schema, table.name, column, nullptr, false}});
    return sql::make({sql::Binary{"=", std::move(left), text(version)}});
}

dialect::Statement compiled(sql::Query query, const dialect::Compiler& compiler) {
    return compiler.compile(query, dialect::Values::literals);
}

} // namespace

VersionTable::VersionTable(std::string name, std::optional<std::string> schema, bool primary_key,
                           std::size_t width)
    : name_(std::move(name)), schema_(std::move(schema)), primary_key_(primary_key), width_(width) {}

sql::TableRef VersionTable::reference() const { return {schema_, name_, std::nullopt}; }

bool VersionTable::exists(dialect::Connection& connection) const {
    return connection.has_table(name_, schema_);
}

std::vector<std::string> VersionTable::rows(dialect::Connection& connection,
                                            const dialect::Compiler& compiler) const {
    std::vector<std::string> versions;
    sql::Select select;
    select.columns.push_back(sql::make({sql::ColumnRef{schema_, name_, column, nullptr, false}}));
    select.from = {sql::Source{reference()}}; // pushed, g++ 12 warns of the other alternatives at -O2
    for (auto& row : connection.execute(compiled(std::move(select), compiler)).rows)
        if (auto* version = row.empty() ? nullptr : std::get_if<std::string>(&row.front()))
            versions.push_back(std::move(*version));
    std::sort(versions.begin(), versions.end());
    return versions;
}

std::vector<dialect::Statement> VersionTable::create(const dialect::Compiler& compiler,
                                                     dialect::Values values, bool if_not_exists) const {
    ops::CreateTable create;
    create.if_not_exists = if_not_exists;
    create.table.name = name_;
    create.table.schema = schema_;
    schema::Column version;
    version.name = column;
    version.type.name = "String";
    version.type.length = width_ > static_cast<std::size_t>(usual_width) ? wide : usual_width;
    version.nullable = false;
    create.table.columns.push_back(std::move(version));
    if (primary_key_)
        create.table.constraints.emplace_back(schema::PrimaryKey{name_ + "_pkc", {column}, {}, {}, {}});
    return compiler.compile({std::move(create), {}}, values);
}

std::vector<dialect::Statement> VersionTable::widen(dialect::Connection& connection,
                                                    const dialect::Compiler& compiler) const {
    if (width_ <= static_cast<std::size_t>(usual_width)) return {};
    dialect::ReflectOptions options;
    options.schemas = {schema_};
    options.tables = {name_};
    options.only_tables = true;
    for (const schema::Table& table : connection.reflect(options).tables)
        for (const schema::Column& found : table.columns) {
            if (found.name != column || !found.type.length) continue;
            if (*found.type.length >= static_cast<std::int64_t>(width_)) return {};
            ops::AlterColumn alter;
            alter.table = name_;
            alter.schema = schema_;
            alter.column = column;
            alter.existing_type = found.type;
            alter.existing_nullable = false;
            alter.type = found.type;
            alter.type->length = std::max(wide, static_cast<std::int64_t>(width_));
            return compiler.compile({std::move(alter), {}}, dialect::Values::literals);
        }
    return {};
}

dialect::Statement VersionTable::change(const graph::VersionChange& change,
                                        const dialect::Compiler& compiler) const {
    switch (change.kind) {
    case graph::VersionChange::insert: {
        sql::Insert insert;
        insert.table = reference();
        insert.columns = {column};
        insert.types = {nullptr};
        insert.rows = {{text(change.to)}};
        return compiled(std::move(insert), compiler);
    }
    case graph::VersionChange::update: {
        sql::Update update;
        update.table = reference();
        update.values = {{column, text(change.to)}};
        update.where = is_version(reference(), change.from);
        return compiled(std::move(update), compiler);
    }
    case graph::VersionChange::remove: break;
    }
    sql::Delete remove;
    remove.table = reference();
    remove.where = is_version(reference(), change.from);
    return compiled(std::move(remove), compiler);
}

dialect::Statement VersionTable::remove_all(const dialect::Compiler& compiler) const {
    sql::Delete remove;
    remove.table = reference();
    return compiled(std::move(remove), compiler);
}

} // namespace orch::runner
