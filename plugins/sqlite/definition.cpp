// What a definition is once it has been read: finding in it, adding to it, writing it.
#include "definition.hpp"

#include "base/text.hpp"
#include "tokens.hpp"

#include <algorithm>

namespace orch::sqlite {

namespace {

/// White space without the comments in it.
std::string layout_of(const std::string& lead) {
    const std::size_t line = lead.rfind('\n');
    std::string out = line == std::string::npos ? lead : lead.substr(line);
    if (out.empty()) return " ";
    const bool blank = std::ranges::all_of(out, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
    return blank ? out : line == std::string::npos ? " " : "\n\t";
}

} // namespace

const Part* ColumnText::find(Part::Kind kind) const {
    const auto at = std::ranges::find(parts, kind, &Part::kind);
    return at == parts.end() ? nullptr : &*at;
}

std::string ColumnText::text() const {
    std::string out = name_text;
    if (!type.empty()) out += (type_lead.empty() ? " " : type_lead) + type;
    for (const Part& part : parts) out += (part.lead.empty() ? " " : part.lead) + part.text;
    return out;
}

ColumnText* TableText::find(std::string_view column) {
    const auto at =
        std::ranges::find_if(columns, [&](const ColumnText& each) { return same_name(each.name, column); });
    return at == columns.end() ? nullptr : &*at;
}
const ColumnText* TableText::find(std::string_view column) const {
    return const_cast<TableText*>(this)->find(column);
}

// A comment behind a comma runs to the end of its line, which what follows has to begin with.
std::string TableText::text() const {
    std::string out = head + name_text + open;
    std::size_t left = columns.size() + constraints.size();
    bool commented = false;
    const auto append = [&](const std::string& text) {
        if (commented && !text.starts_with('\n')) out += '\n';
        out += text;
        commented = false;
    };
    const auto write = [&](const Around& around, const std::string& text) {
        append(around.lead);
        out += text + around.trail;
        if (--left > 0) out += ',';
        out += around.after;
        commented = around.after.find("--") != std::string::npos;
    };
    for (const ColumnText& column : columns) write(column.around, column.text());
    for (const ConstraintText& each : constraints) write(each.around, each.part.text);
    append(tail);
    return out;
}

void TableText::add(ColumnText column) {
    column.around = {};
    if (!columns.empty()) {
        column.around.lead = layout_of(columns.back().around.lead);
    }
    columns.push_back(std::move(column));
}

void TableText::add(Part constraint) {
    ConstraintText added;
    const Around& before = constraints.empty() ? columns.back().around : constraints.back().around;
    added.around.lead = layout_of(before.lead);
    added.part = std::move(constraint);
    constraints.push_back(std::move(added));
}

std::vector<std::string> TableText::primary_key() const {
    for (const ColumnText& column : columns)
        if (column.find(Part::primary_key)) return {column.name};
    for (const ConstraintText& each : constraints)
        if (each.part.kind == Part::primary_key) return each.part.columns;
    return {};
}

// INTEGER PRIMARY KEY DESC is no rowid, by an accident of SQLite's history that it keeps.
const ColumnText* TableText::rowid() const {
    const std::vector<std::string> key = primary_key();
    if (without_rowid || key.size() != 1) return nullptr;
    const ColumnText* column = find(key.front());
    if (!column || !same_name(column->type, "INTEGER")) return nullptr;
    const Part* part = column->find(Part::primary_key);
    if (!part) return column;
    const Tokens tokens(part->text);
    for (std::size_t at = 0; at < tokens.size(); ++at)
        if (tokens.is(at, "DESC")) return nullptr;
    return column;
}

void TableText::set_options(bool without, bool strictly) {
    if (without == without_rowid && strictly == strict) return;
    without_rowid = without;
    strict = strictly;
    tail = without && strictly ? ") WITHOUT ROWID, STRICT"
           : without           ? ") WITHOUT ROWID"
           : strictly          ? ") STRICT"
                               : ")";
}

} // namespace orch::sqlite
