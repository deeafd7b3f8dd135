#include "conventions.hpp"

#include "ops/conventions.hpp"

namespace orch::sqlite {

namespace {

std::string_view key_of(Part::Kind kind) {
    switch (kind) {
    case Part::primary_key: return "pk";
    case Part::unique: return "uq";
    case Part::foreign_key: return "fk";
    case Part::check: return "ck";
    default: return {};
    }
}

} // namespace

std::optional<std::string> conventional_name(const Part& part, const std::string& table,
                                             const std::map<std::string, std::string>& convention) {
    const bool key = part.kind == Part::foreign_key;
    return ops::conventional_name(
        {key_of(part.kind), part.columns, key ? part.reference.table : std::string(), part.reference.columns},
        table, convention);
}

} // namespace orch::sqlite
