// Column types as scripts see them: classes that make TypeObjects, which hold a schema::Type.
#pragma once

#include "script/convert.hpp"

namespace orch::script {

/// An instance of a type. Of a script's own TypeDecorator or UserDefinedType it is the native part.
class TypeObject : public lang::Native {
  public:
    TypeObject(Session& session, schema::Type type) : session_(session), type_(std::move(type)) {}

    std::string type_name() const override { return type_.name; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    std::string repr() const override;
    std::string str() const override;

    void clear() override;

    const schema::Type& type() const { return type_; }
    void set_type(schema::Type type) { type_ = std::move(type); }
    Session& session() const { return session_; }

    /// What a TypeDecorator decorates, as it was made; None for other types.
    lang::Value implementation;
    /// The Enum of Python that the values come from, or None, and the MetaData that it belongs to.
    lang::Value enumeration;

  private:
    Session& session_;
    schema::Type type_;
};

/// The names of `sqlalchemy` that are types, and those of a dialect's module ("postgresql"). Null where there
/// is none.
std::optional<lang::Value> type_class(Session& session, std::string_view module, std::string_view name);
std::vector<std::string> type_names(std::string_view module);

/// The type that a script gave: an instance, a class (made without arguments) or a subclass of TypeDecorator
/// or UserDefinedType asked for its implementation. Throws a TypeError for what is no type.
schema::Type type_of(const lang::Value& value, std::string_view what = "type");
bool is_type(const lang::Value& value);

/// A type object for a plain type.
lang::Value make_type(Session& session, schema::Type type);

} // namespace orch::script
