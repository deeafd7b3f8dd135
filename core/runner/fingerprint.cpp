#include "base/file.hpp"
#include "base/text.hpp"
#include "lang/lang.hpp"
#include "runner/journal.hpp"

#include <boost/uuid/detail/sha1.hpp>
#include <fmt/format.h>

namespace orch::runner {

namespace {

std::string sha1_of(std::string_view text) {
    boost::uuids::detail::sha1 sha1;
    sha1.process_bytes(text.data(), text.size());
    boost::uuids::detail::sha1::digest_type digest;
    sha1.get_digest(digest);
    std::string hex;
    for (const unsigned part : digest) hex += fmt::format("{:08x}", part);
    return hex;
}

/// The words of a line "-- orch:upgrade mariadb"; none where it is no such line.
std::vector<std::string> directive(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("--")) return {};
    line = trim(line.substr(2));
    return line.starts_with("orch:") ? words(line.substr(5)) : std::vector<std::string>();
}

/// The sections of one direction, each under its heading, as `form` writes it.
template <class Heading, class Form>
std::string sections(std::string_view text, std::string_view direction, Heading&& heading, Form&& form) {
    std::string out, section;
    bool wanted = false;
    const auto close = [&] {
        if (wanted) out += form(section);
        section.clear();
    };
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::string> found = directive(line);
        if (found.empty()) {
            section += line + "\n";
            continue;
        }
        if (found.front() != "upgrade" && found.front() != "downgrade") continue; // of the head
        close();
        wanted = found.front() == direction;
        if (wanted) out += heading(found);
    }
    close();
    return out;
}

} // namespace

std::string fingerprint(const script::RevisionFile& file) {
    try {
        std::string text = read_text(file.path, Fault::script);
        if (file.kind == script::RevisionFile::sql)
            return sha1_of(sections(
                text, "upgrade", [](const auto& found) { return join(found, " ") + "\n"; },
                [](const std::string& section) { return normal_sql(section) + "\n"; }));
        return sha1_of(lang::normal_source(std::move(text), file.path.string(), "downgrade"));
    } catch (const Error&) {
        return {}; // whoever runs it will say what is wrong
    }
}

std::string downgrade_text(const script::RevisionFile& file) {
    try {
        std::string text = read_text(file.path, Fault::script);
        if (file.kind == script::RevisionFile::sql)
            return sections(
                text, "downgrade", [](const auto& found) { return "-- orch:" + join(found, " ") + "\n"; },
                [](const std::string& section) { return section; });
        return lang::functions_source(std::move(text), file.path.string(), "downgrade");
    } catch (const Error&) {
        return {};
    }
}

} // namespace orch::runner
