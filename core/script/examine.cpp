#include "script/examine.hpp"

#include "script/modules.hpp"
#include "script/source.hpp"
#include "script/sql_file.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::script {

using lang::Value;

std::string_view word(Need need) {
    switch (need) {
    case Need::nothing: return "native";
    case Need::stand_ins: return "stand-ins";
    case Need::stubs: return "stubs";
    case Need::fallback: return "fallback";
    }
    return "";
}

namespace {

// Takes everything and knows nothing.
class Nobody : public Database {
  public:
    Nobody(std::string dialect, bool& reads) : dialect_(std::move(dialect)), reads_(reads) {}
    void apply(const ops::Operation&) override {}
    sql::Result execute(const sql::Query& query, const Place&) override {
        reads_ = true;
        (void)query;
        return {};
    }
    std::string dialect_name() const override { return dialect_; }
    std::optional<std::string> written(const sql::Query&, bool) const override { return "SELECT 1"; }
    std::string written(const schema::Type& type) const override { return type.name; }
    bool offline() const override { return false; }
    bool has_table(std::string_view, const std::optional<std::string>&, const Place&) override {
        reads_ = true;
        return false;
    }
    std::vector<std::string> table_names(const std::optional<std::string>&, const Place&) override {
        reads_ = true;
        return {};
    }
    schema::Catalog reflect(const std::optional<std::string>&, const std::vector<std::string>&,
                            const Place&) override {
        reads_ = true;
        return {};
    }
    std::string server_version() override {
        reads_ = true;
        return "0";
    }
    void autocommit(bool, const Place&) override {}

  private:
    std::string dialect_;
    bool& reads_;
};

void raise(Examination& found, Need need) { found.need = std::max(found.need, need); }

void add_reason(Examination& found, const Error& error) {
    const auto same = [&](const Error& other) {
        return other.message() == error.message() && other.place() == error.place();
    };
    if (std::none_of(found.reasons.begin(), found.reasons.end(), same)) found.reasons.push_back(error);
}

// What no declaration can replace: a stub is a value, and these are the world outside.
bool is_outside(const Error& error) {
    return error.hint().find("no files, sockets or processes") != std::string::npos;
}

class Examiner {
  public:
    Examiner(const RevisionFile& file, Direction direction, const Settings& settings, const Context& context,
             const std::string& dialect)
        : direction_(direction), shown_(display_path(file.path)), settings_(quiet(settings)),
          name_(file.path.stem().native()), nobody_(dialect, found_.reads),
          interpreter_(limits_of(settings_)), session_{interpreter_, settings_, context} {
        session_.database = &nobody_;
        session_.naming_convention = context.naming_convention;
        prepare(session_);
        interpreter_.on_print([](std::string_view) {});
    }

    Examination run(const RevisionFile& file) {
        try {
            program_ = lang::parse(read_source(file.path, shown_), shown_);
        } catch (const Error& error) {
            raise(found_, Need::fallback);
            add_reason(found_, error);
            return found_;
        }
        if (auto module = module_level()) {
            look_at_uses(*module);
            call(*module);
        }
        found_.stand_ins.assign(session_.stand_ins.begin(), session_.stand_ins.end());
        found_.declared.assign(session_.stubs.begin(), session_.stubs.end());
        if (!found_.stand_ins.empty()) raise(found_, Need::stand_ins);
        found_.irreproducible = interpreter_.irreproducible();
        return std::move(found_);
    }

  private:
    static Settings quiet(Settings settings) {
        settings.print_to_stderr = true;
        return settings;
    }

    // An error of the dry run.
    void judge(const Error& error) {
        if (!interpreter_.missing().empty()) {
            add_missing(interpreter_.missing(), error);
        } else if (!found_.reads) {
            raise(found_, Need::fallback);
            add_reason(found_, error);
        }
    }

    void add_missing(const std::string& name, const Error& error) {
        raise(found_, is_outside(error) ? Need::fallback : Need::stubs);
        if (!is_outside(error) &&
            std::find(found_.missing.begin(), found_.missing.end(), name) == found_.missing.end())
            found_.missing.push_back(name);
        add_reason(found_, error);
    }

    std::optional<Value> module_level() {
        try {
            return interpreter_.run(program_, name_);
        } catch (const Error& error) {
            judge(error);
            return std::nullopt;
        }
    }

    void call(const Value& module) {
        try {
            const auto function =
                module.find_attribute(direction_ == Direction::upgrade ? "upgrade" : "downgrade");
            if (function && function->is_callable())
                interpreter_.call(*function, arguments_of(*function, direction_, session_));
        } catch (const Error& error) {
            judge(error);
        }
    }

    // Every name that the function's code uses, and that of the functions which it uses in turn.
    void look_at_uses(const Value& module) {
        const auto uses = lang::uses_of(*program_);
        std::vector<std::string> todo{direction_ == Direction::upgrade ? "upgrade" : "downgrade"};
        std::set<std::string> seen(todo.begin(), todo.end());
        while (!todo.empty()) {
            const auto found = uses.find(todo.back());
            todo.pop_back();
            if (found == uses.end()) continue;
            for (const lang::Use& use : found->second) {
                if (seen.insert(use.path[0]).second) todo.push_back(use.path[0]);
                look_at(module, use);
            }
        }
    }

    // Follows a.b.c as far as the names are modules.
    void look_at(const Value& module, const lang::Use& use) {
        const lang::Active active(interpreter_);
        try {
            auto value = module.find_attribute(use.path[0]);
            for (std::size_t i = 1; value && i < use.path.size(); ++i) {
                if (!value->is(lang::Type::module) && !value->is(lang::Type::absent)) return;
                value = value->is(lang::Type::module) ? std::optional(value->attribute(use.path[i]))
                                                      : value->find_attribute(use.path[i]);
            }
            if (value && value->is(lang::Type::absent)) value->truth();
        } catch (const lang::Raised& error) {
            // A name that a module of orch's does not have.
            if (use.path.size() > 1) refuse(error, use);
        } catch (const Error& error) {
            Error placed = error;
            add_missing(interpreter_.missing(), placed.at(use.place));
        }
    }

    void refuse(const Error& error, const lang::Use& use) {
        Error placed(Fault::script, error.message());
        placed.at(use.place);
        if (!error.hint().empty()) placed.hint(error.hint());
        raise(found_, Need::fallback);
        add_reason(found_, placed);
    }

    Examination found_;
    Direction direction_;
    std::string shown_;
    Settings settings_;
    std::string name_;
    Nobody nobody_;
    lang::Interpreter interpreter_;
    Session session_;
    lang::ProgramPtr program_;
};

Examination examine_sql(const RevisionFile& file, Direction direction, const std::string& dialect) {
    Examination found;
    const std::string shown = display_path(file.path);
    try {
        sql_statements(read_source(file.path, shown), shown, direction, {dialect}, false);
    } catch (const Error& error) {
        raise(found, Need::fallback);
        add_reason(found, error);
    }
    return found;
}

void merge(std::vector<std::string>& into, const std::vector<std::string>& from) {
    into.insert(into.end(), from.begin(), from.end());
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
}

} // namespace

Examination examine(const RevisionFile& file, Direction direction, const Settings& settings,
                    const Context& context, const std::string& dialect) {
    if (file.kind == RevisionFile::sql) return examine_sql(file, direction, dialect);
    return Examiner(file, direction, settings, context, dialect).run(file);
}

Examination examine(const RevisionFile& file, const Settings& settings, const Context& context,
                    const std::string& dialect) {
    Examination found = examine(file, Direction::upgrade, settings, context, dialect);
    const Examination down = examine(file, Direction::downgrade, settings, context, dialect);
    raise(found, down.need);
    merge(found.stand_ins, down.stand_ins);
    merge(found.declared, down.declared);
    merge(found.missing, down.missing);
    for (const Error& reason : down.reasons) add_reason(found, reason);
    found.reads |= down.reads;
    found.irreproducible.insert(found.irreproducible.end(), down.irreproducible.begin(),
                                down.irreproducible.end());
    return found;
}

} // namespace orch::script
