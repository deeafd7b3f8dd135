// sa.inspect(bind): the questions about a database that a script may ask today.
#include "script/sqlalchemy/connection.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

class InspectorObject : public lang::Native {
  public:
    explicit InspectorObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "Inspector"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (name == "get_table_names") {
            return lang::make_function(name, [session](Call& call) {
                auto schema = optional_string(call.get(0, "schema"), "schema");
                std::vector<Value> names;
                for (const auto& table :
                     database_of(*session, call.place()).table_names(schema, call.place()))
                    names.emplace_back(table);
                return Value::list(std::move(names));
            });
        }
        if (name == "has_table") {
            return lang::make_function(name, [session](Call& call) {
                auto schema = optional_string(call.get(1, "schema"), "schema");
                return Value(database_of(*session, call.place())
                                 .has_table(string_of(call[0], "table_name"), schema, call.place()));
            });
        }
        if (name == "bind" || name == "engine" || name == "conn") return make_connection(session_);
        if (name == "dialect") return make_dialect(session_);
        if (name == "clear_cache") return lang::make_function(name, [](Call&) { return Value(); });
        if (name.starts_with("get_") || name == "has_index" || name == "reflect_table")
            return not_yet(std::string(name));
        return std::nullopt;
    }

    std::vector<std::string> attribute_names() const override {
        return {"get_table_names", "has_table", "bind", "dialect"};
    }

  private:
    static Value not_yet(const std::string& name) {
        return lang::make_function(name, [name](Call& call) -> Value {
            Error error(Fault::script, fmt::format("inspect().{}() is not known to orch", name));
            error.at(call.place());
            throw error.hint("has_table() and get_table_names() are; other facts can be read with "
                             "bind.execute(sa.text(\"...\"))");
        });
    }

    Session& session_;
};

Value inspector_class(Session& session) {
    lang::ClassSpec spec;
    spec.name = "Inspector";
    spec.module = "sqlalchemy.engine.reflection";
    spec.construct = [&session](Call&, const Value&) { return lang::make<InspectorObject>(session); };
    Value cls = lang::make_class(std::move(spec));
    cls.set_attribute("from_engine", lang::make_static("from_engine", [&session](Call&) {
                          return lang::make<InspectorObject>(session);
                      }));
    return cls;
}

Value inspect_function(Session& session) {
    return lang::make_function("inspect", [&session](Call& call) {
        if (!call[0].native<ConnectionObject>()) {
            lang::raise_error(
                "TypeError",
                fmt::format("inspect() takes the connection of op.get_bind(), got {}", described(call[0])));
        }
        return lang::make<InspectorObject>(session);
    });
}

} // namespace

const Members& connection_members() {
    static const Members members{
        {"inspect", inspect_function},
        {"Inspector", inspector_class},
    };
    return members;
}

} // namespace orch::script
