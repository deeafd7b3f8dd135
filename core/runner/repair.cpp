// What is wrong with a database, and mending it.
#include "runner/session.hpp"

#include <fmt/format.h>

namespace orch::runner {

namespace {

Finding half_done(const Interrupted& left) {
    Finding finding;
    finding.kind = "interrupted";
    finding.revision = left.revision;
    finding.message = fmt::format(
        "the {} of revision '{}' ended in its middle: {} of its statements were begun",
        left.direction == graph::Step::upgrade ? "upgrade" : "downgrade", left.revision, left.hashes.size());
    finding.hint = "after mending it by hand, 'orch resolve' says what holds";
    finding.mend = Finding::asks;
    finding.remedy = "finish it, as 'orch resume' does";
    return finding;
}

} // namespace

std::vector<Found> Session::Implementation::look() {
    if (!connection) return {};
    const dialect::Compiler* own = connection->compiler();
    const dialect::Compiler& compiler = own ? *own : dialect.compiler();
    health.emplace(settings, tree, dialect, *connection, compiler);
    std::vector<Found> found = health->look();
    if (const auto left = writes_statements_down() ? open_step(compiler).interrupted() : std::nullopt) {
        // What is written down says more than what is seen of it.
        std::erase_if(found, [&](const Found& one) {
            return one.finding.revision == left->revision &&
                   (one.finding.kind == "half-applied" || one.finding.kind == "applied-without-version");
        });
        found.insert(found.begin(), {half_done(*left), nullptr, true});
    }
    return found;
}

std::vector<Finding> Session::validate() {
    std::vector<Finding> findings;
    for (Found& found : self_->look()) findings.push_back(std::move(found.finding));
    return findings;
}

Repair Session::mend(const Found& found) {
    Repair repair{found.finding, Repair::mended, {}};
    try {
        Online online(self_->dialect, *self_->connection, self_->settings);
        if (!found.mend) {
            resume();
        } else if (found.alone) {
            found.mend(online);
        } else {
            Transaction transaction(online);
            found.mend(online);
            transaction.commit();
        }
    } catch (const Error& error) {
        repair.outcome = Repair::failed;
        repair.error = error;
    }
    return repair;
}

std::vector<Repair> Session::repair(const std::function<bool(const Finding&)>& agree) {
    std::vector<Repair> repairs;
    for (const Found& found : self_->look()) {
        const bool can = found.finding.mend != Finding::none;
        if (can && (found.finding.mend == Finding::safe || agree(found.finding)))
            repairs.push_back(mend(found));
        else
            repairs.push_back({found.finding, can ? Repair::declined : Repair::left, {}});
    }
    return repairs;
}

} // namespace orch::runner
