// What the functions of a module use, read off the tree: for hosts that want to know without running them.

#include "lang/lang.hpp"
#include "lang/parse.hpp"

namespace orch::lang {

namespace {

/// Walks the code of one function or class and gathers names of the module.
class Uses {
  public:
    Uses(const Program& program, std::vector<Use>& out) : program_(program), out_(out) {}

    void block(Block block) {
        for (const Statement* statement : block) this->statement(statement);
    }

    void function(const FunctionNode& node) {
        for (const Parameter& parameter : node.parameters) optional(parameter.default_value);
        optional(node.result);
        block(node.body);
    }

    void statement(const Statement* statement) {
        switch (statement->kind) {
        case StatementKind::expression:
            return expr(static_cast<const ExpressionStatement*>(statement)->value);
        case StatementKind::assign: {
            const auto& assign = *static_cast<const Assign*>(statement);
            for (const Expr* target : assign.targets) this->target(target);
            return expr(assign.value);
        }
        case StatementKind::augmented:
            expr(static_cast<const Augmented*>(statement)->target);
            return expr(static_cast<const Augmented*>(statement)->value);
        case StatementKind::annotated:
            target(static_cast<const Annotated*>(statement)->target);
            return optional(static_cast<const Annotated*>(statement)->value);
        case StatementKind::return_: return optional(static_cast<const Return*>(statement)->value);
        case StatementKind::if_: {
            const auto& choice = *static_cast<const If*>(statement);
            for (const Branch& branch : choice.branches) expr(branch.condition), block(branch.body);
            return block(choice.otherwise);
        }
        case StatementKind::while_: {
            const auto& loop = *static_cast<const While*>(statement);
            expr(loop.condition);
            block(loop.body);
            return block(loop.otherwise);
        }
        case StatementKind::for_: {
            const auto& loop = *static_cast<const For*>(statement);
            target(loop.target);
            expr(loop.iterable);
            block(loop.body);
            return block(loop.otherwise);
        }
        case StatementKind::with: {
            const auto& with = *static_cast<const With*>(statement);
            for (const WithItem& item : with.items) {
                expr(item.context);
                if (item.target) target(item.target);
            }
            return block(with.body);
        }
        case StatementKind::try_: {
            // Only the handlers' classes are passed over: one that nobody has cannot have been raised.
            const auto& attempt = *static_cast<const Try*>(statement);
            block(attempt.body);
            for (const Handler& handler : attempt.handlers) block(handler.body);
            block(attempt.otherwise);
            return block(attempt.finally);
        }
        case StatementKind::raise:
            optional(static_cast<const Raise*>(statement)->exception);
            return optional(static_cast<const Raise*>(statement)->cause);
        case StatementKind::function: {
            const auto& inner = *static_cast<const FunctionStatement*>(statement);
            for (const Expr* decorator : inner.decorators) expr(decorator);
            return function(*inner.function);
        }
        case StatementKind::class_: {
            const auto& inner = *static_cast<const ClassStatement*>(statement);
            for (const Expr* decorator : inner.decorators) expr(decorator);
            for (const Expr* base : inner.bases) expr(base);
            return block(inner.body->body);
        }
        case StatementKind::assert_:
            expr(static_cast<const Assert*>(statement)->condition);
            return optional(static_cast<const Assert*>(statement)->message);
        case StatementKind::match:
            expr(static_cast<const Match*>(statement)->subject);
            for (const Case& branch : static_cast<const Match*>(statement)->cases) {
                optional(branch.guard);
                block(branch.body);
            }
            return;
        default: return;
        }
    }

  private:
    void target(const Expr* target) {
        switch (target->kind) {
        case ExprKind::name: return;
        case ExprKind::starred: return this->target(static_cast<const Starred*>(target)->value);
        case ExprKind::list:
        case ExprKind::tuple:
            for (const Expr* item : static_cast<const Display*>(target)->items) this->target(item);
            return;
        default: return expr(target);
        }
    }

    void optional(const Expr* expr) {
        if (expr) this->expr(expr);
    }

    /// a.b.c of a name of the module; false for anything else.
    bool chain(const Expr* expr) {
        std::vector<std::string> path;
        const Expr* at = expr;
        for (; at->kind == ExprKind::attribute; at = static_cast<const Attribute*>(at)->object)
            path.emplace_back(static_cast<const Attribute*>(at)->name->text());
        if (at->kind != ExprKind::name) return false;
        const auto& name = *static_cast<const Name*>(at);
        if (name.storage != Storage::global && name.storage != Storage::class_) return true;
        path.emplace_back(name.name->text());
        out_.push_back({{path.rbegin(), path.rend()}, program_.source.place(expr->begin, expr->end)});
        return true;
    }

    void expr(const Expr* expr) {
        switch (expr->kind) {
        case ExprKind::constant: return;
        case ExprKind::name:
        case ExprKind::attribute:
            if (!chain(expr)) this->expr(static_cast<const Attribute*>(expr)->object);
            return;
        case ExprKind::subscript:
            this->expr(static_cast<const Subscript*>(expr)->object);
            return this->expr(static_cast<const Subscript*>(expr)->index);
        case ExprKind::slice:
            optional(static_cast<const Slice*>(expr)->start);
            optional(static_cast<const Slice*>(expr)->stop);
            return optional(static_cast<const Slice*>(expr)->step);
        case ExprKind::call:
            this->expr(static_cast<const CallExpr*>(expr)->callee);
            for (const Expr* arg : static_cast<const CallExpr*>(expr)->args) this->expr(arg);
            for (const Argument& keyword : static_cast<const CallExpr*>(expr)->keywords)
                this->expr(keyword.value);
            return;
        case ExprKind::unary: return this->expr(static_cast<const Unary*>(expr)->operand);
        case ExprKind::binary:
            this->expr(static_cast<const Binary*>(expr)->left);
            return this->expr(static_cast<const Binary*>(expr)->right);
        case ExprKind::logical:
            for (const Expr* operand : static_cast<const Logical*>(expr)->operands) this->expr(operand);
            return;
        case ExprKind::compare:
            for (const Expr* operand : static_cast<const Compare*>(expr)->operands) this->expr(operand);
            return;
        case ExprKind::conditional:
            this->expr(static_cast<const Conditional*>(expr)->condition);
            this->expr(static_cast<const Conditional*>(expr)->then);
            return this->expr(static_cast<const Conditional*>(expr)->otherwise);
        case ExprKind::lambda: return function(*static_cast<const Lambda*>(expr)->function);
        case ExprKind::list:
        case ExprKind::tuple:
        case ExprKind::set:
            for (const Expr* item : static_cast<const Display*>(expr)->items) this->expr(item);
            return;
        case ExprKind::dict:
            for (const DictEntry& entry : static_cast<const DictDisplay*>(expr)->entries) {
                optional(entry.key);
                this->expr(entry.value);
            }
            return;
        case ExprKind::comprehension: return comprehension(*static_cast<const Comprehension*>(expr));
        case ExprKind::generator: return comprehension(*static_cast<const Generator*>(expr)->comprehension);
        case ExprKind::formatted: return formatted(*static_cast<const Formatted*>(expr));
        case ExprKind::starred: return this->expr(static_cast<const Starred*>(expr)->value);
        case ExprKind::await: return this->expr(static_cast<const Await*>(expr)->value);
        case ExprKind::yield:
        case ExprKind::yield_from: return optional(static_cast<const Yield*>(expr)->value);
        case ExprKind::named: return this->expr(static_cast<const Named*>(expr)->value);
        }
    }

    void comprehension(const Comprehension& comprehension) {
        for (const Clause& clause : comprehension.clauses) {
            expr(clause.iterable);
            for (const Expr* condition : clause.conditions) expr(condition);
        }
        expr(comprehension.element);
        optional(comprehension.value);
    }

    void formatted(const Formatted& text) {
        for (const FormattedPart& part : text.parts) {
            optional(part.value);
            if (part.spec) formatted(*part.spec);
        }
    }

    const Program& program_;
    std::vector<Use>& out_;
};

} // namespace

std::map<std::string, std::vector<Use>> uses_of(const Program& program) {
    std::map<std::string, std::vector<Use>> out;
    for (const Statement* statement : program.module->body) {
        const String* name = nullptr;
        if (statement->kind == StatementKind::function)
            name = static_cast<const FunctionStatement*>(statement)->target->name;
        else if (statement->kind == StatementKind::class_)
            name = static_cast<const ClassStatement*>(statement)->target->name;
        if (name) Uses(program, out[std::string(name->text())]).statement(statement);
    }
    return out;
}

} // namespace orch::lang
