// The one error type of orch, and the one place where it is put into words for a person.
//
// Every room throws Error; whoever knows more than the thrower catches it, adds a note and throws on; main
// renders it and exits with its fault's code. An Error is a value: it may be stored (a report per
// environment) and copied.
#pragma once

#include "base/api.hpp"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// Who can mend it. Decides the exit code (exit_code()).
enum class Fault {
    usage,       ///< the command line asks for something that does not exist or does not fit
    config,      ///< the ini file, pyproject.toml or an environment variable that they name
    script,      ///< a revision file, an env.py or a template
    graph,       ///< the revisions do not fit together, or not with the database's version
    database,    ///< the database refused a statement or cannot be reached
    plugin,      ///< a dialect plugin is missing, stale or broken
    system,      ///< files, folders, disk space
    pending,     ///< a command that checks found something to do; not a failure of orch
    busy,        ///< somebody else holds the lock
    partial,     ///< some environments failed and some did not
    interrupted, ///< Ctrl-C or SIGTERM (interrupt.hpp); the run was stopped on purpose
    internal,    ///< a defect of orch
};

/// The exit code of a program that ends with this fault: 1 failed, 2 usage, 3 pending, 4 lock busy, 5
/// partial, 130 or 143 interrupted (128 and the number of the signal).
ORCH_API int exit_code(Fault fault);

/// A place in one of the user's files. Lines and columns count from 1; 0 stands for "unknown". Columns count
/// characters (code points), so that the caret stands under the right one.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    int width = 1;      ///< how many characters the caret line underlines
    std::string source; ///< the text of the line, without its end; empty where it is not at hand

    bool known() const { return !file.empty(); }
    friend bool operator==(const Place&, const Place&) = default;
};

/// An error with its facts. Messages are lower case, without a full stop, names in single quotes: what is
/// wrong, then "expected X, got Y"; the hint says what to do. Secrets never stand in any field.
class ORCH_API Error : public std::exception {
  public:
    Error(Fault fault, std::string message);

    /// Each of these sets a fact and gives the error back, so that a throw reads as one sentence. at() keeps
    /// the first place that was given: the innermost is the one that the user wants.
    Error& at(Place place);
    Error& hint(std::string text);
    Error& note(std::string text);
    Error& sql(std::string statement, std::string state = {});

    /// The same error as another fault.
    Error as(Fault fault) const;

    Fault fault() const { return fault_; }
    const std::string& message() const { return message_; }
    const std::optional<Place>& place() const { return place_; }
    const std::string& hint() const { return hint_; }
    const std::vector<std::string>& notes() const { return notes_; }
    const std::string& statement() const { return sql_; }
    const std::string& state() const { return state_; } ///< SQLSTATE or the driver's own code, may be empty
    const char* what() const noexcept override { return message_.c_str(); }

  private:
    Fault fault_;
    std::string message_;
    std::optional<Place> place_;
    std::string hint_;
    std::vector<std::string> notes_;
    std::string sql_;
    std::string state_;
};

/// The text that a person reads, several lines, without a final newline:
///     versions/ae10_orders.py:14:44: error: unknown column type 'Strng'
///       14 |     op.add_column("orders", sa.Column("note", sa.Strng(200)))
///          |                                               ^^^^^^^^
///       sql: ...
///       hint: did you mean 'sa.String'?
///       note: while upgrading 1975 -> ae10 in environment 'module_one'
/// With colours, the ANSI escapes that a terminal wants.
ORCH_API std::string render(const Error& error, bool colours = false);

} // namespace orch
