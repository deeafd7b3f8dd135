// Values, names and sizes: what goes in comes back, whatever it is and whatever it is called.
#include "conformance/kit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace orch::conformance {

namespace {

const schema::Type integer = type("Integer");

sql::ExpressionPtr column(const std::string& table, const std::string& name, const schema::Type& of) {
    return sql::make(
        {sql::ColumnRef{std::nullopt, table, name, std::make_shared<const schema::Type>(of), false}});
}

sql::Select select_of(const std::string& table, sql::ExpressionPtr what, sql::ExpressionPtr where) {
    sql::Select select;
    select.columns = {std::move(what)};
    select.from = {sql::Source{sql::TableRef{std::nullopt, table, std::nullopt}}};
    select.where = std::move(where);
    return select;
}

sql::ExpressionPtr equal(sql::ExpressionPtr left, sql::Datum value, const schema::Type& of) {
    auto right = sql::make({sql::Literal{std::move(value), std::make_shared<const schema::Type>(of)}});
    return sql::make({sql::Binary{"=", std::move(left), std::move(right)}});
}

/// The rows with this value, asked for with parameters and with literals.
void finds(Session& session, const std::string& table, const std::string& name, const schema::Type& of,
           std::int64_t id, const sql::Datum& value) {
    for (const dialect::Values how : {dialect::Values::parameters, dialect::Values::literals}) {
        auto where = sql::make({sql::Chain{
            "AND",
            {equal(column(table, "id", integer), id, integer), equal(column(table, name, of), value, of)}}});
        const sql::Select select = select_of(table, column(table, "id", integer), where);
        const sql::Result found = session->execute(session.compiler().compile(sql::Query(select), how));
        expect(found.rows.size() == 1,
               fmt::format("{} as {} does not come back, asked for with {}", in_words(value), of.name,
                           how == dialect::Values::parameters ? "parameters" : "literals"));
    }
}

/// Stores each value and looks for it again.
void keeps(const Kit& kit, const schema::Type& of, const std::vector<sql::Datum>& values) {
    Session session(kit);
    try {
        session.table("kit_values", {{"id", integer}, {"v", of}});
    } catch (const Error& error) {
        if (error.fault() == Fault::script) throw LeftOut{error.message()};
        throw;
    }
    std::int64_t id = 0;
    for (const sql::Datum& value : values)
        session.commit([&] { session.insert("kit_values", {"id", "v"}, {{++id, value}}, {integer, of}); });
    session.commit([&] { session.insert("kit_values", {"id", "v"}, {{++id, sql::Null{}}}, {integer, of}); });
    for (std::size_t i = 0; i < values.size(); ++i)
        finds(session, "kit_values", "v", of, static_cast<std::int64_t>(i) + 1, values[i]);
    expect(session.value("SELECT count(*) FROM kit_values WHERE v IS NULL") == sql::Datum(std::int64_t{1}),
           "NULL does not come back as NULL");
}

const std::vector<sql::Datum>& texts() {
    static const std::vector<sql::Datum> all{
        std::string("plain"),
        std::string("it's"),
        std::string("a \"name\""),
        std::string("back\\slash"),
        std::string("end\\"),
        std::string("%s %(x)s :name ? $1 {}"),
        std::string("two\nlines\r\n"),
        std::string("-- no comment /* */"),
        std::string("a; DROP TABLE x"),
        std::string("gr\xc3\xbc\xc3\x9f \xe2\x86\x92 \xe6\xbc\xa2 \xf0\x9f\x98\x80"),
        std::string("'"),
        std::string("`"),
    };
    return all;
}

void keeps_texts(const Kit& kit) { keeps(kit, type("String", 200), texts()); }
void keeps_long_texts(const Kit& kit) { keeps(kit, type("Text"), texts()); }

void gives_texts_back(const Kit& kit) {
    const schema::Type text = type("String", 200);
    Session session(kit);
    session.table("kit_values", {{"id", integer}, {"v", text}});
    std::int64_t id = 0;
    for (const sql::Datum& value : texts()) {
        session.commit([&] { session.insert("kit_values", {"id", "v"}, {{++id, value}}, {integer, text}); });
        expect_equal(session.value(fmt::format("SELECT v FROM kit_values WHERE id = {}", id)), value,
                     "a text");
    }
}

void keeps_or_refuses_nul(const Kit& kit) {
    const schema::Type text = type("String", 200);
    Session session(kit);
    session.table("kit_values", {{"id", integer}, {"v", text}});
    const sql::Datum value = std::string("a\0b", 3);
    try {
        session.commit([&] {
            session.insert("kit_values", {"id", "v"}, {{std::int64_t{1}, value}}, {integer, text});
        });
        expect_equal(session.value("SELECT v FROM kit_values"), value, "a text with a NUL");
    } catch (const Error& error) {
        expect(session.count("kit_values") == 0,
               "a NUL was refused, and the row is there: " + error.message());
    }
    failure_of([&] { session.run(std::string("SELECT 1\0, 2", 11)); }, "a NUL in a statement");
    expect(session.value("SELECT 1") == sql::Datum(std::int64_t{1}), "the session is of no use after a NUL");
}

void keeps_integers(const Kit& kit) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    keeps(kit, type("BigInteger"), {std::int64_t{0}, std::int64_t{-1}, most, -most, std::int64_t{1} << 53});
}

void keeps_numbers(const Kit& kit) {
    schema::Type numeric = type("Numeric");
    numeric.precision = 12;
    numeric.scale = 4;
    keeps(kit, numeric, {sql::Decimal{"0"}, sql::Decimal{"-12.5"}, sql::Decimal{"99999999.25"}});
}

void keeps_floats(const Kit& kit) { keeps(kit, type("Float"), {0.0, 0.5, -1024.25}); }
void keeps_booleans(const Kit& kit) { keeps(kit, type("Boolean"), {true, false}); }

void keeps_bytes(const Kit& kit) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    keeps(kit, type("LargeBinary"), {sql::Bytes{all}, sql::Bytes{std::string(1, '\0')}, sql::Bytes{"'\\"}});
}

void keeps_dates(const Kit& kit) {
    using sql::Temporal;
    keeps(kit, type("Date"),
          {Temporal{Temporal::date, "2024-02-29"}, Temporal{Temporal::date, "1970-01-01"}});
}

void keeps_instants(const Kit& kit) {
    using sql::Temporal;
    keeps(kit, type("DateTime"), {Temporal{Temporal::datetime, "2024-05-01 12:30:00"}});
}

void keeps_uuids(const Kit& kit) {
    keeps(kit, type("Uuid"), {sql::Uuid{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}});
}

// ---- names

/// A table and a column of this name are made, seen, filled, indexed and dropped.
void bears(const Kit& kit, const std::string& name) {
    Session session(kit);
    const schema::Type text = type("String", 20);
    session.table(name, {{"id", integer}, {name == "id" ? "x" : name, text}});
    expect(session->has_table(name, std::nullopt), fmt::format("has_table() does not find '{}'", name));
    const std::vector<std::string> names = session->table_names(std::nullopt);
    expect(std::ranges::find(names, name) != names.end(),
           fmt::format("table_names() does not tell '{}'", name));
    session.commit([&] {
        session.insert(name, {"id", name}, {{std::int64_t{1}, std::string("v")}}, {integer, text});
    });
    finds(session, name, name, text, 1, std::string("v"));
    ops::CreateIndex index;
    // Another one: tables and indexes share their names in some databases. The first two bytes of a long one
    // are whole characters.
    index.index.name = "ix" + (name.size() + 2 <= kit.traits().max_identifier ? name : name.substr(2));
    index.index.table = name;
    index.index.elements.push_back({});
    index.index.elements.back().column = name;
    session.commit([&] { session.apply(index); });
    ops::DropTable drop;
    drop.table = name;
    session.commit([&] { session.apply(drop); });
    expect(!session->has_table(name, std::nullopt), fmt::format("'{}' was dropped and is there", name));
}

void bears_reserved_words(const Kit& kit) {
    for (const char* name :
         {"select", "table", "order", "group", "user", "values", "index", "from", "default"})
        bears(kit, name);
}

void bears_odd_names(const Kit& kit) {
    for (const char* name :
         {"with space", "with-dash", "per%cent", "semi;colon", "co:lon", "que?stion", "dol$1ar",
          "back\\slash", "sin'gle", "dou\"ble", "back`tick", "1digit", "dot.ted"})
        bears(kit, name);
}

void bears_unicode(const Kit& kit) {
    for (const char* name :
         {"gr\xc3\xbc\xc3\x9f", "\xe8\xa1\xa8\xe6\xa0\xbc", "\xd1\x82\xd0\xb0\xd0\xb1\xd0\xbb"})
        bears(kit, name);
}

void tells_case_apart(const Kit& kit) {
    for (const char* name : {"MixedCase", "UPPER"}) bears(kit, name);
    Session session(kit);
    session.table("KitCase", {{"id", integer}});
    const std::vector<std::string> names = session->table_names(std::nullopt);
    expect(names == std::vector<std::string>{"KitCase"}, "a name in mixed case comes back as another one");
}

constexpr std::size_t longest_tried = 200;

void bears_names_at_the_limit(const Kit& kit) {
    const std::size_t limit = std::min(kit.traits().max_identifier, longest_tried);
    bears(kit, std::string(limit, 'n'));
    std::string wide;
    while (wide.size() + 2 <= limit) wide += "\xc3\xbc";
    bears(kit, wide);
}

void cuts_no_name(const Kit& kit) {
    const std::size_t limit = kit.traits().max_identifier;
    if (limit > longest_tried) throw LeftOut{"names have no limit that matters"};
    const std::string name(limit + 1, 'n');
    Session session(kit);
    try {
        session.table(name, {{"id", integer}});
    } catch (const Error&) {
        return;
    }
    expect(session->has_table(name, std::nullopt),
           fmt::format("a table's name of {} bytes was cut without a word", name.size()));
}

// ---- large statements

constexpr std::size_t large = 10'000'000;

void takes_a_long_statement(const Kit& kit) {
    Session session(kit);
    session.table("kit_large", {{"id", integer}, {"v", type("String", 50)}});
    session.commit([&] { session.insert("kit_large", {"id", "v"}, {{std::int64_t{1}, std::string("x")}}); });
    const std::string text(large, 'x');
    expect(session.value("SELECT count(*) FROM kit_large WHERE v <> '" + text + "'") ==
               sql::Datum(std::int64_t{1}),
           "a statement of 10 MB gives another answer");
}

void takes_many_rows(const Kit& kit) {
    Session session(kit);
    const schema::Type text = type("Text");
    session.table("kit_large", {{"id", integer}, {"v", text}});
    constexpr std::int64_t rows = 10'000;
    std::vector<std::vector<sql::Datum>> all;
    for (std::int64_t i = 1; i <= rows; ++i) all.push_back({i, std::string(large / rows, 'x')});
    session.commit([&] { session.insert("kit_large", {"id", "v"}, std::move(all), {integer, text}); });
    expect(session.count("kit_large") == rows, "of 10,000 rows of 1 kB some are missing");
}

} // namespace

std::vector<OfDatabase> value_checks() {
    return {{"texts, whatever they hold", keeps_texts},
            {"long texts", keeps_long_texts},
            {"texts come back as they were", gives_texts_back},
            {"a NUL in a text is kept or refused", keeps_or_refuses_nul},
            {"integers of 64 bits", keeps_integers},
            {"decimal numbers", keeps_numbers},
            {"floating numbers", keeps_floats},
            {"booleans", keeps_booleans},
            {"bytes", keeps_bytes},
            {"dates", keeps_dates},
            {"dates with a time", keeps_instants},
            {"UUIDs", keeps_uuids}};
}

std::vector<OfDatabase> name_checks() {
    return {{"reserved words", bears_reserved_words},
            {"names with any character", bears_odd_names},
            {"names in any script", bears_unicode},
            {"upper and lower case", tells_case_apart},
            {"names as long as they may be", bears_names_at_the_limit},
            {"a name that is too long is not cut", cuts_no_name}};
}

std::vector<OfDatabase> large_checks() {
    return {{"a statement of 10 MB", takes_a_long_statement}, {"10 MB of rows", takes_many_rows}};
}

} // namespace orch::conformance
