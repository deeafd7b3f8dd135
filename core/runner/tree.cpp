#include "runner/runner.hpp"

#include <algorithm>

namespace orch::runner {

namespace {

std::vector<graph::Revision> heads_of(const std::vector<script::RevisionFile>& files) {
    std::vector<graph::Revision> heads;
    heads.reserve(files.size());
    for (const script::RevisionFile& file : files) heads.push_back(file.head);
    return heads;
}

} // namespace

Tree::Tree(const script::Settings& settings) : files_(script::scan(settings)), graph_(heads_of(files_)) {}

const script::RevisionFile& Tree::file(std::string_view id) const {
    std::call_once(indexed_, [this] {
        by_id_.reserve(files_.size());
        for (std::size_t i = 0; i < files_.size(); ++i) by_id_.emplace(files_[i].head.id, i);
    });
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) graph_.get(id); // throws, with the nearest ids
    return files_[found->second];
}

std::size_t Tree::longest_id() const {
    std::size_t longest = 0;
    for (const script::RevisionFile& file : files_) longest = std::max(longest, file.head.id.size());
    return longest;
}

} // namespace orch::runner
