// Operations to SQL: ANSI, but for what this database says differently or cannot do.
#pragma once

#include <dialect/compiler.hpp>

namespace pocket {

namespace dialect = orch::dialect;
namespace ops = orch::ops;

class Compiler final : public dialect::AnsiCompiler {
  public:
    explicit Compiler(const dialect::Traits& traits);
    std::string quote(std::string_view identifier) const override;

  protected:
    // What can be altered in place is a column's name alone.
    void column_nullable(const ops::AlterColumn& change, dialect::Output& output) const override;
    void column_default(const ops::AlterColumn& change, dialect::Output& output) const override;
    void column_type(const ops::AlterColumn& change, dialect::Output& output) const override;
    void add_constraint(const ops::AddConstraint& operation, dialect::Output& output) const override;
    void drop_constraint(const ops::DropConstraint& operation, dialect::Output& output) const override;
    // Comments are not kept: that is said, and is no error.
    void table_comment(const ops::TableComment& operation, dialect::Output& output) const override;
    void column_comment(const std::string& table, const ops::Schema& schema, const std::string& column,
                        const std::optional<std::string>& comment, dialect::Output& output) const override;

    orch::sql::Datum bind(const orch::sql::Datum& value, const orch::schema::Type* type) const override;
};

} // namespace pocket
