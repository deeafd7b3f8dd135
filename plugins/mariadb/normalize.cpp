// Tables in the server's own words: made as temporary tables of this session, which nobody else sees, and
// read back. What lists tables does not list these, so they are read from SHOW.
#include "inspect.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::mariadb {

namespace {

constexpr const char* made_as = "orch_normalize";

/// FULLTEXT and SPATIAL, which no temporary table of InnoDB can have.
bool has_prefix(const schema::Index& index) {
    for (const auto& [name, value] : index.options)
        if (name.ends_with("_prefix")) return true;
    return false;
}

/// What a temporary table can be: without foreign keys, partitions and such indexes.
schema::Table alone(schema::Table table) {
    std::erase_if(table.indexes, has_prefix);
    table.name = made_as;
    table.schema.reset();
    table.prefixes = {"TEMPORARY"};
    std::erase_if(table.constraints, [](const schema::Constraint& each) {
        return std::holds_alternative<schema::ForeignKey>(each);
    });
    for (schema::Column& column : table.columns) column.foreign_keys.clear();
    for (schema::Index& index : table.indexes) {
        index.table = made_as;
        index.schema.reset();
    }
    std::vector<std::string> partitions;
    for (const auto& [name, value] : table.options)
        if (name.find("partition") != std::string::npos) partitions.push_back(name);
    for (const std::string& name : partitions) table.options.erase(name);
    return table;
}

/// What a temporary table does not change is as it was asked for.
void restore(schema::Table& told, const schema::Table& asked) {
    told.name = asked.name;
    told.schema = asked.schema;
    told.comment = asked.comment;
    told.options = asked.options;
    told.prefixes = asked.prefixes;
    for (const schema::Index& index : asked.indexes)
        if (has_prefix(index)) told.indexes.push_back(index);
    for (schema::Index& index : told.indexes) {
        index.table = asked.name;
        index.schema = asked.schema;
    }
    for (schema::Column& column : told.columns) {
        const auto own = std::ranges::find(asked.columns, column.name, &schema::Column::name);
        if (own != asked.columns.end()) column.comment = own->comment;
    }
}

} // namespace

/// While it lives, a session for reading may make temporary tables.
class Connection::Writable {
  public:
    explicit Writable(Connection& connection) : connection_(connection) {
        if (connection_.read_only_) connection_.run("SET SESSION TRANSACTION READ WRITE");
    }
    ~Writable() {
        try {
            connection_.run(fmt::format("DROP TEMPORARY TABLE IF EXISTS {}", made_as));
            if (connection_.read_only_) connection_.run("SET SESSION TRANSACTION READ ONLY");
        } catch (...) { // the session is gone, and its temporary tables with it
            return;
        }
    }
    Writable(const Writable&) = delete;
    Writable& operator=(const Writable&) = delete;

  private:
    Connection& connection_;
};

schema::Column Connection::Reader::shown_column(const std::string& table, const std::string& name,
                                                const Definition& definition) {
    using Kind = Definition::Kind;
    const auto text = [&](Kind kind) {
        const std::string* found = definition.find(kind);
        return found ? *found : std::string();
    };
    /// What follows the words before it.
    const auto after = [](const std::string& whole, std::size_t words) {
        std::size_t at = 0;
        for (; words > 0; --words) at = whole.find(' ', at) + 1;
        return whole.substr(at);
    };
    std::string extra = text(Definition::auto_increment);
    if (definition.has_word("STORED") || definition.has_word("PERSISTENT")) extra += " STORED";
    const std::string generated = text(Definition::generated), collation = text(Definition::collation);
    std::string charset = text(Definition::charset);
    const auto datum = [](std::string value) {
        return value.empty() ? sql::Datum(sql::Null{}) : sql::Datum(std::move(value));
    };
    const std::string collated = collation.empty() ? "" : after(collation, 1);
    charset = charset.empty() ? collated.substr(0, collated.find('_')) : after(charset, 2);
    schema::Column out = column(
        {std::string(), table, name, sql::Null{}, text(Definition::nullable) == "NOT NULL" ? "NO" : "YES",
         text(Definition::type), datum(charset), datum(collated), extra, std::string(),
         generated.empty() ? generated : after(generated, 3), std::string()});
    std::string value = text(Definition::default_);
    if (value.empty() || value == "DEFAULT NULL") return out;
    value = after(value, 1);
    if (const std::string update = text(Definition::on_update); !update.empty()) value += " " + update;
    out.server_default = expression_of(std::move(value));
    return out;
}

schema::Table Connection::Reader::read_temporary(const std::string& name) {
    const std::string quoted = connection_.compiler_->quote(name);
    schema::Table& made = tables_[{"", name}];
    made.name = name;
    collations_[{"", name}] = "";
    const std::string create = text_of(rows("SHOW CREATE TABLE " + quoted).front().at(1));
    std::vector<schema::Constraint> checks;
    for (const Piece& piece : pieces(create)) {
        constexpr std::string_view check = "CHECK ";
        if (piece.constraint && piece.text.starts_with(check)) {
            const std::size_t end = piece.text.rfind(')');
            schema::Check found;
            found.name = piece.name;
            found.condition = expression_of(bare(piece.text.substr(check.size(), end + 1 - check.size())));
            checks.emplace_back(std::move(found));
        } else if (!piece.constraint && !piece.name.empty()) {
            made.columns.push_back(shown_column(name, piece.name, Definition(piece.text)));
        }
    }
    std::vector<Row> indexes;
    for (const Row& row : rows("SHOW INDEX FROM " + quoted))
        indexes.push_back({std::string(), name, row[2], row[1], row[4], row[7], row[10], row[5],
                           row.size() > 14 ? row[14] : sql::Datum(sql::Null{})});
    take_indexes(indexes);
    for (const schema::Constraint& constraint : made.constraints)
        if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint))
            for (schema::Column& column : made.columns)
                column.primary_key = std::ranges::count(key->columns, column.name) > 0;
    made.constraints.insert(made.constraints.end(), checks.begin(), checks.end());
    return std::move(made);
}

std::vector<schema::Table> Connection::normalize(const std::vector<schema::Table>& tables,
                                                 const dialect::Compiler& compiler) {
    std::vector<schema::Table> out;
    const Writable writable(*this);
    for (const schema::Table& table : tables) {
        run(fmt::format("DROP TEMPORARY TABLE IF EXISTS {}", made_as));
        perform({ops::CreateTable{alone(table), false}, {}}, compiler,
                [&](const dialect::Statement& statement) { return execute(statement); });
        const dialect::ReflectOptions options;
        out.push_back(Reader(*this, options).read_temporary(made_as));
        restore(out.back(), table);
    }
    return out;
}

} // namespace orch::mariadb
