// Identifiers: when they are quoted and how, and the names that are made up for the user.
#include "dialect/names.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <boost/uuid/detail/md5.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace orch::dialect {

namespace {

/// Letters that need no quotes anywhere: SQLAlchemy's rule, for which capitals are special.
bool plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

/// The last four digits of the MD5 sum: what SQLAlchemy ends a shortened name with.
std::string digest_tail(std::string_view text) {
    boost::uuids::detail::md5 sum;
    boost::uuids::detail::md5::digest_type digest;
    sum.process_bytes(text.data(), text.size());
    sum.get_digest(digest);
    return fmt::format("{:04x}", digest[3] & 0xffffU); // each word is in the machine's byte order
}

} // namespace

std::string shortened_name(std::string name, std::size_t most) {
    if (name.size() <= most || most < 8) return name;
    return name.substr(0, most - 8) + "_" + digest_tail(name);
}

std::string AnsiCompiler::always_quoted(std::string_view identifier) const {
    const std::string mark(1, grammar_.quote);
    return mark + replace_all(identifier, mark, mark + mark) + mark;
}

std::string AnsiCompiler::quote(std::string_view identifier) const {
    if (identifier.find('\0') != std::string_view::npos)
        throw Error(Fault::script, fmt::format("the name '{}' holds a NUL byte",
                                               replace_all(identifier, std::string_view("\0", 1), "\\0")));
    const bool bare = !identifier.empty() && std::ranges::all_of(identifier, plain) &&
                      !(identifier.front() >= '0' && identifier.front() <= '9') &&
                      identifier.front() != '$' &&
                      !std::ranges::binary_search(grammar_.reserved_words, identifier);
    return bare ? std::string(identifier) : always_quoted(identifier);
}

std::string AnsiCompiler::table_name(const ops::Schema& schema, std::string_view name) const {
    return schema && !schema->empty() ? quote(*schema) + "." + quote(name) : quote(name);
}

std::string AnsiCompiler::column_list(const std::vector<std::string>& columns) const {
    std::string out;
    for (const std::string& column : columns) out += (out.empty() ? "" : ", ") + quote(column);
    return out;
}

std::string AnsiCompiler::index_name(const schema::Index& index) const {
    if (index.name) return *index.name;
    if (index.elements.empty() || index.elements.front().column.empty())
        throw Error(Fault::script,
                    fmt::format("an index of an expression on table '{}' has no name", index.table))
            .hint("give the index a name as its first argument");
    const std::string schema = index.schema ? replace_all(*index.schema, ".", "_") + "_" : "";
    return shortened_name("ix_" + schema + index.table + "_" + index.elements.front().column,
                          traits_.max_identifier);
}

} // namespace orch::dialect
