#include "script/file_name.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <clocale>
#include <ctime>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <stdlib.h>
#include <variant>
#include <vector>
#include <wctype.h>

namespace orch::script {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::optional<std::string> zone_file(const std::string& name) {
    if (name.empty() || name[0] == '/' || name.find("..") != std::string::npos) return std::nullopt;
    const char* folder = ::getenv("TZDIR");
    std::filesystem::path path =
        std::filesystem::path(folder && *folder ? folder : "/usr/share/zoneinfo") / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
    return path.string();
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// glibc knows time zones through TZ alone, which belongs to the whole process: it is set for one call and put
// back. Two threads that make revisions at once take turns.
std::tm broken_down(std::time_t seconds, const std::string& file) {
    static std::mutex mutex;
    std::lock_guard lock(mutex);
    const char* before = ::getenv("TZ");
    std::optional<std::string> saved = before ? std::optional<std::string>(before) : std::nullopt;
    ::setenv("TZ", (":" + file).c_str(), 1);
    ::tzset();
    std::tm result{};
    ::localtime_r(&seconds, &result);
    if (saved)
        ::setenv("TZ", saved->c_str(), 1);
    else
        ::unsetenv("TZ");
    ::tzset();
    return result;
}

std::tm broken_down(std::time_t seconds) {
    std::tm result{};
    ::tzset();
    ::localtime_r(&seconds, &result);
    return result;
}

std::tm in_zone(std::time_t seconds, const std::string& timezone) {
    if (timezone.empty()) return broken_down(seconds);
    auto file = zone_file(timezone);
    if (!file) file = zone_file(upper(timezone));
    if (file) return broken_down(seconds, *file);
    if (upper(timezone) == "UTC") { // known even where no zone database is installed
        std::tm result{};
        ::gmtime_r(&seconds, &result);
        return result;
    }
    throw Error(Fault::config, fmt::format("unknown timezone '{}'", timezone))
        .hint("expected a name such as 'UTC' or 'Europe/Berlin'; the package tzdata brings the list");
}

// Letters, digits and '_' of every script, as \w in Python's re.
class WordCharacters {
  public:
    WordCharacters() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
    ~WordCharacters() {
        if (locale_) ::freelocale(locale_);
    }
    WordCharacters(const WordCharacters&) = delete;
    WordCharacters& operator=(const WordCharacters&) = delete;

    bool is_word(char32_t c) const {
        if (c < 0x80) return c == '_' || std::isalnum(static_cast<int>(c));
        return locale_ && ::iswalnum_l(static_cast<wint_t>(c), locale_);
    }
    char32_t lower(char32_t c) const {
        if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
        return locale_ ? static_cast<char32_t>(::towlower_l(static_cast<wint_t>(c), locale_)) : c;
    }

  private:
    locale_t locale_;
};

// Well-formed UTF-8 only; slug() has seen to that.
std::u32string decode(std::string_view text) {
    std::u32string result;
    for (std::size_t i = 0; i < text.size();) {
        auto lead = static_cast<unsigned char>(text[i]);
        int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        char32_t c = more == 0 ? lead : lead & (0x3f >> more);
        for (int k = 1; k <= more; ++k)
            c = (c << 6) | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3f);
        result += c;
        i += static_cast<std::size_t>(more) + 1;
    }
    return result;
}

std::string encode(const std::u32string& text) {
    std::string result;
    for (char32_t c : text) {
        if (c < 0x80) {
            result += static_cast<char>(c);
        } else if (c < 0x800) {
            result += {static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))};
        } else if (c < 0x10000) {
            result += {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3f)),
                       static_cast<char>(0x80 | (c & 0x3f))};
        } else {
            result += {static_cast<char>(0xf0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3f)),
                       static_cast<char>(0x80 | ((c >> 6) & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
        }
    }
    return result;
}

using Token = std::variant<std::int64_t, std::string>;

// One conversion of Python's % operator: "%" "(" name ")" { flag } [ width ] [ "." precision ] type .
class Conversion {
  public:
    Conversion(std::string_view text, std::size_t at, const std::map<std::string, Token>& tokens)
        : text_(text), start_(at), at_(at + 1) {
        if (at_ >= text_.size() || text_[at_] != '(') throw wrong("expected '%(name)s'");
        std::size_t close = text_.find(')', at_);
        if (close == std::string_view::npos) throw wrong("'(' is never closed");
        find(std::string(text_.substr(at_ + 1, close - at_ - 1)), tokens);
        at_ = close + 1;
        while (at_ < text_.size() && std::string_view("#0- +").find(text_[at_]) != std::string_view::npos)
            flags_ += text_[at_++];
        width_ = number();
        if (at_ < text_.size() && text_[at_] == '.') {
            ++at_;
            precision_ = number();
        }
        if (at_ >= text_.size())
            throw wrong("the conversion has no type, expected 's' or 'd' behind the name");
        type_ = text_[at_++];
    }

    std::size_t end() const { return at_; }

    std::string render() const {
        std::string result;
        if (type_ == 's' || type_ == 'r') {
            result = word();
        } else if (const auto* value = std::get_if<std::int64_t>(token_)) {
            result = digits(*value);
        } else {
            throw wrong(fmt::format("'%{}' expects a number, '{}' is text", type_, name_));
        }
        auto width = static_cast<std::size_t>(width_.value_or(0));
        if (code_points(result) >= width) return result;
        std::size_t missing = width - code_points(result);
        if (has('-')) return result + std::string(missing, ' ');
        bool zeros = has('0') && type_ != 's' && type_ != 'r';
        return std::string(missing, zeros ? '0' : ' ') + result;
    }

  private:
    void find(std::string name, const std::map<std::string, Token>& tokens) {
        name_ = std::move(name);
        auto found = tokens.find(name_);
        if (found != tokens.end()) {
            token_ = &found->second;
            return;
        }
        std::vector<std::string> names;
        for (const auto& [key, unused] : tokens) names.push_back(key);
        auto near = nearest(name_, names);
        throw wrong(fmt::format("unknown name '{}'", name_))
            .hint(near ? fmt::format("did you mean '%({})s'?", *near)
                       : fmt::format("the names are {}", quoted_list(names)));
    }

    std::string word() const {
        std::string result = std::holds_alternative<std::string>(*token_)
                                 ? std::get<std::string>(*token_)
                                 : std::to_string(std::get<std::int64_t>(*token_));
        if (type_ == 'r' && std::holds_alternative<std::string>(*token_)) result = "'" + result + "'";
        if (precision_) {
            auto points = decode(result);
            result = encode(points.substr(0, static_cast<std::size_t>(*precision_)));
        }
        return result;
    }

    std::string digits(std::int64_t value) const {
        std::string result;
        switch (type_) {
        case 'd':
        case 'i':
        case 'u': result = std::to_string(value); break;
        case 'x': result = fmt::format("{:x}", value); break;
        case 'X': result = fmt::format("{:X}", value); break;
        case 'o': result = fmt::format("{:o}", value); break;
        default: throw wrong(fmt::format("unknown conversion '%{}', expected 's' or 'd'", type_));
        }
        auto least = static_cast<std::size_t>(precision_.value_or(0));
        if (result.size() < least) result.insert(0, least - result.size(), '0');
        if (has('+')) result.insert(0, 1, '+');
        return result;
    }

    std::optional<int> number() {
        std::optional<int> result;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
            result = result.value_or(0) * 10 + (text_[at_++] - '0');
            if (*result > 1000) throw wrong("the width is out of reach");
        }
        return result;
    }

    bool has(char flag) const { return flags_.find(flag) != std::string::npos; }

    Error wrong(const std::string& what) const {
        return Error(Fault::config,
                     fmt::format("file_template '{}': {} at character {}", text_, what, start_ + 1));
    }

    std::string_view text_;
    std::size_t start_, at_;
    std::string name_, flags_;
    const Token* token_ = nullptr;
    std::optional<int> width_, precision_;
    char type_ = 's';
};

} // namespace

std::string CreateDate::text() const {
    std::string result =
        fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", year, month, day, hour, minute, second);
    if (microsecond) result += fmt::format(".{:06}", microsecond);
    if (!zoned) return result;
    long offset = utc_offset < 0 ? -utc_offset : utc_offset;
    result += fmt::format("{}{:02}:{:02}", utc_offset < 0 ? '-' : '+', offset / 3600, offset / 60 % 60);
    if (offset % 60) result += fmt::format(":{:02}", offset % 60);
    return result;
}

CreateDate date_at(std::int64_t nanoseconds, const std::string& timezone) {
    CreateDate result;
    result.epoch = nanoseconds / second_ns;
    std::tm parts = in_zone(static_cast<std::time_t>(result.epoch), timezone);
    result.year = parts.tm_year + 1900;
    result.month = parts.tm_mon + 1;
    result.day = parts.tm_mday;
    result.hour = parts.tm_hour;
    result.minute = parts.tm_min;
    result.second = parts.tm_sec;
    result.microsecond = static_cast<int>(nanoseconds % second_ns / 1000);
    result.zoned = !timezone.empty();
    result.utc_offset = parts.tm_gmtoff;
    return result;
}

CreateDate create_date(const std::string& timezone) {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    return date_at(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(), timezone);
}

std::string slug(std::string_view message, int limit) {
    if (!valid_utf8(message)) throw Error(Fault::usage, "the revision's message is not UTF-8");
    WordCharacters characters;
    std::u32string result;
    bool gap = false;
    for (char32_t c : decode(message)) {
        if (!characters.is_word(c)) {
            gap = true;
            continue;
        }
        if (gap && !result.empty()) result += U'_';
        gap = false;
        result += characters.lower(c);
    }
    auto most = static_cast<std::size_t>(limit > 0 ? limit : 40);
    if (result.size() > most) {
        result.resize(most);
        result = result.substr(0, result.rfind(U'_')) + U'_';
    }
    return encode(result);
}

std::string fill_file_template(std::string_view file_template, const std::string& rev,
                               const std::string& slug_text, const CreateDate& date) {
    const std::map<std::string, Token> tokens{
        {"rev", rev},        {"slug", slug_text},     {"epoch", date.epoch},
        {"year", date.year}, {"month", date.month},   {"day", date.day},
        {"hour", date.hour}, {"minute", date.minute}, {"second", date.second}};
    std::string result;
    for (std::size_t i = 0; i < file_template.size();) {
        if (file_template[i] != '%') {
            result += file_template[i++];
        } else if (file_template.substr(i).starts_with("%%")) {
            result += '%';
            i += 2;
        } else {
            Conversion conversion(file_template, i, tokens);
            result += conversion.render();
            i = conversion.end();
        }
    }
    return result;
}

} // namespace orch::script
