#include "script/source.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <iconv.h>
#include <optional>

namespace orch::script {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

int line_of(std::string_view text, std::size_t offset) {
    return static_cast<int>(
               std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) +
           1;
}

// coding = "#" ... "coding" ( ":" | "=" ) { " " } name , on one of the first two lines (PEP 263).
std::optional<std::string> coding_line(std::string_view text) {
    for (int line = 0; line < 2; ++line) {
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view piece = trim(text.substr(0, end));
        if (!piece.starts_with('#')) {
            if (!piece.empty()) return std::nullopt;
        } else if (std::size_t at = piece.find("coding"); at != std::string_view::npos) {
            piece = piece.substr(at + 6);
            if (piece.starts_with(':') || piece.starts_with('=')) {
                piece = trim(piece.substr(1));
                std::size_t length = 0;
                while (length < piece.size() &&
                       (std::isalnum(static_cast<unsigned char>(piece[length])) ||
                        std::string_view("-_.").find(piece[length]) != std::string_view::npos)) {
                    ++length;
                }
                if (length) return std::string(piece.substr(0, length));
            }
        }
        if (end == text.size()) break;
        text.remove_prefix(end + 1);
    }
    return std::nullopt;
}

// Python's names for encodings that iconv calls otherwise.
std::string iconv_name(const std::string& encoding) {
    std::string name = replace_all(lower(encoding), "_", "-");
    if (name == "latin-1" || name == "latin1" || name == "l1" || name == "iso8859-1") return "ISO-8859-1";
    if (name == "utf8" || name == "utf-8-sig" || name == "utf-8-unix") return "UTF-8";
    if (name == "us-ascii") return "ASCII";
    return name;
}

bool is_utf8(const std::string& encoding) {
    std::string name = iconv_name(encoding);
    return lower(name) == "utf-8" || lower(name) == "ascii";
}

class Converter {
  public:
    Converter(const std::string& to, const std::string& from)
        : handle_(::iconv_open(to.c_str(), from.c_str())) {}
    ~Converter() {
        if (known()) ::iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    // Nothing when the text cannot be put over; `offset` says where.
    std::optional<std::string> convert(std::string_view text, std::size_t& offset) {
        std::string result;
        char* in = const_cast<char*>(text.data());
        std::size_t left = text.size();
        char buffer[4096];
        while (left > 0) {
            char* out = buffer;
            std::size_t room = sizeof buffer;
            std::size_t answer = ::iconv(handle_, &in, &left, &out, &room);
            result.append(buffer, static_cast<std::size_t>(out - buffer));
            if (answer == static_cast<std::size_t>(-1) && errno != E2BIG) {
                offset = text.size() - left;
                return std::nullopt;
            }
        }
        return result;
    }

  private:
    iconv_t handle_;
};

void unify_line_ends(std::string& text) {
    if (text.find('\r') == std::string::npos) return;
    std::size_t out = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            text[out++] = '\n';
            if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
        } else {
            text[out++] = text[i];
        }
    }
    text.resize(out);
}

Error unreadable(const std::string& file, int line, const std::string& what) {
    Place place;
    place.file = file;
    place.line = line;
    return Error(Fault::script, what).at(place);
}

} // namespace

std::string decode_source(std::string bytes, const std::string& file) {
    if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
    unify_line_ends(bytes);
    if (std::size_t nul = bytes.find('\0'); nul != std::string::npos) {
        throw unreadable(file, line_of(bytes, nul), "the file holds a NUL byte: this is no text");
    }
    std::size_t bad = 0;
    auto coding = coding_line(bytes);
    if (!coding || is_utf8(*coding)) {
        if (valid_utf8(bytes, &bad)) return bytes;
        throw unreadable(file, line_of(bytes, bad),
                         fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(bytes[bad])))
            .hint("save the file as UTF-8, or declare its encoding on the first line: # -*- coding: latin-1 "
                  "-*-");
    }
    Converter converter("UTF-8", iconv_name(*coding));
    if (!converter.known())
        throw unreadable(file, 1, fmt::format("unknown encoding '{}'", *coding))
            .hint("save the file as UTF-8");
    auto text = converter.convert(bytes, bad);
    if (!text)
        throw unreadable(file, line_of(bytes, bad),
                         fmt::format("a byte that is not in '{}', which the file declares", *coding));
    return *text;
}

std::string read_source(const std::string& path, const std::string& file) {
    return decode_source(read_file(path), file);
}

std::string encode_text(std::string_view text, const std::string& encoding) {
    if (encoding.empty() || is_utf8(encoding)) return std::string(text);
    Converter converter(iconv_name(encoding), "UTF-8");
    if (!converter.known()) {
        throw Error(Fault::config, fmt::format("unknown output_encoding '{}'", encoding))
            .hint("expected a name such as 'utf-8'");
    }
    std::size_t bad = 0;
    auto result = converter.convert(text, bad);
    if (!result) {
        throw Error(
            Fault::config,
            fmt::format("the revision holds a character that output_encoding '{}' does not have", encoding))
            .hint("set output_encoding = utf-8");
    }
    return *result;
}

} // namespace orch::script
