#include "autogen/python.hpp"

#include "autogen/sql_text.hpp"
#include "base/text.hpp"
#include "script/script.hpp"

#include <fmt/format.h>

namespace orch::autogen {

std::string with_colons_escaped(std::string_view sql) {
    const auto is_word = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    std::string out;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char before = i == 0 ? ' ' : sql[i - 1];
        const bool begins = sql[i] == ':' && before != ':' && before != '\\' && !is_word(before) &&
                            i + 1 < sql.size() && is_word(sql[i + 1]);
        if (begins) out += '\\';
        out += sql[i];
    }
    return out;
}

namespace {

std::string deferrability(const std::optional<bool>& deferrable,
                          const std::optional<std::string>& initially) {
    std::string out;
    if (deferrable.value_or(false)) out += ", deferrable=True";
    if (initially) out += fmt::format(", initially={}", python(*initially));
    return out;
}

std::string identity_options(const schema::Identity& options) {
    std::vector<std::string> given;
    const auto number = [&](const char* key, const std::optional<std::int64_t>& value) {
        if (value) given.push_back(fmt::format("{}={}", key, *value));
    };
    const auto flag = [&](const char* key, const std::optional<bool>& value) {
        if (value) given.push_back(fmt::format("{}={}", key, python(*value)));
    };
    flag("on_null", options.on_null);
    number("start", options.start);
    number("increment", options.increment);
    number("minvalue", options.minvalue);
    number("maxvalue", options.maxvalue);
    if (options.nominvalue) given.emplace_back("nominvalue=True");
    if (options.nomaxvalue) given.emplace_back("nomaxvalue=True");
    flag("cycle", options.cycle);
    number("cache", options.cache);
    flag("order", options.order);
    return join(given, ", ");
}

} // namespace

namespace {

/// Code points that Python's repr escapes: controls, separators and marks that nobody sees.
bool is_invisible(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0xa0) || code == 0xad ||
           (code >= 0x2000 && code <= 0x200f) || (code >= 0x2028 && code <= 0x202f) ||
           (code >= 0x205f && code <= 0x206f) || code == 0x3000 || code == 0xfeff;
}

/// The code point that begins at `at`, and its length. A byte that is no UTF-8 stands for itself.
std::pair<char32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(i < text.size() ? text[i] : 0));
    };
    const char32_t first = byte(at);
    if (first < 0xc0) return {first, 1};
    if (first < 0xe0) return {(first & 0x1f) << 6 | (byte(at + 1) & 0x3f), 2};
    if (first < 0xf0) return {(first & 0x0f) << 12 | (byte(at + 1) & 0x3f) << 6 | (byte(at + 2) & 0x3f), 3};
    return {0x10000, 4}; // all beyond the first plane are written as they are
}

std::string escaped(char32_t code) {
    if (code == '\n') return "\\n";
    if (code == '\r') return "\\r";
    if (code == '\t') return "\\t";
    const auto number = static_cast<unsigned>(code);
    return code < 0x100 ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{:04x}", number);
}

} // namespace

std::string python(std::string_view text) {
    const bool apostrophe = text.find('\'') != std::string_view::npos;
    const char quote = apostrophe && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    for (std::size_t i = 0; i < text.size();) {
        const auto [code, length] = code_point(text, i);
        if (text[i] == quote || text[i] == '\\')
            out += fmt::format("\\{}", text[i]);
        else if (is_invisible(code))
            out += escaped(code);
        else
            out += text.substr(i, length);
        i += length;
    }
    return out + quote;
}
std::string python(bool value) { return value ? "True" : "False"; }
std::string python(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + python(name);
    return "[" + out + "]";
}

bool is_internal_option(std::string_view name) { return name == "duplicates_constraint"; }

std::string Printer::name(const std::optional<std::string>& name) const {
    if (!name) return "None";
    const bool final_name = all_final || (final_names && final_names->contains(*name));
    return final_name ? fmt::format("{}f({})", prefix, python(*name)) : python(*name);
}

std::string Printer::sql(const schema::ExpressionPtr& expression) const {
    return sql_text(expression, compiler_);
}

std::string Printer::text(const schema::ExpressionPtr& expression) const {
    return fmt::format("sa.text({})", python(with_colons_escaped(sql(expression))));
}

std::string Printer::server_default(const schema::ExpressionPtr& expression) const {
    if (!expression) return "None";
    if (const auto* literal = std::get_if<sql::Literal>(&expression->node))
        if (const auto* word = std::get_if<std::string>(&literal->value)) return python(*word);
    return text(expression);
}

std::string Printer::identity(const schema::Identity& identity) const {
    const std::string rest = identity_options(identity);
    return fmt::format("sa.Identity(always={}{}{})", python(identity.always), rest.empty() ? "" : ", ", rest);
}

std::string Printer::computed(const schema::Computed& computed) const {
    const std::string persisted =
        computed.persisted ? fmt::format("persisted={}", python(*computed.persisted)) : "";
    return fmt::format("sa.Computed({}, {})", python(sql(computed.expression)), persisted);
}

std::string Printer::index_element(const schema::IndexElement& element) const {
    if (element.expression) return fmt::format("sa.literal_column({})", python(sql(element.expression)));
    if (element.sorting.empty() && !element.collation) return python(element.column);
    std::string text = compiler_.quote(element.column);
    if (element.collation) text += " COLLATE " + compiler_.quote(*element.collation);
    for (const std::string& word : element.sorting) {
        text += ' ';
        for (const char c : word)
            text += c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    return fmt::format("sa.literal_column({})", python(text));
}

std::string Printer::option(const schema::Option& option) const {
    struct Visitor {
        const Printer& printer;
        std::string operator()(std::monostate) const { return "None"; }
        std::string operator()(bool value) const { return python(value); }
        std::string operator()(std::int64_t value) const { return std::to_string(value); }
        std::string operator()(double value) const {
            const std::string text = fmt::format("{}", value);
            return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
        }
        std::string operator()(const std::string& value) const { return python(value); }
        std::string operator()(const std::vector<std::string>& value) const { return python(value); }
        std::string operator()(const schema::ExpressionPtr& value) const { return printer.text(value); }
        std::string operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
            // Numbers are kept as their digits: mysql_length={'name': 10}.
            const auto item_of = [](const std::string& item) {
                const bool digits =
                    !item.empty() && item.find_first_not_of("0123456789") == std::string::npos;
                return digits ? item : python(item);
            };
            std::string out;
            for (const auto& [key, item] : value)
                out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", python(key), item_of(item));
            return "{" + out + "}";
        }
    };
    return std::visit(Visitor{*this}, option.value);
}

std::string Printer::options(const schema::Options& options) const {
    std::string out;
    for (const auto& [key, value] : options)
        if (!is_internal_option(key)) out += fmt::format(", {}={}", key, option(value));
    return out;
}

std::optional<std::string> Printer::asked(script::RenderedItem& part) {
    part.table = where.table;
    part.schema = where.schema;
    part.column_name = where.column;
    part.told = where.told;
    auto out = item(part);
    imports_.insert(part.imports.begin(), part.imports.end());
    return out;
}

std::string Printer::column(const schema::Column& column) {
    where.column = column.name;
    if (item) {
        script::RenderedItem part;
        part.kind = "column";
        part.column = &column;
        if (auto out = asked(part)) return *out;
    }
    return plain_column(column);
}

std::string Printer::server_default(const schema::Column& column) {
    if (item) {
        script::RenderedItem part;
        part.kind = "server_default";
        part.column = &column;
        if (auto out = asked(part)) return *out;
    }
    return server_default(column.server_default);
}

std::string Printer::plain_column(const schema::Column& column) {
    std::string out = fmt::format("sa.Column({}, {}, ", python(column.name), type(column.type));
    if (column.computed)
        out += computed(*column.computed) + ", ";
    else if (column.identity)
        out += identity(*column.identity) + ", ";
    else if (column.server_default)
        out += fmt::format("server_default={}, ", server_default(column));
    else if (column.server_default_fetched)
        out += "server_default=sa.FetchedValue(), ";
    if (column.autoincrement == schema::Autoincrement::yes) out += "autoincrement=True, ";
    if (column.autoincrement == schema::Autoincrement::no) out += "autoincrement=False, ";
    out += fmt::format("nullable={}", python(column.is_nullable()));
    if (column.system) out += ", system=True";
    if (column.comment && !column.comment->empty())
        out += fmt::format(", comment={}", python(*column.comment));
    return out + options(column.options) + ")";
}

std::string Printer::constraint(const schema::Constraint& constraint) {
    struct Kind {
        std::string_view operator()(const schema::PrimaryKey&) const { return "primary_key"; }
        std::string_view operator()(const schema::Unique&) const { return "unique"; }
        std::string_view operator()(const schema::Check&) const { return "check"; }
        std::string_view operator()(const schema::ForeignKey&) const { return "foreign_key"; }
        std::string_view operator()(const schema::Exclude&) const { return "exclude"; }
    };
    if (item) {
        script::RenderedItem part;
        part.kind = std::visit(Kind{}, constraint);
        part.constraint = &constraint;
        if (auto out = asked(part)) return *out;
    }
    return plain_constraint(constraint);
}

std::string Printer::plain_constraint(const schema::Constraint& constraint) {
    const auto called = [&](const std::optional<std::string>& given) {
        return given ? ", name=" + name(given) : std::string();
    };
    const auto list = [](const std::vector<std::string>& names) {
        const std::string text = python(names);
        return text.substr(1, text.size() - 2);
    };
    if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint))
        return fmt::format("sa.PrimaryKeyConstraint({}{})", list(key->columns), called(key->name));
    if (const auto* unique = std::get_if<schema::Unique>(&constraint))
        return fmt::format("sa.UniqueConstraint({}{}{}{})", list(unique->columns),
                           deferrability(unique->deferrable, unique->initially), called(unique->name),
                           options(unique->options));
    if (const auto* check = std::get_if<schema::Check>(&constraint))
        return fmt::format("sa.CheckConstraint({}{})", python(sql(check->condition)), called(check->name));
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) {
        std::vector<std::string> referents;
        const std::string table =
            (key->referent_schema ? *key->referent_schema + "." : "") + key->referent_table;
        for (const std::string& column : key->referent_columns) referents.push_back(table + "." + column);
        std::vector<std::string> rest;
        if (key->name) rest.push_back("name=" + name(key->name));
        const schema::ForeignKeyOptions& rule = key->rule;
        if (rule.on_update) rest.push_back("onupdate=" + python(*rule.on_update));
        if (rule.on_delete) rest.push_back("ondelete=" + python(*rule.on_delete));
        if (rule.initially) rest.push_back("initially=" + python(*rule.initially));
        if (rule.deferrable.value_or(false)) rest.emplace_back("deferrable=True");
        if (rule.use_alter) rest.emplace_back("use_alter=True");
        if (rule.match) rest.push_back("match=" + python(*rule.match));
        return fmt::format("sa.ForeignKeyConstraint({}, {}, {})", python(key->columns), python(referents),
                           join(rest, ", "));
    }
    const auto& exclude = std::get<schema::Exclude>(constraint);
    imports_.insert("from sqlalchemy.dialects import postgresql");
    std::string elements;
    for (const auto& [expression, sign] : exclude.elements)
        elements += fmt::format("{}({}, {})", elements.empty() ? "" : ", ", text(expression), python(sign));
    std::string rest;
    if (exclude.where) rest += ", where=" + text(exclude.where);
    if (exclude.using_) rest += ", using=" + python(*exclude.using_);
    return fmt::format("postgresql.ExcludeConstraint({}{}{})", elements, rest, called(exclude.name));
}

} // namespace orch::autogen
