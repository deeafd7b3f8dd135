#include "script/sqlalchemy/engine.hpp"

#include "script/alembic/context.hpp"
#include "script/sqlalchemy/connection.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "lang/lang.hpp"
#include "lang/library.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

std::string percent_encoded(std::string_view text, std::string_view reserved) {
    std::string result;
    for (char c : text) {
        if (c == '%' || reserved.find(c) != std::string_view::npos)
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            result += c;
    }
    return result;
}

std::string text_of(const Url& url) {
    std::string result = url.driver.empty() ? url.scheme : url.scheme + "+" + url.driver;
    result += "://";
    if (!url.user.empty()) {
        result += percent_encoded(url.user, ":@/ ");
        if (!url.password.empty()) result += ":" + percent_encoded(url.password, ":@/ ");
        result += "@";
    }
    bool six = url.host.find(':') != std::string::npos;
    result += six ? "[" + url.host + "]" : url.host;
    if (url.port) result += fmt::format(":{}", url.port);
    if (!url.database.empty()) result += "/" + url.database;
    for (std::size_t i = 0; i < url.query.size(); ++i) {
        result += i == 0 ? "?" : "&";
        result +=
            percent_encoded(url.query[i].first, "&=+ ") + "=" + percent_encoded(url.query[i].second, "&=+ ");
    }
    return result;
}

// A URL in its parts. str() has the password, since scripts hand it on with str().
class UrlObject : public lang::Native {
  public:
    explicit UrlObject(Url url) : url_(std::move(url)) {}
    std::string type_name() const override { return "URL"; }
    std::string str() const override { return text_of(url_); }
    std::string repr() const override { return masked(url_); }
    const Url& url() const { return url_; }

    std::optional<Value> get_attribute(std::string_view name) override {
        auto text = [](const std::string& value) { return value.empty() ? Value() : Value(value); };
        if (name == "drivername")
            return Value(url_.driver.empty() ? url_.scheme : url_.scheme + "+" + url_.driver);
        if (name == "username") return text(url_.user);
        if (name == "password") return text(url_.password);
        if (name == "host") return text(url_.host);
        if (name == "port") return url_.port ? Value(url_.port) : Value();
        if (name == "database") return text(url_.database);
        if (name == "query") return query();
        Value self(static_cast<lang::Object*>(this));
        if (name == "render_as_string" || name == "__to_string__") {
            return lang::make_function(name, [self](Call& call) {
                const auto& url = self.native<UrlObject>()->url_;
                return Value(call.get(0, "hide_password", Value(true)).truth() ? masked(url) : text_of(url));
            });
        }
        if (name == "get_backend_name")
            return lang::make_function(
                name, [self](Call&) { return Value(self.native<UrlObject>()->url_.scheme); });
        if (name == "set" || name == "_replace")
            return lang::make_function(
                name, [self](Call& call) { return changed(self.native<UrlObject>()->url_, call); });
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"drivername", "username", "password",         "host", "port",
                "database",   "query",    "render_as_string", "set"};
    }

    static Value changed(Url url, Call& call) {
        for (const auto& [key, value] : call.keywords()) set(url, key.as_string(), value);
        return lang::make<UrlObject>(std::move(url));
    }

    static void set(Url& url, std::string_view key, const Value& value) {
        auto text = [&] { return value.is_none() ? std::string() : value.str(); };
        if (key == "drivername") {
            auto parts = split(text(), '+');
            url.scheme = parts[0];
            url.driver = parts.size() > 1 ? parts[1] : "";
        } else if (key == "username")
            url.user = text();
        else if (key == "password")
            url.password = text();
        else if (key == "host")
            url.host = text();
        else if (key == "port")
            url.port = value.is_none() ? 0 : static_cast<int>(std::stol(value.str()));
        else if (key == "database")
            url.database = text();
        else if (key == "query") {
            url.query.clear();
            if (value.is_none()) return;
            for (const auto& [name, item] : value.entries()) url.query.emplace_back(name.str(), item.str());
        } else {
            lang::raise_error("TypeError", fmt::format("URL has no part '{}'", key));
        }
    }

  private:
    Value query() const {
        std::vector<std::pair<Value, Value>> entries;
        for (const auto& [key, value] : url_.query) entries.emplace_back(Value(key), Value(value));
        return Value::dict(entries);
    }

    Url url_;
};

Value make_url(Call& call) {
    if (call[0].native<UrlObject>()) return call[0];
    return lang::make<UrlObject>(parse_url(string_of(call[0], "name_or_url")));
}

Value create_url(Call& call) {
    static const lang::Signature signature(
        "create(drivername, username=None, password=None, host=None, port=None, database=None, query=None)");
    auto bound = signature.bind(call);
    Url url;
    for (const char* part : {"drivername", "username", "password", "host", "port", "database", "query"})
        UrlObject::set(url, part, bound[part]);
    return lang::make<UrlObject>(std::move(url));
}

Value url_class(Session&) {
    lang::ClassSpec spec;
    spec.name = "URL";
    spec.module = "sqlalchemy.engine";
    spec.construct = [](Call& call, const Value&) { return create_url(call); };
    Value cls = lang::make_class(std::move(spec));
    cls.set_attribute("create", lang::make_static("create", [](Call& call) { return create_url(call); }));
    return cls;
}

// connect_args={...} is what the driver is told beyond the URL.
void note_connect_args(Session& session, const Value& arguments) {
    if (arguments.is_none() || !session.environment) return;
    for (const auto& [key, value] : arguments.entries())
        session.environment->options.engine_options.emplace_back(key.str(), value.str());
}

Value engine_of(Session& session, const Value& url, const Value* connect_args) {
    if (!url.is_string() && !url.native<UrlObject>() && !session.unknown) {
        lang::raise_error("TypeError",
                          fmt::format("expected a database URL as a string, got {}{}", described(url),
                                      url.is_callable() ? "; a function is called with '()'" : ""));
    }
    if (connect_args) note_connect_args(session, *connect_args);
    return lang::make<ConnectionObject>(session, url.is_string() ? std::string(url.as_string()) : url.str());
}

Value create_engine(Session& session, Call& call) {
    const Value* named = call.keyword("url");
    return engine_of(session, named ? *named : call[0], call.keyword("connect_args"));
}

Value engine_from_config(Session& session, Call& call) {
    Value configuration = call.get(0, "configuration");
    Value prefix_value = call.get(1, "prefix", Value("sqlalchemy."));
    std::string prefix = string_of(prefix_value, "prefix");
    auto url = configuration.is(lang::Type::dict) ? configuration.get(Value(prefix + "url")) : std::nullopt;
    if (!url) {
        Error error(Fault::config, fmt::format("'{}url' is not set", prefix));
        error.at(call.place());
        throw error.hint(fmt::format(
            "set {}url in the ini's section, or in the env.py with config.set_main_option(\"{}url\", ...)",
            prefix, prefix));
    }
    return engine_of(session, *url, call.keyword("connect_args"));
}

Value pool_module(Session& session) { return session.interpreter.import("sqlalchemy.pool"); }

// A pool class is named and never used: orch has one connection.
Value pool_class(std::string_view name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy.pool";
    return lang::make_class(std::move(spec));
}

const std::vector<std::string>& pool_names() {
    static const std::vector<std::string> names{
        "NullPool",      "StaticPool", "QueuePool", "SingletonThreadPool", "AsyncAdaptedQueuePool",
        "AssertionPool", "Pool"};
    return names;
}

// Listeners concern connections and pools that orch does not have; they are taken and never called.
void load_event(lang::ModuleBuilder& module) {
    module.function("listen", [](Call&) { return Value(); });
    module.function("remove", [](Call&) { return Value(); });
    module.function("contains", [](Call&) { return Value(false); });
    module.function("listens_for", [](Call&) {
        return lang::make_function("listens_for", [](Call& call) { return call[0]; });
    });
}

Value plain_class(Session&, const char* name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy.engine";
    spec.is_instance = [](const Value& value) { return value.native<ConnectionObject>() != nullptr; };
    return lang::make_class(std::move(spec));
}

} // namespace

const Members& engine_members() {
    static const Members members{
        {"create_engine",
         [](Session& s) {
             return lang::make_function("create_engine", [&s](Call& c) { return create_engine(s, c); });
         }},
        {"engine_from_config",
         [](Session& s) {
             return lang::make_function("engine_from_config",
                                        [&s](Call& c) { return engine_from_config(s, c); });
         }},
        {"create_async_engine",
         [](Session& s) {
             return lang::make_function("create_async_engine", [&s](Call& c) { return create_engine(s, c); });
         }},
        {"async_engine_from_config",
         [](Session& s) {
             return lang::make_function("async_engine_from_config",
                                        [&s](Call& c) { return engine_from_config(s, c); });
         }},
        {"make_url", [](Session&) { return lang::make_function("make_url", make_url); }},
        {"URL", url_class},
        {"pool", pool_module},
        {"event", [](Session& s) { return s.interpreter.import("sqlalchemy.event"); }},
        {"Connection", [](Session& s) { return plain_class(s, "Connection"); }},
        {"Engine", [](Session& s) { return plain_class(s, "Engine"); }},
        {"AsyncEngine",
         [](Session&) { return lang::make_function("AsyncEngine", [](Call& c) { return c[0]; }); }},
        {"AsyncConnection", [](Session& s) { return plain_class(s, "AsyncConnection"); }},
    };
    return members;
}

Value make_url_object(Url url) { return lang::make<UrlObject>(std::move(url)); }

void add_engines(Session& session) {
    session.interpreter.add_module("sqlalchemy.pool", [](lang::ModuleBuilder& module) {
        for (const auto& name : pool_names()) module.add(name, pool_class(name));
    });
    session.interpreter.add_module("sqlalchemy.event", load_event);
    session.interpreter.add_module("sqlalchemy.ext", [](lang::ModuleBuilder&) {});
    session.interpreter.add_module("sqlalchemy.ext.asyncio", [&session](lang::ModuleBuilder& module) {
        for (const char* name :
             {"create_async_engine", "async_engine_from_config", "AsyncEngine", "AsyncConnection"}) {
            module.add(name, session.member(name));
        }
        // What models name of it: a mixin that adds no column, and the session, which there is none of here.
        lang::run_library(module, "class AsyncAttrs:\n    pass\n\n\nclass AsyncSession:\n    pass\n");
    });
}

} // namespace orch::script
