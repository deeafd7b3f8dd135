// Reads CREATE TABLE and CREATE INDEX as SQLite stores them; see definition.hpp. The text was accepted by
// SQLite once, so this looks for what stands where, not for mistakes. Grammar lines follow
// https://www.sqlite.org/lang_createtable.html
#include "base/error.hpp"
#include "base/text.hpp"
#include "definition.hpp"
#include "tokens.hpp"

#include <utility>

namespace orch::sqlite {

namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

class Parser {
  public:
    explicit Parser(std::string_view sql) : sql_(sql), tokens_(sql) {}

    TableText table();
    IndexText index();
    ColumnText column();
    Part part(const std::string& column);

  private:
    [[noreturn]] void fail(std::string_view expected) const {
        throw Error(Fault::database, "cannot read a definition that the database stores: expected " +
                                         std::string(expected) + ", got '" + std::string(tokens_.text(at_)) +
                                         "'")
            .sql(std::string(sql_));
    }
    bool is(std::string_view keyword) const { return tokens_.is(at_, keyword); }
    bool take(std::string_view keyword) { return is(keyword) && ++at_; }
    void expect(std::string_view keyword) {
        if (!take(keyword)) fail(keyword);
    }
    std::string name() {
        if (!tokens_.is_name(at_)) fail("a name");
        return tokens_.name(at_++);
    }
    /// The text between the last token that was taken and the next one.
    std::string gap() const { return std::string(between(at_)); }
    std::string_view between(std::size_t at) const {
        const std::size_t from = at == 0 ? 0 : tokens_[at - 1].to;
        return sql_.substr(from, tokens_[at].from - from);
    }
    std::string parenthesised();
    std::vector<std::string> key_columns(bool* autoincrement);
    std::optional<std::string> conflict();
    Reference reference();
    void default_value(Part& part);
    bool at_type() const;
    bool at_part() const;
    bool at_constraint() const;
    void separator(Around& around, std::string& next_lead);
    IndexText::Element element(std::size_t first, std::size_t behind) const;

    std::string_view sql_;
    Tokens tokens_;
    std::size_t at_ = 0;
};

// "(" ... ")", without the parentheses
std::string Parser::parenthesised() {
    if (!is("(")) fail("(");
    const std::size_t first = at_ + 1;
    at_ = tokens_.behind_parentheses(at_);
    return std::string(tokens_.text(first, at_ - 1));
}

// "(" name [COLLATE name] [ASC | DESC] {"," ...} [AUTOINCREMENT] ")"
std::vector<std::string> Parser::key_columns(bool* autoincrement) {
    std::vector<std::string> out;
    expect("(");
    for (bool first = true; !is(")"); first = false) {
        if (at_ == tokens_.size()) fail(")");
        if (first || take(",")) out.push_back(name());
        if (is("AUTOINCREMENT") && autoincrement) *autoincrement = true;
        if (!is(")") && !is(",")) at_ = is("(") ? tokens_.behind_parentheses(at_) : at_ + 1;
    }
    expect(")");
    return out;
}

// [ON CONFLICT word]
std::optional<std::string> Parser::conflict() {
    if (!is("ON") || !tokens_.is(at_ + 1, "CONFLICT")) return {};
    at_ += 2;
    return upper(name());
}

// REFERENCES name ["(" names ")"] {ON DELETE ... | ON UPDATE ... | MATCH name} [[NOT] DEFERRABLE [INITIALLY
// ...]]
Reference Parser::reference() {
    Reference out;
    expect("REFERENCES");
    out.table = name();
    if (is("(")) out.columns = key_columns(nullptr);
    for (;;) {
        if (take("ON")) {
            auto& rule = is("DELETE") ? out.on_delete : out.on_update;
            ++at_;
            std::string action = upper(name());
            if (action == "SET" || action == "NO") action += " " + upper(name());
            rule = std::move(action);
        } else if (take("MATCH")) {
            out.match = upper(name());
        } else {
            break;
        }
    }
    const bool negated = is("NOT") && tokens_.is(at_ + 1, "DEFERRABLE");
    if (negated) ++at_;
    if (take("DEFERRABLE")) {
        out.deferrable = !negated;
        if (take("INITIALLY")) out.initially = upper(name());
    }
    return out;
}

// DEFAULT ( "(" expr ")" | [sign] term )
void Parser::default_value(Part& part) {
    expect("DEFAULT");
    if (is("(")) {
        part.expression = parenthesised();
        return;
    }
    const std::size_t first = at_;
    if (is("+") || is("-")) ++at_;
    ++at_;
    part.expression = std::string(tokens_.text(first, at_));
}

bool Parser::at_part() const {
    for (const std::string_view keyword : {"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK",
                                           "DEFAULT", "COLLATE", "REFERENCES", "AS"})
        if (is(keyword)) return true;
    return is("GENERATED") && tokens_.is(at_ + 1, "ALWAYS");
}

bool Parser::at_type() const { return at_ < tokens_.size() && !is(",") && !is(")") && !at_part(); }

bool Parser::at_constraint() const {
    for (const std::string_view keyword : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
        if (is(keyword)) return true;
    return false;
}

// [CONSTRAINT name] ( PRIMARY KEY ... | UNIQUE ... | CHECK ... | FOREIGN KEY ... | NOT NULL | NULL | DEFAULT
// ... |
//                     COLLATE name | REFERENCES ... | [GENERATED ALWAYS] AS "(" expr ")" [STORED | VIRTUAL] )
// `column` is empty for a constraint of the table.
Part Parser::part(const std::string& column) {
    Part out;
    out.lead = gap();
    const std::size_t first = at_;
    while (take("CONSTRAINT")) out.name = name(); // of several without a constraint between, the last counts
    if (!column.empty()) out.columns = {column};
    if (at_ > first && (is(",") || is(")") || at_ == tokens_.size())) {
        out.kind = Part::null; // SQLite takes a name without a constraint: it says nothing, and stays
    } else if (take("PRIMARY")) {
        out.kind = Part::primary_key;
        expect("KEY");
        if (column.empty()) out.columns = key_columns(&out.autoincrement);
        if (is("ASC") || is("DESC")) ++at_;
        out.conflict = conflict();
        if (take("AUTOINCREMENT")) out.autoincrement = true;
    } else if (take("UNIQUE")) {
        out.kind = Part::unique;
        if (column.empty()) out.columns = key_columns(nullptr);
        out.conflict = conflict();
    } else if (take("CHECK")) {
        out.kind = Part::check;
        out.expression = parenthesised();
        out.conflict = conflict();
    } else if (is("FOREIGN") || is("REFERENCES")) {
        out.kind = Part::foreign_key;
        if (take("FOREIGN")) {
            expect("KEY");
            out.columns = key_columns(nullptr);
        }
        out.reference = reference();
    } else if (take("NOT")) {
        out.kind = Part::not_null;
        expect("NULL");
        out.conflict = conflict();
    } else if (take("NULL")) {
        out.kind = Part::null;
        out.conflict = conflict();
    } else if (is("DEFAULT")) {
        out.kind = Part::default_value;
        default_value(out);
    } else if (take("COLLATE")) {
        out.kind = Part::collate;
        out.expression = name();
    } else {
        out.kind = Part::generated;
        if (take("GENERATED")) expect("ALWAYS");
        if (!take("AS")) fail("a constraint");
        out.expression = parenthesised();
        out.stored = is("STORED");
        if (is("STORED") || is("VIRTUAL")) ++at_;
    }
    out.text = std::string(tokens_.text(first, at_));
    return out;
}

// name [type] {part}
ColumnText Parser::column() {
    ColumnText out;
    out.name_text = std::string(tokens_.text(at_));
    out.name = name();
    out.type_lead = gap();
    const std::size_t type = at_;
    while (at_type()) at_ = is("(") ? tokens_.behind_parentheses(at_) : at_ + 1;
    out.type = std::string(tokens_.text(type, at_));
    while (at_part()) out.parts.push_back(part(out.name));
    return out;
}

// What follows an item up to the next one. A comment on the comma's line belongs to what stands before it.
void Parser::separator(Around& around, std::string& next_lead) {
    const std::string before = gap();
    if (!take(",")) { // SQLite does not ask for one between constraints
        (is(")") ? around.trail : next_lead) = before;
        return;
    }
    around.trail = before;
    next_lead = gap();
    const std::size_t line = next_lead.find('\n');
    if (line == std::string::npos || trim(next_lead.substr(0, line)).empty()) return;
    if (!Tokens(next_lead.substr(0, line) + "\n").size() && next_lead.find("/*") >= line) {
        around.after = next_lead.substr(0, line);
        next_lead.erase(0, line);
    }
}

// CREATE [TEMP] TABLE [IF NOT EXISTS] [schema "."] name "(" column {"," column} {[","] constraint} ")"
// options
TableText Parser::table() {
    TableText out;
    expect("CREATE");
    if (is("TEMP") || is("TEMPORARY")) ++at_;
    expect("TABLE");
    if (take("IF")) at_ += 2;
    out.head = std::string(sql_.substr(0, tokens_[at_].from));
    const std::size_t first = at_;
    out.name = name();
    if (take(".")) out.name = name();
    out.name_text = std::string(tokens_.text(first, at_));
    if (!is("(")) fail("(");
    out.open = gap() + "(";
    ++at_;
    std::string lead = gap();
    while (!is(")") && !at_constraint()) {
        if (at_ == tokens_.size()) fail(")");
        ColumnText added = column();
        added.around.lead = std::move(lead);
        lead.clear();
        separator(added.around, lead);
        out.columns.push_back(std::move(added));
    }
    if (out.columns.empty()) fail("a column");
    while (!is(")")) {
        if (at_ == tokens_.size()) fail(")");
        ConstraintText added;
        added.part = part({});
        added.part.lead.clear();
        added.around.lead = std::move(lead);
        lead.clear();
        separator(added.around, lead);
        out.constraints.push_back(std::move(added));
    }
    out.tail = std::string(sql_.substr(tokens_[at_].from));
    std::string& last =
        out.constraints.empty() ? out.columns.back().around.trail : out.constraints.back().around.trail;
    if (trim(last).empty())
        out.tail = std::exchange(last, {}) + out.tail; // the layout of the end is nobody's own
    for (++at_; at_ < tokens_.size(); ++at_) {
        if (is("WITHOUT")) out.without_rowid = true;
        if (is("STRICT")) out.strict = true;
    }
    return out;
}

// expr [COLLATE name] [ASC | DESC]
IndexText::Element Parser::element(std::size_t first, std::size_t behind) const {
    IndexText::Element out;
    out.descending = tokens_.is(behind - 1, "DESC");
    if (behind - first > 1 && (out.descending || tokens_.is(behind - 1, "ASC"))) --behind;
    if (behind - first == 3 && tokens_.is(first + 1, "COLLATE")) {
        out.collation = tokens_.name(first + 2);
        behind -= 2;
    }
    if (behind - first == 1 && tokens_.is_name(first))
        out.column = tokens_.name(first);
    else
        out.expression = std::string(tokens_.text(first, behind));
    return out;
}

// CREATE [UNIQUE] INDEX [IF NOT EXISTS] [schema "."] name ON name "(" element {"," element} ")" [WHERE expr]
IndexText Parser::index() {
    IndexText out;
    expect("CREATE");
    out.unique = take("UNIQUE");
    expect("INDEX");
    if (take("IF")) at_ += 2;
    out.name = name();
    if (take(".")) out.name = name();
    expect("ON");
    out.table = name();
    if (!is("(")) fail("(");
    const std::size_t behind = tokens_.behind_parentheses(at_);
    std::size_t first = ++at_;
    for (int depth = 0; at_ < behind; ++at_) {
        if (is("(")) ++depth;
        if ((depth == 0 && is(",")) || at_ + 1 == behind) {
            out.elements.push_back(element(first, at_));
            first = at_ + 1;
        } else if (is(")")) {
            --depth;
        }
    }
    if (take("WHERE")) out.where = std::string(tokens_.text(at_, tokens_.size()));
    return out;
}

} // namespace

TableText parse_table(std::string_view sql) { return Parser(sql).table(); }
IndexText parse_index(std::string_view sql) { return Parser(sql).index(); }
ColumnText parse_column(std::string_view sql) { return Parser(sql).column(); }
Part parse_constraint(std::string_view sql) { return Parser(sql).part({}); }

// CREATE [UNIQUE] word [IF NOT EXISTS] name
std::string in_schema(std::string_view sql, std::string_view schema) {
    const Tokens tokens(sql);
    std::size_t at = 1;
    while (at < tokens.size() && !tokens.is(at, "INDEX") && !tokens.is(at, "TRIGGER") &&
           !tokens.is(at, "VIEW"))
        ++at;
    ++at;
    if (tokens.is(at, "IF")) at += 3;
    const std::size_t name = tokens[at].from;
    return std::string(sql.substr(0, name)) + in_quotes(schema) + "." + std::string(sql.substr(name));
}

} // namespace orch::sqlite
