#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

namespace {

using dialect::find_option;
using dialect::Kind;

const dialect::Grammar& grammar_of(bool mariadb) {
    const auto make = [](bool flavour) {
        dialect::Grammar grammar{
            flavour ? "MariaDB" : "MySQL", reserved_words(flavour), type_table(), '`', true, false, true};
        grammar.inline_comments = true;
        grammar.inner_join = " INNER JOIN ";
        grammar.with_behind_insert = true;
        grammar.no_tables = " \nFROM DUAL";
        return grammar;
    };
    static const dialect::Grammar of_mariadb = make(true), of_mysql = make(false);
    return mariadb ? of_mariadb : of_mysql;
}

constexpr std::array<std::string_view, 1> key_options{"using"};

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// An option's value as SQL has it, where it is a single one.
std::string scalar(std::string_view name, const schema::Option& option) {
    if (const auto* text = std::get_if<std::string>(&option.value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&option.value)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&option.value)) return *flag ? "1" : "0";
    throw Error(Fault::script, fmt::format("'{}' expected a string or a number", name));
}

} // namespace

Compiler::Compiler(const dialect::Traits& traits, const Server& server)
    : AnsiCompiler(traits, grammar_of(server.mariadb)), server_(server) {}

std::string Compiler::option(std::string_view name) const { return traits().name + "_" + std::string(name); }

const schema::Option* Compiler::find(const schema::Options& options, std::string_view name) const {
    return find_option(options, option(name));
}

std::optional<std::string> Compiler::shared_text(const schema::Options& options,
                                                 std::string_view name) const {
    auto own = dialect::option_text(options, option(name));
    return own ? own : dialect::option_text(options, "mysql_" + std::string(name));
}

void Compiler::check(const schema::Options& options, std::span<const std::string_view> known,
                     std::string_view what) const {
    std::vector<std::string> names;
    for (const std::string_view name : known) names.push_back(option(name));
    const std::vector<std::string_view> views(names.begin(), names.end());
    dialect::check_options(options, traits().name + "_", views, what);
}

// name type [GENERATED ...] [NOT NULL] [COMMENT ...] [AUTO_INCREMENT | DEFAULT ...] [CHECK ...]
std::string Compiler::column(const schema::Column& column, const Layout& layout, Output& output) const {
    for (const schema::ForeignKey& key : column.foreign_keys) refuse_match(key);
    schema::Column plain = column; // name and type; the rest has its own order here
    plain.computed.reset();
    plain.identity.reset();
    plain.server_default.reset();
    plain.checks.clear();
    plain.nullable = true;
    std::string out = AnsiCompiler::column(plain, layout, output);
    if (column.computed) out += " " + computed(*column.computed);
    // MariaDB takes NOT NULL on a generated column only where it is asked for.
    const bool left_open = server_.mariadb && column.computed && !column.nullable;
    if (!column.is_nullable() && !left_open)
        out += " NOT NULL";
    else if (column.is_nullable() && resolve(column.type).name == "TIMESTAMP")
        out += " NULL"; // else older servers make it NOT NULL and let it follow every update
    if (column.comment) out += " COMMENT " + literal_of(*column.comment);
    out += autoincrements(column, layout) ? " AUTO_INCREMENT" : default_clause(column);
    for (const schema::Check& each : column.checks) out += " " + AnsiCompiler::check(each);
    return out;
}

// The only column of an integer key counts by itself unless it is told not to, refers to another table or has
// a default; in a key of several columns, the one that is told to.
bool Compiler::autoincrements(const schema::Column& column, const Layout& layout) const {
    using schema::Autoincrement;
    if (!column.primary_key || column.server_default || column.autoincrement == Autoincrement::no)
        return false;
    if (column.autoincrement == Autoincrement::yes) return true;
    const bool refers = std::ranges::any_of(layout.constraints, [&](const schema::Constraint& each) {
        const auto* key = std::get_if<schema::ForeignKey>(&each);
        return key && std::ranges::find(key->columns, column.name) != key->columns.end();
    });
    const bool follows =
        (column.foreign_keys.empty() && !refers) || column.autoincrement == Autoincrement::ignore_foreign_key;
    return layout.primary_key.columns.size() == 1 && kind(column.type) == Kind::integer && follows;
}

namespace {

/// "now(6)", "CURRENT_TIMESTAMP(3) ...": the word, then digits in parentheses.
bool is_moment(std::string_view text) {
    const std::size_t open = text.find('('), close = text.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return false;
    const std::string word = lower(text.substr(0, open));
    const std::string_view digits = text.substr(open + 1, close - open - 1);
    return (word == "now" || word == "current_timestamp") &&
           digits.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "... ON UPDATE ..."
bool follows_updates(std::string_view text) {
    const std::vector<std::string> all = words(lower(text));
    for (std::size_t i = 1; i < all.size(); ++i)
        if (all[i - 1].ends_with("on") && all[i].starts_with("update")) return true;
    return false;
}

/// Whether a default is an expression, which must stand in parentheses: neither a literal, a word, nor one of
/// the forms of CURRENT_TIMESTAMP that servers take bare.
bool is_expression(std::string_view text) {
    const std::string_view start = trim(text);
    if (start.empty() || std::string_view("'\"(").find(start.front()) != std::string_view::npos) return false;
    return !std::ranges::all_of(text, in_word) && !follows_updates(text) && !is_moment(text);
}

} // namespace

std::string Compiler::default_clause(const schema::Column& column) const {
    if (!column.server_default) return {};
    const std::string text = expression(column.server_default);
    const bool parentheses = server_.since(100201, 80013) && is_expression(text);
    return parentheses ? " DEFAULT (" + text + ")" : " DEFAULT " + text;
}

namespace {

struct TableOption {
    std::string name, value;
};

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

/// "ENGINE=InnoDB", "DEFAULT CHARSET=utf8mb4", "COLLATE utf8mb4_bin".
std::string written(const TableOption& option) {
    std::string name = option.name;
    if (one_of(name, {"DATA_DIRECTORY", "INDEX_DIRECTORY", "DEFAULT_CHARACTER_SET", "CHARACTER_SET",
                      "DEFAULT_CHARSET", "DEFAULT_COLLATE"}))
        name = replace_all(name, "_", " ");
    const bool apart = one_of(name, {"TABLESPACE", "DEFAULT CHARACTER SET", "CHARACTER SET", "COLLATE"});
    return name + (apart ? " " : "=") + option.value;
}

/// Where partitions say what: PARTITION BY, PARTITIONS, SUBPARTITION BY, SUBPARTITIONS.
std::size_t partition_rank(std::string_view name) {
    constexpr std::array<std::string_view, 4> order{"PARTITION_BY", "PARTITIONS", "SUBPARTITION_BY",
                                                    "SUBPARTITIONS"};
    return static_cast<std::size_t>(std::ranges::find(order, name) - order.begin());
}

/// COLLATE goes behind the character set that it belongs to.
void order_options(std::vector<TableOption>& options) {
    const bool charset = std::ranges::any_of(options, [](const TableOption& each) {
        return one_of(each.name, {"DEFAULT_CHARSET", "DEFAULT_CHARACTER_SET", "CHARSET", "CHARACTER_SET"});
    });
    if (!charset) return;
    std::stable_partition(options.begin(), options.end(),
                          [](const TableOption& each) { return each.name != "COLLATE"; });
}

} // namespace

std::string Compiler::after_table(const Layout& layout) const {
    const std::string prefix = option("");
    std::vector<TableOption> plain, partitions;
    for (const auto& [key, given] : layout.table->options) {
        if (!key.starts_with(prefix) || std::holds_alternative<std::monostate>(given.value)) continue;
        TableOption each{upper(key.substr(prefix.size())), scalar(key, given)};
        if (one_of(each.name, {"COMMENT", "DATA_DIRECTORY", "INDEX_DIRECTORY", "PASSWORD", "CONNECTION"}))
            each.value = literal_of(each.value);
        (partition_rank(each.name) < 4 ? partitions : plain).push_back(std::move(each));
    }
    if (layout.table->comment) {
        std::erase_if(plain, [](const TableOption& each) { return each.name == "COMMENT"; });
        plain.push_back({"COMMENT", literal_of(*layout.table->comment)});
    }
    order_options(plain);
    std::stable_sort(partitions.begin(), partitions.end(), [](const TableOption& a, const TableOption& b) {
        return partition_rank(a.name) < partition_rank(b.name);
    });
    std::string out;
    for (const TableOption& each : plain) out += (out.empty() ? "" : " ") + written(each);
    for (const TableOption& each : partitions)
        out += (out.empty() ? "" : " ") + replace_all(each.name, "_", " ") + " " + each.value;
    return out;
}

std::string Compiler::primary_key(const schema::PrimaryKey& constraint, const Layout& layout) const {
    check(constraint.options, key_options, "a primary key");
    const auto method = shared_text(constraint.options, "using");
    return AnsiCompiler::primary_key(constraint, layout) + (method ? " USING " + quote(*method) : "");
}

void Compiler::refuse_match(const schema::ForeignKey& key) const {
    if (!key.rule.match) return;
    throw Error(Fault::script,
                fmt::format("{} ignores MATCH, and with it the ON DELETE and ON UPDATE of the same key",
                            grammar().title))
        .hint("leave match= out");
}

std::string Compiler::foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                                  Output& output) const {
    refuse_match(constraint);
    return AnsiCompiler::foreign_key(constraint, layout, output);
}

} // namespace orch::mariadb
