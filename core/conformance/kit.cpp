#include "conformance/kit.hpp"

#include <fmt/format.h>

#include <set>

namespace orch::conformance {

void expect(bool holds, const std::string& otherwise) {
    if (!holds) throw Failed{otherwise};
}

namespace {

std::string shortened(std::string text) {
    constexpr std::size_t most = 60;
    return text.size() <= most ? text : fmt::format("{}... ({} bytes)", text.substr(0, most), text.size());
}

} // namespace

std::string in_words(const sql::Datum& value) {
    if (std::holds_alternative<sql::Null>(value)) return "NULL";
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) return fmt::format("'{}'", shortened(*text));
    if (const auto* bytes = std::get_if<sql::Bytes>(&value))
        return fmt::format("{} bytes", bytes->bytes.size());
    if (const auto* number = std::get_if<sql::Decimal>(&value)) return "decimal " + number->digits;
    if (const auto* time = std::get_if<sql::Temporal>(&value)) return time->iso;
    if (const auto* json = std::get_if<sql::Json>(&value)) return "JSON " + shortened(json->text);
    if (const auto* uuid = std::get_if<sql::Uuid>(&value)) return uuid->text;
    return "an array";
}

void expect_equal(const sql::Datum& found, const sql::Datum& expected, std::string_view of) {
    expect(found == expected,
           fmt::format("{}: expected {}, got {}", of, in_words(expected), in_words(found)));
}

Error failure_of(const std::function<void()>& work, std::string_view of) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw Failed{fmt::format("{}: expected an error, got none", of)};
}

std::unique_ptr<dialect::Connection> Kit::connect(bool read_only) const {
    dialect::ConnectOptions options;
    options.read_only = read_only;
    return dialect_.connect(url_, options);
}

// A table that others refer to goes after them, so what is refused is tried again.
void Kit::clean() const {
    Session session(*this);
    std::vector<std::string> names = session->table_names(std::nullopt);
    for (std::size_t before = names.size() + 1; !names.empty() && names.size() < before;) {
        before = names.size();
        for (const std::string& name : names) {
            ops::DropTable drop;
            drop.table = name;
            try {
                session.commit([&] { session.apply(drop); });
            } catch (const Error&) {
                continue; // the next round, or the check that follows, tells
            }
        }
        names = session->table_names(std::nullopt);
    }
    expect(names.empty(), fmt::format("table '{}' cannot be dropped", names.empty() ? "" : names.front()));
}

const dialect::Compiler& Session::compiler() const {
    const dialect::Compiler* own = connection_->compiler();
    return own ? *own : dialect_.compiler();
}

void Session::run(const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    connection_->execute(statement);
}

sql::Datum Session::value(const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    statement.reads = true;
    const sql::Result result = connection_->execute(statement);
    expect(!result.rows.empty() && !result.rows.front().empty(), "no row came back from: " + sql);
    return result.rows.front().front();
}

std::int64_t Session::count(const std::string& table) {
    const sql::Datum found = value("SELECT count(*) FROM " + compiler().quote(table));
    const auto* number = std::get_if<std::int64_t>(&found);
    expect(number != nullptr, "count(*) is no integer but " + in_words(found));
    return *number;
}

void Session::apply(ops::Action action) {
    connection_->perform({std::move(action), {}}, compiler(), [&](const dialect::Statement& statement) {
        return statement.sql.empty() ? sql::Result{} : connection_->execute(statement);
    });
}

sql::Result Session::query(sql::Query query) {
    return connection_->execute(compiler().compile(query, dialect::Values::parameters));
}

void Session::insert(const std::string& table, std::vector<std::string> columns,
                     std::vector<std::vector<sql::Datum>> rows, const std::vector<schema::Type>& types) {
    sql::Insert insert;
    insert.table.name = table;
    insert.columns = std::move(columns);
    for (const schema::Type& each : types) insert.types.push_back(std::make_shared<const schema::Type>(each));
    insert.types.resize(insert.columns.size());
    for (std::vector<sql::Datum>& row : rows) {
        auto& expressions = insert.rows.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i)
            expressions.push_back(sql::make({sql::Literal{std::move(row[i]), insert.types[i]}}));
    }
    apply(ops::BulkInsert{std::move(insert)});
}

void Session::table(const std::string& name,
                    const std::vector<std::pair<std::string, schema::Type>>& columns) {
    ops::CreateTable create;
    create.table.name = name;
    for (const auto& [column, type] : columns) {
        schema::Column& made = create.table.columns.emplace_back();
        made.name = column;
        made.type = type;
        made.primary_key = create.table.columns.size() == 1;
        made.autoincrement = schema::Autoincrement::no;
    }
    commit([&] { apply(create); });
}

void Session::commit(const std::function<void()>& work) {
    connection_->begin(true);
    try {
        work();
        if (connection_->in_transaction()) connection_->commit();
    } catch (...) {
        connection_->rollback();
        throw;
    }
}

schema::Type type(const char* name, std::optional<std::int64_t> length) {
    schema::Type made;
    made.name = name;
    made.length = length;
    return made;
}

} // namespace orch::conformance
