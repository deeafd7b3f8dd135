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

// Drivers agree on SQLSTATE classes where they have them; SQLite has result codes and its messages.
std::string_view class_for(const Error& error) {
    const std::string& state = error.state();
    bool sqlstate = state.size() == 5;
    if ((sqlstate && state.starts_with("23")) || mentions(error, "constraint failed"))
        return "IntegrityError";
    if (sqlstate && state.starts_with("22")) return "DataError";
    if (sqlstate && (state.starts_with("42") || state.starts_with("3F"))) return "ProgrammingError";
    if (sqlstate && state.starts_with("0A")) return "NotSupportedError";
    if (sqlstate && state.starts_with("XX")) return "InternalError";
    return "OperationalError";
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
    Value exception = exception_class(session, class_for(error)).call({Value(error.message())});
    exception.set_attribute("orig", exception);
    exception.set_attribute("statement", Value(error.statement()));
    return exception;
}

void raise_sqlalchemy(Session& session, std::string_view name, std::string_view message) {
    lang::raise_exception(exception_class(session, name), message);
}

} // namespace orch::script
