#include "schema/schema.hpp"

namespace orch::schema {

Option& Options::operator[](std::string_view name) {
    for (Entry& entry : entries_)
        if (entry.first == name) return entry.second;
    return entries_.emplace_back(name, Option{}).second;
}

Options::const_iterator Options::find(std::string_view name) const {
    auto at = begin();
    while (at != end() && at->first != name) ++at;
    return at;
}

void Options::erase(std::string_view name) {
    if (const auto at = find(name); at != end()) entries_.erase(at);
}

} // namespace orch::schema
