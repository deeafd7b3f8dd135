// re, on PCRE2. Its syntax is Python's for what scripts write; the few spellings that differ are rewritten
// before it compiles. Matching has a limit, so that a pattern cannot run for ever.

#define PCRE2_CODE_UNIT_WIDTH 8
#include "lang/modules/modules.hpp"
#include "lang/text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <pcre2.h>

namespace orch::lang {

namespace {

constexpr std::int64_t ignore_case = 2;
constexpr std::int64_t multi_line = 8;
constexpr std::int64_t dot_all = 16;
constexpr std::int64_t verbose = 64;
constexpr std::int64_t ascii_only = 256;

struct Code {
    pcre2_code* code = nullptr;
    ~Code() { pcre2_code_free(code); }
};

/// What a pattern is when it is compiled: shared by its matches.
struct Compiled {
    std::string pattern;
    std::int64_t flags = 0;
    Code code;
    std::uint32_t groups = 0;
    std::vector<std::pair<std::string, std::uint32_t>> names;
    bool bytes = false;
};
using CompiledPtr = std::shared_ptr<const Compiled>;

Value& error_class() {
    thread_local Value cls;
    return cls;
}

/// Python's spellings in PCRE2's: \Z is the very end (there \z), (?P=name) is known.
std::string translated(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' && i + 1 < pattern.size()) {
            ++i;
            if (pattern[i] == 'Z')
                out += "\\z";
            else
                (out += '\\') += pattern[i];
        } else {
            out += pattern[i];
        }
    }
    return out;
}

void read_names(Compiled& made) {
    std::uint32_t count = 0;
    std::uint32_t size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(made.code.code, PCRE2_INFO_CAPTURECOUNT, &made.groups);
    pcre2_pattern_info(made.code.code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(made.code.code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(made.code.code, PCRE2_INFO_NAMETABLE, &table);
    for (std::uint32_t i = 0; i < count; ++i, table += size)
        made.names.emplace_back(reinterpret_cast<const char*>(table + 2),
                                static_cast<std::uint32_t>(table[0] << 8 | table[1]));
    std::sort(made.names.begin(), made.names.end(),
              [](const auto& a, const auto& b) { return a.second < b.second; });
}

CompiledPtr compile(std::string_view pattern, std::int64_t flags, bool bytes) {
    auto made = std::make_shared<Compiled>();
    made->pattern = pattern;
    made->flags = flags;
    made->bytes = bytes;
    std::uint32_t options = bytes ? 0 : PCRE2_UTF;
    if (!bytes && !(flags & ascii_only)) options |= PCRE2_UCP;
    if (flags & ignore_case) options |= PCRE2_CASELESS;
    if (flags & multi_line) options |= PCRE2_MULTILINE;
    if (flags & dot_all) options |= PCRE2_DOTALL;
    if (flags & verbose) options |= PCRE2_EXTENDED;
    const std::string source = translated(pattern);
    int error = 0;
    PCRE2_SIZE offset = 0;
    made->code.code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(), options,
                                    &error, &offset, nullptr);
    if (!made->code.code) {
        PCRE2_UCHAR text[256];
        pcre2_get_error_message(error, text, sizeof text);
        raise_exception(error_class(),
                        fmt::format("{} at position {}", reinterpret_cast<const char*>(text), offset));
    }
    read_names(*made);
    return made;
}

/// Where the groups of a match are, in bytes; -1: not taken part.
using Spans = std::vector<std::pair<std::int64_t, std::int64_t>>;

std::optional<Spans> search(const Compiled& compiled, std::string_view text, std::size_t from,
                            std::uint32_t options) {
    struct Holder {
        pcre2_match_data* data;
        pcre2_match_context* context;
        ~Holder() {
            pcre2_match_data_free(data);
            pcre2_match_context_free(context);
        }
    } const holder{pcre2_match_data_create_from_pattern(compiled.code.code, nullptr),
                   pcre2_match_context_create(nullptr)};
    step(static_cast<std::int64_t>((text.size() - from) / 64) + 4);
    pcre2_set_match_limit(holder.context, 5'000'000);
    pcre2_set_heap_limit(holder.context, 64 * 1024);
    const int count = pcre2_match(compiled.code.code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                  from, options | PCRE2_NO_UTF_CHECK, holder.data, holder.context);
    if (count == PCRE2_ERROR_NOMATCH) return {};
    if (count < 0)
        throw Error(Fault::script, "the regular expression takes too long on this text")
            .hint("look for repetitions within repetitions");
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(holder.data);
    Spans spans;
    for (std::uint32_t i = 0; i <= compiled.groups; ++i) {
        const bool there = static_cast<int>(i) < count && offsets[2 * i] != PCRE2_UNSET;
        spans.emplace_back(there ? static_cast<std::int64_t>(offsets[2 * i]) : -1,
                           there ? static_cast<std::int64_t>(offsets[2 * i + 1]) : -1);
    }
    return spans;
}

std::string_view subject(const Value& v) {
    return plain(v).is(Type::bytes) ? v.as_bytes() : v.as_string("string");
}

class Match final : public Native {
  public:
    Match(CompiledPtr c, Value text, Spans s, Value pattern)
        : compiled_(std::move(c)), text_(std::move(text)), spans_(std::move(s)),
          pattern_(std::move(pattern)) {}
    std::string type_name() const override { return "re.Match"; }

    std::string repr() const override {
        return fmt::format("<re.Match object; span=({}, {}), match={}>", index(spans_[0].first),
                           index(spans_[0].second), repr_of(group(std::size_t(0), Value())));
    }

    Value group(std::size_t number, const Value& otherwise) const {
        const auto [begin, end] = spans_[number];
        if (begin < 0) return otherwise;
        const std::string_view piece =
            subject(text_).substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
        return compiled_->bytes ? Value::bytes(piece) : Value(piece);
    }

    std::size_t number_of(const Value& key) const {
        if (key.is_integer()) {
            const std::int64_t number = key.as_int();
            if (number < 0 || number >= static_cast<std::int64_t>(spans_.size()))
                raise_error("IndexError", "no such group");
            return static_cast<std::size_t>(number);
        }
        for (const auto& [name, number] : compiled_->names)
            if (key.is_string() && name == text_of(key)) return number;
        raise_error("IndexError", "no such group");
    }

    Value subscript(const Value& key) override { return group(number_of(key), Value()); }

    std::optional<Value> get_attribute(std::string_view name) override {
        const Value self(this);
        auto method = [&](Function function) {
            return make_static(name,
                               [self, function = std::move(function)](Call& call) { return function(call); });
        };
        if (name == "group")
            return method([this](Call& call) {
                if (call.size() == 0) return group(std::size_t(0), Value());
                if (call.size() == 1) return group(number_of(call[0]), Value());
                Values out;
                for (const Value& key : call.args()) out.push_back(group(number_of(key), Value()));
                return make_tuple(std::move(out));
            });
        if (name == "groups")
            return method([this](Call& call) {
                Values out;
                for (std::size_t i = 1; i < spans_.size(); ++i)
                    out.push_back(group(i, call.get(0, "default")));
                return make_tuple(std::move(out));
            });
        if (name == "groupdict")
            return method([this](Call& call) {
                Value out = make_dict();
                for (const auto& [key, number] : compiled_->names)
                    table_of(out).put(Key(key), group(number, call.get(0, "default")));
                return out;
            });
        if (name == "start")
            return method([this](Call& call) {
                return Value(index(spans_[number_of(call.get(0, "group", 0))].first));
            });
        if (name == "end")
            return method([this](Call& call) {
                return Value(index(spans_[number_of(call.get(0, "group", 0))].second));
            });
        if (name == "span")
            return method([this](Call& call) {
                const auto& span = spans_[number_of(call.get(0, "group", 0))];
                return make_tuple({Value(index(span.first)), Value(index(span.second))});
            });
        if (name == "string") return text_;
        if (name == "re") return pattern_;
        if (name == "lastindex") {
            for (std::size_t i = spans_.size(); i-- > 1;)
                if (spans_[i].first >= 0) return i;
            return Value();
        }
        if (name == "lastgroup") {
            for (std::size_t i = spans_.size(); i-- > 1;)
                if (spans_[i].first >= 0)
                    for (const auto& [key, number] : compiled_->names)
                        if (number == i) return Value(key);
            return Value();
        }
        if (name == "expand")
            return method([this](Call& call) { return Value(expand(call[0].as_string())); });
        return {};
    }

    /// A replacement text: \1, \g<name>, \g<1>, \n.
    std::string expand(std::string_view replacement) const {
        std::string out;
        for (std::size_t i = 0; i < replacement.size(); ++i) {
            if (replacement[i] != '\\') {
                out += replacement[i];
                continue;
            }
            if (i + 1 == replacement.size())
                raise_exception(error_class(), fmt::format("bad escape (end of pattern) at position {}", i));
            const char c = replacement[++i];
            if ((c >= 'a' && c <= 'z' && std::string_view("abfgnrtv").find(c) == std::string_view::npos) ||
                (c >= 'A' && c <= 'Z'))
                raise_exception(error_class(), fmt::format("bad escape \\{} at position {}", c, i - 1));
            if (c >= '0' && c <= '9') {
                std::size_t number = static_cast<std::size_t>(c - '0');
                if (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9')
                    number = number * 10 + static_cast<std::size_t>(replacement[++i] - '0');
                append(out, Value(number));
            } else if (c == 'g' && i + 1 < replacement.size() && replacement[i + 1] == '<') {
                const std::size_t end = replacement.find('>', i);
                if (end == std::string_view::npos)
                    raise_exception(error_class(), "missing >, unterminated name");
                const std::string_view key = replacement.substr(i + 2, end - i - 2);
                const bool digits =
                    !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
                append(out,
                       digits ? Value(static_cast<std::int64_t>(std::stoll(std::string(key)))) : Value(key));
                i = end;
            } else if (decode_string(replacement.substr(i - 1, 2), false, false, out)) {
                raise_exception(error_class(), fmt::format("bad escape \\{}", c));
            }
        }
        return out;
    }

    std::size_t begin() const { return static_cast<std::size_t>(spans_[0].first); }
    std::size_t end() const { return static_cast<std::size_t>(spans_[0].second); }
    std::size_t count() const { return spans_.size(); }

  private:
    void append(std::string& out, const Value& key) const {
        std::size_t number = 0;
        try {
            number = number_of(key);
        } catch (const Raised&) {
            number = spans_.size();
        }
        if (number == spans_.size())
            raise_exception(error_class(), fmt::format("invalid group reference {}", str_of(key)));
        const Value value = group(number, Value(""));
        out += subject(value);
    }
    /// Bytes as code points.
    std::int64_t index(std::int64_t offset) const {
        if (offset < 0 || compiled_->bytes) return offset;
        return static_cast<std::int64_t>(
            code_points(subject(text_).substr(0, static_cast<std::size_t>(offset))));
    }

    CompiledPtr compiled_;
    Value text_;
    Spans spans_;
    Value pattern_;
};

class Pattern final : public Native {
  public:
    explicit Pattern(CompiledPtr c) : compiled(std::move(c)) {}
    std::string type_name() const override { return "re.Pattern"; }
    std::string repr() const override { return fmt::format("re.compile({})", quoted(compiled->pattern)); }
    bool equals(const Value& other) const override {
        const auto* pattern = dynamic_cast<Pattern*>(other.object());
        return pattern && pattern->compiled->pattern == compiled->pattern &&
               pattern->compiled->flags == compiled->flags;
    }
    std::size_t hash() const override { return hash_text(compiled->pattern); }

    Value match(const Value& text, std::size_t from, std::uint32_t options) {
        if (plain(text).is(Type::bytes) != compiled->bytes)
            type_error("cannot use a string pattern on a bytes-like object");
        const Value held = plain(text);
        auto spans = search(*compiled, subject(held), from, options);
        if (!spans) return {};
        return make<Match>(compiled, held, std::move(*spans), Value(this));
    }

    /// Every match, one after another; an empty one moves on by a character.
    std::vector<Value> all(const Value& text, std::int64_t most = 0, std::size_t from = 0) {
        std::vector<Value> out;
        const std::string_view source = subject(text);
        std::size_t at = from;
        std::uint32_t options = 0;
        while (at <= source.size() && (most == 0 || static_cast<std::int64_t>(out.size()) < most)) {
            const Value found = match(text, at, options);
            if (found.is_none()) {
                if (options == 0) break;
                // Nothing but the empty match here: on by one character.
                options = 0;
                if (at >= source.size()) break;
                if (compiled->bytes)
                    ++at;
                else
                    next_code_point(source, at);
                continue;
            }
            const auto* m = found.native<Match>();
            out.push_back(found);
            at = m->end();
            options = m->begin() == m->end() ? PCRE2_NOTEMPTY_ATSTART : 0;
        }
        return out;
    }

    Value substitute(const Value& replacement, const Value& text, std::int64_t most, bool with_count) {
        const std::string_view source = subject(text);
        std::string out;
        std::size_t at = 0;
        const std::vector<Value> found = all(text, most);
        for (const Value& one : found) {
            const auto* m = one.native<Match>();
            out += source.substr(at, m->begin() - at);
            if (replacement.is_callable())
                out += subject(call_value(replacement, {one}));
            else
                out += m->expand(subject(replacement));
            at = m->end();
        }
        out += source.substr(at);
        const Value result = compiled->bytes ? Value::bytes(out) : Value(out);
        return with_count ? make_tuple({result, Value(found.size())}) : result;
    }

    Value split(const Value& text, std::int64_t most) {
        const std::string_view source = subject(text);
        Values out;
        std::size_t at = 0;
        auto piece = [&](std::size_t begin, std::size_t end) {
            out.push_back(compiled->bytes ? Value::bytes(source.substr(begin, end - begin))
                                          : Value(source.substr(begin, end - begin)));
        };
        for (const Value& one : all(text, most)) {
            const auto* m = one.native<Match>();
            piece(at, m->begin());
            for (std::size_t i = 1; i < m->count(); ++i) out.push_back(m->group(i, Value()));
            at = m->end();
        }
        piece(at, source.size());
        return make_list(std::move(out));
    }

    Value findall(const Value& text, std::size_t from) {
        Values out;
        for (const Value& one : all(text, 0, from)) {
            const auto* m = one.native<Match>();
            const Value empty = compiled->bytes ? Value::bytes("") : Value("");
            if (m->count() == 1)
                out.push_back(m->group(std::size_t(0), empty));
            else if (m->count() == 2)
                out.push_back(m->group(std::size_t(1), empty));
            else {
                Values groups;
                for (std::size_t i = 1; i < m->count(); ++i) groups.push_back(m->group(i, empty));
                out.push_back(make_tuple(std::move(groups)));
            }
        }
        return make_list(std::move(out));
    }

    std::optional<Value> get_attribute(std::string_view name) override;

    CompiledPtr compiled;
};

/// Methods of a pattern take `endpos`, in characters: the text ends there for them.
Value text_of_call(const Call& call, std::size_t index) {
    if (index > 0 || (call.size() < 3 && !call.keyword("endpos"))) return call[index];
    const Value text = plain(call[0]);
    const auto end = static_cast<std::size_t>(std::max<std::int64_t>(call.get(2, "endpos").as_int(), 0));
    const std::string_view source = subject(text);
    if (text.is(Type::bytes)) return Value::bytes(source.substr(0, end));
    return Value(source.substr(0, offset_of(source, end)));
}

/// A function of a pattern; the module has them too, with the pattern as first argument.
using PatternFunction = Value (*)(Pattern& pattern, const Call& call, std::size_t first);
struct Entry {
    const char* name;
    PatternFunction function;
};

std::size_t start_of(const Call& call, std::size_t index) {
    // pos, in characters: only methods of a pattern have it.
    const Value given = call.get(index, "pos", 0);
    return given.is_integer() && given.as_int() > 0
               ? offset_of(subject(call[index - 1]), static_cast<std::size_t>(given.as_int()))
               : 0;
}

constexpr Entry entries[] = {
    {"match",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.match(text_of_call(call, i), i == 0 ? start_of(call, 1) : 0, PCRE2_ANCHORED);
     }},
    {"fullmatch",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.match(text_of_call(call, i), i == 0 ? start_of(call, 1) : 0,
                        PCRE2_ANCHORED | PCRE2_ENDANCHORED);
     }},
    {"search",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.match(text_of_call(call, i), i == 0 ? start_of(call, 1) : 0, 0);
     }},
    {"findall",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.findall(text_of_call(call, i), i == 0 ? start_of(call, 1) : 0);
     }},
    {"finditer",
     [](Pattern& p, const Call& call, std::size_t i) {
         return make_iterator(p.all(text_of_call(call, i), 0, i == 0 ? start_of(call, 1) : 0));
     }},
    {"split", [](Pattern& p, const Call& call,
                 std::size_t i) { return p.split(call[i], call.get(i + 1, "maxsplit", 0).as_int()); }},
    {"sub",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.substitute(call.get(i, "repl"), call.get(i + 1, "string"),
                             call.get(i + 2, "count", 0).as_int(), false);
     }},
    {"subn",
     [](Pattern& p, const Call& call, std::size_t i) {
         return p.substitute(call.get(i, "repl"), call.get(i + 1, "string"),
                             call.get(i + 2, "count", 0).as_int(), true);
     }},
};

std::optional<Value> Pattern::get_attribute(std::string_view name) {
    if (name == "pattern")
        return compiled->bytes ? Value::bytes(compiled->pattern) : Value(compiled->pattern);
    if (name == "flags") return compiled->flags | (compiled->bytes ? 0 : 32);
    if (name == "groups") return static_cast<std::int64_t>(compiled->groups);
    if (name == "groupindex") {
        Value out = make_dict();
        for (const auto& [key, number] : compiled->names)
            table_of(out).put(Key(key), static_cast<std::int64_t>(number));
        return out;
    }
    for (const Entry& entry : entries)
        if (name == entry.name)
            return make_static(name, [self = Value(this), function = entry.function](Call& call) {
                return function(*self.native<Pattern>(), call, 0);
            });
    return {};
}

Value pattern_of(const Value& given, std::int64_t flags) {
    if (given.native<Pattern>()) return given;
    const Value source = plain(given);
    if (!source.is_string() && !source.is(Type::bytes))
        type_error("first argument must be string or compiled pattern");
    return make<Pattern>(compile(subject(source), flags, source.is(Type::bytes)));
}

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("()[]{}?*+-|^$\\.&~# \t\n\r\v\f").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

} // namespace

void load_re(ModuleBuilder& module) {
    if (error_class().is_none()) {
        Heap* const before = Heap::use(nullptr);
        error_class() = make_exception("error", "re");
        Heap::use(before);
    }
    module.add("error", error_class()).add("PatternError", error_class());
    for (const auto& [name, flag] :
         {std::pair("I", ignore_case), std::pair("IGNORECASE", ignore_case), std::pair("M", multi_line),
          std::pair("MULTILINE", multi_line), std::pair("S", dot_all), std::pair("DOTALL", dot_all),
          std::pair("X", verbose), std::pair("VERBOSE", verbose), std::pair("A", ascii_only),
          std::pair("ASCII", ascii_only), std::pair("U", std::int64_t(32)),
          std::pair("UNICODE", std::int64_t(32))})
        module.add(name, flag);
    module.function("compile",
                    [](Call& call) { return pattern_of(call[0], call.get(1, "flags", 0).as_int()); });
    module.function("escape", [](Call& call) { return Value(escape(call[0].as_string())); });
    module.function("purge", [](Call&) { return Value(); });
    for (const Entry& entry : entries) {
        const std::string_view name = entry.name;
        // Where the flags stand among the positional arguments.
        const std::size_t flags = name == "sub" || name == "subn" ? 4 : name == "split" ? 3 : 2;
        module.function(name, [function = entry.function, flags](Call& call) {
            const Value pattern = pattern_of(call[0], call.get(flags, "flags", 0).as_int());
            return function(*pattern.native<Pattern>(), call, 1);
        });
    }
    auto add_type = [&](const char* name, std::function<bool(const Value&)> test) {
        ClassSpec spec;
        spec.name = name;
        spec.module = "re";
        spec.is_instance = std::move(test);
        spec.subscript = [](const Value& cls, const Value&) { return cls; };
        module.add(name, make_class(std::move(spec)));
    };
    add_type("Pattern", [](const Value& v) { return v.native<Pattern>() != nullptr; });
    add_type("Match", [](const Value& v) { return v.native<Match>() != nullptr; });
}

} // namespace orch::lang
