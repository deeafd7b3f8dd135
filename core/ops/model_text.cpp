// DDL as text, as far as a model needs it: the first words of each statement.
#include "ops/model.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace orch::ops {

namespace {

/// Words, quoted names and single marks of one statement; strings are one word that starts with a quote.
class Reader {
  public:
    explicit Reader(std::string_view sql) : rest_(sql) { advance(); }

    bool at_end() const { return word_.empty(); }
    bool at_statement_end() const { return word_.empty() || (!quoted_ && word_ == ";"); }
    bool accept(std::string_view word) {
        if (quoted_ || lower(word_) != word) return false;
        advance();
        return true;
    }
    bool accept(std::initializer_list<std::string_view> words) {
        const Reader before = *this;
        for (const std::string_view word : words)
            if (!accept(word)) {
                *this = before;
                return false;
            }
        return true;
    }
    std::string take() {
        std::string word = quoted_ ? word_ : lower(word_);
        advance();
        return word;
    }
    /// [schema.]name
    std::pair<Schema, std::string> name() {
        std::string first = take();
        if (quoted_ || word_ != ".") return {std::nullopt, std::move(first)};
        advance();
        return {std::move(first), take()};
    }
    void skip_statement() {
        while (!at_statement_end()) advance();
        if (!at_end()) advance();
    }
    /// Past the parentheses that open here.
    void skip_parentheses() {
        int depth = 0;
        do {
            if (!quoted_ && word_ == "(") ++depth;
            if (!quoted_ && word_ == ")") --depth;
            advance();
        } while (depth > 0 && !at_end());
    }
    bool looks_at(std::string_view mark) const { return !quoted_ && word_ == mark; }
    bool looks_at_name() const { return quoted_ || (!word_.empty() && (in_sql_word(word_[0]))); }

  private:
    void skip_space() {
        for (;;) {
            const std::size_t start = rest_.find_first_not_of(" \t\r\n\f\v");
            rest_.remove_prefix(std::min(start, rest_.size()));
            std::string_view end;
            if (rest_.starts_with("--"))
                end = "\n";
            else if (rest_.starts_with("/*"))
                end = "*/";
            else
                return;
            const std::size_t close = rest_.find(end);
            rest_.remove_prefix(close == std::string_view::npos ? rest_.size() : close + end.size());
        }
    }

    void advance() {
        skip_space();
        quoted_ = false;
        word_.clear();
        if (rest_.empty()) return;
        const char mark = rest_[0];
        if (mark == '"' || mark == '`' || mark == '[' || mark == '\'')
            return quoted(mark == '[' ? ']' : mark);
        std::size_t end = 1;
        if (in_sql_word(mark))
            while (end < rest_.size() && in_sql_word(rest_[end])) ++end;
        word_ = rest_.substr(0, end);
        rest_.remove_prefix(end);
    }

    void quoted(char close) {
        quoted_ = true;
        std::size_t i = 1;
        for (; i < rest_.size(); ++i) {
            if (rest_[i] == close && (i + 1 == rest_.size() || rest_[i + 1] != close)) break;
            if (rest_[i] == close) ++i;
            word_ += rest_[i];
        }
        rest_.remove_prefix(std::min(i + 1, rest_.size()));
    }

    std::string_view rest_;
    std::string word_;
    bool quoted_ = false;
};

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// A column's definition up to its comma: the name, the first word of the type, NOT NULL.
schema::Column column_definition(Reader& reader) {
    schema::Column column;
    column.name = reader.take();
    column.type.name = upper(reader.take());
    column.nullable = true;
    while (!reader.at_statement_end() && !reader.looks_at(",") && !reader.looks_at(")")) {
        if (reader.accept({"not", "null"}))
            column.nullable = false;
        else if (reader.accept({"primary", "key"}))
            column.primary_key = true;
        else if (reader.looks_at("("))
            reader.skip_parentheses();
        else
            reader.take();
    }
    return column;
}

bool begins_constraint(const Reader& reader) {
    static constexpr std::string_view words[]{"constraint", "primary", "unique", "foreign", "check",
                                              "exclude",    "like",    "key",    "index",   "fulltext"};
    Reader copy = reader;
    return std::ranges::any_of(words, [&](std::string_view word) { return copy.accept(word); });
}

void skip_to_comma(Reader& reader) {
    while (!reader.at_statement_end() && !reader.looks_at(",") && !reader.looks_at(")")) {
        if (reader.looks_at("("))
            reader.skip_parentheses();
        else
            reader.take();
    }
}

void create_table(Model& model, Reader& reader) {
    CreateTable create;
    create.if_not_exists = reader.accept({"if", "not", "exists"});
    std::tie(create.table.schema, create.table.name) = reader.name();
    if (reader.accept("(")) {
        while (!reader.at_statement_end() && !reader.looks_at(")")) {
            if (begins_constraint(reader))
                skip_to_comma(reader);
            else
                create.table.columns.push_back(column_definition(reader));
            if (!reader.accept(",")) break;
        }
    }
    model.apply(create);
}

void create_index(Model& model, Reader& reader, bool unique) {
    CreateIndex create;
    create.index.unique = unique;
    reader.accept("concurrently");
    create.if_not_exists = reader.accept({"if", "not", "exists"});
    if (!reader.looks_at_name() || reader.accept("on")) return; // PostgreSQL makes up its name
    create.index.name = reader.name().second;
    if (!reader.accept("on")) return;
    reader.accept("only");
    std::tie(create.index.schema, create.index.table) = reader.name();
    if (reader.accept("using")) reader.take();
    if (!reader.accept("(")) return;
    while (!reader.at_statement_end() && !reader.looks_at(")")) {
        const std::string column = reader.looks_at_name() ? reader.take() : "";
        if (!column.empty() && !reader.looks_at("(")) create.index.elements.push_back({column, nullptr});
        skip_to_comma(reader);
        if (!reader.accept(",")) break;
    }
    model.apply(create);
}

void create(Model& model, Reader& reader) {
    reader.accept({"or", "replace"});
    const bool unique = reader.accept("unique");
    while (reader.accept("temporary") || reader.accept("temp") || reader.accept("unlogged")) {
    }
    if (reader.accept("table")) return create_table(model, reader);
    if (reader.accept("index")) return create_index(model, reader, unique);
    const bool materialized = reader.accept("materialized");
    if (reader.accept("view")) {
        reader.accept({"if", "not", "exists"});
        schema::View view;
        std::tie(view.schema, view.name) = reader.name();
        view.materialized = materialized;
        model.views[{view.schema.value_or(""), view.name}] = view;
    } else if (reader.accept("type")) {
        schema::Enum made;
        std::tie(made.schema, made.name) = reader.name();
        if (!reader.accept({"as", "enum", "("})) return;
        while (!reader.at_statement_end() && !reader.looks_at(")")) {
            made.values.push_back(reader.take());
            if (!reader.accept(",")) break;
        }
        model.enums[{made.schema.value_or(""), made.name}] = made;
    } else if (reader.accept("sequence")) {
        reader.accept({"if", "not", "exists"});
        schema::Sequence made;
        std::tie(made.schema, made.name) = reader.name();
        model.sequences.try_emplace({made.schema.value_or(""), made.name}, made);
    }
}

void drop(Model& model, Reader& reader) {
    const bool materialized = reader.accept("materialized");
    const std::string kind = materialized ? (reader.take(), "view") : reader.take();
    reader.accept("concurrently");
    reader.accept({"if", "exists"});
    do {
        const auto [schema, name] = reader.name();
        const Model::Key key{schema.value_or(""), name};
        if (kind == "table")
            model.tables.erase(key);
        else if (kind == "view")
            model.views.erase(key);
        else if (kind == "type")
            model.enums.erase(key);
        else if (kind == "sequence")
            model.sequences.erase(key);
        else if (kind == "index")
            model.apply(DropIndex{name, {}, {}, true, {}});
    } while (reader.accept(","));
}

/// One action of ALTER TABLE, up to its comma.
void alter_table(Model& model, Reader& reader, const std::string& table, const Schema& schema) {
    if (reader.accept("add")) {
        if (begins_constraint(reader)) return;
        reader.accept("column");
        AddColumn add;
        add.if_not_exists = reader.accept({"if", "not", "exists"});
        if (!reader.looks_at_name()) return;
        add.table = table;
        add.schema = schema;
        add.column = column_definition(reader);
        model.apply(add);
    } else if (reader.accept("drop")) {
        if (reader.accept("constraint")) {
            reader.accept({"if", "exists"});
            model.apply(DropConstraint{reader.take(), table, schema, {}, true});
            return;
        }
        if (begins_constraint(reader)) return;
        reader.accept("column");
        reader.accept({"if", "exists"});
        if (reader.looks_at_name()) model.apply(DropColumn{table, reader.take(), schema, true, {}});
    } else if (reader.accept("rename")) {
        if (reader.accept("to")) {
            model.apply(RenameTable{table, reader.name().second, schema});
            return;
        }
        if (reader.accept("constraint")) return;
        reader.accept("column");
        AlterColumn change;
        change.table = table;
        change.schema = schema;
        change.column = reader.take();
        if (reader.accept("to")) change.name = reader.take();
        model.apply(change);
    }
}

void alter(Model& model, Reader& reader) {
    if (!reader.accept("table")) return;
    reader.accept({"if", "exists"});
    reader.accept("only");
    const auto [schema, table] = reader.name();
    do {
        alter_table(model, reader, table, schema);
        skip_to_comma(reader);
    } while (reader.accept(","));
}

} // namespace

void apply_text(Model& model, std::string_view sql) {
    for (Reader reader(sql); !reader.at_end(); reader.skip_statement()) {
        if (reader.accept("create"))
            create(model, reader);
        else if (reader.accept("drop"))
            drop(model, reader);
        else if (reader.accept("alter"))
            alter(model, reader);
    }
}

} // namespace orch::ops
