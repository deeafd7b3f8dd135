// `context.script`: other revisions of the tree, for scripts that take something from them (the view that an
// older revision made).
#include "script/alembic/context.hpp"

#include "script/source.hpp"

#include "base/file.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

Value text_or_list(const std::vector<std::string>& ids) {
    if (ids.empty()) return {};
    if (ids.size() == 1) return Value(ids[0]);
    return Value::tuple({ids.begin(), ids.end()});
}

/// Alembic's Script.
class ScriptObject : public lang::Native {
  public:
    ScriptObject(Session& session, RevisionFile file) : session_(session), file_(std::move(file)) {}
    std::string type_name() const override { return "Script"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "module") return module();
        if (name == "revision") return Value(file_.head.id);
        if (name == "down_revision") return text_or_list(file_.head.down_revisions);
        if (name == "path") return Value(file_.path.native());
        if (name == "doc") return Value(file_.head.doc);
        if (name == "longdoc") return Value(file_.long_doc);
        return std::nullopt;
    }
    std::vector<std::string> attribute_names() const override {
        return {"module", "revision", "down_revision", "path", "doc", "longdoc"};
    }

  private:
    // The file's body is executed once for a run, as an import would.
    Value module() {
        auto& made = session_.made["revision module " + file_.head.id];
        if (made.is_none()) {
            const std::string shown = display_path(file_.path);
            made = session_.interpreter.run(lang::parse(read_source(file_.path, shown), shown),
                                            file_.path.stem().native());
        }
        return made;
    }

    Session& session_;
    RevisionFile file_;
};

class ScriptDirectoryObject : public lang::Native {
  public:
    explicit ScriptDirectoryObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "ScriptDirectory"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "dir") return Value(session_.settings.script_location.native());
        if (name != "get_revision") return std::nullopt;
        return lang::make_function(name, [&session = session_](Call& call) {
            const std::string id = call[0].str();
            for (auto& file : scan(session.settings))
                if (file.head.id == id) return lang::make<ScriptObject>(session, std::move(file));
            Error error(Fault::script, fmt::format("the tree has no revision '{}'", id));
            throw error.at(call.place());
        });
    }
    std::vector<std::string> attribute_names() const override { return {"get_revision", "dir"}; }

  private:
    Session& session_;
};

} // namespace

Value make_script_directory(Session& session) { return lang::make<ScriptDirectoryObject>(session); }

} // namespace orch::script
