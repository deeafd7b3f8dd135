// What the tables look like after a run of operations, worked out without a database: what `--sql` answers to
// a script that looks around (sa.inspect(), has_table()). The runner feeds it; nobody else needs it. It
// believes what operations say: SQL as text is read for the tables, columns and indexes that it makes or
// drops, and rows are not known at all. It tells tables as schema::Catalog does.
#pragma once

#include "base/api.hpp"
#include "ops/ops.hpp"
#include "schema/catalog.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch::ops {

/// A value; copies share the tables that neither changes.
class ORCH_API Model {
  public:
    /// Does what the operation would do. What cannot be done here (a column of a table that is not known) is
    /// left out: the database will say so.
    void apply(const Action& action);

    /// Null where it is not known.
    const schema::Table* table(std::string_view table, const Schema& schema) const;
    bool has_table(std::string_view table, const Schema& schema) const;
    /// Sorted.
    std::vector<std::string> table_names(const Schema& schema) const;
    /// Tables and views of these names, all where none is given, and what else the catalog has of the schema.
    schema::Catalog catalog(const Schema& schema, const std::vector<std::string>& tables) const;

    // For apply().
    using Key = std::pair<std::string, std::string>; ///< schema ("" for the default one), name
    schema::Table* change(const std::string& table, const Schema& schema); ///< null: not known
    std::map<Key, std::shared_ptr<const schema::Table>> tables;
    std::map<Key, schema::View> views;
    std::map<Key, schema::Enum> enums;
    std::map<Key, schema::Sequence> sequences;
    bool batches_rebuild = false; ///< the database's batches make tables anew: set before the first apply()
};

/// Does what DDL as text does, as far as it can be read: tables, columns, indexes and types that come, go or
/// are renamed.
void apply_text(Model& model, std::string_view sql);

} // namespace orch::ops
