#include "autogen/renames.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::autogen {

namespace {

using Tables = std::map<std::string, schema::Table>;
constexpr std::size_t least_common = 2; ///< a table of one column says nothing
constexpr double alike = 0.7;

/// The share of columns that both tables have with one type.
double similarity(const schema::Table& a, const schema::Table& b, const dialect::Compiler& compiler) {
    std::size_t common = 0;
    for (const schema::Column& column : a.columns)
        if (const schema::Column* other = autogen::column(b, column.name))
            common += type_text(column.type, compiler) == type_text(other->type, compiler) ? 1 : 0;
    const std::size_t most = std::max(a.columns.size(), b.columns.size());
    return common < least_common ? 0 : static_cast<double>(common) / static_cast<double>(most);
}

void rename_in_constraints(schema::Table& table, const std::string& from, const std::string& to) {
    const auto replace = [&](std::vector<std::string>& names) {
        std::replace(names.begin(), names.end(), from, to);
    };
    for (schema::Constraint& constraint : table.constraints)
        std::visit(
            [&](auto& each) {
                if constexpr (requires { each.columns; }) replace(each.columns);
            },
            constraint);
    for (schema::Index& index : table.indexes)
        for (schema::IndexElement& element : index.elements)
            if (element.column == from) element.column = to;
}

/// Foreign keys of all tables that name what has another name now.
template <class F>
void each_key_to(Tables& tables, const schema::Table& table, F&& change) {
    for (auto& [name, other] : tables)
        for (schema::Constraint& constraint : other.constraints)
            if (auto* key = std::get_if<schema::ForeignKey>(&constraint))
                if (key->referent_table == table.name && key->referent_schema == table.schema) change(*key);
}

class Finder {
  public:
    Finder(Tables& existing, const Tables& wanted, const dialect::Compiler& compiler,
           const CompareOptions& options)
        : existing_(existing), wanted_(wanted), compiler_(compiler), options_(options) {}

    Renames result() {
        for (const auto& [from, to] : options_.renames)
            if (existing_.contains(from) && wanted_.contains(to)) rename_table(from, to);
        for (const auto& [from, to] : options_.renames) rename_column_or_refuse(from, to);
        if (options_.renames_allowed) {
            offer_tables();
            for (const auto& [name, table] : wanted_)
                if (existing_.contains(name)) offer_columns(name, table);
        }
        return std::move(out_);
    }

  private:
    void rename_table(const std::string& from, const std::string& to) {
        auto node = existing_.extract(from);
        schema::Table& table = node.mapped();
        const std::string old_name = table.name, new_name = wanted_.at(to).name;
        each_key_to(existing_, table, [&](schema::ForeignKey& key) { key.referent_table = new_name; });
        const auto operation = [&](const std::string& a, const std::string& b) {
            return ops::Operation{ops::RenameTable{a, b, table.schema}, {}};
        };
        out_.changes.push_back({operation(old_name, new_name), operation(new_name, old_name), false, true,
                                fmt::format("renamed table '{}' to '{}'", old_name, new_name)});
        table.name = new_name;
        for (schema::Index& index : table.indexes) index.table = new_name;
        for (schema::Constraint& constraint : table.constraints)
            if (auto* key = std::get_if<schema::ForeignKey>(&constraint);
                key && key->referent_table == old_name)
                key->referent_table = new_name;
        node.key() = to;
        existing_.insert(std::move(node));
        done_.emplace_back(from, to);
    }

    /// OLD is "table.column"; NEW the column's name, with or without the table.
    void rename_column_or_refuse(const std::string& from, std::string to) {
        if (std::find(done_.begin(), done_.end(), std::pair(from, to)) != done_.end()) return;
        const std::size_t dot = from.rfind('.');
        const auto table = dot == std::string::npos ? existing_.end() : existing_.find(from.substr(0, dot));
        if (const std::size_t at = to.rfind('.'); at != std::string::npos) to = to.substr(at + 1);
        const auto other = table == existing_.end() ? wanted_.end() : wanted_.find(table->first);
        const std::string name = dot == std::string::npos ? from : from.substr(dot + 1);
        if (other == wanted_.end() || !column(table->second, name) || !column(other->second, to))
            throw Error(Fault::usage, fmt::format("--rename {}:{} names nothing: expected a table or "
                                                  "'table.column' of the database and one of the target",
                                                  from, to))
                .hint(fmt::format("the database has {}", quoted_list(names(existing_))));
        rename_column(table->second, name, to);
    }
    void rename_column(schema::Table& table, const std::string& from, const std::string& to) {
        ops::AlterColumn up;
        up.table = table.name;
        up.schema = table.schema;
        up.column = from;
        up.name = to;
        for (schema::Column& column : table.columns)
            if (column.name == from) {
                up.existing_type = column.type;
                up.existing_nullable = column.is_nullable();
                column.name = to;
            }
        ops::AlterColumn down = up;
        std::swap(down.column, *down.name);
        rename_in_constraints(table, from, to);
        each_key_to(existing_, table, [&](schema::ForeignKey& key) {
            std::replace(key.referent_columns.begin(), key.referent_columns.end(), from, to);
        });
        out_.changes.push_back({{up, {}},
                                {down, {}},
                                false,
                                true,
                                fmt::format("renamed column '{}.{}' to '{}'", table.name, from, to)});
    }

    void offer_tables() {
        for (const auto& [from, old] : existing_) {
            if (wanted_.contains(from)) continue;
            std::string best;
            double most = alike;
            for (const auto& [to, table] : wanted_) {
                if (existing_.contains(to)) continue;
                const double share = similarity(old, table, compiler_);
                if (share >= most && (best.empty() || share > most)) {
                    best = to;
                    most = share;
                }
            }
            if (!best.empty()) out_.undecided.emplace_back(from, best);
        }
    }

    /// A column that went and one that came, of one type: at the same place, or with nearly the same name.
    void offer_columns(const std::string& name, const schema::Table& wanted) {
        const schema::Table& existing = existing_.at(name);
        std::vector<std::string> came;
        for (const schema::Column& column : wanted.columns)
            if (!autogen::column(existing, column.name)) came.push_back(column.name);
        for (std::size_t i = 0; i < existing.columns.size(); ++i) {
            const schema::Column& old = existing.columns[i];
            if (autogen::column(wanted, old.name)) continue;
            const auto fits = [&](const std::string& other) {
                const schema::Column& column = *autogen::column(wanted, other);
                return type_text(column.type, compiler_) == type_text(old.type, compiler_) &&
                       column.is_nullable() == old.is_nullable();
            };
            std::vector<std::string> candidates;
            std::copy_if(came.begin(), came.end(), std::back_inserter(candidates), fits);
            const bool same_place =
                i < wanted.columns.size() &&
                std::count(candidates.begin(), candidates.end(), wanted.columns[i].name) > 0;
            const auto near =
                same_place ? std::optional(wanted.columns[i].name) : nearest(old.name, candidates);
            if (!near) continue;
            out_.undecided.emplace_back(name + "." + old.name, *near);
            std::erase(came, *near);
        }
    }

    static std::vector<std::string> names(const Tables& tables) {
        std::vector<std::string> out;
        for (const auto& [name, table] : tables) out.push_back(name);
        return out;
    }

    Tables& existing_;
    const Tables& wanted_;
    const dialect::Compiler& compiler_;
    const CompareOptions& options_;
    std::vector<std::pair<std::string, std::string>> done_;
    Renames out_;
};

} // namespace

Renames find_renames(Tables& existing, const Tables& wanted, const dialect::Compiler& compiler,
                     const CompareOptions& options) {
    return Finder(existing, wanted, compiler, options).result();
}

} // namespace orch::autogen
