// Modules of which only the needed definitions are evaluated.
//
// A source that is not built in is parsed when the first of its names is asked for, and never run from end to
// end. Its statements at module level are sorted by the names that they bind: def, class, import,
// assignments, and whole if, for, try and with statements that bind something inside. Asking for a name runs
// the statements that bind it, in their order, and those that go on changing what it holds (NAME[...] = ...,
// NAME.append(...), a function under @compiles(NAME)). What such a statement needs in turn is found the same
// way, because its look-ups miss and end up here. So a file of models gives one of its types without the
// application around it; what it does to the world by being imported, such as registering itself somewhere,
// does not happen.

#include "lang/definitions.hpp"

#include "lang/parse.hpp"
#include "lang/runtime.hpp"

#include <algorithm>
#include <array>

namespace orch::lang {

namespace {

/// Methods of containers that change them.
constexpr std::array changing = {"add", "append", "clear",   "discard",    "extend", "insert",
                                 "pop", "remove", "reverse", "setdefault", "sort",   "update"};

/// The name that a chain of attributes, subscripts and calls starts from: `a` of a.b[1].c.
const String* root_of(const Expr* expr) {
    for (;;) {
        switch (expr->kind) {
        case ExprKind::name: return static_cast<const Name*>(expr)->name;
        case ExprKind::attribute: expr = static_cast<const Attribute*>(expr)->object; break;
        case ExprKind::subscript: expr = static_cast<const Subscript*>(expr)->object; break;
        default: return nullptr;
        }
    }
}

const String* changed_by_call(const Expr* expr) {
    if (expr->kind != ExprKind::call) return nullptr;
    const Expr* callee = static_cast<const CallExpr*>(expr)->callee;
    if (callee->kind != ExprKind::attribute) return nullptr;
    const std::string_view method = static_cast<const Attribute*>(callee)->name->text();
    if (std::find(changing.begin(), changing.end(), method) == changing.end()) return nullptr;
    return root_of(callee);
}

/// Decorators that add a function to what a class can do: @compiles(CreateView),
/// @Operations.implementation_for(CreateViewOp).
constexpr std::array<std::string_view, 2> adding = {"compiles", "implementation_for"};

/// The class that a decorator adds a function to.
const String* added_to(const Expr* decorator) {
    if (decorator->kind != ExprKind::call) return nullptr;
    const auto& call = *static_cast<const CallExpr*>(decorator);
    const String* function = nullptr;
    if (call.callee->kind == ExprKind::name) function = static_cast<const Name*>(call.callee)->name;
    if (call.callee->kind == ExprKind::attribute) function = static_cast<const Attribute*>(call.callee)->name;
    if (!function || std::find(adding.begin(), adding.end(), function->text()) == adding.end())
        return nullptr;
    return call.args.empty() ? nullptr : root_of(call.args[0]);
}

/// The decorators of a function or a class.
std::vector<const Expr*> decorators_of(const Statement* statement) {
    const Items<Expr*>* decorators = nullptr;
    if (statement->kind == StatementKind::function)
        decorators = &static_cast<const FunctionStatement*>(statement)->decorators;
    if (statement->kind == StatementKind::class_)
        decorators = &static_cast<const ClassStatement*>(statement)->decorators;
    return decorators ? std::vector<const Expr*>(decorators->begin(), decorators->end())
                      : std::vector<const Expr*>();
}

/// Tells the names that a statement binds or whose values it changes.
class Bindings {
  public:
    using Visit = std::function<void(const String* name, bool binds)>;
    explicit Bindings(Visit visit) : visit_(std::move(visit)) {}

    void statement(const Statement* statement) {
        switch (statement->kind) {
        case StatementKind::assign:
            for (const Expr* target : static_cast<const Assign*>(statement)->targets) this->target(target);
            break;
        case StatementKind::augmented: target(static_cast<const Augmented*>(statement)->target); break;
        case StatementKind::annotated: target(static_cast<const Annotated*>(statement)->target); break;
        case StatementKind::delete_:
            for (const Expr* target : static_cast<const Delete*>(statement)->targets) this->target(target);
            break;
        case StatementKind::expression:
            if (const String* name =
                    changed_by_call(static_cast<const ExpressionStatement*>(statement)->value))
                visit_(name, false);
            break;
        case StatementKind::function:
            for (const Expr* decorator : decorators_of(statement))
                if (const String* name = added_to(decorator)) visit_(name, false);
            visit_(static_cast<const FunctionStatement*>(statement)->target->name, true);
            break;
        case StatementKind::class_:
            visit_(static_cast<const ClassStatement*>(statement)->target->name, true);
            break;
        case StatementKind::import:
            for (const ImportItem& item : static_cast<const Import*>(statement)->items)
                visit_(item.target->name, true);
            break;
        case StatementKind::import_from:
            for (const ImportItem& item : static_cast<const ImportFrom*>(statement)->items)
                visit_(item.target->name, true);
            break;
        default: compound(statement);
        }
    }

  private:
    void compound(const Statement* statement) {
        switch (statement->kind) {
        case StatementKind::if_: {
            const auto& choice = *static_cast<const If*>(statement);
            for (const Branch& branch : choice.branches) block(branch.body);
            block(choice.otherwise);
            break;
        }
        case StatementKind::while_:
            block(static_cast<const While*>(statement)->body);
            block(static_cast<const While*>(statement)->otherwise);
            break;
        case StatementKind::for_: {
            const auto& loop = *static_cast<const For*>(statement);
            target(loop.target);
            block(loop.body);
            block(loop.otherwise);
            break;
        }
        case StatementKind::with: {
            const auto& with = *static_cast<const With*>(statement);
            for (const WithItem& item : with.items)
                if (item.target) target(item.target);
            block(with.body);
            break;
        }
        case StatementKind::try_: {
            const auto& attempt = *static_cast<const Try*>(statement);
            block(attempt.body);
            for (const Handler& handler : attempt.handlers) block(handler.body);
            block(attempt.otherwise);
            block(attempt.finally);
            break;
        }
        case StatementKind::match:
            for (const Case& branch : static_cast<const Match*>(statement)->cases) block(branch.body);
            break;
        default: break;
        }
    }

    void block(Block block) {
        for (const Statement* inner : block) statement(inner);
    }

    void target(const Expr* target) {
        switch (target->kind) {
        case ExprKind::name: return visit_(static_cast<const Name*>(target)->name, true);
        case ExprKind::starred: return this->target(static_cast<const Starred*>(target)->value);
        case ExprKind::list:
        case ExprKind::tuple:
            for (const Expr* item : static_cast<const Display*>(target)->items) this->target(item);
            return;
        default:
            if (const String* name = root_of(target)) visit_(name, false);
        }
    }

    Visit visit_;
};

/// The `from module import *` of a statement, the one that counts last. What a `try` falls back to comes
/// before what it tries.
std::vector<const ImportFrom*> stars_of(const Statement* statement) {
    std::vector<const ImportFrom*> out;
    const auto add = [&](Block block) {
        for (const Statement* inner : block)
            for (const ImportFrom* star : stars_of(inner)) out.push_back(star);
    };
    if (statement->kind == StatementKind::import_from) {
        const auto* import = static_cast<const ImportFrom*>(statement);
        if (import->star) out.push_back(import);
    } else if (statement->kind == StatementKind::try_) {
        const auto& attempt = *static_cast<const Try*>(statement);
        for (const Handler& handler : attempt.handlers) add(handler.body);
        add(attempt.body);
    }
    return out;
}

} // namespace

Definitions::Definitions(ModuleSource source) : source_(std::move(source)) {}

void Definitions::add_star(std::string module, Place place) {
    stars_.push_back({std::move(module), std::move(place)});
}

void Definitions::open(const Module& module) {
    if (opened_ || !source_) return;
    program_ = parse_source(*source_);
    opened_ = true;
    const Block body = program_->module->body;
    states_.assign(body.size(), State::waiting);
    for (std::uint32_t i = 0; i < body.size(); ++i) {
        add_statement(i, body[i]);
        for (const ImportFrom* import : stars_of(body[i]))
            add_star(absolute_name(module.package, import->module->text(), import->level),
                     program_->source.place(import->begin, import->end));
    }
}

ProgramPtr Definitions::parse_source(const ModuleSource& source) {
    auto program = parse(source.text, source.path);
    const_cast<Program&>(*program).library = source.library;
    return program;
}

void Definitions::add_statement(std::uint32_t index, const Statement* statement) {
    Bindings([&](const String* name, bool binds) {
        auto& entry = names_[name->text()];
        entry.bound |= binds;
        if (entry.statements.empty() || entry.statements.back() != index) entry.statements.push_back(index);
    }).statement(statement);
}

void Definitions::run(Module& module, std::uint32_t index) {
    if (states_[index] != State::waiting) return;
    states_[index] = State::begun;
    const FunctionNode& node = *program_->module;
    std::vector<Value> slots(node.slots, Peek::unbound());
    make_cells(node, slots.data());
    FunctionNode single = node;
    single.body = Block{node.body.data + index, 1};
    Frame frame{program_.get(), &single, slots.data(), &module};
    try {
        run_frame(frame);
    } catch (...) {
        states_[index] = State::waiting;
        throw;
    }
    states_[index] = State::done;
    // What else it bound may be changed further down.
    Bindings([&](const String* name, bool) { run_all(module, name->text()); }).statement(node.body[index]);
}

void Definitions::run_all(Module& module, std::string_view name) {
    const auto found = names_.find(name);
    if (found == names_.end() || !found->second.bound) return;
    for (const std::uint32_t index : found->second.statements) run(module, index);
}

namespace {

/// Words without which no source defines a table.
constexpr std::array<std::string_view, 9> of_tables = {
    "__tablename__", "__table__", "Table(",     "Column(",   "mapped_column(",
    "Mapped[",       "MetaData(", "table=True", "db.Model)",
};

bool speaks_of_tables(std::string_view text) {
    return std::any_of(of_tables.begin(), of_tables.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}
bool speaks_of_tables(const Program& program, const Statement& statement) {
    return speaks_of_tables(
        std::string_view(program.source.text).substr(statement.begin, statement.end - statement.begin));
}

} // namespace

void Definitions::run_whole(Module& module) {
    try {
        open(module);
    } catch (const Error& error) {
        if (error.fault() == Fault::script && !speaks_of_tables(source_->text)) return;
        running->table_failed = true;
        throw;
    }
    const Block body = program_->module->body;
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
        running->table_failed = false;
        try {
            run(module, i);
        } catch (const Error& error) {
            // An import throws what a module of tables threw; the rest is the application's.
            running->table_failed |= speaks_of_tables(*program_, *body[i]);
            if (running->table_failed || error.fault() != Fault::script) throw;
        }
    }
}

void Definitions::run_decorated(Module& module, const std::vector<std::string_view>& words) {
    const auto mentions = [&](const std::string_view text) {
        return std::any_of(words.begin(), words.end(),
                           [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
    };
    if (!source_ || !mentions(source_->text)) return;
    open(module);
    const std::string_view text = program_->source.text;
    for (std::uint32_t i = 0; i < states_.size(); ++i)
        for (const Expr* decorator : decorators_of(program_->module->body[i])) try {
                if (mentions(text.substr(decorator->begin, decorator->end - decorator->begin)))
                    run(module, i);
            } catch (const Error&) {
                continue; // what it would have registered is missing then, and those who ask for it are told
            }
}

std::vector<std::string> Definitions::imports(const Module& module) {
    open(module);
    std::vector<std::string> out;
    if (!program_) return out;
    for (const Statement* statement : program_->module->body) {
        if (statement->kind == StatementKind::import)
            for (const ImportItem& item : static_cast<const Import*>(statement)->items)
                out.emplace_back(item.module->text());
        if (statement->kind != StatementKind::import_from) continue;
        const auto& from = *static_cast<const ImportFrom*>(statement);
        const std::string whole = absolute_name(module.package, from.module->text(), from.level);
        out.push_back(whole);
        for (const ImportItem& item : from.items)
            out.push_back(whole + "." + std::string(item.module->text()));
    }
    return out;
}

void Definitions::run_tables(Module& module) {
    if (!source_ || source_->library) return;
    open(module);
    const Block body = program_->module->body;
    for (std::uint32_t i = 0; i < states_.size(); ++i)
        if (speaks_of_tables(*program_, *body[i])) run(module, i);
}

bool Definitions::binds(const Module& module, std::string_view name) {
    open(module);
    const auto found = names_.find(name);
    return found != names_.end() && found->second.bound;
}

std::optional<Value> Definitions::value(Module& module, std::string_view name) {
    open(module);
    run_all(module, name);
    if (const Value* made = module.names.find(Key(name))) {
        Value value = *made;
        return value.is(Type::absent) ? resolve_import(module, Key(name), value) : value;
    }
    if (name.starts_with('_')) return {};
    Star* missing = nullptr;
    // From the last star to the first, as a later one wins.
    for (std::size_t i = stars_.size(); i-- > 0;) {
        auto value = from_star(stars_[i], name, missing);
        if (!value) continue;
        module.names.put(Key(name), *value);
        return value;
    }
    if (!missing || builtins().names.find(Key(name))) return {};
    return make<Absent>(missing->module, std::string(name), missing->place);
}

std::optional<Value> Definitions::from_star(Star& star, std::string_view name, Star*& missing) {
    if (star.busy) return {};
    star.busy = true;
    struct Done {
        Star& star;
        ~Done() { star.busy = false; }
    } const done{star};
    const auto module = find_module(star.module);
    Value out;
    if (module && module->is(Type::module) && find_attribute(*module, Key(name), out)) return out;
    if (running->stub)
        if (auto stub = running->stub(star.module, name)) return stub;
    if (!module) missing = &star;
    return {};
}

std::vector<std::string> Definitions::names(Module& module) {
    open(module);
    std::vector<std::string> out;
    for (const auto& [name, entry] : names_)
        if (entry.bound) out.emplace_back(name);
    return out;
}

std::optional<Value> define_name(Module& module, std::string_view name) {
    const auto held = module.definitions;
    return held->value(module, name);
}

bool binds_name(Module& module, std::string_view name) {
    return module.definitions && module.definitions->binds(module, name);
}

std::vector<std::string> defined_names(Module& module) { return module.definitions->names(module); }

} // namespace orch::lang
