#include "fleet/who.hpp"

#include "base/file.hpp"
#include "fleet/keys.hpp"
#include "fleet/ownership.hpp"

#include <algorithm>
#include <memory>

namespace orch::fleet {

namespace {

using Table = std::shared_ptr<const schema::Table>;

Table found(const ops::Model& model, const std::string& name) {
    for (const auto& [key, table] : model.tables)
        if (key.second == name) return table;
    return nullptr;
}

bool refers(const ops::Model& model, const std::string& name) {
    return std::ranges::any_of(model.tables, [&](const auto& each) {
        ops::CreateTable create;
        create.table = *each.second;
        return std::ranges::count(referred_tables(create), name) > 0;
    });
}

/// Revisions that name it, oldest first; the others need no look.
std::vector<std::string> naming(Environment& environment, const std::string& table) {
    std::vector<std::string> ids = environment.tree().graph().newest_first();
    std::reverse(ids.begin(), ids.end());
    std::erase_if(ids, [&](const std::string& id) {
        return read_file(environment.tree().file(id).path).find(table) == std::string::npos;
    });
    return ids;
}

Owner look(Environment& environment, const config::Config& config, const std::string& table) {
    Owner owner;
    owner.environment = environment.name();
    owner.table = table;
    const auto filter = find_key(config, environment.name(), "include_object");
    owner.by_filter = filter && Filter(*filter).selects("table", table);
    const std::vector<std::string> ids = naming(environment, table);
    if (ids.empty()) return owner;
    runner::Past past(
        environment.settings(), [&]() -> const runner::Tree& { return environment.tree(); },
        environment.dialect({}));
    for (const std::string& id : ids) {
        const Table before = found(past.before(id).model, table);
        const bool referred = refers(past.before(id).model, table);
        const ops::Model& model = past.after({id}).model;
        const Table after = found(model, table);
        if (!before && after && !owner.made_by)
            owner.made_by = id;
        else if (before != after || (!referred && refers(model, table)))
            owner.used_by.push_back(id);
    }
    return owner;
}

} // namespace

std::vector<Owner> who(Project& project, const std::string& table) {
    std::vector<Owner> owners;
    for (Environment* environment : project.for_reading()) {
        Owner owner = look(*environment, project.config(), table);
        if (owner.by_filter || owner.made_by || !owner.used_by.empty()) owners.push_back(std::move(owner));
    }
    std::ranges::stable_sort(owners, std::greater<>(), [](const Owner& owner) {
        return (owner.by_filter ? 2 : 0) + (owner.made_by ? 1 : 0);
    });
    return owners;
}

} // namespace orch::fleet
