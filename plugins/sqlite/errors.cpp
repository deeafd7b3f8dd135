#include "errors.hpp"

#include "base/interrupt.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace orch::sqlite {

namespace {

struct CodeName {
    int code;
    std::string_view name;
};
#define ORCH_CODE(x)                                                                                         \
    CodeName { x, #x }
constexpr auto codes = std::to_array<CodeName>({
    ORCH_CODE(SQLITE_ERROR),
    ORCH_CODE(SQLITE_INTERNAL),
    ORCH_CODE(SQLITE_PERM),
    ORCH_CODE(SQLITE_ABORT),
    ORCH_CODE(SQLITE_BUSY),
    ORCH_CODE(SQLITE_LOCKED),
    ORCH_CODE(SQLITE_NOMEM),
    ORCH_CODE(SQLITE_READONLY),
    ORCH_CODE(SQLITE_INTERRUPT),
    ORCH_CODE(SQLITE_IOERR),
    ORCH_CODE(SQLITE_CORRUPT),
    ORCH_CODE(SQLITE_NOTFOUND),
    ORCH_CODE(SQLITE_FULL),
    ORCH_CODE(SQLITE_CANTOPEN),
    ORCH_CODE(SQLITE_PROTOCOL),
    ORCH_CODE(SQLITE_SCHEMA),
    ORCH_CODE(SQLITE_TOOBIG),
    ORCH_CODE(SQLITE_CONSTRAINT),
    ORCH_CODE(SQLITE_MISMATCH),
    ORCH_CODE(SQLITE_MISUSE),
    ORCH_CODE(SQLITE_NOLFS),
    ORCH_CODE(SQLITE_AUTH),
    ORCH_CODE(SQLITE_RANGE),
    ORCH_CODE(SQLITE_NOTADB),
    ORCH_CODE(SQLITE_BUSY_RECOVERY),
    ORCH_CODE(SQLITE_BUSY_SNAPSHOT),
    ORCH_CODE(SQLITE_BUSY_TIMEOUT),
    ORCH_CODE(SQLITE_CANTOPEN_ISDIR),
    ORCH_CODE(SQLITE_CANTOPEN_FULLPATH),
    ORCH_CODE(SQLITE_CANTOPEN_SYMLINK),
    ORCH_CODE(SQLITE_CONSTRAINT_CHECK),
    ORCH_CODE(SQLITE_CONSTRAINT_DATATYPE),
    ORCH_CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    ORCH_CODE(SQLITE_CONSTRAINT_NOTNULL),
    ORCH_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    ORCH_CODE(SQLITE_CONSTRAINT_ROWID),
    ORCH_CODE(SQLITE_CONSTRAINT_TRIGGER),
    ORCH_CODE(SQLITE_CONSTRAINT_UNIQUE),
    ORCH_CODE(SQLITE_CORRUPT_INDEX),
    ORCH_CODE(SQLITE_IOERR_READ),
    ORCH_CODE(SQLITE_IOERR_SHORT_READ),
    ORCH_CODE(SQLITE_IOERR_WRITE),
    ORCH_CODE(SQLITE_IOERR_FSYNC),
    ORCH_CODE(SQLITE_IOERR_DIR_FSYNC),
    ORCH_CODE(SQLITE_IOERR_TRUNCATE),
    ORCH_CODE(SQLITE_IOERR_LOCK),
    ORCH_CODE(SQLITE_IOERR_DELETE),
    ORCH_CODE(SQLITE_IOERR_NOMEM),
    ORCH_CODE(SQLITE_LOCKED_SHAREDCACHE),
    ORCH_CODE(SQLITE_READONLY_CANTLOCK),
    ORCH_CODE(SQLITE_READONLY_CANTINIT),
    ORCH_CODE(SQLITE_READONLY_DBMOVED),
    ORCH_CODE(SQLITE_READONLY_DIRECTORY),
    ORCH_CODE(SQLITE_READONLY_RECOVERY),
    ORCH_CODE(SQLITE_READONLY_ROLLBACK),
});
#undef ORCH_CODE

/// What a person can do about SQLite's own messages.
struct Advice {
    std::string_view message, hint;
};
constexpr auto advice = std::to_array<Advice>({
    {"Cannot add a NOT NULL column with default value NULL",
     "the table has rows: give the column a server_default, or add it as nullable and fill it"},
    {"Cannot add a column with non-constant default",
     "the table has rows: add the column without the default and fill it with op.execute(\"UPDATE ...\")"},
    {"Cannot add a REFERENCES column with non-NULL default value",
     "add the column without a default, or with foreign_keys off"},
    {"cannot add a STORED column", "make the column virtual: sa.Computed(..., persisted=False)"},
    {"cannot drop PRIMARY KEY column",
     "create the new table, copy the rows, drop the old table, rename the new one"},
    {"cannot drop UNIQUE column",
     "create the new table, copy the rows, drop the old table, rename the new one"},
    {" already exists",
     "it is there already: was this revision applied by hand or in part? 'orch validate' compares"},
    {"duplicate column name",
     "the column is there already: was this revision applied by hand or in part? 'orch validate' compares"},
    {"error in index", "drop the index first with op.drop_index"},
    {"error in view", "drop the view first and create it again afterwards"},
    {"error in trigger", "drop the trigger first and create it again afterwards"},
    {"database disk image is malformed",
     "the file is damaged: restore a backup, or try `sqlite3 FILE .recover`"},
    {"disk I/O error", "is the disk full, or was it taken away? SQLite's journal lies beside the file"},
    {"FOREIGN KEY constraint failed", "find the rows with PRAGMA foreign_key_check"},
});

std::string in_seconds(int milliseconds) {
    return milliseconds % 1000 == 0 ? fmt::format("{} s", milliseconds / 1000)
                                    : fmt::format("{} ms", milliseconds);
}

Error cannot_open(const Failure& failure) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path path(failure.path);
    const fs::path folder = path.parent_path();
    if (fs::is_directory(path, ignored))
        return Error(Fault::database, fmt::format("cannot open database '{}': it is a folder", failure.name))
            .hint("the URL names the database's file");
    if (!folder.empty() && !fs::exists(folder, ignored))
        return Error(Fault::database, fmt::format("cannot open database '{}': the folder '{}' does not exist",
                                                  failure.name, folder.string()))
            .hint(fmt::format("create it: mkdir -p '{}'", folder.string()));
    if (!folder.empty() && !fs::is_directory(folder, ignored))
        return Error(Fault::database, fmt::format("cannot open database '{}': '{}' is not a folder",
                                                  failure.name, folder.string()));
    return Error(Fault::database, fmt::format("cannot open database '{}': {}", failure.name, failure.message))
        .hint("look at the permissions of the file and of its folder");
}

Error busy(const Failure& failure) {
    return Error(Fault::busy, fmt::format("database '{}' is locked by another connection, waited {}",
                                          failure.name, in_seconds(failure.timeout_ms)))
        .hint("let the other program finish its transaction, or wait longer: 'timeout' of the URL's query is "
              "in seconds");
}

Error read_only(const Failure& failure) {
    if (failure.code == SQLITE_READONLY_ROLLBACK || failure.code == SQLITE_READONLY_RECOVERY)
        return Error(Fault::database, fmt::format("database '{}' holds half of a transaction, which nobody "
                                                  "who only reads can roll back",
                                                  failure.name))
            .hint("a program crashed while writing it: run that again ('orch upgrade' rolls back and goes "
                  "on), or open the file once for writing with `sqlite3 FILE .tables`");
    return Error(Fault::database,
                 fmt::format("database '{}' cannot be written: {}", failure.name, failure.message))
        .hint("look at the permissions of the file and of its folder, where SQLite keeps its journal");
}

Error by_code(const Failure& failure) {
    switch (failure.code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return busy(failure);
    case SQLITE_CANTOPEN: return cannot_open(failure);
    case SQLITE_IOERR: // to read, SQLite opens a folder too
        if (std::error_code ignored; std::filesystem::is_directory(failure.path, ignored))
            return cannot_open(failure);
        break;
    case SQLITE_READONLY: return read_only(failure);
    case SQLITE_NOTADB:
        return Error(Fault::database, fmt::format("file '{}' is not an SQLite database", failure.name))
            .hint("the URL names another file, or the database is encrypted");
    case SQLITE_FULL:
        return Error(Fault::database, fmt::format("database '{}' is full: {}", failure.name, failure.message))
            .hint("free space on its disk, or raise the limit that max_page_count sets");
    case SQLITE_INTERRUPT: return interrupt::error();
    default: break;
    }
    Error error(Fault::database, std::string(failure.message));
    const auto known = std::ranges::find_if(advice, [&](const Advice& each) {
        return failure.message.find(each.message) != std::string_view::npos;
    });
    if (known != advice.end()) error.hint(std::string(known->hint));
    return error;
}

} // namespace

std::string code_name(int code) {
    for (const int wanted : {code, code & 0xff}) {
        const auto known = std::ranges::find(codes, wanted, &CodeName::code);
        if (known == codes.end()) continue;
        return wanted == code ? std::string(known->name) : fmt::format("{} ({})", known->name, code);
    }
    return fmt::format("SQLite code {}", code);
}

Error error_for(const Failure& failure) {
    const int code = failure.code & 0xff;
    // These are about the file: which statement met it first tells the reader nothing.
    const bool of_the_file =
        code == SQLITE_BUSY || code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_NOTADB;
    return by_code(failure).sql(of_the_file ? std::string() : std::string(failure.sql),
                                code_name(failure.code));
}

} // namespace orch::sqlite
