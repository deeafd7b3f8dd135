// Renders Mako templates: script.py.mako.
#include "script/script.hpp"

#include "script/template_parse.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {
namespace {

using lang::Call;
using lang::Value;

// A name that nobody gave. As in Mako it may be asked whether it is there, and not be written.
class Undefined : public lang::Native {
  public:
    explicit Undefined(std::string name) : name_(std::move(name)) {}
    std::string type_name() const override { return "Undefined"; }
    bool truth() override { return false; }
    std::string str() const override {
        lang::raise_error("NameError", fmt::format("'{}' is not defined", name_));
    }
    std::string repr() const override { return "Undefined"; }

  private:
    std::string name_;
};

// Mako's `context`: the names that the template was given.
class TemplateContext : public lang::Native {
  public:
    TemplateContext(Value names, std::string& output) : names_(std::move(names)), output_(output) {}
    std::string type_name() const override { return "Context"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "get") return names_.attribute("get");
        if (name == "keys") return names_.attribute("keys");
        if (name == "kwargs") return names_;
        if (name == "write") {
            return lang::make_function(name, [this](Call& call) {
                output_ += call[0].str();
                return Value("");
            });
        }
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override { return {"get", "keys", "kwargs", "write"}; }
    Value subscript(const Value& key) override { return names_.subscript(key); }
    bool contains(const Value& item) override { return names_.contains(item); }
    void clear() override {
        lang::Native::clear();
        names_ = Value();
    }

  private:
    Value names_;
    std::string& output_;
};

std::string html_escaped(std::string_view text) {
    std::string result = replace_all(text, "&", "&amp;");
    result = replace_all(replace_all(result, "<", "&lt;"), ">", "&gt;");
    return replace_all(replace_all(result, "\"", "&#34;"), "'", "&#39;");
}

std::string url_escaped(std::string_view text) {
    std::string result;
    for (char c : text) {
        bool safe = std::isalnum(static_cast<unsigned char>(c)) ||
                    std::string_view("_.-~").find(c) != std::string_view::npos;
        if (c == ' ')
            result += '+';
        else if (safe)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

using Filter = std::string (*)(std::string_view);

void add_filters(lang::Names& names) {
    static constexpr std::pair<const char*, Filter> filters[]{
        {"h", html_escaped},
        {"x", html_escaped},
        {"entity", html_escaped},
        {"u", url_escaped},
        {"trim", [](std::string_view text) { return std::string(trim(text)); }}};
    for (const auto& [name, filter] : filters) {
        names[std::string("__filter_") + name] =
            lang::make_function(name, [filter = filter](Call& call) { return Value(filter(call[0].str())); });
    }
    for (const char* name : {"str", "unicode"}) {
        names[std::string("__filter_") + name] =
            lang::make_function(name, [](Call& call) { return Value(call[0].str()); });
    }
}

// Names that are neither given nor built in are undefined, which is no error until one is written.
void add_undefined(const std::vector<std::string>& words, lang::Names& names,
                   lang::Interpreter& interpreter) {
    for (const auto& word : words) {
        if (names.contains(word)) continue;
        try {
            interpreter.evaluate(word, names);
        } catch (const Error&) {
            names[word] = lang::make<Undefined>(word);
        }
    }
}

// An error of the program as one of the template: its place led back.
Error led_back(const Error& error, const TemplateProgram& program, std::string_view text,
               const std::string& where) {
    Error result(error.fault(), error.message());
    const auto& place = error.place();
    auto line = place ? static_cast<std::size_t>(place->line) : 0;
    if (place && place->file == where && line >= 1 && line <= program.lines.size()) {
        const auto& entry = program.lines[line - 1];
        Place led = *place;
        led.line = entry.line;
        led.column = std::max(entry.least, place->column + entry.columns);
        auto all = split(text, '\n');
        led.source = static_cast<std::size_t>(entry.line) <= all.size()
                         ? all[static_cast<std::size_t>(entry.line) - 1]
                         : "";
        auto length = static_cast<int>(code_points(led.source));
        led.width = std::max(1, std::min(place->width, length - led.column + 1));
        result.at(std::move(led));
    } else if (place) {
        result.at(*place);
    }
    if (!error.hint().empty()) result.hint(error.hint());
    return result.note("while rendering a template");
}

lang::Names make_names(const TemplateProgram& program, const std::map<std::string, Value>& given,
                       std::string& output) {
    lang::Names names(given.begin(), given.end());
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [name, value] : given) entries.emplace_back(Value(name), value);
    names["context"] = lang::make<TemplateContext>(Value::dict(entries), output);
    names["__text"] = lang::make_function("__text", [&program, &output](Call& call) {
        output += program.texts.at(static_cast<std::size_t>(call[0].as_int()));
        return Value();
    });
    names["__write"] = lang::make_function("__write", [&output](Call& call) {
        output += call[0].str();
        return Value();
    });
    add_filters(names);
    return names;
}

} // namespace

std::string render_template(std::string_view text, const std::string& where,
                            const std::map<std::string, Value>& given, lang::Interpreter& interpreter) {
    TemplateProgram program = parse_template(text, where);
    lang::Active active(interpreter);
    std::string output;
    lang::Names names = make_names(program, given, output);
    add_undefined(program.words, names, interpreter);
    Place place;
    place.file = where;
    place.line = 1;
    try {
        interpreter.execute(program.code, names, place);
    } catch (const Error& error) {
        throw led_back(error, program, text, where);
    }
    return output;
}

} // namespace orch::script
