// The built-in modules of an interpreter, by dotted name: what the host added, and the standard library. Made
// for each revision anew, and asked for a handful of names: adding costs next to nothing, looking up is a
// walk through a short list.
#pragma once

#include "lang/lang.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch::lang {

class Registry {
  public:
    /// A name that is there already is replaced.
    void add(std::string_view name, Interpreter::Loader load) {
        if (added_.empty()) added_.reserve(usual_size);
        added_.emplace_back(name, std::move(load));
    }
    /// What loads the module; empty where nobody has it.
    Interpreter::Loader find(std::string_view name) const;
    bool contains(std::string_view name) const;
    /// Whether some module lies below this name: then the name itself is an (empty) package.
    bool has_below(std::string_view name) const;
    void clear() { added_.clear(); }

  private:
    static constexpr std::size_t usual_size = 96;
    std::vector<std::pair<std::string, Interpreter::Loader>> added_; ///< the latest of a name counts
};

} // namespace orch::lang
