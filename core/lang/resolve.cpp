// The third stage: where each name's value is.
//
// A frame (module, class body, function, generator expression) has numbered slots. A name that a function
// assigns anywhere is a slot of that function, as in Python. When a function inside uses it too, the slot
// holds a Cell that both share, and every frame in between hands the cell on (FunctionNode::free).
// Comprehensions run in the frame around them with slots of their own; one whose variable a lambda captures
// makes a new cell each time it starts. Whether a slot holds a cell is known only after the functions inside
// were seen, so names are collected with their variable first and get their storage at the end.

#include "lang/ast.hpp"

#include <deque>
#include <fmt/format.h>
#include <map>

namespace orch::lang {

namespace {

struct Variable {
    std::uint32_t slot = 0;
    bool cell = false;
    bool global = false; ///< declared so, or a name of the module
};

enum class ScopeKind : std::uint8_t { module, class_, function, comprehension };

struct Scope {
    ScopeKind kind;
    FunctionNode* node; ///< the frame's
    Scope* parent;
    Scope* frame = nullptr; ///< itself unless a comprehension
    bool generator = false; ///< of a generator expression
    std::map<const String*, Variable*> names;
    // Of frames:
    std::vector<Variable*> slots;
    std::vector<const String*> slot_names;
    std::vector<FreeVariable> free;
    std::map<const Variable*, Variable*> inherited; ///< the outer frame's variable to this frame's
};

class Resolver {
  public:
    explicit Resolver(Program& program) : program_(program) {}

    void run() {
        FunctionNode& module = *program_.module;
        Scope& scope = open(ScopeKind::module, module, nullptr);
        if (module.result) expression(scope, module.result);
        block(scope, module.body);
        finish();
    }

  private:
    // --- Scopes and variables.

    Scope& open(ScopeKind kind, FunctionNode& node, Scope* parent) {
        Scope& scope = scopes_.emplace_back(Scope{kind, &node, parent, nullptr, false, {}, {}, {}, {}, {}});
        scope.frame = kind == ScopeKind::comprehension ? parent->frame : &scope;
        return scope;
    }

    Variable* new_slot(Scope& scope, const String* name) {
        Scope& frame = *scope.frame;
        Variable& variable = variables_.emplace_back();
        variable.slot = static_cast<std::uint32_t>(frame.slots.size());
        frame.slots.push_back(&variable);
        frame.slot_names.push_back(name);
        return &variable;
    }

    /// A name that this scope assigns. Names of modules and classes are not slots.
    void declare(Scope& scope, const String* name) {
        if (scope.kind == ScopeKind::module || scope.kind == ScopeKind::class_)
            return void(scope.names.emplace(name, nullptr));
        Variable*& variable = scope.names[name];
        if (!variable) variable = new_slot(scope, name);
    }

    /// The variable of a name as this frame sees it; nullptr: global or a name of the class or module itself.
    Variable* look_up(Scope& scope, const String* name) {
        for (Scope* at = &scope; at; at = at->parent) {
            if (at->kind == ScopeKind::module) return nullptr;
            if (at->kind == ScopeKind::class_ && at != &scope) continue;
            if (at->kind == ScopeKind::class_) {
                if (at->names.contains(name)) return nullptr;
                continue;
            }
            const auto found = at->names.find(name);
            if (found == at->names.end()) continue;
            if (found->second->global) return nullptr;
            return hand_down(*at->frame, scope, found->second);
        }
        return nullptr;
    }

    /// Makes a variable of frame `owner` known in `scope`'s frame, through every frame in between.
    Variable* hand_down(Scope& owner, Scope& scope, Variable* variable) {
        Scope& frame = *scope.frame;
        if (&frame == &owner) return variable;
        variable->cell = true;
        Variable* outer = hand_down(owner, *frame.parent, variable);
        Variable*& here = frame.inherited[outer];
        if (here) return here;
        here = new_slot(frame, nullptr);
        here->cell = true;
        frame.free.push_back({here->slot, outer->slot});
        return here;
    }

    void use(Scope& scope, Name* name) {
        Variable* variable = look_up(scope, name->name);
        // A comprehension in a class body does not see the class's names, as in Python.
        const bool in_class = scope.kind == ScopeKind::class_;
        uses_.push_back({name, variable, in_class && !is_global(scope, name->name)});
    }

    static bool is_global(const Scope& scope, const String* name) {
        const auto found = scope.frame->names.find(name);
        return found != scope.frame->names.end() && found->second && found->second->global;
    }

    void finish() {
        for (const auto& [name, variable, in_class] : uses_) {
            if (!variable)
                name->storage = in_class ? Storage::class_ : Storage::global;
            else
                name->storage = in_class         ? Storage::class_cell
                                : variable->cell ? Storage::cell
                                                 : Storage::local;
            if (variable) name->slot = variable->slot;
        }
        for (Scope& scope : scopes_)
            if (scope.frame == &scope) finish_frame(scope);
        for (const auto& [comprehension, scope] : comprehensions_) {
            std::vector<std::uint32_t> cells;
            for (const auto& [name, variable] : scope->names)
                if (variable->cell) cells.push_back(variable->slot);
            comprehension->cells = program_.items(cells);
        }
    }

    void finish_frame(Scope& scope) {
        FunctionNode& node = *scope.node;
        node.slots = static_cast<std::uint32_t>(scope.slots.size());
        node.slot_names = program_.items(scope.slot_names);
        node.free = program_.items(scope.free);
        std::vector<std::uint32_t> cells;
        std::vector<bool> is_inherited(scope.slots.size());
        for (const FreeVariable& free : scope.free) is_inherited[free.slot] = true;
        for (const Variable* variable : scope.slots)
            if (variable->cell && !is_inherited[variable->slot]) cells.push_back(variable->slot);
        node.cells = program_.items(cells);
    }

    // --- What a frame's own statements bind.

    void collect(Scope& scope, Block block) {
        for (Statement* statement : block) collect(scope, statement);
    }

    void collect(Scope& scope, Statement* statement) {
        switch (statement->kind) {
        case StatementKind::assign:
            for (Expr* target : static_cast<Assign*>(statement)->targets) bind(scope, target);
            break;
        case StatementKind::augmented: bind(scope, static_cast<Augmented*>(statement)->target); break;
        case StatementKind::annotated: bind(scope, static_cast<Annotated*>(statement)->target); break;
        case StatementKind::for_: {
            auto& loop = *static_cast<For*>(statement);
            bind(scope, loop.target);
            collect(scope, loop.body);
            collect(scope, loop.otherwise);
            break;
        }
        case StatementKind::while_:
            collect(scope, static_cast<While*>(statement)->body);
            collect(scope, static_cast<While*>(statement)->otherwise);
            break;
        case StatementKind::if_:
            for (const Branch& branch : static_cast<If*>(statement)->branches) collect(scope, branch.body);
            collect(scope, static_cast<If*>(statement)->otherwise);
            break;
        case StatementKind::with:
            for (const WithItem& item : static_cast<With*>(statement)->items)
                if (item.target) bind(scope, item.target);
            collect(scope, static_cast<With*>(statement)->body);
            break;
        case StatementKind::try_: {
            auto& attempt = *static_cast<Try*>(statement);
            collect(scope, attempt.body);
            for (const Handler& handler : attempt.handlers) {
                if (handler.name) bind(scope, handler.name);
                collect(scope, handler.body);
            }
            collect(scope, attempt.otherwise);
            collect(scope, attempt.finally);
            break;
        }
        case StatementKind::function:
            declare(scope, static_cast<FunctionStatement*>(statement)->target->name);
            break;
        case StatementKind::class_:
            declare(scope, static_cast<ClassStatement*>(statement)->target->name);
            break;
        case StatementKind::import:
            for (const ImportItem& item : static_cast<Import*>(statement)->items)
                declare(scope, item.target->name);
            break;
        case StatementKind::import_from: {
            auto& import = *static_cast<ImportFrom*>(statement);
            if (import.star && scope.kind != ScopeKind::module)
                program_.source.fail(import.begin, import.end, "'import *' is allowed at module level only");
            for (const ImportItem& item : import.items) declare(scope, item.target->name);
            break;
        }
        case StatementKind::delete_:
            for (Expr* target : static_cast<Delete*>(statement)->targets) bind(scope, target);
            break;
        case StatementKind::match:
            for (const Case& branch : static_cast<Match*>(statement)->cases) {
                bind(scope, branch.pattern);
                collect(scope, branch.body);
            }
            break;
        default: break;
        }
    }

    void bind(Scope& scope, const Expr* target) {
        switch (target->kind) {
        case ExprKind::name: return declare(scope, static_cast<const Name*>(target)->name);
        case ExprKind::starred: return bind(scope, static_cast<const Starred*>(target)->value);
        case ExprKind::list:
        case ExprKind::tuple:
            for (const Expr* item : static_cast<const Display*>(target)->items) bind(scope, item);
            return;
        default: return;
        }
    }

    void bind(Scope& scope, const Pattern* pattern) {
        if (pattern->name) declare(scope, pattern->name->name);
        if (pattern->inner) bind(scope, pattern->inner);
        for (const Pattern* item : pattern->items) bind(scope, item);
    }

    /// `global` and `nonlocal` of a frame, before anything else is bound. They may stand anywhere in it.
    void declarations(Scope& scope, Block block) {
        for (Statement* statement : block) {
            if (statement->kind == StatementKind::global) {
                for (const String* name : static_cast<Scoped*>(statement)->names) {
                    Variable& variable = variables_.emplace_back();
                    variable.global = true;
                    scope.names[name] = &variable;
                }
            } else if (statement->kind == StatementKind::nonlocal) {
                nonlocal(scope, *static_cast<Scoped*>(statement));
            }
            for_each_block(statement, [&](Block inner) { declarations(scope, inner); });
        }
    }

    void nonlocal(Scope& scope, const Scoped& statement) {
        for (const String* name : statement.names) {
            Variable* variable = scope.parent ? look_up_function(*scope.parent, name) : nullptr;
            if (!variable)
                program_.source.fail(
                    statement.begin, statement.end,
                    fmt::format("no function around this one has a variable '{}'", name->text()));
            scope.names[name] = hand_down(*owner_, scope, variable);
        }
    }

    Variable* look_up_function(Scope& scope, const String* name) {
        for (Scope* at = &scope; at; at = at->parent) {
            if (at->kind == ScopeKind::module || at->kind == ScopeKind::class_) continue;
            const auto found = at->names.find(name);
            if (found == at->names.end() || found->second->global) continue;
            owner_ = at->frame;
            return found->second;
        }
        return nullptr;
    }

    template <class Visit>
    static void for_each_block(Statement* statement, Visit visit) {
        switch (statement->kind) {
        case StatementKind::for_:
            visit(static_cast<For*>(statement)->body);
            visit(static_cast<For*>(statement)->otherwise);
            break;
        case StatementKind::while_:
            visit(static_cast<While*>(statement)->body);
            visit(static_cast<While*>(statement)->otherwise);
            break;
        case StatementKind::if_:
            for (const Branch& branch : static_cast<If*>(statement)->branches) visit(branch.body);
            visit(static_cast<If*>(statement)->otherwise);
            break;
        case StatementKind::with: visit(static_cast<With*>(statement)->body); break;
        case StatementKind::try_: {
            auto& attempt = *static_cast<Try*>(statement);
            visit(attempt.body);
            for (const Handler& handler : attempt.handlers) visit(handler.body);
            visit(attempt.otherwise);
            visit(attempt.finally);
            break;
        }
        case StatementKind::match:
            for (const Case& branch : static_cast<Match*>(statement)->cases) visit(branch.body);
            break;
        default: break;
        }
    }

    // --- The walk.

    void block(Scope& scope, Block block) {
        for (Statement* statement : block) this->statement(scope, statement);
    }

    void frame(Scope& scope, FunctionNode& node) {
        declarations(scope, node.body);
        for (Parameter& parameter : node.parameters) parameter_slot(scope, parameter);
        if (node.star) parameter_slot(scope, *node.star);
        if (node.double_star) parameter_slot(scope, *node.double_star);
        collect(scope, node.body);
        if (node.result) expression(scope, node.result);
        block(scope, node.body);
    }

    void parameter_slot(Scope& scope, Parameter& parameter) {
        declare(scope, parameter.name);
        parameter.slot = scope.names[parameter.name]->slot;
    }

    void function(Scope& scope, FunctionNode& node) {
        for (const Parameter& parameter : node.parameters)
            if (parameter.default_value) expression(scope, parameter.default_value);
        Scope& inner = open(ScopeKind::function, node, &scope);
        qualify(scope, node, "<locals>.");
        frame(inner, node);
    }

    /// __qualname__: Outer.method, outer.<locals>.inner.
    void qualify(const Scope& scope, FunctionNode& node, std::string_view locals) {
        const Scope& around = *scope.frame;
        if (around.kind == ScopeKind::module) return;
        node.qualified =
            program_.intern(fmt::format("{}.{}{}", around.node->qualified->text(),
                                        around.kind == ScopeKind::function ? locals : "", node.name->text()));
    }

    void statement(Scope& scope, Statement* statement) {
        switch (statement->kind) {
        case StatementKind::expression:
            return expression(scope, static_cast<ExpressionStatement*>(statement)->value);
        case StatementKind::assign:
            expression(scope, static_cast<Assign*>(statement)->value);
            for (Expr* target : static_cast<Assign*>(statement)->targets) expression(scope, target);
            return;
        case StatementKind::augmented:
            expression(scope, static_cast<Augmented*>(statement)->target);
            return expression(scope, static_cast<Augmented*>(statement)->value);
        case StatementKind::annotated: {
            auto& annotated = *static_cast<Annotated*>(statement);
            expression(scope, annotated.target);
            if (scope.kind == ScopeKind::class_) expression(scope, annotated.annotation);
            return optional(scope, annotated.value);
        }
        case StatementKind::return_:
            if (scope.frame->kind != ScopeKind::function)
                program_.source.fail(statement->begin, statement->end, "'return' outside of a function");
            return optional(scope, static_cast<Return*>(statement)->value);
        case StatementKind::if_:
            for (const Branch& branch : static_cast<If*>(statement)->branches) {
                expression(scope, branch.condition);
                block(scope, branch.body);
            }
            return block(scope, static_cast<If*>(statement)->otherwise);
        case StatementKind::while_: {
            auto& loop = *static_cast<While*>(statement);
            expression(scope, loop.condition);
            return loop_body(scope, loop.body, loop.otherwise);
        }
        case StatementKind::for_: {
            auto& loop = *static_cast<For*>(statement);
            expression(scope, loop.iterable);
            expression(scope, loop.target);
            return loop_body(scope, loop.body, loop.otherwise);
        }
        case StatementKind::with:
            for (const WithItem& item : static_cast<With*>(statement)->items) {
                expression(scope, item.context);
                optional(scope, item.target);
            }
            return block(scope, static_cast<With*>(statement)->body);
        case StatementKind::try_: return attempt(scope, *static_cast<Try*>(statement));
        case StatementKind::raise:
            optional(scope, static_cast<Raise*>(statement)->exception);
            return optional(scope, static_cast<Raise*>(statement)->cause);
        case StatementKind::function: {
            auto& made = *static_cast<FunctionStatement*>(statement);
            for (Expr* decorator : made.decorators) expression(scope, decorator);
            const int loops = std::exchange(loops_, 0);
            function(scope, *made.function);
            loops_ = loops;
            return use(scope, made.target);
        }
        case StatementKind::class_: return class_statement(scope, *static_cast<ClassStatement*>(statement));
        case StatementKind::import:
            for (const ImportItem& item : static_cast<Import*>(statement)->items) use(scope, item.target);
            return;
        case StatementKind::import_from:
            for (const ImportItem& item : static_cast<ImportFrom*>(statement)->items) use(scope, item.target);
            return;
        case StatementKind::break_:
        case StatementKind::continue_:
            if (loops_ == 0)
                program_.source.fail(
                    statement->begin, statement->end,
                    fmt::format("'{}' outside of a loop",
                                statement->kind == StatementKind::break_ ? "break" : "continue"));
            return;
        case StatementKind::assert_:
            expression(scope, static_cast<Assert*>(statement)->condition);
            return optional(scope, static_cast<Assert*>(statement)->message);
        case StatementKind::delete_:
            for (Expr* target : static_cast<Delete*>(statement)->targets) expression(scope, target);
            return;
        case StatementKind::match: {
            auto& match = *static_cast<Match*>(statement);
            expression(scope, match.subject);
            for (const Case& branch : match.cases) {
                pattern(scope, branch.pattern);
                optional(scope, branch.guard);
                block(scope, branch.body);
            }
            return;
        }
        case StatementKind::nonlocal:
            if (scope.frame->kind == ScopeKind::module)
                program_.source.fail(statement->begin, statement->end, "'nonlocal' at module level");
            return;
        case StatementKind::global:
        case StatementKind::pass: return;
        }
    }

    void loop_body(Scope& scope, Block body, Block otherwise) {
        ++loops_;
        block(scope, body);
        --loops_;
        block(scope, otherwise);
    }

    void attempt(Scope& scope, const Try& statement) {
        block(scope, statement.body);
        for (const Handler& handler : statement.handlers) {
            optional(scope, handler.type);
            if (handler.name) use(scope, handler.name);
            block(scope, handler.body);
        }
        block(scope, statement.otherwise);
        block(scope, statement.finally);
    }

    void class_statement(Scope& scope, ClassStatement& statement) {
        for (Expr* decorator : statement.decorators) expression(scope, decorator);
        for (Expr* base : statement.bases) expression(scope, base);
        for (const Argument& keyword : statement.keywords) expression(scope, keyword.value);
        Scope& inner = open(ScopeKind::class_, *statement.body, &scope);
        qualify(scope, *statement.body, "<locals>.");
        const int loops = std::exchange(loops_, 0);
        declarations(inner, statement.body->body);
        collect(inner, statement.body->body);
        block(inner, statement.body->body);
        loops_ = loops;
        use(scope, statement.target);
    }

    void pattern(Scope& scope, const Pattern* pattern) {
        if (pattern->name) use(scope, pattern->name);
        optional(scope, pattern->value);
        if (pattern->inner) this->pattern(scope, pattern->inner);
        for (Expr* key : pattern->keys) expression(scope, key);
        for (const Pattern* item : pattern->items) this->pattern(scope, item);
    }

    void optional(Scope& scope, Expr* expr) {
        if (expr) expression(scope, expr);
    }

    void expression(Scope& scope, Expr* expr) {
        switch (expr->kind) {
        case ExprKind::constant: return;
        case ExprKind::name: return use(scope, static_cast<Name*>(expr));
        case ExprKind::attribute: return expression(scope, static_cast<Attribute*>(expr)->object);
        case ExprKind::subscript:
            expression(scope, static_cast<Subscript*>(expr)->object);
            return expression(scope, static_cast<Subscript*>(expr)->index);
        case ExprKind::slice:
            optional(scope, static_cast<Slice*>(expr)->start);
            optional(scope, static_cast<Slice*>(expr)->stop);
            return optional(scope, static_cast<Slice*>(expr)->step);
        case ExprKind::call:
            expression(scope, static_cast<CallExpr*>(expr)->callee);
            for (Expr* arg : static_cast<CallExpr*>(expr)->args) expression(scope, arg);
            for (const Argument& keyword : static_cast<CallExpr*>(expr)->keywords)
                expression(scope, keyword.value);
            return;
        case ExprKind::unary: return expression(scope, static_cast<Unary*>(expr)->operand);
        case ExprKind::binary:
            expression(scope, static_cast<Binary*>(expr)->left);
            return expression(scope, static_cast<Binary*>(expr)->right);
        case ExprKind::logical:
            for (Expr* operand : static_cast<Logical*>(expr)->operands) expression(scope, operand);
            return;
        case ExprKind::compare:
            for (Expr* operand : static_cast<Compare*>(expr)->operands) expression(scope, operand);
            return;
        case ExprKind::conditional:
            expression(scope, static_cast<Conditional*>(expr)->condition);
            expression(scope, static_cast<Conditional*>(expr)->then);
            return expression(scope, static_cast<Conditional*>(expr)->otherwise);
        case ExprKind::lambda: {
            const int loops = std::exchange(loops_, 0);
            function(scope, *static_cast<Lambda*>(expr)->function);
            loops_ = loops;
            return;
        }
        case ExprKind::list:
        case ExprKind::tuple:
        case ExprKind::set:
            for (Expr* item : static_cast<Display*>(expr)->items) expression(scope, item);
            return;
        case ExprKind::dict:
            for (const DictEntry& entry : static_cast<DictDisplay*>(expr)->entries) {
                optional(scope, entry.key);
                expression(scope, entry.value);
            }
            return;
        case ExprKind::comprehension: return comprehension(scope, *static_cast<Comprehension*>(expr));
        case ExprKind::generator: return generator(scope, *static_cast<Generator*>(expr));
        case ExprKind::formatted: return formatted(scope, static_cast<Formatted*>(expr));
        case ExprKind::starred: return expression(scope, static_cast<Starred*>(expr)->value);
        case ExprKind::await: return expression(scope, static_cast<Await*>(expr)->value);
        case ExprKind::yield:
        case ExprKind::yield_from:
            if (scope.frame->kind != ScopeKind::function)
                program_.source.fail(expr->begin, expr->end, "'yield' outside of a function");
            scope.frame->node->is_generator = true;
            return optional(scope, static_cast<Yield*>(expr)->value);
        case ExprKind::named: return named(scope, *static_cast<Named*>(expr));
        }
    }

    void formatted(Scope& scope, const Formatted* text) {
        for (const FormattedPart& part : text->parts) {
            optional(scope, part.value);
            if (part.spec) formatted(scope, part.spec);
        }
    }

    /// A walrus binds in the function around comprehensions.
    void named(Scope& scope, Named& expr) {
        expression(scope, expr.value);
        Scope* target = &scope;
        while (target->kind == ScopeKind::comprehension || target->generator) target = target->parent;
        declare(*target, expr.target->name);
        use(scope, expr.target);
    }

    void clause(Scope& scope, const Clause& clause) {
        bind(scope, clause.target);
        expression(scope, clause.target);
        for (Expr* condition : clause.conditions) expression(scope, condition);
    }

    void comprehension(Scope& scope, Comprehension& expr) {
        Scope& inner = open(ScopeKind::comprehension, *scope.frame->node, &scope);
        comprehensions_.push_back({&expr, &inner});
        bool first = true;
        for (const Clause& part : expr.clauses) {
            expression(first ? scope : inner, part.iterable);
            clause(inner, part);
            first = false;
        }
        expression(inner, expr.element);
        optional(inner, expr.value);
    }

    /// A frame of its own, whose slot 0 is the iterator of the first clause.
    void generator(Scope& scope, Generator& expr) {
        expression(scope, expr.comprehension->clauses[0].iterable);
        Scope& inner = open(ScopeKind::function, *expr.function, &scope);
        qualify(scope, *expr.function, "<locals>.");
        inner.generator = true;
        new_slot(inner, nullptr);
        bool first = true;
        for (const Clause& part : expr.comprehension->clauses) {
            if (!first) expression(inner, part.iterable);
            clause(inner, part);
            first = false;
        }
        expression(inner, expr.comprehension->element);
    }

    struct Use {
        Name* name;
        Variable* variable;
        bool in_class;
    };

    Program& program_;
    std::deque<Scope> scopes_;
    std::deque<Variable> variables_;
    std::vector<Use> uses_;
    std::vector<std::pair<Comprehension*, Scope*>> comprehensions_;
    Scope* owner_ = nullptr; ///< the frame that look_up_function() found the variable in
    int loops_ = 0;
};

} // namespace

void resolve(Program& program) { Resolver(program).run(); }

} // namespace orch::lang
