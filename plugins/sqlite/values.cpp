// Values on their way into SQLite, which knows integers, floats, text and blobs. Dates, booleans, decimals,
// JSON and UUIDs take the forms that SQLAlchemy's SQLite dialect gives them, so that applications read what
// migrations wrote.
#include "base/error.hpp"
#include "base/text.hpp"
#include "compiler.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

namespace orch::sqlite {

namespace {

using dialect::Kind;

template <class... Fs>
struct Overload : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overload(Fs...) -> Overload<Fs...>;

struct Moment {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
};

/// Reads digits, and moves past them and one separator.
bool take_number(std::string_view& text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && text.front() != '.') text.remove_prefix(1);
    return true;
}

[[noreturn]] void not_a_moment(const sql::Temporal& value) {
    throw Error(Fault::script, fmt::format("'{}' is no date or time in ISO 8601", value.iso));
}

/// HH:MM[:SS[.ffffff]], and a zone that SQLite's text has no room for.
void read_time(std::string_view text, Moment& moment, const sql::Temporal& whole) {
    if (!take_number(text, moment.hour) || !take_number(text, moment.minute)) not_a_moment(whole);
    if (text.empty()) return;
    if (text.front() != '.' && !take_number(text, moment.second)) not_a_moment(whole);
    if (text.empty() || text.front() != '.') return;
    text.remove_prefix(1);
    int scale = 100000;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), scale /= 10)
        moment.microsecond += (text.front() - '0') * scale;
}

Moment read_moment(const sql::Temporal& value) {
    Moment moment;
    std::string_view text = value.iso;
    if (value.kind == sql::Temporal::time) {
        read_time(text, moment, value);
        return moment;
    }
    if (!take_number(text, moment.year) || !take_number(text, moment.month) || !take_number(text, moment.day))
        not_a_moment(value);
    if (!text.empty()) read_time(text, moment, value);
    return moment;
}

/// An interval is kept as the moment that lies so far from 1970-01-01.
Moment after_epoch(const sql::Temporal& value) {
    std::string_view text = value.iso;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int days = 0;
    Moment time;
    if (!take_number(text, days)) not_a_moment(value);
    if (!text.empty()) read_time(text, time, value);
    using namespace std::chrono;
    const microseconds length = std::chrono::days(days) + hours(time.hour) + minutes(time.minute) +
                                seconds(time.second) + microseconds(time.microsecond);
    const sys_time<microseconds> at{negative ? -length : length};
    const auto midnight = floor<std::chrono::days>(at);
    const year_month_day date(midnight);
    const hh_mm_ss clock(at - midnight);
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

std::string date_text(const Moment& m) { return fmt::format("{:04}-{:02}-{:02}", m.year, m.month, m.day); }
std::string time_text(const Moment& m) {
    return fmt::format("{:02}:{:02}:{:02}.{:06}", m.hour, m.minute, m.second, m.microsecond);
}
std::string datetime_text(const Moment& m) { return date_text(m) + " " + time_text(m); }

std::string temporal_text(const sql::Temporal& value) {
    switch (value.kind) {
    case sql::Temporal::date: return date_text(read_moment(value));
    case sql::Temporal::time: return time_text(read_moment(value));
    case sql::Temporal::datetime: return datetime_text(read_moment(value));
    case sql::Temporal::interval: return datetime_text(after_epoch(value));
    }
    return value.iso;
}

double number_of(const std::string& digits) {
    double number = 0;
    std::string_view text = trim(digits);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) return text.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
    if (error != std::errc() || end != text.data() + text.size())
        throw Error(Fault::script, fmt::format("expected a number, got '{}'", digits));
    return number;
}

double decimal(const sql::Decimal& value) {
    if (value.digits.find_first_not_of("-0123456789") == std::string::npos)
        throw Error(
            Fault::script,
            fmt::format("the integer {} does not fit into the 64 bits of an SQLite INTEGER", value.digits))
            .hint("a Numeric column takes it, as a float");
    return number_of(value.digits);
}

/// The value as it says itself, for a column whose type asks for nothing.
sql::Datum plain(const sql::Datum& value) {
    return std::visit(
        Overload{
            [](bool flag) -> sql::Datum { return std::int64_t{flag}; },
            [](const sql::Decimal& number) -> sql::Datum { return decimal(number); },
            [](const sql::Temporal& temporal) -> sql::Datum { return temporal_text(temporal); },
            [](const sql::Json& json) -> sql::Datum { return json.text; },
            [](const sql::Uuid& uuid) -> sql::Datum { return replace_all(uuid.text, "-", ""); },
            [](const sql::Array&) -> sql::Datum { throw Error(Fault::script, "SQLite has no arrays"); },
            [](const auto& other) -> sql::Datum { return other; },
        },
        value);
}

std::string kind_of(const sql::Datum& value) {
    static constexpr std::string_view names[] = {"None",         "a boolean", "an integer", "a float",
                                                 "a string",     "bytes",     "a decimal",  "a date or time",
                                                 "a JSON value", "a UUID",    "a list"};
    return std::string(names[value.index()]);
}

[[noreturn]] void wrong_kind(std::string_view type, std::string_view expected, const sql::Datum& value) {
    throw Error(Fault::script,
                fmt::format("a {} column expected {}, got {}", type, expected, kind_of(value)));
}

sql::Datum boolean(const sql::Datum& value) {
    if (const bool* flag = std::get_if<bool>(&value)) return std::int64_t{*flag};
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number && (*number == 0 || *number == 1)) return *number;
    wrong_kind("Boolean", "True or False", value);
}

sql::Datum calendar(const sql::Datum& value, Kind kind) {
    const auto* given = std::get_if<sql::Temporal>(&value);
    const bool date = given && given->kind != sql::Temporal::time && given->kind != sql::Temporal::interval;
    switch (kind) {
    case Kind::date:
        if (date) return date_text(read_moment(*given));
        wrong_kind("Date", "a datetime.date", value);
    case Kind::time:
        if (given && given->kind == sql::Temporal::time) return time_text(read_moment(*given));
        wrong_kind("Time", "a datetime.time", value);
    case Kind::interval:
        if (given && given->kind == sql::Temporal::interval) return temporal_text(*given);
        wrong_kind("Interval", "a datetime.timedelta", value);
    default:
        if (date) return datetime_text(read_moment(*given));
        wrong_kind("DateTime", "a datetime.datetime or datetime.date", value);
    }
}

sql::Datum number(const sql::Datum& value) {
    if (const auto* digits = std::get_if<sql::Decimal>(&value)) return number_of(digits->digits);
    if (const auto* text = std::get_if<std::string>(&value)) return number_of(*text);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1.0 : 0.0;
    return plain(value);
}

} // namespace

sql::Datum stored(const sql::Datum& value, Kind kind) {
    if (std::holds_alternative<sql::Null>(value)) return value;
    switch (kind) {
    case Kind::boolean: return boolean(value);
    case Kind::date:
    case Kind::time:
    case Kind::datetime:
    case Kind::interval: return calendar(value, kind);
    case Kind::numeric:
    case Kind::floating: return number(value);
    case Kind::binary:
        if (!std::holds_alternative<sql::Bytes>(value)) wrong_kind("LargeBinary", "bytes", value);
        return value;
    case Kind::uuid:
        if (const auto* text = std::get_if<std::string>(&value)) return replace_all(*text, "-", "");
        return plain(value);
    default: return plain(value);
    }
}

sql::Datum Compiler::bind(const sql::Datum& value, const schema::Type* type) const {
    return stored(AnsiCompiler::bind(value, type), type ? kind(*type) : Kind::unknown);
}

std::string Compiler::literal_of(const sql::Datum& value) const {
    if (const auto* number = std::get_if<double>(&value)) {
        if (std::isnan(*number)) return "NULL"; // what SQLite makes of it
        if (std::isinf(*number)) return *number > 0 ? "9e999" : "-9e999";
    }
    if (const auto* text = std::get_if<std::string>(&value); text && text->find('\0') != std::string::npos)
        return "CAST(" + AnsiCompiler::literal_of(sql::Bytes{*text}) + " AS TEXT)";
    return AnsiCompiler::literal_of(value);
}

} // namespace orch::sqlite
