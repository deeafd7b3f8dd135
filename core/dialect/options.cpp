// Keyword arguments that belong to one dialect: sqlite_where=, postgresql_using= ...
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::dialect {

namespace {
[[noreturn]] void wrong_kind(std::string_view name, std::string_view expected) {
    throw Error(Fault::script, fmt::format("'{}' expected {}", name, expected));
}
} // namespace

const schema::Option* find_option(const schema::Options& options, std::string_view name) {
    const auto at = options.find(name);
    if (at == options.end() || std::holds_alternative<std::monostate>(at->second.value)) return nullptr;
    return &at->second;
}

bool option_flag(const schema::Options& options, std::string_view name, bool otherwise) {
    const schema::Option* option = find_option(options, name);
    if (!option) return otherwise;
    if (const bool* flag = std::get_if<bool>(&option->value)) return *flag;
    if (const auto* number = std::get_if<std::int64_t>(&option->value)) return *number != 0;
    wrong_kind(name, "True or False");
}

std::optional<std::string> option_text(const schema::Options& options, std::string_view name) {
    const schema::Option* option = find_option(options, name);
    if (!option) return std::nullopt;
    if (const auto* text = std::get_if<std::string>(&option->value)) return *text;
    wrong_kind(name, "a string");
}

schema::ExpressionPtr option_expression(const schema::Options& options, std::string_view name) {
    const schema::Option* option = find_option(options, name);
    if (!option) return nullptr;
    if (const auto* expression = std::get_if<schema::ExpressionPtr>(&option->value)) return *expression;
    if (const auto* text = std::get_if<std::string>(&option->value)) return sql::make({sql::Text{*text, {}}});
    wrong_kind(name, "an SQL expression, such as sa.text(\"...\")");
}

void check_options(const schema::Options& options, std::string_view prefix,
                   std::span<const std::string_view> known, std::string_view what) {
    for (const auto& [name, option] : options) {
        if (!name.starts_with(prefix) || std::ranges::find(known, name) != known.end()) continue;
        Error error(Fault::script, fmt::format("unknown option '{}' of {}", name, what));
        const std::vector<std::string> names(known.begin(), known.end());
        if (const auto near = nearest(name, names))
            error.hint(fmt::format("did you mean '{}'?", *near));
        else
            error.hint(names.empty() ? fmt::format("{} has no options of that prefix", what)
                                     : fmt::format("known ones: {}", quoted_list(names)));
        throw error;
    }
}

} // namespace orch::dialect
