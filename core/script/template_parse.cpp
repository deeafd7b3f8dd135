// Mako's lexical rules (its manual, "Syntax"), as far as templates of revisions use them. Each piece of the
// template becomes one or more lines of code; a line of code comes from one line of the template, so errors
// can be led back.
//
//   template = { "${" expression [ "|" filters ] "}" | control | comment | block | tag | text } .
//   control  = start of line, "%" [ "end" ] keyword ...        comment = start of line, "##" ...
//   block    = "<%" statements "%>" | "<%!" statements "%>" .
//   tag      = "<%doc>" ... "</%doc>" | "<%text>" ... "</%text>" | "<%def name=\"f(x)\">" ... "</%def>" .
#include "script/template_parse.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::script {
namespace {

constexpr std::size_t npos = std::string_view::npos;

class TemplateParser {
  public:
    TemplateParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    TemplateProgram run() {
        while (at_ < text_.size()) step();
        flush_text();
        if (!control_.empty())
            throw wrong(control_.back().at, fmt::format("'% {}' has no '% end{}'", control_.back().keyword,
                                                        control_.back().keyword));
        if (def_at_ != npos) throw wrong(def_at_, "'<%def>' has no '</%def>'");
        put_functions_first();
        program_.words.assign(words_.begin(), words_.end());
        return std::move(program_);
    }

  private:
    struct Control {
        std::string keyword;
        std::size_t at;
        bool empty = true; // nothing stands in it yet
    };

    void step() {
        if (starts("${")) return expression();
        if (at_line_start() && control_or_comment()) return;
        if (starts("<%doc>")) return doc();
        if (starts("<%text>")) return verbatim();
        if (starts("<%def")) return open_def();
        if (starts("</%")) return close_tag();
        if (starts("<%")) return block();
        if (starts("\\\n")) return void(at_ += 2);
        text(at_ + 1);
    }

    bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    bool at_line_start() const { return at_ == 0 || text_[at_ - 1] == '\n'; }

    // --- Text

    void text(std::size_t end) {
        if (pending_.empty()) pending_at_ = at_;
        pending_ += text_.substr(at_, end - at_);
        at_ = end;
    }

    void flush_text() {
        if (pending_.empty()) return;
        program_.texts.push_back(std::move(pending_));
        pending_.clear();
        emit(fmt::format("__text({})", program_.texts.size() - 1), pending_at_, 0);
    }

    // --- Code

    // One line of code at the present depth; `columns` are in front of what the user wrote.
    void emit(const std::string& line, std::size_t from, std::size_t prefix) {
        if (!control_.empty()) control_.back().empty = false;
        emit_at_depth(line, from, prefix, depth());
    }

    void emit_at_depth(const std::string& line, std::size_t from, std::size_t prefix, std::size_t indent) {
        std::size_t start = text_.rfind('\n', from);
        start = start == npos || from == 0 ? 0 : start + 1;
        int column = static_cast<int>(from - std::min(start, from));
        TemplateProgram::Line entry{line_of(from), column - static_cast<int>(indent * 4 + prefix),
                                    column + 1};
        auto& code = def_at_ == npos ? main_ : functions_;
        auto& lines = def_at_ == npos ? main_lines_ : function_lines_;
        code += std::string(indent * 4, ' ') + line + "\n";
        lines.push_back(entry);
        for (std::size_t i = 0; i < line.size(); ++i) { // an expression over several lines keeps their order
            if (line[i] == '\n') lines.push_back({++entry.line, 0, 1});
        }
        collect_words(line);
    }

    std::size_t depth() const { return control_.size() + (def_at_ == npos ? 0 : 1); }

    void collect_words(std::string_view line) {
        for (std::size_t i = 0; i < line.size();) {
            std::size_t end = i;
            while (end < line.size() && in_word(line[end])) ++end;
            if (end > i && !(line[i] >= '0' && line[i] <= '9')) words_.emplace(line.substr(i, end - i));
            i = std::max(end, i + 1);
        }
    }

    // Goes from `from` to the first of `stops` outside of strings and brackets.
    std::size_t find_outside(std::size_t from, std::string_view stops) const {
        int depth = 0;
        for (std::size_t i = from; i < text_.size(); ++i) {
            char c = text_[i];
            if (c == '\'' || c == '"') {
                i = string_end(i);
                if (i == npos) return npos;
            } else if (depth == 0 && stops.find(c) != npos) {
                return i;
            } else if (c == '(' || c == '[' || c == '{') {
                ++depth;
            } else if (c == ')' || c == ']' || c == '}') {
                --depth;
            }
        }
        return npos;
    }

    // The last character of a string that begins at `i`.
    std::size_t string_end(std::size_t i) const {
        std::string quote(text_.substr(i).starts_with(std::string(3, text_[i])) ? 3 : 1, text_[i]);
        for (std::size_t k = i + quote.size(); k < text_.size(); ++k) {
            if (text_[k] == '\\')
                ++k;
            else if (text_.substr(k).starts_with(quote))
                return k + quote.size() - 1;
        }
        return npos;
    }

    // "${" expression [ "|" filter { "," filter } ] "}" . A filter "n" takes the default one, str(), away.
    void expression() {
        flush_text();
        std::size_t begin = at_ + 2;
        std::size_t end = find_outside(begin, "|}");
        std::size_t close = end;
        std::vector<std::string> filters;
        if (end != npos && text_[end] == '|') {
            close = find_outside(end + 1, "}");
            if (close != npos) filters = filter_list(text_.substr(end + 1, close - end - 1));
        }
        if (end == npos || close == npos) throw wrong(at_, "'${' has no '}'");
        std::string prefix = "__write(", suffix = ")";
        if (std::find(filters.begin(), filters.end(), "n") == filters.end())
            filters.insert(filters.begin(), "str");
        for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter) {
            if (*filter == "n") continue;
            prefix += filter_name(*filter) + "(";
            suffix += ")";
        }
        std::size_t from = begin;
        while (from < end && (text_[from] == ' ' || text_[from] == '\n' || text_[from] == '\t')) ++from;
        if (from == end) throw wrong(at_, "'${}' holds no expression");
        std::string code(trim(text_.substr(from, end - from)));
        emit(prefix + "(" + code + ")" + suffix, from, prefix.size() + 1);
        at_ = close + 1;
    }

    static std::vector<std::string> filter_list(std::string_view text) {
        std::vector<std::string> result;
        for (const auto& piece : split(text, ',')) {
            if (auto name = trim(piece); !name.empty()) result.emplace_back(name);
        }
        return result;
    }

    // Mako's own filters have short names, which a variable of the template must not hide.
    static std::string filter_name(const std::string& name) {
        for (const char* own : {"h", "x", "u", "trim", "entity", "str", "unicode"}) {
            if (name == own) return "__filter_" + name;
        }
        return name;
    }

    // --- Lines of their own

    bool control_or_comment() {
        std::size_t i = at_;
        while (i < text_.size() && (text_[i] == ' ' || text_[i] == '\t')) ++i;
        std::string_view rest = text_.substr(i);
        if (rest.starts_with("%%")) { // a line that begins with a percent sign
            text(i);
            at_ = i + 1;
            text(at_ + 1);
            return true;
        }
        if (!rest.starts_with('%') && !rest.starts_with("##")) return false;
        flush_text();
        std::size_t end = line_end(i);
        if (rest.starts_with('%')) control(i, end);
        at_ = std::min(end + 1, text_.size());
        return true;
    }

    // A backslash at its end continues a control line.
    std::size_t line_end(std::size_t from) const {
        std::size_t end = text_.find('\n', from);
        while (end != npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
        return end == npos ? text_.size() : end;
    }

    void control(std::size_t at, std::size_t end) {
        std::size_t from = at + 1;
        while (from < end && (text_[from] == ' ' || text_[from] == '\t')) ++from;
        std::string line(trim(text_.substr(from, end - from)));
        std::size_t length = 0;
        while (length < line.size() && in_word(line[length])) ++length;
        std::string keyword = line.substr(0, length);
        if (keyword.starts_with("end")) return close_control(keyword.substr(3), at);
        bool ternary = keyword == "elif" || keyword == "else" || keyword == "except" || keyword == "finally";
        static const std::vector<std::string> known{"if", "for", "while", "try", "with"};
        if (!ternary && std::find(known.begin(), known.end(), keyword) == known.end())
            throw unknown_control(keyword, at, known);
        if (ternary) {
            if (control_.empty())
                throw wrong(at, fmt::format("'% {}' belongs behind '% if' or '% try'", keyword));
            fill_empty();
            emit_at_depth(line, from, 0, depth() - 1);
            control_.back().empty = true;
            return;
        }
        emit(line, from, 0);
        control_.push_back({keyword, at});
    }

    Error unknown_control(const std::string& keyword, std::size_t at, std::vector<std::string> known) const {
        known.insert(known.end(), {"elif", "else", "except", "finally", "endif", "endfor"});
        auto near = nearest(keyword, known);
        Error error = wrong(at, fmt::format("unknown control line '% {}'", keyword));
        return error.hint(near ? fmt::format("did you mean '% {}'?", *near)
                               : "a line that begins with a percent sign as text begins with two");
    }

    void close_control(const std::string& keyword, std::size_t at) {
        if (control_.empty()) throw wrong(at, fmt::format("'% end{}' without '% {}'", keyword, keyword));
        if (control_.back().keyword != keyword) {
            throw wrong(at,
                        fmt::format("expected '% end{}', got '% end{}'", control_.back().keyword, keyword));
        }
        fill_empty();
        control_.pop_back();
    }

    void fill_empty() {
        if (control_.back().empty) emit("pass", at_, 0);
    }

    // --- Tags

    void doc() {
        std::size_t end = text_.find("</%doc>", at_);
        if (end == npos) throw wrong(at_, "'<%doc>' has no '</%doc>'");
        at_ = end + 7;
    }

    void verbatim() {
        std::size_t end = text_.find("</%text>", at_);
        if (end == npos) throw wrong(at_, "'<%text>' has no '</%text>'");
        at_ += 7;
        if (end > at_) text(end);
        at_ = end + 8;
    }

    // "<%def" "name" "=" string ">" : a function that writes where it is called.
    void open_def() {
        std::size_t close = find_outside(at_, ">");
        if (close == npos) throw wrong(at_, "'<%def' has no '>'");
        std::string_view tag = text_.substr(at_ + 5, close - at_ - 5);
        std::size_t quote = tag.find_first_of("\"'");
        std::size_t last = quote == npos ? npos : tag.find(tag[quote], quote + 1);
        std::string_view attribute = quote == npos ? tag : trim(tag.substr(0, quote));
        if (last == npos || !attribute.starts_with("name") || !attribute.ends_with("="))
            throw wrong(at_, "expected <%def name=\"f(x)\">");
        if (!trim(tag.substr(last + 1)).empty())
            throw wrong(at_, fmt::format("'<%def>' takes a name only, got '{}'", trim(tag.substr(last + 1))));
        if (def_at_ != npos || !control_.empty())
            throw wrong(at_, "a '<%def>' stands at the top of a template");
        flush_text();
        std::size_t from = at_ + 5 + quote + 1;
        std::string signature(tag.substr(quote + 1, last - quote - 1));
        def_at_ = at_;
        emit_at_depth("def " + signature + ":", from, 4, 0);
        at_ = close + 1;
    }

    void close_tag() {
        if (!starts("</%def>"))
            throw wrong(at_, fmt::format("unknown tag '{}'",
                                         text_.substr(at_, std::min(text_.find('>', at_), text_.size() - 1) +
                                                               1 - at_)));
        if (def_at_ == npos) throw wrong(at_, "'</%def>' without '<%def>'");
        flush_text();
        if (!control_.empty())
            throw wrong(control_.back().at, fmt::format("'% {}' has no '% end{}'", control_.back().keyword,
                                                        control_.back().keyword));
        emit_at_depth("return ''", at_, 0, 1);
        def_at_ = npos;
        at_ += 7;
    }

    // "<%" statements "%>" : their own indentation is taken off and that of the place is put on.
    void block() {
        std::size_t begin = at_ + (starts("<%!") ? 3 : 2);
        bool tag = begin < text_.size() && in_word(text_[begin]);
        if (tag) throw unknown_tag(begin);
        std::size_t end = block_end(begin);
        flush_text();
        std::string_view body = text_.substr(begin, end - begin);
        std::size_t margin = margin_of(body);
        std::size_t offset = begin;
        for (const auto& line : split(body, '\n')) {
            std::size_t blank = line.find_first_not_of(" \t");
            std::size_t cut = std::min(margin, blank == npos ? line.size() : blank);
            if (offset == begin && blank != npos) cut = blank; // code on the line of the tag
            if (blank != npos) emit(line.substr(cut), offset + cut, 0);
            offset += line.size() + 1;
        }
        at_ = end + 2;
    }

    Error unknown_tag(std::size_t begin) const {
        std::size_t end = begin;
        while (end < text_.size() && (in_word(text_[end]) || text_[end] == ':' || text_[end] == '.')) ++end;
        Error error =
            wrong(at_, fmt::format("orch does not know the tag '<%{}>'", text_.substr(begin, end - begin)));
        return error.hint("it knows <%def>, <%doc>, <%text> and blocks of code: <% code %>, <%! code %>");
    }

    std::size_t block_end(std::size_t from) const {
        for (std::size_t i = from; i + 1 < text_.size(); ++i) {
            if (text_[i] == '#') {
                i = std::min(text_.find('\n', i),
                             text_.find("%>", i) == npos ? npos : text_.find("%>", i) - 1);
                if (i == npos) break;
            } else if (text_[i] == '\'' || text_[i] == '"') {
                i = string_end(i);
                if (i == npos) break;
            } else if (text_[i] == '%' && text_[i + 1] == '>') {
                return i;
            }
        }
        throw wrong(at_, "'<%' has no '%>'");
    }

    // The indentation of the first line that has code, the line of the tag not counted.
    static std::size_t margin_of(std::string_view body) {
        auto lines = split(body, '\n');
        for (std::size_t i = 1; i < lines.size(); ++i) {
            std::size_t blank = lines[i].find_first_not_of(" \t");
            if (blank != npos) return blank;
        }
        return 0;
    }

    // --- The end

    // Functions may be called in front of their definition.
    void put_functions_first() {
        program_.code = functions_ + main_;
        program_.lines = std::move(function_lines_);
        program_.lines.insert(program_.lines.end(), main_lines_.begin(), main_lines_.end());
    }

    int line_of(std::size_t offset) const {
        return static_cast<int>(
                   std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) +
               1;
    }

    Error wrong(std::size_t offset, const std::string& message) const {
        std::size_t start = offset == 0 ? npos : text_.rfind('\n', offset - 1);
        start = start == npos ? 0 : start + 1;
        std::string_view line = text_.substr(start, text_.find('\n', start) - start);
        Place place{where_, line_of(offset),
                    static_cast<int>(code_points(text_.substr(start, offset - start))) + 1, 1,
                    std::string(line)};
        Error error(Fault::script, message);
        error.at(std::move(place));
        return error;
    }

    std::string_view text_;
    const std::string& where_;
    std::size_t at_ = 0;
    std::string pending_; // text that has not been written yet
    std::size_t pending_at_ = 0;
    std::vector<Control> control_;
    std::size_t def_at_ = npos; // of the <%def> that is open
    std::string main_, functions_;
    std::vector<TemplateProgram::Line> main_lines_, function_lines_;
    std::set<std::string> words_;
    TemplateProgram program_;
};

} // namespace

TemplateProgram parse_template(std::string_view text, const std::string& where) {
    return TemplateParser(text, where).run();
}

} // namespace orch::script
