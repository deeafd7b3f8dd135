// logging: loggers write to orch's log under their own names. Handlers and formatters are accepted and do
// nothing.

#include "lang/modules/modules.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

namespace orch::lang {

namespace {

log::Level level_of(std::int64_t number) {
    return number >= 40   ? log::Level::error
           : number >= 30 ? log::Level::warning
           : number >= 20 ? log::Level::info
                          : log::Level::debug;
}

/// `"%s rows" % args`, or the message itself; a wrong format is no reason for a migration to stop.
std::string message(Args args) {
    if (args.empty()) return {};
    if (args.size() == 1) return str_of(args[0]);
    try {
        const Value rest = args.size() == 2 && args[1].is(Type::dict)
                               ? args[1]
                               : make_tuple(Values(args.begin() + 1, args.end()));
        return format_percent(str_of(args[0]), rest);
    } catch (const Raised&) {
        return str_of(args[0]);
    }
}

class Logger final : public Native {
  public:
    explicit Logger(std::string n) : name(std::move(n)) {}
    std::string type_name() const override { return "Logger"; }
    std::string repr() const override { return fmt::format("<Logger {}>", name); }

    std::optional<Value> get_attribute(std::string_view attribute) override {
        for (const auto& [method, number] :
             {std::pair("debug", 10), std::pair("info", 20), std::pair("warning", 30), std::pair("warn", 30),
              std::pair("error", 40), std::pair("exception", 40), std::pair("critical", 50),
              std::pair("fatal", 50)})
            if (attribute == method) return writer(method, number);
        if (attribute == "log")
            return make_static("log", [logger = name](Call& call) {
                log::write(level_of(call[0].as_int()), logger, message(call.args().subspan(1)));
                return Value();
            });
        if (attribute == "name") return Value(name);
        if (attribute == "level") return 0;
        if (attribute == "handlers" || attribute == "filters") return Value::list();
        if (attribute == "disabled" || attribute == "propagate") return attribute == "propagate";
        if (attribute == "isEnabledFor")
            return make_static("isEnabledFor",
                               [](Call& call) { return Value(log::enabled(level_of(call[0].as_int()))); });
        if (attribute == "getEffectiveLevel")
            return make_static("getEffectiveLevel", [](Call&) { return Value(20); });
        if (attribute == "getChild")
            return make_static("getChild", [logger = name](Call& call) {
                return make<Logger>(logger + "." + std::string(call[0].as_string()));
            });
        for (const std::string_view ignored :
             {"setLevel", "addHandler", "removeHandler", "addFilter", "hasHandlers"})
            if (attribute == ignored) return make_static(attribute, [](Call&) { return Value(); });
        return {};
    }
    bool set_attribute(std::string_view, const Value&) override { return true; }
    std::vector<std::string> attribute_names() const override {
        return {"debug",    "info", "warning", "error",    "exception",
                "critical", "log",  "name",    "setLevel", "addHandler"};
    }

    Value writer(const char* method, int number) const {
        return make_static(method, [logger = name, number](Call& call) {
            log::write(level_of(number), logger, message(call.args()));
            return Value();
        });
    }

    std::string name;
};

} // namespace

void load_logging(ModuleBuilder& module) {
    const Value root = make<Logger>("root");
    module.function("getLogger", [root](Call& call) {
        const Value name = call.get(0, "name");
        return name.is_none() || !truth(name) ? root : make<Logger>(std::string(name.as_string("name")));
    });
    module.add("root", root);
    for (const char* name : {"debug", "info", "warning", "error", "exception", "critical", "log"})
        module.add(name, get_attribute(root, Key(name)));
    for (const auto& [name, number] :
         {std::pair("NOTSET", 0), std::pair("DEBUG", 10), std::pair("INFO", 20), std::pair("WARN", 30),
          std::pair("WARNING", 30), std::pair("ERROR", 40), std::pair("CRITICAL", 50),
          std::pair("FATAL", 50)})
        module.add(name, number);
    for (const char* name : {"basicConfig", "disable", "captureWarnings", "addLevelName"})
        module.function(name, [](Call&) { return Value(); });
    define(module, R"python(
class Handler:
    def __init__(self, *args, **kw):
        pass
    def setLevel(self, level):
        pass
    def setFormatter(self, formatter):
        pass
    def addFilter(self, filter):
        pass
class StreamHandler(Handler):
    pass
class NullHandler(Handler):
    pass
class Filter:
    def __init__(self, name=""):
        self.name = name
class Formatter:
    def __init__(self, *args, **kw):
        pass
Logger = type(root)
def getLevelName(level):
    names = {0: "NOTSET", 10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
    for number, name in names.items():
        if name == level:
            return number
    return names.get(level, f"Level {level}")
)python");
}

void load_logging_config(ModuleBuilder& module) {
    for (const char* name : {"fileConfig", "dictConfig"})
        module.function(name, [](Call&) { return Value(); });
}

} // namespace orch::lang
