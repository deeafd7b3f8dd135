// One value of a database: what a parameter carries in and a result's column brings out, and what a literal
// in SQL is.
#pragma once

#include "base/api.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace orch::sql {

struct Null {
    friend bool operator==(Null, Null) { return true; }
};
/// Raw bytes (BLOB, BYTEA).
struct Bytes {
    std::string bytes;
    friend bool operator==(const Bytes&, const Bytes&) = default;
};
/// An exact decimal or an integer beyond 64 bits, as digits: "-12.50".
struct Decimal {
    std::string digits;
    friend bool operator==(const Decimal&, const Decimal&) = default;
};
/// ISO 8601 text of a calendar value: "2024-05-01", "12:30:00.000001", "2024-05-01 12:30:00+00:00". The kind
/// says which.
struct Temporal {
    enum Kind { date, time, datetime, interval } kind = datetime;
    std::string iso; ///< interval: days and seconds as "DAYS HH:MM:SS[.ffffff]", negative with a leading '-'
    friend bool operator==(const Temporal&, const Temporal&) = default;
};
/// A JSON document as text, already serialised.
struct Json {
    std::string text;
    friend bool operator==(const Json&, const Json&) = default;
};
/// A UUID in its 36-character form.
struct Uuid {
    std::string text;
    friend bool operator==(const Uuid&, const Uuid&) = default;
};
struct Array;
/// std::vector of an incomplete type keeps Datum small and recursive.
struct Array {
    std::vector<struct DatumBox> items;
    friend ORCH_API bool operator==(const Array&, const Array&);
};

/// std::string is UTF-8 text.
using Datum =
    std::variant<Null, bool, std::int64_t, double, std::string, Bytes, Decimal, Temporal, Json, Uuid, Array>;

struct DatumBox {
    Datum value;
    friend bool operator==(const DatumBox&, const DatumBox&) = default;
};

} // namespace orch::sql
