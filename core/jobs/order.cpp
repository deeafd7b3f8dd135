// The order, on Boost.Graph: an edge leads from a job to one that it waits for, so that a depth first walk
// finishes what comes first first.
#include "jobs/jobs.hpp"

#include "base/text.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>

#include <algorithm>

namespace orch::jobs {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

class Walk : public boost::default_dfs_visitor {
  public:
    Walk(const std::vector<Job>& jobs, const std::string& what, std::vector<std::size_t>& done,
         std::vector<Vertex>& path)
        : jobs_(jobs), what_(what), done_(done), path_(path) {}

    void discover_vertex(Vertex vertex, const Graph&) { path_.push_back(vertex); }
    void finish_vertex(Vertex vertex, const Graph&) {
        path_.pop_back();
        done_.push_back(vertex);
    }
    void back_edge(Edge edge, const Graph& graph) const {
        const Vertex begin = target(edge, graph);
        std::vector<std::string> names;
        for (auto at = std::find(path_.begin(), path_.end(), begin); at != path_.end(); ++at)
            if (names.empty() || names.back() != jobs_[*at].name) names.push_back(jobs_[*at].name);
        names.push_back(jobs_[begin].name);
        throw Error(Fault::config, what_ + " each other: " + join(names, " -> "));
    }

  private:
    const std::vector<Job>& jobs_;
    const std::string& what_;
    std::vector<std::size_t>& done_;
    std::vector<Vertex>& path_;
};

} // namespace

std::vector<std::size_t> order(const std::vector<Job>& jobs, const std::string& what) {
    Graph graph(jobs.size());
    for (std::size_t job = 0; job < jobs.size(); ++job)
        for (const std::size_t before : jobs[job].after) add_edge(job, before, graph);
    std::vector<std::size_t> done;
    std::vector<Vertex> path;
    done.reserve(jobs.size());
    boost::depth_first_search(graph, boost::visitor(Walk(jobs, what, done, path)));
    return done;
}

} // namespace orch::jobs
