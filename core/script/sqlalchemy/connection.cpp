#include "script/sqlalchemy/connection.hpp"

#include "script/alembic/context.hpp"
#include "script/sqlalchemy/ddl.hpp"
#include "script/sqlalchemy/engine.hpp"
#include "script/sqlalchemy/result.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

// In an env.py nothing is connected yet: what it executes is kept, for the runner to execute before the
// migrations. A result that it wants to read is an error of its own.
sql::Result send(Session& session, sql::Query query, const Place& origin) {
    if (session.database || !session.environment) return database_of(session, origin).execute(query, origin);
    session.environment->options.statements.emplace_back(std::move(query), origin);
    return {};
}

// --- SQL for the driver, as it stands: `%s`, `?` and `%(name)s` are its parameters.

class DriverSql {
  public:
    DriverSql(std::string_view text, const Value& parameters) : text_(text), parameters_(parameters) {}

    sql::Text run() {
        for (std::size_t i = 0; i < text_.size();) i = parameters_.is_none() ? plain(i) : step(i);
        return std::move(result_);
    }

  private:
    // A colon is no parameter here, so what text() would read as one or as an escape is kept from it.
    std::size_t plain(std::size_t i) {
        if (text_.substr(i).starts_with("\\:")) result_.sql += '\\';
        result_.sql += text_[i];
        return i + 1;
    }

    std::size_t step(std::size_t i) {
        std::string_view rest = text_.substr(i);
        if (rest[0] == '\'') return quoted(i);
        if (rest.starts_with("%%")) return result_.sql += '%', i + 2;
        if (rest.starts_with("%s")) return positional(), i + 2;
        if (rest[0] == '?') return positional(), i + 1;
        if (rest.starts_with("%(")) {
            std::size_t close = rest.find(")s");
            if (close != std::string_view::npos)
                return named(std::string(rest.substr(2, close - 2))), i + close + 2;
        }
        return plain(i);
    }

    std::size_t quoted(std::size_t i) {
        std::size_t end = text_.find('\'', i + 1);
        end = end == std::string_view::npos ? text_.size() : end + 1;
        while (i < end) i = text_.substr(i).starts_with("%%") ? (result_.sql += '%', i + 2) : plain(i);
        return i;
    }

    void positional() {
        auto items = parameters_.is(lang::Type::dict) ? std::vector<Value>{} : parameters_.to_vector();
        if (next_ >= items.size()) lang::raise_error("TypeError", "not enough parameters for the SQL text");
        add(fmt::format("p{}", next_ + 1), items[next_]);
        ++next_;
    }

    void named(const std::string& name) {
        auto value = parameters_.is(lang::Type::dict) ? parameters_.get(Value(name)) : std::nullopt;
        if (!value) lang::raise_error("KeyError", fmt::format("the parameters have no '{}'", name));
        add(name, *value);
    }

    void add(const std::string& name, const Value& value) {
        result_.sql += ":" + name;
        for (const auto& parameter : result_.parameters) {
            if (parameter.name == name) return;
        }
        result_.parameters.push_back({name, datum_of(value), nullptr, false});
    }

    std::string_view text_;
    const Value& parameters_;
    sql::Text result_;
    std::size_t next_ = 0;
};

Value execute_driver_sql(Session& session, const Value& statement, const Value& parameters,
                         const Place& origin) {
    std::vector<Value> sets{parameters};
    bool many = parameters.is(lang::Type::list) && parameters.length() > 0 &&
                (parameters.items()[0].is(lang::Type::tuple) || parameters.items()[0].is(lang::Type::list) ||
                 parameters.items()[0].is(lang::Type::dict));
    if (many) sets = parameters.to_vector();
    sql::Result result;
    for (const auto& set : sets) {
        result = send(session, DriverSql(string_of(statement, "statement"), set).run(), origin);
    }
    return make_result(session, std::move(result), {});
}

// --- execute() and its like.

// execute(statement, {...}), execute(statement, [{...}, {...}]), execute(statement, x=1, y=2)
std::vector<Value> parameter_sets(Call& call) {
    std::vector<Value> result;
    const Value* given = call.size() > 1 ? &call[1] : call.keyword("parameters");
    if (given && given->is(lang::Type::dict))
        result.push_back(*given);
    else if (given && !given->is_none())
        result = given->to_vector();
    for (std::size_t i = 2; i < call.size(); ++i) {
        if (call[i].is(lang::Type::dict)) result.push_back(call[i]); // 1.x: execute(statement, {...}, {...})
    }
    Value keywords = Value::dict();
    bool any = false;
    for (const auto& [name, value] : call.keywords()) {
        if (name.as_string() == "parameters" || name.as_string() == "execution_options") continue;
        keywords.put(name, value);
        any = true;
    }
    if (any) result.push_back(keywords);
    return result;
}

Value execute_call(Session& session, Call& call) {
    if (call.size() == 0)
        lang::raise_error("TypeError", "execute() missing 1 required positional argument: 'statement'");
    if (call[0].is_string()) { // 1.x took strings, and handed them to the driver as they were
        Value parameters = call.size() > 1 ? call[1] : Value();
        if (call.size() > 2 || (call.size() > 1 && !call[1].is(lang::Type::dict) &&
                                !call[1].is(lang::Type::list) && !call[1].is(lang::Type::tuple))) {
            parameters = Value::tuple({call.args().begin() + 1, call.args().end()});
        }
        if (!call.keywords().empty()) parameters = parameter_sets(call).back();
        return execute_driver_sql(session, call[0], parameters, call.place());
    }
    return execute(session, call[0], parameter_sets(call), call.place());
}

// --- Transactions. The runner's transaction is around everything, so begin() opens nothing and commit() is
// left to the runner; begin_nested() is a savepoint.

class TransactionObject : public lang::Native {
  public:
    TransactionObject(Session& session, std::string savepoint)
        : session_(session), savepoint_(std::move(savepoint)) {}
    std::string type_name() const override {
        return savepoint_.empty() ? "Transaction" : "NestedTransaction";
    }

    std::optional<Value> get_attribute(std::string_view name) override {
        Value self(static_cast<lang::Object*>(this));
        if (name == "is_active") return Value(open_);
        if (name == "commit" || name == "close") {
            return lang::make_function(name, [self](Call& call) {
                return self.native<TransactionObject>()->commit(call.place()), Value();
            });
        }
        if (name == "rollback") {
            return lang::make_function(name, [self](Call& call) {
                return self.native<TransactionObject>()->rollback(call.place()), Value();
            });
        }
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"commit", "rollback", "close", "is_active"};
    }

    std::optional<Value> enter() override { return Value(static_cast<lang::Object*>(this)); }
    bool exit(const Value& exception) override {
        if (exception.is_none())
            commit({});
        else if (open_)
            rollback(session_.interpreter.here());
        return false;
    }

    void commit(const Place& origin) {
        if (open_ && !savepoint_.empty()) say("RELEASE SAVEPOINT " + savepoint_, origin);
        open_ = false;
    }

    // The runner's transaction holds more than this script's statements: it is rolled back as a whole when
    // the script has ended, and until then nothing more is done in it.
    void rollback(const Place& origin) {
        if (savepoint_.empty()) {
            if (open_ && !session_.rolled_back) session_.rolled_back = origin;
            open_ = false;
            return;
        }
        if (open_) say("ROLLBACK TO SAVEPOINT " + savepoint_, origin);
        open_ = false;
    }

  private:
    void say(const std::string& text, const Place& origin) {
        database_of(session_, origin).execute(sql::Text{text, {}}, origin);
    }

    Session& session_;
    std::string savepoint_; // "" where nothing was opened
    bool open_ = true;
};

Value begin_nested(Session& session, const Place& origin) {
    std::string name = fmt::format("orch_savepoint_{}", ++session.savepoints);
    database_of(session, origin).execute(sql::Text{"SAVEPOINT " + name, {}}, origin);
    return lang::make<TransactionObject>(session, name);
}

// --- Dialects.

class DialectObject : public lang::Native {
  public:
    explicit DialectObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "Dialect"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (name == "name") return Value(dialect_name(session_));
        if (name == "driver") return Value("orch");
        if (name == "server_version_info") return version(session_);
        if (name == "has_table") {
            return lang::make_function(name, [session](Call& call) {
                auto schema = optional_string(call.get(2, "schema"), "schema");
                return Value(database_of(*session, call.place())
                                 .has_table(string_of(call[1], "table_name"), schema, call.place()));
            });
        }
        if (name == "type_descriptor")
            return lang::make_function(
                name, [](Call& call) { return call[0].is(lang::Type::class_) ? call[0].call() : call[0]; });
        if (name == "identifier_preparer") return Value(static_cast<lang::Object*>(this));
        if (name == "supports_sequences") return Value(database_of(session_, {}).supports_sequences());
        if (name == "default_schema_name") {
            if (const auto set = session_.made.find(set_schema); set != session_.made.end()) return set->second;
            return Value(database_of(session_, {}).reflect({}, {}, {}).default_schema);
        }
        if (name == "quote" || name == "quote_identifier" || name == "quote_schema" || name == "format_table")
            return lang::make_function(name, [session](Call& call) {
                return Value(database_of(*session, call.place()).quoted(string_of(call[0], "name")));
            });
        return std::nullopt;
    }
    /// An env.py that has set the search_path tells SQLAlchemy so as well; orch asks the server.
    bool set_attribute(std::string_view name, const Value& value) override {
        if (name != "default_schema_name" || !session_.environment) return false;
        session_.made[set_schema] = value;
        return true;
    }
    std::vector<std::string> attribute_names() const override {
        return {"name",
                "driver",
                "server_version_info",
                "has_table",
                "type_descriptor",
                "supports_sequences",
                "default_schema_name",
                "quote",
                "identifier_preparer"};
    }

  private:
    static constexpr const char* set_schema = "dialect.default_schema_name";

    static std::string dialect_name(Session& session) {
        return session.database ? session.database->dialect_name() : environment_dialect(session);
    }

    static Value version(Session& session) {
        std::vector<Value> parts;
        for (const auto& part : split(database_of(session, {}).server_version(), '.')) {
            std::size_t digits = part.find_first_not_of("0123456789");
            if (digits != 0 && !part.empty())
                parts.emplace_back(static_cast<std::int64_t>(std::stoll(part.substr(0, digits))));
        }
        return Value::tuple(std::move(parts));
    }

    Session& session_;
};

Value scalar_of(const Value& result) { return result.method("scalar"); }

using Member = Value (*)(Session& session, const Value& self, Call& call);

Value itself(Session&, const Value& self, Call&) { return self; }
Value nothing(Session&, const Value&, Call&) { return {}; }

const std::map<std::string_view, Member, std::less<>>& connection_methods() {
    static const std::map<std::string_view, Member, std::less<>> table{
        {"execute", [](Session& s, const Value&, Call& c) { return execute_call(s, c); }},
        {"scalar", [](Session& s, const Value&, Call& c) { return scalar_of(execute_call(s, c)); }},
        {"scalars", [](Session& s, const Value&, Call& c) { return execute_call(s, c).method("scalars"); }},
        {"exec_driver_sql",
         [](Session& s, const Value&, Call& c) {
             return execute_driver_sql(s, c[0], c.get(1, "parameters"), c.place());
         }},
        {"begin",
         [](Session& s, const Value&, Call&) { return lang::make<TransactionObject>(s, std::string{}); }},
        {"begin_nested", [](Session& s, const Value&, Call& c) { return begin_nested(s, c.place()); }},
        {"rollback", [](Session& s, const Value&,
                        Call& c) { return TransactionObject(s, "").rollback(c.place()), Value(); }},
        {"has_table",
         [](Session& s, const Value&, Call& c) {
             auto schema = optional_string(c.get(1, "schema"), "schema");
             return Value(
                 database_of(s, c.place()).has_table(string_of(c[0], "table_name"), schema, c.place()));
         }},
        {"in_transaction", [](Session&, const Value&, Call&) { return Value(true); }},
        {"in_nested_transaction", [](Session&, const Value&, Call&) { return Value(false); }},
        {"get_transaction",
         [](Session& s, const Value&, Call&) { return lang::make<TransactionObject>(s, std::string{}); }},
        {"get_nested_transaction", nothing},
        {"invalidate", nothing},
        {"detach", nothing},
        {"_result",
         [](Session& s, const Value&, Call& c) {
             std::vector<std::vector<Value>> rows;
             for (const auto& row : c[1].to_vector()) rows.push_back(row.to_vector());
             return make_value_result(s, names_of(c[0], "names"), std::move(rows));
         }},
        {"_row",
         [](Session& s, const Value&, Call& c) {
             auto header = std::make_shared<const Header>(Header{names_of(c[0], "names"), {}});
             return make_row(s, std::move(header), c[1].to_vector());
         }},
        {"connect", itself},
        {"execution_options", itself},
        {"commit", nothing},
        {"close", nothing},
        {"dispose", nothing},
        {"run_sync",
         [](Session&, const Value& self, Call& c) {
             std::vector<Value> args{self};
             args.insert(args.end(), c.args().begin() + 1, c.args().end());
             return c[0].call(std::move(args));
         }},
    };
    return table;
}

} // namespace

std::optional<Value> ConnectionObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "dialect") return make_dialect(session_);
    if (name == "engine" || name == "bind" || name == "connection" || name == "sync_engine") return self;
    if (name == "name" || name == "driver") return make_dialect(session_).attribute(name);
    if (name == "closed") return Value(false);
    if (name == "url" && url_) return make_url_object(parse_url(*url_));
    if (name == "url" && session_.context.url) return make_url_object(*session_.context.url);
    auto found = connection_methods().find(name);
    if (found == connection_methods().end()) return std::nullopt;
    return lang::make_function(name, [self, member = found->second](Call& call) {
        return member(self.native<ConnectionObject>()->session_, self, call);
    });
}

std::vector<std::string> ConnectionObject::attribute_names() const {
    std::vector<std::string> result{"dialect", "engine", "closed"};
    for (const auto& [name, member] : connection_methods()) result.emplace_back(name);
    return result;
}

std::optional<Value> ConnectionObject::enter() { return Value(static_cast<lang::Object*>(this)); }

Value make_connection(Session& session) { return lang::make<ConnectionObject>(session); }
Value make_dialect(Session& session) { return lang::make<DialectObject>(session); }

namespace {

// The one row that an INSERT makes, where nobody asked for something else back: its key is told.
sql::Insert* single_insert(const Session& session, const Value& statement, std::vector<sql::Query>& queries) {
    auto* dml = statement.native<DmlObject>();
    if (!dml || dml->many || queries.size() != 1 || session.environment || session.offline) return nullptr;
    auto* insert = std::get_if<sql::Insert>(&queries[0]);
    const bool one = insert && !insert->select && insert->rows.size() == 1 && insert->returning.empty();
    return one ? insert : nullptr;
}

std::vector<const ColumnObject*> key_columns(const Value& statement) {
    std::vector<const ColumnObject*> result;
    auto* table = dynamic_cast<TableObject*>(from_object(statement.native<DmlObject>()->table));
    if (!table) return result;
    std::vector<std::string> names;
    for (const auto& constraint : table->table.constraints) {
        if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint)) names = key->columns;
    }
    for (const auto& value : table->columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (column && (column->column.primary_key ||
                       std::find(names.begin(), names.end(), column->column.name) != names.end()))
            result.push_back(column);
    }
    return result;
}

// The value that the statement itself gives a column; nothing where the database makes it.
std::optional<sql::Datum> given_value(const sql::Insert& insert, const std::string& column) {
    auto found = std::find(insert.columns.begin(), insert.columns.end(), column);
    if (found == insert.columns.end()) return std::nullopt;
    const auto& cell = insert.rows[0][static_cast<std::size_t>(found - insert.columns.begin())];
    const auto* literal = cell ? std::get_if<sql::Literal>(&cell->node) : nullptr;
    if (!literal || std::holds_alternative<sql::Null>(literal->value)) return std::nullopt;
    return literal->value;
}

Value execute_insert(Session& session, const Value& statement, sql::Insert insert, const Place& origin) {
    auto columns = key_columns(statement);
    std::vector<std::string> names;
    std::vector<Value> key;
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& column = columns[i]->column;
        names.push_back(columns[i]->key());
        auto given = given_value(insert, column.name);
        key.push_back(given ? value_of(session, *given, columns[i]->shared_type()) : Value());
        if (given) continue;
        wanted.push_back(i);
        insert.returning_key.push_back(sql::make({sql::ColumnRef{{}, {}, column.name, nullptr}}));
    }
    sql::Result result = send(session, std::move(insert), origin);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const TypePtr type = columns[wanted[i]]->shared_type();
        if (!result.rows.empty() && i < result.rows[0].size())
            key[wanted[i]] = value_of(session, result.rows[0][i], type);
        else if (wanted.size() == 1 && result.last_insert_id && result.affected > 0)
            key[wanted[i]] = Value(*result.last_insert_id);
    }
    if (!result.rows.empty() && result.affected <= 0)
        result.affected = static_cast<std::int64_t>(result.rows.size());
    result.rows.clear();
    result.columns.clear();
    return make_insert_result(session, std::move(result), std::move(names), std::move(key));
}

std::vector<sql::ExpressionPtr> selected_by(const Value& statement) {
    std::vector<sql::ExpressionPtr> result;
    if (auto* select = statement.native<SelectObject>()) {
        for (const auto& column : select->columns)
            result.push_back(column.native<ExpressionObject>()->expression().node);
    } else if (auto* dml = statement.native<DmlObject>()) {
        result = dml->returning;
    }
    return result;
}

} // namespace

Value execute(Session& session, const Value& given, const std::vector<Value>& rows, const Place& origin) {
    if (auto* ddl = given.native<DdlObject>()) {
        database_of(session, origin).apply({ddl->action(), origin});
        return make_result(session, {}, {});
    }
    auto orm = given.is(lang::Type::instance) ? given.find_attribute("__orm_statement__") : std::nullopt;
    const Value statement = orm ? orm->call() : given;
    auto queries = queries_of(statement, rows, origin);
    if (auto* insert = single_insert(session, statement, queries))
        return execute_insert(session, statement, std::move(*insert), origin);
    sql::Result result;
    std::int64_t affected = 0;
    for (auto& query : queries) {
        result = send(session, std::move(query), origin);
        affected += result.affected;
    }
    result.affected = affected; // of all the sets of parameters together
    auto types = result_types(statement, result.columns);
    return make_result(session, std::move(result), std::move(types), selected_by(statement));
}

} // namespace orch::script
