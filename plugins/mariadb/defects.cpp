// Tables whose engine knows no transactions: of a change to their rows nothing can be rolled back.
#include "connection.hpp"
#include "results.hpp"

#include <fmt/format.h>

namespace orch::mariadb {

std::vector<dialect::Defect> Connection::defects(const std::string& version_table) {
    std::vector<dialect::Defect> found;
    for (const auto& row :
         query("SELECT t.table_name, t.engine FROM information_schema.tables t LEFT JOIN "
               "information_schema.engines e ON e.engine = t.engine WHERE t.table_schema = DATABASE() AND "
               "t.table_type = 'BASE TABLE' AND coalesce(e.transactions, 'NO') <> 'YES' ORDER BY 1")) {
        const std::string table = text_of(row[0]), engine = text_of(row[1]);
        const bool own = table == version_table || table == version_table + "_orch" ||
                         table == version_table + "_orch_open";
        dialect::Defect defect;
        defect.kind = "no-transactions";
        defect.message =
            fmt::format("table '{}' has the engine {}, which knows no transactions", table, engine);
        defect.harmless = !own;
        defect.hint =
            own ? "orch relies on them: a run that ends between two statements would not be known"
                : "rows that a revision changes stay changed when it fails; ALTER TABLE ... ENGINE = "
                  "InnoDB";
        if (own) {
            dialect::Statement alter;
            alter.sql = fmt::format("ALTER TABLE {} ENGINE = InnoDB", compiler_->quote(table));
            defect.remedy = "give it the engine InnoDB";
            defect.mend = {std::move(alter)};
        }
        found.push_back(std::move(defect));
    }
    return found;
}

} // namespace orch::mariadb
