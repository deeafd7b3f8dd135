// The options of commands that compare schemas, and how a report is shown.
#pragma once

#include "command.hpp"
#include "json.hpp"

#include <string>

namespace orch::cli {

void add_comparing_options(boost::program_options::options_description& options);
/// Asks about renames where there is a terminal, unless `asks` says otherwise.
fleet::DifferenceRequest difference_request(const Invocation& invocation, bool asks);

/// One line for each operation, then what was not compared.
std::string shown(const fleet::DifferenceReport& report);
/// `operations` and `not_compared` of the current entry.
void add_report(Document& document, const fleet::DifferenceReport& report);

} // namespace orch::cli
