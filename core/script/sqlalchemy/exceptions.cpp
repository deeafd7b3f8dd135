// sqlalchemy.exc, and which of its classes an error of the database is for a script's `except`.
#include "script/sqlalchemy/connection.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {

using lang::Value;

namespace {

struct Row {
    std::string_view name, base;
};

constexpr std::array rows = {
    Row{"SQLAlchemyError", "Exception"},
    Row{"ArgumentError", "SQLAlchemyError"},
    Row{"CompileError", "SQLAlchemyError"},
    Row{"UnsupportedCompilationError", "CompileError"},
    Row{"InvalidRequestError", "SQLAlchemyError"},
    Row{"NoInspectionAvailable", "InvalidRequestError"},
    Row{"NoSuchTableError", "InvalidRequestError"},
    Row{"NoSuchColumnError", "InvalidRequestError"},
    Row{"NoReferenceError", "InvalidRequestError"},
    Row{"NoReferencedTableError", "NoReferenceError"},
    Row{"NoReferencedColumnError", "NoReferenceError"},
    Row{"NoResultFound", "InvalidRequestError"},
    Row{"MultipleResultsFound", "InvalidRequestError"},
    Row{"PendingRollbackError", "InvalidRequestError"},
    Row{"ResourceClosedError", "InvalidRequestError"},
    Row{"ObjectNotExecutableError", "ArgumentError"},
    Row{"NoSuchModuleError", "ArgumentError"},
    Row{"NoForeignKeysError", "ArgumentError"},
    Row{"AmbiguousForeignKeysError", "ArgumentError"},
    Row{"CircularDependencyError", "SQLAlchemyError"},
    Row{"DisconnectionError", "SQLAlchemyError"},
    Row{"IdentifierError", "SQLAlchemyError"},
    Row{"InvalidatePoolError", "DisconnectionError"},
    Row{"TimeoutError", "SQLAlchemyError"},
    Row{"AwaitRequired", "InvalidRequestError"},
    Row{"DetachedInstanceError", "SQLAlchemyError"},
    Row{"FlushError", "SQLAlchemyError"},
    Row{"StaleDataError", "SQLAlchemyError"},
    Row{"UnmappedError", "InvalidRequestError"},
    Row{"UnmappedClassError", "UnmappedError"},
    Row{"UnmappedInstanceError", "UnmappedError"},
    Row{"UnmappedColumnError", "InvalidRequestError"},
    Row{"ObjectDeletedError", "InvalidRequestError"},
    Row{"UnboundExecutionError", "InvalidRequestError"},
    Row{"StatementError", "SQLAlchemyError"},
    Row{"DBAPIError", "StatementError"},
    Row{"InterfaceError", "DBAPIError"},
    Row{"DatabaseError", "DBAPIError"},
    Row{"DataError", "DatabaseError"},
    Row{"OperationalError", "DatabaseError"},
    Row{"IntegrityError", "DatabaseError"},
    Row{"InternalError", "DatabaseError"},
    Row{"ProgrammingError", "DatabaseError"},
    Row{"NotSupportedError", "DatabaseError"},
    Row{"SADeprecationWarning", "Warning"},
    Row{"SAWarning", "Warning"},
    Row{"RemovedIn20Warning", "SADeprecationWarning"},
};

bool mentions(const Error& error, std::string_view word) {
    return error.message().find(word) != std::string::npos;
}

// MySQL's own number in "1146 (42S02)", or nothing.
std::optional<std::int64_t> mysql_number(const std::string& state) {
    if (!state.ends_with(')') || state.find(" (") == std::string::npos) return std::nullopt;
    return std::strtoll(state.c_str(), nullptr, 10);
}

// As MySQL's drivers sort its numbers; what they do not list is operational.
std::string_view class_for_number(std::int64_t number) {
    static const std::map<std::int64_t, std::string_view> known{
        {1007, "ProgrammingError"},  {1048, "IntegrityError"},    {1062, "IntegrityError"},
        {1064, "ProgrammingError"},  {1102, "ProgrammingError"},  {1103, "ProgrammingError"},
        {1110, "ProgrammingError"},  {1111, "ProgrammingError"},  {1112, "ProgrammingError"},
        {1113, "ProgrammingError"},  {1146, "ProgrammingError"},  {1149, "ProgrammingError"},
        {1171, "DataError"},         {1179, "ProgrammingError"},  {1196, "NotSupportedError"},
        {1215, "IntegrityError"},    {1216, "IntegrityError"},    {1217, "IntegrityError"},
        {1230, "DataError"},         {1235, "NotSupportedError"}, {1263, "DataError"},
        {1264, "DataError"},         {1265, "DataError"},         {1286, "NotSupportedError"},
        {1289, "NotSupportedError"}, {1406, "DataError"},         {1441, "DataError"},
        {1451, "IntegrityError"},    {1452, "IntegrityError"},
    };
    const auto found = known.find(number);
    return found == known.end() ? "OperationalError" : found->second;
}

// Drivers agree on SQLSTATE classes where they have them; SQLite has result codes and its messages.
std::string_view class_for(const Error& error) {
    const std::string& state = error.state();
    if (const auto number = mysql_number(state)) return class_for_number(*number);
    bool sqlstate = state.size() == 5;
    if ((sqlstate && state.starts_with("23")) || mentions(error, "constraint failed"))
        return "IntegrityError";
    if (sqlstate && state.starts_with("22")) return "DataError";
    if (sqlstate && (state.starts_with("42") || state.starts_with("3F"))) return "ProgrammingError";
    if (sqlstate && state.starts_with("0A")) return "NotSupportedError";
    if (sqlstate && state.starts_with("XX")) return "InternalError";
    return "OperationalError";
}

Value driver_exception(Session& session, std::string_view name) {
    std::string key = fmt::format("driver exception {}", name);
    auto found = session.made.find(key);
    if (found != session.made.end()) return found->second;
    return session.made[key] = lang::make_exception(name, "driver", lang::builtin("Exception"));
}

} // namespace

Value exception_class(Session& session, std::string_view name) {
    std::string key = fmt::format("exception {}", name);
    auto found = session.made.find(key);
    if (found != session.made.end()) return found->second;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.name == name; });
    bool built_in = row->base == "Exception" || row->base == "Warning";
    Value base = built_in ? lang::builtin(row->base) : exception_class(session, row->base);
    Value made = lang::make_exception(name, "sqlalchemy.exc", base);
    session.made[key] = made;
    return made;
}

std::vector<std::string> exception_names() {
    std::vector<std::string> result;
    for (const auto& row : rows) result.emplace_back(row.name);
    return result;
}

std::optional<Value> exception_of(Session& session, const Error& error) {
    if (error.fault() != Fault::database) return std::nullopt;
    std::string_view name = class_for(error);
    Value exception = exception_class(session, name).call({Value(error.message())});
    // The driver's own exception: of another class, with what drivers tell beside the words.
    std::vector<Value> words{Value(error.message())};
    if (const auto number = mysql_number(error.state())) words.insert(words.begin(), Value(*number));
    Value orig = driver_exception(session, name).call(std::move(words));
    Value state = error.state().empty() ? Value() : Value(error.state());
    for (const char* attribute : {"pgcode", "sqlstate"}) orig.set_attribute(attribute, state);
    orig.set_attribute("pgerror", Value(error.message()));
    exception.set_attribute("orig", orig);
    exception.set_attribute("statement", Value(error.statement()));
    exception.set_attribute("params", Value());
    exception.set_attribute("connection_invalidated", Value(false));
    return exception;
}

void raise_sqlalchemy(Session& session, std::string_view name, std::string_view message) {
    lang::raise_exception(exception_class(session, name), message);
}

} // namespace orch::script
