#include "autogen/sql_text.hpp"
#include "autogen/table_comparison.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace orch::autogen {

namespace {

constexpr std::array<std::string_view, 6> number_types = {"int",   "numeric", "decimal",
                                                          "float", "double",  "real"};

bool is_number(const schema::Type& type) {
    const std::string name = lower(type.name);
    return std::any_of(number_types.begin(), number_types.end(),
                       [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

/// 3.10, '3.10' and '3.1' are one number.
std::string plain_number(std::string text) {
    if (text.size() > 1 && text.front() == '\'' && text.back() == '\'')
        text = text.substr(1, text.size() - 2);
    if (text.find_first_not_of("0123456789.+-") != std::string::npos || text.find('.') == std::string::npos)
        return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

/// A constant may be told with its type behind it: 'x'::character varying. The column's type says the same.
std::string without_type(std::string text) {
    const std::size_t at = text.rfind("'::");
    if (!text.starts_with('\'') || at == 0 || at == std::string::npos) return text;
    const bool rest_is_a_type = text.find_first_of("'+-*/|&<>=,", at + 3) == std::string::npos;
    return rest_is_a_type ? text.substr(0, at + 1) : text;
}

std::string default_text(const schema::Column& column, const dialect::Compiler& compiler) {
    std::string text = without_type(plain_sql(sql_text(column.server_default, compiler)));
    return is_number(column.type) ? plain_number(std::move(text)) : text;
}

bool same_identity(const schema::Identity& a, const schema::Identity& b) {
    const auto number = [](const std::optional<std::int64_t>& value, std::int64_t otherwise) {
        return value.value_or(otherwise);
    };
    const std::int64_t step_a = number(a.increment, 1), step_b = number(b.increment, 1);
    return a.always == b.always && step_a == step_b && number(a.start, 1) == number(b.start, 1) &&
           a.cycle.value_or(false) == b.cycle.value_or(false) &&
           (!b.minvalue || !a.minvalue || *a.minvalue == *b.minvalue) &&
           (!b.maxvalue || !a.maxvalue || *a.maxvalue == *b.maxvalue) &&
           number(a.cache, 1) == number(b.cache, 1);
}

Change added_column(const schema::Table& table, const schema::Column& column, bool told) {
    ops::AddColumn add;
    add.table = table.name;
    add.schema = table.schema;
    add.column = column;
    add.column.primary_key = false; // the key is a constraint of its own
    ops::DropColumn drop;
    drop.table = table.name;
    drop.schema = table.schema;
    drop.column = column.name;
    return {{add, {}}, {drop, {}}, told, true, fmt::format("added column '{}.{}'", table.name, column.name)};
}

Change dropped_column(const schema::Table& table, const schema::Column& column) {
    Change change = added_column(table, column, true);
    std::swap(change.upgrade, change.downgrade);
    change.summary = fmt::format("removed column '{}.{}'", table.name, column.name);
    return change;
}

/// A default that its server would not bring to the new type by itself goes before the change and comes back
/// behind it. `after`: what it is then.
ops::Operation with_default_away(const ops::AlterColumn& change, const schema::ExpressionPtr& before,
                                 schema::ExpressionPtr after) {
    if (change.server_default.given) after = change.server_default.value.value_or(nullptr);
    if (!change.type || change.options.empty() || !before || !after) return {change, {}};
    ops::AlterColumn drop, alter = change, set;
    alter.server_default = alter.existing_server_default = {};
    for (ops::AlterColumn* each : {&drop, &set}) {
        each->table = change.table;
        each->schema = change.schema;
        each->column = change.column;
        each->server_default.given = true;
    }
    drop.existing_type = change.existing_type;
    drop.existing_nullable = change.existing_nullable;
    set.existing_type = change.type;
    set.existing_nullable = change.nullable ? change.nullable : change.existing_nullable;
    set.server_default.value = std::move(after);
    ops::Batch steps;
    for (const ops::AlterColumn& each : {drop, alter, set})
        steps.steps.push_back({std::make_shared<ops::Operation>(ops::Operation{each, {}}), {}, {}});
    return {std::move(steps), {}};
}

class ColumnComparison {
  public:
    ColumnComparison(const TablePair& pair, const schema::Column& existing, const schema::Column& wanted,
                     const schema::Column& told, const dialect::Dialect& dialect,
                     const CompareOptions& options)
        : pair_(pair), existing_(existing), wanted_(wanted), told_(told), traits_(dialect.traits()),
          compiler_(dialect.compiler()), options_(options) {
        for (ops::AlterColumn* alter : {&up_, &down_}) {
            alter->table = pair.existing.name;
            alter->schema = pair.existing.schema;
            alter->column = existing.name;
            alter->existing_type = existing.type;
            alter->existing_nullable = existing.is_nullable();
            alter->existing_comment = existing.comment;
            alter->existing_server_default = {
                true, existing.server_default ? std::optional(existing.server_default) : std::nullopt};
        }
    }

    std::vector<Change> changes(std::vector<std::string>& notes) {
        if (const auto replaced = computed(notes)) return *replaced;
        type(notes);
        nullable();
        if (!computed_) server_default(notes);
        comment();
        if (what_.empty()) return {};
        if (increments(pair_.wanted, wanted_)) up_.autoincrement = down_.autoincrement = true;
        const std::string name = pair_.existing.name + "." + existing_.name;
        return {{with_default_away(up_, existing_.server_default, wanted_.server_default),
                 with_default_away(down_, wanted_.server_default, existing_.server_default), false, true,
                 fmt::format("{} of column '{}'", join(what_, ", "), name)}};
    }

  private:
    std::optional<bool> asked(const CompareOptions::Differs& differs) const {
        return differs ? differs(pair_.existing, existing_, wanted_) : std::nullopt;
    }
    void type(std::vector<std::string>& notes) {
        if (!options_.types) return;
        if (!wanted_.type_given || wanted_.type.name == "NullType") {
            notes.push_back(fmt::format("the type of column '{}.{}': the target does not say it",
                                        pair_.wanted.name, wanted_.name));
            return;
        }
        const bool same_values = existing_.type.values.empty() || told_.type.values.empty() ||
                                 existing_.type.values == told_.type.values ||
                                 traits_.enum_types; // they are compared by themselves
        const std::optional<bool> differs = asked(options_.type_differs);
        // A character set or a collation that the target does not name may be any.
        schema::Type seen = existing_.type;
        if (!told_.type.collation && !told_.type.charset) seen.collation = seen.charset = std::nullopt;
        if (!differs.value_or(!same_values || type_text(seen, compiler_) != type_text(told_.type, compiler_)))
            return;
        up_.type = wanted_.type;
        down_.type = existing_.type;
        down_.existing_type = wanted_.type;
        up_.options = compiler_.conversion(wanted_.name, existing_.type, wanted_.type);
        down_.options = compiler_.conversion(wanted_.name, wanted_.type, existing_.type);
        what_.push_back(fmt::format("type change from {} to {}", shown(existing_.type), shown(wanted_.type)));
    }
    void nullable() {
        // A primary key's columns are never NULL, whatever the database says of them.
        const bool key = existing_.primary_key && told_.primary_key;
        if (key || existing_.is_nullable() == told_.is_nullable()) return;
        up_.nullable = told_.is_nullable();
        down_.nullable = existing_.is_nullable();
        down_.existing_nullable = told_.is_nullable();
        what_.emplace_back(told_.is_nullable() ? "NULL" : "NOT NULL");
    }
    /// A computed column that is another one now is made anew: nothing in it is lost. One that becomes a
    /// plain column would lose its values, which a person must decide.
    std::optional<std::vector<Change>> computed(std::vector<std::string>& notes) {
        computed_ = existing_.computed || told_.computed;
        if (!computed_) return std::nullopt;
        if (existing_.computed && told_.computed) {
            const auto text = [&](const schema::Computed& one) {
                return plain_sql(sql_text(one.expression, compiler_));
            };
            const bool persisted =
                existing_.computed->persisted.value_or(false) == told_.computed->persisted.value_or(false);
            if (persisted && text(*existing_.computed) == text(*told_.computed)) return std::nullopt;
            return std::vector<Change>{dropped_column(pair_.existing, existing_),
                                       added_column(pair_.wanted, wanted_, false)};
        }
        notes.push_back(fmt::format("column '{}.{}' is {} computed column in the target: change it by hand",
                                    pair_.wanted.name, wanted_.name, told_.computed ? "a" : "no"));
        return std::nullopt;
    }
    void server_default(std::vector<std::string>& notes) {
        if (existing_.identity || told_.identity) {
            identity();
            return;
        }
        if (!options_.server_defaults || wanted_.server_default_fetched) return;
        // What counts up by itself may be told with the default that does it.
        if (increments(pair_.existing, existing_) && increments(pair_.told, told_)) return;
        // SERIAL outside of the primary key: a model has no word for it, and rows could not be added without.
        if (increments(pair_.existing, existing_) && !existing_.primary_key && !wanted_.server_default) {
            notes.push_back(fmt::format("column '{}.{}' counts up by itself: the target does not say so",
                                        pair_.wanted.name, wanted_.name));
            return;
        }
        const std::optional<bool> differs = asked(options_.default_differs);
        if (!differs.value_or(default_text(existing_, compiler_) != default_text(told_, compiler_))) return;
        const auto value = [](const schema::ExpressionPtr& expression) {
            return expression ? std::optional(expression) : std::nullopt;
        };
        up_.server_default = {true, value(wanted_.server_default)};
        down_.server_default = {true, value(existing_.server_default)};
        down_.existing_server_default = {true, value(wanted_.server_default)};
        what_.emplace_back("server default");
    }
    void identity() {
        if (existing_.identity && told_.identity && same_identity(*existing_.identity, *told_.identity))
            return;
        up_.identity = {true, wanted_.identity};
        down_.identity = {true, existing_.identity};
        up_.existing_identity = existing_.identity;
        down_.existing_identity = wanted_.identity;
        what_.emplace_back("identity");
    }
    void comment() {
        if (!options_.comments || existing_.comment.value_or("") == told_.comment.value_or("")) return;
        up_.comment = {true, wanted_.comment};
        down_.comment = {true, existing_.comment};
        down_.existing_comment = wanted_.comment;
        what_.emplace_back("comment");
    }
    std::string shown(const schema::Type& type) const {
        try {
            return compiler_.type(type);
        } catch (const Error&) {
            return type.name;
        }
    }

    const TablePair& pair_;
    const schema::Column &existing_, &wanted_, &told_;
    const dialect::Traits& traits_;
    const dialect::Compiler& compiler_;
    const CompareOptions& options_;
    ops::AlterColumn up_, down_;
    bool computed_ = false;
    std::vector<std::string> what_;
};

} // namespace

std::vector<Change> compare_columns(const TablePair& pair, const dialect::Dialect& dialect,
                                    const CompareOptions& options, std::vector<std::string>& notes) {
    std::vector<Change> out;
    for (const schema::Column& wanted : pair.wanted.columns)
        if (!column(pair.existing, wanted.name) && !wanted.system &&
            options.include({"column", wanted.name, pair.wanted.name, pair.wanted.schema, false, false}))
            out.push_back(added_column(pair.wanted, wanted, false));
    for (const schema::Column& wanted : pair.wanted.columns) {
        const schema::Column* existing = column(pair.existing, wanted.name);
        const schema::Column* told = column(pair.told, wanted.name);
        if (!existing || !told ||
            !options.include({"column", wanted.name, pair.wanted.name, pair.wanted.schema, false, true}))
            continue;
        ColumnComparison comparison(pair, *existing, wanted, *told, dialect, options);
        for (Change& change : comparison.changes(notes)) out.push_back(std::move(change));
    }
    return out;
}

std::vector<Change> dropped_columns(const TablePair& pair, const CompareOptions& options) {
    std::vector<Change> out;
    for (const schema::Column& existing : pair.existing.columns)
        if (!column(pair.wanted, existing.name) &&
            options.include({"column", existing.name, pair.existing.name, pair.existing.schema, true, false}))
            out.push_back(dropped_column(pair.existing, existing));
    // A computed column goes before the columns that it is computed from.
    std::stable_partition(out.begin(), out.end(), [&](const Change& change) {
        const auto* drop = std::get_if<ops::DropColumn>(&change.upgrade.action);
        const schema::Column* dropped = drop ? column(pair.existing, drop->column) : nullptr;
        return dropped && dropped->computed;
    });
    return out;
}

} // namespace orch::autogen
