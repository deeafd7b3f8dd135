// Changes of columns with the database at hand: what the script does not speak of stays as it is. The
// `existing_` arguments say what a column is and ask for nothing, so the database's own word is taken
// instead.
#include "connection.hpp"

#include "base/error.hpp"
#include "definition.hpp"

#include <fmt/format.h>

namespace orch::mariadb {

namespace {

using dialect::Kind;

/// A character set and a collation that were chosen for the column stay with a new text type that has none.
void set_type(Definition& definition, const schema::Type& type, const Compiler& compiler) {
    const Kind kind = compiler.kind_of(type);
    const bool text = kind == Kind::string || kind == Kind::enumeration;
    const std::string sql = compiler.type(type);
    definition.drop_json_check(); // of the old type; JSON brings its own
    const bool own =
        sql.find("CHARACTER SET") != std::string::npos || sql.find("COLLATE") != std::string::npos;
    if (!text || own || type.binary || type.national) {
        definition.set(Definition::charset, std::nullopt);
        definition.set(Definition::collation, std::nullopt);
    }
    if (kind != Kind::integer && kind != Kind::numeric && kind != Kind::floating)
        definition.set(Definition::auto_increment, std::nullopt); // only numbers count
    definition.set(Definition::type, sql);
}

void set_nullable(Definition& definition, bool nullable) {
    definition.set(Definition::nullable, nullable ? "NULL" : "NOT NULL");
    const std::string* value = definition.find(Definition::default_);
    if (!nullable && value && *value == "DEFAULT NULL") definition.set(Definition::default_, std::nullopt);
}

/// In SQLAlchemy ON UPDATE is part of the default: who states the one states the other.
void set_default(Definition& definition, const std::optional<std::string>& sql) {
    definition.set(Definition::on_update, std::nullopt);
    definition.set(Definition::default_, sql ? std::optional("DEFAULT " + *sql) : std::nullopt);
}

} // namespace

std::optional<std::string> Connection::restated(const ops::AlterColumn& change) {
    const std::string table = compiler_->table(change.schema, change.table);
    sql::Result shown;
    try {
        shown.rows = query("SHOW CREATE TABLE " + table);
    } catch (const Error&) {
        return std::nullopt; // the change itself will say what is wrong, with its place
    }
    const auto* text = shown.rows.empty() ? nullptr : std::get_if<std::string>(&shown.rows.front().at(1));
    const auto found = text ? find_definition(*text, change.column) : std::nullopt;
    if (!found) return std::nullopt;
    Definition definition(*found);
    if (change.type) set_type(definition, *change.type, *compiler_);
    if (change.nullable) set_nullable(definition, *change.nullable);
    if (change.server_default.given) set_default(definition, compiler_->default_of(change));
    if (change.autoincrement)
        definition.set(Definition::auto_increment,
                       *change.autoincrement ? std::optional<std::string>("AUTO_INCREMENT") : std::nullopt);
    if (change.comment.given) {
        const std::string& comment = change.comment.value ? *change.comment.value : std::string();
        definition.set(Definition::comment,
                       comment.empty() ? std::nullopt : std::optional("COMMENT " + literal(comment)));
    }
    return definition.text();
}

/// While it lives, backslashes escape: SHOW CREATE TABLE writes its strings so whatever the session's
/// sql_mode is, and what is made of them must be read in the same way.
class Connection::Escapes {
  public:
    explicit Escapes(Connection& connection) : connection_(connection) {
        if (connection_.server_.backslash_escapes) return;
        mode_ = connection_.literal(connection_.query("SELECT @@SESSION.sql_mode").front().front());
        set("REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')", true);
    }
    ~Escapes() {
        try {
            if (!mode_.empty()) set(mode_, false);
        } catch (...) { // the session is gone, and what ended it is on its way
            return;
        }
    }
    Escapes(const Escapes&) = delete;
    Escapes& operator=(const Escapes&) = delete;

  private:
    void set(const std::string& mode, bool escapes) {
        connection_.run("SET SESSION sql_mode = " + mode);
        connection_.server_.backslash_escapes = escapes;
        connection_.compiler_->backslash_escapes(escapes);
    }

    Connection& connection_;
    std::string mode_; ///< what it was, as an SQL literal
};

void Connection::perform(const ops::Operation& operation, const dialect::Compiler& compiler, const Run& run) {
    if (const auto* batch = std::get_if<ops::Batch>(&operation.action);
        batch && batch->recreate != "always") {
        for (const ops::Batch::Step& step : batch->steps) perform(*step.operation, compiler, run);
        return;
    }
    const auto* change = std::get_if<ops::AlterColumn>(&operation.action);
    const bool restates = change && !change->identity.given && !change->computed.given &&
                          compiler_->way(*change) == Compiler::Way::restate;
    if (!restates) return dialect::Connection::perform(operation, *compiler_, run);
    const Escapes escapes(*this);
    const auto definition = restated(*change);
    if (!definition) return dialect::Connection::perform(operation, *compiler_, run);
    for (const dialect::Statement& statement :
         compiler_->alter_column_to(*change, *definition, operation.origin))
        run(statement);
}

} // namespace orch::mariadb
