#include "dialect/sql_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cctype>

namespace orch::dialect {

namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

class Words {
  public:
    explicit Words(std::string_view sql) : sql_(sql) {}

    std::vector<SqlWord> all() {
        while (at_ < sql_.size()) {
            const char c = sql_[at_];
            if (std::isspace(static_cast<unsigned char>(c)))
                ++at_;
            else if (sql_.substr(at_, 2) == "--")
                at_ = std::min(sql_.find('\n', at_), sql_.size());
            else if (sql_.substr(at_, 2) == "/*")
                at_ = behind("*/", at_ + 2);
            else if (c == '\'')
                string();
            else if (c == '"' || c == '`' || c == '[')
                name(c == '[' ? ']' : c);
            else if (in_sql_word(c))
                word();
            else
                found_.push_back({std::string(1, c), std::string(1, sql_[at_++])});
        }
        return std::move(found_);
    }

  private:
    std::size_t behind(std::string_view end, std::size_t from) const {
        const std::size_t found = sql_.find(end, from);
        return found == std::string_view::npos ? sql_.size() : found + end.size();
    }
    void string() {
        at_ = behind("'", at_ + 1);
        if (found_.empty() || found_.back().text != "''" || sql_[at_ - 1] != '\'')
            found_.push_back({"''", {}});
    }
    void name(char quote) {
        const std::size_t end = behind(std::string_view(&quote, 1), at_ + 1);
        found_.push_back({std::string(sql_.substr(at_ + 1, end - at_ - 2)), {}});
        at_ = end;
    }
    void word() {
        const std::size_t begin = at_;
        while (at_ < sql_.size() && in_sql_word(sql_[at_])) ++at_;
        const std::string_view text = sql_.substr(begin, at_ - begin);
        found_.push_back({std::string(text), upper(text)});
    }

    std::string_view sql_;
    std::size_t at_ = 0;
    std::vector<SqlWord> found_;
};

/// Reads from the first word on.
class Reader {
  public:
    explicit Reader(std::vector<SqlWord> words) : words_(std::move(words)) {}

    bool take(std::string_view phrase) {
        std::size_t at = at_;
        for (const std::string& word : orch::words(phrase)) {
            if (at >= words_.size() || words_[at].key != word) return false;
            ++at;
        }
        at_ = at;
        return true;
    }
    void skip_until(std::string_view key) {
        while (at_ < words_.size() && words_[at_].key != key) ++at_;
    }
    bool table(Subject& subject) {
        if (at_ >= words_.size()) return false;
        subject.table = words_[at_++].text;
        if (at_ + 1 < words_.size() && words_[at_].key == ".") {
            subject.schema = std::move(subject.table);
            subject.table = words_[at_ + 1].text;
            at_ += 2;
        }
        return true;
    }
    std::optional<Subject> as(std::string verb, std::size_t rest_from = std::string::npos) {
        Subject subject;
        subject.verb = std::move(verb);
        if (!table(subject)) return std::nullopt;
        subject.rest.assign(words_.begin() + static_cast<std::ptrdiff_t>(std::min(rest_from, at_)),
                            words_.end());
        return subject;
    }

  private:
    std::vector<SqlWord> words_;
    std::size_t at_ = 0;
};

} // namespace

std::vector<SqlWord> sql_words(std::string_view sql) { return Words(sql).all(); }

bool Subject::says(std::string_view phrase) const {
    const std::vector<std::string> wanted = orch::words(phrase);
    return std::search(rest.begin(), rest.end(), wanted.begin(), wanted.end(),
                       [](const SqlWord& word, const std::string& key) { return word.key == key; }) !=
           rest.end();
}

std::optional<Subject> subject_of(std::string_view sql) {
    Reader read(sql_words(sql));
    const auto ignored = [&](std::initializer_list<std::string_view> phrases) {
        for (const std::string_view phrase : phrases) read.take(phrase);
    };
    if (read.take("ALTER")) {
        ignored({"ONLINE", "IGNORE"});
        if (!read.take("TABLE")) return std::nullopt;
        ignored({"IF EXISTS", "ONLY"});
        return read.as("ALTER TABLE");
    }
    if (read.take("DROP TABLE")) {
        ignored({"IF EXISTS"});
        return read.as("DROP TABLE");
    }
    if (read.take("TRUNCATE")) {
        ignored({"TABLE", "ONLY"});
        return read.as("TRUNCATE");
    }
    if (read.take("CREATE")) {
        ignored({"OR REPLACE", "TEMPORARY", "TEMP", "UNLOGGED"});
        if (read.take("TABLE")) {
            ignored({"IF NOT EXISTS"});
            return read.as("CREATE TABLE");
        }
        ignored({"UNIQUE", "FULLTEXT", "SPATIAL"});
        if (!read.take("INDEX")) return std::nullopt;
        const bool concurrently = read.take("CONCURRENTLY");
        read.skip_until("ON");
        read.take("ON");
        ignored({"ONLY"});
        auto subject = read.as("CREATE INDEX");
        if (subject && concurrently) subject->rest.insert(subject->rest.begin(), {"", "CONCURRENTLY"});
        return subject;
    }
    if (read.take("INSERT") || read.take("REPLACE")) {
        ignored({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "OR REPLACE", "OR IGNORE", "INTO"});
        return read.as("INSERT");
    }
    if (read.take("LOAD")) {
        read.skip_until("TABLE");
        return read.take("TABLE") ? read.as("INSERT") : std::nullopt;
    }
    if (read.take("UPDATE")) {
        ignored({"LOW_PRIORITY", "IGNORE", "ONLY"});
        return read.as("UPDATE");
    }
    if (read.take("DELETE")) {
        ignored({"LOW_PRIORITY", "QUICK", "IGNORE"});
        if (!read.take("FROM")) return std::nullopt;
        ignored({"ONLY"});
        return read.as("DELETE");
    }
    return std::nullopt;
}

} // namespace orch::dialect
