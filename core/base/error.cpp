#include "base/error.hpp"

#include "base/interrupt.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <utility>

namespace orch {

int exit_code(Fault fault) {
    switch (fault) {
    case Fault::usage: return 2;
    case Fault::pending: return 3;
    case Fault::busy: return 4;
    case Fault::partial: return 5;
    case Fault::interrupted: return 128 + (interrupt::received() != 0 ? interrupt::received() : SIGINT);
    case Fault::config:
    case Fault::script:
    case Fault::graph:
    case Fault::database:
    case Fault::plugin:
    case Fault::system:
    case Fault::internal: return 1;
    }
    return 1;
}

Error::Error(Fault fault, std::string message) : fault_(fault), message_(std::move(message)) {}

Error& Error::at(Place place) {
    if (!place_ && place.known()) place_ = std::move(place);
    return *this;
}

Error& Error::hint(std::string text) {
    if (hint_.empty()) hint_ = std::move(text);
    return *this;
}

Error& Error::note(std::string text) {
    notes_.push_back(std::move(text));
    return *this;
}

Error& Error::sql(std::string statement, std::string state) {
    if (sql_.empty()) sql_ = std::move(statement);
    if (state_.empty()) state_ = std::move(state);
    return *this;
}

Error Error::as(Fault fault) const {
    Error other = *this;
    other.fault_ = fault;
    return other;
}

namespace {

struct Palette {
    std::string_view bold, red, cyan, off;
};

/// A long statement is shown by its beginning: the reader wants to recognise it, the script has the rest.
constexpr std::size_t shown_statement = 600;

/// Source lines wider than this are shown around the column: a line of megabytes must not flood the terminal.
constexpr std::size_t shown_line = 160;

/// Byte position of the code point with this index, or the end.
std::size_t byte_of(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    while (at < text.size() && index > 0) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
        --index;
    }
    return at;
}

/// Control characters (tabs too, so that the caret stands right) become spaces.
std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return out;
}

void append_source(std::string& out, const Place& place, const Palette& p) {
    if (place.source.empty() || place.line <= 0) return;
    const std::string number = std::to_string(place.line);
    const std::size_t length = code_points(place.source);
    // A column behind the end of a line that was cut short is shown at its end.
    std::size_t column = std::min(place.column > 0 ? static_cast<std::size_t>(place.column - 1) : 0, length);
    std::size_t first = column > shown_line / 2 ? column - shown_line / 2 : 0;
    if (length <= shown_line) first = 0;
    const std::string_view whole = place.source;
    const std::size_t from = byte_of(whole, first);
    const std::string shown = printable(whole.substr(from, byte_of(whole.substr(from), shown_line)));
    out += fmt::format("\n  {} | {}", number, shown);
    if (place.column <= 0) return;
    column -= first;
    const std::size_t room = code_points(shown) > column ? code_points(shown) - column : 1;
    const std::size_t width =
        std::clamp<std::size_t>(place.width > 0 ? static_cast<std::size_t>(place.width) : 1, 1, room);
    out += fmt::format("\n  {:{}} | {:{}}{}{}{}", "", number.size(), "", column, p.red,
                       std::string(width, '^'), p.off);
}

/// Continuation lines of a statement stand under its first one.
std::string indented(std::string_view text, std::size_t by) {
    return replace_all(text, "\n", "\n" + std::string(by, ' '));
}

} // namespace

std::string render(const Error& error, bool colours) {
    const Palette p = colours ? Palette{"\x1b[1m", "\x1b[1;31m", "\x1b[36m", "\x1b[0m"} : Palette{};
    std::string out;
    if (const auto& place = error.place()) {
        out += p.bold;
        out += place->file;
        if (place->line > 0) out += fmt::format(":{}", place->line);
        if (place->line > 0 && place->column > 0) out += fmt::format(":{}", place->column);
        out += fmt::format(":{} ", p.off);
    }
    out += fmt::format("{}error:{} {}", p.red, p.off, error.message());
    if (error.place()) append_source(out, *error.place(), p);
    if (!error.statement().empty()) {
        std::string_view sql = trim(error.statement());
        const std::size_t end = byte_of(sql, shown_statement);
        out += fmt::format("\n  {}sql:{} {}{}", p.cyan, p.off,
                           indented(replace_all(sql.substr(0, end), "\t", "    "), 7),
                           end < sql.size() ? " ..." : "");
    }
    if (!error.state().empty()) out += fmt::format("\n  {}state:{} {}", p.cyan, p.off, error.state());
    if (!error.hint().empty())
        out += fmt::format("\n  {}hint:{} {}", p.cyan, p.off, indented(error.hint(), 8));
    for (const std::string& note : error.notes())
        out += fmt::format("\n  {}note:{} {}", p.cyan, p.off, indented(note, 8));
    return out;
}

} // namespace orch
