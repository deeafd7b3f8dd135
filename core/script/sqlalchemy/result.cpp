// What a statement gives back to a script: rows by index, name and attribute.
#include "script/sqlalchemy/connection.hpp"

#include "script/sqlalchemy/expressions.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

using Names = std::shared_ptr<const std::vector<std::string>>;

class RowObject : public lang::Native {
  public:
    RowObject(Session& session, Names names, std::vector<Value> values)
        : session_(session), names_(std::move(names)), values_(std::move(values)) {}
    std::string type_name() const override { return "Row"; }

    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override { return *names_; }
    Value subscript(const Value& key) override;
    Value iterate() override { return lang::make_iterator(values_); }
    bool iterable() const override { return true; }
    bool contains(const Value& item) override {
        return std::any_of(values_.begin(), values_.end(),
                           [&](const Value& value) { return value.equals(item); });
    }
    std::size_t length() override { return values_.size(); }
    bool truth() override { return !values_.empty(); }
    std::string repr() const override { return tuple().repr(); }
    std::size_t hash() const override { return tuple().hash(); }
    bool equals(const Value& other) const override {
        if (auto* row = other.native<RowObject>()) return tuple().equals(row->tuple());
        return tuple().equals(other);
    }
    void clear() override {
        lang::Native::clear();
        values_.clear();
    }

    Value tuple() const { return Value::tuple(values_); }
    Value dict() const {
        std::vector<std::pair<Value, Value>> entries;
        for (std::size_t i = 0; i < values_.size(); ++i)
            entries.emplace_back(Value((*names_)[i]), values_[i]);
        return Value::dict(entries);
    }
    const std::vector<Value>& values() const { return values_; }

  private:
    const Value* find(std::string_view name) const {
        auto found = std::find(names_->begin(), names_->end(), name);
        return found == names_->end() ? nullptr : &values_[static_cast<std::size_t>(found - names_->begin())];
    }

    Session& session_;
    Names names_;
    std::vector<Value> values_;
};

Value names_list(const std::vector<std::string>& names) {
    std::vector<Value> result;
    for (const auto& name : names) result.emplace_back(name);
    return Value::list(std::move(result));
}

std::optional<Value> RowObject::get_attribute(std::string_view name) {
    if (const Value* value = find(name)) return *value;
    Value self(static_cast<lang::Object*>(this));
    if (name == "_mapping") return dict();
    if (name == "_fields") return Value::tuple(names_list(*names_).to_vector());
    if (name == "_asdict")
        return lang::make_function(name, [self](Call&) { return self.native<RowObject>()->dict(); });
    if (name == "keys")
        return lang::make_function(name, [names = names_](Call&) { return names_list(*names); });
    if (name == "values")
        return lang::make_function(name,
                                   [self](Call&) { return Value::list(self.native<RowObject>()->values_); });
    if (name == "items") return dict().attribute("items");
    if (name == "_tuple" || name == "tuple")
        return lang::make_function(name, [self](Call&) { return self.native<RowObject>()->tuple(); });
    if (name == "t" || name == "_t") return tuple();
    return std::nullopt;
}

Value RowObject::subscript(const Value& key) {
    std::string name;
    if (key.is_string())
        name = key.as_string();
    else if (auto* expression = key.native<ExpressionObject>())
        name = expression->key();
    else
        return tuple().subscript(key);
    if (const Value* value = find(name)) return *value;
    auto near = nearest(name, *names_);
    raise_sqlalchemy(session_, "NoSuchColumnError",
                     fmt::format("the row has no column '{}'{}", name,
                                 near ? fmt::format(", did you mean '{}'?", *near) : ""));
}

class ResultObject : public lang::Native {
  public:
    enum Mode { rows, scalars, mappings };

    ResultObject(Session& session, std::shared_ptr<const sql::Result> result, std::vector<TypePtr> types)
        : session_(session), result_(std::move(result)), types_(std::move(types)),
          names_(std::make_shared<const std::vector<std::string>>(result_->columns)) {}
    std::string type_name() const override { return "CursorResult"; }
    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    Value iterate() override {
        Value self(static_cast<lang::Object*>(this));
        return lang::make_iterator([self] { return self.native<ResultObject>()->next(); });
    }
    bool iterable() const override { return true; }

    std::optional<Value> next() {
        note_unknown();
        if (at_ >= result_->rows.size()) return std::nullopt;
        const auto& row = result_->rows[at_++];
        if (mode == scalars) return cell(row, index);
        std::vector<Value> values;
        for (std::size_t i = 0; i < row.size(); ++i) values.push_back(cell(row, i));
        Value made = lang::make<RowObject>(session_, names_, std::move(values));
        return mode == mappings ? made.native<RowObject>()->dict() : made;
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
        auto all = rest();
        if (all.empty() && may_be_missing) return {};
        if (all.empty())
            raise_sqlalchemy(session_, "NoResultFound", "No row was found when one was required");
        if (all.size() > 1) {
            raise_sqlalchemy(session_, "MultipleResultsFound",
                             "Multiple rows were found when exactly one was required");
        }
        return all[0];
    }

    Value first() {
        auto some = rest(1);
        at_ = result_->rows.size();
        return some.empty() ? Value() : some[0];
    }

    Value view(Mode as, std::size_t column) const {
        Value made = lang::make<ResultObject>(session_, result_, types_);
        auto& object = *made.native<ResultObject>();
        object.mode = as;
        object.index = column;
        object.at_ = at_;
        return made;
    }

    std::size_t column_index(const Value& key) const {
        if (key.is_integer()) return static_cast<std::size_t>(key.as_int());
        auto found = std::find(names_->begin(), names_->end(), key.str());
        return static_cast<std::size_t>(found - names_->begin());
    }

    Mode mode = rows;
    std::size_t index = 0;
    const Names& names() const { return names_; }
    std::int64_t affected() const {
        note_unknown();
        return is_unknown() ? 0 : result_->affected;
    }
    bool is_unknown() const { return !result_->unknown.empty(); }
    bool returns_rows() const { return is_unknown() || !result_->columns.empty(); }

  private:
    Value cell(const std::vector<sql::Datum>& row, std::size_t i) const {
        if (i >= row.size()) lang::raise_error("IndexError", "the row has no such column");
        return value_of(session_, row[i], i < types_.size() ? types_[i] : nullptr);
    }

    // Nobody ran the query; what the script does with its rows is done with none.
    void note_unknown() const {
        if (is_unknown()) session_.database->assume_no_rows(result_->unknown, {});
    }

    void require_rows() const {
        if (returns_rows()) return;
        raise_sqlalchemy(session_, "ResourceClosedError",
                         "This result object does not return rows. It has been closed automatically.");
    }

    Session& session_;
    std::shared_ptr<const sql::Result> result_;
    std::vector<TypePtr> types_;
    Names names_;
    std::size_t at_ = 0;
};

// The first column of a row, or the row itself where it is a scalar already.
Value first_column(const ResultObject& result, const Value& row) {
    if (row.is_none() || result.mode == ResultObject::scalars) return row;
    return row.native<RowObject>()->values().at(0);
}

using Method = Value (*)(ResultObject& result, const Value& self, Call& call);

Value all(ResultObject& result, const Value&, Call&) { return Value::list(result.rest()); }
Value itself(ResultObject&, const Value& self, Call&) { return self; }

const std::map<std::string_view, Method, std::less<>>& methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"fetchall", all},
        {"all", all},
        {"fetchone",
         [](ResultObject& r, const Value&, Call&) {
             auto some = r.rest(1);
             return some.empty() ? Value() : some[0];
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
        {"mappings", [](ResultObject& r, const Value&, Call&) { return r.view(ResultObject::mappings, 0); }},
        {"tuples", itself},
        {"unique", itself},
        {"yield_per", itself},
        {"keys", [](ResultObject& r, const Value&, Call&) { return names_list(*r.names()); }},
        {"close", [](ResultObject&, const Value&, Call&) { return Value(); }},
    };
    return table;
}

std::optional<Value> ResultObject::get_attribute(std::string_view name) {
    if (name == "rowcount") return Value(affected());
    if (name == "returns_rows") return Value(returns_rows());
    auto found = methods().find(name);
    if (found == methods().end()) return std::nullopt;
    Value self(static_cast<lang::Object*>(this));
    return lang::make_function(name, [self, method = found->second](Call& call) {
        return method(*self.native<ResultObject>(), self, call);
    });
}

std::vector<std::string> ResultObject::attribute_names() const {
    std::vector<std::string> result{"rowcount", "returns_rows"};
    for (const auto& [name, method] : methods()) result.emplace_back(name);
    return result;
}

} // namespace

Value make_result(Session& session, sql::Result result, std::vector<TypePtr> types) {
    return lang::make<ResultObject>(session, std::make_shared<const sql::Result>(std::move(result)),
                                    std::move(types));
}

} // namespace orch::script
