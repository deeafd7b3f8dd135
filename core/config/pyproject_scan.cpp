// Finds the lines of a pyproject.toml that concern us, without the TOML library: most such files have none,
// and every command that reads an alembic.ini has to know.
#include "config/pyproject.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::config {

namespace {

constexpr auto npos = std::string_view::npos;
// The library recurses, and its time grows with the square of a line and of the whole.
constexpr int deepest = 64;
constexpr std::size_t longest_line = 16u << 10;
constexpr std::size_t most_bytes = 256u << 10;
constexpr std::string_view bare_key = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

std::string_view skip_blanks(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

// part = bare | '"' text '"' | "'" text "'"
std::string_view take_part(std::string_view& text) {
    text = skip_blanks(text);
    std::string_view part;
    if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
        const std::size_t close = std::min(text.find(text[0], 1), text.size());
        part = text.substr(1, close - 1);
        text.remove_prefix(std::min(close + 1, text.size()));
    } else {
        part = text.substr(0, text.find_first_not_of(bare_key));
        text.remove_prefix(part.size());
    }
    text = skip_blanks(text);
    return part;
}

/// Whether keys that begin so can lie in our tables: tool, tool.alembic..., tool.orch...
bool is_ours(std::string_view keys) {
    if (take_part(keys) != "tool") return false;
    if (keys.substr(0, 1) != ".") return true;
    keys.remove_prefix(1);
    const std::string_view second = take_part(keys);
    return second == "alembic" || second == "orch";
}

/// Follows strings, comments and brackets over the lines, just far enough to know where a table or a key
/// begins.
class Scanner {
  public:
    Scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    std::string kept() {
        std::string out;
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            const std::string_view line = text_.substr(at, end - at);
            ++line_number_;
            if (quote_.empty()) begin_line(skip_blanks(line));
            follow(line);
            if (keep_) keep(out, line);
            out += '\n';
            at = end + 1;
        }
        return out;
    }

  private:
    [[noreturn]] void fail(std::string message) const {
        throw Error(Fault::config, std::move(message)).at({name_, line_number_, 0, 1, {}});
    }

    void keep(std::string& out, std::string_view line) {
        if (line.size() > longest_line)
            fail(fmt::format("the line is longer than {} KiB", longest_line >> 10));
        if ((bytes_ += line.size()) > most_bytes)
            fail(fmt::format("the tables [tool.orch] and [tool.alembic] are longer than {} KiB",
                             most_bytes >> 10));
        out += line;
    }

    void begin_line(std::string_view line) {
        const bool bracket = line.substr(0, 1) == "[";
        const std::string_view keys = line.substr(std::min(line.find_first_not_of('['), line.size()));
        // A header of ours ends even an array that somebody forgot to close.
        const bool header = bracket && (depth_ == 0 || is_ours(keys));
        if (header) {
            keep_ = is_ours(keys);
            depth_ = 0;
            at_root_ = false;
        } else if (at_root_ && depth_ == 0) {
            keep_ = is_ours(line);
        }
        dots_ = 0;
    }

    void follow(std::string_view line) {
        for (std::size_t i = 0; i < line.size();) {
            if (!quote_.empty())
                i = in_string(line, i);
            else if (line[i] == '#')
                break;
            else
                i = outside(line, i);
        }
        if (quote_.size() == 1) quote_ = {}; // a string of one line; the library says that it is not closed
    }

    std::size_t in_string(std::string_view line, std::size_t i) {
        if (line[i] == '\\' && quote_[0] == '"') return i + 2;
        if (line.substr(i, quote_.size()) != quote_) return i + 1;
        i += quote_.size();
        quote_ = {};
        return i;
    }

    std::size_t outside(std::string_view line, std::size_t i) {
        const char c = line[i];
        if (c == '"' || c == '\'') {
            const std::string_view three = line.substr(i, 3);
            quote_ = three == "\"\"\"" || three == "'''" ? three : line.substr(i, 1);
            return i + quote_.size();
        }
        if (c == '[' || c == '{') ++depth_;
        if ((c == ']' || c == '}') && depth_ > 0) --depth_;
        dots_ = c == '.' ? dots_ + 1 : (c == '=' || c == ',' || c == '{') ? 0 : dots_;
        if (keep_ && (depth_ > deepest || dots_ > deepest))
            fail(fmt::format("tables and arrays are nested more than {} deep", deepest));
        return i + 1;
    }

    std::string_view text_;
    const std::string& name_;
    int line_number_ = 0;
    std::string_view quote_; ///< of the string that is open: one or three quotation marks, or none
    std::size_t bytes_ = 0;
    int depth_ = 0;
    int dots_ = 0;
    bool at_root_ = true;
    bool keep_ = false;
};

} // namespace

std::string tool_tables(std::string_view text, const std::string& name) { return Scanner(text, name).kept(); }

bool has_tool_tables(std::string_view text) {
    if (text.find("alembic") == npos && text.find("orch") == npos) return false;
    try {
        const std::string kept = tool_tables(text, "pyproject.toml");
        return kept.find("alembic") != std::string::npos || kept.find("orch") != std::string::npos;
    } catch (const Error&) {
        return true; // whoever reads the tables will say so
    }
}

} // namespace orch::config
