#include "fleet/ownership.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <regex>

namespace orch::fleet {

namespace {

/// Alembic's words for what an include_object function is asked about.
constexpr std::array kinds = {
    "table", "column", "index", "unique_constraint", "foreign_key_constraint", "schema", "check_constraint"};

} // namespace

Filter::Filter(const config::Value& value) {
    for (std::string& text : config::as_list(value, ", \n")) {
        Pattern pattern{{}, std::move(text), false, {}};
        if (pattern.glob.front() == '!') {
            pattern.negated = true;
            pattern.glob.erase(0, 1);
        }
        const std::size_t colon = pattern.glob.find(':');
        pattern.kind = pattern.glob.substr(0, colon);
        const std::vector<std::string> known(kinds.begin(), kinds.end());
        if (colon == std::string::npos || std::find(known.begin(), known.end(), pattern.kind) == known.end())
            throw Error(Fault::config,
                        fmt::format("expected KIND:PATTERN in key 'include_object', got '{}'", pattern.glob))
                .at(value.place)
                .hint(fmt::format("write 'table:{}'; the kinds are {}",
                                  colon == std::string::npos ? pattern.glob : "NAME_*", quoted_list(known)));
        pattern.glob.erase(0, colon + 1);
        const std::string& text_of = pattern.glob;
        if (text_of.size() > 2 && text_of.front() == '/' && text_of.back() == '/') {
            try {
                pattern.regex =
                    [regex = std::regex(text_of.substr(1, text_of.size() - 2))](std::string_view name) {
                        return std::regex_match(name.begin(), name.end(), regex);
                    };
            } catch (const std::regex_error& error) {
                throw Error(Fault::config, fmt::format("'{}' in key 'include_object' is no regular "
                                                       "expression: {}",
                                                       text_of, error.what()))
                    .at(value.place);
            }
        }
        patterns_.push_back(std::move(pattern));
    }
}

bool Filter::Pattern::fits(std::string_view of_kind, std::string_view name) const {
    if (kind != of_kind) return false;
    return regex ? regex(name) : glob_match(glob, name);
}

bool Filter::includes(std::string_view kind, std::string_view name) const {
    bool asked = false, selected = false;
    for (const Pattern& pattern : patterns_) {
        const bool fits = pattern.fits(kind, name);
        if (fits && pattern.negated) return false;
        asked |= pattern.kind == kind && !pattern.negated;
        selected |= fits;
    }
    return selected || !asked;
}

bool Filter::selects(std::string_view kind, std::string_view name) const {
    bool selected = false;
    for (const Pattern& pattern : patterns_) {
        if (!pattern.fits(kind, name)) continue;
        if (pattern.negated) return false;
        selected = true;
    }
    return selected;
}

std::optional<std::string> changed_table(const ops::Action& action) {
    return std::visit(
        [](const auto& one) -> std::optional<std::string> {
            if constexpr (requires { one.table.name; })
                return one.table.name; // create_table
            else if constexpr (requires { one.old_name; })
                return one.old_name;
            else if constexpr (requires { one.index.table; })
                return one.index.table;
            else if constexpr (requires { one.table; })
                return one.table;
            else
                return std::nullopt;
        },
        action);
}

namespace {

void gather(const schema::Constraint& constraint, std::vector<std::string>& tables) {
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) tables.push_back(key->referent_table);
}
void gather(const schema::Column& column, std::vector<std::string>& tables) {
    for (const schema::ForeignKey& key : column.foreign_keys) tables.push_back(key.referent_table);
}

} // namespace

std::vector<std::string> referred_tables(const ops::Action& action) {
    std::vector<std::string> tables;
    if (const auto* create = std::get_if<ops::CreateTable>(&action)) {
        for (const schema::Column& column : create->table.columns) gather(column, tables);
        for (const schema::Constraint& constraint : create->table.constraints) gather(constraint, tables);
    } else if (const auto* add = std::get_if<ops::AddColumn>(&action)) {
        gather(add->column, tables);
    } else if (const auto* constraint = std::get_if<ops::AddConstraint>(&action)) {
        gather(constraint->constraint, tables);
    } else if (const auto* batch = std::get_if<ops::Batch>(&action)) {
        for (const ops::Batch::Step& step : batch->steps)
            for (std::string& table : referred_tables(step.operation->action))
                tables.push_back(std::move(table));
    }
    return tables;
}

const Neighbour* Ownership::owner(const std::string& table) {
    if (self_.owns.selects("table", table)) return nullptr;
    for (const Neighbour& other : others_)
        if (other.owns.selects("table", table)) return &other;
    const auto [found, is_new] = known_.emplace(table, nullptr);
    if (!is_new) return found->second;
    for (const Neighbour& other : others_) {
        if (!other.makes || !other.makes(table)) continue;
        if (!self_.makes || !self_.makes(table)) found->second = &other;
        break;
    }
    return found->second;
}

void Ownership::check(const ops::Operation& operation, bool allowed) {
    const std::optional<std::string> table = changed_table(operation.action);
    const Neighbour* whose = table && !allowed ? owner(*table) : nullptr;
    if (whose)
        throw Error(Fault::script, fmt::format("{} on table '{}', which belongs to environment '{}'",
                                               ops::name(operation.action), *table, whose->name))
            .at(operation.origin)
            .hint(fmt::format("move the operation to a revision of '{}', add 'table:{}' to the "
                              "include_object of '{}', or run "
                              "with --allow-foreign",
                              whose->name, *table, self_.name));
    for (const std::string& referred : referred_tables(operation.action)) {
        const Neighbour* other = owner(referred);
        if (!other || other->comes_first || !warned_.insert(referred).second) continue;
        const Place& place = operation.origin;
        log::warning(
            "orch.fleet",
            fmt::format("{}a foreign key refers to table '{}' of environment '{}', and '{}' does not "
                        "depend on it: add 'depends_on = {}'",
                        place.known() ? fmt::format("{}:{}: ", place.file, place.line) : "", referred,
                        other->name, self_.name, other->name));
    }
}

} // namespace orch::fleet
