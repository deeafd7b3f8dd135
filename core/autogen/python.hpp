// Values as the Python text that makes them: strings, types, columns, constraints, expressions. Used by
// render.cpp, which puts them into operations. The forms are those of Alembic's own rendering, so that a
// revision looks the same whoever wrote it.
#pragma once

#include "autogen/autogen.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::autogen {

/// Python's repr of a str.
std::string python(std::string_view text);
std::string python(bool value);
/// ['a', 'b']
std::string python(const std::vector<std::string>& names);

/// Writes the parts of operations, and gathers the imports that they need.
class Printer {
  public:
    explicit Printer(const dialect::Compiler& compiler) : compiler_(compiler) {}

    /// Names in this set are finished: no naming convention may touch them again, so they are written as
    /// op.f('x'). `all_final` says so of every name: those that a database told.
    const std::set<std::string>* final_names = nullptr;
    bool all_final = false;
    std::string prefix = "op."; ///< "batch_op." inside of a batch

    /// Whose parts are written now, for `item`, which is asked first: an env.py's render_item.
    struct Where {
        std::string table;
        std::optional<std::string> schema;
        std::string column;
        bool told = false;
    } where;
    std::function<std::optional<std::string>(script::RenderedItem& item)> item;

    std::string name(const std::optional<std::string>& name) const; ///< 'x', op.f('x') or None
    std::string type(const schema::Type& type);
    std::string column(const schema::Column& column);
    std::string constraint(const schema::Constraint& constraint);
    std::string server_default(const schema::ExpressionPtr& expression) const;
    /// The same of a column.
    std::string server_default(const schema::Column& column);
    std::string identity(const schema::Identity& identity) const;
    std::string computed(const schema::Computed& computed) const;
    std::string index_element(const schema::IndexElement& element) const;
    std::string option(const schema::Option& option) const;
    /// ", postgresql_using='gin'" for each option.
    std::string options(const schema::Options& options) const;
    /// The SQL of an expression, with literals in place.
    std::string sql(const schema::ExpressionPtr& expression) const;
    /// sa.text('...')
    std::string text(const schema::ExpressionPtr& expression) const;

    const std::set<std::string>& imports() const { return imports_; }
    const dialect::Compiler& compiler() const { return compiler_; }

  private:
    std::string plain_type(const schema::Type& type);
    std::string plain_column(const schema::Column& column);
    std::string plain_constraint(const schema::Constraint& constraint);
    /// What `item` says of a part; nothing where it leaves it to us.
    std::optional<std::string> asked(script::RenderedItem& part);
    std::string arguments(const schema::Type& type);

    const dialect::Compiler& compiler_;
    std::set<std::string> imports_;
};

/// SQL for sa.text(): a colon before a word would begin a parameter.
std::string with_colons_escaped(std::string_view sql);
/// What an index or constraint carries for orch's own use, not for a script.
bool is_internal_option(std::string_view name);

} // namespace orch::autogen
