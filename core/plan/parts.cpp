#include "plan/parts.hpp"

#include "jobs/jobs.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace orch::plan {

namespace {

/// Every step is a node, and each environment has one before its first and one behind its last step, so that
/// an environment with nothing to do still stands between others.
class Nodes {
  public:
    Nodes(const std::vector<Line>& lines, Way way) : lines_(lines), way_(way) {
        for (std::size_t line = 0; line < lines.size(); ++line) {
            begins_.push_back(jobs_.size());
            add(line, {});
            for (const Stop& stop : lines[line].stops) add(line, stop.revision);
            add(line, {});
        }
        for (std::size_t line = 0; line < lines.size(); ++line) connect(line);
    }

    std::vector<Part> parts() const {
        const std::vector<std::size_t> sequence = jobs::order(jobs_, "revisions require");
        const std::set<std::size_t> awaited = awaited_nodes();
        std::vector<Part> parts;
        std::vector<std::size_t> part_of(jobs_.size());
        std::vector<std::size_t> open(lines_.size());
        for (const std::size_t node : sequence) {
            const std::size_t line = line_of_[node];
            const bool begins = node == begins_[line];
            // A new part where this step waits for another environment, or somebody waits for the one before.
            const bool cut = !begins && is_step(node) && lines_crossed(node) + awaited.count(node - 1) > 0 &&
                             parts[open[line]].count > 0;
            const bool first_waits = !begins && is_step(node) && lines_crossed(node) > 0;
            if (begins || cut) {
                Part part;
                part.line = line;
                part.first = begins ? 0 : node - begins_[line] - 1;
                if (cut) part.after.push_back(open[line]);
                open[line] = parts.size();
                parts.push_back(std::move(part));
            }
            Part& part = parts[open[line]];
            part_of[node] = open[line];
            if (is_step(node)) ++part.count;
            if (begins || cut || first_waits || is_end(node))
                for (const std::size_t before : jobs_[node].after)
                    if (part_of[before] != open[line]) part.after.push_back(part_of[before]);
        }
        for (Part& part : parts) {
            std::sort(part.after.begin(), part.after.end());
            part.after.erase(std::unique(part.after.begin(), part.after.end()), part.after.end());
        }
        return parts;
    }

  private:
    void add(std::size_t line, const std::string& revision) {
        jobs::Job job;
        job.name = lines_[line].environment + (revision.empty() ? "" : "@" + revision);
        if (jobs_.size() > begins_[line]) job.after.push_back(jobs_.size() - 1);
        if (!revision.empty()) steps_.emplace(std::pair(line, revision), jobs_.size());
        line_of_.push_back(line);
        jobs_.push_back(std::move(job));
    }
    std::size_t end_of(std::size_t line) const { return begins_[line] + lines_[line].stops.size() + 1; }
    bool is_end(std::size_t node) const { return node == end_of(line_of_[node]); }
    bool is_step(std::size_t node) const { return node != begins_[line_of_[node]] && !is_end(node); }

    void wait(std::size_t later, std::size_t earlier) {
        if (way_ == Way::down) std::swap(later, earlier);
        jobs_[later].after.push_back(earlier);
    }
    void connect(std::size_t line) {
        for (const std::size_t other : lines_[line].depends_on) {
            const bool up = way_ == Way::up;
            wait(up ? begins_[line] : end_of(line), up ? end_of(other) : begins_[other]);
        }
        for (const Stop& stop : lines_[line].stops)
            for (const auto& [other, revision] : stop.requires_) {
                const auto found = steps_.find({other, revision});
                if (found != steps_.end()) wait(steps_.at({line, stop.revision}), found->second);
            }
    }
    std::size_t lines_crossed(std::size_t node) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            jobs_[node].after, [&](std::size_t before) { return line_of_[before] != line_of_[node]; }));
    }
    /// Nodes that a step of another environment waits for.
    std::set<std::size_t> awaited_nodes() const {
        std::set<std::size_t> found;
        for (std::size_t node = 0; node < jobs_.size(); ++node)
            for (const std::size_t before : jobs_[node].after)
                if (line_of_[before] != line_of_[node]) found.insert(before);
        return found;
    }

    const std::vector<Line>& lines_;
    Way way_;
    std::vector<jobs::Job> jobs_;
    std::vector<std::size_t> line_of_, begins_;
    std::map<std::pair<std::size_t, std::string>, std::size_t> steps_;
};

/// A circle of whole environments is told by their names alone.
void refuse_circles(const std::vector<Line>& lines) {
    std::vector<jobs::Job> all;
    for (const Line& line : lines) all.push_back({line.environment, line.depends_on});
    try {
        jobs::order(all, "environments depend on");
    } catch (Error& error) {
        throw error.hint("remove one of these 'depends_on'");
    }
}

} // namespace

std::vector<Part> parts(const std::vector<Line>& lines, Way way) {
    refuse_circles(lines);
    return Nodes(lines, way).parts();
}

} // namespace orch::plan
