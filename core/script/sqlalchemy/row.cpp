// A row of a result: a tuple whose items have names.
#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/result.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Operator;
using lang::Value;

namespace {

using HeaderPtr = std::shared_ptr<const Header>;

class RowObject : public lang::Native {
  public:
    RowObject(Session& session, HeaderPtr header, std::vector<Value> values)
        : session_(session), header_(std::move(header)), values_(std::move(values)) {}
    std::string type_name() const override { return "Row"; }

    std::optional<Value> get_attribute(std::string_view name) override;
    bool set_attribute(std::string_view name, const Value&) override {
        lang::raise_error("AttributeError",
                          fmt::format("a row is what was read: '{}' can be set with update() only", name));
    }
    std::vector<std::string> attribute_names() const override {
        auto result = header_->names;
        for (const char* name : {"_mapping", "_fields", "_asdict", "_tuple", "count", "index", "keys"})
            result.emplace_back(name);
        return result;
    }
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
    bool equals(const Value& other) const override { return tuple().equals(plain(other)); }
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override {
        static const std::vector<std::pair<Operator, const char*>> functions{{Operator::less, "lt"},
                                                                             {Operator::less_equal, "le"},
                                                                             {Operator::greater, "gt"},
                                                                             {Operator::greater_equal, "ge"},
                                                                             {Operator::add, "add"}};
        for (const auto& [each, function] : functions) {
            if (each != op) continue;
            Value mine = tuple(), theirs = plain(other);
            if (reflected) std::swap(mine, theirs);
            return session_.interpreter.import("operator").method(function, {mine, theirs});
        }
        return std::nullopt;
    }
    void clear() override {
        lang::Native::clear();
        values_.clear();
    }

    Value tuple() const { return Value::tuple(values_); }
    /// By the column's name or the column itself.
    Value item(const Value& key) const;
    const std::vector<std::string>& names() const { return header_->names; }
    Value dict() const {
        std::vector<std::pair<Value, Value>> entries;
        for (std::size_t i = 0; i < values_.size(); ++i)
            entries.emplace_back(Value(header_->names[i]), values_[i]);
        return Value::dict(entries);
    }

  private:
    static Value plain(const Value& value) {
        auto* row = value.native<RowObject>();
        return row ? row->tuple() : value;
    }
    const Value* find(std::string_view name) const {
        auto found = std::find(header_->names.begin(), header_->names.end(), name);
        return found == header_->names.end()
                   ? nullptr
                   : &values_[static_cast<std::size_t>(found - header_->names.begin())];
    }
    const Value* find(const ExpressionObject& column) const;

    Session& session_;
    HeaderPtr header_;
    std::vector<Value> values_;
};

const sql::ColumnRef* column_in(const sql::ExpressionPtr& expression) {
    return expression ? std::get_if<sql::ColumnRef>(&expression->node) : nullptr;
}

// The column of that very table; where none is, the one of that name.
const Value* RowObject::find(const ExpressionObject& column) const {
    const sql::ExpressionPtr node = column.expression().node;
    const auto* wanted = column_in(node);
    for (std::size_t i = 0; wanted && i < header_->selected.size() && i < values_.size(); ++i) {
        const auto* selected = column_in(header_->selected[i]);
        if (selected && selected->name == wanted->name && selected->table == wanted->table &&
            selected->schema == wanted->schema)
            return &values_[i];
    }
    return find(column.key());
}

Value names_list(const std::vector<std::string>& names) {
    return Value::list(std::vector<Value>(names.begin(), names.end()));
}

// row._mapping: a row by the names of its columns.
class MappingObject : public lang::Native {
  public:
    explicit MappingObject(Value row) : row_(std::move(row)) {}
    std::string type_name() const override { return "RowMapping"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name != "keys" && name != "values" && name != "items" && name != "get" && name != "copy")
            return std::nullopt;
        return row().dict().attribute(name);
    }
    std::vector<std::string> attribute_names() const override { return {"keys", "values", "items", "get"}; }
    Value subscript(const Value& key) override { return row().item(key); }
    Value iterate() override {
        return lang::make_iterator(std::vector<Value>(row().names().begin(), row().names().end()));
    }
    bool iterable() const override { return true; }
    bool contains(const Value& item) override { return row().dict().contains(key_of(item)); }
    std::size_t length() override { return row().names().size(); }
    std::string repr() const override { return row().dict().repr(); }
    bool equals(const Value& other) const override {
        auto* mapping = other.native<MappingObject>();
        return row().dict().equals(mapping ? mapping->row().dict() : other);
    }
    void clear() override {
        lang::Native::clear();
        row_ = Value();
    }

  private:
    const RowObject& row() const { return *row_.native<RowObject>(); }
    static Value key_of(const Value& key) {
        auto* expression = key.native<ExpressionObject>();
        return expression ? Value(expression->key()) : key;
    }
    Value row_;
};

std::optional<Value> RowObject::get_attribute(std::string_view name) {
    if (const Value* value = find(name)) return *value;
    Value self(static_cast<lang::Object*>(this));
    if (name == "_mapping") return lang::make<MappingObject>(self);
    if (name == "_fields") return Value::tuple(names_list(header_->names).to_vector());
    if (name == "_asdict")
        return lang::make_function(name, [self](Call&) { return self.native<RowObject>()->dict(); });
    if (name == "keys")
        return lang::make_function(name, [header = header_](Call&) { return names_list(header->names); });
    if (name == "values")
        return lang::make_function(name,
                                   [self](Call&) { return Value::list(self.native<RowObject>()->values_); });
    if (name == "items" || name == "get") return dict().attribute(name);
    if (name == "count" || name == "index") return tuple().attribute(name);
    if (name == "_tuple" || name == "tuple")
        return lang::make_function(name, [self](Call&) { return self.native<RowObject>()->tuple(); });
    if (name == "t" || name == "_t") return tuple();
    return std::nullopt;
}

Value RowObject::subscript(const Value& key) {
    if (!key.native<ExpressionObject>() && !key.is_string()) return tuple().subscript(key);
    return item(key);
}

Value RowObject::item(const Value& key) const {
    auto* expression = key.native<ExpressionObject>();
    if (!expression && !key.is_string())
        lang::raise_error("KeyError", fmt::format("the row has no column {}", key.repr()));
    if (const Value* value = expression ? find(*expression) : find(key.as_string())) return *value;
    const std::string name = expression ? expression->key() : std::string(key.as_string());
    auto near = nearest(name, header_->names);
    raise_sqlalchemy(session_, "NoSuchColumnError",
                     fmt::format("the row has no column '{}'{}", name,
                                 near ? fmt::format(", did you mean '{}'?", *near)
                                      : fmt::format("; it has {}", quoted_list(header_->names))));
}

} // namespace

Value make_row(Session& session, HeaderPtr header, std::vector<Value> values) {
    return lang::make<RowObject>(session, std::move(header), std::move(values));
}

} // namespace orch::script
