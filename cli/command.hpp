// A command of the program: its words for --help, its options, and what it runs. Each command is one file of
// this folder that defines one Command; commands.cpp lists them. To add one: write the file, add a line
// there.
#pragma once

#include "base/error.hpp"
#include "fleet/fleet.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace orch::cli {

/// The command line, understood.
class Invocation {
  public:
    fleet::Options options;   ///< -c, -n, --all, -x
    std::string_view command; ///< its name
    bool verbose = false, quiet = false, json = false;
    boost::program_options::variables_map values;

    bool flag(const char* name) const { return values.count(name) != 0; }
    std::optional<std::string> text(const char* name) const;
    std::vector<std::string> list(const char* name) const;
};

struct Command {
    std::string_view name;
    std::string_view arguments;   ///< as the usage line shows them: "REVISION..."
    std::string_view summary;     ///< one line, for the list of commands
    std::string_view description; ///< what it does, when its summary is not all
    std::string_view examples;    ///< lines of "  $ orch ..."
    void (*add_options)(boost::program_options::options_description&); ///< may be null
    /// Positional arguments: names of options that take them, in order, the last one repeatable where it is a
    /// list.
    std::vector<std::pair<const char*, int>> positional;
    int (*run)(const Invocation&);
};

/// Every command, in the order of --help.
const std::vector<const Command*>& commands();

} // namespace orch::cli
