#include "script/sql_file.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {
namespace {

const std::vector<std::string> known_words{"revision",          "revises",  "branch-labels",
                                           "depends-on",        "requires", "lock-timeout",
                                           "statement-timeout", "upgrade",  "downgrade"};

// SQLAlchemy's own dialects, for telling a misspelled section from one for a database that is not at hand.
const std::vector<std::string> known_dialects{"sqlite", "postgresql", "mysql", "mariadb", "mssql", "oracle"};

struct Line {
    std::string_view text; // without its end
    int number = 0;
    std::size_t begin = 0, next = 0; // offsets into the file
};

// One line after the other, without copying.
class Lines {
  public:
    explicit Lines(std::string_view text) : text_(text) {}

    bool next(Line& line) {
        if (at_ >= text_.size()) return false;
        std::size_t end = text_.find('\n', at_);
        line.begin = at_;
        line.next = end == std::string_view::npos ? text_.size() : end + 1;
        line.text = text_.substr(at_, (end == std::string_view::npos ? text_.size() : end) - at_);
        line.number = ++number_;
        at_ = line.next;
        return true;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    int number_ = 0;
};

struct Directive {
    std::string word;
    std::string_view rest;
    Place place; // of the word
};

// directive = "--" "orch:" word { value } .
std::optional<Directive> directive(const Line& line, const std::string& file) {
    std::string_view text = trim(line.text);
    if (!text.starts_with("--")) return std::nullopt;
    text = trim(text.substr(2));
    if (!text.starts_with("orch:")) return std::nullopt;
    text = trim(text.substr(5));
    std::size_t end = std::min(text.find_first_of(" \t:"), text.size());
    Directive result;
    result.word = std::string(text.substr(0, end));
    result.rest = trim(text.substr(end));
    if (result.rest.starts_with(':')) result.rest = trim(result.rest.substr(1));
    auto offset = static_cast<std::size_t>(text.data() - line.text.data());
    result.place = Place{file, line.number, static_cast<int>(code_points(line.text.substr(0, offset))) + 1,
                         std::max(1, static_cast<int>(code_points(result.word))), std::string(line.text)};
    return result;
}

bool opens_section(const Directive& directive) {
    return directive.word == "upgrade" || directive.word == "downgrade";
}

void check_known(const Directive& found) {
    if (std::find(known_words.begin(), known_words.end(), found.word) != known_words.end()) return;
    Error error(Fault::script, fmt::format("unknown word '-- orch:{}'", found.word));
    error.at(found.place);
    auto near = nearest(found.word, known_words);
    throw error.hint(near ? fmt::format("did you mean '-- orch:{}'?", *near)
                          : fmt::format("expected one of {}", quoted_list(known_words)));
}

// values = [ value { ( "," | " " ) value } ] ; "none" and "base" stand for no value.
std::vector<std::string> values(std::string_view text) {
    auto result = words(replace_all(text, ",", " "));
    if (result.size() == 1 && (lower(result[0]) == "none" || result[0] == "base" || result[0] == "<base>"))
        result.clear();
    return result;
}

class HeadReader {
  public:
    HeadReader(const std::filesystem::path& path, const std::string& shown) : file_(shown) {
        result_.kind = RevisionFile::sql;
        result_.path = path;
    }

    std::optional<RevisionFile> read(std::string_view text) {
        Lines lines(text);
        for (Line line; lines.next(line);) {
            if (!take(line)) break;
        }
        if (seen_.empty()) return std::nullopt;
        if (result_.head.id.empty()) throw missing_id();
        result_.long_doc = std::string(trim(comment_));
        result_.head.doc = result_.long_doc.substr(0, result_.long_doc.find("\n\n"));
        return std::move(result_);
    }

  private:
    bool take(const Line& line) {
        std::string_view text = trim(line.text);
        if (auto found = directive(line, file_)) return take(*found);
        if (text.starts_with("--")) {
            text = text.substr(2);
            comment_ += text.starts_with(' ') ? text.substr(1) : text;
        } else if (!text.empty()) {
            return false;
        }
        comment_ += '\n';
        return true;
    }

    bool take(const Directive& found) {
        check_known(found);
        if (seen_.empty()) first_ = found.place;
        bool section = opens_section(found);
        if (!section && std::find(seen_.begin(), seen_.end(), found.word) != seen_.end()) {
            throw Error(Fault::script, fmt::format("'-- orch:{}' stands here twice", found.word))
                .at(found.place);
        }
        seen_.push_back(found.word);
        if (!section) store(found);
        return !section;
    }

    void store(const Directive& found) {
        auto list = values(found.rest);
        if (found.word == "revision") {
            if (list.size() != 1)
                throw Error(Fault::script, "expected one id behind '-- orch:revision'").at(found.place);
            result_.head.id = list[0];
            result_.head.place = found.place;
        } else if (found.word == "revises") {
            result_.head.down_revisions = list;
        } else if (found.word == "branch-labels") {
            result_.head.branch_labels = list;
        } else if (found.word == "depends-on") {
            result_.head.depends_on = list;
        } else if (found.word == "requires") {
            result_.requires_ = list;
        } else {
            (found.word == "lock-timeout" ? result_.lock_timeout : result_.statement_timeout) = time(found);
        }
    }

    static std::chrono::milliseconds time(const Directive& found) {
        if (const auto parsed = duration(found.rest)) return *parsed;
        throw Error(Fault::script, fmt::format("expected {} behind '-- orch:{}'", duration_words, found.word))
            .at(found.place);
    }

    Error missing_id() const {
        Error error(Fault::script, "expected '-- orch:revision ID' in the header of a .sql revision");
        error.at(first_).hint(
            "the header's words stand in front of the first '-- orch:upgrade' or '-- orch:downgrade'");
        return error;
    }

    std::string file_;
    RevisionFile result_;
    std::string comment_;
    std::vector<std::string> seen_;
    Place first_;
};

struct Section {
    Direction direction;
    std::vector<std::string> dialects; // empty: the general one
    Place place;
    std::size_t begin = 0, end = 0;
    int first_line = 0;
};

std::string_view word_of(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

void refuse_text_outside(const Line& line, const std::string& file) {
    std::string_view text = trim(line.text);
    if (text.empty() || text.starts_with("--")) return;
    Error error(Fault::script, "SQL stands in front of the first section");
    error.at(Place{file, line.number, 1, static_cast<int>(code_points(line.text)), std::string(line.text)});
    throw error.hint("put '-- orch:upgrade' on a line before it");
}

std::vector<Section> sections(std::string_view text, const std::string& file) {
    std::vector<Section> result;
    Lines lines(text);
    for (Line line; lines.next(line);) {
        auto found = directive(line, file);
        if (!found) {
            if (result.empty()) refuse_text_outside(line, file);
            continue;
        }
        check_known(*found);
        if (!opens_section(*found)) {
            if (result.empty()) continue;
            throw Error(Fault::script, fmt::format("'-- orch:{}' belongs in the header", found->word))
                .at(found->place)
                .hint("put it in front of the first section");
        }
        if (!result.empty()) result.back().end = line.begin;
        auto direction = found->word == "upgrade" ? Direction::upgrade : Direction::downgrade;
        result.push_back(
            {direction, values(found->rest), found->place, line.next, text.size(), line.number + 1});
    }
    return result;
}

void refuse_misspelled_dialects(const Section& section, const std::vector<std::string>& names) {
    auto known = known_dialects;
    known.insert(known.end(), names.begin(), names.end());
    for (const auto& dialect : section.dialects) {
        if (std::find(known.begin(), known.end(), dialect) != known.end()) continue;
        auto near = nearest(dialect, known);
        if (!near) continue; // a dialect of its own
        throw Error(Fault::script, fmt::format("unknown dialect '{}'", dialect))
            .at(section.place)
            .hint(fmt::format("did you mean '{}'?", *near));
    }
}

bool is_for(const Section& section, const std::string& dialect) {
    return dialect.empty() ? section.dialects.empty()
                           : std::find(section.dialects.begin(), section.dialects.end(), dialect) !=
                                 section.dialects.end();
}

// The one section of a direction for a dialect ("" for the general one).
const Section* section_for(const std::vector<Section>& all, Direction direction, const std::string& dialect) {
    const Section* result = nullptr;
    for (const auto& section : all) {
        if (section.direction != direction || !is_for(section, dialect)) continue;
        if (result) {
            throw Error(Fault::script, fmt::format("a second '-- orch:{}' section for {}", word_of(direction),
                                                   dialect.empty() ? "all dialects" : "'" + dialect + "'"))
                .at(section.place)
                .note(fmt::format("the first is on line {}", result->place.line));
        }
        result = &section;
    }
    return result;
}

Error no_section(const std::vector<Section>& all, const std::string& file, Direction direction,
                 const std::string& dialect) {
    std::vector<std::string> others;
    for (const auto& section : all) {
        if (section.direction == direction)
            others.insert(others.end(), section.dialects.begin(), section.dialects.end());
    }
    Place place;
    place.file = file;
    auto word = word_of(direction);
    if (others.empty()) {
        return Error(Fault::script, fmt::format("no '-- orch:{}' section", word))
            .at(place)
            .hint(fmt::format("add the line '-- orch:{}' with the SQL below it, or nothing below it where "
                              "there is nothing to do",
                              word));
    }
    return Error(Fault::script, fmt::format("no '-- orch:{}' section for '{}'", word, dialect))
        .at(place)
        .note(fmt::format("there is one for {}", quoted_list(others)));
}

// BEGIN, COMMIT and their like would end the transaction that the version row is written in; rows for COPY
// are no statement.
void refuse_what_has_no_place(const SqlStatement& statement, const std::string& file) {
    auto list = words(lower(statement.text.substr(0, 200)));
    const auto& first = list[0];
    bool control = first == "commit" || (first == "begin" && (list.size() == 1 || list[1] != "not")) ||
                   (first == "start" && list.size() > 1 && list[1] == "transaction") || first == "end" ||
                   (first == "rollback" && std::find(list.begin(), list.end(), "to") == list.end());
    const auto from = std::find(list.begin(), list.end(), "from");
    const bool rows = first == "copy" && from != list.end() && from + 1 != list.end() &&
                      (from[1] == "stdin" || from[1] == "stdin;");
    if (!control && !rows) return;
    std::string source = statement.text.substr(0, statement.text.find('\n'));
    if (rows)
        throw Error(Fault::script, "COPY ... FROM stdin reads what the program psql sends behind it")
            .at(Place{file, statement.line, 1, static_cast<int>(code_points(source)), source})
            .hint("write the rows as INSERT, or op.bulk_insert() them");
    throw Error(Fault::script, fmt::format("'{}' has no place in a revision", words(statement.text)[0]))
        .at(Place{file, statement.line, 1, static_cast<int>(code_points(source)), source})
        .hint("orch opens and ends the transactions that revisions run in: take the line out");
}

} // namespace

std::optional<RevisionFile> read_sql_head(const std::filesystem::path& path, const std::string& shown,
                                          std::string_view text) {
    return HeadReader(path, shown).read(text);
}

std::vector<SqlStatement> sql_statements(std::string_view text, const std::string& file, Direction direction,
                                         const std::vector<std::string>& dialect_names,
                                         bool backslash_escapes) {
    auto all = sections(text, file);
    for (const auto& section : all) refuse_misspelled_dialects(section, dialect_names);
    const Section* chosen = nullptr;
    for (const auto& name : dialect_names) {
        if (!chosen) chosen = section_for(all, direction, name);
    }
    if (!chosen) chosen = section_for(all, direction, {});
    if (!chosen) throw no_section(all, file, direction, dialect_names.empty() ? "" : dialect_names[0]);
    auto statements = split_sql(text.substr(chosen->begin, chosen->end - chosen->begin), file,
                                chosen->first_line, backslash_escapes);
    for (const auto& statement : statements) refuse_what_has_no_place(statement, file);
    return statements;
}

} // namespace orch::script
