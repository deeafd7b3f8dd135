// datetime: date, time, datetime, timedelta, timezone. Days are counted as Python's ordinals (1 is 1 January
// of year 1), with std::chrono's calendar behind them. Reading the clock marks the run as not reproducible.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fmt/format.h>

namespace orch::lang {

namespace {

constexpr std::int64_t day_microseconds = 86'400'000'000;
constexpr std::array<const char*, 7> day_names = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
constexpr std::array<const char*, 12> month_names = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};

/// The classes of this interpreter's module, so that values know theirs.
struct Classes {
    Value date, time, datetime, timedelta, timezone, tzinfo, utc;
};
const Classes& classes();

// --- The calendar.

struct Day {
    int year = 1;
    int month = 1;
    int day = 1;
};

std::int64_t ordinal(const Day& d) {
    using namespace std::chrono;
    const sys_days days = year_month_day(year(d.year), month(static_cast<unsigned>(d.month)),
                                         std::chrono::day(static_cast<unsigned>(d.day)));
    return days.time_since_epoch().count() + 719163;
}

Day from_ordinal(std::int64_t number) {
    using namespace std::chrono;
    if (number < 1 || number > 3652059) raise_error("OverflowError", "date value out of range");
    const year_month_day d{sys_days(days(number - 719163))};
    return {int(d.year()), static_cast<int>(unsigned(d.month())), static_cast<int>(unsigned(d.day()))};
}

int days_in_month(int y, int m) {
    using namespace std::chrono;
    return static_cast<int>(unsigned((year(y) / month(static_cast<unsigned>(m)) / last).day()));
}

Day checked_day(std::int64_t year, std::int64_t month, std::int64_t day) {
    if (year < 1 || year > 9999) value_error(fmt::format("year {} is out of range", year));
    if (month < 1 || month > 12) value_error("month must be in 1..12");
    if (day < 1 || day > days_in_month(static_cast<int>(year), static_cast<int>(month)))
        value_error("day is out of range for month");
    return {static_cast<int>(year), static_cast<int>(month), static_cast<int>(day)};
}

/// Time of a day in microseconds, with a zone (None: naive).
std::int64_t checked_clock(std::int64_t hour, std::int64_t minute, std::int64_t second,
                           std::int64_t microsecond) {
    if (hour < 0 || hour > 23) value_error("hour must be in 0..23");
    if (minute < 0 || minute > 59) value_error("minute must be in 0..59");
    if (second < 0 || second > 59) value_error("second must be in 0..59");
    if (microsecond < 0 || microsecond > 999999) value_error("microsecond must be in 0..999999");
    return ((hour * 60 + minute) * 60 + second) * 1'000'000 + microsecond;
}

// --- The values.

class Delta final : public Native {
  public:
    explicit Delta(std::int64_t us) : microseconds(us) { set_class(classes().timedelta); }
    std::string type_name() const override { return "datetime.timedelta"; }
    bool truth() override { return microseconds != 0; }
    std::size_t hash() const override { return static_cast<std::size_t>(microseconds) ^ 0x5eed; }
    bool equals(const Value& other) const override {
        const auto* delta = dynamic_cast<Delta*>(other.object());
        return delta && delta->microseconds == microseconds;
    }
    std::int64_t days() const { return (microseconds - clock()) / day_microseconds; }
    std::int64_t clock() const {
        return (microseconds % day_microseconds + day_microseconds) % day_microseconds;
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "days") return days();
        if (name == "seconds") return clock() / 1'000'000;
        if (name == "microseconds") return clock() % 1'000'000;
        return {};
    }
    std::string str() const override {
        std::string out;
        if (days() != 0) out = fmt::format("{} day{}, ", days(), std::abs(days()) == 1 ? "" : "s");
        const std::int64_t seconds = clock() / 1'000'000;
        out += fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if (clock() % 1'000'000) out += fmt::format(".{:06}", clock() % 1'000'000);
        return out;
    }
    std::string repr() const override {
        std::string args;
        auto add = [&](const char* name, std::int64_t v) {
            if (v != 0) args += fmt::format("{}{}={}", args.empty() ? "" : ", ", name, v);
        };
        add("days", days());
        add("seconds", clock() / 1'000'000);
        add("microseconds", clock() % 1'000'000);
        return fmt::format("datetime.timedelta({})", args.empty() ? "0" : args);
    }
    std::optional<Value> unary(Operator op) override;
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override;

    std::int64_t microseconds;
};

Value make_delta(std::int64_t us) {
    if (std::abs(us / day_microseconds) > 999'999'999)
        raise_error("OverflowError", "days out of range for timedelta");
    return make<Delta>(us);
}

Delta* delta_of(const Value& v) {
    return v.is(Type::native) ? dynamic_cast<Delta*>(Peek::as<Native>(v)) : nullptr;
}

std::optional<Value> Delta::unary(Operator op) {
    if (op == Operator::invert) return {};
    return make_delta(op == Operator::negative ? -microseconds : microseconds);
}

bool decide(Operator op, std::int64_t a, std::int64_t b) {
    switch (op) {
    case Operator::equal: return a == b;
    case Operator::not_equal: return a != b;
    case Operator::less: return a < b;
    case Operator::less_equal: return a <= b;
    case Operator::greater: return a > b;
    default: return a >= b;
    }
}
bool is_comparison(Operator op) { return op >= Operator::equal && op <= Operator::greater_equal; }

/// Half to even.
std::int64_t rounded(double v) { return static_cast<std::int64_t>(std::nearbyint(v)); }

std::optional<Value> Delta::binary(Operator op, const Value& other, bool reflected) {
    if (const Delta* delta = delta_of(other)) {
        const std::int64_t a = reflected ? delta->microseconds : microseconds;
        const std::int64_t b = reflected ? microseconds : delta->microseconds;
        if (is_comparison(op)) return decide(op, a, b);
        if (op == Operator::add) return make_delta(a + b);
        if (op == Operator::subtract) return make_delta(a - b);
        if (b == 0 && (op == Operator::divide || op == Operator::floor_divide || op == Operator::modulo))
            raise_error("ZeroDivisionError", "division by zero");
        if (op == Operator::divide) return static_cast<double>(a) / static_cast<double>(b);
        if (op == Operator::floor_divide) return integer_binary(op, a, b);
        if (op == Operator::modulo) return make_delta(integer_binary(op, a, b).as_int());
        return {};
    }
    if (other.is_integer() && !reflected && (op == Operator::floor_divide || op == Operator::divide)) {
        if (other.as_int() == 0) raise_error("ZeroDivisionError", "division by zero");
        if (op == Operator::floor_divide) return make_delta(integer_binary(op, microseconds, other).as_int());
        return make_delta(rounded(static_cast<double>(microseconds) / other.as_double()));
    }
    if (other.is_number() && op == Operator::multiply) {
        if (other.is_integer()) return make_delta(integer_binary(op, microseconds, other).as_int());
        return make_delta(rounded(static_cast<double>(microseconds) * other.as_double()));
    }
    if (other.is(Type::real) && op == Operator::divide && !reflected)
        return make_delta(rounded(static_cast<double>(microseconds) / other.as_double()));
    return {};
}

class Zone final : public Native {
  public:
    Zone(std::int64_t offset, std::string zone_name) : microseconds(offset), name(std::move(zone_name)) {
        set_class(classes().timezone);
    }
    std::string type_name() const override { return "datetime.timezone"; }
    bool equals(const Value& other) const override {
        const auto* zone = dynamic_cast<Zone*>(other.object());
        return zone && zone->microseconds == microseconds;
    }
    std::size_t hash() const override { return static_cast<std::size_t>(microseconds); }
    std::string str() const override;
    std::string repr() const override {
        if (microseconds == 0 && name.empty()) return "datetime.timezone.utc";
        return fmt::format("datetime.timezone({}{})", make_delta(microseconds).repr(),
                           name.empty() ? "" : ", " + quoted(name));
    }
    std::optional<Value> get_attribute(std::string_view attribute) override {
        if (attribute == "utcoffset")
            return make_static("utcoffset", [us = microseconds](Call&) { return make_delta(us); });
        if (attribute == "tzname")
            return make_static("tzname", [text = str()](Call&) { return Value(text); });
        if (attribute == "dst") return make_static("dst", [](Call&) { return Value(); });
        if (attribute == "key" || attribute == "zone") return Value(str());
        return {};
    }

    std::int64_t microseconds;
    std::string name;
};

/// "+05:30", with seconds where there are some.
std::string offset_text(std::int64_t us, std::string_view colon = ":") {
    const std::int64_t seconds = std::abs(us) / 1'000'000;
    std::string out =
        fmt::format("{}{:02}{}{:02}", us < 0 ? '-' : '+', seconds / 3600, colon, seconds / 60 % 60);
    if (seconds % 60) out += fmt::format("{}{:02}", colon, seconds % 60);
    return out;
}

std::string Zone::str() const {
    if (!name.empty()) return name;
    return microseconds == 0 ? "UTC" : "UTC" + offset_text(microseconds);
}

/// The distance of a zone from UTC; nothing when naive.
std::optional<std::int64_t> offset_of(const Value& zone, const Value& when) {
    if (zone.is_none()) return {};
    if (const auto* known = zone.is(Type::native) ? dynamic_cast<Zone*>(Peek::as<Native>(zone)) : nullptr)
        return known->microseconds;
    const Value offset = get_attribute(zone, Key("utcoffset")).call({when});
    if (const Delta* delta = delta_of(offset)) return delta->microseconds;
    return {};
}

std::string zone_name(const Value& zone, const Value& when) {
    return zone.is_none() ? "" : str_of(get_attribute(zone, Key("tzname")).call({when}));
}

std::string clock_text(std::int64_t us, std::string_view spec = "auto") {
    const std::int64_t seconds = us / 1'000'000;
    const std::int64_t rest = us % 1'000'000;
    std::string out = fmt::format("{:02}", seconds / 3600);
    if (spec == "hours") return out;
    out += fmt::format(":{:02}", seconds / 60 % 60);
    if (spec == "minutes") return out;
    out += fmt::format(":{:02}", seconds % 60);
    if (spec == "milliseconds") return out + fmt::format(".{:03}", rest / 1000);
    if (spec == "microseconds" || (spec == "auto" && rest)) out += fmt::format(".{:06}", rest);
    return out;
}

std::string strftime(const std::string_view format, const Day& d, std::int64_t clock, const Value& zone,
                     const Value& when) {
    std::tm tm{};
    tm.tm_year = d.year - 1900;
    tm.tm_mon = d.month - 1;
    tm.tm_mday = d.day;
    tm.tm_hour = static_cast<int>(clock / 3'600'000'000);
    tm.tm_min = static_cast<int>(clock / 60'000'000 % 60);
    tm.tm_sec = static_cast<int>(clock / 1'000'000 % 60);
    tm.tm_wday = static_cast<int>((ordinal(d)) % 7);
    tm.tm_yday = static_cast<int>(ordinal(d) - ordinal({d.year, 1, 1}));
    const int weekday = static_cast<int>((ordinal(d) + 6) % 7);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        if (std::string_view("-_0^#").find(format[i + 1]) != std::string_view::npos &&
            i + 2 < format.size()) {
            // glibc's flags, as in %-d: no padding.
            char buffer[100];
            const char flagged[] = {'%', format[i + 1], format[i + 2], '\0'};
            out.append(buffer, std::strftime(buffer, sizeof buffer, flagged, &tm));
            i += 2;
            continue;
        }
        const char c = format[++i];
        switch (c) {
        case 'Y': out += fmt::format("{}", d.year); break;
        case 'm': out += fmt::format("{:02}", d.month); break;
        case 'd': out += fmt::format("{:02}", d.day); break;
        case 'H': out += fmt::format("{:02}", tm.tm_hour); break;
        case 'M': out += fmt::format("{:02}", tm.tm_min); break;
        case 'S': out += fmt::format("{:02}", tm.tm_sec); break;
        case 'f': out += fmt::format("{:06}", clock % 1'000'000); break;
        case 'A': out += day_names[static_cast<std::size_t>(weekday)]; break;
        case 'a': out += std::string_view(day_names[static_cast<std::size_t>(weekday)]).substr(0, 3); break;
        case 'B': out += month_names[static_cast<std::size_t>(d.month - 1)]; break;
        case 'b':
        case 'h':
            out += std::string_view(month_names[static_cast<std::size_t>(d.month - 1)]).substr(0, 3);
            break;
        case 'z':
            if (const auto offset = offset_of(zone, when)) out += offset_text(*offset, "");
            break;
        case 'Z': out += zone_name(zone, when); break;
        case 'p': out += tm.tm_hour < 12 ? "AM" : "PM"; break;
        case '%': out += '%'; break;
        default: {
            char buffer[100];
            const char one[3] = {'%', c, '\0'};
            out.append(buffer, std::strftime(buffer, sizeof buffer, one, &tm));
        }
        }
    }
    return out;
}

// --- date and datetime.

class DateTime final : public Native {
  public:
    DateTime(Day d, std::int64_t c, Value z, bool is_date_only)
        : day(d), clock(c), zone(std::move(z)), date_only(is_date_only) {
        set_class(date_only ? classes().date : classes().datetime);
    }
    std::string type_name() const override { return date_only ? "datetime.date" : "datetime.datetime"; }
    Value self() const { return Value(const_cast<DateTime*>(this)); }
    std::optional<std::int64_t> offset() const { return offset_of(zone, self()); }

    /// Microseconds since the first day; of an aware one in UTC.
    std::int64_t instant() const { return ordinal(day) * day_microseconds + clock - offset().value_or(0); }

    bool equals(const Value& other) const override {
        const auto* o = dynamic_cast<DateTime*>(other.object());
        return o && o->date_only == date_only && o->offset().has_value() == offset().has_value() &&
               o->instant() == instant();
    }
    std::size_t hash() const override { return static_cast<std::size_t>(instant()); }
    std::string iso(std::string_view separator, std::string_view spec) const {
        std::string out = fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
        if (date_only) return out;
        out += separator;
        out += clock_text(clock, spec);
        if (const auto o = offset()) out += offset_text(*o);
        return out;
    }
    std::string str() const override { return iso(" ", "auto"); }
    std::string repr() const override {
        std::string out = fmt::format("{}({}, {}, {}", type_name(), day.year, day.month, day.day);
        if (date_only) return out + ")";
        out += fmt::format(", {}, {}", clock / 3'600'000'000, clock / 60'000'000 % 60);
        const std::int64_t seconds = clock / 1'000'000 % 60;
        const std::int64_t rest = clock % 1'000'000;
        if (seconds || rest) out += fmt::format(", {}", seconds);
        if (rest) out += fmt::format(", {}", rest);
        if (!zone.is_none()) out += ", tzinfo=" + repr_of(zone);
        return out + ")";
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "year") return day.year;
        if (name == "month") return day.month;
        if (name == "day") return day.day;
        if (date_only) return {};
        if (name == "hour") return clock / 3'600'000'000;
        if (name == "minute") return clock / 60'000'000 % 60;
        if (name == "second") return clock / 1'000'000 % 60;
        if (name == "microsecond") return clock % 1'000'000;
        if (name == "tzinfo") return zone;
        if (name == "fold") return 0;
        return {};
    }
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override;
    void clear() override {
        zone = Value();
        Native::clear();
    }

    Day day;
    std::int64_t clock;
    Value zone;
    bool date_only;
};

Value make_datetime(const Day& d, std::int64_t clock, const Value& zone = {}) {
    return make<DateTime>(d, clock, zone, false);
}
Value make_date(const Day& d) { return make<DateTime>(d, 0, Value(), true); }

/// From microseconds since day 0.
Value at_instant(std::int64_t instant, const Value& zone) {
    const std::int64_t clock = (instant % day_microseconds + day_microseconds) % day_microseconds;
    return make_datetime(from_ordinal((instant - clock) / day_microseconds), clock, zone);
}

DateTime* datetime_of(const Value& v) { return dynamic_cast<DateTime*>(native_part_of(v)); }

DateTime& self_of(Call& call) {
    DateTime* self = datetime_of(call[0]);
    if (!self) type_error(fmt::format("expected a date or datetime, got {}", call[0].type_name()));
    return *self;
}

std::optional<Value> DateTime::binary(Operator op, const Value& other, bool reflected) {
    if (const Delta* delta = delta_of(other)) {
        if (op != Operator::add && (op != Operator::subtract || reflected)) return {};
        const std::int64_t by = op == Operator::add ? delta->microseconds : -delta->microseconds;
        if (date_only) return make_date(from_ordinal(ordinal(day) + make<Delta>(by).native<Delta>()->days()));
        return at_instant(ordinal(day) * day_microseconds + clock + by, zone);
    }
    const DateTime* o = datetime_of(other);
    if (!o) return {};
    const bool order = is_comparison(op) && op != Operator::equal && op != Operator::not_equal;
    if (o->date_only != date_only) {
        if (order) type_error(fmt::format("can't compare {} to {}", type_name(), o->type_name()));
        return {};
    }
    const bool mixed = o->offset().has_value() != offset().has_value();
    if (mixed && order) type_error("can't compare offset-naive and offset-aware datetimes");
    if (is_comparison(op))
        return mixed ? Value(op == Operator::not_equal) : Value(decide(op, instant(), o->instant()));
    if (op != Operator::subtract) return {};
    if (mixed) type_error("can't subtract offset-naive and offset-aware datetimes");
    return make_delta(reflected ? o->instant() - instant() : instant() - o->instant());
}

// --- time.

class Clock final : public Native {
  public:
    Clock(std::int64_t us, Value z) : microseconds(us), zone(std::move(z)) { set_class(classes().time); }
    std::string type_name() const override { return "datetime.time"; }
    std::string iso(std::string_view spec) const {
        std::string out = clock_text(microseconds, spec);
        if (const auto offset = offset_of(zone, Value())) out += offset_text(*offset);
        return out;
    }
    std::string str() const override { return iso("auto"); }
    std::string repr() const override {
        std::string out =
            fmt::format("datetime.time({}, {}", microseconds / 3'600'000'000, microseconds / 60'000'000 % 60);
        if (microseconds % 60'000'000) out += fmt::format(", {}", microseconds / 1'000'000 % 60);
        if (microseconds % 1'000'000) out += fmt::format(", {}", microseconds % 1'000'000);
        if (!zone.is_none()) out += ", tzinfo=" + repr_of(zone);
        return out + ")";
    }
    bool equals(const Value& other) const override {
        const auto* o = dynamic_cast<Clock*>(other.object());
        return o && o->microseconds == microseconds;
    }
    std::size_t hash() const override { return static_cast<std::size_t>(microseconds); }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "hour") return microseconds / 3'600'000'000;
        if (name == "minute") return microseconds / 60'000'000 % 60;
        if (name == "second") return microseconds / 1'000'000 % 60;
        if (name == "microsecond") return microseconds % 1'000'000;
        if (name == "tzinfo") return zone;
        return {};
    }
    std::optional<Value> binary(Operator op, const Value& other, bool) override {
        const auto* o = other.is(Type::native) ? dynamic_cast<Clock*>(Peek::as<Native>(other)) : nullptr;
        if (!o || !is_comparison(op)) return {};
        return decide(op, microseconds, o->microseconds);
    }
    void clear() override {
        zone = Value();
        Native::clear();
    }

    std::int64_t microseconds;
    Value zone;
};

// --- Now, and from numbers.

std::int64_t unix_epoch() { return ordinal({1970, 1, 1}) * day_microseconds; }

std::int64_t now_microseconds(Call& call, const char* what) {
    call.interpreter().mark_irreproducible(what);
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// What the process's own time zone adds to UTC at this moment.
std::int64_t local_offset(std::int64_t unix_microseconds) {
    const std::time_t seconds =
        static_cast<std::time_t>(unix_microseconds / 1'000'000 - (unix_microseconds % 1'000'000 < 0));
    std::tm local{};
    localtime_r(&seconds, &local);
    return local.tm_gmtoff * std::int64_t(1'000'000);
}

Value from_unix(std::int64_t us, const Value& zone) {
    if (zone.is_none()) return at_instant(unix_epoch() + us + local_offset(us), zone);
    const Value in_utc = at_instant(unix_epoch() + us, zone);
    return at_instant(unix_epoch() + us + offset_of(zone, in_utc).value_or(0), zone);
}

std::int64_t unix_argument(const Value& v) {
    if (v.is_integer()) return v.as_int() * 1'000'000;
    return rounded(v.as_double() * 1e6);
}

// --- Text to values.

class IsoReader {
  public:
    explicit IsoReader(std::string_view text) : text_(text) {}

    [[noreturn]] void fail() const {
        value_error(fmt::format("Invalid isoformat string: {}", quoted(text_)));
    }
    bool done() const { return at_ == text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    bool accept(char c) { return peek() == c ? (++at_, true) : false; }
    void skip() { ++at_; }

    std::int64_t digits(std::size_t count) {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < count; ++i, ++at_) {
            if (peek() < '0' || peek() > '9') fail();
            value = value * 10 + (peek() - '0');
        }
        return value;
    }

    Day day() {
        const std::int64_t year = digits(4);
        const bool dashes = accept('-');
        const std::int64_t month = digits(2);
        if (dashes && !accept('-')) fail();
        return checked_day(year, month, digits(2));
    }

    std::int64_t clock() {
        const std::int64_t hour = digits(2);
        std::int64_t minute = 0;
        std::int64_t second = 0;
        std::int64_t rest = 0;
        const bool colons = peek() == ':';
        auto more = [&] { return colons ? accept(':') : peek() >= '0' && peek() <= '9'; };
        if (more()) minute = digits(2);
        if (more()) second = digits(2);
        if (accept('.') || accept(',')) {
            int count = 0;
            for (; peek() >= '0' && peek() <= '9'; skip(), ++count)
                if (count < 6) rest = rest * 10 + (peek() - '0');
            if (count == 0) fail();
            for (; count < 6; ++count) rest *= 10;
        }
        return checked_clock(hour, minute, second, rest);
    }

    Value zone() {
        if (accept('Z')) return classes().utc;
        const bool minus = peek() == '-';
        if (!minus && peek() != '+') return {};
        skip();
        const std::int64_t offset = clock();
        if (offset == 0) return classes().utc;
        return make<Zone>(minus ? -offset : offset, "");
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

Value datetime_from_iso(std::string_view text) {
    IsoReader reader(text);
    const Day day = reader.day();
    if (reader.done()) return make_datetime(day, 0);
    reader.skip();
    const std::int64_t clock = reader.clock();
    const Value zone = reader.zone();
    if (!reader.done()) reader.fail();
    return make_datetime(day, clock, zone);
}

/// strptime: the directives that dates in scripts use.
class Strptime {
  public:
    Strptime(std::string_view text, std::string_view format) : text_(text), format_(format) {}

    Value run() {
        for (std::size_t i = 0; i < format_.size(); ++i) {
            if (format_[i] == '%' && i + 1 < format_.size())
                directive(format_[++i]);
            else if (is_space(static_cast<unsigned char>(format_[i])))
                while (at_ < text_.size() && is_space(static_cast<unsigned char>(text_[at_]))) ++at_;
            else if (at_ >= text_.size() || text_[at_++] != format_[i])
                fail();
        }
        if (at_ < text_.size()) value_error(fmt::format("unconverted data remains: {}", text_.substr(at_)));
        if (afternoon_) hour_ = hour_ % 12 + (*afternoon_ ? 12 : 0);
        return make_datetime(found_day(), checked_clock(hour_, minute_, second_, rest_), zone_);
    }

  private:
    Day found_day() const {
        if (!day_of_year_) return checked_day(year_, month_, day_);
        return from_ordinal(ordinal(checked_day(year_, 1, 1)) + *day_of_year_ - 1);
    }

    [[noreturn]] void fail() const {
        value_error(fmt::format("time data {} does not match format {}", quoted(text_), quoted(format_)));
    }

    std::int64_t number(std::size_t most) {
        std::int64_t value = 0;
        std::size_t count = 0;
        for (; count < most && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++count)
            value = value * 10 + (text_[at_++] - '0');
        if (count == 0) fail();
        return value;
    }

    template <std::size_t N>
    std::int64_t name(const std::array<const char*, N>& names, bool full) {
        for (std::size_t i = 0; i < N; ++i) {
            const std::string_view wanted =
                full ? std::string_view(names[i]) : std::string_view(names[i]).substr(0, 3);
            const std::string_view found = text_.substr(at_, wanted.size());
            if (Value(found).method("lower").equals(Value(wanted).method("lower")))
                return at_ += wanted.size(), static_cast<std::int64_t>(i);
        }
        fail();
    }

    void directive(char c) {
        switch (c) {
        case 'Y': year_ = number(4); break;
        case 'y': year_ = number(2), year_ += year_ < 69 ? 2000 : 1900; break;
        case 'm':
            month_ = number(2);
            if (month_ < 1 || month_ > 12) fail();
            break;
        case 'j': day_of_year_ = number(3); break;
        case 'd': day_ = number(2); break;
        case 'H': hour_ = number(2); break;
        case 'I': hour_ = number(2), afternoon_ = afternoon_.value_or(false); break;
        case 'M': minute_ = number(2); break;
        case 'S': second_ = number(2); break;
        case 'f': {
            const std::size_t begin = at_;
            rest_ = number(6);
            for (std::size_t count = at_ - begin; count < 6; ++count) rest_ *= 10;
            break;
        }
        case 'B': month_ = name(month_names, true) + 1; break;
        case 'b': month_ = name(month_names, false) + 1; break;
        case 'A': name(day_names, true); break;
        case 'a': name(day_names, false); break;
        case 'p': {
            const std::string_view found = text_.substr(at_, 2);
            if (found != "AM" && found != "PM" && found != "am" && found != "pm") fail();
            afternoon_ = found[0] == 'P' || found[0] == 'p';
            at_ += 2;
            break;
        }
        case 'z': {
            IsoReader reader(text_.substr(at_));
            zone_ = reader.zone();
            at_ = text_.size();
            if (!reader.done() || zone_.is_none()) fail();
            break;
        }
        case '%':
            if (at_ >= text_.size() || text_[at_++] != '%') fail();
            break;
        default: value_error(fmt::format("'{}' is a bad directive in format {}", c, quoted(format_)));
        }
    }

    std::string_view text_;
    std::string_view format_;
    std::size_t at_ = 0;
    std::int64_t year_ = 1900, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0, rest_ = 0;
    std::optional<bool> afternoon_;
    std::optional<std::int64_t> day_of_year_;
    Value zone_;
};

// --- Constructors.

Value construct_date(Call& call, const Value&) {
    static const Signature signature("date(year, month, day)");
    const Bound args = signature.bind(call);
    return make_date(checked_day(args[0].as_int("year"), args[1].as_int("month"), args[2].as_int("day")));
}

Value construct_datetime(Call& call, const Value&) {
    static const Signature signature(
        "datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)");
    const Bound args = signature.bind(call);
    return make_datetime(
        checked_day(args[0].as_int("year"), args[1].as_int("month"), args[2].as_int("day")),
        checked_clock(args[3].as_int(), args[4].as_int(), args[5].as_int(), args[6].as_int()), args[7]);
}

Value construct_time(Call& call, const Value&) {
    static const Signature signature(
        "time(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)");
    const Bound args = signature.bind(call);
    return make<Clock>(checked_clock(args[0].as_int(), args[1].as_int(), args[2].as_int(), args[3].as_int()),
                       args[4]);
}

Value construct_timedelta(Call& call, const Value&) {
    static const Signature signature(
        "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)");
    const Bound args = signature.bind(call);
    constexpr std::array<std::int64_t, 7> units = {day_microseconds, 1'000'000,           1, 1000, 60'000'000,
                                                   3'600'000'000,    7 * day_microseconds};
    std::int64_t whole = 0;
    double fraction = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (args[i].is_integer()) {
            std::int64_t part = 0;
            if (args[i].is(Type::big_integer) || __builtin_mul_overflow(args[i].as_int(), units[i], &part) ||
                __builtin_add_overflow(whole, part, &whole))
                raise_error("OverflowError", "days out of range for timedelta");
        } else {
            const double part = args[i].as_double() * static_cast<double>(units[i]);
            if (!(std::abs(part) < 9e18)) raise_error("OverflowError", "days out of range for timedelta");
            fraction += part;
        }
    }
    return make_delta(whole + rounded(fraction));
}

Value construct_timezone(Call& call, const Value&) {
    const Delta* delta = delta_of(call[0]);
    if (!delta)
        type_error(
            fmt::format("timezone() argument 1 must be datetime.timedelta, not {}", call[0].type_name()));
    if (std::abs(delta->microseconds) >= day_microseconds)
        value_error(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
    const Value name = call.get(1, "name");
    if (delta->microseconds == 0 && name.is_none()) return classes().utc;
    return make<Zone>(delta->microseconds, name.is_none() ? "" : std::string(name.as_string()));
}

// --- Methods.

Value replace(Call& call) {
    DateTime& self = self_of(call);
    auto part = [&](const char* name, std::size_t index, std::int64_t otherwise) {
        const Value v = call.get(index, name);
        return v.is_none() ? otherwise : v.as_int(name);
    };
    const Day day = checked_day(part("year", 1, self.day.year), part("month", 2, self.day.month),
                                part("day", 3, self.day.day));
    if (self.date_only) return make_date(day);
    const std::int64_t clock = checked_clock(
        part("hour", 4, self.clock / 3'600'000'000), part("minute", 5, self.clock / 60'000'000 % 60),
        part("second", 6, self.clock / 1'000'000 % 60), part("microsecond", 7, self.clock % 1'000'000));
    return make_datetime(day, clock, call.get(8, "tzinfo", self.zone));
}

Value astimezone(Call& call) {
    const DateTime& self = self_of(call);
    Value zone = call.get(1, "tz");
    const std::int64_t us = self.offset()
                                ? self.instant() - unix_epoch()
                                : self.instant() - unix_epoch() - local_offset(self.instant() - unix_epoch());
    if (zone.is_none()) zone = make<Zone>(local_offset(us), "");
    return from_unix(us, zone);
}

Value timestamp(Call& call) {
    const DateTime& self = self_of(call);
    std::int64_t us = self.instant() - unix_epoch();
    if (!self.offset()) us -= local_offset(us - local_offset(us));
    return static_cast<double>(us) / 1e6;
}

Value isocalendar(Call& call) {
    const DateTime& self = self_of(call);
    const std::int64_t number = ordinal(self.day);
    const std::int64_t weekday = (number + 6) % 7 + 1;
    // The week belongs to the year of its Thursday.
    const Day thursday = from_ordinal(number + 4 - weekday);
    const std::int64_t week = (ordinal(thursday) - ordinal({thursday.year, 1, 1})) / 7 + 1;
    return make_tuple({Value(thursday.year), Value(week), Value(weekday)});
}

void add_day_methods(const Value& cls) {
    Methods(cls)
        .add("isoformat",
             [](Call& call) {
                 const std::string separator(call.get(1, "sep", Value("T")).as_string());
                 return Value(
                     self_of(call).iso(separator, call.get(2, "timespec", Value("auto")).as_string()));
             })
        .add("strftime",
             [](Call& call) {
                 const DateTime& self = self_of(call);
                 return Value(strftime(call[1].as_string(), self.day, self.clock, self.zone, call[0]));
             })
        .add("__format__",
             [](Call& call) {
                 const DateTime& self = self_of(call);
                 const std::string_view spec = call[1].as_string();
                 return Value(spec.empty() ? self.str()
                                           : strftime(spec, self.day, self.clock, self.zone, call[0]));
             })
        .add("weekday", [](Call& call) { return Value((ordinal(self_of(call).day) + 6) % 7); })
        .add("isoweekday", [](Call& call) { return Value((ordinal(self_of(call).day) + 6) % 7 + 1); })
        .add("isocalendar", isocalendar)
        .add("toordinal", [](Call& call) { return Value(ordinal(self_of(call).day)); })
        .add("timetuple",
             [](Call& call) {
                 const DateTime& self = self_of(call);
                 return make_tuple({Value(self.day.year), Value(self.day.month), Value(self.day.day),
                                    Value(self.clock / 3'600'000'000), Value(self.clock / 60'000'000 % 60),
                                    Value(self.clock / 1'000'000 % 60), Value((ordinal(self.day) + 6) % 7),
                                    Value(ordinal(self.day) - ordinal({self.day.year, 1, 1}) + 1),
                                    Value(-1)});
             })
        .add("ctime",
             [](Call& call) {
                 const DateTime& self = self_of(call);
                 return Value(strftime("%a %b %e %H:%M:%S %Y", self.day, self.clock, self.zone, call[0]));
             })
        .add("replace", replace)
        .class_method("today",
                      [](Call& call) {
                          const Value now = from_unix(now_microseconds(call, "datetime.today()"), Value());
                          return class_name(call[0]) == "date" ? make_date(datetime_of(now)->day) : now;
                      })
        .class_method("fromordinal",
                      [](Call& call) {
                          const Day day = from_ordinal(call[1].as_int());
                          return class_name(call[0]) == "date" ? make_date(day) : make_datetime(day, 0);
                      })
        .class_method("fromisoformat",
                      [](Call& call) {
                          const Value made = datetime_from_iso(call[1].as_string());
                          return class_name(call[0]) == "date" ? make_date(datetime_of(made)->day) : made;
                      })
        .class_method("fromtimestamp", [](Call& call) {
            const Value made = from_unix(unix_argument(call[1]), call.get(2, "tz"));
            return class_name(call[0]) == "date" ? make_date(datetime_of(made)->day) : made;
        });
}

void add_datetime_methods(const Value& cls) {
    Methods(cls)
        .add("date", [](Call& call) { return make_date(self_of(call).day); })
        .add("time", [](Call& call) { return make<Clock>(self_of(call).clock, Value()); })
        .add("timetz", [](Call& call) { return make<Clock>(self_of(call).clock, self_of(call).zone); })
        .add("timestamp", timestamp)
        .add("astimezone", astimezone)
        .add("utcoffset",
             [](Call& call) {
                 const auto offset = self_of(call).offset();
                 return offset ? make_delta(*offset) : Value();
             })
        .add("tzname",
             [](Call& call) {
                 return self_of(call).zone.is_none() ? Value()
                                                     : Value(zone_name(self_of(call).zone, call[0]));
             })
        .add("dst", [](Call&) { return Value(); })
        .class_method(
            "now",
            [](Call& call) { return from_unix(now_microseconds(call, "datetime.now()"), call.get(1, "tz")); })
        .class_method("utcnow",
                      [](Call& call) {
                          return at_instant(unix_epoch() + now_microseconds(call, "datetime.utcnow()"),
                                            Value());
                      })
        .class_method("utcfromtimestamp",
                      [](Call& call) { return at_instant(unix_epoch() + unix_argument(call[1]), Value()); })
        .class_method("strptime",
                      [](Call& call) { return Strptime(call[1].as_string(), call[2].as_string()).run(); })
        .class_method("combine", [](Call& call) {
            const DateTime* date = datetime_of(call[1]);
            const auto* time = dynamic_cast<Clock*>(native_part_of(call[2]));
            if (!date || !time) type_error("combine() takes a date and a time");
            return make_datetime(date->day, time->microseconds, call.get(3, "tzinfo", time->zone));
        });
}

void add_time_methods(const Value& cls) {
    auto self = [](Call& call) -> Clock& { return *call[0].native<Clock>(); };
    Methods(cls)
        .add("isoformat",
             [self](Call& call) {
                 return Value(self(call).iso(call.get(1, "timespec", Value("auto")).as_string()));
             })
        .add("strftime",
             [self](Call& call) {
                 return Value(strftime(call[1].as_string(), {1900, 1, 1}, self(call).microseconds,
                                       self(call).zone, Value()));
             })
        .add("__format__",
             [self](Call& call) {
                 const std::string_view spec = call[1].as_string();
                 return Value(spec.empty() ? self(call).str()
                                           : strftime(spec, {1900, 1, 1}, self(call).microseconds,
                                                      self(call).zone, Value()));
             })
        .add("replace",
             [self](Call& call) {
                 const std::int64_t us = self(call).microseconds;
                 auto part = [&](const char* name, std::size_t index, std::int64_t otherwise) {
                     const Value v = call.get(index, name);
                     return v.is_none() ? otherwise : v.as_int(name);
                 };
                 return make<Clock>(checked_clock(part("hour", 1, us / 3'600'000'000),
                                                  part("minute", 2, us / 60'000'000 % 60),
                                                  part("second", 3, us / 1'000'000 % 60),
                                                  part("microsecond", 4, us % 1'000'000)),
                                    call.get(5, "tzinfo", self(call).zone));
             })
        .class_method("fromisoformat", [](Call& call) {
            IsoReader reader(call[1].as_string());
            const std::int64_t us = reader.clock();
            const Value zone = reader.zone();
            if (!reader.done()) reader.fail();
            return make<Clock>(us, zone);
        });
}

Value native_class(const char* name, std::function<Value(Call&, const Value&)> construct,
                   std::vector<Value> bases = {}) {
    ClassSpec spec;
    spec.name = name;
    spec.module = "datetime";
    spec.construct = std::move(construct);
    spec.bases = std::move(bases);
    return make_class(std::move(spec));
}

/// One set per thread: values outlive the interpreter that made them.
Classes& mutable_classes() {
    thread_local Classes all;
    return all;
}
const Classes& classes() { return mutable_classes(); }

void make_classes() {
    Classes& all = mutable_classes();
    if (!all.date.is_none()) return;
    Heap* const before = Heap::use(nullptr);
    all.tzinfo = native_class("tzinfo", {});
    all.timezone = native_class("timezone", construct_timezone, {all.tzinfo});
    all.timedelta = native_class("timedelta", construct_timedelta);
    all.date = native_class("date", construct_date);
    all.time = native_class("time", construct_time);
    all.datetime = native_class("datetime", construct_datetime, {all.date});
    all.utc = make<Zone>(std::int64_t(0), "");
    add_day_methods(all.date);
    add_datetime_methods(all.datetime);
    add_time_methods(all.time);
    Methods(all.timedelta).add("total_seconds", [](Call& call) {
        return Value(static_cast<double>(call[0].native<Delta>()->microseconds) / 1e6);
    });
    Methods(all.timedelta).add("__abs__", [](Call& call) {
        return make_delta(std::abs(call[0].native<Delta>()->microseconds));
    });
    set_attribute(all.timezone, Key("utc"), all.utc);
    set_attribute(all.date, Key("min"), make_date({1, 1, 1}));
    set_attribute(all.date, Key("max"), make_date({9999, 12, 31}));
    set_attribute(all.datetime, Key("min"), make_datetime({1, 1, 1}, 0));
    set_attribute(all.datetime, Key("max"), make_datetime({9999, 12, 31}, day_microseconds - 1));
    set_attribute(all.time, Key("min"), make<Clock>(std::int64_t(0), Value()));
    set_attribute(all.time, Key("max"), make<Clock>(day_microseconds - 1, Value()));
    Heap::use(before);
}

} // namespace

void load_datetime(ModuleBuilder& module) {
    make_classes();
    const Classes& all = classes();
    module.add("date", all.date)
        .add("time", all.time)
        .add("datetime", all.datetime)
        .add("timedelta", all.timedelta);
    module.add("timezone", all.timezone)
        .add("tzinfo", all.tzinfo)
        .add("UTC", all.utc)
        .add("MINYEAR", 1)
        .add("MAXYEAR", 9999);
}

} // namespace orch::lang
