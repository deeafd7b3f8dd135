// The comparison of two schemas. Tables that only one side has are created and dropped, those of both are
// compared part by part (compare_columns.cpp, compare_constraints.cpp).
//
// What databases make of types, defaults and CHECKs is theirs to know: a table that differs on first sight is
// made somewhere by the database itself (CompareOptions::normalize) and compared again as it is told then. A
// table that is equal on first sight costs nothing more.
#include "autogen/autogen.hpp"
#include "autogen/enums.hpp"
#include "autogen/keys.hpp"
#include "autogen/renames.hpp"
#include "autogen/table_comparison.hpp"
#include "autogen/tables.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace orch::autogen {

namespace {

using Tables = std::map<std::string, schema::Table>; // by full name

struct Altered {
    std::string name;
    const schema::Table* existing;
    const schema::Table* wanted;
    std::vector<Change> changes;
};

class Comparison {
  public:
    Comparison(const schema::Catalog& database, const Target& target, const dialect::Dialect& dialect,
               const CompareOptions& options)
        : database_(database), target_(target), dialect_(dialect), options_(options) {}

    Differences result() {
        gather();
        refuse_emptiness();
        rename();
        if (dialect_.traits().enum_types)
            enums_ = compare_enums(database_, existing_, wanted_, target_, dialect_);
        for (const auto& [name, table] : wanted_)
            if (!existing_.contains(name)) created_.push_back(&table);
        for (const auto& [name, table] : existing_)
            if (!wanted_.contains(name)) dropped_.push_back(&table);
        alter();
        append(std::move(enums_.before));
        if (dialect_.traits().sequences) sequences();
        create_tables();
        drop_and_alter();
        append(std::move(enums_.after));
        // Objects of a target that a database told have finished names, whichever way the change goes.
        for (Change& change : out_.changes) {
            change.upgrade_is_told |= target_.told;
            change.downgrade_is_told |= target_.told;
        }
        mention_what_was_left_out();
        return std::move(out_);
    }

  private:
    bool is_version_table(const schema::Table& table) const {
        const std::string& name = options_.version_table;
        return (table.name == name || table.name.starts_with(name + "_orch")) &&
               table.schema == options_.version_table_schema;
    }
    bool owns(const schema::Table& table, bool reflected, bool has_counterpart) const {
        return options_.include({"table", table.name, table.name, table.schema, reflected, has_counterpart});
    }
    static bool is_temporary(const schema::Table& table) {
        return std::find(table.prefixes.begin(), table.prefixes.end(), "TEMPORARY") != table.prefixes.end();
    }
    void gather() {
        for (const schema::Table& table : database_.tables)
            if (!is_version_table(table) && !is_temporary(table) &&
                options_.include_name({"table", table.name, table.name, table.schema, true, false}))
                existing_.emplace(full_name(table), flattened(table, database_.tables));
        for (const schema::Table& table : target_.catalog.tables) {
            if (is_version_table(table)) continue;
            schema::Table flat = flattened(table, target_.catalog.tables);
            if (flat.schema && *flat.schema == database_.default_schema) flat.schema.reset();
            wanted_.emplace(full_name(flat), std::move(flat));
        }
        // What is left out of the one side is not looked at on the other either.
        std::erase_if(wanted_, [&](const auto& each) {
            const bool both = existing_.contains(each.first);
            if (owns(each.second, false, both)) return false;
            existing_.erase(each.first);
            return true;
        });
        std::erase_if(existing_, [&](const auto& each) {
            return !wanted_.contains(each.first) && !owns(each.second, true, false);
        });
        // What another environment owns stays, and so it is nobody's to drop here.
        if (options_.foreign)
            std::erase_if(existing_, [&](const auto& each) {
                return !wanted_.contains(each.first) && options_.foreign(each.second.name);
            });
    }

    void refuse_emptiness() const {
        std::vector<std::string> lost;
        for (const auto& [name, table] : existing_)
            if (!wanted_.contains(name)) lost.push_back(name);
        if (options_.allow_drop || lost.empty()) return;
        if (wanted_.empty())
            throw Error(Fault::usage,
                        fmt::format("the target schema '{}' has no tables, and the database has {}",
                                    target_.display, existing_.size()))
                .hint("is it the right one, and were its modules imported? --allow-drop drops all tables");
        if (lost.size() * 3 > existing_.size() && lost.size() > 1)
            throw Error(
                Fault::usage,
                fmt::format("{} of the {} tables of the database are not in the target schema '{}': {}",
                            lost.size(), existing_.size(), target_.display, quoted_list(lost)))
                .hint("choose this environment's own tables with 'include_object', or add --allow-drop");
    }

    void rename() {
        Renames found = find_renames(existing_, wanted_, dialect_.compiler(), options_);
        for (Change& change : found.changes) out_.changes.push_back(std::move(change));
        out_.undecided = std::move(found.undecided);
    }

    // --- Tables of both sides

    std::vector<Change> compared(const schema::Table& existing, const schema::Table& wanted,
                                 const schema::Table& told, std::vector<std::string>& notes) const {
        return compare_table({existing, wanted, told}, dialect_, options_, notes);
    }

    void alter() {
        std::vector<schema::Table> unclear;
        std::map<std::string, std::vector<std::string>> notes;
        for (const auto& [name, wanted] : wanted_) {
            const auto existing = existing_.find(name);
            if (existing == existing_.end()) continue;
            Altered altered{name, &existing->second, &wanted, {}};
            altered.changes = compared(existing->second, wanted, wanted, notes[name]);
            if (altered.changes.empty() && notes[name].empty()) continue;
            unclear.push_back(with_its_enums(wanted));
            altered_.push_back(std::move(altered));
        }
        if (options_.normalize && !unclear.empty()) look_again(unclear, notes);
        for (const Altered& altered : altered_)
            for (std::string& note : notes[altered.name]) out_.not_compared.push_back(std::move(note));
        std::erase_if(altered_, [](const Altered& altered) { return altered.changes.empty(); });
    }

    /// A table that is made for the second look makes its enums as well.
    static schema::Table with_its_enums(schema::Table table) {
        for (schema::Column& column : table.columns) {
            column.type.create_type = true;
            if (!column.type.item) continue;
            auto item = std::make_shared<schema::Type>(*column.type.item);
            item->create_type = true;
            column.type.item = item;
        }
        return without_referents(std::move(table));
    }

    /// The second look, at what the database itself makes of a table.
    void look_again(const std::vector<schema::Table>& unclear,
                    std::map<std::string, std::vector<std::string>>& notes) {
        const std::vector<schema::Table> told = options_.normalize(unclear);
        std::map<std::string, const schema::Table*> by_name;
        for (const schema::Table& table : told) by_name.emplace(full_name(table), &table);
        for (Altered& altered : altered_) {
            const auto at = by_name.find(altered.name);
            if (at == by_name.end()) continue;
            notes[altered.name].clear();
            schema::Table table = flattened(*at->second, told);
            for (schema::Column& column : table.columns)
                if (column.type.type_schema == database_.default_schema) column.type.type_schema.reset();
            altered.changes = compared(*altered.existing, *altered.wanted, table, notes[altered.name]);
        }
    }

    // --- Order

    /// Foreign keys that close a cycle are added afterwards, where a table can be altered.
    void create_tables() {
        const Sorted sorted = autogen::sorted(created_);
        const bool apart = !dialect_.traits().batch_rebuilds;
        for (const std::size_t i : sorted.order) {
            schema::Table table = *created_[i];
            if (apart)
                for (std::size_t c = table.constraints.size(); c-- > 0;)
                    if (std::count(sorted.cyclic.begin(), sorted.cyclic.end(), std::pair(i, c)) > 0)
                        table.constraints.erase(table.constraints.begin() + static_cast<std::ptrdiff_t>(c));
            create_table(table);
        }
        if (!apart) return;
        for (const auto& [i, c] : sorted.cyclic) {
            schema::Constraint key = created_[i]->constraints[c];
            std::get<schema::ForeignKey>(key).rule.use_alter = false;
            out_.changes.push_back(added_constraint(*created_[i], key));
        }
    }
    static ops::Operation nothing() { return {ops::Batch{}, {}}; }
    void create_table(schema::Table table) {
        const schema::Table whole = table;
        const std::vector<schema::Index> indexes = std::move(table.indexes);
        table.indexes.clear();
        for (schema::Column& column : table.columns) column.primary_key = false; // see PrimaryKeyConstraint
        ops::DropTable drop;
        drop.table = table.name;
        drop.schema = table.schema;
        const std::string name = full_name(table);
        out_.changes.push_back({{ops::CreateTable{std::move(table), false}, {}},
                                {std::move(drop), {}},
                                target_.told,
                                true,
                                fmt::format("added table '{}'", name)});
        for (const schema::Index& index : indexes) {
            if (index.options.contains("duplicates_constraint") ||
                made_by_a_key(index, whole, dialect_.traits()))
                continue;
            if (!options_.include(
                    {"index", index.name.value_or(""), index.table, index.schema, false, false}))
                continue;
            out_.changes.push_back(added_index(index));
            if (serves_a_key(index, whole, dialect_.traits())) out_.changes.back().downgrade = nothing();
        }
    }

    void drop_table(const schema::Table& table) {
        std::vector<schema::Index> indexes;
        for (const schema::Index& index : table.indexes)
            if (!index.options.contains("duplicates_constraint")) indexes.push_back(index);
        std::sort(indexes.begin(), indexes.end(),
                  [](const schema::Index& a, const schema::Index& b) { return a.name < b.name; });
        for (const schema::Index& index : indexes) {
            if (made_by_a_key(index, table, dialect_.traits())) continue;
            out_.changes.push_back(dropped_index(index));
            if (serves_a_key(index, table, dialect_.traits())) out_.changes.back().upgrade = nothing();
        }
        schema::Table whole = table;
        whole.indexes.clear();
        for (schema::Column& column : whole.columns) column.primary_key = false;
        ops::DropTable drop;
        drop.table = table.name;
        drop.schema = table.schema;
        out_.changes.push_back({{std::move(drop), {}},
                                {ops::CreateTable{std::move(whole), false}, {}},
                                true,
                                true,
                                fmt::format("removed table '{}'", full_name(table))});
    }

    /// A table goes before the others are changed, as with Alembic, unless one of them refers to it still.
    void drop_and_alter() {
        const Sorted sorted = autogen::sorted(dropped_);
        std::vector<const schema::Table*> later;
        if (!dialect_.traits().batch_rebuilds)
            for (const auto& [i, c] : sorted.cyclic)
                out_.changes.push_back(dropped_constraint(*dropped_[i], dropped_[i]->constraints[c]));
        for (std::size_t at = sorted.order.size(); at-- > 0;) {
            const schema::Table* table = dropped_[sorted.order[at]];
            if (is_referred_to(*table))
                later.push_back(table);
            else
                drop_table(without_cyclic(*table, sorted));
        }
        for (Altered& altered : in_order(std::move(altered_)))
            for (Change& change : altered.changes) out_.changes.push_back(std::move(change));
        for (const schema::Table* table : later) drop_table(without_cyclic(*table, sorted));
    }
    schema::Table without_cyclic(const schema::Table& table, const Sorted& sorted) const {
        schema::Table out = table;
        if (dialect_.traits().batch_rebuilds) return out;
        for (auto key = sorted.cyclic.rbegin(); key != sorted.cyclic.rend(); ++key)
            if (dropped_[key->first] == &table)
                out.constraints.erase(out.constraints.begin() + static_cast<std::ptrdiff_t>(key->second));
        return out;
    }
    bool is_referred_to(const schema::Table& table) const {
        return std::any_of(altered_.begin(), altered_.end(), [&](const Altered& altered) {
            return refers_to(*altered.existing, full_name(table));
        });
    }
    static bool refers_to(const schema::Table& table, const std::string& name) {
        return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& constraint) {
            const auto* key = std::get_if<schema::ForeignKey>(&constraint);
            return key && full_name(key->referent_table, key->referent_schema) == name;
        });
    }

    /// By name, but what a new foreign key refers to is changed before, and what an old one refers to after.
    static std::vector<Altered> in_order(std::vector<Altered> altered) {
        std::set<std::string> left;
        std::map<std::string, std::set<std::string>> before; // by name: those that must be done
        for (const Altered& one : altered) {
            left.insert(one.name);
            for (const Change& change : one.changes) {
                if (const auto to = key_to(change.upgrade)) before[one.name].insert(*to);
                if (const auto to = key_to(change.downgrade)) before[*to].insert(one.name);
            }
        }
        const auto waits = [&](const Altered& one) {
            const auto found = before.find(one.name);
            return found != before.end() &&
                   std::any_of(found->second.begin(), found->second.end(), [&](const std::string& name) {
                       return name != one.name && left.contains(name);
                   });
        };
        std::vector<Altered> out;
        while (!altered.empty()) {
            auto next =
                std::find_if(altered.begin(), altered.end(), [&](const Altered& one) { return !waits(one); });
            if (next == altered.end()) next = altered.begin();
            left.erase(next->name);
            out.push_back(std::move(*next));
            altered.erase(next);
        }
        return out;
    }
    /// What the foreign key that an operation adds refers to.
    static std::optional<std::string> key_to(const ops::Operation& operation) {
        const auto* add = std::get_if<ops::AddConstraint>(&operation.action);
        const auto* key = add ? std::get_if<schema::ForeignKey>(&add->constraint) : nullptr;
        return key ? std::optional(full_name(key->referent_table, key->referent_schema)) : std::nullopt;
    }

    // --- What is no table

    void append(std::vector<Change> changes) {
        for (Change& change : changes) out_.changes.push_back(std::move(change));
    }
    void sequences() {
        const auto find = [](const std::vector<schema::Sequence>& all, const schema::Sequence& one) {
            return std::any_of(all.begin(), all.end(), [&](const schema::Sequence& other) {
                return other.name == one.name && other.schema == one.schema;
            });
        };
        const auto change = [&](const schema::Sequence& sequence, bool added) {
            ops::Operation create{ops::CreateSequence{sequence, false}, {}};
            ops::Operation drop{ops::DropSequence{sequence, false}, {}};
            const std::string name = full_name(sequence.name, sequence.schema);
            if (added)
                out_.changes.push_back({create, drop, false, true, fmt::format("added sequence '{}'", name)});
            else
                out_.changes.push_back(
                    {drop, create, true, true, fmt::format("removed sequence '{}'", name)});
        };
        for (const schema::Sequence& sequence : wanted_sequences())
            if (!find(database_.sequences, sequence)) change(sequence, true);
        if (!target_.knows_sequences) return;
        for (const schema::Sequence& sequence : database_.sequences)
            if (!find(target_.catalog.sequences, sequence)) change(sequence, false);
    }

    /// Those that the target lists, and those of its columns: Column("x", Integer, Sequence("s")).
    std::vector<schema::Sequence> wanted_sequences() const {
        std::vector<schema::Sequence> out = target_.catalog.sequences;
        for (const auto& [name, table] : wanted_)
            for (const schema::Column& column : table.columns)
                if (column.sequence && !column.sequence->optional) {
                    out.push_back(*column.sequence);
                    if (out.back().schema == database_.default_schema) out.back().schema.reset();
                }
        return out;
    }

    void mention_what_was_left_out() {
        const schema::Catalog& target = target_.catalog;
        mention("views", database_.views, target.views);
        mention("triggers", database_.triggers, target.triggers);
        mention("functions", database_.functions, target.functions);
        if (!target_.knows_sequences && !database_.sequences.empty())
            mention("sequences", database_.sequences, target.sequences);
    }

    /// What no operation makes: by its name, where the target can have it at all.
    template <class Object>
    void mention(const char* what, const std::vector<Object>& ours, const std::vector<Object>& theirs) {
        if (ours.empty() && theirs.empty()) return;
        if (!target_.told && theirs.empty()) {
            out_.not_compared.push_back(
                fmt::format("{}: {} in the database, of which the target does not speak", what, ours.size()));
            return;
        }
        const std::set<std::string> here = names_of(ours), there = names_of(theirs);
        std::vector<std::string> only_here, only_there;
        std::ranges::set_difference(here, there, std::back_inserter(only_here));
        std::ranges::set_difference(there, here, std::back_inserter(only_there));
        std::string line = fmt::format("the definitions of {}: {} on both sides by name", what,
                                       here.size() - only_here.size());
        if (!only_here.empty()) line += ", only in the database " + quoted_list(only_here);
        if (!only_there.empty()) line += ", only in the target " + quoted_list(only_there);
        out_.not_compared.push_back(line);
    }
    template <class Object>
    std::set<std::string> names_of(const std::vector<Object>& objects) const {
        std::set<std::string> out;
        for (const Object& object : objects) {
            const bool by_default = object.schema == database_.default_schema;
            std::string name = full_name(object.name, by_default ? std::nullopt : object.schema);
            if constexpr (requires { object.arguments; }) name += "(" + object.arguments + ")";
            if constexpr (requires {
                              object.definition;
                              object.table;
                          })
                name += " on " + object.table;
            out.insert(std::move(name));
        }
        return out;
    }

    const schema::Catalog& database_;
    const Target& target_;
    const dialect::Dialect& dialect_;
    const CompareOptions& options_;
    Tables existing_, wanted_;
    std::vector<const schema::Table*> created_, dropped_;
    std::vector<Altered> altered_;
    EnumChanges enums_;
    Differences out_;
};

Change changed_comment(const TablePair& pair) {
    const auto comment = [&](const std::optional<std::string>& to, const std::optional<std::string>& from) {
        return ops::Operation{ops::TableComment{pair.existing.name, pair.existing.schema, to, from}, {}};
    };
    return {comment(pair.wanted.comment, pair.existing.comment),
            comment(pair.existing.comment, pair.wanted.comment), false, true,
            fmt::format("comment of table '{}'", pair.existing.name)};
}

} // namespace

std::vector<Change> compare_table(const TablePair& pair, const dialect::Dialect& dialect,
                                  const CompareOptions& options, std::vector<std::string>& notes) {
    std::vector<Change> out;
    const auto append = [&](std::vector<Change> changes) {
        for (Change& change : changes) out.push_back(std::move(change));
    };
    // A CHECK that goes is away before its columns change, and one that comes sees them changed.
    std::vector<Change> checks = compare_checks(pair, dialect, options, notes);
    const auto added = std::stable_partition(checks.begin(), checks.end(), [](const Change& change) {
        return std::holds_alternative<ops::DropConstraint>(change.upgrade.action);
    });
    append({std::make_move_iterator(checks.begin()), std::make_move_iterator(added)});
    append(compare_columns(pair, dialect, options, notes));
    append(compare_primary_key(pair, options));
    KeyChanges keys = compare_foreign_keys(pair, dialect, options);
    // An index that serves a key does not go before the key.
    if (dialect.traits().foreign_keys_make_indexes) append(std::move(keys.dropped));
    append(compare_indexes(pair, dialect, options, notes));
    if (!dialect.traits().foreign_keys_make_indexes) append(std::move(keys.dropped));
    append(std::move(keys.added));
    append(compare_excludes(pair, dialect, notes));
    append({std::make_move_iterator(added), std::make_move_iterator(checks.end())});
    if (options.comments && pair.existing.comment.value_or("") != pair.told.comment.value_or(""))
        out.push_back(changed_comment(pair));
    append(dropped_columns(pair, options));
    return out;
}

Differences compare(const schema::Catalog& database, const Target& target, const dialect::Dialect& dialect,
                    const CompareOptions& options) {
    return Comparison(database, target, dialect, options).result();
}

} // namespace orch::autogen
