// The directives of `op` and of a batch, which are the same but for the table's name: a batch knows it
// already.
#pragma once

#include "script/session.hpp"

#include "lang/native.hpp"

namespace orch::script {

/// Where operations go: straight to the database, or into a batch.
class Target {
  public:
    virtual ~Target() = default;
    virtual Session& session() const = 0;
    virtual void add(ops::Operation operation, std::optional<std::string> insert_before,
                     std::optional<std::string> insert_after) = 0;
    /// The table of a batch; null for `op` itself.
    virtual const ops::Batch* batch() const = 0;

    void add(ops::Operation operation) { add(std::move(operation), std::nullopt, std::nullopt); }
};

using Directive = lang::Value (*)(Target& target, lang::Call& call);

/// Every directive by name; those that a batch does not have say so.
const std::map<std::string_view, Directive, std::less<>>& directives();
/// Of those, the ones in constraint_operations.cpp.
const std::map<std::string_view, Directive, std::less<>>& constraint_directives();
bool is_batch_directive(std::string_view name);

/// `with op.batch_alter_table(...) as batch_op`.
lang::Value make_batch(Session& session, lang::Call& call);

/// Operations that scripts define: the module `alembic.operations`.
void add_operations(Session& session);
/// invoke(operation) of `operations`: the module `op`, or a batch.
lang::Value invoke_operation(Session& session, const lang::Value& operations, lang::Call& call);
/// Under which name Session::made has a registered directive; `target` is "op" or "batch".
std::string custom_key(std::string_view target, std::string_view name);

/// Older names of keyword arguments: "tablename" for "table_name".
struct OldName {
    std::string_view old, now;
};

/// The arguments of a directive: bound to its signature, older keyword names translated, and the table's name
/// and schema taken from the batch inside of one.
class Arguments {
  public:
    Arguments(Target& target, lang::Call& call, const lang::Signature& signature,
              const lang::Signature& batch_signature, std::initializer_list<OldName> old_names = {});

    const lang::Value& operator[](std::string_view name) const { return bound_[name]; }
    bool given(std::string_view name) const { return bound_.given(name); }
    const lang::Bound& bound() const { return bound_; }
    std::string table(std::string_view parameter = "table_name") const;
    ops::Schema schema(std::string_view parameter = "schema") const;
    const Place& origin() const { return origin_; }

  private:
    std::vector<lang::Call::Keyword> keywords_;
    lang::Call call_;
    lang::Bound bound_;
    const ops::Batch* batch_;
    Place origin_;
};

} // namespace orch::script
