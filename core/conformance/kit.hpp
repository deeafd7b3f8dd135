// What the checks are made of. Each is a function that throws where something does not hold; the files of
// this room are named after what they look at.
#pragma once

#include "conformance/conformance.hpp"

#include "sql/sql.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orch::conformance {

/// A check that does not hold.
struct Failed {
    std::string why;
};
/// A check of what the dialect does not do.
struct LeftOut {
    std::string why;
};

/// Throws Failed.
void expect(bool holds, const std::string& otherwise);
void expect_equal(const sql::Datum& found, const sql::Datum& expected, std::string_view of);
std::string in_words(const sql::Datum& value);
/// The error that the work ends with; throws Failed where there is none.
Error failure_of(const std::function<void()>& work, std::string_view of);

/// The database under test.
class Kit {
  public:
    Kit(const dialect::Dialect& dialect, const Url& url) : dialect_(dialect), url_(url) {}

    const dialect::Dialect& dialect() const { return dialect_; }
    const dialect::Traits& traits() const { return dialect_.traits(); }
    const Url& url() const { return url_; }

    std::unique_ptr<dialect::Connection> connect(bool read_only = false) const;
    /// Drops every table, after a check that may have left some.
    void clean() const;

  private:
    const dialect::Dialect& dialect_;
    const Url& url_;
};

/// A connection with short words for what checks do with it.
class Session {
  public:
    explicit Session(const Kit& kit) : connection_(kit.connect()), dialect_(kit.dialect()) {}

    dialect::Connection& operator*() { return *connection_; }
    dialect::Connection* operator->() { return connection_.get(); }
    const dialect::Compiler& compiler() const;

    void run(const std::string& sql);
    sql::Datum value(const std::string& sql); ///< of the first row's first column
    std::int64_t count(const std::string& table);
    void apply(ops::Action action);
    sql::Result query(sql::Query query);
    void insert(const std::string& table, std::vector<std::string> columns,
                std::vector<std::vector<sql::Datum>> rows, const std::vector<schema::Type>& types = {});
    /// A table of these columns, the first of them its primary key; committed.
    void table(const std::string& name, const std::vector<std::pair<std::string, schema::Type>>& columns);
    /// Runs work in a transaction that is committed, or rolled back where it throws.
    void commit(const std::function<void()>& work);

  private:
    std::unique_ptr<dialect::Connection> connection_;
    const dialect::Dialect& dialect_;
};

schema::Type type(const char* name, std::optional<std::int64_t> length = {});

/// A check and what it is called.
struct OfDialect {
    const char* name;
    void (*check)(const dialect::Dialect&);
};
struct OfDatabase {
    const char* name;
    void (*check)(const Kit&);
};

std::vector<OfDialect> compiler_checks();
std::vector<OfDatabase> connect_checks();
std::vector<OfDatabase> transaction_checks();
std::vector<OfDatabase> error_checks();
std::vector<OfDatabase> value_checks();
std::vector<OfDatabase> name_checks();
std::vector<OfDatabase> large_checks();
std::vector<OfDatabase> cancel_checks();
std::vector<OfDatabase> lock_checks();

/// One operation as a revision says it, and what must hold behind it.
struct OperationCheck {
    const char* name;
    const char* upgrade;
    const char* downgrade;
    struct Fact {
        enum Kind {
            accepts, ///< the statement runs
            refuses, ///< it fails
            gives,   ///< the query's first value, as text
        } kind;
        const char* sql;
        const char* expected = "";
    };
    std::vector<Fact> after_upgrade, after_downgrade;
};
const std::vector<OperationCheck>& operation_checks();
/// Runs one, online or as the text that --sql writes.
void check_operation(const Kit& kit, const OperationCheck& check, bool offline);

} // namespace orch::conformance
