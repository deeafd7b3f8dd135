// json: nlohmann-json reads; writing follows Python's own layout to the space.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"
#include "lang/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace orch::lang {

namespace {

/// Takes the parser's events and builds values; numbers come with their text, so that integers may have any
/// size.
class Builder {
  public:
    /// json.loads()'s functions, each None where it was not given: what makes an object of a dict, of pairs,
    /// and a number of its text.
    struct Hooks {
        Value object, pairs, real, integer;
    };
    explicit Builder(Hooks hooks) : hooks_(std::move(hooks)) {}

    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    bool null() { return add(Value()); }
    bool boolean(bool v) { return add(v); }
    bool number_integer(number_integer_t v) { return add_integer(v); }
    bool number_unsigned(number_unsigned_t v) { return add_integer(v); }
    bool number_float(number_float_t v, const string_t& text) {
        if (text.find_first_of(".eE") == std::string::npos) return add_integer(*parse_integer(text, 10));
        return add(hooks_.real.is_none() ? Value(v) : call_value(hooks_.real, {Value(text)}));
    }
    bool string(string_t& text) { return add(Value(text)); }
    bool binary(binary_t&) { return false; }
    bool start_object(std::size_t) { return open(make_dict()); }
    bool key(string_t& text) {
        keys_.back() = Value(text);
        return true;
    }
    bool end_object() {
        const Value made = open_.back();
        close();
        const Value& hook = hooks_.pairs.is_none() ? hooks_.object : hooks_.pairs;
        if (!hook.is_none()) replace(call_value(hook, {hooks_.pairs.is_none() ? made : pairs_of(made)}));
        return true;
    }
    bool start_array(std::size_t) { return open(make_list({})); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) {
        position_ = position;
        message_ = e.what();
        return false;
    }

    Value result;
    std::size_t position_ = 0;
    std::string message_;

  private:
    bool add_integer(const Value& v) {
        return add(hooks_.integer.is_none() ? v : call_value(hooks_.integer, {Value(v.str())}));
    }
    static Value pairs_of(const Value& dict) {
        Values pairs;
        for (const auto& [key, value] : dict.entries()) pairs.push_back(make_tuple({key, value}));
        return make_list(std::move(pairs));
    }
    /// Puts another value in the place of the one that was added last.
    void replace(const Value& v) {
        if (open_.empty())
            result = v;
        else if (open_.back().is(Type::list))
            items_of(open_.back()).back() = v;
        else
            table_of(open_.back()).put(keys_.back(), v);
    }
    bool add(const Value& v) {
        step();
        if (open_.empty())
            result = v;
        else if (open_.back().is(Type::list))
            items_of(open_.back()).push_back(v);
        else
            table_of(open_.back()).put(keys_.back(), v);
        return true;
    }
    bool open(const Value& v) {
        if (open_.size() > 500) throw Error(Fault::script, "the JSON is nested too deeply");
        add(v);
        open_.push_back(v);
        keys_.emplace_back();
        return true;
    }
    bool close() {
        open_.pop_back();
        keys_.pop_back();
        return true;
    }
    Hooks hooks_;
    std::vector<Value> open_;
    std::vector<Value> keys_;
};

Value loads(Call& call, const Value& decode_error) {
    const Value text = plain(call[0]);
    if (!text.is_string() && !text.is(Type::bytes))
        type_error(fmt::format("the JSON object must be str, bytes or bytearray, not {}", text.type_name()));
    const std::string_view source = text.is_string() ? text_of(text) : text.as_bytes();
    Builder builder({call.get(9, "object_hook"), call.get(9, "object_pairs_hook"), call.get(9, "parse_float"),
                     call.get(9, "parse_int")});
    if (nlohmann::json::sax_parse(source.begin(), source.end(), &builder)) return builder.result;
    const std::size_t at = std::min(builder.position_ == 0 ? 0 : builder.position_ - 1, source.size());
    const std::string_view before = source.substr(0, at);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t column =
        at - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    raise_exception(decode_error,
                    fmt::format("Expecting value: line {} column {} (char {})", line, column, at));
}

// --- Writing.

std::string unqualified(std::string name) { return name.substr(name.rfind('.') + 1); }

struct Style {
    std::string item_separator = ", ";
    std::string key_separator = ": ";
    std::optional<std::string> indent;
    bool sort_keys = false;
    bool ascii = true;
    bool skip_keys = false;
    bool allow_nan = true;
    Value otherwise;
};

class Writer {
  public:
    explicit Writer(const Style& style) : style_(style) {}
    std::string run(const Value& v) {
        write(v);
        return std::move(out_);
    }

  private:
    void newline() {
        if (!style_.indent) return;
        out_ += '\n';
        for (int i = 0; i < depth_; ++i) out_ += *style_.indent;
    }

    void string(std::string_view text) {
        out_ += '"';
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t begin = at;
            const char32_t code = next_code_point(text, at);
            switch (code) {
            case '"': out_ += "\\\""; break;
            case '\\': out_ += "\\\\"; break;
            case '\n': out_ += "\\n"; break;
            case '\r': out_ += "\\r"; break;
            case '\t': out_ += "\\t"; break;
            case '\b': out_ += "\\b"; break;
            case '\f': out_ += "\\f"; break;
            default:
                if (code < 0x20 || (style_.ascii && code >= 0x7f && code < 0x10000))
                    out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
                else if (style_.ascii && code >= 0x10000)
                    out_ += fmt::format("\\u{:04x}\\u{:04x}",
                                        0xd800 + static_cast<unsigned>((code - 0x10000) >> 10),
                                        0xdc00 + static_cast<unsigned>((code - 0x10000) & 0x3ff));
                else
                    out_ += text.substr(begin, at - begin);
            }
        }
        out_ += '"';
    }

    std::string real(double v) const {
        if (!style_.allow_nan && !std::isfinite(v))
            value_error("Out of range float values are not JSON compliant");
        if (std::isnan(v)) return "NaN";
        if (std::isinf(v)) return v < 0 ? "-Infinity" : "Infinity";
        return float_text(v);
    }

    std::optional<std::string> key(const Value& given) {
        const Value& v = plain(given);
        if (v.is_string()) return std::string(text_of(v));
        if (v.is(Type::boolean)) return truth(v) ? "true" : "false";
        if (v.is_none()) return "null";
        if (v.is_integer()) return integer_text(v);
        if (v.is(Type::real)) return real(v.as_double());
        if (style_.skip_keys) return {};
        type_error(fmt::format("keys must be str, int, float, bool or None, not {}", given.type_name()));
    }

    void write(const Value& given) {
        check_stack();
        step();
        const Value v = plain(given);
        if (v.is_none())
            out_ += "null";
        else if (v.is(Type::boolean))
            out_ += truth(v) ? "true" : "false";
        else if (v.is_integer())
            out_ += integer_text(v);
        else if (v.is(Type::real))
            out_ += real(v.as_double());
        else if (v.is_string())
            string(text_of(v));
        else if (is_sequence(v))
            sequence(v);
        else if (v.is(Type::dict))
            object(v);
        else if (!style_.otherwise.is_none())
            write(call_value(style_.otherwise, {given}));
        else
            type_error(
                fmt::format("Object of type {} is not JSON serializable", unqualified(given.type_name())));
    }

    void sequence(const Value& v) {
        if (items_of(v).empty()) return void(out_ += "[]");
        out_ += '[';
        ++depth_;
        for (std::size_t i = 0; i < items_of(v).size(); ++i) {
            if (i > 0) out_ += style_.item_separator;
            newline();
            write(Value(items_of(v)[i]));
        }
        --depth_;
        newline();
        out_ += ']';
    }

    void object(const Value& v) {
        auto entries = v.entries();
        if (style_.sort_keys)
            std::stable_sort(entries.begin(), entries.end(),
                             [](const auto& a, const auto& b) { return less_than(a.first, b.first); });
        bool any = false;
        out_ += '{';
        ++depth_;
        for (const auto& [name, value] : entries) {
            const auto text = key(name);
            if (!text) continue;
            if (any) out_ += style_.item_separator;
            any = true;
            newline();
            string(*text);
            out_ += style_.key_separator;
            write(value);
        }
        --depth_;
        if (any) newline();
        out_ += '}';
    }

    const Style& style_;
    std::string out_;
    int depth_ = 0;
};

Value dumps(Call& call) {
    static const Signature signature(
        "dumps(obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, "
        "indent=None, separators=None, default=None, sort_keys=False)");
    const Bound args = signature.bind(call);
    Style style;
    style.skip_keys = truth(args["skipkeys"]);
    style.ascii = truth(args["ensure_ascii"]);
    style.allow_nan = truth(args["allow_nan"]);
    style.sort_keys = truth(args["sort_keys"]);
    style.otherwise = args["default"];
    if (style.otherwise.is_none() && args["cls"].is(Type::class_))
        style.otherwise = get_attribute(call_value(args["cls"], {}), "default");
    const Value& indent = args["indent"];
    if (indent.is_integer())
        style.indent =
            std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(indent.as_int(), 0, 100)), ' ');
    else if (indent.is_string())
        style.indent = std::string(text_of(indent));
    if (style.indent) style.item_separator = ",";
    if (!args["separators"].is_none()) {
        style.item_separator = get_item(args["separators"], 0).as_string();
        style.key_separator = get_item(args["separators"], 1).as_string();
    }
    return Value(Writer(style).run(args["obj"]));
}

} // namespace

void load_json(ModuleBuilder& module) {
    const Value decode_error = make_exception("JSONDecodeError", "json", builtin("ValueError"));
    module.add("JSONDecodeError", decode_error);
    module.function("dumps", dumps);
    module.function("loads", [decode_error](Call& call) { return loads(call, decode_error); });
    define(module, R"python(
class JSONEncoder:
    def default(self, o):
        raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")
    def encode(self, o):
        return dumps(o, default=self.default)
)python");
}

} // namespace orch::lang
