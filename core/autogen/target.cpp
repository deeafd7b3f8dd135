#include "autogen/target.hpp"

#include "autogen/document.hpp"
#include "autogen/enums.hpp"
#include "autogen/process.hpp"
#include "autogen/tables.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <map>

namespace orch::autogen {

namespace fs = std::filesystem;

TargetKind target_kind(const std::string& text) {
    if (text.starts_with("exec:")) return TargetKind::command;
    if (text.find("://") != std::string::npos) return TargetKind::url;
    if (text.ends_with(".sql")) return TargetKind::sql;
    if (text.ends_with(".so") || text.find(".so.") != std::string::npos) return TargetKind::library;
    return TargetKind::models;
}

Target target_of_catalog(schema::Catalog catalog, const std::string& display) {
    Target target;
    target.catalog = std::move(catalog);
    target.told = true;
    target.knows_sequences = target.knows_enums = true;
    target.display = display;
    return target;
}

namespace {

std::map<std::string, const schema::Table*> by_name(const std::vector<schema::Table>& tables) {
    std::map<std::string, const schema::Table*> out;
    for (const schema::Table& table : tables) out.emplace(full_name(table), &table);
    return out;
}

} // namespace

schema::Catalog
told(const Target& target, const dialect::Dialect& dialect,
     const std::function<std::vector<schema::Table>(const std::vector<schema::Table>&)>& normalize) {
    schema::Catalog out = target.catalog;
    if (target.told) return out;
    for (schema::Table& table : out.tables) table = flattened(table, target.catalog.tables);
    if (dialect.traits().enum_types) {
        for (schema::Enum& one : enums_of(out.tables, dialect)) out.enums.push_back(std::move(one));
    }
    std::vector<schema::Table> alone;
    for (const schema::Table& table : out.tables) alone.push_back(without_referents(table));
    std::vector<schema::Table> made = normalize(alone);
    const auto asked = by_name(out.tables);
    // Foreign keys are not made there: they stay as they are.
    for (schema::Table& table : made)
        if (const auto own = asked.find(full_name(table)); own != asked.end())
            for (const schema::Constraint& constraint : own->second->constraints)
                if (std::holds_alternative<schema::ForeignKey>(constraint))
                    table.constraints.push_back(constraint);
    out.tables = std::move(made);
    return out;
}

Target target_of_models(script::Models models, const std::string& display) {
    Target target;
    target.catalog.tables = std::move(models.tables);
    target.final_names = std::move(models.final_names);
    target.display = display;
    return target;
}

Target target_of_sql(const fs::path& file, const dialect::Dialect& dialect,
                     const std::optional<Url>& scratch_url) {
    dialect::Statement script;
    script.sql = read_text(file, Fault::script);
    const auto scratch = dialect.scratch(scratch_url);
    try {
        if (!trim(script.sql).empty()) scratch->execute(script);
    } catch (Error& error) {
        Place place;
        place.file = display_path(file);
        throw error.at(std::move(place)).note("while the target schema was loaded into a scratch database");
    }
    return target_of_catalog(scratch->reflect({}), display_path(file));
}

namespace {

/// Types that are SQL text become those that the database tells. What a scratch table leaves out, its foreign
/// keys, comes from the document again.
void understand_types(schema::Catalog& catalog, const dialect::Dialect& dialect,
                      const std::optional<Url>& scratch_url) {
    const auto scratch = dialect.scratch(scratch_url);
    const auto tables = scratch->normalize(catalog.tables, dialect.compiler());
    const auto told = by_name(tables);
    for (schema::Table& table : catalog.tables) {
        const auto other = told.find(full_name(table));
        if (other == told.end()) continue;
        for (schema::Column& column : table.columns)
            if (const schema::Column* same = autogen::column(*other->second, column.name);
                same && column.type.verbatim)
                column.type = same->type;
    }
}

} // namespace

Target target_of_command(const std::string& command, const fs::path& folder, const dialect::Dialect& dialect,
                         const std::optional<Url>& scratch_url) {
    Document document = from_document(output_of(command, folder), command);
    if (document.sql_types) understand_types(document.catalog, dialect, scratch_url);
    Target target;
    target.catalog = std::move(document.catalog);
    target.knows_sequences = document.has_sequences;
    target.knows_enums = document.has_enums;
    target.display = command;
    return target;
}

} // namespace orch::autogen
