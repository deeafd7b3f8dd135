// Columns and what stands in a table beside them, as scripts see them.
#pragma once

#include "script/sqlalchemy/expressions.hpp"

namespace orch::script {

/// Column(...): a definition, and once it is in a table an expression that names it.
class ColumnObject : public ExpressionObject {
  public:
    explicit ColumnObject(Session& session) : ExpressionObject(session), order(++session.columns_made) {}
    std::string type_name() const override { return "Column"; }
    Expr expression() const override;
    std::string key() const override { return key_.empty() ? column.name : key_; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    bool set_attribute(std::string_view name, const lang::Value& value) override;
    std::vector<std::string> attribute_names() const override;
    void clear() override;

    schema::Column column;
    lang::Value type_object; ///< what `.type` gives
    lang::Value
        default_; ///< Python's side: used where a row does not name the column; None when there is none
    lang::Value onupdate;
    lang::Value table;       ///< the Table that it is in, or None
    lang::Value info;        ///< what the application says of it; a dict once somebody asks
    SourcePtr source;        ///< where a SELECT finds it; null outside of a table
    std::string source_name; ///< the table's name or alias
    /// Its name, or what stands for it until the class that it is in the body of gives it one.
    std::string name_or_mark() const;
    int order; ///< when it was made: copies keep it, and classes of the ORM have their columns so
    TypePtr shared_type() const;
    void set_key(std::string key) { key_ = std::move(key); }

  private:
    Expr unnamed() const;
    std::string key_;
    mutable TypePtr shared_type_;
};

class ConstraintObject : public lang::Native {
  public:
    ConstraintObject(std::string type_name, schema::Constraint given)
        : constraint(std::move(given)), type_name_(std::move(type_name)) {}
    std::string type_name() const override { return type_name_; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override { return {"name", "columns", "table"}; }
    void clear() override;

    schema::Constraint constraint;
    lang::Value table; ///< the Table that it was asked of, or None

  private:
    std::string type_name_;
};

/// ForeignKey("other.id") of a column.
class ForeignKeyObject : public lang::Native {
  public:
    explicit ForeignKeyObject(schema::ForeignKey given) : key(std::move(given)) {}
    std::string type_name() const override { return "ForeignKey"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    void clear() override;
    lang::Value table; ///< the Table that it was asked of, or None
    schema::ForeignKey key;
    std::optional<schema::Type> type; ///< of the column that it was given, where that is known
};

class IndexObject : public lang::Native {
  public:
    IndexObject(Session& session, schema::Index given) : index(std::move(given)), session_(session) {}
    std::string type_name() const override { return "Index"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        return {"name", "unique", "columns", "table", "create", "drop"};
    }
    void clear() override;
    schema::Index index;
    lang::Value table; ///< the Table that it was asked of, or None

  private:
    Session& session_;
};

class IdentityObject : public lang::Native {
  public:
    explicit IdentityObject(const schema::Identity& given) : identity(given) {}
    std::string type_name() const override { return "Identity"; }
    schema::Identity identity;
};

class ComputedObject : public lang::Native {
  public:
    explicit ComputedObject(schema::Computed given) : computed(std::move(given)) {}
    std::string type_name() const override { return "Computed"; }
    schema::Computed computed;
};

class SequenceObject : public lang::Native {
  public:
    SequenceObject(Session& session, schema::Sequence given)
        : sequence(std::move(given)), session_(session) {}
    std::string type_name() const override { return "Sequence"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        return {"name", "create", "drop", "next_value"};
    }
    schema::Sequence sequence;

  private:
    Session& session_;
};

/// FetchedValue(): the database makes a default that no DDL says. DefaultClause() holds one that it does.
class DefaultObject : public lang::Native {
  public:
    explicit DefaultObject(sql::ExpressionPtr given) : expression(std::move(given)) {}
    std::string type_name() const override { return expression ? "DefaultClause" : "FetchedValue"; }
    sql::ExpressionPtr expression; ///< null: FetchedValue
};

/// ColumnDefault(x): what default=x says.
class ColumnDefaultObject : public lang::Native {
  public:
    std::string type_name() const override { return "ColumnDefault"; }
    void clear() override;
    lang::Value value;
};

/// server_default= as SQL: a string is a literal, text() as it stands. Throws for values that SQLAlchemy
/// refuses too.
sql::ExpressionPtr server_default_of(const lang::Value& value);
/// Applies server_default= to a column: also Identity, Computed and FetchedValue.
void set_server_default(schema::Column& column, const lang::Value& value);

/// "table.column" or "schema.table.column", or a column of a table, as a foreign key's target.
void add_referent(schema::ForeignKey& key, const lang::Value& target);

std::vector<schema::IndexElement> index_elements(std::span<const lang::Value> elements);
/// The indexes that the column's type brings along, named as in the table: column_indexes() of a stand-in.
std::vector<schema::Index> indexes_of_type(const ColumnObject& column, const schema::Table& table);
/// (column, operator) pairs and the keyword arguments of an exclude constraint.
schema::Exclude exclude_of(const lang::Bound& bound);

/// Column, ForeignKey, the constraints, Index, Sequence, Identity, Computed, FetchedValue, DefaultClause.
const Members& column_members();
const Members& constraint_members(); ///< of those, the ones in constraints.cpp

/// A Column, or the one that mapped_column() made; null for anything else.
ColumnObject* column_behind(const lang::Value& value);

} // namespace orch::script
