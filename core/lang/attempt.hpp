// What a host asks of work that is put off: whether the script may want to catch its failure, and what of the
// project's modules must be made up for now.
#pragma once

#include "base/api.hpp"

#include <functional>

namespace orch::lang {

class Value;

/// Whether the script that runs on this thread is inside of a `try` or a `with`: an error of what it calls
/// now may be caught there, and must come at once.
ORCH_API bool inside_attempt() noexcept;

/// A script that another one runs, as an env.py does with revisions: as long as one of these lives, a `try`
/// or a `with` around it does not count, since whoever runs it sees its end and all that failed by then.
class ORCH_API Apart {
  public:
    Apart() noexcept;
    ~Apart();
    Apart(const Apart&) = delete;
    Apart& operator=(const Apart&) = delete;

  private:
    int outer_;
};

/// Of a loaded module only the definitions that somebody asked for were evaluated. Evaluates those that
/// define tables in each module that holds a value which `concerns` says yes to: for whoever looks at all of
/// them.
ORCH_API void define_tables(const std::function<bool(const Value& value)>& concerns);

} // namespace orch::lang
