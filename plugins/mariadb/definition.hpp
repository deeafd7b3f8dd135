// The definition of one column as SHOW CREATE TABLE prints it, taken apart so that one attribute can change
// and all others stay. MODIFY and CHANGE restate the whole column; what they leave out is lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::mariadb {

/// What stands behind the column's name, in the server's order.
class Definition {
  public:
    enum Kind {
        type,      ///< "int(10) unsigned"
        charset,   ///< "CHARACTER SET latin1"
        collation, ///< "COLLATE latin1_bin"
        generated, ///< "GENERATED ALWAYS AS (...) STORED"
        nullable,  ///< "NOT NULL", "NULL"
        default_,  ///< "DEFAULT 'x'"
        on_update, ///< "ON UPDATE current_timestamp()"
        auto_increment,
        comment, ///< "COMMENT '...'"
        other,   ///< CHECK, INVISIBLE, COMPRESSED, comments that only some versions read ...
    };

    explicit Definition(std::string_view text);
    /// The attribute's text, or nothing.
    const std::string* find(Kind kind) const;
    /// Puts a text in the attribute's place, or at the end; nothing removes it.
    void set(Kind kind, const std::optional<std::string>& text);
    std::string text() const;
    bool has_word(std::string_view word) const; ///< among the others: "STORED"
    /// Removes the CHECK (json_valid(...)) that JSON brings along.
    void drop_json_check();

  private:
    struct Attribute {
        Kind kind;
        std::string text;
    };
    std::vector<Attribute> attributes_;
};

/// What stands between the outer parentheses of SHOW CREATE TABLE: columns, keys, constraints.
struct Piece {
    std::string name; ///< of a column or a constraint; empty for keys
    bool constraint = false;
    std::string_view text; ///< what follows the name
};
std::vector<Piece> pieces(std::string_view create_table);
/// The definition of a column in the answer of SHOW CREATE TABLE, without the column's name; nothing where
/// there is no such column.
std::optional<std::string> find_definition(std::string_view create_table, std::string_view column);

} // namespace orch::mariadb
