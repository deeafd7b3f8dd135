// Values on their way into MariaDB and MySQL. Moments lose their zone, as the drivers of SQLAlchemy do it,
// since neither DATETIME nor TIMESTAMP has room for one; a Uuid is 32 characters where the column is
// CHAR(32).
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace orch::mariadb {

namespace {

using dialect::Kind;

/// "2024-05-01 12:30:00+02:00" without the zone.
std::string without_zone(const std::string& iso) {
    const std::size_t clock = iso.find(':');
    if (clock == std::string::npos) return iso;
    return iso.substr(0, iso.find_first_of("+-Z", clock));
}

/// "1 02:00:00.5" after 1970-01-01 as a moment, which is how SQLAlchemy keeps an Interval.
std::string after_epoch(const std::string& interval) {
    using namespace std::chrono;
    const bool negative = interval.starts_with('-');
    long long day_count = 0, hour_count = 0, minute_count = 0;
    double second_count = 0;
    if (std::sscanf(interval.c_str() + (negative ? 1 : 0), "%lld %lld:%lld:%lf", &day_count, &hour_count,
                    &minute_count, &second_count) != 4)
        throw Error(Fault::script, fmt::format("expected an interval, got '{}'", interval));
    const microseconds length = days(day_count) + hours(hour_count) + minutes(minute_count) +
                                round<microseconds>(duration<double>(second_count));
    const sys_time<microseconds> at{negative ? -length : length};
    const auto midnight = floor<days>(at);
    const year_month_day date(midnight);
    const hh_mm_ss clock(at - midnight);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

/// Offline the type is CHAR(32), unless it is the UUID of MariaDB by name.
std::string uuid_text(const std::string& uuid, const std::string& column_type) {
    return column_type == "UUID" ? uuid : replace_all(uuid, "-", "");
}

} // namespace

sql::Datum Compiler::bind(const sql::Datum& value, const schema::Type* column_type) const {
    const Kind wanted = column_type ? kind(*column_type) : Kind::unknown;
    sql::Datum bound = AnsiCompiler::bind(value, column_type);
    if (auto* temporal = std::get_if<sql::Temporal>(&bound)) {
        if (temporal->kind == sql::Temporal::interval)
            return sql::Temporal{sql::Temporal::datetime, after_epoch(temporal->iso)};
        temporal->iso = without_zone(temporal->iso);
    }
    if (const auto* uuid = std::get_if<sql::Uuid>(&bound))
        return uuid_text(uuid->text, wanted == Kind::uuid ? type(*column_type) : "");
    if (const auto* text = std::get_if<std::string>(&bound); text && wanted == Kind::uuid)
        return uuid_text(*text, type(*column_type));
    return bound;
}

std::string Compiler::literal_of(const sql::Datum& value) const {
    if (const auto* text = std::get_if<std::string>(&value); text && text->find('\0') != std::string::npos)
        return "CONVERT(" + AnsiCompiler::literal_of(sql::Bytes{*text}) + " USING utf8mb4)";
    const std::string out = AnsiCompiler::literal_of(value);
    return server_.backslash_escapes ? replace_all(out, "\\", "\\\\") : out;
}

} // namespace orch::mariadb
