#include "autogen/sql_text.hpp"
#include "autogen/table_comparison.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace orch::autogen {

namespace {

const std::optional<std::string>& name_of(const schema::Constraint& constraint) {
    return std::visit([](const auto& each) -> const std::optional<std::string>& { return each.name; },
                      constraint);
}

const char* type_of(const schema::Constraint& constraint) {
    static constexpr const char* words[] = {"primary", "unique", "check", "foreignkey", "exclude"};
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

// --- Indexes and unique constraints

namespace {

bool serves_constraint(const schema::Index& index) { return index.options.contains("duplicates_constraint"); }

std::string element_text(const schema::IndexElement& element, const dialect::Compiler& compiler) {
    std::string text =
        element.expression ? plain_sql(sql_text(element.expression, compiler)) : element.column;
    if (element.collation) text += " collate " + *element.collation;
    for (const std::string& word : element.sorting) text += " " + word;
    return text;
}

std::string option_text(const schema::Option& option, const dialect::Compiler& compiler) {
    struct Visitor {
        const dialect::Compiler& compiler;
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(bool value) const { return value ? "true" : ""; }
        std::string operator()(std::int64_t value) const { return std::to_string(value); }
        std::string operator()(double value) const { return std::to_string(value); }
        std::string operator()(const std::string& value) const { return plain_sql(value); }
        std::string operator()(const std::vector<std::string>& value) const { return join(value, ","); }
        std::string operator()(const schema::ExpressionPtr& value) const {
            return plain_sql(sql_text(value, compiler));
        }
        std::string operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
            std::string out;
            for (const auto& [key, item] : value) out += key + "=" + item + ",";
            return out;
        }
    };
    return std::visit(Visitor{compiler}, option.value);
}

/// What makes two indexes the same, whatever they are called.
std::string signature(const schema::Index& index, const dialect::Compiler& compiler) {
    std::string out = index.unique ? "unique" : "";
    for (const schema::IndexElement& element : index.elements)
        out += "(" + element_text(element, compiler) + ")";
    for (const auto& [key, value] : index.options) {
        const std::string text = option_text(value, compiler);
        if (key != "duplicates_constraint" && !text.empty()) out += " " + key + "=" + text;
    }
    return out;
}

std::vector<schema::Unique> uniques_of(const schema::Table& table) {
    std::vector<schema::Unique> out;
    for (const schema::Constraint& constraint : table.constraints)
        if (const auto* unique = std::get_if<schema::Unique>(&constraint)) out.push_back(*unique);
    return out;
}

auto signature(const schema::Unique& unique) {
    std::vector<std::string> columns = unique.columns;
    std::sort(columns.begin(), columns.end());
    return columns;
}
bool same_unique(const schema::Unique& a, const schema::Unique& b) {
    return signature(a) == signature(b) && a.deferrable.value_or(false) == b.deferrable.value_or(false) &&
           lower(a.initially.value_or("immediate")) == lower(b.initially.value_or("immediate"));
}

/// Both kinds of a table under their names, as the database sees them; a unique constraint of the target
/// without a name apart.
struct Named {
    std::map<std::string, const schema::Index*> indexes;
    std::map<std::string, const schema::Unique*> uniques;
    std::vector<const schema::Unique*> unnamed;
};

/// Where a database tells a unique index as a constraint too, it is what the target says it is.
Named named(const schema::Table& table, const std::vector<schema::Unique>& uniques, const Named* target) {
    Named out;
    std::set<std::string> doubled;
    for (const schema::Index& index : table.indexes) {
        const bool as_index = target && target->indexes.contains(index.name.value_or(""));
        if (serves_constraint(index) && !as_index) continue;
        if (serves_constraint(index)) doubled.insert(*index.name);
        out.indexes.emplace(index.name.value_or(""), &index);
    }
    for (const schema::Unique& unique : uniques) {
        if (unique.name && doubled.contains(*unique.name)) continue;
        if (unique.name)
            out.uniques.emplace(*unique.name, &unique);
        else
            out.unnamed.push_back(&unique);
    }
    return out;
}

class Uniqueness {
  public:
    Uniqueness(const TablePair& pair, const dialect::Dialect& dialect, const CompareOptions& options)
        : pair_(pair), compiler_(dialect.compiler()), options_(options),
          uniques_existing_(uniques_of(pair.existing)), uniques_wanted_(uniques_of(pair.wanted)),
          wanted_(named(pair.wanted, uniques_wanted_, nullptr)),
          existing_(named(pair.existing, uniques_existing_, &wanted_)) {}

    std::vector<Change> changes() {
        removed();
        changed();
        added();
        return std::move(out_);
    }

  private:
    bool includes(const schema::Index& index) const {
        return options_.include("index", index.name.value_or(""), pair_.existing.name);
    }
    bool includes(const schema::Unique& unique) const {
        return options_.include("unique_constraint", unique.name.value_or(""), pair_.existing.name);
    }
    void drop(const schema::Index& index) { out_.push_back(dropped_index(index)); }
    void drop(const schema::Unique& unique) { out_.push_back(dropped_constraint(pair_.existing, unique)); }
    void add(const schema::Index& index) { out_.push_back(added_index(index)); }
    void add(const schema::Unique& unique) { out_.push_back(added_constraint(pair_.wanted, unique)); }

    /// The index as the database would tell it.
    const schema::Index& told(const schema::Index& wanted) const {
        for (const schema::Index& index : pair_.told.indexes)
            if (index.name == wanted.name) return index;
        return wanted;
    }
    bool matched_without_name(const schema::Unique& existing) const {
        return std::any_of(wanted_.unnamed.begin(), wanted_.unnamed.end(),
                           [&](const schema::Unique* each) { return same_unique(*each, existing); });
    }

    void removed() {
        std::set<std::string> names; // both kinds together, by name
        for (const auto& [name, index] : existing_.indexes) names.insert(name);
        for (const auto& [name, unique] : existing_.uniques) names.insert(name);
        for (const std::string& name : names) {
            if (wanted_.indexes.contains(name) || wanted_.uniques.contains(name)) continue;
            if (const auto at = existing_.uniques.find(name); at != existing_.uniques.end()) {
                if (!matched_without_name(*at->second) && includes(*at->second)) drop(*at->second);
            } else if (const schema::Index& index = *existing_.indexes.at(name); includes(index)) {
                drop(index);
            }
        }
        for (const schema::Unique* unique : existing_.unnamed)
            if (!wanted_somehow(*unique) && includes(*unique)) drop(*unique);
    }
    /// A database's constraint without a name is the one of the target on the same columns.
    bool wanted_somehow(const schema::Unique& existing) const {
        return std::any_of(uniques_wanted_.begin(), uniques_wanted_.end(), [&](const schema::Unique& each) {
            return (!each.name || !existing_.uniques.contains(*each.name)) && same_unique(each, existing);
        });
    }
    void changed() {
        for (const auto& [name, unique] : existing_.uniques) {
            if (const auto at = wanted_.uniques.find(name); at != wanted_.uniques.end()) {
                if (same_unique(*unique, *at->second) || !includes(*unique)) continue;
                drop(*unique);
                add(*at->second);
            } else if (const auto index = wanted_.indexes.find(name); index != wanted_.indexes.end()) {
                drop(*unique);
                add(*index->second);
            }
        }
        for (const auto& [name, index] : existing_.indexes) {
            if (const auto at = wanted_.indexes.find(name); at != wanted_.indexes.end()) {
                const bool same = signature(*index, compiler_) == signature(told(*at->second), compiler_);
                if (same || !includes(*index)) continue;
                drop(*index);
                add(*at->second);
            } else if (const auto unique = wanted_.uniques.find(name); unique != wanted_.uniques.end()) {
                drop(*index);
                add(*unique->second);
            }
        }
    }
    bool exists_without_name(const schema::Unique& wanted) const {
        return std::any_of(existing_.unnamed.begin(), existing_.unnamed.end(),
                           [&](const schema::Unique* each) { return same_unique(*each, wanted); });
    }
    void added() {
        const auto is_there = [&](const std::string& name) {
            return existing_.indexes.contains(name) || existing_.uniques.contains(name);
        };
        for (const auto& [name, index] : wanted_.indexes)
            if (!is_there(name) && includes(*index)) add(*index);
        for (const auto& [name, unique] : wanted_.uniques)
            if (!is_there(name) && !exists_without_name(*unique) && includes(*unique)) add(*unique);
        for (const schema::Unique* unique : wanted_.unnamed) {
            const bool exists = std::any_of(uniques_existing_.begin(), uniques_existing_.end(),
                                            [&](const auto& each) { return same_unique(each, *unique); });
            if (!exists && includes(*unique)) add(*unique);
        }
    }

    const TablePair& pair_;
    const dialect::Compiler& compiler_;
    const CompareOptions& options_;
    std::vector<schema::Unique> uniques_existing_, uniques_wanted_;
    Named wanted_, existing_;
    std::vector<Change> out_;
};

} // namespace

std::vector<Change> compare_indexes(const TablePair& pair, const dialect::Dialect& dialect,
                                    const CompareOptions& options, std::vector<std::string>&) {
    return Uniqueness(pair, dialect, options).changes();
}

// --- Foreign keys

namespace {

std::string action(const std::optional<std::string>& rule) {
    const std::string text = lower(rule.value_or(""));
    return text == "no action" ? "" : text;
}

/// A foreign key is what it says, not what it is called: as Alembic compares them.
auto signature(const schema::ForeignKey& key, const schema::PrimaryKey* referent) {
    const std::vector<std::string>& columns =
        key.referent_columns.empty() && referent ? referent->columns : key.referent_columns;
    return std::make_tuple(key.columns, key.referent_schema.value_or(""), key.referent_table, columns,
                           action(key.rule.on_update), action(key.rule.on_delete),
                           key.rule.deferrable.value_or(false),
                           lower(key.rule.initially.value_or("immediate")));
}

} // namespace

std::vector<Change> compare_foreign_keys(const TablePair& pair, const dialect::Dialect&,
                                         const CompareOptions& options) {
    const auto keys = [](const schema::Table& table) {
        std::map<decltype(signature(schema::ForeignKey{}, nullptr)), const schema::ForeignKey*> found;
        for (const schema::Constraint& constraint : table.constraints)
            if (const auto* key = std::get_if<schema::ForeignKey>(&constraint))
                found.emplace(signature(*key, nullptr), key);
        return found;
    };
    const auto existing = keys(pair.existing), wanted = keys(pair.wanted);
    const auto includes = [&](const schema::ForeignKey& key) {
        return options.include("foreign_key_constraint", key.name.value_or(""), pair.existing.name);
    };
    std::vector<Change> out;
    for (const auto& [text, key] : existing)
        if (!wanted.contains(text) && includes(*key)) out.push_back(dropped_constraint(pair.existing, *key));
    for (const auto& [text, key] : wanted)
        if (!existing.contains(text) && includes(*key)) out.push_back(added_constraint(pair.wanted, *key));
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
            if (!includes(check)) continue;
            if (!check.name) {
                notes.push_back(unnamed("in the database", check));
                continue;
            }
            if (!other || other->name) out.push_back(dropped_constraint(pair_.existing, check));
        }
        for (const schema::Check& check : told_) {
            const schema::Check* other = counterpart(check, existing_);
            if ((other && same(check, *other)) || !includes(check)) continue;
            if (!check.name)
                notes.push_back(unnamed("in the target", check));
            else
                out.push_back(added_constraint(pair_.wanted, as_written(check)));
        }
        return out;
    }

  private:
    bool includes(const schema::Check& check) const {
        return options_.include("check_constraint", check.name.value_or(""), pair_.existing.name);
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

} // namespace orch::autogen
