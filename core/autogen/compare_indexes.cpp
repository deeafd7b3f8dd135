// Indexes and unique constraints, which share their names. Where foreign keys make indexes of their own
// (Traits::foreign_keys_make_indexes), those are nobody's to propose, and an index that a key needs goes only
// while the key is away.
#include "autogen/keys.hpp"
#include "autogen/sql_text.hpp"
#include "autogen/table_comparison.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace orch::autogen {

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
bool has_nulls_not_distinct(const schema::Unique& unique) {
    for (const auto& [name, option] : unique.options)
        if (name.ends_with("_nulls_not_distinct"))
            if (const auto* yes = std::get_if<bool>(&option.value)) return *yes;
    return false;
}
bool same_unique(const schema::Unique& a, const schema::Unique& b) {
    return signature(a) == signature(b) && has_nulls_not_distinct(a) == has_nulls_not_distinct(b) &&
           a.deferrable.value_or(false) == b.deferrable.value_or(false) &&
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
        : pair_(pair), dialect_(dialect), compiler_(dialect.compiler()), options_(options),
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
    enum class Side { database, target, both };
    bool includes(const char* kind, const std::optional<std::string>& name, Side side) const {
        return options_.include({kind, name.value_or(""), pair_.existing.name, pair_.existing.schema,
                                 side == Side::database, side == Side::both});
    }
    bool includes(const schema::Index& index, Side side) const { return includes("index", index.name, side); }
    bool includes(const schema::Unique& unique, Side side) const {
        return includes("unique_constraint", unique.name, side);
    }
    void drop(const schema::Index& index) {
        const auto keys = needing(columns_of(index), index.name);
        out_.push_back(dropped_index(index));
        if (!keys.empty()) away(out_.back().upgrade, keys);
    }
    void drop(const schema::Unique& unique) {
        const auto keys = needing(unique.columns, unique.name);
        out_.push_back(dropped_constraint(pair_.existing, unique));
        if (!keys.empty()) away(out_.back().upgrade, keys);
    }
    void add(const schema::Index& index) {
        const auto keys = needing(columns_of(index), index.name);
        out_.push_back(added_index(index));
        if (!keys.empty()) away(out_.back().downgrade, keys);
    }
    void add(const schema::Unique& unique) {
        const auto keys = needing(unique.columns, unique.name);
        out_.push_back(added_constraint(pair_.wanted, unique));
        if (!keys.empty()) away(out_.back().downgrade, keys);
    }

    static std::vector<std::string> columns_of(const schema::Index& index) {
        std::vector<std::string> out;
        for (const schema::IndexElement& element : index.elements) out.push_back(element.column);
        return out;
    }
    static bool serves(const std::vector<std::string>& columns, const schema::ForeignKey& key) {
        return columns.size() >= key.columns.size() &&
               std::equal(key.columns.begin(), key.columns.end(), columns.begin());
    }
    /// The foreign keys of both sides that have nothing but this index, or what they would make themselves.
    std::vector<const schema::ForeignKey*> needing(const std::vector<std::string>& columns,
                                                   const std::optional<std::string>& name) const {
        std::vector<const schema::ForeignKey*> out;
        if (!dialect_.traits().foreign_keys_make_indexes) return out;
        for (const schema::Constraint& constraint : pair_.existing.constraints) {
            const auto* key = std::get_if<schema::ForeignKey>(&constraint);
            if (key && serves(columns, *key) && stays(*key, pair_, dialect_.traits()) &&
                !served_otherwise(*key, name))
                out.push_back(key);
        }
        return out;
    }
    bool served_otherwise(const schema::ForeignKey& key, const std::optional<std::string>& name) const {
        if (const schema::PrimaryKey* primary = primary_key(pair_.existing);
            primary && serves(primary->columns, key))
            return true;
        const auto stays_too = [&](const std::string& other) {
            return other != name && (wanted_.indexes.contains(other) || wanted_.uniques.contains(other));
        };
        return std::any_of(existing_.indexes.begin(), existing_.indexes.end(),
                           [&](const auto& each) {
                               return stays_too(each.first) && serves(columns_of(*each.second), key);
                           }) ||
               std::any_of(existing_.uniques.begin(), existing_.uniques.end(), [&](const auto& each) {
                   return stays_too(each.first) && serves(each.second->columns, key);
               });
    }
    /// The operation with the keys dropped before it and added behind it.
    void away(ops::Operation& operation, const std::vector<const schema::ForeignKey*>& keys) const {
        ops::Batch steps;
        const auto step = [&](ops::Operation one) {
            steps.steps.push_back({std::make_shared<ops::Operation>(std::move(one)), {}, {}});
        };
        for (const schema::ForeignKey* key : keys) step(dropped_constraint(pair_.existing, *key).upgrade);
        step(std::move(operation));
        for (const schema::ForeignKey* key : keys) step(added_constraint(pair_.existing, *key).upgrade);
        operation = {std::move(steps), {}};
    }

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
                if (!matched_without_name(*at->second) && includes(*at->second, Side::database))
                    drop(*at->second);
            } else if (const schema::Index& index = *existing_.indexes.at(name);
                       includes(index, Side::database)) {
                if (!made_by_a_key(index, pair_.existing, dialect_.traits())) drop(index);
            }
        }
        for (const schema::Unique* unique : existing_.unnamed)
            if (!wanted_somehow(*unique) && includes(*unique, Side::database)) drop(*unique);
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
                if (same_unique(*unique, *at->second) || !includes(*unique, Side::both)) continue;
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
                if (same || !includes(*index, Side::both)) continue;
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
            if (!is_there(name) && includes(*index, Side::target)) add(*index);
        for (const auto& [name, unique] : wanted_.uniques)
            if (!is_there(name) && !exists_without_name(*unique) && includes(*unique, Side::target))
                add(*unique);
        for (const schema::Unique* unique : wanted_.unnamed) {
            const bool exists = std::any_of(uniques_existing_.begin(), uniques_existing_.end(),
                                            [&](const auto& each) { return same_unique(each, *unique); });
            if (!exists && includes(*unique, Side::target)) add(*unique);
        }
    }

    const TablePair& pair_;
    const dialect::Dialect& dialect_;
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

} // namespace orch::autogen
