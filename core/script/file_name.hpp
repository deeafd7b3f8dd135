// How a new revision's file is called and dated, by Alembic's rules: file_template, truncate_slug_length,
// timezone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orch::script {

/// A moment on the clock of some time zone.
struct CreateDate {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0;
    std::int64_t epoch = 0; ///< seconds since 1970 in UTC
    bool zoned = false;     ///< whether the offset is shown
    long utc_offset = 0;    ///< seconds east of UTC

    /// As Python's str(datetime): "2024-06-20 20:24:44.644709", "2024-06-20 20:24:44.644709+02:00".
    std::string text() const;
};

/// Now, in a zone of the system's database ("UTC", "Europe/Berlin"; "" is local time, without an offset). The
/// case of the name may be all wrong, as in Alembic: "utc". Throws Error(config) for a zone that is not
/// there.
CreateDate create_date(const std::string& timezone);

/// A moment in a zone: create_date() with the time given. `nanoseconds` since 1970 in UTC.
CreateDate date_at(std::int64_t nanoseconds, const std::string& timezone);

/// The words of a message, in lower case, joined by '_'; cut before the word that would make it longer than
/// `limit` characters (0: 40), then ending in '_'.
std::string slug(std::string_view message, int limit);

/// Python's `template % {...}` with rev, slug, epoch, year, month, day, hour, minute and second. Throws
/// Error(config) for another name, with the nearest, or a conversion that does not fit.
std::string fill_file_template(std::string_view file_template, const std::string& rev,
                               const std::string& slug, const CreateDate& date);

} // namespace orch::script
