// `context.config`: Alembic's Config, reading the ini that orch has read already.
#include "script/alembic/context.hpp"
#include "script/convert.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

// What a script sets is written as in the ini: "%%" is one "%", and "%(name)s" another option.
std::string interpolated(std::string_view text, const std::map<std::string, std::string>& options) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        std::string_view rest = text.substr(i);
        if (rest.starts_with("%%")) {
            result += '%';
            i += 2;
            continue;
        }
        std::size_t close = rest.starts_with("%(") ? rest.find(")s") : std::string_view::npos;
        auto found = close == std::string_view::npos ? options.end()
                                                     : options.find(std::string(rest.substr(2, close - 2)));
        if (found != options.end()) {
            result += found->second;
            i += close + 2;
        } else {
            result += text[i++];
        }
    }
    return result;
}

Value dict_of(const std::map<std::string, std::string>& options) {
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [key, value] : options) entries.emplace_back(Value(key), Value(value));
    return Value::dict(entries);
}

// The command line's arguments, as far as a script has a use for them.
class CommandOptions : public lang::Native {
  public:
    explicit CommandOptions(Session& session) : session_(session) {}
    std::string type_name() const override { return "Namespace"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "x") {
            std::vector<Value> items(session_.context.x_arguments.begin(),
                                     session_.context.x_arguments.end());
            return items.empty() ? Value() : Value::list(std::move(items));
        }
        if (name == "tag") return session_.context.tag ? Value(*session_.context.tag) : Value();
        if (name == "sql") return Value(session_.offline);
        if (name == "name") return Value(session_.context.section);
        if (name == "autogenerate") return Value(session_.context.autogenerate);
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"x", "tag", "sql", "name", "autogenerate"};
    }

  private:
    Session& session_;
};

class ConfigObject : public lang::Native {
  public:
    explicit ConfigObject(Session& session)
        : session_(session), main_(session.context.main_options), sections_(session.context.sections),
          attributes_(Value::dict()) {
        // What an orch.ini calls `url`.
        if (const auto url = main_.find("url"); url != main_.end())
            main_.try_emplace("sqlalchemy.url", url->second);
    }
    std::string type_name() const override { return "Config"; }

    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        return {"get_main_option",    "set_main_option",    "get_section",  "get_section_option",
                "set_section_option", "get_alembic_option", "attributes",   "cmd_opts",
                "config_file_name",   "config_ini_section", "print_stdout", "stdout"};
    }
    bool set_attribute(std::string_view name, const Value& value) override {
        if (name != "attributes" && name != "config_file_name" && name != "cmd_opts") return false;
        if (name == "attributes") attributes_ = value;
        return true;
    }
    void clear() override {
        lang::Native::clear();
        attributes_ = Value();
    }

  private:
    Value section(const std::string& name, const Value& otherwise) const {
        if (name == session_.context.section) return dict_of(main_);
        auto found = sections_.find(name);
        return found == sections_.end() ? otherwise : dict_of(found->second);
    }

    Value option(const std::string& section_name, const std::string& key, const Value& otherwise) const {
        const auto* options = &main_;
        if (section_name != session_.context.section) {
            auto found = sections_.find(section_name);
            if (found == sections_.end()) return otherwise;
            options = &found->second;
        }
        auto found = options->find(key);
        return found == options->end() ? otherwise : Value(found->second);
    }

    void set_option(const std::string& section_name, const std::string& key, const Value& value) {
        auto& options = section_name == session_.context.section ? main_ : sections_[section_name];
        if (!value.is_string()) {
            if (session_.unknown) return void(options[key] = value.str());
            lang::raise_error("TypeError",
                              fmt::format("option values must be strings: '{}' was given {}{}", key,
                                          described(value),
                                          value.is_none() ? "; is an environment variable missing?" : ""));
        }
        options[key] = interpolated(value.as_string(), options);
    }

    Session& session_;
    std::map<std::string, std::string> main_;
    std::map<std::string, std::map<std::string, std::string>> sections_;
    Value attributes_;
};

std::optional<Value> ConfigObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    auto method = [&](auto body) {
        return lang::make_function(
            name, [self, body](Call& call) { return body(*self.native<ConfigObject>(), call); });
    };
    if (name == "get_main_option" || name == "get_alembic_option") {
        return method([](ConfigObject& config, Call& call) {
            return config.option(config.session_.context.section, string_of(call.get(0, "name"), "name"),
                                 call.get(1, "default"));
        });
    }
    if (name == "set_main_option") {
        return method([](ConfigObject& config, Call& call) {
            config.set_option(config.session_.context.section, string_of(call.get(0, "name"), "name"),
                              call.get(1, "value"));
            return Value();
        });
    }
    if (name == "get_section") {
        return method([](ConfigObject& config, Call& call) {
            return config.section(string_of(call.get(0, "name"), "name"), call.get(1, "default"));
        });
    }
    if (name == "get_section_option") {
        return method([](ConfigObject& config, Call& call) {
            return config.option(string_of(call.get(0, "section"), "section"),
                                 string_of(call.get(1, "name"), "name"), call.get(2, "default"));
        });
    }
    if (name == "set_section_option") {
        return method([](ConfigObject& config, Call& call) {
            config.set_option(string_of(call.get(0, "section"), "section"),
                              string_of(call.get(1, "name"), "name"), call.get(2, "value"));
            return Value();
        });
    }
    if (name == "print_stdout") {
        return method([](ConfigObject& config, Call& call) { // print_stdout("%s of %s", 1, 2)
            Value text = call[0];
            if (call.size() > 1)
                text = config.session_.interpreter.import("operator")
                           .method("mod", {text, Value::tuple({call.args().begin() + 1, call.args().end()})});
            return lang::builtin("print").call({text});
        });
    }
    if (name == "stdout") return session_.interpreter.import("sys").attribute("stdout");
    if (name == "attributes") return attributes_;
    if (name == "cmd_opts") return lang::make<CommandOptions>(session_);
    if (name == "config_ini_section") return Value(session_.context.section);
    if (name == "config_file_name")
        return session_.context.config_file.empty() ? Value() : Value(session_.context.config_file.native());
    return std::nullopt;
}

} // namespace

Value make_config(Session& session) {
    auto found = session.made.find("alembic config");
    if (found != session.made.end()) return found->second;
    Value made = lang::make<ConfigObject>(session);
    session.made["alembic config"] = made;
    return made;
}

} // namespace orch::script
