#include "script/adopt.hpp"

#include "script/alembic/context.hpp"
#include "script/modules.hpp"
#include "script/source.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <set>

namespace orch::script {

using lang::Value;

namespace {

// Marks around what a text holds of variables ("V" and a name) and of the application ("U" and a path).
constexpr char begin_mark = '\x01';
constexpr char end_mark = '\x02';

std::string marked(char kind, std::string_view what) {
    return fmt::format("{}{}{}{}", begin_mark, kind, what, end_mark);
}

// Something of the application: whatever is done with it gives the like again.
class Unknown : public lang::Native {
  public:
    explicit Unknown(std::string path) : path_(std::move(path)) {}
    std::string type_name() const override { return "unknown"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        // Not a class, no special protocols: what looks for those must not find them.
        if (name.starts_with("__")) return std::nullopt;
        return lang::make<Unknown>(fmt::format("{}.{}", path_, name));
    }
    bool set_attribute(std::string_view, const Value&) override { return true; }
    bool callable() const override { return true; }
    Value call(lang::Call&) override { return lang::make<Unknown>(path_ + "()"); }
    Value subscript(const Value& key) override {
        return lang::make<Unknown>(fmt::format("{}[{}]", path_, key.repr()));
    }
    void set_subscript(const Value&, const Value&) override {}
    bool iterable() const override { return true; }
    Value iterate() override { return lang::make_iterator(std::vector<Value>()); }
    bool contains(const Value&) override { return false; }
    std::size_t length() override { return 0; }
    std::string repr() const override { return marked('U', path_); }
    std::optional<Value> unary(lang::Operator) override { return lang::make<Unknown>(path_); }
    std::optional<Value> binary(lang::Operator op, const Value& other, bool reflected) override {
        // A text with something unknown in it is still a text.
        if (op == lang::Operator::add && other.is_string())
            return Value(reflected ? std::string(other.as_string()) + repr()
                                   : repr() + std::string(other.as_string()));
        if (op >= lang::Operator::equal) return Value(op == lang::Operator::not_equal);
        return lang::make<Unknown>(path_);
    }
    std::optional<Value> enter() override { return Value(static_cast<lang::Object*>(this)); }
    bool exit(const Value&) override { return false; }

  private:
    std::string path_;
};

// The variables that a text asks for, in the ways of Python: environ["X"], environ.get("X"), getenv("X").
std::set<std::string> variables_in(std::string_view text) {
    std::set<std::string> found;
    for (std::string_view word : {std::string_view("environ"), std::string_view("getenv")})
        for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) {
            const std::size_t quote = text.find_first_of("\"'\n", at);
            if (quote == std::string_view::npos || text[quote] == '\n' || quote > at + 20) continue;
            const std::size_t end = text.find(text[quote], quote + 1);
            if (end == std::string_view::npos) continue;
            const std::string name(text.substr(quote + 1, end - quote - 1));
            if (!name.empty() && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                        "0123456789_") == std::string::npos)
                found.insert(name);
        }
    return found;
}

class Adopter {
  public:
    Adopter(const std::filesystem::path& env_py, const Settings& settings, const Context& context)
        : shown_(display_path(env_py)), text_(read_source(env_py, shown_)), settings_(settings),
          interpreter_(limits_of(settings)),
          migrate_([](const EnvironmentOptions&) {}), environment_{{}, migrate_}, session_{interpreter_,
                                                                                           settings_,
                                                                                           context} {
        session_.environment = &environment_;
        session_.unknown = [this](std::string_view module, std::string_view name) {
            return unknown(module, name);
        };
        environment_.configured = [this](const Place& place,
                                         const std::vector<std::pair<std::string, Value>>& all) {
            configured(place, all);
        };
        prepare(session_);
        interpreter_.on_print([](std::string_view) {});
        std::map<std::string, std::string> variables;
        for (const std::string& name : variables_in(text_)) variables[name] = marked('V', name);
        interpreter_.set_environment(std::move(variables));
    }

    Adoption run() {
        try {
            interpreter_.run(lang::parse(text_, shown_), "env_py");
            if (!environment_.migrated)
                note({shown_, 0, 0, 0, ""}, "it never calls context.run_migrations()");
        } catch (const Error& error) {
            note(error.place().value_or(Place{shown_, 0, 0, 0, ""}),
                 fmt::format("could not be followed beyond this line: {}", error.message()));
        }
        add_url();
        for (const auto& [query, place] : environment_.options.statements)
            note(place, "a statement that it executes on its connection first is not carried over");
        if (!environment_.options.sys_path.empty()) add_sys_path();
        result_.options = environment_.options;
        return std::move(result_);
    }

  private:
    std::optional<Value> unknown(std::string_view module, std::string_view name) {
        return lang::make<Unknown>(name.empty() ? std::string(module) : fmt::format("{}.{}", module, name));
    }

    void note(Place place, std::string text) {
        for (const Note& other : result_.notes)
            if (other.text == text) return;
        result_.notes.push_back({std::move(place), std::move(text)});
    }

    void key(std::string name, std::string value) {
        for (auto& [known, held] : result_.keys)
            if (known == name) return void(held = std::move(value));
        result_.keys.emplace_back(std::move(name), std::move(value));
    }

    // context.configure(): each argument becomes a key or a note.
    void configured(const Place& place, const std::vector<std::pair<std::string, Value>>& arguments) {
        if (configured_++ > 0)
            note(place, "it configures more than one database: write one section for each");
        for (const auto& [name, value] : arguments) take(place, name, value);
    }

    void take(const Place& place, const std::string& name, const Value& value) {
        static const std::set<std::string> ignored{"connection",    "url",          "dialect_opts",
                                                   "literal_binds", "dialect_name", "output_buffer",
                                                   "template_args"};
        if (ignored.contains(name) || value.is_none()) return;
        if (name == "target_metadata") {
            note(place, "target_metadata: name the file with the models, 'target_metadata = "
                        "%(here)s/models.py', for 'orch revision --autogenerate' and 'orch check'");
        } else if (value.is_callable() && !value.native<Unknown>()) {
            note(place, fmt::format("{}: a function of env.py; {}", name,
                                    name.starts_with("include_")
                                        ? "say the same with 'include_object = table:NAME_*, !table:OTHER_*'"
                                        : "there is no key for it"));
        } else if (const std::string text = as_text(value); !text.empty()) {
            set(place, name, text);
        } else {
            note(place, fmt::format("{}: orch has no key for it", name));
        }
    }

    static std::string as_text(const Value& value) {
        if (value.is(lang::Type::boolean)) return value.truth() ? "true" : "false";
        if (value.is_string()) return std::string(value.as_string());
        return value.native<Unknown>() ? value.repr() : std::string();
    }

    void set(const Place& place, const std::string& name, const std::string& text) {
        static const std::set<std::string> keys{"version_table",          "version_table_schema",
                                                "render_as_batch",        "compare_type",
                                                "compare_server_default", "include_schemas",
                                                "version_table_pk",       "transaction_per_migration"};
        if (!keys.contains(name)) {
            note(place, fmt::format("{} = {}: orch has no key for it", name, plain(text)));
        } else if (text.find(std::string{begin_mark, 'U'}) != std::string::npos) {
            note(place, fmt::format("{}: env.py takes it from the application ({})", name, plain(text)));
        } else {
            key(name, for_ini(text));
        }
    }

    void add_url() {
        auto url = environment_.options.url;
        if (!url) {
            // An engine of the application; many an env.py puts its URL into the configuration as well.
            const lang::Active active(interpreter_);
            const Value option = make_config(session_).method("get_main_option", {Value("sqlalchemy.url")});
            if (option.is_string() && option.as_string().find(begin_mark) != std::string_view::npos)
                url = option.as_string();
        }
        if (!url) return;
        if (url->find(std::string{begin_mark, 'U'}) != std::string::npos) {
            note({shown_, 0, 0, 0, ""},
                 fmt::format(
                     "url: env.py takes it from the application ({}); give it in the environment variable "
                     "DATABASE_URL",
                     plain(*url)));
            return key("url", "${DATABASE_URL}");
        }
        key("url", for_ini(*url));
    }

    void add_sys_path() {
        std::vector<std::string> all;
        for (const auto& folder : settings_.prepend_sys_path) all.push_back(folder.native());
        for (const auto& folder : environment_.options.sys_path) all.push_back(folder.native());
        key("prepend_sys_path", join(all, "\n    "));
        key("path_separator", "newline");
    }

    // Marked variables as the ini writes them, and its own special characters doubled.
    static std::string for_ini(const std::string& text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == begin_mark && i + 1 < text.size() && text[i + 1] == 'V') {
                const std::size_t end = text.find(end_mark, i);
                out += "${" + text.substr(i + 2, end - i - 2) + "}";
                i = end;
            } else if (text[i] == '%') {
                out += "%%";
            } else {
                out += text[i];
            }
        }
        return out;
    }

    // For notes: the marks left out.
    static std::string plain(std::string text) {
        text = replace_all(text, std::string{begin_mark, 'U'}, "");
        text = replace_all(text, std::string{begin_mark, 'V'}, "$");
        return replace_all(text, std::string{end_mark}, "");
    }

    std::string shown_, text_;
    const Settings& settings_;
    lang::Interpreter interpreter_;
    std::function<void(const EnvironmentOptions&)> migrate_;
    Environment environment_;
    Session session_;
    Adoption result_;
    int configured_ = 0;
};

} // namespace

Adoption adopt_environment(const std::filesystem::path& env_py, const Settings& settings,
                           const Context& context) {
    return Adopter(env_py, settings, context).run();
}

} // namespace orch::script
