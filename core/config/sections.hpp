// What the two readers of this room (ini and TOML) have in common: the sections that they give and the source
// lines that errors show.
#pragma once

#include "config/config.hpp"

namespace orch::config {

struct Sections {
    Section defaults; ///< [DEFAULT], always there
    std::vector<Section> sections;
};

/// The line of a file as an error may show it: passwords masked, no longer than a screen or two.
std::string shown_line(std::string_view line);

/// The place with its column moved to where `part` stands in the source line, or as it was where it does not.
Place point_at(Place place, std::string_view part);

} // namespace orch::config
