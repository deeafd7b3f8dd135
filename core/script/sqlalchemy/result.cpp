// Results in all the ways in which SQLAlchemy gives their rows: iterated, one by one, as scalars, as
// mappings.
#include "script/sqlalchemy/result.hpp"

#include "script/sqlalchemy/connection.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

using HeaderPtr = std::shared_ptr<const Header>;

// The rows of a result and how far they have been read; all views of one result share them.
struct Rows {
    sql::Result result;
    std::vector<TypePtr> types;
    std::vector<std::vector<Value>> made; // instead of result.rows, where they are values already
    bool values = false;
    bool reads = false; // rows may come
    std::size_t at = 0;
    std::vector<std::string> key_names;
    std::vector<Value> key; // of the row that an INSERT made

    std::size_t size() const { return values ? made.size() : result.rows.size(); }
};

class ResultObject : public lang::Native {
  public:
    enum Mode { rows, scalars, mappings };

    ResultObject(Session& session, std::shared_ptr<Rows> rows, HeaderPtr header)
        : session_(session), rows_(std::move(rows)), header_(std::move(header)) {}
    std::string type_name() const override {
        return mode == scalars ? "ScalarResult" : mode == mappings ? "MappingResult" : "CursorResult";
    }
    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    Value iterate() override {
        require_rows();
        Value self(static_cast<lang::Object*>(this));
        return lang::make_iterator([self] { return self.native<ResultObject>()->next(); });
    }
    bool iterable() const override { return true; }
    void clear() override {
        lang::Native::clear();
        rows_->made.clear();
        rows_->key.clear();
        seen_ = Value();
    }

    std::optional<Value> next() {
        note_unknown();
        while (rows_->at < rows_->size()) {
            Value row = read(rows_->at++);
            if (is_new(row)) return row;
        }
        return std::nullopt;
    }

    std::vector<Value> rest(std::size_t most = SIZE_MAX) {
        require_rows();
        std::vector<Value> result;
        while (result.size() < most) {
            auto row = next();
            if (!row) break;
            result.push_back(*row);
        }
        return result;
    }

    // The only row: none gives nothing where that is allowed, two are always wrong.
    Value only(bool may_be_missing) {
        auto all = rest(2);
        rows_->at = rows_->size();
        if (all.empty() && may_be_missing) return {};
        if (all.empty())
            raise_sqlalchemy(session_, "NoResultFound", "No row was found when one was required");
        if (all.size() > 1) {
            raise_sqlalchemy(session_, "MultipleResultsFound",
                             may_be_missing ? "Multiple rows were found when one or none was required"
                                            : "Multiple rows were found when exactly one was required");
        }
        return all[0];
    }

    Value first() {
        auto some = rest(1);
        rows_->at = rows_->size();
        return some.empty() ? Value() : some[0];
    }

    Value view(Mode as, std::size_t column = 0) const {
        Value made = lang::make<ResultObject>(session_, rows_, header_);
        auto& object = *made.native<ResultObject>();
        object.mode = as;
        object.index = column;
        return made;
    }

    // columns("a", 1): rows of these alone.
    Value only_columns(std::span<const Value> keys) const {
        std::vector<std::size_t> wanted;
        for (const auto& key : keys) wanted.push_back(column_index(key));
        Header header;
        for (std::size_t i : wanted) header.names.push_back(header_->names[i]);
        auto rows = std::make_shared<Rows>();
        rows->values = rows->reads = true;
        for (; rows_->at < rows_->size(); ++rows_->at) {
            rows->made.emplace_back();
            for (std::size_t i : wanted) rows->made.back().push_back(cell(rows_->at, i));
        }
        return lang::make<ResultObject>(session_, std::move(rows),
                                        std::make_shared<const Header>(std::move(header)));
    }

    std::size_t column_index(const Value& key) const {
        if (key.is_integer()) {
            auto index = key.as_int();
            auto size = static_cast<std::int64_t>(header_->names.size());
            if (index < 0) index += size;
            if (index < 0 || index >= size)
                lang::raise_error("IndexError", fmt::format("the result has {} columns, and no column {}",
                                                            size, key.str()));
            return static_cast<std::size_t>(index);
        }
        auto* expression = key.native<ExpressionObject>();
        std::string name = expression ? expression->key() : key.str();
        auto found = std::find(header_->names.begin(), header_->names.end(), name);
        if (found == header_->names.end())
            raise_sqlalchemy(
                session_, "NoSuchColumnError",
                fmt::format("the result has no column '{}'; it has {}", name, quoted_list(header_->names)));
        return static_cast<std::size_t>(found - header_->names.begin());
    }

    // Nobody ran the query; what the script does with its rows is done with none.
    void note_unknown() const {
        if (is_unknown()) session_.database->assume_no_rows(rows_->result.unknown, {});
    }
    bool is_unknown() const { return !rows_->result.unknown.empty(); }
    std::int64_t affected() const {
        note_unknown();
        return is_unknown() ? 0 : rows_->result.affected;
    }

    void make_unique() { seen_ = Value::list(); }

    Mode mode = rows;
    std::size_t index = 0;
    const Header& header() const { return *header_; }
    const Rows& data() const { return *rows_; }
    Session& session() const { return session_; }

  private:
    Value cell(std::size_t row, std::size_t column) const {
        if (rows_->values) return rows_->made[row].at(column);
        const auto& cells = rows_->result.rows[row];
        return value_of(session_, cells.at(column),
                        column < rows_->types.size() ? rows_->types[column] : nullptr);
    }

    Value read(std::size_t row) const {
        if (mode == scalars) return cell(row, index);
        std::vector<Value> values;
        for (std::size_t i = 0; i < header_->names.size(); ++i) values.push_back(cell(row, i));
        Value made = make_row(session_, header_, std::move(values));
        return mode == mappings ? made.attribute("_mapping") : made;
    }

    // unique(): each value once. Rows that cannot be hashed are compared.
    bool is_new(const Value& row) const {
        if (seen_.is_none()) return true;
        if (seen_.contains(row)) return false;
        seen_.append(row);
        return true;
    }

    void require_rows() const {
        if (rows_->reads || is_unknown()) return;
        raise_sqlalchemy(session_, "ResourceClosedError",
                         "This result object does not return rows. It has been closed automatically.");
    }

    Session& session_;
    std::shared_ptr<Rows> rows_;
    HeaderPtr header_;
    Value seen_;
};

// The first column of a row, or the row itself where it is a scalar already.
Value first_column(const ResultObject& result, const Value& row) {
    if (row.is_none() || result.mode == ResultObject::scalars) return row;
    if (result.mode == ResultObject::mappings) return row.subscript(Value(result.header().names.at(0)));
    return row.subscript(Value(0));
}

using Method = Value (*)(ResultObject& result, const Value& self, Call& call);

Value all(ResultObject& result, const Value&, Call&) { return Value::list(result.rest()); }
Value itself(ResultObject&, const Value& self, Call&) { return self; }
Value one_row(ResultObject& result, const Value&, Call&) {
    auto some = result.rest(1);
    return some.empty() ? Value() : some[0];
}

// partitions(size): lists of so many rows.
Value partitions(ResultObject&, const Value& self, Call& call) {
    Value size = call.get(0, "size", Value(1000));
    return lang::make_iterator([self, most = static_cast<std::size_t>(size.as_int("size"))] {
        auto rows = self.native<ResultObject>()->rest(most);
        return rows.empty() ? std::nullopt : std::optional<Value>(Value::list(std::move(rows)));
    });
}

const std::map<std::string_view, Method, std::less<>>& methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"fetchall", all},
        {"all", all},
        {"fetchone", one_row},
        {"__next__",
         [](ResultObject& r, const Value&, Call&) {
             auto row = r.next();
             if (!row) lang::raise_error("StopIteration", "");
             return *row;
         }},
        {"fetchmany",
         [](ResultObject& r, const Value&, Call& c) {
             Value size = c.get(0, "size", Value(1));
             return Value::list(r.rest(static_cast<std::size_t>(size.is_none() ? 1 : size.as_int())));
         }},
        {"first", [](ResultObject& r, const Value&, Call&) { return r.first(); }},
        {"one", [](ResultObject& r, const Value&, Call&) { return r.only(false); }},
        {"one_or_none", [](ResultObject& r, const Value&, Call&) { return r.only(true); }},
        {"scalar", [](ResultObject& r, const Value&, Call&) { return first_column(r, r.first()); }},
        {"scalar_one", [](ResultObject& r, const Value&, Call&) { return first_column(r, r.only(false)); }},
        {"scalar_one_or_none",
         [](ResultObject& r, const Value&, Call&) { return first_column(r, r.only(true)); }},
        {"scalars",
         [](ResultObject& r, const Value&, Call& c) {
             return r.view(ResultObject::scalars, r.column_index(c.get(0, "index", Value(0))));
         }},
        {"mappings", [](ResultObject& r, const Value&, Call&) { return r.view(ResultObject::mappings); }},
        {"columns", [](ResultObject& r, const Value&, Call& c) { return r.only_columns(c.args()); }},
        {"partitions", partitions},
        {"tuples", itself},
        {"unique",
         [](ResultObject& r, const Value& self, Call&) {
             r.make_unique();
             return self;
         }},
        {"yield_per", itself},
        {"execution_options", itself},
        {"keys",
         [](ResultObject& r, const Value&, Call&) {
             return Value::list(std::vector<Value>(r.header().names.begin(), r.header().names.end()));
         }},
        {"close", [](ResultObject&, const Value&, Call&) { return Value(); }},
    };
    return table;
}

Value inserted_primary_key(const ResultObject& result) {
    const Rows& rows = result.data();
    if (rows.key_names.empty())
        raise_sqlalchemy(
            result.session(), "InvalidRequestError",
            "'inserted_primary_key' is of the INSERT of one row into a table whose primary key is "
            "known: sa.Table(..., sa.Column(..., primary_key=True))");
    return make_row(result.session(), std::make_shared<const Header>(Header{rows.key_names, {}}), rows.key);
}

std::optional<Value> ResultObject::get_attribute(std::string_view name) {
    if (name == "rowcount") return Value(affected());
    if (name == "returns_rows") return Value(rows_->reads || is_unknown());
    if (name == "lastrowid")
        return rows_->result.last_insert_id ? Value(*rows_->result.last_insert_id) : Value();
    if (name == "inserted_primary_key") return inserted_primary_key(*this);
    if (name == "closed") return Value(false);
    auto found = methods().find(name);
    if (found == methods().end()) return std::nullopt;
    Value self(static_cast<lang::Object*>(this));
    return lang::make_function(name, [self, method = found->second](Call& call) {
        return method(*self.native<ResultObject>(), self, call);
    });
}

std::vector<std::string> ResultObject::attribute_names() const {
    std::vector<std::string> result{"rowcount", "returns_rows", "lastrowid", "inserted_primary_key",
                                    "closed"};
    for (const auto& [name, method] : methods()) {
        if (!name.starts_with('_')) result.emplace_back(name);
    }
    return result;
}

} // namespace

Value make_result(Session& session, sql::Result result, std::vector<TypePtr> types,
                  std::vector<sql::ExpressionPtr> selected) {
    auto header = std::make_shared<const Header>(Header{result.columns, std::move(selected)});
    auto rows = std::make_shared<Rows>();
    rows->reads = !result.columns.empty();
    rows->result = std::move(result);
    rows->types = std::move(types);
    return lang::make<ResultObject>(session, std::move(rows), std::move(header));
}

Value make_insert_result(Session& session, sql::Result result, std::vector<std::string> key_names,
                         std::vector<Value> key) {
    auto rows = std::make_shared<Rows>();
    rows->result = std::move(result);
    rows->key_names = std::move(key_names);
    rows->key = std::move(key);
    return lang::make<ResultObject>(session, std::move(rows), std::make_shared<const Header>());
}

Value make_value_result(Session& session, std::vector<std::string> names,
                        std::vector<std::vector<Value>> rows_given) {
    auto rows = std::make_shared<Rows>();
    rows->values = rows->reads = true;
    rows->made = std::move(rows_given);
    return lang::make<ResultObject>(session, std::move(rows),
                                    std::make_shared<const Header>(Header{std::move(names), {}}));
}

} // namespace orch::script
