// Tables, MetaData and what SELECT takes rows from, as scripts see them.
#pragma once

#include "script/sqlalchemy/columns.hpp"

namespace orch::script {

/// `table.c`: columns by attribute, by name and in order.
class ColumnCollection : public lang::Native {
  public:
    std::string type_name() const override { return "ColumnCollection"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    lang::Value subscript(const lang::Value& key) override;
    lang::Value iterate() override;
    bool iterable() const override { return true; }
    bool contains(const lang::Value& item) override;
    std::size_t length() override { return columns.size(); }
    void clear() override;

    const lang::Value* find(std::string_view name) const;
    std::vector<lang::Value> columns; ///< ColumnObjects or labelled expressions
};

/// Anything that rows come from: a table, an alias, a subquery, a join.
class FromObject : public lang::Native {
  public:
    explicit FromObject(Session& session);
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    void clear() override;

    Session& session() const { return session_; }
    /// What its columns carry in front of them: the table's name or the alias; "" for a join.
    std::string attribute_name() const;
    ColumnCollection& columns() const { return *collection.native<ColumnCollection>(); }
    /// Adds a column that is found in this source under `name`.
    void add_column(const schema::Column& column, const std::string& name, const lang::Value& table);

    SourcePtr source;
    lang::Value collection;
    std::string referent; ///< of an alias: the table that foreign keys name

  private:
    Session& session_;
};

/// Table("name", metadata, ...), table("name", ...) and what op.create_table() gives.
class TableObject : public FromObject {
  public:
    explicit TableObject(Session& session) : FromObject(session) {}
    std::string type_name() const override { return "Table"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    std::string str() const override { return table.name; }
    std::string repr() const override;
    void clear() override;

    schema::Table table; ///< its columns are those of columns(), at the time it is used: definition()
    lang::Value metadata;
    lang::Value info; ///< what the application says of it; a dict once somebody asks

    /// The table with its columns and indexes as CREATE TABLE shall see them.
    schema::Table definition() const;
    sql::TableRef reference() const { return {table.schema, table.name, std::nullopt}; }
    void set_source();
};

class AliasObject : public FromObject {
  public:
    explicit AliasObject(Session& session, std::string name) : FromObject(session), name_(std::move(name)) {}
    std::string type_name() const override { return "Alias"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    const std::string& name() const { return name_; }

  private:
    std::string name_;
};

class JoinObject : public FromObject {
  public:
    explicit JoinObject(Session& session) : FromObject(session) {}
    std::string type_name() const override { return "Join"; }
    void clear() override;
    std::vector<lang::Value> parts; ///< the two that it joins
};

/// MetaData(): a set of tables, and the naming convention of their constraints.
class MetaDataObject : public lang::Native {
  public:
    std::string type_name() const override { return "MetaData"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    bool set_attribute(std::string_view name, const lang::Value& value) override;
    std::vector<std::string> attribute_names() const override;
    void clear() override;

    std::vector<std::pair<std::string, lang::Value>> tables; ///< by key ("schema.name"), in order
    std::optional<std::string> schema;
    std::map<std::string, std::string> naming_convention;
    lang::Value convention_object;
    lang::Value bind; ///< what 1.x reads tables through where a call names no connection
};

/// A table from its arguments: columns, constraints, indexes, and the keyword arguments of Table(). For
/// op.create_table() too.
lang::Value make_table(Session& session, std::string name, std::span<const lang::Value> items,
                       const lang::Bound& bound, const lang::Value& metadata);
/// Rows come from a table, a select or a join; of a class of the ORM, from its table. Null for anything else.
FromObject* from_object(const lang::Value& value);
/// The condition of a join that gives none: a foreign key between the two, or null.
sql::ExpressionPtr join_condition(FromObject& left, FromObject& right);

/// `constraints`, `foreign_keys`, `foreign_key_constraints` and `indexes` of a Table; nothing for other
/// names.
std::optional<lang::Value> table_part(TableObject& object, std::string_view name);
/// Columns of a table by their names; a list of the names where the table is None.
lang::Value columns_named(const lang::Value& table, const std::vector<std::string>& names);
/// The Table that a key of `table` leads to: that of the MetaData, else what the key says of it.
lang::Value referred_table(const lang::Value& table, const schema::ForeignKey& key);

/// Table, table, MetaData, join, outerjoin, alias.
const Members& table_members();

} // namespace orch::script
