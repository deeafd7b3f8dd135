// The table that says where a database stands, in Alembic's shape: one column version_num, one row a head.
#pragma once

#include "dialect/dialect.hpp"
#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace orch::runner {

class VersionTable {
  public:
    /// `width`: characters that version_num must hold at least.
    VersionTable(std::string name, std::optional<std::string> schema, bool primary_key, std::size_t width);

    bool exists(dialect::Connection& connection) const;
    /// Sorted. The table must exist.
    std::vector<std::string> rows(dialect::Connection& connection, const dialect::Compiler& compiler) const;

    /// As statements, for running and for --sql alike. `if_not_exists`: the last statement of a run that was
    /// killed may just be making it, where DDL commits by itself.
    std::vector<dialect::Statement> create(const dialect::Compiler& compiler, dialect::Values values,
                                           bool if_not_exists = false) const;
    /// What makes the column wide enough for the tree's ids; none where it is. Reads the schema only where
    /// the ids are longer than Alembic's column.
    std::vector<dialect::Statement> widen(dialect::Connection& connection,
                                          const dialect::Compiler& compiler) const;
    dialect::Statement change(const graph::VersionChange& change, const dialect::Compiler& compiler) const;
    dialect::Statement remove_all(const dialect::Compiler& compiler) const;

    const std::string& name() const { return name_; }

  private:
    sql::TableRef reference() const;

    std::string name_;
    std::optional<std::string> schema_;
    bool primary_key_;
    std::size_t width_;
};

} // namespace orch::runner
