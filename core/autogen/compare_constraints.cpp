#include "autogen/keys.hpp"
#include "autogen/sql_text.hpp"
#include "autogen/table_comparison.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace orch::autogen {

namespace {

const std::optional<std::string>& name_of(const schema::Constraint& constraint) {
    return std::visit([](const auto& each) -> const std::optional<std::string>& { return each.name; },
                      constraint);
}

/// drop_constraint's type_, which has no word for EXCLUDE.
std::optional<std::string> type_of(const schema::Constraint& constraint) {
    static constexpr const char* words[] = {"primary", "unique", "check", "foreignkey"};
    if (constraint.index() >= std::size(words)) return std::nullopt;
    return words[constraint.index()];
}

std::string described(const schema::Constraint& constraint) {
    static constexpr const char* words[] = {"primary key", "unique constraint", "check constraint",
                                            "foreign key", "exclude constraint"};
    const auto& name = name_of(constraint);
    std::string columns;
    if (const auto* unique = std::get_if<schema::Unique>(&constraint)) columns = join(unique->columns, ", ");
    if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint)) columns = join(key->columns, ", ");
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) columns = join(key->columns, ", ");
    std::string out = words[constraint.index()];
    if (name) out += fmt::format(" '{}'", *name);
    if (!columns.empty()) out += fmt::format(" on ({})", columns);
    return out;
}

// A constraint without a name can be dropped by one that batch_alter_table makes up for it while it reads the
// table: Alembic's naming_convention argument.
constexpr const char* unique_convention = "uq_%(table_name)s_%(column_0_N_name)s";
constexpr const char* foreign_key_convention =
    "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s";

struct MadeUpName {
    std::string name, key, pattern;
};

std::optional<MadeUpName> made_up_name(const schema::Table& table, const schema::Constraint& constraint) {
    if (const auto* unique = std::get_if<schema::Unique>(&constraint))
        return MadeUpName{fmt::format("uq_{}_{}", table.name, join(unique->columns, "_")), "uq",
                          unique_convention};
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint))
        return MadeUpName{
            fmt::format("fk_{}_{}_{}", table.name, join(key->columns, "_"), key->referent_table), "fk",
            foreign_key_convention};
    return std::nullopt;
}

} // namespace

Change added_index(const schema::Index& index) {
    ops::DropIndex drop;
    drop.name = index.name.value_or("");
    drop.table = index.table;
    drop.schema = index.schema;
    return {{ops::CreateIndex{index, false}, {}},
            {drop, {}},
            false,
            false,
            fmt::format("added index '{}' on '{}'", drop.name, index.table)};
}

Change dropped_index(const schema::Index& index) {
    Change change = added_index(index);
    std::swap(change.upgrade, change.downgrade);
    change.upgrade_is_told = change.downgrade_is_told = true;
    change.summary = fmt::format("removed index '{}' on '{}'", index.name.value_or(""), index.table);
    return change;
}

Change added_constraint(const schema::Table& table, const schema::Constraint& given) {
    schema::Constraint constraint = given;
    Change change;
    if (!name_of(constraint))
        if (const auto made = made_up_name(table, constraint))
            std::visit([&](auto& each) { each.name = made->name; }, constraint);
    ops::DropConstraint drop;
    drop.name = name_of(constraint).value_or("");
    drop.table = table.name;
    drop.schema = table.schema;
    drop.type = type_of(constraint);
    change.upgrade = {ops::AddConstraint{table.name, table.schema, std::move(constraint)}, {}};
    change.downgrade = {std::move(drop), {}};
    change.downgrade_is_told = false;
    change.summary = fmt::format("added {} of '{}'", described(given), table.name);
    return change;
}

Change dropped_constraint(const schema::Table& table, const schema::Constraint& constraint) {
    Change change = added_constraint(table, constraint);
    if (!name_of(constraint))
        if (const auto made = made_up_name(table, constraint))
            change.naming_convention[made->key] = made->pattern;
    std::swap(change.upgrade, change.downgrade);
    change.upgrade_is_told = change.downgrade_is_told = true;
    change.summary = fmt::format("removed {} of '{}'", described(constraint), table.name);
    return change;
}

// --- Foreign keys

namespace {

using Signature = std::tuple<std::vector<std::string>, std::string, std::string, std::vector<std::string>,
                             std::string, std::string, bool, std::string>;

std::string action(const std::optional<std::string>& rule) {
    const std::string text = lower(rule.value_or(""));
    return text == "no action" ? "" : text;
}

/// A foreign key is what it says, not what it is called: as Alembic compares them.
Signature signature(const schema::ForeignKey& key, const dialect::Traits& traits) {
    const auto rule = [&](const std::optional<std::string>& given) {
        const std::string text = action(given);
        return traits.foreign_keys_make_indexes && text == "restrict" ? std::string() : text;
    };
    const std::string initially = lower(key.rule.initially.value_or("immediate"));
    return {key.columns,
            key.referent_schema.value_or(""),
            key.referent_table,
            key.referent_columns,
            rule(key.rule.on_update),
            rule(key.rule.on_delete),
            key.rule.deferrable.value_or(false) || initially == "deferred", // which is deferrable by itself
            initially};
}

std::map<Signature, const schema::ForeignKey*> keys_of(const schema::Table& table,
                                                       const dialect::Traits& traits) {
    std::map<Signature, const schema::ForeignKey*> found;
    for (const schema::Constraint& constraint : table.constraints)
        if (const auto* key = std::get_if<schema::ForeignKey>(&constraint))
            found.emplace(signature(*key, traits), key);
    return found;
}

/// Of a key that goes, the index that it made.
const schema::Index* index_of(const schema::ForeignKey& key, const TablePair& pair,
                              const dialect::Traits& traits) {
    schema::Table alone;
    alone.constraints = {key};
    for (const schema::Index& index : pair.existing.indexes) {
        const bool wanted = std::any_of(pair.wanted.indexes.begin(), pair.wanted.indexes.end(),
                                        [&](const schema::Index& each) { return each.name == index.name; });
        if (!wanted && made_by_a_key(index, alone, traits)) return &index;
    }
    return nullptr;
}

/// Whether the target's table has an index for a key, so that the key makes none.
bool has_index_for(const schema::ForeignKey& key, const schema::Table& table) {
    const auto begins = [&](const std::vector<std::string>& columns) {
        return columns.size() >= key.columns.size() &&
               std::equal(key.columns.begin(), key.columns.end(), columns.begin());
    };
    const bool index = std::any_of(table.indexes.begin(), table.indexes.end(), [&](const schema::Index& one) {
        std::vector<std::string> columns;
        for (const schema::IndexElement& element : one.elements) columns.push_back(element.column);
        return begins(columns);
    });
    return index || std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& one) {
               const auto* primary = std::get_if<schema::PrimaryKey>(&one);
               const auto* unique = std::get_if<schema::Unique>(&one);
               return (primary && begins(primary->columns)) || (unique && begins(unique->columns));
           });
}

/// A key with the index that it makes: what takes the key back takes the index back.
Change with_its_index(Change added, const TablePair& pair) {
    const auto& made = std::get<ops::AddConstraint>(added.upgrade.action);
    schema::Index index;
    index.name = std::get<schema::ForeignKey>(made.constraint).name;
    index.table = pair.wanted.name;
    index.schema = pair.wanted.schema;
    ops::Batch steps;
    for (const ops::Operation& each : {added.downgrade, dropped_index(index).upgrade})
        steps.steps.push_back({std::make_shared<ops::Operation>(each), {}, {}});
    added.downgrade = {std::move(steps), {}};
    return added;
}

} // namespace

bool stays(const schema::ForeignKey& key, const TablePair& pair, const dialect::Traits& traits) {
    return keys_of(pair.wanted, traits).contains(signature(key, traits));
}

bool serves_a_key(const schema::Index& index, const schema::Table& table, const dialect::Traits& traits) {
    return traits.foreign_keys_make_indexes &&
           std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& constraint) {
               const auto* key = std::get_if<schema::ForeignKey>(&constraint);
               return key && !index.elements.empty() && index.elements.front().column == key->columns.front();
           });
}

bool made_by_a_key(const schema::Index& index, const schema::Table& table, const dialect::Traits& traits) {
    if (!traits.foreign_keys_make_indexes || index.unique || !index.name) return false;
    return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& constraint) {
        const auto* key = std::get_if<schema::ForeignKey>(&constraint);
        if (!key || key->columns.size() != index.elements.size()) return false;
        for (std::size_t i = 0; i < key->columns.size(); ++i)
            if (index.elements[i].column != key->columns[i]) return false;
        const std::string& first = key->columns.front();
        return index.name == key->name || *index.name == first || index.name->starts_with(first + "_");
    });
}

KeyChanges compare_foreign_keys(const TablePair& pair, const dialect::Dialect& dialect,
                                const CompareOptions& options) {
    const dialect::Traits& traits = dialect.traits();
    const auto existing = keys_of(pair.existing, traits), wanted = keys_of(pair.wanted, traits);
    const auto includes = [&](const schema::ForeignKey& key, bool reflected) {
        return options.include({"foreign_key_constraint", key.name.value_or(""), pair.existing.name,
                                pair.existing.schema, reflected, false});
    };
    KeyChanges out;
    std::set<std::string> dropped;
    for (const auto& [text, key] : existing) {
        if (wanted.contains(text) || !includes(*key, true)) continue;
        out.dropped.push_back(dropped_constraint(pair.existing, *key));
        if (const schema::Index* index = index_of(*key, pair, traits))
            if (dropped.insert(*index->name).second) out.dropped.push_back(dropped_index(*index));
    }
    for (const auto& [text, key] : wanted) {
        if (existing.contains(text) || !includes(*key, false)) continue;
        out.added.push_back(added_constraint(pair.wanted, *key));
        if (traits.foreign_keys_make_indexes && !has_index_for(*key, pair.wanted))
            out.added.back() = with_its_index(std::move(out.added.back()), pair);
    }
    return out;
}

// --- The primary key

std::vector<Change> compare_primary_key(const TablePair& pair, const CompareOptions&) {
    const schema::PrimaryKey* existing = primary_key(pair.existing);
    const schema::PrimaryKey* wanted = primary_key(pair.wanted);
    const bool same_columns = existing && wanted && existing->columns == wanted->columns;
    if (same_columns || (!existing && !wanted)) return {};
    const auto with_name = [&](const schema::PrimaryKey& key) {
        schema::PrimaryKey out = key;
        if (!out.name) out.name = "pk_" + pair.existing.name;
        return out;
    };
    std::vector<Change> out;
    // One that has no name, as on SQLite, gives way to the next by itself.
    if (existing && (existing->name || !wanted))
        out.push_back(dropped_constraint(pair.existing, with_name(*existing)));
    if (wanted) {
        Change added = added_constraint(pair.wanted, with_name(*wanted));
        if (existing && !existing->name)
            added.downgrade = {
                ops::AddConstraint{pair.existing.name, pair.existing.schema, with_name(*existing)}, {}};
        out.push_back(std::move(added));
    }
    return out;
}

// --- CHECKs

namespace {

std::vector<schema::Check> checks_of(const schema::Table& table) {
    std::vector<schema::Check> out;
    for (const schema::Constraint& constraint : table.constraints)
        if (const auto* check = std::get_if<schema::Check>(&constraint)) out.push_back(*check);
    return out;
}

class Checks {
  public:
    Checks(const TablePair& pair, const dialect::Dialect& dialect, const CompareOptions& options)
        : pair_(pair), compiler_(dialect.compiler()), options_(options), existing_(checks_of(pair.existing)),
          told_(checks_of(pair.told)), wanted_(checks_of(pair.wanted)) {}

    std::vector<Change> changes(std::vector<std::string>& notes) {
        std::vector<Change> out;
        for (const schema::Check& check : existing_) {
            const schema::Check* other = counterpart(check, told_);
            if (other && same(check, *other)) continue;
            if (!includes(check, !other, other != nullptr)) continue;
            if (!check.name) {
                notes.push_back(unnamed("in the database", check));
                continue;
            }
            if (!other || other->name) out.push_back(dropped_constraint(pair_.existing, check));
        }
        for (const schema::Check& check : told_) {
            const schema::Check* other = counterpart(check, existing_);
            if ((other && same(check, *other)) || !includes(check, false, other != nullptr)) continue;
            if (!check.name)
                notes.push_back(unnamed("in the target", check));
            else
                out.push_back(added_constraint(pair_.wanted, as_written(check)));
        }
        return out;
    }

  private:
    bool includes(const schema::Check& check, bool reflected, bool has_counterpart) const {
        return options_.include({"check_constraint", check.name.value_or(""), pair_.existing.name,
                                 pair_.existing.schema, reflected, has_counterpart});
    }
    std::string text(const schema::Check& check) const {
        return plain_sql(sql_text(check.condition, compiler_));
    }
    bool same(const schema::Check& a, const schema::Check& b) const { return text(a) == text(b); }
    /// By name; else one of the same text, where one of both has no name of its own.
    const schema::Check* counterpart(const schema::Check& check,
                                     const std::vector<schema::Check>& others) const {
        if (check.name)
            for (const schema::Check& other : others)
                if (other.name == check.name) return &other;
        for (const schema::Check& other : others)
            if ((!check.name || !other.name) && same(check, other)) return &other;
        return nullptr;
    }
    /// As the target writes it, where it writes it at all: that of an Enum or a Boolean comes with its type.
    const schema::Check& as_written(const schema::Check& told) const {
        for (const schema::Check& check : wanted_)
            if (check.name == told.name) return check;
        return told;
    }
    std::string unnamed(const char* where, const schema::Check& check) const {
        return fmt::format("CHECK ({}) of table '{}' {}: it has no name, so that no operation can change it",
                           sql_text(check.condition, compiler_), pair_.existing.name, where);
    }

    const TablePair& pair_;
    const dialect::Compiler& compiler_;
    const CompareOptions& options_;
    std::vector<schema::Check> existing_, told_, wanted_;
};

} // namespace

std::vector<Change> compare_checks(const TablePair& pair, const dialect::Dialect& dialect,
                                   const CompareOptions& options, std::vector<std::string>& notes) {
    return Checks(pair, dialect, options).changes(notes);
}

// --- EXCLUDE

namespace {

std::vector<schema::Exclude> excludes_of(const schema::Table& table) {
    std::vector<schema::Exclude> out;
    for (const schema::Constraint& constraint : table.constraints)
        if (const auto* exclude = std::get_if<schema::Exclude>(&constraint)) out.push_back(*exclude);
    return out;
}

std::string text_of(const schema::Exclude& exclude, const dialect::Compiler& compiler) {
    std::string out = lower(exclude.using_.value_or("gist"));
    for (const auto& [expression, sign] : exclude.elements)
        out += "," + plain_sql(sql_text(expression, compiler)) + " with " + sign;
    out += " where " + plain_sql(sql_text(exclude.where, compiler));
    return out + (exclude.deferrable.value_or(false) ? " deferrable " : " ") +
           lower(exclude.initially.value_or("immediate"));
}

const schema::Exclude* named(const std::vector<schema::Exclude>& all,
                             const std::optional<std::string>& name) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    return at == all.end() ? nullptr : &*at;
}

} // namespace

std::vector<Change> compare_excludes(const TablePair& pair, const dialect::Dialect& dialect,
                                     std::vector<std::string>& notes) {
    const auto existing = excludes_of(pair.existing), told = excludes_of(pair.told),
               wanted = excludes_of(pair.wanted);
    const dialect::Compiler& compiler = dialect.compiler();
    std::vector<Change> out;
    for (const schema::Exclude& each : existing) {
        const schema::Exclude* other = named(told, each.name);
        if (!other || text_of(each, compiler) != text_of(*other, compiler))
            out.push_back(dropped_constraint(pair.existing, each));
    }
    for (const schema::Exclude& each : wanted) {
        if (!each.name) {
            notes.push_back(
                fmt::format("EXCLUDE of table '{}' in the target: it has no name", pair.wanted.name));
            continue;
        }
        const schema::Exclude *old = named(existing, each.name), *as_told = named(told, each.name);
        if (!old || !as_told || text_of(*old, compiler) != text_of(*as_told, compiler))
            out.push_back(added_constraint(pair.wanted, each));
    }
    return out;
}

} // namespace orch::autogen
