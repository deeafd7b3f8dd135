// Translates a Mako template into the revision language: a program that writes the template's text and
// expressions in order, with a table that leads from its lines back to the template's.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

struct TemplateProgram {
    std::string code;
    std::vector<std::string> texts; ///< the template's own text: `__text(3)` writes the third
    struct Line {
        int line = 0;    ///< in the template
        int columns = 0; ///< to add to a column of the program's line
        int least = 1;   ///< the column at which the user's code begins
    };
    std::vector<Line> lines;        ///< one for each line of `code`
    std::vector<std::string> words; ///< every identifier in the template's code
};

/// Throws Error(script) with the place for tags that are never closed, control lines that do not match, and
/// tags that orch does not know (<%include>, <%inherit>, <%namespace> ...).
TemplateProgram parse_template(std::string_view text, const std::string& where);

} // namespace orch::script
